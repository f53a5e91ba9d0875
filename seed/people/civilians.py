"""Which civilians help, what they speak for, and who opens the door to them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from graph.model import (
    Consent,
    DoorOpenerFor,
    Holds,
    Organization,
    Represents,
    ResourceIndividual,
    id_of,
)
from graph.vocabulary import Competence, PreventionLevel, ResourceKind, Visibility
from seed.people.builder import DEMO, WorldBuilder
from seed.people.communities import Community, meet
from seed.people.consents import consents
from seed.people.names import GIVEN_NAMES
from seed.people.roll import NEW_WORKERS, CivilianEntry, roll

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
    communities: Sequence[Community],
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


def _new_worker(draft: WorldBuilder, community: Community) -> None:
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
    """Who speaks for an association does so in the forum too."""
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
