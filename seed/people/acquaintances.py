"""Who knows whom: 900 acquaintances, most of them within one cooperation, a fifth one-sided."""

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from graph.model import Coordinates, Holds, Knows, MemberOf, Network
from graph.vocabulary import NetworkKind
from seed.people import scenarios
from seed.people.builder import WorldBuilder
from seed.structure.links import ALL_LEVELS

PAIRS: Final = 900
_SMALL: Final = 12  # people; in a larger network nobody knows everybody
_FROM_SMALL: Final = 650
_STRENGTHS: Final = (0.33, 0.67, 1.0)
_ONE_SIDED_STRENGTH: Final = 0.33
_SINCE_DAYS: Final = (1_100, 5_000)  # before the oldest check of a link
_CONTACT_DAYS: Final = (1, 400)

Pair = tuple[str, str]


def acquaintances(draft: WorldBuilder) -> None:
    """Draws the pairs, small networks first."""
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
    """The present holders of the posts of each network, without those a story keeps apart."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for one in draft.ties(Holds):
        if one.is_valid(draft.today):
            holders[one.target_id].add(one.source_id)
    quiet = {person for post in _quiet_posts(draft) for person in holders[post]}
    meeting: defaultdict[str, set[str]] = defaultdict(set)
    for link in (*draft.ties(Coordinates), *draft.ties(MemberOf)):
        meeting[link.target_id] |= holders[link.source_id] - quiet
    for network in draft.all(Network):
        if network.kind is not NetworkKind.MENTOR_CORPS:  # a list of people, who never all meet
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
