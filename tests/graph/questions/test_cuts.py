# pyright: reportOptionalMemberAccess=false
from collections.abc import Callable, Iterable, Set
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import DeputizesFor, Element, Holds
from graph.paths.answering_costs import post_answers
from graph.paths.ends import direction_of
from graph.paths.kernel.reachability import forward_costs
from graph.paths.kernel.request import SearchRequest
from graph.paths.minimum_cut import BreakingGroups, minimum_cut
from graph.paths.need import Need
from graph.questions.cuts import Cut, Cuts, cuts
from graph.questions.reference_needs import Reference
from graph.questions.reference_paths import Place, local_ways
from graph.vocabulary import Label, Tier
from seed.people import scenarios
from tests.fixtures.examples import examples
from tests.graph.paths.additions import POLICY, coordinates, kystby_with, person, tie
from tests.graph.questions.leaving import view_of, worlds
from tests.graph.questions.letters import refers
from tests.kystby import TODAY
from tests.seed import demo


def cut_of(
    answer: Cuts,
    area: str = "kystby",
    by: Reference | None = None,
    tier: Tier | None = Tier.NATIONAL,
) -> Cut:
    key = (area, by, tier)
    (cut,) = (
        candidate
        for candidate in answer.cuts
        if (candidate.area.id, candidate.reference, candidate.tier) == key
    )
    return cut


def ids(fewest: object) -> list[str]:
    return [node.id for node in getattr(fewest, "nodes", ())]


def test_with_a_duty_line_no_people_cut_off_kystby_but_one_post_does() -> None:
    cut = cut_of(cuts(kystby_with(), POLICY))
    assert (cut.people, cut.bus_factor) == (None, None)
    assert ids(cut.posts) == ["ssp-post"]
    assert (cut.posts.at_least, cut.posts.is_exact) == (1, True)


def test_without_the_duty_line_the_cut_is_the_holder_and_the_deputy() -> None:
    view = kystby_with(without=("duty--ssp-post",), changed={"amina": _PRESENT})
    cut = cut_of(cuts(view, POLICY), by=Reference.SSP)
    assert (ids(cut.people), cut.bus_factor) == (["amina", "bo"], 2)
    alone = kystby_with(without=("duty--ssp-post", "bo--ssp-post"), changed={"amina": _PRESENT})
    assert cut_of(cuts(alone, POLICY)).bus_factor == 1


_PRESENT = {"absent_from": None, "absent_to": None}


def test_an_absent_holder_is_not_in_the_cut() -> None:
    assert ids(cut_of(cuts(kystby_with(without=("duty--ssp-post",)), POLICY)).people) == ["bo"]


def test_one_person_on_both_ways_counts_once_in_the_cut() -> None:
    here = (
        tie(Holds, "bo", "release"), refers("ihd", "release"),
        coordinates("release", "ssp", strength=0.9, verified_on=TODAY),
    )  # fmt: skip
    view = kystby_with(*here, without=("duty--ssp-post", "intake--ssp"))
    cut = cut_of(cuts(view, POLICY), by=Reference.SSP)
    assert ids(cut.people) == ["bo"]  # deputy of the one, holder of the other
    assert ids(cut.posts) == ["release", "ssp-post"]


def test_two_deputies_of_one_post_make_a_bus_factor_of_two() -> None:
    view = kystby_with(
        person("ib"), tie(DeputizesFor, "ib", "ssp-post", order=2), without=("duty--ssp-post",)
    )
    assert cut_of(cuts(view, POLICY)).bus_factor == 2


def test_an_unreached_area_has_no_cut() -> None:
    answer = cuts(kystby_with(without=("ihd--ssp-post",)), POLICY)
    cut = cut_of(answer)
    assert (cut.people, cut.posts) == (None, None)
    assert {entry.area.id for entry in answer.cuts} == {"kystby"}  # no network meets for nabo


def test_an_area_filter_selects_its_municipalities_and_refuses_other_nodes() -> None:
    view = kystby_with()
    assert cuts(view, POLICY, area="pol-ost").cuts == cuts(view, POLICY).cuts
    assert cuts(view, POLICY, area="nabo").cuts == ()
    with pytest.raises(InvalidNeed):
        cuts(view, POLICY, area="ihd")
    with pytest.raises(NotFound):
        cuts(view, POLICY, area="nowhere")


def test_the_start_posts_are_not_cut() -> None:
    assert ids(cut_of(cuts(kystby_with(), POLICY, start="ihd"), tier=None).posts) == ["ssp-post"]
    assert cut_of(cuts(kystby_with(), POLICY, start="intake"), tier=None).posts is not None
    references = {cut.reference for cut in cuts(kystby_with(), POLICY, start="intake").cuts}
    assert references == {Reference.SSP, None}  # the intake is the asker


def smallest(candidates: Iterable[int], is_cut: Callable[[frozenset[int]], bool]) -> int | None:
    """Return the size of the smallest set that cuts, by trying all sets of up to four."""
    every = sorted(candidates)
    return next(
        (
            size
            for size in range(5)
            if any(is_cut(frozenset(subset)) for subset in combinations(every, size))
        ),
        None,
    )


