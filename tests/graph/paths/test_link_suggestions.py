from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given

from graph.access.policy import Role
from graph.access.view import View
from graph.model import Covers, DoorOpenerFor, HopLink, MemberOf, Network, RefersTo
from graph.paths import Need, find
from graph.paths.answer import MissingLink, NodeRef
from graph.paths.ends import Ends
from graph.paths.kernel.request import Direction
from graph.paths.kernel.search import backward_costs, forward_costs
from graph.paths.link_suggestions import links_missing
from graph.paths.relaxation import RelaxableSearch
from graph.vocabulary import LegalGate, LinkType, PostKind, PreventionLevel, Sector, Trigger
from tests.fixtures.examples import examples
from tests.graph.paths.additions import QUIET, kystby_with, post, tie
from tests.graph.paths.random_worlds import Case, cases, draw_case
from tests.graph.paths.worlds import ON, POLICY, Question, World, search_inputs, search_result
from tests.kystby import TODAY, caller_of

OPEN_HUBS: Final = replace(POLICY, hub=replace(POLICY.hub, free=1_000, closed_above=1_000))
DRAWN = examples(150)


def proposed(world: World, question: Question) -> tuple[MissingLink, ...] | None:
    """Return the links that would make a path; None where there is one."""
    _, view, ask, answers = search_inputs(world, question)
    if search_result(view, OPEN_HUBS, ask, answers).paths:
        return None
    ends = Ends(
        origins=ask.starts, starts=ask.starts, targets=ask.targets, fallback_level=0,
        direction=ask.direction, is_here=False,
    )  # fmt: skip
    search = RelaxableSearch(
        view=view, need=Need(on=ON, sector=Sector.POLICE), policy=OPEN_HUBS, ends=ends, ask=ask,
        answers=answers,
    )  # fmt: skip
    ways = [far(view, OPEN_HUBS, ask, answers) for far in (forward_costs, backward_costs)]
    return links_missing(search, *ways)


def link_of(world: World, missing: MissingLink) -> HopLink:
    """Return the proposed link, verified today, of unknown strength."""
    assert missing.source is not None
    ends: dict[str, Any] = {
        "id": "new", "source_id": missing.source.id, "target_id": missing.target.id,
        "verified_on": ON, "gate": missing.gate, "source": "demo",
    }  # fmt: skip
    match missing.type:
        case LinkType.REFERS_TO:
            return RefersTo(**ends)
        case LinkType.DOOR_OPENER_FOR:
            return DoorOpenerFor(consent_id=f"c-{missing.target.id}", **ends)
        case _:
            (network,) = [element for element in world.elements if element.id == missing.target.id]
            assert isinstance(network, Network)
            return MemberOf(levels=network.levels, **ends)


def cost_of(world: World, question: Question) -> int:
    _, view, ask, answers = search_inputs(world, question)
    ask = replace(ask, old_last=False)  # the promised cost ignores the age of links
    return search_result(view, OPEN_HUBS, ask, answers).paths[0].cost


def kinds(case: Case) -> Iterator[LinkType]:
    """Yield the types proposed in a case; each link must give a path at the promised cost."""
    world, question = case
    networks = [element.id for element in world.elements if isinstance(element, Network)]
    world = world.but(  # networks cover areas as posts do
        *(
            Covers(id=f"v-{network_id}", source_id=network_id, target_id="dk", source="demo")
            for network_id in networks
        )
    )
    levels = (question.levels or world.levels) & world.levels  # a need never asks for more
    question = replace(question, levels=levels or world.levels)
    for missing in proposed(world, question) or ():
        assert cost_of(world.but(link_of(world, missing)), question) == missing.path_cost
        yield missing.type


@pytest.mark.slow
@DRAWN
@given(case=cases())
def test_adding_a_proposed_link_makes_a_path_at_exactly_the_promised_cost(case: Case) -> None:
    list(kinds(case))


def test_the_drawn_cases_propose_each_type_of_link() -> None:
    seeds = (*range(40), 2101)
    seen = {kind for seed in seeds for kind in kinds(draw_case(seed, 4 + seed % 9, seed % 2 == 0))}
    assert seen == {LinkType.REFERS_TO, LinkType.MEMBER_OF, LinkType.DOOR_OPENER_FOR}


def missing_links(view: View, **terms: Any) -> tuple[MissingLink, ...]:
    answer = find(view, Need(on=view.on, **terms), POLICY)
    assert answer.none is not None
    return answer.none.missing


def link_facts(missing: MissingLink) -> tuple[LinkType, str | None, str, LegalGate | None]:
    return missing.type, missing.source and missing.source.id, missing.target.id, missing.gate


