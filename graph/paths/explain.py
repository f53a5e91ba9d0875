"""Explanations of found paths: stops, hops, costs, who answers; reasons to list one, and notes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from math import exp
from operator import is_
from typing import Any, Final

from graph.access.view import View
from graph.paths.answer import Hop, HopFacts, NodeRef, Note, Path, Resolution, Stop
from graph.paths.answer_terms import NoteKind, PathReason
from graph.paths.answering_costs import post_answers
from graph.paths.availability import Preference
from graph.paths.kernel.request import SearchHop, SearchPath
from graph.paths.need import Need
from graph.paths.policy import MICRO, Policy, micro_nats
from graph.paths.resolve import consented_until, node_ref, resolve
from graph.snapshot.field_types import day_to_date
from graph.snapshot.structure import areas_of
from graph.vocabulary import (
    AreaKind,
    CoordinationFunction,
    Freshness,
    Label,
    LinkType,
    NetworkKind,
    Tier,
)

_MOST_CACHED: Final = 1024  # paths cached with a moment of a View: some 2 KB each
_CIVIL_LINKS: Final = (LinkType.DOOR_OPENER_FOR, LinkType.REPRESENTS)
_START: Final = -1  # in keys of stops, instead of a row
_LAST_DAY: Final = (1 << 31) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedPath:
    """A path with its facts, not yet in a list, and the values it is compared by.

    `met`: who answers at the interior stops, and whose acquaintance the hops are. `listed` caches
    the path as it appears in lists.
    """

    path: Path
    met: Mapping[str, NodeRef]
    networks: frozenset[str]
    is_answered: bool
    listed: dict[Any, Path] = field(default_factory=dict[Any, Path])


class Explainer:
    """Explanations for one preference at one moment, cached.

    A hop is cached by the identity of its SearchHop, which the kernel caches too.
    """

    def __init__(
        self, view: View, policy: Policy, preference: Preference, at: datetime | None
    ) -> None:
        self.view, self.policy, self.preference, self.at = view, policy, preference, at
        self._paths: dict[Any, DescribedPath] = {}
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
        described = self._paths.get(key)
        if described is None:
            if len(self._paths) >= _MOST_CACHED:
                self._paths.clear()
            described = self._paths[key] = self._describe(search_path, start)
        return described

    def _describe(self, path: SearchPath, start: int) -> DescribedPath:
        view = self.view
        # The nodes of each step with the hops into it and inside it; the first has no hops.
        steps: list[tuple[tuple[int, ...], tuple[SearchHop, ...]]] = [((path.rows[0],), ())]
        for hop, row in zip(path.hops, path.rows[1:], strict=True):
            rows, into = steps[-1]
            if hop.is_inside and into:
                steps[-1] = (*rows, row), (*into, hop)
            else:
                steps.append(((row,), (hop,)))
        entering = [into for _, into in steps[1:]]
        hops = tuple(map(self.hop, entering))
        stops = [self.start(start, path.rows[0])]
        for rows, _ in steps[1:-1]:  # a step of several nodes stops at its first post
            posts = (row for row in rows if view.label(row) is Label.ACTOR)
            stops.append(self.stop(next(posts, rows[0]), rows))
        stops.append(self.stop(path.rows[-1], steps[-1][0]))
        answering = [stop.resolution for stop in stops[1:] if stop.label is Label.ACTOR]
        ends_on = _earliest(
            [
                *(hop.facts.until for hop in hops),
                *(_hop_until(view, hop) for into in entering for hop in into[1:]),
                *(_day(int(view.nodes.valid_to[row])) for row in path.rows),
                *(resolution.leaves for resolution in answering if resolution),
            ]
        )
        costs = [hop.cost for hop in hops]
        days = [hop.days for hop in path.hops]
        known_days = [day for day in days if day is not None]
        met = (
            *(stop.resolution.who for stop in stops[1:-1] if stop.resolution),
            *(carrier for hop in hops for carrier in hop.facts.carriers),
        )
        return DescribedPath(
            path=Path(
                number=0,
                reason=None,
                cost=path.cost,
                chance=chance_of(path.cost),
                stops=tuple(stops),
                hops=hops,
                oldest_days=max(known_days) if len(known_days) == len(days) else None,
                freshness=max(map(_freshness, path.hops), key=lambda fresh: fresh.code),
                weakest=costs.index(max(costs)),
                gates=tuple(dict.fromkeys(hop.facts.gate for hop in hops if hop.facts.gate)),
                until=_earliest(
                    [ends_on, *(resolution.until for resolution in answering if resolution)]
                ),
                notes=_notes(view, path, entering, hops, ends_on),
                shared_people=(),
            ),
            met={node.id: node for node in met if node is not None},
            networks=frozenset(stop.node.id for stop in stops if stop.label is Label.NETWORK),
            is_answered=all(resolution and resolution.is_at_once for resolution in answering),
        )

    def hop(self, into: tuple[SearchHop, ...]) -> Hop:
        """Return the hop into a step with its facts; `into` includes the hops inside the step."""
        key = tuple(map(id, into))
        cached = self._hops.get(key)
        if cached is not None and all(map(is_, cached[0], into)):
            return cached[1]
        view, (hop, *inside) = self.view, into
        link, cost_inside = hop.link, sum(other.cost for other in inside)
        # A visible post or person; an account has no name.
        verified_by: str | None = view.link_value(link, "verified_by")
        verifier = None if verified_by is None else view.find(verified_by)
        source = view.source(link)  # of a lifted link, a person who holds the post
        described = Hop(
            source=node_ref(view, hop.source),
            target=node_ref(view, hop.target),
            is_forward=source == hop.source or hop.source in view.targets(source, LinkType.HOLDS),
            facts=HopFacts(
                link=view.links.ids[link],
                type=view.link_type(link),
                gate=view.link_value(link, "gate"),
                levels=view.link_value(link, "levels"),
                strength=view.link_value(link, "strength"),
                verified_on=view.link_value(link, "verified_on"),
                days=hop.days,
                freshness=_freshness(hop),
                verified_by=None if verifier is None else node_ref(view, verifier),
                until=_hop_until(view, hop),
                carriers=tuple(node_ref(view, carrier) for carrier in hop.carriers),
                parts=hop.parts,
            ),
            cost=hop.cost + cost_inside,
            hub=hop.hub,
            standing=hop.standing,
            response=hop.response,
            inside=cost_inside,
            also=tuple(view.links.ids[other] for other in hop.also),
        )
        self._hops[key] = into, described
        return described

    def start(self, row: int, first: int) -> Stop:
        """Return the asker's post, where they sit at any hour; a path begins at `first`."""
        key = (_START, row, first)
        stop = self._stops.get(key)
        if stop is None:
            stop = self._stop(row, (row,) if row == first else (row, first))
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
            stop = self._stops[key] = self._stop(row, covers or (row,))
        return stop

    def _stop(self, row: int, covers: tuple[int, ...]) -> Stop:
        view, label = self.view, self.view.label(row)
        areas = areas_of(view, row)
        tier, resolution = Tier.COMMUNITY, None  # of civilians and associations
        if label is Label.ACTOR:
            tier, resolution = view.value(row, "tier"), self.resolve(row)
        elif label is Label.NETWORK:  # answered by the first coordinator there is, the chair first
            kind: NetworkKind = view.value(row, "kind")
            functions: dict[int, int] = {}
            for link in view.into(row, LinkType.COORDINATES):
                function: CoordinationFunction = view.link_value(link, "function")
                post = view.source(link)
                functions[post] = min(function.code, functions.get(post, function.code))
            posts = sorted(functions, key=lambda post: (functions[post], post))
            resolutions = [self.resolve(post) for post in posts]
            fallback = resolutions[0] if resolutions else None
            resolution = next((each for each in resolutions if each.rung.is_open), fallback)
            tier = kind.tier
        return Stop(
            node=node_ref(view, row),
            label=label,
            kind=view.value(row, "kind"),
            tier=tier,
            area=node_ref(view, areas[0]) if areas else None,
            resolution=resolution,
            covers=tuple(node_ref(view, node) for node in covers),
        )


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


