"""Posts and contact points of the structure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from graph.model import Actor, Node
from graph.vocabulary import KEY_POSTS, Competence, PostKind, Sector, Tier
from seed.structure.links import INFOHOUSES, KSP, PSP
from seed.structure.sources import Denmark, Municipality

OFFICE_HOURS: Final = "MO-FR 09:00-15:00"
ALWAYS: Final = "00:00-24:00"


@dataclass(frozen=True, slots=True)
class PostSeat:
    """A post of every municipality or district; the placeholders in `name` are the place."""

    code: str
    kind: PostKind
    name: str
    sector: Sector
    competences: frozenset[Competence]
    source: str
    valid_from: date | None = None
    hours: str = OFFICE_HOURS


_SSP: Final = frozenset({Competence.SSP, Competence.SSP_CRIME_PREVENTION})
_PSP: Final = frozenset({Competence.PSP, Competence.PSP_INQUIRIES})
_ADVICE: Final = frozenset({Competence.EXTREMISM_ADVICE, Competence.ASSESSMENT_TOOL})
_INTAKE: Final = frozenset(
    {Competence.NOTIFICATION, Competence.FAMILY_COUNSELING, Competence.SUPPORT_PERSON}
)

# fmt: off
MUNICIPAL_SEATS: Final = (
    PostSeat("ihm", PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, "Infohus-tovholder, {official}",
         Sector.SOCIAL_SERVICES, _ADVICE | {Competence.MENTORING}, "infohus", INFOHOUSES),
    PostSeat("ihp", PostKind.INFOHOUSE_COORDINATOR_POLICE, "Infohus-tovholder, politi, {place}",
         Sector.POLICE, _ADVICE | {Competence.SAFETY}, "infohus", INFOHOUSES),
    PostSeat("ssp", PostKind.SSP_COORDINATOR, "SSP-koordinator, {place}", Sector.YOUTH,
         _SSP | {Competence.SSP_INDIVIDUAL, Competence.YOUTH_CRIME}, "retsplejeloven-115"),
    PostSeat("school", PostKind.SSP_SCHOOL_CONTACT, "SSP-kontakt, skole, {place}", Sector.SCHOOL,
         _SSP, "retsplejeloven-115"),
    PostSeat("psp", PostKind.PSP_COORDINATOR_MUNICIPAL, "PSP-koordinator, {place}",
         Sector.SOCIAL_SERVICES, _PSP, "psp", PSP),
    PostSeat("rel", PostKind.RELEASE_CONTACT, "Hovedkontakt, god løsladelse, {place}",
         Sector.SOCIAL_SERVICES, frozenset({Competence.KSP, Competence.YOUTH_RELEASE}),
         "kriminalforsorgen"),
    PostSeat("intake", PostKind.SOCIAL_INTAKE, "Social modtagelse, {place}", Sector.SOCIAL_SERVICES,
         _INTAKE, "halsnaes"),
    PostSeat("sduty", PostKind.SOCIAL_DUTY_LINE, "Social døgnvagt, {official}",
         Sector.SOCIAL_SERVICES, frozenset({Competence.NOTIFICATION}), "social-duty",
         hours=ALWAYS),
)
DISTRICT_SEATS: Final = (
    PostSeat("head", PostKind.HEAD_OF_CRIME_PREVENTION, "Leder, kriminalpræventiv sektion, {place}",
         Sector.POLICE, frozenset({Competence.SAFETY, Competence.SSP_CRIME_PREVENTION}), "pet"),
    PostSeat("ihd", PostKind.INFOHOUSE_COORDINATOR_DISTRICT, "Infohus-tovholder, {place}",
         Sector.POLICE, _ADVICE, "infohus", INFOHOUSES),
    PostSeat("sspp", PostKind.SSP_COORDINATOR_POLICE, "SSP-koordinator, politi, {place}",
         Sector.POLICE, _SSP, "pet"),
    PostSeat("pspp", PostKind.PSP_COORDINATOR_POLICE, "PSP-koordinator, politi, {place}",
         Sector.POLICE, _PSP, "psp", PSP),
    PostSeat("kspp", PostKind.KSP_COORDINATOR_POLICE, "KSP-koordinator, politi, {place}",
         Sector.POLICE, frozenset({Competence.KSP}), "ksp", KSP),
    PostSeat("mail", PostKind.FUNCTIONAL_MAILBOX, "Funktionspostkasse, kriminalpræventiv sektion, "
         "{place}", Sector.POLICE, frozenset(), "pet"),
    PostSeat("duty", PostKind.DUTY_LINE, "Vagtcentral, {official}", Sector.POLICE, frozenset(),
         "emergency", hours=ALWAYS),
)
# fmt: on

SECTION_COORDINATORS: Final = ("ihd", "sspp", "pspp", "kspp")
"""The district seats that work under the head of the crime-preventive section."""


_PSYCHIATRIC_NAMES: Final = {
    PostKind.PSP_COORDINATOR_PSYCHIATRY: "PSP-koordinator, {}",
    PostKind.PSYCHIATRY_CONTACT: "Kontakt, {}",
    PostKind.FORENSIC_PSYCHIATRY_CONTACT: "Kontakt, retspsykiatri, {}",
}


def posts(denmark: Denmark) -> Iterator[Node]:
    """Yield 8 posts per municipality, 7 per district, 27 psychiatric, 15 probation, 15 national.

    Kriminalforsorgen has its directorate, the known departments, and a placeholder for each police
    district: which municipality belongs to which of its areas or departments is not published.
    """
    seats = [
        (seat, Tier.MUNICIPAL, place.code, place.name, place.official_name)
        for place in denmark.municipalities
        for seat in MUNICIPAL_SEATS
    ]
    seats += [
        (seat, Tier.DISTRICT, district.code, district.place, district.name)
        for district in denmark.districts
        for seat in DISTRICT_SEATS
    ]
    for seat, tier, code, name, official in seats:
        yield Actor(
            id=f"act-{seat.code}-{code}",
            kind=seat.kind,
            name=seat.name.format(place=name, official=official),
            tier=tier,
            sector=seat.sector,
            is_unit_only=seat.kind.is_unit_only,
            competences=seat.competences,
            hours=seat.hours,
            needs_deputy=seat.kind in KEY_POSTS,
            valid_from=seat.valid_from,
            source=seat.source,
        )
    for body in denmark.psychiatry:
        yield Actor(
            id=f"act-{body.id}",
            kind=body.post,
            name=_PSYCHIATRIC_NAMES[body.post].format(body.name),
            tier=Tier.REGIONAL,
            sector=Sector.PSYCHIATRY,
            competences=_PSP,
            hours=OFFICE_HOURS,
            source="psychiatry",
        )
    probation = partial(
        Actor,
        kind=PostKind.PROBATION_CONTACT,
        sector=Sector.PRISON_PROBATION,
        competences=frozenset({Competence.KSP, Competence.YOUTH_RELEASE}),
        hours=OFFICE_HOURS,
    )
    for body in (denmark.directorate, *denmark.departments):
        name = f"KSP-kontakt, {body.name}"
        yield probation(id=f"act-{body.id}", name=name, tier=body.tier, source="probation")
    for district in denmark.districts:
        name = f"KSP-kontakt, Kriminalforsorgen, {district.place}"
        yield probation(id=f"act-kf-{district.code}", name=name, tier=Tier.DISTRICT, source="model")
    for post in denmark.national_posts:
        yield Actor(
            id=f"act-{post.id}",
            kind=post.kind,
            name=post.name,
            tier=Tier.NATIONAL,
            sector=post.sector,
            is_unit_only=post.kind.is_unit_only,
            competences=frozenset(post.competences),
            hours=post.hours,
            valid_from=post.valid_from,
            source=post.origin,
        )


def probation_post_of(municipality: Municipality, denmark: Denmark) -> str:
    """The post of the KiF department named for the municipality, else the district's."""
    for body in denmark.departments:
        if body.seat == municipality.name:
            return f"act-{body.id}"
    return f"act-kf-{municipality.district}"
