"""An oracle of who answers at a post, and when: every candidate is checked in turn.

Written from docs/paths.md, "Who answers" with the View's own methods. Opening hours are parsed here
a second time, from text, so that nothing is shared with what is tested.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from graph.access.view import View
from graph.paths.answer_terms import AnswerRole, AvailabilityState
from graph.paths.policy import Policy
from graph.snapshot.field_types import date_to_day
from graph.vocabulary import Label, LinkType, PostKind

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
HORIZON: Final = timedelta(days=400)
FOREVER: Final = 2**31 - 1
_EPOCH: Final = date(1970, 1, 1)
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STATES: Final = {
    AnswerRole.DEPUTY: AvailabilityState.DEPUTY,
    AnswerRole.DUTY_LINE: AvailabilityState.DUTY_LINE,
}
_SITS: Final = (AnswerRole.UNIT, AnswerRole.HOLDER, AnswerRole.ACTING)
Closing = frozenset[tuple[int, int]]


@lru_cache(maxsize=16)
def holidays_of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


def is_closing_day(day: date, closing: Closing) -> bool:
    return day in holidays_of(day.year) or (day.month, day.day) in closing


@lru_cache(maxsize=1_000_000)
def is_open(hours: str, minute: datetime, closing: Closing) -> bool:
    return any(_is_open(group.strip(), minute, closing) for group in hours.split(";"))


def _is_open(group: str, minute: datetime, closing: Closing) -> bool:
    *days, times = group.split(" ")
    start, end = times.split("-")
    if not start <= f"{minute:%H:%M}" < end:  # also where the end is 24:00
        return False
    if not days:
        return True
    first, _, last = days[0].partition("-")
    first_day, last_day, weekday = _DAYS.index(first), _DAYS.index(last or first), minute.weekday()
    is_named = (
        first_day <= weekday <= last_day
        if first_day <= last_day
        else weekday >= first_day or weekday <= last_day
    )
    return is_named and not is_closing_day(minute.date(), closing)


def exists(minute: datetime) -> bool:
    """Return whether the local minute exists: not 02:00 to 03:00 when the clocks go forward."""
    there = minute.replace(tzinfo=COPENHAGEN).astimezone(UTC).astimezone(COPENHAGEN)
    return there.replace(tzinfo=None) == minute


def openings(hours: str, after: datetime, closing: Closing) -> Iterator[datetime]:
    """Yield the minutes from `after` on at which the hours may begin to be open, in the horizon.

    They open at the beginning of a group, or at 03:00 where that lies in the missing hour.
    """
    if is_open(hours, after, closing):
        yield after
    groups = [group.strip() for group in hours.split(";")]
    starts = sorted({"03:00", *(group.split(" ")[-1][:5] for group in groups)})
    day = after.date()
    while (midnight := _midnight(day)) <= after + HORIZON:
        for start in starts:
            minute = midnight + timedelta(hours=int(start[:2]), minutes=int(start[3:]))
            is_later = after < minute <= after + HORIZON and exists(minute)
            if is_later and is_open(hours, minute, closing):
                yield minute
        day += timedelta(days=1)


def first_of_day(hours: str, day: date, closing: Closing) -> datetime | None:
    """The first minute of a date at which the hours are open."""
    first = next(openings(hours, _midnight(day), closing), None)
    return first if first is not None and first.date() == day else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local wall-clock time


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible answerer at a post. Days are half-open; `hours` None: not known.

    `person` is None for somebody hidden, and where `post` answers: the deputy, the mailbox, else
    the post itself. `inner`: who answers at a deputy that is a post.
    """

    rung: AnswerRole
    hours: str | None
    person: int | None = None
    post: int | None = None
    from_day: int = -FOREVER
    to_day: int = FOREVER
    absent_from: int = FOREVER
    absent_to: int = FOREVER
    inner: tuple["Candidate", ...] = ()

    def is_there(self, day: date) -> bool:
        """Return whether the candidate is there on a date, whatever the hour."""
        number = date_to_day(day)
        is_in_force = self.from_day <= number < self.to_day
        is_away = self.absent_from <= number < self.absent_to
        is_empty = bool(self.inner) and not any(candidate.is_there(day) for candidate in self.inner)
        return is_in_force and not is_away and not is_empty

    def may_answer(self, day: date) -> bool:
        """Return whether a person is there: never for a mailbox or a number of the post's own."""
        if self.inner and not any(candidate.may_answer(day) for candidate in self.inner):
            return False
        return self.rung not in (AnswerRole.OWN_CHANNEL, AnswerRole.MAILBOX) and self.is_there(day)

    def answers(self, minute: datetime, closing: Closing) -> bool:
        is_known = self.hours is not None and self.may_answer(minute.date())
        return is_known and is_open(self.hours or "", minute, closing)

    def first_minute(self, after: datetime, closing: Closing) -> datetime | None:
        """Return the first minute from `after` on that it answers, within the horizon."""
        if self.hours is None:
            return None
        # Somebody who arrives at midnight answers at once where the hours are already open.
        coming = (_midnight(_EPOCH + timedelta(days=day)) for day in self._days())
        minutes = [
            next(
                (
                    opening
                    for opening in openings(self.hours, begins, closing)
                    if self._has(opening)
                ),
                None,
            )
            for begins in {after, *(day for day in coming if after < day <= after + HORIZON)}
        ]
        open_minutes = (
            minute for minute in minutes if minute is not None and minute <= after + HORIZON
        )
        return min(open_minutes, default=None)

    def _has(self, minute: datetime) -> bool:
        return self.may_answer(minute.date())

    def _days(self) -> Iterator[int]:
        """Yield the days on which the candidate arrives, or returns."""
        yield from (day for day in (self.from_day, self.absent_to) if abs(day) < FOREVER)
        for candidate in self.inner:
            yield from candidate._days()


