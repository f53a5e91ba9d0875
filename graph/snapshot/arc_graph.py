"""The arc graph of a date: which links a path may use, in which direction and at what cost.

An arc is a link in one direction (`arcs.py`), at a cost (`arc_costs.py`). The arc graphs of a
Snapshot are cached by date and policy, and passed on to the next Snapshot where they stay valid.

Source: paths.md §3.1, §3.4.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import reduce
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
from graph.snapshot.columns import Days, Rows, put
from graph.snapshot.field_types import MISSING
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import STALE_DAYS, Label

MOST_WALKS: Final = 8
"""How many arc graphs one Snapshot caches."""
MOST_LARGE_WALKS: Final = 2
"""The same for a graph of more than LARGE nodes, where one arc graph takes about 0.1 GB."""
LARGE: Final = 200_000
MOST_REPRICED: Final = 50
"""How many links of an arc graph are repriced one by one; above that, rebuilding is as cheap."""
_OF_NODES: Final = ("height", "valid_from", "valid_to")
_OF_LINKS: Final = ("type", "source", "target", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcGraph:
    """All arcs of a date in compressed sparse rows, independent of the caller.

    The arcs blocked for a caller are given by `View.shut`.

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


@dataclass(frozen=True, slots=True)
class _Kept:
    """A cached arc graph, and the links whose cost or code may have changed since it was built."""

    walk: ArcGraph
    changed: frozenset[int]


_Walks = dict[tuple[int, str], _Kept]


def arc_graph_on(snapshot: Snapshot, day: int, rules: ArcCostRules) -> ArcGraph:
    """Return the arc graph of a date, built once; a Snapshot caches the latest used. O(arcs)."""
    walks: _Walks = snapshot.memo.setdefault("walks", {})
    key = (day, rules.digest)
    kept = walks.pop(key, None)
    if kept is None:
        most = MOST_WALKS if len(snapshot.nodes.ids) <= LARGE else MOST_LARGE_WALKS
        for oldest in list(walks)[: max(0, len(walks) - most + 1)]:
            walks.pop(oldest, None)
        kept = _Kept(_walk(snapshot, day, rules), frozenset())
    elif kept.changed:
        kept = _Kept(_repriced(snapshot, kept.walk, rules, kept.changed), frozenset())
    walks[key] = kept  # at the end of the eviction order
    return kept.walk


def hand_on(old: Snapshot, new: Snapshot, changed: Rows) -> None:
    """Pass the Arcs and arc graphs of a Snapshot to its successor where they are still valid.

    `changed` are links whose fields may differ: their arcs are repriced when an arc graph is next
    requested. If nodes or links were added, or a date, an end, a height or a post's hours changed,
    nothing is passed on and everything is rebuilt.
    """
    hours = [one.tables[Label.ACTOR].columns["hours"] for one in (old, new)]
    is_waiting = hours[0] is hours[1] and old.nodes.label is new.nodes.label
    if is_waiting and "waits" in old.memo:
        new.memo["waits"] = old.memo["waits"]
    is_kept = is_waiting and _are_shared(old.nodes, new.nodes, _OF_NODES)
    if not is_kept or not _are_shared(old.links, new.links, _OF_LINKS):
        return
    if "arcs" in old.memo:
        new.memo["arcs"] = old.memo["arcs"]
    walks: _Walks = dict(old.memo.get("walks", {}))
    links = frozenset[int](changed.tolist())
    kept = {key: _Kept(one.walk, one.changed | links) for key, one in walks.items()}
    new.memo["walks"] = {key: one for key, one in kept.items() if len(one.changed) <= MOST_REPRICED}


def _are_shared(old: object, new: object, names: Iterable[str]) -> bool:
    return all(getattr(old, name) is getattr(new, name) for name in names)


def _repriced(
    snapshot: Snapshot, walk: ArcGraph, rules: ArcCostRules, changed: frozenset[int]
) -> ArcGraph:
    """Return the arc graph with the arcs of some links repriced; all else is shared."""
    arcs = arcs_of(snapshot)
    # Few links: comparing with each in turn takes a tenth of the time of a table of all links.
    places = np.flatnonzero(reduce(np.logical_or, (arcs.link == link for link in changed)))
    there = (arcs.valid_from[places] <= walk.day) & (walk.day < arcs.valid_to[places])
    places = places[there]
    facts = (facts_on(snapshot, rules, place, walk.day) for place in places.tolist())
    cost = np.array([16 * sum(one.parts) + 1 for one in facts], np.int32)
    code = codes_of(snapshot, rules, places)
    arc = np.searchsorted(walk.arc, places.astype(np.int32))  # another dtype would copy walk.arc
    heads: list[int] = walk.head[arc].tolist()
    back = np.array(
        [_back(walk, *one) for one in zip(heads, places.tolist(), strict=True)], np.intp
    )
    return replace(
        walk,
        cost=put(walk.cost, arc, cost),
        code=put(walk.code, arc, code),
        back_cost=put(walk.back_cost, back, cost),
        back_code=put(walk.back_code, back, code),
    )


