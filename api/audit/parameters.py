"""How request parameters are logged, and which routes write no audit row."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from api.audit.log import AuditLog
from graph.errors import RefusedContent
from graph.model.content_filter import holds_number, normalize_text, refuse_content

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_:.-]{0,119}|[A-Z][A-Z0-9_]{0,59}")
_NAME: Final = re.compile(r"[A-Za-z_-]{1,40}")
_SECRETS: Final = frozenset({"password", "new_password", "totp", "ticket"})
_WHEN: Final = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]{5,15}(Z|[+-]\d\d:\d\d)?)?")
_DIGITS: Final = re.compile(r"[\d-]{6,}")  # part of a civil registration or telephone number
_MOST_SEALED: Final = 8_000
_MOST_PLAIN: Final = 99_999


def logged_parameters(
    audit: AuditLog,
    given: Mapping[str, Any],
    plain: tuple[str, ...],
    sealed: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Convert parameters for the audit log; typed text becomes an HMAC unless it is plain.

    Those that are `sealed` can be decrypted by readers of the log, unless they describe a citizen.
    """
    return {
        name if _NAME.fullmatch(name) else _as_term(audit, name): value
        if name in plain and _is_plain(value, plain)
        else _as_sealed(audit, value)
        if name in sealed
        else _as_term(audit, value)
        for name, value in given.items()
        if value not in (None, [], "") and name not in _SECRETS
    }


def _as_sealed(audit: AuditLog, value: object) -> str:
    """Encrypt a text, truncated, if its content may be stored; otherwise its HMAC."""
    text = str(value)[:_MOST_SEALED]
    try:
        refuse_content("asked", normalize_text(text))
    except RefusedContent:
        return _as_term(audit, value)
    return audit.sealed(text.encode("utf-8", "replace").decode())


def _as_term(audit: AuditLog, value: object) -> str:
    whole = str(value).encode("utf-8", "replace").decode()  # lone surrogates cannot be encoded
    return f"hmac:{audit.term(whole)}"


def _is_plain(value: object, plain: tuple[str, ...]) -> bool:
    """Whether a value may be logged as it is: ids, words, dates and small numbers.

    Of an object, all members must be named in `plain`.
    """
    match value:
        case bool():
            return True
        case int() | float():
            return abs(value) <= _MOST_PLAIN
        case str():
            is_code = _CODE.fullmatch(value) is not None and _DIGITS.fullmatch(value) is None
            return (is_code and not holds_number(value)) or _WHEN.fullmatch(value) is not None
        case list():
            return all(_is_plain(one, plain) for one in cast("list[object]", value))
        case dict():
            members = cast("dict[str, object]", value).items()
            return all(name in plain and _is_plain(one, plain) for name, one in members)
        case _:
            return False
