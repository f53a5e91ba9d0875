"""Critical nodes and links: what gets worse if each leaves, and single points of connection.

Two analyses. `bridges`: the losses if each node leaves, by the rules of contact paths (as `impact`
reports them for one node). `articulations` and `links`: the nodes and links without which part of
the working graph is not connected to the top of the structure at all, at any distance.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.policy import Policy
from graph.paths.resolve import named
from graph.questions.impact import Without, Worsening
from graph.questions.metrics import Graph, WorkingGraph, dominators, threads, working_graph
from graph.questions.reference_needs import Reference, local_starts, top_posts
from graph.questions.reference_paths import LocalWays, local_ways
from graph.vocabulary import Label, LinkType, NetworkKind, PostKind

Leaving = Literal[Label.ACTOR, Label.NETWORK, Label.PERSON]
MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A node, and how many local needs are lost or get worse if it leaves, counted as in `impact`.

    `references` and `losses` count both kinds, by reference and by what got worse first.
    `municipalities` are those with any loss; nothing leads to those `cut_off` any more.
    """

    node: NodeRef
    kind: PostKind | NetworkKind | None
    lost: int
    worse: int
    references: Mapping[Reference, int]
    losses: Mapping[Worsening, int]
    municipalities: tuple[NodeRef, ...]
    cut_off: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Articulation:
    """A post or network without which `behind` posts are no longer connected to the top."""

    node: NodeRef
    label: Label
    behind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLink:
    """The only link that connects `behind` posts to the top; `source` is nearer to the top."""

    id: str
    type: LinkType
    source: NodeRef
    target: NodeRef
    behind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridges:
    """The nodes whose leaving makes something worse: most first, then by id, at most 100 of each.

    `worse_only`: how many, listed or not, cause no complete loss. `apart`: how many posts are not
    connected to the top. `is_cut`: there are more than are listed.
    """

    label: Label
    on: date
    revision: int
    policy: str
    start: NodeRef | None
    needs: int
    bridges: tuple[Bridge, ...]
    worse_only: int
    articulations: tuple[Articulation, ...]
    links: tuple[BridgeLink, ...]
    apart: int
    is_cut: bool


def bridges(
    view: View, policy: Policy, *, label: Leaving = Label.ACTOR, start: str | None = None
) -> Bridges:
    """What gets worse if each post (or network, or person) leaves; the top is as in `impact`.

    Computed once for a View: about 7 ms for each node on which a contact depends. A computation
    that ran out of time continues where it stopped when the question is asked again.

    Raises:
        NotFound: the start is absent or hidden.
    """
    starts = top_posts(view, start)
    key = ("bridges", policy.digest, label, local_starts(view, start))
    bridging = view.memo(key, lambda: _Bridging(local_ways(view, policy, start), label))
    found = [one for row in bridging.rows if (one := bridging.of(row))]
    found.sort(key=lambda one: (-one.lost - one.worse, -one.lost, one.node.id))
    hanging = view.memo(("threads", policy.digest, starts), lambda: _threads(view, policy, starts))
    return Bridges(
        label=label,
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if start is None else named(view, view.row(start)),
        needs=len(local_ways(view, policy, start).reached),
        bridges=tuple(found[:MOST]),
        worse_only=sum(not one.lost for one in found),
        articulations=hanging.articulations[:MOST],
        links=hanging.links[:MOST],
        apart=hanging.apart,
        is_cut=max(len(found), len(hanging.articulations), len(hanging.links)) > MOST,
    )


# ---- by the rules of contact paths


class _Bridging:
    """The nodes of a label on which contacts depend, and the result for each, cached."""

    def __init__(self, before: LocalWays, label: Leaving) -> None:
        self._before, self._label = before, label
        self._found: dict[int, Bridge | None] = {}
        self.rows = before.mattering(label)

    def of(self, row: int) -> Bridge | None:
        """What gets worse if the node leaves; None: nothing does."""
        if row not in self._found:
            self._found[row] = self._bridge(row)
        return self._found[row]

    def _bridge(self, row: int) -> Bridge | None:
        view, gone = self._before.view, frozenset({row})
        without = Without(self._before, view.without(gone), gone)
        losses = without.losses
        if not losses:
            return None
        areas = sorted({one.place.need.area for one in losses})
        references = Counter(one.place.need.reference for one in losses)
        what = Counter(one.what for one in losses)
        return Bridge(
            node=named(view, row),
            kind=None if self._label is Label.PERSON else view.value(row, "kind"),
            lost=what[Worsening.LOST],
            worse=len(losses) - what[Worsening.LOST],
            references={one: references[one] for one in Reference if references[one]},
            losses={one: what[one] for one in Worsening if what[one]},
            municipalities=tuple(named(view, area) for area in areas),
            cut_off=tuple(named(view, area) for area in without.cut_off),
        )


# ---- by connectivity alone


@dataclass(frozen=True, slots=True)
class _Threads:
    articulations: tuple[Articulation, ...]
    links: tuple[BridgeLink, ...]
    apart: int


def _threads(view: View, policy: Policy, starts: Iterable[int]) -> _Threads:
    """Articulations (dominators of the paths from the top), bridge links, and unconnected posts."""
    working = working_graph(view, policy)
    top = len(working.rows)
    rooted: Graph = working.graph.copy()
    rooted.add_node(top)
    rooted.add_edges_from((top, working.number[row]) for row in starts if row in working.number)
    above = dominators(rooted, top)
    # By node, how many posts cannot be reached from the top without it, itself included.
    behind: Counter[int] = Counter()
    for number, row in enumerate(working.rows):
        if number in above and _is_post(view, row):
            while number != top:
                behind[number] += 1
                number = above[number]
    articulations = [
        Articulation(node=named(view, row), label=view.label(row), behind=count)
        for number, row in enumerate(working.rows)
        if (count := behind[number] - _is_post(view, row)) > 0
    ]
    links = [
        _link(view, working, behind, pair)
        for pair in _threading(rooted, top, above)
        if len(working.pairs[min(pair), max(pair)]) == 1
    ]
    return _Threads(
        tuple(sorted(articulations, key=lambda one: (-one.behind, one.node.id))),
        tuple(sorted(links, key=lambda one: (-one.behind, one.id))),
        sum(_is_post(view, row) for number, row in enumerate(working.rows) if number not in above),
    )


def _is_post(view: View, row: int) -> bool:
    return view.label(row) is Label.ACTOR


def _threading(rooted: Graph, top: int, above: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The ends of each bridge link, the end nearer to the top first."""
    for one, other in threads(rooted):
        if top not in (one, other) and one in above:
            yield (one, other) if above[other] == one else (other, one)


def _link(
    view: View, working: WorkingGraph, behind: Counter[int], pair: tuple[int, int]
) -> BridgeLink:
    near, far = pair
    (link,) = working.pairs[min(pair), max(pair)]
    return BridgeLink(
        id=view.links.ids[link],
        type=view.link_type(link),
        source=named(view, working.rows[near]),
        target=named(view, working.rows[far]),
        behind=behind[far],
    )
