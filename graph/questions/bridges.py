"""On whom does the country hang? Whose leaving makes most worse, and what joins parts by a thread.

Two answers. `bridges`: what breaks if each leaves, by the rules of paths (as `impact` tells it of
one). `articulations` and `links`: without whom, or which link, a part of the working graph is not
joined to the top of the structure at all, however far one walks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.policy_model import Policy
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
    """Whoever leaves, and how much is lost or worse then, counted as in `impact`.

    `references` and `losses` count both, by what is asked for and by what got worse first;
    `municipalities` are those where anything is; to those `cut_off` nothing leads any more.
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
    """A post or network without which so many posts are not joined to the top any more."""

    node: NodeRef
    label: Label
    behind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeLink:
    """The only link that joins so many posts to the top; `source` is nearer to it."""

    id: str
    type: LinkType
    source: NodeRef
    target: NodeRef
    behind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridges:
    """Those whose leaving makes something worse: most first, then by id, a hundred of each at most.

    `worse_only`: so many, told or not, lose nothing. `apart`: so many posts are joined to the top
    by nothing. `is_cut`: there is more than is told.
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
    """What breaks if each post (or network, or person) leaves; the top is as in `impact`.

    Found once for a View: about 7 ms for each of those on whom something rests. What ran out of
    time goes on where it stopped when it is asked again.

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


# ---- by the rules of paths


class _Bridging:
    """All that those share on whom something rests, and what was found of each."""

    def __init__(self, before: LocalWays, label: Leaving) -> None:
        self._before, self._label = before, label
        self._found: dict[int, Bridge | None] = {}
        self.rows = before.mattering(label)

    def of(self, row: int) -> Bridge | None:
        """What is worse if it leaves; None: nothing is."""
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


# ---- by the graph alone


@dataclass(frozen=True, slots=True)
class _Threads:
    articulations: tuple[Articulation, ...]
    links: tuple[BridgeLink, ...]
    apart: int


def _threads(view: View, policy: Policy, starts: Iterable[int]) -> _Threads:
    """Whom one must pass on every walk from the top: its dominators, and the links among them."""
    working = working_graph(view, policy)
    top = len(working.rows)
    rooted: Graph = working.graph.copy()
    rooted.add_node(top)
    rooted.add_edges_from((top, working.number[row]) for row in starts if row in working.number)
    above = dominators(rooted, top)
    behind = _behind(view, working, above, top)
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


def _behind(view: View, working: WorkingGraph, above: Mapping[int, int], top: int) -> Counter[int]:
    """How many posts cannot be walked to without each, itself included."""
    counts: Counter[int] = Counter()
    for number, row in enumerate(working.rows):
        if number in above and _is_post(view, row):
            while number != top:
                counts[number] += 1
                number = above[number]
    return counts


def _threading(rooted: Graph, top: int, above: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The two ends of each link without which posts fall off, the nearer to the top first."""
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
