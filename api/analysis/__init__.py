"""Cypher queries of analysts: validated, then run on an in-memory replica, never on the store."""
