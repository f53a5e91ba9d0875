"""The fields that a column is not, by words of its header such as private, former or leave.

The words are data: `header_exclusions.toml` beside this module. Headers are given as `plain` texts.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from graph.exchange.imports.targets import CHANNELS, DATES, TargetField
from graph.model.content_filter import fold

_FILE: Final = Path(__file__).with_suffix(".toml")


def excluded_fields(header: str) -> frozenset[TargetField]:
    """Return the fields that a header excludes by saying private, former, manager or leave."""
    words = _pattern("KEPT").sub("", header)
    if _pattern("NEVER").search(words) or _pattern("OTHER_NUMBER").search(words):
        return frozenset(TargetField)
    excluded: set[TargetField] = set()
    if _pattern("NOT_CONTACT").search(words):
        excluded |= {*CHANNELS, TargetField.EXTERNAL_ID}
    if _pattern("NOT_DATE").search(words):
        excluded |= DATES
    return frozenset(excluded)


def is_other_number(header: str) -> bool:
    """Return whether a header names numbers that are no CPR numbers, such as *P-nr.* or *EAN*."""
    return any(_pattern(section).search(header) for section in ("OTHER_NUMBER", "OTHER_ID"))


def may_be_phone(header: str) -> bool:
    """Return whether cells of eight digits under a header may be phone numbers."""
    is_neutral = not _pattern("NEUTRAL").sub("", header).strip()
    return is_neutral or bool(_pattern("PHONE").search(header))


def is_other_period(header: str, word: str) -> bool:
    """Return whether a general word of a period stands beside words that are not about a seat."""
    if word not in _words("PERIOD") or f" {word} " not in f" {header} ":
        return False
    rest = f" {header} ".replace(f" {word} ", " ", 1).strip()
    return bool(_pattern("SEAT").sub("", rest).strip())


@cache
def _words(section: str) -> frozenset[str]:
    listed: list[str] = tomllib.loads(_FILE.read_text("utf-8"))[section]
    return frozenset(map(fold, listed))


@cache
def _pattern(section: str) -> re.Pattern[str]:
    """The words of a section as whole words; `*` is any part of a word."""
    words = sorted(re.escape(text).replace(r"\*", "[^ ]*") for text in _words(section))
    return re.compile(rf"(?<![^ ])(?:{'|'.join(words)})(?![^ ])")
