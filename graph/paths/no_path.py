"""Explanation of a search without paths: cause, frontier, missing links and relaxed terms.

Source: docs/paths.md, "No path". A hidden link and a missing one give the same explanation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from math import ceil
from typing import Any, Final

import numpy as np

from graph.errors import InvalidNeed, NeedTooWide
from graph.paths.answer import (
    Edge,
    MissingLink,
    Nearest,
    NearestAble,
    NodeRef,
    NoPath,
    WouldWork,
)
from graph.paths.answer_terms import Cause, Relaxed
from graph.paths.capabilities import distance_origins, seats
from graph.paths.ends import (
    LAST_FALLBACK_LEVEL,
    Ends,
    all_of,
    area_of,
    criteria,
    ends,
    ends_at,
    first_level_rows,
    is_named,
    nearest,
)
from graph.paths.explain import chance_of, likely_paths, preference_of
from graph.paths.intermediates import Intermediates
from graph.paths.kernel.request import SearchResult
from graph.paths.kernel.search import ReachableCosts, backward_costs, forward_costs, search
from graph.paths.link_suggestions import deputies_missing, links_missing
from graph.paths.need import Need
from graph.paths.places import areas, distances
from graph.paths.relaxation import RelaxableSearch, relaxations
from graph.paths.resolve import CLOSED_COST, DirectContact, node_ref, resolve
from graph.vocabulary import Label, LinkType

__all__ = ["RelaxableSearch", "cause_of", "no_path"]

_MOST: Final = 3  # of each list: a page shows no more
_CAUSES: Final[Mapping[Relaxed, Cause]] = {
    Relaxed.MATTER: Cause.GATE,
    Relaxed.GATE: Cause.GATE,
    Relaxed.LEVEL: Cause.LEVEL,
    Relaxed.DIRECTION: Cause.DIRECTION,
    Relaxed.VIA: Cause.VIA,
    Relaxed.AVOID: Cause.AVOIDED,
    Relaxed.MAX_HOPS: Cause.TOO_FAR,
}
_CRITERIA: Final = (
    Relaxed.TARGET,
    Relaxed.TRIGGER,
    Relaxed.AREA,
    Relaxed.NETWORK,
    Relaxed.SECTOR,
    Relaxed.COMPETENCE,
    Relaxed.LANGUAGE,
    Relaxed.CHANNEL,
    Relaxed.WITHIN_KM,
)


def no_path(search: RelaxableSearch, *, is_cut_off: bool = False) -> NoPath:
    """Return the explanation of a search that found no path."""
    if not search.ends.starts:
        return NoPath(cause=Cause.NO_START, proved=True, begin_at=_beginnings(search))
    if search.ends.is_here:
        return NoPath(cause=Cause.HERE, proved=True)
    view, reach = search.view, search.ends
    relaxed = list(_working_relaxations(search)) if reach.targets else []
    cause = _cause(search, relaxed)
    near = forward_costs(view, search.policy, search.ask, search.answers)
    frontier = from_target = tuple[Edge, ...]()
    missing: tuple[MissingLink, ...] = ()
    if cause is Cause.NOT_ANSWERING:
        missing = deputies_missing(search, near)
        # The stops right before the closed posts, on the paths there would be to them.
        paths = search.with_deputies(search.closed_targets()).search_again().paths
        stops = [row for row in dict.fromkeys(path.rows[-2] for path in paths) if row in near]
        frontier = tuple(_edge(search, row, *near[row]) for row in stops[:_MOST])
        from_target = _closed_targets(search, missing)
    elif reach.targets:
        far = backward_costs(view, search.policy, search.ask, search.answers)
        missing = links_missing(search, near, far)
        from_target = _nearest_edges(search, far, reach.starts, without=reach.targets)
    if reach.targets and not frontier:  # the reached nodes nearest to the goal
        frontier = _nearest_edges(search, near, reach.targets, without=reach.starts)
    return NoPath(
        cause=cause,
        proved=not is_cut_off,
        frontier=frontier,
        from_target=from_target,
        missing=missing,
        would_work=(*relaxed, *_droppable_criteria(search)),
        nearest=_nearest(search),
        nearest_able=() if reach.targets else _nearest_able(search),
    )


def cause_of(search: RelaxableSearch) -> Cause:
    """Return only the cause of a search without paths: terms are relaxed until one gives a path."""
    if not search.ends.starts:
        return Cause.NO_START
    return Cause.HERE if search.ends.is_here else _cause(search, _working_relaxations(search))


def _cause(search: RelaxableSearch, given_up: Iterable[WouldWork]) -> Cause:
    """Return the first cause that holds, in the order of docs/paths.md, "No path"."""
    if not search.ends.targets:
        return Cause.NO_TARGET
    if len(search.closed_targets()) == len(search.ends.targets):
        return Cause.NOT_ANSWERING
    cause = next((_CAUSES[work.term] for work in given_up), None)
    if cause is None:
        around = search.search_again(closed=None, max_paths=1).paths
        cause = Cause.NOT_SERVING if around else Cause.NOT_CONNECTED
    return cause


def _working_relaxations(search: RelaxableSearch) -> Iterator[WouldWork]:
    """Yield each term of the path whose relaxation alone gives a path."""
    for term, change in relaxations(search):
        result = search.search_again(**change)
        if result.paths:
            yield WouldWork(term=term, paths=_shown_count(search, result))


def _shown_count(search: RelaxableSearch, result: SearchResult) -> int:
    """Return how many of the paths found would be shown."""
    return len(likely_paths(search.policy, result.paths)) or 1


# ---- other needs


def _droppable_criteria(search: RelaxableSearch) -> Iterator[WouldWork]:
    """Yield each criterion of the goal without which there are paths."""
    for term in _CRITERIA:
        field = term.lower()
        if not getattr(search.need, field):
            continue
        empty: dict[str, Any] = {field: frozenset() if term is Relaxed.NETWORK else None}
        try:
            wider = replace(search.need, **empty)
            reach = ends(search.view, wider, search.policy, search.answers)
        except InvalidNeed:  # no goal is left, or too many nodes: nothing to propose
            continue
        result = _search_for(search, wider, reach)
        if result.paths:
            yield WouldWork(term=term, paths=_shown_count(search, result))
        elif not search.ends.targets and _may_be_called(search, wider, reach):
            yield WouldWork(term=term, paths=0)


def _may_be_called(search: RelaxableSearch, need: Need, reach: Ends) -> bool:
    """Return whether one of the first few targets may be called directly."""
    view, policy, preference = search.view, search.policy, preference_of(need)
    direct_contact = DirectContact(view, need, policy, reach.origins)
    targets = [row for row in reach.targets if view.label(row) is Label.ACTOR]
    return any(
        direct_contact.direct(row, resolve(view, row, policy, preference, need.at))
        for row in targets[:_MOST]
    )


def _search_for(original: RelaxableSearch, need: Need, reach: Ends, **terms: Any) -> SearchResult:
    """Return the result for another need; without starts or targets, nothing is found."""
    is_same = need.trigger is original.need.trigger
    stops = chain.from_iterable(original.ask.via)
    steps = Intermediates(original.view, need, original.policy, reach.starts, stops)
    ask = replace(
        original.ask,
        starts=reach.starts,
        targets=reach.targets,
        direction=reach.direction,
        closed=steps.closed_nodes(reach.targets),
        is_named=original.ask.is_named if is_same else is_named(need, original.policy),
        **terms,
    )
    return search(original.view, original.policy, ask, original.answers)


def _nearest(search: RelaxableSearch) -> Nearest | None:
    """Return the best path on the next fallback level that has one."""
    view, need, policy, reach = search.view, search.need, search.policy, search.ends
    if need.within_km is not None or area_of(view, need) is None:
        return None
    meets = all_of(view, criteria(view, need, policy))
    for fallback_level in range(reach.fallback_level + 1, LAST_FALLBACK_LEVEL + 1):
        rows, used_level = first_level_rows(view, need, meets, fallback_level)
        if used_level != fallback_level:
            continue
        try:
            above = ends_at(
                view,
                need,
                policy,
                reach.origins,
                rows.tolist(),
                fallback_level=fallback_level,
                own=reach.starts,
            )
        except NeedTooWide:  # too many nodes on that level to search
            continue
        for path in _search_for(search, need, above, max_paths=1).paths:
            return Nearest(
                rung=fallback_level,
                node=node_ref(view, path.rows[-1]),
                hops=len(path.hops),
                cost=path.cost,
                chance=chance_of(path.cost),
            )
    return None


# ---- others


def _nearest_able(search: RelaxableSearch) -> tuple[NearestAble, ...]:
    """Return the nearest posts that answer and meet every term but place and distance, one an area.

    Distances are between the centers of areas, as everywhere: none is more exact than an area.
    """
    view, reach = search.view, search.ends
    try:
        away = distances(view, distance_origins(view, search.need, reach.origins))
    except InvalidNeed:  # nothing to count from
        return ()
    meets = all_of(view, criteria(view, search.need, search.policy))
    meets &= search.answers.cost != CLOSED_COST
    meets[list(reach.starts)] = False
    found = sorted(
        (ceil(away[area]), row, area)
        for row in np.flatnonzero(meets).tolist()
        for area in areas(view).of.of(row).tolist()
        if area in away
    )
    by_area: dict[int, NearestAble] = {}
    for km, row, area in found:
        if area not in by_area and len(by_area) < _MOST:
            by_area[area] = NearestAble(node=node_ref(view, row), area=node_ref(view, area), km=km)
    return tuple(by_area.values())


def _beginnings(search: RelaxableSearch) -> tuple[NodeRef, ...]:
    """Return posts to begin at in place of an authority without any: of the body it is part of.

    Those of its own sector come first.
    """
    view, start = search.view, search.need.start
    row = None if start is None else view.row(start)
    if row is None or view.label(row) is not Label.AUTHORITY:
        return ()
    own, bodies, rows = view.value(row, "sector"), [row], list[int]()
    while bodies and not rows:
        bodies = [above for body in bodies for above in view.targets(body, LinkType.PART_OF)]
        posts = sorted({post for body in bodies for post in seats(view, body)})
        rows = [post for post in posts if search.answers.cost[post] != CLOSED_COST]
    rows.sort(key=lambda post: view.value(post, "sector") is not own)
    return tuple(node_ref(view, post) for post in rows[:_MOST])


# ---- frontiers


def _nearest_edges(
    search: RelaxableSearch, costs: ReachableCosts, goal: Iterable[int], *, without: Iterable[int]
) -> tuple[Edge, ...]:
    rows = nearest(search.view, goal, costs, without=without, most=_MOST)
    return tuple(_edge(search, row, *costs[row]) for row in rows)


def _edge(search: RelaxableSearch, row: int, hops: int, cost: int) -> Edge:
    return Edge(node=node_ref(search.view, row), hops=hops, cost=cost)


def _closed_targets(search: RelaxableSearch, missing: Sequence[MissingLink]) -> tuple[Edge, ...]:
    """Return the closed targets with the date of vacancy, those with a proposed deputy first."""
    preference = preference_of(search.need)
    proposed = [search.view.row(link.target.id) for link in missing]
    rows = dict.fromkeys((*proposed, *search.closed_targets()))
    return tuple(
        Edge(
            node=node_ref(search.view, row),
            hops=0,
            cost=0,
            vacant_since=resolve(
                search.view, row, search.policy, preference, search.need.at
            ).vacant_since,
            is_closed=True,
        )
        for row in list(rows)[:_MOST]
    )
