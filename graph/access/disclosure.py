"""Counts of civilians per municipality, with small numbers suppressed.

This is the only number disclosed about nodes that a View hides. It includes only civilians who
consented to be counted. No number below five is disclosed, zero included; from five on it is
rounded down to a multiple of five. Source: docs/security.md, "The View".
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np

from graph.access.consent_rules import in_force, links_without_consent
from graph.access.context import AccessContext, access_context
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
    context = access_context(snapshot, _NOBODY, on, today=today, withheld=withheld)
    current = in_force(context)
    giver, consent = context.ends(LinkType.GAVE_CONSENT)
    places: list[int] = snapshot.nodes.place[consent].tolist()
    purposes = [snapshot.value(Label.CONSENT, place, "purposes") for place in places]
    agrees = np.array([ConsentPurpose.STATISTICS in terms for terms in purposes], np.bool_)
    is_counted = context.mask(giver[agrees & current[consent]]) & ~context.withheld
    civilians: defaultdict[str, set[int]] = defaultdict(set)
    # The municipality that each area is or lies in, by row.
    is_municipality = context.valid & context.is_label(Label.AREA)
    is_municipality &= snapshot.nodes.kind == AreaKind.MUNICIPALITY.code
    municipalities: dict[int, int] = {row: row for row in np.flatnonzero(is_municipality).tolist()}
    inner, outer = context.ends(LinkType.LIES_IN)
    lies = is_municipality[outer]
    municipalities.update(zip(inner[lies].tolist(), outer[lies].tolist(), strict=True))
    covered, offices = (
        _by_source(context, LinkType.COVERS),
        _by_source(context, LinkType.BELONGS_TO),
    )
    opener, individual = context.ends(
        LinkType.DOOR_OPENER_FOR, among=~links_without_consent(context, current)
    )
    for post, civilian in zip(opener.tolist(), individual.tolist(), strict=True):
        answering = covered[post] or {area for office in offices[post] for area in covered[office]}
        for area in answering & municipalities.keys() if is_counted[civilian] else ():
            civilians[snapshot.nodes.ids[municipalities[area]]].add(civilian)
    counts = {area: suppress_small(len(rows)) for area, rows in sorted(civilians.items())}
    return {area: number for area, number in counts.items() if number is not None}


def suppress_small(number: int) -> int | None:
    """Return a number as it may be disclosed; None if it is too small."""
    return number - number % LEAST if number >= LEAST else None


def _by_source(context: AccessContext, link_type: LinkType) -> Mapping[int, set[int]]:
    """The targets of the live links of a type, by source."""
    targets: defaultdict[int, set[int]] = defaultdict(set)
    for source, target in np.stack(context.ends(link_type)).T.tolist():
        targets[source].add(target)
    return targets
