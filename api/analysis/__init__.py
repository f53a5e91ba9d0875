"""Analysts' own questions in Cypher: asked of a replica, past a gate, never of the store."""
