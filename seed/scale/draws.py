"""How things are drawn: streams of numbers, ids, dates, and columns filled up with defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.model import Element
from graph.snapshot.field_types import RawColumns, field_types
from graph.vocabulary import Label, LinkType

ON: Final = date(2026, 11, 25)
"""The day the graph is asked on; days since a verification count back from it."""
_DAY: Final = np.datetime64(ON)
DEMO: Final = "demo"

Columns = dict[Label | LinkType, RawColumns]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def stream(seed: int, topic: str) -> np.random.Generator:
    """A topic's own numbers: what one topic draws shifts no other."""
    return np.random.default_rng([seed, *topic.encode()])


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Things in order of their units: those of unit u are the places start[u] to start[u + 1]."""

    ids: list[str]
    unit: Ints
    start: Ints

    def sizes(self) -> Ints:
        """How many there are in each unit."""
        return np.diff(self.start)

    def pick(self, units: Ints, skew: float, rng: np.random.Generator) -> Ints:
        """One place in each of these units; above 1, `skew` favors the first ones of a unit."""
        share = rng.random(len(units)) ** skew
        return self.start[units] + (self.sizes()[units] * share).astype(np.int64)


def group(prefix: str, sizes: Ints, rng: np.random.Generator) -> Group:
    """As many things in each unit as `sizes` says."""
    start = np.concatenate(([0], np.cumsum(sizes)))
    unit = np.repeat(np.arange(len(sizes)), sizes)
    return Group(ids=shuffled_ids(prefix, len(unit), rng), unit=unit, start=start)


def shuffled_ids(prefix: str, count: int, rng: np.random.Generator) -> list[str]:
    """Ids whose order tells nothing, as real ones are: rows near each other are no neighbors."""
    numbers: list[int] = rng.permutation(count).tolist()
    return [f"{prefix}-{number:07d}" for number in numbers]


def at(values: Sequence[Any], places: NDArray[Any]) -> list[Any]:
    """The values at these places."""
    rows: list[int] = places.tolist()
    return [values[row] for row in rows]


def days_ago(days: NDArray[Any]) -> list[date | None]:
    """Dates before ON; None where the number is negative."""
    found = np.where(days < 0, np.datetime64("NaT"), _DAY - days.astype("timedelta64[D]"))
    dates: list[date | None] = found.astype("datetime64[D]").tolist()
    return dates


def ended(is_over: Flags, rng: np.random.Generator, *, years: int) -> list[date | None]:
    """Ends in the year that lies `years` back, so that a link ends before its ends do."""
    last, first = 365 * (years - 1) + 1, 365 * years + 1
    return days_ago(np.where(is_over, rng.integers(last, first, len(is_over)), -1))


def filled(cls: type[Element], **given: Sequence[Any]) -> RawColumns:
    """All columns of a class: the given ones, and the others full of their defaults.

    Raises: KeyError: a field without a default is missing.
    """
    count = len(given["id"])
    usual: Mapping[str, Any] = {
        field.name: field.default for field in fields(cls) if field.default is not MISSING
    }
    known = {**usual, "source": DEMO}
    return {name: given.get(name) or [known[name]] * count for name in field_types(cls)}
