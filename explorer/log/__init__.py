"""The parts of the audit log's screen: its words, its tables, and what the DPO asks of it."""
