"""The words of a name or of a question: folded, parted, without those that say nothing."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from graph.normal_form import normal_form

KEPT: Final = 16_384
"""How many texts of the vocabulary and the structure are kept worked out; no name of a person."""
_DANISH: Final = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "y", "ß": "ss", "ð": "d", "ł": "l",
     "'": None, "\u2019": None}
)  # fmt: skip
_SINGLE: Final = str.maketrans({"æ": "a", "ø": "o", "å": "a", "ö": "o", "ä": "a", "ü": "u"})
_SUFFIX: Final = re.compile(r"['\u2019](?:s|en|et|er|erne|ens|ernes)\b")  # SSP's, SSP'erne
_WORD: Final = re.compile(r"kv:\d+|\d+(?:\.\d+)+|\w+")  # codes of competences are one word


def fold(text: str) -> str:
    """A text as it is compared: small letters, æ ø å as ae oe aa, no accents, single spaces."""
    return _plain(_SUFFIX.sub("", text.casefold()).translate(_DANISH))


def _plain(text: str) -> str:
    """Without accents, single spaces; most texts are plain already, and that is soon seen."""
    if not text.isascii():
        whole = normal_form("NFKD", text)
        text = "".join(char for char in whole if not unicodedata.combining(char))
    return " ".join(text.split())


def spellings(text: str) -> tuple[str, ...]:
    """A text folded, and a second time where it can be: with æ ø å as a o a."""
    folded = fold(text)
    if text.isascii():
        return (folded,)
    short = fold(text.casefold().translate(_SINGLE))
    return (folded,) if short == folded else (folded, short)


def words_of(folded: str) -> list[str]:
    """The words of a folded text, in its order."""
    return _WORD.findall(folded)


@lru_cache(maxsize=KEPT)
def words_in(text: str) -> frozenset[str]:
    """The words of a text of the vocabulary or the structure, in both spellings."""
    return frozenset(word for one in spellings(text) for word in words_of(one))


def telling(words: Sequence[str]) -> list[str]:
    """The words without the small ones of both languages, which no search is about."""
    return [word for word in words if word not in _SMALL]


def required(words: Sequence[str]) -> list[str]:
    """Of telling words those that must be found: all but `kommune` and the like, if any is left."""
    return [word for word in words if word not in _LOOSE] or list(words)


def bare(word: str) -> str:
    """A word without the `s` of a genitive, or of an English plural."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def loosely(words: Sequence[str]) -> str:
    """What two texts share that nearly say the same: telling words, without order and genitives."""
    return " ".join(sorted(bare(word) for word in required(words)))


def _folded(listed: str) -> frozenset[str]:
    return frozenset(fold(listed).split())


_SMALL: Final = _folded("""
    i på til hos ved for af fra om med mod og eller som at en et den det de der
    hvem hvad hvor hvilken hvilket hvilke hvordan er var har kan skal vil jeg vi min mit mine vores
    du man sin sit finder svarer sidder nær omkring
    in on at to of for from with by about near and or the a an
    who whom what where which how is are was has have can do does i we my our you me find
""")
_LOOSE: Final = _folded("""
    kommune kommunen kommunens kommuner kommunerne byen
    municipality municipalities city town
    dansk danske danmark danmarks danish denmark
    contact kontakte
""")
