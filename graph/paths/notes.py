"""Reasons why each path is listed, and notes to read before using one."""

from collections import Counter
from collections.abc import Mapping, Sequence
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

    path: Path
    met: Mapping[str, NodeRef]
    networks: frozenset[str]
    is_answered: bool
    listed: dict[Any, Path] = field(default_factory=dict[Any, Path])


def reasons(need: Need, paths: Sequence[DescribedPath], first: int = 1) -> tuple[Path, ...]:
    """Return the paths, numbered from `first`, each with its first true and unused reason.

    If all true ones are used, the first true one; if none is true, the first path falls back on
    LIKELIEST and the others on no reason. Source: paths.md §4.3.
    """
    if not paths:
        return ()
    best = paths[0]
    fewest_hops = min(len(path.path.hops) for path in paths)
    ages = [path.path.oldest_days for path in paths if path.path.oldest_days is not None]
    used: set[PathReason] = set()
    listed: list[Path] = []
    for number, path in enumerate(paths, first):
        is_best, age = path is best, path.path.oldest_days
        tests = {
            PathReason.SHORTEST: len(path.path.hops) == fewest_hops,
            PathReason.FRESHEST: age is not None and age == min(ages),
            # Now, while path 1 does not, unless it is path 1 itself. Source: paths.md §4.5, A.
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
        reason = next((reason for reason in true if reason not in used), default)
        if reason is not None:
            used.add(reason)
        # Whom it meets that path 1 meets too; the ends are given and do not count.
        shared = set[str]() if is_best else path.met.keys() & best.met.keys()
        people = tuple(path.met[node_id] for node_id in sorted(shared))
        key = number, reason, *map(id, people)
        if key not in path.listed:
            path.listed[key] = replace(
                path.path, number=number, reason=reason, shared_people=people
            )
        listed.append(path.listed[key])
    return tuple(listed)


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
    old = ((number, hop) for number, hops in enumerate(entering) for hop in hops if hop.is_old)
    for number, hop in islice(old, 1):  # verified over a year ago or never: whom to call about it
        places = (named(view, hop.source), named(view, hop.target))
        notes.append(Note(kind=NoteKind.OLD_KNOWLEDGE, hop=number, places=places))
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

    A path that stays inside the district meets no second geography.
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
            _around(view, other, AreaKind.REGION)
            for other in view.sources(district, LinkType.LIES_IN)
        )
        del regions[None]
        if region == min(regions, key=lambda each: (-regions[each], each), default=None):
            continue
        for row in path.rows:
            inside = areas_of(view, row)
            if not inside or not all(_reaches(view, each, district) for each in inside):
                places = tuple(named(view, each) for each in (municipality, district, region))
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
