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


def no_path(asked: RelaxableSearch, *, is_cut_off: bool = False) -> NoPath:
    """Return the explanation of a search that found no path."""
    if not asked.ends.starts:
        return NoPath(cause=Cause.NO_START, proved=True)
    if asked.ends.is_here:
        return NoPath(cause=Cause.HERE, proved=True)
    return _Account(asked).told(is_cut_off=is_cut_off)


def cause_of(asked: RelaxableSearch) -> Cause:
    """Return only the cause of a search without paths: terms are relaxed until one gives a path."""
    if not asked.ends.starts:
        return Cause.NO_START
    return Cause.HERE if asked.ends.is_here else _cause(asked, _relaxed(asked))


def _cause(asked: RelaxableSearch, given_up: Iterable[WouldWork]) -> Cause:
    """Return the first cause that holds, in the order of paths.md §4.4."""
    if not asked.ends.targets:
        return Cause.NO_TARGET
    if len(asked.closed()) == len(asked.ends.targets):
        return Cause.NOT_ANSWERING
    return next((_CAUSES[work.term] for work in given_up), Cause.NOT_CONNECTED)


def _relaxed(asked: RelaxableSearch) -> Iterator[WouldWork]:
    """Yield each term of the path whose relaxation alone gives a path."""
    for term, change in relaxations(asked):
        found = asked.again(**change)
        if found.paths:
            yield WouldWork(term=term, paths=len(found.paths))


@dataclass(frozen=True)
class _Account:
    """One search without paths, and the values its explanation uses more than once."""

    asked: RelaxableSearch

    def told(self, *, is_cut_off: bool) -> NoPath:
        """Return the complete explanation."""
        asked = self.asked
        given_up = [] if not asked.ends.targets else list(_relaxed(asked))
        cause = _cause(asked, given_up)
        is_closed = cause is Cause.NOT_ANSWERING
        missing = deputies_missing(asked, self.near) if is_closed else self._links_missing()
        return NoPath(
            cause=cause,
            proved=not is_cut_off,
            frontier=(is_closed and self._before_closed()) or self._frontier(),
            from_target=_closed(asked, missing) if is_closed else self._from_target(),
            missing=missing,
            would_work=(*given_up, *self._criteria_dropped()),
            nearest=self._nearest(),
        )

    @cached_property
    def near(self) -> ReachableCosts:
        """The nodes that can be reached from the starts."""
        asked = self.asked
        return forward_costs(asked.view, asked.policy, asked.ask, asked.standing)

    @cached_property
    def far(self) -> ReachableCosts:
        """The nodes from which a target can be reached."""
        asked = self.asked
        return backward_costs(asked.view, asked.policy, asked.ask, asked.standing)

    def _links_missing(self) -> tuple[Missing, ...]:
        """Return the links that would give a path to someone who answers."""
        if not self.asked.ends.targets:
            return ()
        return links_missing(self.asked, self.near, self.far)

    # ---- other needs

    @cached_property
    def _criteria(self) -> Mapping[str, Mask]:
        return criteria(self.asked.view, self.asked.need, self.asked.policy)

    def _criteria_dropped(self) -> Iterator[WouldWork]:
        """Yield each criterion of the goal without which there are paths."""
        asked = self.asked
        for term, change in _CRITERIA.items():
            ((field, _),) = change.items()
            if not getattr(asked.need, field):
                continue
            try:
                wider = replace(asked.need, **change)
                found = self._search(wider, self._ends(wider))
            except InvalidNeed:  # no goal is left, or too many nodes: nothing to propose
                continue
            if found.paths:
                yield WouldWork(term=term, paths=len(found.paths))

    def _ends(self, wider: Need) -> Ends:
        """Return the ends of a need with one criterion less."""
        return ends(self.asked.view, wider, self.asked.policy, self.asked.standing)

    def _search(self, need: Need, found: Ends, **terms: Any) -> SearchResult:
        """Return the result for another need; without starts or targets, nothing is found."""
        asked = self.asked
        is_same = need.trigger is asked.need.trigger
        ask = replace(
            asked.ask,
            starts=found.starts,
            targets=found.targets,
            direction=found.direction,
            is_named=asked.ask.is_named if is_same else is_named(need, asked.policy),
            **terms,
        )
        return search(asked.view, asked.policy, ask, asked.standing)

    def _nearest(self) -> Nearest | None:
        """Return the best path on the next rung of areas that has one."""
        asked, view = self.asked, self.asked.view
        if asked.need.within_km is not None or area_of(view, asked.need) is None:
            return None
        meets, origins = all_of(view, self._criteria), asked.ends.origins
        for rung in range(asked.ends.rung + 1, LAST_RUNG + 1):
            rows, used = landing_nodes(view, asked.need, meets, rung)
            if used != rung:
                continue
            try:
                above = ends_at(
                    view,
                    asked.need,
                    asked.policy,
                    origins,
                    rows.tolist(),
                    rung=rung,
                    own=asked.ends.starts,
                )
            except NeedTooWide:  # too many nodes on that rung to search
                continue
            for path in self._search(asked.need, above, max_paths=1).paths:
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
        found, area = self.asked.ends, area_of(self.asked.view, self.asked.need)
        goal = found.targets or ([] if area is None else [area])
        return self._edges(self.near, goal, without=found.starts)

    def _from_target(self) -> tuple[Edge, ...]:
        """Return the nodes that lead to a target, nearest to the start of the path."""
        found = self.asked.ends
        if not found.targets:
            return ()
        return self._edges(self.far, found.starts, without=found.targets)

    def _edges(
        self, found: ReachableCosts, goal: Iterable[int], *, without: Iterable[int]
    ) -> tuple[Edge, ...]:
        rows = nearest(self.asked.view, goal, found, without=without, most=_MOST)
        return tuple(_edge(self.asked, row, *found[row]) for row in rows)

    def _before_closed(self) -> tuple[Edge, ...]:
        """Return the stops right before the closed posts, on the paths there would be to them."""
        asked = self.asked
        stops = (path.rows[-2] for path in asked.opened(asked.closed()).again().paths)
        rows = list(dict.fromkeys(row for row in stops if row in self.near))
        return tuple(_edge(asked, row, *self.near[row]) for row in rows[:_MOST])


def _edge(asked: RelaxableSearch, row: int, hops: int, cost: int) -> Edge:
    return Edge(node=named(asked.view, row), hops=hops, cost=cost)


def _closed(asked: RelaxableSearch, missing: Sequence[Missing]) -> tuple[Edge, ...]:
    """Return the closed targets with the date of vacancy, those with a proposed deputy first."""
    preference = preference_of(asked.need)
    proposed = [asked.view.row(one.target.id) for one in missing]
    rows = dict.fromkeys((*proposed, *asked.closed()))
    return tuple(
        Edge(
            node=named(asked.view, row),
            hops=0,
            cost=0,
            vacant_since=resolve(
                asked.view, row, asked.policy, preference, asked.need.at
            ).vacant_since,
            is_closed=True,
        )
        for row in list(rows)[:_MOST]
    )
