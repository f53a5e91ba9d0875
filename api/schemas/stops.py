"""Paths through stops, on the wire: whole ways, leg by leg, or which leg has none."""

from datetime import date

from api.schemas.answers import Fewer, NoPath
from api.schemas.base import Wire
from api.schemas.needs import Need
from api.schemas.paths import Named, Path
from api.schemas.words import Direction, Freshness, LegalGate


class Leg(Wire):
    """What one leg was asked; no `start` or `target`: the need names no node there."""

    start: Named | None
    target: Named | None
    direction: Direction
    rung: int


class WholePathWords(Wire):
    """A whole path in words: in a line, its legs' titles, and how it differs from the first."""

    summary: str
    legs: tuple[str, ...]
    difference: str | None


class WholePath(Wire):
    """A path through all stops: a Path for each leg; each begins where the one before ended.

    `cost` and `hops` are sums over the legs, `weakest` the position of the dearest hop of all.
    """

    number: int
    cost: int
    chance: float
    hops: int
    legs: tuple[Path, ...]
    oldest_days: int | None
    freshness: Freshness
    weakest: int
    gates: tuple[LegalGate, ...]
    until: date | None
    words: WholePathWords


class FailedLeg(Wire):
    """Why a leg has no path, counted from 1; no `leg`: each has, but they do not join."""

    leg: int | None
    none: NoPath


class StopsWords(Wire):
    """By which data and rules this was answered."""

    origin: str


class PathsThroughStops(Wire):
    """What was asked, by which data and policy, and the whole paths; `failed` where none are."""

    need: Need
    stops: tuple[Named, ...]
    on: date
    revision: int
    policy: str
    legs: tuple[Leg, ...]
    paths: tuple[WholePath, ...]
    is_exact: bool
    fewer: Fewer | None
    failed: tuple[FailedLeg, ...]
    words: StopsWords
