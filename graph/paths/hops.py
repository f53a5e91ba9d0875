"""What is each arc that was used, as a hop: told once for a caller and a kind of need."""

from typing import Any, Final

from graph.access.view import View
from graph.paths.kernel.ask import CostParts, Enumeration, SearchHop, SearchPath, SearchRequest
from graph.paths.kernel.caller_graph import rules_of
from graph.paths.kernel.problem import REFUSED, SearchProblem
from graph.paths.rules import Policy
from graph.snapshot.field_types import MISSING
from graph.vocabulary import Label

_PARTS: Final = ("type", "strength", "freshness", "gate")


class Hops:
    """The hops of one need; those of needs of the same kind are shared."""

    def __init__(
        self, view: View, policy: Policy, problem: SearchProblem, ask: SearchRequest
    ) -> None:
        self._view, self._rules = view, rules_of(view, policy)
        self._problem, self._fit = problem, ask.targets
        self._walk = problem.caller_graph.walk
        kind = (ask.levels, ask.direction, ask.is_named, ask.gate)
        self._known: dict[Any, SearchHop] = problem.answering_costs.hops.setdefault(kind, {})

    def row(self, node: int) -> int:
        """The row of a node of the Walk."""
        return int(self._walk.row[node])

    def paths(self, enumeration: Enumeration) -> tuple[SearchPath, ...]:
        """The paths in rows, each arc as a hop."""
        nodes = [node for stops, _ in enumeration.paths for node in stops]
        rows: list[int] = self._walk.row[nodes].tolist()
        found: list[SearchPath] = []
        end = 0
        for _, arcs in enumeration.paths:
            first, end = end, end + len(arcs) + 1
            found.append(self._path(rows[first:end], arcs))
        return tuple(found)

    def _path(self, rows: list[int], arcs: tuple[int, ...]) -> SearchPath:
        known, last, fit = self._known, len(arcs) - 1, self._fit[rows[-1]]
        hops: list[SearchHop] = []
        for place, arc in enumerate(arcs):
            key = arc if place < last else (arc, fit)
            hop = known.get(key)
            if hop is None:
                ends = rows[place], rows[place + 1]
                hop = known[key] = self._made(ends, arc, fit if place == last else None)
            hops.append(hop)
        return SearchPath(rows=tuple(rows), hops=tuple(hops))

    def _made(self, ends: tuple[int, int], arc: int, fit: int | None) -> SearchHop:
        """The hop over an arc, at the end of a path if it has a fit."""
        facts = self._view.arc_facts(self._walk, self._rules, arc)
        tail, head = self._walk.number[list(ends)].tolist()
        seats = self._problem.answering_costs
        response = int(seats.response[head])
        is_inside = bool(seats.step[tail] == seats.step[head])
        carriers = (hold for hold in (facts.tail_hold, facts.head_hold) if hold >= 0)
        return SearchHop(
            source=ends[0],
            target=ends[1],
            link=facts.link,
            carriers=tuple(self._view.source(hold) for hold in carriers),
            also=self._also(ends, facts.link),
            parts=CostParts(**dict(zip(_PARTS, facts.parts, strict=True))),
            hub=int(self._problem.caller_graph.hub[head]) if fit is None else 0,
            standing=int(seats.stand[head]) // 16 - response,
            response=response,
            fit=fit or 0,
            is_inside=is_inside,
            is_free=is_inside and all(self._view.label(end) is Label.ACTOR for end in ends),
            days=None if facts.days == MISSING else facts.days,
            is_older_than_holder=facts.is_older_than_holder,
        )

    def _also(self, ends: tuple[int, int], link: int) -> tuple[int, ...]:
        """The other links that would do, in order of cost."""
        tail, head = self._walk.number[list(ends)].tolist()
        classes, arcs = self._problem.classes, self._problem.answering_costs.arcs
        fit = [
            (cost, arc)
            for to, cost, code, arc in arcs.onward(tail)
            if to == head and classes[code] != REFUSED
        ]
        links = (self._view.arc_facts(self._walk, self._rules, arc).link for _, arc in sorted(fit))
        return tuple(other for other in dict.fromkeys(links) if other != link)
