"""Search by name: people, posts, networks, bodies and areas, tolerant of spelling."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from graph.access.view import View
from graph.model.content_filter import refuse_number
from graph.own_kinds import NO_OWN_KINDS, OwnKinds
from graph.paths.answer import NodeRef
from graph.paths.availability import node_ref
from graph.paths.ends import can_start
from graph.paths.need import area_row
from graph.questions.entities import answering_in, own_kind_of
from graph.questions.history import value_of
from graph.questions.name_forms import (
    ALIAS,
    EXACT,
    fold,
    significant_words,
    spellings,
    without_stop_words,
    words_in,
    words_of,
)
from graph.questions.name_index import (
    NAMED_LABELS,
    SAME_SIMILARITY,
    WITH_COMPETENCES,
    NameIndex,
    name_index,
    other_names,
)
from graph.questions.phrases import read_phrase
from graph.questions.post_states import LastCheck, check_of
from graph.snapshot.structure import areas_of
from graph.synonyms import Subject
from graph.vocabulary import AreaKind, Label, Language, LinkType, Term

__all__ = [
    "ALIAS",
    "EXACT",
    "NAMED_LABELS",
    "NameMatch",
    "NameSuccessor",
    "fold",
    "names",
    "place_names",
]


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
    own_kind: str | None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectMatch:
    """Words of a text that stand for subjects, the likeliest first.

    `is_outside`: what they name is not in the register, and the subjects are where to go instead.
    """

    words: str
    subjects: tuple[Subject, ...]
    is_outside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMatch:
    """Words of a text that name areas, the likeliest first; `alias`: the other name they are."""

    words: str
    areas: tuple[NodeRef, ...]
    alias: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was found, and how the text was read.

    `what` and `where`: its subjects and places, in order. `left_out`: words that neither helped to
    find anything nor are one of these. `completions`: subjects that the last word may become.
    """

    found: tuple[NameMatch, ...]
    what: tuple[SubjectMatch, ...]
    where: tuple[PlaceMatch, ...]
    left_out: tuple[str, ...]
    completions: tuple[Subject, ...]


def names(
    view: View,
    text: str,
    *,
    labels: Collection[Label] = NAMED_LABELS,
    area: str | None = None,
    starts_only: bool = False,
    limit: int = 20,
    own_kinds: OwnKinds = NO_OWN_KINDS,
    lang: Language = "da",
) -> tuple[NameMatch, ...]:
    """The nodes a text may mean, as `search` finds them."""
    return search(
        view, text, labels=labels, area=area, starts_only=starts_only, limit=limit,
        own_kinds=own_kinds, lang=lang,
    ).found  # fmt: skip


def search(
    view: View,
    text: str,
    *,
    labels: Collection[Label] = NAMED_LABELS,
    area: str | None = None,
    starts_only: bool = False,
    limit: int = 20,
    own_kinds: OwnKinds = NO_OWN_KINDS,
    lang: Language = "da",
) -> Search:
    """The nodes a text may mean, likeliest first, ties by label, name and id; and its reading.

    A word matches in full, as a prefix, or with a typing error or two. Every known word counts: a
    node that matches more of them leaves out those that match a part of the same. Stop words of
    Danish and English are left out: "hvem er i ssp på læsø" is "ssp læsø". A text of stop words
    only may name people: "My", "Has". Danish letters may be written æ or ae, ø or oe or o, å or aa
    or a; accents do not matter. Besides its name a node is found by other names, its kind and own
    kind, its competences, synonyms of these, and, with another word, the place it answers for, by
    any of its names or postcodes. Among nodes that match as well, those of the caller's own posts'
    areas come first. `area`: only the area, the areas in it, and the nodes that answer for any of
    these. `starts_only`: only nodes from which a contact path can start. A competence by which a
    node was found is named in `lang`.

    Raises:
        InvalidNeed: the area is not an area.
        NotFound: the area is absent or hidden.
        RefusedContent: the text contains a CPR number.
    """
    refuse_number("text", text)
    index = view.memo(("names", own_kinds), lambda: name_index(view, own_kinds))
    phrase = read_phrase(index, own_kinds, text)
    rows = index.current_rows
    among = np.array([label in labels for label in Label])[index.label_codes]
    if area is not None:
        among = among & answering_in(view, area_row(view, "area", area))[rows]
    places: dict[int, PlaceMatch] = {}
    for segment in phrase.segments:
        if segment.areas:
            match = PlaceMatch(
                words=segment.typed,
                areas=tuple(node_ref(view, index.rows[entry]) for entry in segment.areas),
                alias=index.alias(segment.areas[0], " ".join(segment.words)),
            )
            places.setdefault(index.rows[segment.areas[0]], match)
    near = nearness(view, places.keys() or _own_areas(view))
    scores, is_used = index.scores(text, phrase.segments, among, near[rows])
    matches = [
        (
            -float(scores[entry]),
            NAMED_LABELS.index(index.labels[entry]),
            index.texts[entry],
            index.rows[entry],
            entry,
        )
        for entry in np.flatnonzero(scores > 0).tolist()
        if not (starts_only and not can_start(view, int(rows[entry])))
    ]
    found = tuple(
        _match(view, index, entry, text, round(-score, 4), own_kinds, lang)
        for score, *_, entry in sorted(matches)[:limit]
    )
    return Search(
        found=found,
        what=tuple(
            SubjectMatch(
                words=segment.typed, subjects=segment.subjects, is_outside=segment.is_outside
            )
            for segment in phrase.segments
            if segment.subjects
        ),
        where=tuple(places.values()),
        left_out=tuple(
            segment.typed
            for segment, is_one in zip(phrase.segments, is_used.tolist(), strict=True)
            if not (is_one or segment.is_known)
        )
        + phrase.common,
        completions=phrase.completions,
    )


