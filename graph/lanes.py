"""Which links may be walked on a date, and in which direction?

A lane is a link in one direction (`lane_ends.py`), at a cost (`lane_costs.py`). Source: paths.md
§3.1, §3.4.
"""

from dataclasses import dataclass, fields
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from graph.columns import Days, Rows
from graph.lane_costs import (
    ALL_LEVELS,
    CIVIL_BIT,
    CLIMBS,
    CODES,
    FALLS,
    FLAT,
    GATE_BIT,
    LAST_AGE,
    LONGEST_WAIT,
    QUARTERS,
    SLOPE_BIT,
    UNKNOWN_STRENGTH,
    Costs,
    LaneFacts,
    LaneRules,
    codes_of,
    costs_on,
    facts_on,
)  # fmt: skip
from graph.lane_ends import STANDS, Flags, lanes_of
from graph.snapshot import Snapshot
from graph.tables import MISSING
from graph.vocabulary import Label

__all__ = [
    "ALL_LEVELS", "CIVIL_BIT", "CLIMBS", "CODES", "FALLS", "FLAT", "GATE_BIT", "LAST_AGE",
    "LONGEST_WAIT", "MOST_WALKS", "QUARTERS", "SLOPE_BIT", "UNKNOWN_STRENGTH", "Costs",
    "LaneFacts", "LaneRules", "Walk", "absent_people", "is_new_pair", "lane_facts", "shut_lanes",
    "tails", "walk_on",
]  # fmt: skip

MOST_WALKS: Final = 8
"""How many dates are kept at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """All lanes of a date, whoever asks; a caller's rights are `View.shut`.

    Nodes are numbered densely in order of id: `row` leads to the Snapshot, `number` (-1: none)
    from it. The lanes that leave v are `start[v]` to `start[v + 1]` of `head`, `cost`, `code`;
    those that lead to it are `back_start[v]` to `back_start[v + 1]` of `tail`, `back_cost`,
    `back_code`. Parallels stand side by side in order of link and carriers. `lane` and
    `back_lane` are places in the Snapshot's Lanes.

    `cost` is 16 * micro-nats + 1, so that it counts hops too. `code` holds levels, slope, gate and
    a civil head in bits 0-2, 3-4, 5-8 and 9.
    """

    day: int
    row: Rows
    number: Rows
    start: Rows
    head: Rows
    cost: Costs
    code: NDArray[np.uint16]
    lane: Rows
    back_start: Rows
    tail: Rows
    back_cost: Costs
    back_code: NDArray[np.uint16]
    back_lane: Rows


def walk_on(snapshot: Snapshot, day: int, rules: LaneRules) -> Walk:
    """The Walk of a date, made once; a Snapshot keeps the last few. O(lanes)."""
    walks: dict[tuple[int, str], Walk] = snapshot.memo.setdefault("walks", {})
    key = (day, rules.digest)
    walk = walks.get(key)
    if walk is None:
        for oldest in list(walks)[: max(0, len(walks) - MOST_WALKS + 1)]:
            walks.pop(oldest, None)
        walk = walks[key] = _walk(snapshot, day, rules)
    return walk


def _walk(snapshot: Snapshot, day: int, rules: LaneRules) -> Walk:
    """A mask by validity, a table read, a compress: never a sort."""
    nodes, lanes = snapshot.nodes, lanes_of(snapshot)
    stands = np.isin(nodes.label, [label.code for label in STANDS])
    row = np.flatnonzero(stands & (nodes.valid_from <= day) & (day < nodes.valid_to))
    number = np.full(len(stands), -1, np.int32)
    number[row] = np.arange(len(row), dtype=np.int32)
    is_live = (lanes.valid_from <= day) & (day < lanes.valid_to)
    lane = np.flatnonzero(is_live).astype(np.int32)
    back = lanes.back[is_live[lanes.back]]
    cost, code = costs_on(snapshot, rules, day), codes_of(snapshot, rules)
    walk = Walk(
        day=day,
        row=row.astype(np.int32),
        number=number,
        start=_starts(lanes.tail[lane], row, len(stands)),
        head=number[lanes.head[lane]],
        cost=cost[lane],
        code=code[lane],
        lane=lane,
        back_start=_starts(lanes.head[lane], row, len(stands)),
        tail=number[lanes.tail[back]],
        back_cost=cost[back],
        back_code=code[back],
        back_lane=back,
    )
    for one in (getattr(walk, field.name) for field in fields(walk)):
        if isinstance(one, np.ndarray):
            one.flags.writeable = False
    return walk


def _starts(ends: Rows, row: NDArray[np.intp], count: int) -> Rows:
    """Where the lanes of each node begin, sorted by one of their ends."""
    start = np.zeros(len(row) + 1, np.int32)
    np.cumsum(np.bincount(ends, minlength=count)[row], out=start[1:])
    return start


def lane_facts(snapshot: Snapshot, walk: Walk, rules: LaneRules, lane: int) -> LaneFacts:
    """What one lane of a Walk rests on, `lane` in forward order; costs microseconds."""
    return facts_on(snapshot, rules, int(walk.lane[lane]), walk.day)


def shut_lanes(
    snapshot: Snapshot, walk: Walk, open_links: Flags, absent: Flags
) -> tuple[Flags, Flags]:
    """The lanes not for a caller: the link or a carrier is hidden, or a carrier is known absent.

    In forward and in backward order.
    """
    lanes = lanes_of(snapshot)
    is_gone = np.append(~open_links | absent[snapshot.links.source], False)  # the last: -1
    shut = ~open_links[lanes.link] | is_gone[lanes.tail_hold] | is_gone[lanes.head_hold]
    return shut[walk.lane], shut[walk.back_lane]


def tails(walk: Walk) -> Rows:
    """int32[lanes]: the node each lane leaves."""
    return np.repeat(np.arange(len(walk.row), dtype=np.int32), np.diff(walk.start))


def is_new_pair(tail: Rows, head: Rows) -> Flags:
    """bool[lanes]: the first of some lanes, sorted by their ends, between these two ends."""
    is_new = np.ones(len(tail), np.bool_)
    is_new[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return is_new


def absent_people(snapshot: Snapshot, day: int) -> Flags:
    """bool[nodes]: the people who are absent on a date."""
    table = snapshot.tables[Label.PERSON]
    start, end = (cast("Days", table.columns[name]) for name in ("absent_from", "absent_to"))
    absent = np.zeros(len(snapshot.nodes.ids), np.bool_)
    absent[table.rows] = (start != MISSING) & (start <= day) & (day < end)
    return absent
