"""Areas of Denmark and how they lie in each other: districts and regions do not nest."""

from collections.abc import Iterator

from graph.model import Area, LiesIn, Link, Node
from graph.vocabulary import AreaKind
from seed.structure.links import (
    DISTRICT_GEOMETRY,
    MUNICIPAL_REFORM,
    REGION_REFORM,
    LinkFactory,
    succession,
)
from seed.structure.sources import Denmark, Municipality


def areas(denmark: Denmark) -> Iterator[Node]:
    """The country, its regions, police districts and municipalities."""
    yield _country(denmark)
    yield from _regions(denmark)
    yield from _districts(denmark)
    yield from _municipalities(denmark)


def area_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Which areas lie in which, and the regions that are succeeded by another."""
    successors = {region.code: region.successor for region in denmark.regions if region.successor}
    for municipality in denmark.municipalities:
        yield from _hierarchies(municipality, successors.get(municipality.region), tie)
    for district in denmark.districts:
        yield tie(LiesIn, f"pol-{district.code}", "dk", source="police-districts")
    for region in denmark.regions:
        yield tie(LiesIn, f"reg-{region.code}", "dk", source="regions")
    for old, new in successors.items():
        yield succession(f"reg-{old}", f"reg-{new}", source="reform-2027", on=REGION_REFORM)


def _hierarchies(
    municipality: Municipality, successor: str | None, tie: LinkFactory
) -> Iterator[Link]:
    """Its police district and its region, each as a separate link."""
    place = f"mun-{municipality.code}"
    yield tie(
        LiesIn,
        place,
        f"pol-{municipality.district}",
        source="municipalities",
        valid_from=DISTRICT_GEOMETRY,
        confidence=municipality.district_confidence,
    )
    yield tie(LiesIn, place, f"reg-{municipality.region}", source="municipalities")
    if successor:
        yield tie(LiesIn, place, f"reg-{successor}", source="reform-2027")


def _country(denmark: Denmark) -> Area:
    return Area(
        id="dk",
        kind=AreaKind.COUNTRY,
        code="DK",
        name="Danmark",
        name_en="Denmark",
        population=sum(place.population for place in denmark.municipalities),
        population_on=denmark.municipalities[0].population_on,
        source="municipalities",
    )


def _regions(denmark: Denmark) -> Iterator[Area]:
    for region in denmark.regions:
        yield Area(
            id=f"reg-{region.code}",
            kind=AreaKind.REGION,
            code=region.code,
            name=region.name,
            name_en=region.name_en,
            population=region.population,
            population_on=region.population_on,
            lat=region.lat,
            lon=region.lon,
            valid_from=region.valid_from,
            valid_to=region.valid_to,
            source="regions",
        )


def _districts(denmark: Denmark) -> Iterator[Area]:
    for district in denmark.districts:
        yield Area(
            id=f"pol-{district.code}",
            kind=AreaKind.POLICE_DISTRICT,
            code=district.code,
            name=district.name,
            name_en=district.name_en,
            population=district.population,
            population_on=district.population_on,
            lat=district.lat,
            lon=district.lon,
            source="police-districts",
        )


def _municipalities(denmark: Denmark) -> Iterator[Area]:
    aliases = denmark.place_names()
    for municipality in denmark.municipalities:
        yield Area(
            id=f"mun-{municipality.code}",
            kind=AreaKind.MUNICIPALITY,
            code=municipality.code,
            name=municipality.name,
            official_name=municipality.official_name,
            aliases=aliases.get(municipality.code, frozenset()),
            population=municipality.population,
            population_on=municipality.population_on,
            lat=municipality.lat,
            lon=municipality.lon,
            valid_from=MUNICIPAL_REFORM,
            source="municipalities",
        )
