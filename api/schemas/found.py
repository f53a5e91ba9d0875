"""What a need finds, on the wire: the paths, or why there is none and what would have to exist."""

from datetime import date

from pydantic import Field

from api.schemas.needs import Need
from api.schemas.paths import Named, Path
from api.schemas.wire import Wire
from api.schemas.words import Cause, Channel, Direction, FewerWhy, LegalGate, LinkType, Relaxed


class Edge(Wire):
    """Where a search stands: how far from its end, or since when nobody answers there."""

    node: Named
    hops: int
    cost: int
    vacant_since: date | None
    is_closed: bool


class Missing(Wire):
    """A link that would make a path, what that would cost, and who could make it.

    No `source`: a deputy, who could be anybody. `steward`: the area whose steward can.
    """

    type: LinkType
    source: Named | None
    target: Named
    gate: LegalGate | None
    path_cost: int
    path_chance: float
    makers: tuple[Named, ...]
    steward: Named | None


class WouldWork(Wire):
    """A term given up, and how many paths there are without it."""

    term: Relaxed
    paths: int


class Nearest(Wire):
    """The best path on the next rung of areas."""

    rung: int
    node: Named
    hops: int
    cost: int
    chance: float


class NoPathWords(Wire):
    """Why there is no path, a sentence for each thing."""

    sentences: tuple[str, ...]


class NoPath(Wire):
    """Why there is no path, and what would have to exist. `proved`: the search was complete."""

    cause: Cause
    proved: bool
    frontier: tuple[Edge, ...]
    from_target: tuple[Edge, ...]
    missing: tuple[Missing, ...]
    would_work: tuple[WouldWork, ...]
    nearest: Nearest | None
    words: NoPathWords


class FewerWords(Wire):
    """Why there are no more paths, in a sentence."""

    text: str


class Fewer(Wire):
    """Why there are fewer paths than asked for; `bottleneck` is a stop all of them share."""

    why: FewerWhy
    bottleneck: Named | None
    words: FewerWords


class DirectWords(Wire):
    """The same in a sentence."""

    text: str


class Direct(Wire):
    """A civilian you may contact directly: by which kinds, until when; and the door opener."""

    node: Named
    channels: tuple[Channel, ...]
    until: date
    opener: Named | None
    words: DirectWords


class PathsWords(Wire):
    """What was asked, and by which data and rules it was answered."""

    headline: str = Field(examples=["Fra PET Forebyggelsescenter til Thisted, 25. nov. 2026"])
    origin: str


class Paths(Wire):
    """What was asked, by which data and policy, and the paths; `none` where there are none.

    `rung`: 0 for the area itself, 1 for what it lies in, 2 national. `is_exact`: no better ones.
    """

    need: Need
    on: date
    revision: int
    policy: str
    direction: Direction
    rung: int
    start: Named | None
    target: Named | None
    area: Named | None
    paths: tuple[Path, ...]
    is_exact: bool
    is_cut_off: bool
    fewer: Fewer | None
    direct: Direct | None
    none: NoPath | None
    words: PathsWords
