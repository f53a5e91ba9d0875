"""Holders and deputies of the posts, and people with restricted visibility."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.model import DeputizesFor, Holds, Person
from graph.vocabulary import Label, LinkType, Visibility
from seed.scale.bodies import Bodies
from seed.scale.draws import (
    Columns,
    Group,
    Ints,
    at,
    end_dates,
    full_columns,
    group,
    shuffled_ids,
    stream,
)

SHARES_HOLDER: Final = 0.15
"""The share of posts held by the holder of the previous post in the same unit."""
_STANDING: Final = (0.88, 0.07, 0.04, 0.01)  # holder, deputy, duty line, nobody: closed
_HOLDER, _DEPUTY, _DUTY_LINE = 0, 1, 2
_HIDDEN_SHARE: Final = 0.1
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
    """Persons, the posts they hold, and their deputies: a colleague, or the duty line.

    Names are composed of syllables, so that no real person is named. HOLDS links of posts whose
    holder does not answer have ended.
    """
    rng = stream(seed, "people fields")
    persons, holder, posts = people.persons, people.holder, bodies.posts
    count = len(persons.ids)
    is_hidden = rng.random(count) < _HIDDEN_SHARE
    syllables = (_FIRST, _SECOND, _THIRD, _FOURTH)
    parts = [at(words, rng.integers(0, len(words), count)) for words in syllables]
    held_posts = np.flatnonzero(holder >= 0)
    held_ids = shuffled_ids("hol", len(held_posts), rng)
    held_until = end_dates(people.standing[held_posts] != _HOLDER, rng, years=2)

    personal = np.flatnonzero(people.standing == _DEPUTY)
    by_line = np.flatnonzero(people.standing == _DUTY_LINE)
    # Another person of the same unit; every unit has two or more.
    units = persons.unit[holder[personal]]
    first, size = persons.start[units], persons.sizes()[units]
    further = 1 + (rng.random(len(personal)) * (size - 1)).astype(np.int64)
    colleagues = first + (holder[personal] - first + further) % size
    lines = bodies.duty_line(posts.unit[by_line])
    return {
        Label.PERSON: full_columns(
            Person,
            id=persons.ids,
            name=[f"{a}{b} {c} {d}toft" for a, b, c, d in zip(*parts, strict=True)],
            visibility=at((Visibility.NETWORK, Visibility.NAMED), is_hidden.astype(np.int64)),
        ),
        LinkType.HOLDS: full_columns(
            Holds,
            id=held_ids,
            valid_to=held_until,
            source_id=at(persons.ids, holder[held_posts]),
            target_id=at(posts.ids, held_posts),
            share=np.round(1 / np.bincount(holder[held_posts])[holder[held_posts]], 2).tolist(),
        ),
        LinkType.DEPUTIZES_FOR: full_columns(
            DeputizesFor,
            id=shuffled_ids("dep", len(personal) + len(by_line), rng),
            source_id=at(persons.ids, colleagues) + at(posts.ids, lines),
            target_id=at(posts.ids, np.concatenate((personal, by_line))),
            order=[_DEPUTY_ORDER] * len(personal) + [_DUTY_LINE_ORDER] * len(by_line),
        ),
    }
