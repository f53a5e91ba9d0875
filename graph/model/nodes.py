"""The nodes: areas, authorities, networks, posts, plans, people, contact details and consents.

The labels are those of docs/domain.md, "Nodes and links". No class has a field for notes or for a
case. `own_kind` is the id of an own kind beneath `kind`, `own_sector` of one beneath `sector`, and
`own_competences` are ids of own kinds beneath members of `competences` (`graph/own_kinds.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Final

from graph.errors import Fault
from graph.model.base import (
    Mark,
    Node,
    OwnKindId,
    OwnKindIds,
    PersonalCode,
    PersonalText,
    Ref,
    Secret,
    Text,
    Texts,
    Url,
    both_or_neither,
    hint,
    is_id,
    known_languages,
    months_later,
    period_faults,
    within,
)
from graph.model.contact_forms import ContactValueError, stored_form
from graph.model.content_filter import mixed_script, refuse_content
from graph.model.opening_hours import is_hours
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Channel,
    Competence,
    Confidence,
    ConsentPurpose,
    Label,
    LegalGate,
    NetworkKind,
    ObtainedHow,
    OrganizationKind,
    PlanKind,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Rule,
    Sector,
    Tier,
    Visibility,
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
    """A geographic area of Denmark; `lat`, `lon` (WGS84) are its visual center, not a seat.

    `aliases` are other names for searches: towns and parts of towns in it, former names, and
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
        """Yield faults of codes, numbers and coordinates."""
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
    """A public body or a unit of one; `seat` is a town and does not imply coverage.

    `aliases` are other names for searches: former, shorter or in other languages.
    """

    label: ClassVar[Label] = Label.AUTHORITY

    kind: AuthorityKind
    own_kind: OwnKindId | None = None
    tier: Tier
    sector: Sector
    own_sector: OwnKindId | None = None
    name: Text
    name_en: Text | None = None
    aliases: Texts = frozenset()
    seat: Text | None = None
    confidence: Confidence = Confidence.CONFIRMED

    def faults(self) -> Iterator[Fault]:
        """Yield faults; the number of aliases is limited."""
        yield from Node.faults(self)
        yield from _aliases(self.id, self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Node):
    """A cooperation body; its kind determines its tier and whether a path may cross it."""

    label: ClassVar[Label] = Label.NETWORK

    kind: NetworkKind
    own_kind: OwnKindId | None = None
    name: Text
    gate: LegalGate
    levels: frozenset[PreventionLevel]
    meets_every_days: int | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield faults; the gate is that of the kind or stricter, so § 115 fits no other kind."""
        yield from Node.faults(self)
        if not self.levels:
            yield Fault(self.id, "levels", Rule.NOT_EMPTY)
        if not self.gate.fits(self.kind.gate):
            yield Fault(self.id, "gate", Rule.GATE_OF_KIND)
        yield from within(self.id, "meets_every_days", self.meets_every_days, 1, 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Node):
    """A post or contact point, independent of its holder.

    `hours` has the form `MO-FR 09:00-15:00`, groups separated by `;`; `00:00-24:00` is always
    open, None unknown.
    """

    label: ClassVar[Label] = Label.ACTOR

    kind: PostKind
    own_kind: OwnKindId | None = None
    name: Text
    tier: Tier
    sector: Sector
    own_sector: OwnKindId | None = None
    is_unit_only: bool = False
    competences: frozenset[Competence] = frozenset()
    own_competences: OwnKindIds = frozenset()
    languages: frozenset[str] = frozenset()
    hours: str | None = None
    needs_deputy: bool = False
    review_every_days: int = 183

    def faults(self) -> Iterator[Fault]:
        """Yield faults; tier and `is_unit_only` agree with the kind."""
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
    own_kind: OwnKindId | None = None
    name: Text
    cvr: str | None = None
    website: Url | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield faults; the CVR number has eight digits, the website uses HTTPS."""
        yield from Node.faults(self)
        if self.cvr is not None and not _CVR.fullmatch(self.cvr):
            yield Fault(self.id, "cvr", Rule.BAD_FORMAT)
        yield from _https(self.id, "website", self.website)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Node):
    """A public plan or agreement; `url` leads to a public document."""

    label: ClassVar[Label] = Label.PLAN

    kind: PlanKind
    own_kind: OwnKindId | None = None
    title: Text
    adopted_on: date | None = None
    due_on: date | None = None
    url: Url | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield faults; a preparedness plan is revised within four years."""
        yield from Node.faults(self)
        yield from period_faults(self.id, "adopted_on", self.adopted_on, self.due_on)
        if (
            self.kind is PlanKind.PREPAREDNESS_PLAN
            and self.adopted_on is not None
            and self.due_on is not None
            and self.due_on > months_later(self.adopted_on, 12 * _MAX_PLAN_YEARS)
        ):
            yield Fault(self.id, "due_on", Rule.PLAN_TERM)
        yield from _https(self.id, "url", self.url)


_MAX_CONSENT_MONTHS: Final = 24
_TEXT_VERSION: Final = re.compile(r"[a-z]{1,3}-?[0-9]{1,4}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Node):
    """A professional who holds posts; the reason of an absence is never stored."""

    label: ClassVar[Label] = Label.PERSON

    name: PersonalText
    title: PersonalText | None = None
    external_id: PersonalCode | None = None
    languages: frozenset[str] = frozenset()
    competences: frozenset[Competence] = frozenset()
    own_competences: OwnKindIds = frozenset()
    absent_from: date | None = None
    absent_to: date | None = None
    visibility: Visibility = Visibility.NETWORK

    def faults(self) -> Iterator[Fault]:
        """Yield faults of name, languages and absence."""
        yield from Node.faults(self)
        if len(self.name.split()) < 2:
            yield Fault(self.id, "name", Rule.FULL_NAME)
        if mixed_script(self.name):
            yield Fault(self.id, "name", Rule.MIXED_SCRIPT)
        yield from known_languages(self.id, self.languages)
        yield from both_or_neither(self.id, "absent_from", self.absent_from, self.absent_to)
        yield from period_faults(self.id, "absent_from", self.absent_from, self.absent_to)

    def is_personal(self) -> bool:
        """Return True."""
        return True


_NOT_CIVILIAN: Final = frozenset({Competence.DISENGAGEMENT, Competence.RETURNEES})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceIndividual(Node):
    """A civilian who helps under a consent; `display_name` is the name they chose."""

    label: ClassVar[Label] = Label.RESOURCE_INDIVIDUAL

    display_name: PersonalText
    external_id: PersonalCode | None = None
    kind: Annotated[ResourceKind, Mark.SEALED]
    languages: Annotated[frozenset[str], Mark.SEALED] = frozenset()
    competences: Annotated[frozenset[Competence], Mark.SEALED] = frozenset()
    visibility: Visibility

    def faults(self) -> Iterator[Fault]:
        """Yield faults; never open to all, no competence that implies a past in extremism."""
        yield from Node.faults(self)
        if mixed_script(self.display_name):
            yield Fault(self.id, "display_name", Rule.MIXED_SCRIPT)
        yield from known_languages(self.id, self.languages)
        if self.competences & _NOT_CIVILIAN:
            yield Fault(self.id, "competences", Rule.CIVILIAN_COMPETENCE)
        if self.visibility not in (Visibility.AREA, Visibility.NAMED):
            yield Fault(self.id, "visibility", Rule.CIVILIAN_VISIBILITY)

    def is_personal(self) -> bool:
        """Return True."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetail(Node):
    """A contact detail; `value` is set only when it is to be stored, and otherwise None.

    A new value is brought into its stored form, and its hint with it (`contact_forms.py`). At rest
    the value is stored as `sealed` and `key_id`. `hint` shows at most its last two characters.
    """

    label: ClassVar[Label] = Label.CONTACT_DETAIL

    channel: Channel
    value: Secret | None = None
    hint: str
    is_work: bool = True
    visibility: Visibility = Visibility.NETWORK
    verified_on: date | None = None
    verified_by: Ref | None = None

    def __post_init__(self) -> None:
        """Filter the clear value like any text before it is encrypted, and check the fields."""
        if isinstance(self.value, Secret):
            refuse_content("value", self.value.uncover())
        Node.__post_init__(self)
        if self.value is not None and not self.value.is_stored:
            stored = stored_form(self.channel, self.value.uncover())
            object.__setattr__(self, "value", Secret(stored))
            object.__setattr__(self, "hint", hint(self.channel, stored))

    def faults(self) -> Iterator[Fault]:
        """Yield faults; a new value fits its channel, the hint shows at most two characters."""
        yield from Node.faults(self)
        if self.value is not None and not self.value.is_stored:
            try:
                stored_form(self.channel, self.value.uncover())
            except ContactValueError as fault:
                yield Fault(self.id, "value", fault.rule)
        uncovered = self.hint.removeprefix("+45")
        if not self.hint or sum(character.isalnum() for character in uncovered) > 2:
            yield Fault(self.id, "hint", Rule.BAD_FORMAT)
        yield from both_or_neither(self.id, "verified_on", self.verified_on, self.verified_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Node):
    """A consent receipt of a civilian, immutable except for its withdrawal.

    In force on a day d if `given_on` <= d < the earlier of `expires_on` and `withdrawn_on`.
    """

    label: ClassVar[Label] = Label.CONSENT

    purposes: frozenset[ConsentPurpose]
    audience: frozenset[str]
    channels: frozenset[Channel]
    is_mediated_only: bool
    given_on: date
    expires_on: date
    withdrawn_on: date | None = None
    obtained_how: ObtainedHow
    text_version: str
    covers_art9: bool = False
    is_adult: bool
    recorded_by: Ref
    renewal_by: Ref

    def faults(self) -> Iterator[Fault]:
        """Yield faults; at most two years, by an adult, with audience, purposes and channels."""
        yield from Node.faults(self)
        for name in ("purposes", "audience", "channels"):
            if not getattr(self, name):
                yield Fault(self.id, name, Rule.NOT_EMPTY)
        if not all(map(is_id, self.audience)):
            yield Fault(self.id, "audience", Rule.BAD_FORMAT)
        if not _TEXT_VERSION.fullmatch(self.text_version):
            yield Fault(self.id, "text_version", Rule.BAD_FORMAT)
        if self.is_mediated_only and self.channels != frozenset({Channel.MEDIATED}):
            yield Fault(self.id, "channels", Rule.CONSENT_CHANNELS)
        yield from period_faults(self.id, "given_on", self.given_on, self.expires_on)
        if self.expires_on > months_later(self.given_on, _MAX_CONSENT_MONTHS):
            yield Fault(self.id, "expires_on", Rule.CONSENT_TERM)
        if not self.is_adult:
            yield Fault(self.id, "is_adult", Rule.ADULT)

    def is_in_force(self, on: date) -> bool:
        """Return whether the consent is in force on a date; for a past date, also check today."""
        until = min(self.expires_on, self.withdrawn_on or self.expires_on)
        return self.given_on <= on < until
