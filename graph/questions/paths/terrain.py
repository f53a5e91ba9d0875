"""The ground one caller walks on: which lanes are shut, what may be crossed and what that costs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.lane_ends import Flags
from graph.lanes import Costs, LaneRules, Walk, is_new_pair, tails
from graph.questions.paths.costs import hub_costs, lane_rules
from graph.questions.paths.rules import Policy
from graph.view import View
from graph.vocabulary import Label, NetworkKind, PostKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """A View's Walk with this caller's rights: all that is true of every need alike.

    By node: `visible`, `cross` (may be passed through), `degree` (onward nodes the caller knows
    of) and `hub` (what passing through costs for it). By lane: `shut`, and in the Walk's backward
    order `back_shut`.
    """

    walk: Walk
    shut: Flags
    back_shut: Flags
    visible: Flags
    cross: Flags
    degree: NDArray[np.int64]
    hub: Costs


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
        shut=shut,
        back_shut=back_shut,
        visible=visible,
        cross=cross,
        degree=degree,
        hub=hub_costs(policy, degree),
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
