"""The arc graph restricted to one caller's rights: closed arcs, crossable nodes, crossing costs."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View, memoize_by_view
from graph.paths.policy import Policy, arc_rules, hub_costs
from graph.snapshot.arc_costs import ArcCostRules, Costs
from graph.snapshot.arc_graph import ArcGraph, is_new_pair, tails
from graph.snapshot.arcs import Flags
from graph.snapshot.columns import Rows
from graph.vocabulary import Label, NetworkKind, PostKind

CROSSED: Final = 3
"""The flags of a node that may be entered and left: ENTER | LEAVE (`problem.py`)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PostAnswers:
    """Who answers, by row of the View, and the resulting cost of entering a node, in micro-nats.

    `cost`: -1 if no one answers; it includes `response`, which is for the wait until someone does.
    `key`: the row of who answers, the node itself if no one else is known; `sits`: the same for who
    sits there, whatever the hour. `memo` caches derived values.
    """

    cost: Costs
    response: Costs
    key: Rows
    sits: Rows
    memo: dict[Any, Any] = field(default_factory=dict[Any, Any], init=False)

    @classmethod
    def of(cls, cost: Costs) -> "PostAnswers":
        """Return answers in which each node is answered separately and without a wait."""
        own = np.arange(len(cost), dtype=np.int32)
        return cls(cost=cost, response=np.zeros_like(cost), key=own, sits=own)


@dataclass(slots=True)
class OpenArcs:
    """The arcs a caller may use, as lists, computed per node on request."""

    arc_graph: ArcGraph
    cost: Costs
    back_cost: Costs
    blocked: Flags
    back_blocked: Flags
    _onward: dict[int, list[tuple[int, int, int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int, int, int]]]
    )
    _backward: dict[int, list[tuple[int, int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int, int]]]
    )

    def onward(self, node: int) -> list[tuple[int, int, int, int]]:
        """Return head, cost, code and number of each arc that leaves a node."""
        arcs = self._onward.get(node)
        if arcs is None:
            first, last = self.arc_graph.start[node : node + 2].tolist()
            here = first + np.flatnonzero(~self.blocked[first:last])
            columns = (self.arc_graph.head[here], self.cost[here], self.arc_graph.code[here])
            arcs = list(zip(*(column.tolist() for column in columns), here.tolist(), strict=True))
            self._onward[node] = arcs
        return arcs

    def backward(self, node: int) -> list[tuple[int, int, int]]:
        """Return tail, cost and code of each arc that leads to a node."""
        arcs = self._backward.get(node)
        if arcs is None:
            first, last = self.arc_graph.back_start[node : node + 2].tolist()
            here = first + np.flatnonzero(~self.back_blocked[first:last])
            columns = (
                self.arc_graph.tail[here],
                self.back_cost[here],
                self.arc_graph.back_code[here],
            )
            arcs = list(zip(*(column.tolist() for column in columns), strict=True))
            self._backward[node] = arcs
        return arcs


@dataclass(frozen=True, eq=False, kw_only=True)
class AnsweringCosts:
    """Costs of a search at one moment, by node of a caller graph and by arc, in 16 * micro-nats.

    `cross` flags the nodes that may be passed through and at which someone answers; `leave` (the
    hub cost) is paid on leaving one. `stand` is the cost of entering for who answers (-1: no one),
    `response` the part of it, in micro-nats, for the wait; `cost` and `back_cost` of an arc include
    that of its head. An arc between nodes with the same answerer counts no hop, and costs nothing
    between posts. `step`: by node, the first node with the same answerer. `hops` caches the arcs
    as hops, `ways` the input arrays of a compiled search.
    """

    cross: NDArray[np.uint8]
    leave: Costs
    stand: Costs
    response: Costs
    step: Rows
    cost: Costs
    back_cost: Costs
    blocked: Flags
    back_blocked: Flags
    arcs: OpenArcs
    hops: dict[Any, dict[Any, Any]] = field(default_factory=dict[Any, dict[Any, Any]])
    ways: dict[Any, Any] = field(default_factory=dict[Any, Any])
    memo: dict[str, "AnsweringCosts"] = field(default_factory=dict[str, "AnsweringCosts"])

    def without_old(self, view: View, caller_graph: "CallerGraph") -> "AnsweringCosts":
        """Return the costs without the arcs that were verified more than a year ago, or never."""
        costs = self.memo.get("without old")
        if costs is None:
            old, back_old = view.old_arcs(caller_graph.arc_graph)
            blocked, back_blocked = self.blocked | old, self.back_blocked | back_old
            arcs = OpenArcs(
                caller_graph.arc_graph, self.cost, self.back_cost, blocked, back_blocked
            )
            costs = replace(
                self,
                blocked=blocked,
                back_blocked=back_blocked,
                arcs=arcs,
                hops=self.hops,
                ways={},
                memo={},
            )
            self.memo["without old"] = costs
        return costs


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerGraph:
    """The arc graph of a View with the caller's rights: everything independent of the need.

    `number` is by row of the View: the node, -1 if there is none or it is hidden. By node:
    `visible`, `cross` (may be passed through), `degree` (onward nodes visible to the caller) and
    `hub` (the cost of passing through). By arc: `blocked`, and in the arc graph's backward order
    `back_blocked`.
    """

    arc_graph: ArcGraph
    number: Rows
    blocked: Flags
    back_blocked: Flags
    visible: Flags
    cross: Flags
    degree: NDArray[np.int64]
    hub: Costs
    visible_count: int


