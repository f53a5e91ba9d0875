"""Who is central, in which sense; who hangs together; do districts keep to themselves?

Of the graph of who works with whom (`working_graph`), without direction, cost or date of check. An
answer says by which method of which version it was made, and of how much, so that whoever takes it
along can make it again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from statistics import fmean
from typing import Any, Final, cast

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.policy_model import Policy
from graph.paths.resolve import named
from graph.questions.centrality import SEED, Measured, betweenness, degree, harmonic
from graph.questions.districts import DistrictTies, assortativity, district_ties, districts_of
from graph.questions.working_graph import WorkingGraph, working_graph
from graph.vocabulary import Label, NetworkKind, PostKind, Term

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
        "COMMUNITIES", "Hvem hænger sammen", "Who hangs together", "community.louvain_communities",
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
    """All of a kind: how many there are, their mean, and the highest."""

    kind: Kind
    nodes: int
    mean: float
    highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Posts and networks with more ties among them than with others.

    `districts` are those most of its posts answer for, at most three; `members` the first by id.
    """

    number: int
    posts: int
    networks: int
    districts: tuple[NodeRef, ...]
    members: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """One measure of the View's working graph of so many nodes and links.

    `value` is the modularity of communities, or the coefficient of districts (1: each keeps to
    itself, 0: as chance would have it, below: the opposite); None where it says nothing. `sampled`:
    so many nodes were walked from, None: all. `rows` are the highest first, then by id, of `kinds`
    if some are named; `by_kind` are of all.
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
    """A measure of who works with whom, made once for a View; so many rows and members at `most`.

    Betweenness and closeness of a large graph are counted by networkit where it is installed, else
    estimated from 64 to 256 of its nodes, drawn with a seed: see `centrality`.
    """
    working = working_graph(view, policy)
    key = ("metric", policy.digest, measure)
    found = view.memo(key, lambda: _MEASURES[measure](view, working))
    rows = tuple(_rows(view, working, found.values or {}))
    chosen = [row for row in rows if not kinds or row.kind in kinds]
    method = found.method or f"networkx.{measure.method}"
    is_mixed = measure is Metric.ASSORTATIVITY
    return Metrics(
        measure=measure,
        kinds=frozenset(kinds),
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        method=method,
        version=_version(method.partition(".")[0]),
        parameters=found.parameters or {},
        sampled=found.sampled,
        nodes=len(working.rows),
        links=len(working.pairs),
        value=found.value,
        rows=tuple(chosen[:most]),
        by_kind=tuple(_by_kind(rows)),
        communities=tuple(_communities(view, working, found.parts, most_members)),
        districts=tuple(district_ties(view, working)) if is_mixed else (),
        is_cut=len(chosen) > most,
    )


def _rows(view: View, working: WorkingGraph, values: Mapping[int, float]) -> Iterator[MetricRow]:
    for number, value in sorted(values.items(), key=lambda one: (-one[1], one[0])):
        row = working.rows[number]
        yield MetricRow(
            node=named(view, row), label=view.label(row), kind=view.value(row, "kind"), value=value
        )


def _by_kind(rows: Sequence[MetricRow]) -> Iterator[KindMean]:
    values: defaultdict[Kind, list[float]] = defaultdict(list)
    for row in rows:
        values[row.kind].append(row.value)
    for kind, some in sorted(values.items(), key=lambda one: (-fmean(one[1]), one[0].value)):
        yield KindMean(kind=kind, nodes=len(some), mean=fmean(some), highest=max(some))


# ---- parts


def _louvain(_view: View, working: WorkingGraph) -> Measured:
    """Parts by Louvain's method with a seed, the largest first, then by the first of their ids."""
    import networkx as nx

    if not working.pairs:
        return Measured(parameters={"seed": SEED})
    community = cast("Any", nx).community
    parts = [frozenset(one) for one in community.louvain_communities(working.graph, seed=SEED)]
    ordered = tuple(sorted(parts, key=lambda one: (-len(one), min(one))))
    value = float(community.modularity(working.graph, ordered))
    return Measured(parts=ordered, value=value, parameters={"seed": SEED})


def _communities(
    view: View, working: WorkingGraph, parts: Sequence[frozenset[int]], most_members: int
) -> Iterator[Community]:
    for number, part in enumerate(parts, 1):
        rows = [working.rows[one] for one in sorted(part)]
        posts = [row for row in rows if view.label(row) is Label.ACTOR]
        counts = Counter(one for row in posts for one in districts_of(view, row))
        most = sorted(counts, key=lambda one: (-counts[one], one))[:3]
        yield Community(
            number=number,
            posts=len(posts),
            networks=len(rows) - len(posts),
            districts=tuple(named(view, one) for one in most),
            members=tuple(named(view, row) for row in rows[:most_members]),
        )


def _assortativity(view: View, working: WorkingGraph) -> Measured:
    return Measured(value=assortativity(view, working))


_MEASURES: Final[Mapping[Metric, Callable[[View, WorkingGraph], Measured]]] = {
    Metric.DEGREE: lambda _view, working: degree(working),
    Metric.BETWEENNESS: lambda _view, working: betweenness(working),
    Metric.HARMONIC: lambda _view, working: harmonic(working),
    Metric.COMMUNITIES: _louvain,
    Metric.ASSORTATIVITY: _assortativity,
}
