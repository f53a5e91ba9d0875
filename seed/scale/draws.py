"""Random draws: number streams, ids, dates, and columns filled with defaults."""

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
"""The date of all queries; days since a verification count back from it."""
_DAY: Final = np.datetime64(ON)
DEMO: Final = "demo"

Columns = dict[Label | LinkType, RawColumns]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def stream(seed: int, topic: str) -> np.random.Generator:
    """A generator for one topic: draws of one topic do not affect any other."""
    return np.random.default_rng([seed, *topic.encode()])


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Elements in order of their units: those of unit u have indexes start[u] to start[u + 1]."""

    ids: list[str]
    unit: Ints
    start: Ints

    def sizes(self) -> Ints:
        """The number of elements in each unit."""
        return np.diff(self.start)

    def pick(self, units: Ints, skew: float, rng: np.random.Generator) -> Ints:
        """One index in each of these units; a `skew` above 1 favors the first ones of a unit."""
        share = rng.random(len(units)) ** skew
        return self.start[units] + (self.sizes()[units] * share).astype(np.int64)


def group(prefix: str, sizes: Ints, rng: np.random.Generator) -> Group:
    """A group with `sizes[u]` elements in each unit u."""
    start = np.concatenate(([0], np.cumsum(sizes)))
    unit = np.repeat(np.arange(len(sizes)), sizes)
    return Group(ids=shuffled_ids(prefix, len(unit), rng), unit=unit, start=start)


def shuffled_ids(prefix: str, count: int, rng: np.random.Generator) -> list[str]:
    """Ids in random order, as real ones are, so that adjacent rows are not neighbors."""
    numbers: list[int] = rng.permutation(count).tolist()
    return [f"{prefix}-{number:07d}" for number in numbers]


def at(values: Sequence[Any], places: NDArray[Any]) -> list[Any]:
    """The values at these indexes."""
    rows: list[int] = places.tolist()
    return [values[row] for row in rows]


def days_ago(days: NDArray[Any]) -> list[date | None]:
    """Dates before ON; None where the number is negative."""
    past = np.where(days < 0, np.datetime64("NaT"), _DAY - days.astype("timedelta64[D]"))
    dates: list[date | None] = past.astype("datetime64[D]").tolist()
    return dates


def end_dates(is_over: Flags, rng: np.random.Generator, *, years: int) -> list[date | None]:
    """End dates in the year that was `years` ago, so that links end before their nodes do."""
    last, first = 365 * (years - 1) + 1, 365 * years + 1
    return days_ago(np.where(is_over, rng.integers(last, first, len(is_over)), -1))


def full_columns(cls: type[Element], **columns: Sequence[Any]) -> RawColumns:
    """All columns of a class: these, and the others with their defaults.

    Raises: KeyError: a field without a default is missing.
    """
    count = len(columns["id"])
    usual: Mapping[str, Any] = {
        field.name: field.default for field in fields(cls) if field.default is not MISSING
    }
    defaults = {**usual, "source": DEMO}
    return {name: columns.get(name) or [defaults[name]] * count for name in field_types(cls)}