def test_a_link_inside_an_area_is_proposed_before_one_from_elsewhere() -> None:
    view = kystby_with(without=("ssp-post--ssp",))
    terms = {"start": "ihd", "target": "intake", "level": PreventionLevel.OUTREACH}
    referral, membership = missing_links(view, **terms)
    assert link_facts(referral) == (LinkType.REFERS_TO, "ssp-post", "intake", LegalGate.GENERAL)
    assert link_facts(membership) == (LinkType.MEMBER_OF, "ssp-post", "ssp", LegalGate.SSP_115)
    assert referral.path_cost < membership.path_cost
    assert [maker.id for maker in membership.makers] == ["ihd", "ssp-post"]  # the cheapest to reach
    assert membership.steward == NodeRef(id="kystby", name="Kystby")


def test_without_a_common_area_a_link_from_the_cheapest_node_is_proposed() -> None:
    referral, membership = missing_links(kystby_with(without=QUIET), start="ihd", target="nabo-ssp")
    assert link_facts(referral) == (LinkType.REFERS_TO, "ihd", "nabo-ssp", LegalGate.GENERAL)
    assert link_facts(membership) == (LinkType.MEMBER_OF, "nabo-ssp", "ssp", LegalGate.SSP_115)
    assert referral.steward == membership.steward == NodeRef(id="nabo", name="Naboby")


def test_proposed_gates_are_infohouse_for_a_named_matter_or_that_of_the_need() -> None:
    view, terms = kystby_with(without=("intake--ssp",)), {"start": "ihd", "target": "intake"}
    named = missing_links(view, trigger=Trigger.CONCERN, **terms)
    assert {missing.gate for missing in named if missing.type is LinkType.REFERS_TO} == {
        LegalGate.INFOHOUSE
    }
    gated = missing_links(view, gate=LegalGate.PSP_115, **terms)
    assert {link_facts(missing)[3] for missing in gated} == {LegalGate.PSP_115}


def test_a_referral_is_never_proposed_to_a_higher_tier() -> None:
    up = missing_links(kystby_with(), start="nabo-ssp", target="ihd", direction=Direction.ACROSS)
    assert LinkType.REFERS_TO not in {missing.type for missing in up}


def test_a_door_opener_is_proposed_from_a_post_with_a_present_holder() -> None:
    own = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post", "outreach"))
    view = kystby_with(caller=own, without=("carl--dina",))
    terms = {"start": "ihd", "target": "jens", "level": PreventionLevel.OUTREACH}
    door, *others = missing_links(view, **terms)
    assert link_facts(door) == (LinkType.DOOR_OPENER_FOR, "ihd", "jens", LegalGate.CONSENT)
    assert [maker.id for maker in door.makers] == ["outreach"]
    assert (
        missing_links(view, **{**terms, "start": "duty"})[0].type is LinkType.REFERS_TO
    )  # held by nobody
    assert {missing.target.id for missing in others} == {"outreach", "forum"}


def test_no_link_is_proposed_for_a_need_with_stops() -> None:
    assert (
        missing_links(kystby_with(without=QUIET), start="ihd", target="nabo-ssp", via=("ssp",))
        == ()
    )


def test_a_closed_post_behind_another_closed_post_is_not_proposed() -> None:
    closed = [
        post(name, PostKind.SSP_SCHOOL_CONTACT, Sector.SCHOOL) for name in ("first", "second")
    ]
    covers = [tie(Covers, name, "nabo") for name in ("first", "second")]
    hop = {"gate": LegalGate.INTERNAL, "verified_on": TODAY}
    links = [tie(RefersTo, "ihd", "first", **hop), tie(RefersTo, "first", "second", **hop)]
    view = kystby_with(*closed, *covers, *links)
    terms = {"start": "ihd", "area": "nabo", "sector": Sector.SCHOOL}
    assert [missing.target.id for missing in missing_links(view, **terms)] == ["first"]


def test_the_three_cheapest_closed_posts_are_listed_with_and_without_a_stop() -> None:
    names = ("one", "two", "three", "four")
    closed = [post(name, PostKind.SSP_SCHOOL_CONTACT, Sector.SCHOOL) for name in names]
    covers = [tie(Covers, name, "nabo") for name in names]
    links = [
        tie(
            RefersTo, "ssp-post", name, gate=LegalGate.INTERNAL, verified_on=TODAY,
            strength=1 - place / 10,
        )
        for place, name in enumerate(names)
    ]  # fmt: skip
    view = kystby_with(*closed, *covers, *links)
    terms: dict[str, Any] = {"start": "ihd", "area": "nabo", "sector": Sector.SCHOOL}
    for via in ((), ("ssp-post",)):
        assert [missing.target.id for missing in missing_links(view, via=via, **terms)] == [
            "one",
            "two",
            "three",
        ]


def test_link_types_that_the_policy_does_not_list_are_not_proposed() -> None:
    view, silent = kystby_with(without=QUIET), replace(POLICY, missing={})
    for target in ("nabo-ssp", "release"):
        none = find(view, Need(on=TODAY, start="ihd", target=target), silent).none
        assert none is not None
        assert none.missing == ()
