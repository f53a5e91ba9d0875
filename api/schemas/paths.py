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
    """Where I sit, where it must land, and on what terms.

    At least one of target, trigger, area, network, sector and competence. Nothing to start from
    means one's own posts; a number left out is the policy's, a date left out is today. Without `at`
    it is now where the date is today, and about the date alone where it is another.
    """

    model_config = _examples(_NATIONAL, _RELEASE)

    on: date | None = Field(default=None, description="The date asked about", examples=[None])
    at: Minute | None = Field(
        default=None,
        description="The minute asked about, in Danish time; now or later",
        examples=[None],
    )
    start: Id | None = Field(default=None, description="Where I sit: post, authority, person, …")
    target: Id | None = Field(default=None, description="Where it must land")
    trigger: Trigger | None = Field(default=None, description="The kind of need")
    area: Id | None = Field(default=None, description="For which place somebody must answer")
    from_area: Id | None = Field(default=None, description="Start at the posts of this place")
    network: NetworkKinds = Field(default=(), description="Kinds, one of which will do")
    sector: Sector | OwnKindId | None = Field(default=None, description="Whose trade it is")
    competence: str | None = Field(
        default=None,
        max_length=60,
        description="The beginning of a KLE number or kv: code, or an own competence",
    )
    level: PreventionLevel | None = Field(default=None, description="At which prevention level")
    language: str | None = Field(
        default=None, max_length=35, description="Who speaks it, as a tag: `so`, `uk`"
    )
    channel: Channel | None = Field(default=None, description="By what means")
    within_km: int | None = Field(default=None, description="No further away than this")
    avoid: Ids = Field(default=(), description="Around these")
    gate: LegalGate | None = Field(default=None, description="On this legal ground all the way")
    via: tuple[Via, ...] = Field(default=(), description="Through these, in order; two at most")
    direction: Direction = Field(default="AUTO", description="Which way through the tiers")
    max_hops: int | None = Field(default=None, description="At most so many hops")
    max_paths: int | None = Field(default=None, description="At most so many ways to each contact")
    max_contacts: int | None = Field(default=None, description="At most so many contacts")
    overlap_percent: int | None = Field(default=None, description="How alike two paths may be")


class AskedStops(Need):
    """A need whose paths lead through stops in order: nodes or places by id, three at most."""

    model_config = _examples({**_NATIONAL, "stops": ["act-cde-1"]})

    stops: tuple[Id, ...] = Field(min_length=1, max_length=10)


class AskedWhyNot(Need):
    """A need, and the node that no path of it seems to go through."""

    model_config = _examples({**_NATIONAL, "node": "net-ihn-1462"})

    node: Id


class AskedPathDiff(Need):
    """A need, and the later date its answer is compared with."""

    model_config = _examples({**_NATIONAL, "against": "2027-01-01"})

    against: date = Field(description="The later date")


class AskedReach(Need):
    """A need without target and distance, asked for every municipality at once.

    Its `area` says which: those that lie in it; none means all. `kinds` keeps the targets to posts
    of these kinds; none means any.
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
    """A move between two places; who moves is never asked. Without sectors, the usual four."""

    model_config = _examples({"from_area": "mun-0240", "to_area": "mun-0265"})

    from_area: Id = Field(description="Where somebody moves from")
    to_area: Id = Field(description="Where to")
    sectors: tuple[Sector, ...] = Field(default=(), max_length=11)
    level: PreventionLevel | None = None
    on: date | None = Field(default=None, description="The date asked about")
    at: Minute | None = Field(
        default=None,
        description="The minute at which they are to answer, in Danish time; now or later",
    )


class AskedTable(Wire):
    """What the people at a table must stand for in an area: sectors, kinds of post, authorities."""

    model_config = _examples(
        {"area": "mun-0787", "required": ["POLICE", "SOCIAL_SERVICES", "SSP_COORDINATOR"]}
    )

    area: Id
    required: tuple[Sector | PostKind | Id, ...] = Field(max_length=100)
    with_deputies: bool = Field(default=False, description="Who stands in at a post counts too")
    on: date | None = Field(default=None, description="The date asked about")


class Named(Wire):
    """A node by id, with its name where you may know it."""

    id: str = Field(examples=["act-ihm-0787"])
    name: str | None = Field(examples=["Infohus-tovholder, Thisted Kommune"])


# ---- who answers


class PassedOver(Wire):
    """Somebody who would have come first; `until` is the first date that changes, if known."""

    rung: Rung
    why: PassedWhy
    until: date | None


class Answering(Wire):
    """One who could answer; without `who` it is the post's own channel."""

    rung: Rung
    who: Named | None


