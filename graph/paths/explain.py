"""Explanations of found paths: stops, hops, costs and who answers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from math import exp
from typing import Any, Final

from graph.access.view import View
from graph.errors import NotFound
from graph.paths.answer import Hop, HopFacts, NodeRef, Path, Resolution, Stop
from graph.paths.answering_costs import post_answers
from graph.paths.availability import Preference
from graph.paths.kernel.caller_graph import rules_of
from graph.paths.kernel.problem import REFUSED, SearchProblem
from graph.paths.kernel.request import CostParts, Enumeration, SearchHop, SearchPath, SearchRequest
from graph.paths.need import Need
from graph.paths.notes import DescribedPath, described_path, notes_of, reasons
from graph.paths.policy import Policy
from graph.paths.resolve import consented_until, named, resolve
from graph.snapshot.field_types import MISSING, day_to_date
from graph.snapshot.structure import areas_of
from graph.vocabulary import (
    CoordinationFunction,
    Freshness,
    Label,
    LinkType,
    NetworkKind,
    Tier,
)

_PARTS: Final = ("type", "strength", "freshness", "gate")


class Hops:
    """Search hops of one need; needs of the same kind share them."""

    def __init__(
        self, view: View, policy: Policy, problem: SearchProblem, ask: SearchRequest
    ) -> None:
        self._view, self._rules = view, rules_of(view, policy)
        self._problem, self._fit = problem, ask.targets
        self._walk = problem.caller_graph.walk
        kind = (ask.levels, ask.direction, ask.is_named, ask.gate)
        self._known: dict[Any, SearchHop] = problem.answering_costs.hops.setdefault(kind, {})

    def row(self, node: int) -> int:
        """Return the row of a node of the arc graph."""
        return int(self._walk.row[node])

    def paths(self, enumeration: Enumeration) -> tuple[SearchPath, ...]:
        """Return the paths in rows, each arc as a hop."""
        nodes = [node for stops, _ in enumeration.paths for node in stops]
        rows: list[int] = self._walk.row[nodes].tolist()
        paths: list[SearchPath] = []
        end = 0
        for _, arcs in enumeration.paths:
            first, end = end, end + len(arcs) + 1
            paths.append(self._path(rows[first:end], arcs))
        return tuple(paths)

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
        """Build the hop over an arc; `fit` is set for the last hop of a path."""
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
        """Return the other links that could be used, in order of cost."""
        tail, head = self._walk.number[list(ends)].tolist()
        classes, arcs = self._problem.classes, self._problem.answering_costs.arcs
        fit = [
            (cost, arc)
            for to, cost, code, arc in arcs.onward(tail)
            if to == head and classes[code] != REFUSED
        ]
        links = (self._view.arc_facts(self._walk, self._rules, arc).link for _, arc in sorted(fit))
        return tuple(other for other in dict.fromkeys(links) if other != link)


MICRO: Final = 1_000_000
_MOST_TOLD: Final = 1024  # paths cached with a moment of a View: some 2 KB each
_CIVIL_LINKS: Final = (LinkType.DOOR_OPENER_FOR, LinkType.REPRESENTS)
_START: Final = -1  # in keys of stops, instead of a row
_LAST_DAY: Final = (1 << 31) - 1


class Explainer:
    """Explanations for one preference at one moment, cached.

    A hop is cached by the identity of its SearchHop, which the kernel caches too.
    """

    def __init__(
        self, view: View, policy: Policy, preference: Preference, at: datetime | None
    ) -> None:
        self.view, self.policy, self.preference, self.at = view, policy, preference, at
        self.told: dict[Any, DescribedPath] = {}
        self._hops: dict[tuple[int, ...], tuple[tuple[SearchHop, ...], Hop]] = {}
        self._stops: dict[tuple[int, ...], Stop] = {}
        self._resolutions: dict[int, Resolution] = {}

    def resolve(self, post: int) -> Resolution:
        """Return who answers at a post."""
        resolution = self._resolutions.get(post)
        if resolution is None:
            resolution = resolve(self.view, post, self.policy, self.preference, self.at)
            self._resolutions[post] = resolution
        return resolution

    def path(self, search_path: SearchPath, start: int) -> DescribedPath:
        """Return a path with its facts; `start` is the asker's post."""
        key = (start, search_path.rows, *map(id, search_path.hops))
        described = self.told.get(key)
        if described is None:
            if len(self.told) >= _MOST_TOLD:
                self.told.clear()
            described = self.told[key] = _told(self, search_path, start)
        return described

    def hop(self, found: tuple[SearchHop, ...]) -> Hop:
        """Return the hop into a step with its facts; `found` includes the hops inside it."""
        key = tuple(map(id, found))
        kept = self._hops.get(key)
        if kept is None or any(one is not other for one, other in zip(kept[0], found, strict=True)):
            kept = self._hops[key] = found, _hop(self.view, found)
        return kept[1]

    def start(self, row: int, first: int) -> Stop:
        """Return the asker's post, where they sit at any hour; a path begins at `first`."""
        key = (_START, row, first)
        stop = self._stops.get(key)
        if stop is None:
            covers = (row,) if row == first else (row, first)
            stop = _stop(self, row, covers)
            if stop.label is Label.ACTOR:
                sitting = resolve(self.view, row, self.policy, self.preference)
                stop = replace(stop, resolution=sitting)
            self._stops[key] = stop
        return stop

    def stop(self, row: int, covers: tuple[int, ...] = ()) -> Stop:
        """Return a step at a node, and who answers there; `covers`: all its nodes, if several."""
        key = (row, *covers)
        stop = self._stops.get(key)
        if stop is None:
            stop = self._stops[key] = _stop(self, row, covers or (row,))
        return stop


