"""What a typed phrase asks for: subjects of the vocabulary, places, and words that are not known.

A word that is spelled nearly like a known one is read as that one. The longest known run of words
comes first: `far right` is no father.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from graph.own_kinds import OwnKinds
from graph.questions.name_forms import (
    ALIAS,
    EXACT,
    fold,
    folded_words,
    is_loose,
    is_stop_word,
    loose_key,
    spellings,
    with_prefix,
    without_stop_words,
    words_of,
)
from graph.questions.name_index import NameIndex, Segment
from graph.synonyms import SUBJECTS, Subject, load_synonyms, subject_of

_NEARLY: Final = 0.8
"""The least similarity of a misspelled word: one letter in five."""
_LONG: Final = 5  # a shorter text is not read as another: `VINK` is no Vinkel
_BEGUN: Final = 3  # so many letters of the last word suggest subjects that begin with it
_MOSTLY: Final = 0.6  # so much of a word must be typed to stand for it
_MOST_SUBJECTS: Final = 8
_ENDINGS: Final = (
    "ernes", "erne", "enes", "ene", "ers", "ens", "ets", "en", "et", "er", "es", "e", "s",
)  # fmt: skip
_SHORTEST_STEM: Final = 4
_STOP_RUNS: Final = {("ringe", "til"), ("ringe", "op")}  # Ringe is a town
_ORDINARY: Final = folded_words("""
    blære bur dybe elev faster flade fly fur give giver grove hammer heden helle hem hoven humble
    landet lime linde malt mor mørke no overlade ramme rind rude seem sir skibet stige them trans
    tune uge vile vind vær
""")
"""Places that are common words of a sentence, or nearly: Give, Elev, Them, Mors."""
_PLACE_PREPOSITIONS: Final = frozenset({"i", "paa", "ved", "naer", "in", "at", "near"})
_HEAD: Final = 5  # the least letters of a known word at the end of a compound
_FIRST_PART: Final = 8  # and at its beginning, which says less about its meaning
_MARKS: Final = ".,;:!?()\"'"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text of the vocabulary stands for, the likeliest first."""

    subjects: tuple[Subject, ...] = ()
    is_outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A typed text in segments, without its stop words.

    `completions` are subjects that the last word may become. A text of stop words only has them
    all: `My` is a name. `common`: typed words that a village has as its name, but not here.
    """

    segments: tuple[Segment, ...]
    common: tuple[str, ...] = ()
    completions: tuple[Subject, ...]


def read_phrase(index: NameIndex, own_kinds: OwnKinds, text: str) -> Phrase:
    """The segments of a text, in order."""
    table = _texts(own_kinds)
    typed = _typed_words(text)
    words = [folded for folded, _ in typed]
    if not without_stop_words(words):
        whole = Segment(words=tuple(words), typed=text.strip())
        return Phrase(segments=(whole,) if words else (), completions=())
    read = [_nearest(index, table, word) for word in words]
    segments: list[Segment] = []
    common: list[str] = []
    at = 0
    while at < len(words):
        if tuple(words[at : at + 2]) in _STOP_RUNS:
            at += 2
            continue
        segment, width = None, 1
        for width in range(min(table.longest, len(words) - at), 0, -1):
            span = slice(at, at + width)
            segment = _segment_of(index, table, words[span], typed[span])
            segment = segment or _segment_of(index, table, read[span], typed[span])
            if segment is not None:
                break
        if segment is not None and width == 1 and _is_common(words, typed, at):
            common.append(typed[at][1])
            at += 1
            continue
        if segment is None and not index.has_word(words[-1]):
            segment = _completion(table, words[at:], typed[at:])
            width = len(words) - at if segment else 1
        if segment is None and not is_stop_word(words[at]):
            segment = Segment(words=(words[at],), typed=typed[at][1])
        if segment is not None:
            segments.append(segment)
        at += width
    firm = [segment for segment in segments if segment.is_known or not is_loose(segment.words[0])]
    segments = firm or segments
    return Phrase(
        segments=tuple(segments), common=tuple(common), completions=tuple(table.completions(words))
    )


def _is_common(words: Sequence[str], typed: Sequence[tuple[str, str]], at: int) -> bool:
    """Whether a word is one of the sentence, though a village has it as its name.

    It names the village after a preposition, in capitals, and beside one other word.
    """
    is_capital = at > 0 and typed[at][1].istitle()
    is_phrase = len(words) <= 2 and not any(map(is_stop_word, words))
    follows = at > 0 and words[at - 1] in _PLACE_PREPOSITIONS
    return words[at] in _ORDINARY and not (is_capital or is_phrase or follows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The texts of the vocabulary by their folded words; `stems` without endings.

    `texts` and `words`, every word of one, are sorted; `with_word`: the texts with a word.
    `longest`: the most words of a text.
    """

    meanings: Mapping[str, Meaning]
    stems: Mapping[str, str]
    texts: tuple[str, ...]
    words: tuple[str, ...]
    with_word: Mapping[str, Sequence[str]]
    longest: int

    def text_of(self, words: Sequence[str]) -> str | None:
        """The text that a run of words is, apart from its endings; None if it is none."""
        text = " ".join(words)
        return text if text in self.meanings else self.stems.get(" ".join(map(stem, words)))

    def completions(self, words: Sequence[str]) -> Iterator[Subject]:
        """The subjects with a text that has a word beginning with the last one typed."""
        if len(words[-1]) >= _BEGUN:
            texts = (
                text for word in with_prefix(self.words, words[-1]) for text in self.with_word[word]
            )
            subjects = dict.fromkeys(self.meanings[text].subjects[0] for text in texts)
            yield from list(subjects)[:_MOST_SUBJECTS]


