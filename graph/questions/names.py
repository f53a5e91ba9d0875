"""Search by name: people, posts, networks, bodies and areas, tolerant of spelling."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from rapidfuzz.distance import Levenshtein

from graph.access.view import View
from graph.questions.entities import answering_in
from graph.questions.history import Ended, value_of
from graph.questions.name_index import (
    ALIAS,
    EXACT,
    NAMED,
    NameIndex,
    fold,
    name_index,
    other_names,
    required,
    spellings,
    telling,
    words_in,
    words_of,
)
from graph.questions.post_states import LastCheck, check_of
from graph.snapshot.structure import areas_of
from graph.vocabulary import Label, LinkType, Term

__all__ = ["ALIAS", "EXACT", "NAMED", "NameMatch", "NameSuccessor", "fold", "name_match", "names"]

_SAME_SIMILARITY: Final = 0.70
_HELPING: Final = (Label.ACTOR, Label.PERSON, Label.RESOURCE_INDIVIDUAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSuccessor:
    """The successor of an ended office: `since` when, None where the day is unknown.

    `years` is then the year, or the turn of a year, of the change: `2022/23`.
    """

    id: str
    name: str
    since: date | None
    years: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatch:
    """A node found by name.

    `alias` is the other name it was found by: a postcode, a town, an English name, a competence.
    `place` tells namesakes apart: what it belongs to and the areas it answers for, at most three
    names. `score` is 1 for the exact name, at least ALIAS for another name of it, and lower the
    more the spelling differs. `check`: the last check, as in a list. `successor`: set for an office
    that has ended and no longer exists under this id.
    """

    id: str
    label: Label
    kind: Term | None
    name: str
    alias: str | None
    place: tuple[str, ...]
    score: float
    check: LastCheck | None
    successor: NameSuccessor | None

    @property
    def current(self) -> str:
        """The id of the node that exists now."""
        return self.successor.id if self.successor else self.id


def names(
    view: View,
    text: str,
    *,
    labels: Collection[Label] = NAMED,
    area: str | None = None,
    limit: int = 20,
) -> tuple[NameMatch, ...]:
    """The nodes a text may mean, likeliest first, ties by label, name and id; empty for none.

    Every word of the text must match: in full, as a prefix, or with a typing error or two. Stop
    words of Danish and English are left out: "hvem er i ssp på læsø" is "ssp læsø". Danish letters
    may be written æ or ae, ø or oe or o, å or aa or a; accents do not matter. Besides its name a
    node is found by other names, its kind, its competences, and, with another word, the place it
    answers for, by any of its names or postcodes. `area`: only the area, the areas in it, and the
    nodes that answer for any of these.

    Raises:
        NotFound: the area is absent or hidden.
    """
    near = None if area is None else answering_in(view, view.current(area))
    index = name_index(view)
    scores = index.scores(text)
    found = [
        (-float(scores[entry]), NAMED.index(label), index.texts[entry], index.rows[entry], entry)
        for entry in np.flatnonzero(scores > 0).tolist()
        if (label := index.labels[entry]) in labels
        and (near is None or near[_row_now(index, entry)])
    ]
    return tuple(
        _named(view, index, entry, text, round(-score, 4))
        for score, *_, entry in sorted(found)[:limit]
    )


def _row_now(index: NameIndex, entry: int) -> int:
    """The row of an entry, or of its successor."""
    gone = index.ended.get(entry)
    return index.rows[entry] if gone is None else gone.successor


def _named(view: View, index: NameIndex, entry: int, text: str, score: float) -> NameMatch:
    gone = index.ended.get(entry)
    if gone is not None:
        return _ended(view, gone, index.alias(entry, text), score)
    row, label = index.rows[entry], index.labels[entry]
    name = view.name(row) or ""
    return NameMatch(
        id=view.id(row),
        label=label,
        kind=view.value(row, "kind") if label is not Label.PERSON else None,
        name=name,
        alias=index.alias(entry, text) or _alias(view, row, name, text),
        place=name_match(view, row),
        score=score,
        check=check_of(view, row),
        successor=None,
    )


def _ended(view: View, gone: Ended, alias: str | None, score: float) -> NameMatch:
    return NameMatch(
        id=view.nodes.ids[gone.row],
        label=gone.label,
        kind=value_of(view, gone, "kind"),
        name=view.nodes.name[gone.row],
        alias=alias,
        place=name_match(view, gone.successor),
        score=score,
        check=None,
        successor=NameSuccessor(
            id=view.id(gone.successor), name=view.name(gone.successor) or "",
            since=gone.since, years=gone.years,
        ),
    )  # fmt: skip


def _alias(view: View, row: int, name: str, text: str) -> str | None:
    """The other name with a word of the text that the name lacks; None if there is none."""
    own = {word for one in spellings(name) for word in words_of(one)}
    missing = [one for one in required(telling(words_of(fold(text)))) if not _is_in(one, own)]
    if not missing:
        return None
    held = [
        (count, Levenshtein.normalized_similarity(fold(text), fold(found)), shown)
        for found, shown in _others(view, row)
        if (count := sum(_is_in(word, words_in(found)) for word in missing))
    ]
    return max(held)[2] if held else None


def _others(view: View, row: int) -> Iterator[tuple[str, str]]:
    """The other names of a node, as they are matched and as they are shown."""
    yield from ((name, name) for name in other_names(view, row))
    if view.label(row) in _HELPING:
        for one in sorted(view.value(row, "competences")):
            yield from ((name, f"{name}, {one.number}") for name in (one.label_da, one.label_en))
            yield one.number, f"{one.label_da}, {one.number}"


def _is_in(word: str, known: Collection[str]) -> bool:
    return any(
        (one.startswith(word) if len(word) > 1 else one == word)
        or (
            len(word) >= 4
            and Levenshtein.normalized_similarity(word, one, score_cutoff=_SAME_SIMILARITY) > 0
        )
        for one in known
    )


def name_match(view: View, row: int) -> tuple[str, ...]:
    """The place of a node: a person's posts, a post's body, the areas; at most three names."""
    match view.label(row):
        case Label.AREA:
            around = view.targets(row, LinkType.LIES_IN)
        case Label.PERSON:
            around = view.targets(row, LinkType.HOLDS) or view.targets(row, LinkType.DEPUTIZES_FOR)
        case Label.ACTOR:
            around = [*view.targets(row, LinkType.BELONGS_TO), *areas_of(view, row)]
        case Label.AUTHORITY:
            around = [*view.targets(row, LinkType.PART_OF), *areas_of(view, row)]
        case _:
            around = areas_of(view, row)
    found = (view.name(other) for other in around)
    own = view.name(row)
    return tuple(dict.fromkeys(name for name in found if name and name != own))[:3]
