"""How the command line asks and answers: languages, names, tables."""
