"""The names of a View, and how well a text fits each: by its name, its aliases and its place."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from graph.access.view import View
from graph.paths.places import areas
from graph.questions.ended import Ended, ended, value_of
from graph.questions.name_forms import Forms, Key, forms_of, forms_of_person
from graph.questions.name_words import (
    bare,
    fold,
    loosely,
    required,
    telling,
    words_in,
    words_of,
)
from graph.snapshot.csr import firsts, linked
from graph.snapshot.field_types import NO_WORD, FieldKind, FieldType, unpack
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Competence,
    Label,
    LinkType,
    NetworkKind,
    OrganizationKind,
    PostKind,
    Term,
)

NAMED: Final = (
    Label.ACTOR, Label.NETWORK, Label.AUTHORITY, Label.AREA,
    Label.PERSON, Label.ORGANIZATION, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip
"""The labels that are searched by name."""

_KINDS: Final[dict[Label, type[Term]]] = {
    Label.ACTOR: PostKind,
    Label.NETWORK: NetworkKind,
    Label.AUTHORITY: AuthorityKind,
    Label.ORGANIZATION: OrganizationKind,
}
"""By the words of its kind everything is found but areas, which are too many of one kind."""
_OTHER_NAMES: Final[dict[Label, tuple[str, ...]]] = {
    Label.AREA: ("name_en", "official_name", "code"),
    Label.AUTHORITY: ("name_en",),
}
_PEOPLE: Final = (Label.PERSON, Label.RESOURCE_INDIVIDUAL)
_HELPING: Final = (Label.ACTOR, *_PEOPLE)
_COMPETENCES: Final = FieldType(FieldKind.WORDS, Competence)

_NONE: Final = frozenset[str]()
_SAME_SIMILARITY: Final = 0.70  # "tisted" to "thisted" is 0.86; unrelated short words stay below
_PREFIX: Final = 0.97  # a word begun is almost a word typed
_GENITIVE: Final = 0.99  # "thisteds" is "thisted"
_WORTH: Final = 0.90  # found by what it is for, or by another name, not by its name
_PLACE: Final = 0.80  # ... by the place it answers for
_WIDER: Final = 0.72  # ... by a place in the district or region it answers for
_SAME_PLACE: Final = 0.85  # places are many: one typing error in a long name, or most of it typed
_MOSTLY: Final = 0.60

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Pairs of an entry and of an area it answers for, or that lies in one; what that counts."""

    entry: NDArray[np.int32]
    area: NDArray[np.int32]  # the entry of the area
    worth: NDArray[np.float32]
    is_area: NDArray[np.bool_]  # by entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIndex:
    """The names of a View: one entry each, and every different word once, sorted.

    `ended` are the entries of what is there no more, under its row. `same` and `loose` are the
    entries in whose forms a text is.
    """

    rows: tuple[int, ...]
    labels: tuple[Label, ...]
    texts: tuple[str, ...]
    ended: Mapping[int, Ended]
    forms: tuple[Forms, ...]
    same: Mapping[str, Sequence[int]]
    loose: Mapping[str, Sequence[int]]
    words: tuple[str, ...]
    first_use: NDArray[np.intp]  # by word, and behind the last: the first of its uses
    entry_of: NDArray[np.int32]  # for each use of a word: the entry
    worth: NDArray[np.float32]  # ... and what it counts: a name's word 1, an alias less
    places: Places

    def scores(self, text: str) -> Scores:
        """0 to 1 for each entry: the mean likeness of the words sought, 0 when one is not found.

        A word may be that of the place an entry answers for, if another is its own.
        """
        sought = telling(words_of(fold(text)))
        scores = np.zeros(len(self.rows))
        if not sought:
            return scores
        words = required(sought)
        lacks, has_own, is_named = np.zeros((3, len(scores)), np.bool_)
        for word in words:
            like = self._likeness(word)
            own, by_name = self._best(like)
            best = self._with_places(own, word, like)
            scores += best
            lacks |= best == 0
            has_own |= own > 0
            is_named |= by_name
        scores = np.where(lacks | ~has_own, 0, scores / len(words)) * 0.9
        close = self._closeness(" ".join(words), np.flatnonzero(scores))
        scores += np.where(is_named, 0.09, 0.01) * close
        for entry, (worth, _) in self._meant(sought):
            scores[entry] = max(scores[entry], worth)
        return scores

    def alias(self, entry: int, text: str) -> str | None:
        """The other name of an entry that a text is in full, if it is one."""
        meant = self._meant(telling(words_of(fold(text))))
        return next((alias for one, (_, alias) in meant if one == entry), None)

    def _meant(self, sought: Sequence[str]) -> Iterator[tuple[int, Key]]:
        """Whose name some telling words are, the surest first."""
        text, loose = " ".join(sought), loosely(sought)
        yield from ((one, self.forms[one].same[text]) for one in self.same.get(text, ()))
        yield from ((one, self.forms[one].loose[loose]) for one in self.loose.get(loose, ()))

    def _with_places(self, own: Scores, word: str, like: Scores) -> Scores:
        """How well a word fits each entry by itself or by the place it answers for."""
        firm = np.where(self._is_firm(word, like), like, 0)
        there = np.where(self.places.is_area, self._best(firm)[0], 0)
        best = own.copy()
        if there.any():
            near = there[self.places.area]
            chosen = near > 0
            worth = near[chosen] * self.places.worth[chosen]
            np.maximum.at(best, self.places.entry[chosen], worth)
        return best

    def _best(self, like: Scores) -> tuple[Scores, NDArray[np.bool_]]:
        """What the likest word counts for each entry, and whether any is of its name."""
        best, by_name = np.zeros(len(self.rows)), np.zeros(len(self.rows), np.bool_)
        for word in np.flatnonzero(like).tolist():
            uses = slice(self.first_use[word], self.first_use[word + 1])
            entries, worth = self.entry_of[uses], self.worth[uses]  # each entry once
            best[entries] = np.maximum(best[entries], like[word] * worth)
            by_name[entries] |= worth == 1
        return best, by_name

    def _likeness(self, word: str) -> Scores:
        """How like each known word is; short words must be whole or begun."""
        like = np.zeros(len(self.words))
        if len(word) >= 4 and not word[0].isdigit():
            like = process.cdist(
                [word], self.words, scorer=Levenshtein.normalized_similarity,
                score_cutoff=_SAME_SIMILARITY, dtype=np.float32,
            )[0].astype(np.float64)  # fmt: skip
        if bare(word) != word:
            self._put_begun(like, bare(word), _GENITIVE)
        self._put_begun(like, word, 1)
        return like

    def _put_begun(self, like: Scores, word: str, worth: float) -> None:
        """Those that begin with a word are almost it; one letter begins nothing."""
        first, last = bisect_left(self.words, word), bisect_left(self.words, f"{word}\U0010ffff")
        if len(word) > 1:
            like[first:last] = _PREFIX * worth
        if first < last and self.words[first] == word:
            like[first] = worth

    def _is_firm(self, word: str, like: Scores) -> NDArray[np.bool_]:
        """Which words of `like` are near enough to be meant as a place: whole ones, if any."""
        firm = like >= _GENITIVE
        if firm.any():
            return firm
        firm = like >= _SAME_PLACE
        for place in np.flatnonzero(like >= _PREFIX * _GENITIVE).tolist():  # begun
            firm[place] = len(word) >= 4 and len(word) >= _MOSTLY * len(self.words[place])
        return firm

    def _closeness(self, text: str, chosen: NDArray[np.intp]) -> Scores:
        """How much of the whole name was typed: tells "SSP Thisted" from longer names with both."""
        close = np.zeros(len(self.rows))
        entries: list[int] = chosen.tolist()
        if entries:
            texts = [self.texts[entry] for entry in entries]
            scorer = Levenshtein.normalized_similarity
            close[entries] = process.cdist([text], texts, scorer=scorer)[0]
        return close


