"""The civil layer of the demo: communities, associations, mentors and parent coaches."""

from collections import defaultdict
from collections.abc import Sequence
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
from seed.people.builder import DEMO, NameGenerator, WorldBuilder, km_between, slug
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


@dataclass(frozen=True, slots=True)
class DemoCommunity:
    """A town part with its forum and its two posts."""

    municipality: str
    area: Area
    forum: Network
    worker: Actor
    housing: Actor


def communities(draft: WorldBuilder, names: NameGenerator) -> tuple[DemoCommunity, ...]:
    """Add and return the twelve communities, in the order of TOWN_PARTS."""
    pet = next(post for post in draft.ground.posts if post.kind is PostKind.PET_OUTREACH)
    demo_communities: list[DemoCommunity] = []
    for municipality, name in TOWN_PARTS:
        around = draft.ground.area(municipality)
        area = draft.add(
            Area(
                id=f"com-{slug(name)}",
                kind=AreaKind.COMMUNITY,
                code=slug(name),
                name=name,
                lat=around.lat,  # no outline of a town part is known
                lon=around.lon,
                source=DEMO,
            )
        )
        draft.tie(LiesIn, area.id, municipality)
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
        house = draft.ground.seat(PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, municipality)
        _refer(draft, house.id, worker.id, LegalGate.INTERNAL)
        draft.tie(
            EscalatesTo,
            worker.id,
            house.id,
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
        meet(draft, housing.id, forum)
        demo_communities.append(DemoCommunity(municipality, area, forum, worker, housing))
    return tuple(demo_communities)


def _post(
    draft: WorldBuilder, names: NameGenerator, municipality: str, area: Area, kind: PostKind
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


def meet(
    draft: WorldBuilder,
    member: str,
    network: Network,
    attendance: Attendance = Attendance.STANDING,
    *,
    is_lendable: bool = False,
) -> None:
    """Add a membership in a network."""
    is_standing = attendance is Attendance.STANDING
    draft.tie(
        MemberOf,
        member,
        network.id,
        gate=network.gate,
        levels=network.levels,
        strength=STANDING_STRENGTH if is_standing else BY_NEED_STRENGTH,
        attendance=attendance,
        is_lendable=is_lendable,
    )


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
) -> dict[str, list[Organization]]:
    """Add three for each community, returned by its area's id, and four for municipalities.

    The first two are standing members of the forum, the third attends by need.
    """
    own_names, sorts = iter(_OWN_NAMES), cycle(_SORTS)
    by_area: defaultdict[str, list[Organization]] = defaultdict(list)
    for community in communities:
        for attendance in (Attendance.STANDING, Attendance.STANDING, Attendance.BY_NEED):
            (kind, pattern), own_name, area = next(sorts), next(own_names), community.area.id
            name = pattern.format(own_name)
            organization = _organization(draft, kind, name, own_name, area)
            meet(draft, organization.id, community.forum, attendance)
            by_area[area].append(organization)
    for municipality, name in _MUNICIPAL:
        _organization(draft, OrganizationKind.NGO, name, name, municipality)
    return by_area


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
_SPEAK_ANOTHER: Final = 0.6
_MENTOR_HOURS: Final = "MO-FR 12:00-20:00"


def mentors(draft: WorldBuilder, names: NameGenerator) -> None:
    """Add mentors, and referrals from the corps coordinator to lenders and on to their mentors.

    The last post of each municipality is its parent coach. The first mentor of the story's places
    speaks the language sought, and is lendable; Somali and Ukrainian are otherwise offered only
    beyond the distance of Silkeborg's need.
    """
    ground, borrowed = draft.ground, scenarios.BORROWED_LANGUAGES
    corps = next(node for node in draft.all(Network) if node.kind is NetworkKind.MENTOR_CORPS)
    coordinator = next(post for post in ground.posts if post.kind is PostKind.CORPS_COORDINATOR)
    silkeborg = ground.area(scenarios.SILKEBORG)
    for rank, area in enumerate(lenders(draft)):
        house = ground.seat(PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, area.id)
        _refer(draft, coordinator.id, house.id, LegalGate.INFOHOUSE)
        is_near = km_between(area, silkeborg) <= scenarios.BORROW_WITHIN_KM
        offered = _LANGUAGES if is_near else (*_LANGUAGES, *borrowed.values())
        count = SEATS // LENDERS + (rank < SEATS % LENDERS)
        for number in range(1, count + 1):
            if number == count:
                code, title, kind = f"coach-{area.code}", "Forældrecoach", PostKind.PARENT_COACH
                competence = Competence.PARENT_COACHING
            else:
                code, title = f"mentor-{area.code}-{number}", f"Mentor {number}"
                kind, competence = PostKind.MENTOR, Competence.MENTORING
            post = draft.add(
                Actor(
                    id=f"act-{code}",
                    kind=kind,
                    name=f"{title}, {area.name}",
                    tier=Tier.MUNICIPAL,
                    sector=Sector.SOCIAL_SERVICES,
                    competences=frozenset({competence}),
                    hours=_MENTOR_HOURS,
                    source=DEMO,
                )
            )
            draft.tie(BelongsTo, post.id, f"aut-{area.id}")
            _refer(draft, house.id, post.id, LegalGate.INTERNAL)
            person, stream = hire(draft, names, post.id, [post]), draft.stream(f"mentor {post.id}")
            is_borrowed = area.id in borrowed and number == 1
            if is_borrowed:
                person = replace(person, visibility=Visibility.NETWORK)
                languages = {borrowed[area.id]}
            else:
                languages = {stream.choice(offered)} if stream.random() < _SPEAK_ANOTHER else {"da"}
            draft.swap(replace(person, languages=person.languages | languages))
            is_lendable = is_borrowed or stream.random() < _LENT_SHARE
            meet(draft, post.id, corps, is_lendable=is_lendable)


def lenders(draft: WorldBuilder) -> list[Area]:
    """The lenders: the three of story 8, then the most populous; not Silkeborg, which borrows."""
    fixed = [draft.ground.area(area) for area in scenarios.BORROWED_LANGUAGES]
    by_size = sorted(draft.ground.municipalities, key=lambda area: -(area.population or 0))
    others = [area for area in by_size if area not in fixed and area.id != scenarios.SILKEBORG]
    return [*fixed, *others[: LENDERS - len(fixed)]]