class AvailabilityWords(Wire):
    """The same in a sentence; "now" stands in it only where somebody answers at this minute."""

    text: str = Field(examples=["Svarer nu: Birgit Lyngtoft Aagaard, indehaver, til kl. 15.00"])


class Availability(Wire):
    """Who answers at a post at a moment, or when somebody will, in Danish local time.

    `until`: the first minute at which this one no longer answers. `opens_at` is told with OPENS_AT
    alone, and `who` answers from then. `covers`: the duty line of the place, which answers
    meanwhile. `is_dated`: no hour was asked about, so the moment is the first opening of the date.
    """

    state: AvailabilityState
    rung: Rung
    who: Named | None
    until: Minute | None
    opens_at: Minute | None
    covers: Named | None
    is_dated: bool
    words: AvailabilityWords


class Resolution(Wire):
    """Who answers at a post at the moment asked about, else at its next opening.

    `is_hidden`: somebody holds the post or stands in whose name is not for you. `cost` in
    micro-nats, none: closed. `since`: the day a holder came. `vacant_since`: the day the last one
    left. `until`: the first date on which another answers. `leaves`: the first on which this one
    does not. `order`: all who could answer. `reveal`: whose contact details those are.
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
    is_hidden: bool
    channels: tuple[Channel, ...]
    passed_over: tuple[PassedOver, ...]
    order: tuple[Answering, ...]
    reveal: str | None
    availability: Availability


class StopWords(Wire):
    """Who answers at a stop and why somebody else does not; none where nobody is asked."""

    answers: str | None = Field(
        examples=["Svarer nu: Bo Holm, stedfortræder, til kl. 15.00 (indehaver fraværende)"]
    )


class Stop(Wire):
    """A step of a path: one call. For a network, `resolution` is of its coordinating post.

    `covers`: all nodes of the step in the order of the way, where the same person, unit or duty
    line answers at several; else the node alone.
    """

    node: Named
    label: Label
    kind: StopKind | None
    tier: Tier
    area: Named | None
    resolution: Resolution | None
    covers: tuple[Named, ...]
    words: StopWords


# ---- hops


class Parts(Wire):
    """What the link itself costs, in micro-nats."""

    type: int
    strength: int
    freshness: int
    gate: int


class HopFacts(Wire):
    """What is known of the link of a hop; no `days`: it was never verified."""

    link: str
    type: LinkType
    gate: LegalGate | None
    levels: Annotated[tuple[PreventionLevel, ...], Sorted]
    strength: float | None
    verified_on: date | None
    days: int | None
    freshness: Freshness
    verified_by: Named | None
    until: date | None
    carriers: tuple[Named, ...]
    parts: Parts


class HopWords(Wire):
    """A hop in words: its ends, why one can go this way in a line, and all that is known of it."""

    title: str = Field(examples=["Led 1: PET: kapacitet → Koordinationsgruppen"])
    why: str
    account: tuple[str, ...]


class Hop(Wire):
    """One link as used on a path; `is_forward`: walked from the link's source to its target.

    `cost` is the sum of the parts, `hub`, `standing`, `response` and `inside`, in micro-nats:
    `response` is for the wait until somebody answers there, `inside` what the links between the
    nodes of the step cost. `also` are the ids of parallel links that cost more.
    """

    source: Named
    target: Named
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
    """What to know about a path before using it; `hop` is a position from 0."""

    kind: NoteKind
    hop: int | None
    on: date | None
    places: tuple[Named, ...]
    words: NoteWords


class PathWords(Wire):
    """A path in words: in a line, what it costs in all, how it differs from its contact's best."""

    summary: str = Field(examples=["3 led, ældste kontrol 64 dage. Kortest."])
    account: str
    difference: str | None