def rules_of(view: View, policy: Policy) -> ArcCostRules:
    """Return the policy as tables, computed once per View."""
    return view.memo(("rules", policy.digest), lambda: arc_rules(policy))


@memoize_by_view
def caller_graph_of(view: View, policy: Policy) -> CallerGraph:
    """Return the caller graph of a View, computed once. O(nodes + arcs)."""
    graph = view.arc_graph(rules_of(view, policy))
    blocked, back_blocked = view.blocked_arcs(graph)
    tail, head = tails(graph)[~blocked], graph.head[~blocked]
    degree = np.bincount(tail[is_new_pair(tail, head)], minlength=len(graph.row))
    visible = view.visible[graph.row]
    # The labels and kinds that may be passed through, for any caller.
    label, kind = view.nodes.label[graph.row], view.nodes.kind[graph.row]
    cross = visible & (degree <= policy.hub.closed_above)
    cross &= np.isin(label, [what.code for what in policy.crossing.cross])
    for what, kinds in ((Label.ACTOR, PostKind), (Label.NETWORK, NetworkKind)):
        ends = [word.code for word in kinds if word.value in policy.crossing.end_kinds]
        cross &= (label != what.code) | ~np.isin(kind, ends)
    return CallerGraph(
        arc_graph=graph,
        number=np.where(view.visible, graph.number, -1),
        blocked=blocked,
        back_blocked=back_blocked,
        visible=visible,
        cross=cross,
        degree=degree,
        hub=hub_costs(policy, degree),
        visible_count=int(visible.sum()),
    )


def answering_costs(view: View, policy: Policy, answers: PostAnswers) -> AnsweringCosts:
    """Return the costs on the caller graph of a View at a moment, computed once. O(arcs)."""
    cached: AnsweringCosts | None = answers.memo.get(("answering_costs", policy.digest))
    if cached is not None:
        return cached
    caller_graph = caller_graph_of(view, policy)
    graph = caller_graph.arc_graph
    stand = answers.cost[graph.row]
    is_crossed = caller_graph.cross & (stand >= 0)
    # int32[nodes]: the first visible node with the same answerer; else the node itself.
    key = answers.key[graph.row]
    numbers = np.arange(len(key), dtype=np.int32)
    visible = np.flatnonzero(caller_graph.visible)[::-1]
    first = np.full(len(answers.key), -1, np.int32)
    first[key[visible]] = numbers[visible]  # of several writes the last counts: the first node
    step = np.where(caller_graph.visible, first[key], numbers)
    enter = 16 * np.maximum(stand, 0)
    cost = graph.cost + enter[graph.head]
    back_cost = graph.back_cost + np.repeat(enter, np.diff(graph.back_start))
    _free_inside(view, graph, step, cost, back_cost)
    costs = AnsweringCosts(
        cross=np.where(is_crossed, CROSSED, 0).astype(np.uint8),
        leave=np.where(is_crossed, 16 * caller_graph.hub, 0).astype(np.int32),
        stand=np.where(caller_graph.visible & (stand >= 0), 16 * stand, -1).astype(np.int32),
        response=answers.response[graph.row],
        step=step,
        cost=cost,
        back_cost=back_cost,
        blocked=caller_graph.blocked,
        back_blocked=caller_graph.back_blocked,
        arcs=OpenArcs(graph, cost, back_cost, caller_graph.blocked, caller_graph.back_blocked),
    )
    answers.memo["answering_costs", policy.digest] = costs
    return costs


def _free_inside(view: View, graph: ArcGraph, step: Rows, cost: Costs, back_cost: Costs) -> None:
    """Remove the hop, and between posts the cost, from arcs between nodes of one step."""
    shared = np.bincount(step, minlength=len(step))[step] > 1
    if not shared.any():
        return
    is_post = view.nodes.label[graph.row] == Label.ACTOR.code
    arcs = np.flatnonzero(shared[graph.head])
    tail = np.searchsorted(graph.start, arcs, "right") - 1
    is_inside = step[tail] == step[graph.head[arcs]]
    arcs, tail = arcs[is_inside], tail[is_inside]
    cost[arcs] = np.where(is_post[tail] & is_post[graph.head[arcs]], 0, cost[arcs] - 1)
    arcs = np.flatnonzero(shared[graph.tail])
    head = np.searchsorted(graph.back_start, arcs, "right") - 1
    is_inside = step[head] == step[graph.tail[arcs]]
    arcs, head = arcs[is_inside], head[is_inside]
    is_free = is_post[head] & is_post[graph.tail[arcs]]
    back_cost[arcs] = np.where(is_free, 0, back_cost[arcs] - 1)
