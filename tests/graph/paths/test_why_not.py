from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import Element, MemberOf
from graph.paths import Need, find
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import Obstacle, Relaxed
from graph.paths.contacts import ContactSearch
from graph.paths.kernel.request import Direction, SearchPath
from graph.paths.policy import micro_nats
from graph.paths.relaxation import RelaxableSearch, relaxations, search_of
from graph.paths.why_not import WhyNot, excluded_nodes, why_not
from graph.vocabulary import (
    CoordinationFunction,
    Label,
    LegalGate,
    NetworkKind,
    PostKind,
    PreventionLevel,
    Sector,
    Trigger,
)
from tests.fixtures.builders import network
from tests.fixtures.examples import examples
from tests.graph.paths.additions import ALL_LEVELS, POLICY, coordinates, kystby_with, post, tie
from tests.graph.paths.random_worlds import draw_case
from tests.graph.paths.test_non_interference import NEEDS, hidden_lives, seen_by_outsiders
from tests.graph.paths.worlds import ON
from tests.graph.questions.letters import refers
from tests.kystby import TODAY, caller_of

UNLIKELY = micro_nats(POLICY.contacts.least_chance)
_DRAWN = examples(40, HealthCheck.filter_too_much)


def unit(post_id: str, **fields: Any) -> Element:
    """A post at which a unit always answers."""
    kind = fields.pop("kind", PostKind.SSP_SCHOOL_CONTACT)
    return post(post_id, kind, Sector.SCHOOL, is_unit_only=True, hours="00:00-24:00", **fields)


def reason_of(view: View, node: str, **terms: Any) -> WhyNot:
    return why_not(view, Need(on=view.on, **terms), node, POLICY)


def test_a_node_on_a_shown_path_has_obstacle_given_and_the_path_number() -> None:
    why = reason_of(kystby_with(), "ssp-post", start="ihd", target="intake")
    assert (why.obstacle, why.path, why.cost) == (Obstacle.GIVEN, 1, why.best)


def test_a_node_on_a_path_beyond_max_paths_is_dearer_with_both_costs() -> None:
    view = kystby_with(unit("x"), refers("ihd", "x"), refers("x", "ssp-post", strength=0.0))
    terms: dict[str, Any] = {"start": "ihd", "target": "ssp-post", "max_paths": 1}
    why = reason_of(view, "x", **terms)
    (path,) = find(view, Need(on=view.on, **terms), POLICY).paths
    (through,) = find(view, Need(on=view.on, via=("x",), **terms), POLICY).paths
    assert (why.obstacle, why.cost, why.best) == (Obstacle.DEARER, through.cost, path.cost)
    assert through.cost > path.cost


def test_an_overlapping_path_names_the_shown_path_it_overlaps() -> None:
    ways = [
        link
        for stop in ("x", "y")
        for link in (unit(stop), refers("hub", stop), refers(stop, "goal", strength=0.5))
    ]
    view = kystby_with(unit("hub"), unit("goal"), refers("ihd", "hub"), *ways)
    terms: dict[str, Any] = {"start": "ihd", "target": "goal", "overlap_percent": 34}
    assert reason_of(view, "x", **terms).obstacle is Obstacle.GIVEN
    why = reason_of(view, "y", **terms)
    assert (why.obstacle, why.path, why.cost) == (Obstacle.OVERLAP, 1, why.best)


