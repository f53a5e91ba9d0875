"""Directed arcs of the links, and the graph of those that may be traversed on a date.

KNOWS is lifted from two people to the posts they hold, DOOR_OPENER_FOR has an arc for each holder
of the opener's post. A civilian is entered over a door opener alone. Source: paths.md §1.3.

An arc is a link in one direction (`arc_ends.py`), at a cost (`arc_costs.py`). Source: paths.md
§3.1, §3.4.
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
from graph.snapshot.columns import TYPES, Adjacency, Days, Rows, adjacency, order_by, put
from graph.snapshot.field_types import MISSING
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import STALE_DAYS, Label, LinkType, PathUse

Flags = NDArray[np.bool_]
STANDS: Final = (Label.NETWORK, Label.ACTOR, Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION)
"""What a path may stand on."""
_CARRIED: Final = (LinkType.KNOWS, LinkType.DOOR_OPENER_FOR)
_DAYS: Final = np.iinfo(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arcs:
    """All arcs of all dates, sorted by tail, head, link and carriers; rows of the Snapshot.

    `tail_hold` and `head_hold` are the HOLDS links of those who carry an arc, or -1. An arc is
    there from `valid_from` until before `valid_to`: as long as its link, both of that one's ends,
    and the seats and persons of its carriers. `back` puts the arcs in order of head, tail, link
    and carriers.
    """

    link: Rows
    tail: Rows
    head: Rows
    tail_hold: Rows
    head_hold: Rows
    valid_from: Days
    valid_to: Days
    back: Rows


@dataclass(frozen=True, slots=True)
class _Ends:
    """Arcs before they are sorted."""

    link: Rows
    tail: Rows
    head: Rows
    tail_hold: Rows
    head_hold: Rows

    def back(self) -> "_Ends":
        """The same arcs the other way."""
        return _Ends(self.link, self.head, self.tail, self.head_hold, self.tail_hold)

    def those(self, chosen: Flags | NDArray[np.intp]) -> "_Ends":
        """Some of them, or all in another order."""
        return _Ends(*(getattr(self, name)[chosen] for name in self.__slots__))


def arcs_of(snapshot: Snapshot) -> Arcs:
    """The arcs of a Snapshot, made once. O(arcs log arcs)."""
    arcs: Arcs | None = snapshot.memo.get("lanes")
    if arcs is None:
        arcs = snapshot.memo["lanes"] = _arcs(snapshot)
    return arcs


def _arcs(snapshot: Snapshot) -> Arcs:
    ends = _ends(snapshot)
    stands = np.isin(snapshot.nodes.label, [label.code for label in STANDS])
    start, end = _validity(snapshot, ends)
    chosen = np.flatnonzero((start < end) & stands[ends.tail] & stands[ends.head])
    those = ends.those(chosen)
    order = chosen[order_by(those.head_hold, those.tail_hold, those.link, those.head, those.tail)]
    ends = ends.those(order)
    arcs = Arcs(
        link=ends.link,
        tail=ends.tail,
        head=ends.head,
        tail_hold=ends.tail_hold,
        head_hold=ends.head_hold,
        valid_from=start[order],
        valid_to=end[order],
        back=order_by(ends.head),
    )
    for name in Arcs.__slots__:
        getattr(arcs, name).flags.writeable = False
    return arcs


def _ends(snapshot: Snapshot) -> _Ends:
    """Plain links, acquaintances, opened doors: whatever the dates say."""
    holds = _rows(snapshot.links.type == LinkType.HOLDS.code)
    both, known = _plain(snapshot, PathUse.BOTH), _known(snapshot, holds)
    return _joined(
        both, both.back(), _plain(snapshot, PathUse.FORWARD),
        known, known.back(), _opened(snapshot, holds),
    )  # fmt: skip


def _validity(snapshot: Snapshot, ends: _Ends) -> tuple[Days, Days]:
    """From and until when all an arc rests on is there; no carrier (-1) is there for good."""
    nodes, links = snapshot.nodes, snapshot.links
    start, end = np.append(links.valid_from, _DAYS.min), np.append(links.valid_to, _DAYS.max)
    for rows in (links.source, links.target):
        np.maximum(start[:-1], nodes.valid_from[rows], out=start[:-1])
        np.minimum(end[:-1], nodes.valid_to[rows], out=end[:-1])
    on = (ends.link, ends.tail_hold, ends.head_hold)
    return (
        np.maximum(np.maximum(start[on[0]], start[on[1]]), start[on[2]]),
        np.minimum(np.minimum(end[on[0]], end[on[1]]), end[on[2]]),
    )


def _plain(snapshot: Snapshot, use: PathUse) -> _Ends:
    """Links that are a hop as they stand; of memberships those of posts alone (domain.md §4)."""
    links = snapshot.links
    types = [what.code for what in TYPES if what.use is use and what not in _CARRIED]
    is_post = snapshot.nodes.label[links.source] == Label.ACTOR.code
    rows = _rows(np.isin(links.type, types) & (is_post | (links.type != LinkType.MEMBER_OF.code)))
    none = np.full(len(rows), -1, np.int32)
    return _Ends(rows, links.source[rows], links.target[rows], none, none)


def _known(snapshot: Snapshot, holds: Rows) -> _Ends:
    """An acquaintance from each post its one end holds to each post its other end holds."""
    links = snapshot.links
    rows = _rows(links.type == LinkType.KNOWS.code)
    held = adjacency(links.source[holds], len(snapshot.nodes.ids))
    first, one = _matches(links.source[rows], held)
    second, other = _matches(links.target[rows][first], held)
    one, other = holds[one][second], holds[other]
    ends = _Ends(rows[first][second], links.target[one], links.target[other], one, other)
    return ends.those(ends.tail != ends.head)


def _opened(snapshot: Snapshot, holds: Rows) -> _Ends:
    """A door opened by each holder of the opener's post; no deputy inherits it."""
    links = snapshot.links
    rows = _rows(links.type == LinkType.DOOR_OPENER_FOR.code)
    held = adjacency(links.target[holds], len(snapshot.nodes.ids))
    which, one = _matches(links.source[rows], held)
    rows, hold = rows[which], holds[one]
    none = np.full(len(rows), -1, np.int32)
    return _Ends(rows, links.source[rows], links.target[rows], hold, none)


