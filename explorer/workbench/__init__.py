"""The workbench: a question in Cypher, what is filled in, what it finds, and keeping it."""
