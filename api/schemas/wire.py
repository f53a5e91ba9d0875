"""What every wire model shares: made from our frozen dataclasses, frozen itself."""

from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _sorted(value: Any) -> Any:
    return sorted(cast("frozenset[str]", value)) if isinstance(value, frozenset) else value


class Wire(BaseModel):
    """A model of an answer or a need; an unknown member is refused, not dropped.

    What is refused is not repeated: whoever logs the refusal must not log a name.
    """

    model_config = ConfigDict(
        from_attributes=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )


Sorted: Final = BeforeValidator(_sorted)
"""What is a set in the answer is sorted on the wire."""
Words = Annotated[tuple[str, ...], Sorted]
"""Identifiers of a set, sorted."""
Id = Annotated[str, Field(max_length=120)]
"""The id of a node or link; one that nobody has is told as any that is hidden."""
