"""What is each lane that was used, as a hop: told once for a caller and a kind of need."""

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
        self, view: View, policy: Policy, painted: SearchProblem, ask: SearchRequest
    ) -> None:
        self._view, self._rules = view, rules_of(view, policy)
        self._painted, self._fit = painted, ask.targets
        self._walk = painted.terrain.walk
        kind = (ask.levels, ask.direction, ask.is_named, ask.gate)
        self._known: dict[Any, SearchHop] = painted.seating.hops.setdefault(kind, {})

    def row(self, node: int) -> int:
        """The row of a node of the Walk."""
        return int(self._walk.row[node])

    def paths(self, grown: Enumeration) -> tuple[SearchPath, ...]:
        """The paths in rows, each lane as a hop."""
        nodes = [node for stops, _ in grown.paths for node in stops]
        rows: list[int] = self._walk.row[nodes].tolist()
        found: list[SearchPath] = []
        end = 0
        for _, lanes in grown.paths:
            first, end = end, end + len(lanes) + 1
            found.append(self._path(rows[first:end], lanes))
        return tuple(found)

    def _path(self, rows: list[int], lanes: tuple[int, ...]) -> SearchPath:
        known, last, fit = self._known, len(lanes) - 1, self._fit[rows[-1]]
        hops: list[SearchHop] = []
        for place, lane in enumerate(lanes):
            key = lane if place < last else (lane, fit)
            hop = known.get(key)
            if hop is None:
                ends = rows[place], rows[place + 1]
                hop = known[key] = self._made(ends, lane, fit if place == last else None)
            hops.append(hop)
        return SearchPath(rows=tuple(rows), hops=tuple(hops))

    def _made(self, ends: tuple[int, int], lane: int, fit: int | None) -> SearchHop:
        """The hop over a lane, at the end of a path if it has a fit."""
        facts = self._view.lane_facts(self._walk, self._rules, lane)
        tail, head = self._walk.number[list(ends)].tolist()
        seats = self._painted.seating
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
            hub=int(self._painted.terrain.hub[head]) if fit is None else 0,
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
        classes, lanes = self._painted.classes, self._painted.seating.lanes
        fit = [
            (cost, lane)
            for to, cost, code, lane in lanes.onward(tail)
            if to == head and classes[code] != REFUSED
        ]
        links = (
            self._view.lane_facts(self._walk, self._rules, lane).link for _, lane in sorted(fit)
        )
        return tuple(other for other in dict.fromkeys(links) if other != link)
