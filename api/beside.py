"""A part of an answer on its way to the wire: what the core found, with words beside."""

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Told = dict[str, object]
"""A part of an answer by its fields, for a wire model to be made from."""


def with_fields(part: "DataclassInstance", **more: object) -> Told:
    """The fields of a frozen dataclass, with words beside them, or told parts in their place."""
    return {name: getattr(part, name) for name in _names(type(part))} | more


@cache
def _names(cls: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))
