"""Who can be borrowed: 100 mentors and parent coaches, lent by 23 municipalities."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from graph.model import Actor, Area, BelongsTo, MemberOf, Network, RefersTo
from graph.vocabulary import (
    Attendance,
    Competence,
    LegalGate,
    NetworkKind,
    PostKind,
    Sector,
    Tier,
    Trigger,
    Visibility,
)
from seed.people import scenarios
from seed.people.builder import DEMO, WorldBuilder
from seed.people.ground import km_between
from seed.people.meetings import STANDING_STRENGTH
from seed.people.names import Names
from seed.people.staff import hire
from seed.structure.links import ALL_LEVELS
from seed.structure.referrals import REFERRAL_STRENGTH

LENDERS: Final = 23
SEATS: Final = 100
_LANGUAGES: Final = ("ar", "tr", "fa", "ku", "ur", "bs", "pl", "de", "sv", "fr")
_LENT_SHARE: Final = 0.9
_HOURS: Final = "MO-FR 12:00-20:00"


def mentors(draft: WorldBuilder, names: Names) -> None:
    """The corps coordinator asks the lending municipalities, and those ask their mentors."""
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
                hours=_HOURS,
                source=DEMO,
            )
        )
        draft.tie(BelongsTo, post.id, f"aut-{area.id}")
        yield post


def _lend(draft: WorldBuilder, names: Names, area: Area, post: Actor, corps: Network) -> None:
    """The first mentor of the story's places speaks the language asked for, and may be lent."""
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
    """Somali and Ukrainian too, but only where Silkeborg's need does not reach."""
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
