"""Whether the API is well, on the wire."""

from pydantic import BaseModel, Field


class Ready(BaseModel):
    """It answers."""

    is_ready: bool = Field(examples=[True])


class Revision(BaseModel):
    """The highest revision that wrote anything of what may reach you; 0: none did."""

    revision: int = Field(ge=0, examples=[1])
