"""Deliberate defects of the demo: vacant, doubled and stale posts, old checks, due plans.

The shares hold over all hops, including those fixed by the stories.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from graph.model import (
    Actor,
    Coordinates,
    DeputizesFor,
    DoorOpenerFor,
    Holds,
    HopLink,
    Knows,
    MemberOf,
    Organization,
    Person,
    Plan,
    months_later,
)
from graph.vocabulary import FRESH_DAYS, STALE_DAYS, Freshness, PlanKind, PostKind
from seed.people import scenarios
from seed.people.builder import WorldBuilder

_SSP, _SCHOOL = PostKind.SSP_COORDINATOR, PostKind.SSP_SCHOOL_CONTACT
VACANT: Final = {
    PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL: 11,
    PostKind.INFOHOUSE_COORDINATOR_POLICE: 4,
    PostKind.PSP_COORDINATOR_MUNICIPAL: 5,
    PostKind.RELEASE_CONTACT: 3,
}
DOUBLED: Final = 5
LEAVING: Final = 11
ON_LEAVE: Final = 8
_LEFT_DAYS: Final = (20, 120)
_LEAVE_DAYS: Final = (6, 85)  # "within 90 days"
_SECOND_SINCE_DAYS: Final = 50
_BORNHOLM: Final = "mun-0400"  # its officer's many posts are a defect already
_ALONE_ON_ISLAND: Final = 5  # a holder of this many posts is a defect already
SHARES: Final[Mapping[Freshness, int]] = {
    Freshness.FRESH: 74,
    Freshness.STALE: 16,
    Freshness.EXPIRED: 7,
    Freshness.NEVER: 3,
}
_DAYS: Final = {
    Freshness.FRESH: (0, FRESH_DAYS),
    Freshness.STALE: (FRESH_DAYS + 1, STALE_DAYS),
    Freshness.EXPIRED: (STALE_DAYS + 1, 900),  # after the youngest part of the structure began
}
DUE_WITHIN_A_YEAR: Final = 9
_PLAN_MONTHS: Final = 48  # barnets lov § 15(3): four years at most
_SOON_DAYS, _LATER_DAYS = (30, 360), (400, 1_400)
_AGREED_DAYS: Final = (60, 2_500)


def data_gaps(draft: WorldBuilder) -> None:
    """Add all four kinds of defects, no two in one place and none in a place of a story."""
    spoilt = {*scenarios.PLACES, _BORNHOLM}
    spoilt |= _vacate(draft, spoilt)
    spoilt |= _double(draft, spoilt)
    # All posts of eleven people end within 90 days; those of the one on Læsø on 1 February 2027.
    stream, alone = draft.stream("leaving"), _holds(draft, _SSP, scenarios.LAESOE).source_id
    days = {alone: -scenarios.LAESOE_LEAVES_DAYS}
    lot = stream.sample(_people(draft, spoilt), LEAVING - 1)
    days |= {person: stream.randint(*_LEAVE_DAYS) for person in lot}
    for link in draft.ties(Holds):
        if link.source_id in days:
            draft.swap(replace(link, valid_to=draft.days_ago(-days[link.source_id])))
    # Thisted's release contact is absent until 7 December, and seven others.
    stream, away = (
        draft.stream("on leave"),
        _holds(draft, PostKind.RELEASE_CONTACT, scenarios.THISTED).source_id,
    )
    periods: dict[str, tuple[int, int]] = {away: scenarios.RELEASE_AWAY_DAYS}
    free = [person for person in _people(draft, spoilt) if person not in days]
    for person_id in stream.sample(free, ON_LEAVE - 1):
        periods[person_id] = (stream.randint(1, 14), -stream.randint(3, 40))
    for person_id, (since, until) in periods.items():
        person = draft.nodes[person_id]
        if isinstance(person, Person):
            away_from, away_to = draft.days_ago(since), draft.days_ago(until)
            draft.swap(replace(person, absent_from=away_from, absent_to=away_to))


def _holds(draft: WorldBuilder, kind: PostKind, area_id: str) -> Holds:
    post = draft.ground.seat(kind, area_id)
    return next(link for link in draft.ties(Holds) if link.target_id == post.id)


def _vacate(draft: WorldBuilder, spoilt: set[str]) -> set[str]:
    """Vacate 23 posts whose holder has one to three others; return the areas drawn."""
    ground = draft.ground
    holds = [link for link in draft.ties(Holds) if link.target_id in ground.areas]
    posts = Counter(link.source_id for link in draft.ties(Holds))
    vacant = [_holds(draft, PostKind.INFOHOUSE_COORDINATOR_POLICE, scenarios.SKANDERBORG)]
    areas: set[str] = set()
    for kind, count in VACANT.items():
        seats = [
            link
            for link in holds
            if draft.post(link.target_id).kind is kind
            and 1 < posts[link.source_id] < _ALONE_ON_ISLAND
            and ground.areas[link.target_id][0] not in spoilt | areas
        ]
        others = count - 1 if kind is PostKind.INFOHOUSE_COORDINATOR_POLICE else count
        lot = draft.stream(f"vacant {kind}").sample(seats, others)
        areas |= {ground.areas[link.target_id][0] for link in lot}
        vacant += lot
    for link in vacant:
        days = draft.stream(f"left {link.target_id}").randint(*_LEFT_DAYS)
        draft.swap(replace(link, valid_to=draft.days_ago(days)))
    return areas


def _double(draft: WorldBuilder, spoilt: set[str]) -> set[str]:
    """Let Hedensted's info house coordinator and four drawn SSP coordinators have two holders."""
    seat = draft.ground.seat
    holder = {link.target_id: link.source_id for link in draft.ties(Holds)}
    large = [
        area.id
        for area in draft.ground.municipalities
        if area.id not in spoilt
        and holder[seat(_SSP, area.id).id] != holder[seat(_SCHOOL, area.id).id]
    ]
    lot = draft.stream("doubled").sample(large, DOUBLED - 1)
    seats = [(_SSP, _SCHOOL, area) for area in lot]
    seats.append((PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, _SSP, scenarios.HEDENSTED))
    for kind, other, area in seats:
        person, post = holder[seat(other, area).id], seat(kind, area).id
        draft.tie(Holds, person, post, valid_from=draft.days_ago(_SECOND_SINCE_DAYS))
    return set(lot)


