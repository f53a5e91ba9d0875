"""Network metrics: centrality, communities and ties between districts in the working graph.

The working graph joins posts and networks that work with each other, undirected, without cost or
date of check; a vacant post is still a node. Its nodes are numbered in order of id, so that nothing
hidden changes a number. Civilians are not in it.

Without networkit (the extra `[metrics]`) a large graph is traversed from a sample of its nodes,
drawn with a seed: networkx takes six times as long for the demo's 1,500, and minutes for 5,000.

An answer names the method, its version, its parameters and the size of the graph, so that it can be
reproduced.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import version
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from graph.access.view import View, memoize_by_view
from graph.paths.answer import NodeRef
from graph.paths.kernel.caller_graph import caller_graph_of
from graph.paths.kernel.problem import REFUSED, classes
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.need import granted_levels
from graph.paths.places import areas
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref
from graph.snapshot.arc_graph import tails
from graph.vocabulary import AreaKind, Label, LinkType, NetworkKind, PostKind, PreventionLevel, Term

if TYPE_CHECKING:
    from networkx import Graph as _Graph

    Graph = _Graph[int]
else:
    Graph = Any


@dataclass(frozen=True, eq=False)
class WorkingGraph:
    """Undirected graph of posts and networks; `rows` are rows of the View, by node number.

    `pairs` has the link rows between two numbers; the smaller number comes first in a pair.
    """

    rows: tuple[int, ...]
    pairs: Mapping[tuple[int, int], tuple[int, ...]]

    @cached_property
    def graph(self) -> Graph:
        """The same as a networkx graph; nodes and links come in their order."""
        import networkx as nx  # imported on demand: a tenth of a second

        graph: Graph = nx.Graph()
        graph.add_nodes_from(range(len(self.rows)))
        graph.add_edges_from(self.pairs)
        return graph

    @cached_property
    def number(self) -> Mapping[int, int]:
        """The number of each row."""
        return {row: number for number, row in enumerate(self.rows)}


@memoize_by_view
def working_graph(view: View, policy: Policy) -> WorkingGraph:
    """All posts and networks that may be crossed, joined by the links the caller may traverse.

    A link counts if it may be traversed in either direction by a need without a matter and with
    nobody named, at the caller's levels. Built once for a View; O(arcs).
    """
    caller_graph = caller_graph_of(view, policy)
    graph = caller_graph.arc_graph
    label = view.nodes.label[graph.row]
    works = caller_graph.cross & np.isin(label, [Label.ACTOR.code, Label.NETWORK.code])
    number = np.cumsum(works) - 1
    tail, head = tails(graph), graph.head
    # bool[arcs]: those that a need without a matter may traverse.
    levels = granted_levels(view)
    ask = SearchRequest(
        starts=(), targets={}, direction=Direction.ACROSS, max_hops=policy.search.default_hops,
        max_paths=1, overlap_percent=100,
        levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
    )  # fmt: skip
    is_usable = ~caller_graph.blocked & (classes(policy, ask)[graph.code] != REFUSED)
    is_usable &= works[tail] & works[head]
    links: list[int] = view.arc_links(graph)[is_usable].tolist()
    ends = np.sort(np.stack([number[tail[is_usable]], number[head[is_usable]]]), axis=0)
    pairs: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for lower, higher, link in zip(*ends.tolist(), links, strict=True):
        pairs[lower, higher].add(link)
    return WorkingGraph(
        rows=tuple(graph.row[works].tolist()),
        pairs={pair: tuple(sorted(pairs[pair])) for pair in sorted(pairs)},
    )


FEWEST_PIVOTS, MOST_PIVOTS = 64, 256
WALKED: Final = 1_500_000  # nodes and links that networkx traverses in about a second
WALKED_FAST: Final = 100_000_000  # the same for networkit
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Measurement:
    """The result of a method: a value for each number, or communities, or one value.

    `method`: set where it is not the usual one. `sampled`: how many nodes were used as sources;
    None: all.
    """

    values: Mapping[int, float] | None = None
    parts: tuple[frozenset[int], ...] = ()
    value: float | None = None
    parameters: Mapping[str, int] | None = None
    sampled: int | None = None
    method: str | None = None


def betweenness(working: WorkingGraph) -> Measurement:
    """The share of shortest paths between two other nodes that pass each node."""
    import networkx as nx

    count = _sample_size(working)
    if count is not None and (exact := _by_networkit(working, "Betweenness")) is not None:
        return exact
    parameters = {} if count is None else {"k": count, "seed": SEED}
    values = cast("Any", nx).betweenness_centrality(working.graph, **parameters)
    values = {number: float(values[number]) for number in sorted(values)}
    return Measurement(values=values, parameters=parameters, sampled=count)


def harmonic(working: WorkingGraph) -> Measurement:
    """Harmonic closeness: the mean of 1 / hops to all other nodes; unreachable ones count 0."""
    import networkx as nx

    size, count = len(working.rows), _sample_size(working)
    if count is not None and (exact := _by_networkit(working, "HarmonicCloseness")) is not None:
        return exact
    sources = None if count is None else Random(SEED).sample(range(size), count)  # noqa: S311 - no secret
    values = cast("Any", nx).harmonic_centrality(working.graph, sources=sources)
    all_of = (size if count is None else count) / size if size else 1.0
    share = 1 / (all_of * max(size - 1, 1))
    return Measurement(
        values={number: float(values[number]) * share for number in sorted(values)},
        parameters={} if count is None else {"sources": count, "seed": SEED},
        sampled=count,
    )


def _sample_size(working: WorkingGraph) -> int | None:
    """Return how many sources networkx can traverse from in about a second; None: all nodes."""
    size = len(working.rows)
    count = WALKED // max(size + len(working.pairs), 1)
    return None if count >= size else max(FEWEST_PIVOTS, min(count, MOST_PIVOTS))


def _by_networkit(working: WorkingGraph, kind: str) -> Measurement | None:
    """Return the measure from all nodes; None if networkit is missing or would take too long.

    Uses one thread: several threads would add up sums in a varying order.
    """
    size, pairs = len(working.rows), np.array([*working.pairs], dtype=np.int64).reshape(-1, 2)
    if size * (size + len(pairs)) > WALKED_FAST:
        return None
    try:
        networkit: Any = import_module("networkit")
    except ImportError:
        return None
    networkit.setNumberOfThreads(1)
    links = (np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1]))
    graph = networkit.GraphFromCoo(links, n=size, weighted=False, directed=False)
    scores: list[float] = getattr(networkit.centrality, kind)(graph, normalized=True).run().scores()
    return Measurement(values=dict(enumerate(scores)), method=f"networkit.{kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictTies:
    """The number of ties within a district, and to nodes of other districts."""

    district: NodeRef
    within: int
    outward: int


def assortativity(view: View, working: WorkingGraph) -> float | None:
    """Newman's assortativity of districts: 1 all ties within, 0 as by chance, below 0 across.

    None where fewer than two districts have ties.
    """
    import networkx as nx

    graph = _district_graph(view, working)
    if len({graph.nodes[node]["district"] for pair in graph.edges for node in pair}) < 2:
        return None
    return float(cast("Any", nx).attribute_assortativity_coefficient(graph, "district"))


def district_ties(view: View, working: WorkingGraph) -> Iterator[DistrictTies]:
    """The ties of each district that has such posts or networks."""
    graph = _district_graph(view, working)
    within: Counter[int] = Counter()
    outward: Counter[int] = Counter()
    for pair in graph.edges:
        districts = {graph.nodes[node]["district"] for node in pair}
        (within if len(districts) == 1 else outward).update(districts)
    for district in sorted({graph.nodes[number]["district"] for number in graph}):
        yield DistrictTies(
            district=node_ref(view, district), within=within[district], outward=outward[district]
        )


def districts_of(view: View, row: int) -> frozenset[int]:
    """The police districts a post or network answers for, or lies in."""

    def districts(area: int) -> Iterator[int]:
        if view.value(area, "kind") is AreaKind.POLICE_DISTRICT:
            yield area
        for parent in view.targets(area, LinkType.LIES_IN):
            yield from districts(parent)

    by_area = view.memo("districts of areas", lambda: {
        area: frozenset(districts(area)) for area in view.rows(Label.AREA)
    })  # fmt: skip
    places: list[int] = areas(view).of.of(row).tolist()
    return frozenset[int]().union(*(by_area[area] for area in places))


def _district_graph(view: View, working: WorkingGraph) -> Any:
    """The subgraph of the nodes with exactly one district, which each node carries."""
    districts = {number: districts_of(view, row) for number, row in enumerate(working.rows)}
    numbers = [number for number in districts if len(districts[number]) == 1]
    graph: Any = working.graph.subgraph(numbers).copy()
    for number in numbers:
        (graph.nodes[number]["district"],) = districts[number]
    return graph


MOST_ROWS: Final = 200
MOST_MEMBERS: Final = 50
Kind = PostKind | NetworkKind
_version = cache(version)  # it reads a file


class Metric(Term):
    """What is measured, and the method that measures it."""

    method: str

    def __init__(self, _id: str, _da: str, _en: str, method: str) -> None:
        self.method = method

    DEGREE = "DEGREE", "Antal samarbejdsparter", "Working partners", "degree"
    BETWEENNESS = "BETWEENNESS", "Mellemled", "Go-betweens", "betweenness_centrality"
    HARMONIC = "HARMONIC", "Nærhed", "Closeness", "harmonic_centrality"
    COMMUNITIES = (
        "COMMUNITIES", "Hvem hører sammen", "Who belongs together", "community.louvain_communities",
    )  # fmt: skip
    ASSORTATIVITY = (
        "ASSORTATIVITY", "Holder politikredse sig for sig selv",
        "Do police districts keep to themselves", "attribute_assortativity_coefficient",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """A post or network, and its value."""

    node: NodeRef
    label: Label
    kind: Kind
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KindMean:
    """All nodes of a kind: how many there are, their mean, and the highest value."""

    kind: Kind
    nodes: int
    mean: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Posts and networks with more ties to each other than to the rest.

    `districts` are those most of its posts answer for, at most three; `members` the first by id.
    """

    number: int
    posts: int
    networks: int
    districts: tuple[NodeRef, ...]
    members: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """One measure of the View's working graph, with its number of nodes and links.

    `value` is the modularity of communities, or the assortativity of districts (1: all ties within,
    0: as by chance, below: across); None where it is not defined. `sampled`: how many nodes were
    used as sources, None: all. `rows` are the highest first, then by id, of `kinds` if some are
    named; `by_kind` covers all kinds.
    """

    measure: Metric
    kinds: frozenset[Kind]
    on: date
    revision: int
    policy: str
    method: str
    version: str
    parameters: Mapping[str, int]
    sampled: int | None
    nodes: int
    links: int
    value: float | None
    rows: tuple[MetricRow, ...]
    by_kind: tuple[KindMean, ...]
    communities: tuple[Community, ...]
    districts: tuple[DistrictTies, ...]
    is_cut: bool


