"""What every wire model shares: made from our frozen dataclasses, frozen itself."""

from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _sorted(value: Any) -> Any:
    return sorted(cast("frozenset[str]", value)) if isinstance(value, frozenset) else value


class Wire(BaseModel):
    """A model of an answer or a need; an unknown member is refused, not dropped."""

    model_config = ConfigDict(from_attributes=True, frozen=True, extra="forbid")


Words = Annotated[tuple[str, ...], BeforeValidator(_sorted)]
"""Identifiers of a set, sorted."""