def _matches(nodes: Rows, held: Adjacency) -> tuple[Rows, Rows]:
    """All pairs of a place among some nodes and a place among the seats held at that node."""
    first, count = held.start[nodes], np.diff(held.start)[nodes]
    place = np.repeat(np.arange(len(nodes), dtype=np.int32), count)
    within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    return place, held.links[first[place] + within]


def _joined(*several: _Ends) -> _Ends:
    return _Ends(
        *(np.concatenate([getattr(ends, name) for ends in several]) for name in _Ends.__slots__)
    )


def _rows(chosen: Flags) -> Rows:
    return np.flatnonzero(chosen).astype(np.int32)


MOST_WALKS: Final = 8
"""How many dates are kept at once ..."""
MOST_LARGE_WALKS: Final = 2
"""... and of a graph of more than LARGE nodes, where a Walk takes a tenth of a gigabyte."""
LARGE: Final = 200_000
MOST_REPRICED: Final = 50
"""How many links of a Walk are priced anew one by one; above, a new Walk costs no more."""
_OF_NODES: Final = ("height", "valid_from", "valid_to")
_OF_LINKS: Final = ("type", "source", "target", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcGraph:
    """All arcs of a date, whoever asks; a caller's rights are `View.shut`.

    Nodes are numbered densely in order of id: `row` leads to the Snapshot, `number` (-1: none)
    from it. The arcs that leave v are `start[v]` to `start[v + 1]` of `head`, `cost`, `code`;
    those that lead to it are `back_start[v]` to `back_start[v + 1]` of `tail`, `back_cost`,
    `back_code`. Parallels stand side by side in order of link and carriers. `arc` and
    `back_arc` are places in the Snapshot's Arcs.

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
    arc: Rows
    back_start: Rows
    tail: Rows
    back_cost: Costs
    back_code: NDArray[np.uint16]
    back_arc: Rows


@dataclass(frozen=True, slots=True)
class _Kept:
    """A Walk, and the links whose cost or code may be another since it was made."""

    walk: ArcGraph
    changed: frozenset[int]


_Walks = dict[tuple[int, str], _Kept]


def arc_graph_on(snapshot: Snapshot, day: int, rules: ArcCostRules) -> ArcGraph:
    """The Walk of a date, made once; a Snapshot keeps those asked for last. O(arcs)."""
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
    walks[key] = kept  # last in the order in which they will go
    return kept.walk


def hand_on(old: Snapshot, new: Snapshot, changed: Rows) -> None:
    """Gives a Snapshot the Arcs and Walks of the one it came of, where they still hold.

    `changed` are links whose fields may be others: a Walk is priced anew there when it is asked
    for. Where nodes or links have come, or a date, an end, a height or the hours of a post are
    others, all is left to be made anew.
    """
    hours = [one.tables[Label.ACTOR].columns["hours"] for one in (old, new)]
    is_waiting = hours[0] is hours[1] and old.nodes.label is new.nodes.label
    if is_waiting and "waits" in old.memo:
        new.memo["waits"] = old.memo["waits"]
    is_kept = is_waiting and _are_shared(old.nodes, new.nodes, _OF_NODES)
    if not is_kept or not _are_shared(old.links, new.links, _OF_LINKS):
        return
    if "lanes" in old.memo:
        new.memo["lanes"] = old.memo["lanes"]
    walks: _Walks = dict(old.memo.get("walks", {}))
    links = frozenset[int](changed.tolist())
    kept = {key: _Kept(one.walk, one.changed | links) for key, one in walks.items()}
    new.memo["walks"] = {key: one for key, one in kept.items() if len(one.changed) <= MOST_REPRICED}


def _are_shared(old: object, new: object, names: Iterable[str]) -> bool:
    return all(getattr(old, name) is getattr(new, name) for name in names)


def _repriced(
    snapshot: Snapshot, walk: ArcGraph, rules: ArcCostRules, changed: frozenset[int]
) -> ArcGraph:
    """The Walk with cost and code of the arcs of some links anew; what is the same is shared."""
    arcs = arcs_of(snapshot)
    # Few links: to compare with one after the other takes a tenth of a table of all of them.
    places = np.flatnonzero(reduce(np.logical_or, (arcs.link == link for link in changed)))
    there = (arcs.valid_from[places] <= walk.day) & (walk.day < arcs.valid_to[places])
    places = places[there]
    facts = (facts_on(snapshot, rules, place, walk.day) for place in places.tolist())
    cost = np.array([16 * sum(one.parts) + 1 for one in facts], np.int32)
    code = codes_of(snapshot, rules, places)
    arc = np.searchsorted(walk.arc, places.astype(np.int32))  # of another type it copies all
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
    """Where one of the Snapshot's arcs stands in backward order."""
    start = int(walk.back_start[head])
    return start + walk.back_arc[start : walk.back_start[head + 1]].tolist().index(place)


def _walk(snapshot: Snapshot, day: int, rules: ArcCostRules) -> ArcGraph:
    """A mask by validity, a table read, a compress: never a sort."""
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
    """Where the arcs of each node begin, sorted by one of their ends."""
    start = np.zeros(len(row) + 1, np.int32)
    np.cumsum(np.bincount(ends, minlength=count)[row], out=start[1:])
    return start


def arc_facts(snapshot: Snapshot, walk: ArcGraph, rules: ArcCostRules, arc: int) -> ArcFacts:
    """What one arc of a Walk rests on, `arc` in forward order; costs microseconds."""
    return facts_on(snapshot, rules, int(walk.arc[arc]), walk.day)


def arc_links(snapshot: Snapshot, walk: ArcGraph) -> Rows:
    """int32[arcs]: the link each arc of a Walk rests on, in forward order."""
    return arcs_of(snapshot).link[walk.arc]


def arc_carriers(snapshot: Snapshot, walk: ArcGraph) -> Rows:
    """int32[2, arcs]: who carries each arc of a Walk at its tail and head, -1: nobody."""
    arcs, people = arcs_of(snapshot), np.append(snapshot.links.source, -1)  # the last: -1
    return np.stack([people[arcs.tail_hold[walk.arc]], people[arcs.head_hold[walk.arc]]])


def blocked_arcs(
    snapshot: Snapshot, walk: ArcGraph, open_links: Flags, absent: Flags
) -> tuple[Flags, Flags]:
    """The arcs not for a caller: the link or a carrier is hidden, or a carrier is known absent.

    In forward and in backward order.
    """
    arcs = arcs_of(snapshot)
    is_gone = np.append(~open_links | absent[snapshot.links.source], False)  # the last: -1
    shut = ~open_links[arcs.link] | is_gone[arcs.tail_hold] | is_gone[arcs.head_hold]
    return shut[walk.arc], shut[walk.back_arc]


def old_arcs(snapshot: Snapshot, walk: ArcGraph) -> tuple[Flags, Flags]:
    """The arcs whose link was verified more than a year before the date, or never.

    In forward and in backward order.
    """
    verified_on = snapshot.links.verified_on
    is_old = (verified_on == MISSING) | (walk.day - verified_on > STALE_DAYS)
    old = is_old[arcs_of(snapshot).link]
    return old[walk.arc], old[walk.back_arc]


def tails(walk: ArcGraph) -> Rows:
    """int32[arcs]: the node each arc leaves."""
    return np.repeat(np.arange(len(walk.row), dtype=np.int32), np.diff(walk.start))


def is_new_pair(tail: Rows, head: Rows) -> Flags:
    """bool[arcs]: the first of some arcs, sorted by their ends, between these two ends."""
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
