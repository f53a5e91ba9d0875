"""Where a seat is empty, and how far it is to everyone, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import Checked, NodeName


class PostRow(Wire):
    """A post that answers for an area, and what is true of it.

    `hidden_holders`, `hidden_deputies`: so many more, whose names are not for you.
    """

    area: NodeName
    post: NodeName
    kind: str = Field(examples=["SSP_COORDINATOR"])
    holders: tuple[NodeName, ...]
    hidden_holders: int = Field(ge=0, examples=[0])
    deputies: tuple[NodeName, ...]
    hidden_deputies: int = Field(ge=0, examples=[0])
    check: Checked | None = None
    states: tuple[str, ...] = Field(examples=[["VACANT", "WITHOUT_DEPUTY"]])


class Cell(Wire):
    """How many posts of a kind an area has, and how many of these are in each state."""

    area: NodeName
    kind: str = Field(examples=["SSP_COORDINATOR"])
    posts: int = Field(examples=[1])
    states: dict[str, int] = Field(examples=[{"HELD": 1}])


class Total(Wire):
    """The same over all cells of a kind."""

    kind: str = Field(examples=["SSP_COORDINATOR"])
    posts: int = Field(examples=[98])
    states: dict[str, int] = Field(examples=[{"HELD": 97, "VACANT": 1}])


class PlanRow(Wire):
    """A plan to be revised within a year, or overdue."""

    area: NodeName
    plan: NodeName
    kind: str = Field(examples=["PREPAREDNESS_PLAN"])
    owner: NodeName
    due_on: date = Field(examples=["2027-03-20"])


class Civilians(Wire):
    """At least so many civilians, in fives; a municipality with fewer than five is not listed."""

    area: NodeName
    at_least: int = Field(ge=5, multiple_of=5, examples=[5])


class Coverage(Wire):
    """Counts by area and kind; rows where an area, kinds or states were named."""

    area: NodeName | None = None
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    cells: tuple[Cell, ...]
    totals: tuple[Total, ...]
    rows: tuple[PostRow, ...]
    plans: tuple[PlanRow, ...]
    civilians: tuple[Civilians, ...]


class InfohousesOf(Wire):
    """The best path to a municipality, or the cause that there is none.

    `oldest_days` is left out where a hop was never checked; `path` holds the ids of its nodes.
    """

    area: NodeName
    rung: int = Field(ge=0, le=2, examples=[0])
    target: NodeName | None = None
    hops: int | None = Field(default=None, examples=[2])
    oldest_days: int | None = Field(default=None, examples=[41])
    chance: float | None = Field(default=None, examples=[0.63])
    path: tuple[str, ...]
    cause: str | None = None
    is_exact: bool = Field(examples=[True])


class InfohouseReach(Wire):
    """How far it is from a start, or the caller's own posts, to each info house."""

    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["0123456789ab"])
    start: NodeName | None = None
    municipalities: tuple[InfohousesOf, ...]
