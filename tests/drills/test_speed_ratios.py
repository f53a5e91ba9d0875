"""The search keeps its speed ratios to its yardsticks, measured in one process."""

from collections.abc import Mapping
from functools import cache

import pytest

from tests.bench.bench_paths import figures_of
from tests.bench.figures import Figure
from tests.bench.limits import ACCOUNT, AT_NIGHT, IN_CI, Limits
from tests.bench.needs import HAS_COMPILED
from tests.bench.peers import IGRAPH, NETWORKIT, NETWORKX
from tests.bench.report import lines
from tests.bench.trials import Plan, measured
from tests.drills.figures import note

pytestmark = pytest.mark.drill
YARDSTICKS = (IGRAPH, NETWORKX, NETWORKIT)
NOT_HERE = "numba or a yardstick of the benchmark is not installed"
SMALL = Plan(size=5_000, needs=60, passes=3, most={ACCOUNT: 0})
LARGE = Plan(size=50_000, needs=20, passes=3, most={ACCOUNT: 0, NETWORKX.name: 10})


@pytest.mark.ci_drill
@pytest.mark.parametrize("name", IN_CI)
def test_the_search_keeps_its_speed_ratios_at_5000_nodes(name: str) -> None:
    keeps(name, SMALL.size, IN_CI)


@pytest.mark.parametrize("name", AT_NIGHT)
def test_the_search_keeps_its_speed_ratios_at_50000_nodes(name: str) -> None:
    keeps(name, LARGE.size, AT_NIGHT)


def keeps(name: str, size: int, limits: Limits) -> None:
    """Assert that a figure keeps its limits; the failure shows value and limit."""
    if not (HAS_COMPILED and all(peer.is_here for peer in YARDSTICKS)):
        pytest.skip(NOT_HERE)
    figure = ratios(size)[name]
    held = Figure(name=name, unit=figure.unit, runs=figure.runs, limits=limits[name])
    rows = list(lines([held]))
    for line in rows:
        note(f"{name} at {size:,} nodes", value=line.value, limit=line.limit, needs=line.count)
    assert held.is_reached, [line.cells for line in rows]


@cache
def ratios(size: int) -> Mapping[str, Figure]:
    """All figures of a size by name, measured once."""
    plan = SMALL if size == SMALL.size else LARGE
    return {
        figure.name: figure for figure in figures_of(measured(plan, YARDSTICKS), YARDSTICKS, {})
    }