def preference_of(need: Need) -> Preference:
    """Return the preferences of a need for who answers."""
    return Preference(language=need.language, channel=need.channel)


def explainer_of(view: View, need: Need, policy: Policy) -> Explainer:
    """Return the Explainer of a need, cached with the requested moment."""
    preference, memo = preference_of(need), post_answers(view, policy, need.at).memo
    explainer: Explainer | None = memo.get(preference)
    if explainer is None:
        explainer = memo[preference] = Explainer(view, policy, preference, need.at)
    return explainer


def chance_of(cost: int) -> float:
    """Return the estimated chance that a path of this cost succeeds in time: exp(-cost)."""
    return exp(-cost / MICRO)


def explain_paths(
    view: View,
    need: Need,
    policy: Policy,
    paths: Sequence[SearchPath],
    *,
    starts: Sequence[int] | None = None,
    first: int = 1,
) -> tuple[Path, ...]:
    """Return the found paths in their order, each with its facts and the reason it is listed for.

    `starts` are the posts at which the asker sits, path by path, if the paths begin at other posts
    of theirs; `first` is the number of the first path.
    """
    explainer = explainer_of(view, need, policy)
    begins = [path.rows[0] for path in paths] if starts is None else starts
    described = [explainer.path(path, start) for path, start in zip(paths, begins, strict=True)]
    return reasons(need, described, first)


def _told(explainer: Explainer, path: SearchPath, start: int) -> DescribedPath:
    view = explainer.view
    steps = _steps(path)
    entering = tuple(hops for _, hops in steps[1:])
    hops = tuple(explainer.hop(one) for one in entering)
    stops = tuple(_stops(explainer, [rows for rows, _ in steps], start))
    costs = [hop.cost for hop in hops]
    days = [hop.days for hop in path.hops]
    known = [day for day in days if day is not None]
    inside = [hop for into in entering for hop in into[1:]]
    ends = _ends_on(view, path, hops, inside, stops)
    return described_path(
        search_path=path,
        path=Path(
            number=0,
            reason=None,
            cost=path.cost,
            chance=chance_of(path.cost),
            stops=stops,
            hops=hops,
            oldest_days=max(known) if len(known) == len(days) else None,
            freshness=max(map(_freshness, path.hops), key=lambda fresh: fresh.code),
            weakest=costs.index(max(costs)),
            gates=tuple(dict.fromkeys(hop.facts.gate for hop in hops if hop.facts.gate)),
            until=_earliest([ends, *_changes(stops)]),
            notes=notes_of(view, path, entering, hops, ends),
            shared_people=(),
        ),
    )


def _steps(path: SearchPath) -> list[tuple[tuple[int, ...], tuple[SearchHop, ...]]]:
    """Return the nodes of each step with the hops into it and inside it; the first has no hops."""
    steps: list[tuple[tuple[int, ...], tuple[SearchHop, ...]]] = [((path.rows[0],), ())]
    for hop, row in zip(path.hops, path.rows[1:], strict=True):
        rows, hops = steps[-1]
        if hop.is_inside and hops:
            steps[-1] = (*rows, row), (*hops, hop)
        else:
            steps.append(((row,), (hop,)))
    return steps


def _stops(explainer: Explainer, steps: Sequence[tuple[int, ...]], start: int) -> Iterator[Stop]:
    """Yield each step as a stop: at its first post, the last one at the path's last node."""
    (first,) = steps[0]
    yield explainer.start(start, first)
    for rows in steps[1:-1]:
        posts = (row for row in rows if explainer.view.label(row) is Label.ACTOR)
        yield explainer.stop(next(posts, rows[0]), rows)
    yield explainer.stop(steps[-1][-1], steps[-1])


def _hop(view: View, found: tuple[SearchHop, ...]) -> Hop:
    hop, *inside = found
    spent = sum(one.cost for one in inside)
    return Hop(
        source=named(view, hop.source),
        target=named(view, hop.target),
        is_forward=_is_forward(view, hop),
        facts=facts(view, hop),
        cost=hop.cost + spent,
        hub=hop.hub,
        standing=hop.standing,
        response=hop.response,
        inside=spent,
        also=tuple(view.links.ids[link] for link in hop.also),
    )


def _is_forward(view: View, hop: SearchHop) -> bool:
    """Return whether the link is traversed from its source.

    A lifted link runs between people who hold the posts.
    """
    source = view.source(hop.link)
    return source == hop.source or hop.source in view.targets(source, LinkType.HOLDS)


