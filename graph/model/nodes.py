"""The nodes of the structure: areas, authorities, networks, posts, associations, plans.

Fields and rules: domain.md §3. There is no field for notes anywhere, and no place for a case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from graph.errors import Fault
from graph.model.base import Node
from graph.model.fields import (
    Text,
    Texts,
    Url,
    both_or_neither,
    known_languages,
    months_later,
    rising,
    within,
)
from graph.model.hours import is_hours
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Competence,
    Confidence,
    Label,
    LegalGate,
    NetworkKind,
    OrganizationKind,
    PlanKind,
    PostKind,
    PreventionLevel,
    Rule,
    Sector,
    Tier,
)

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_CODED_KINDS: Final = (AreaKind.MUNICIPALITY, AreaKind.POLICE_DISTRICT, AreaKind.REGION)
_CVR = re.compile(r"[0-9]{8}")
_HTTPS = re.compile(r"https://[^\s/$.?#][^\s]{0,180}")
_MAX_ALIASES: Final = 1000  # Copenhagen has 387 postcodes
_MAX_PLAN_YEARS: Final = 4  # barnets lov § 15(3): revised at least every four years


def _aliases(where: str, aliases: frozenset[str]) -> Iterator[Fault]:
    yield from within(where, "aliases", len(aliases), 0, _MAX_ALIASES)


def _https(where: str, name: str, url: str | None) -> Iterator[Fault]:
    if url is not None and not _HTTPS.fullmatch(url):
        yield Fault(where, name, Rule.BAD_FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Node):
    """A piece of Denmark. `lat`, `lon` (WGS84) are its visual center, not a seat.

    `aliases` are other names it is found by: towns and parts of towns in it, former names, and
    postcodes with their town, `3700 Rønne`.
    """

    label: ClassVar[Label] = Label.AREA

    kind: AreaKind
    code: str
    name: Text
    name_en: Text | None = None
    official_name: Text | None = None
    aliases: Texts = frozenset()
    population: int | None = None
    population_on: date | None = None
    lat: float | None = None
    lon: float | None = None

    def faults(self) -> Iterator[Fault]:
        """Codes, numbers and coordinates of the kind they should be."""
        yield from Node.faults(self)
        coded = self.kind in _CODED_KINDS and not self.id.endswith("oestdanmark")
        if not _CODE.fullmatch(self.code) or (coded and not _FOUR_DIGITS.fullmatch(self.code)):
            yield Fault(self.id, "code", Rule.BAD_FORMAT)
        yield from _aliases(self.id, self.aliases)
        yield from both_or_neither(self.id, "population", self.population, self.population_on)
        yield from within(self.id, "population", self.population, 0, 10_000_000)
        yield from both_or_neither(self.id, "lat", self.lat, self.lon)
        yield from within(self.id, "lat", self.lat, 54, 58)
        yield from within(self.id, "lon", self.lon, 8, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority(Node):
    """A public body or a unit of one. `seat` is a town and says nothing of what it covers.

    `aliases` are other names it is found by: former ones, shorter ones, those of other languages.
    """

    label: ClassVar[Label] = Label.AUTHORITY

    kind: AuthorityKind
    tier: Tier
    sector: Sector
    name: Text
    name_en: Text | None = None
    aliases: Texts = frozenset()
    seat: Text | None = None
    confidence: Confidence = Confidence.CONFIRMED

    def faults(self) -> Iterator[Fault]:
        """Not more other names than a search can hold."""
        yield from Node.faults(self)
        yield from _aliases(self.id, self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Node):
    """A cooperation body; its tier and whether a path may cross it come from its kind."""

    label: ClassVar[Label] = Label.NETWORK

    kind: NetworkKind
    name: Text
    gate: LegalGate
    levels: frozenset[PreventionLevel]
    meets_every_days: int | None = None

    def faults(self) -> Iterator[Fault]:
        """The gate is the kind's, or a stricter one: a § 115 ground never opens a general body."""
        yield from Node.faults(self)
        if not self.levels:
            yield Fault(self.id, "levels", Rule.NOT_EMPTY)
        if self.gate is not self.kind.gate and (
            self.gate.allows_named or self.gate is LegalGate.CHILDRENS_ACT_15_3
        ):
            yield Fault(self.id, "gate", Rule.GATE_OF_KIND)
        yield from within(self.id, "meets_every_days", self.meets_every_days, 1, 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Node):
    """A post or contact point: a seat that outlives its holder.

    `hours` reads `MO-FR 09:00-15:00`, groups parted by `;`; `00:00-24:00` is always, None unknown.
    """

    label: ClassVar[Label] = Label.ACTOR

    kind: PostKind
    name: Text
    tier: Tier
    sector: Sector
    is_unit_only: bool = False
    competences: frozenset[Competence] = frozenset()
    languages: frozenset[str] = frozenset()
    hours: str | None = None
    needs_deputy: bool = False
    review_every_days: int = 183

    def faults(self) -> Iterator[Fault]:
        """Tier and unit agree with the kind."""
        yield from Node.faults(self)
        if self.tier not in self.kind.tiers:
            yield Fault(self.id, "tier", Rule.TIER_OF_KIND)
        if self.kind.is_unit_only and not self.is_unit_only:
            yield Fault(self.id, "is_unit_only", Rule.UNIT_ONLY)
        yield from known_languages(self.id, self.languages)
        if self.hours is not None and not is_hours(self.hours):
            yield Fault(self.id, "hours", Rule.BAD_FORMAT)
        yield from within(self.id, "review_every_days", self.review_every_days, 30, 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(Node):
    """A civil organization."""

    label: ClassVar[Label] = Label.ORGANIZATION

    kind: OrganizationKind
    name: Text
    cvr: str | None = None
    website: Url | None = None

    def faults(self) -> Iterator[Fault]:
        """The public number has eight digits, the site is reached safely."""
        yield from Node.faults(self)
        if self.cvr is not None and not _CVR.fullmatch(self.cvr):
            yield Fault(self.id, "cvr", Rule.BAD_FORMAT)
        yield from _https(self.id, "website", self.website)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Node):
    """A public plan or agreement; `url` is a public document."""

    label: ClassVar[Label] = Label.PLAN

    kind: PlanKind
    title: Text
    adopted_on: date | None = None
    due_on: date | None = None
    url: Url | None = None

    def faults(self) -> Iterator[Fault]:
        """A preparedness plan is revised within four years."""
        yield from Node.faults(self)
        yield from rising(self.id, "adopted_on", self.adopted_on, self.due_on)
        if self.due_on and self._last_due_on() < self.due_on:
            yield Fault(self.id, "due_on", Rule.PLAN_TERM)
        yield from _https(self.id, "url", self.url)

    def _last_due_on(self) -> date:
        """The latest day a plan may be due; only the duty to plan sets one."""
        if self.kind is not PlanKind.PREPAREDNESS_PLAN or self.adopted_on is None:
            return date.max
        return months_later(self.adopted_on, 12 * _MAX_PLAN_YEARS)
