"""Views of historical revisions, limited to what the caller may see today.

A historical Snapshot grants nothing: each node, link and field in its View is one that the present
Snapshot also shows the caller, on its reference date (`reference_dates.py`), by the grants, own
posts, consents and withholdings of today.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from graph.access.field_groups import FieldGroup
from graph.access.masks import LINK_MASKS, NODE_MASKS, AccessMasks, access_masks
from graph.access.policy import Caller
from graph.access.reference_dates import reference_dates
from graph.access.view import View
from graph.snapshot.as_of import HistoricalSnapshot
from graph.snapshot.columns import distinct
from graph.snapshot.field_types import MISSING, date_to_day, day_to_date
from graph.snapshot.structure import own_posts
from graph.vocabulary import Label


def historical_view(
    earlier: HistoricalSnapshot,
    caller: Caller,
    on: date,
    *,
    today: date,
    withheld: frozenset[str] = frozenset(),
) -> View:
    """Return a caller's View of a historical Snapshot on a date; own posts are those known now."""
    limit = visible_today(earlier, caller, on, today=today, withheld=withheld)
    now = _on(earlier, caller, on)
    return View(earlier.snapshot, now, on, today=today, withheld=withheld, limit=limit)


def visible_today(
    earlier: HistoricalSnapshot, caller: Caller, on: date, *, today: date, withheld: frozenset[str]
) -> AccessMasks:
    """Return masks over the rows of the historical Snapshot, taken from the present Snapshot.

    Civilians and consents are also checked on the requested date, since present knowledge of a
    consent also applies to past dates. O(nodes + links) for each reference date.
    """

    def masks_on(day: date) -> AccessMasks:
        return access_masks(
            earlier.present, _on(earlier, caller, day), day, today=today, withheld=withheld
        )

    # Reference days of nodes and links; MISSING if not valid in the old Snapshot on the date.
    days, day = reference_dates(earlier.present, on, today), date_to_day(on)
    nodes, links = earlier.snapshot.nodes, earlier.snapshot.links
    valid = (nodes.valid_from <= day) & (day < nodes.valid_to)
    live = (links.valid_from <= day) & (day < links.valid_to)
    node_days = np.where(valid, days.nodes[earlier.nodes], MISSING)
    link_days = np.where(live, days.links[earlier.links], MISSING)
    masks = AccessMasks(
        **{name: np.zeros(len(valid), np.bool_) for name in NODE_MASKS},
        **{name: np.zeros(len(live), np.bool_) for name in LINK_MASKS},
        fields={group: np.zeros(len(valid), np.bool_) for group in FieldGroup},
        people=np.zeros(len(valid), np.bool_),
        seats=np.zeros(len(live), np.bool_),
        grants=(),
    )
    numbers: list[int] = distinct(np.concatenate((node_days, link_days))).tolist()
    for number, when in ((number, day_to_date(number)) for number in numbers):
        if when is None:
            continue
        # Copy the present masks of the nodes and links with this reference date.
        present, at, link_at = masks_on(when), node_days == number, link_days == number
        rows, link_rows = earlier.nodes[at], earlier.links[link_at]
        for name in NODE_MASKS:
            getattr(masks, name)[at] = getattr(present, name)[rows]
        for name in LINK_MASKS:
            getattr(masks, name)[link_at] = getattr(present, name)[link_rows]
        masks.people[at], masks.seats[link_at] = present.people[rows], present.seats[link_rows]
        for group in FieldGroup:
            masks.fields[group][at] = present.fields[group][rows]
    # Limit civilians and consents to those also seen on the requested date, in place.
    now = masks_on(on)
    codes = [label.code for label in (Label.RESOURCE_INDIVIDUAL, Label.CONSENT)]
    others = ~np.isin(nodes.label, codes)
    for name in NODE_MASKS:
        mask = getattr(masks, name)
        mask &= others | getattr(now, name)[earlier.nodes]
    return masks


def _on(earlier: HistoricalSnapshot, caller: Caller, day: date) -> Caller:
    return replace(caller, posts=own_posts(earlier.present, caller.person, day))
