"""Wire models of coverage: posts, the map and the matrix."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.base import OWN_KIND, Wire
from api.schemas.entities import LastCheck, NodeName
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
    """A post that answers for an area, and its states.

    `hidden_holders`, `hidden_deputies`: the number of others, whose names you may not see.
    """

    area: NodeName
    post: NodeName
    kind: str = Field(examples=["SSP_COORDINATOR"])
    own_kind: str | None = OWN_KIND
    holders: tuple[NodeName, ...]
    hidden_holders: int = Field(ge=0, examples=[0])
    deputies: tuple[NodeName, ...]
    hidden_deputies: int = Field(ge=0, examples=[0])
    check: LastCheck | None = None
    states: tuple[str, ...] = Field(examples=[["VACANT", "WITHOUT_DEPUTY"]])


class Cell(Wire):
    """The number of posts of a kind in an area, and how many of them are in each state."""

    area: NodeName
    kind: str = Field(examples=["SSP_COORDINATOR"])
    posts: int = Field(examples=[1])
    states: dict[str, int] = Field(examples=[{"HELD": 1}])


class Total(Wire):
    """The number of posts of a kind in all areas, and how many are in each state."""

    kind: str = Field(examples=["SSP_COORDINATOR"])
    posts: int = Field(examples=[98])
    states: dict[str, int] = Field(examples=[{"HELD": 97, "VACANT": 1}])


class PlanRow(Wire):
    """A plan that is overdue, or due for revision within a year."""

    area: NodeName
    plan: NodeName
    kind: str = Field(examples=["PREPAREDNESS_PLAN"])
    owner: NodeName
    due_on: date = Field(examples=["2027-03-20"])


class Civilians(Wire):
    """The number of civilians in a municipality, rounded down to a multiple of five.

    A municipality with fewer than five is not listed.
    """

    area: NodeName
    at_least: int = Field(ge=5, multiple_of=5, examples=[5])


class Coverage(Wire):
    """Counts by area and kind; `rows` only if an area, kinds or states were given."""

    area: NodeName | None = None
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    cells: tuple[Cell, ...]
    totals: tuple[Total, ...]
    rows: tuple[PostRow, ...]
    plans: tuple[PlanRow, ...]
    civilians: tuple[Civilians, ...]


class InfohousesOf(Wire):
    """The best path to the info house of a municipality, or why there is none.

    `oldest_days` is missing if a hop was never checked; `path` has the ids of its nodes.
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
    """How far it is from a start, or from your own posts, to each info house."""

    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["0123456789ab"])
    start: NodeName | None = None
    municipalities: tuple[InfohousesOf, ...]


MapUnit = Literal["MUNICIPALITY", "POLICE_DISTRICT", "REGION"]
"""Units of the map; each is one municipality or several."""


class MapRow(Wire):
    """An area with its `number`, out of how many; or the `lack` that explains a missing number.

    `codes`: the municipalities of the area. `posts` and `states` count the requested posts that
    answer for it or a part of it. For several municipalities the worst path counts; `path` has the
    ids of its nodes, `cause` says why there is none. Costs are in micro-nats. Numbers of civilians
    are rounded down to a multiple of five.
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
    """The request, and a row for each area, ordered by id.

    `kinds` and `networks` are the values that can be asked for.
    """

    measure: MapMeasure
    by: AreaKind
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    rows: tuple[MapRow, ...]
    kinds: tuple[PostKind, ...] = Field(examples=[["SSP_COORDINATOR"]])
    networks: tuple[NetworkKind, ...] = Field(examples=[["SSP"]])


class MatrixCell(Wire):
    """The number of posts, and how many of them are in each state; 0: the cell is empty."""

    posts: int = Field(examples=[2])
    states: dict[PostState, int] = Field(examples=[{"HELD": 1, "VACANT": 1}])


class MatrixRow(Wire):
    """An area, its cells in the order of `heads`, and `whole`, which counts each post once.

    `codes`: the municipalities of the area. `civilians` is rounded down to a multiple of five; a
    missing number is not zero.
    """

    area: NodeName
    codes: tuple[str, ...] = Field(examples=[["0787"]])
    whole: MatrixCell
    cells: tuple[MatrixCell, ...]
    civilians: int | None = Field(default=None, ge=5, multiple_of=5, examples=[5])


class MatrixTotal(Wire):
    """A column over all returned rows, each post counted once; `empty`: rows without any."""

    posts: int = Field(examples=[98])
    states: dict[PostState, int] = Field(examples=[{"HELD": 97, "VACANT": 1}])
    empty: int = Field(examples=[0])


class CoverageMatrix(Wire):
    """The request, and a row for each area, ordered by id.

    `heads` are the columns: words of their kind, or language tags. A post that belongs to several
    columns is counted in each. `totals` are in the order of `heads`.
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
    """A post or civilian, and the distance from the place to the nearest of its areas.

    `people`: the holders and deputies who speak the language, as far as you may see them; empty if
    the post as a team speaks it. `areas`: all areas it answers for.
    """

    node: NodeName
    label: Label
    km: int = Field(ge=0, examples=[34])
    areas: tuple[NodeName, ...]
    people: tuple[NodeName, ...]


class Speakers(Wire):
    """The request, and who speaks the language there: nearest first, then by id."""

    language: str = Field(examples=["so"])
    area: NodeName
    within_km: int = Field(examples=[60])
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    found: tuple[Speaker, ...]