class Path(Wire):
    """A way to a target: n + 1 stops, n hops.

    `oldest_days` is none where a hop was never verified, `weakest` the position of the dearest hop,
    `until` the first date on which a part changes, `shared_people` whom it meets as path 1 does.
    `chance` is an estimate that orders the paths.
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
    shared_people: tuple[Named, ...]
    words: PathWords


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


# ---- contacts


class FitWords(Wire):
    """Why a post is right, as the policy says it."""

    text: str = Field(examples=["koordinerer SSP Ringsted"])


class Fit(Wire):
    """Why a post is right for a need: the kind of need, and the class, 1 for the best.

    `through` is what makes it so: the network it coordinates, the place, the authority.
    """

    need: FitNeed
    number: int
    through: Named | None
    words: FitWords


class DirectWords(Wire):
    """That you may call, in a sentence, and what to observe."""

    text: str = Field(
        examples=["Du må ringe direkte. Nævn ingen: I har intet fælles retsgrundlag."]
    )
    sentences: tuple[str, ...] = Field(examples=[[]])


class Direct(Wire):
    """That a contact may be called without anybody between, and on what ground.

    `covers_need`: the call is all the need asks for; else the ways are the answer. NAMED has the
    `gate` and the network or authority you share as `through`; CONSENT until when it holds and who
    opens the door otherwise. `channels`: kinds only.
    """

    ground: DirectGround
    covers_need: bool
    channels: tuple[Channel, ...]
    gate: LegalGate | None
    through: Named | None
    until: date | None
    opener: Named | None
    words: DirectWords


class ContactWords(Wire):
    """Who it is and why, in a line; and that it is you, where it is."""

    title: str = Field(examples=["SSP-koordinator, Ringsted — koordinerer SSP Ringsted"])
    you: str | None = Field(examples=[None])


class Contact(Wire):
    """Somebody who meets the need: how to reach them, and when.

    `is_you`: you answer there yourself. `is_exact`: no better ways; `fewer`: why there are fewer
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
    fewer: Fewer | None
    none: NoPath | None
    words: ContactWords


class PassedClassWords(Wire):
    """The same in a sentence."""

    text: str = Field(examples=["SSP-koordinator, Læsø: ingen svarer før 4. feb."])


class PassedClass(Wire):
    """A class of posts that was left because none of them can be reached, and why.

    `posts`: at most three of them. `until`: the first date on which one of them answers again.
    """

    fit: Fit
    posts: tuple[Named, ...]
    cause: Cause
    until: date | None
    none: NoPath
    words: PassedClassWords


# ---- the place


class LocalPost(Wire):
    """A standing post of a place, who answers there, and whether it may be called directly.

    `is_you`: you answer there yourself; then there is no call.
    """

    post: Named
    kind: PostKind
    resolution: Resolution
    is_you: bool
    direct: Direct | None


class LocalDeskWords(Wire):
    """What it is called."""

    title: str = Field(examples=["Faste kontakter, Ringsted"])


class LocalDesk(Wire):
    """The standing posts of a place in the order of the policy."""

    area: Named
    posts: tuple[LocalPost, ...]
    words: LocalDeskWords


class AcuteCardWords(Wire):
    """What to do, in order; `inform` is the heading above those who are told afterwards."""

    title: str = Field(examples=["Akut fare: ring 112. Politi: 114."])
    duty_line: str
    inform: str = Field(examples=["Orientér bagefter:"])


class AcuteCard(Wire):
    """What to do in acute danger: the emergency lines, then the duty line of the place.

    `duty_line` is none where no place is named or known. `inform`: who is told afterwards.
    """

    area: Named | None
    lines: tuple[LocalPost, ...]
    duty_line: LocalPost | None
    inform: tuple[LocalPost, ...]
    words: AcuteCardWords


# ---- the whole


class PathsWords(Wire):
    """What was asked, and by which data and rules it was answered."""

    headline: str = Field(
        examples=["Fra PET Forebyggelsescenter til Ringsted (SSP), 28. nov. 2026 kl. 22.00"]
    )
    origin: str


