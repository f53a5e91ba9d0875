"""What one node is found by: the words of its names, and the texts that are one of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graph.questions.name_words import (
    KEPT,
    loosely,
    spellings,
    telling,
    words_in,
    words_of,
)

EXACT: Final = 1.0
ALIAS: Final = 0.995
"""The least that another name counts that was typed in full; a name in part counts less."""
_SHORT: Final = 0.99  # the town of a postcode, part of which may lie elsewhere; an abbreviation
_TOWN_OF_DISTRICT: Final = 0.95
_AT_HOME: Final = 0.001  # of several places with a postcode the one in which its town lies
_WORTH: Final = 0.90  # a word of another name, beside one of the name itself

_POSTCODE: Final = re.compile(r"(\d{4}) (.+)")
_CODE: Final = re.compile(r"0+([1-9]\d+)")
_DISTRICT: Final = re.compile(r"(.+) (?:[CFJKMNSVØ]|N[VØ]|S[VØ]|Sj)")  # Aarhus C, Viby Sj
_SHORT_FORM: Final = re.compile(r"(.+) \(([A-ZÆØÅ]{2,10})\)")  # Kommunernes Landsforening (KL)

Key = tuple[float, str | None]
"""What a text counts that is a name, and which other name it is; None for the name itself."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The words of a node's names with what each counts, and the texts that are one of them.

    `same` are texts by their telling words, `loose` by these without order and genitives.
    """

    words: Mapping[str, float]
    same: Mapping[str, Key]
    loose: Mapping[str, Key]


def forms_of_person(name: str) -> Forms:
    """What a person is found by: the name, and its words."""
    own = [words_of(spelling) for spelling in spellings(name)]
    words = {word: 1.0 for several in own for word in several}
    same: dict[str, Key] = {" ".join(telling(several)): (EXACT, None) for several in own}
    same.pop("", None)
    return Forms(words, same, {})


@lru_cache(maxsize=KEPT)
def forms_of(name: str, others: tuple[str, ...] = ()) -> Forms:
    """What an office, a body or an area is found by; kept worked out, as no person's is."""
    own = [words_of(spelling) for spelling in spellings(name)]
    words = {word: _WORTH for other in others for word in _words(other)}
    words |= {word: 1.0 for several in own for word in several}
    same: dict[str, Key] = {}
    loose: dict[str, Key] = {}
    for several in own:
        _put(same, " ".join(telling(several)), (EXACT, None))
        _put(loose, loosely(telling(several)), (ALIAS, None))
    towns = {_town(other) for other in others} & {name, *others}
    for other in (name, *others):
        is_home = other != name and (_town(other) or other) in towns
        more = _AT_HOME if is_home else 0
        for form, worth, several in _parted(other):
            key = worth + more, form if other == name else other
            _put(same, " ".join(several), key)
            _put(loose, loosely(several), key)
    return Forms(words, same, loose)


def _put(found: dict[str, Key], text: str, key: Key) -> None:
    if text and (text not in found or found[text][0] < key[0]):
        found[text] = key


def _words(other: str) -> Iterator[str]:
    yield from words_in(other)
    if code := _CODE.fullmatch(other):
        yield code[1]


def _parted(name: str) -> Iterator[tuple[str, float, list[str]]]:
    """How a name may be written, what that counts, and its telling words in each spelling."""
    for form, worth in _forms(name):
        yield from ((form, worth, telling(words_of(one))) for one in spellings(form))


def _forms(name: str) -> Iterator[tuple[str, float]]:
    """Of `3700 Rønne` both parts, of `Aarhus C` the town, of `… (PET)` what is in and before it."""
    yield name, ALIAS
    if found := _POSTCODE.fullmatch(name) or _SHORT_FORM.fullmatch(name):
        yield from ((found[1], ALIAS), (found[2], _SHORT))
    elif found := _CODE.fullmatch(name):
        yield found[1], ALIAS
    if found := _DISTRICT.fullmatch(_town(name) or name):
        yield found[1], _TOWN_OF_DISTRICT


def _town(name: str) -> str | None:
    found = _POSTCODE.fullmatch(name)
    return found and found[2]