@lru_cache(maxsize=4)
def _texts(own_kinds: OwnKinds) -> _Texts:
    """The labels of the subjects and their synonyms; a synonym has the last word on a text."""
    found: dict[str, list[Subject]] = {}
    outside: dict[str, bool] = {}

    def put(text: str, subjects: Sequence[Subject]) -> None:
        for spelling in spellings(text):
            key = " ".join(words_of(spelling))
            known = found.setdefault(key, [])
            known += [subject for subject in subjects if subject not in known]

    for synonym in load_synonyms():
        for text in synonym.texts:
            put(text, synonym.means)
            for spelling in spellings(text):
                outside[" ".join(words_of(spelling))] = synonym.is_outside
    labels = [(subject_of(word), word) for words in SUBJECTS for word in words]
    own = [kind for kind in own_kinds.rows if isinstance(kind.parent, SUBJECTS)]
    named = [*labels, *((Subject(type(kind.parent).__name__, kind.id), kind) for kind in own)]
    for subject, word in named:
        for label in (word.label_da, word.label_en):
            put(label, (subject,))
            head = label.partition(",")[0]
            if len(words_of(fold(head))) > 1:  # `Infohus-tovholder, kommune`
                put(head, (subject,))
    meanings = {
        text: Meaning(tuple(subjects), outside.get(text, False)) for text, subjects in found.items()
    }
    stems: dict[str, str] = {}
    for text in meanings:
        stems.setdefault(" ".join(map(stem, text.split())), text)
    with_word: defaultdict[str, list[str]] = defaultdict(list)
    for text in meanings:
        for word in text.split():
            with_word[word].append(text)
    return _Texts(
        meanings=meanings, stems=stems, texts=tuple(sorted(meanings)),
        words=tuple(sorted(with_word)), with_word=with_word,
        longest=max(len(text.split()) for text in meanings),
    )  # fmt: skip


def stem(word: str) -> str:
    """A folded word without the endings of plural, definite form and genitive."""
    while True:
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
                word = word.removesuffix(ending)
                break
        else:
            return word


def _typed_words(text: str) -> list[tuple[str, str]]:
    """The folded words of a text, each with the word as it was typed."""
    return [
        (word, shown.strip(".,;:!?()\"'"))
        for shown in text.split()
        for word in words_of(fold(shown))
    ]


