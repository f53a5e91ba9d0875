"""Who stands in for whom: 25 people who only deputize, and colleagues; 61 key posts have nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graph.model import Actor, Area, DeputizesFor, Holds
from graph.vocabulary import KEY_POSTS, PostKind
from seed.people import scenarios
from seed.people.builder import WorldBuilder
from seed.people.ground import StructureIndex
from seed.people.names import Names
from seed.people.staff import employ

WITHOUT_DEPUTY: Final = 61
_ONLY_DEPUTIES: Final = 24  # and the one of Thisted's release contact
_IHM: Final = PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL
_IHP: Final = PostKind.INFOHOUSE_COORDINATOR_POLICE
_STOOD_IN_DAYS: Final = (60, 1_200)


@dataclass(frozen=True, slots=True)
class _Staffed:
    """The posts with their holders."""

    ground: StructureIndex
    holders: Mapping[str, str]

    def holder(self, kind: PostKind, area_id: str) -> str:
        return self.holders[self.ground.seat(kind, area_id).id]


def deputies(draft: WorldBuilder, names: Names) -> None:
    """135 of the 196 key posts get a personal deputy, and the heads of section."""
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
    """61: whoever has no colleague, Thisted's police coordinator (story 1), the rest by lot."""
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
    """Another coordinator of the district, else its SSP coordinator."""
    district = staffed.ground.district[area.id]
    own = staffed.holder(post.kind, area.id)
    others = (staffed.holder(_IHP, one.id) for one in staffed.ground.municipalities_of(district))
    found = next((other for other in others if other != own), None)
    return found or staffed.holder(PostKind.SSP_COORDINATOR_POLICE, district)


def _release_deputy(draft: WorldBuilder, names: Names) -> None:
    """Who answers in Thisted while the release contact is away (story 1)."""
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
    """The info house coordinator stands in for the head of the section."""
    for district in draft.ground.districts:
        head = draft.ground.seat(PostKind.HEAD_OF_CRIME_PREVENTION, district.id)
        coordinator = staffed.holder(PostKind.INFOHOUSE_COORDINATOR_DISTRICT, district.id)
        _deputize(draft, coordinator, head)


def _deputize(draft: WorldBuilder, person_id: str, post: Actor) -> None:
    since = draft.stream(f"deputy of {post.id}").randint(*_STOOD_IN_DAYS)
    draft.tie(DeputizesFor, person_id, post.id, valid_from=draft.days_ago(since), order=1)
