"""The frozen structures of an answer: paths, hops, stops, who answers, or why there is none.

They hold ids, codes, numbers, and the names the View allows; sentences are made elsewhere.
"""

from dataclasses import dataclass
from datetime import date

from graph.questions.paths.ask import Direction, FewerWhy, Parts
from graph.questions.paths.need import Need
from graph.questions.paths.words import Cause, NoteKind, PassedWhy, Reason, Relaxed, Rung
from graph.vocabulary import (
    Channel,
    Freshness,
    Label,
    LegalGate,
    LinkType,
    NetworkKind,
    OrganizationKind,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Tier,
)

StopKind = PostKind | NetworkKind | OrganizationKind | ResourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A node by id, with its name where the caller may know it."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """Somebody who would have come first; `until` is the first date that changes, if known."""

    rung: Rung
    why: PassedWhy
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """One who could answer: `who` is a person, a post or a unit; None is the post's own channel."""

    rung: Rung
    who: Named | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Who answers at a post on the date.

    `cost`: micro-nats for entering the post; None: closed. `since`: the day a holder came.
    `vacant_since`: the day the last holder left, where the seat is empty. `until`: the first date
    on which another answers. `leaves`: the first on which this one does not. `is_at_once`: a
    holder, a unit, or a duty line that is always open. `channels`: kinds only. `order`: all who
    could answer. `reveal`: whose details those are, by id.
    """

    post: Named
    rung: Rung
    cost: int | None
    who: Named | None
    since: date | None
    vacant_since: date | None
    until: date | None
    leaves: date | None
    is_at_once: bool
    channels: tuple[Channel, ...]
    passed_over: tuple[PassedOver, ...]
    order: tuple[Answering, ...]
    reveal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A node of a path. For a network, `resolution` is of its coordinating post, to inform."""

    node: Named
    label: Label
    kind: StopKind | None
    tier: Tier
    area: Named | None
    resolution: Resolution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HopFacts:
    """What is known of the link of a hop; `parts` in micro-nats, `days` None if never verified."""

    link: str
    type: LinkType
    gate: LegalGate | None
    levels: frozenset[PreventionLevel]
    strength: float | None
    verified_on: date | None
    days: int | None
    freshness: Freshness
    verified_by: Named | None
    until: date | None
    carriers: tuple[Named, ...]
    parts: Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One link as used on a path; `is_forward`: walked from the link's source to its target.

    `cost` is the sum of the parts, `hub`, `standing` and `fit`, in micro-nats. `also` are the ids
    of the parallel links that cost more.
    """

    source: Named
    target: Named
    is_forward: bool
    facts: HopFacts
    cost: int
    hub: int
    standing: int
    fit: int
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """`hop` is its position from 0; GEOGRAPHY_CROSSES names the area, its district, its region."""

    kind: NoteKind
    hop: int | None = None
    on: date | None = None
    places: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way to a target: n + 1 stops, n hops.

    `oldest_days` is None where a hop was never verified, `weakest` the position of the dearest
    hop, `until` the first date on which a part of the path changes, `shared_people` whom it meets
    on the way as path 1 does. `reason` is None where nothing sets it apart.
    """

    number: int
    reason: Reason | None
    cost: int
    chance: float
    stops: tuple[Stop, ...]
    hops: tuple[Hop, ...]
    oldest_days: int | None
    freshness: Freshness
    weakest: int
    gates: tuple[LegalGate, ...]
    until: date | None
    notes: tuple[Note, ...]
    shared_people: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """A civilian one may contact directly: by which kinds, until when; and the door opener."""

    node: Named
    channels: tuple[Channel, ...]
    until: date
    opener: Named | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where a search stands: how far from its end, or since when nobody answers there."""

    node: Named
    hops: int
    cost: int
    vacant_since: date | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A link that would make a path, what that would cost, and who could make it.

    `source` is None for a deputy, who could be anybody; `gate` is what the link would stand on.
    `steward` is the id of the area whose steward can, where no post is listed or known.
    """

    type: LinkType
    source: Named | None = None
    target: Named
    gate: LegalGate | None = None
    path_cost: int
    path_chance: float
    makers: tuple[Named, ...]
    steward: Named | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldWork:
    """A term given up, and how many paths there are without it."""

    term: Relaxed
    paths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The best path on the next rung of areas."""

    rung: int
    node: Named
    hops: int
    cost: int
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPath:
    """Why there is no path, and what would have to exist. `proved`: the search was complete."""

    cause: Cause
    proved: bool
    frontier: tuple[Edge, ...] = ()
    from_target: tuple[Edge, ...] = ()
    missing: tuple[Missing, ...] = ()
    would_work: tuple[WouldWork, ...] = ()
    nearest: Nearest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fewer:
    """Why there are fewer paths than asked for; `bottleneck` is a stop all of them share."""

    why: FewerWhy
    bottleneck: Named | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked, by which data and policy, and the paths; `none` where there are none.

    `rung`: 0 the area itself, 1 what it lies in, 2 national. `start`, `target` and `area` are
    what the need names. `direction` is never AUTO where there are starts and targets.
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
