"""Stories 6 to 8 of `scenarios.py`: consent, the moved section, borrowed mentors."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from graph.access.policy import Caller, Grant, Role
from graph.model import (
    Consent,
    ContactDetail,
    DoorOpenerFor,
    GaveConsent,
    MemberOf,
    ReachedBy,
    ResourceIndividual,
)
from graph.model.rule_context import RuleContext
from graph.paths import Need
from graph.paths.answer_terms import Cause
from graph.vocabulary import (
    Channel,
    Label,
    NetworkKind,
    ResourceKind,
)
from seed.people import scenarios
from seed.people.builder import km_between, world_builder
from seed.people.communities import lenders
from seed.structure import structure
from tests.seed.demo import GROUND, TODAY, answer, holders, pinned, view_of


@pytest.fixture(scope="module")
def world() -> RuleContext:
    return pinned()


# ---- 6 Consent runs out


def civilians_in_aarhus_vest(world: RuleContext) -> list[ResourceIndividual]:
    return [
        node
        for node in world.nodes.values()
        if isinstance(node, ResourceIndividual)
        and "act-outreach-aarhus-vest" in {x.source_id for x in openings(world, node.id)}
    ]


def openings(world: RuleContext, individual: str) -> Sequence[DoorOpenerFor]:
    return world.links_to(individual, DoorOpenerFor)


def consent_of(world: RuleContext, individual: ResourceIndividual) -> Consent:
    given = (world.nodes[link.target_id] for link in world.links_from(individual.id, GaveConsent))
    return max((x for x in given if isinstance(x, Consent)), key=lambda consent: consent.given_on)


def test_aarhus_vest_has_7_civilians_and_5_consents_in_force_one_for_19_more_days(
    world: RuleContext,
) -> None:
    consents = [consent_of(world, individual) for individual in civilians_in_aarhus_vest(world)]
    in_force = [consent for consent in consents if consent.is_in_force(TODAY)]
    assert (len(consents), len(in_force)) == (7, 5)
    ends_soon = [
        consent for consent in in_force if consent.expires_on <= TODAY + timedelta(days=30)
    ]
    assert [consent.expires_on for consent in ends_soon] == [TODAY + timedelta(days=19)]
    over = [consent for consent in consents if not consent.is_in_force(TODAY)]
    assert sorted(consent.withdrawn_on is not None for consent in over) == [False, True]
    assert sum(consent.is_mediated_only for consent in in_force) == 1


@pytest.mark.parametrize("area", [scenarios.AARHUS_VEST, scenarios.AARHUS, "dk"])
def test_an_outreach_worker_sees_5_civilians_of_aarhus_vest_and_no_link_of_2(
    world: RuleContext, area: str
) -> None:
    grant = Grant(role=Role.OUTREACH, areas=frozenset({area}))
    view = view_of(caller=Caller(account="worker", grants=(grant,)))
    seen = {view.id(row) for row in view.rows(Label.RESOURCE_INDIVIDUAL)}
    here = {individual.id for individual in civilians_in_aarhus_vest(world)}
    assert len(seen & here) == 5
    hidden = here - seen
    open_links: list[int] = np.flatnonzero(view.open_links).tolist()
    ends = {
        view.nodes.ids[int(column[link])]
        for column in (view.links.source, view.links.target)
        for link in open_links
    }
    assert hidden.isdisjoint(ends)


def test_from_a_dialogue_partner_there_is_no_path_into_ksp(world: RuleContext) -> None:
    partner = next(
        individual
        for individual in civilians_in_aarhus_vest(world)
        if individual.kind is ResourceKind.DIALOGUE_PARTNER
        and consent_of(world, individual).is_in_force(TODAY)
    )
    ksp = frozenset({NetworkKind.KSP})
    result = answer(Need(on=TODAY, start=partner.id, network=ksp, area=scenarios.AARHUS))
    assert result.contacts == ()
    assert result.none is not None
    assert result.none.cause is Cause.NOT_CONNECTED


# ---- 7 The section moved


def test_the_section_in_horsens_has_a_new_address_since_45_days(world: RuleContext) -> None:
    details = (
        world.nodes[x.target_id] for x in world.links_from(scenarios.MOVED_SECTION, ReachedBy)
    )
    places = [x for x in details if isinstance(x, ContactDetail) and x.channel is Channel.VISIT]
    old, new = sorted(places, key=lambda place: place.is_valid(TODAY))
    moved_on = TODAY - timedelta(days=45)
    assert (old.valid_to, new.valid_from) == (moved_on, moved_on)
    assert old.value
    assert new.value
    assert old.value.uncover() != new.value.uncover()


def test_4_details_of_the_section_were_not_checked_since_it_moved(world: RuleContext) -> None:
    moved_on = TODAY - timedelta(days=45)
    owners = {scenarios.MOVED_SECTION} | {
        post for post, owner in GROUND.owner.items() if owner == scenarios.MOVED_SECTION
    }
    details = [
        detail
        for owner in owners
        for link in world.links_from(owner, ReachedBy)
        if isinstance(detail := world.nodes[link.target_id], ContactDetail)
        and detail.is_valid(TODAY)
    ]
    stale = [detail for detail in details if detail.verified_on and detail.verified_on < moved_on]
    assert len(stale) == 4 < len(details)


def test_skanderborg_s_police_coordinator_is_vacant_and_hedensted_s_municipal_one_doubled(
    world: RuleContext,
) -> None:
    assert holders(world, "act-ihp-0746") == []
    assert len(holders(world, "act-ihm-0766")) == 2
    assert len(holders(world, "act-ihp-0615")) == 1


# ---- 8 Borrow a mentor


def has_speaker(world: RuleContext, post: str, language: str) -> bool:
    return any(language in person.languages for person in holders(world, post))


def test_silkeborg_can_borrow_mentors_only_from_viborg_29_km_and_aarhus_34_km_away(
    world: RuleContext,
) -> None:
    home = GROUND.area(scenarios.SILKEBORG)
    lent: set[tuple[int, str, str]] = set()
    for link in world.links_to("net-korps", MemberOf):
        area = GROUND.area(f"mun-{link.source_id.split('-')[2]}")
        km = km_between(home, area)
        for language in ("so", "uk"):
            if km <= 60 and link.is_lendable and has_speaker(world, link.source_id, language):
                lent.add((round(km), area.name, language))
    assert sorted(lent) == [(29, "Viborg", "uk"), (34, "Aarhus", "so")]


def test_skive_s_ukrainian_speaking_mentor_is_61_km_from_silkeborg(world: RuleContext) -> None:
    skive, home = GROUND.area(scenarios.SKIVE), GROUND.area(scenarios.SILKEBORG)
    assert round(km_between(skive, home)) == 61
    assert has_speaker(world, "act-mentor-0779-1", "uk")


def test_silkeborg_is_not_among_the_23_lenders_of_mentors() -> None:
    draft = world_builder(structure(), seed=1, today=TODAY)
    areas = [area.id for area in lenders(draft)]
    assert len(set(areas)) == 23
    assert scenarios.SILKEBORG not in areas


@pytest.mark.parametrize(("language", "post"), [("uk", "0791"), ("so", "0751")])
def test_paths_from_silkeborg_within_60_km_end_only_at_the_mentor_of_the_language(
    language: str, post: str
) -> None:
    result = answer(
        Need(
            on=TODAY,
            start="act-ihm-0740",
            competence="15.20.36",
            language=language,
            within_km=60,
            area=scenarios.SILKEBORG,
        ),
    )
    (mentor,) = result.contacts  # once, however many ways there are
    assert (mentor.stop.node.id, mentor.fit.number) == (f"act-mentor-{post}-1", 1)
    assert mentor.ways
    assert {path.stops[-1].node.id for path in result.paths} == {mentor.stop.node.id}
