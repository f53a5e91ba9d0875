"""What a request may send: JSON that says each thing once.

A repeated key, NaN or Infinity is refused with its place, since readers differ in which of two
values they take. Its size and depth were judged at the doorway; here, before anything is done with
them, how long its texts are and how many members an object has. Source: security.md §9 and §10.
"""

import json
import re
from collections.abc import Sequence
from math import isfinite
from typing import Any, Final, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.errors import Refused

MOST_TEXT: Final = 8_000
"""Characters of a text; of those that are asked for, a query in Cypher is the longest."""
MOST_MEMBERS: Final = 1_000
_SMALL: Final = 16 * 1024  # read in less time than another thread takes to begin
_JSON: Final = re.compile(r"application/([a-z0-9.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)


class CheckedRequest(Request):
    """A request whose body was read strictly. Made by `checked`."""

    sent: bytes = b""
    value: Any = None

    async def body(self) -> bytes:
        """The bytes."""
        return self.sent

    async def json(self) -> Any:
        """The value; None where nothing was sent."""
        return self.value


async def parse_strict_json(request: Request) -> CheckedRequest:
    """The same request, its body read once and strictly.

    Raises: Refused: `media-type`, or `malformed` with the place.
    """
    strict = CheckedRequest(request.scope, request.receive)
    strict.sent = await request.body()
    if strict.sent:
        if not _JSON.fullmatch(request.headers.get("content-type", "")):
            raise Refused("media-type", allowed=["application/json"])
        if len(strict.sent) > _SMALL:
            strict.value = await run_in_threadpool(parsed, strict.sent)
        else:
            strict.value = parsed(strict.sent)
    return strict


def parsed(sent: bytes) -> Any:
    """The value of a JSON text.

    Raises: Refused: it is none, says something twice, or holds a text that is too long.
    """
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("byte", error.start, "ikke UTF-8", "not UTF-8") from error
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
        if "\\u" in text:  # half a surrogate pair is no text, and can be spelled in no other way
            json.dumps(value, ensure_ascii=False).encode()
        _require_short(value)
        return value
    except json.JSONDecodeError as error:
        raise _malformed("character", error.pos, "ikke JSON", "not JSON") from error
    except _DuplicateKey as error:
        raise _malformed(
            "member", error.place, "den samme nøgle to gange", "the same key twice"
        ) from error
    except UnicodeEncodeError as error:
        raise _malformed("member", None, "et halvt tegn", "half a character") from error
    except ValueError as error:  # NaN, Infinity, or a number of thousands of digits
        raise _malformed("number", None, "ikke et tal i JSON", "not a number of JSON") from error


class _DuplicateKey(ValueError):
    """A key that an object holds twice: which of its members is the second one, from 0."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_MEMBERS:
        raise Refused("too-large", limit=MOST_MEMBERS)
    found: dict[str, Any] = {}
    for place, (key, value) in enumerate(pairs):
        if key in found:
            raise _DuplicateKey(place)
        found[key] = value
        _require_short(key)
        _require_short(value)
    return found


def _require_short(value: object) -> None:
    """Raises: Refused: a text, or one of a list, has more characters than any that is asked for."""
    match value:
        case str():
            if len(value) > MOST_TEXT:
                raise Refused("too-large", limit=MOST_TEXT)
        case list():
            for one in cast("list[object]", value):
                _require_short(one)
        case _:  # the texts of an object were judged as it was read
            return


def _no_number(_constant: str) -> None:
    raise ValueError("no number of JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not isfinite(value):
        raise ValueError("out of bounds")
    return value


def _malformed(unit: str, place: int | None, danish: str, english: str) -> Refused:
    where = {"in": "body", unit: place}
    return Refused(
        "malformed",
        (f"Det sendte kan ikke læses: {danish}.", f"What was sent cannot be read: {english}."),
        where=where,
    )
