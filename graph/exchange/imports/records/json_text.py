"""Reads JSON strictly, and refuses content that is never stored: citizens, cases, CPR numbers.

Size and depth are checked before anything is parsed. Nothing a file refers to is ever fetched.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final, cast

from graph.exchange.imports.cpr_columns import CprColumns
from graph.exchange.imports.faults import FaultList, ImportRule
from graph.exchange.imports.header_exclusions import is_other_number
from graph.exchange.imports.limits import ReadingLimits
from graph.exchange.imports.words import plain
from graph.model.content_filter import forbidden_column, holds_number
from graph.vocabulary import Rule

MOST_LEVELS: Final = 32
_TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_KEY: Final = re.compile(r"[A-Za-zÆØÅæøå_@$][\w@.-]{0,39}")
_FOREIGN: Final = re.compile(r'\s*"?(?:\+|00)(?!45)[1-9][\d ().-]{6,20}"?\s*(?:;ext=\d{1,6})?')
_NUMBER_KEYS: Final = frozenset({"value", "number", "name"})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_MOST_DIGITS: Final = 40


class _ForbiddenValue(Exception):
    """Raised in the parser for a value that is not allowed."""

    def __init__(self, rule: ImportRule) -> None:
        super().__init__(rule)
        self.rule = rule


def parse_json(data: bytes, faults: FaultList) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises: FileRefused: not UTF-8, not JSON, a key twice in an object, NaN, or too deep.
    """
    if b"\0" in data:
        raise faults.refuse(ImportRule.NUL, data.count(b"\n", 0, data.index(b"\0")) + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise faults.refuse(ImportRule.ENCODING, data.count(b"\n", 0, error.start) + 1) from None
    if not text.strip():
        raise faults.refuse(ImportRule.EMPTY_FILE)
    depth = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > MOST_LEVELS:
                line = text.count("\n", 0, token.start()) + 1
                raise faults.refuse(ImportRule.TOO_DEEP, line)
        elif token[0] in "]}":
            depth -= 1
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_short,
        )
    except _ForbiddenValue as refused:
        raise faults.refuse(refused.rule) from None
    except json.JSONDecodeError as error:
        raise faults.refuse(ImportRule.BROKEN_JSON, error.lineno) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _ForbiddenValue(ImportRule.DUPLICATE_KEY)
    return values


def _no_constant(_text: str) -> None:
    raise _ForbiddenValue(ImportRule.NOT_A_NUMBER)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _ForbiddenValue(ImportRule.NOT_A_NUMBER)
    return number


def _short(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise _ForbiddenValue(ImportRule.NOT_A_NUMBER)
    return int(text)


def refuse_forbidden(document: Any, faults: FaultList, limits: ReadingLimits) -> None:
    """Refuse keys about citizens or cases, CPR numbers, and texts too long.

    A key that is refused, or whose values are CPR numbers, is one fault; a key that names other
    numbers is believed.
    """
    is_other: dict[str, bool] = {}  # of each key that was seen
    numbers: dict[str, list[str]] = {}
    cpr_keys = CprColumns[str]()
    for path, key, value in _members(document, ""):
        if any(isinstance(text, str) and limits.is_long_line(text) for text in (key, value)):
            faults.add(ImportRule.TEXT_TOO_LONG, path=path)
            continue
        key = key or ""
        if key not in is_other:
            is_other[key] = is_other_number(plain(key))
            if forbidden_column(key) or holds_number(key):
                faults.add(Rule.FORBIDDEN_COLUMN, path=path)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value:
            is_number = not is_other[key] and holds_number(text_for_filter(key, value))
            cpr_keys.add(key, value, is_number=is_number)
            if is_number:
                numbers.setdefault(key, []).append(path)
            elif _SURROGATE.search(value):
                faults.add(Rule.CONTROL_CHARACTER, path=path)
    for key, paths in numbers.items():
        for path in paths[:1] if key in cpr_keys else paths:
            faults.add(Rule.CPR_NUMBER, path=path)


def text_for_filter(key: str, text: str) -> str:
    """Return a text in the form that the content filter checks.

    A phone number with the code of another country loses its grouping, since a group of its digits
    is not a CPR number.
    """
    if key in _NUMBER_KEYS and _FOREIGN.fullmatch(text):
        return re.sub(r"[ ().-]", "", text)
    return text


def _members(value: Any, path: str) -> Iterator[tuple[str, str | None, Any]]:
    """Every value with its path, and its key if it has one."""
    if isinstance(value, dict):
        for key, member in cast("dict[str, Any]", value).items():
            inner = key_path(path, key)
            yield inner, key, member
            yield from _members(member, inner)
    elif isinstance(value, list):
        for at, member in enumerate(cast("list[Any]", value)):
            inner = f"{path}[{at}]"
            yield inner, None, member
            yield from _members(member, inner)


def key_path(path: str, key: str) -> str:
    """Return the path to a member; a key that is not a plain word is replaced by `…`."""
    shown_key = key if _KEY.fullmatch(key) else "…"
    return f"{path}.{shown_key}" if path else shown_key
