"""The words by which headers, kinds of post and networks are recognized, and how alike texts are.

The lists are data: `header_words.toml` and `kind_words.toml` beside this module.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from graph.exchange.imports.header_exclusions import is_other_period
from graph.exchange.imports.targets import DATES, TargetField
from graph.model.content_filter import fold
from graph.vocabulary import NetworkKind, PostKind, ResourceKind, Term

_FOLDER: Final = Path(__file__).parent
_NOT_WORDS: Final = re.compile(r"[\W_]+")
_IGNORED: Final = "IGNORED"
_WITHIN: Final = 84.0
_SHORT: Final = 3  # letters of a word that is recognized as a whole word only
_LONGEST: Final = 60
_SURE: Final = 100.0
_LIKE: Final = 82.0


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
    """Return how well a header fits each field, 0 to 100; None: a column that is never imported."""
    words = plain(text)
    scores: dict[TargetField | None, float] = {}
    for known, name in header_words():
        field = None if name == _IGNORED else TargetField(name)
        if field in DATES and words != known and is_other_period(words, known):
            continue
        score = _header_score(words, known)
        if score > scores.get(field, 0):
            scores[field] = score
    return scores


def header_score(text: str) -> float:
    """Return how well a text fits the header that fits best; numbers and addresses fit none."""
    if not text or len(text) > _LONGEST or "@" in text or any(map(str.isdigit, text)):
        return 0
    return max(header_scores(text).values(), default=0)


def _header_score(words: str, known: str) -> float:
    if words == known:
        return _SURE
    if f" {known} " in f" {words} ":  # longer ones are more specific
        share = len(known) / len(words)
        return _WITHIN + 12 * share
    if len(known) <= _SHORT or len(words) <= _SHORT:
        return 0
    score = fuzz.token_sort_ratio(words, known)
    return score - 4 if score >= _LIKE else 0


class KindProposal(NamedTuple):
    """A kind that a text may mean, and how well it fits, 0 to 100."""

    kind: Term
    score: float


@cache
def _kind_words(section: str) -> Mapping[str, Term]:
    kinds: dict[str, type[Term]] = {
        "post": PostKind,
        "network": NetworkKind,
        "civilian": ResourceKind,
    }
    listed = tomllib.loads((_FOLDER / "kind_words.toml").read_text("utf-8"))[section]
    words: dict[str, Term] = {}
    for kind in kinds[section]:
        for text in (*listed.get(kind.value, ()), kind.label_da, kind.label_en, kind.value):
            words.setdefault(plain(text), kind)
    return words


def is_kind(text: str, section: str) -> bool:
    """Return whether a text is exactly a word for a kind, as `kinds_of` scores with 100."""
    return plain(text) in _kind_words(section)


def kinds_of(text: str, section: str, most: int = 3) -> tuple[KindProposal, ...]:
    """Return the kinds a text may mean, best first; a score of 100 is an exact match.

    `section` is `post`, `network` or `civilian`. Words of a place or a name in the text count
    little: `SSP-koordinator, Aalborg` is recognized.
    """
    words = plain(text)
    known = _kind_words(section)
    if not words:
        return ()
    if exact := known.get(words):
        return (KindProposal(exact, _SURE),)
    best: dict[Term, float] = {}
    for entry, kind in known.items():
        score = fuzz.token_sort_ratio(words, entry)
        if len(entry) > _SHORT and f" {entry} " in f" {words} ":
            score = max(score, 90 + 8 * len(entry) / len(words))
        elif len(entry) <= _SHORT and f" {entry} " in f" {words} ":
            score = max(score, 62 + 20 * len(entry) / len(words))
        if score > best.get(kind, 0):
            best[kind] = score
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0].code))
    return tuple(KindProposal(kind, score) for kind, score in ranked[:most] if score >= 55)


def closest(text: str, names: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return the names that look most like a text, best first."""
    listed = list(names)
    found = process.extract(
        plain(text), [plain(name) for name in listed], scorer=fuzz.ratio, limit=most,
        score_cutoff=65,
    )  # fmt: skip
    return tuple(dict.fromkeys(listed[place] for _, _, place in found))
