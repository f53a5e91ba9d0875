"""`?fields=`: an answer that tells of a node or link no more than the fields that are asked for."""

from collections.abc import Iterable
from typing import Annotated, TypeVar

from fastapi import Query

from api.schemas.entities import Entity
from api.schemas.links import LinkCard
from graph.errors import InvalidNeed
from graph.model import Element
from graph.snapshot.field_types import field_types

Fields = Annotated[
    str | None,
    Query(max_length=400, description="names of fields, parted by commas; left out: all"),
]
_Told = TypeVar("_Told", Entity, LinkCard)


def parse_fields(fields: str | None, classes: Iterable[type[Element]]) -> frozenset[str] | None:
    """The names in `?fields=`; None: all of them.

    Raises: InvalidNeed: none of the classes has a field of that name.
    """
    if fields is None:
        return None
    names = frozenset(name.strip() for name in fields.split(",") if name.strip())
    known = {name for cls in classes for name in field_types(cls)}
    if names - known:
        raise InvalidNeed("fields", "rummer et felt, der ikke findes", "names an unknown field")
    return names


def select_fields(told: _Told, names: frozenset[str] | None) -> _Told:
    """What is told, with no other fields than these; None: with all it has."""
    if names is None:
        return told
    kept = {name: value for name, value in told.fields.items() if name in names}
    return told.model_copy(update={"fields": kept})
