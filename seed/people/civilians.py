"""Civilians of the demo, their door openers and their consents.

Source of the numbers: domain.md §6.2; Aarhus Vest is story 6.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto
from itertools import islice
from typing import Final

from graph.model import (
    Consent,
    DoorOpenerFor,
    GaveConsent,
    Holds,
    Organization,
    Represents,
    ResourceIndividual,
    id_of,
)
from graph.vocabulary import (
    Channel,
    Competence,
    ConsentPurpose,
    ObtainedHow,
    OrganizationKind,
    PreventionLevel,
    ResourceKind,
    Visibility,
)
from seed.people.builder import DEMO, GIVEN_NAMES, WorldBuilder
from seed.people.communities import DemoCommunity, meet
from seed.people.scenarios import AARHUS_VEST


class ConsentState(Enum):
    """The state of a consent today."""

    IN_FORCE = auto()
    ENDS_SOON = auto()  # in force, ends within 30 days
    EXPIRED = auto()
    WITHDRAWN = auto()


_AARHUS_VEST: Final = (
    *[ConsentState.IN_FORCE] * 4,
    ConsentState.ENDS_SOON,
    ConsentState.EXPIRED,
    ConsentState.WITHDRAWN,
)
_ELSEWHERE: Final = (
    *[ConsentState.IN_FORCE] * 41,
    *[ConsentState.ENDS_SOON] * 5,
    *[ConsentState.EXPIRED] * 4,
    *[ConsentState.WITHDRAWN] * 3,
)
_COUNTS: Final = (7, 5, 5, 4, 5, 5, 5, 5, 5, 5, 4, 5)  # for each community; 60 in all
NEW_WORKERS: Final = (1, 2, 3)
"""Communities with a new outreach worker, whose 14 DOOR_OPENER_FOR links were checked before."""
REPLACED: Final = 8
"""How many consents replaced an older one: one in each of the first communities."""


@dataclass(frozen=True, slots=True)
class CivilianEntry:
    """A civilian to be created: position in a community, and the state of the consent."""

    community: DemoCommunity
    organization: Organization | None  # represented by this person
    place: int
    state: ConsentState
    is_known: bool  # checked before the present outreach worker came
    is_renewed: bool  # an older consent was replaced
    is_last: bool
    stream: random.Random

    @property
    def key(self) -> str:
        """A key that never changes."""
        return f"{self.community.area.id} {self.place}"

    @property
    def is_of_faith(self) -> bool:
        """Whether the tie itself is art. 9 data, so that only the named audience sees it."""
        own = self.organization
        return own is not None and own.kind is OrganizationKind.FAITH_COMMUNITY

    @property
    def is_named_only(self) -> bool:
        """Whether only the named audience sees the civilian."""
        return self.is_of_faith or (self.is_last and self.community.area.id != AARHUS_VEST)

    @property
    def is_mediated(self) -> bool:
        """Whether the civilian is reached only through the door opener."""
        return self.place == 1


def roll(
    draft: WorldBuilder,
    communities: Sequence[DemoCommunity],
    organizations: Mapping[str, Sequence[Organization]],
) -> Iterator[CivilianEntry]:
    """All 60, community by community; the first three of each represent an association."""
    elsewhere = list(_ELSEWHERE)
    draft.stream("civilians").shuffle(elsewhere)
    dealt = iter(elsewhere)
    for number, (community, count) in enumerate(zip(communities, _COUNTS, strict=True)):
        states = _AARHUS_VEST if number == 0 else tuple(islice(dealt, count))
        renewed = states.index(ConsentState.IN_FORCE) if number < REPLACED else None
        for place, state in enumerate(states):
            own = organizations[community.area.id]
            yield CivilianEntry(
                community=community,
                organization=own[place] if place < len(own) else None,
                place=place,
                state=state,
                is_known=number in NEW_WORKERS,
                is_renewed=place == renewed,
                is_last=place == count - 1,
                stream=draft.stream(f"civilian {community.area.id} {place}"),
            )


_ENDS_IN_DAYS, _GIVEN_DAYS = 19, 319  # the one in Aarhus Vest (story 6)
_TERM_DAYS: Final = 700  # 24 months at most
_REPLACED_AFTER_DAYS: Final = 650
_PASSED_ON, _COUNTED = 0.4, 0.5


@dataclass(frozen=True, slots=True)
class _Terms:
    """The dates of a consent."""

    given_on: date
    expires_on: date
    withdrawn_on: date | None = None


def consents(draft: WorldBuilder, one: CivilianEntry, individual: ResourceIndividual) -> Consent:
    """Add the present receipt, and the older one it replaced; return the present one."""
    terms = _terms(draft, one)
    if one.is_renewed:
        older = _Terms(terms.given_on - timedelta(days=_REPLACED_AFTER_DAYS), terms.given_on)
        _receipt(draft, one, individual, older, "older")
    return _receipt(draft, one, individual, terms, "present")


def _terms(draft: WorldBuilder, one: CivilianEntry) -> _Terms:
    stream, ago = one.stream, draft.days_ago
    long = timedelta(days=_TERM_DAYS)
    if one.state is ConsentState.ENDS_SOON and one.community.area.id == AARHUS_VEST:
        return _Terms(ago(_GIVEN_DAYS), ago(-_ENDS_IN_DAYS))
    if one.state is ConsentState.ENDS_SOON:
        ends = ago(-stream.randint(3, 29))
        return _Terms(ends - long, ends)
    if one.state is ConsentState.EXPIRED:
        ended = ago(stream.randint(5, 150))
        return _Terms(ended - long, ended)
    given = ago(stream.randint(130, 400))
    if one.state is ConsentState.WITHDRAWN:
        return _Terms(given, given + long, ago(stream.randint(5, 120)))
    return _Terms(given, given + long)


def _receipt(
    draft: WorldBuilder, one: CivilianEntry, individual: ResourceIndividual, terms: _Terms, key: str
) -> Consent:
    """The audience is the municipality, and the area's outreach unless `is_named_only`."""
    audience = {f"aut-{one.community.municipality}"}
    if not one.is_named_only:
        audience.add(one.community.area.id)
    channels = {Channel.MEDIATED} if one.is_mediated else {Channel.MOBILE, Channel.MEDIATED}
    consent = draft.add(
        Consent(
            id=id_of(DEMO, "consent", one.key, terms.given_on.isoformat()),  # never changed
            purposes=_purposes(one.stream),
            audience=frozenset(audience),
            channels=frozenset(channels),
            is_mediated_only=one.is_mediated,
            given_on=terms.given_on,
            expires_on=terms.expires_on,
            withdrawn_on=terms.withdrawn_on,
            obtained_how=one.stream.choice(tuple(ObtainedHow)),
            text_version="da-2" if key == "older" else "da-3",
            covers_art9=one.is_of_faith,
            is_adult=True,
            recorded_by=one.community.worker.id,
            renewal_by=one.community.worker.id,
            source=DEMO,
        )
    )
    draft.tie(GaveConsent, individual.id, consent.id)
    return consent


