"""The one door to Unicode normalization: what it costs grows with the length of a text alone.

Python sorts the marks behind a letter by insertion, which takes time by the square of their number:
117 KiB of them took more than 20 s. So a longer run of them than any language writes is parted
first, as the Stream-Safe Text Format of Unicode does it (UAX #15, section 13).
"""

import re
import unicodedata
from functools import cache
from typing import Final, Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
MOST_MARKS: Final = 30
_FIRST_MARK: Final = "\u0300"
_LAST_OF_MARKS: Final = 0x1FFFF  # what comes after has none; a test asks Unicode for it
_JOINER: Final = "\u034f"  # COMBINING GRAPHEME JOINER: it is drawn nowhere, and parts a run


def normal_form(form: Form, text: str) -> str:
    """A text in a normal form; behind each 30 marks in a row stands a joiner. O(characters)."""
    if text.isascii():
        return text
    # A run that is too long has a mark at one of these places, as nearly no other text does.
    if not _marks().isdisjoint(text[MOST_MARKS :: MOST_MARKS + 1]):
        text = _long_runs().sub(_parted, text)
    return unicodedata.normalize(form, text)


def _parted(run: re.Match[str]) -> str:
    marks = run[0]
    return _JOINER.join(marks[at : at + MOST_MARKS] for at in range(0, len(marks), MOST_MARKS))


@cache
def _marks() -> frozenset[str]:
    return frozenset(filter(is_mark, map(chr, range(ord(_FIRST_MARK), _LAST_OF_MARKS + 1))))


@cache
def _long_runs() -> re.Pattern[str]:
    marks = "".join(sorted(_marks()))
    return re.compile(f"(?<![{marks}])[{marks}]{{{MOST_MARKS + 1},}}")


def is_mark(character: str) -> bool:
    """Is it a mark behind a letter, by itself or once it is taken apart?"""
    if unicodedata.combining(character):
        return True
    return bool(
        unicodedata.decomposition(character)
        and unicodedata.combining(unicodedata.normalize("NFKD", character)[0])
    )
