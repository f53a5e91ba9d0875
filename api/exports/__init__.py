"""Files to take along: what is in one, what it costs of the day's number, and its making."""