def name_index(view: View) -> NameIndex:
    """The names a caller sees, made once for a View. O(nodes)."""
    return view.memo("names", lambda: _index(view))


# ---- making it


def other_names(view: View, row: int) -> Iterator[str]:
    """The names of a visible node beside its own: of areas and authorities alone."""
    label = view.label(row)
    yield from (name for field in _OTHER_NAMES.get(label, ()) if (name := view.value(row, field)))
    if label in _OTHER_NAMES:
        yield from sorted(view.value(row, "aliases"))


def _names_of_ended(view: View, one: Ended) -> Iterator[str]:
    others = (value_of(view, one, field) for field in _OTHER_NAMES[one.label])
    yield from (name for name in others if name)
    yield from sorted(value_of(view, one, "aliases"))


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one entry is made of; `kinds` are words by which it is found, but no names."""

    row: int
    label: Label
    name: str
    forms: Forms
    kinds: frozenset[str]


def _index(view: View) -> NameIndex:
    gone = ended(view)
    entries = [*_there(view), *(_of_ended(view, one) for one in gone)]
    texts = tuple(fold(one.name) for one in entries)
    used = [_words(one) for one in entries]
    words = tuple(sorted({word for uses in used for word in uses}))
    place_of = {word: place for place, word in enumerate(words)}
    word_of = np.array([place_of[word] for uses in used for word in uses], np.int32)
    entry_of = np.repeat(np.arange(len(used), dtype=np.int32), [len(uses) for uses in used])
    worth = np.array([worth for uses in used for worth in uses.values()], np.float32)
    order = np.argsort(word_of, kind="stable")
    return NameIndex(
        rows=tuple(one.row for one in entries),
        labels=tuple(one.label for one in entries),
        texts=texts,
        ended={len(entries) - len(gone) + place: one for place, one in enumerate(gone)},
        forms=tuple(one.forms for one in entries),
        same=_by_text(one.forms.same for one in entries),
        loose=_by_text(one.forms.loose for one in entries),
        words=words,
        first_use=np.searchsorted(word_of[order], np.arange(len(words) + 1)),
        entry_of=entry_of[order],
        worth=worth[order],
        places=_places(view, [one.row for one in entries]),
    )


def _there(view: View) -> Iterator[_Entry]:
    helps = _helps(view)
    for label in NAMED:
        kinds = _kinds(view, label)
        for row in view.rows(label):
            name = view.name(row)
            if name:
                words = kinds.get(row, _NONE) | helps.get(row, _NONE)
                yield _Entry(row, label, name, _forms(view, row, label, name), words)


def _forms(view: View, row: int, label: Label, name: str) -> Forms:
    if label in _PEOPLE:
        return forms_of_person(name)
    return forms_of(name, tuple(other_names(view, row)) if label in _OTHER_NAMES else ())


def _of_ended(view: View, one: Ended) -> _Entry:
    kinds = _kind_words(value_of(view, one, "kind"))
    name = view.nodes.name[one.row]
    forms = forms_of(name, tuple(_names_of_ended(view, one)))
    return _Entry(one.row, one.label, name, forms, kinds)


def _kinds(view: View, label: Label) -> dict[int, frozenset[str]]:
    """By row, the words of what kind it is."""
    if label not in _KINDS:
        return {}
    words = [_kind_words(kind) for kind in _KINDS[label]]
    rows, column = view.column(label, "kind")
    shown = view.shown(label, "kind") & (column != NO_WORD)
    codes: list[int] = column[shown].tolist()
    return {row: words[code] for row, code in zip(rows[shown].tolist(), codes, strict=True)}


@cache
def _kind_words(kind: Term) -> frozenset[str]:
    return words_in(kind.label_da) | words_in(kind.label_en)


def _helps(view: View) -> dict[int, frozenset[str]]:
    """By row, the words of what somebody can help with, as they are displayed."""
    found: dict[int, frozenset[str]] = {}
    known: dict[int, frozenset[str]] = {}
    for label in _HELPING:
        rows, column = view.column(label, "competences")
        shown = view.shown(label, "competences") & (column != 0)
        for place in np.flatnonzero(shown).tolist():
            mask = int(column[place])
            if mask not in known:
                known[mask] = _competence_words(unpack(_COMPETENCES, column, place))
            found[int(rows[place])] = known[mask]
    return found


def _competence_words(competences: Any) -> frozenset[str]:
    texts = (text for one in competences for text in (one.label_da, one.label_en, one.number))
    return frozenset(word for text in texts for word in words_in(text) if len(word) > 1)


def _words(one: _Entry) -> Mapping[str, float]:
    """The words an entry is found by; what is of its name and of its kind counts as the name's."""
    return {**dict.fromkeys(one.kinds, _WORTH), **one.forms.words}


