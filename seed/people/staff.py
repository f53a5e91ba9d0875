"""Holders of the posts, their deputies, and acquaintances."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, combinations
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
from graph.vocabulary import Competence, NetworkKind, PostKind, Visibility
from seed.people import scenarios
from seed.people.builder import DEMO, NameGenerator, WorldBuilder
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
"""The posts that Bornholm's one officer holds in addition to the police coordinator's."""
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
WITHOUT_DEPUTY: Final = 61
_ONLY_DEPUTIES: Final = 24  # and the one of Thisted's release contact
_STOOD_IN_DAYS: Final = (60, 1_200)
PAIRS: Final = 900
_SMALL: Final = 12  # people; acquaintances in larger networks are drawn separately
_FROM_SMALL: Final = 650
_STRENGTHS: Final = (0.33, 0.67, 1.0)
_ONE_SIDED_STRENGTH: Final = 0.33
_SINCE_DAYS: Final = (1_100, 5_000)  # before the oldest check of a link
_CONTACT_DAYS: Final = (1, 400)


def employ(
    draft: WorldBuilder,
    names: NameGenerator,
    key: str,
    kind: PostKind,
    *,
    own_name: str | None = None,
    competences: frozenset[Competence] = frozenset(),
) -> Person:
    """Add a person with the title of a kind of post; `key` never changes."""
    stream = draft.stream(f"person {key}")
    speaks_english = stream.random() < _SPEAK_ENGLISH
    is_in_story = own_name is not None or any(place in key for place in scenarios.PLACES)
    is_area_only = stream.random() < _AREA_ONLY and not is_in_story
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


def hire(draft: WorldBuilder, names: NameGenerator, key: str, posts: Sequence[Actor]) -> Person:
    """Add a person who holds these posts from one day on, except where a story sets the day."""
    own_name = next(filter(None, (scenarios.HOLDER_NAMES.get(post.id) for post in posts)), None)
    competences = frozenset(chain.from_iterable(post.competences for post in posts))
    person = employ(draft, names, key, posts[0].kind, own_name=own_name, competences=competences)
    since = draft.stream(f"since {key}").randint(*_HELD_DAYS)
    for post in posts:
        seat(draft, person, post, since=scenarios.SINCE_DAYS.get(post.id, since))
    return person


def seat(draft: WorldBuilder, person: Person, post: Actor, *, since: int) -> Holds:
    """Add the HOLDS link of a person and a post, which began `since` days ago."""
    until = scenarios.UNTIL_DAYS.get(post.id)
    return draft.tie(
        Holds,
        person.id,
        post.id,
        valid_from=draft.days_ago(since),
        valid_to=None if until is None else draft.days_ago(until),
    )


def staff(draft: WorldBuilder, names: NameGenerator) -> None:
    """Fill all 699 posts of the structure that a named person can hold.

    316 people in the municipalities, 29 officers of up to four municipalities each, 44 in the other
    posts of the sections; psychiatry 27, probation 15 and national 9, one for each post.
    """
    ground = draft.ground
    hats_of = {district.id: _DISTRICT for district in ground.districts} | _HATS_OF_DISTRICT
    for area in ground.municipalities:
        size = area.population or 0
        hats = next((hats for below, hats in _MUNICIPAL if size < below), _LARGE)
        _hire_for(draft, names, area, hats)
    for district in ground.districts:
        municipalities = ground.municipalities_of(district.id)
        besides = [ground.seat(kind, district.id) for kind in _BESIDES.get(district.id, ())]
        for start in range(0, len(municipalities), _PER_OFFICER):
            areas = municipalities[start : start + _PER_OFFICER]
            posts = [*(ground.seat(_IHP, area.id) for area in areas), *besides]
            hire(draft, names, f"officer {district.id} {start}", posts)
    for district in ground.districts:
        _hire_for(draft, names, district, hats_of[district.id])
    of_a_place = {_IHP, *chain(*_LARGE, *_DISTRICT)}
    for post in ground.posts:
        if not post.is_unit_only and post.kind not in of_a_place:
            hire(draft, names, post.id, [post])


def _hire_for(draft: WorldBuilder, names: NameGenerator, area: Area, hats: Hats) -> None:
    for number, kinds in enumerate(hats, start=1):
        posts = [draft.ground.seat(kind, area.id) for kind in kinds]
        hire(draft, names, f"{area.id} {number}", posts)


def deputies(draft: WorldBuilder, names: NameGenerator) -> None:
    """135 of the 196 key posts get a personal deputy, and so do the heads of section.

    61 have none: posts without a colleague, Thisted's police coordinator (story 1), the rest drawn.
    """
    ground = draft.ground
    holders = {link.target_id: link.source_id for link in draft.ties(Holds)}

    def holder(kind: PostKind, area_id: str) -> str:
        return holders[ground.seat(kind, area_id).id]

    by_size = sorted(ground.municipalities, key=lambda area: -(area.population or 0))
    largest = {area.id for area in by_size[:_ONLY_DEPUTIES]}
    bare = {ground.seat(_IHP, scenarios.THISTED).id}
    free: list[str] = []
    for area in ground.municipalities:
        house, police = ground.seat(_IHM, area.id).id, ground.seat(_IHP, area.id).id
        if holder(_SSP, area.id) == holders[house]:
            bare.add(house)
        elif area.id not in largest:
            free.append(house)
        if len(ground.municipalities_of(ground.district[area.id])) == 1:
            bare.add(police)
        elif police not in bare:
            free.append(police)
    bare |= set(draft.stream("without deputy").sample(free, WITHOUT_DEPUTY - len(bare)))

    for area in ground.municipalities:
        house, police = ground.seat(_IHM, area.id), ground.seat(_IHP, area.id)
        if area.id in largest:
            person = employ(draft, names, f"deputy {area.id}", _IHM, competences=house.competences)
            _deputize(draft, person.id, house)
        elif house.id not in bare:
            _deputize(draft, holder(_SSP, area.id), house)
        if police.id not in bare:
            district = ground.district[area.id]
            officers = (holder(_IHP, near.id) for near in ground.municipalities_of(district))
            others = (officer for officer in officers if officer != holders[police.id])
            _deputize(draft, next(others, None) or holder(_SSPP, district), police)
    release = ground.seat(_RELEASE, scenarios.THISTED)
    person = employ(
        draft,
        names,
        f"deputy {scenarios.THISTED}",
        _RELEASE,
        own_name=scenarios.RELEASE_DEPUTY,
        competences=release.competences,
    )
    _deputize(draft, person.id, release)
    for district in ground.districts:
        _deputize(draft, holder(_IHD, district.id), ground.seat(_HEAD, district.id))


def _deputize(draft: WorldBuilder, person_id: str, post: Actor) -> None:
    since = draft.stream(f"deputy of {post.id}").randint(*_STOOD_IN_DAYS)
    draft.tie(DeputizesFor, person_id, post.id, valid_from=draft.days_ago(since), order=1)


def acquaintances(draft: WorldBuilder) -> None:
    """Draw the pairs among people who meet in a network, those of small networks first."""
    stream = draft.stream("acquaintances")
    near: set[tuple[str, str]] = set()
    far: set[tuple[str, str]] = set()
    for people in _meetings(draft):
        (near if len(people) <= _SMALL else far).update(combinations(sorted(people), 2))
    pairs = stream.sample(sorted(near), _FROM_SMALL)
    pairs += stream.sample(sorted(far - near), PAIRS - _FROM_SMALL)
    for number, pair in enumerate(pairs):
        is_confirmed = number % 5 != 0
        draft.tie(
            Knows,
            *pair,
            levels=ALL_LEVELS,
            strength=stream.choice(_STRENGTHS) if is_confirmed else _ONE_SIDED_STRENGTH,
            since_on=draft.days_ago(stream.randint(*_SINCE_DAYS)),
            last_contact_on=draft.days_ago(stream.randint(*_CONTACT_DAYS)),
            declared_by=stream.choice(pair),
            is_confirmed=is_confirmed,
        )


def _meetings(draft: WorldBuilder) -> Iterator[set[str]]:
    """The present holders of the posts of each network, except where a story excludes them."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for link in draft.ties(Holds):
        if link.is_valid(draft.today):
            holders[link.target_id].add(link.source_id)
    quiet = {
        person
        for post, areas in draft.ground.areas.items()
        if post in scenarios.QUIET_POSTS or not scenarios.QUIET_AREAS.isdisjoint(areas)
        for person in holders[post]
    }
    members: defaultdict[str, set[str]] = defaultdict(set)
    for link in (*draft.ties(Coordinates), *draft.ties(MemberOf)):
        members[link.target_id] |= holders[link.source_id] - quiet
    for network in draft.all(Network):
        if network.kind is not NetworkKind.MENTOR_CORPS:  # a pool of people, who never all meet
            yield members[network.id]
