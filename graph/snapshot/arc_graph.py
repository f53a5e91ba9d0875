"""The arc graph of a date: which links a path may use, in which direction and at what cost.

An arc is a link in one direction (`arcs.py`), at a cost (`arc_costs.py`). A Snapshot caches its arc
graphs by date and policy.
"""

from dataclasses import dataclass, fields
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from graph.snapshot.arc_costs import (
    ArcCostRules,
    ArcFacts,
    Costs,
    codes_of,
    costs_on,
    facts_on,
)  # fmt: skip
from graph.snapshot.arcs import STANDS, Flags, arcs_of
from graph.snapshot.columns import Days, Rows
from graph.snapshot.field_types import MISSING
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import STALE_DAYS, Label

MOST_CACHED: Final = 8
"""The number of arc graphs that one Snapshot caches."""
MOST_CACHED_LARGE: Final = 2
"""The number for a graph of more than LARGE nodes, where one arc graph takes about 0.1 GB."""
LARGE: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcGraph:
    """All arcs of a date in compressed sparse rows, independent of the caller.

    The arcs blocked for a caller are given by `View.blocked_arcs`.

    Nodes are numbered densely in order of id: `row` maps them to rows of the Snapshot, `number`
    maps rows back (-1: none). The arcs that leave v are `start[v]` to `start[v + 1]` of `head`,
    `cost`, `code`; those that enter it are `back_start[v]` to `back_start[v + 1]` of `tail`,
    `back_cost`, `back_code`. Parallel arcs are adjacent, in order of link and carriers. `arc` and
    `back_arc` are positions in the Snapshot's Arcs.

    `cost` is 16 * micro-nats + 1, so that it counts hops too. `code` holds levels, slope, gate and
    whether the head is civil in bits 0-2, 3-4, 5-8 and 9.
    """

    day: int
    row: Rows
    number: Rows
    start: Rows
    head: Rows
    cost: Costs
    code: NDArray[np.uint16]
    arc: Rows
    back_start: Rows
    tail: Rows
    back_cost: Costs
    back_code: NDArray[np.uint16]
    back_arc: Rows


def arc_graph_on(snapshot: Snapshot, day: int, rules: ArcCostRules) -> ArcGraph:
    """Return the arc graph of a date, built once; a Snapshot caches the latest used. O(arcs)."""
    cached: dict[tuple[int, str], ArcGraph] = snapshot.memo.setdefault("arc graphs", {})
    key = (day, rules.digest)
    graph = cached.pop(key, None)
    if graph is not None:
        cached[key] = graph  # at the end of the eviction order
        return graph
    most = MOST_CACHED if len(snapshot.nodes.ids) <= LARGE else MOST_CACHED_LARGE
    for oldest in list(cached)[: max(0, len(cached) - most + 1)]:
        cached.pop(oldest, None)
    # Filter by validity, look up costs, compress; nothing is sorted.
    nodes, arcs = snapshot.nodes, arcs_of(snapshot)
    stands = np.isin(nodes.label, [label.code for label in STANDS])
    row = np.flatnonzero(stands & (nodes.valid_from <= day) & (day < nodes.valid_to))
    number = np.full(len(stands), -1, np.int32)
    number[row] = np.arange(len(row), dtype=np.int32)
    is_live = (arcs.valid_from <= day) & (day < arcs.valid_to)
    arc = np.flatnonzero(is_live).astype(np.int32)
    back = arcs.back[is_live[arcs.back]]
    cost, code = costs_on(snapshot, rules, day), codes_of(snapshot, rules)
    graph = ArcGraph(
        day=day,
        row=row.astype(np.int32),
        number=number,
        start=_starts(arcs.tail[arc], row, len(stands)),
        head=number[arcs.head[arc]],
        cost=cost[arc],
        code=code[arc],
        arc=arc,
        back_start=_starts(arcs.head[arc], row, len(stands)),
        tail=number[arcs.tail[back]],
        back_cost=cost[back],
        back_code=code[back],
        back_arc=back,
    )
    for field in fields(graph):
        if isinstance(array := getattr(graph, field.name), np.ndarray):
            array.flags.writeable = False
    cached[key] = graph
    return graph


def _starts(ends: Rows, row: NDArray[np.intp], count: int) -> Rows:
    """Return the offsets at which the arcs of each node begin, sorted by one of their ends."""
    start = np.zeros(len(row) + 1, np.int32)
    np.cumsum(np.bincount(ends, minlength=count)[row], out=start[1:])
    return start


def arc_facts(snapshot: Snapshot, graph: ArcGraph, rules: ArcCostRules, arc: int) -> ArcFacts:
    """Return the facts of one arc of an arc graph, `arc` in forward order; takes microseconds."""
    return facts_on(snapshot, rules, int(graph.arc[arc]), graph.day)


def arc_links(snapshot: Snapshot, graph: ArcGraph) -> Rows:
    """Return the link of each arc, int32[arcs], in forward order."""
    return arcs_of(snapshot).link[graph.arc]


def arc_carriers(snapshot: Snapshot, graph: ArcGraph) -> Rows:
    """Return the people who carry each arc at its tail and head, int32[2, arcs]; -1 for none."""
    # The last entry serves index -1: no carrier.
    arcs, people = arcs_of(snapshot), np.append(snapshot.links.source, -1)
    return np.stack([people[arcs.tail_hold[graph.arc]], people[arcs.head_hold[graph.arc]]])


def blocked_arcs(
    snapshot: Snapshot, graph: ArcGraph, open_links: Flags, absent: Flags
) -> tuple[Flags, Flags]:
    """Return the arcs a caller may not use, bool[arcs], in forward and in backward order.

    The link or a carrier is hidden from the caller, or a carrier is known to be absent.
    """
    arcs = arcs_of(snapshot)
    # The last entry serves index -1: no carrier.
    is_gone = np.append(~open_links | absent[snapshot.links.source], False)
    blocked = ~open_links[arcs.link] | is_gone[arcs.tail_hold] | is_gone[arcs.head_hold]
    return blocked[graph.arc], blocked[graph.back_arc]


def old_arcs(snapshot: Snapshot, graph: ArcGraph) -> tuple[Flags, Flags]:
    """Return the arcs whose link was verified more than STALE_DAYS before the date, or never.

    bool[arcs], in forward and in backward order.
    """
    verified_on = snapshot.links.verified_on
    is_old = (verified_on == MISSING) | (graph.day - verified_on > STALE_DAYS)
    old = is_old[arcs_of(snapshot).link]
    return old[graph.arc], old[graph.back_arc]


def tails(graph: ArcGraph) -> Rows:
    """Return the tail node of each arc, int32[arcs], in forward order."""
    return np.repeat(np.arange(len(graph.row), dtype=np.int32), np.diff(graph.start))


def is_new_pair(tail: Rows, head: Rows) -> Flags:
    """Mark the first arc of each pair of ends, bool[arcs], among arcs sorted by their ends."""
    is_new = np.ones(len(tail), np.bool_)
    is_new[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return is_new


def absent_people(snapshot: Snapshot, day: int) -> Flags:
    """Return the people who are absent on a date, bool[nodes]."""
    table = snapshot.tables[Label.PERSON]
    start, end = (cast("Days", table.columns[name]) for name in ("absent_from", "absent_to"))
    absent = np.zeros(len(snapshot.nodes.ids), np.bool_)
    absent[table.rows] = (start != MISSING) & (start <= day) & (day < end)
    return absent
