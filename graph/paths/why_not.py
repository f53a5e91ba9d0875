"""Why no listed path goes through a node, and which nodes the crossing rules exclude.

Hidden, unknown and unreachable nodes give the same result; but for a visible node the result states
whether a search was cut off. Source: docs/paths.md, "No path".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import Obstacle, Relaxed
from graph.paths.contacts import ContactSearch
from graph.paths.ends import search_request
from graph.paths.kernel.caller_graph import caller_graph_of
from graph.paths.kernel.request import MAX_HOPS, SearchPath, SearchResult, interior, is_alike
from graph.paths.need import Need
from graph.paths.policy import Policy
from graph.paths.relaxation import RelaxableSearch, relaxations, search_of
from graph.paths.resolve import CLOSED_COST, node_ref
from graph.vocabulary import Label, Trigger

_MOST_VIA: Final = 2  # of a need, and so of a search
_BEFORE: Final[Mapping[Relaxed, Obstacle]] = {
    Relaxed.MATTER: Obstacle.GATE,
    Relaxed.GATE: Obstacle.GATE,
    Relaxed.LEVEL: Obstacle.LEVEL,
    Relaxed.MAX_HOPS: Obstacle.TOO_FAR,
}
"""Terms that are relaxed before the test whether anyone answers."""
_AFTER: Final[Mapping[Relaxed, Obstacle]] = {
    Relaxed.DIRECTION: Obstacle.DIRECTION,
    Relaxed.VIA: Obstacle.VIA,
    Relaxed.AVOID: Obstacle.AVOIDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why no listed path goes through a node; the name of a hidden node is unknown.

    If it is on no listed path, the paths to the first contact that has any are considered. `path`:
    the number of the path it is on (GIVEN) or overlaps with (OVERLAP). `cost` and `hops`: of the
    best path through it, which the need does not allow unless the obstacle is one of GIVEN, OVERLAP
    and DEARER; with TOO_FAR, of the shortest, all its links counted. `best` is the cost of path 1,
    `most_hops` the limit. `term`: the term relaxed to find that path. `proved`: no search on which
    the result depends was cut off.
    """

    node: NodeRef
    obstacle: Obstacle
    path: int | None = None
    cost: int | None = None
    hops: int | None = None
    best: int | None = None
    most_hops: int | None = None
    term: Relaxed | None = None
    proved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecordingSearch(RelaxableSearch):
    """The search for the first contact with a path, and the paths the answer lists.

    It records whether it, or a search derived from it, was cut off.
    """

    listed_paths: tuple[SearchPath, ...]
    cut_off: set[bool]

    def search_again(self, **terms: Any) -> SearchResult:
        result = RelaxableSearch.search_again(self, **terms)
        self.cut_off.add(result.is_cut_off)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedNode:
    """A node excluded by a crossing rule, HUB or ENDS; `cost` of the path through it."""

    node: NodeRef
    obstacle: Obstacle
    cost: int


def why_not(view: View, need: Need, node_id: str, policy: Policy) -> WhyNot:
    """Return why no path for a need goes through a node.

    An authority or person means any of its posts.

    Raises:
        InvalidNeed: the need has two stops on the way already; or as `find`.
        NeedTooWide: as `find`.
        NotFound: something the need itself names is absent or hidden.
    """
    search = _recording_search(view, need, policy)
    if len(need.via) == _MOST_VIA:
        raise InvalidNeed(
            "via", "»hvorfor ikke« kan højst stilles med ét mellemled",
            '"why not" can be asked with one stop on the way at most',
        )  # fmt: skip
    try:
        node = node_ref(view, view.row(node_id))
        ask = search_request(view, replace(need, via=(node_id,)), policy, search.ends)
    except NotFound:
        return WhyNot(node=NodeRef(id=node_id, name=None), obstacle=Obstacle.NOT_FOUND)
    (rows,) = ask.via
    why = _allowed_result(search, node, rows)
    if why is None:  # the first obstacle whose removal alone gives a path through the node
        why = WhyNot(node=node, obstacle=Obstacle.NOT_FOUND)
        for obstacle, term, way in _ways(search, rows):
            if way is not None:
                is_far = obstacle is Obstacle.TOO_FAR
                why = WhyNot(
                    node=node,
                    obstacle=obstacle,
                    cost=way.cost,
                    hops=len(way.hops) if is_far else way.steps,
                    most_hops=search.ask.max_hops if is_far else None,
                    term=term,
                )
                break
    is_sure = why.obstacle is Obstacle.GIVEN or True not in search.cut_off
    return replace(why, proved=is_sure)


