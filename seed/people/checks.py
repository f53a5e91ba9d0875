"""When each hop was last checked: 74 % fresh, 16 % stale, 7 % expired, 3 % never.

Source of the shares: domain.md §6.2; they hold over all hops, the stories' own among them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from graph.model import Coordinates, DoorOpenerFor, Hop, Knows, MemberOf, Organization
from graph.vocabulary import FRESH_DAYS, STALE_DAYS, Freshness
from seed.people import scenarios
from seed.people.builder import WorldBuilder

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
    """Dates all hops that were not dated yet."""
    keepers = _keepers(draft)
    _check_stories(draft, keepers)
    hops = sorted(draft.ties(Hop), key=lambda hop: hop.id)
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
    """How many of so many hops are in each state; what rounding leaves is fresh."""
    counts = {state: round(total * share / 100) for state, share in SHARES.items()}
    counts[Freshness.FRESH] += total - sum(counts.values())
    return counts


def freshness(draft: WorldBuilder, hop: Hop) -> Freshness:
    """How fresh a hop is today."""
    return Freshness.of((draft.today - hop.verified_on).days if hop.verified_on else None)


def _check_stories(draft: WorldBuilder, keepers: Mapping[str, str]) -> None:
    by_ends = {(hop.type, hop.source_id, hop.target_id): hop for hop in draft.ties(Hop)}
    for ends, days in scenarios.CHECKED_DAYS.items():
        _check(draft, by_ends[ends], days, keepers)
        draft.pinned.add(by_ends[ends].id)


def _check(draft: WorldBuilder, hop: Hop, days: int, keepers: Mapping[str, str]) -> None:
    """By the post at its beginning, an acquaintance by who declared it."""
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
