"""Report on the journeys of a run: interactions, seconds, faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A journey with its number of interactions and the permitted maximum."""

    name: str
    steps: int
    most: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A task with a promised maximum of interactions, and the number in earlier versions."""

    task: str
    most: int
    before: str


FIGURES: Final = (
    Figure(task="concern in Ringsted", most=5, before="20–25"),
    Figure(task="SSP on Læsø", most=3, before="8–10 a person"),
    Figure(task="release to Thisted", most=2, before="5"),
    Figure(task="a move", most=6, before="dead end"),
    Figure(task="correct a phone number", most=4, before="impossible"),
    Figure(task="invite a colleague", most=6, before="impossible"),
    Figure(task="new resource individual", most=8, before="10, 3 tries"),
    Figure(task="query to downloaded CSV", most=3, before="4, link hidden"),
)
"""A journey belongs to the task whose words its name holds."""


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
        """Yield a line per journey, then the figures and the faults of all of them."""
        for journey in sorted(self.journeys, key=lambda journey: _place(journey.name)):
            plural = "" if journey.steps == 1 else "s"
            yield (
                f"{journey.name:<58} {journey.steps} interaction{plural:1} "
                f"(at most {journey.most}) {journey.seconds:5.1f} s"
            )
        yield from self._figures()
        yield (
            f"{self.profiles} browser profiles, {self.requests} requests: {self.outside} to the "
            f"outside, {self.violations} policy violations, {self.errors} console errors"
        )

    def _figures(self) -> Iterator[str]:
        """Yield a line for each promised figure: before, maximum, now, and the verdict."""
        for figure in FIGURES:
            words = figure.task.casefold()
            steps = [journey.steps for journey in self.journeys if words in journey.name.casefold()]
            now = str(max(steps)) if steps else "–"
            is_reached = bool(steps) and max(steps) <= figure.most
            verdict = "reached" if is_reached else "missed" if steps else "not walked"
            yield (
                f"{figure.task:<26} before {figure.before:<14} at most {figure.most}  "
                f"now {now:<3} {verdict}"
            )


def _place(name: str) -> tuple[str, int]:
    """Return a sort key: `J2` before `J10`, and both before names that begin with a number."""
    first = name.split()[0]
    letters = first.rstrip("0123456789")
    return (letters or "~", int(first.removeprefix(letters) or 0))


REPORT: Final = JourneyReport()
"""The report of the current run."""
