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


EXEMPT: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
        ("GET", "/health/revision"),
        ("GET", "/openapi.json"),
        ("GET", "/problems/{slug}"),
        ("GET", "/me"),
        ("GET", "/me/budgets"),  # requested by each dialog that offers a detail, before it is shown
        ("GET", "/audit/mine"),  # otherwise reading one's own log would fill it
        ("GET", "/audit/about-me"),
    }
)
"""Method and path of routes that disclose only the machine, the API itself, or the caller.

`/me/budgets` discloses nothing about any other person: how many details the caller was shown today,
counted in the log itself, where each of those is a row already. If it wrote rows, every dialog that
is opened and closed again would appear in the log as a request.
"""
EXEMPT_FOLDERS: Final = ("/docs",)
"""Files of the interactive documentation, the same for every caller."""
BEFORE_SIGN_IN: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("POST", "/setup"),
        ("POST", "/sessions"),
        ("POST", "/invitations/redeem"),
    }
)
"""Called before sign-in, and so without a task; their rows are written nonetheless."""
BY_LINK: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("GET", "/withdraw/{token}"),
        ("POST", "/withdraw/{token}"),
    }
)
"""Called by a civilian with a link, without an account; they write their own rows."""
