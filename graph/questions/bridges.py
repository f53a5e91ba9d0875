"""Critical nodes and links: what gets worse if each leaves, and single points of connection.

Two analyses. `bridges`: the losses if each node leaves, by the rules of contact paths (as `impact`
reports them for one node). `articulations` and `links`: the nodes and links without which part of
the working graph is not connected to the top of the structure at all, at any distance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref
from graph.questions.impact import RemovalEffect, Worsening
from graph.questions.metrics import Graph, working_graph
from graph.questions.reference_needs import Reference, local_starts, top_posts
from graph.questions.reference_paths import LocalWays, local_ways
from graph.vocabulary import Label, LinkType, NetworkKind, PostKind

Leaving = Literal[Label.ACTOR, Label.NETWORK, Label.PERSON]
MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A node, and how many local needs are lost or get worse if it leaves, counted as in `impact`.

    `references` and `losses` count both kinds, by reference and by what got worse first.
    `municipalities` are those with any loss; no path leads to those in `cut_off` any more.
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
    """The nodes whose leaving makes contacts worse: most first, then by id, at most 100 of each.

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
    that exceeds its deadline resumes on the next call.

    Raises:
        NotFound: the start is absent or hidden.
    """
    ways = local_ways(view, policy, start)
    key = ("bridges", policy.digest, label, local_starts(view, start))
    cache = view.memo(key, lambda: _BridgeCache(ways, label))
    worsening = [bridge for row in cache.rows if (bridge := cache.of(row))]
    worsening.sort(key=lambda bridge: (-bridge.lost - bridge.worse, -bridge.lost, bridge.node.id))
    starts = top_posts(view, start)
    key = ("connectivity", policy.digest, starts)
    connectivity = view.memo(key, lambda: _Connectivity(view, policy, starts))
    return Bridges(
        label=label,
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if start is None else node_ref(view, view.row(start)),
        needs=len(ways.positions_with_contact),
        bridges=tuple(worsening[:MOST]),
        worse_only=sum(not bridge.lost for bridge in worsening),
        articulations=tuple(connectivity.articulations[:MOST]),
        links=tuple(connectivity.links[:MOST]),
        apart=connectivity.apart,
        is_cut=max(map(len, (worsening, connectivity.articulations, connectivity.links))) > MOST,
    )


# ---- by the rules of contact paths


class _BridgeCache:
    """The nodes of a label on which contacts depend, and the result for each, cached."""

    def __init__(self, before: LocalWays, label: Leaving) -> None:
        self._before, self._label = before, label
        self._bridges: dict[int, Bridge | None] = {}
        self.rows = before.critical_nodes(label)

    def of(self, row: int) -> Bridge | None:
        """Return the losses if the node leaves; None: there are none."""
        if row in self._bridges:
            return self._bridges[row]
        view, removed_rows = self._before.view, frozenset({row})
        effect = RemovalEffect(self._before, view.without(removed_rows), removed_rows)
        bridge = None
        if effect.losses:
            areas = sorted({loss.place.need.area for loss in effect.losses})
            references = Counter(loss.place.need.reference for loss in effect.losses)
            what = Counter(loss.what for loss in effect.losses)
            bridge = Bridge(
                node=node_ref(view, row),
                kind=None if self._label is Label.PERSON else view.value(row, "kind"),
                lost=what[Worsening.LOST],
                worse=what.total() - what[Worsening.LOST],
                references={term: references[term] for term in Reference if references[term]},
                losses={term: what[term] for term in Worsening if what[term]},
                municipalities=tuple(node_ref(view, area) for area in areas),
                cut_off=tuple(node_ref(view, area) for area in effect.cut_off),
            )
        self._bridges[row] = bridge
        return bridge


# ---- by connectivity alone


class _Connectivity:
    """Articulations (dominators of the paths from the top), bridge links, and unconnected posts."""

    def __init__(self, view: View, policy: Policy, starts: Iterable[int]) -> None:
        import networkx as nx  # imported on demand: a tenth of a second

        working = working_graph(view, policy)
        rows, top = working.rows, len(working.rows)
        is_post = [view.label(row) is Label.ACTOR for row in rows]
        rooted: Graph = working.graph.copy()
        rooted.add_node(top)
        rooted.add_edges_from((top, working.number[row]) for row in starts if row in working.number)
        # By node, the last node on all paths to it from the top.
        above: Mapping[int, int] = cast("Any", nx).immediate_dominators(rooted.to_directed(), top)
        # By node, how many posts cannot be reached from the top without it, itself included.
        behind: Counter[int] = Counter()
        for number in range(top):
            if number in above and is_post[number]:
                while number != top:
                    behind[number] += 1
                    number = above[number]
        self.apart = sum(is_post[number] for number in range(top) if number not in above)
        self.articulations = [
            Articulation(node=node_ref(view, row), label=view.label(row), behind=count)
            for number, row in enumerate(rows)
            if (count := behind[number] - is_post[number]) > 0
        ]
        self.articulations.sort(
            key=lambda articulation: (-articulation.behind, articulation.node.id)
        )
        self.links: list[BridgeLink] = []
        bridges: list[tuple[int, int]] = list(cast("Any", nx).bridges(rooted))
        for pair in bridges:
            links = working.pairs.get((min(pair), max(pair)), ())
            if len(links) == 1 and pair[0] in above:
                near, far = pair if above[pair[1]] == pair[0] else reversed(pair)
                self.links.append(
                    BridgeLink(
                        id=view.links.ids[links[0]],
                        type=view.link_type(links[0]),
                        source=node_ref(view, rows[near]),
                        target=node_ref(view, rows[far]),
                        behind=behind[far],
                    )
                )
        self.links.sort(key=lambda link: (-link.behind, link.id))
