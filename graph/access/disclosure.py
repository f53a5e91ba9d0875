"""How many civilians help in each municipality: the one number told of what a View hides.

Only of those who agreed to be counted, and never a small number: below five there is none, nought
included; from five on it is rounded down to a multiple of five. Source: security.md §8.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np

from graph.access.consent_rules import in_force, links_without_consent
from graph.access.context import AccessContext, Mask, access_context
from graph.access.policy import Caller
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import AreaKind, ConsentPurpose, Label, LinkType

LEAST: Final = 5
_NOBODY: Final = Caller(account="", grants=())


def suppressed_counts(
    snapshot: Snapshot, on: date, *, today: date, withheld: frozenset[str] = frozenset()
) -> Mapping[str, int]:
    """The number of each municipality that has one to tell, by id; the same for every caller.

    Somebody counts where a door opener of theirs answers, whose consent is in force on the date and
    today.
    """
    ground = access_context(snapshot, _NOBODY, on, today=today, withheld=withheld)
    current = in_force(ground)
    counted = _agreed(ground, current) & ~ground.withheld
    heads: defaultdict[str, set[int]] = defaultdict(set)
    lives = _municipalities(ground)
    covered, offices = _by_source(ground, LinkType.COVERS), _by_source(ground, LinkType.BELONGS_TO)
    opener, civilian = ground.ends(
        LinkType.DOOR_OPENER_FOR, among=~links_without_consent(ground, current)
    )
    for post, one in zip(opener.tolist(), civilian.tolist(), strict=True):
        answering = covered[post] or {area for office in offices[post] for area in covered[office]}
        for area in answering & lives.keys() if counted[one] else ():
            heads[snapshot.nodes.ids[lives[area]]].add(one)
    told = {area: suppress_small(len(several)) for area, several in sorted(heads.items())}
    return {area: number for area, number in told.items() if number is not None}


def suppress_small(number: int) -> int | None:
    """A number as it may be told; None where it is too small to be."""
    return number - number % LEAST if number >= LEAST else None


def _agreed(ground: AccessContext, current: Mask) -> Mask:
    """The civilians who gave a consent, in force, to be counted."""
    giver, consent = ground.ends(LinkType.GAVE_CONSENT)
    agrees = np.array([current[one] and _counts(ground, one) for one in consent.tolist()], np.bool_)
    return ground.marked(giver[agrees])


def _counts(ground: AccessContext, consent: int) -> bool:
    place = int(ground.snapshot.nodes.place[consent])
    purposes = ground.snapshot.value(Label.CONSENT, place, "purposes")
    return ConsentPurpose.STATISTICS in purposes


def _municipalities(ground: AccessContext) -> Mapping[int, int]:
    """By area, the municipality it is or lies in."""
    nodes = ground.snapshot.nodes
    is_one = ground.valid & ground.is_label(Label.AREA)
    is_one &= nodes.kind == AreaKind.MUNICIPALITY.code
    known: dict[int, int] = {row: row for row in np.flatnonzero(is_one).tolist()}
    inner, outer = ground.ends(LinkType.LIES_IN)
    known.update(
        (area, around)
        for area, around in zip(inner.tolist(), outer.tolist(), strict=True)
        if is_one[around]
    )
    return known


def _by_source(ground: AccessContext, link_type: LinkType) -> Mapping[int, set[int]]:
    """Where the live links of a type lead, by where they begin."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    source, target = ground.ends(link_type)
    for one, other in zip(source.tolist(), target.tolist(), strict=True):
        found[one].add(other)
    return found
