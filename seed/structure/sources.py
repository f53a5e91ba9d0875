"""The CSV files of `data/`, read as dataclasses; all malformed cells are reported at once."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any, ClassVar, Final, Protocol, TypeVar, get_args, get_origin, get_type_hints

from graph.errors import Fault, Invalid
from graph.vocabulary import (
    AuthorityKind,
    Competence,
    Confidence,
    PostKind,
    Rule,
    Sector,
    Term,
    Tier,
)

LIST_MARK: Final = "|"  # separates the items of a list within a cell
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
    """The well-formed rows; no row but faults where the header differs from the dataclass."""
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
    """Each line with its position; stops at the first that is not text or not valid CSV."""
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
    """The row, or none and its faults."""
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
    """How a cell of this column is read: text, a number, a date, a term, or a list of them."""
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


DATA: Final = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """One of the 98; `district_confidence` says how well its police district is sourced."""

    code: str
    name: str
    official_name: str
    region: str
    district: str
    population: int
    population_on: date
    lat: float
    lon: float
    district_confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """One of the 12 police districts; `place` is the name used by its posts and networks."""

    code: str
    name: str
    place: str
    name_en: str | None
    seat: str | None
    population: int
    population_on: date
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One of the 5 regions or Region Østdanmark; `successor` is the code of its successor."""

    code: str
    name: str
    name_en: str | None
    seat: str | None
    population: int | None
    population_on: date | None
    lat: float | None
    lon: float | None
    valid_from: date
    valid_to: date | None
    successor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PsychiatricBody:
    """A region's psychiatric organization or one of its units; `catchment`: municipality codes."""

    id: str
    region: str
    name: str
    kind: AuthorityKind
    post: PostKind
    seat: str | None
    catchment: tuple[str, ...]
    confidence: Confidence

    @property
    def is_organization(self) -> bool:
        """Whether it is the region's psychiatric organization, not a unit of it."""
        return self.kind is AuthorityKind.PSYCHIATRIC_ORGANIZATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A ministry, a national body, or a body of Kriminalforsorgen; `parent` is another's id."""

    id: str
    name: str
    name_en: str | None
    aliases: tuple[str, ...]
    kind: AuthorityKind
    tier: Tier
    sector: Sector
    parent: str | None
    seat: str | None
    valid_from: date | None
    valid_to: date | None
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalPost:
    """A national post or contact point; `owners` are bodies, `origin` a key of SOURCES.md."""

    id: str
    kind: PostKind
    name: str
    sector: Sector
    owners: tuple[str, ...]
    competences: tuple[Competence, ...]
    hours: str
    valid_from: date | None
    origin: str


class PlaceKind(Term):
    """The kind of another name of a municipality: of something in it, or of itself."""

    POSTCODE = "POSTCODE", "Postnummer"
    TOWN = "TOWN", "By"
    TOWN_PART = "TOWN_PART", "Bydel"
    FORMER_MUNICIPALITY = "FORMER_MUNICIPALITY", "Tidligere kommune"
    ENGLISH_NAME = "ENGLISH_NAME", "Engelsk navn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A name of a place, as `3700 Rønne`; `municipalities`: codes of those it is in."""

    name: str
    kind: PlaceKind
    municipalities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Denmark:
    """The contents of all files."""

    municipalities: tuple[Municipality, ...]
    districts: tuple[District, ...]
    regions: tuple[Region, ...]
    psychiatry: tuple[PsychiatricBody, ...]
    probation: tuple[Body, ...]
    national: tuple[Body, ...]
    national_posts: tuple[NationalPost, ...]
    places: tuple[PlaceName, ...]

    @property
    def directorate(self) -> Body:
        """The head office of Kriminalforsorgen."""
        return next(body for body in self.probation if body.tier is Tier.NATIONAL)

    @property
    def departments(self) -> tuple[Body, ...]:
        """The two probation departments (KiF) whose names are known."""
        kind = AuthorityKind.PROBATION_DEPARTMENT
        return tuple(body for body in self.probation if body.kind is kind)

    def district_regions(self) -> tuple[tuple[str, str], ...]:
        """The 14 pairs of a district and a region that share a municipality, sorted.

        They do not nest: two districts span two regions.
        """
        return tuple(sorted({(one.district, one.region) for one in self.municipalities}))

    def place_names(self) -> dict[str, frozenset[str]]:
        """The other names of each municipality, by its code."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for place in self.places:
            for code in place.municipalities:
                found[code].add(place.name)
        return {code: frozenset(names) for code, names in found.items()}

    def organization_of(self, region: str) -> PsychiatricBody:
        """The psychiatric organization of a region."""
        return next(one for one in self.psychiatry if one.region == region and one.is_organization)

    def psychiatry_of(self, municipality: Municipality) -> PsychiatricBody:
        """The unit whose catchment is known to hold it, else the region's organization."""
        for body in self.psychiatry:
            if municipality.code in body.catchment:
                return body
        return self.organization_of(municipality.region)


def read_denmark(data: Path = DATA) -> Denmark:
    """Read all files.

    Raises: Invalid: a malformed row, with file, line, column and rule.
    """
    return Denmark(
        municipalities=read(data / "municipalities.csv", Municipality),
        districts=read(data / "police_districts.csv", District),
        regions=read(data / "regions.csv", Region),
        psychiatry=read(data / "psychiatry.csv", PsychiatricBody),
        probation=read(data / "probation.csv", Body),
        national=read(data / "national.csv", Body),
        national_posts=read(data / "national_posts.csv", NationalPost),
        places=read(data / "places.csv", PlaceName),
    )
