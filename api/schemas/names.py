"""Who is called …, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import Checked


class Successor(Wire):
    """What took the place of an office that has ended.

    `since` that day; where it is not known, `years` is the year or the turn of a year.
    """

    id: str = Field(examples=["aut-sbst"])
    name: str = Field(examples=["Social- og Boligstyrelsen"])
    since: date | None = None
    years: str | None = Field(default=None, examples=["2022/23"])


class NameHit(Wire):
    """A node found by name; `place` tells namesakes apart, `score` is 1 for the very name.

    `alias`: another name it was found by: a postcode, a town, an English name, a competence.
    `check`: of a post, network or civilian, when it was last checked. `successor`: of an area or
    authority that has ended, which is there under its `id` no more.
    """

    id: str = Field(examples=["post-ssp-0787"])
    label: str = Field(examples=["ACTOR"])
    kind: str | None = Field(examples=["SSP_COORDINATOR"])
    name: str = Field(examples=["SSP-koordinator, Thisted"])
    alias: str | None = Field(default=None, examples=["7700 Thisted"])
    place: tuple[str, ...] = Field(examples=[["Thisted Kommune", "Thisted"]])
    score: float = Field(ge=0, le=1, examples=[0.97])
    check: Checked | None = None
    successor: Successor | None = None


class Names(Wire):
    """Those found, the likeliest first."""

    found: tuple[NameHit, ...]