def metrics(
    view: View,
    measure: Metric,
    policy: Policy,
    *,
    kinds: Collection[Kind] = (),
    most: int = MOST_ROWS,
    most_members: int = MOST_MEMBERS,
) -> Metrics:
    """A measure of the working graph, computed once for a View; `most` limits the rows.

    Betweenness and closeness of a large graph are computed by networkit where it is installed, else
    estimated from 64 to 256 of its nodes, drawn with a seed (`betweenness`, `harmonic`).
    `most_members` limits the members listed for a community.
    """
    working = working_graph(view, policy)
    key = ("metric", policy.digest, measure)
    measured = view.memo(key, lambda: _MEASURES[measure](view, working))
    rows: list[MetricRow] = []
    by_kind: defaultdict[Kind, list[float]] = defaultdict(list)
    for number, value in sorted((measured.values or {}).items(), key=lambda it: (-it[1], it[0])):
        row, kind = working.rows[number], view.value(working.rows[number], "kind")
        rows.append(
            MetricRow(node=node_ref(view, row), label=view.label(row), kind=kind, value=value)
        )
        by_kind[kind].append(value)
    means = [
        KindMean(kind=kind, nodes=len(values), mean=fmean(values), highest=max(values))
        for kind, values in by_kind.items()
    ]
    matching_rows = [row for row in rows if not kinds or row.kind in kinds]
    method = measured.method or f"networkx.{measure.method}"
    return Metrics(
        measure=measure,
        kinds=frozenset(kinds),
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        method=method,
        version=_version(method.partition(".")[0]),
        parameters=measured.parameters or {},
        sampled=measured.sampled,
        nodes=len(working.rows),
        links=len(working.pairs),
        value=measured.value,
        rows=tuple(matching_rows[:most]),
        by_kind=tuple(sorted(means, key=lambda row: (-row.mean, row.kind.value))),
        communities=tuple(_communities(view, working, measured.parts, most_members)),
        districts=tuple(district_ties(view, working)) if measure is Metric.ASSORTATIVITY else (),
        is_cut=len(matching_rows) > most,
    )


