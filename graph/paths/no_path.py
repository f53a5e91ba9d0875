"""Explanation of a search without paths: cause, frontier, missing links and relaxed terms.

Source: paths.md §4.4. A hidden link and a missing one give the same explanation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from graph.errors import InvalidNeed, NeedTooWide
from graph.paths.answer import Edge, Missing, Nearest, NoPath, WouldWork
from graph.paths.answer_terms import Cause, Relaxed
from graph.paths.ends import (
    LAST_RUNG,
    Ends,
    all_of,
    area_of,
    criteria,
    ends,
    ends_at,
    is_named,
    landing_nodes,
    nearest,
)
from graph.paths.explain import chance_of, preference_of
from graph.paths.kernel.request import SearchResult
from graph.paths.kernel.search import ReachableCosts, backward_costs, forward_costs, search
from graph.paths.link_suggestions import deputies_missing, links_missing
from graph.paths.need import Need
from graph.paths.relaxation import RelaxableSearch, relaxations
from graph.paths.resolve import named, resolve
from graph.snapshot.csr import Mask

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
_CRITERIA: Final[Mapping[Relaxed, Mapping[str, Any]]] = {
    Relaxed.TARGET: {"target": None},
    Relaxed.TRIGGER: {"trigger": None},
    Relaxed.AREA: {"area": None},
    Relaxed.NETWORK: {"network": frozenset()},
    Relaxed.SECTOR: {"sector": None},
    Relaxed.COMPETENCE: {"competence": None},
    Relaxed.LANGUAGE: {"language": None},
    Relaxed.CHANNEL: {"channel": None},
    Relaxed.WITHIN_KM: {"within_km": None},
}


def no_path(search: RelaxableSearch, *, is_cut_off: bool = False) -> NoPath:
    """Return the explanation of a search that found no path."""
    if not search.ends.starts:
        return NoPath(cause=Cause.NO_START, proved=True)
    if search.ends.is_here:
        return NoPath(cause=Cause.HERE, proved=True)
    return _Account(search).told(is_cut_off=is_cut_off)


def cause_of(search: RelaxableSearch) -> Cause:
    """Return only the cause of a search without paths: terms are relaxed until one gives a path."""
    if not search.ends.starts:
        return Cause.NO_START
    return Cause.HERE if search.ends.is_here else _cause(search, _relaxed(search))


def _cause(search: RelaxableSearch, given_up: Iterable[WouldWork]) -> Cause:
    """Return the first cause that holds, in the order of paths.md §4.4."""
    if not search.ends.targets:
        return Cause.NO_TARGET
    if len(search.closed()) == len(search.ends.targets):
        return Cause.NOT_ANSWERING
    return next((_CAUSES[work.term] for work in given_up), Cause.NOT_CONNECTED)


def _relaxed(search: RelaxableSearch) -> Iterator[WouldWork]:
    """Yield each term of the path whose relaxation alone gives a path."""
    for term, change in relaxations(search):
        result = search.again(**change)
        if result.paths:
            yield WouldWork(term=term, paths=len(result.paths))


@dataclass(frozen=True)
class _Account:
    """One search without paths, and the values its explanation uses more than once."""

    search: RelaxableSearch

    def told(self, *, is_cut_off: bool) -> NoPath:
        """Return the complete explanation."""
        search = self.search
        given_up = [] if not search.ends.targets else list(_relaxed(search))
        cause = _cause(search, given_up)
        is_closed = cause is Cause.NOT_ANSWERING
        missing = deputies_missing(search, self.near) if is_closed else self._links_missing()
        return NoPath(
            cause=cause,
            proved=not is_cut_off,
            frontier=(is_closed and self._before_closed()) or self._frontier(),
            from_target=_closed(search, missing) if is_closed else self._from_target(),
            missing=missing,
            would_work=(*given_up, *self._criteria_dropped()),
            nearest=self._nearest(),
        )

    @cached_property
    def near(self) -> ReachableCosts:
        """The nodes that can be reached from the starts."""
        search = self.search
        return forward_costs(search.view, search.policy, search.ask, search.standing)

    @cached_property
    def far(self) -> ReachableCosts:
        """The nodes from which a target can be reached."""
        search = self.search
        return backward_costs(search.view, search.policy, search.ask, search.standing)

    def _links_missing(self) -> tuple[Missing, ...]:
        """Return the links that would give a path to someone who answers."""
        if not self.search.ends.targets:
            return ()
        return links_missing(self.search, self.near, self.far)

    # ---- other needs

    @cached_property
    def _criteria(self) -> Mapping[str, Mask]:
        return criteria(self.search.view, self.search.need, self.search.policy)

    def _criteria_dropped(self) -> Iterator[WouldWork]:
        """Yield each criterion of the goal without which there are paths."""
        search = self.search
        for term, change in _CRITERIA.items():
            ((field, _),) = change.items()
            if not getattr(search.need, field):
                continue
            try:
                wider = replace(search.need, **change)
                result = self._search(
                    wider, ends(search.view, wider, search.policy, search.standing)
                )
            except InvalidNeed:  # no goal is left, or too many nodes: nothing to propose
                continue
            if result.paths:
                yield WouldWork(term=term, paths=len(result.paths))

    def _search(self, need: Need, reach: Ends, **terms: Any) -> SearchResult:
        """Return the result for another need; without starts or targets, nothing is found."""
        base = self.search
        is_same = need.trigger is base.need.trigger
        ask = replace(
            base.ask,
            starts=reach.starts,
            targets=reach.targets,
            direction=reach.direction,
            is_named=base.ask.is_named if is_same else is_named(need, base.policy),
            **terms,
        )
        return search(base.view, base.policy, ask, base.standing)

    def _nearest(self) -> Nearest | None:
        """Return the best path on the next rung of areas that has one."""
        search, view = self.search, self.search.view
        if search.need.within_km is not None or area_of(view, search.need) is None:
            return None
        meets, origins = all_of(view, self._criteria), search.ends.origins
        for rung in range(search.ends.rung + 1, LAST_RUNG + 1):
            rows, used = landing_nodes(view, search.need, meets, rung)
            if used != rung:
                continue
            try:
                above = ends_at(
                    view,
                    search.need,
                    search.policy,
                    origins,
                    rows.tolist(),
                    rung=rung,
                    own=search.ends.starts,
                )
            except NeedTooWide:  # too many nodes on that rung to search
                continue
            for path in self._search(search.need, above, max_paths=1).paths:
                return Nearest(
                    rung=rung,
                    node=named(view, path.rows[-1]),
                    hops=len(path.hops),
                    cost=path.cost,
                    chance=chance_of(path.cost),
                )
        return None

    # ---- frontiers

    def _frontier(self) -> tuple[Edge, ...]:
        """Return the reached nodes nearest to the goal of the path."""
        reach, area = self.search.ends, area_of(self.search.view, self.search.need)
        goal = reach.targets or ([] if area is None else [area])
        return self._edges(self.near, goal, without=reach.starts)

    def _from_target(self) -> tuple[Edge, ...]:
        """Return the nodes that lead to a target, nearest to the start of the path."""
        reach = self.search.ends
        if not reach.targets:
            return ()
        return self._edges(self.far, reach.starts, without=reach.targets)

    def _edges(
        self, costs: ReachableCosts, goal: Iterable[int], *, without: Iterable[int]
    ) -> tuple[Edge, ...]:
        rows = nearest(self.search.view, goal, costs, without=without, most=_MOST)
        return tuple(_edge(self.search, row, *costs[row]) for row in rows)

    def _before_closed(self) -> tuple[Edge, ...]:
        """Return the stops right before the closed posts, on the paths there would be to them."""
        search = self.search
        stops = (path.rows[-2] for path in search.opened(search.closed()).again().paths)
        rows = list(dict.fromkeys(row for row in stops if row in self.near))
        return tuple(_edge(search, row, *self.near[row]) for row in rows[:_MOST])


def _edge(search: RelaxableSearch, row: int, hops: int, cost: int) -> Edge:
    return Edge(node=named(search.view, row), hops=hops, cost=cost)


def _closed(search: RelaxableSearch, missing: Sequence[Missing]) -> tuple[Edge, ...]:
    """Return the closed targets with the date of vacancy, those with a proposed deputy first."""
    preference = preference_of(search.need)
    proposed = [search.view.row(link.target.id) for link in missing]
    rows = dict.fromkeys((*proposed, *search.closed()))
    return tuple(
        Edge(
            node=named(search.view, row),
            hops=0,
            cost=0,
            vacant_since=resolve(
                search.view, row, search.policy, preference, search.need.at
            ).vacant_since,
            is_closed=True,
        )
        for row in list(rows)[:_MOST]
    )