def _by_text(forms: Iterable[Mapping[str, Key]]) -> dict[str, list[int]]:
    """By text, the entries in whose forms it is."""
    found: dict[str, list[int]] = {}
    for entry, keys in enumerate(forms):
        for text in keys:
            if text in found:
                found[text].append(entry)
            else:
                found[text] = [entry]
    return found


def _places(view: View, rows: Sequence[int]) -> Places:
    """Who answers for which area, and for which area around it that is not the whole country."""
    entry_of = np.full(len(view.visible), -1, np.int32)
    entry_of[rows] = np.arange(len(rows), dtype=np.int32)
    pairs = areas(view).of
    who, area = firsts(pairs), pairs.to
    inner, outer = linked(view, LinkType.LIES_IN)
    is_country = np.zeros(len(view.visible), np.bool_)
    is_country[_countries(view)] = True
    inner, outer = inner[~is_country[outer]], outer[~is_country[outer]]
    order = np.argsort(outer, kind="stable")
    inner, outer = inner[order], outer[order]
    first, last = np.searchsorted(outer, area), np.searchsorted(outer, area, side="right")
    count = last - first
    begins = np.repeat(first - np.cumsum(count) + count, count)
    inside = inner[begins + np.arange(len(begins))]
    entry = entry_of[np.concatenate([who, np.repeat(who, count)])]
    place = entry_of[np.concatenate([area, inside])]
    worth = np.repeat(np.array([_PLACE, _WIDER], np.float32), [len(who), len(inside)])
    is_area = np.zeros(len(rows), np.bool_)
    of_areas = entry_of[view.rows(Label.AREA)]
    is_area[of_areas[of_areas >= 0]] = True
    kept = (entry >= 0) & (place >= 0) & ~is_area[entry]
    return Places(entry=entry[kept], area=place[kept], worth=worth[kept], is_area=is_area)


def _countries(view: View) -> list[int]:
    areas_seen = view.rows(Label.AREA)
    return [row for row in areas_seen if view.nodes.kind[row] == AreaKind.COUNTRY.code]