def _louvain(working: WorkingGraph) -> Measurement:
    """Communities by Louvain's method with a seed, largest first, then by the first id."""
    import networkx as nx

    if not working.pairs:
        return Measurement(parameters={"seed": SEED})
    community = cast("Any", nx).community
    parts = map(frozenset[int], community.louvain_communities(working.graph, seed=SEED))
    ordered = tuple(sorted(parts, key=lambda part: (-len(part), min(part))))
    value = float(community.modularity(working.graph, ordered))
    return Measurement(parts=ordered, value=value, parameters={"seed": SEED})


def _communities(
    view: View, working: WorkingGraph, parts: Sequence[frozenset[int]], most_members: int
) -> Iterator[Community]:
    for number, part in enumerate(parts, 1):
        rows = [working.rows[node] for node in sorted(part)]
        posts = [row for row in rows if view.label(row) is Label.ACTOR]
        counts = Counter(district for row in posts for district in districts_of(view, row))
        most = sorted(counts, key=lambda district: (-counts[district], district))[:3]
        yield Community(
            number=number,
            posts=len(posts),
            networks=len(rows) - len(posts),
            districts=tuple(node_ref(view, district) for district in most),
            members=tuple(node_ref(view, row) for row in rows[:most_members]),
        )


_MEASURES: Final[Mapping[Metric, Callable[[View, WorkingGraph], Measurement]]] = {
    Metric.DEGREE: lambda _, working: Measurement(values={
        number: float(count) for number, count in cast("Any", working.graph).degree
    }),
    Metric.BETWEENNESS: lambda _, working: betweenness(working),
    Metric.HARMONIC: lambda _, working: harmonic(working),
    Metric.COMMUNITIES: lambda _, working: _louvain(working),
    Metric.ASSORTATIVITY: lambda view, working: Measurement(value=assortativity(view, working)),
}  # fmt: skip
