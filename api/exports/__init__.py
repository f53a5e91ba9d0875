"""File exports: their content, the reveals they count as, and their formats."""
