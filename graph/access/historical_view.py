"""Views of historical revisions, limited to what the caller may see today.

A historical Snapshot grants nothing: each node, link and field in its View is one that the present
Snapshot also shows the caller, on its reference date (`reference_dates.py`), by the grants, own
posts, consents and withholdings of today. Source: security.md §2.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from graph.access.context import Mask
from graph.access.field_groups import FieldGroup
from graph.access.masks import LINK_MASKS, NODE_MASKS, AccessMasks, access_masks
from graph.access.policy import Caller
from graph.access.reference_dates import reference_dates
from graph.access.view import View
from graph.snapshot.as_of import HistoricalSnapshot
from graph.snapshot.columns import Days, distinct
from graph.snapshot.field_types import MISSING, date_to_day, day_to_date
from graph.snapshot.structure import own_posts
from graph.vocabulary import Label

_CONSENTED = (Label.RESOURCE_INDIVIDUAL, Label.CONSENT)


def historical_view(
    earlier: HistoricalSnapshot,
    caller: Caller,
    on: date,
    *,
    today: date,
    withheld: frozenset[str] = frozenset(),
) -> View:
    """Return a caller's View of a historical Snapshot on a date; own posts are those known now."""
    seen = visible_today(earlier, caller, on, today=today, withheld=withheld)
    now = _on(earlier, caller, on)
    return View(earlier.snapshot, now, on, today=today, withheld=withheld, seen=seen)


def visible_today(
    earlier: HistoricalSnapshot, caller: Caller, on: date, *, today: date, withheld: frozenset[str]
) -> AccessMasks:
    """Return masks over the rows of the historical Snapshot: what the present one shows of each.

    Civilians and consents are also checked on the requested date, since a consent is subject to
    what is known of it now. O(nodes + links) for each reference date.
    """

    def cleared(day: date) -> AccessMasks:
        return access_masks(
            earlier.present, _on(earlier, caller, day), day, today=today, withheld=withheld
        )

    node_days, link_days = _days(earlier, on, today)
    seen = _nothing(earlier)
    for day in _dates(node_days, link_days):
        number = date_to_day(day)
        _add(seen, cleared(day), earlier, node_days == number, link_days == number)
    # Limit civilians and consents to those also seen on the requested date, in place.
    now = cleared(on)
    codes = [label.code for label in _CONSENTED]
    others = ~np.isin(earlier.snapshot.nodes.label, codes)
    for name in NODE_MASKS:
        mask = getattr(seen, name)
        mask &= others | getattr(now, name)[earlier.nodes]
    return seen


def _on(earlier: HistoricalSnapshot, caller: Caller, day: date) -> Caller:
    return replace(caller, posts=own_posts(earlier.present, caller.person, day))


def _days(earlier: HistoricalSnapshot, on: date, today: date) -> tuple[Days, Days]:
    """Reference days of nodes and links; MISSING if not valid in the old Snapshot on the date."""
    days, day = reference_dates(earlier.present, on, today), date_to_day(on)
    nodes, links = earlier.snapshot.nodes, earlier.snapshot.links
    valid = (nodes.valid_from <= day) & (day < nodes.valid_to)
    live = (links.valid_from <= day) & (day < links.valid_to)
    return (
        np.where(valid, days.nodes[earlier.nodes], MISSING),
        np.where(live, days.links[earlier.links], MISSING),
    )


def _dates(*days: Days) -> list[date]:
    found: list[int] = distinct(np.concatenate(days)).tolist()
    return [on for day in found if (on := day_to_date(day)) is not None]


def _nothing(earlier: HistoricalSnapshot) -> AccessMasks:
    nodes, links = (len(rows) for rows in (earlier.nodes, earlier.links))
    return AccessMasks(
        **{name: np.zeros(nodes, np.bool_) for name in NODE_MASKS},
        **{name: np.zeros(links, np.bool_) for name in LINK_MASKS},
        fields={group: np.zeros(nodes, np.bool_) for group in FieldGroup},
        people=np.zeros(nodes, np.bool_),
        held=np.zeros(links, np.bool_),
        grants=(),
    )


def _add(
    seen: AccessMasks, now: AccessMasks, earlier: HistoricalSnapshot, nodes: Mask, links: Mask
) -> None:
    """Copy the present masks of some nodes and links, in place."""
    rows, link_rows = earlier.nodes[nodes], earlier.links[links]
    for name in NODE_MASKS:
        getattr(seen, name)[nodes] = getattr(now, name)[rows]
    for name in LINK_MASKS:
        getattr(seen, name)[links] = getattr(now, name)[link_rows]
    seen.people[nodes], seen.held[links] = now.people[rows], now.held[link_rows]
    for group in FieldGroup:
        seen.fields[group][nodes] = now.fields[group][rows]
