"""Is a date's Walk made once, kept for a while, the same for all, and shut per caller?"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from graph.lanes import MOST_WALKS, walk_on
from graph.questions.paths.costs import lane_rules
from graph.tables import date_to_day
from graph.vocabulary import PreventionLevel
from tests.graph.questions.paths.made import post, refers, world_of
from tests.graph.questions.paths.worlds import ON, POLICY

RULES = lane_rules(POLICY)
DAY = date_to_day(ON)
WORLD = world_of(
    post("a"), post("z"), refers("l1", "a", "z"),
    refers("l2", "a", "z", levels=frozenset({PreventionLevel.EXIT})),
)  # fmt: skip


def test_a_walk_is_made_once_for_a_date_and_a_policy() -> None:
    snapshot = WORLD.snapshot()
    walk = walk_on(snapshot, DAY, RULES)
    assert walk_on(snapshot, DAY, RULES) is walk
    assert walk_on(snapshot, DAY, replace(RULES, digest="another")) is not walk
    assert walk_on(snapshot, DAY + 1, RULES) is not walk


def test_the_walks_of_the_last_dates_are_kept_and_older_ones_go() -> None:
    snapshot = WORLD.snapshot()
    walks = [walk_on(snapshot, DAY + n, RULES) for n in range(MOST_WALKS + 1)]
    assert walk_on(snapshot, DAY + 1, RULES) is walks[1]
    assert walk_on(snapshot, DAY, RULES) is not walks[0]


def test_what_all_callers_share_cannot_be_changed() -> None:
    walk = walk_on(WORLD.snapshot(), DAY, RULES)
    with pytest.raises(ValueError, match="read-only"):
        walk.cost[0] = 0


def test_a_lane_the_caller_may_not_see_is_shut_and_not_gone() -> None:
    snapshot = WORLD.snapshot()
    for levels, shut in ((frozenset(PreventionLevel), 0), (frozenset[PreventionLevel](), 1)):
        view = replace(WORLD, levels=levels).view(snapshot)
        walk = view.walk(RULES)
        assert len(walk.link) == 2
        assert np.count_nonzero(view.shut(walk)) == shut


def test_a_world_without_a_link_or_a_post_has_an_empty_walk() -> None:
    for world in (world_of(post("a")), world_of()):
        view = replace(world, on=ON + timedelta(1)).view(world.snapshot())
        assert len(view.walk(RULES).link) == len(view.shut(view.walk(RULES))) == 0
