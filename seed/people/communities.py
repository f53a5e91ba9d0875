"""The civil layer of the demo: communities, associations, mentors and parent coaches."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Final

from graph.model import (
    Actor,
    Area,
    BelongsTo,
    Coordinates,
    Covers,
    EscalatesTo,
    LiesIn,
    MemberOf,
    Network,
    Organization,
    RefersTo,
    Supports,
    id_of,
)
from graph.vocabulary import (
    AreaKind,
    Attendance,
    Competence,
    CoordinationFunction,
    LegalGate,
    NetworkKind,
    OrganizationKind,
    PostKind,
    PreventionLevel,
    Sector,
    SupportKind,
    Tier,
    Trigger,
    Visibility,
)
from seed.people import scenarios
from seed.people.builder import DEMO, Names, WorldBuilder, km_between, slug
from seed.people.staff import hire
from seed.structure.links import ALL_LEVELS, ESCALATION_LEVELS
from seed.structure.meetings import BY_NEED_STRENGTH, COORDINATION_STRENGTH, STANDING_STRENGTH
from seed.structure.referrals import ESCALATION_STRENGTH, REFERRAL_STRENGTH, SUPPORT_STRENGTH

TOWN_PARTS: Final = (
    ("mun-0751", "Aarhus Vest"), ("mun-0461", "Odense Nordøst"), ("mun-0101", "København Nordvest"),
    ("mun-0851", "Aalborg Øst"), ("mun-0561", "Esbjerg Nord"), ("mun-0730", "Randers Nord"),
    ("mun-0621", "Kolding Øst"), ("mun-0615", "Horsens Vest"), ("mun-0330", "Slagelse Syd"),
    ("mun-0316", "Holbæk Øst"), ("mun-0169", "Høje-Taastrup Øst"), ("mun-0217", "Helsingør Vest"),
)  # fmt: skip
"""Named by town part, never by housing estate."""
_KIND: Final = NetworkKind.DIALOGUE_FORUM
_SUPPORTED: Final = frozenset({PreventionLevel.CAPACITY_BUILDING, PreventionLevel.OUTREACH})
"""PET's support of a forum includes outreach, so that a path at that level can use it."""
_HOURS: Final = "MO-TH 11:00-19:00; FR 11:00-15:00"
_MEETS_EVERY_DAYS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCommunity:
    """A town part with its forum and its two posts."""

    municipality: str
    area: Area
    forum: Network
    worker: Actor
    housing: Actor


def communities(draft: WorldBuilder, names: Names) -> tuple[DemoCommunity, ...]:
    """All twelve, in the order of TOWN_PARTS."""
    return tuple(_community(draft, names, *part) for part in TOWN_PARTS)


def _community(draft: WorldBuilder, names: Names, municipality: str, name: str) -> DemoCommunity:
    area = _area(draft, draft.ground.area(municipality), name)
    forum = draft.add(
        Network(
            id=f"net-forum-{slug(name)}",
            kind=_KIND,
            name=f"Dialogforum {name}",
            gate=_KIND.gate,
            levels=_KIND.levels,
            meets_every_days=_MEETS_EVERY_DAYS,
            source=DEMO,
        )
    )
    draft.tie(Covers, forum.id, area.id)
    worker = _post(draft, names, municipality, area, PostKind.OUTREACH_WORKER)
    housing = _post(draft, names, municipality, area, PostKind.HOUSING_SOCIAL_COORDINATOR)
    _working_ties(draft, municipality, forum, worker)
    meet(draft, housing.id, forum)
    return DemoCommunity(
        municipality=municipality,
        area=area,
        forum=forum,
        worker=worker,
        housing=housing,
    )


def _area(draft: WorldBuilder, municipality: Area, name: str) -> Area:
    """Its center is the municipality's, since no outline of a town part is known."""
    area = draft.add(
        Area(
            id=f"com-{slug(name)}",
            kind=AreaKind.COMMUNITY,
            code=slug(name),
            name=name,
            lat=municipality.lat,
            lon=municipality.lon,
            source=DEMO,
        )
    )
    draft.tie(LiesIn, area.id, municipality.id)
    return area


