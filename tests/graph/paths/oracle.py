"""An oracle of the search: every path there is, sorted, then filtered.

Written from docs/paths.md, "What a path is" (and the two sections after it), with the View's own
methods and without any column or table.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import log

from graph.access.view import View
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.policy import Policy
from graph.vocabulary import STALE_DAYS, Label, LegalGate, LinkType, PathUse, PreventionLevel

Pair = tuple[int, int]
Ends = tuple[int, int, int, tuple[int, ...]]  # tail, head, link, HOLDS links


@dataclass(frozen=True, order=True, slots=True)
class Arc:
    """A link in one direction; arcs sort in the order in which parallels are preferred."""

    cost: int
    link: int
    holds: tuple[int, ...]  # the HOLDS links of its carriers
    is_old: bool


@dataclass(frozen=True, order=True, slots=True)
class OraclePath:
    """A path; paths sort as answers do: old links last, then by cost, hops, nodes, links.

    `hops` count from step to step: a step is the consecutive nodes at which the same one answers.
    """

    is_old: bool
    cost: int
    hops: int
    rows: tuple[int, ...]
    arcs: tuple[Arc, ...]


def micro(factor: float) -> int:
    return round(-log(factor) * 1e6)


def height(view: View, row: int) -> int:
    match view.label(row):
        case Label.ACTOR:
            return view.value(row, "tier").height
        case Label.NETWORK:
            return view.value(row, "kind").tier.height
        case _:
            return 3


class Oracle:
    """All paths of one question.

    `entering` is the cost to enter each row, by who answers there and how late; -1: closed. `keys`
    identify who answers at a row: consecutive rows of one key are one step. Only the starts have
    the keys of the starts. Without `old_last` the cost alone counts, as it does for the legs of a
    path through stops.
    """

    def __init__(
        self,
        view: View,
        policy: Policy,
        ask: SearchRequest,
        entering: Sequence[int],
        keys: Sequence[int] | None = None,
        *,
        old_last: bool = True,
    ) -> None:
        self.view, self.policy, self.ask, self.entering = view, policy, ask, entering
        self.old_last = old_last
        self.keys = range(len(view.visible)) if keys is None else keys
        self.all_arcs: dict[Pair, list[tuple[Arc, int]]] = defaultdict(list)
        for tail, head, link, holds in self._arcs():
            self.all_arcs[tail, head].append((self._arc(link, holds), link))
        self.onward: dict[int, set[int]] = defaultdict(set)
        for tail, head in self.all_arcs:
            self.onward[tail].add(head)
        self.targets = {row for row in ask.targets if row not in ask.starts and self.open(row)}

    # ---- paths, in order, filtered

    def paths(self) -> list[OraclePath]:
        """Every path of 1.1 in the order of 1.8, those with an old hop behind all others."""
        starts = {row for row in self.ask.starts if self.stands(row)}
        return sorted(path for row in sorted(starts) for path in self._onward((row,)))

    def diverse(self) -> tuple[list[OraclePath], str | None, int | None]:
        """The list of 1.9: paths, why fewer, bottleneck."""
        every, given = self.paths(), list[OraclePath]()
        for path in every:
            if len(given) < self.ask.max_paths and all(
                self._differ(path, other) for other in given
            ):
                given.append(path)
        if len(given) == self.ask.max_paths:
            return given, None, None
        if len(given) == len(every):
            return given, "ALL_FOUND", None
        first, *others = (self._on_the_way(path) for path in given)
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
                is_next = self._meets_nobody_twice((*rows, head)) and self._descends((*rows, head))
                if may_enter and is_next and self.best(here, head):
                    yield from self._onward((*rows, head))

    def _path(self, rows: tuple[int, ...]) -> OraclePath:
        """Return the path over the cheapest arcs that are not old.

        Over the cheapest of any age, if a hop has only old ones.
        """
        fresh = tuple(best for pair in pairwise(rows) if (best := self.best(*pair, fresh=True)))
        is_old = self.old_last and len(fresh) < len(rows) - 1
        cheapest = tuple(best for pair in pairwise(rows) if (best := self.best(*pair)))
        arcs = cheapest if is_old or not self.old_last else fresh
        pairs = tuple(pairwise(rows))
        cost = self.ask.targets[rows[-1]] + sum(map(self._hub, rows[1:-1]))
        for pair, arc in zip(pairs, arcs, strict=True):
            cost += arc.cost + (0 if self._is_free(*pair) else self.entering[pair[1]])
        hops = sum(not self._is_inside(*pair) for pair in pairs)
        return OraclePath(is_old, cost, hops, rows, arcs)

    # ---- steps

    def _is_inside(self, tail: int, head: int) -> bool:
        """Return whether the same one answers at both rows."""
        return tail not in self.ask.starts and self.keys[tail] == self.keys[head]

    def _is_free(self, tail: int, head: int) -> bool:
        """Return whether both are posts of one step, so that there is no second call."""
        are_posts = all(self.view.label(row) is Label.ACTOR for row in (tail, head))
        return are_posts and self._is_inside(tail, head)

    def _steps(self, rows: tuple[int, ...]) -> list[int]:
        """Return who is called, one after the other; the asker is not called."""
        return [key for key, _ in groupby(rows[1:], key=self.keys.__getitem__)]

    def _meets_nobody_twice(self, rows: tuple[int, ...]) -> bool:
        steps = self._steps(rows)
        return len(set(steps)) == len(steps)

    def _differ(self, path: OraclePath, other: OraclePath) -> bool:
        first, second = self._interior(path), self._interior(other)
        shorter = min(len(first), len(second))
        return 100 * len(first & second) <= self.ask.overlap_percent * shorter

    def _interior(self, path: OraclePath) -> frozenset[int]:
        """Return who is called on the way, except those whom `via` makes every path call."""
        called = {self.keys[row] for row in self._sole().difference(self.ask.starts)}
        return frozenset(self._steps(path.rows)[:-1]) - called

    def _on_the_way(self, path: OraclePath) -> frozenset[int]:
        """Return the nodes on the way, except those `via` makes every path meet."""
        return frozenset(path.rows[1:-1]) - self._sole()

    def _sole(self) -> frozenset[int]:
        return frozenset(row for item in self.ask.via if len(item) == 1 for row in item)

    def _meets_via(self, rows: tuple[int, ...]) -> bool:
        left = iter(rows)
        return all(any(row in item for row in left) for item in self.ask.via)

    def _descends(self, rows: tuple[int, ...]) -> bool:
        heights = [height(self.view, row) for row in rows]
        steps = [below - above for above, below in pairwise(heights)]
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
        return self.stands(row) and self.entering[row] >= 0

    def crosses(self, row: int) -> bool:
        if len(self.onward[row]) > self.policy.hub.closed_above or row in self.ask.starts:
            return False
        if self.ask.closed is not None and self.ask.closed[row]:
            return False
        names = {str(self.view.value(row, "kind")), str(self.view.label(row))}
        return not names & {*self.policy.crossing.end_kinds, "Organization"}

    def _hub(self, row: int) -> int:
        rule, degree = self.policy.hub, len(self.onward[row])
        nats = rule.exponent * log(degree / rule.free) if degree > rule.free else 0
        return round(min(nats, rule.cap_nat) * 1e6)

    # ---- arcs

    def best(self, tail: int, head: int, *, fresh: bool = False) -> Arc | None:
        """The cheapest arc between two rows; `fresh`: of those that are not old."""
        fit = self._fit(tail, head)
        return min((arc for arc in fit if not (fresh and arc.is_old)), default=None)

    def also(self, tail: int, head: int, used: Arc) -> list[int]:
        """The other permitted links of a hop, the cheaper first."""
        links = dict.fromkeys(arc.link for arc in sorted(self._fit(tail, head)))
        return [link for link in links if link != used.link]

    def _fit(self, tail: int, head: int) -> list[Arc]:
        """Return the permitted arcs between two rows; between posts of one step they are free."""
        fit = [arc for arc, link in self.all_arcs[tail, head] if self._permitted(link, head)]
        return [replace(arc, cost=0) for arc in fit] if self._is_free(tail, head) else fit

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

    def _arcs(self) -> Iterator[Ends]:
        for row in range(len(self.view.visible)):
            for link in self.view.out(row) if self.view.visible[row] else ():
                yield from self._arcs_of(link, self.view.link_type(link))

    def _arcs_of(self, link: int, what: LinkType) -> Iterator[Ends]:
        source, target = self.view.source(link), self.view.target(link)
        if what is LinkType.KNOWS:
            for seat in self._seats(source):
                for other in self._seats(target):
                    here, there = self.view.target(seat), self.view.target(other)
                    if here != there:
                        yield here, there, link, (seat, other)
                        yield there, here, link, (other, seat)
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

    def _arc(self, link: int, holds: tuple[int, ...]) -> Arc:
        rule, cost = self.policy.links[self.view.link_type(link)], self.policy.cost
        strength = self.view.link_value(link, "strength")
        strength = cost.strength_unknown if strength is None else strength
        age = self._age(link, holds)
        verified_on = self.view.link_value(link, "verified_on")
        is_old = verified_on is None or (self.view.on - verified_on).days > STALE_DAYS
        parts = (
            rule.factor,
            1 - cost.strength_doubt * (1 - strength),
            rule.floor + (1 - rule.floor) * 2 ** (-age / rule.half_life_days),
            self.policy.gates[self.view.link_value(link, "gate")].factor,
        )
        return Arc(sum(map(micro, parts)), link, holds, is_old)

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
