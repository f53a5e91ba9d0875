"""What the journeys of a run amount to: interactions, seconds, faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What somebody came for, how many interactions it took, and how many it may take."""

    name: str
    steps: int
    most: int
    seconds: float


@dataclass(slots=True)
class JourneyReport:
    """The journeys of a run, and the requests and errors of its browser profiles."""

    journeys: list[Journey] = field(default_factory=list[Journey])
    profiles: int = 0
    requests: int = 0
    outside: int = 0
    errors: int = 0
    violations: int = 0

    def close(self, *, requests: int, outside: int, errors: list[str]) -> None:
        self.profiles += 1
        self.requests += requests
        self.outside += outside
        self.errors += len(errors)
        self.violations += sum("Content Security Policy" in error for error in errors)

    def add(self, *, journeys: list[dict[str, Any]], **counts: int) -> None:
        self.journeys += [Journey(**journey) for journey in journeys]
        for name, count in counts.items():
            setattr(self, name, getattr(self, name) + count)

    def lines(self) -> Iterator[str]:
        """A line a journey, then what went wrong in all of them."""
        for journey in sorted(self.journeys, key=lambda journey: _place(journey.name)):
            plural = "" if journey.steps == 1 else "s"
            yield (
                f"{journey.name:<58} {journey.steps} interaction{plural:1} "
                f"(at most {journey.most}) {journey.seconds:5.1f} s"
            )
        yield (
            f"{self.profiles} browser profiles, {self.requests} requests: {self.outside} to the "
            f"outside, {self.violations} policy violations, {self.errors} console errors"
        )


def _place(name: str) -> tuple[str, int]:
    """`J2` stands before `J10`, and both before what begins with its number alone."""
    first = name.split()[0]
    letters = first.rstrip("0123456789")
    return (letters or "~", int(first.removeprefix(letters) or 0))


REPORT: Final = JourneyReport()
"""Of the run that is under way."""
