"""What is each lane that was used, as a hop: told once for a caller and a kind of need."""

from typing import Any

from graph.questions.paths.ask import Ask, FoundHop, Parts
from graph.questions.paths.painting import REFUSED, TARGET, Painted
from graph.questions.paths.rules import Policy
from graph.questions.paths.terrain import rules_of
from graph.tables import MISSING
from graph.view import View


class Hops:
    """The hops of one need; those of needs of the same kind are shared."""

    def __init__(self, view: View, policy: Policy, painted: Painted, ask: Ask) -> None:
        self._view, self._rules = view, rules_of(view, policy)
        self._painted, self._fit = painted, ask.targets
        self._walk = painted.terrain.walk
        kind = (ask.levels, ask.direction, ask.is_named, ask.gate)
        self._known: dict[Any, FoundHop] = painted.seating.hops.setdefault(kind, {})

    def row(self, node: int) -> int:
        """The row of a node of the Walk."""
        return int(self._walk.row[node])

    def hop(self, tail: int, head: int, lane: int) -> FoundHop:
        """The hop over a lane."""
        is_last = bool(self._painted.paint[head] & TARGET)
        fit = self._fit[self.row(head)] if is_last else -1
        key = lane, fit
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._made(tail, head, lane, is_last)
        return found

    def _made(self, tail: int, head: int, lane: int, is_last: bool) -> FoundHop:
        facts = self._view.lane_facts(self._walk, self._rules, lane)
        names = ("type", "strength", "freshness", "response", "gate")
        carriers = (hold for hold in (facts.tail_hold, facts.head_hold) if hold >= 0)
        return FoundHop(
            source=self.row(tail),
            target=self.row(head),
            link=facts.link,
            carriers=tuple(self._view.source(hold) for hold in carriers),
            also=self._also(tail, head, facts.link),
            parts=Parts(**dict(zip(names, facts.parts, strict=True))),
            hub=0 if is_last else int(self._painted.terrain.hub[head]),
            standing=int(self._painted.seating.stand[head]) // 16,
            fit=self._fit[self.row(head)] if is_last else 0,
            days=None if facts.days == MISSING else facts.days,
            is_older_than_holder=facts.is_older_than_holder,
        )

    def _also(self, tail: int, head: int, link: int) -> tuple[int, ...]:
        """The other links that would do, in order of cost."""
        classes = self._painted.classes
        fit = [
            (cost, lane)
            for to, cost, code, lane in self._painted.terrain.lanes.onward(tail)
            if to == head and classes[code] != REFUSED
        ]
        links = (
            self._view.lane_facts(self._walk, self._rules, lane).link for _, lane in sorted(fit)
        )
        return tuple(other for other in dict.fromkeys(links) if other != link)