def _segment_of(
    index: NameIndex, table: _Texts, words: Sequence[str], typed: Sequence[tuple[str, str]]
) -> Segment | None:
    """The run of words as a subject, a place, or both: `Vestre Fængsel`."""
    if is_stop_word(words[0]) and is_stop_word(words[-1]):
        return None
    text, areas = table.text_of(words), _areas(index, words)
    if text is None and not areas:
        return None
    meaning = Meaning() if text is None else table.meanings[text]
    if text is None and len(words) > 1:
        parts = (table.text_of([word]) for word in words)
        meaning = next((table.meanings[part] for part in parts if part), meaning)
    return Segment(
        words=tuple(without_stop_words(words if text is None else text.split())),
        typed=" ".join(dict.fromkeys(shown for _, shown in typed)),
        subjects=meaning.subjects,
        is_outside=meaning.is_outside,
        areas=areas,
    )


def _completion(
    table: _Texts, words: Sequence[str], typed: Sequence[tuple[str, str]]
) -> Segment | None:
    """The last words as the shortest text of the vocabulary that begins with them."""
    text = " ".join(words)
    known = min(with_prefix(table.texts, text), key=len, default="")
    if len(text) < max(_LONG, _MOSTLY * len(known)) or not known:
        return None
    meaning = table.meanings[known]
    return Segment(
        words=tuple(words),
        typed=" ".join(dict.fromkeys(shown for _, shown in typed)),
        subjects=meaning.subjects,
        is_outside=meaning.is_outside,
    )


def _areas(index: NameIndex, words: Sequence[str]) -> tuple[int, ...]:
    """The areas that have the words as a full name or alias, the likeliest first."""
    if all(map(is_loose, words)):
        return ()  # `kommune` alone is none
    text, loose = " ".join(words), loose_key(words)
    keys = [(entry, index.forms[entry].same[text]) for entry in index.same.get(text, ())]
    keys += [(entry, index.forms[entry].loose[loose]) for entry in index.loose.get(loose, ())]
    scores: dict[int, float] = {}
    for entry, (worth, _) in keys:
        if index.places.is_area[entry]:
            scores[entry] = max(scores.get(entry, 0), worth)
    least = EXACT if EXACT in scores.values() else min(ALIAS, max(scores.values(), default=0))
    best = (entry for entry in scores if scores[entry] >= least)
    return tuple(sorted(best, key=lambda entry: (-scores[entry], entry)))


def _nearest(index: NameIndex, table: _Texts, word: str) -> str:
    """The known word that an unknown one is nearly, mostly, or a compound of; else the word itself.

    The first two begin with the same letter: Hamborg, a city abroad, is no Gamborg.
    """
    if len(word) < _LONG or word[0].isdigit() or is_stop_word(word):
        return word
    if word in table.with_word or index.has_word(word):
        return word
    both = [*with_prefix(table.words, word[0]), *with_prefix(index.area_words, word[0])]
    # a word that is a whole text, or of a place, before one that is a part of a text
    whole = [known for known in both if known in table.meanings or known not in table.with_word]
    for words in (whole, both):
        match = process.extractOne(
            word, words, scorer=OSA.normalized_similarity, score_cutoff=_NEARLY
        )
        if match is not None:
            return match[0]
    mostly = [
        known for known in both if known.startswith(word) and len(word) >= _MOSTLY * len(known)
    ]
    return min(mostly, key=len, default=_part_of(table, word) or word)


def _part_of(table: _Texts, word: str) -> str | None:
    """The known word that a compound ends with, else the one that it begins with: `dødstrussel`."""
    whole = stem(word)
    ends = (whole[at:] for at in range(_HEAD - 2, len(whole) - _HEAD + 1))
    begins = (whole[:at] for at in range(len(whole) - 1, _FIRST_PART - 1, -1))
    parts = (table.stems.get(stem(part)) for part in (*ends, *begins))
    return next((part for part in parts if part and " " not in part), None)
