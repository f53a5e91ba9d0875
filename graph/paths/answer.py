"""Frozen data structures of an answer: contacts, paths, who answers, or why there is no path.

They hold ids, codes, numbers, and the names the View allows; text is generated elsewhere.
"""

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
    PathReason,
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
    """A node by id, with its name if the caller may know it."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A candidate with precedence who does not answer; `until`: the first date of a change."""

    rung: AnswerRole
    why: PassedWhy
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCandidate:
    """A candidate who could answer.

    `who` is a person, a post or a unit; None means the post's own channel.
    """

    rung: AnswerRole
    who: NodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Who answers at a post at a given time, or when someone will. Times are Danish local time.

    `who` is None if the caller may not know the name, or if no one is named. `until`: the first
    minute at which this candidate no longer answers. `opens_at` is set with OPENS_AT, and `who`
    then answers from that minute on. `covers`: whom to contact meanwhile, an entry point of the
    same authority, its mailbox in working hours, or its duty line. `is_dated`: no time was given,
    so the availability is that at the post's first opening of the date, which is `opens_at`.
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
    """Who answers at a post at the requested time, else at its next opening.

    `is_hidden`: the caller may not know the name of whoever answers. `cost`: micro-nats for who
    answers, without the wait; None: closed. `since`: the day the holder began. `vacant_since`: the
    day the last holder left, if the seat is empty. `until`: the first date on which someone else
    answers. `leaves`: the first date on which this candidate does not. `is_at_once`: someone
    answers at the requested minute. `channels`: kinds only. `order`: all candidates present on the
    date. `reveal`: the id of the node whose contact details those are.
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
    order: tuple[AnswerCandidate, ...]
    reveal: str | None
    availability: Availability


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One step of a path, that is, one call.

    For a network, `resolution` is that of its coordinating post. `covers`: all nodes of the step
    in path order, if the same person, unit or duty line answers at several; else the node alone.
    The first stop is the asker.
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
    """Facts about the link of a hop; `parts` in micro-nats, `days` None if never verified."""

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
    """One link as used on a path; `is_forward`: traversed from the link's source to its target.

    `cost` is the sum of the parts, `hub`, `standing`, `response` and `inside`, in micro-nats:
    `response` is for the wait until someone answers at the target, `inside` is the cost of the
    links between the nodes of the step. `also` are the ids of the parallel links that cost more.
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
    """A note on a path; `hop` is its index from 0.

    With GEOGRAPHY_CROSSES, `places` are the area, its police district and its region. With
    OLD_KNOWLEDGE they are the ends of the old link, and `on` is when it was last checked, if ever.
    """

    kind: NoteKind
    hop: int | None = None
    on: date | None = None
    places: tuple[NodeRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A path to a target: n + 1 stops, n hops.

    `oldest_days` is None if a hop was never verified, `weakest` is the index of the most expensive
    hop, `until` the first date on which a part of the path changes, `shared_people` the people met
    on this path as well as on path 1. `reason` is None if nothing distinguishes the path.
    """

    number: int
    reason: PathReason | None
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
    """The permission to call a contact without an intermediary, and its ground.

    `covers_need`: the call is all the need asks for; else the paths are the answer. NAMED has the
    `gate` and, as `through`, the network or authority the two share; CONSENT has the end of the
    consent and the door opener to contact otherwise. `channels`: kinds only.
    """

    ground: DirectGround
    covers_need: bool
    channels: tuple[Channel, ...]
    gate: LegalGate | None = None
    through: NodeRef | None = None
    until: date | None = None
    opener: NodeRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Whom to call for a contact at the requested time.

    `post` is the contact itself if it may be called directly, else the first stop of the best path,
    whose number is `way`. `availability`: who answers there and when; None for a node that is not a
    post. `reveal` is the id of the node whose contact details to reveal: that of the duty line
    while it covers a closed post. `channels`: kinds only.
    """

    contact: int
    post: NodeRef
    way: int | None
    availability: Availability | None
    channels: tuple[Channel, ...]
    reveal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A node on the boundary of a search: its distance from the search's end, or its vacancy."""

    node: NodeRef
    hops: int
    cost: int
    vacant_since: date | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingLink:
    """A missing link that would give a path, the cost of that path, and who could make the link.

    `source` is None for a deputy, who could be anyone; `gate` is the legal ground of the link.
    `steward` is the area whose steward can make the link, where no post is listed or known.
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
    """A relaxed term, and the number of paths without it; 0: there is a direct call alone."""

    term: Relaxed
    paths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The best path on the next fallback level, `rung`, of areas."""

    rung: int
    node: NodeRef
    hops: int
    cost: int
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestAble:
    """A post elsewhere that meets the terms; `km`, rounded up, between the centers of two areas."""

    node: NodeRef
    area: NodeRef
    km: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPath:
    """Why there is no path, and what would give one. `proved`: the search was complete.

    `nearest_able`: if nobody at the place meets the terms, the nearest who do, one an area.
    `begin_at`: if the start has no posts of its own, posts of the body it is part of.
    """

    cause: Cause
    proved: bool
    frontier: tuple[Edge, ...] = ()
    from_target: tuple[Edge, ...] = ()
    missing: tuple[MissingLink, ...] = ()
    would_work: tuple[WouldWork, ...] = ()
    nearest: Nearest | None = None
    nearest_able: tuple[NearestAble, ...] = ()
    begin_at: tuple[NodeRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FewerPaths:
    """Why there are fewer paths than requested; `bottleneck` is a stop shared by all of them."""

    why: FewerWhy
    bottleneck: NodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Why a post fits a need: the kind of need and the fit class, 1 for the best.

    `through` is the node that makes it fit: the network it coordinates, the place, the authority.
    """

    need: FitNeed
    number: int
    through: NodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A node that meets the need: how to reach it, and when.

    `is_you`: the asker answers there, so there is no `call`. `is_exact`: there are no better paths;
    `fewer`: why there are fewer than requested. `none`: why there is no path, if there is none and
    the paths are the answer.
    """

    number: int
    stop: Stop
    fit: Fit
    is_you: bool
    direct: Direct | None
    call: Call | None
    ways: tuple[Path, ...]
    is_exact: bool
    is_cut_off: bool
    fewer: FewerPaths | None
    none: NoPath | None

    @property
    def availability(self) -> Availability | None:
        """Who answers, and when; None for a node that is not a post."""
        return self.stop.resolution.availability if self.stop.resolution else None

    @property
    def first_stop(self) -> Stop:
        """Whom to call first: the contact, or the first stop of the path that `call` names."""
        through = self.call is not None and self.call.way is not None
        return self.ways[0].stops[1] if through else self.stop


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedClass:
    """A fit class that was skipped because none of its posts can be reached, and why.

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

    `is_you`: the asker answers there, so there is no call.
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

    `duty_line` is None if no place is named or known. `inform`: the posts to inform afterwards.
    """

    area: NodeRef | None
    lines: tuple[LocalPost, ...]
    duty_line: LocalPost | None
    inform: tuple[LocalPost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a need: the contacts, and the data and policy used; `none` if there are none.

    `call`: whom to call first, for the best contact other than the asker. `at`: the requested
    Danish local minute; None: the date alone. `rung` is the fallback level of the first contact: 0
    the area itself, 1 what it lies in, 2 national. `start`, `target` and `area` are what the need
    names. `direction` is that of the paths to the first contact, never AUTO if there are any.
    `passed`: the classes skipped above the first contact. `acute` is set for ACUTE alone, which has
    no contacts to choose from.
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
    call: Call | None
    contacts: tuple[Contact, ...]
    passed: tuple[PassedClass, ...]
    local: LocalDesk | None
    acute: AcuteCard | None
    none: NoPath | None

    @property
    def paths(self) -> tuple[Path, ...]:
        """All paths in the order of their contacts; their numbers increase across contacts."""
        return tuple(path for contact in self.contacts for path in contact.ways)

    @property
    def is_exact(self) -> bool:
        """Whether no better paths were missed."""
        return all(contact.is_exact for contact in self.contacts)

    @property
    def is_cut_off(self) -> bool:
        """Whether a search ended early."""
        return any(contact.is_cut_off for contact in self.contacts)
