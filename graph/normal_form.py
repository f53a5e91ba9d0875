"""Unicode normalization in time linear in the length of the text, to a text not much longer.

All normalization goes through this module. Python sorts the combining marks after a letter by
insertion, which is quadratic in their number: 117 KiB of marks took more than 20 s. Runs longer
than any language uses are therefore split first, as in the Stream-Safe Text Format of Unicode
(UAX #15, section 13). Two Arabic honorifics become 18 and 8 letters in the compatibility forms; a
blank takes their place there. Every other character becomes at most 7.
"""

import re
import unicodedata
from functools import cache
from typing import Final, Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
MOST_MARKS: Final = 30
_FIRST_MARK: Final = "\u0300"
_LAST_OF_MARKS: Final = 0x1FFFF  # no marks above it; a test checks this against Unicode
_HONORIFICS: Final = "\ufdfa\ufdfb"
_JOINER: Final = "\u034f"  # COMBINING GRAPHEME JOINER: invisible, and splits a run of marks


def normal_form(form: Form, text: str) -> str:
    """Return a text in a normal form, with a joiner after each 30 marks in a row. O(characters)."""
    if text.isascii():
        return text
    # Any run that is too long has a mark at one of these positions; few other texts do.
    if not _marks().isdisjoint(text[MOST_MARKS :: MOST_MARKS + 1]):
        text = _long_runs().sub(_split_run, text)
    if form in ("NFKC", "NFKD"):
        for honorific in _HONORIFICS:
            text = text.replace(honorific, " ")
    return unicodedata.normalize(form, text)


def _split_run(run: re.Match[str]) -> str:
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
    """Return whether a character is, or decomposes to begin with, a combining mark."""
    if unicodedata.combining(character):
        return True
    return bool(
        unicodedata.decomposition(character)
        and unicodedata.combining(unicodedata.normalize("NFKD", character)[0])
    )
