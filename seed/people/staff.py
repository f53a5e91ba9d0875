"""Holders of the posts, their deputies, and acquaintances."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from graph.model import (
    Actor,
    Area,
    Coordinates,
    DeputizesFor,
    Holds,
    Knows,
    MemberOf,
    Network,
    Person,
    id_of,
)
from graph.vocabulary import KEY_POSTS, Competence, NetworkKind, PostKind, Visibility
from seed.people import scenarios
from seed.people.builder import DEMO, Names, StructureIndex, WorldBuilder
from seed.structure.links import ALL_LEVELS

_IHM: Final = PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL
_IHP: Final = PostKind.INFOHOUSE_COORDINATOR_POLICE
_IHD: Final = PostKind.INFOHOUSE_COORDINATOR_DISTRICT
_HEAD: Final = PostKind.HEAD_OF_CRIME_PREVENTION
_SSP, _SCHOOL = PostKind.SSP_COORDINATOR, PostKind.SSP_SCHOOL_CONTACT
_PSP, _RELEASE = PostKind.PSP_COORDINATOR_MUNICIPAL, PostKind.RELEASE_CONTACT
_SSPP, _PSPP = PostKind.SSP_COORDINATOR_POLICE, PostKind.PSP_COORDINATOR_POLICE
_KSPP: Final = PostKind.KSP_COORDINATOR_POLICE

Hats = tuple[tuple[PostKind, ...], ...]
"""Posts of a place grouped by holder: one person for each tuple."""
_MUNICIPAL: Final[Sequence[tuple[int, Hats]]] = (
    (10_000, ((_IHM, _SSP, _SCHOOL, _PSP, _RELEASE),)),
    (30_000, ((_IHM, _PSP, _RELEASE), (_SSP, _SCHOOL))),
    (60_000, ((_IHM, _PSP), (_SSP, _SCHOOL), (_RELEASE,))),
)
_LARGE: Final[Hats] = ((_IHM,), (_SSP,), (_SCHOOL,), (_PSP,), (_RELEASE,))
_DISTRICT: Final[Hats] = ((_HEAD,), (_IHD,), (_SSPP,), (_PSPP, _KSPP))
_SMALL_DISTRICT: Final[Hats] = ((_HEAD,), (_IHD, _SSPP), (_PSPP, _KSPP))
_BORNHOLM: Final[Hats] = ((_HEAD,),)
_BESIDES: Final = {"pol-1471": (_IHD, _SSPP, _PSPP, _KSPP)}
"""What Bornholm's one officer holds in addition to the police coordinator's posts."""
_HATS_OF_DISTRICT: Final = {"pol-1471": _BORNHOLM, "pol-1469": _SMALL_DISTRICT}
_PER_OFFICER: Final = 4

TITLES: Final = {
    _IHM: "Specialkonsulent", _SSP: "SSP-konsulent", _SCHOOL: "Skolekonsulent",
    _PSP: "Socialfaglig konsulent", _RELEASE: "Afdelingsleder", _IHP: "Politiassistent",
    _IHD: "Politikommissær", _HEAD: "Vicepolitiinspektør", _SSPP: "Politiassistent",
    _PSPP: "Politiassistent", _KSPP: "Politiassistent",
    PostKind.PSP_COORDINATOR_PSYCHIATRY: "Chefkonsulent",
    PostKind.PSYCHIATRY_CONTACT: "Socialrådgiver",
    PostKind.FORENSIC_PSYCHIATRY_CONTACT: "Overlæge",
    PostKind.PROBATION_CONTACT: "Fagkonsulent", PostKind.CDE_ADVISER: "Rådgiver",
    PostKind.CORPS_COORDINATOR: "Specialkonsulent",
    PostKind.INFOHOUSE_SECRETARIAT: "Specialkonsulent",
    PostKind.ASYLUM_CONTACT: "Fuldmægtig", PostKind.VISO_CONTACT: "Faglig konsulent",
    PostKind.ASSOCIATION_REPRESENTATIVE: "Chefkonsulent",
    PostKind.MENTOR: "Mentor", PostKind.PARENT_COACH: "Forældrecoach",
    PostKind.OUTREACH_WORKER: "Opsøgende medarbejder",
    PostKind.HOUSING_SOCIAL_COORDINATOR: "Boligsocial koordinator",
}  # fmt: skip
_HELD_DAYS: Final = (150, 2_900)  # how long somebody has held a post
_SPEAK_ENGLISH: Final = 0.7
_AREA_ONLY: Final = 0.04  # the share of people who are seen in their own area only


def employ(
    draft: WorldBuilder,
    names: Names,
    key: str,
    kind: PostKind,
    *,
    own_name: str | None = None,
    competences: frozenset[Competence] = frozenset(),
) -> Person:
    """A new person with the title of a kind of post; `key` never changes."""
    stream = draft.stream(f"person {key}")
    speaks_english = stream.random() < _SPEAK_ENGLISH
    is_told_of = own_name is not None or any(place in key for place in scenarios.PLACES)
    is_area_only = stream.random() < _AREA_ONLY and not is_told_of
    return draft.add(
        Person(
            id=id_of(DEMO, "person", key),
            name=own_name or names.draw(),
            title=TITLES[kind],
            languages=frozenset({"da", "en"} if speaks_english else {"da"}),
            competences=competences,
            visibility=Visibility.AREA if is_area_only else Visibility.NETWORK,
            source=DEMO,
        )
    )


def hire(draft: WorldBuilder, names: Names, key: str, posts: Sequence[Actor]) -> Person:
    """A new person who holds these posts from one day on, except where a story sets the day."""
    own_name = next(filter(None, (scenarios.HOLDER_NAMES.get(post.id) for post in posts)), None)
    competences = frozenset(one for post in posts for one in post.competences)
    person = employ(draft, names, key, posts[0].kind, own_name=own_name, competences=competences)
    since = draft.stream(f"since {key}").randint(*_HELD_DAYS)
    for post in posts:
        seat(draft, person, post, since=scenarios.SINCE_DAYS.get(post.id, since))
    return person


def seat(draft: WorldBuilder, person: Person, post: Actor, *, since: int) -> Holds:
    """Let the person hold the post, `since` days ago."""
    until = scenarios.UNTIL_DAYS.get(post.id)
    return draft.tie(
        Holds,
        person.id,
        post.id,
        valid_from=draft.days_ago(since),
        valid_to=None if until is None else draft.days_ago(until),
    )


def staff(draft: WorldBuilder, names: Names) -> None:
    """Fill all 699 posts of the structure that a named person can hold."""
    for key, posts in (*_municipal(draft), *_officers(draft), *_sections(draft), *_alone(draft)):
        hire(draft, names, key, posts)


def _municipal(draft: WorldBuilder) -> Iterator[tuple[str, list[Actor]]]:
    """One to five people for each municipality, by population: 316."""
    for area in draft.ground.municipalities:
        hats = next((hats for below, hats in _MUNICIPAL if _population(area) < below), _LARGE)
        yield from _wearing(draft, area, hats)


def _population(area: Area) -> int:
    return area.population or 0


def _officers(draft: WorldBuilder) -> Iterator[tuple[str, list[Actor]]]:
    """One officer for up to four municipalities of a district: 29."""
    for district in draft.ground.districts:
        municipalities = draft.ground.municipalities_of(district.id)
        besides = [draft.ground.seat(kind, district.id) for kind in _BESIDES.get(district.id, ())]
        for start in range(0, len(municipalities), _PER_OFFICER):
            some = municipalities[start : start + _PER_OFFICER]
            seats = [draft.ground.seat(_IHP, area.id) for area in some]
            yield f"officer {district.id} {start}", [*seats, *besides]


def _sections(draft: WorldBuilder) -> Iterator[tuple[str, list[Actor]]]:
    """The other posts of the crime-preventive sections: 44 people."""
    for district in draft.ground.districts:
        yield from _wearing(draft, district, _HATS_OF_DISTRICT.get(district.id, _DISTRICT))


def _wearing(draft: WorldBuilder, area: Area, hats: Hats) -> Iterator[tuple[str, list[Actor]]]:
    for number, kinds in enumerate(hats, start=1):
        yield f"{area.id} {number}", [draft.ground.seat(kind, area.id) for kind in kinds]


def _alone(draft: WorldBuilder) -> Iterator[tuple[str, list[Actor]]]:
    """Psychiatry 27, probation 15, national 9: each post has its own person."""
    of_a_place = {kind for _, hats in _MUNICIPAL for hat in hats for kind in hat}
    of_a_place |= {_IHP, *(kind for hat in _DISTRICT for kind in hat)}
    for post in draft.ground.posts:
        if not post.is_unit_only and post.kind not in of_a_place:
            yield post.id, [post]


WITHOUT_DEPUTY: Final = 61
_ONLY_DEPUTIES: Final = 24  # and the one of Thisted's release contact
_STOOD_IN_DAYS: Final = (60, 1_200)


@dataclass(frozen=True, slots=True)
class _Staffed:
    """The posts with their holders."""

    ground: StructureIndex
    holders: Mapping[str, str]

    def holder(self, kind: PostKind, area_id: str) -> str:
        return self.holders[self.ground.seat(kind, area_id).id]


def deputies(draft: WorldBuilder, names: Names) -> None:
    """135 of the 196 key posts get a personal deputy, and so do the heads of section."""
    staffed = _Staffed(draft.ground, {one.target_id: one.source_id for one in draft.ties(Holds)})
    bare = _without_deputy(draft, staffed)
    own_deputy = {area.id for area in _largest(draft)}
    for area in draft.ground.municipalities:
        house = draft.ground.seat(_IHM, area.id)
        if area.id in own_deputy:
            person = employ(draft, names, f"deputy {area.id}", _IHM, competences=house.competences)
            _deputize(draft, person.id, house)
        elif house.id not in bare:
            _deputize(draft, staffed.holder(PostKind.SSP_COORDINATOR, area.id), house)
        police = draft.ground.seat(_IHP, area.id)
        if police.id not in bare:
            _deputize(draft, _other_officer(staffed, police, area), police)
    _release_deputy(draft, names)
    _heads(draft, staffed)


def _largest(draft: WorldBuilder) -> list[Area]:
    by_size = sorted(draft.ground.municipalities, key=lambda area: -(area.population or 0))
    return by_size[:_ONLY_DEPUTIES]


def _without_deputy(draft: WorldBuilder, staffed: _Staffed) -> set[str]:
    """61: posts without a colleague, Thisted's police coordinator (story 1), the rest drawn."""
    largest = {area.id for area in _largest(draft)}
    forced: set[str] = {draft.ground.seat(_IHP, scenarios.THISTED).id}
    free: list[str] = []
    for area in draft.ground.municipalities:
        for kind in sorted(KEY_POSTS):
            post = draft.ground.seat(kind, area.id)
            if not _has_colleague(staffed, post, area):
                forced.add(post.id)
            elif post.id not in forced and not (kind is _IHM and area.id in largest):
                free.append(post.id)
    lot = draft.stream("without deputy").sample(free, WITHOUT_DEPUTY - len(forced))
    return forced | set(lot)


