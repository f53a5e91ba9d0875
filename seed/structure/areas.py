"""Areas of Denmark and how they lie in each other: districts and regions do not nest."""

from collections.abc import Iterator
from typing import Any

from graph.model import Area, LiesIn, Link, Node
from graph.vocabulary import AreaKind
from seed.structure.links import (
    DISTRICT_GEOMETRY,
    MUNICIPAL_REFORM,
    REGION_REFORM,
    LinkFactory,
    succession,
)
from seed.structure.sources import Denmark, District, Municipality, Region


def areas(denmark: Denmark) -> Iterator[Node]:
    """The country, its regions, police districts and municipalities."""
    municipalities, aliases = denmark.municipalities, denmark.place_names()
    yield Area(
        id="dk",
        kind=AreaKind.COUNTRY,
        code="DK",
        name="Danmark",
        name_en="Denmark",
        population=sum(place.population for place in municipalities),
        population_on=municipalities[0].population_on,
        source="municipalities",
    )
    for region in denmark.regions:
        yield _area(
            region,
            f"reg-{region.code}",
            AreaKind.REGION,
            name_en=region.name_en,
            valid_from=region.valid_from,
            valid_to=region.valid_to,
            source="regions",
        )
    for district in denmark.districts:
        yield _area(
            district,
            f"pol-{district.code}",
            AreaKind.POLICE_DISTRICT,
            name_en=district.name_en,
            aliases=frozenset(district.place_names()),
            source="police-districts",
        )
    for municipality in municipalities:
        yield _area(
            municipality,
            f"mun-{municipality.code}",
            AreaKind.MUNICIPALITY,
            official_name=municipality.official_name,
            aliases=aliases.get(municipality.code, frozenset()),
            valid_from=MUNICIPAL_REFORM,
            source="municipalities",
        )


def _area(row: Region | District | Municipality, area_id: str, kind: AreaKind, **own: Any) -> Area:
    return Area(
        id=area_id,
        kind=kind,
        code=row.code,
        name=row.name,
        population=row.population,
        population_on=row.population_on,
        lat=row.lat,
        lon=row.lon,
        **own,
    )


def area_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """The LIES_IN links of areas, and the SUCCEEDED_BY links of regions."""
    successors = {region.code: region.successor for region in denmark.regions if region.successor}
    for municipality in denmark.municipalities:
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
        if successor := successors.get(municipality.region):
            yield tie(LiesIn, place, f"reg-{successor}", source="reform-2027")
    for district in denmark.districts:
        yield tie(LiesIn, f"pol-{district.code}", "dk", source="police-districts")
    for region in denmark.regions:
        yield tie(LiesIn, f"reg-{region.code}", "dk", source="regions")
    for old, new in successors.items():
        yield succession(f"reg-{old}", f"reg-{new}", source="reform-2027", on=REGION_REFORM)
