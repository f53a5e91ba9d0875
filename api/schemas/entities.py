"""Wire models of nodes, links, names and neighborhoods; hidden or empty members are omitted."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, cast

from pydantic import BeforeValidator, Field

from api.schemas.base import OWN_KIND, Wire, Words

_POSTCODE: Final = re.compile(r"(\d{4}) (.+)")
_FEW: Final = 3  # a town with more postcodes has them written as a range


def written_aliases(aliases: Iterable[str]) -> list[str]:
    """Aliases in order; many postcodes of a town are written as a range."""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    plain: list[str] = []
    for alias in sorted(aliases):
        postcode = _POSTCODE.fullmatch(alias)
        if postcode:
            codes[postcode[2]].append(postcode[1])
        else:
            plain.append(alias)
    towns = [
        f"{part} {town}"
        for town, numbers in codes.items()
        for part in (numbers if len(numbers) <= _FEW else (f"{numbers[0]}–{numbers[-1]}",))
    ]
    return sorted(towns) + plain


def _plain(value: Any) -> Any:
    """Convert sets to sorted lists, so that the output is the same in each run."""
    return {
        name: sorted(cast("frozenset[str]", field)) if isinstance(field, frozenset) else field
        for name, field in cast("dict[str, Any]", value).items()
    }


Fields = Annotated[dict[str, Any], BeforeValidator(_plain)]
"""The fields of a node or link by their names in the model, with words by their identifiers."""


class NodeName(Wire):
    """A node by id, with its name if you may see it."""

    id: str = Field(examples=["post-ssp-0787"])
    name: str | None = Field(default=None, examples=["SSP-koordinator, Thisted"])


class LastCheck(Wire):
    """The last check; without `on` there was none. `is_due`: it should be checked now."""

    on: date | None = Field(default=None, examples=["2026-10-15"])
    days: int | None = Field(default=None, examples=[41])
    freshness: str = Field(examples=["FRESH"])
    is_due: bool = Field(examples=[False])


class Entity(Wire):
    """A node; `fields` has all its values that you may see."""

    id: str = Field(examples=["post-ssp-0787"])
    label: str = Field(examples=["Actor"])
    kind: str | None = Field(default=None, examples=["SSP_COORDINATOR"])
    own_kind: str | None = OWN_KIND
    name: str | None = Field(default=None, examples=["SSP-koordinator, Thisted"])
    areas: tuple[NodeName, ...] = Field(examples=[[{"id": "mun-0787", "name": "Thisted"}]])
    check: LastCheck | None = None
    fields: Fields = Field(
        examples=[{"tier": "MUNICIPAL", "sector": "YOUTH", "hours": "MO-FR 09:00-15:00"}]
    )


class Entities(Wire):
    """Nodes ordered by id; `next` is the `page` to ask for if there are more."""

    found: tuple[Entity, ...]
    next: str | None = Field(default=None, examples=["WyJwb3N0LXNzcC0wNzg3Il0"])


class PassedOverCandidate(Wire):
    """A person or line that comes earlier in the order but does not answer, why, and until when."""

    rung: str = Field(examples=["HOLDER"])
    why: str = Field(examples=["ABSENT"])
    until: date | None = Field(default=None, examples=["2026-12-07"])


class CouldAnswer(Wire):
    """One that could answer; without `who` it is the post's own channel, or a hidden name."""

    rung: str = Field(examples=["DEPUTY"])
    who: NodeName | None = None


class WhoAnswers(Wire):
    """Who answers at a post on the date, who was passed over, and until when this holds.

    `is_hidden`: a holder or deputy whose name you may not see. `now`: who answers at this minute,
    or when somebody will, as a sentence; only if the date is today. `reveal`: the node whose
    contact details to reveal: today that of who covers meanwhile, if nobody answers.
    """

    now: str | None = Field(
        default=None, examples=["Svarer nu: Birgit Lyngtoft Aagaard, til kl. 15.00"]
    )
    rung: str = Field(examples=["DEPUTY"])
    who: NodeName | None = None
    since: date | None = None
    vacant_since: date | None = None
    until: date | None = Field(default=None, examples=["2026-12-07"])
    leaves: date | None = None
    is_at_once: bool = Field(examples=[False])
    is_hidden: bool = Field(examples=[False])
    channels: tuple[str, ...] = Field(examples=[["MOBILE"]])
    passed_over: tuple[PassedOverCandidate, ...]
    order: tuple[CouldAnswer, ...]
    reveal: str | None = Field(default=None, examples=["per-00421"])


class Detail(Wire):
    """A contact detail of the node. Its value is revealed by `id`, with `POST /reveal`.

    `number` is present only for hotlines, emergency lines and duty lines, whose numbers are public.
    """

    id: str = Field(examples=["det-0787-ssp-1"])
    channel: str | None = Field(default=None, examples=["MOBILE"])
    hint: str | None = Field(default=None, examples=["+45 •• •• •• 78"])
    order: int = Field(examples=[1])
    is_work: bool | None = Field(default=None, examples=[True])
    check: LastCheck | None = None
    number: str | None = Field(default=None, examples=["112"])
    may_change: bool | None = Field(
        default=None, examples=[True], description="present if you may change it"
    )


