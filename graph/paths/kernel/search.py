"""Path search: the cheapest sufficiently different paths from starts to targets, stage by stage.

Two engines return the same results: a compiled one (`compiled.py`, with numba), used once it is
ready, and one in plain Python. Source: docs/paths.md, "What a path is" (and the two sections after
it), and docs/paths.md, "The search".
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from graph.access.view import View
from graph.deadline import check_deadline
from graph.paths.kernel.caller_graph import PostAnswers, answering_costs, caller_graph_of, rules_of
from graph.paths.kernel.engine_choice import (
    EngineName,
    can_compile,
    is_compiled_ready,
    is_fast,
    set_compiled_ready,
)
from graph.paths.kernel.plain import FAR, BudgetExceeded, PlainEngine
from graph.paths.kernel.problem import REFUSED, SearchProblem, build_problem
from graph.paths.kernel.reachability import ReachableCosts, backward_costs, forward_costs
from graph.paths.kernel.request import (
    CostParts,
    Direction,
    EnumeratedPaths,
    EnumerationLimits,
    FewerWhy,
    SearchCutoff,
    SearchHop,
    SearchPath,
    SearchRequest,
    SearchResult,
    bottleneck,
)
from graph.paths.policy import Policy
from graph.snapshot.field_types import MISSING
from graph.vocabulary import Label

__all__ = [
    "CostParts",
    "Direction",
    "EngineName",
    "FewerWhy",
    "PostAnswers",
    "ReachableCosts",
    "SearchCutoff",
    "SearchHop",
    "SearchPath",
    "SearchRequest",
    "SearchResult",
    "backward_costs",
    "can_compile",
    "forward_costs",
    "is_compiled_ready",
    "search",
    "warm_up",
]  # fmt: skip

_EVERYTHING: Final = FAR
_NOTHING: Final = EnumeratedPaths((), False, False)
_PROVED: Final = SearchResult(
    paths=(), is_exact=True, is_cut_off=False, fewer=SearchCutoff(why=FewerWhy.ALL_FOUND)
)
"""The proved result that there is no path."""


class SearchEngine(Protocol):
    """The search of one need, stage by stage.

    `prune_by_hops` and `prune_by_cost` raise BudgetExceeded if a budget is used up.
    """

    def prune_by_hops(self, budget: int) -> int:
        """Stage 1: the number of states on a path within the hops; 0 proves there is none."""
        ...

    def prune_by_cost(self, eps: float, budget: int) -> int:
        """Stage 2: the number on a path of at most (1 + `eps`) times the least cost."""
        ...

    def enumerate_paths(self, limits: EnumerationLimits) -> EnumeratedPaths:
        """Stages 3 and 4: the wanted paths among the states of the last stage."""
        ...


def search(
    view: View,
    policy: Policy,
    ask: SearchRequest,
    answers: PostAnswers,
    engine: EngineName | None = None,
) -> SearchResult:
    """Return the best paths in their total order: old ones last, then (cost, steps, nodes, links).

    A path is old if it uses a link that was verified more than a year ago, or never. `engine`
    None: the compiled one if it is ready. The answer is the same.
    """
    check_deadline()
    caller_graph, costs = caller_graph_of(view, policy), answering_costs(view, policy, answers)
    problem = build_problem(caller_graph, costs, policy, ask)
    if not len(problem.starts) or not len(problem.targets):
        return _PROVED
    engine_class = _compiled_engine() if is_fast(engine) else PlainEngine
    return _Search(view, policy, ask, problem, engine_class).run()


@dataclass(frozen=True, slots=True)
class _Search:
    """One search: over all arcs, and, if that finds old paths, over the arcs that are not old."""

    view: View
    policy: Policy
    ask: SearchRequest
    problem: SearchProblem
    engine: Callable[[SearchProblem], SearchEngine]

    def run(self) -> SearchResult:
        """Return the paths, and why there are fewer than wanted."""
        number = self.problem.caller_graph.arc_graph.number
        sole = [int(number[row]) for item in self.ask.via if len(item) == 1 for row in item]
        limits = _limits(self.ask, self.policy, frozenset(node for node in sole if node >= 0))
        running, enumeration = self._enumeration(self.problem, limits)
        paths = self._paths(enumeration)
        if self.ask.old_last and any(path.is_old for path in paths):
            costs = self.problem.answering_costs.without_old(self.view, self.problem.caller_graph)
            _, enumeration = self._enumeration(self.problem._replace(answering_costs=costs), limits)
            paths = self._paths(enumeration)
            if len(paths) < limits.max_paths and not enumeration.is_cut_off:
                given_paths = tuple(nodes for nodes, _ in enumeration.paths)
                limits = limits._replace(given=given_paths)
                running, enumeration = self._enumeration(self.problem, limits)
                paths = (*paths, *self._paths(enumeration))
        fewer = self._fewer(running, enumeration, limits, [path.rows for path in paths])
        is_cut_off = fewer is not None and fewer.why is FewerWhy.CUT_OFF
        return SearchResult(
            paths=paths, is_exact=not is_cut_off, is_cut_off=is_cut_off, fewer=fewer
        )

    def _enumeration(
        self, problem: SearchProblem, limits: EnumerationLimits
    ) -> tuple[SearchEngine | None, EnumeratedPaths]:
        """Search all states within few hops, otherwise states within a widening cost bound.

        An enumeration with fewer paths than wanted has left nothing out below its bound; one
        without a bound has left nothing out.
        """
        running, budget = self.engine(problem), self.policy.budget
        try:
            count = running.prune_by_hops(
                budget.hop_states + problem.caller_graph.visible_count // 6
            )
        except BudgetExceeded:
            count = _EVERYTHING
        if not count:
            return None, _NOTHING
        if count <= budget.region_states:
            return running, running.enumerate_paths(limits)
        for eps in budget.widen:
            try:
                count = running.prune_by_cost(eps, budget.settled)
            except BudgetExceeded:
                break
            if not count:
                return running, _NOTHING
            enumeration = running.enumerate_paths(limits)
            is_full = len(enumeration.paths) + len(limits.given) == limits.max_paths
            if is_full or enumeration.is_cut_off:
                return running, enumeration
        is_any = running.prune_by_hops(_EVERYTHING)
        return running, running.enumerate_paths(limits) if is_any else _NOTHING

    def _paths(self, enumeration: EnumeratedPaths) -> tuple[SearchPath, ...]:
        """Return the paths in rows, each arc as a hop; needs of the same kind share the hops."""
        ask, row_of = self.ask, self.problem.caller_graph.arc_graph.row
        kind = (ask.levels, ask.direction, ask.is_named, ask.gate)
        cache = self.problem.answering_costs.hops.setdefault(kind, {})
        paths: list[SearchPath] = []
        for nodes, arcs in enumeration.paths:
            rows: list[int] = row_of[list(nodes)].tolist()
            fit, hops = ask.targets[rows[-1]], list[SearchHop]()
            for place, arc in enumerate(arcs, 1):
                is_last = place == len(arcs)
                key = (arc, fit) if is_last else arc
                hop = cache.get(key)
                if hop is None:
                    ends = rows[place - 1], rows[place]
                    hop = cache[key] = self._hop(ends, arc, fit if is_last else None)
                hops.append(hop)
            paths.append(SearchPath(rows=tuple(rows), hops=tuple(hops)))
        return tuple(paths)

    def _hop(self, ends: tuple[int, int], arc: int, fit: int | None) -> SearchHop:
        """Build the hop over an arc; `fit` is set for the last hop of a path."""
        view, graph = self.view, self.problem.caller_graph.arc_graph
        rules = rules_of(view, self.policy)
        facts = view.arc_facts(graph, rules, arc)
        tail, head = graph.number[list(ends)].tolist()
        costs = self.problem.answering_costs
        response = int(costs.response[head])
        is_inside = bool(costs.step[tail] == costs.step[head])
        carriers = (hold for hold in (facts.tail_hold, facts.head_hold) if hold >= 0)
        usable = sorted(
            (cost, other)
            for to, cost, code, other in costs.arcs.onward(tail)
            if to == head and self.problem.classes[code] != REFUSED
        )
        links = (view.arc_facts(graph, rules, other).link for _, other in usable)
        parts = dict(zip(("type", "strength", "freshness", "gate"), facts.parts, strict=True))
        return SearchHop(
            source=ends[0],
            target=ends[1],
            link=facts.link,
            carriers=tuple(view.source(hold) for hold in carriers),
            also=tuple(link for link in dict.fromkeys(links) if link != facts.link),
            parts=CostParts(**parts),
            hub=int(self.problem.caller_graph.hub[head]) if fit is None else 0,
            standing=int(costs.stand[head]) // 16 - response,
            response=response,
            fit=fit or 0,
            is_inside=is_inside,
            is_free=is_inside and all(view.label(end) is Label.ACTOR for end in ends),
            days=None if facts.days == MISSING else facts.days,
            is_older_than_holder=facts.is_older_than_holder,
        )

    def _fewer(
        self,
        running: SearchEngine | None,
        enumeration: EnumeratedPaths,
        limits: EnumerationLimits,
        rows: Sequence[tuple[int, ...]],
    ) -> SearchCutoff | None:
        """Return why there are fewer paths, by a search for one more that ignores overlap."""
        count = len(rows)
        if count == limits.max_paths:
            return None
        if enumeration.is_cut_off:
            return SearchCutoff(why=FewerWhy.CUT_OFF)
        if not enumeration.has_alike or running is None:
            return SearchCutoff(why=FewerWhy.ALL_FOUND)
        overlapping = limits._replace(max_paths=count + 1, overlap_percent=100, given=())
        more = running.enumerate_paths(overlapping)
        if more.is_cut_off:
            return SearchCutoff(why=FewerWhy.CUT_OFF)
        if len(more.paths) <= count:
            return SearchCutoff(why=FewerWhy.ALL_FOUND)
        graph = self.problem.caller_graph.arc_graph
        nodes = [tuple(graph.number[list(path)].tolist()) for path in rows]
        node = bottleneck(nodes, limits.exempt)
        return SearchCutoff(
            why=FewerWhy.OVERLAP, bottleneck=None if node is None else int(graph.row[node])
        )


def _limits(ask: SearchRequest, policy: Policy, exempt: frozenset[int]) -> EnumerationLimits:
    return EnumerationLimits(
        max_paths=ask.max_paths,
        max_hops=ask.max_hops,
        overlap_percent=ask.overlap_percent,
        exempt=exempt,
        max_pops=policy.budget.pops,
        patience=policy.budget.look_ahead,
    )


# ---- engines


_warming: Final = threading.Lock()


def warm_up(view: View, policy: Policy, answers: PostAnswers) -> None:
    """Prepare the compiled engine, if numba is installed, by running all compiled functions once.

    Takes seconds the first time on a machine, tenths of a second afterwards; the plain engine
    answers meanwhile.
    """
    posts = view.rows(Label.ACTOR)
    with _warming:
        if is_compiled_ready() or not can_compile() or len(posts) < 2:
            return
        ask = SearchRequest(
            starts=(posts[0],), targets={posts[1]: 0}, direction=Direction.ACROSS, max_hops=2,
            max_paths=2, overlap_percent=50,
        )  # fmt: skip
        costs = answering_costs(view, policy, answers)
        problem = build_problem(caller_graph_of(view, policy), costs, policy, ask)
        if not len(problem.starts) or not len(problem.targets):
            return
        running = _compiled_engine()(problem)
        limits = _limits(ask, policy, frozenset())
        resumed_limits = limits._replace(given=((int(problem.starts[0]), int(problem.targets[0])),))
        for prune in (
            lambda: running.prune_by_hops(_EVERYTHING),
            lambda: running.prune_by_cost(0.5, _EVERYTHING),
        ):
            prune()
            running.enumerate_paths(limits)
            running.enumerate_paths(resumed_limits)
        for ways in (forward_costs, backward_costs):
            ways(view, policy, ask, answers, "fast")
        set_compiled_ready()


def _compiled_engine() -> Callable[[SearchProblem], SearchEngine]:
    from graph.paths.kernel.compiled import CompiledEngine

    return CompiledEngine