def _people(draft: WorldBuilder, spoilt: set[str]) -> list[str]:
    """Holders in unspoilt municipalities or in psychiatry who deputize for nobody, by id."""
    deputizing = {link.source_id for link in draft.ties(DeputizesFor)}
    people = {
        link.source_id
        for link in draft.ties(Holds)
        if link.target_id in draft.ground.areas
        and not draft.ground.is_police(link.target_id)
        and (areas := draft.ground.areas[link.target_id])
        and areas[0] not in spoilt
        and areas[0].startswith(("mun-", "reg-"))
    }
    return sorted(people - deputizing)


def checks(draft: WorldBuilder) -> None:
    """Set the verification date of all hops that have none yet."""
    # Outreach workers check for civilians and associations.
    verifiers = {link.target_id: link.source_id for link in reversed(draft.ties(DoorOpenerFor))}
    coordinators = {link.target_id: link.source_id for link in draft.ties(Coordinates)}
    for link in draft.ties(MemberOf):
        if isinstance(draft.nodes[link.source_id], Organization):
            verifiers[link.source_id] = coordinators[link.target_id]
    by_ends = {(hop.type, hop.source_id, hop.target_id): hop for hop in draft.ties(HopLink)}
    for ends, days in scenarios.CHECKED_DAYS.items():
        _check(draft, by_ends[ends], days, verifiers)
        draft.pinned.add(by_ends[ends].id)
    all_hops = sorted(draft.ties(HopLink), key=lambda hop: hop.id)
    apart = [hop for hop in all_hops if _is_drawn_apart(draft, hop)]
    others = [hop for hop in all_hops if not _is_drawn_apart(draft, hop)]
    for name, hops in (("checks", others), ("checks of lines", apart)):
        quota = Counter(shares_of(len(hops)))
        quota.subtract(freshness(draft, hop) for hop in hops if hop.id in draft.pinned)
        deck = sorted(quota.elements())
        stream = draft.stream(name)
        stream.shuffle(deck)
        undated = (hop for hop in hops if hop.id not in draft.pinned)
        for hop, state in zip(undated, deck, strict=True):
            if state is not Freshness.NEVER:
                _check(draft, hop, stream.randint(*_DAYS[state]), verifiers)


def _is_drawn_apart(draft: WorldBuilder, hop: HopLink) -> bool:
    """Whether a hop has checks of its own stream: so it moves those of no other hop."""
    source, target = draft.nodes[hop.source_id], draft.nodes[hop.target_id]
    if not isinstance(source, Actor) or not isinstance(target, Actor):
        return False
    district = PostKind.INFOHOUSE_COORDINATOR_DISTRICT
    return source.kind is PostKind.SOCIAL_DUTY_LINE or source.kind is target.kind is district


def shares_of(total: int) -> dict[Freshness, int]:
    """How many of `total` hops are in each state; the rounding remainder is fresh."""
    counts = {state: round(total * share / 100) for state, share in SHARES.items()}
    counts[Freshness.FRESH] += total - sum(counts.values())
    return counts


def freshness(draft: WorldBuilder, hop: HopLink) -> Freshness:
    """The freshness of a hop today."""
    return Freshness.of((draft.today - hop.verified_on).days if hop.verified_on else None)


def _check(draft: WorldBuilder, hop: HopLink, days: int, verifiers: Mapping[str, str]) -> None:
    """Set the verification by the post at the source, of an acquaintance by its declarer."""
    by = hop.declared_by if isinstance(hop, Knows) else verifiers.get(hop.source_id, hop.source_id)
    draft.swap(replace(hop, verified_on=draft.days_ago(days), verified_by=by))


def plan_dates(draft: WorldBuilder) -> None:
    """Set the dates of all plans; only those of the duty to plan have a due date."""
    stream, plans = draft.stream("plans"), draft.all(Plan)
    quiet = {f"plan-prep-{place.removeprefix('mun-')}" for place in scenarios.PLACES}
    duties = [plan.id for plan in plans if plan.kind is PlanKind.PREPAREDNESS_PLAN]
    soon = set(stream.sample([plan for plan in duties if plan not in quiet], DUE_WITHIN_A_YEAR))
    for plan in plans:
        if plan.kind is PlanKind.PREPAREDNESS_PLAN:
            days = stream.randint(*(_SOON_DAYS if plan.id in soon else _LATER_DAYS))
            adopted_on = months_later(draft.today + timedelta(days=days), -_PLAN_MONTHS)
            due_on = months_later(adopted_on, _PLAN_MONTHS)  # 29 February is adopted on the 28th
            draft.swap(replace(plan, adopted_on=adopted_on, due_on=due_on))
        else:
            draft.swap(replace(plan, adopted_on=draft.days_ago(stream.randint(*_AGREED_DAYS))))
