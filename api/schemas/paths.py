"""Wire models of needs and of the answers to them.

Names are resolved first, with `/names`. Nothing of a need or answer is stored.

Ids, codes and numbers are the same for every reader; `words` are in the language of the caller.
"""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from api.schemas.base import Id, Minute, OwnKindId, Sorted, Wire
from api.schemas.words import (
    AvailabilityState,
    Cause,
    Channel,
    DirectGround,
    Direction,
    FewerWhy,
    FitNeed,
    Freshness,
    Gap,
    Label,
    LegalGate,
    LinkType,
    NetworkKind,
    NoteKind,
    Obstacle,
    PassedWhy,
    PathFate,
    PathWhy,
    PostKind,
    PreventionLevel,
    Reason,
    Relaxed,
    Rung,
    Sector,
    StopKind,
    Tier,
    Trigger,
)

_RELEASE: Final[dict[str, Any]] = {
    "start": "act-kf-1462", "trigger": "RELEASE", "area": "mun-0787", "max_paths": 3,
}  # fmt: skip
_NATIONAL: Final[dict[str, Any]] = {
    "start": "aut-pet-fc",
    "area": "mun-0787",
    "network": ["INFOHOUSE_MUNICIPALITY", "INFOHOUSE_NETWORK"],
}
NetworkKinds = Annotated[tuple[NetworkKind | OwnKindId, ...], Sorted, Field(max_length=13)]
Ids = Annotated[tuple[Id, ...], Sorted, Field(max_length=100)]
Via = NetworkKind | Sector | NetworkKinds | Id
"""What a path must meet: networks of a kind or several kinds, a sector, or a node by id."""