def _recording_search(view: View, need: Need, policy: Policy) -> _RecordingSearch:
    """Return the search to the first contact with listed paths.

    In acute danger, or if no path is listed, the search for the first class that answers.
    """
    listed_paths, search = tuple[SearchPath, ...](), search_of(view, need, policy)
    if need.trigger is not Trigger.ACUTE:
        contact_search = ContactSearch(view, need, policy)
        contacts = [contact for contact in contact_search.contacts()[0] if contact.ways]
        rows = [view.row(contact.stop.node.id) for contact in contacts]
        results = [result for row in rows if (result := contact_search.result_for(row))]
        listed_paths = tuple(path for result in results for path in result.paths)
        if rows:
            fit = next(fit for fit in contact_search.classes if rows[0] in fit.rows)
            search = contact_search.search(fit, rows[:1])
            most = contact_search.most_ways(fit)
            search = replace(search, ask=replace(search.ask, max_paths=most))
    return _RecordingSearch(
        view=view, need=need, policy=policy, ends=search.ends, ask=search.ask,
        answers=search.answers, right=search.right, listed_paths=listed_paths, cut_off=set(),
    )  # fmt: skip


def _allowed_result(search: _RecordingSearch, node: NodeRef, rows: frozenset[int]) -> WhyNot | None:
    """Return the result if the need allows a path through a row: listed, overlapping or dearer."""
    paths = search.search_again().paths
    through = next((path for path in search.listed_paths if rows.intersection(path.rows)), None)
    way = through or _best(search, rows)
    if way is None:
        return None
    # The path it overlaps with, if overlap alone keeps it off the list.
    alike, is_full = None, len(paths) == search.ask.max_paths
    if not through and not (is_full and way.order > paths[-1].order):
        sole = frozenset(row for item in search.ask.via if len(item) == 1 for row in item)
        step, percent = search.answers.key, search.ask.overlap_percent
        inside = interior(way.rows, sole, step)
        shown = [path for path in paths if path in search.listed_paths]
        better = (path for path in shown if path.order < way.order)
        similar = (
            path for path in better if is_alike(inside, interior(path.rows, sole, step), percent)
        )
        alike = next(similar, None)
    number = next(
        (place for place, path in enumerate(search.listed_paths, 1) if path in (through, alike)),
        None,
    )
    obstacle = Obstacle.GIVEN if through else Obstacle.OVERLAP if alike else Obstacle.DEARER
    return WhyNot(
        node=node,
        obstacle=obstacle,
        path=number,
        cost=way.cost,
        hops=way.steps,
        best=paths[0].cost if paths else None,
    )


