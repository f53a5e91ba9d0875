"""What becomes of the paths for a need between two dates, on the wire."""

from datetime import date
from typing import Annotated

from api.schemas.base import Sorted, Wire
from api.schemas.needs import Need
from api.schemas.paths import Named
from api.schemas.words import (
    Cause,
    Freshness,
    LegalGate,
    LinkType,
    PathFate,
    PathWhy,
    PreventionLevel,
    Rung,
)

Levels = Annotated[tuple[PreventionLevel, ...] | None, Sorted]


class WhyWords(Wire):
    """The same in a sentence."""

    text: str


class Why(Wire):
    """One thing that differs. `stop` and `hop` are positions on the path, from 0.

    `on`: the first date on which it is so. `was` and `now`: who answers, a ground or a freshness.
    Costs are in micro-nats. What is hidden, over or was never there reads alike: NOT_THERE.
    """

    what: PathWhy
    stop: int | None
    hop: int | None
    node: Named | None
    on: date | None
    successor: Named | None
    was: Rung | LegalGate | Freshness | None
    now: Rung | LegalGate | Freshness | None
    who_was: Named | None
    who_is: Named | None
    levels_were: Levels
    levels_are: Levels
    cost_was: int | None
    cost_is: int | None
    words: WhyWords


class PathOfDate(Wire):
    """A path as one date has it: its place in the answer, and what it is worth."""

    number: int
    cost: int
    chance: float
    oldest_days: int | None


class ComparedWords(Wire):
    """What becomes of the path, in a line."""

    title: str


class ComparedPath(Wire):
    """A path over the same nodes on either date, and what differs.

    Of one that is gone, `why` tells where it breaks; of a new one, where it would have broken.
    """

    fate: PathFate
    stops: tuple[Named, ...]
    hops: tuple[LinkType, ...]
    before: PathOfDate | None
    after: PathOfDate | None
    why: tuple[Why, ...]
    words: ComparedWords


class PathDiffWords(Wire):
    """How many paths stay, go and come; why a date has none; by which data and rules."""

    headline: str
    causes: tuple[str, ...]
    origin: str


class PathDiff(Wire):
    """The need on both dates; the paths of the first in their order, then new ones in theirs.

    The causes say why a date has no path. They are none too where something that the need names is
    not there on the date.
    """

    need: Need
    against: date
    revision: int
    policy: str
    paths: tuple[ComparedPath, ...]
    cause_before: Cause | None
    cause_after: Cause | None
    words: PathDiffWords
