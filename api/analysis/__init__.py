"""The analysts' workbench: free questions of a copy that holds nothing personal."""
