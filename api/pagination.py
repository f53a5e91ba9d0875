"""Page tokens, and sparse fieldsets (the `fields` parameter)."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Annotated, Any, Final, TypeVar, cast

from fastapi import Query

from api.errors import Refusal
from api.i18n import bilingual
from api.schemas.entities import Entity, LinkCard
from graph.errors import InvalidNeed
from graph.model import Element
from graph.snapshot.field_types import field_types

MOST: Final = 100
USUAL: Final = 50
_MOST_NUMBER: Final = 2**53
Limit = Annotated[int, Query(ge=1, le=MOST, description="the maximum number of items")]
Token = Annotated[
    str | None, Query(max_length=400, description="the `next` of the page before this one")
]


def token_of(*key: str | int | None) -> str | None:
    """The token of a sort key; None if there is no next page."""
    if None in key:
        return None
    text = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def text_in(token: str | None) -> str:
    """The sort key of a token that holds one text; "" sorts before all.

    Raises: Refusal: it is not such a token.
    """
    return _key(token, str)[0] if token else ""


def place_in(token: str | None) -> tuple[int, str] | None:
    """The sort key of a token that holds a number and a text. Raises as `text_in`."""
    return cast("tuple[int, str]", _key(token, int, str)) if token else None


def _key(token: str, *types: type) -> tuple[Any, ...]:
    try:
        padded = token + "=" * (-len(token) % 4)
        key: Any = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        parts = cast("list[Any]", key if isinstance(key, list) else [])
        # Tokens of this API contain no lone surrogates and no huge numbers.
        is_ours = [type(part) for part in parts] == [*types] and all(
            part.isprintable() if isinstance(part, str) else 0 <= part < _MOST_NUMBER
            for part in parts
        )
    except ValueError:
        is_ours, parts = False, []
    if not is_ours:
        raise Refusal("malformed", where="page")
    return tuple(parts)


Fields = Annotated[
    str | None,
    Query(max_length=400, description="names of fields, separated by commas; default: all"),
]
_Card = TypeVar("_Card", Entity, LinkCard)


def parse_fields(fields: str | None, classes: Iterable[type[Element]]) -> frozenset[str] | None:
    """The names in the `fields` parameter; None means all fields.

    Raises: InvalidNeed: none of the classes has a field of that name.
    """
    if fields is None:
        return None
    names = frozenset(name.strip() for name in fields.split(",") if name.strip())
    field_names = {name for cls in classes for name in field_types(cls)}
    if names - field_names:
        raise InvalidNeed("fields", *bilingual("contains an unknown field"))
    return names


def select_fields(card: _Card, names: frozenset[str] | None) -> _Card:
    """Return the element with only these fields; None keeps all of them."""
    if names is None:
        return card
    selected = {name: value for name, value in card.fields.items() if name in names}
    return card.model_copy(update={"fields": selected})
