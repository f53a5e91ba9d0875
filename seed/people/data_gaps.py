"""Deliberate defects of the demo: vacant, doubled and stale posts, old checks, due plans.

Source of the numbers and shares: domain.md §6.2; the shares hold over all hops, including those
fixed by the stories.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from graph.model import (
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


def data_gaps(draft: WorldBuilder) -> None:
    """Add all four kinds of defects, no two in one place and none in a place of a story."""
    spoilt = _vacate(draft, {*scenarios.PLACES, _BORNHOLM})
    spoilt |= _double(draft, spoilt)
    leaving = _leave(draft, spoilt)
    _absent(draft, spoilt, leaving)


def _vacate(draft: WorldBuilder, spoilt: set[str]) -> set[str]:
    """Vacate 23 posts whose holder still holds another; return `spoilt` with their areas added."""
    police = draft.ground.seat(PostKind.INFOHOUSE_COORDINATOR_POLICE, scenarios.SKANDERBORG)
    chosen = [next(one for one in draft.ties(Holds) if one.target_id == police.id)]
    for kind, count in VACANT.items():
        seats = _free_seats(draft, kind, spoilt)
        by_lot = count - 1 if kind is police.kind else count
        lot = draft.stream(f"vacant {kind}").sample(seats, by_lot)
        spoilt |= {draft.ground.areas[one.target_id][0] for one in lot}
        chosen += lot
    for one in chosen:
        left = draft.stream(f"left {one.target_id}").randint(*_LEFT_DAYS)
        draft.swap(replace(one, valid_to=draft.days_ago(left)))
    return spoilt


def _free_seats(draft: WorldBuilder, kind: PostKind, spoilt: Iterable[str]) -> list[Holds]:
    """Posts of a kind whose holder has two to four posts, outside the spoilt areas."""
    count: dict[str, int] = {}
    for one in draft.ties(Holds):
        count[one.source_id] = count.get(one.source_id, 0) + 1
    kinds = {post.id: post.kind for post in draft.ground.posts}
    return [
        one
        for one in draft.ties(Holds)
        if kinds.get(one.target_id) is kind
        and 1 < count[one.source_id] < _ALONE_ON_ISLAND
        and draft.ground.areas[one.target_id][0] not in spoilt
    ]


def _double(draft: WorldBuilder, spoilt: set[str]) -> set[str]:
    """Hedensted's info house coordinator and four SSP coordinators have two holders."""
    holder = {one.target_id: one.source_id for one in draft.ties(Holds)}
    areas = [area.id for area in draft.ground.municipalities if area.id not in spoilt]
    kind, school = PostKind.SSP_COORDINATOR, PostKind.SSP_SCHOOL_CONTACT
    large = [
        area
        for area in areas
        if holder[draft.ground.seat(kind, area).id] != holder[draft.ground.seat(school, area).id]
    ]
    lot = draft.stream("doubled").sample(large, DOUBLED - 1)
    seats = [(kind, school, area) for area in lot]
    seats.append((PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, kind, scenarios.HEDENSTED))
    for seat, second, area in seats:
        person, post = holder[draft.ground.seat(second, area).id], draft.ground.seat(seat, area).id
        draft.tie(Holds, person, post, valid_from=draft.days_ago(_SECOND_SINCE_DAYS))
    return set(lot)


def _leave(draft: WorldBuilder, spoilt: set[str]) -> set[str]:
    """Eleven people leave all their posts within 90 days; the one on Læsø on 1 February 2027."""
    alone = draft.ground.seat(PostKind.SSP_COORDINATOR, scenarios.LAESOE)
    holder = next(one.source_id for one in draft.ties(Holds) if one.target_id == alone.id)
    days = {holder: -scenarios.LAESOE_LEAVES_DAYS}
    stream = draft.stream("leaving")
    lot = stream.sample(_people(draft, spoilt), LEAVING - 1)
    days |= {person: stream.randint(*_LEAVE_DAYS) for person in lot}
    for link in draft.ties(Holds):
        if link.source_id in days:
            draft.swap(replace(link, valid_to=draft.days_ago(-days[link.source_id])))
    return set(days)


def _people(draft: WorldBuilder, spoilt: set[str]) -> list[str]:
    """Holders in unspoilt municipalities or in psychiatry who deputize for nobody, by id."""
    deputizing = {one.source_id for one in draft.ties(DeputizesFor)}
    here = [
        one.source_id
        for one in draft.ties(Holds)
        if one.target_id in draft.ground.areas
        and not draft.ground.is_police(one.target_id)
        and (areas := draft.ground.areas[one.target_id])
        and areas[0] not in spoilt
        and areas[0].startswith(("mun-", "reg-"))
    ]
    return sorted(set(here) - deputizing)


