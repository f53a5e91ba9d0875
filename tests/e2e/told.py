"""What the journeys amount to, told when their run has ended: interactions, seconds, faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

POLICY: Final = "Content Security Policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What somebody came for: in how many interactions, at most how many, in how many seconds."""

    name: str
    steps: int
    most: int
    seconds: float


@dataclass(slots=True)
class Told:
    """Everything of a run."""

    journeys: list[Journey] = field(default_factory=list[Journey])
    profiles: int = 0
    requests: int = 0
    outside: int = 0
    errors: int = 0
    violations: int = 0

    def close(self, *, requests: int, outside: int, errors: list[str]) -> None:
        """Counts a browser profile that has been closed."""
        self.profiles += 1
        self.requests += requests
        self.outside += outside
        self.errors += len(errors)
        self.violations += sum(POLICY in one for one in errors)

    def add(self, *, journeys: list[dict[str, Any]], **counts: int) -> None:
        """Adds everything of another process."""
        self.journeys += [Journey(**one) for one in journeys]
        for name, count in counts.items():
            setattr(self, name, getattr(self, name) + count)

    def lines(self) -> Iterator[str]:
        """A line a journey, then what went wrong in all of them."""
        for one in sorted(self.journeys, key=lambda one: _place(one.name)):
            plural = "" if one.steps == 1 else "s"
            yield (
                f"{one.name:<58} {one.steps} interaction{plural:1} (at most {one.most})"
                f" {one.seconds:5.1f} s"
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


TOLD: Final = Told()
"""Of the run that is under way."""
