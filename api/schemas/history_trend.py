"""Coverage, freshness and turnover by quarter, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import NodeName
from api.schemas.words import AreaKind


class Quarter(Wire):
    """A quarter, and the day it is seen on: its last, unless it has not ended."""

    year: int = Field(examples=[2026])
    number: int = Field(ge=1, le=4, examples=[4])
    begins: date = Field(examples=["2026-10-01"])
    seen_on: date = Field(examples=["2026-11-25"])
    is_whole: bool = Field(examples=[False])


class TrendPoint(Wire):
    """An area in a quarter: three shares, as counts.

    Coverage: `held` of the `seats` somebody could hold. Freshness: of the `links` between posts and
    networks, those checked `in_time`, at most 183 days before; of `unknown` ones the register does
    not remember when they had been checked, so the share lies between that of `in_time` and that of
    `in_time` and `unknown` together. Turnover: holders who have `begun` or `ended`, of the `seats`.
    """

    seats: int = Field(examples=[80])
    held: int = Field(examples=[76])
    links: int = Field(examples=[210])
    in_time: int = Field(examples=[150])
    unknown: int = Field(examples=[20])
    begun: int = Field(examples=[3])
    ended: int = Field(examples=[2])


class TrendRow(Wire):
    """An area, and a point for each quarter; null where the area was not there."""

    area: NodeName
    points: tuple[TrendPoint | None, ...]


class HistoryTrend(Wire):
    """The quarters, the oldest first, and a row for each area, by id.

    Which posts, holders and links there were then is as the register knows it now.
    """

    by: AreaKind
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    quarters: tuple[Quarter, ...]
    rows: tuple[TrendRow, ...]