_POSTS: Final = {
    PostKind.OUTREACH_WORKER: (
        "outreach",
        Sector.YOUTH,
        frozenset({Competence.CLUBS, Competence.YOUTH_GUIDANCE}),
    ),
    PostKind.HOUSING_SOCIAL_COORDINATOR: (
        "housing",
        Sector.HOUSING,
        frozenset({Competence.HOUSING_SOCIAL, Competence.SAFETY}),
    ),
}


def _post(
    draft: WorldBuilder, names: Names, municipality: str, area: Area, kind: PostKind
) -> Actor:
    code, sector, competences = _POSTS[kind]
    post = draft.add(
        Actor(
            id=f"act-{code}-{slug(area.name)}",
            kind=kind,
            name=f"{kind.label_da}, {area.name}",
            tier=Tier.COMMUNITY,
            sector=sector,
            competences=competences,
            hours=_HOURS,
            source=DEMO,
        )
    )
    draft.tie(BelongsTo, post.id, f"aut-{municipality}")
    draft.tie(Covers, post.id, area.id)
    hire(draft, names, post.id, [post])
    return post


def _working_ties(draft: WorldBuilder, municipality: str, forum: Network, worker: Actor) -> None:
    """Links from and to the municipal coordinator, to the forum, and support from PET."""
    house = draft.ground.seat(PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, municipality).id
    pet = next(post for post in draft.ground.posts if post.kind is PostKind.PET_OUTREACH)
    draft.tie(
        RefersTo,
        house,
        worker.id,
        gate=LegalGate.INTERNAL,
        levels=ALL_LEVELS,
        strength=REFERRAL_STRENGTH,
        trigger=Trigger.CONCERN,
    )
    draft.tie(
        EscalatesTo,
        worker.id,
        house,
        gate=LegalGate.INTERNAL,
        levels=ESCALATION_LEVELS,
        strength=ESCALATION_STRENGTH,
        trigger=Trigger.CONCERN,
    )
    draft.tie(
        Coordinates,
        worker.id,
        forum.id,
        gate=forum.gate,
        levels=forum.levels,
        strength=COORDINATION_STRENGTH,
        function=CoordinationFunction.COORDINATOR,
    )
    draft.tie(
        Supports,
        pet.id,
        forum.id,
        gate=LegalGate.GENERAL,
        levels=_SUPPORTED,
        strength=SUPPORT_STRENGTH,
        kind=SupportKind.ADVICE,
    )


def meet(
    draft: WorldBuilder, member: str, forum: Network, attendance: Attendance = Attendance.STANDING
) -> None:
    """Add a membership in a forum."""
    is_standing = attendance is Attendance.STANDING
    draft.tie(
        MemberOf,
        member,
        forum.id,
        gate=forum.gate,
        levels=forum.levels,
        strength=STANDING_STRENGTH if is_standing else BY_NEED_STRENGTH,
        attendance=attendance,
    )


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
"""Invented, like people's middle names."""
_MUNICIPAL: Final = (
    ("mun-0751", "Forældrelauget Rugsejlet"),
    ("mun-0461", "Ungelauget Lyngsejlet"),
    ("mun-0101", "Nabolauget Havresejlet"),
    ("mun-0851", "Frivilliglauget Tranesejlet"),
)


def organizations(
    draft: WorldBuilder, communities: Sequence[DemoCommunity]
) -> dict[str, tuple[Organization, ...]]:
    """Three for each community, by its area's id, and four that cover a municipality."""
    own_names = iter(_OWN_NAMES)
    sorts = cycle(_SORTS)
    found = {one.area.id: tuple(_local(draft, one, own_names, sorts)) for one in communities}
    for municipality, name in _MUNICIPAL:
        _organization(draft, OrganizationKind.NGO, name, name, municipality)
    return found


def _local(
    draft: WorldBuilder,
    community: DemoCommunity,
    own_names: Iterator[str],
    sorts: Iterator[tuple[OrganizationKind, str]],
) -> Iterator[Organization]:
    """The first two are standing members of the forum, the third attends by need."""
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


LENDERS: Final = 23
SEATS: Final = 100
_LANGUAGES: Final = ("ar", "tr", "fa", "ku", "ur", "bs", "pl", "de", "sv", "fr")
_LENT_SHARE: Final = 0.9
_MENTOR_HOURS: Final = "MO-FR 12:00-20:00"


