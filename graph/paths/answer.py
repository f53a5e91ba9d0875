"""The frozen structures of an answer: contacts with ways, who answers when, or why there is none.

They hold ids, codes, numbers, and the names the View allows; sentences are made elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from graph.paths.answer_terms import (
    AnswerRole,
    AvailabilityState,
    Cause,
    DirectGround,
    FitNeed,
    NoteKind,
    PassedWhy,
    Reason,
    Relaxed,
)
from graph.paths.kernel.request import CostParts, Direction, FewerWhy
from graph.paths.need import Need
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
class NodeRef:
    """A node by id, with its name where the caller may know it."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """Somebody who would have come first; `until` is the first date that changes, if known."""

    rung: AnswerRole
    why: PassedWhy
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """One who could answer: `who` is a person, a post or a unit; None is the post's own channel."""

    rung: AnswerRole
    who: NodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Who answers at a post at a moment, or when somebody will. Times are Danish local time.

    `who` is None where the name is not for this caller, or nobody is named. `until`: the first
    minute at which this one no longer answers. `opens_at` is told with OPENS_AT, and `who` then
    answers from that minute on. `covers`: the duty line of the place, which answers meanwhile.
    `is_dated`: no hour was asked about, so the moment is the post's first opening of the date,
    which is `opens_at`.
    """

    state: AvailabilityState
    rung: AnswerRole
    who: NodeRef | None
    until: datetime | None
    opens_at: datetime | None
    covers: NodeRef | None
    is_dated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Who answers at a post at the moment asked about, else at its next opening.

    `is_hidden`: somebody answers whose name is not for this caller. `cost`: micro-nats for who
    answers, the wait aside; None: closed. `since`: the day a holder came. `vacant_since`: the day
    the last holder left, where the seat is empty. `until`: the first date on which another
    answers. `leaves`: the first on which this one does not. `is_at_once`: somebody answers at the
    minute asked about. `channels`: kinds only. `order`: all who are there on the date. `reveal`:
    whose details those are, by id.
    """

    post: NodeRef
    rung: AnswerRole
    cost: int | None
    who: NodeRef | None
    since: date | None
    vacant_since: date | None
    until: date | None
    leaves: date | None
    is_at_once: bool
    is_hidden: bool
    channels: tuple[Channel, ...]
    passed_over: tuple[PassedOver, ...]
    order: tuple[Answering, ...]
    reveal: str | None
    availability: Availability


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A step of a path: one call. For a network, `resolution` is of its coordinating post.

    `covers`: all nodes of the step in the order of the way, where the same person, unit or duty
    line answers at several; else the node alone. The first stop is whoever asks.
    """

    node: NodeRef
    label: Label
    kind: StopKind | None
    tier: Tier
    area: NodeRef | None
    resolution: Resolution | None
    covers: tuple[NodeRef, ...]


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
    verified_by: NodeRef | None
    until: date | None
    carriers: tuple[NodeRef, ...]
    parts: CostParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One link as used on a path; `is_forward`: walked from the link's source to its target.

    `cost` is the sum of the parts, `hub`, `standing`, `response` and `inside`, in micro-nats:
    `response` is for the wait until somebody answers there, `inside` what the links between the
    nodes of the step cost. `also` are the ids of the parallel links that cost more.
    """

    source: NodeRef
    target: NodeRef
    is_forward: bool
    facts: HopFacts
    cost: int
    hub: int
    standing: int
    response: int
    inside: int
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """`hop` is its position from 0; GEOGRAPHY_CROSSES names the area, its district, its region."""

    kind: NoteKind
    hop: int | None = None
    on: date | None = None
    places: tuple[NodeRef, ...] = ()


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
    shared_people: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """That a contact may be called without anybody between, and on what ground.

    `covers_need`: the call is all the need asks for; else the ways are the answer. NAMED has the
    `gate` and the network or authority the two share as `through`; CONSENT until when it holds
    and who opens the door otherwise. `channels`: kinds only.
    """

    ground: DirectGround
    covers_need: bool
    channels: tuple[Channel, ...]
    gate: LegalGate | None = None
    through: NodeRef | None = None
    until: date | None = None
    opener: NodeRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where a search stands: how far from its end, or since when nobody answers there."""

    node: NodeRef
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
    source: NodeRef | None = None
    target: NodeRef
    gate: LegalGate | None = None
    path_cost: int
    path_chance: float
    makers: tuple[NodeRef, ...]
    steward: NodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldWork:
    """A term given up, and how many paths there are without it."""

    term: Relaxed
    paths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The best path on the next rung of areas."""

    rung: int
    node: NodeRef
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
class FewerPaths:
    """Why there are fewer paths than asked for; `bottleneck` is a stop all of them share."""

    why: FewerWhy
    bottleneck: NodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Why a post is right for a need: the kind of need, and the class, 1 for the best.

    `through` is what makes it so: the network it coordinates, the place, the authority.
    """

    need: FitNeed
    number: int
    through: NodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who meets the need: how to reach them, and when.

    `is_you`: whoever asks answers there. `is_exact`: no better ways; `fewer`: why there are fewer
    than asked for. `none`: why no way leads there, where there is none and the ways are the answer.
    """

    number: int
    stop: Stop
    fit: Fit
    is_you: bool
    direct: Direct | None
    ways: tuple[Path, ...]
    is_exact: bool
    is_cut_off: bool
    fewer: FewerPaths | None
    none: NoPath | None

    @property
    def availability(self) -> Availability | None:
        """Who answers, and when; None at a node that is no post."""
        return self.stop.resolution.availability if self.stop.resolution else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedClass:
    """A class of posts that was left because none of them can be reached, and why.

    `posts`: at most three of them. `until`: the first date on which one of them answers again.
    """

    fit: Fit
    posts: tuple[NodeRef, ...]
    cause: Cause
    until: date | None
    none: NoPath


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPost:
    """A standing post of a place, who answers there, and whether it may be called directly.

    `is_you`: whoever asks answers there themselves; then there is no call.
    """

    post: NodeRef
    kind: PostKind
    resolution: Resolution
    is_you: bool
    direct: Direct | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDesk:
    """The standing posts of a place in the order of the policy."""

    area: NodeRef
    posts: tuple[LocalPost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcuteCard:
    """What to do in acute danger: the emergency lines, then the duty line of the place.

    `duty_line` is None where no place is named or known. `inform`: who is told afterwards.
    """

    area: NodeRef | None
    lines: tuple[LocalPost, ...]
    duty_line: LocalPost | None
    inform: tuple[LocalPost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked, by which data and policy, and the contacts; `none` where there are none.

    `at`: the Danish local minute that is asked about; None: the date alone. `rung` is of the first
    contact: 0 the area itself, 1 what it lies in, 2 national. `start`, `target` and `area` are
    what the need names. `direction` is that of the first contact's ways, never AUTO where there
    are any. `passed`: the classes left above the first contact. `acute` is told for ACUTE alone,
    which has no contacts to choose from.
    """

    need: Need
    on: date
    at: datetime | None
    revision: int
    policy: str
    direction: Direction
    rung: int
    start: NodeRef | None
    target: NodeRef | None
    area: NodeRef | None
    contacts: tuple[Contact, ...]
    passed: tuple[PassedClass, ...]
    local: LocalDesk | None
    acute: AcuteCard | None
    none: NoPath | None

    @property
    def paths(self) -> tuple[Path, ...]:
        """All ways in the order of their contacts; their numbers rise over all of them."""
        return tuple(self._paths())

    def _paths(self) -> Iterator[Path]:
        for contact in self.contacts:
            yield from contact.ways

    @property
    def is_exact(self) -> bool:
        """Were no better ways missed?"""
        return all(contact.is_exact for contact in self.contacts)

    @property
    def is_cut_off(self) -> bool:
        """Did a search end early?"""
        return any(contact.is_cut_off for contact in self.contacts)
