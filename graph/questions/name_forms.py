"""Normalization of names, and the forms of a name by which a node is found."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graph.normal_form import normal_form

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


def with_prefix(words: Sequence[str], start: str) -> Sequence[str]:
    """Those of sorted words that begin with a text."""
    return words[bisect_left(words, start) : bisect_left(words, f"{start}\U0010ffff")]


def without_stop_words(words: Sequence[str]) -> list[str]:
    """The words without the stop words of both languages."""
    return [word for word in words if word not in _SMALL]


def is_stop_word(word: str) -> bool:
    """Whether a folded word is a stop word of one of the languages."""
    return word in _SMALL


def is_loose(word: str) -> bool:
    """Whether a folded word may be left out: `kommune` and the like."""
    return word in _LOOSE


def significant_words(words: Sequence[str]) -> list[str]:
    """The words that must match: all but `kommune` and the like, if any is left."""
    return [word for word in words if word not in _LOOSE] or list(words)


def without_final_s(word: str) -> str:
    """A word without the `s` of a genitive, or of an English plural."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def loose_key(words: Sequence[str]) -> str:
    """A key shared by nearly equal texts: significant words, without order and genitives."""
    return " ".join(sorted(without_final_s(word) for word in significant_words(words)))


def folded_words(listed: str) -> frozenset[str]:
    """The folded words of a list written as a text."""
    return frozenset(fold(listed).split())


_SMALL: Final = folded_words("""
    i på til hos ved for af fra om med mod og eller som at en et den det de der
    hvem hvad hvor hvilken hvilket hvilke hvordan er var har kan skal vil jeg vi min mit mine vores
    du man sin sit finder svarer sidder nær omkring ringer taler snakker hedder brug nummer nummeret
    bruge hen år
    in on at to of for from with by about near and or the a an
    who whom what where which how is are was has have can do does i we my our you me find
    call need number phone
""")
_LOOSE: Final = folded_words("""
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
WORTH: Final = 0.90
"""A word of another name, relative to one of the name itself."""

_POSTCODE: Final = re.compile(r"(\d{4}) (.+)")
_CODE: Final = re.compile(r"0+([1-9]\d+)")
_DISTRICT: Final = re.compile(r"(.+) (?:[CFJKMNSVØ]|N[VØ]|S[VØ]|Sj)")  # Aarhus C, Viby Sj
_DOUBLE: Final = re.compile(r"[^\W\d]{4,}(?:-[^\W\d]{4,})+")  # Lyngby-Taarbæk
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
    weights = {word: WORTH for other in others for word in words_in(other)}
    weights |= {code[1]: WORTH for other in others if (code := _CODE.fullmatch(other))}
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
        elif other == name and _DOUBLE.fullmatch(name):
            forms += [(part, ALIAS + 2 * _AT_HOME) for part in name.split("-")]
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
