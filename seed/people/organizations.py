"""Which associations there are: 40 made-up ones, three to a community."""

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Final

from graph.model import Covers, Organization, id_of
from graph.vocabulary import Attendance, OrganizationKind
from seed.people.builder import DEMO, WorldBuilder
from seed.people.communities import Community, meet
from seed.people.names import slug

_SORTS: Final = (
    (OrganizationKind.SPORTS_CLUB, "Boldklubben {}"),
    (OrganizationKind.ASSOCIATION, "Foreningen {}"),
    (OrganizationKind.HOUSING_ORGANIZATION, "Boligforeningen {}"),
    (OrganizationKind.NGO, "Ungenetværket {}"),
    (OrganizationKind.SPORTS_CLUB, "Bokseklubben {}"),
    (OrganizationKind.FAITH_COMMUNITY, "Trossamfundet {}"),
    (OrganizationKind.ASSOCIATION, "Kvarterhuset {}"),
    (OrganizationKind.SCHOOL, "Aftenskolen {}"),
)
_OWN_NAMES: Final = (
    "Vindrosen", *(
        f"{first}{last}"
        for last in ("rosen", "broen", "hjulet")
        for first in (
            "Rug", "Lyng", "Havre", "Trane", "Pile", "Sejl", "Mose", "Fyr", "Svale", "Bølge",
            "Kløver", "Hassel",
        )
    ),
)  # fmt: skip
"""Made up, as people's middle names are."""
_MUNICIPAL: Final = (
    ("mun-0751", "Forældrelauget Rugsejlet"),
    ("mun-0461", "Ungelauget Lyngsejlet"),
    ("mun-0101", "Nabolauget Havresejlet"),
    ("mun-0851", "Frivilliglauget Tranesejlet"),
)


def organizations(
    draft: WorldBuilder, communities: Sequence[Community]
) -> dict[str, tuple[Organization, ...]]:
    """Three a community, by its area's id, and four that work in a whole municipality."""
    own_names = iter(_OWN_NAMES)
    sorts = cycle(_SORTS)
    found = {one.area.id: tuple(_local(draft, one, own_names, sorts)) for one in communities}
    for municipality, name in _MUNICIPAL:
        _organization(draft, OrganizationKind.NGO, name, name, municipality)
    return found


def _local(
    draft: WorldBuilder,
    community: Community,
    own_names: Iterator[str],
    sorts: Iterator[tuple[OrganizationKind, str]],
) -> Iterator[Organization]:
    """The first two meet in the forum, the third is asked when needed."""
    for attendance in (Attendance.STANDING, Attendance.STANDING, Attendance.BY_NEED):
        (kind, pattern), own_name = next(sorts), next(own_names)
        name = pattern.format(own_name)
        organization = _organization(draft, kind, name, own_name, community.area.id)
        meet(draft, organization.id, community.forum, attendance)
        yield organization


def _organization(
    draft: WorldBuilder, kind: OrganizationKind, name: str, own_name: str, area_id: str
) -> Organization:
    organization = draft.add(
        Organization(
            id=id_of(DEMO, "organization", own_name),
            kind=kind,
            name=name,
            website=f"https://{slug(own_name)}.example",
            source=DEMO,
        )
    )
    draft.tie(Covers, organization.id, area_id)
    return organization
