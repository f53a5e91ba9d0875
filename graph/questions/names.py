"""Who is called ...? Names of people, posts, networks, bodies and areas, however they are typed."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from graph.offices import areas_of
from graph.questions.checks import Check, check_of
from graph.questions.entities import answering_in
from graph.view import View
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Label,
    LinkType,
    NetworkKind,
    OrganizationKind,
    PostKind,
    Word,
)

NAMED: Final = (
    Label.ACTOR, Label.NETWORK, Label.AUTHORITY, Label.AREA,
    Label.PERSON, Label.ORGANIZATION, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip
"""The labels that are searched by name."""

EXACT: Final = 1.0
_SAME_SIMILARITY: Final = 0.70  # "tisted" to "thisted" is 0.86; unrelated short words stay below
_PREFIX: Final = 0.97  # a word begun is almost a word typed
_ALIAS: Final = 0.90  # found by what it is for, not by its name
_KINDS: Final[dict[Label, type[Word]]] = {
    Label.ACTOR: PostKind,
    Label.NETWORK: NetworkKind,
    Label.AUTHORITY: AuthorityKind,
    Label.AREA: AreaKind,
    Label.ORGANIZATION: OrganizationKind,
}
_OTHER_NAMES: Final = {
    Label.AREA: ("name_en", "official_name", "code"),
    Label.AUTHORITY: ("name_en",),
}
_DANISH: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "y", "ß": "ss", "ð": "d", "ł": "l"}
)
_SINGLE: Final = str.maketrans({"æ": "a", "ø": "o", "å": "a", "ö": "o", "ä": "a", "ü": "u"})
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A node found by name.

    `place` tells namesakes apart: what it belongs to and the areas it answers for, at most three
    names. `score` is 1 for the very name, less the more was forgiven. `check`: as of a post, a
    network or a civilian in a list.
    """

    id: str
    label: Label
    kind: Word | None
    name: str
    place: tuple[str, ...]
    score: float
    check: Check | None


def names(
    view: View,
    text: str,
    *,
    labels: Collection[Label] = NAMED,
    area: str | None = None,
    limit: int = 20,
) -> tuple[Named, ...]:
    """The nodes a text may mean, the likeliest first, ties by name and id; empty for no match.

    Every word of the text must be found: whole, begun, or with a typing error or two. Danish
    letters may be written æ or ae, ø or oe or o, å or aa or a; accents do not matter. `area`: only
    it, what lies in it, and who answers for any of these.

    Raises:
        NotFound: the area is absent or hidden.
    """
    near = None if area is None else answering_in(view, view.current(area))
    index = view.memo("names", lambda: _index(view))
    wanted = _WORD.findall(fold(text))
    if not wanted:
        return ()
    scores = index.scores(fold(text), wanted)
    found = [
        (-float(scores[entry]), index.texts[entry], view.id(row), row)
        for entry in np.flatnonzero(scores > 0).tolist()
        if view.label(row := index.rows[entry]) in labels and (near is None or near[row])
    ]
    return tuple(_named(view, row, -score) for score, _, _, row in sorted(found)[:limit])


def fold(text: str) -> str:
    """A text as it is compared: small letters, æ ø å as ae oe aa, no accents, single spaces."""
    return _plain(text.casefold().translate(_DANISH))


