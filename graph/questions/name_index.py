"""Index of the names in a View, and scores of how well a text matches name, alias and place."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from graph.access.view import View
from graph.model.base import each_text
from graph.own_kinds import NO_OWN_KINDS, SHIPPED_FIELDS, OwnKind, OwnKinds
from graph.paths.places import areas
from graph.questions.history import EndedOffice, ended_offices, value_of
from graph.questions.name_forms import (
    WORTH,
    Forms,
    Key,
    fold,
    forms_of,
    forms_of_person,
    loose_key,
    significant_words,
    without_final_s,
    without_stop_words,
    words_in,
    words_of,
)
from graph.snapshot.csr import Mask, csr_from_pairs, firsts, link_ends, through
from graph.snapshot.field_types import NO_WORD, FieldKind, FieldType, class_of, field_types, unpack
from graph.synonyms import Subject, subject_of
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

IN_PART: Final = 0.8
"""The highest score of a name that not all words of the text match."""
_PLACE_ALONE: Final = 0.5  # a name that matches the place, but not what is asked for there
_NEARER: Final = 0.1  # added in the caller's own area, and half of it in the district around that
_NEXT: Final = 0.05  # how much less each further subject that a text may mean is worth

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
_NEARLY: Final = 0.80  # one letter in five, for a word beside known ones
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


class Spelling(Enum):
    """How freely a word may be spelled."""

    KNOWN = auto()  # it is a known word: as it is, or the beginning of another
    BESIDES = auto()  # others of the text are known: nearly, with the same first letter
    FREE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Words of a text that belong together: subjects, and areas they name, the likeliest first.

    `typed` are the words as they were typed, `areas` are entries of the index. `is_outside`: what
    the words name is not in the register, and the subjects are where to go instead.
    """

    words: tuple[str, ...]
    typed: str
    subjects: tuple[Subject, ...] = ()
    is_outside: bool = False
    areas: tuple[int, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it is a subject or a place; any other is looked for in names alone."""
        return bool(self.subjects or self.areas)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIndex:
    """The names of a View: one entry for each node, and every different word once, sorted.

    `offices` are the entries of nodes that no longer exist, under their rows. `same` and `loose`
    map a text to the entries that have it as a form.
    """

    rows: tuple[int, ...]
    current_rows: NDArray[np.intp]  # of an entry, or of its successor if it has ended
    labels: tuple[Label, ...]
    label_codes: NDArray[np.intp]
    is_person: Mask
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
    area_words: tuple[str, ...]  # of names and aliases of areas
    of_subject: Mapping[Subject, list[int]]  # the entries of a kind, sector or competence

    def scores(
        self, text: str, segments: Sequence[Segment], among: Mask, near: Scores
    ) -> tuple[Scores, Mask]:
        """0 to 1 for each entry, and which segments the entries with a score match.

        An entry matches a segment by its own words, by its kind, sector and competences, or by the
        place it answers for; one that matches places only is not found, unless it is the place.
        Every segment counts: an entry is left out if another matches the same and more, first of
        the subjects and places, then of all. Entries `among` these only; `near`, 0 to 1, ranks
        those that match as well. Stop words alone match people only.
        """
        typed_words = words_of(fold(text))
        is_phrase = bool(without_stop_words(typed_words))
        parts = np.zeros((len(segments), len(self.rows)))
        has_own, is_named = np.zeros((2, len(self.rows)), np.bool_)
        counts = np.zeros(len(segments))
        is_known = np.array([segment.is_known for segment in segments], np.bool_)
        is_place = np.array([bool(segment.areas) for segment in segments], np.bool_)
        besides = Spelling.BESIDES if is_known.any() else Spelling.FREE
        for number, segment in enumerate(segments):
            words = significant_words(segment.words) if is_phrase else segment.words
            parts[number], own, by_name = self._segment(segment, words, besides)
            counts[number] = len(words)
            has_own |= own
            is_named |= by_name
        among = among & has_own
        if not is_phrase:
            among = among & self.is_person
        matches = (parts > 0) & among
        if matches[is_known].any():
            matches &= _matches_most(matches[is_known])
        matches &= _matches_most(matches)
        is_used: Mask = np.any(matches, axis=1)
        is_found: Mask = np.any(matches, axis=0)
        entries: list[int] = np.flatnonzero(is_found).tolist()
        scores = np.zeros(len(self.rows))
        if not entries:
            return scores, is_used
        found: Mask = matches[:, entries]
        is_whole: Mask = np.all(found, axis=0)
        scores[entries] = counts @ (parts[:, entries] * found) / counts.sum() * 0.9
        # How much of the name was typed: ranks "SSP Thisted" above longer names with both.
        sought = [
            word
            for segment, is_one in zip(segments, is_used.tolist(), strict=True)
            if is_one
            for word in segment.words
        ]
        close = process.cdist(
            [" ".join(significant_words(sought))], [self.texts[entry] for entry in entries],
            scorer=Levenshtein.normalized_similarity,
        )[0]  # fmt: skip
        scores[entries] += np.where(is_named[entries], 0.09, 0.01) * close
        is_place_alone: Mask = ~np.any(found[~is_place], axis=0)
        scores[entries] *= np.where(is_whole, 1, np.where(is_place_alone, _PLACE_ALONE, IN_PART))
        is_nearer = ~is_whole | (not any(segment.areas for segment in segments))
        if near.any():
            nearer = scores[entries] + _NEARER * near[entries]
            scores[entries] = np.where(is_nearer, nearer / (1 + _NEARER), scores[entries])
        for entry, (worth, _) in self._full_name_matches(typed_words if is_used.all() else sought):
            if is_found[entry]:
                scores[entry] = max(scores[entry], worth * (1 if is_used.all() else IN_PART))
        return scores, is_used

    def _segment(
        self, segment: Segment, words: Sequence[str], besides: Spelling
    ) -> tuple[Scores, Mask, Mask]:
        """How well each entry matches a run of words, whether itself, and whether by its name."""
        spelling = Spelling.KNOWN if segment.is_known else besides
        best = np.zeros(len(self.rows))
        lacks, has_own, is_named = np.zeros((3, len(best)), np.bool_)
        for word in words:
            like = self._likeness(word, spelling)
            own, by_name = self._best(like)
            with_places = own if segment.areas else self._with_places(own, word, like)
            best += with_places
            lacks |= with_places == 0
            has_own |= own > 0
            is_named |= by_name
        best = np.where(lacks, 0, best / max(1, len(words)))
        has_own &= ~lacks
        for rank, subject in enumerate(segment.subjects):
            entries = self.of_subject.get(subject)
            if entries is not None:
                best[entries] = np.maximum(best[entries], WORTH - _NEXT * rank)
                has_own[entries] = True
        if segment.areas:
            near = np.zeros(len(best))
            near[list(segment.areas)] = 1
            has_own[list(segment.areas)] = True
            best = np.maximum(np.maximum(best, near), self._near(near))
        return best, has_own, is_named

    def alias(self, entry: int, text: str) -> str | None:
        """The other name of an entry that the text equals in full, if any."""
        matches = self._full_name_matches(words_of(fold(text)))
        return next((alias for other, (_, alias) in matches if other == entry), None)

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
                firm[place] = len(word) >= 5 and len(word) >= _MOSTLY * len(self.words[place])
        scores = np.where(self.places.is_area, self._best(np.where(firm, like, 0))[0], 0)
        return np.maximum(own, self._near(scores))

    def _near(self, areas: Scores) -> Scores:
        """How well each entry matches by the areas it answers for, from the scores of areas."""
        near, best = areas[self.places.area], np.zeros(len(self.rows))
        has_place = near > 0
        worth = near[has_place] * self.places.worth[has_place]
        np.maximum.at(best, self.places.entry[has_place], worth)
        return best

    def _best(self, like: Scores) -> tuple[Scores, Mask]:
        """The score of the most similar word of each entry, and whether it belongs to the name."""
        best, by_name = np.zeros(len(self.rows)), np.zeros(len(self.rows), np.bool_)
        for word in np.flatnonzero(like).tolist():
            uses = slice(self.first_use[word], self.first_use[word + 1])
            entries, worth = self.entry_of[uses], self.worth[uses]  # each entry once
            best[entries] = np.maximum(best[entries], like[word] * worth)
            by_name[entries] |= worth == 1
        return best, by_name

    def has_word(self, word: str) -> bool:
        """Whether a folded word is one of some entry."""
        at = bisect_left(self.words, word)
        return at < len(self.words) and self.words[at] == word

    def _likeness(self, word: str, spelling: Spelling) -> Scores:
        """The similarity of a word to each known one; short ones match in full or as prefix."""
        like = np.zeros(len(self.words))
        first, last, least = 0, len(self.words), SAME_SIMILARITY
        if spelling is Spelling.BESIDES:
            (first, last), least = self._with_prefix(word[0]), _NEARLY
        if len(word) >= 4 and not word[0].isdigit() and spelling is not Spelling.KNOWN:
            like[first:last] = process.cdist(
                [word], self.words[first:last], scorer=Levenshtein.normalized_similarity,
                score_cutoff=least, dtype=np.float32,
            )[0]  # fmt: skip
        shortest = 3 if spelling is Spelling.BESIDES else 2  # beside an SSP, `kl` is no Klausen
        if without_final_s(word) != word:
            self._put_begun(like, without_final_s(word), _GENITIVE, shortest)
        self._put_begun(like, word, 1, shortest)
        return like

    def _put_begun(self, like: Scores, word: str, worth: float, shortest: int) -> None:
        """Score words with this prefix as near matches; fewer letters are no prefix."""
        first, last = self._with_prefix(word)
        if len(word) >= shortest:
            like[first:last] = _PREFIX * worth
        if first < last and self.words[first] == word:
            like[first] = worth

    def _with_prefix(self, prefix: str) -> tuple[int, int]:
        """The first word with a prefix, and the one after the last."""
        return bisect_left(self.words, prefix), bisect_left(self.words, f"{prefix}\U0010ffff")


def _matches_most(matches: Mask) -> Mask:
    """Which entries match something, and no other matches all that they do and more."""
    sets = (1 << np.arange(len(matches), dtype=np.int64)) @ matches
    each: list[int] = np.unique(sets[sets > 0]).tolist()
    most = [one for one in each if not any(one != other and one & other == one for other in each)]
    return np.logical_or.reduce([sets == one for one in most]) if most else sets > 0


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
    word_weights = [{**dict.fromkeys(entry.kinds, WORTH), **entry.forms.words} for entry in entries]
    words = tuple(sorted({word for uses in word_weights for word in uses}))
    place_of = {word: place for place, word in enumerate(words)}
    word_of = np.array([place_of[word] for uses in word_weights for word in uses], np.int32)
    entry_of = np.repeat(
        np.arange(len(word_weights), dtype=np.int32), [len(uses) for uses in word_weights]
    )
    worth = np.array([worth for uses in word_weights for worth in uses.values()], np.float32)
    order = np.argsort(word_of, kind="stable")
    places = _places(view, [entry.row for entry in entries])
    return NameIndex(
        rows=tuple(entry.row for entry in entries),
        current_rows=np.array(
            [
                offices[number].successor if number in offices else entry.row
                for number, entry in enumerate(entries)
            ],
            np.intp,
        ),
        labels=tuple(entry.label for entry in entries),
        label_codes=np.array([entry.label.code for entry in entries], np.intp),
        is_person=np.array([entry.label in _PEOPLE for entry in entries], np.bool_),
        texts=tuple(fold(entry.name) for entry in entries),
        offices=offices,
        forms=tuple(entry.forms for entry in entries),
        same=_by_text(entry.forms.same for entry in entries),
        loose=_by_text(entry.forms.loose for entry in entries),
        words=words,
        first_use=np.searchsorted(word_of[order], np.arange(len(words) + 1)),
        entry_of=entry_of[order],
        worth=worth[order],
        places=places,
        area_words=tuple(
            sorted(
                {
                    word
                    for entry in np.flatnonzero(places.is_area).tolist()
                    for text in entries[entry].forms.same
                    for word in text.split()
                    if not word[0].isdigit()
                }
            )
        ),
        of_subject=_of_subjects(view, entries[: len(entries) - len(offices)], own_kinds),
    )


_SUBJECT_FIELDS: Final[Mapping[Label, tuple[str, ...]]] = {
    Label.ACTOR: ("kind", "sector", "competences", *SHIPPED_FIELDS),
    Label.NETWORK: ("kind", "own_kind"),
    Label.ORGANIZATION: ("kind", "own_kind"),
    Label.AUTHORITY: ("sector", "own_sector"),
}
"""The fields by which a node is found for a subject; people are not found so."""


def _of_subjects(
    view: View, entries: Sequence[_Entry], own_kinds: OwnKinds
) -> dict[Subject, list[int]]:
    """The entries of each kind, sector and competence, shipped or own."""
    found: defaultdict[Subject, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for field in _SUBJECT_FIELDS.get(entry.label, ()):
            for word in each_text(view.value(entry.row, field)):
                if isinstance(word, Term):
                    found[subject_of(word)].append(number)
                elif (own := own_kinds.by_id.get(word)) is not None:
                    found[Subject(type(own.parent).__name__, word)].append(number)
    return dict(found)


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