def _examples(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": list(examples)})


class Need(Wire):
    """The start, goal, time and terms of a search.

    At least one of target, trigger, area, network, sector and competence is required. Without a
    start, paths begin at your own posts. A missing number is that of the policy, a missing date is
    today. Without `at`, the time is now if the date is today, else the answer is for the date as a
    whole.
    """

    model_config = _examples(_NATIONAL, _RELEASE)

    on: date | None = Field(
        default=None, description="The date of the need; default: today", examples=[None]
    )
    at: Minute | None = Field(
        default=None,
        description="The minute of the need, in Danish time; now or later",
        examples=[None],
    )
    start: Id | None = Field(
        default=None, description="The start: a post, authority, network or person"
    )
    target: Id | None = Field(default=None, description="The goal: the node to reach")
    trigger: Trigger | None = Field(default=None, description="The kind of need")
    area: Id | None = Field(default=None, description="The area that the contact must answer for")
    from_area: Id | None = Field(default=None, description="Start at the posts of this area")
    network: NetworkKinds = Field(default=(), description="Kinds of network; one of them is enough")
    sector: Sector | OwnKindId | None = Field(default=None, description="The sector of the contact")
    competence: str | None = Field(
        default=None,
        max_length=60,
        description="The beginning of a KLE number or kv: code, or an own competence",
    )
    level: PreventionLevel | None = Field(
        default=None, description="The prevention level of all links"
    )
    language: str | None = Field(
        default=None,
        max_length=35,
        description="A language that the contact speaks, as a tag: `so`, `uk`",
    )
    channel: Channel | None = Field(default=None, description="A channel that the contact has")
    within_km: int | None = Field(default=None, description="The maximum distance of the contact")
    avoid: Ids = Field(default=(), description="Nodes that paths must not go through")
    gate: LegalGate | None = Field(default=None, description="The legal ground of every hop")
    via: tuple[Via, ...] = Field(
        default=(), description="What paths must go through, in order; two at most"
    )
    direction: Direction = Field(default="AUTO", description="The direction through the tiers")
    max_hops: int | None = Field(default=None, description="The maximum number of hops")
    max_paths: int | None = Field(
        default=None, description="The maximum number of paths to each contact"
    )
    max_contacts: int | None = Field(default=None, description="The maximum number of contacts")
    overlap_percent: int | None = Field(
        default=None, description="The maximum overlap of two paths"
    )


class AskedStops(Need):
    """A need whose paths lead through stops in order: ids of nodes or places, three at most."""

    model_config = _examples({**_NATIONAL, "stops": ["act-cde-1"]})

    stops: tuple[Id, ...] = Field(min_length=1, max_length=10)


class AskedWhyNot(Need):
    """A need, and the node that no path of it goes through."""

    model_config = _examples({**_NATIONAL, "node": "net-ihn-1462"})

    node: Id


class AskedPathDiff(Need):
    """A need, and the later date to compare its answer with."""

    model_config = _examples({**_NATIONAL, "against": "2027-01-01"})

    against: date = Field(description="The later date to compare with")


class AskedReach(Need):
    """A need without target and distance, answered for every municipality.

    `area` keeps the municipalities inside it. `kinds` keeps targets of these kinds of post. Without
    either: all.
    """

    model_config = _examples(
        {
            "start": "aut-pet-fc",
            "area": "pol-1462",
            "network": ["INFOHOUSE_MUNICIPALITY", "INFOHOUSE_NETWORK"],
            "kinds": ["INFOHOUSE_COORDINATOR_MUNICIPAL", "INFOHOUSE_COORDINATOR_POLICE"],
        }
    )

    kinds: Annotated[tuple[PostKind, ...], Sorted] = Field(default=(), max_length=33)


class AskedHandover(Wire):
    """A move between two places; who moves is not asked. Without sectors, the usual four."""

    model_config = _examples({"from_area": "mun-0240", "to_area": "mun-0265"})

    from_area: Id = Field(description="The place somebody moves from")
    to_area: Id = Field(description="The place somebody moves to")
    sectors: tuple[Sector, ...] = Field(default=(), max_length=11)
    level: PreventionLevel | None = None
    on: date | None = Field(default=None, description="The date of the need; default: today")
    at: Minute | None = Field(
        default=None,
        description="The minute at which posts are to answer, in Danish time; now or later",
    )


class AskedTable(Wire):
    """What the participants of a meeting must represent: sectors, kinds of post, authorities."""

    model_config = _examples(
        {"area": "mun-0787", "required": ["POLICE", "SOCIAL_SERVICES", "SSP_COORDINATOR"]}
    )

    area: Id
    required: tuple[Sector | PostKind | Id, ...] = Field(max_length=100)
    with_deputies: bool = Field(
        default=False, description="Whether deputies of a post may represent it"
    )
    on: date | None = Field(default=None, description="The date of the need; default: today")


class NodeRef(Wire):
    """A node by id, with its name if you may see it."""

    id: str = Field(examples=["act-ihm-0787"])
    name: str | None = Field(examples=["Infohus-tovholder, Thisted Kommune"])


# ---- who answers


class PassedOver(Wire):
    """One who comes earlier in the order but does not answer; `until`: until when, if known."""

    rung: Rung
    why: PassedWhy
    until: date | None


class AnswerCandidate(Wire):
    """One who could answer; without `who` it is the post's own channel."""

    rung: Rung
    who: NodeRef | None


class AvailabilityWords(Wire):
    """The same as a sentence; it says "now" only if somebody answers at this minute."""

    text: str = Field(examples=["Svarer nu: Birgit Lyngtoft Aagaard, til kl. 15.00"])


class Availability(Wire):
    """Who answers at a post at a time, or when somebody will, in Danish local time.

    `until`: the first minute at which this one no longer answers. `opens_at` is present with
    OPENS_AT only; `who` answers from then. `covers`: whom to contact meanwhile, of the same
    authority, its mailbox in working hours, or its duty line. `is_dated`: no time of day was given,
    so it is the first opening of the date.
    """

    state: AvailabilityState
    rung: Rung
    who: NodeRef | None
    until: Minute | None
    opens_at: Minute | None
    covers: NodeRef | None
    is_dated: bool
    words: AvailabilityWords


class Resolution(Wire):
    """Who answers at a post at the time of the need, else at its next opening.

    `is_hidden`: a holder or deputy whose name you may not see. `cost` is in micro-nats; null:
    closed. `since`: the day a holder began. `vacant_since`: the day the last one left. `until`: the
    first date on which another answers. `leaves`: the first date on which this one does not.
    `order`: all who could answer. `reveal`: the node whose contact details to reveal.
    """

    post: NodeRef
    rung: Rung
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


class StopWords(Wire):
    """Who answers at a stop, and why somebody else does not; null for a stop without a post."""

    answers: str | None = Field(
        examples=["Svarer nu: Bo Holm, stedfortræder, til kl. 15.00 (indehaver fraværende)"]
    )


class Stop(Wire):
    """A step of a path: one call. For a network, `resolution` is of its coordinating post.

    `covers`: all nodes of the step in order, if the same person, unit or duty line answers at
    several; else the node alone.
    """

    node: NodeRef
    label: Label
    kind: StopKind | None
    tier: Tier
    area: NodeRef | None
    resolution: Resolution | None
    covers: tuple[NodeRef, ...]
    words: StopWords


# ---- hops


class Parts(Wire):
    """The parts of the cost of a link, in micro-nats."""

    type: int
    strength: int
    freshness: int
    gate: int


class HopFacts(Wire):
    """What is known of the link of a hop; without `days` it was never verified."""

    link: str
    type: LinkType
    gate: LegalGate | None
    levels: Annotated[tuple[PreventionLevel, ...], Sorted]
    strength: float | None
    verified_on: date | None
    days: int | None
    freshness: Freshness
    verified_by: NodeRef | None
    until: date | None
    carriers: tuple[NodeRef, ...]
    parts: Parts


class HopWords(Wire):
    """A hop in words: its ends, the reason for it in a line, and all that is known of it."""

    title: str = Field(examples=["Led 1: PET: kapacitet → Koordinationsgruppen"])
    why: str
    account: tuple[str, ...]


class Hop(Wire):
    """A link as used on a path; `is_forward`: from its source to its target.

    `cost` is the sum of the parts of `facts`, `hub`, `standing`, `response` and `inside`, in
    micro-nats: `response` is for the wait until somebody answers, `inside` for the links between
    the nodes of a step. `also`: ids of parallel links that cost more.
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
    words: HopWords


# ---- paths


class NoteWords(Wire):
    """A note as a sentence."""

    text: str


class Note(Wire):
    """What to know before using a path; `hop` is a position from 0."""

    kind: NoteKind
    hop: int | None
    on: date | None
    places: tuple[NodeRef, ...]
    words: NoteWords


class PathWords(Wire):
    """A path in words: a summary, its total cost, and how it differs from the best path."""

    summary: str = Field(examples=["3 led, ældste kontrol 64 dage. Kortest."])
    account: str
    difference: str | None


class Path(Wire):
    """A path to a target: n + 1 stops, n hops.

    `oldest_days` is null if a hop was never verified; `weakest` is the position of the hop with the
    highest cost, `until` the first date on which a part of the path changes, and `shared_people`
    those who also answer on path 1. `chance` is an estimate for ordering the paths.
    """

    number: int
    reason: Reason | None
    cost: int
    chance: float = Field(ge=0, le=1)
    stops: tuple[Stop, ...]
    hops: tuple[Hop, ...]
    oldest_days: int | None
    freshness: Freshness
    weakest: int
    gates: tuple[LegalGate, ...]
    until: date | None
    notes: tuple[Note, ...]
    shared_people: tuple[NodeRef, ...]
    words: PathWords


class Edge(Wire):
    """Where a search stopped: how far it came, or since when no one answers there."""

    node: NodeRef
    hops: int
    cost: int
    vacant_since: date | None
    is_closed: bool


class MissingLink(Wire):
    """A missing link, the cost of a path over it, and who could create it.

    Without `source` it is a deputy, who could be anyone. `steward`: the area whose steward can.
    """

    type: LinkType
    source: NodeRef | None
    target: NodeRef
    gate: LegalGate | None
    path_cost: int
    path_chance: float
    makers: tuple[NodeRef, ...]
    steward: NodeRef | None


class WouldWork(Wire):
    """A term of the need, and how many paths there are without it; 0: a direct call alone."""

    term: Relaxed
    paths: int


class Nearest(Wire):
    """The best path to the next larger area."""

    rung: int
    node: NodeRef
    hops: int
    cost: int
    chance: float


class NearestAble(Wire):
    """A post elsewhere that meets the terms; `km`, rounded up, between the centers of two areas."""

    node: NodeRef
    area: NodeRef
    km: int


class NoPathWords(Wire):
    """Why there is no path, as sentences."""

    sentences: tuple[str, ...]


class NoPath(Wire):
    """Why there is no path, and what would have to exist. `proved`: the search was complete.

    `nearest_able`: if nobody at the place meets the terms, the nearest who do, one an area.
    `begin_at`: if the start has no posts of its own, posts of the body it is part of.
    """

    cause: Cause
    proved: bool
    frontier: tuple[Edge, ...]
    from_target: tuple[Edge, ...]
    missing: tuple[MissingLink, ...]
    would_work: tuple[WouldWork, ...]
    nearest: Nearest | None
    nearest_able: tuple[NearestAble, ...] = ()
    begin_at: tuple[NodeRef, ...] = ()
    words: NoPathWords


class FewerWords(Wire):
    """Why there are no more paths, as a sentence."""

    text: str


class Fewer(Wire):
    """Why there are fewer paths than requested; `bottleneck` is a stop that all of them share."""

    why: FewerWhy
    bottleneck: NodeRef | None
    words: FewerWords


# ---- contacts


class FitWords(Wire):
    """Why a post is right, in the words of the policy."""

    text: str = Field(examples=["koordinerer SSP Ringsted"])


class Fit(Wire):
    """Why a post is right for a need: the kind of the need, and the class, 1 for the best.

    `through` is the reason: the network it coordinates, the place, or the authority.
    """

    need: FitNeed
    number: int
    through: NodeRef | None
    words: FitWords


class DirectWords(Wire):
    """That you may call, as a sentence, and the conditions."""

    text: str = Field(
        examples=[
            "Du må ringe direkte. Sig ikke, hvem det handler om: I har ikke hjemmel til at dele "
            "det."
        ]
    )
    sentences: tuple[str, ...] = Field(examples=[[]])


class Direct(Wire):
    """Permission to call a contact directly, and its ground.

    `covers_need`: the call is enough for the need; else use the paths. NAMED has the `gate` and, in
    `through`, the network or authority you share; CONSENT has its end, and the door opener.
    `channels`: kinds only.
    """

    ground: DirectGround
    covers_need: bool
    channels: tuple[Channel, ...]
    gate: LegalGate | None
    through: NodeRef | None
    until: date | None
    opener: NodeRef | None
    words: DirectWords


class CallWords(Wire):
    """Whom to call, who answers and until when, or when it opens and who covers until then."""

    text: str = Field(examples=["Ring direkte til SSP-koordinator, Ringsted. Svarer nu: Bo Holm"])


class Call(Wire):
    """Whom to call for a contact at the time of the need.

    `contact` is its number. `post` is the contact itself if you may call it directly, else the
    first stop of the path numbered `way`. `availability` is null for a node that is not a post.
    `channels`: kinds only. `reveal`: the node whose contact details to reveal: the duty line while
    it covers a closed post.
    """

    contact: int
    post: NodeRef
    way: int | None
    availability: Availability | None
    channels: tuple[Channel, ...]
    reveal: str | None
    words: CallWords


class ContactWords(Wire):
    """The contact and the reason in a line; `you` if it is you."""

    title: str = Field(examples=["SSP-koordinator, Ringsted — koordinerer SSP Ringsted"])
    you: str | None = Field(examples=[None])


class Contact(Wire):
    """A contact who meets the need, and the paths to them.

    `is_you`: you answer there yourself, so there is no `call`. `is_exact`: there are no better
    paths; `fewer`: why there are fewer than requested. `none`: why there is no path, if there is
    none and the contact may not be called directly.
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
    fewer: Fewer | None
    none: NoPath | None
    words: ContactWords

    @property
    def first_stop(self) -> Stop:
        """Whom to call first: the contact, or the first stop of the path that `call` names."""
        through = self.call is not None and self.call.way is not None
        return self.ways[0].stops[1] if through else self.stop


class PassedClassWords(Wire):
    """The same as a sentence."""

    text: str = Field(examples=["SSP-koordinator, Læsø: ingen svarer før 4. feb."])


class PassedClass(Wire):
    """A class of posts of which none can be reached, and why.

    `posts`: at most three of them. `until`: the first date on which one of them answers again.
    """

    fit: Fit
    posts: tuple[NodeRef, ...]
    cause: Cause
    until: date | None
    none: NoPath
    words: PassedClassWords


# ---- the place


class LocalPost(Wire):
    """A standing contact of a place, who answers there, and whether it may be called directly.

    `is_you`: you answer there yourself, so there is no call.
    """

    post: NodeRef
    kind: PostKind
    resolution: Resolution
    is_you: bool
    direct: Direct | None


class LocalDeskWords(Wire):
    """The heading of the standing contacts."""

    title: str = Field(examples=["Faste kontakter, Ringsted"])


class LocalDesk(Wire):
    """The standing contacts of a place, in the order of the policy."""

    area: NodeRef
    posts: tuple[LocalPost, ...]
    words: LocalDeskWords


class AcuteCardWords(Wire):
    """What to do, in order; `inform` is the heading above those to inform afterwards."""

    title: str = Field(examples=["Akut fare: ring 112. Politi: 114."])
    duty_line: str
    inform: str = Field(examples=["Orientér bagefter:"])


class LineNumber(Wire):
    """A number of a public line, which needs no purpose: that of today, at any time asked about."""

    post: str = Field(examples=["act-112"])
    channel: str = Field(examples=["EMERGENCY"])
    number: str = Field(examples=["112"])


class AcuteCard(Wire):
    """What to do in acute danger: call the emergency lines, then the duty line of the place.

    `duty_line` is null if no place is named or known. `inform`: whom to inform afterwards.
    `numbers`: those of the emergency lines and of the duty line, in the order they are to be tried.
    """

    area: NodeRef | None
    lines: tuple[LocalPost, ...]
    duty_line: LocalPost | None
    inform: tuple[LocalPost, ...]
    numbers: tuple[LineNumber, ...] = ()
    words: AcuteCardWords


# ---- the whole


class PathsWords(Wire):
    """The request as a headline, and the data and rules of the answer."""

    headline: str = Field(
        examples=["Fra PET Forebyggelsescenter til Ringsted (SSP), 28. nov. 2026 kl. 22.00"]
    )
    origin: str


class Paths(Wire):
    """The request, its data and policy, and the contacts; `none` if there are none.

    `call`: whom to call first, for the best contact other than you. `at`: the Danish minute of the
    need; null: the date as a whole. `rung` is of the first contact: 0 the area itself, 1 what it
    lies in, 2 national. `direction` is that of the paths to the first contact. `passed`: the
    classes that come before the first contact and cannot be reached. `acute` is present only for
    ACUTE, which has no contacts to choose from.
    """

    need: Need
    on: date
    at: Minute | None
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
    words: PathsWords

    @property
    def paths(self) -> tuple[Path, ...]:
        """All paths in the order of their contacts, numbered consecutively."""
        return tuple(path for contact in self.contacts for path in contact.ways)


class Leg(Wire):
    """One part of the search; without `start` or `target`, the need names no node there."""

    start: NodeRef | None
    target: NodeRef | None
    direction: Direction
    rung: int


class WholePathWords(Wire):
    """A whole path in words: a summary, titles of its legs, and its difference from the first."""

    summary: str
    legs: tuple[str, ...]
    difference: str | None


class WholePath(Wire):
    """A path through all stops: a path for each leg; each begins where the one before ended.

    `cost` and `hops` are sums over the legs, `weakest` the position of the hop with the highest
    cost.
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
    """Why a leg, counted from 1, has no path; without `leg`: each has one, but they do not join."""

    leg: int | None
    none: NoPath


class StopsWords(Wire):
    """The data and rules of the answer."""

    origin: str


class PathsThroughStops(Wire):
    """The request, its data and policy, and the whole paths; `failed` if there are none."""

    need: Need
    stops: tuple[NodeRef, ...]
    on: date
    revision: int
    policy: str
    legs: tuple[Leg, ...]
    paths: tuple[WholePath, ...]
    is_exact: bool
    fewer: Fewer | None
    failed: tuple[FailedLeg, ...]
    words: StopsWords


class WhyNotWords(Wire):
    """The same as a sentence."""

    text: str


class WhyNot(Wire):
    """Why no listed path goes through a node; the name of a hidden node is not known.

    `path`: the number of the path it is on (GIVEN) or too similar to (OVERLAP). `cost` and `hops`:
    of the best path through it. `best`: the cost of path 1. `term`: the term that was dropped to
    find that path. `proved`: no search for it was cut off.
    """

    node: NodeRef
    obstacle: Obstacle
    path: int | None
    cost: int | None
    hops: int | None
    best: int | None
    most_hops: int | None
    term: Relaxed | None
    proved: bool
    words: WhyNotWords


class ExcludedNode(Wire):
    """A node excluded by a rule on crossing; `cost` of the path through it."""

    node: NodeRef
    obstacle: Obstacle
    cost: int
    words: WhyNotWords


class WhyNotAnswer(Wire):
    """Why no path goes through the node, and the nodes excluded by rules on crossing."""

    why_not: WhyNot
    excluded: tuple[ExcludedNode, ...]


Levels = Annotated[tuple[PreventionLevel, ...] | None, Sorted]


class WhyWords(Wire):
    """The same as a sentence."""

    text: str


class Why(Wire):
    """A difference between the dates. `stop` and `hop` are positions on the path, from 0.

    `on`: the first date on which it is so. `was` and `now`: who answers, a legal ground or a
    freshness. Costs are in micro-nats. Elements that are hidden, ended or never existed are all
    NOT_THERE.
    """

    what: PathWhy
    stop: int | None
    hop: int | None
    node: NodeRef | None
    on: date | None
    successor: NodeRef | None
    was: Rung | LegalGate | Freshness | None
    now: Rung | LegalGate | Freshness | None
    who_was: NodeRef | None
    who_is: NodeRef | None
    levels_were: Levels
    levels_are: Levels
    cost_was: int | None
    cost_is: int | None
    words: WhyWords


class PathOfDate(Wire):
    """A path on one of the dates: its number in the answer, its cost and its chance."""

    number: int
    cost: int
    chance: float
    oldest_days: int | None


class ComparedWords(Wire):
    """What happens to the path, in a line."""

    title: str


class ComparedPath(Wire):
    """A path over the same nodes on both dates, and the differences.

    For a path that is gone, `why` says where it breaks; for a new one, where it would have broken
    before.
    """

    fate: PathFate
    stops: tuple[NodeRef, ...]
    hops: tuple[LinkType, ...]
    before: PathOfDate | None
    after: PathOfDate | None
    why: tuple[Why, ...]
    words: ComparedWords


class PathDiffWords(Wire):
    """How many paths are kept, gone or new; why a date has none; the data and rules."""

    headline: str
    causes: tuple[str, ...]
    origin: str


class PathDiff(Wire):
    """The need on both dates: the paths of the first date in order, then new ones in order.

    The causes say why a date has no path. They are also null if something that the need names does
    not exist on the date.
    """

    need: Need
    against: date
    revision: int
    policy: str
    paths: tuple[ComparedPath, ...]
    cause_before: Cause | None
    cause_after: Cause | None
    words: PathDiffWords


class MunicipalReach(Wire):
    """The best path to a municipality, or why there is none.

    `rung`: 0 the target answers for the municipality itself, 1 for what it lies in, 2 for the
    country. `oldest_days`: null if a hop was never verified. `path`: the ids of its nodes.
    """

    area: NodeRef
    rung: int
    target: NodeRef | None
    hops: int | None
    oldest_days: int | None
    cost: int | None
    chance: float | None
    path: tuple[str, ...]
    cause: Cause | None
    is_exact: bool


class Reach(Wire):
    """The request, its data and policy, and a row for each municipality."""

    need: Need
    kinds: Annotated[tuple[PostKind, ...], Sorted]
    on: date
    revision: int
    policy: str
    start: NodeRef | None
    area: NodeRef | None
    municipalities: tuple[MunicipalReach, ...]


class Side(Wire):
    """The posts of a sector that answer for one of the places, and who answers at each.

    `rung`: 0 for the place itself, 1 for what it lies in, 2 for the country.
    """

    rung: int
    posts: tuple[Resolution, ...]
    gap: Gap | None


class SectorHandoverWords(Wire):
    """What is missing, each in a word or two; empty if nothing is."""

    gaps: tuple[str, ...] = Field(examples=[["Ingen kontaktvej"]])


class SectorHandover(Wire):
    """The handover of a sector.

    `path` is the best path from the giving side to the receiving side, `cause` says why there is
    none although both have posts. `is_same`: the same posts answer for both places. `gaps`: what
    is missing.
    """

    sector: Sector
    giving: Side
    taking: Side
    path: Path | None
    gates: tuple[LegalGate, ...]
    cause: Cause | None
    is_same: bool
    is_exact: bool
    gaps: tuple[Gap, ...]
    words: SectorHandoverWords


class Handover(Wire):
    """The two places, the data and policy, and a row for each sector."""

    from_area: NodeRef
    to_area: NodeRef
    on: date
    revision: int
    policy: str
    sectors: tuple[SectorHandover, ...]


Requirement = Sector | PostKind | str
"""What a participant must represent: a sector, a kind of post, or an authority by id."""


class Seat(Wire):
    """A participant, and the posts they represent; without `person` you may not see the name."""

    person: NodeRef | None
    posts: tuple[NodeRef, ...]


class CoveredRequirement(Wire):
    """A requirement and the participants who represent it.

    `rung`: 0 its posts answer for the area itself, 1 for what it lies in, 2 for the country.
    `by_hidden`: posts of participants whose names you may not see.
    """

    requirement: Requirement
    authority: NodeRef | None
    rung: int
    has_post: bool
    by: tuple[NodeRef, ...]
    by_hidden: tuple[NodeRef, ...]


class SmallestTable(Wire):
    """The fewest people who represent what can be represented.

    `is_exact`: no smaller set exists. Otherwise it has at most `bound` times the people of the
    smallest set, which has `at_least` so many. Somebody whose name you may not see counts once for
    each of their posts. `uncovered`: requirements that no one represents.
    """

    area: NodeRef
    on: date
    revision: int
    with_deputies: bool
    seats: tuple[Seat, ...]
    covered: tuple[CoveredRequirement, ...]
    is_exact: bool
    bound: float
    at_least: int
    uncovered: tuple[Requirement, ...]
