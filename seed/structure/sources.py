"""The CSV files of `data/`, read as dataclasses; all malformed cells are reported at once."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
_FORMATS: Final[dict[Any, tuple[str, Callable[[str], object]]]] = {
    str: (r"\S(.*\S)?", str),
    int: (r"\d+", int),
    float: (r"\d+(\.\d+)?", float),
    date: (r"\d{4}-\d{2}-\d{2}", date.fromisoformat),
}


class TableRow(Protocol):
    """A dataclass whose fields are the columns of a file, in order; the first one is the key."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


RowT = TypeVar("RowT", bound=TableRow)


def read(path: Path, row: type[RowT]) -> tuple[RowT, ...]:
    """The rows of a file in its own order; an empty cell is None where the field allows it.

    Raises: Invalid: a fault for each malformed row, as `file:line`, column and rule.
    """
    columns, data = get_type_hints(row), path.read_bytes()
    try:
        lines = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid([Fault(f"{path.name}:{line}", "", Rule.BAD_FORMAT)]) from None
    rows: dict[str, RowT | None] = {}
    faults: list[Fault] = []
    try:
        header = next(lines, list[str]())
        if header != list(columns):
            where = f"{path.name}:1"
            faults += [
                Fault(where, name, Rule.UNKNOWN_FIELD) for name in header if name not in columns
            ]
            faults += [Fault(where, name, Rule.REQUIRED) for name in columns if name not in header]
            raise Invalid(faults or [Fault(where, "", Rule.BAD_FORMAT)])
        for cells in lines:
            where, key = f"{path.name}:{lines.line_num}", cells[0] if cells else ""
            if len(cells) != len(columns):
                faults.append(Fault(where, "", Rule.BAD_FORMAT))
            elif key in rows:
                faults.append(Fault(where, header[0], Rule.DUPLICATE))
            else:
                values: dict[str, object] = {}
                for name, cell in zip(header, cells, strict=True):
                    try:
                        values[name] = _value(columns[name], cell)
                    except _BadCell as error:
                        faults.append(Fault(where, name, error.rule))
                rows[key] = row(**values) if len(values) == len(columns) else None
    except csv.Error:
        faults.append(Fault(f"{path.name}:{lines.line_num}", "", Rule.BAD_FORMAT))
    if faults:
        raise Invalid(faults)
    return tuple(read for read in rows.values() if read is not None)


class _BadCell(Exception):
    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.rule = rule


def _value(kind: Any, cell: str) -> object:
    """A cell as text, a number, a date, a term, or a list of them."""
    if get_origin(kind) is tuple:
        items = cell.split(LIST_MARK) if cell else []
        if "" in items:
            raise _BadCell(Rule.BAD_FORMAT)
        return tuple(_value(get_args(kind)[0], item) for item in items)
    if not cell and NoneType not in get_args(kind):
        raise _BadCell(Rule.REQUIRED)
    if not cell:
        return None
    kind = next((part for part in get_args(kind) if part is not NoneType), kind)
    if issubclass(kind, Term):
        if cell not in kind.__members__:
            raise _BadCell(Rule.UNKNOWN_WORD)
        return kind(cell)
    shape, parse = _FORMATS[kind]
    if not re.fullmatch(shape, cell, re.ASCII):
        raise _BadCell(Rule.BAD_FORMAT)
    try:
        return parse(cell)
    except ValueError:
        raise _BadCell(Rule.BAD_FORMAT) from None


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

    def place_names(self) -> Iterator[str]:
        """The names of the place alone: Nordjylland, North Jutland."""
        yield self.place
        if self.name_en is not None:
            yield self.name_en.removesuffix(" Police")


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
    LANDSCAPE = "LANDSCAPE", "Landsdel"
    ESTATE = "ESTATE", "Boligområde"
    INSTITUTION = "INSTITUTION", "Institution"
    FORMER_MUNICIPALITY = "FORMER_MUNICIPALITY", "Tidligere kommune"
    ENGLISH_NAME = "ENGLISH_NAME", "Engelsk navn"
    ABBREVIATION = "ABBREVIATION", "Forkortelse"


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
        return tuple(sorted({(place.district, place.region) for place in self.municipalities}))

    def place_names(self) -> dict[str, frozenset[str]]:
        """The other names of each municipality, by its code."""
        names: defaultdict[str, set[str]] = defaultdict(set)
        for place in self.places:
            for code in place.municipalities:
                names[code].add(place.name)
        return {code: frozenset(of_place) for code, of_place in names.items()}

    def organization_of(self, region: str) -> PsychiatricBody:
        """The psychiatric organization of a region."""
        return next(
            body for body in self.psychiatry if body.region == region and body.is_organization
        )

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