@pytest.mark.parametrize(
    ("obstacle", "link", "terms"),
    [
        (Obstacle.GATE, {"gate": LegalGate.GENERAL}, {"gate": LegalGate.KSP_115}),
        (Obstacle.GATE, {"gate": LegalGate.GENERAL}, {"trigger": Trigger.CONCERN}),
        (
            Obstacle.LEVEL,
            {"levels": frozenset({PreventionLevel.EXIT})},
            {"level": PreventionLevel.OUTREACH},
        ),
        (Obstacle.DIRECTION, {}, {"direction": Direction.UP}),
        (Obstacle.AVOIDED, {}, {"avoid": frozenset({"x"})}),
        (Obstacle.VIA, {}, {"via": ("ssp-post",)}),
    ],
)
def test_the_obstacle_is_the_term_whose_removal_makes_a_path_through_the_node(
    obstacle: Obstacle, link: dict[str, Any], terms: dict[str, Any]
) -> None:
    goal = unit("goal", kind=PostKind.SOCIAL_INTAKE)
    view = kystby_with(unit("x"), goal, refers("ihd", "x", **link), refers("x", "goal"))
    why = reason_of(view, "x", **{"start": "ihd", "target": "goal", **terms})
    assert (why.obstacle, why.hops) == (obstacle, 2)


def test_too_far_gives_the_fewest_hops_and_the_limit() -> None:
    why = reason_of(kystby_with(), "ssp", start="ihd", target="intake", max_hops=2)
    assert (why.obstacle, why.hops, why.most_hops) == (Obstacle.TOO_FAR, 3, 2)


def test_a_post_nobody_answers_at_is_not_answering() -> None:
    view = kystby_with(refers("ihd", "release"), refers("release", "ssp-post"))
    why = reason_of(view, "release", start="ihd", target="ssp-post")
    assert why.obstacle is Obstacle.NOT_ANSWERING


def council() -> tuple[Element, ...]:
    """Return a council whose chair is another post."""
    terms: dict[str, Any] = {
        "gate": LegalGate.GENERAL, "levels": ALL_LEVELS, "strength": 1.0, "verified_on": TODAY,
    }  # fmt: skip
    return (
        network("council", NetworkKind.DISTRICT_COUNCIL),
        unit("chair", kind=PostKind.SSP_COORDINATOR_POLICE),
        coordinates("chair", "council", CoordinationFunction.CHAIR, **terms),
        tie(MemberOf, "ihd", "council", **terms),
        tie(MemberOf, "ssp-post", "council", **terms),
    )


def test_a_council_has_obstacle_hub_and_is_listed_as_excluded_only_if_cheaper() -> None:
    dear = {"ihd--ssp-post": {"strength": 0.0, "verified_on": None}}
    view = kystby_with(*council(), changed=dear)
    why = reason_of(view, "council", start="ihd", target="ssp-post")
    assert why.obstacle is Obstacle.HUB
    (kept_out,) = excluded_nodes(view, Need(on=view.on, start="ihd", target="ssp-post"), POLICY)
    assert kept_out.node.id == "council"
    assert kept_out.cost == why.cost
    cheap = kystby_with(
        *council(), changed={"ihd--ssp-post": {"strength": 1.0, "verified_on": TODAY}}
    )
    assert not excluded_nodes(cheap, Need(on=TODAY, start="ihd", target="ssp-post"), POLICY)


def test_a_mailbox_can_only_be_where_a_path_ends() -> None:
    box = post("box", PostKind.FUNCTIONAL_MAILBOX, Sector.POLICE, hours="00:00-24:00")
    view = kystby_with(box, refers("ihd", "box"), refers("box", "ssp-post"))
    assert reason_of(view, "box", start="ihd", target="ssp-post").obstacle is Obstacle.ENDS


def test_another_fitting_target_can_only_end_a_path() -> None:
    """Two coordinate the network; six contacts would be needed to list the second way on."""
    both = [coordinates(name, "ssp") for name in ("x", "y")]
    vacant = ("amina--ssp-post", "bo--ssp-post", "duty--ssp-post", "intake--ssp")
    ways = (refers("ihd", "x", strength=0.5), refers("ihd", "y"), refers("x", "y"))
    view = kystby_with(unit("x"), unit("y"), *both, *ways, without=vacant)
    terms: dict[str, Any] = {"start": "ihd", "network": frozenset({NetworkKind.SSP})}
    assert reason_of(view, "x", area="kystby", max_contacts=1, **terms).obstacle is Obstacle.ENDS
    assert reason_of(view, "x", area="kystby", **terms).obstacle is Obstacle.GIVEN


