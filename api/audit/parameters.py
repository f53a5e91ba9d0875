"""What is logged of the parameters of a request, and which routes leave no row."""

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
_DIGITS: Final = re.compile(r"[\d-]{6,}")  # of a civil registration or a telephone, in any place
_MOST_SEALED: Final = 8_000
_MOST_PLAIN: Final = 99_999


def logged_parameters(
    audit: AuditLog,
    given: Mapping[str, Any],
    plain: tuple[str, ...],
    sealed: tuple[str, ...] = (),
) -> dict[str, Any]:
    """What is written down of the parameters; of a typed text only what a known one can match.

    Those that are `sealed` can be read again by whoever reads the log, unless they tell of a
    citizen.
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
    """Sealed as far as it is kept, where it may be stored at all."""
    text = str(value)[:_MOST_SEALED]
    try:
        refuse_content("asked", normalize_text(text))
    except RefusedContent:
        return _as_term(audit, value)
    return audit.sealed(text.encode("utf-8", "replace").decode())


def _as_term(audit: AuditLog, value: object) -> str:
    whole = str(value).encode("utf-8", "replace").decode()  # halves of characters have no bytes
    return f"hmac:{audit.term(whole)}"


def _is_plain(value: object, plain: tuple[str, ...]) -> bool:
    """May it stand in the log as it is? Ids, words, dates and small numbers; never a long one.

    Of an object, all members must be those of `plain`.
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
        ("GET", "/me/budgets"),  # asked by each dialog that offers a detail, before it is shown
        ("GET", "/audit/mine"),  # else looking at one's log would fill it
        ("GET", "/audit/about-me"),
    }
)
"""Method and path: they tell of the machine, of the API itself, or of the caller alone.

`/me/budgets` tells nobody anything of anybody: how many details the caller was shown today, counted
in the log itself, where each of those is a row already. Were it a row, too, every dialog that is
opened and closed again would stand in the log as something that was asked.
"""
EXEMPT_FOLDERS: Final = ("/docs",)
"""Files of the interactive documentation, the same for everybody."""
BEFORE_SIGN_IN: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("POST", "/setup"),
        ("POST", "/sessions"),
        ("POST", "/invitations/redeem"),
    }
)
"""Called by whoever is nobody yet, so without a task; their rows are written all the same."""
BY_LINK: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("GET", "/withdraw/{token}"),
        ("POST", "/withdraw/{token}"),
    }
)
"""Called by a civilian who was given a link, without an account; they write their own rows."""
