"""The words by which headers, kinds of post and networks are recognized, and how alike texts are.

The lists are data: `header_words.toml` and `kind_words.toml` beside this module.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from graph.exchange.imports.header_exclusions import is_other_period
from graph.exchange.imports.targets import DATES, TargetField
from graph.model.content_filter import fold
from graph.own_kinds import NO_OWN_KINDS, OwnKind, OwnKinds
from graph.vocabulary import Language, NetworkKind, PostKind, ResourceKind, Term

_FOLDER: Final = Path(__file__).parent
_NOT_WORDS: Final = re.compile(r"[\W_]+")
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])")
_IGNORED: Final = "IGNORED"
_WITHIN: Final = 84.0
_SHORT: Final = 3  # letters of a word that is recognized as a whole word only
_LONGEST: Final = 60
_SURE: Final = 100.0
_SEVERAL: Final = 99.0  # score of each kind whose label is the text, if there are several
_LIKE: Final = 82.0
_COOPERATIONS: Final = ("ssp", "psp", "ksp")
_OTHER_COOPERATION: Final = 80.0  # at most, for a word that does not name the text's cooperations


def plain(text: str) -> str:
    """Return a text in lower case, without punctuation, with æ, ø and å as ae, oe and aa."""
    return " ".join(_NOT_WORDS.sub(" ", fold(text)).split())


@cache
def header_words() -> tuple[tuple[str, str], ...]:
    """Return known headers, and the name of the field of each."""
    listed = tomllib.loads((_FOLDER / "header_words.toml").read_text("utf-8"))
    words = [(plain(text), name) for name, texts in listed.items() for text in texts]
    words += [
        (plain(label), field.value)
        for field in TargetField
        for label in (field.label_da, field.label_en)
    ]
    return tuple(dict.fromkeys(words))


def header_scores(text: str) -> Mapping[TargetField | None, float]:
    """Return how well a header fits each field, 0 to 100; None: a column that is never imported.

    `mobilePhone` is read as it is written and as two words.
    """
    scores: dict[TargetField | None, float] = {}
    for words in {plain(text), plain(_INNER_CAPITAL.sub(" ", text))}:
        for field, score in _scores_of_words(words).items():
            scores[field] = max(score, scores.get(field, 0))
    return scores


def _scores_of_words(words: str) -> Mapping[TargetField | None, float]:
    scores: dict[TargetField | None, float] = {}
    for entry, name in header_words():
        field = None if name == _IGNORED else TargetField(name)
        if field in DATES and words != entry and is_other_period(words, entry):
            continue
        if words == entry:
            score = _SURE
        elif f" {entry} " in f" {words} ":  # longer ones are more specific
            share = len(entry) / len(words)
            score = _WITHIN + 12 * share
        elif len(entry) <= _SHORT or len(words) <= _SHORT:
            score = 0
        else:
            ratio = fuzz.token_sort_ratio(words, entry)
            score = ratio - 4 if ratio >= _LIKE else 0
        if score > scores.get(field, 0):
            scores[field] = score
    return scores


def header_score(text: str) -> float:
    """Return how well a text fits the header that fits best; numbers and addresses fit none."""
    if not text or len(text) > _LONGEST or "@" in text or any(map(str.isdigit, text)):
        return 0
    return max(header_scores(text).values(), default=0)


class KindProposal(NamedTuple):
    """A kind that a text may mean, and how well it fits, 0 to 100.

    `own` is the own kind, if it is one; `kind` is then its parent.
    """

    kind: Term
    score: float
    own: OwnKind | None = None

    @property
    def id(self) -> str:
        """The identifier of the kind: that of the own kind, if it is one."""
        return self.kind.value if self.own is None else self.own.id

    def label(self, lang: Language) -> str:
        """Return the label shown to a reader of `lang`."""
        return (self.own or self.kind).label(lang)


_Kind = tuple[Term, OwnKind | None]
_SECTIONS: Final[Mapping[str, type[Term]]] = {
    "post": PostKind, "network": NetworkKind, "civilian": ResourceKind,
}  # fmt: skip


@cache
def _shipped_words(section: str) -> Mapping[str, Term]:
    listed = tomllib.loads((_FOLDER / "kind_words.toml").read_text("utf-8"))[section]
    words: dict[str, Term] = {}
    for kind in _SECTIONS[section]:
        for text in (*listed.get(kind.value, ()), kind.label_da, kind.label_en, kind.value):
            words.setdefault(plain(text), kind)
    return words


@lru_cache(maxsize=12)
def _kind_words(section: str, own_kinds: OwnKinds) -> Mapping[str, tuple[_Kind, ...]]:
    """The words of each kind; a word has several kinds only if it is a label of each of them.

    The label of an own kind takes precedence over the further words for a shipped one.
    """
    words: dict[str, tuple[_Kind, ...]] = {
        text: ((kind, None),) for text, kind in _shipped_words(section).items()
    }
    kinds = _SECTIONS[section]
    labels = {plain(text) for kind in kinds for text in (kind.label_da, kind.label_en, kind.value)}
    for row in own_kinds.rows:
        if isinstance(row.parent, kinds):
            for text in {plain(row.label_da), plain(row.label_en)} - {""}:
                others = words[text] if text in labels else ()
                words[text] = (*others, (row.parent, row))
                labels.add(text)
    return words


def is_kind(text: str, section: str, own_kinds: OwnKinds = NO_OWN_KINDS) -> bool:
    """Return whether a text is exactly a word for a kind, or for several."""
    return bool(kinds_called(text, section, own_kinds))


def kinds_of(
    text: str, section: str, own_kinds: OwnKinds = NO_OWN_KINDS, most: int = 3
) -> tuple[KindProposal, ...]:
    """Return the kinds a text may mean, best first; a score of 100 is an exact match.

    `section` is `post`, `network` or `civilian`. Words of a place or a name in the text count
    little: `SSP-koordinator, Aalborg` is recognized. A text is never sure to mean a kind of another
    cooperation: SSP, PSP and KSP differ by a letter.
    """
    words = plain(text)
    if not words:
        return ()
    if exact := kinds_called(text, section, own_kinds):
        return exact
    ours, best = _cooperations(words), dict[_Kind, float]()
    for entry, meanings in _kind_words(section, own_kinds).items():
        score = fuzz.token_sort_ratio(words, entry)
        if len(entry) > _SHORT and f" {entry} " in f" {words} ":
            score = max(score, 90 + 8 * len(entry) / len(words))
        elif len(entry) <= _SHORT and f" {entry} " in f" {words} ":
            score = max(score, 62 + 20 * len(entry) / len(words))
        if (theirs := _cooperations(entry)) != ours:
            score = min(score, _OTHER_COOPERATION) if theirs <= ours or ours <= theirs else 0
        for meaning in meanings:
            best[meaning] = max(score, best.get(meaning, 0))
    proposals = [
        KindProposal(kind, score, own) for (kind, own), score in best.items() if score >= 55
    ]
    return tuple(
        sorted(proposals, key=lambda match: (-match.score, match.kind.code, match.id))[:most]
    )


@lru_cache(maxsize=4096)
def _cooperations(words: str) -> frozenset[str]:
    return frozenset(word[:3] for word in words.split() if word.startswith(_COOPERATIONS))


def is_own_word(text: str, kind: KindProposal) -> bool:
    """Return whether a text is a label or the identifier of a kind, not another word for it."""
    return plain(text) in {plain(word) for word in (kind.id, kind.label("da"), kind.label("en"))}


def kinds_called(text: str, section: str, own_kinds: OwnKinds) -> tuple[KindProposal, ...]:
    """Return the kind that a text names exactly; if it names several, each with a lower score.

    `section` as for `kinds_of`.
    """
    row = own_kinds.by_id.get(text.strip())
    if row is not None and isinstance(row.parent, _SECTIONS[section]):
        return (KindProposal(row.parent, _SURE, row),)
    exact = _kind_words(section, own_kinds).get(plain(text), ())
    score = _SURE if len(exact) == 1 else _SEVERAL
    return tuple(KindProposal(kind, score, own) for kind, own in exact)


def closest(text: str, names: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return the names that look most like a text, best first."""
    listed = list(names)
    matches = process.extract(
        plain(text), [plain(name) for name in listed], scorer=fuzz.ratio, limit=most,
        score_cutoff=65,
    )  # fmt: skip
    return tuple(dict.fromkeys(listed[place] for _, _, place in matches))
