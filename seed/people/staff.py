"""Who holds which post: 440 people in the 699 posts that take a name."""

from collections.abc import Iterator, Sequence
from typing import Final

from graph.model import Actor, Area, Holds, Person, id_of
from graph.vocabulary import Competence, PostKind, Visibility
from seed.people import scenarios
from seed.people.builder import DEMO, WorldBuilder
from seed.people.names import Names

_IHM: Final = PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL
_IHP: Final = PostKind.INFOHOUSE_COORDINATOR_POLICE
_IHD: Final = PostKind.INFOHOUSE_COORDINATOR_DISTRICT
_HEAD: Final = PostKind.HEAD_OF_CRIME_PREVENTION
_SSP, _SCHOOL = PostKind.SSP_COORDINATOR, PostKind.SSP_SCHOOL_CONTACT
_PSP, _RELEASE = PostKind.PSP_COORDINATOR_MUNICIPAL, PostKind.RELEASE_CONTACT
_SSPP, _PSPP = PostKind.SSP_COORDINATOR_POLICE, PostKind.PSP_COORDINATOR_POLICE
_KSPP: Final = PostKind.KSP_COORDINATOR_POLICE

Hats = tuple[tuple[PostKind, ...], ...]
"""Which posts of a place go together; one person for each tuple."""
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
"""What Bornholm's one officer holds besides the police coordinator's seat."""
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
    """A new person with the title that goes with a kind of post; `key` is theirs for good."""
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
    """A new person who holds these posts, each from the same day on."""
    own_name = next(filter(None, (scenarios.HOLDER_NAMES.get(post.id) for post in posts)), None)
    competences = frozenset(one for post in posts for one in post.competences)
    person = employ(draft, names, key, posts[0].kind, own_name=own_name, competences=competences)
    since = draft.stream(f"since {key}").randint(*_HELD_DAYS)
    for post in posts:
        seat(draft, person, post, since=scenarios.SINCE_DAYS.get(post.id, since))
    return person


def seat(draft: WorldBuilder, person: Person, post: Actor, *, since: int) -> Holds:
    """The person holds the post, for so many days now."""
    until = scenarios.UNTIL_DAYS.get(post.id)
    return draft.tie(
        Holds,
        person.id,
        post.id,
        valid_from=draft.days_ago(since),
        valid_to=None if until is None else draft.days_ago(until),
    )


def staff(draft: WorldBuilder, names: Names) -> None:
    """Fills all 699 posts of the structure that a named person can hold."""
    for key, posts in (*_municipal(draft), *_officers(draft), *_sections(draft), *_alone(draft)):
        hire(draft, names, key, posts)


def _municipal(draft: WorldBuilder) -> Iterator[tuple[str, list[Actor]]]:
    """One to five people a municipality, by population: 316."""
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
    """The rest of the crime-preventive sections: 44."""
    for district in draft.ground.districts:
        yield from _wearing(draft, district, _HATS_OF_DISTRICT.get(district.id, _DISTRICT))


def _wearing(draft: WorldBuilder, area: Area, hats: Hats) -> Iterator[tuple[str, list[Actor]]]:
    for number, kinds in enumerate(hats, start=1):
        yield f"{area.id} {number}", [draft.ground.seat(kind, area.id) for kind in kinds]


def _alone(draft: WorldBuilder) -> Iterator[tuple[str, list[Actor]]]:
    """Psychiatry 27, probation 15, national 9: each post its own person."""
    of_a_place = {kind for _, hats in _MUNICIPAL for hat in hats for kind in hat}
    of_a_place |= {_IHP, *(kind for hat in _DISTRICT for kind in hat)}
    for post in draft.ground.posts:
        if not post.is_unit_only and post.kind not in of_a_place:
            yield post.id, [post]
