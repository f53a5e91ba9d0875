"""The ground one caller walks on: which lanes are shut, what may be crossed and what that costs."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.columns import Rows
from graph.lane_costs import Costs, LaneRules
from graph.lane_ends import Flags
from graph.lanes import Walk, is_new_pair, tails
from graph.questions.paths.costs import hub_costs, lane_rules
from graph.questions.paths.rules import Policy
from graph.view import View
from graph.vocabulary import Label, NetworkKind, PostKind

Standing = NDArray[np.int32]
"""By row of the View: micro-nats for entering a post, 0 for what is no post, -1: nobody answers."""
CROSSED: Final = 3
"""The paint of a node that may be entered and left (`painting.py`)."""


@dataclass(slots=True)
class OpenLanes:
    """The lanes a caller may use, as lists, node by node as they are asked for."""

    walk: Walk
    shut: Flags
    back_shut: Flags
    _onward: dict[int, list[tuple[int, int, int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int, int, int]]]
    )
    _backward: dict[int, list[tuple[int, int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int, int]]]
    )

    def onward(self, node: int) -> list[tuple[int, int, int, int]]:
        """Head, cost, code and number of each lane that leaves a node."""
        found = self._onward.get(node)
        if found is None:
            first, last = self.walk.start[node : node + 2].tolist()
            here = first + np.flatnonzero(~self.shut[first:last])
            walk, lanes = self.walk, here.tolist()
            columns = (walk.head[here], walk.cost[here], walk.code[here])
            found = list(zip(*(one.tolist() for one in columns), lanes, strict=True))
            self._onward[node] = found
        return found

    def backward(self, node: int) -> list[tuple[int, int, int]]:
        """Tail, cost and code of each lane that leads to a node."""
        found = self._backward.get(node)
        if found is None:
            first, last = self.walk.back_start[node : node + 2].tolist()
            here = first + np.flatnonzero(~self.back_shut[first:last])
            columns = (self.walk.tail[here], self.walk.back_cost[here], self.walk.back_code[here])
            found = list(zip(*(one.tolist() for one in columns), strict=True))
            self._backward[node] = found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Who answers, by node of a Terrain: where nobody does is neither crossed nor a target.

    `cross` is the paint of what may be passed through; `leave` (hub and standing) is paid on
    leaving it, `stand` on ending there (-1: nobody answers), both 16 * micro-nats. `hops` keeps
    what is known of each lane as a hop.
    """

    cross: NDArray[np.uint8]
    leave: Costs
    stand: Costs
    hops: dict[Any, dict[Any, Any]] = field(default_factory=dict[Any, dict[Any, Any]], init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """A View's Walk with this caller's rights: all that is true of every need alike.

    `number` is by row of the View: the node, -1 where there is none or it is hidden. By node:
    `visible`, `cross` (may be passed through), `degree` (onward nodes the caller knows
    of) and `hub` (what passing through costs for it). By lane: `shut`, and in the Walk's backward
    order `back_shut`. `lanes` are those open, for whoever asks node by node; `ways` keeps what a
    compiled search reads, by the kind of a need's automaton.
    """

    walk: Walk
    number: Rows
    shut: Flags
    back_shut: Flags
    visible: Flags
    cross: Flags
    degree: NDArray[np.int64]
    hub: Costs
    visible_count: int
    lanes: OpenLanes
    ways: dict[Any, Any] = field(default_factory=dict[Any, Any], init=False)


def terrain(view: View, policy: Policy) -> Terrain:
    """The Terrain of a View, made once. O(nodes + lanes)."""
    return view.memo(("terrain", policy.digest), lambda: _terrain(view, policy))


def rules_of(view: View, policy: Policy) -> LaneRules:
    """The policy as tables, made once for a View."""
    return view.memo(("rules", policy.digest), lambda: lane_rules(policy))


def _terrain(view: View, policy: Policy) -> Terrain:
    walk = view.walk(rules_of(view, policy))
    shut, back_shut = view.shut(walk)
    degree = _onward(walk, shut)
    visible = view.visible[walk.row]
    cross = visible & _crosses(view, policy, walk) & (degree <= policy.hub.closed_above)
    return Terrain(
        walk=walk,
        number=np.where(view.visible, walk.number, -1),
        shut=shut,
        back_shut=back_shut,
        visible=visible,
        cross=cross,
        degree=degree,
        hub=hub_costs(policy, degree),
        visible_count=int(visible.sum()),
        lanes=OpenLanes(walk, shut, back_shut),
    )


def seating(view: View, policy: Policy, standing: Standing) -> Seating:
    """Who answers on a View's Terrain; made once for a column that cannot change."""
    if standing.flags.writeable:
        return _seating(terrain(view, policy), standing)
    key = ("seating", policy.digest, id(standing))
    made: tuple[Standing, Seating] = view.memo(
        key, lambda: (standing, _seating(terrain(view, policy), standing))
    )
    return made[1]


def _seating(land: Terrain, standing: Standing) -> Seating:
    stand = standing[land.walk.row]
    is_crossed = land.cross & (stand >= 0)
    return Seating(
        cross=np.where(is_crossed, CROSSED, 0).astype(np.uint8),
        leave=np.where(is_crossed, 16 * (land.hub + stand), 0).astype(np.int32),
        stand=np.where(land.visible & (stand >= 0), 16 * stand, -1).astype(np.int32),
    )


def _onward(walk: Walk, shut: Flags) -> NDArray[np.int64]:
    """How many distinct nodes one can go on to from each, over lanes that are open."""
    tail = tails(walk)[~shut]
    return np.bincount(tail[is_new_pair(tail, walk.head[~shut])], minlength=len(walk.row))


def _crosses(view: View, policy: Policy, walk: Walk) -> Flags:
    """The nodes whose label and kind may be passed through, whoever asks."""
    label, kind = view.nodes.label[walk.row], view.nodes.kind[walk.row]
    crosses = np.isin(label, [what.code for what in policy.crossing.cross])
    for what, kinds in ((Label.ACTOR, PostKind), (Label.NETWORK, NetworkKind)):
        ends = [word.code for word in kinds if word.value in policy.crossing.end_kinds]
        crosses &= (label != what.code) | ~np.isin(kind, ends)
    return crosses