def _has_colleague(staffed: _Staffed, post: Actor, area: Area) -> bool:
    if post.kind is _IHM:
        own = staffed.holder(_IHM, area.id)
        return staffed.holder(PostKind.SSP_COORDINATOR, area.id) != own
    return len(staffed.ground.municipalities_of(staffed.ground.district[area.id])) > 1


def _other_officer(staffed: _Staffed, post: Actor, area: Area) -> str:
    """Another police coordinator of the district, else its SSP coordinator."""
    district = staffed.ground.district[area.id]
    own = staffed.holder(post.kind, area.id)
    others = (staffed.holder(_IHP, one.id) for one in staffed.ground.municipalities_of(district))
    found = next((other for other in others if other != own), None)
    return found or staffed.holder(PostKind.SSP_COORDINATOR_POLICE, district)


def _release_deputy(draft: WorldBuilder, names: Names) -> None:
    """The deputy of Thisted's absent release contact (story 1)."""
    post = draft.ground.seat(PostKind.RELEASE_CONTACT, scenarios.THISTED)
    person = employ(
        draft,
        names,
        f"deputy {scenarios.THISTED}",
        post.kind,
        own_name=scenarios.RELEASE_DEPUTY,
        competences=post.competences,
    )
    _deputize(draft, person.id, post)


