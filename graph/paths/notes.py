"""What should a reader know before using a path? The law, the geography, the people, the end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from graph.access.view import View
from graph.paths.answer import Hop, NodeRef, Note
from graph.paths.kernel.ask import SearchHop, SearchPath
from graph.paths.resolve import named
from graph.paths.words import NoteKind
from graph.snapshot.structure import areas_of
from graph.vocabulary import AreaKind, Label, LinkType

_SOON_DAYS: Final = 30


def notes_of(
    view: View,
    path: SearchPath,
    entering: Sequence[Sequence[SearchHop]],
    hops: Sequence[Hop],
    ends_on: date | None,
) -> tuple[Note, ...]:
    """The notes in the order of their kinds; of several such hops, the first is named.

    `entering` are the found hops into each step and inside it, beside `hops`.
    """
    found = [
        *_geography(view, path),
        *_first(NoteKind.PERSONAL_HOP, [hop.facts.type is LinkType.KNOWS for hop in hops]),
        *_first(NoteKind.OPENER_HOP, [hop.facts.type is LinkType.DOOR_OPENER_FOR for hop in hops]),
        *_first(NoteKind.OLDER_THAN_HOLDER, [into[0].is_older_than_holder for into in entering]),
        *_first(NoteKind.NAMED_STOPS_AT, [not _is_named(hop) for hop in hops]),
    ]
    found += _old(view, entering)
    if ends_on is not None and (ends_on - view.on).days <= _SOON_DAYS:
        found.append(Note(kind=NoteKind.ENDS_SOON, on=ends_on))
    found += _first(NoteKind.SECTION_115, [_is_section_115(hop) for hop in hops])
    return tuple(found)


def _first(kind: NoteKind, holds: Sequence[bool]) -> list[Note]:
    return [Note(kind=kind, hop=holds.index(True))] if any(holds) else []


def _old(view: View, entering: Sequence[Sequence[SearchHop]]) -> list[Note]:
    """The first hop whose check is more than a year old or missing, and whom to call about it."""
    old = ((number, hop) for number, hops in enumerate(entering) for hop in hops if hop.is_old)
    return [
        Note(
            kind=NoteKind.OLD_KNOWLEDGE,
            hop=number,
            places=(named(view, hop.source), named(view, hop.target)),
        )
        for number, hop in islice(old, 1)
    ]


def _is_named(hop: Hop) -> bool:
    """May named persons be discussed behind the hop's gate?"""
    return hop.facts.gate is not None and hop.facts.gate.allows_named


def _is_section_115(hop: Hop) -> bool:
    return hop.facts.gate is not None and hop.facts.gate.is_section_115


def _geography(view: View, path: SearchPath) -> list[Note]:
    """One note where the path enters a municipality whose region is not its district's usual one.

    A path that stays inside the district meets no second geography.
    """
    for area in _municipalities(view, path.rows[-1]):
        district = _around(view, area, AreaKind.POLICE_DISTRICT)
        region = _around(view, area, AreaKind.REGION)
        if district is None or region is None or region == _usual_region(view, district):
            continue
        if any(not _is_inside(view, row, district) for row in path.rows):
            return [
                Note(kind=NoteKind.GEOGRAPHY_CROSSES, places=_places(view, area, district, region))
            ]
    return []


def _places(view: View, *areas: int) -> tuple[NodeRef, ...]:
    return tuple(named(view, area) for area in areas)


def _municipalities(view: View, row: int) -> Iterator[int]:
    """The municipalities a node answers for; a community's is the one it lies in."""
    for area in areas_of(view, row):
        if view.label(area) is not Label.AREA:
            continue
        if view.value(area, "kind") is AreaKind.MUNICIPALITY:
            yield area
        elif (parent := _around(view, area, AreaKind.MUNICIPALITY)) is not None:
            yield parent


def _around(view: View, area: int, kind: AreaKind) -> int | None:
    """The area of a kind that this one lies in."""
    parents = view.targets(area, LinkType.LIES_IN)
    return next((parent for parent in parents if view.value(parent, "kind") is kind), None)


def _usual_region(view: View, district: int) -> int | None:
    """The region most municipalities of a police district lie in."""
    regions = Counter(
        region
        for area in view.sources(district, LinkType.LIES_IN)
        if (region := _around(view, area, AreaKind.REGION)) is not None
    )
    return min(regions, key=lambda region: (-regions[region], region), default=None)


def _is_inside(view: View, row: int, district: int) -> bool:
    """Do all the areas of a node lie in the district, or have it for their own?"""
    areas = areas_of(view, row)
    return bool(areas) and all(_reaches(view, area, district) for area in areas)


def _reaches(view: View, area: int, district: int) -> bool:
    return area == district or any(
        _reaches(view, parent, district) for parent in view.targets(area, LinkType.LIES_IN)
    )
