"""Civilians of the demo, their door openers and their consents.

Those of Aarhus Vest are story 6 (`scenarios.py`).
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
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
_ENDS_IN_DAYS, _GIVEN_DAYS = 19, 319  # the one in Aarhus Vest (story 6)
_TERM: Final = timedelta(days=700)  # 24 months at most
_REPLACED_AFTER: Final = timedelta(days=650)
_PASS_ON_SHARE, _STATISTICS_SHARE = 0.4, 0.5
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
_TITLES: Final = ("Formand", "Træner", "Kasserer", "Frivillig", "Underviser")
_INITIALS: Final = "ABCDEFGHJKLMNOPRSTV"
_HELP_WITH: Final = (
    Competence.CLUBS,
    Competence.YOUTH_GUIDANCE,
    Competence.VOLUNTEERING,
    Competence.FAMILY_COUNSELING,
    Competence.INTERPRETING,
)
_LANGUAGES: Final = ("ar", "so", "tr", "ur", "fa", "uk", "pl", "de")


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
    """Yield all 60 civilians by community; the first three of each represent an association."""
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


def civilians(
    draft: WorldBuilder,
    communities: Sequence[DemoCommunity],
    organizations: Mapping[str, Sequence[Organization]],
) -> None:
    """Add 60 civilians and their 68 consent receipts; `organizations` is by the area's id."""
    new_workers = {communities[number].worker.id for number in NEW_WORKERS}
    for link in draft.ties(Holds):
        if link.target_id in new_workers:
            draft.swap(replace(link, valid_from=draft.days_ago(_NEW_SINCE_DAYS)))
    for entry in roll(draft, communities, organizations):
        stream, community = entry.stream, entry.community
        title = f"{stream.choice(_TITLES)} {stream.choice(GIVEN_NAMES)}"
        is_bilingual = stream.random() < _TWO_LANGUAGES
        individual = draft.add(
            ResourceIndividual(
                id=id_of(DEMO, "individual", entry.key),
                languages=frozenset({"da", stream.choice(_LANGUAGES)} if is_bilingual else {"da"}),
                display_name=f"{title} {stream.choice(_INITIALS)}.",
                kind=_KINDS[entry.place % len(_KINDS)],
                competences=frozenset({stream.choice(_HELP_WITH)}),
                visibility=Visibility.NAMED if entry.is_named_only else Visibility.AREA,
                source=DEMO,
            )
        )
        consent = consents(draft, entry, individual)
        openers = [community.worker]
        if entry.place == 0 and not entry.is_known:
            openers.append(community.housing)
        for opener in openers:
            days = stream.randint(*(_BEFORE_DAYS if entry.is_known else _SINCE_DAYS))
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
        if entry.organization:
            meet(draft, individual.id, community.forum)
            draft.tie(
                Represents,
                individual.id,
                entry.organization.id,
                consent_id=consent.id,
                levels=_OUTREACH,
                strength=REPRESENTS_STRENGTH,
            )


def consents(draft: WorldBuilder, entry: CivilianEntry, individual: ResourceIndividual) -> Consent:
    """Add the present receipt, and the older one it replaced; return the present one.

    The audience is the municipality, and the area's outreach unless `is_named_only`.
    """
    stream, ago, withdrawn_on = entry.stream, draft.days_ago, None
    if entry.state is ConsentState.ENDS_SOON and entry.community.area.id == AARHUS_VEST:
        given_on, expires_on = ago(_GIVEN_DAYS), ago(-_ENDS_IN_DAYS)
    elif entry.state is ConsentState.ENDS_SOON:
        expires_on = ago(-stream.randint(3, 29))
        given_on = expires_on - _TERM
    elif entry.state is ConsentState.EXPIRED:
        expires_on = ago(stream.randint(5, 150))
        given_on = expires_on - _TERM
    else:
        given_on = ago(stream.randint(130, 400))
        expires_on = given_on + _TERM
        if entry.state is ConsentState.WITHDRAWN:
            withdrawn_on = ago(stream.randint(5, 120))
    receipts = [("da-3", given_on, expires_on, withdrawn_on)]
    if entry.is_renewed:
        receipts.insert(0, ("da-2", given_on - _REPLACED_AFTER, given_on, None))
    audience, worker = {f"aut-{entry.community.municipality}"}, entry.community.worker.id
    if not entry.is_named_only:
        audience.add(entry.community.area.id)
    channels = {Channel.MEDIATED} if entry.is_mediated else {Channel.MOBILE, Channel.MEDIATED}
    added_consents: list[Consent] = []
    for text_version, given_on, expires_on, withdrawn_on in receipts:
        purposes = {ConsentPurpose.CONTACT}
        if stream.random() < _PASS_ON_SHARE:
            purposes.add(ConsentPurpose.PASS_ON)
        if stream.random() < _STATISTICS_SHARE:
            purposes.add(ConsentPurpose.STATISTICS)
        consent = draft.add(
            Consent(
                id=id_of(DEMO, "consent", entry.key, given_on.isoformat()),  # never changed
                purposes=frozenset(purposes),
                audience=frozenset(audience),
                channels=frozenset(channels),
                is_mediated_only=entry.is_mediated,
                given_on=given_on,
                expires_on=expires_on,
                withdrawn_on=withdrawn_on,
                obtained_how=stream.choice(tuple(ObtainedHow)),
                text_version=text_version,
                covers_art9=entry.is_of_faith,
                is_adult=True,
                recorded_by=worker,
                renewal_by=worker,
                source=DEMO,
            )
        )
        draft.tie(GaveConsent, individual.id, consent.id)
        added_consents.append(consent)
    return added_consents[-1]
