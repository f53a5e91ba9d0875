"""Public bodies, what they are part of, and what they cover."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import product
from typing import Final

from graph.model import Authority, Covers, Link, Node, PartOf
from graph.vocabulary import AuthorityKind, Confidence, Sector, Tier
from seed.structure.links import CDE, MUNICIPAL_REFORM, REGION_REFORM, LinkFactory, succession
from seed.structure.sources import Denmark

NATIONWIDE: Final = ("pet-fc", "rigspolitiet", "cde", "kf-01", "sbst")
"""The national bodies that work for all of Denmark: docs/domain.md, "The structure"."""

_SUCCESSIONS: Final[tuple[tuple[str, str, date | None, str], ...]] = (
    ("ncfe", "cde", CDE, "cde"),
    ("socialstyrelsen", "sbst", None, "national"),  # 2022 or 2023: the day is not confirmed
    ("reg-1084", "reg-oestdanmark", REGION_REFORM, "reform-2027"),
    ("reg-1085", "reg-oestdanmark", REGION_REFORM, "reform-2027"),
)


def authorities(denmark: Denmark) -> Iterator[Node]:
    """From the ministries down to the municipalities; ended bodies included."""
    for source, bodies in (("national", denmark.national), ("probation", denmark.probation)):
        for body in bodies:
            yield Authority(
                id=f"aut-{body.id}",
                kind=body.kind,
                tier=body.tier,
                sector=body.sector,
                name=body.name,
                name_en=body.name_en,
                aliases=frozenset(body.aliases),
                seat=body.seat,
                confidence=body.confidence,
                valid_from=body.valid_from,
                valid_to=body.valid_to,
                source=source,
            )
    police = partial(Authority, tier=Tier.DISTRICT, sector=Sector.POLICE)
    for district in denmark.districts:
        yield police(
            id=f"aut-pol-{district.code}",
            kind=AuthorityKind.POLICE_DISTRICT,
            name=district.name,
            name_en=district.name_en,
            seat=district.seat,
            source="police-districts",
        )
        name, kind = f"Kriminalpræventiv sektion, {district.name}", AuthorityKind.UNIT
        yield police(id=f"aut-sec-{district.code}", kind=kind, name=name, source="pet")
    regional = partial(Authority, tier=Tier.REGIONAL, sector=Sector.PSYCHIATRY)
    for region in denmark.regions:
        yield regional(
            id=f"aut-reg-{region.code}",
            kind=AuthorityKind.REGION,
            name=region.name,
            name_en=region.name_en,
            seat=region.seat,
            valid_from=region.valid_from,
            valid_to=region.valid_to,
            source="regions",
        )
    for body in denmark.psychiatry:
        yield regional(
            id=f"aut-{body.id}",
            kind=body.kind,
            name=body.name,
            seat=body.seat,
            confidence=body.confidence,
            source="psychiatry",
        )
    for municipality in denmark.municipalities:
        yield Authority(
            id=f"aut-mun-{municipality.code}",
            kind=AuthorityKind.MUNICIPALITY,
            tier=Tier.MUNICIPAL,
            sector=Sector.SOCIAL_SERVICES,
            name=municipality.official_name,
            valid_from=MUNICIPAL_REFORM,
            source="municipalities",
        )


def authority_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Yield 71 PART_OF links, 149 COVERS links and 4 SUCCEEDED_BY links.

    Socialstyrelsen has no parent here: its ministry of that time is not in the data. What a body
    covers follows from its task, never from its seat.
    """
    for source, bodies in (("national", denmark.national), ("probation", denmark.probation)):
        for body in bodies:
            if body.parent:
                yield tie(PartOf, f"aut-{body.id}", f"aut-{body.parent}", source=source)
    for district in denmark.districts:
        section, police = f"aut-sec-{district.code}", f"aut-pol-{district.code}"
        yield tie(PartOf, section, police, source="pet")
        yield tie(PartOf, police, "aut-rigspolitiet", source="police-districts")
    for body in denmark.psychiatry:
        organization = f"aut-{denmark.organization_of(body.region).id}"
        parent = f"aut-reg-{body.region}" if body.is_organization else organization
        yield tie(PartOf, f"aut-{body.id}", parent, source="psychiatry")
    for region in denmark.regions:
        if region.successor:
            organization = f"aut-{denmark.organization_of(region.code).id}"
            yield tie(PartOf, organization, f"aut-reg-{region.successor}", source="reform-2027")
    for national in NATIONWIDE:
        yield tie(Covers, f"aut-{national}", "dk", source="national")
    for district in denmark.districts:
        area = f"pol-{district.code}"
        yield tie(Covers, f"aut-{area}", area, source="police-districts")
        yield tie(Covers, f"aut-sec-{district.code}", area, source="police-districts")
    for region in denmark.regions:
        yield tie(Covers, f"aut-reg-{region.code}", f"reg-{region.code}", source="regions")
    for body in denmark.psychiatry:
        areas = [f"mun-{code}" for code in body.catchment]
        for area in [f"reg-{body.region}"] if body.is_organization else areas:
            yield tie(Covers, f"aut-{body.id}", area, source="psychiatry")
    for municipality in denmark.municipalities:
        area = f"mun-{municipality.code}"
        yield tie(Covers, f"aut-{area}", area, source="municipalities")
    # A KiF department covers the municipality it is named for; any more is unknown.
    unsure = Confidence.UNCONFIRMED
    for body, municipality in product(denmark.departments, denmark.municipalities):
        if body.seat == municipality.name:
            area = f"mun-{municipality.code}"
            yield tie(Covers, f"aut-{body.id}", area, source="probation", confidence=unsure)
    for old, new, on, source in _SUCCESSIONS:
        yield succession(f"aut-{old}", f"aut-{new}", source=source, on=on)
