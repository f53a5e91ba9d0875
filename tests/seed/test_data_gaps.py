from collections import Counter
from datetime import timedelta

import pytest

from graph.model import (
    Actor,
    Consent,
    ContactDetail,
    DeputizesFor,
    DoorOpenerFor,
    GaveConsent,
    Holds,
    HopLink,
    Person,
    Plan,
    ReachedBy,
    ResourceIndividual,
)
from graph.model.rule_context import RuleContext
from graph.vocabulary import (
    KEY_POSTS,
    Channel,
    Freshness,
    PlanKind,
    PostKind,
)
from seed.people.data_gaps import SHARES
from tests.seed.demo import TODAY, holds_by_post, persons, pinned


@pytest.fixture(scope="module")
def world() -> RuleContext:
    return pinned()


def vacant_posts(world: RuleContext) -> list[Actor]:
    here = holds_by_post(world)
    return [
        node
        for node in world.nodes.values()
        if isinstance(node, Actor) and not node.is_unit_only and not here.get(node.id)
    ]


def test_23_posts_are_vacant_11_municipal_and_4_police_coordinators_5_psp_3_release(
    world: RuleContext,
) -> None:
    assert Counter(post.kind for post in vacant_posts(world)) == {
        PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL: 11,
        PostKind.INFOHOUSE_COORDINATOR_POLICE: 4,
        PostKind.PSP_COORDINATOR_MUNICIPAL: 5,
        PostKind.RELEASE_CONTACT: 3,
    }


def test_5_posts_are_doubled(world: RuleContext) -> None:
    assert (
        sum(sum(hold.share for hold in holds) > 1 for holds in holds_by_post(world).values()) == 5
    )


def test_61_of_the_196_key_posts_have_no_personal_deputy(world: RuleContext) -> None:
    key = [n for n in world.nodes.values() if isinstance(n, Actor) and n.kind in KEY_POSTS]
    bare = [
        post
        for post in key
        if not any(
            isinstance(world.nodes[link.source_id], Person)
            for link in world.links_to(post.id, DeputizesFor)
        )
    ]
    assert (len(key), len(bare)) == (196, 61)


def test_25_people_only_deputize(world: RuleContext) -> None:
    assert (
        sum(
            not world.links_from(person.id, Holds)
            and bool(world.links_from(person.id, DeputizesFor))
            for person in persons(world)
        )
        == 25
    )


def test_5_people_hold_five_posts_or_more(world: RuleContext) -> None:
    counts = Counter(link.source_id for holds in holds_by_post(world).values() for link in holds)
    many = [person for person, count in counts.items() if count >= 5]
    places = {world.links_from(person, Holds)[0].target_id.rpartition("-")[2] for person in many}
    assert len(many) == 5
    assert places == {"0825", "0741", "0563", "0492", "0400"}  # Læsø, Samsø, Fanø, Ærø, Bornholm


def test_11_people_leave_within_90_days(world: RuleContext) -> None:
    soon = TODAY + timedelta(days=90)
    leaving = {
        link.source_id
        for holds in holds_by_post(world).values()
        for link in holds
        if link.valid_to and TODAY < link.valid_to <= soon
    }
    assert len(leaving) == 11


def test_8_people_are_on_leave_today(world: RuleContext) -> None:
    assert (
        sum(
            bool(
                person.absent_from
                and person.absent_to
                and person.absent_from <= TODAY < person.absent_to
            )
            for person in persons(world)
        )
        == 8
    )


def test_the_hops_are_fresh_stale_expired_and_never_checked_in_the_shares_of_the_design(
    world: RuleContext,
) -> None:
    hops = [link for link in world.links.values() if isinstance(link, HopLink)]
    counts = Counter(
        Freshness.of((TODAY - hop.verified_on).days if hop.verified_on else None) for hop in hops
    )
    for state, share in SHARES.items():
        assert abs(counts[state] - len(hops) * share / 100) <= 1.5
    assert all((hop.verified_on is None) == (hop.verified_by is None) for hop in hops)


def test_no_hop_was_checked_before_it_began_or_after_today(world: RuleContext) -> None:
    for link in world.links.values():
        if isinstance(link, HopLink) and link.verified_on:
            assert link.verified_on <= TODAY
            assert link.valid_from is None or link.valid_from <= link.verified_on
            assert link.verified_by in world.nodes


def test_51_consents_are_in_force_6_end_soon_5_expired_4_were_withdrawn_8_replaced(
    world: RuleContext,
) -> None:
    soon = TODAY + timedelta(days=30)
    states: Counter[str] = Counter()
    for individual in world.nodes.values():
        if not isinstance(individual, ResourceIndividual):
            continue
        given = (world.nodes[x.target_id] for x in world.links_from(individual.id, GaveConsent))
        receipts = [consent for consent in given if isinstance(consent, Consent)]
        consents = sorted(receipts, key=lambda consent: consent.given_on)
        states["replaced"] += len(consents) - 1
        assert not any(consent.is_in_force(TODAY) for consent in consents[:-1])
        last = consents[-1]
        if last.is_in_force(TODAY):
            states["in force"] += 1
            states["ends soon"] += last.expires_on <= soon
        else:
            states["withdrawn" if last.withdrawn_on else "expired"] += 1
    assert states == {"in force": 51, "ends soon": 6, "expired": 5, "withdrawn": 4, "replaced": 8}


def test_14_door_opener_links_were_verified_before_the_present_holder_began(
    world: RuleContext,
) -> None:
    here = holds_by_post(world)
    older = 0
    for link in world.links.values():
        if isinstance(link, DoorOpenerFor) and link.verified_on:
            since = here[link.source_id][0].valid_from
            older += since is not None and link.verified_on < since
    assert older == 14


def test_9_preparedness_plans_are_due_within_12_months_and_none_is_overdue(
    world: RuleContext,
) -> None:
    due = [
        plan.due_on
        for plan in world.nodes.values()
        if isinstance(plan, Plan) and plan.kind is PlanKind.PREPAREDNESS_PLAN and plan.due_on
    ]
    assert len(due) == 98
    assert min(due) > TODAY
    assert sum(day <= TODAY + timedelta(days=365) for day in due) == 9
    assert all(p.adopted_on for p in world.nodes.values() if isinstance(p, Plan))


def test_one_section_and_two_municipal_units_moved(world: RuleContext) -> None:
    moved = [
        world.links_to(node.id, ReachedBy)[0].source_id
        for node in world.nodes.values()
        if isinstance(node, ContactDetail) and node.channel is Channel.VISIT and node.valid_to
    ]
    assert sorted(owner.split("-")[1] for owner in moved) == ["mun", "mun", "sec"]
