"""Index of the names in a View, and scores of how well a text matches name, alias and place.

First the normalization of texts and words, then the name forms of one node, then the index over all
visible nodes.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from graph.access.view import View
from graph.model.base import each_text
from graph.normal_form import normal_form
from graph.own_kinds import NO_OWN_KINDS, SHIPPED_FIELDS, OwnKind, OwnKinds
from graph.paths.places import areas
from graph.questions.history import EndedOffice, ended_offices, value_of
from graph.snapshot.csr import csr_from_pairs, firsts, link_ends, through
from graph.snapshot.field_types import NO_WORD, FieldKind, FieldType, class_of, field_types, unpack
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Competence,
    Label,
    LinkType,
    NetworkKind,
    OrganizationKind,
    PostKind,
    ResourceKind,
    Term,
)

CACHED: Final = 16_384
"""How many texts of the vocabulary and the structure are cached; never a person's name."""
_DANISH: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "y", "ß": "ss", "ð": "d", "đ": "d",
     "ł": "l", "\u0131": "i", "þ": "th", "'": None, "\u2019": None}
)  # fmt: skip
_SINGLE: Final = str.maketrans({"æ": "a", "ø": "o", "å": "a", "ö": "o", "ä": "a", "ü": "u"})
_SUFFIX: Final = re.compile(r"['\u2019](?:s|en|et|er|erne|ens|ernes)\b")  # SSP's, SSP'erne
_WORD: Final = re.compile(r"kv:\d+|\d+(?:\.\d+)+|\w+")  # codes of competences are one word