def likely_paths(policy: Policy, paths: tuple[SearchPath, ...]) -> tuple[SearchPath, ...]:
    """Return the paths that are likely enough to be shown beside others or a direct call."""
    most_cost = micro_nats(policy.contacts.least_chance)
    return tuple(path for path in paths if path.cost <= most_cost)


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
    of theirs; `first` is the number of the first path. The reason is the first true one that is
    unused; if all true ones are used, the first of them; if none is true, LIKELIEST for the first
    path and no reason for the others.
    """
    explainer = explainer_of(view, need, policy)
    begins = [path.rows[0] for path in paths] if starts is None else starts
    described = [explainer.path(path, start) for path, start in zip(paths, begins, strict=True)]
    if not described:
        return ()
    best = described[0]
    fewest_hops = min(len(path.path.hops) for path in described)
    ages = [path.path.oldest_days for path in described if path.path.oldest_days is not None]
    used_reasons: set[PathReason] = set()
    listed: list[Path] = []
    for number, path in enumerate(described, first):
        is_best, age = path is best, path.path.oldest_days
        tests = {
            PathReason.SHORTEST: len(path.path.hops) == fewest_hops,
            PathReason.FRESHEST: age is not None and age == min(ages),
            # Now, while path 1 does not, unless it is path 1 itself.
            PathReason.ANSWERS_NOW: path.is_answered and (is_best or not best.is_answered),
            PathReason.OTHER_NETWORK: not is_best
            and bool(path.networks)
            and path.networks.isdisjoint(best.networks),
            PathReason.OTHER_PEOPLE: not is_best
            and bool(path.met)
            and path.met.keys().isdisjoint(best.met),
            PathReason.AVOIDS: bool(need.avoid),
        }
        true = [reason for reason, holds in tests.items() if holds]
        fallback = PathReason.LIKELIEST if is_best else None
        default = true[0] if true else fallback
        reason = next((reason for reason in true if reason not in used_reasons), default)
        if reason is not None:
            used_reasons.add(reason)
        # People met both here and on path 1; the ends of the path do not count.
        shared = set[str]() if is_best else path.met.keys() & best.met.keys()
        people = tuple(path.met[node_id] for node_id in sorted(shared))
        key = number, reason, *map(id, people)
        if key not in path.listed:
            path.listed[key] = replace(
                path.path, number=number, reason=reason, shared_people=people
            )
        listed.append(path.listed[key])
    return tuple(listed)


def _freshness(hop: SearchHop) -> Freshness:
    """A link verified before the holder began is at best STALE."""
    freshness = Freshness.of(hop.days)
    if hop.is_older_than_holder and freshness is Freshness.FRESH:
        return Freshness.STALE
    return freshness


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
        dates.append(consented_until(view, hop.link))
    return _earliest(dates)


def _day(day: int) -> date | None:
    return None if day == _LAST_DAY else day_to_date(day)


def _earliest(dates: Iterable[date | None]) -> date | None:
    return min((day for day in dates if day is not None), default=None)


# ---- notes


_SOON_DAYS: Final = 30


def _notes(
    view: View,
    path: SearchPath,
    entering: Sequence[Sequence[SearchHop]],
    hops: Sequence[Hop],
    ends_on: date | None,
) -> tuple[Note, ...]:
    """Return the notes in the order of their kinds; of several such hops, the first is named.

    `entering` are the found hops into each step and inside it, parallel to `hops`.
    """
    gates = [hop.facts.gate for hop in hops]
    notes = [
        *_geography(view, path),
        *_first(NoteKind.PERSONAL_HOP, [hop.facts.type is LinkType.KNOWS for hop in hops]),
        *_first(NoteKind.OPENER_HOP, [hop.facts.type is LinkType.DOOR_OPENER_FOR for hop in hops]),
        *_first(NoteKind.OLDER_THAN_HOLDER, [into[0].is_older_than_holder for into in entering]),
        *_first(NoteKind.NAMED_STOPS_AT, [gate is None or not gate.allows_named for gate in gates]),
    ]
    old = ((number, hop) for number, hops in enumerate(entering) for hop in hops if hop.is_old)
    for number, hop in islice(old, 1):  # verified over a year ago or never: whom to call about it
        places = (node_ref(view, hop.source), node_ref(view, hop.target))
        checked: date | None = view.link_value(hop.link, "verified_on")
        notes.append(Note(kind=NoteKind.OLD_KNOWLEDGE, hop=number, on=checked, places=places))
    if ends_on is not None and (ends_on - view.on).days <= _SOON_DAYS:
        notes.append(Note(kind=NoteKind.ENDS_SOON, on=ends_on))
    notes += _first(
        NoteKind.SECTION_115, [gate is not None and gate.is_section_115 for gate in gates]
    )
    return tuple(notes)


def _first(kind: NoteKind, holds: Sequence[bool]) -> list[Note]:
    return [Note(kind=kind, hop=holds.index(True))] if any(holds) else []


def _geography(view: View, path: SearchPath) -> list[Note]:
    """One note if the path enters a municipality whose region is not its district's usual one.

    A path that stays inside the district gets no note.
    """
    for area in areas_of(view, path.rows[-1]):
        municipality = None
        if view.label(area) is Label.AREA:
            is_one = view.value(area, "kind") is AreaKind.MUNICIPALITY
            municipality = area if is_one else _around(view, area, AreaKind.MUNICIPALITY)
        if municipality is None:
            continue
        district = _around(view, municipality, AreaKind.POLICE_DISTRICT)
        region = _around(view, municipality, AreaKind.REGION)
        if district is None or region is None:
            continue
        # The usual region is that of most municipalities of the district.
        regions = Counter(
            usual
            for other in view.sources(district, LinkType.LIES_IN)
            if (usual := _around(view, other, AreaKind.REGION)) is not None
        )
        if region == min(regions, key=lambda each: (-regions[each], each), default=None):
            continue
        for row in path.rows:
            inside = areas_of(view, row)
            if not inside or not all(_reaches(view, each, district) for each in inside):
                places = tuple(node_ref(view, each) for each in (municipality, district, region))
                return [Note(kind=NoteKind.GEOGRAPHY_CROSSES, places=places)]
    return []


def _around(view: View, area: int, kind: AreaKind) -> int | None:
    """Return the area of a kind that this one lies in."""
    parents = view.targets(area, LinkType.LIES_IN)
    return next((parent for parent in parents if view.value(parent, "kind") is kind), None)


def _reaches(view: View, area: int, district: int) -> bool:
    return area == district or any(
        _reaches(view, parent, district) for parent in view.targets(area, LinkType.LIES_IN)
    )
