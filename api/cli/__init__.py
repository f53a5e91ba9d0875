"""Command line: options, languages, name resolution and tables."""
