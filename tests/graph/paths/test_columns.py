from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Caller
from graph.access.view import View
from graph.model import Actor, Element, Person, ResourceIndividual
from graph.paths.capabilities import (
    channels_of,
    has_channel,
    is_competent,
    is_held_by_speaker,
    is_spoken,
    languages_of,
    meets_in,
)
from graph.paths.need import has_competence, speaks
from graph.paths.places import areas
from graph.snapshot.csr import Mask
from graph.snapshot.structure import areas_of
from graph.vocabulary import Channel, Competence, Label, LinkType, NetworkKind
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import DAYS, callers, worlds
from tests.kystby import TODAY

_ENDS = (Label.ACTOR, Label.ORGANIZATION, Label.RESOURCE_INDIVIDUAL)
_SEATS = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
_LANGUAGES = (frozenset[str](), frozenset({"so"}), frozenset({"ar-SY", "da"}))
_COMPETENCES = (frozenset[Competence](), *(frozenset({one}) for one in Competence))


def with_varied_skills(elements: Iterable[Element], luck: int) -> Iterator[Element]:
    """Yield the elements; posts, people and civilians get languages and competences that vary."""
    for place, element in enumerate(elements, luck):
        if isinstance(element, Actor | Person | ResourceIndividual):
            known = _COMPETENCES[place % len(_COMPETENCES)]
            if isinstance(element, ResourceIndividual):  # none that would reveal a past
                known = frozenset({Competence.SSP_INDIVIDUAL})
            yield replace(element, languages=_LANGUAGES[place % 3], competences=known)
        else:
            yield element


def people_in_seats(view: View, row: int, *seats: LinkType) -> list[int]:
    """A node, and the people in those seats of it."""
    return [
        row,
        *[source for source in view.sources(row, *seats) if view.label(source) is Label.PERSON],
    ]


def ids_where(view: View, is_so: Callable[[int], bool]) -> list[str]:
    return [view.id(row) for label in _ENDS for row in view.rows(label) if is_so(row)]


def ids_in_mask(view: View, mask: Mask) -> list[str]:
    assert not (mask & ~view.visible).any()
    return ids_where(view, lambda row: bool(mask[row]))


def has_competence_in_seat(view: View, row: int, prefix: str) -> bool:
    if view.label(row) is Label.ORGANIZATION:
        return False
    people = people_in_seats(view, row, *_SEATS)
    return any(has_competence(view.value(person, "competences"), prefix) for person in people)


def speaks_in_seat(view: View, row: int, tag: str, *seats: LinkType) -> bool:
    return any(
        speaks(languages_of(view, person), tag) for person in people_in_seats(view, row, *seats)
    )


def answers_by(view: View, row: int, channel: Channel) -> bool:
    return any(
        channel in channels_of(view, person) for person in people_in_seats(view, row, *_SEATS)
    )


def meets_in_kind(view: View, row: int, kind: NetworkKind) -> bool:
    networks = view.targets(row, LinkType.MEMBER_OF, LinkType.COORDINATES)
    return any(view.value(network, "kind") is kind for network in networks)


@examples(60)
@given(worlds(), callers(), DAYS, st.integers(0, 40))
def test_columns_agree_with_a_row_by_row_computation(
    elements: tuple[Element, ...], caller: Caller, on: date, luck: int
) -> None:
    view = View(snapshot_of(with_varied_skills(elements, luck)), caller, on, today=TODAY)
    for row in np.flatnonzero(view.visible).tolist():
        assert areas(view).of.of(row).tolist() == areas_of(view, row)
    for prefix in ("2", "27.12", "kv:"):
        is_so = ids_where(
            view, lambda row, prefix=prefix: has_competence_in_seat(view, row, prefix)
        )
        assert ids_in_mask(view, is_competent(view, prefix)) == is_so
    for tag in ("so", "ar", "da"):
        is_so = ids_where(view, lambda row, tag=tag: speaks_in_seat(view, row, tag, *_SEATS))
        assert ids_in_mask(view, is_spoken(view, tag)) == is_so
        is_so = ids_where(view, lambda row, tag=tag: speaks_in_seat(view, row, tag, LinkType.HOLDS))
        assert ids_in_mask(view, is_held_by_speaker(view, tag)) == is_so
    for channel in Channel:
        is_so = ids_where(view, lambda row, channel=channel: answers_by(view, row, channel))
        assert ids_in_mask(view, has_channel(view, channel)) == is_so
    for kind in NetworkKind:
        is_so = ids_where(view, lambda row, kind=kind: meets_in_kind(view, row, kind))
        assert ids_in_mask(view, meets_in(view, frozenset({kind}))) == is_so
