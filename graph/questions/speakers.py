"""Who speaks a language within a distance of a place: posts, and civilians the caller may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.capabilities import is_spoken, languages_of
from graph.paths.need import Need, area_row, speaks
from graph.paths.places import areas, distances, is_near
from graph.paths.resolve import node_ref
from graph.vocabulary import Label, LinkType

_ASKED_FOR: Final = (Label.ACTOR, Label.RESOURCE_INDIVIDUAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A post or civilian, and the rounded kilometers from the place to the nearest of its areas.

    `people`: the holders and deputies of the post who speak the language, as far as the caller may
    know; none, where the post as a team speaks it. `areas` are all it answers for, by id.
    """

    node: NodeRef
    label: Label
    km: int
    areas: tuple[NodeRef, ...]
    people: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """The query, and who speaks the language there: the nearest first, then by id."""

    language: str
    area: NodeRef
    within_km: int
    on: date
    revision: int
    found: tuple[Speaker, ...]


def speakers(view: View, language: str, area: str, within_km: int) -> Speakers:
    """The posts and civilians who speak a language within a straight line of a place's center.

    A post speaks what its team, holders or deputies speak; `ar` includes `ar-SY`.

    Raises:
        InvalidNeed: the language is not a tag, the distance is out of bounds, or `area` is not an
            area or has no center.
        NotFound: the area is absent or hidden.
    """
    need = Need(on=view.on, area=area, language=language, within_km=within_km)
    place = area_row(view, "area", area)
    is_asked_for = np.isin(view.nodes.label, [label.code for label in _ASKED_FOR])
    near = is_near(view, (place,), within_km) & is_spoken(view, language)
    rows: list[int] = np.flatnonzero(near & is_asked_for & view.visible).tolist()
    away = distances(view, (place,))
    matches = (_speaker(view, row, away, language) for row in rows)
    return Speakers(
        language=language,
        area=node_ref(view, place),
        within_km=within_km,
        on=need.on,
        revision=view.revision,
        found=tuple(sorted(matches, key=lambda speaker: (speaker.km, speaker.node.id))),
    )


def _speaker(view: View, row: int, away: Mapping[int, float], language: str) -> Speaker:
    covered: list[int] = areas(view).of.of(row).tolist()
    seated = view.sources(row, LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
    return Speaker(
        node=node_ref(view, row),
        label=view.label(row),
        km=round(min(away[area] for area in covered if area in away)),
        areas=tuple(sorted((node_ref(view, area) for area in covered), key=lambda ref: ref.id)),
        people=tuple(
            node_ref(view, person)
            for person in seated
            if view.label(person) is Label.PERSON and speaks(languages_of(view, person), language)
        ),
    )
