"""Figures: a value for each run or need, and limits for their percentiles."""

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
    """The upper bound of a percentile, or its lower bound where `is_floor`."""

    percentile: int
    bound: float
    is_floor: bool = False

    def is_kept(self, value: float) -> bool:
        """Return whether a value of that percentile keeps the limit; the bound itself does."""
        return value >= self.bound if self.is_floor else value <= self.bound


def at_most(**bounds: float) -> tuple[Limit, ...]:
    """Return ceilings for times and sizes, as in `at_most(p50=0.15, p99=0.6)`."""
    return tuple(
        Limit(percentile=int(name.removeprefix("p")), bound=bound) for name, bound in bounds.items()
    )


def at_least(**bounds: float) -> tuple[Limit, ...]:
    """Return floors for how many times faster we are, as in `at_least(p50=100)`."""
    return tuple(
        Limit(percentile=limit.percentile, bound=limit.bound, is_floor=True)
        for limit in at_most(**bounds)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured quantity; without limits it is only reported.

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
        """Whether all its limits are kept; None where it has none."""
        verdicts = [limit.is_kept(self.at(limit.percentile)) for limit in self.limits]
        return all(verdicts) if verdicts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Figures measured together; `about` holds sizes, seeds and counts as JSON values."""

    name: str
    figures: tuple[Figure, ...]
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])


def percentile(values: Sequence[float], which: int) -> float:
    """Return a percentile, interpolated linearly between two values."""
    return float(np.percentile(values, which))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds and the result of the work; garbage is collected first."""
    gc.collect()
    return clocked(work)


def clocked(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds and the result of the work."""
    start = perf_counter()
    given = work()
    return perf_counter() - start, given


@contextmanager
def no_collection() -> Generator[None]:
    """Collect garbage now and disable it in the block, so that no measurement includes it."""
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
    """Return how many times as long theirs took as ours, pair by pair."""
    return tuple(their / our for their, our in zip(theirs, ours, strict=True))