def nearness(view: View, places: Collection[int]) -> NDArray[np.float64]:
    """float[nodes]: 1 in the areas and for who answers there, half in the police districts around.

    0 elsewhere, and everywhere without areas.
    """
    near = np.zeros(len(view.visible))
    for place in sorted(places):
        near = np.maximum(near, view.memo(("near", place), partial(_nearness, view, place)))
    return near


def _nearness(view: View, place: int) -> NDArray[np.float64]:
    near = answering_in(view, place).astype(np.float64)
    for district in view.targets(place, LinkType.LIES_IN):
        if view.value(district, "kind") is AreaKind.POLICE_DISTRICT:
            near = np.maximum(near, answering_in(view, district) / 2)
    return near


def _own_areas(view: View) -> frozenset[int]:
    """The areas for which the caller's posts answer."""
    posts = (row for post in view.caller.posts if (row := view.find(post)) is not None)
    return frozenset(area for post in posts for area in areas_of(view, post))


def _match(
    view: View,
    index: NameIndex,
    entry: int,
    text: str,
    score: float,
    own_kinds: OwnKinds,
    lang: Language,
) -> NameMatch:
    row, label, alias = index.rows[entry], index.labels[entry], index.alias(entry, text)
    office = index.offices.get(entry)
    if office is None:
        name = view.name(row) or ""
        return NameMatch(
            id=view.id(row),
            label=label,
            kind=view.value(row, "kind") if label is not Label.PERSON else None,
            own_kind=own_kind_of(view, row),
            name=name,
            alias=alias or _alias(view, row, name, text, own_kinds, lang),
            place=place_names(view, row),
            score=score,
            check=check_of(view, row),
            successor=None,
        )
    return NameMatch(
        id=view.nodes.ids[row],
        label=label,
        kind=value_of(view, office, "kind"),
        own_kind=None,
        name=view.nodes.name[row],
        alias=alias,
        place=place_names(view, office.successor),
        score=score,
        check=None,
        successor=NameSuccessor(
            id=view.id(office.successor), name=view.name(office.successor) or "",
            since=office.since, years=office.years,
        ),
    )  # fmt: skip


def _alias(
    view: View, row: int, name: str, text: str, own_kinds: OwnKinds, lang: Language
) -> str | None:
    """The other name with a word of the text that the name lacks; None if there is none."""
    own = {word for spelling in spellings(name) for word in words_of(spelling)}
    missing = [
        word
        for word in significant_words(without_stop_words(words_of(fold(text))))
        if not _is_in(word, own)
    ]
    if not missing:
        return None
    # The other names as they are matched and as they are shown.
    others = [(other, other) for other in other_names(view, row)]
    if view.label(row) in WITH_COMPETENCES:
        for competence in sorted(view.value(row, "competences")):
            texts = (competence.label_da, competence.label_en, competence.number)
            display_name = f"{competence.label(lang)}, {competence.number}"
            others += [(other, display_name) for other in texts]
        if view.label(row) is not Label.RESOURCE_INDIVIDUAL:
            own_ids: frozenset[str] = view.value(row, "own_competences")
            for own in (own_kinds.by_id[own_id] for own_id in own_ids & own_kinds.by_id.keys()):
                others += [(label, own.label(lang)) for label in (own.label_da, own.label_en)]
    matches = [
        (count, Levenshtein.normalized_similarity(fold(text), fold(other)), display_name)
        for other, display_name in others
        if (count := sum(_is_in(word, words_in(other)) for word in missing))
    ]
    return max(matches)[2] if matches else None


def _is_in(word: str, known_words: Collection[str]) -> bool:
    return any(
        (other.startswith(word) if len(word) > 1 else other == word)
        or (
            len(word) >= 4
            and Levenshtein.normalized_similarity(word, other, score_cutoff=SAME_SIMILARITY) > 0
        )
        for other in known_words
    )


def place_names(view: View, row: int) -> tuple[str, ...]:
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
    names = dict.fromkeys(map(view.name, around))
    return tuple(name for name in names if name and name != view.name(row))[:3]
