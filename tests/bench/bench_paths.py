"""Measures the path search, and its speed-up over the libraries that a user could use instead."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from tests.bench.bolt import NAME as NEO4J
from tests.bench.bolt import neo4j_peer
from tests.bench.figures import Figure, Subject, ratios
from tests.bench.limits import (
    ACCOUNT,
    AGAINST_NETWORKIT,
    ENGINES,
    EXPLAINING,
    EXPLANATION,
    EXPLANATION_FIRST,
    GOALS,
    NONE,
    ONE,
    PLAIN_ENGINE,
    PLAIN_LIST,
    SEARCH,
    SEARCH_COLD,
    SEARCH_EXPLAINED,
    THROUGHPUT,
    WHOLE,
    WRONG,
    Limits,
    end_to_end,
    ratio_of,
)
from tests.bench.needs import PATHS
from tests.bench.peers import NETWORKIT, PEERS, Peer
from tests.bench.trials import COMPILED, PLANS, SEED, Plan, Trial, measured


def subjects(sizes: Iterable[int]) -> Iterator[Subject]:
    """Yield one subject per size, with its goals as limits."""
    for size in sizes:
        plan = PLANS[size]
        with ExitStack() as until_done:
            peers = list(PEERS)
            if plan.most.get(NEO4J):
                peers.append(until_done.enter_context(neo4j_peer()))
            trials = measured(plan, peers)
        figures = tuple(figures_of(trials, peers, GOALS[size]))
        yield Subject(name=f"paths {size // 1_000}k", figures=figures, about=_about(plan, trials))


def figures_of(trials: Sequence[Trial], peers: Iterable[Peer], limits: Limits) -> Iterator[Figure]:
    """Yield the figures that have a value: ours, the peers', and the ratios need by need."""
    with_paths = [trial for trial in trials if trial.paths]
    for name in (SEARCH, SEARCH_COLD, SEARCH_EXPLAINED, WHOLE, PLAIN_LIST, ONE, PLAIN_ENGINE):
        yield from _figure(name, "ms", _times(with_paths, name), limits)
    full = [trial for trial in with_paths if trial.paths == PATHS]
    for name in (EXPLANATION, EXPLANATION_FIRST):
        yield from _figure(name, "ms", _times(full, name), limits)
    for name in (NONE, ACCOUNT):
        yield from _figure(name, "ms", _times(trials, name), limits)
    yield from _figure(THROUGHPUT, "", _per_second(trials), limits)
    yield from _figure(ENGINES, "×", _ratio(with_paths, PLAIN_ENGINE, PLAIN_LIST), limits)
    yield from _figure(EXPLAINING, "×", _ratio(full, EXPLANATION, SEARCH), limits)
    for peer in peers:
        yield from _compared(with_paths, peer, limits)
    yield from _figure(WRONG, "", (float(sum(trial.wrong for trial in trials)),), limits)


def _compared(trials: Sequence[Trial], peer: Peer, limits: Limits) -> Iterator[Figure]:
    met = [trial for trial in trials if peer.name in trial.taken]
    ours, theirs = _times(met, PLAIN_LIST), _times(met, peer.name)
    whole = [trial.filtered + trial.built[peer.name] + trial.taken[peer.name] for trial in met]
    yield from _figure(peer.name, "ms", theirs, limits)
    yield from _figure(ratio_of(peer), "×", ratios(theirs, ours), limits)
    yield from _figure(end_to_end(peer), "×", ratios(whole, ours), limits)
    if peer is NETWORKIT:
        yield from _figure(AGAINST_NETWORKIT, "×", ratios(ours, theirs), limits)


def _figure(name: str, unit: str, runs: tuple[float, ...], limits: Limits) -> Iterator[Figure]:
    if runs:
        yield Figure(name=name, unit=unit, runs=runs, limits=limits.get(name, ()))


def _times(trials: Iterable[Trial], name: str) -> tuple[float, ...]:
    return tuple(trial.taken[name] for trial in trials if name in trial.taken)


def _ratio(trials: Sequence[Trial], name: str, yardstick: str) -> tuple[float, ...]:
    both = [trial for trial in trials if name in trial.taken]
    return ratios(_times(both, name), _times(both, yardstick))


def _per_second(trials: Sequence[Trial]) -> tuple[float, ...]:
    spent = sum((*_times(trials, SEARCH), *_times(trials, NONE)))
    return (1_000 * len(trials) / spent,) if spent else ()


def _about(plan: Plan, trials: Sequence[Trial]) -> dict[str, Any]:
    with_path = sum(trial.paths > 0 for trial in trials)
    return {
        "size": plan.size,
        "seed": SEED,
        "passes": plan.passes,
        "needs with a path": with_path,
        "needs without one": len(trials) - with_path,
        "engine": COMPILED,
    }
