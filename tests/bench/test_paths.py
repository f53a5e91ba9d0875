"""Ratios are taken of the same need, and every limit has a figure."""

import pytest

from tests.bench.bench_paths import figures_of
from tests.bench.limits import (
    ACCOUNT,
    AGAINST_NETWORKIT,
    AT_NIGHT,
    EXPLAINING,
    EXPLANATION,
    GOALS,
    IN_CI,
    NONE,
    PLAIN_ENGINE,
    PLAIN_LIST,
    SEARCH,
    SEARCH_EXPLAINED,
    THROUGHPUT,
    WHOLE,
    WRONG,
    Limits,
    end_to_end,
    ratio_of,
)
from tests.bench.peers import IGRAPH, NETWORKIT, PEERS
from tests.bench.trials import Plan, Trial, measured

OURS = {
    SEARCH: 2.0,
    SEARCH_EXPLAINED: 2.5,
    WHOLE: 6.0,
    PLAIN_LIST: 1.0,
    PLAIN_ENGINE: 20.0,
    EXPLANATION: 0.5,
}
FIRST = Trial(
    paths=5,
    taken={**OURS, **{peer.name: 100.0 for peer in PEERS}},
    filtered=10,
    built={peer.name: 40.0 for peer in PEERS},
)
SECOND = Trial(paths=2, taken={**OURS, PLAIN_LIST: 4.0}, wrong=3)  # slow peers are not asked
LOST = Trial(paths=0, taken={NONE: 0.5, ACCOUNT: 7.0}, wrong=1)


def values(*trials: Trial) -> dict[str, tuple[float, ...]]:
    """The runs of each figure by name."""
    return {figure.name: figure.runs for figure in figures_of(trials, PEERS, {})}


def test_ratios_use_only_the_needs_that_a_peer_was_measured_on() -> None:
    runs = values(FIRST, SECOND, LOST)
    assert runs[ratio_of(IGRAPH)] == (100,)
    assert runs[end_to_end(IGRAPH)] == (150,)
    assert runs[AGAINST_NETWORKIT] == (0.01,)
    assert runs[PLAIN_LIST] == (1, 4)


def test_needs_without_a_path_have_figures_of_their_own() -> None:
    runs = values(FIRST, LOST)
    assert runs[SEARCH] == (2,)
    assert (runs[NONE], runs[ACCOUNT]) == ((0.5,), (7,))
    assert runs[THROUGHPUT] == (800,)


def test_explaining_is_measured_only_on_needs_with_five_paths() -> None:
    assert values(FIRST, SECOND)[EXPLAINING] == (0.25,)


def test_disagreements_are_added_up_over_all_needs() -> None:
    assert values(FIRST, SECOND, LOST)[WRONG] == (4,)
    assert values(FIRST)[WRONG] == (0,)


def test_figures_without_measurements_are_omitted() -> None:
    assert set(values(LOST)) == {NONE, ACCOUNT, THROUGHPUT, WRONG}


@pytest.mark.parametrize("limits", [*GOALS.values(), IN_CI, AT_NIGHT])
def test_every_limit_has_a_figure(limits: Limits) -> None:
    assert set(limits) <= set(values(FIRST, SECOND, LOST))


def test_a_plan_limits_the_needs_asked_of_a_slow_peer() -> None:
    plan = Plan(size=5_000, needs=3, passes=1, most={NETWORKIT.name: 1})
    assert [plan.asks(NETWORKIT.name, number) for number in range(3)] == [True, False, False]
    assert all(plan.asks(IGRAPH.name, number) for number in range(3))


@pytest.mark.drill
@pytest.mark.ci_drill
def test_measuring_continues_until_enough_needs_have_a_path() -> None:
    plan = Plan(size=300, needs=2, passes=1, most={ACCOUNT: 1, IGRAPH.name: 1})
    trials = measured(plan, [IGRAPH])
    assert sum(trial.paths > 0 for trial in trials) == 2
    assert sum(ACCOUNT in trial.taken for trial in trials) <= 1
    assert sum(IGRAPH.name in trial.taken for trial in trials) == 1
    assert sum(trial.wrong for trial in trials) == 0
