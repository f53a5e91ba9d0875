"""Decodes text files: UTF-8, UTF-16, and the code pages of Danish offices.

A code page is recognized by its words: Danish letters are evidence for it, symbols inside a word
against it. Of 60 words such as `René`, charset-normalizer reads 13 wrongly, and never asks.
"""

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple
from unicodedata import name as name_of

from graph.exchange.imports.faults import FaultList, ImportRule
from graph.exchange.imports.tabular import ReadingNotice

UTF_8: Final = "utf-8"
_PAGES: Final[Mapping[str, ReadingNotice]] = {
    "windows-1252": ReadingNotice.WINDOWS_1252,
    "cp850": ReadingNotice.CP850,
    "mac-roman": ReadingNotice.MAC_ROMAN,
}
"""The code pages that are recognized, the most usual first."""
_WIDE: Final = ("utf-16", "utf-16-le", "utf-16-be")
_DECLARED: Final = {
    codecs.lookup(name).name: name
    for name in (UTF_8, "utf-8-sig", *_WIDE, *_PAGES, "iso-8859-1", "iso-8859-15", "cp865", "cp437")
}
_WORD: Final = re.compile(rb"[^\s;,\"/]*[\x80-\xff][^\s;,\"/]*")
_NUL: Final = re.compile("\0")
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")  # no text file has them
_DANISH: Final = frozenset("æøåÆØÅ")
_MARKS: Final = frozenset("“”„‘’–—…")  # noqa: RUF001 - as offices write them
_NEUTRAL: Final = "•\xa0"
_IMPLAUSIBLE: Final = re.compile(
    "[aw]W|wA|[AW]W[aw]"  # a capital letter inside a word
    "|[wW]0|0[wW]|[aAwW]#|#[aAwW]"  # a digit or symbol beside a letter
    "|(?<![aAwW])’[aAwW]|[aAwW][“„‘]|[”…][aAwW]"  # noqa: RUF001 - a mark on the wrong side
)
"""Shapes of a wrongly decoded word: `w` and `W` are letters beyond ASCII, `#` are symbols."""
_SURE: Final = 2  # different Danish letters


class _Page(NamedTuple):
    """A code page, and how well the words of a file fit it."""

    name: str
    words: Sequence[str]
    implausible: frozenset[int]
    evidence: int

    @classmethod
    def of(cls, name: str, words: Iterable[bytes]) -> "_Page":
        texts = [word.decode(name, "replace") for word in words]
        implausible = frozenset(at for at, text in enumerate(texts) if not _is_plausible(text))
        return cls(name, texts, implausible, len(set("".join(texts)) & (_DANISH | _MARKS)))


def decode(
    data: bytes, faults: FaultList, declared: str | None
) -> tuple[str, Mapping[ReadingNotice, tuple[int, ...]]]:
    """Return the text of a file, and notices about its encoding with their lines.

    A file that is not Unicode is read by the code page that fits all its words, if no other fits
    them as well; lines of UTF-8 in it are read as such. `declared` is an encoding that is not
    examined.

    Raises: FileRefused: it cannot be decoded, or it must be chosen how.
    """
    if declared is None:
        declared = next((wide for wide in _WIDE if _is_wide(data, wide)), None)
    if declared is not None:
        text = _by_name(data, faults, declared)
        _require_text(text, faults)
        return text, {}
    _require_text(data.decode("latin-1"), faults)
    try:
        return data.decode("utf-8-sig"), {}
    except UnicodeDecodeError as error:
        if data.startswith(codecs.BOM_UTF8):
            line = error.object.count(b"\n", 0, error.start) + 1  # without the BOM
            raise faults.refuse(ImportRule.ENCODING, line) from None
    lines = data.split(b"\n")
    is_utf_8 = [not line.isascii() and _is_utf_8(line) for line in lines]
    page = _page_of([b"" if is_utf_8[at] else line for at, line in enumerate(lines)], faults)
    texts = [
        line.decode(UTF_8 if is_utf_8[at] else page, "replace") for at, line in enumerate(lines)
    ]
    for number, text in enumerate(texts, start=1):
        if "\ufffd" in text:
            raise faults.refuse(ImportRule.ENCODING, number)
    notices: dict[ReadingNotice, tuple[int, ...]] = {_PAGES[page]: ()}
    if any(is_utf_8):
        notices[ReadingNotice.UTF_8_LINES] = tuple(
            number for number, is_so in enumerate(is_utf_8, start=1) if is_so
        )
    return "\n".join(texts), notices


def _is_wide(data: bytes, encoding: str) -> bool:
    """Whether a file is UTF-16: by its mark, or since every second byte of its ASCII is NUL."""
    if encoding == "utf-16":
        return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    high, low = (data[1::2], data[::2]) if encoding == "utf-16-le" else (data[::2], data[1::2])
    return 2 * high.count(0) > len(high) and 0 not in low


def _by_name(data: bytes, faults: FaultList, declared: str) -> str:
    try:
        encoding = _DECLARED[codecs.lookup(declared).name]
    except LookupError:
        raise faults.refuse(ImportRule.ENCODING) from None
    try:
        return data.decode("utf-8-sig" if encoding == UTF_8 else encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = None if encoding in _WIDE else error.object.count(b"\n", 0, error.start) + 1
        raise faults.refuse(ImportRule.ENCODING, line) from None


def _require_text(text: str, faults: FaultList) -> None:
    for rule, marks in ((ImportRule.NUL, _NUL), (ImportRule.UNKNOWN_FORMAT, _CONTROL)):
        if found := marks.search(text):
            raise faults.refuse(rule, text.count("\n", 0, found.start()) + 1)


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True


def _page_of(lines: Iterable[bytes], faults: FaultList) -> str:
    """The code page of the lines.

    Raises: FileRefused: another fits as well, or fits a word that this one does not.
    """
    first_lines: dict[bytes, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.isascii():
            for word in _WORD.findall(line):
                first_lines.setdefault(word, number)
    words = list(first_lines)
    pages = sorted(
        (_Page.of(page, words) for page in _PAGES),
        key=lambda page: (len(page.implausible), -page.evidence),
    )
    best, others = pages[0], pages[1:]
    for at in sorted(best.implausible):
        if any(at not in other.implausible for other in others):
            raise faults.refuse(ImportRule.MIXED_ENCODINGS, first_lines[words[at]])
    rivals = [
        other
        for other in others
        if len(other.implausible) == len(best.implausible)
        and (
            other.evidence == best.evidence
            or (best.evidence < _SURE and best.name != next(iter(_PAGES)))
        )
    ]
    for at, word in enumerate(best.words):
        differing = [page for page in rivals if page.words[at] != word]
        if differing:
            faults.add(
                ImportRule.ENCODING_UNCLEAR,
                first_lines[words[at]],
                proposals=[f"{page.words[at]} ({page.name})" for page in (best, *differing)],
            )
            faults.require_none()
    return best.name


def _is_plausible(word: str) -> bool:
    shape = "".join(map(_shape, word))
    is_lone = shape in ("w", "W") and word not in _DANISH
    return not is_lone and _IMPLAUSIBLE.search(shape) is None


@cache
def _shape(mark: str) -> str:
    if mark.isascii():
        return "0" if mark.isdigit() else mark if not mark.isalpha() else "aA"[mark.isupper()]
    if mark in _MARKS or mark in _NEUTRAL:
        return mark
    name = name_of(mark, "")
    is_letter = name.startswith("LATIN ") and "LIGATURE" not in name and mark != "ƒ"
    return "wW"[mark.isupper()] if is_letter else "#"
