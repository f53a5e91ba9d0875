"""How every municipality, district or region stands by one measure, on the wire."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import NodeName
from api.schemas.words import AreaKind, Cause, MapLack, MapMeasure, NetworkKind, PostKind, PostState

MapUnit = Literal["MUNICIPALITY", "POLICE_DISTRICT", "REGION"]
"""What the map can be divided into: each is one municipality or several."""


class MapRow(Wire):
    """An area, its `number` by the measure, and out of how many; or the `lack` it has none for.

    `codes`: the municipalities it is made of. `posts` and `states` count the posts asked about that
    answer for it or a part of it. Of several municipalities the worst path counts; `path` holds the
    ids of its nodes, `cause` says why there is none. A cost is in micro-nats. Civilians are told in
    fives, at least so many.
    """

    area: NodeName
    codes: tuple[str, ...] = Field(examples=[["0787"]])
    posts: int = Field(examples=[7])
    states: dict[PostState, int] = Field(examples=[{"HELD": 6, "UNIT": 1, "STALE": 2}])
    number: int | None = Field(default=None, examples=[5])
    of: int | None = Field(default=None, examples=[7])
    lack: MapLack | None = None
    path: tuple[str, ...] = ()
    cause: Cause | None = None


class CoverageMap(Wire):
    """What was asked, and a row for each area, by id.

    `kinds` and `networks` are those that can be asked about: there are such posts.
    """

    measure: MapMeasure
    by: AreaKind
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    rows: tuple[MapRow, ...]
    kinds: tuple[PostKind, ...] = Field(examples=[["SSP_COORDINATOR"]])
    networks: tuple[NetworkKind, ...] = Field(examples=[["SSP"]])
