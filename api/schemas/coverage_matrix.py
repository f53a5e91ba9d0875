"""How many posts each area has, column by column, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import NodeName
from api.schemas.words import AreaKind, MatrixColumns, PostState


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
