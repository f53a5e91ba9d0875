"""Both search engines return the same paths in worlds of the size of a whole country."""

from dataclasses import replace

import pytest

from graph.paths.policy_file import load_policy
from tests.bench.needs import Case, cases
from tests.drills.figures import note
from tests.graph.paths.worlds import needs_both

SIZE, NEEDS = 5_000, 300
pytestmark = [pytest.mark.drill, needs_both]
HARD_UP = replace(load_policy().budget, hop_states=0, region_states=0, settled=40, pops=50)
"""A budget so small that every stage is entered and left, and many searches are cut off."""


@pytest.fixture(scope="module")
def drawn_cases() -> list[Case]:
    """The first needs of the mix of the benchmark; some have no path, on purpose."""
    return list(cases(SIZE, seed=7, count=NEEDS))


@pytest.mark.ci_drill
def test_both_engines_find_the_same_for_300_needs_at_5000_nodes(drawn_cases: list[Case]) -> None:
    results = [case.search("fast") for case in drawn_cases]
    assert results == [case.search("plain") for case in drawn_cases]
    with_paths = sum(bool(result.paths) for result in results)
    note("engines at 5,000 nodes", needs=len(drawn_cases), with_paths=with_paths, differences=0)
    assert 100 < with_paths < len(drawn_cases)
    assert all(result.is_exact for result in results)


def test_both_engines_are_cut_off_alike_for_300_needs_at_5000_nodes(
    drawn_cases: list[Case],
) -> None:
    hard_up = [replace(case, policy=replace(case.policy, budget=HARD_UP)) for case in drawn_cases]
    results = [case.search("fast") for case in hard_up]
    assert results == [case.search("plain") for case in hard_up]
    cut_off = sum(result.is_cut_off for result in results)
    note("engines cut off", needs=len(drawn_cases), cut_off=cut_off, differences=0)
    assert cut_off > 0