def _plain(text: str) -> str:
    """Without accents, single spaces; most texts are plain already, and that is soon seen."""
    if not text.isascii():
        whole = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in whole if not unicodedata.combining(char))
    return " ".join(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """The names of a View: one entry each, and every different word once."""

    rows: tuple[int, ...]
    texts: tuple[str, ...]
    words: tuple[str, ...]
    entry_of: NDArray[np.int32]  # for each use of a word: the entry
    word_of: NDArray[np.int32]  # ... and the word
    worth: NDArray[np.float32]  # ... and what it counts: a name's word 1, an alias less

    def scores(self, text: str, wanted: list[str]) -> NDArray[np.float64]:
        """0 to 1 for each entry: the mean likeness of the wanted words, 0 when one is not found."""
        total = np.zeros(len(self.rows))
        lacks = np.zeros(len(self.rows), np.bool_)
        for word in wanted:
            best = np.zeros(len(self.rows))
            np.maximum.at(best, self.entry_of, self._likeness(word)[self.word_of] * self.worth)
            total += best
            lacks |= best == 0
        scores = np.where(lacks, 0, total / len(wanted)) * 0.9
        scores += 0.09 * self._closeness(text, scores)
        scores[[entry for entry, name in enumerate(self.texts) if name == text]] = EXACT
        return scores

    def _likeness(self, word: str) -> NDArray[np.float64]:
        """How like each known word is; short words must be whole or begun."""
        like = process.cdist(
            [word], self.words, scorer=Levenshtein.normalized_similarity,
            score_cutoff=_SAME_SIMILARITY, dtype=np.float32,
        )[0].astype(np.float64)  # fmt: skip
        if len(word) < 4 or word.isdigit():
            like[like < 1] = 0
        for place, known in enumerate(self.words):
            if known.startswith(word) and like[place] < 1:
                like[place] = _PREFIX
        return like

    def _closeness(self, text: str, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much of the whole name was typed: tells "SSP Thisted" from longer names with both."""
        close = np.zeros(len(scores))
        for entry in np.flatnonzero(scores > 0).tolist():
            close[entry] = Levenshtein.normalized_similarity(text, self.texts[entry])
        return close


def _index(view: View) -> _Index:
    named = [(row, name) for label in NAMED for row in view.rows(label) if (name := view.name(row))]
    texts = tuple(fold(name) for _, name in named)
    known: dict[str, int] = {}
    uses = [
        (entry, known.setdefault(word, len(known)), worth)
        for entry, (row, name) in enumerate(named)
        for word, worth in _words(view, row, name, texts[entry])
    ]
    return _Index(
        rows=tuple(row for row, _ in named),
        texts=texts,
        words=tuple(known),
        entry_of=np.array([entry for entry, _, _ in uses], np.int32),
        word_of=np.array([word for _, word, _ in uses], np.int32),
        worth=np.array([worth for _, _, worth in uses], np.float32),
    )


def _words(view: View, row: int, name: str, folded: str) -> Iterator[tuple[str, float]]:
    """The words a node is found by: its name in both spellings, then its aliases."""
    short = fold(name.casefold().translate(_SINGLE))
    own = {*_WORD.findall(folded), *(_WORD.findall(short) if short != folded else ())}
    yield from ((word, 1.0) for word in own)
    yield from ((word, _ALIAS) for word in _aliases(view, row) - own)


def _aliases(view: View, row: int) -> frozenset[str]:
    """The words of a kind, and of an area's or authority's other names."""
    label = view.label(row)
    found: frozenset[str] = frozenset()
    if label in _KINDS and label is not Label.AREA:
        found = _kind_words(view.value(row, "kind"))
    others = _OTHER_NAMES.get(label, ())
    return found.union(*(_WORD.findall(fold(view.value(row, field) or "")) for field in others))


@cache
def _kind_words(kind: Word | None) -> frozenset[str]:
    labels = () if kind is None else (kind.label_da, kind.label_en)
    return frozenset(word for label in labels for word in _WORD.findall(fold(label)))


def _named(view: View, row: int, score: float) -> Named:
    label = view.label(row)
    kind = view.value(row, "kind") if label is not Label.PERSON else None
    name = view.name(row) or ""
    return Named(
        id=view.id(row), label=label, kind=kind, name=name,
        place=place(view, row), score=round(score, 4), check=check_of(view, row),
    )  # fmt: skip


def place(view: View, row: int) -> tuple[str, ...]:
    """Where a node stands: a person's posts, a post's body, the areas; at most three names."""
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
    return _different((view.name(other) for other in around), view.name(row))


def _different(found: Iterable[str | None], own: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in found if name and name != own))[:3]