def reaches(view: View, gone: frozenset[int], place: Place, own: Set[int], number: int) -> bool:
    """Return whether a row of the class is reached without `gone`, from the remaining own rows."""
    after = view.without(gone)
    rows = next(
        local_class.rows for local_class in place.need.classes() if local_class.number == number
    )
    need = Need(on=view.on, network=Reference.SSP.kinds)
    return any(
        row in forward_costs(
            after, POLICY,
            SearchRequest(
                starts=tuple(start for start in own if after.visible[start]), targets={row: 0},
                direction=direction_of(view, need, place.start.posts, [row]),
                max_hops=POLICY.search.default_hops, max_paths=1, overlap_percent=100,
            ),
            post_answers(after, POLICY),
        )
        for row in rows if after.visible[row]
    )  # fmt: skip


@examples(25)
@given(elements=worlds())
def test_cuts_are_as_small_as_those_found_by_trying_all_sets(elements: tuple[Element, ...]) -> None:
    view = view_of(elements)
    ways, answer = local_ways(view, POLICY), cuts(view, POLICY)
    for position, place in enumerate(ways.places):
        contact = ways.contact(position)
        if contact is None or contact.is_you:
            continue
        own, number = ways.searches.own(place.start), contact.number
        cut = cut_of(
            answer, view.id(place.need.area), place.need.reference, place.start.tier
        )  # fmt: skip
        assert cut.fit == number
        assert cut.posts.is_exact

        def is_cut(
            gone: frozenset[int], place: Place = place, own: Set[int] = own, number: int = number
        ) -> bool:
            return not reaches(view, gone, place, own, number)

        posts = [row for row in view.rows(Label.ACTOR) if row not in own]
        assert len(cut.posts.nodes) == smallest(posts, is_cut)
        assert is_cut(frozenset(view.row(node.id) for node in cut.posts.nodes))
        people = view.rows(Label.PERSON)
        assert cut.bus_factor == (
            None if not is_cut(frozenset(people)) else smallest(people, is_cut)
        )


@st.composite
def graphs(draw: st.DrawFn) -> "nx.Graph[int]":
    """Draw a graph whose start 0 and end, the last node, are not joined to each other."""
    count = draw(st.integers(4, 9))
    pairs = [pair for pair in combinations(range(count), 2) if pair != (0, count - 1)]
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(draw(st.sets(st.sampled_from(pairs), min_size=3)))
    return graph


@examples(200)
@given(graph=graphs())
def test_a_cut_is_as_small_as_that_of_networkx(graph: "nx.Graph[int]") -> None:
    last = len(graph) - 1

    def find(gone: frozenset[int]) -> BreakingGroups | None:
        left: nx.Graph[int] = graph.copy()
        left.remove_nodes_from(gone)
        if not nx.has_path(left, 0, last):
            return None
        path: list[int] = nx.shortest_path(left, 0, last)
        return tuple(frozenset({node}) for node in path[1:-1])

    cut = minimum_cut(find)
    assert cut.is_exact
    expected = len(nx.minimum_node_cut(graph, 0, last)) if nx.has_path(graph, 0, last) else 0
    assert len(cut.elements) == expected == cut.at_least
    assert find(frozenset(cut.elements)) is None


def test_a_minimum_cut_without_tries_returns_bounds_and_a_valid_cut() -> None:
    ways_there = [(1, 2), (1, 3), (2, 3), (4, 5), (4, 6), (5, 6)]

    def find(gone: frozenset[int]) -> BreakingGroups | None:
        way = next((way for way in ways_there if not gone & {*way}), None)
        return None if way is None else tuple(frozenset({node}) for node in way)

    exact, bounded = minimum_cut(find), minimum_cut(find, 0)
    assert (len(exact.elements), exact.is_exact) == (4, True)
    assert not bounded.is_exact
    assert bounded.at_least <= 4 <= len(bounded.elements)
    assert find(frozenset(bounded.elements)) is None


def test_minimum_cut_is_none_without_groups_and_empty_without_a_path() -> None:
    assert minimum_cut(lambda _gone: ()) is None
    nothing = minimum_cut(lambda _gone: None)
    assert (nothing.elements, nothing.at_least, nothing.is_exact) == ((), 0, True)


def test_on_laesoe_the_bus_factor_of_ssp_is_one() -> None:
    answer = cuts(demo.view_of(), POLICY, area=scenarios.LAESOE)
    assert len(answer.cuts) == 12  # five references and all of them, from two starts
    for tier in (Tier.NATIONAL, Tier.DISTRICT):
        cut = cut_of(answer, scenarios.LAESOE, Reference.SSP, tier)
        assert (cut.fit, cut.bus_factor) == (1, 1)
    assert all(entry.posts is not None and entry.posts.nodes for entry in answer.cuts)


def test_where_the_first_class_is_not_reached_the_cut_is_from_the_next() -> None:
    view = demo.view_of()
    ways = local_ways(view, POLICY)
    contacts = (
        (ways.places[position], ways.contact(position)) for position in ways.positions_with_contact
    )
    place = next(candidate for candidate, best in contacts if best is not None and best.number == 2)
    answer = cuts(view, POLICY, area=view.id(place.need.area))
    cut = cut_of(answer, view.id(place.need.area), place.need.reference, place.start.tier)
    assert cut.fit == 2
    assert len(cut.posts.nodes) == 1