def _purposes(stream: random.Random) -> frozenset[ConsentPurpose]:
    purposes = {ConsentPurpose.CONTACT}
    if stream.random() < _PASSED_ON:
        purposes.add(ConsentPurpose.PASS_ON)
    if stream.random() < _COUNTED:
        purposes.add(ConsentPurpose.STATISTICS)
    return frozenset(purposes)


DOOR_STRENGTH: Final = 0.8
REPRESENTS_STRENGTH: Final = 0.7
_OUTREACH: Final = frozenset({PreventionLevel.OUTREACH})
_NEW_SINCE_DAYS: Final = 40
_BEFORE_DAYS, _SINCE_DAYS = (60, 170), (0, 140)  # before and since the present holder came
_TWO_LANGUAGES: Final = 0.5
_KINDS: Final = (
    ResourceKind.DIALOGUE_PARTNER,
    ResourceKind.RESOURCE_PERSON,
    ResourceKind.CULTURAL_MEDIATOR,
    ResourceKind.PARENT_NETWORK,
    ResourceKind.ROLE_MODEL,
)
_CALLED: Final = ("Formand", "Træner", "Kasserer", "Frivillig", "Underviser")
_INITIALS: Final = "ABCDEFGHJKLMNOPRSTV"
_HELP_WITH: Final = (
    Competence.CLUBS,
    Competence.YOUTH_GUIDANCE,
    Competence.VOLUNTEERING,
    Competence.FAMILY_COUNSELING,
    Competence.INTERPRETING,
)
_LANGUAGES: Final = ("ar", "so", "tr", "ur", "fa", "uk", "pl", "de")


def civilians(
    draft: WorldBuilder,
    communities: Sequence[DemoCommunity],
    organizations: Mapping[str, Sequence[Organization]],
) -> None:
    """60 people and their 68 receipts; `organizations` by the area's id."""
    for number in NEW_WORKERS:
        _new_worker(draft, communities[number])
    for one in roll(draft, communities, organizations):
        individual = _individual(draft, one)
        consent = consents(draft, one, individual)
        _open_doors(draft, one, individual, consent)
        _take_part(draft, one, individual, consent)


def _new_worker(draft: WorldBuilder, community: DemoCommunity) -> None:
    link = next(one for one in draft.ties(Holds) if one.target_id == community.worker.id)
    draft.swap(replace(link, valid_from=draft.days_ago(_NEW_SINCE_DAYS)))


def _individual(draft: WorldBuilder, one: CivilianEntry) -> ResourceIndividual:
    stream = one.stream
    called = f"{stream.choice(_CALLED)} {stream.choice(GIVEN_NAMES)}"
    spoken = {"da", stream.choice(_LANGUAGES)} if stream.random() < _TWO_LANGUAGES else {"da"}
    return draft.add(
        ResourceIndividual(
            id=id_of(DEMO, "individual", one.key),
            display_name=f"{called} {stream.choice(_INITIALS)}.",
            kind=_KINDS[one.place % len(_KINDS)],
            languages=frozenset(spoken),
            competences=frozenset({stream.choice(_HELP_WITH)}),
            visibility=Visibility.NAMED if one.is_named_only else Visibility.AREA,
            source=DEMO,
        )
    )


def _open_doors(
    draft: WorldBuilder, one: CivilianEntry, individual: ResourceIndividual, consent: Consent
) -> None:
    """The outreach worker, and for the first of a community the housing coordinator too."""
    openers = [one.community.worker]
    if one.place == 0 and not one.is_known:
        openers.append(one.community.housing)
    for opener in openers:
        days = one.stream.randint(*(_BEFORE_DAYS if one.is_known else _SINCE_DAYS))
        link = draft.tie(
            DoorOpenerFor,
            opener.id,
            individual.id,
            consent_id=consent.id,
            levels=_OUTREACH,
            strength=DOOR_STRENGTH,
            verified_on=draft.days_ago(days),
            verified_by=opener.id,
        )
        draft.pinned.add(link.id)


def _take_part(
    draft: WorldBuilder, one: CivilianEntry, individual: ResourceIndividual, consent: Consent
) -> None:
    """A civilian who represents an association also takes part in the forum."""
    if one.organization is None:
        return
    meet(draft, individual.id, one.community.forum)
    draft.tie(
        Represents,
        individual.id,
        one.organization.id,
        consent_id=consent.id,
        levels=_OUTREACH,
        strength=REPRESENTS_STRENGTH,
    )