def _heads(draft: WorldBuilder, staffed: _Staffed) -> None:
    """The district's info house coordinator deputizes for the head of the section."""
    for district in draft.ground.districts:
        head = draft.ground.seat(PostKind.HEAD_OF_CRIME_PREVENTION, district.id)
        coordinator = staffed.holder(PostKind.INFOHOUSE_COORDINATOR_DISTRICT, district.id)
        _deputize(draft, coordinator, head)


def _deputize(draft: WorldBuilder, person_id: str, post: Actor) -> None:
    since = draft.stream(f"deputy of {post.id}").randint(*_STOOD_IN_DAYS)
    draft.tie(DeputizesFor, person_id, post.id, valid_from=draft.days_ago(since), order=1)


PAIRS: Final = 900
_SMALL: Final = 12  # people; acquaintances in larger networks are drawn separately
_FROM_SMALL: Final = 650
_STRENGTHS: Final = (0.33, 0.67, 1.0)
_ONE_SIDED_STRENGTH: Final = 0.33
_SINCE_DAYS: Final = (1_100, 5_000)  # before the oldest check of a link
_CONTACT_DAYS: Final = (1, 400)

Pair = tuple[str, str]


def acquaintances(draft: WorldBuilder) -> None:
    """Draw the pairs, small networks first."""
    stream = draft.stream("acquaintances")
    near, far = _candidates(draft)
    pairs = stream.sample(sorted(near), _FROM_SMALL)
    pairs += stream.sample(sorted(far - near), PAIRS - _FROM_SMALL)
    for number, pair in enumerate(pairs):
        _acquaint(draft, stream, pair, is_confirmed=number % 5 != 0)


