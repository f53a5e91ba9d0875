"""Imports of lists by stewards: sent, previewed by the caller's rights, written, and undone."""
