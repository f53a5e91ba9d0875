"""Where the civil layer is: 12 communities, each with a forum and two posts."""

from dataclasses import dataclass
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
    RefersTo,
    Supports,
)
from graph.vocabulary import (
    AreaKind,
    Attendance,
    Competence,
    CoordinationFunction,
    LegalGate,
    NetworkKind,
    PostKind,
    PreventionLevel,
    Sector,
    SupportKind,
    Tier,
    Trigger,
)
from seed.people.builder import DEMO, WorldBuilder
from seed.people.meetings import BY_NEED_STRENGTH, COORDINATION_STRENGTH, STANDING_STRENGTH
from seed.people.names import Names, slug
from seed.people.staff import hire
from seed.structure.links import ALL_LEVELS, ESCALATION_LEVELS
from seed.structure.referrals import ESCALATION_STRENGTH, REFERRAL_STRENGTH
from seed.structure.support import SUPPORT_STRENGTH

TOWN_PARTS: Final = (
    ("mun-0751", "Aarhus Vest"), ("mun-0461", "Odense Nordøst"), ("mun-0101", "København Nordvest"),
    ("mun-0851", "Aalborg Øst"), ("mun-0561", "Esbjerg Nord"), ("mun-0730", "Randers Nord"),
    ("mun-0621", "Kolding Øst"), ("mun-0615", "Horsens Vest"), ("mun-0330", "Slagelse Syd"),
    ("mun-0316", "Holbæk Øst"), ("mun-0169", "Høje-Taastrup Øst"), ("mun-0217", "Helsingør Vest"),
)  # fmt: skip
"""Named by town part, never by housing estate."""
_KIND: Final = NetworkKind.DIALOGUE_FORUM
_SUPPORTED: Final = frozenset({PreventionLevel.CAPACITY_BUILDING, PreventionLevel.OUTREACH})
"""PET's help to a forum is outreach too, or nobody could follow it into one at that level."""
_HOURS: Final = "MO-TH 11:00-19:00; FR 11:00-15:00"
_MEETS_EVERY_DAYS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A town part with its forum and its two posts."""

    municipality: str
    area: Area
    forum: Network
    worker: Actor
    housing: Actor


def communities(draft: WorldBuilder, names: Names) -> tuple[Community, ...]:
    """All twelve, in the order of TOWN_PARTS."""
    return tuple(_community(draft, names, *part) for part in TOWN_PARTS)


def _community(draft: WorldBuilder, names: Names, municipality: str, name: str) -> Community:
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
    return Community(
        municipality=municipality,
        area=area,
        forum=forum,
        worker=worker,
        housing=housing,
    )


def _area(draft: WorldBuilder, municipality: Area, name: str) -> Area:
    """Its center is the municipality's: no outline of a town part is claimed."""
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
    """Down from the municipal coordinator and back, into the forum, and help from PET."""
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
    """Somebody takes part in a forum."""
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
