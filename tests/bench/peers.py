"""Peer libraries: the graph each is given, and how each is called.

Their problem is easier: the graph of a need is filtered beforehand and has no parallel links;
direction and `via` become one copy of the graph per mode; one node precedes all starts and one
follows all targets. They know no limit of hops and no diversity. Each is built and called in the
fastest way its interface offers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from itertools import islice, zip_longest
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.paths.kernel.problem import ArcTable, Numbers
from graph.paths.kernel.request import SearchResult
from tests.bench.needs import PATHS

States = Sequence[int]


@dataclass(frozen=True, kw_only=True)
class SearchGraph:
    """The steps between states of one need; `weight` is 16 * micro-nats + 1, so hops break ties.

    State = mode * nodes + node; the two last states are `source` and `sink`.
    """

    nodes: int
    count: int
    tail: Numbers
    head: Numbers
    weight: Numbers

    @property
    def source(self) -> int:
        """The state before all starts."""
        return self.count - 2

    @property
    def sink(self) -> int:
        """The state behind all targets."""
        return self.count - 1

    def cost(self, path: States) -> int:
        """Micro-nats of a path from source to sink."""
        states = np.asarray(path[1:-1], np.int64)
        steps = np.searchsorted(self._keys, states[:-1] * self.count + states[1:])
        return int((self.weight[self._order[steps]] >> 4).sum())

    def is_ours_too(self, path: States, max_hops: int) -> bool:
        """Return whether the path is within `max_hops` and visits no node twice, in any mode."""
        nodes = [state % self.nodes for state in path[1:-1]]
        return len(nodes) - 1 <= max_hops and len(set(nodes)) == len(nodes)

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        return np.lexsort((self.head, self.tail))

    @cached_property
    def _keys(self) -> Numbers:
        return (self.tail * self.count + self.head)[self._order]


def filtered_graph(table: ArcTable) -> SearchGraph:
    """The filtered graph as arrays. O(steps * modes)."""
    mode, step = np.nonzero(table.leads != table.dead)
    tail = table.tail[step] + mode * table.size
    begins = np.array([state for _, state in table.starts], np.int64)
    targets = np.flatnonzero(table.targets)
    stops = np.concatenate([targets + goal * table.size for goal in table.goal])
    source, sink = table.dead, table.dead + 1
    free = np.ones(len(begins) + len(stops), np.int64)
    return SearchGraph(
        nodes=table.size,
        count=table.dead + 2,
        tail=np.concatenate((tail, np.full(len(begins), source), stops)),
        head=np.concatenate((table.leads[mode, step], begins, np.full(len(stops), sink))),
        weight=np.concatenate((table.step[step], free)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another library's search: `build` makes its graph, `paths` returns its cheapest `count`.

    `answers` describes the call. Costs of a peer without weights are not compared with ours.
    """

    name: str
    package: str
    answers: str
    build: Callable[[SearchGraph], Any]
    paths: Callable[[Any, SearchGraph], Sequence[States]]
    count: int = PATHS
    is_weighted: bool = True

    @property
    def is_here(self) -> bool:
        """Whether its package is installed."""
        return find_spec(self.package) is not None


def disagreements(
    search_graph: SearchGraph, peer: Peer, paths: Sequence[States], result: SearchResult, hops: int
) -> int:
    """Count the differing costs among those of the peer's paths that our search allows.

    All the cheaper ones of ours are among the peer's, so they must be our first ones, in order; and
    where the peer found fewer than asked for, ours has no others.
    """
    theirs = [search_graph.cost(path) for path in paths if search_graph.is_ours_too(path, hops)]
    ours = [path.cost for path in result.paths]
    if len(paths) == peer.count:  # the peer may have more
        ours = ours[: len(theirs)]
    return sum(cost != other for cost, other in zip_longest(theirs, ours))


# ---- igraph


def _igraph(search_graph: SearchGraph) -> Any:
    graph = import_module("igraph").Graph(
        n=search_graph.count,
        edges=np.column_stack((search_graph.tail, search_graph.head)),
        directed=True,
    )
    graph.es["weight"] = search_graph.weight.tolist()
    return graph


def _igraph_paths(graph: Any, search_graph: SearchGraph) -> Sequence[States]:
    return graph.get_k_shortest_paths(
        search_graph.source, to=search_graph.sink, k=PATHS, weights="weight", output="vpath"
    )


# ---- networkx