class Paths(Wire):
    """What was asked, by which data and policy, and the contacts; `none` where there are none.

    `at`: the Danish minute asked about; none: the date alone. `rung` is of the first contact: 0 the
    area itself, 1 what it lies in, 2 national. `direction` is that of the first contact's ways.
    `passed`: the classes left above the first contact. `acute` is told for ACUTE alone, which has
    no contacts to choose from.
    """

    need: Need
    on: date
    at: Minute | None
    revision: int
    policy: str
    direction: Direction
    rung: int
    start: Named | None
    target: Named | None
    area: Named | None
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


class WhyNotWords(Wire):
    """The same in a sentence."""

    text: str


class WhyNot(Wire):
    """Why no path that is shown goes through a node; the name is not known of a hidden one.

    `path`: the number of the path it is on (GIVEN) or too like (OVERLAP). `cost` and `hops`: of the
    best way through it. `best`: what path 1 costs. `term`: what was given up to find that way.
    `proved`: no search for it was cut off.
    """

    node: Named
    obstacle: Obstacle
    path: int | None
    cost: int | None
    hops: int | None
    best: int | None
    most_hops: int | None
    term: Relaxed | None
    proved: bool
    words: WhyNotWords


class Excluded(Wire):
    """A node kept out by a rule on crossing; `cost` of the path through it."""

    node: Named
    obstacle: Obstacle
    cost: int
    words: WhyNotWords


class WhyNotAnswer(Wire):
    """Why not through the node asked about; and all whom the rules on crossing kept out."""

    why_not: WhyNot
    excluded: tuple[Excluded, ...]


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


class Reached(Wire):
    """The best path to one municipality, or why there is none.

    `rung`: 0 the target answers for the municipality itself, 1 for what it lies in, 2 for the
    country. `oldest_days`: none where a hop was never verified. `path`: the ids of its nodes.
    """

    area: Named
    rung: int
    target: Named | None
    hops: int | None
    oldest_days: int | None
    cost: int | None
    chance: float | None
    path: tuple[str, ...]
    cause: Cause | None
    is_exact: bool


class Reach(Wire):
    """What was asked, by which data and policy; a row for each municipality."""

    need: Need
    kinds: Annotated[tuple[PostKind, ...], Sorted]
    on: date
    revision: int
    policy: str
    start: Named | None
    area: Named | None
    municipalities: tuple[Reached, ...]


class Side(Wire):
    """The posts of a sector that answer for one of the places, and who answers at each.

    `rung`: 0 for the place itself, 1 for what it lies in, 2 for the country.
    """

    rung: int
    posts: tuple[Resolution, ...]
    gap: Gap | None


class SectorHandoverWords(Wire):
    """What is missing, each in a word or two; empty: nothing is."""

    gaps: tuple[str, ...] = Field(examples=[["Ingen kontaktvej"]])


class SectorHandover(Wire):
    """How one sector hands over.

    `path` is the best from the giving side to the taking one, `cause` why there is none where both
    have posts. `is_same`: who takes over has it already. `gaps`: what is missing.
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
    """Between which places, by which data and policy; a row for each sector as asked."""

    from_area: Named
    to_area: Named
    on: date
    revision: int
    policy: str
    sectors: tuple[SectorHandover, ...]


Requirement = Sector | PostKind | str
"""What a participant must represent: a sector, a kind of post, or an authority by id."""


class Seat(Wire):
    """Somebody at the table, and the posts for which; without `person` the name is not for you."""

    person: Named | None
    posts: tuple[Named, ...]


class Covered(Wire):
    """A requirement and who at the table covers it.

    `rung`: 0 its posts answer for the area itself, 1 for what it lies in, 2 for the country.
    `by_hidden`: the posts at which somebody covers it whose name is not for you.
    """

    requirement: Requirement
    authority: Named | None
    rung: int
    has_post: bool
    by: tuple[Named, ...]
    by_hidden: tuple[Named, ...]


class SmallestTable(Wire):
    """The fewest people who cover what can be covered; requirements in the order asked.

    `is_exact`: no table is smaller. Else it has at most `bound` times the people of the smallest,
    which has `at_least` so many. Somebody whose name is not for you counts once for each of their
    posts. `uncovered`: what nobody covers.
    """

    area: Named
    on: date
    revision: int
    with_deputies: bool
    seats: tuple[Seat, ...]
    covered: tuple[Covered, ...]
    is_exact: bool
    bound: float
    at_least: int
    uncovered: tuple[Requirement, ...]