def facts(view: View, hop: SearchHop) -> HopFacts:
    """Return the facts about the link of a hop, as far as the caller may know them."""
    link = hop.link
    return HopFacts(
        link=view.links.ids[link],
        type=view.link_type(link),
        gate=view.link_value(link, "gate"),
        levels=view.link_value(link, "levels"),
        strength=view.link_value(link, "strength"),
        verified_on=view.link_value(link, "verified_on"),
        days=hop.days,
        freshness=_freshness(hop),
        verified_by=_verifier(view, link),
        until=_hop_until(view, hop),
        carriers=tuple(named(view, carrier) for carrier in hop.carriers),
        parts=hop.parts,
    )


def _freshness(hop: SearchHop) -> Freshness:
    """A link verified before the holder began is at best STALE (paths.md §1.3)."""
    freshness = Freshness.of(hop.days)
    if hop.is_older_than_holder and freshness is Freshness.FRESH:
        return Freshness.STALE
    return freshness


def _verifier(view: View, link: int) -> NodeRef | None:
    """The visible post or person that verified a link; None for an account, which has no name."""
    verifier: str | None = view.link_value(link, "verified_by")
    if verifier is None:
        return None
    try:
        return named(view, view.row(verifier))
    except NotFound:
        return None


def _hop_until(view: View, hop: SearchHop) -> date | None:
    """The first date on which the link, a carrier's seat or presence, or a consent ends."""
    dates = [_day(int(view.links.valid_to[hop.link]))]
    for carrier in hop.carriers:
        away: date | None = view.value(carrier, "absent_from")
        dates.append(away if away is not None and away > view.on else None)
        dates += [
            _day(int(view.links.valid_to[seat]))
            for seat in view.out(carrier, LinkType.HOLDS)
            if view.target(seat) in (hop.source, hop.target)
        ]
    if view.link_type(hop.link) in _CIVIL_LINKS:
        civilian = hop.source if view.label(hop.target) is Label.ORGANIZATION else hop.target
        dates.append(consented_until(view, civilian))
    return _earliest(dates)


def _day(day: int) -> date | None:
    return None if day == _LAST_DAY else day_to_date(day)


def _earliest(dates: Iterable[date | None]) -> date | None:
    return min((day for day in dates if day is not None), default=None)


def _ends_on(
    view: View,
    path: SearchPath,
    hops: Iterable[Hop],
    inside: Iterable[SearchHop],
    stops: Sequence[Stop],
) -> date | None:
    """The first date on which a stop or link of the path ends, or someone who answers leaves."""
    answering = [stop.resolution for stop in stops[1:] if stop.label is Label.ACTOR]
    return _earliest(
        [
            *(hop.facts.until for hop in hops),
            *(_hop_until(view, hop) for hop in inside),
            *(_day(int(view.nodes.valid_to[row])) for row in path.rows),
            *(resolution.leaves for resolution in answering if resolution),
        ]
    )


def _changes(stops: Sequence[Stop]) -> Iterable[date | None]:
    """The dates on which the answerer changes at the posts a path enters, the start excepted."""
    return (
        stop.resolution.until for stop in stops[1:] if stop.label is Label.ACTOR and stop.resolution
    )


def _stop(explainer: Explainer, row: int, covers: tuple[int, ...]) -> Stop:
    view = explainer.view
    areas = areas_of(view, row)
    return Stop(
        node=named(view, row),
        label=view.label(row),
        kind=view.value(row, "kind"),
        tier=_tier(view, row),
        area=named(view, areas[0]) if areas else None,
        resolution=_resolution(explainer, row),
        covers=tuple(named(view, one) for one in covers),
    )


def _tier(view: View, row: int) -> Tier:
    """Return the tier of a node: a network's by kind; civilians and associations are COMMUNITY."""
    match view.label(row):
        case Label.ACTOR:
            return view.value(row, "tier")
        case Label.NETWORK:
            kind: NetworkKind = view.value(row, "kind")
            return kind.tier
        case _:
            return Tier.COMMUNITY


def _resolution(explainer: Explainer, row: int) -> Resolution | None:
    """Return who answers at a post, or at the post that coordinates a network."""
    match explainer.view.label(row):
        case Label.ACTOR:
            return explainer.resolve(row)
        case Label.NETWORK:
            doors = [explainer.resolve(post) for post in _coordinators(explainer.view, row)]
            return next((door for door in doors if door.rung.is_open), doors[0] if doors else None)
        case _:
            return None


def _coordinators(view: View, network: int) -> list[int]:
    """Return the posts that coordinate a network, the chair first."""
    coordinators: dict[int, int] = {}
    for link in view.into(network, LinkType.COORDINATES):
        function: CoordinationFunction = view.link_value(link, "function")
        post = view.source(link)
        coordinators[post] = min(function.code, coordinators.get(post, function.code))
    return sorted(coordinators, key=lambda post: (coordinators[post], post))