def mentors(draft: WorldBuilder, names: Names) -> None:
    """Referrals from the corps coordinator to lending municipalities, and on to their mentors."""
    corps = next(node for node in draft.all(Network) if node.kind is NetworkKind.MENTOR_CORPS)
    coordinator = next(
        post for post in draft.ground.posts if post.kind is PostKind.CORPS_COORDINATOR
    )
    areas = lenders(draft)
    for number, area in enumerate(areas):
        house = draft.ground.seat(PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, area.id)
        _refer(draft, coordinator.id, house.id, LegalGate.INFOHOUSE)
        count = SEATS // LENDERS + (number < SEATS % LENDERS)
        for post in _seats(draft, area, count):
            _refer(draft, house.id, post.id, LegalGate.INTERNAL)
            _lend(draft, names, area, post, corps)


def lenders(draft: WorldBuilder) -> list[Area]:
    """The three of story 8, then the most populous; never Silkeborg, which has to borrow."""
    fixed = [draft.ground.area(area) for area in scenarios.BORROWED_LANGUAGES]
    by_size = sorted(draft.ground.municipalities, key=lambda area: -(area.population or 0))
    others = [one for one in by_size if one not in fixed and one.id != scenarios.SILKEBORG]
    return [*fixed, *others[: LENDERS - len(fixed)]]


def _seats(draft: WorldBuilder, area: Area, count: int) -> Iterator[Actor]:
    """All but one are mentors; the last is the parent coach."""
    for number in range(1, count + 1):
        is_coach = number == count
        kind = PostKind.PARENT_COACH if is_coach else PostKind.MENTOR
        help_with = Competence.PARENT_COACHING if is_coach else Competence.MENTORING
        code, title = ("coach", "Forældrecoach") if is_coach else ("mentor", f"Mentor {number}")
        suffix = area.code if is_coach else f"{area.code}-{number}"
        post = draft.add(
            Actor(
                id=f"act-{code}-{suffix}",
                kind=kind,
                name=f"{title}, {area.name}",
                tier=Tier.MUNICIPAL,
                sector=Sector.SOCIAL_SERVICES,
                competences=frozenset({help_with}),
                hours=_MENTOR_HOURS,
                source=DEMO,
            )
        )
        draft.tie(BelongsTo, post.id, f"aut-{area.id}")
        yield post


def _lend(draft: WorldBuilder, names: Names, area: Area, post: Actor, corps: Network) -> None:
    """The first mentor of the story's places speaks the language sought, and is lendable."""
    stream = draft.stream(f"mentor {post.id}")
    is_asked_for = area.id in scenarios.BORROWED_LANGUAGES and post.id.endswith("-1")
    person = hire(draft, names, post.id, [post])
    asked_for = {scenarios.BORROWED_LANGUAGES[area.id]} if is_asked_for else set[str]()
    languages = asked_for or _spoken(draft, area, stream)
    visibility = Visibility.NETWORK if is_asked_for else person.visibility
    draft.swap(replace(person, languages=person.languages | languages, visibility=visibility))
    draft.tie(
        MemberOf,
        post.id,
        corps.id,
        gate=corps.gate,
        levels=corps.levels,
        strength=STANDING_STRENGTH,
        attendance=Attendance.STANDING,
        is_lendable=is_asked_for or stream.random() < _LENT_SHARE,
    )


def _spoken(draft: WorldBuilder, area: Area, stream: random.Random) -> set[str]:
    """Somali and Ukrainian are offered only beyond the distance of Silkeborg's need."""
    is_near = km_between(area, draft.ground.area(scenarios.SILKEBORG)) <= scenarios.BORROW_WITHIN_KM
    offered = _LANGUAGES if is_near else (*_LANGUAGES, *scenarios.BORROWED_LANGUAGES.values())
    return {stream.choice(offered)} if stream.random() < 0.6 else set()


def _refer(draft: WorldBuilder, sender: str, receiver: str, gate: LegalGate) -> None:
    draft.tie(
        RefersTo,
        sender,
        receiver,
        gate=gate,
        levels=ALL_LEVELS,
        strength=REFERRAL_STRENGTH,
        trigger=Trigger.CONCERN,
    )
