"""Twin worlds without some hidden elements, in which the posts of hidden people stay held.

That somebody holds a post, acts or is on leave is a fact about the post (field group HELD); who it
is, is not. So each seat of a person who is missing in the twin is taken by another person, equally
hidden.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st

from graph.model import DeputizesFor, Element, Holds, Knows, Person
from graph.vocabulary import Visibility
from tests.graph.drawn_worlds import without_loose_links
from tests.graph.paths.additions import person, tie

Seat = Holds | DeputizesFor
_NAMES: Final = ("Aase Nyvang Bjerg", "Ulla Nyvang Krogh", "Viggo Nyvang Dahl")


def without(elements: Iterable[Element], ids: Iterable[str]) -> tuple[Element, ...]:
    """Return the world without some elements; links still refer to a consent that is gone."""
    gone = set(ids)
    return without_loose_links(
        {element.id: element for element in elements if element.id not in gone}
    )


def reseated(
    elements: Iterable[Element], ids: Iterable[str], *, apart: bool = False
) -> tuple[Element, ...]:
    """Return the world without some elements, and with others in the seats of its missing people.

    No seat of a person is removed, even where its link is among `ids`. `apart`: where a person is
    at home in all their seats, and none is dated, each seat goes to a different person, so that one
    person in one world is several in the other.
    """
    known = {element.id: element for element in elements}
    seats = _seats(known.values())
    of_people = {seat.id for own_seats in seats.values() for seat in own_seats}
    gone = {element_id for element_id in ids if element_id not in of_people}
    moved = [
        element
        for person, own_seats in seats.items()
        if person in gone
        for element in _successors(known[person], own_seats, apart=apart)
    ]
    remaining = {
        element_id: element for element_id, element in known.items() if element_id not in gone
    }
    return without_loose_links(remaining | {element.id: element for element in moved})


def hidden_people(
    seats: str, stands_in: str = "", friends: str = "", **acquaintance: Any
) -> st.SearchStrategy[tuple[Element, ...]]:
    """Draw a person hidden outside their area, with any of these seats, deputies, acquaintances."""

    def any_of(ids: str) -> st.SearchStrategy[list[str]]:
        return st.sets(st.sampled_from(ids.split())).map(sorted) if ids else st.just([])

    def elements(held: list[str], deputized: list[str], known: list[str]) -> tuple[Element, ...]:
        return (
            person("a-hidden", visibility=Visibility.AREA),
            *(tie(Holds, "a-hidden", post_id, share=0.1) for post_id in held),
            *(tie(DeputizesFor, "a-hidden", post_id, order=20, id=f"a-hidden--{post_id}--deputy")
              for post_id in deputized),
            *(tie(Knows, "a-hidden", friend, declared_by=friend, strength=0.5, **acquaintance)
              for friend in known),
        )  # fmt: skip

    return st.builds(elements, any_of(seats), any_of(stands_in), any_of(friends))


def taken_over(more: Iterable[Element], person_id: str) -> tuple[Element, ...]:
    """Return the additions without one person, whose seats others hold, each their own."""
    elements = list(more)
    others = [
        element
        for element in elements
        if person_id
        not in {getattr(element, name, None) for name in ("id", "source_id", "target_id")}
    ]
    (person,) = (element for element in elements if element.id == person_id)
    return (*others, *_successors(person, _seats(elements).get(person_id, []), apart=True))


def also_of(withheld: frozenset[str]) -> frozenset[str]:
    """Return the withheld ids, and those of the people who take their seats in a twin."""
    return withheld | {
        _called(person_id, place) for person_id in withheld for place in range(len(_NAMES))
    }


def _seats(world: Iterable[Element]) -> dict[str, list[Seat]]:
    elements = list(world)
    people = {element.id for element in elements if isinstance(element, Person)}
    seats: defaultdict[str, list[Seat]] = defaultdict(list)
    for element in elements:
        if isinstance(element, Seat) and element.source_id in people:
            seats[element.source_id].append(element)
    return seats


def _successors(person: Element, seats: list[Seat], *, apart: bool) -> Iterator[Element]:
    """Yield those who take over, and their seats."""
    assert isinstance(person, Person)
    is_apart = apart and all(_is_first_choice(seat) for seat in seats)
    for at, seat in enumerate(seats):
        place = at % len(_NAMES) if is_apart else 0
        taker = _called(person.id, place)
        yield replace(
            person, id=taker, name=_NAMES[place], title="Leder", languages=frozenset({"pl"}),
            competences=frozenset(),
        )  # fmt: skip
        kind = type(seat).__name__.lower()
        yield replace(seat, id=f"{taker}--{seat.target_id}-{kind}", source_id=taker)


def _is_first_choice(seat: Seat) -> bool:
    """Return whether a seat is undated, and held other than as acting, so that it is a home."""
    is_undated = seat.valid_from is seat.valid_to is None
    return is_undated and isinstance(seat, Holds) and not seat.is_acting


def _called(person: str, place: int) -> str:
    """Return an id that sorts otherwise than the person's: no order may reveal who it is."""
    return f"{person[::-1]}-{place}"