def candidates(view: View, post: int) -> tuple[Candidate, ...]:
    """Return all candidates of a post, in the order they are asked."""
    return view.memo(("oracle candidates", post), lambda: tuple(_candidates(view, post)))


def _candidates(view: View, post: int) -> Iterator[Candidate]:
    hours: str | None = view.value(post, "hours")
    everybody = [*_own(view, post, hours), *_deputies(view, post, hours)]
    ends = _day_of(view.value(post, "valid_to"))
    for candidate in sorted(everybody, key=lambda candidate: candidate.rung.code):
        yield replace(candidate, to_day=min(candidate.to_day, ends))


def _own(view: View, post: int, hours: str | None) -> Iterator[Candidate]:
    """Yield the candidates without deputies; those of one rung in their order."""
    if view.value(post, "is_unit_only"):
        yield Candidate(rung=AnswerRole.UNIT, hours=hours, post=post)
    seats = [seat for seat in view.seats(post) if seat.link_type is LinkType.HOLDS]
    for seat in sorted(
        seats, key=lambda seat: (-seat.share, seat.source is None, seat.source or 0)
    ):
        yield Candidate(
            rung=AnswerRole.ACTING if seat.is_acting else AnswerRole.HOLDER,
            hours=hours, person=seat.source, from_day=seat.from_day, to_day=seat.to_day,
            absent_from=seat.absent_from, absent_to=seat.absent_to,
        )  # fmt: skip
    lasts = [_last_day(view, link) for link in view.out(post, LinkType.REACHED_BY)]
    if lasts:
        yield Candidate(rung=AnswerRole.OWN_CHANNEL, hours=hours, post=post, to_day=max(lasts))
    for box, to_day in sorted(_mailboxes(view, post)):
        own_hours: str | None = view.value(box, "hours")
        yield Candidate(rung=AnswerRole.MAILBOX, hours=own_hours or hours, post=box, to_day=to_day)


def _deputies(view: View, post: int, hours: str | None) -> Iterator[Candidate]:
    """Yield the deputies: people in the hours of the post, posts in their own."""
    seats = [seat for seat in view.seats(post) if seat.link_type is LinkType.DEPUTIZES_FOR]
    for seat in sorted(seats, key=lambda seat: (seat.order, seat.source is None, seat.source or 0)):
        if seat.source is None or view.label(seat.source) is Label.PERSON:
            yield Candidate(
                rung=AnswerRole.DEPUTY, hours=hours, person=seat.source, from_day=seat.from_day,
                to_day=seat.to_day, absent_from=seat.absent_from, absent_to=seat.absent_to,
            )  # fmt: skip
            continue
        own_hours: str | None = view.value(seat.source, "hours") or hours
        inner = sorted(
            _own(view, seat.source, own_hours), key=lambda candidate: candidate.rung.code
        )
        if inner:
            is_line = view.value(seat.source, "kind") is PostKind.DUTY_LINE
            yield Candidate(
                rung=AnswerRole.DUTY_LINE if is_line else AnswerRole.DEPUTY, hours=own_hours,
                post=seat.source, inner=tuple(inner), from_day=seat.from_day, to_day=seat.to_day,
            )  # fmt: skip


def _mailboxes(view: View, post: int) -> list[tuple[int, int]]:
    """Return the mailboxes of a post's authority, else of its parents, with their last days."""
    units = [
        (view.target(link), _last_day(view, link)) for link in view.out(post, LinkType.BELONGS_TO)
    ]
    wholes = [
        (view.target(link), min(day, _last_day(view, link)))
        for unit, day in units
        for link in view.out(unit, LinkType.PART_OF)
    ]
    for bodies in (units, wholes):
        boxes = [
            (view.source(link), min(day, _last_day(view, link)))
            for body, day in bodies
            for link in view.into(body, LinkType.BELONGS_TO)
            if view.source(link) != post
            and view.value(view.source(link), "kind") is PostKind.FUNCTIONAL_MAILBOX
        ]
        if boxes:
            return boxes
    return []


