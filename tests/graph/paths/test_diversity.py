from dataclasses import replace

import pytest
from hypothesis import given

from graph.paths.kernel.request import is_alike
from tests.fixtures.examples import drill, examples
from tests.graph.paths.random_worlds import Case, cases, cases_with_steps
from tests.graph.paths.worlds import POLICY, NamedFound, Question, World, result_of


def diverse_paths(world: World, question: Question, pops: int) -> NamedFound:
    """Return the diverse paths, looking ahead after this many pops in vain."""
    return result_of(
        world, question, replace(POLICY, budget=replace(POLICY.budget, look_ahead=pops))
    )


def assert_same_with_and_without_look_ahead(world: World, question: Question) -> None:
    never = diverse_paths(world, question, 200_000)
    assert diverse_paths(world, question, 1) == diverse_paths(world, question, 4) == never


@pytest.mark.slow
@examples(60)
@given(cases(max_size=14))
def test_looking_ahead_accepts_the_same_paths(case: Case) -> None:
    assert_same_with_and_without_look_ahead(*case)


@pytest.mark.slow
@examples(60)
@given(cases_with_steps(max_size=14))
def test_looking_ahead_accepts_the_same_paths_when_steps_cover_several_nodes(
    case: Case,
) -> None:
    assert_same_with_and_without_look_ahead(*case)


@drill(3_000)
@given(cases(max_size=20))
def test_looking_ahead_accepts_the_same_paths_in_thousands_of_worlds(case: Case) -> None:
    assert_same_with_and_without_look_ahead(*case)


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
