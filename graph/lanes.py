"""Which links may be walked on a date, in which direction, and what each costs for itself.

A lane is a link in one direction (`lane_ends.py`). Source: paths.md §1.7, §3.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from graph.columns import Codes, Days, Rows
from graph.lane_ends import Ends, Flags, ends_of
from graph.model.hours import mean_wait_days
from graph.snapshot import Snapshot
from graph.tables import MISSING
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
MOST_WALKS: Final = 8
"""How many dates are kept at once."""
_STANDS: Final = (Label.NETWORK, Label.ACTOR, Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION)
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
    from it. Lanes are sorted by tail, head, cost, link; v's are `start[v]` to `start[v + 1]`.
    `cost` is 16 * micro-nats + 1, so that it counts hops too; `parts` (5 rows: type, strength,
    freshness, response, gate) is what it sums. `code` holds levels, slope, gate and a civil head
    in bits 0-2, 3-4, 5-8 and 9. `holds` are the HOLDS links of the carriers at tail and head, or
    -1; `days` since the link was verified, or MISSING.
    """

    row: Rows
    number: Rows
    start: Rows
    tail: Rows
    head: Rows
    cost: Costs
    parts: NDArray[np.int32]
    code: NDArray[np.uint16]
    link: Rows
    holds: NDArray[np.int32]
    days: Days
    is_older_than_holder: Flags


def walk_on(snapshot: Snapshot, day: int, rules: LaneRules) -> Walk:
    """The Walk of a date, made once; a Snapshot keeps the last few. O(lanes log lanes)."""
    walks: dict[tuple[int, str], Walk] = snapshot.memo.setdefault("walks", {})
    key = (day, rules.digest)
    walk = walks.get(key)
    if walk is None:
        for oldest in list(walks)[: max(0, len(walks) - MOST_WALKS + 1)]:
            walks.pop(oldest, None)
        walk = walks[key] = _walk(snapshot, day, rules)
    return walk


def _walk(snapshot: Snapshot, day: int, rules: LaneRules) -> Walk:
    valid = (snapshot.nodes.valid_from <= day) & (day < snapshot.nodes.valid_to)
    ends = ends_of(snapshot, day, valid)
    days, is_older = _days(snapshot, ends, day)
    parts = _parts(snapshot, ends, rules, _age(days, is_older, rules))
    cost = 16 * parts.sum(axis=0, dtype=np.int32) + 1
    order = np.lexsort(
        (ends.head_hold, ends.tail_hold, ends.link, cost, ends.head, ends.tail)
    )  # fmt: skip
    row = np.flatnonzero(
        valid & np.isin(snapshot.nodes.label, [label.code for label in _STANDS])
    ).astype(np.int32)
    number = np.full(len(valid), -1, np.int32)
    number[row] = np.arange(len(row), dtype=np.int32)
    tail = number[ends.tail[order]]
    walk = Walk(
        row=row,
        number=number,
        start=np.searchsorted(tail, np.arange(len(row) + 1)).astype(np.int32),
        tail=tail,
        head=number[ends.head[order]],
        cost=cost[order],
        parts=parts[:, order],
        code=_codes(snapshot, ends, rules)[order],
        link=ends.link[order],
        holds=np.stack((ends.tail_hold[order], ends.head_hold[order])),
        days=days[order],
        is_older_than_holder=is_older[order],
    )
    for name in Walk.__slots__:
        getattr(walk, name).flags.writeable = False
    return walk


def shut_lanes(snapshot: Snapshot, walk: Walk, open_links: Flags, absent: Flags) -> Flags:
    """The lanes not for a caller: the link or a carrier is hidden, or a carrier is known absent."""
    shut = ~open_links[walk.link]
    for holds in walk.holds:
        carried = holds >= 0
        gone = ~open_links[holds] | absent[snapshot.links.source[holds]]
        shut |= carried & gone
    return shut


def is_new_pair(walk: Walk, lanes: NDArray[np.intp]) -> Flags:
    """bool[lanes]: the first of some rising lane numbers between its tail and its head."""
    tail, head = walk.tail[lanes], walk.head[lanes]
    is_new = np.ones(len(lanes), np.bool_)
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


def _days(snapshot: Snapshot, ends: Ends, day: int) -> tuple[Days, Flags]:
    """Days since each link was verified (or MISSING), and: was that before a carrier's time?"""
    links = snapshot.links
    verified_on = links.verified_on[ends.link]
    known = verified_on != MISSING
    is_older = np.zeros(len(verified_on), np.bool_)
    for holds in (ends.tail_hold, ends.head_hold):
        is_older |= (holds >= 0) & known & (verified_on < links.valid_from[holds])
    days = np.where(known, np.maximum(day - verified_on.astype(np.int64), 0), MISSING)
    return days.astype(np.int32), is_older


def _age(days: Days, is_older: Flags, rules: LaneRules) -> Days:
    """The days freshness is judged by."""
    age = np.where(days == MISSING, rules.unverified_days, days)
    age = np.where(is_older, np.maximum(age, rules.older_than_holder_days), age)
    return np.minimum(age, LAST_AGE).astype(np.int32)


def _parts(snapshot: Snapshot, ends: Ends, rules: LaneRules, age: Days) -> NDArray[np.int32]:
    links = snapshot.links
    link_type, strength = links.type[ends.link], links.strength[ends.link]
    is_unknown = np.isnan(strength)
    hundredths = np.rint(np.where(is_unknown, 0, strength) * 100).astype(np.int32)
    return np.stack(
        (
            rules.type_cost[link_type],
            rules.strength_cost[np.where(is_unknown, UNKNOWN_STRENGTH, hundredths)],
            rules.freshness_cost[link_type, age],
            rules.response_cost[_waits(snapshot, rules)[ends.head]],
            rules.gate_cost[links.gate[ends.link]],
        )
    )


def _waits(snapshot: Snapshot, rules: LaneRules) -> Codes:
    """Quarter days until a node answers: a network's at once, a post's by its hours."""
    waits = np.full(len(snapshot.nodes.ids), rules.unknown_wait, np.uint8)
    waits[snapshot.tables[Label.NETWORK].rows] = 0
    posts = snapshot.tables[Label.ACTOR]
    waits[posts.rows] = _post_waits(cast("tuple[str, ...]", posts.columns["hours"]), rules)
    return waits


def _post_waits(all_hours: Iterable[str], rules: LaneRules) -> list[int]:
    return [
        min(round(mean_wait_days(hours) * QUARTERS), LONGEST_WAIT) if hours else rules.unknown_wait
        for hours in all_hours
    ]


def _codes(snapshot: Snapshot, ends: Ends, rules: LaneRules) -> NDArray[np.uint16]:
    nodes, links = snapshot.nodes, snapshot.links
    gate = links.gate[ends.link].astype(np.uint16)
    levels = np.where(links.levels[ends.link] == 0, ALL_LEVELS, links.levels[ends.link])
    levels = levels & rules.gate_levels[gate]
    climb = nodes.height[ends.tail].astype(np.int16) - nodes.height[ends.head]
    slope = (np.sign(climb) + 1).astype(np.uint16)
    civil = np.isin(nodes.label[ends.head], [label.code for label in _CIVIL]).astype(np.uint16)
    code = levels | slope << SLOPE_BIT | gate << GATE_BIT | civil << CIVIL_BIT
    return code.astype(np.uint16)