def _last_day(view: View, link: int) -> int:
    """Return the first day on which a link, or its source, is no longer valid."""
    ends = (view.link_value(link, "valid_to"), view.value(view.source(link), "valid_to"))
    return min(map(_day_of, ends))


def _day_of(last: date | None) -> int:
    return FOREVER if last is None else date_to_day(last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Who answers at a post at a moment, else who is there on the date.

    `rung` decides what it costs to enter the post; CLOSED: nobody is there. `key`: who is called.
    `contact` is whose details are shown: who answers, else who will, from `opens_at` on. `sits`:
    who has the seat, if all may know; of a unit, the authority.
    """

    state: AvailabilityState
    contact: Candidate | None
    opens_at: datetime | None
    rung: AnswerRole
    key: int
    sits: int | None


def answered(view: View, post: int, policy: Policy, at: datetime | None) -> Answered:
    key = ("oracle answered", policy.digest, post, at)
    return view.memo(key, lambda: _answered(view, post, policy, at))


def _answered(view: View, post: int, policy: Policy, at: datetime | None) -> Answered:
    everybody, closing = candidates(view, post), policy.closing
    attended = [candidate for candidate in everybody if candidate.may_answer(view.on)]
    there = next(
        iter(attended or [candidate for candidate in everybody if candidate.is_there(view.on)]),
        None,
    )
    pool, moment = everybody, at
    if moment is None:
        pool, moment = _on_the_date(view, everybody, closing)
    now = next((candidate for candidate in pool if candidate.answers(moment, closing)), None)
    state, opens_at = _later(everybody, moment, closing)
    if now is not None:
        state, opens_at = _STATES.get(now.rung, AvailabilityState.ANSWERING), None
    called = there if now is None else now
    contact = called
    if at is not None and opens_at is not None:
        contact = next(candidate for candidate in everybody if candidate.answers(opens_at, closing))
    sitting = next(
        (
            candidate
            for candidate in everybody
            if candidate.rung in _SITS and candidate.is_there(view.on)
        ),
        None,
    )
    return Answered(
        state=state,
        contact=contact,
        opens_at=opens_at,
        rung=AnswerRole.CLOSED if called is None else called.rung,
        key=post if called is None else _key(view, post, called),
        sits=None if sitting is None else _seat(view, post, sitting),
    )


def _on_the_date(
    view: View, everybody: tuple[Candidate, ...], closing: Closing
) -> tuple[tuple[Candidate, ...], datetime]:
    """Return who is there first, and their first open minute on the date, else midnight."""
    first = [candidate for candidate in everybody if candidate.may_answer(view.on)][:1]
    opens = [
        first_of_day(candidate.hours, view.on, closing)
        for candidate in first
        if candidate.hours is not None
    ]
    return tuple(first), next(
        (opening for opening in opens if opening is not None), _midnight(view.on)
    )


def _later(
    everybody: tuple[Candidate, ...], moment: datetime, closing: Closing
) -> tuple[AvailabilityState, datetime | None]:
    """Return the state if nobody answers: hours unknown, somebody answers later, or nobody does."""
    there = next(
        (candidate for candidate in everybody if candidate.may_answer(moment.date())), None
    )
    if there is not None and there.hours is None:
        return AvailabilityState.HOURS_UNKNOWN, None
    minutes = [candidate.first_minute(moment, closing) for candidate in everybody]
    opens_at = min((minute for minute in minutes if minute is not None), default=None)
    state = AvailabilityState.NOBODY if opens_at is None else AvailabilityState.OPENS_AT
    return state, opens_at


def _key(view: View, post: int, chosen: Candidate) -> int:
    """Return who is called: a person, a unit or a post; for a hidden person this very post."""
    if chosen.inner:
        speaker = next(
            (candidate for candidate in chosen.inner if candidate.is_there(view.on)), chosen
        )
        if speaker.person is not None:
            return speaker.person
    seat = _seat(view, post, chosen)
    if seat is not None:
        return seat
    return post if chosen.post is None else chosen.post


def _seat(view: View, post: int, candidate: Candidate) -> int | None:
    """A person all may see, or the unit; the unit of a duty line is the line."""
    if candidate.rung is not AnswerRole.UNIT:
        return candidate.person
    if view.value(post, "kind") is PostKind.DUTY_LINE:
        return post
    return min(view.targets(post, LinkType.BELONGS_TO), default=post)


def wait_minutes(view: View, post: int, policy: Policy, at: datetime) -> int | None:
    """Return minutes until a post's hours open next, whoever is there; None: hours not known."""
    hours: str | None = view.value(post, "hours")
    if hours is None:
        return None
    first = next(openings(hours, at, policy.closing), at + HORIZON)
    return int((first - at).total_seconds()) // 60
