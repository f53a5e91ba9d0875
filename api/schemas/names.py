"""Who is called …, on the wire."""

from pydantic import Field

from api.schemas.entities import Checked
from api.schemas.wire import Wire


class NameHit(Wire):
    """A node found by name; `place` tells namesakes apart, `score` is 1 for the very name.

    `check`: of a post, network or civilian, when it was last checked.
    """

    id: str = Field(examples=["post-ssp-0787"])
    label: str = Field(examples=["ACTOR"])
    kind: str | None = Field(examples=["SSP_COORDINATOR"])
    name: str = Field(examples=["SSP-koordinator, Thisted"])
    place: tuple[str, ...] = Field(examples=[["Thisted Kommune", "Thisted"]])
    score: float = Field(ge=0, le=1, examples=[0.97])
    check: Checked | None = None


class Names(Wire):
    """Those found, the likeliest first."""

    found: tuple[NameHit, ...]
