"""What a figure is: a value for each run or need, and the limits its percentiles are held to."""

import gc
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final, TypeVar

import numpy as np

T = TypeVar("T")
MEDIAN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a percentile may be at most, or where `is_floor` must be at least."""

    percentile: int
    bound: float
    is_floor: bool = False

    def is_kept(self, value: float) -> bool:
        """Does a value of that percentile keep it; the bound itself does."""
        return value >= self.bound if self.is_floor else value <= self.bound


def at_most(**bounds: float) -> tuple[Limit, ...]:
    """`at_most(p50=0.15, p99=0.6)`: ceilings for times, sizes and what shall be small."""
    return tuple(
        Limit(percentile=int(name.removeprefix("p")), bound=bound) for name, bound in bounds.items()
    )


def at_least(**bounds: float) -> tuple[Limit, ...]:
    """`at_least(p50=100)`: floors for how many times faster we are."""
    return tuple(
        Limit(percentile=one.percentile, bound=one.bound, is_floor=True)
        for one in at_most(**bounds)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing measured; without limits it is told and judged by nobody.

    A ratio is taken need by need or run by run, never of two medians.
    """

    name: str
    unit: str
    runs: tuple[float, ...]
    limits: tuple[Limit, ...] = ()

    @property
    def value(self) -> float:
        """The median of the runs."""
        return self.at(MEDIAN)

    def at(self, which: int) -> float:
        """A percentile of the runs."""
        return percentile(self.runs, which)

    @property
    def is_reached(self) -> bool | None:
        """Does it keep all its limits; None where it has none."""
        kept = [limit.is_kept(self.at(limit.percentile)) for limit in self.limits]
        return all(kept) if kept else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Figures taken together; `about` tells sizes, seeds and counts, as JSON can hold them."""

    name: str
    figures: tuple[Figure, ...]
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])


def percentile(values: Sequence[float], which: int) -> float:
    """Between two values, where it falls between them, in proportion."""
    return float(np.percentile(values, which))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what the work gave; garbage of what ran before is collected first."""
    gc.collect()
    return clocked(work)


def clocked(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what the work gave."""
    start = perf_counter()
    given = work()
    return perf_counter() - start, given


@contextmanager
def no_collection() -> Generator[None]:
    """Collects garbage now and then not for a while: it would strike whoever is measured then."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def times(work: Callable[[], object], runs: int) -> tuple[float, ...]:
    """Seconds of each run."""
    return tuple(timed(work)[0] for _ in range(runs))


def ratios(theirs: Iterable[float], ours: Iterable[float]) -> tuple[float, ...]:
    """How many times as long they took, one by one."""
    return tuple(their / our for their, our in zip(theirs, ours, strict=True))
