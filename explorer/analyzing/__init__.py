"""The ready questions of the analysis screen: each with its parameters and its table."""