class Rights(Wire):
    """What you may change of a node today; each write is checked again.

    `fields`: the names of the fields. `links`: the types of links that may be added to it;
    `REACHED_BY` with a new contact detail.
    """

    fields: Words = Field(examples=[["hours", "kind", "name"]])
    may_end: bool = Field(examples=[True])
    links: Words = Field(examples=[["DEPUTIZES_FOR", "HOLDS", "REACHED_BY"]])


class WholeEntity(Wire):
    """A node, who answers (for a post), and its contact channels in order.

    `rights` is missing if you may change nothing of it, or if another date is asked about.
    """

    entity: Entity
    answering: WhoAnswers | None = None
    details: tuple[Detail, ...]
    rights: Rights | None = None


class AreaCard(Wire):
    """An area, what it lies in, and what lies in it."""

    entity: Entity
    lies_in: tuple[NodeName, ...] = Field(examples=[[{"id": "reg-1081", "name": "Nordjylland"}]])
    holds: tuple[NodeName, ...] = Field(examples=[[]])


class AreaCards(Wire):
    """Areas ordered by id; `next` is the `page` to ask for if there are more."""

    found: tuple[AreaCard, ...]
    next: str | None = None


class NetworkParticipant(Wire):
    """A coordinator (`function`) or member (`attendance`) of a network, and the link."""

    node: NodeName
    label: str = Field(examples=["Actor"])
    link: str = Field(examples=["coordinates-ssp-0787"])
    function: str | None = Field(default=None, examples=["COORDINATOR"])
    attendance: str | None = Field(default=None, examples=["STANDING"])


class NetworkCard(Wire):
    """A network and who meets in it."""

    entity: Entity
    meeting: tuple[NetworkParticipant, ...]


class NetworkCards(Wire):
    """Networks ordered by id; `next` is the `page` to ask for if there are more."""

    found: tuple[NetworkCard, ...]
    next: str | None = None


class Successor(Wire):
    """What took the place of an office that has ended.

    `since` is the day; if it is not known, `years` is the year or the turn of the year.
    """

    id: str = Field(examples=["aut-sbst"])
    name: str = Field(examples=["Social- og Boligstyrelsen"])
    since: date | None = None
    years: str | None = Field(default=None, examples=["2022/23"])


class NameHit(Wire):
    """A node found by name; `place` tells namesakes apart, `score` is 1 for an exact match.

    `alias`: another name it was found by: a postcode, town, English name or competence. `check`:
    the last check of a post, network or civilian. `successor`: for an area or authority that has
    ended, which can no longer be read by its `id`.
    """

    id: str = Field(examples=["post-ssp-0787"])
    label: str = Field(examples=["ACTOR"])
    kind: str | None = Field(examples=["SSP_COORDINATOR"])
    own_kind: str | None = OWN_KIND
    name: str = Field(examples=["SSP-koordinator, Thisted"])
    alias: str | None = Field(default=None, examples=["7700 Thisted"])
    place: tuple[str, ...] = Field(examples=[["Thisted Kommune", "Thisted"]])
    score: float = Field(ge=0, le=1, examples=[0.97])
    check: LastCheck | None = None
    successor: Successor | None = None


class NamedSubject(Wire):
    """A subject of the vocabulary; with `field` it can be sent as that field of a need."""

    field: Literal["trigger", "network", "sector", "competence"] | None = Field(
        default=None, examples=["trigger"]
    )
    word: str = Field(examples=["CONCERN"])
    label: str = Field(examples=["Bekymring"])


class SubjectHit(Wire):
    """Typed words that stand for subjects, the likeliest first.

    `is_outside`: what they name is not in the register; the subjects are where to go instead.
    """

    words: str = Field(examples=["bekymring"])
    subjects: tuple[NamedSubject, ...]
    is_outside: bool = Field(examples=[False])


class PlaceHit(Wire):
    """Typed words that name areas, the likeliest first; `alias`: the other name they are."""

    words: str = Field(examples=["vollsmose"])
    areas: tuple[NodeName, ...] = Field(examples=[[{"id": "mun-0461", "name": "Odense"}]])
    alias: str | None = Field(default=None, examples=["Vollsmose"])


class Names(Wire):
    """The nodes found, best match first, and how the text was read.

    `what` and `where` are its subjects and places in order, `left_out` the words that are not
    known, `completions` subjects that the last word may become. `remarks` says in sentences what
    was left out and what is outside the register.
    """

    found: tuple[NameHit, ...]
    what: tuple[SubjectHit, ...] = ()
    where: tuple[PlaceHit, ...] = ()
    left_out: tuple[str, ...] = Field(default=(), examples=[["xyz"]])
    completions: tuple[NamedSubject, ...] = ()
    remarks: tuple[str, ...] = Field(default=(), examples=[["Udeladt: xyz."]])


class Terms(Wire):
    """The terms for contacting a civilian; `until`: the first date without consent."""

    until: date = Field(examples=["2027-06-01"])
    channels: tuple[str, ...] = Field(examples=[["MEDIATED"]])
    is_mediated_only: bool = Field(examples=[True])
    door_openers: tuple[NodeName, ...]


