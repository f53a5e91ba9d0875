"""Reasons why each path is listed, and notes to read before using one."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any, Final

from graph.access.view import View
from graph.paths.answer import Hop, NodeRef, Note, Path
from graph.paths.answer_terms import NoteKind, PathReason
from graph.paths.kernel.request import SearchHop, SearchPath
from graph.paths.need import Need
from graph.paths.resolve import named
from graph.snapshot.structure import areas_of
from graph.vocabulary import AreaKind, Label, LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedPath:
    """A path with its facts, not yet in a list, and the values it is compared by.

    `met`: who answers at the interior stops, and whose acquaintance the hops are. `listed` caches
    the path as it appears in lists.
    """

    found: SearchPath
    path: Path
    met: Mapping[str, NodeRef]
    networks: frozenset[str]
    is_answered: bool
    listed: dict[Any, Path] = field(default_factory=dict[Any, Path])

    def listed_as(
        self, number: int, reason: PathReason | None, shared: tuple[NodeRef, ...]
    ) -> Path:
        """Return the path as it appears in a list."""
        key = number, reason, *map(id, shared)
        path = self.listed.get(key)
        if path is None:
            path = replace(self.path, number=number, reason=reason, shared_people=shared)
            self.listed[key] = path
        return path


def described_path(search_path: SearchPath, path: Path) -> DescribedPath:
    """Return a path with the values it is compared by."""
    answering = [stop.resolution.who for stop in path.stops[1:-1] if stop.resolution]
    carriers = [carrier for hop in path.hops for carrier in hop.facts.carriers]
    posts = [stop.resolution for stop in path.stops[1:] if stop.label is Label.ACTOR]
    return DescribedPath(
        found=search_path,
        path=path,
        met={one.id: one for one in (*answering, *carriers) if one is not None},
        networks=frozenset(stop.node.id for stop in path.stops if stop.label is Label.NETWORK),
        is_answered=all(one is not None and one.is_at_once for one in posts),
    )


def reasons(need: Need, paths: Sequence[DescribedPath], first: int = 1) -> tuple[Path, ...]:
    """Return the paths, numbered from `first`, each with its first true and unused reason.

    If all true ones are used, the first true one; if none is true, the first path falls back on
    LIKELIEST and the others on no reason. Source: paths.md §4.3.
    """
    if not paths:
        return ()
    listed = _Listed(need, paths)
    used: set[PathReason] = set()
    listed_paths: list[Path] = []
    for number, path in enumerate(paths, first):
        true = [reason for reason, holds in _TESTS.items() if holds(listed, path)]
        fallback = PathReason.LIKELIEST if path is paths[0] else None
        default = true[0] if true else fallback
        reason = next((reason for reason in true if reason not in used), default)
        if reason is not None:
            used.add(reason)
        listed_paths.append(path.listed_as(number, reason, listed.shared(path)))
    return tuple(listed_paths)


class _Listed:
    """The reference values for all paths of a list."""

    def __init__(self, need: Need, paths: Sequence[DescribedPath]) -> None:
        self.best = paths[0]
        self.fewest_hops = min(len(path.path.hops) for path in paths)
        known = [path.path.oldest_days for path in paths if path.path.oldest_days is not None]
        self.youngest = min(known, default=None)
        self.avoids = bool(need.avoid)

    def shared(self, path: DescribedPath) -> tuple[NodeRef, ...]:
        """Return whom a path meets that path 1 meets too; the ends are given and do not count."""
        if path is self.best:
            return ()
        both = path.met.keys() & self.best.met.keys()
        return tuple(path.met[node_id] for node_id in sorted(both)) if both else ()


_TESTS: Final[Mapping[PathReason, Callable[[_Listed, DescribedPath], bool]]] = {
    PathReason.SHORTEST: lambda listed, way: len(way.path.hops) == listed.fewest_hops,
    PathReason.FRESHEST: lambda listed, way: (
        way.path.oldest_days is not None and way.path.oldest_days == listed.youngest
    ),
    # Answered now while path 1 is not, unless it is path 1 itself. Source: paths.md §4.5, A.
    PathReason.ANSWERS_NOW: lambda listed, way: (
        way.is_answered and (way is listed.best or not listed.best.is_answered)
    ),
    PathReason.OTHER_NETWORK: lambda listed, way: (
        way is not listed.best
        and bool(way.networks)
        and way.networks.isdisjoint(listed.best.networks)
    ),
    PathReason.OTHER_PEOPLE: lambda listed, way: (
        way is not listed.best and bool(way.met) and way.met.keys().isdisjoint(listed.best.met)
    ),
    PathReason.AVOIDS: lambda listed, _way: listed.avoids,
}


_SOON_DAYS: Final = 30


def notes_of(
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
    notes += _old(view, entering)
    if ends_on is not None and (ends_on - view.on).days <= _SOON_DAYS:
        notes.append(Note(kind=NoteKind.ENDS_SOON, on=ends_on))
    notes += _first(
        NoteKind.SECTION_115, [gate is not None and gate.is_section_115 for gate in gates]
    )
    return tuple(notes)


def _first(kind: NoteKind, holds: Sequence[bool]) -> list[Note]:
    return [Note(kind=kind, hop=holds.index(True))] if any(holds) else []


def _old(view: View, entering: Sequence[Sequence[SearchHop]]) -> list[Note]:
    """The first hop whose check is over a year old or missing, and its posts to call about it."""
    old = ((number, hop) for number, hops in enumerate(entering) for hop in hops if hop.is_old)
    return [
        Note(
            kind=NoteKind.OLD_KNOWLEDGE,
            hop=number,
            places=(named(view, hop.source), named(view, hop.target)),
        )
        for number, hop in islice(old, 1)
    ]


def _geography(view: View, path: SearchPath) -> list[Note]:
    """One note if the path enters a municipality whose region is not its district's usual one.

    A path that stays inside the district meets no second geography.
    """
    for area in _municipalities(view, path.rows[-1]):
        district = _around(view, area, AreaKind.POLICE_DISTRICT)
        region = _around(view, area, AreaKind.REGION)
        if district is None or region is None or region == _usual_region(view, district):
            continue
        if any(not _is_inside(view, row, district) for row in path.rows):
            return [
                Note(
                    kind=NoteKind.GEOGRAPHY_CROSSES,
                    places=tuple(named(view, each) for each in (area, district, region)),
                )
            ]
    return []


def _municipalities(view: View, row: int) -> Iterator[int]:
    """Yield the municipalities a node answers for; a community's is the one it lies in."""
    for area in areas_of(view, row):
        if view.label(area) is not Label.AREA:
            continue
        if view.value(area, "kind") is AreaKind.MUNICIPALITY:
            yield area
        elif (parent := _around(view, area, AreaKind.MUNICIPALITY)) is not None:
            yield parent


def _around(view: View, area: int, kind: AreaKind) -> int | None:
    """Return the area of a kind that this one lies in."""
    parents = view.targets(area, LinkType.LIES_IN)
    return next((parent for parent in parents if view.value(parent, "kind") is kind), None)


def _usual_region(view: View, district: int) -> int | None:
    """Return the region in which most municipalities of a police district lie."""
    regions = Counter(
        region
        for area in view.sources(district, LinkType.LIES_IN)
        if (region := _around(view, area, AreaKind.REGION)) is not None
    )
    return min(regions, key=lambda region: (-regions[region], region), default=None)


def _is_inside(view: View, row: int, district: int) -> bool:
    """Return whether all areas of a node lie in the district or are the district."""
    areas = areas_of(view, row)
    return bool(areas) and all(_reaches(view, area, district) for area in areas)


def _reaches(view: View, area: int, district: int) -> bool:
    return area == district or any(
        _reaches(view, parent, district) for parent in view.targets(area, LinkType.LIES_IN)
    )
