"""Counts of civilians per municipality, with small numbers suppressed.

This is the only number disclosed about nodes that a View hides. It includes only civilians who
consented to be counted. No number below five is disclosed, zero included; from five on it is
rounded down to a multiple of five. Source: security.md §8.
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
    """Return the disclosed number by id of municipality; the same for every caller.

    A civilian counts in each municipality that a door opener of theirs covers, provided that the
    consent of that link and a consent to statistics are in force on the date and today.
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
    """Return a number as it may be disclosed; None if it is too small."""
    return number - number % LEAST if number >= LEAST else None


def _agreed(ground: AccessContext, current: Mask) -> Mask:
    """The civilians with a consent in force to be counted."""
    giver, consent = ground.ends(LinkType.GAVE_CONSENT)
    agrees = np.array([current[one] and _counts(ground, one) for one in consent.tolist()], np.bool_)
    return ground.marked(giver[agrees])


def _counts(ground: AccessContext, consent: int) -> bool:
    place = int(ground.snapshot.nodes.place[consent])
    purposes = ground.snapshot.value(Label.CONSENT, place, "purposes")
    return ConsentPurpose.STATISTICS in purposes


def _municipalities(ground: AccessContext) -> Mapping[int, int]:
    """The municipality that each area is or lies in, by row."""
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
    """The targets of the live links of a type, by source."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    source, target = ground.ends(link_type)
    for one, other in zip(source.tolist(), target.tolist(), strict=True):
        found[one].add(other)
    return found
