"""Paths through up to three stops in order, and the selection of whole paths that differ.

A leg is a contact path of its own, from one stop to the next. Legs are searched separately, from
the last to the first, so that each ends only where the next leads on, and joined where one ends and
the next begins. Whole paths are then enumerated in their total order: (cost, hops, ids of nodes).
Apart from the stops, a whole path meets no node twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heappop, heappush
from itertools import groupby
from typing import Any, Final

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import FewerPaths, NodeRef, NoPath, Path
from graph.paths.answer_terms import Cause
from graph.paths.answering_costs import post_answers
from graph.paths.capabilities import all_of, criteria
from graph.paths.ends import (
    Ends,
    asker_posts_and_networks,
    direction_of,
    ends_at,
    first_class_rows,
    first_level_rows,
    search_request,
    start_of,
    starts_of,
    with_asker_answering,
)
from graph.paths.explain import chance_of, explain_paths
from graph.paths.kernel.caller_graph import PostAnswers
from graph.paths.kernel.request import (
    Direction,
    FewerWhy,
    SearchPath,
    SearchRequest,
    is_alike,
)
from graph.paths.kernel.search import search
from graph.paths.need import Need, check
from graph.paths.no_path import no_path
from graph.paths.policy import Policy
from graph.paths.relaxation import RelaxableSearch
from graph.paths.resolve import node_ref
from graph.vocabulary import Freshness, Label, LegalGate

_WIDTHS: Final = (8, 32)  # paths per leg; more than the first few are rarely needed
_MAX_POPS: Final = 5_000  # partial paths: some 50 ms in plain Python
_ALL: Final = 100
_NO_CRITERIA: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        ("trigger", "area", "sector", "competence", "language", "channel", "within_km")
    ),
    "network": frozenset(),
}


@dataclass(frozen=True, slots=True)
class CombinedPath:
    """One path per leg; `rows` are the nodes of all legs, each stop once."""

    cost: int
    rows: tuple[int, ...]
    legs: tuple[SearchPath, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedPaths:
    """Whole paths in order.

    `is_exact`: no whole path outside the lists of the legs precedes the last one, or is missing.
    `is_alike`: others were left out for overlap. `bottleneck`: a node that all of them share.
    """

    wholes: tuple[CombinedPath, ...]
    is_exact: bool
    is_alike: bool
    bottleneck: int | None


@dataclass(frozen=True, slots=True)
class _Lists:
    """The best paths of one leg by their first row.

    `floor`: no unlisted path is cheaper; None: every path is listed. A row is missing if no path
    starts there.
    """

    paths: Mapping[int, tuple[SearchPath, ...]]
    floor: int | None

    @property
    def best(self) -> int:
        """The cost of the cheapest path; 0 if there is none."""
        return min((paths[0].cost for paths in self.paths.values()), default=0)


def combine(
    view: View,
    policy: Policy,
    asks: Sequence[SearchRequest],
    answers: PostAnswers,
    *,
    max_paths: int,
    overlap_percent: int,
    widths: Sequence[int] = _WIDTHS,
) -> CombinedPaths:
    """Return the best different whole paths; each leg begins at the row where the previous ended.

    So a leg may lead from one post of a stop to another. Overlap is measured as for paths, by the
    nodes between the ends of the whole (docs/paths.md, "Order and difference"); a stop that is a
    single node is shared by all, so it does not count. `widths`: the numbers of paths per leg,
    tried until the result is exact.
    """
    sole = frozenset(row for ask in asks[1:] if len(ask.starts) == 1 for row in ask.starts)
    combined = CombinedPaths(wholes=(), is_exact=False, is_alike=False, bottleneck=None)
    for width in widths:
        lists = _lists(view, policy, asks, answers, width)
        combined = _diverse(lists, max_paths, overlap_percent, sole)
        if combined.is_exact:
            break
    return combined


def _lists(
    view: View, policy: Policy, asks: Sequence[SearchRequest], answers: PostAnswers, width: int
) -> list[_Lists]:
    """Return the best paths of each leg, limited to targets from which the next leg leads on."""
    lists: list[_Lists] = []
    onward = frozenset(asks[-1].targets)
    for place in range(len(asks) - 1, -1, -1):
        ask = replace(asks[place], max_paths=width, overlap_percent=_ALL, old_last=False)
        begins = [(row,) for row in asks[place - 1].targets] if place else [ask.starts]
        # The paths by their first row; the shortest full list bounds the unlisted ones.
        paths: dict[int, tuple[SearchPath, ...]] = {}
        floors: list[int] = []
        for starts in begins:
            away = frozenset(ask.targets).difference(starts)
            targets = {row: fit for row, fit in ask.targets.items() if row in away & onward}
            if not starts or not targets or (place and answers.cost[starts[0]] < 0):
                continue
            avoid = ask.avoid | (away - onward)
            leg = replace(ask, starts=starts, targets=targets, avoid=avoid)
            result = search(view, policy, leg, answers)
            for path in result.paths:
                paths[path.rows[0]] = (*paths.get(path.rows[0], ()), path)
            if result.is_cut_off or len(result.paths) == width:
                floors.append(result.paths[-1].cost if result.paths else 0)
        lists.append(_Lists(paths, min(floors, default=None)))
        onward = frozenset(paths)
    return lists[::-1]


def _diverse(
    lists: Sequence[_Lists], max_paths: int, overlap_percent: int, sole: frozenset[int]
) -> CombinedPaths:
    """Return the best sufficiently different whole paths, greedily, and whether they are exact."""
    wholes = _Wholes(lists)
    accepted: list[CombinedPath] = []
    is_overlapping = False
    for whole in wholes.in_order():
        inside = _interior(whole, sole)
        if any(is_alike(inside, _interior(other, sole), overlap_percent) for other in accepted):
            is_overlapping = True
            continue
        accepted.append(whole)
        if len(accepted) == max_paths:
            break
    # A lower bound of whole paths with an unlisted leg; None: every path is listed.
    least = sum(leg.best for leg in lists)
    floor = min(
        (least - leg.best + leg.floor for leg in lists if leg.floor is not None), default=None
    )
    is_full = len(accepted) == max_paths
    is_known = floor is None or (is_full and accepted[-1].cost < floor)
    insides = [_interior(other, sole) for other in accepted]
    shared = set(insides[0]).intersection(*insides) if insides else set[int]()
    return CombinedPaths(
        wholes=tuple(accepted),
        is_exact=is_known and not wholes.is_cut_off,
        is_alike=is_overlapping,
        bottleneck=min(shared, default=None),
    )


def _interior(whole: CombinedPath, sole: frozenset[int]) -> frozenset[int]:
    return frozenset(whole.rows[1:-1]) - sole


class _Wholes:
    """Whole paths built from the lists by best-first search over partial paths."""

    def __init__(self, lists: Sequence[_Lists]) -> None:
        self._lists = lists
        # By leg and first row, the cost of the cheapest completion; empty at the end.
        self._rest: list[dict[int, int]] = [{}]
        for leg in reversed(lists):
            after = self._rest[0]
            rest = {
                row: min(path.cost + after.get(path.rows[-1], 0) for path in paths)
                for row, paths in leg.paths.items()
            }
            self._rest.insert(0, rest)
        self.is_cut_off = False

    def in_order(self) -> Iterator[CombinedPath]:
        """Yield whole paths in total order; those of equal cost are sorted once all are known."""
        for _, same in groupby(self._by_cost(), key=lambda whole: whole.cost):
            yield from sorted(same, key=lambda whole: (len(whole.rows), whole.rows))

    def _by_cost(self) -> Iterator[CombinedPath]:
        heap: list[tuple[int, tuple[int, ...], CombinedPath]] = []
        for row, bound in self._rest[0].items():
            heappush(heap, (bound, (row,), CombinedPath(0, (row,), ())))
        for _ in range(_MAX_POPS):
            if not heap:
                return
            whole = heappop(heap)[2]
            if len(whole.legs) == len(self._lists):
                yield whole
                continue
            for path in self._lists[len(whole.legs)].paths.get(whole.rows[-1], ()):
                if set(path.rows[1:]).isdisjoint(whole.rows):
                    rows, legs = (*whole.rows, *path.rows[1:]), (*whole.legs, path)
                    longer = CombinedPath(whole.cost + path.cost, rows, legs)
                    bound = longer.cost + self._rest[len(legs)].get(rows[-1], 0)
                    heappush(heap, (bound, rows, longer))
        self.is_cut_off = bool(heap)


MAX_STOPS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg: its start, its target, its direction through the tiers.

    `start` and `target` are None if the need names no node. `rung` is the fallback level of the
    posts it may end at: 0 the area itself, 1 what it lies in, 2 the country.
    """

    start: NodeRef | None
    target: NodeRef | None
    direction: Direction
    rung: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePath:
    """A path through all stops: one Path per leg, numbered in order; each begins where one ended.

    `cost` and `hops` are sums over the legs; `oldest_days` is None if a hop was never verified,
    `weakest` the index of the most expensive hop of all, `until` the first date on which a part
    changes.
    """

    number: int
    cost: int
    chance: float
    hops: int
    legs: tuple[Path, ...]
    oldest_days: int | None
    freshness: Freshness
    weakest: int
    gates: tuple[LegalGate, ...]
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedLeg:
    """Why a leg has no path; `leg` counts from 1.

    None, with VIA: every leg has paths, but they do not meet, or every combination repeats a node.
    """

    leg: int | None
    none: NoPath


