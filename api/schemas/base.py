"""Base of the wire models: frozen, and validated from frozen dataclasses."""

from datetime import datetime
from typing import Annotated, Any, Final, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from api.danish_time import danish_minute


def _with_time(value: Any) -> Any:
    """Refuse a date without a time, and a number."""
    if not isinstance(value, datetime) and not (isinstance(value, str) and ":" in value):
        raise ValueError("a date and a time, such as 2026-11-28T22:00")
    return value


def _sort_set(value: Any) -> Any:
    return sorted(cast("frozenset[str]", value)) if isinstance(value, frozenset) else value


class Wire(BaseModel):
    """A model of an answer or a need; an unknown member is refused, not dropped.

    A refused value is not repeated, so that a log of the refusal holds no name.
    """

    model_config = ConfigDict(
        from_attributes=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )


Sorted: Final = BeforeValidator(_sort_set)
"""Validator that sorts sets."""
Words = Annotated[tuple[str, ...], Sorted]
"""Identifiers of a set, sorted."""
Minute = Annotated[
    datetime,
    BeforeValidator(_with_time),
    AfterValidator(danish_minute),
    PlainSerializer(lambda minute: minute.isoformat(timespec="minutes"), str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["2026-11-28T22:00"]}),
]
"""A minute in Danish local time, `2026-11-28T22:00`; one with a time zone is converted."""
OwnKindId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
"""The id of a kind of the installation's own, from `/vocabulary`."""
OWN_KIND: Final[Any] = Field(
    default=None,
    description="an own kind of the installation, beneath `kind`: see `/vocabulary`",
    examples=["DEMOKRATIKONSULENT"],
)
Id = Annotated[str, Field(max_length=120)]
"""The id of a node or link; an unknown id gets the same response as a hidden one."""
