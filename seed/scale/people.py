"""Holders and deputies of the posts, and people with restricted visibility."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.model import DeputizesFor, Holds, Person
from graph.snapshot.field_types import RawColumns
from graph.vocabulary import Label, LinkType, Visibility
from seed.scale.bodies import Bodies
from seed.scale.draws import Columns, Group, Ints, at, ended, filled, group, shuffled_ids, stream

SHARES_HOLDER: Final = 0.15
"""The share of posts held by the holder of the previous post in the same unit."""
_STANDING: Final = (0.88, 0.07, 0.04, 0.01)  # holder, deputy, duty line, nobody: closed
_HOLDER, _DEPUTY, _DUTY_LINE = 0, 1, 2
_HIDDEN: Final = 0.1
_DEPUTY_ORDER: Final = 1
_DUTY_LINE_ORDER: Final = 9  # after all personal deputies
_FIRST: Final = ("Al", "Bo", "Da", "El", "Fri", "Han", "I", "Ka", "Li", "Ma", "No", "Si")
_SECOND: Final = ("ma", "ne", "ra", "da", "li", "va", "sa", "ja")
_THIRD: Final = ("Rugvang", "Lyngtoft", "Bøgevang", "Engtoft", "Ellehegn", "Hørløkke", "Mosevang")
_FOURTH: Final = ("Kløver", "Marsk", "Tjørne", "Sand", "Pile", "Birke", "Due", "Ager", "Humle")


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Persons by their unit; `holder` (int64[posts]) is the index of each post's, -1 for none.

    `standing` says who answers at a post today: 0 its holder, 1 a deputy, 2 the duty line, 3
    nobody.
    """

    persons: Group
    holder: Ints
    standing: Ints


def draw_people(bodies: Bodies, seed: int) -> People:
    """0.85 persons for each post; duty lines are answered by a unit and have no holder."""
    rng = stream(seed, "people")
    posts = bodies.posts
    count = len(posts.unit)
    is_first = np.zeros(count, np.bool_)
    is_first[posts.start[:-1]] = True
    is_shared = ~is_first & (rng.random(count) < SHARES_HOLDER)
    is_new = ~is_shared & ~bodies.is_duty_line
    sizes = np.bincount(posts.unit[is_new], minlength=len(posts.sizes()))
    standing = rng.choice(len(_STANDING), count, p=_STANDING)
    return People(
        persons=group("per", sizes, rng),
        holder=np.where(bodies.is_duty_line, -1, np.cumsum(is_new) - 1),
        standing=np.where(bodies.is_duty_line, _HOLDER, standing),
    )


def people_columns(bodies: Bodies, people: People, seed: int) -> Columns:
    """Persons, the posts they hold, and their deputies."""
    rng = stream(seed, "people fields")
    return {
        Label.PERSON: _person_columns(people, rng),
        LinkType.HOLDS: _seats(bodies, people, rng),
        LinkType.DEPUTIZES_FOR: _deputies(bodies, people, rng),
    }


def _person_columns(people: People, rng: np.random.Generator) -> RawColumns:
    count = len(people.persons.ids)
    is_hidden: list[bool] = (rng.random(count) < _HIDDEN).tolist()
    return filled(
        Person,
        id=people.persons.ids,
        name=_names(count, rng),
        visibility=[Visibility.NAMED if hidden else Visibility.NETWORK for hidden in is_hidden],
    )


def _names(count: int, rng: np.random.Generator) -> list[str]:
    """Names composed of syllables, so that no real person is named."""
    parts = [at(words, rng.integers(0, len(words), count)) for words in (_FIRST, _SECOND)]
    parts += [at(words, rng.integers(0, len(words), count)) for words in (_THIRD, _FOURTH)]
    return [
        f"{first}{second} {third} {fourth}toft"
        for first, second, third, fourth in zip(*parts, strict=True)
    ]


def _seats(bodies: Bodies, people: People, rng: np.random.Generator) -> RawColumns:
    """HOLDS links; those of posts where the holder does not answer have ended."""
    held = np.flatnonzero(people.holder >= 0)
    holder = people.holder[held]
    shares: list[float] = np.round(1 / np.bincount(holder)[holder], 2).tolist()
    return filled(
        Holds,
        id=shuffled_ids("hol", len(held), rng),
        valid_to=ended(people.standing[held] != _HOLDER, rng, years=2),
        source_id=at(people.persons.ids, holder),
        target_id=at(bodies.posts.ids, held),
        share=shares,
    )


def _deputies(bodies: Bodies, people: People, rng: np.random.Generator) -> RawColumns:
    """A colleague of the same unit, or the duty line."""
    personal = np.flatnonzero(people.standing == _DEPUTY)
    by_line = np.flatnonzero(people.standing == _DUTY_LINE)
    colleagues = _colleagues(people.persons, people.holder[personal], rng)
    lines = bodies.duty_line(bodies.posts.unit[by_line])
    count = len(personal) + len(by_line)
    return filled(
        DeputizesFor,
        id=shuffled_ids("dep", count, rng),
        source_id=at(people.persons.ids, colleagues) + at(bodies.posts.ids, lines),
        target_id=at(bodies.posts.ids, np.concatenate((personal, by_line))),
        order=[_DEPUTY_ORDER] * len(personal) + [_DUTY_LINE_ORDER] * len(by_line),
    )


def _colleagues(persons: Group, people: Ints, rng: np.random.Generator) -> Ints:
    """For each person another one of the same unit; every unit has two or more."""
    units = persons.unit[people]
    first, count = persons.start[units], persons.sizes()[units]
    further = 1 + (rng.random(len(people)) * (count - 1)).astype(np.int64)
    return first + (people - first + further) % count