def _back(walk: ArcGraph, head: int, place: int) -> int:
    """Return the position of one of the Snapshot's arcs in backward order."""
    start = int(walk.back_start[head])
    return start + walk.back_arc[start : walk.back_start[head + 1]].tolist().index(place)


def _walk(snapshot: Snapshot, day: int, rules: ArcCostRules) -> ArcGraph:
    """Build an arc graph: filter by validity, look up costs, compress; nothing is sorted."""
    nodes, arcs = snapshot.nodes, arcs_of(snapshot)
    stands = np.isin(nodes.label, [label.code for label in STANDS])
    row = np.flatnonzero(stands & (nodes.valid_from <= day) & (day < nodes.valid_to))
    number = np.full(len(stands), -1, np.int32)
    number[row] = np.arange(len(row), dtype=np.int32)
    is_live = (arcs.valid_from <= day) & (day < arcs.valid_to)
    arc = np.flatnonzero(is_live).astype(np.int32)
    back = arcs.back[is_live[arcs.back]]
    cost, code = costs_on(snapshot, rules, day), codes_of(snapshot, rules)
    walk = ArcGraph(
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
    for one in (getattr(walk, field.name) for field in fields(walk)):
        if isinstance(one, np.ndarray):
            one.flags.writeable = False
    return walk


def _starts(ends: Rows, row: NDArray[np.intp], count: int) -> Rows:
    """Return the offsets at which the arcs of each node begin, sorted by one of their ends."""
    start = np.zeros(len(row) + 1, np.int32)
    np.cumsum(np.bincount(ends, minlength=count)[row], out=start[1:])
    return start


def arc_facts(snapshot: Snapshot, walk: ArcGraph, rules: ArcCostRules, arc: int) -> ArcFacts:
    """Return the facts of one arc of an arc graph, `arc` in forward order; takes microseconds."""
    return facts_on(snapshot, rules, int(walk.arc[arc]), walk.day)


def arc_links(snapshot: Snapshot, walk: ArcGraph) -> Rows:
    """Return the link of each arc, int32[arcs], in forward order."""
    return arcs_of(snapshot).link[walk.arc]


def arc_carriers(snapshot: Snapshot, walk: ArcGraph) -> Rows:
    """Return the people who carry each arc at its tail and head, int32[2, arcs]; -1 for none."""
    # The last entry serves index -1: no carrier.
    arcs, people = arcs_of(snapshot), np.append(snapshot.links.source, -1)
    return np.stack([people[arcs.tail_hold[walk.arc]], people[arcs.head_hold[walk.arc]]])


def blocked_arcs(
    snapshot: Snapshot, walk: ArcGraph, open_links: Flags, absent: Flags
) -> tuple[Flags, Flags]:
    """Return the arcs a caller may not use, bool[arcs], in forward and in backward order.

    The link or a carrier is hidden from the caller, or a carrier is known to be absent.
    """
    arcs = arcs_of(snapshot)
    # The last entry serves index -1: no carrier.
    is_gone = np.append(~open_links | absent[snapshot.links.source], False)
    shut = ~open_links[arcs.link] | is_gone[arcs.tail_hold] | is_gone[arcs.head_hold]
    return shut[walk.arc], shut[walk.back_arc]


def old_arcs(snapshot: Snapshot, walk: ArcGraph) -> tuple[Flags, Flags]:
    """Return the arcs whose link was verified more than STALE_DAYS before the date, or never.

    bool[arcs], in forward and in backward order.
    """
    verified_on = snapshot.links.verified_on
    is_old = (verified_on == MISSING) | (walk.day - verified_on > STALE_DAYS)
    old = is_old[arcs_of(snapshot).link]
    return old[walk.arc], old[walk.back_arc]


def tails(walk: ArcGraph) -> Rows:
    """Return the tail node of each arc, int32[arcs], in forward order."""
    return np.repeat(np.arange(len(walk.row), dtype=np.int32), np.diff(walk.start))


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