@dataclass(frozen=True, slots=True, kw_only=True)
class StopsAnswer:
    """The whole paths of a need, and the data and policy used; `failed` if there are none.

    `is_exact`: these are the best there are. Otherwise they are the best combinations of the legs'
    own best paths, a more expensive leg may give a better whole, and `fewer` is CUT_OFF if there
    are too few.
    """

    need: Need
    stops: tuple[NodeRef, ...]
    on: date
    revision: int
    policy: str
    legs: tuple[Leg, ...]
    paths: tuple[WholePath, ...]
    is_exact: bool
    fewer: FewerPaths | None
    failed: tuple[FailedLeg, ...]


def stops(view: View, need: Need, policy: Policy, *, through: Sequence[str]) -> StopsAnswer:
    """Return the best different whole paths of a need through stops in order, cheapest first.

    A stop is anything a need may start from: a post, a civilian, the posts of a person, authority,
    network or area. Matter, level, gate, avoided nodes and the limit of hops hold for each leg;
    AUTO is resolved for each leg; language, channel and the like apply to the goal alone. Whole
    paths differ from each other as paths do, by the nodes between their ends.

    Raises:
        InvalidNeed: a term this policy or caller does not allow, too many stops, or one that only
            ends a path.
        NeedTooWide: a stop, the start or the goal means too many nodes.
        NotFound: something named is absent or hidden.
    """
    check(view, need, policy)
    if not 1 <= len(through) <= MAX_STOPS:
        raise InvalidNeed("stops", f"fra 1 til {MAX_STOPS}", f"from 1 to {MAX_STOPS}")
    if need.via:
        raise InvalidNeed("via", "ikke sammen med stop", "not together with stops")
    rows = [view.current(stop) for stop in through]
    if any(view.label(row) is Label.ORGANIZATION for row in rows):
        raise InvalidNeed(
            "stops", "en forening kan kun være målet", "an association can only be the target"
        )
    asker = _Asker.of(view, need, policy)
    legs = _legs(view, need, policy, rows, asker)
    ask = legs[-1].ask
    combined = combine(
        view,
        policy,
        [leg.ask for leg in legs],
        asker.answers,
        max_paths=ask.max_paths,
        overlap_percent=ask.overlap_percent,
    )
    return StopsAnswer(
        need=need,
        stops=tuple(node_ref(view, row) for row in rows),
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        legs=tuple(
            Leg(
                start=None if leg.start is None else node_ref(view, leg.start),
                target=None if leg.target is None else node_ref(view, leg.target),
                direction=leg.ask.direction,
                rung=leg.ends.fallback_level,
            )
            for leg in legs
        ),
        paths=tuple(
            _whole_path(view, need, policy, legs, whole, number, asker)
            for number, whole in enumerate(combined.wholes, 1)
        ),
        is_exact=combined.is_exact,
        fewer=_fewer(view, combined, ask.max_paths),
        failed=() if combined.wholes else _failed_legs(view, need, policy, legs, combined, asker),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    """The asker, the rows at which they sit, and who answers at all other nodes."""

    starts: list[int]
    own: tuple[int, ...]
    answers: PostAnswers

    @classmethod
    def of(cls, view: View, need: Need, policy: Policy) -> "_Asker":
        """Return the asker of a need."""
        starts, everybody = starts_of(view, need), post_answers(view, policy, need.at)
        own = asker_posts_and_networks(view, everybody, starts)
        return cls(starts=starts, own=own, answers=with_asker_answering(everybody, own, starts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """One leg: its need, its start and target, its ends, and its search request.

    The need of a leg to a stop has no trigger, because a trigger would choose among the stop's
    posts; the matter is in `ask`.
    """

    need: Need
    start: int | None
    target: int | None
    ends: Ends
    ask: SearchRequest


def _legs(view: View, need: Need, policy: Policy, rows: Sequence[int], asker: _Asker) -> list[_Leg]:
    """Return the legs in order; each starts at the posts the previous one may end at."""
    starts, begins = asker.starts, asker.own
    start = None if need.start is None else view.row(need.start)
    goal = None if need.target is None else view.current(need.target)
    legs: list[_Leg] = []
    for stop in (*rows, None):
        if stop is None:
            own, target = need, goal
            goals, fallback_level = first_class_rows(view, own, policy, asker.starts, asker.answers)
        else:  # without the criteria of the goal: to all posts it stands for
            own, target = replace(need, target=view.id(stop), **_NO_CRITERIA), stop
            meets = all_of(view, criteria(view, own, policy))
            nodes, fallback_level = first_level_rows(view, own, meets, 0)
            goals = nodes.tolist()
        ends = ends_at(view, own, policy, starts, goals, fallback_level=fallback_level, own=begins)
        ask = search_request(view, replace(own, trigger=need.trigger), policy, ends)
        if start is not None and legs:  # from one of the stop's posts, perhaps to another of them
            every = ends_at(view, own, policy, [], goals, fallback_level=fallback_level).targets
            ask = replace(ask, targets=every, direction=direction_of(view, own, starts, goals))
            own = replace(own, start=view.id(start))
        legs.append(_Leg(need=own, start=start, target=target, ends=ends, ask=ask))
        starts, begins, start = goals, tuple(goals), target
    return legs


def _whole_path(
    view: View,
    need: Need,
    policy: Policy,
    legs: Sequence[_Leg],
    whole: CombinedPath,
    number: int,
    asker: _Asker,
) -> WholePath:
    needs = [replace(leg.need, trigger=need.trigger) for leg in legs]
    first = start_of(whole.legs[0], asker.answers, asker.starts)
    begins = (first, *(path.rows[0] for path in whole.legs[1:]))
    paths = [
        replace(
            explain_paths(view, own, policy, (path,), starts=(at,))[0], number=place, reason=None
        )
        for place, (own, path, at) in enumerate(zip(needs, whole.legs, begins, strict=True), 1)
    ]
    costs = [hop.cost for path in paths for hop in path.hops]
    days = [path.oldest_days for path in paths]
    known_days = [day for day in days if day is not None]
    return WholePath(
        number=number,
        cost=whole.cost,
        chance=chance_of(whole.cost),
        hops=len(costs),
        legs=tuple(paths),
        oldest_days=max(known_days) if len(known_days) == len(days) else None,
        freshness=max((path.freshness for path in paths), key=lambda fresh: fresh.code),
        weakest=costs.index(max(costs)),
        gates=tuple(dict.fromkeys(gate for path in paths for gate in path.gates)),
        until=min((path.until for path in paths if path.until), default=None),
    )


def _fewer(view: View, combined: CombinedPaths, max_paths: int) -> FewerPaths | None:
    if not combined.wholes or len(combined.wholes) == max_paths:
        return None
    if not combined.is_exact:
        return FewerPaths(why=FewerWhy.CUT_OFF, bottleneck=None)
    if not combined.is_alike:
        return FewerPaths(why=FewerWhy.ALL_FOUND, bottleneck=None)
    node = combined.bottleneck
    return FewerPaths(
        why=FewerWhy.OVERLAP, bottleneck=None if node is None else node_ref(view, node)
    )


def _failed_legs(
    view: View,
    need: Need,
    policy: Policy,
    legs: Sequence[_Leg],
    combined: CombinedPaths,
    asker: _Asker,
) -> tuple[FailedLeg, ...]:
    """Return the legs without paths of their own; else one failure: the legs cannot be joined."""
    failed: list[FailedLeg] = []
    for place, leg in enumerate(legs, 1):
        if place > 1 and not leg.ends.starts:
            continue  # the previous leg has no target, and reports that
        search = RelaxableSearch(
            view=view,
            need=leg.need,
            policy=policy,
            ends=leg.ends,
            ask=leg.ask,
            answers=asker.answers,
        )
        # Whether a start of the leg is also a target: each start is then searched separately.
        is_shared = not set(leg.ask.targets).isdisjoint(leg.ask.starts)
        has_path = is_cut_off = False
        for starts in [(row,) for row in leg.ask.starts] if is_shared else [leg.ask.starts]:
            away = {row: fit for row, fit in leg.ask.targets.items() if row not in starts}
            if not has_path:
                result = search.search_again(starts=starts, targets=away, max_paths=1)
                has_path, is_cut_off = bool(result.paths), is_cut_off or result.is_cut_off
        if not has_path:
            apart = replace(search, ask=replace(leg.ask, targets=leg.ends.targets))
            none = no_path(apart, is_cut_off=is_cut_off)
            if leg.need.trigger is not need.trigger:  # the leg's need has no trigger
                none = replace(none, nearest=None)
            failed.append(FailedLeg(leg=place, none=none))
    never = FailedLeg(leg=None, none=NoPath(cause=Cause.VIA, proved=combined.is_exact))
    return tuple(failed) or (never,)