def test_an_authority_means_its_posts_and_a_stop_of_the_need_is_respected() -> None:
    view = kystby_with()
    why = reason_of(view, "kystby-kommune", start="ihd", target="intake")
    assert why.obstacle is Obstacle.GIVEN
    why = reason_of(view, "ssp-post", start="ihd", target="intake", via=("ssp",))
    assert why.obstacle is Obstacle.GIVEN


def test_a_need_with_two_stops_or_an_unknown_start_is_refused() -> None:
    view = kystby_with()
    with pytest.raises(InvalidNeed, match="via"):
        reason_of(view, "ihd", start="ihd", target="intake", via=("ssp", "ssp-post"))
    with pytest.raises(NotFound):
        reason_of(view, "ssp", start="nobody", target="intake")


def test_a_reason_is_not_proved_when_the_budget_ran_out() -> None:
    view, need = kystby_with(), Need(on=TODAY, start="ihd", target="intake")
    assert why_not(view, need, "ssp", POLICY).proved
    no_time = replace(POLICY.budget, hop_states=0, region_states=0, settled=0, pops=0)
    assert not why_not(view, need, "ssp", replace(POLICY, budget=no_time)).proved


def test_hidden_unknown_and_unconnected_nodes_have_obstacle_not_found() -> None:
    caller = caller_of(Role.COORDINATOR, posts=("ssp-post",))
    hidden, unknown = (
        reason_of(kystby_with(caller=caller, without=gone), "erik", start="ihd", target="intake")
        for gone in ((), ("erik", "erik--nabo-ssp", "phone-erik", "erik--phone-erik"))
    )
    assert (
        hidden == unknown == WhyNot(node=NodeRef(id="erik", name=None), obstacle=Obstacle.NOT_FOUND)
    )
    apart = reason_of(kystby_with(), "nabo-ssp", start="ihd", target="intake")
    assert apart.obstacle is Obstacle.NOT_FOUND


@pytest.mark.slow
@examples(15)
@given(more=hidden_lives(), apart=st.booleans())
def test_the_identity_of_a_hidden_person_changes_no_obstacle_and_no_exclusion(
    more: tuple[Element, ...], apart: bool
) -> None:
    assert texts_of(seen_by_outsiders(*more)) == texts_of(seen_by_outsiders(*more, apart=apart))


def texts_of(view: View) -> list[str]:
    needs = [Need(on=TODAY, **terms) for terms in NEEDS]
    nodes = ("a-hidden", "release", "ssp", "kystby-kommune", "amina")
    return [
        repr((why_not(view, need, node, POLICY), excluded_nodes(view, need, POLICY)))
        for need in needs
        for node in nodes
    ]


@pytest.mark.slow
@_DRAWN
@given(st.integers(0, 2**32), st.booleans())
def test_the_reason_for_any_node_is_confirmed_by_other_searches(seed: int, has_ties: bool) -> None:
    world, question = draw_case(seed, 9, has_ties)
    view = world.view(world.snapshot())
    targets = [target for target in question.targets if target in ids(view)]
    assume(targets and question.starts[0] in ids(view))
    need = Need(
        on=ON, start=question.starts[0], target=targets[0], direction=question.direction,
        max_hops=question.max_hops, max_paths=min(question.max_paths, 5), gate=question.gate,
        overlap_percent=question.overlap_percent, avoid=question.avoid & ids(view),
    )  # fmt: skip
    for node_id in sorted(ids(view)):
        assert_reason_is_true(view, need, node_id)


def ids(view: View) -> frozenset[str]:
    """Return the visible nodes that a path may meet."""
    return frozenset(
        view.id(row)
        for label in (Label.ACTOR, Label.NETWORK, Label.RESOURCE_INDIVIDUAL)
        for row in view.rows(label)
    )


