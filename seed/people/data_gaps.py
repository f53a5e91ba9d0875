"""What is wrong with the demo's posts on purpose: vacant, doubled, about to be left, on leave.

Source of the numbers: domain.md §6.2.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from graph.model import DeputizesFor, Holds, Person
from graph.vocabulary import PostKind
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
_BORNHOLM: Final = "mun-0400"  # its officer's posts are a flaw already
_ALONE_ON_ISLAND: Final = 5  # whoever holds so many posts is a flaw already


def data_gaps(draft: WorldBuilder) -> None:
    """Places all four, none of them where another is or where a story wants none."""
    spoilt = _vacate(draft, {*scenarios.PLACES, _BORNHOLM})
    spoilt |= _double(draft, spoilt)
    leaving = _leave(draft, spoilt)
    _absent(draft, spoilt, leaving)


def _vacate(draft: WorldBuilder, spoilt: set[str]) -> set[str]:
    """23 seats whose holder left but still holds another; `spoilt` and their municipalities."""
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
    """Those of a kind whose holder has two to four posts, away from what is spoilt."""
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
    """Hedensted's info house coordinator and four SSP coordinators sit two to a seat."""
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
    """Eleven people leave within 90 days, from all their posts; Læsø's one on 1 February 2027."""
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
    """Who sits in unspoilt municipalities or in psychiatry, deputizes for nobody, by id."""
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
    """Thisted's release contact until 7 December, and seven more."""
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
