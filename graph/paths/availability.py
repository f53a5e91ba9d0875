"""Who answers at a post at a given minute, until when, or when someone will. Source: answer.md §5.

Hours are Danish wall-clock time. A post's hours hold for its holders, personal deputies and unit,
while a deputizing post or duty line answers by its own. A mailbox, or the number of a post
without a holder, answers at no minute, and unknown hours never count as "now".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from graph.access.view import View
from graph.model.opening_hours import (
    MOST_DAYS,
    ClosingDays,
    first_opening,
    is_open_at,
    openings_from,
    periods_on,
)
from graph.paths.answer import Availability, NodeRef
from graph.paths.answer_terms import AnswerRole, AvailabilityState
from graph.paths.candidates import ALWAYS, ANY, FOREVER, Candidate, Preference, candidates, first
from graph.paths.policy import Policy
from graph.snapshot.field_types import date_to_day
from graph.snapshot.structure import areas_of
from graph.vocabulary import Label, LinkType, PostKind

_UNATTENDED: Final = (AnswerRole.OWN_CHANNEL, AnswerRole.MAILBOX)
_STATES: Final = {
    AnswerRole.DEPUTY: AvailabilityState.DEPUTY,
    AnswerRole.DUTY_LINE: AvailabilityState.DUTY_LINE,
}
_MIDNIGHT: Final = time(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """The candidate who answers at a post, and the state at the requested time.

    `chosen` None: no one is present on the date. `opens_at`: set with OPENS_AT, and if no minute
    is given.
    """

    chosen: Candidate | None
    state: AvailabilityState
    until: datetime | None = None
    opens_at: datetime | None = None


def availability(
    view: View, post: int, policy: Policy, at: datetime | None, preference: Preference = ANY
) -> Availability:
    """Return who answers at a post at a local minute; None: at its first opening of the date."""
    found = answerer(candidates(view, post, preference), view.on, policy.closing, at)
    return availability_of(view, post, policy, found, at)


def availability_of(
    view: View, post: int, policy: Policy, found: Answerer, at: datetime | None
) -> Availability:
    """Return an answerer with visible names, and the duty line that covers meanwhile."""
    chosen = found.chosen
    is_now = found.state.is_now
    return Availability(
        state=found.state,
        rung=AnswerRole.CLOSED if chosen is None else chosen.rung,
        who=None if chosen is None else answering_node(view, chosen, _day_of(view, found)),
        until=found.until,
        opens_at=found.opens_at,
        covers=None if at is None or is_now else _covering(view, post, policy, at),
        is_dated=at is None,
    )


def _day_of(view: View, found: Answerer) -> int:
    """Return the day on which the answerer answers."""
    return view.day if found.opens_at is None else date_to_day(found.opens_at.date())


def answering_node(view: View, chosen: Candidate, day: int) -> NodeRef | None:
    """Return a person, else the post that answers; a unit for a post without holders."""
    speaker = chosen.speaker(day)
    if speaker.person is not None:
        return _named(view, speaker.person)
    if speaker.is_hidden or chosen.rung is AnswerRole.OWN_CHANNEL or chosen.post is None:
        return None
    units = view.targets(chosen.post, LinkType.BELONGS_TO) if chosen.rung is AnswerRole.UNIT else []
    return _named(view, units[0] if units else chosen.post)


def _named(view: View, row: int) -> NodeRef:
    return NodeRef(id=view.id(row), name=view.name(row))


def answerer(
    asked: tuple[Candidate, ...], on: date, closing: ClosingDays, at: datetime | None
) -> Answerer:
    """Return the candidate who answers at a minute, else at the next opening; None: on the date."""
    if at is None:
        return _on_date(asked, on, closing)
    day = date_to_day(at.date())
    for one in asked:
        if _answers(one, at, closing):
            return Answerer(chosen=one, state=_state(one), until=_until(one, at, closing))
    present = first(tuple(one for one in asked if one.rung not in _UNATTENDED), day)
    if present is not None and present.hours is None:
        return Answerer(chosen=present, state=AvailabilityState.HOURS_UNKNOWN)
    opening = _opening(asked, at, closing)
    if opening is not None:
        chosen = next(one for one in asked if _answers(one, opening, closing))
        return Answerer(chosen=chosen, state=AvailabilityState.OPENS_AT, opens_at=opening)
    return Answerer(chosen=first(asked, day), state=AvailabilityState.NOBODY)


def _state(one: Candidate) -> AvailabilityState:
    return _STATES.get(one.rung, AvailabilityState.ANSWERING)


def _on_date(asked: tuple[Candidate, ...], on: date, closing: ClosingDays) -> Answerer:
    """Return who is present on a date, evaluated at the first opening of that date."""
    chosen = first(asked, date_to_day(on))
    if chosen is not None and chosen.rung not in _UNATTENDED:
        if chosen.hours is None:
            return Answerer(chosen=chosen, state=AvailabilityState.HOURS_UNKNOWN)
        opening = first_opening(chosen.hours, on, closing)
        if opening is not None and _answers(chosen, opening, closing):
            until = _until(chosen, opening, closing)
            return Answerer(chosen=chosen, state=_state(chosen), until=until, opens_at=opening)
    later = _opening(asked, datetime.combine(on, _MIDNIGHT), closing)
    state = AvailabilityState.NOBODY if later is None else AvailabilityState.OPENS_AT
    return Answerer(chosen=chosen, state=state, opens_at=later)


def _answers(one: Candidate, at: datetime, closing: ClosingDays) -> bool:
    """Return whether a candidate answers at a minute."""
    day = date_to_day(at.date())
    return (
        one.rung not in _UNATTENDED
        and one.hours is not None
        and one.is_there(day)
        and one.speaker(day).rung not in _UNATTENDED
        and is_open_at(one.hours, at, closing)
    )


def _opening(asked: tuple[Candidate, ...], at: datetime, closing: ClosingDays) -> datetime | None:
    """Return the first minute, from `at` on, at which any of them answers, within 400 days."""
    found = (opening for one in asked if (opening := _opening_of(one, at, closing)))
    return min(found, default=None)


def _opening_of(one: Candidate, at: datetime, closing: ClosingDays) -> datetime | None:
    """Return the first minute, from `at` on, at which a candidate answers, within 400 days."""
    if one.hours is None or one.rung in _UNATTENDED:
        return None
    today = date_to_day(at.date())
    begins, last = max(today, one.from_day), min(today + MOST_DAYS + 1, one.to_day)
    if begins >= last:
        return None
    start = at if begins == today else at_midnight(begins)
    for opens, _ in openings_from(one.hours, start, closing, until=at_midnight(last).date()):
        minute = max(opens, start)
        if _answers(one, minute, closing):
            return minute
    return None


def at_midnight(day: int) -> datetime:
    """Return the first local minute of a day counted from 1970."""
    return datetime(1970, 1, 1) + timedelta(days=day)  # noqa: DTZ001 - local wall-clock time


def _until(one: Candidate, at: datetime, closing: ClosingDays) -> datetime | None:
    """Return the first later minute at which an answering candidate no longer does; None: never."""
    hours = one.hours or ALWAYS
    is_bound = one.to_day != FOREVER or one.absent_from != FOREVER or bool(one.inner)
    if hours == ALWAYS and not is_bound:
        return None
    for day in _days_from(at.date()):
        midnight = datetime.combine(day, _MIDNIGHT)
        if day != at.date() and not _answers(one, midnight, closing):
            return midnight
        begins = at if day == at.date() else midnight
        minute = begins.hour * 60 + begins.minute
        end = next(
            last for first_, last in periods_on(hours, day, closing) if first_ <= minute < last
        )
        if end < 24 * 60:
            return midnight + timedelta(minutes=end)
    return None


def _days_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=more) for more in range(MOST_DAYS + 1))


# ---- the duty line of a place


def duty_line(view: View, area: int) -> int | None:
    """Return the duty line that is the acute entry point of an area, or of what it lies in."""
    around = [area]
    while around:
        found = [
            (view.link_value(link, "order"), view.source(link))
            for one in around
            for link in view.into(one, LinkType.ENTRY_POINT_FOR)
            if view.link_value(link, "is_acute")
            and view.value(view.source(link), "kind") is PostKind.DUTY_LINE
        ]
        if found:
            return min(found)[1]
        around = sorted({up for one in around for up in view.targets(one, LinkType.LIES_IN)})
    return None


def _covering(view: View, post: int, policy: Policy, at: datetime) -> NodeRef | None:
    """Return the duty line of the post's place, if it answers at that minute."""
    for area in areas_of(view, post):
        line = duty_line(view, area) if view.label(area) is Label.AREA else None
        if line is not None and line != post:
            found = answerer(candidates(view, line), view.on, policy.closing, at)
            if found.state.is_now:
                return _named(view, line)
    return None
