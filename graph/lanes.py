"""Which links may be walked on a date, in which direction, and what each costs for itself.

A lane is a link in one direction (`lane_ends.py`). Source: paths.md §1.7, §3.1.
"""

from dataclasses import dataclass, fields
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from graph.columns import Codes, Days, Rows
from graph.lane_ends import STANDS, Flags, Lanes, lanes_of
from graph.model.hours import mean_wait_days
from graph.snapshot import Snapshot
from graph.tables import MISSING, NO_WORD
from graph.vocabulary import Label, PreventionLevel

Costs = NDArray[np.int32]
LAST_AGE: Final = 3650
"""The days since a check are counted so far, and no further."""
UNKNOWN_STRENGTH: Final = 101
"""The place behind the hundredths 0 to 100 in a table of strengths."""
QUARTERS: Final = 4
"""A wait is counted in quarter days ..."""
LONGEST_WAIT: Final = 7 * QUARTERS
"""... and no further than a week."""
FALLS, FLAT, CLIMBS = 0, 1, 2
SLOPE_BIT: Final = 3
GATE_BIT: Final = 5
CIVIL_BIT: Final = 9
CODES: Final = 1 << 10
ALL_LEVELS: Final = (1 << len(PreventionLevel)) - 1
_NO_HOURS: Final = 255
"""The wait of a node that does not say when it is open."""
MOST_WALKS: Final = 8
"""How many dates are kept at once."""
_CIVIL: Final = (Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRules:
    """A policy as tables in micro-nats: by type, hundredth of strength, type and days, wait, gate.

    `gate_levels` are the levels a gate is open for, as bits; `unknown_wait` counts quarter days.
    """

    digest: str
    type_cost: Costs
    strength_cost: Costs
    freshness_cost: Costs
    response_cost: Costs
    gate_cost: Costs
    gate_levels: Codes
    unverified_days: int
    older_than_holder_days: int
    unknown_wait: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFacts:
    """What one lane rests on and what its cost sums; the carriers' HOLDS links are -1 for none.

    `days` since the link was verified, or MISSING; `is_older_than_holder`: before a carrier's time.
    `parts` are the micro-nats of type, strength, freshness, response and gate.
    """

    link: int
    tail_hold: int
    head_hold: int
    days: int
    is_older_than_holder: bool
    parts: tuple[int, int, int, int, int]


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
    cost, code = _costs(snapshot, lanes, rules, day), _codes(snapshot, lanes, rules)
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


# ---- what lanes cost


def lane_facts(snapshot: Snapshot, walk: Walk, rules: LaneRules, lane: int) -> LaneFacts:
    """What one lane of a Walk rests on, `lane` in forward order: a few reads, no array is made."""
    lanes, links = lanes_of(snapshot), snapshot.links
    place = int(walk.lane[lane])
    link, head = int(lanes.link[place]), int(lanes.head[place])
    carriers = int(lanes.tail_hold[place]), int(lanes.head_hold[place])
    verified_on, link_type = int(links.verified_on[link]), int(links.type[link])
    days, age, is_older = MISSING, rules.unverified_days, False
    if verified_on != MISSING:
        days = age = max(walk.day - verified_on, 0)
        is_older = any(verified_on < int(links.valid_from[one]) for one in carriers if one >= 0)
        age = max(age, rules.older_than_holder_days) if is_older else age
    strength, wait = float(links.strength[link]), int(_waits(snapshot)[head])
    hundredths = round(strength * 100) if strength == strength else UNKNOWN_STRENGTH
    parts = (
        int(rules.type_cost[link_type]),
        int(rules.strength_cost[hundredths]),
        int(rules.freshness_cost[link_type, min(age, LAST_AGE)]),
        int(rules.response_cost[rules.unknown_wait if wait == _NO_HOURS else wait]),
        int(rules.gate_cost[links.gate[link]]),
    )
    return LaneFacts(
        link=link,
        tail_hold=carriers[0],
        head_hold=carriers[1],
        days=days,
        is_older_than_holder=is_older,
        parts=parts,
    )


def _costs(snapshot: Snapshot, lanes: Lanes, rules: LaneRules, day: int) -> Costs:
    """int32[Lanes]: what each costs on a day, those included that are not there."""
    links, freshness_cost = snapshot.links, rules.freshness_cost
    age = _ages(snapshot, rules, day)
    response = np.full(_NO_HOURS + 1, rules.response_cost[rules.unknown_wait])
    response[: LONGEST_WAIT + 1] = rules.response_cost
    cost = _link_costs(snapshot, rules, age)[lanes.link]
    cost += response[_waits(snapshot)][lanes.head]
    older = _older_than_holder(snapshot, lanes)
    link_type, age = links.type[lanes.link[older]], age[lanes.link[older]]
    aged = np.minimum(np.maximum(age, rules.older_than_holder_days), LAST_AGE)
    cost[older] += freshness_cost[link_type, aged] - freshness_cost[link_type, age]
    return 16 * cost + 1


def _link_costs(snapshot: Snapshot, rules: LaneRules, age: Days) -> Costs:
    """int32[links]: what type, strength, freshness and gate cost; no number where no path walks."""
    links = snapshot.links
    hundredths = np.full(len(links.ids), UNKNOWN_STRENGTH, np.uint8)
    np.rint(links.strength * 100, out=hundredths, where=~np.isnan(links.strength), casting="unsafe")
    gate_cost = np.zeros(NO_WORD + 1, np.int32)
    gate_cost[: len(rules.gate_cost)] = rules.gate_cost
    cost = (rules.type_cost[:, np.newaxis] + rules.freshness_cost).ravel()[
        links.type.astype(np.int32) * (LAST_AGE + 1) + age
    ]
    return cost + rules.strength_cost[hundredths] + gate_cost[links.gate]


def _ages(snapshot: Snapshot, rules: LaneRules, day: int) -> Days:
    """int32[links]: the days freshness is judged by, whoever carries a link."""
    verified_on = snapshot.links.verified_on
    age = np.where(verified_on == MISSING, rules.unverified_days, np.maximum(day - verified_on, 0))
    return np.minimum(age, LAST_AGE)


def _older_than_holder(snapshot: Snapshot, lanes: Lanes) -> NDArray[np.intp]:
    """The places of lanes whose link was last verified before a carrier's time."""
    links = snapshot.links
    carried = np.flatnonzero((lanes.tail_hold >= 0) | (lanes.head_hold >= 0))
    came = np.append(links.valid_from, MISSING)  # the last: -1
    came = np.maximum(came[lanes.tail_hold[carried]], came[lanes.head_hold[carried]])
    verified_on = links.verified_on[lanes.link[carried]]
    return carried[(verified_on != MISSING) & (verified_on < came)]


def _waits(snapshot: Snapshot) -> Codes:
    """uint8[nodes]: quarter days until each answers, a network at once, a post by its hours."""
    waits: Codes | None = snapshot.memo.get("waits")
    if waits is None:
        waits = np.full(len(snapshot.nodes.ids), _NO_HOURS, np.uint8)
        waits[snapshot.tables[Label.NETWORK].rows] = 0
        posts = snapshot.tables[Label.ACTOR]
        waits[posts.rows] = [_wait(str(hours)) for hours in posts.columns["hours"]]
        snapshot.memo["waits"] = waits
    return waits


def _wait(hours: str) -> int:
    return min(round(mean_wait_days(hours) * QUARTERS), LONGEST_WAIT) if hours else _NO_HOURS


def _codes(snapshot: Snapshot, lanes: Lanes, rules: LaneRules) -> NDArray[np.uint16]:
    nodes, links = snapshot.nodes, snapshot.links
    gate = links.gate[lanes.link].astype(np.uint16)
    levels = links.levels[lanes.link]
    levels = np.where(levels == 0, ALL_LEVELS, levels) & rules.gate_levels[gate]
    climb = nodes.height[lanes.tail].astype(np.int16) - nodes.height[lanes.head]
    slope = (np.sign(climb) + 1).astype(np.uint16)
    civil = np.isin(nodes.label, [label.code for label in _CIVIL]).astype(np.uint16)
    code = levels | slope << SLOPE_BIT | gate << GATE_BIT | civil[lanes.head] << CIVIL_BIT
    return code.astype(np.uint16)
