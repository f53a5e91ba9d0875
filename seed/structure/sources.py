"""The real Denmark of `data/`: areas, authorities and national posts, as the files give them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from graph.vocabulary import AuthorityKind, Competence, Confidence, PostKind, Sector, Term, Tier
from seed.structure.tables import read

DATA: Final = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """One of the 98; `district_confidence` tells how well its police district is sourced."""

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
    """One of the 12 police districts; `place` is what its posts and networks are named for."""

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
    """One of the 5 regions and Region Østdanmark; `successor` is the code it goes over into."""

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
        """The region's whole psychiatry, not one unit of it."""
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
    """What another name of a municipality is: the name of something in it, or of itself."""

    POSTCODE = "POSTCODE", "Postnummer"
    TOWN = "TOWN", "By"
    TOWN_PART = "TOWN_PART", "Bydel"
    FORMER_MUNICIPALITY = "FORMER_MUNICIPALITY", "Tidligere kommune"
    ENGLISH_NAME = "ENGLISH_NAME", "Engelsk navn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A name by which a place is found: `3700 Rønne`; `municipalities`: codes of those it is in."""

    name: str
    kind: PlaceKind
    municipalities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Denmark:
    """All the files, read."""

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
        """Kriminalforsorgen's own head office."""
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
    """Reads all the files.

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
