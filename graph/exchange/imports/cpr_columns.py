"""Recognizes a column, or a key of JSON, that holds CPR numbers, by its cells."""

from collections import Counter
from collections.abc import Hashable
from typing import Generic, TypeVar

C = TypeVar("C", bound=Hashable)


class CprColumns(Generic[C]):
    """Counts the cells of each column, and those that are a CPR number without words."""

    def __init__(self) -> None:
        self._filled: Counter[C] = Counter()
        self._numbers: Counter[C] = Counter()

    def add(self, column: C, cell: str, *, is_number: bool) -> None:
        """Count a cell that is not empty; `is_number`: it holds a CPR number."""
        self._filled[column] += 1
        if is_number and not any(part.isalpha() and len(part) > 1 for part in cell.split()):
            self._numbers[column] += 1

    def __contains__(self, column: C) -> bool:
        """Return whether at least half of the cells of a column are CPR numbers."""
        return 0 < self._filled[column] <= 2 * self._numbers[column]
