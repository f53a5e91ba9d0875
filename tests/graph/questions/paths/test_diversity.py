"""Does looking ahead, which only larger worlds need, change which paths are accepted?"""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from graph.questions.paths.diversity import Diverse, diverse, is_alike
from graph.questions.paths.ground import ground
from graph.questions.paths.kernel_plain import NEVER, completions
from graph.questions.paths.terrain import terrain
from tests.graph.questions.paths.drawn import cases
from tests.graph.questions.paths.made import post, refers, world_of
from tests.graph.questions.paths.worlds import POLICY, Question, World, ask_of, standing_of


def accepted(world: World, question: Question, patience: int) -> Diverse:
    """The diverse paths, looking ahead after so many pops in vain."""
    snapshot = world.snapshot()
    view = world.view(snapshot)
    land = ground(
        terrain(view, POLICY), POLICY, ask_of(snapshot, question), standing_of(snapshot, world)
    )
    return diverse(
        land,
        max_paths=question.max_paths,
        max_hops=question.max_hops,
        overlap_percent=question.overlap_percent,
        exempt=frozenset(),
        max_pops=10_000,
        patience=patience,
    )


def same_with_and_without(world: World, question: Question) -> None:
    """At once, soon and never."""
    never = accepted(world, question, 10_001)
    assert accepted(world, question, 1) == accepted(world, question, 4) == never


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(cases(max_size=14))
def test_looking_ahead_accepts_the_same_paths(case: tuple[World, Question]) -> None:
    same_with_and_without(*case)


@pytest.mark.drill
@settings(max_examples=3_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases(max_size=20))
def test_looking_ahead_accepts_the_same_paths_in_thousands_of_worlds(
    case: tuple[World, Question],
) -> None:
    same_with_and_without(*case)


@pytest.mark.parametrize(
    ("one", "other", "overlap_percent", "alike"),
    [
        ("", "", 0, False), ("", "b", 0, False), ("b", "b", 0, True), ("b", "bc", 50, True),
        ("bc", "cd", 50, False), ("bc", "cd", 49, True), ("bcd", "bce", 50, True),
        ("bcd", "bef", 34, False), ("bcd", "bef", 33, True), ("b", "b", 100, False),
    ],
)  # fmt: skip
def test_paths_are_alike_when_they_share_more_of_the_shorter_than_allowed(
    one: str, other: str, overlap_percent: int, alike: bool
) -> None:
    first, second = (frozenset(map(ord, text)) for text in (one, other))
    assert is_alike(first, second, overlap_percent) is alike


def test_looking_ahead_knows_how_many_shared_nodes_a_path_can_still_afford() -> None:
    chain = ("a", "b", "c", "z")
    links = [refers(f"l-{one}", one, other) for one, other in pairwise(chain)]
    world = world_of(*(post(one) for one in chain), *links)
    snapshot = world.snapshot()
    ask = ask_of(snapshot, Question(starts=("a",), targets={"z": 0}))
    land = ground(terrain(world.view(snapshot), POLICY), POLICY, ask, standing_of(snapshot, world))
    ((_, state),) = land.starts
    shared = [int(land.walk.number[snapshot.row_of[one]]) for one in "bc"]
    for allowed, is_there in ((0, False), (1, False), (2, True)):
        ahead = completions(land, 3, shared, allowed)
        assert bool(ahead[3][allowed * land.dead + state] < NEVER) is is_there
    assert completions(land, 3)[3][state] == 3
    assert completions(land, 2)[2][state] == NEVER
