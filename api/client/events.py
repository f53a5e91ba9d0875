"""What a stream of Server-Sent Events tells, line by line. Source: the HTML standard, 9.2.6."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """What a stream told: its place, its name, and what it holds."""

    id: str
    name: str
    data: str


def events_in(lines: Iterator[str]) -> Iterator[Event]:
    """The events among the lines of a stream; what is cut off at the end is no event."""
    told: dict[str, list[str]] = {}
    for line in lines:
        if not line:
            if "data" in told:
                yield Event(*("\n".join(told.get(name, [])) for name in ("id", "event", "data")))
            told = {}
            continue
        name, _, value = line.partition(":")
        if name:  # a line that begins with a colon only says that somebody is there
            told.setdefault(name, []).append(value.removeprefix(" "))