def _absent(draft: WorldBuilder, spoilt: set[str], leaving: set[str]) -> None:
    """Thisted's release contact is absent until 7 December, and seven others."""
    post = draft.ground.seat(PostKind.RELEASE_CONTACT, scenarios.THISTED)
    away = next(one.source_id for one in draft.ties(Holds) if one.target_id == post.id)
    periods: dict[str, tuple[int, int]] = {away: scenarios.RELEASE_AWAY_DAYS}
    stream = draft.stream("on leave")
    free = [person for person in _people(draft, spoilt) if person not in leaving]
    for person in stream.sample(free, ON_LEAVE - 1):
        periods[person] = (stream.randint(1, 14), -stream.randint(3, 40))
    for person_id, (since, until) in periods.items():
        person = draft.nodes[person_id]
        if isinstance(person, Person):
            away_from, away_to = draft.days_ago(since), draft.days_ago(until)
            draft.swap(replace(person, absent_from=away_from, absent_to=away_to))


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


def checks(draft: WorldBuilder) -> None:
    """Set the verification date of all hops that have none yet."""
    keepers = _keepers(draft)
    _check_stories(draft, keepers)
    hops = sorted(draft.ties(HopLink), key=lambda hop: hop.id)
    left = Counter(shares_of(len(hops)))
    left.subtract(freshness(draft, hop) for hop in hops if hop.id in draft.pinned)
    deck = sorted(left.elements())
    stream = draft.stream("checks")
    stream.shuffle(deck)
    undated = (hop for hop in hops if hop.id not in draft.pinned)
    for hop, state in zip(undated, deck, strict=True):
        if state is not Freshness.NEVER:
            _check(draft, hop, stream.randint(*_DAYS[state]), keepers)


def shares_of(total: int) -> dict[Freshness, int]:
    """How many of `total` hops are in each state; the rounding remainder is fresh."""
    counts = {state: round(total * share / 100) for state, share in SHARES.items()}
    counts[Freshness.FRESH] += total - sum(counts.values())
    return counts


def freshness(draft: WorldBuilder, hop: HopLink) -> Freshness:
    """The freshness of a hop today."""
    return Freshness.of((draft.today - hop.verified_on).days if hop.verified_on else None)


def _check_stories(draft: WorldBuilder, keepers: Mapping[str, str]) -> None:
    by_ends = {(hop.type, hop.source_id, hop.target_id): hop for hop in draft.ties(HopLink)}
    for ends, days in scenarios.CHECKED_DAYS.items():
        _check(draft, by_ends[ends], days, keepers)
        draft.pinned.add(by_ends[ends].id)


def _check(draft: WorldBuilder, hop: HopLink, days: int, keepers: Mapping[str, str]) -> None:
    """Verified by the post at the source, an acquaintance by the person who declared it."""
    by = hop.declared_by if isinstance(hop, Knows) else keepers.get(hop.source_id, hop.source_id)
    draft.swap(replace(hop, verified_on=draft.days_ago(days), verified_by=by))


def _keepers(draft: WorldBuilder) -> dict[str, str]:
    """The outreach workers who check for civilians and associations."""
    keepers = {link.target_id: link.source_id for link in reversed(draft.ties(DoorOpenerFor))}
    coordinators = {link.target_id: link.source_id for link in draft.ties(Coordinates)}
    for link in draft.ties(MemberOf):
        if isinstance(draft.nodes[link.source_id], Organization):
            keepers[link.source_id] = coordinators[link.target_id]
    return keepers


DUE_WITHIN_A_YEAR: Final = 9
_PLAN_MONTHS: Final = 48  # barnets lov § 15(3): four years at most
_SOON_DAYS, _LATER_DAYS = (30, 360), (400, 1_400)
_AGREED_DAYS: Final = (60, 2_500)


def plan_dates(draft: WorldBuilder) -> None:
    """Set the dates of all plans; only those of the duty to plan have a due date."""
    stream = draft.stream("plans")
    plans = draft.all(Plan)
    duties = [plan for plan in plans if plan.kind is PlanKind.PREPAREDNESS_PLAN]
    quiet = {f"plan-prep-{place.removeprefix('mun-')}" for place in scenarios.PLACES}
    soon = set(
        stream.sample([plan.id for plan in duties if plan.id not in quiet], DUE_WITHIN_A_YEAR)
    )
    for plan in plans:
        if plan.kind is PlanKind.PREPAREDNESS_PLAN:
            days = stream.randint(*(_SOON_DAYS if plan.id in soon else _LATER_DAYS))
            _adopt_for_four_years(draft, plan, days)
        else:
            draft.swap(replace(plan, adopted_on=draft.days_ago(stream.randint(*_AGREED_DAYS))))


def _adopt_for_four_years(draft: WorldBuilder, plan: Plan, days: int) -> None:
    due_on = draft.today + timedelta(days=days)
    adopted_on = months_later(due_on, -_PLAN_MONTHS)
    due_on = months_later(adopted_on, _PLAN_MONTHS)  # 29 February is adopted on the 28th
    draft.swap(replace(plan, adopted_on=adopted_on, due_on=due_on))
