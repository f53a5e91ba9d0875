"""Division of rows among statements of bounded size."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

T = TypeVar("T")

MOST_ROWS: Final = 5_000
"""Parameters of one statement: the server holds them all at once, beside the transaction."""


def batches(rows: Iterable[T], most: int = MOST_ROWS) -> Iterator[list[T]]:
    """Yield the rows in lists of at most `most`; nothing for no rows."""
    iterator = iter(rows)
    while batch := list(islice(iterator, most)):
        yield batch