def _candidates(draft: WorldBuilder) -> tuple[set[Pair], set[Pair]]:
    """Pairs of people who meet in a small network, and in a large one."""
    near: set[Pair] = set()
    far: set[Pair] = set()
    for people in _meeting(draft):
        pairs = combinations(sorted(people), 2)
        (near if len(people) <= _SMALL else far).update(pairs)
    return near, far


def _meeting(draft: WorldBuilder) -> Iterator[set[str]]:
    """The present holders of the posts of each network, except where a story excludes them."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for one in draft.ties(Holds):
        if one.is_valid(draft.today):
            holders[one.target_id].add(one.source_id)
    quiet = {person for post in _quiet_posts(draft) for person in holders[post]}
    meeting: defaultdict[str, set[str]] = defaultdict(set)
    for link in (*draft.ties(Coordinates), *draft.ties(MemberOf)):
        meeting[link.target_id] |= holders[link.source_id] - quiet
    for network in draft.all(Network):
        if network.kind is not NetworkKind.MENTOR_CORPS:  # a pool of people, who never all meet
            yield meeting[network.id]


def _quiet_posts(draft: WorldBuilder) -> set[str]:
    here = {
        post.id
        for post in draft.ground.posts
        if not scenarios.QUIET_AREAS.isdisjoint(draft.ground.areas[post.id])
    }
    return here | scenarios.QUIET_POSTS


def _acquaint(
    draft: WorldBuilder, stream: random.Random, pair: Pair, *, is_confirmed: bool
) -> None:
    one, other = pair
    draft.tie(
        Knows,
        one,
        other,
        levels=ALL_LEVELS,
        strength=stream.choice(_STRENGTHS) if is_confirmed else _ONE_SIDED_STRENGTH,
        since_on=draft.days_ago(stream.randint(*_SINCE_DAYS)),
        last_contact_on=draft.days_ago(stream.randint(*_CONTACT_DAYS)),
        declared_by=stream.choice(pair),
        is_confirmed=is_confirmed,
    )