def _ways(
    search: RelaxableSearch, rows: frozenset[int]
) -> Iterator[tuple[Obstacle, Relaxed | None, SearchPath | None]]:
    """Yield the best path through a row without each obstacle, one obstacle after the other."""
    changes = dict(relaxations(search))
    for term, obstacle in _BEFORE.items():
        if term is Relaxed.MAX_HOPS and term in changes:
            # Of the paths longer than the limit, the best with the fewest hops.
            longer = range(search.ask.max_hops + 1, MAX_HOPS + 1)
            is_any = _best(search, rows, max_hops=MAX_HOPS) is not None
            ways = (_best(search, rows, max_hops=hops) for hops in longer if is_any)
            yield obstacle, term, next(filter(None, ways), None)
        elif term in changes:
            yield obstacle, term, _best(search, rows, **changes[term])
    if any(search.answers.cost[row] == CLOSED_COST for row in rows):
        yield Obstacle.NOT_ANSWERING, None, _best(search.with_deputies(rows), rows)
    for term, obstacle in _AFTER.items():
        if term in changes:
            yield obstacle, term, _best(search, rows, **changes[term])
    if search.ask.closed is not None and all(search.ask.closed[row] for row in rows):
        closed = search.ask.closed.copy()
        closed[list(rows)] = False
        way = _best(search, rows, closed=closed) or _best(search, rows, closed=None)
        yield Obstacle.NOT_SERVING, None, way
    if not search.right.isdisjoint(rows):
        yield Obstacle.ENDS, None, _best(search, rows, avoid=search.ask.avoid - rows)
    if not all(_crosses(search, row) for row in rows):
        # The search in which these nodes, and no others, may be crossed against the rules.
        caller_graph = caller_graph_of(search.view, search.policy)
        closed_rows: list[int] = caller_graph.arc_graph.row[
            np.flatnonzero(~caller_graph.cross)
        ].tolist()
        ends = {*search.ask.starts, *search.ask.targets}
        ask = replace(search.ask, avoid=search.ask.avoid | (frozenset(closed_rows) - rows - ends))
        crossing = replace(search, policy=_all_crossed(search.policy), ask=ask)
        yield _rule(search, rows), None, _best(crossing, rows)


def _best(search: RelaxableSearch, rows: frozenset[int], **terms: Any) -> SearchPath | None:
    """Return the best path that meets one of the rows, before or after the stop it must meet."""
    via: tuple[frozenset[int], ...] = terms.pop("via", search.ask.via)
    paths = (
        path
        for place in range(len(via) + 1)
        for path in search.search_again(
            max_paths=1, via=(*via[:place], rows, *via[place:]), **terms
        ).paths
    )
    return min(paths, key=lambda path: path.order, default=None)


# ---- crossing rules


def excluded_nodes(view: View, need: Need, policy: Policy) -> tuple[ExcludedNode, ...]:
    """Return the nodes excluded from paths cheaper than the best, the cheapest such path first.

    Raises:
        InvalidNeed: as `find`.
        NeedTooWide: as `find`.
        NotFound: as `find`.
    """
    search = _recording_search(view, need, policy)
    best = search.search_again(max_paths=1).paths
    obstacles: dict[int, int] = {}
    for path in replace(search, policy=_all_crossed(policy)).search_again().paths:
        if not best or path.cost < best[0].cost:
            for row in path.rows[1:-1]:
                if not _crosses(search, row):
                    obstacles.setdefault(row, path.cost)
    return tuple(
        ExcludedNode(node=node_ref(view, row), obstacle=_rule(search, (row,)), cost=cost)
        for row, cost in obstacles.items()
    )


def _crosses(search: RelaxableSearch, row: int) -> bool:
    caller_graph = caller_graph_of(search.view, search.policy)
    number = int(caller_graph.arc_graph.number[row])
    return number >= 0 and bool(caller_graph.cross[number])


def _all_crossed(policy: Policy) -> Policy:
    """Return the policy without kinds that only end a path, and without a limit for hubs.

    Rules about labels remain: nothing leads on from an association under any policy.
    """
    return replace(
        policy,
        digest=f"{policy.digest}, all crossed",
        crossing=replace(policy.crossing, end_kinds=frozenset()),
        hub=replace(policy.hub, closed_above=np.iinfo(np.int64).max),
    )


def _rule(search: RelaxableSearch, rows: Iterable[int]) -> Obstacle:
    """Return the excluding rule: a post of some kinds only ends a path, all else is a hub."""
    view, kinds = search.view, search.policy.crossing.end_kinds
    is_end = all(
        view.label(row) is Label.ACTOR and view.value(row, "kind") in kinds for row in rows
    )
    return Obstacle.ENDS if is_end else Obstacle.HUB
