"""From what a caller sends to one write: read, judged by rights and rules, saved once."""
