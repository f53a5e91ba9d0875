"""Reference dates for access checks on historical revisions.

An element is checked today, or on a date on which it is valid. Rights are those of today on every
date, so the caller can reach each reference date with `?on=` as well.
"""

from datetime import date
from typing import NamedTuple

import numpy as np

from graph.snapshot.columns import Days
from graph.snapshot.field_types import MISSING, date_to_day, day_to_date
from graph.snapshot.snapshot import Snapshot


class Period(NamedTuple):
    """The half-open validity of all nodes, or of all links, in days."""

    begins: Days
    until: Days


class ReferenceDates(NamedTuple):
    """The day on which each node and link is checked; MISSING: it is never valid."""

    nodes: Days
    links: Days


def reference_date(snapshot: Snapshot, element_id: str, today: date) -> date | None:
    """Return today, or the nearest date on which one node or link is valid; None: never."""
    nodes, links = _periods(snapshot)
    row, link = (known.get(element_id, -1) for known in (snapshot.row_of, snapshot.link_row_of))
    if row < 0 and link < 0:
        return None
    period, at = (nodes, row) if row >= 0 else (links, link)
    nearest = _nearest(Period(*(days[at : at + 1] for days in period)), date_to_day(today))
    return day_to_date(int(nearest[0]))


def reference_dates(snapshot: Snapshot, on: date, today: date) -> ReferenceDates:
    """Return the reference days of all nodes and links for a requested date.

    Today if the element is valid then; otherwise the requested date; otherwise a day in the month
    nearest to today in which it is valid. The result has few distinct days, since each costs a
    computation of the masks: one per distinct end date took 20 s for 85,000 nodes.
    """
    on_day, today_day = date_to_day(on), date_to_day(today)
    dates: list[Days] = []
    for begins, until in _periods(snapshot):
        # A day in the month of the nearest valid day, shared by many elements: for an ended element
        # the first day of that month on which it was valid; for a future one the last.
        nearest = _nearest(Period(begins, until), today_day)
        is_ever = nearest != MISSING
        month = (
            np.where(is_ever, nearest, today_day).astype("datetime64[D]").astype("datetime64[M]")
        )
        first = month.astype("datetime64[D]").astype(np.int64)
        last = (month + 1).astype("datetime64[D]").astype(np.int64) - 1
        past, coming = np.maximum(begins, first), np.minimum(until - 1, last)
        days = np.where(is_ever, np.where(nearest < today_day, past, coming), MISSING)
        for number in (on_day, today_day):
            days[(begins <= number) & (number < until)] = number
        dates.append(days.astype(np.int32))
    return ReferenceDates(*dates)


def _periods(snapshot: Snapshot) -> tuple[Period, Period]:
    """The validity of nodes and of links, cached; a link is bounded by both its ends."""
    if "periods" not in snapshot.memo:
        nodes, links = snapshot.nodes, snapshot.links
        ends = np.stack((links.source, links.target))
        begins = np.maximum(links.valid_from, nodes.valid_from[ends].max(axis=0))
        until = np.minimum(links.valid_to, nodes.valid_to[ends].min(axis=0))
        snapshot.memo["periods"] = (
            Period(nodes.valid_from, nodes.valid_to),
            Period(begins, until),
        )
    periods: tuple[Period, Period] = snapshot.memo["periods"]
    return periods


def _nearest(period: Period, today: int) -> Days:
    nearest = np.clip(today, period.begins, period.until - 1)
    return np.where(period.begins < period.until, nearest, MISSING).astype(np.int32)
