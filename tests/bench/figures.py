"""What a figure is: a median over runs, and the limit it is held against."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the report; without a limit it is told and judged by nobody.

    A ratio is `yardstick / ours`, taken run by run: above 1 we are faster. `at_most` bounds
    seconds and sizes, `at_least` bounds ratios.
    """

    subject: str
    name: str
    unit: str
    runs: tuple[float, ...]
    at_most: float | None = None
    at_least: float | None = None

    @property
    def value(self) -> float:
        """The median of the runs."""
        return median(self.runs)

    @property
    def is_reached(self) -> bool | None:
        """Does it keep its limit; None where it has none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what the work gave; garbage of what ran before is collected first."""
    gc.collect()
    start = perf_counter()
    given = work()
    return perf_counter() - start, given


def times(work: Callable[[], object], runs: int) -> tuple[float, ...]:
    """Seconds of each run."""
    return tuple(timed(work)[0] for _ in range(runs))


def ratios(theirs: Sequence[float], ours: Sequence[float]) -> tuple[float, ...]:
    """How many times as long they took, run by run."""
    return tuple(their / our for their, our in zip(theirs, ours, strict=True))