class Neighbor(Wire):
    """A node near the center: its distance in steps, its tier, and how many `links` you see at it.

    `unit`: what it belongs to. `areas`: ids of the `places` it answers for or lies in.
    """

    node: NodeName
    label: str = Field(examples=["ResourceIndividual"])
    kind: str | None = Field(default=None, examples=["DIALOGUE_PARTNER"])
    own_kind: str | None = OWN_KIND
    tier: str | None = Field(default=None, examples=["COMMUNITY"])
    links: int = Field(ge=0, examples=[2])
    unit: NodeName | None = None
    areas: tuple[str, ...] = Field(default=(), examples=[["com-havnen"]])
    steps: int = Field(ge=1, le=2, examples=[1])
    terms: Terms | None = None


class Tie(Wire):
    """A link of a chain; `until`: the first date on which it no longer exists."""

    id: str = Field(examples=["outreach--jens"])
    type: str = Field(examples=["DOOR_OPENER_FOR"])
    source: NodeName
    target: NodeName
    levels: Words = Field(examples=[["OUTREACH"]])
    gate: str | None = Field(default=None, examples=["CONSENT"])
    strength: float | None = Field(default=None, ge=0, le=1, examples=[0.8])
    check: LastCheck | None = None
    last_contact_on: date | None = Field(default=None, examples=["2026-09-03"])
    until: date | None = None


class Chain(Wire):
    """A way from the center: the ids of its nodes, center first, and of its ties.

    `strength` is the product of the known ones, `freshness` the worst, `last_contact_on` the
    longest ago. Between an area and a post that answers for it there is a step without a tie.
    """

    nodes: tuple[str, ...] = Field(examples=[["vindrosen", "jens", "outreach"]])
    ties: tuple[str, ...] = Field(examples=[["jens--vindrosen", "outreach--jens"]])
    strength: float | None = Field(default=None, ge=0, le=1, examples=[0.56])
    freshness: str | None = Field(default=None, examples=["FRESH"])
    last_contact_on: date | None = None


class AreaCodes(Wire):
    """An area, and the codes of the municipalities in it, or of the one it lies in."""

    area: NodeName
    codes: tuple[str, ...] = Field(examples=[["0851"]])


class Neighborhood(Wire):
    """Neighbors ordered by steps; chains, shortest and strongest first; `is_cut`: there are more.

    `places`: the areas of the center and of the neighbors.
    """

    center: NodeName
    label: str = Field(examples=["Organization"])
    kind: str | None = Field(default=None, examples=["SPORTS_CLUB"])
    own_kind: str | None = OWN_KIND
    tier: str | None = Field(default=None, examples=["COMMUNITY"])
    links: int = Field(ge=0, examples=[1])
    unit: NodeName | None = None
    areas: tuple[str, ...] = Field(default=(), examples=[["com-havnen"]])
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    neighbors: tuple[Neighbor, ...]
    ties: tuple[Tie, ...]
    chains: tuple[Chain, ...]
    is_cut: bool = Field(examples=[False])
    places: tuple[AreaCodes, ...] = ()


class LinkCard(Wire):
    """A link from its source to its target; `fields` has all its values that you may see."""

    id: str = Field(examples=["coordinates-ssp-0787"])
    type: str = Field(examples=["COORDINATES"])
    source: NodeName
    target: NodeName
    check: LastCheck | None = None
    fields: Fields = Field(examples=[{"function": "COORDINATOR", "strength": 0.9}])


class Links(Wire):
    """Links ordered by id; `next` is the `page` to ask for if there are more."""

    found: tuple[LinkCard, ...]
    next: str | None = None


class Assignee(Wire):
    """Who has taken on the check of a link; it lapses after thirty days."""

    is_me: bool
    person: NodeName | None = Field(
        default=None, description="the person of the account, if you may see that person"
    )
    since: datetime


class NewAssignment(Wire):
    """Who is to check a link: a person whose account may check it, or without one yourself.

    `seen` is the `since` of the assignment that is replaced.
    """

    person: str | None = Field(default=None, max_length=120, examples=["per-00421"])
    seen: datetime | None = Field(default=None, description="null if no one had taken it on")


class DueLink(Wire):
    """A link to check, and how many posts of your areas have their best path over it.

    Send `etag` back as `if_match` to verify, change or end it, or several in one change set.
    """

    link: LinkCard
    posts: int = Field(ge=0, examples=[9])
    etag: str | None = Field(default=None, examples=['"5f0c…"'])
    assignee: Assignee | None = Field(default=None, description="null if no one has taken it on")


class DueLinks(Wire):
    """Links to check, those on which most posts depend first.

    `next` is the `page` to ask for if there are more. `next_on`: when the next link becomes due
    that is not due now.
    """

    found: tuple[DueLink, ...]
    next_on: date | None = Field(default=None, examples=["2026-12-03"])
    next: str | None = Field(default=None, examples=["WzksImNvb3JkaW5hdGVzLXNzcC0wNzg3Il0"])
