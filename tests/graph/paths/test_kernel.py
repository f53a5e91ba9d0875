from dataclasses import replace

from graph.paths.kernel.search import FewerWhy, backward_costs, forward_costs
from tests.fixtures.builders import FROM_A_TO_Z, best, chain, paths, posts, refers, world_of
from tests.graph.paths.worlds import CLOSED, DEPUTY, POLICY, result_of, search_inputs, search_result


def test_a_path_ends_at_the_first_target_and_enters_no_start() -> None:
    world = world_of(*posts("abyz"), *chain("a", "b", "y", "z"))
    assert paths(world, replace(FROM_A_TO_Z, targets={"y": 0, "z": 0})) == ["a-b-y"]
    assert paths(world, replace(FROM_A_TO_Z, starts=("a", "b"))) == ["b-y-z"]


def test_a_start_as_the_only_target_has_no_path() -> None:
    world = world_of(*posts("az"), *chain("a", "z", "a"))
    result = result_of(world, replace(FROM_A_TO_Z, targets={"a": 0}))
    assert result.paths == ()
    assert result.why == "ALL_FOUND"


def test_the_hop_limit_counts_links() -> None:
    world = world_of(*posts("abcz"), *chain("a", "b", "c", "z"))
    assert paths(world, replace(FROM_A_TO_Z, max_hops=3)) == ["a-b-c-z"]
    assert paths(world, replace(FROM_A_TO_Z, max_hops=2)) == []


def test_twelve_hops_can_be_walked() -> None:
    ids = tuple("abcdefghijklz")
    world = world_of(*posts("abcdefghijklz"), *chain(*ids, strength=0.0))
    assert best(world, replace(FROM_A_TO_Z, max_hops=12)).costs == (693_147,) * 12


def test_a_closed_post_can_start_a_path_but_not_be_crossed_or_end_one() -> None:
    world = world_of(*posts("abz"), *chain("a", "b", "z"))
    assert paths(replace(world, standing={"b": CLOSED})) == []
    assert paths(replace(world, standing={"z": CLOSED})) == []
    assert paths(replace(world, standing={"a": CLOSED})) == ["a-b-z"]


def test_an_avoided_node_is_on_no_path_not_even_as_an_end() -> None:
    world = world_of(*posts("abcz"), *chain("a", "b", "z"), *chain("a", "c", "z"))
    assert paths(world, replace(FROM_A_TO_Z, avoid=frozenset({"b"}))) == ["a-c-z"]
    for end in "az":
        assert paths(world, replace(FROM_A_TO_Z, avoid=frozenset({end}))) == []


def test_parallel_links_are_one_hop_over_the_cheapest_and_the_others_are_named() -> None:
    world = world_of(
        *posts("az"), refers("l3", "a", "z", strength=0.5), refers("l2", "a", "z"),
        refers("l1", "a", "z", strength=0.5), refers("l4", "a", "z"),
    )  # fmt: skip
    result = result_of(world, FROM_A_TO_Z)
    assert [path.links for path in result.paths] == [("l2",)]
    assert result.paths[0].also == (("l4", "l1", "l3"),)


def test_stops_are_visited_in_order_each_at_its_own_node_ends_included() -> None:
    world = world_of(*posts("abcz"), *chain("a", "b", "c", "z"), *chain("a", "c"))

    def through(*items: str) -> list[str]:
        stops = tuple(frozenset(item) for item in items)
        return paths(world, replace(FROM_A_TO_Z, via=stops, overlap_percent=100))

    assert through("b") == ["a-b-c-z"]
    assert through("b", "c") == ["a-b-c-z"]
    assert through("c", "b") == []
    assert through("a", "z") == ["a-c-z", "a-b-c-z"]
    assert through("c", "c") == []
    assert through("bc", "bc") == ["a-b-c-z"]


def test_a_target_met_before_the_stop_is_a_dead_end() -> None:
    world = world_of(*posts("abyz"), *chain("a", "y", "b", "z"))
    question = replace(FROM_A_TO_Z, targets={"y": 0, "z": 0}, via=(frozenset({"b"}),))
    assert paths(world, question) == []


def test_ties_are_broken_by_fewer_hops_then_by_node_ids() -> None:
    world = world_of(
        *posts("abcdz"), *chain("a", "d", "z"), *chain("a", "b", "z"), *chain("a", "c", "d"),
        refers("direct", "a", "z"),
    )  # fmt: skip
    plain = replace(FROM_A_TO_Z, overlap_percent=100)
    assert paths(world, plain) == ["a-z", "a-b-z", "a-d-z", "a-c-d-z"]


def test_paths_that_overlap_too_much_are_left_out_and_the_reason_is_overlap() -> None:
    world = world_of(*posts("abcdz"), *chain("a", "b", "c", "z"), *chain("a", "d", "c"))
    result = result_of(world, FROM_A_TO_Z)
    assert paths(world) == ["a-b-c-z", "a-d-c-z"]  # one of two nodes shared: 50 percent
    assert result.why == "ALL_FOUND"
    stricter = result_of(world, replace(FROM_A_TO_Z, overlap_percent=49))
    assert [path.nodes for path in stricter.paths] == [("a", "b", "c", "z")]
    assert (stricter.why, stricter.bottleneck) == ("OVERLAP", "b")


def test_a_required_stop_does_not_count_as_overlap() -> None:
    world = world_of(*posts("abcdz"), *chain("a", "b", "z"), *chain("a", "c", "b", "d", "z"))
    through = replace(FROM_A_TO_Z, via=(frozenset({"b"}),), overlap_percent=0)
    assert paths(world, through) == ["a-b-z", "a-b-d-z", "a-c-b-z"]


def test_a_search_out_of_pops_returns_the_paths_found_and_is_cut_off() -> None:
    world = world_of(*posts("abcz"), *chain("a", "b", "z"), *chain("a", "c", "z"))
    few = replace(POLICY, budget=replace(POLICY.budget, pops=3))
    _, view, ask, answers = search_inputs(world, replace(FROM_A_TO_Z, max_paths=2))
    result = search_result(view, few, ask, answers)
    assert (len(result.paths), result.is_cut_off, result.is_exact) == (1, True, False)
    assert result.fewer
    assert result.fewer.why is FewerWhy.CUT_OFF


def test_forward_and_backward_costs_add_up_to_the_cost_over_a_new_link() -> None:
    world = world_of(
        *posts("abcz"), *chain("a", "b", strength=0.8), *chain("c", "z", strength=0.8),
        b=DEPUTY, c=DEPUTY, z=DEPUTY,
    )  # fmt: skip
    snapshot, view, ask, answers = search_inputs(world, FROM_A_TO_Z)
    row = snapshot.row_of
    near, far = (costs(view, POLICY, ask, answers) for costs in (forward_costs, backward_costs))
    assert near == {row["a"]: (0, 0), row["b"]: (1, 105_361 + DEPUTY)}
    assert far == {row["c"]: (1, 105_361 + DEPUTY), row["z"]: (0, 0)}
    joined = best(world.but(refers("new", "b", "c")))
    assert joined.cost == near[row["b"]][1] + DEPUTY + far[row["c"]][1]  # c is entered again