def assert_reason_is_true(view: View, need: Need, node_id: str) -> None:
    """Check an explanation by other means."""
    why, row = why_not(view, need, node_id, POLICY), view.row(node_id)
    search, given, shown = first_contact(view, need)
    numbers = [number for number, path in enumerate(shown, 1) if row in path.rows]
    assert (why.obstacle is Obstacle.GIVEN) is bool(numbers)
    if numbers:
        assert why.path == numbers[0]
        return
    through = best(search, row)
    if through is None:
        assert why.obstacle in set(Obstacle) - {Obstacle.GIVEN, Obstacle.DEARER, Obstacle.OVERLAP}
        assert cost_without_obstacle(search, row, why) == (
            None if why.hops is None else (why.cost, why.hops)
        )
        return
    match why.obstacle:
        case Obstacle.DEARER:
            assert why.cost == through.cost
            if through.cost <= UNLIKELY:
                assert through.order > given[-1].order
                assert len(given) == search.ask.max_paths
        case _:
            assert (why.obstacle, why.cost) == (Obstacle.OVERLAP, through.cost)
            alike = given[(why.path or 0) - 1]
            assert alike.order < through.order
            first, second = (called(search, path) for path in (alike, through))
            assert first & second


def called(search: RelaxableSearch, path: SearchPath) -> set[int]:
    return {int(search.answers.key[row]) for row in path.rows[1:-1]}


Ways = tuple[SearchPath, ...]


def first_contact(view: View, need: Need) -> tuple[RelaxableSearch, Ways, Ways]:
    """Return the search for the first contact with a way, its ways, and all ways shown."""
    contact_search = ContactSearch(view, need, POLICY)
    contacts = [contact for contact in contact_search.contacts()[0] if contact.ways]
    if not contacts:
        return search_of(view, need, POLICY), (), ()
    shown: list[SearchPath] = []
    for contact in contacts:
        result = contact_search.result_for(view.row(contact.stop.node.id))
        assert result is not None
        assert len(result.paths) == len(contact.ways)
        shown += result.paths
    fit = contact_search.classes[contacts[0].fit.number - 1]
    search = contact_search.search(fit, [view.row(contacts[0].stop.node.id)])
    search = replace(search, ask=replace(search.ask, max_paths=contact_search.most_ways(fit)))
    found = search.search_again().paths
    given = tuple(path for path in found if path.cost <= UNLIKELY) or found[:1]
    assert given == tuple(shown[: len(given)])
    return search, given, tuple(shown)


def best(search: RelaxableSearch, row: int, **terms: Any) -> SearchPath | None:
    paths = search.search_again(max_paths=1, via=(frozenset({row}),), **terms).paths
    return paths[0] if paths else None


def cost_without_obstacle(search: RelaxableSearch, row: int, why: WhyNot) -> tuple[int, int] | None:
    """Return cost and hops of the path without the obstacle; None: there is none."""
    changes = dict(relaxations(search))
    if why.obstacle is Obstacle.TOO_FAR:
        assert best(search, row, max_hops=(why.hops or 0) - 1) is None
        path = best(search, row, max_hops=why.hops)
    elif why.term is not None:
        path = best(search, row, **changes[why.term])
    elif why.obstacle is Obstacle.NOT_ANSWERING:
        path = best(search.with_deputies([row]), row)
    elif why.obstacle is Obstacle.ENDS and row in search.right:
        path = best(search, row, avoid=search.ask.avoid - {row})
    elif why.obstacle in (Obstacle.HUB, Obstacle.ENDS):
        crossing = replace(POLICY.crossing, end_kinds=frozenset())
        free = replace(search, policy=replace(POLICY, digest="free", crossing=crossing))
        path = best(free, row, old_last=False)
        assert path is not None
        assert path.cost <= (why.cost or 0)  # this search may cross other such nodes too
        return why.cost or 0, why.hops or 0
    else:
        terms = {term: change for term, change in changes.items() if term is not Relaxed.VIA}
        assert not any(best(search, row, **change) for change in terms.values())
        path = None
    if path is None:
        return None
    return path.cost, len(path.hops) if why.obstacle is Obstacle.TOO_FAR else path.steps