def _networkx(search_graph: SearchGraph) -> Any:
    graph = import_module("networkx").DiGraph()
    columns = (search_graph.tail.tolist(), search_graph.head.tolist(), search_graph.weight.tolist())
    graph.add_weighted_edges_from(zip(*columns, strict=True))
    return graph


def _networkx_paths(graph: Any, search_graph: SearchGraph) -> Sequence[States]:
    networkx = import_module("networkx")
    paths = networkx.shortest_simple_paths(
        graph, search_graph.source, search_graph.sink, weight="weight"
    )
    try:
        return list(islice(paths, PATHS))
    except (networkx.NetworkXNoPath, networkx.NodeNotFound):
        return []


# ---- networkit


def _networkit(search_graph: SearchGraph) -> Any:
    networkit = import_module("networkit")
    networkit.setNumberOfThreads(1)
    arrays = (search_graph.weight.astype(np.float64), (search_graph.tail, search_graph.head))
    return networkit.GraphFromCoo(arrays, n=search_graph.count, weighted=True, directed=True)


def _networkit_paths(graph: Any, search_graph: SearchGraph) -> Sequence[States]:
    distance = import_module("networkit").distance
    search = distance.BidirectionalDijkstra(graph, search_graph.source, search_graph.sink)
    search.run()
    inside: list[int] = search.getPath()
    return [[search_graph.source, *inside, search_graph.sink]] if inside else []


# ---- scipy


def _scipy(search_graph: SearchGraph) -> Any:
    ends = (
        search_graph.tail.astype(np.int32),
        search_graph.head.astype(np.int32),
    )  # yen takes only int32 indices
    return import_module("scipy.sparse").csr_array(
        (search_graph.weight.astype(np.float64), ends),
        shape=(search_graph.count, search_graph.count),
    )


def _scipy_paths(graph: Any, search_graph: SearchGraph) -> Sequence[States]:
    yen = import_module("scipy.sparse.csgraph").yen
    _, before = yen(graph, search_graph.source, search_graph.sink, PATHS, return_predecessors=True)
    return [list(_backwards(row, search_graph))[::-1] for row in list(before)]


def _backwards(before: Any, search_graph: SearchGraph) -> Iterator[int]:
    state = search_graph.sink
    while state != search_graph.source:
        yield state
        state = int(before[state])
    yield state


# ---- rustworkx


def _rustworkx(search_graph: SearchGraph) -> Any:
    graph = import_module("rustworkx").PyDiGraph()
    graph.add_nodes_from(range(search_graph.count))
    columns = (
        search_graph.tail.tolist(),
        search_graph.head.tolist(),
        search_graph.weight.astype(np.float64).tolist(),
    )
    graph.add_edges_from(list(zip(*columns, strict=True)))
    return graph


def _rustworkx_paths(graph: Any, search_graph: SearchGraph) -> Sequence[States]:
    paths = import_module("rustworkx").digraph_dijkstra_shortest_paths(
        graph, search_graph.source, target=search_graph.sink, weight_fn=float
    )
    return [list(path) for path in paths.values()]


IGRAPH: Final = Peer(
    name="igraph Yen, 5 paths",
    package="igraph",
    answers="`Graph.get_k_shortest_paths`, k = 5 (Yen, in C)",
    build=_igraph,
    paths=_igraph_paths,
)
NETWORKX: Final = Peer(
    name="networkx, 5 paths",
    package="networkx",
    answers="`shortest_simple_paths`, the first 5 (Yen, in Python)",
    build=_networkx,
    paths=_networkx_paths,
)
NETWORKIT: Final = Peer(
    name="networkit, 1 path",
    package="networkit",
    answers="`BidirectionalDijkstra`, one path, one thread (in C++); it has no k paths",
    build=_networkit,
    paths=_networkit_paths,
    count=1,
)
SCIPY: Final = Peer(
    name="scipy Yen, 5 paths",
    package="scipy",
    answers="`sparse.csgraph.yen`, K = 5, with predecessors (in C)",
    build=_scipy,
    paths=_scipy_paths,
)
RUSTWORKX: Final = Peer(
    name="rustworkx, 1 path",
    package="rustworkx",
    answers="`digraph_dijkstra_shortest_paths`, one path (in Rust); of k it tells lengths alone,"
    " of ways that may repeat nodes",
    build=_rustworkx,
    paths=_rustworkx_paths,
    count=1,
)
PEERS: Final = (IGRAPH, NETWORKX, NETWORKIT, SCIPY, RUSTWORKX)
