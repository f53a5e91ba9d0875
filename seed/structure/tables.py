"""What the CSV files of `data/` say: each row as a dataclass, or every malformed cell at once."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any, ClassVar, Final, Protocol, TypeVar, get_args, get_origin, get_type_hints

from graph.errors import Fault, Invalid
from graph.vocabulary import Rule, Term

LIST_MARK: Final = "|"  # parts the items of a list within a cell
_WHOLE: Final = re.compile(r"\d+")
_DECIMAL: Final = re.compile(r"\d+(\.\d+)?")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class TableRow(Protocol):
    """A dataclass whose fields are the columns of a file, in order; the first one is the key."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


RowT = TypeVar("RowT", bound=TableRow)


def read(path: Path, row: type[RowT]) -> tuple[RowT, ...]:
    """The rows of a file in its own order; an empty cell is None where the field allows it.

    Raises: Invalid: a fault for each malformed row, as `file:line`, column and rule.
    """
    faults: list[Fault] = []
    rows = tuple(_rows(path, row, faults))
    if faults:
        raise Invalid(faults)
    return rows


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    value: Callable[[str], object]
    may_be_empty: bool


def _rows(path: Path, row: type[RowT], faults: list[Fault]) -> Iterator[RowT]:
    """The well-formed rows; nothing but faults where the header is not the row's own."""
    columns = _columns(row)
    lines = _lines(path, faults)
    header = next((cells for _place, cells in lines), list[str]())
    if not faults:
        faults += _header_faults(f"{path.name}:1", header, [column.name for column in columns])
    if not faults:
        yield from _body(lines, row, columns, faults)


def _body(
    lines: Iterator[tuple[str, list[str]]],
    row: type[RowT],
    columns: Sequence[_Column],
    faults: list[Fault],
) -> Iterator[RowT]:
    keys: set[str] = set()
    for where, cells in lines:
        if len(cells) != len(columns):
            faults.append(Fault(where, "", Rule.BAD_FORMAT))
        elif cells[0] in keys:
            faults.append(Fault(where, columns[0].name, Rule.DUPLICATE))
        else:
            keys.add(cells[0])
            yield from _row(where, row, columns, cells, faults)


def _lines(path: Path, faults: list[Fault]) -> Iterator[tuple[str, list[str]]]:
    """Each line with its place; stops at the first that is no text or no CSV at all."""
    data = path.read_bytes()
    try:
        reader = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(Fault(f"{path.name}:{line}", "", Rule.BAD_FORMAT))
        return
    try:
        for cells in reader:
            yield f"{path.name}:{reader.line_num}", cells
    except csv.Error:
        faults.append(Fault(f"{path.name}:{reader.line_num}", "", Rule.BAD_FORMAT))


def _header_faults(where: str, found: Sequence[str], wanted: Sequence[str]) -> Iterator[Fault]:
    yield from (Fault(where, name, Rule.UNKNOWN_FIELD) for name in found if name not in wanted)
    yield from (Fault(where, name, Rule.REQUIRED) for name in wanted if name not in found)
    if sorted(found) == sorted(wanted) and list(found) != list(wanted):
        yield Fault(where, "", Rule.BAD_FORMAT)


def _row(
    where: str,
    row: type[RowT],
    columns: Sequence[_Column],
    cells: Sequence[str],
    faults: list[Fault],
) -> Iterator[RowT]:
    """The row, or nothing and its faults."""
    values: dict[str, object] = {}
    for column, cell in zip(columns, cells, strict=True):
        if not cell and not column.may_be_empty:
            faults.append(Fault(where, column.name, Rule.REQUIRED))
            continue
        try:
            values[column.name] = column.value(cell)
        except _BadCell as error:
            faults.append(Fault(where, column.name, error.rule))
    if len(values) == len(columns):
        yield row(**values)


class _BadCell(Exception):
    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.rule = rule


def _columns(row: type[TableRow]) -> tuple[_Column, ...]:
    hints = get_type_hints(row)
    return tuple(_column(field.name, hints[field.name]) for field in fields(row))


def _column(name: str, hint: Any) -> _Column:
    """How a cell of this column is read: text, a number, a date, a word, or a list of them."""
    if get_origin(hint) is tuple:
        one = _value(get_args(hint)[0])
        return _Column(name, lambda cell: _list(one, cell), may_be_empty=True)
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    one, is_optional = _value(kinds[0]), len(kinds) < len(get_args(hint))
    return _Column(name, lambda cell: one(cell) if cell else None, may_be_empty=is_optional)


def _list(one: Callable[[str], object], cell: str) -> tuple[object, ...]:
    return tuple(one(item) for item in cell.split(LIST_MARK)) if cell else ()


def _value(kind: Any) -> Callable[[str], object]:
    if issubclass(kind, Term):
        return lambda cell: _word(kind, cell)
    return {str: _text, int: _whole, float: _decimal, date: _day}[kind]


def _word(kind: type[Term], cell: str) -> Term:
    try:
        return kind(cell)
    except ValueError as error:
        raise _BadCell(Rule.UNKNOWN_WORD) from error


def _text(cell: str) -> str:
    if not cell or cell != cell.strip():
        raise _BadCell(Rule.BAD_FORMAT)
    return cell


def _whole(cell: str) -> int:
    return int(_shaped(_WHOLE, cell))


def _decimal(cell: str) -> float:
    return float(_shaped(_DECIMAL, cell))


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(_shaped(_DATE, cell))
    except ValueError as error:
        raise _BadCell(Rule.BAD_FORMAT) from error


def _shaped(shape: re.Pattern[str], cell: str) -> str:
    if not shape.fullmatch(cell):
        raise _BadCell(Rule.BAD_FORMAT)
    return cell
