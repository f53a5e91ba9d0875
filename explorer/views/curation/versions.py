"""Two versions of a thing, field by field side by side."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from explorer.views.curation import wording

Fields = Mapping[str, Any]
_OURS: Final = frozenset({"id", "revision", "source", "source_id", "target_id", "verified_by"})
"""What no curator reads a change by; the ends stand in what the link is called."""


def even(value: Any) -> Any:
    """Absent, empty and unticked are told alike, and so are the orders of a list."""
    if isinstance(value, list):
        return sorted(cast("list[str]", value)) or None
    return None if value is False else value


def told_of(fields: Iterable[str]) -> list[str]:
    """Those a curator reads a change by, each once."""
    return [one for one in dict.fromkeys(fields) if one not in _OURS]


def differing(left: Fields, right: Fields) -> list[str]:
    """The fields in which two versions differ, as a curator reads them."""
    every = told_of((*left, *right))
    return [one for one in every if even(left.get(one)) != even(right.get(one))]


def beside(fields: Iterable[str], left: Fields, right: Fields) -> Iterator[tuple[str, str, str]]:
    """What each field is called, and its value in both."""
    for one in fields:
        yield (
            wording.field_name(one),
            wording.value(one, left.get(one)),
            wording.value(one, right.get(one)),
        )


def under(what: str, rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The rows of one thing, which is named in the first of them."""
    for place, row in enumerate(rows):
        yield (what if place == 0 else "", *row)