def fold(text: str) -> str:
    """A text as it is compared: lower case, æ ø å as ae oe aa, no accents, single spaces."""
    text = _SUFFIX.sub("", text.casefold()).translate(_DANISH)
    if not text.isascii():  # most are
        letters = normal_form("NFKD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(text.split())


def spellings(text: str) -> tuple[str, ...]:
    """The folded text, and for non-ASCII text a second form with æ ø å as a o a."""
    folded = fold(text)
    if text.isascii():
        return (folded,)
    short = fold(text.casefold().translate(_SINGLE))
    return (folded,) if short == folded else (folded, short)


def words_of(folded: str) -> list[str]:
    """The words of a folded text, in order."""
    return _WORD.findall(folded)


@lru_cache(maxsize=CACHED)
def words_in(text: str) -> frozenset[str]:
    """The words of a text of the vocabulary or the structure, in both spellings."""
    return frozenset(word for spelling in spellings(text) for word in words_of(spelling))


def without_stop_words(words: Sequence[str]) -> list[str]:
    """The words without the stop words of both languages."""
    return [word for word in words if word not in _SMALL]


def significant_words(words: Sequence[str]) -> list[str]:
    """The words that must match: all but `kommune` and the like, if any is left."""
    return [word for word in words if word not in _LOOSE] or list(words)


def without_final_s(word: str) -> str:
    """A word without the `s` of a genitive, or of an English plural."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def loose_key(words: Sequence[str]) -> str:
    """A key shared by nearly equal texts: significant words, without order and genitives."""
    return " ".join(sorted(without_final_s(word) for word in significant_words(words)))


def _folded_words(listed: str) -> frozenset[str]:
    return frozenset(fold(listed).split())


_SMALL: Final = _folded_words("""
    i på til hos ved for af fra om med mod og eller som at en et den det de der
    hvem hvad hvor hvilken hvilket hvilke hvordan er var har kan skal vil jeg vi min mit mine vores
    du man sin sit finder svarer sidder nær omkring
    in on at to of for from with by about near and or the a an
    who whom what where which how is are was has have can do does i we my our you me find
""")
_LOOSE: Final = _folded_words("""
    kommune kommunen kommunens kommuner kommunerne byen
    municipality municipalities city town
    dansk danske danmark danmarks danish denmark
    contact kontakte
""")


EXACT: Final = 1.0
ALIAS: Final = 0.995
"""The lowest score of another name typed in full; a partial name scores less."""
_SHORT: Final = 0.99  # town of a postcode, which may extend beyond it; an abbreviation
_TOWN_OF_DISTRICT: Final = 0.95
_AT_HOME: Final = 0.001  # bonus of the place that has the town, among those with a postcode
_WORTH: Final = 0.90  # a word of another name, relative to one of the name itself

_POSTCODE: Final = re.compile(r"(\d{4}) (.+)")
_CODE: Final = re.compile(r"0+([1-9]\d+)")
_DISTRICT: Final = re.compile(r"(.+) (?:[CFJKMNSVØ]|N[VØ]|S[VØ]|Sj)")  # Aarhus C, Viby Sj
_SHORT_FORM: Final = re.compile(r"(.+) \(([A-ZÆØÅ]{2,10})\)")  # Kommunernes Landsforening (KL)

Key = tuple[float, str | None]
"""The score of a text that is a name, and which other name it is; None: the name itself."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The words of a node's names with their weights, and the full texts that are its names.

    `same` are texts by their significant words, `loose` by these without order and genitives. All
    words of a person's name are significant: "My" is a first name.
    """

    words: Mapping[str, float]
    same: Mapping[str, Key]
    loose: Mapping[str, Key]


def forms_of_person(name: str) -> Forms:
    """The forms by which a person is found: the name, and its words."""
    own = [words_of(spelling) for spelling in spellings(name)]
    same: dict[str, Key] = {" ".join(words): (EXACT, None) for words in own}
    same.pop("", None)
    return Forms({word: 1.0 for words in own for word in words}, same, {})


@lru_cache(maxsize=CACHED)
def forms_of(name: str, others: tuple[str, ...] = ()) -> Forms:
    """The forms by which an office, a body or an area is found; cached, unlike a person's."""
    weights = {word: _WORTH for other in others for word in words_in(other)}
    weights |= {code[1]: _WORTH for other in others if (code := _CODE.fullmatch(other))}
    same: dict[str, Key] = {}
    loose: dict[str, Key] = {}
    for spelling in spellings(name):
        words = words_of(spelling)
        weights |= dict.fromkeys(words, 1.0)
        _put(same, " ".join(without_stop_words(words)), (EXACT, None))
        _put(loose, loose_key(without_stop_words(words)), (ALIAS, None))
    towns = {_town(other) for other in others} & {name, *others}
    for other in (name, *others):
        town = _town(other) or other
        is_home = other != name and town in towns
        # `3700 Rønne` is found in parts, `Aarhus C` as town, `… (PET)` also as `PET`.
        forms = [(other, ALIAS)]
        if parts := _POSTCODE.fullmatch(other) or _SHORT_FORM.fullmatch(other):
            forms += [(parts[1], ALIAS), (parts[2], _SHORT)]
        elif code := _CODE.fullmatch(other):
            forms.append((code[1], ALIAS))
        if district := _DISTRICT.fullmatch(town):
            forms.append((district[1], _TOWN_OF_DISTRICT))
        for form, worth in forms:
            key = worth + (_AT_HOME if is_home else 0), form if other == name else other
            for spelling in spellings(form):
                words = without_stop_words(words_of(spelling))
                _put(same, " ".join(words), key)
                _put(loose, loose_key(words), key)
    return Forms(weights, same, loose)


def _put(keys: dict[str, Key], text: str, key: Key) -> None:
    if text and (text not in keys or keys[text][0] < key[0]):
        keys[text] = key


def _town(name: str) -> str | None:
    parts = _POSTCODE.fullmatch(name)
    return parts and parts[2]


NAMED_LABELS: Final = (
    Label.ACTOR, Label.NETWORK, Label.AUTHORITY, Label.AREA,
    Label.PERSON, Label.ORGANIZATION, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip
"""The labels that are searched by name, in order of priority."""

_KINDS: Final[dict[Label, type[Term]]] = {
    Label.ACTOR: PostKind,
    Label.NETWORK: NetworkKind,
    Label.AUTHORITY: AuthorityKind,
    Label.ORGANIZATION: OrganizationKind,
    Label.RESOURCE_INDIVIDUAL: ResourceKind,
}
"""Labels also found by the words of their kind; areas are not: too many share one kind."""
_OTHER_NAMES: Final[dict[Label, tuple[str, ...]]] = {
    Label.AREA: ("name_en", "official_name", "code"),
    Label.AUTHORITY: ("name_en",),
}
_PEOPLE: Final = (Label.PERSON, Label.RESOURCE_INDIVIDUAL)
WITH_COMPETENCES: Final = (Label.ACTOR, *_PEOPLE)
_COMPETENCES: Final = FieldType(FieldKind.WORDS, Competence)

_NONE: Final = frozenset[str]()
SAME_SIMILARITY: Final = 0.70  # "tisted" to "thisted" is 0.86; unrelated short words stay below
_PREFIX: Final = 0.97  # a prefix of the word was typed
_GENITIVE: Final = 0.99  # "thisteds" for "thisted"
_PLACE: Final = 0.80  # match by the place it answers for
_WIDER: Final = 0.72  # match by a place in the area it answers for, or around its community
_SAME_PLACE: Final = 0.85  # places are many: one typing error in a long name, or most of it typed
_MOSTLY: Final = 0.60

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Pairs of an entry and an area it answers for, or one inside that area, with a weight."""

    entry: NDArray[np.int32]
    area: NDArray[np.int32]  # the entry of the area
    worth: NDArray[np.float32]
    is_area: NDArray[np.bool_]  # by entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIndex:
    """The names of a View: one entry for each node, and every different word once, sorted.

    `offices` are the entries of nodes that no longer exist, under their rows. `same` and `loose`
    map a text to the entries that have it as a form.
    """

    rows: tuple[int, ...]
    labels: tuple[Label, ...]
    texts: tuple[str, ...]
    offices: Mapping[int, EndedOffice]
    forms: tuple[Forms, ...]
    same: Mapping[str, Sequence[int]]
    loose: Mapping[str, Sequence[int]]
    words: tuple[str, ...]
    first_use: NDArray[np.intp]  # by word: the first of its uses; one more at the end
    entry_of: NDArray[np.int32]  # for each use of a word: the entry
    worth: NDArray[np.float32]  # and its weight: a name's word 1, an alias less
    places: Places

    def scores(self, text: str) -> Scores:
        """0 to 1 for each entry: the mean similarity of the words; 0 if one does not match.

        A word may match the place an entry answers for, if another word matches the entry itself.
        Stop words alone match people only.
        """
        typed_words = words_of(fold(text))
        sought = without_stop_words(typed_words)
        scores = np.zeros(len(self.rows))
        if not typed_words:
            return scores
        words = significant_words(sought or typed_words)
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
        if not sought:
            scores *= np.array([label in _PEOPLE for label in self.labels])
        # How much of the name was typed: ranks "SSP Thisted" above longer names with both.
        entries: list[int] = np.flatnonzero(scores).tolist()
        if entries:
            texts = [self.texts[entry] for entry in entries]
            scorer = Levenshtein.normalized_similarity
            close = np.zeros(len(scores))
            close[entries] = process.cdist([" ".join(words)], texts, scorer=scorer)[0]
            scores += np.where(is_named, 0.09, 0.01) * close
        for entry, (worth, _) in self._full_name_matches(typed_words):
            scores[entry] = max(scores[entry], worth)
        return scores

    def alias(self, entry: int, text: str) -> str | None:
        """The other name of an entry that the text equals in full, if any."""
        matches = self._full_name_matches(words_of(fold(text)))
        return next((alias for other, (_, alias) in matches if other == entry), None)

    def current_row(self, entry: int) -> int:
        """The row of an entry, or of its successor if it has ended."""
        return self.offices[entry].successor if entry in self.offices else self.rows[entry]

    def _full_name_matches(self, words: Sequence[str]) -> Iterator[tuple[int, Key]]:
        """The entries that have the words as a full name, exact forms before loose ones.

        If all words together are no such name, those that are no stop words are tried.
        """
        sought = without_stop_words(words)
        text, loose = " ".join(words), loose_key(sought)
        if text not in self.same:
            text = " ".join(sought)
        yield from ((entry, self.forms[entry].same[text]) for entry in self.same.get(text, ()))
        yield from ((entry, self.forms[entry].loose[loose]) for entry in self.loose.get(loose, ()))

    def _with_places(self, own: Scores, word: str, like: Scores) -> Scores:
        """How well a word matches each entry by its own words or by its place."""
        # The words similar enough to be meant as a place: exact ones, if any.
        firm = like >= _GENITIVE
        if not firm.any():
            firm = like >= _SAME_PLACE
            for place in np.flatnonzero(like >= _PREFIX * _GENITIVE).tolist():  # prefixes
                firm[place] = len(word) >= 4 and len(word) >= _MOSTLY * len(self.words[place])
        scores = np.where(self.places.is_area, self._best(np.where(firm, like, 0))[0], 0)
        near = scores[self.places.area]
        best, has_place = own.copy(), near > 0
        worth = near[has_place] * self.places.worth[has_place]
        np.maximum.at(best, self.places.entry[has_place], worth)
        return best

    def _best(self, like: Scores) -> tuple[Scores, NDArray[np.bool_]]:
        """The score of the most similar word of each entry, and whether it belongs to the name."""
        best, by_name = np.zeros(len(self.rows)), np.zeros(len(self.rows), np.bool_)
        for word in np.flatnonzero(like).tolist():
            uses = slice(self.first_use[word], self.first_use[word + 1])
            entries, worth = self.entry_of[uses], self.worth[uses]  # each entry once
            best[entries] = np.maximum(best[entries], like[word] * worth)
            by_name[entries] |= worth == 1
        return best, by_name

    def _likeness(self, word: str) -> Scores:
        """The similarity of a word to each known one; short ones match in full or as prefix."""
        like = np.zeros(len(self.words))
        if len(word) >= 4 and not word[0].isdigit():
            like = process.cdist(
                [word], self.words, scorer=Levenshtein.normalized_similarity,
                score_cutoff=SAME_SIMILARITY, dtype=np.float32,
            )[0].astype(np.float64)  # fmt: skip
        if without_final_s(word) != word:
            self._put_begun(like, without_final_s(word), _GENITIVE)
        self._put_begun(like, word, 1)
        return like

    def _put_begun(self, like: Scores, word: str, worth: float) -> None:
        """Score words with this prefix as near matches; one letter is no prefix."""
        first, last = bisect_left(self.words, word), bisect_left(self.words, f"{word}\U0010ffff")
        if len(word) > 1:
            like[first:last] = _PREFIX * worth
        if first < last and self.words[first] == word:
            like[first] = worth


# ---- building the index


def other_names(view: View, row: int) -> Iterator[str]:
    """The alternative names of a visible node: only areas and authorities have them."""
    label = view.label(row)
    yield from (name for field in _OTHER_NAMES.get(label, ()) if (name := view.value(row, field)))
    if label in _OTHER_NAMES:
        yield from sorted(view.value(row, "aliases"))


@dataclass(frozen=True, slots=True)
class _Entry:
    """The data of one entry; `kinds` are words by which it is found, but no names."""

    row: int
    label: Label
    name: str
    forms: Forms
    kinds: frozenset[str]


def name_index(view: View, own_kinds: OwnKinds = NO_OWN_KINDS) -> NameIndex:
    """The index of the names a caller sees. O(nodes)."""
    entries: list[_Entry] = []
    words_of_own = {row.id: _kind_words(row) for row in own_kinds.rows}
    for label in NAMED_LABELS:
        kinds: dict[int, frozenset[str]] = {}
        if label in _KINDS:
            words = [_kind_words(kind) for kind in _KINDS[label]]
            rows, column = view.column(label, "kind")
            is_visible = view.field_mask(label, "kind") & (column != NO_WORD)
            codes: list[int] = column[is_visible].tolist()
            kinds = {
                row: words[code] for row, code in zip(rows[is_visible].tolist(), codes, strict=True)
            }
        own_fields = SHIPPED_FIELDS.keys() & field_types(class_of(label)) if words_of_own else ()
        for own_field in own_fields:
            rows, column = view.column(label, own_field)
            for place in np.flatnonzero(view.field_mask(label, own_field)).tolist():
                for own_id in each_text(column[place]):
                    row = int(rows[place])
                    kinds[row] = kinds.get(row, _NONE) | words_of_own.get(own_id, _NONE)
        competences: dict[int, frozenset[str]] = {}
        if label in WITH_COMPETENCES:
            rows, column = view.column(label, "competences")
            is_visible = view.field_mask(label, "competences") & (column != 0)
            competences = {
                int(rows[place]): _competence_words(unpack(_COMPETENCES, column, place))
                for place in np.flatnonzero(is_visible).tolist()
            }
        for row in view.rows(label):
            if name := view.name(row):
                if label in _PEOPLE:
                    forms = forms_of_person(name)
                else:
                    forms = forms_of(name, tuple(other_names(view, row)))
                words = kinds.get(row, _NONE) | competences.get(row, _NONE)
                entries.append(_Entry(row, label, name, forms, words))
    offices = dict(enumerate(ended_offices(view), len(entries)))
    for office in offices.values():
        others = (value_of(view, office, field) for field in _OTHER_NAMES[office.label])
        aliases = sorted(value_of(view, office, "aliases"))
        name, kind = view.nodes.name[office.row], value_of(view, office, "kind")
        forms = forms_of(name, (*filter(None, others), *aliases))
        entries.append(_Entry(office.row, office.label, name, forms, _kind_words(kind)))
    # The words of an entry with weights; a word of both name and kind counts as the name's.
    word_weights = [
        {**dict.fromkeys(entry.kinds, _WORTH), **entry.forms.words} for entry in entries
    ]
    words = tuple(sorted({word for uses in word_weights for word in uses}))
    place_of = {word: place for place, word in enumerate(words)}
    word_of = np.array([place_of[word] for uses in word_weights for word in uses], np.int32)
    entry_of = np.repeat(
        np.arange(len(word_weights), dtype=np.int32), [len(uses) for uses in word_weights]
    )
    worth = np.array([worth for uses in word_weights for worth in uses.values()], np.float32)
    order = np.argsort(word_of, kind="stable")
    return NameIndex(
        rows=tuple(entry.row for entry in entries),
        labels=tuple(entry.label for entry in entries),
        texts=tuple(fold(entry.name) for entry in entries),
        offices=offices,
        forms=tuple(entry.forms for entry in entries),
        same=_by_text(entry.forms.same for entry in entries),
        loose=_by_text(entry.forms.loose for entry in entries),
        words=words,
        first_use=np.searchsorted(word_of[order], np.arange(len(words) + 1)),
        entry_of=entry_of[order],
        worth=worth[order],
        places=_places(view, [entry.row for entry in entries]),
    )


@cache
def _kind_words(kind: Term | OwnKind) -> frozenset[str]:
    return words_in(kind.label_da) | words_in(kind.label_en)


@cache
def _competence_words(competences: frozenset[Competence]) -> frozenset[str]:
    texts = (text for term in competences for text in (term.label_da, term.label_en, term.number))
    return frozenset(word for text in texts for word in words_in(text) if len(word) > 1)


def _by_text(forms: Iterable[Mapping[str, Key]]) -> dict[str, list[int]]:
    """By text, the entries that have it as a form."""
    entries: dict[str, list[int]] = {}
    for entry, keys in enumerate(forms):
        for text in keys:
            entries.setdefault(text, []).append(entry)
    return entries


def _places(view: View, rows: Sequence[int]) -> Places:
    """By entry, the areas it answers for, and those inside them, or around a community.

    The country is left out, since it contains every area.
    """
    entry_of = np.full(len(view.visible), -1, np.int32)
    entry_of[rows] = np.arange(len(rows), dtype=np.int32)
    kind = np.where(view.nodes.label == Label.AREA.code, view.nodes.kind, NO_WORD)
    inner, outer = link_ends(view, LinkType.LIES_IN)
    is_below = kind[outer] != AreaKind.COUNTRY.code
    inner, outer = inner[is_below], outer[is_below]
    pairs = areas(view).of
    who, area = firsts(pairs), pairs.to
    is_community = kind[area] == AreaKind.COMMUNITY.code
    wider = (
        through((who, area), csr_from_pairs(view, (outer, inner))),
        through((who[is_community], area[is_community]), csr_from_pairs(view, (inner, outer))),
    )
    entry = entry_of[np.concatenate([who, *(ends[0] for ends in wider)])]
    place = entry_of[np.concatenate([area, *(ends[1] for ends in wider)])]
    worth = np.full(len(entry), _WIDER, np.float32)
    worth[: len(who)] = _PLACE
    is_area = np.zeros(len(rows), np.bool_)
    of_areas = entry_of[view.rows(Label.AREA)]
    is_area[of_areas[of_areas >= 0]] = True
    is_pair = (entry >= 0) & (place >= 0) & ~is_area[entry]
    return Places(entry=entry[is_pair], area=place[is_pair], worth=worth[is_pair], is_area=is_area)
