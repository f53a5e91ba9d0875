"""Wire models of coverage: posts, the map and the matrix."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.base import OWN_KIND, Wire
from api.schemas.entities import Checked, NodeName
from api.schemas.words import (
    AreaKind,
    Cause,
    Label,
    MapLack,
    MapMeasure,
    MatrixColumns,
    NetworkKind,
    PostKind,
    PostState,
)


class PostRow(Wire):
    """A post that answers for an area, and what is true of it.

    `hidden_holders`, `hidden_deputies`: so many more, whose names are not for you.
    """

    area: NodeName
    post: NodeName
    kind: str = Field(examples=["SSP_COORDINATOR"])
    own_kind: str | None = OWN_KIND
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


MapUnit = Literal["MUNICIPALITY", "POLICE_DISTRICT", "REGION"]
"""Units of the map; each is one municipality or several."""


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


class MatrixCell(Wire):
    """How many posts there are, and how many of them in each state; none: the cell is empty."""

    posts: int = Field(examples=[2])
    states: dict[PostState, int] = Field(examples=[{"HELD": 1, "VACANT": 1}])


class MatrixRow(Wire):
    """An area, its cells in the order of `heads`, and the `whole` of its posts, each once.

    `codes`: the municipalities it is made of. `civilians`: at least so many, in fives; left out
    where nothing is told, which is not the same as none.
    """

    area: NodeName
    codes: tuple[str, ...] = Field(examples=[["0787"]])
    whole: MatrixCell
    cells: tuple[MatrixCell, ...]
    civilians: int | None = Field(default=None, ge=5, multiple_of=5, examples=[5])


class MatrixTotal(Wire):
    """A column over all rows that are told, each post once; `empty`: rows that have none."""

    posts: int = Field(examples=[98])
    states: dict[PostState, int] = Field(examples=[{"HELD": 97, "VACANT": 1}])
    empty: int = Field(examples=[0])


class CoverageMatrix(Wire):
    """What was asked, and a row for each area, by id.

    `heads` are the columns: words of their kind, or language tags. A post that is of several
    columns stands in each of them. `totals` go with `heads`.
    """

    columns: MatrixColumns
    by: AreaKind
    area: NodeName | None = None
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    heads: tuple[str, ...] = Field(examples=[["SSP"]])
    rows: tuple[MatrixRow, ...]
    totals: tuple[MatrixTotal, ...]


class Speaker(Wire):
    """A post or civilian, and the rounded kilometers from the place to the nearest of its areas.

    `people`: the holders and deputies of the post who speak the language, as far as you may know;
    none, where the post as a team speaks it. `areas` are all it answers for, by id.
    """

    node: NodeName
    label: Label
    km: int = Field(ge=0, examples=[34])
    areas: tuple[NodeName, ...]
    people: tuple[NodeName, ...]


class Speakers(Wire):
    """What was asked, and who speaks the language there: the nearest first, then by id."""

    language: str = Field(examples=["so"])
    area: NodeName
    within_km: int = Field(examples=[60])
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    found: tuple[Speaker, ...]
