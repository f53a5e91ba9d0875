"""Who else belongs on a place's action card: its coordinators, and the lines anybody may call."""

from collections.abc import Iterator
from typing import Final

from graph.access.view import View
from graph.questions.entities import answering_in
from graph.vocabulary import PUBLIC_LINES, AreaKind, Label, LinkType, PostKind

MOST_COORDINATORS: Final = 4
_SCALES: Final = (AreaKind.MUNICIPALITY, AreaKind.POLICE_DISTRICT)
_KINDS: Final = (
    (AreaKind.MUNICIPALITY, PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL),
    (AreaKind.MUNICIPALITY, PostKind.INFOHOUSE_COORDINATOR_POLICE),
    (AreaKind.POLICE_DISTRICT, PostKind.INFOHOUSE_COORDINATOR_DISTRICT),
    (AreaKind.MUNICIPALITY, PostKind.SSP_COORDINATOR),
)
"""The municipality's and the police's, in the order they are called."""


def coordinators(view: View, area: int) -> list[int]:
    """The coordinators of the municipality and the police district a place lies in, then whom to
    call first there; each once, four at most.
    """
    places = _places(view, area)
    posts = [*_of_kinds(view, places), *_entry_points(view, places)]
    return list(dict.fromkeys(posts))[:MOST_COORDINATORS]


def public_lines(view: View) -> list[int]:
    """The posts whose number anybody knows, by id."""
    return [row for row in view.rows(Label.ACTOR) if view.value(row, "kind") in PUBLIC_LINES]


def _places(view: View, area: int) -> dict[AreaKind, int]:
    """The municipality and the district: the area itself, or what it lies in."""
    found, around = dict[AreaKind, int](), [area]
    while around:
        for place in around:
            found.setdefault(view.value(place, "kind"), place)
        around = sorted({outer for one in around for outer in view.targets(one, LinkType.LIES_IN)})
    return {kind: found[kind] for kind in _SCALES if kind in found}


def _of_kinds(view: View, places: dict[AreaKind, int]) -> Iterator[int]:
    for scale, kind in _KINDS:
        if scale in places:
            within = answering_in(view, places[scale])
            yield from (
                row
                for row in view.rows(Label.ACTOR)
                if within[row] and view.value(row, "kind") is kind
            )


def _entry_points(view: View, places: dict[AreaKind, int]) -> Iterator[int]:
    for place in places.values():
        links = list(view.into(place, LinkType.ENTRY_POINT_FOR))
        links.sort(key=lambda link: (view.link_value(link, "order"), view.id(view.source(link))))
        yield from (view.source(link) for link in links)
