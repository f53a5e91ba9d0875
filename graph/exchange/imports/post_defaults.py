"""Default fields of the posts that an import creates, by kind, and their roles in networks.

They equal those of the structure of Denmark that the seed loads.
"""

from collections.abc import Collection, Mapping
from typing import Final

from graph.vocabulary import (
    Attendance,
    Competence,
    CoordinationFunction,
    NetworkKind,
    PostKind,
    Sector,
    Tier,
)

_SSP: Final = frozenset({Competence.SSP, Competence.SSP_CRIME_PREVENTION})
_PSP: Final = frozenset({Competence.PSP, Competence.PSP_INQUIRIES})
_ADVICE: Final = frozenset({Competence.EXTREMISM_ADVICE, Competence.ASSESSMENT_TOOL})

SECTORS: Final[Mapping[PostKind, Sector]] = {
    PostKind.SSP_COORDINATOR: Sector.YOUTH,
    PostKind.SSP_SCHOOL_CONTACT: Sector.SCHOOL,
    PostKind.OUTREACH_WORKER: Sector.YOUTH,
    PostKind.HOUSING_SOCIAL_COORDINATOR: Sector.HOUSING,
    PostKind.INFOHOUSE_COORDINATOR_POLICE: Sector.POLICE,
    PostKind.INFOHOUSE_COORDINATOR_DISTRICT: Sector.POLICE,
    PostKind.HEAD_OF_CRIME_PREVENTION: Sector.POLICE,
    PostKind.SSP_COORDINATOR_POLICE: Sector.POLICE,
    PostKind.PSP_COORDINATOR_POLICE: Sector.POLICE,
    PostKind.KSP_COORDINATOR_POLICE: Sector.POLICE,
    PostKind.PSP_COORDINATOR_PSYCHIATRY: Sector.PSYCHIATRY,
    PostKind.PSYCHIATRY_CONTACT: Sector.PSYCHIATRY,
    PostKind.FORENSIC_PSYCHIATRY_CONTACT: Sector.PSYCHIATRY,
    PostKind.PROBATION_CONTACT: Sector.PRISON_PROBATION,
    PostKind.DUTY_LINE: Sector.POLICE,
    PostKind.SOCIAL_DUTY_LINE: Sector.SOCIAL_SERVICES,
}
"""Any other kind has the sector of its authority."""
COMPETENCES: Final[Mapping[PostKind, frozenset[Competence]]] = {
    PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL: _ADVICE | {Competence.MENTORING},
    PostKind.INFOHOUSE_COORDINATOR_POLICE: _ADVICE | {Competence.SAFETY},
    PostKind.INFOHOUSE_COORDINATOR_DISTRICT: _ADVICE,
    PostKind.HEAD_OF_CRIME_PREVENTION: frozenset(
        {Competence.SAFETY, Competence.SSP_CRIME_PREVENTION}
    ),
    PostKind.SSP_COORDINATOR: _SSP | {Competence.SSP_INDIVIDUAL, Competence.YOUTH_CRIME},
    PostKind.SSP_COORDINATOR_POLICE: _SSP,
    PostKind.SSP_SCHOOL_CONTACT: _SSP,
    PostKind.PSP_COORDINATOR_MUNICIPAL: _PSP,
    PostKind.PSP_COORDINATOR_POLICE: _PSP,
    PostKind.PSP_COORDINATOR_PSYCHIATRY: _PSP,
    PostKind.KSP_COORDINATOR_POLICE: frozenset({Competence.KSP}),
    PostKind.RELEASE_CONTACT: frozenset({Competence.KSP, Competence.YOUTH_RELEASE}),
    PostKind.PROBATION_CONTACT: frozenset({Competence.KSP, Competence.YOUTH_RELEASE}),
    PostKind.SOCIAL_INTAKE: frozenset(
        {Competence.NOTIFICATION, Competence.FAMILY_COUNSELING, Competence.SUPPORT_PERSON}
    ),
    PostKind.HOUSING_SOCIAL_COORDINATOR: frozenset({Competence.HOUSING_SOCIAL}),
}
SEVERAL: Final = frozenset(
    {
        PostKind.SSP_SCHOOL_CONTACT, PostKind.OUTREACH_WORKER, PostKind.HOUSING_SOCIAL_COORDINATOR,
        PostKind.MENTOR, PostKind.PARENT_COACH, PostKind.CDE_ADVISER, PostKind.PSYCHIATRY_CONTACT,
        PostKind.FUNCTIONAL_MAILBOX, PostKind.PROBATION_CONTACT,
    }
)  # fmt: skip
"""Kinds of which an authority has several posts, distinguished by unit."""
_P, _N = PostKind, NetworkKind
COORDINATED: Final[Mapping[tuple[PostKind, NetworkKind], CoordinationFunction]] = {
    (_P.SSP_COORDINATOR, _N.SSP): CoordinationFunction.COORDINATOR,
    (_P.SSP_COORDINATOR_POLICE, _N.SSP): CoordinationFunction.DISTRICT,
    (_P.PSP_COORDINATOR_MUNICIPAL, _N.PSP_OPERATIONAL): CoordinationFunction.COORDINATOR,
    (_P.PSP_COORDINATOR_POLICE, _N.PSP_OPERATIONAL): CoordinationFunction.DISTRICT,
    (_P.RELEASE_CONTACT, _N.KSP): CoordinationFunction.COORDINATOR,
    (_P.KSP_COORDINATOR_POLICE, _N.KSP): CoordinationFunction.DISTRICT,
    (_P.INFOHOUSE_COORDINATOR_MUNICIPAL, _N.INFOHOUSE_MUNICIPALITY):
        CoordinationFunction.COORDINATOR,
    (_P.INFOHOUSE_COORDINATOR_POLICE, _N.INFOHOUSE_MUNICIPALITY):
        CoordinationFunction.COORDINATOR,
    (_P.SSP_COORDINATOR, _N.LOCAL_COUNCIL): CoordinationFunction.SECRETARIAT,
    (_P.INFOHOUSE_COORDINATOR_DISTRICT, _N.INFOHOUSE_NETWORK): CoordinationFunction.COORDINATOR,
    (_P.PSP_COORDINATOR_POLICE, _N.PSP_STEERING): CoordinationFunction.COORDINATOR,
    (_P.HEAD_OF_CRIME_PREVENTION, _N.DISTRICT_COUNCIL): CoordinationFunction.SECRETARIAT,
}  # fmt: skip
"""The networks that a post of a kind coordinates; of any other it is a member."""
BY_NEED: Final = frozenset(
    {
        (_P.RELEASE_CONTACT, _N.SSP),
        (_P.INFOHOUSE_COORDINATOR_POLICE, _N.KSP),
        (_P.SSP_SCHOOL_CONTACT, _N.INFOHOUSE_MUNICIPALITY),
        (_P.RELEASE_CONTACT, _N.INFOHOUSE_MUNICIPALITY),
        (_P.PSYCHIATRY_CONTACT, _N.INFOHOUSE_MUNICIPALITY),
        (_P.PSP_COORDINATOR_PSYCHIATRY, _N.INFOHOUSE_MUNICIPALITY),
        (_P.PSP_COORDINATOR_PSYCHIATRY, _N.INFOHOUSE_NETWORK),
        (_P.PROBATION_CONTACT, _N.INFOHOUSE_MUNICIPALITY),
        (_P.PROBATION_CONTACT, _N.INFOHOUSE_NETWORK),
    }
)
COORDINATION_STRENGTH: Final = 0.9
DOOR_STRENGTH: Final = 0.8
STRENGTHS: Final = {Attendance.STANDING: 0.7, Attendance.BY_NEED: 0.4}
WIDER: Final[Mapping[NetworkKind, NetworkKind]] = {
    _N.PSP_OPERATIONAL: _N.PSP_STEERING,
    _N.INFOHOUSE_MUNICIPALITY: _N.INFOHOUSE_NETWORK,
}
"""The network that a police district's list means by the name of a municipality's network."""
_BY_SECTOR: Final[Mapping[PostKind, Mapping[Sector, PostKind]]] = {
    _P.SSP_COORDINATOR: {Sector.POLICE: _P.SSP_COORDINATOR_POLICE},
    _P.INFOHOUSE_COORDINATOR_MUNICIPAL: {Sector.POLICE: _P.INFOHOUSE_COORDINATOR_DISTRICT},
    _P.PSP_COORDINATOR_MUNICIPAL: {
        Sector.POLICE: _P.PSP_COORDINATOR_POLICE,
        Sector.PSYCHIATRY: _P.PSP_COORDINATOR_PSYCHIATRY,
    },
}


def kind_at(kind: PostKind, sector: Sector, tier: Tier) -> PostKind:
    """Return the kind that a word means at an authority of a sector and tier.

    An SSP coordinator at the police is the police's.
    """
    other = _BY_SECTOR.get(kind, {}).get(sector)
    return other if other is not None and tier in other.tiers else kind


def tier_of(tiers: Collection[Tier], authority: Tier) -> Tier | None:
    """Return the tier of a post at an authority: the authority's, or COMMUNITY; None: neither.

    `tiers` are those of the kind of post.
    """
    if authority in tiers:
        return authority
    if authority is Tier.MUNICIPAL and Tier.COMMUNITY in tiers:
        return Tier.COMMUNITY
    return None


def post_name(label: str, place: str, unit: str | None) -> str:
    """Return the name of a new post: its kind, its unit and the place, never a person."""
    label = label.removesuffix(", kommune")
    return ", ".join(part for part in (label, unit, place) if part)
