"""Limits of the search's figures: the goals, and the wider limits of CI and night runs.

In milliseconds, and as ratios taken need by need.
"""

from collections.abc import Mapping
from typing import Final

from tests.bench.figures import Limit, at_least, at_most
from tests.bench.peers import IGRAPH, NETWORKIT, NETWORKX, Peer

Limits = Mapping[str, tuple[Limit, ...]]

SEARCH: Final = "5 different paths"
SEARCH_COLD: Final = "5 different paths, right after the others"
PLAIN_LIST: Final = "5 paths"
ONE: Final = "1 path"
NONE: Final = "no path proved"
SEARCH_EXPLAINED: Final = "5 different paths, resolved and explained"
EXPLANATION: Final = "explanation of 5 paths"
EXPLANATION_FIRST: Final = "explanation of 5 paths, the first time"
WHOLE: Final = "whole answer, 5 contacts with 3 ways"
ACCOUNT: Final = "whole account of no path"
PLAIN_ENGINE: Final = "5 paths, plain engine"
THROUGHPUT: Final = "needs a second on one core"
ENGINES: Final = "plain engine / compiled"
EXPLAINING: Final = "explanation / search"
WRONG: Final = "costs that disagree"


def ratio_of(peer: Peer) -> str:
    """Return the name of the ratio of a peer on the filtered graph to our five paths."""
    return f"{peer.name} / ours"


def end_to_end(peer: Peer) -> str:
    """Return the name of that ratio with the peer's filter and build included."""
    return f"{peer.name}, filtered and built / ours"


AGAINST_NETWORKIT: Final = f"ours, 5 paths / {NETWORKIT.name}"


def _goals(
    *,
    search: tuple[float, float, float],
    none: tuple[float, float],
    explained: tuple[float, float, float],
    whole: float,
    account: float,
    per_second: float,
    igraph: tuple[float, float],
    networkx: float,
    networkit: float,
) -> Limits:
    return {
        SEARCH: _percentiles(search),
        NONE: at_most(p50=none[0], p99=none[1]),
        SEARCH_EXPLAINED: _percentiles(explained),
        EXPLANATION: at_most(p50=0.05),
        WHOLE: at_most(p50=whole),
        ACCOUNT: at_most(p95=account),
        THROUGHPUT: at_least(p50=per_second),
        ENGINES: at_most(p50=40),
        ratio_of(IGRAPH): at_least(p50=igraph[0]),
        end_to_end(IGRAPH): at_least(p50=igraph[1]),
        end_to_end(NETWORKX): at_least(p50=networkx),
        AGAINST_NETWORKIT: at_most(p50=networkit),
        WRONG: at_most(p50=0),
    }


def _percentiles(bounds: tuple[float, float, float]) -> tuple[Limit, ...]:
    return at_most(p50=bounds[0], p95=bounds[1], p99=bounds[2])


GOALS: Final[Mapping[int, Limits]] = {
    5_000: _goals(
        search=(0.15, 0.4, 0.6),
        none=(0.02, 0.1),
        explained=(0.25, 0.5, 0.8),
        whole=0.5,
        account=2.5,
        per_second=10_000,
        igraph=(100, 150),
        networkx=500,
        networkit=3,
    ),
    50_000: _goals(
        search=(0.8, 3.5, 5),
        none=(0.05, 0.3),
        explained=(0.9, 3.7, 5.5),
        whole=1.5,
        account=15,
        per_second=1_500,
        igraph=(100, 250),
        networkx=900,
        networkit=1.5,
    ),
    500_000: _goals(
        search=(6, 30, 40),
        none=(0.15, 1),
        explained=(6.5, 31, 42),
        whole=15,
        account=100,
        per_second=150,
        igraph=(80, 400),
        networkx=2_000,
        networkit=1.5,
    ),
}
"""Goals by size; judged by a person, since seconds depend on the machine."""

IN_CI: Final[Limits] = {
    ratio_of(IGRAPH): at_least(p50=50),  # 65 to 80, alone and beside other tests
    end_to_end(IGRAPH): at_least(p50=90),  # 114 to 140
    end_to_end(NETWORKX): at_least(p50=250),  # 349 to 453
    AGAINST_NETWORKIT: at_most(p50=1.5),  # 0.59 to 0.86
    ENGINES: at_most(p50=40),
    EXPLAINING: at_most(p50=0.8),
    WRONG: at_most(p50=0),
}
"""Ratios at 5,000 nodes, with a fifth of room or more under load: a miss means slower code.

No percentile below the median has a limit: the least ratio of a run is 38 at best.
"""

AT_NIGHT: Final[Limits] = {
    ratio_of(IGRAPH): at_least(p50=60),  # 119 to 130 of these 20 needs; p10 to p90 are 43 to 502
    end_to_end(IGRAPH): at_least(p50=300),
    end_to_end(NETWORKX): at_least(p50=700),
    AGAINST_NETWORKIT: at_most(p50=1.2),
    WRONG: at_most(p50=0),
}
"""The same at 50,000 nodes."""
