"""Which civilians come, and how the consent of each of them stands.

Source of the numbers: domain.md §6.2; Aarhus Vest is story 6.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Final

from graph.model import Organization
from graph.vocabulary import OrganizationKind
from seed.people.builder import WorldBuilder
from seed.people.communities import Community
from seed.people.scenarios import AARHUS_VEST


class ConsentState(Enum):
    """How a consent stands today."""

    IN_FORCE = auto()
    ENDS_SOON = auto()  # in force, and within 30 days no more
    EXPIRED = auto()
    WITHDRAWN = auto()


_AARHUS_VEST: Final = (
    *[ConsentState.IN_FORCE] * 4,
    ConsentState.ENDS_SOON,
    ConsentState.EXPIRED,
    ConsentState.WITHDRAWN,
)
_ELSEWHERE: Final = (
    *[ConsentState.IN_FORCE] * 41,
    *[ConsentState.ENDS_SOON] * 5,
    *[ConsentState.EXPIRED] * 4,
    *[ConsentState.WITHDRAWN] * 3,
)
_COUNTS: Final = (7, 5, 5, 4, 5, 5, 5, 5, 5, 5, 4, 5)  # a community; 60 in all
NEW_WORKERS: Final = (1, 2, 3)
"""Communities whose outreach worker is new: their 14 door openings were checked before that."""
REPLACED: Final = 8
"""How many consents took the place of an older one: one in each of the first communities."""


@dataclass(frozen=True, slots=True)
class CivilianEntry:
    """One to come: the how-manieth of a community, and how their consent stands."""

    community: Community
    organization: Organization | None  # which this person speaks for
    place: int
    state: ConsentState
    is_known: bool  # since before the present outreach worker came
    is_renewed: bool  # an older consent was replaced
    is_last: bool
    stream: random.Random

    @property
    def key(self) -> str:
        """Theirs for good."""
        return f"{self.community.area.id} {self.place}"

    @property
    def is_of_faith(self) -> bool:
        """Then the tie itself is art. 9 data, and only who is named sees it."""
        own = self.organization
        return own is not None and own.kind is OrganizationKind.FAITH_COMMUNITY

    @property
    def is_named_only(self) -> bool:
        """Seen by nobody but the named audience."""
        return self.is_of_faith or (self.is_last and self.community.area.id != AARHUS_VEST)

    @property
    def is_mediated(self) -> bool:
        """Reached through the door opener and in no other way."""
        return self.place == 1


def roll(
    draft: WorldBuilder,
    communities: Sequence[Community],
    organizations: Mapping[str, Sequence[Organization]],
) -> Iterator[CivilianEntry]:
    """All 60, community by community; the first three of each speak for an association."""
    elsewhere = list(_ELSEWHERE)
    draft.stream("civilians").shuffle(elsewhere)
    dealt = iter(elsewhere)
    for number, (community, count) in enumerate(zip(communities, _COUNTS, strict=True)):
        states = _AARHUS_VEST if number == 0 else tuple(islice(dealt, count))
        renewed = states.index(ConsentState.IN_FORCE) if number < REPLACED else None
        for place, state in enumerate(states):
            own = organizations[community.area.id]
            yield CivilianEntry(
                community=community,
                organization=own[place] if place < len(own) else None,
                place=place,
                state=state,
                is_known=number in NEW_WORKERS,
                is_renewed=place == renewed,
                is_last=place == count - 1,
                stream=draft.stream(f"civilian {community.area.id} {place}"),
            )
