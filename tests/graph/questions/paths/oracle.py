"""The search done again in the plainest way: every path there is, sorted, then filtered.

Written from paths.md §1 alone, over the View's own questions and without any column or table.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log

from graph.model.hours import mean_wait_days
from graph.questions.paths.kernel import Ask, Direction
from graph.questions.paths.policy import Policy
from graph.view import View
from graph.vocabulary import Label, LegalGate, LinkType, PathUse, PreventionLevel

Pair = tuple[int, int]
Ends = tuple[int, int, int, tuple[int, ...]]  # tail, head, link, HOLDS links


@dataclass(frozen=True, order=True, slots=True)
class Lane:
    """A link in one direction, in the order parallels are preferred."""

    cost: int
    link: int
    holds: tuple[int, ...]  # the HOLDS links of its carriers


@dataclass(frozen=True, order=True, slots=True)
class OraclePath:
    """Ordered as answers are: cost, hops, nodes, links."""

    cost: int
    hops: int
    rows: tuple[int, ...]
    lanes: tuple[Lane, ...]


def micro(factor: float) -> int:
    return round(-log(factor) * 1e6)


class Oracle:
    """All paths of one question."""

    def __init__(self, view: View, policy: Policy, ask: Ask, standing: list[int]) -> None:
        self.view, self.policy, self.ask, self.standing = view, policy, ask, standing
        self.all_lanes: dict[Pair, list[tuple[Lane, int]]] = defaultdict(list)
        for tail, head, link, holds in self._lanes():
            self.all_lanes[tail, head].append((self._lane(link, head, holds), link))
        self.onward: dict[int, set[int]] = defaultdict(set)
        for tail, head in self.all_lanes:
            self.onward[tail].add(head)
        self.targets = {row for row in ask.targets if row not in ask.starts and self.open(row)}

    # ---- paths, in order, filtered

    def paths(self) -> list[OraclePath]:
        """Every path of 1.1 in the order of 1.8."""
        starts = {row for row in self.ask.starts if self.stands(row)}
        return sorted(path for row in sorted(starts) for path in self._onward((row,)))

    def diverse(self) -> tuple[list[OraclePath], str | None, int | None]:
        """The list of 1.9: paths, why fewer, bottleneck."""
        every, given = self.paths(), list[OraclePath]()
        for path in every:
            if len(given) < self.ask.max_paths and all(self._differ(path, one) for one in given):
                given.append(path)
        if len(given) == self.ask.max_paths:
            return given, None, None
        if len(given) == len(every):
            return given, "ALL_FOUND", None
        first, *others = (self._interior(path) for path in given)
        return given, "OVERLAP", min(first.intersection(*others), default=None)

    def _onward(self, rows: tuple[int, ...]) -> Iterator[OraclePath]:
        here, is_end = rows[-1], rows[-1] in self.targets
        if is_end and self._meets_via(rows):
            yield self._path(rows)
        if is_end or len(rows) > self.ask.max_hops or (len(rows) > 1 and not self.crosses(here)):
            return
        for head in self.onward[here]:
            if head not in rows and head not in self.ask.starts:
                may_enter = self.open(head) and (head in self.targets or self.crosses(head))
                if may_enter and self.best(here, head) and self._descends((*rows, head)):
                    yield from self._onward((*rows, head))

    def _path(self, rows: tuple[int, ...]) -> OraclePath:
        lanes = tuple(best for pair in pairwise(rows) if (best := self.best(*pair)))
        entered = sum(self.standing[row] for row in rows[1:])
        hubs = sum(self._hub(row) for row in rows[1:-1])
        cost = sum(lane.cost for lane in lanes) + entered + hubs + self.ask.targets[rows[-1]]
        return OraclePath(cost, len(lanes), rows, lanes)

    def _differ(self, one: OraclePath, other: OraclePath) -> bool:
        first, second = self._interior(one), self._interior(other)
        shorter = min(len(first), len(second))
        return 100 * len(first & second) <= self.ask.overlap_percent * shorter

    def _interior(self, path: OraclePath) -> frozenset[int]:
        sole = {row for item in self.ask.via if len(item) == 1 for row in item}
        return frozenset(path.rows[1:-1]) - sole

    def _meets_via(self, rows: tuple[int, ...]) -> bool:
        left = iter(rows)
        return all(any(row in item for row in left) for item in self.ask.via)

    def _descends(self, rows: tuple[int, ...]) -> bool:
        steps = [below - above for above, below in pairwise(map(self.height, rows))]
        if self.ask.direction is Direction.DOWN:
            return min(steps) >= 0
        if self.ask.direction is Direction.UP:
            return max(steps) <= 0
        fallen = [step > 0 for step in steps]
        return not any(step < 0 and any(fallen[:at]) for at, step in enumerate(steps))

    # ---- nodes

    def stands(self, row: int) -> bool:
        return bool(self.view.visible[row]) and row not in self.ask.avoid

    def open(self, row: int) -> bool:
        return self.stands(row) and self.standing[row] >= 0

    def crosses(self, row: int) -> bool:
        if len(self.onward[row]) > self.policy.hub.closed_above or row in self.ask.starts:
            return False
        kind = self.view.value(row, "kind")
        names = {str(kind), str(self.view.label(row))}
        return not names & {*self.policy.crossing.end_kinds, "Organization"}

    def _hub(self, row: int) -> int:
        rule, degree = self.policy.hub, len(self.onward[row])
        nats = rule.exponent * log(degree / rule.free) if degree > rule.free else 0
        return round(min(nats, rule.cap_nat) * 1e6)

    def height(self, row: int) -> int:
        match self.view.label(row):
            case Label.ACTOR:
                return self.view.value(row, "tier").height
            case Label.NETWORK:
                return self.view.value(row, "kind").tier.height
            case _:
                return 3

    # ---- lanes

    def best(self, tail: int, head: int) -> Lane | None:
        fit = [lane for lane, link in self.all_lanes[tail, head] if self._permitted(link, head)]
        return min(fit, default=None)

    def also(self, tail: int, head: int) -> list[int]:
        """The other permitted links of a hop, the cheaper first."""
        fit = sorted(
            lane for lane, link in self.all_lanes[tail, head] if self._permitted(link, head)
        )
        return [link for link in dict.fromkeys(lane.link for lane in fit) if link != fit[0].link]

    def _permitted(self, link: int, head: int) -> bool:
        gate: LegalGate = self.view.link_value(link, "gate")
        levels = self.view.link_value(link, "levels") or frozenset(PreventionLevel)
        levels &= self.policy.gates[gate].levels
        is_civil = self.view.label(head) in (Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION)
        return (
            bool(levels & (self.ask.levels or frozenset(PreventionLevel)))
            and (not self.ask.is_named or (gate.allows_named and not is_civil))
            and self.ask.gate in (None, gate, *([self.ask.gate] * (gate is LegalGate.INTERNAL)))
        )

    def _lanes(self) -> Iterator[Ends]:
        for row in range(len(self.view.visible)):
            for link in self.view.out(row) if self.view.visible[row] else ():
                yield from self._lanes_of(link, self.view.link_type(link))

    def _lanes_of(self, link: int, what: LinkType) -> Iterator[Ends]:
        source, target = self.view.source(link), self.view.target(link)
        if what is LinkType.KNOWS:
            for one in self._seats(source):
                for other in self._seats(target):
                    here, there = self.view.target(one), self.view.target(other)
                    if here != there:
                        yield here, there, link, (one, other)
                        yield there, here, link, (other, one)
        elif what is LinkType.DOOR_OPENER_FOR:
            for hold in self.view.into(source, LinkType.HOLDS):
                if self._is_present(self.view.source(hold)):
                    yield source, target, link, (hold,)
        elif what.use.is_hop:
            if what is LinkType.MEMBER_OF and self.view.label(source) is not Label.ACTOR:
                return
            yield source, target, link, ()
            if what.use is PathUse.BOTH:
                yield target, source, link, ()

    def _seats(self, who: int) -> list[int]:
        return list(self.view.out(who, LinkType.HOLDS)) if self._is_present(who) else []

    def _is_present(self, who: int) -> bool:
        start, end = self.view.value(who, "absent_from"), self.view.value(who, "absent_to")
        return start is None or not start <= self.view.on < end

    def _lane(self, link: int, head: int, holds: tuple[int, ...]) -> Lane:
        rule, cost = self.policy.links[self.view.link_type(link)], self.policy.cost
        strength = self.view.link_value(link, "strength")
        strength = cost.strength_unknown if strength is None else strength
        age = self._age(link, holds)
        wait = self._wait(head)
        parts = (
            rule.factor,
            1 - cost.strength_doubt * (1 - strength),
            rule.floor + (1 - rule.floor) * 2 ** (-age / rule.half_life_days),
            1 - 2 ** (-cost.patience_days / wait) if wait else 1,
            self.policy.gates[self.view.link_value(link, "gate")].factor,
        )
        return Lane(sum(map(micro, parts)), link, holds)

    def _age(self, link: int, holds: tuple[int, ...]) -> int:
        verified_on = self.view.link_value(link, "verified_on")
        if verified_on is None:
            return self.policy.cost.unverified_days
        age = max(0, (self.view.on - verified_on).days)
        for hold in holds:
            came = self.view.link_value(hold, "valid_from")
            if came and verified_on < came:
                age = max(age, self.policy.cost.older_than_holder_days)
        return min(age, 3650)

    def _wait(self, row: int) -> float:
        if self.view.label(row) is Label.NETWORK:
            return 0
        hours = self.view.value(row, "hours") if self.view.label(row) is Label.ACTOR else None
        days = mean_wait_days(hours) if hours else self.policy.cost.hours_unknown_days
        return min(round(4 * days) / 4, 7)
