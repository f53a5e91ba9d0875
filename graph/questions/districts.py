"""Do police districts keep to themselves? Of posts and networks that answer for exactly one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.places import areas
from graph.paths.resolve import named
from graph.questions.working_graph import Graph, WorkingGraph
from graph.vocabulary import AreaKind, Label, LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictTies:
    """How many ties join posts of one district to each other, and to those of others."""

    district: NodeRef
    within: int
    outward: int


def assortativity(view: View, working: WorkingGraph) -> float | None:
    """Newman's coefficient: are ties rather within a district (1) than to others (below 0)?

    As chance would have it: 0. None where fewer than two districts have ties.
    """
    import networkx as nx

    graph = _of_one_district(view, working)
    known = cast("dict[int, int]", nx.get_node_attributes(graph, "district"))
    if len({known[node] for pair in cast("Any", graph).edges for node in pair}) < 2:
        return None
    return float(cast("Any", nx).attribute_assortativity_coefficient(graph, "district"))


def district_ties(view: View, working: WorkingGraph) -> Iterator[DistrictTies]:
    """Of each district that has such posts or networks."""
    graph = cast("Any", _of_one_district(view, working))
    within: Counter[int] = Counter()
    outward: Counter[int] = Counter()
    for one, other in graph.edges:
        ends = {graph.nodes[one]["district"], graph.nodes[other]["district"]}
        (within if len(ends) == 1 else outward).update(ends)
    for district in sorted({graph.nodes[number]["district"] for number in graph}):
        yield DistrictTies(
            district=named(view, district), within=within[district], outward=outward[district]
        )


def districts_of(view: View, row: int) -> frozenset[int]:
    """The districts a post or network answers for or in."""
    known, places = _by_area(view), cast("list[int]", areas(view).of.of(row).tolist())
    return frozenset[int]().union(*(known[area] for area in places))


def _of_one_district(view: View, working: WorkingGraph) -> Graph:
    """The graph of the nodes that answer for one, each with its row."""
    own = {number: districts_of(view, row) for number, row in enumerate(working.rows)}
    one = {number: next(iter(some)) for number, some in own.items() if len(some) == 1}
    graph: Graph = working.graph.subgraph(one).copy()
    for number, district in one.items():
        graph.nodes[number]["district"] = district
    return graph


def _by_area(view: View) -> Mapping[int, frozenset[int]]:
    """By area, the police districts it is or lies in."""
    return view.memo("districts of areas", lambda: {
        area: frozenset(_upward(view, area)) for area in view.rows(Label.AREA)
    })  # fmt: skip


def _upward(view: View, area: int) -> Iterator[int]:
    if view.value(area, "kind") is AreaKind.POLICE_DISTRICT:
        yield area
    for around in view.targets(area, LinkType.LIES_IN):
        yield from _upward(view, around)
