"""Who answers at a post at a given minute, until when, or when someone will.

Source: docs/paths.md, "Who answers".

A deputy that is a post is expanded one level deep: its own deputies are not considered.

Hours are Danish wall-clock time. A post's hours hold for its holders, personal deputies and unit,
while a deputizing post or duty line answers by its own. A mailbox, or the number of a post
without a holder, answers at no minute, and unknown hours never count as "now".
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np

from graph.access.view import View, memoize_by_view
from graph.model.opening_hours import (
    MOST_DAYS,
    ClosingDays,
    first_opening,
    is_open_at,
    openings_from,
    periods_on,
)
from graph.paths.answer import Availability, NodeRef
from graph.paths.answer_terms import AnswerRole, AvailabilityState, PassedWhy
from graph.paths.capabilities import channels_of, languages_of
from graph.paths.need import speaks
from graph.paths.policy import Policy
from graph.snapshot.field_types import date_to_day
from graph.snapshot.seats import SeatRecord
from graph.snapshot.structure import areas_of
from graph.vocabulary import DUTY_LINES, Channel, Label, LinkType, PostKind

ALWAYS: Final = "00:00-24:00"
NEVER: Final = int(np.iinfo(np.int32).min)
FOREVER: Final = int(np.iinfo(np.int32).max)
_UNATTENDED: Final = (AnswerRole.OWN_CHANNEL, AnswerRole.MAILBOX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """The preferences of a need for who answers, within a rung."""

    language: str | None = None
    channel: Channel | None = None


ANY: Final = Preference()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A candidate who could answer: `person` or `post` is a row; day intervals are half-open.

    `place` is the sort key of candidates; `hours` are when the candidate answers, None if
    unknown; `is_hidden`: the caller may not know the name. `misses` is a preference of the need
    that the candidate does not meet; `inner` are the candidates at a deputy that is a post.
    """

    rung: AnswerRole
    place: tuple[Any, ...]
    hours: str | None = None
    person: int | None = None
    is_hidden: bool = False
    post: int | None = None
    from_day: int = NEVER
    to_day: int = FOREVER
    absent_from: int = FOREVER
    absent_to: int = FOREVER
    misses: PassedWhy | None = None
    inner: tuple["Candidate", ...] = ()

    def is_there(self, day: int) -> bool:
        """Return whether this candidate answers on a day."""
        return (
            self.from_day <= day < self.to_day
            and not self.absent_from <= day < self.absent_to
            and (not self.inner or any(candidate.is_there(day) for candidate in self.inner))
        )

    def is_attended(self, day: int) -> bool:
        """Return whether a person answers on a day: not at a mailbox or a post's own number."""
        return self.is_there(day) and self.speaker(day).rung not in _UNATTENDED

    def speaker(self, day: int) -> "Candidate":
        """Return the candidate who answers at a deputy that is a post, else this candidate."""
        return first(self.inner, day) or self

    def why_not(self, day: int) -> PassedWhy | None:
        """Return why this candidate does not answer on a day, if that can be stated."""
        if day < self.from_day:
            return PassedWhy.NOT_YET
        if day >= self.to_day:
            return PassedWhy.ENDED
        return PassedWhy.ABSENT if self.absent_from <= day < self.absent_to else None

    def days(self) -> Iterator[int]:
        """Yield the days on which the state of this candidate changes."""
        yield from (self.from_day, self.to_day, self.absent_from, self.absent_to)
        for candidate in self.inner:
            yield from candidate.days()


def present_on(candidates: tuple[Candidate, ...], day: int) -> list[Candidate]:
    """Return who is there on a day in order of precedence, people before numbers and mailboxes."""
    there = [candidate for candidate in candidates if candidate.is_there(day)]
    return sorted(there, key=lambda candidate: not candidate.is_attended(day))


def first(candidates: tuple[Candidate, ...], day: int) -> Candidate | None:
    """Return who answers on a day; None: no one."""
    return next(iter(present_on(candidates, day)), None)


@memoize_by_view
def candidates(view: View, post: int, preference: Preference = ANY) -> tuple[Candidate, ...]:
    """Return all who could answer at a post now, before or later, in order of precedence."""
    everybody = list(_own(view, post, preference))
    hours: str | None = view.value(post, "hours")
    for seat in view.seats(post):
        if seat.link_type is not LinkType.DEPUTIZES_FOR:
            continue
        source = seat.source
        if source is None or view.label(source) is Label.PERSON:
            deputy = _holder_or_deputy(view, seat, AnswerRole.DEPUTY, preference, seat.order, hours)
            everybody.append(deputy)
            continue
        inner = sorted(_own(view, source, preference), key=lambda candidate: candidate.place)
        if inner:  # a post at which someone could answer; its own hours apply if known
            is_line = view.value(source, "kind") in DUTY_LINES
            rung = AnswerRole.DUTY_LINE if is_line else AnswerRole.DEPUTY
            everybody.append(
                Candidate(
                    rung=rung, post=source, inner=tuple(inner),
                    hours=view.value(source, "hours") or hours,
                    place=(rung.code, False, False, seat.order, False, view.id(source)),
                    from_day=seat.from_day, to_day=seat.to_day,
                )
            )  # fmt: skip
    last_day = int(view.nodes.valid_to[post])
    bounded = (
        replace(candidate, to_day=min(candidate.to_day, last_day)) for candidate in everybody
    )
    return tuple(sorted(bounded, key=lambda candidate: candidate.place))


def _own(view: View, post: int, preference: Preference) -> Iterator[Candidate]:
    """Yield the candidates without deputies: unit, holders, own channel, mailbox."""
    hours: str | None = view.value(post, "hours")
    if view.value(post, "is_unit_only"):
        yield Candidate(rung=AnswerRole.UNIT, place=(AnswerRole.UNIT.code,), post=post, hours=hours)
    for seat in view.seats(post):
        if seat.link_type is LinkType.HOLDS:
            rung = AnswerRole.ACTING if seat.is_acting else AnswerRole.HOLDER
            yield _holder_or_deputy(view, seat, rung, preference, -seat.share, hours)
    lasts = [int(view.links.valid_to[link]) for link in view.out(post, LinkType.REACHED_BY)]
    if lasts:
        yield Candidate(
            rung=AnswerRole.OWN_CHANNEL,
            place=(AnswerRole.OWN_CHANNEL.code,),
            post=post,
            to_day=max(lasts),
            hours=hours,
        )
    for mailbox, to_day in _mailboxes(view, post):
        place = (AnswerRole.MAILBOX.code, view.id(mailbox))
        yield Candidate(rung=AnswerRole.MAILBOX, place=place, post=mailbox, to_day=to_day)


def _holder_or_deputy(
    view: View,
    seat: SeatRecord,
    rung: AnswerRole,
    preference: Preference,
    rank: float,
    hours: str | None,
) -> Candidate:
    """Return a holder or personal deputy, visible or not; of equals, the visible come first."""
    person = seat.source
    speaking = frozenset[str]() if person is None else languages_of(view, person)
    channels = () if person is None else channels_of(view, person)
    mute = preference.language is not None and not speaks(speaking, preference.language)
    cut_off = preference.channel is not None and preference.channel not in channels
    person_ids = () if person is None else (view.id(person),)
    return Candidate(
        rung=rung, person=person, is_hidden=person is None, hours=hours,
        misses=PassedWhy.NO_LANGUAGE if mute else PassedWhy.NO_CHANNEL if cut_off else None,
        place=(rung.code, mute, cut_off, rank, person is None, *person_ids),
        from_day=seat.from_day, to_day=seat.to_day,
        absent_from=seat.absent_from, absent_to=seat.absent_to,
    )  # fmt: skip


def _mailboxes(view: View, post: int) -> list[tuple[int, int]]:
    """Return the functional mailboxes of the post's authority, else of its parent.

    Each with its last day (exclusive).
    """
    last_day = view.links.valid_to
    units = [
        (view.target(link), int(last_day[link])) for link in view.out(post, LinkType.BELONGS_TO)
    ]
    wholes = [
        (view.target(link), min(day, int(last_day[link])))
        for unit, day in units
        for link in view.out(unit, LinkType.PART_OF)
    ]
    for bodies in (units, wholes):
        boxes = [
            (box, min(day, box_day))
            for body, day in bodies
            for box, box_day in _mailboxes_of(view, body)
            if box != post
        ]
        if boxes:
            return boxes
    return []


@memoize_by_view
def _mailboxes_of(view: View, body: int) -> tuple[tuple[int, int], ...]:
    """The functional mailboxes of an authority or unit, each with its last day (exclusive)."""
    return tuple(
        (box, min(int(view.links.valid_to[link]), int(view.nodes.valid_to[box])))
        for link in view.into(body, LinkType.BELONGS_TO)
        if view.value(box := view.source(link), "kind") is PostKind.FUNCTIONAL_MAILBOX
    )


_STATES: Final = {
    AnswerRole.DEPUTY: AvailabilityState.DEPUTY,
    AnswerRole.DUTY_LINE: AvailabilityState.DUTY_LINE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """The candidate who answers at a post, and the state at the requested time.

    `candidate` None: no one is present on the date. `opens_at`: from when `candidate` answers, set
    with OPENS_AT and if no minute is given.
    """

    candidate: Candidate | None
    state: AvailabilityState
    until: datetime | None = None
    opens_at: datetime | None = None


def availability(
    view: View, post: int, policy: Policy, at: datetime | None, preference: Preference = ANY
) -> Availability:
    """Return who answers at a post at a local minute; None: at its first opening of the date."""
    answering = answerer(candidates(view, post, preference), view.on, policy.closing, at)
    return availability_of(view, post, policy, answering, at)


def availability_of(
    view: View, post: int, policy: Policy, answering: Answerer, at: datetime | None
) -> Availability:
    """Return an answerer with visible names, and the post that covers meanwhile."""
    candidate, opens = answering.candidate, answering.opens_at
    covers = None
    if at is not None and not answering.state.is_now:
        covering = _covering_post(view, post, policy, at)
        covers = None if covering is None else node_ref(view, covering)
    day = view.day if opens is None else date_to_day(opens.date())
    return Availability(
        state=answering.state,
        rung=AnswerRole.CLOSED if candidate is None else candidate.rung,
        who=None if candidate is None else answering_node(view, candidate, day),
        until=answering.until,
        opens_at=opens,
        covers=covers,
        is_dated=at is None,
    )


def answering_node(view: View, candidate: Candidate, day: int) -> NodeRef | None:
    """Return a person, else the post that answers; a unit for a post without holders."""
    speaker = candidate.speaker(day)
    if speaker.person is not None:
        return node_ref(view, speaker.person)
    if speaker.is_hidden or candidate.rung is AnswerRole.OWN_CHANNEL or candidate.post is None:
        return None
    units = (
        view.targets(candidate.post, LinkType.BELONGS_TO)
        if candidate.rung is AnswerRole.UNIT
        else []
    )
    return node_ref(view, units[0] if units else candidate.post)


def node_ref(view: View, row: int) -> NodeRef:
    """Return a visible node by id and, if the caller may know it, name."""
    return NodeRef(id=view.id(row), name=view.name(row))


def answerer(
    candidates: tuple[Candidate, ...], on: date, closing: ClosingDays, at: datetime | None
) -> Answerer:
    """Return who answers at `at`, else at the next opening.

    Without `at`, return who is there on the date.
    """
    if at is not None:
        for candidate in candidates:
            if _answers(candidate, at, closing):
                return _answerer_of(candidate, at, closing)
    begins = datetime.combine(on, time(0)) if at is None else at
    day = date_to_day(begins.date())
    present = first(candidates, day)
    if present is not None and present.is_attended(day) and present.hours is None:
        return Answerer(candidate=present, state=AvailabilityState.HOURS_UNKNOWN)
    following = _next_to_answer(candidates, begins, closing)
    if following is None:
        return Answerer(candidate=present, state=AvailabilityState.NOBODY)
    if at is None:
        on_date = _next_to_open(candidates, following[1].date(), _horizon(on), closing)
        if on_date is not None and on_date[1].date() == on:
            return replace(_answerer_of(*on_date, closing), opens_at=on_date[1])
        following = on_date or following
    next_candidate, opens = following
    return Answerer(candidate=next_candidate, state=AvailabilityState.OPENS_AT, opens_at=opens)


def _answerer_of(candidate: Candidate, at: datetime, closing: ClosingDays) -> Answerer:
    state = _STATES.get(candidate.rung, AvailabilityState.ANSWERING)
    return Answerer(candidate=candidate, state=state, until=_until(candidate, at, closing))


def _next_to_open(
    candidates: tuple[Candidate, ...], begins: date, horizon: int, closing: ClosingDays
) -> tuple[Candidate, datetime] | None:
    """Return who is first there on the first date on which they open, and when they do."""
    for day in range(date_to_day(begins), horizon):
        present = first(candidates, day)
        if present is None or present.hours is None or not present.is_attended(day):
            continue
        opening = first_opening(present.hours, at_midnight(day).date(), closing)
        if opening is not None:
            return present, opening
    return None


def _horizon(on: date) -> int:
    """Return the day, exclusive, until which an opening is searched for from a date on."""
    return min(date_to_day(on) + MOST_DAYS + 1, date_to_day(date.max))


def _answers(candidate: Candidate, at: datetime, closing: ClosingDays) -> bool:
    """Return whether a candidate answers at a minute."""
    return (
        candidate.hours is not None
        and candidate.is_attended(date_to_day(at.date()))
        and is_open_at(candidate.hours, at, closing)
    )


def _next_to_answer(
    candidates: tuple[Candidate, ...], at: datetime, closing: ClosingDays
) -> tuple[Candidate, datetime] | None:
    """Return who answers first from `at` on, and from which minute; None: not within 400 days."""
    today, openings = date_to_day(at.date()), list[datetime]()
    horizon = _horizon(at.date())
    for candidate in candidates:
        begins, last = max(today, candidate.from_day), min(horizon, candidate.to_day)
        if candidate.hours is None or candidate.rung in _UNATTENDED or begins >= last:
            continue
        start = at if begins == today else at_midnight(begins)
        until = at_midnight(last).date()
        for opens, _ in openings_from(candidate.hours, start, closing, until=until):
            if _answers(candidate, minute := max(opens, start), closing):
                openings.append(minute)
                break
    if not openings:
        return None
    opens = min(openings)
    return next(each for each in candidates if _answers(each, opens, closing)), opens


def at_midnight(day: int) -> datetime:
    """Return the first local minute of a day counted from 1970."""
    return datetime(1970, 1, 1) + timedelta(days=day)  # noqa: DTZ001 - local wall-clock time


def _until(candidate: Candidate, at: datetime, closing: ClosingDays) -> datetime | None:
    """Return the first later minute at which an answering candidate no longer does; None: never."""
    hours = candidate.hours or ALWAYS
    if hours == ALWAYS:  # the state changes only where a seat or an absence begins or ends
        today = date_to_day(at.date())
        last = min(today + MOST_DAYS, date_to_day(date.max))
        changes = sorted(day for day in candidate.days() if today < day <= last)
        ends = (at_midnight(day) for day in changes if not candidate.is_attended(day))
        return next(ends, None)
    for later in range(min(MOST_DAYS, (date.max - at.date()).days) + 1):
        day = at.date() + timedelta(days=later)
        midnight = datetime.combine(day, time(0))
        if day != at.date() and not _answers(candidate, midnight, closing):
            return midnight
        begins = at if day == at.date() else midnight
        minute = begins.hour * 60 + begins.minute
        end = next(
            last for first_, last in periods_on(hours, day, closing) if first_ <= minute < last
        )
        if end < 24 * 60:
            return midnight + timedelta(minutes=end)
    return None


# ---- who covers meanwhile


def _covering_post(view: View, post: int, policy: Policy, at: datetime) -> int | None:
    """Return the post to contact at a minute while one is closed."""
    key = ("covering posts", policy.digest, post)
    rows = view.memo(key, lambda: tuple(_covering_posts(view, post, policy)))
    return next((row for row in rows if _covers_at(view, row, post, policy, at)), None)


def _covers_at(view: View, row: int, post: int, policy: Policy, at: datetime) -> bool:
    """Return whether a post answers itself at a minute; a mailbox, whether it is read then.

    A mailbox without hours, or always open, is read in the hours of the closed post.
    """
    if view.value(row, "kind") is PostKind.FUNCTIONAL_MAILBOX:
        hours: str | None = view.value(row, "hours")
        hours = view.value(post, "hours") if hours in (None, ALWAYS) else hours
        return hours is not None and is_open_at(hours, at, policy.closing)
    state = answerer(candidates(view, row), view.on, policy.closing, at).state
    return state in (AvailabilityState.ANSWERING, AvailabilityState.DEPUTY)


def _covering_posts(view: View, post: int, policy: Policy) -> Iterator[int]:
    """Yield who may cover a post: entry points of its authority, its mailboxes, its duty line.

    The line is the acute entry point of the post's areas, of the kind that the policy has for the
    authority or one that it is part of. A post of several areas with different lines has none.
    """
    kind: PostKind = view.value(post, "kind")
    if kind in policy.cover.none or kind in DUTY_LINES:
        return
    areas = [area for area in areas_of(view, post) if view.label(area) is Label.AREA]
    bodies = view.targets(post, LinkType.BELONGS_TO)
    if len(areas) == 1:
        entries = sorted(
            (int(view.link_value(link, "order")), view.source(link))
            for link in view.into(areas[0], LinkType.ENTRY_POINT_FOR)
            if not view.link_value(link, "is_acute")
        )
        for _, row in entries:
            if row != post and set(bodies) & set(view.targets(row, LinkType.BELONGS_TO)):
                yield row
    yield from (box for box, to_day in _mailboxes(view, post) if view.day < to_day)
    wholes = list(bodies)
    for body in wholes:  # grows while it is read
        wholes += [whole for whole in view.targets(body, LinkType.PART_OF) if whole not in wholes]
    authorities = {view.value(body, "kind") for body in wholes}
    line_kinds = [line for of, line in policy.cover.lines.items() if of in authorities]
    lines = {duty_line(view, area, line_kinds[0]) for area in areas} if line_kinds else {None}
    line = lines.pop() if len(lines) == 1 else None
    if line is not None:
        yield line


def duty_line(view: View, area: int, kind: PostKind = PostKind.DUTY_LINE) -> int | None:
    """Return the line of a kind that is the acute entry point of an area, or what it lies in."""
    around = [area]
    while around:
        lines = [
            (view.link_value(link, "order"), view.source(link))
            for place in around
            for link in view.into(place, LinkType.ENTRY_POINT_FOR)
            if view.link_value(link, "is_acute") and view.value(view.source(link), "kind") is kind
        ]
        if lines:
            return min(lines)[1]
        around = sorted({up for place in around for up in view.targets(place, LinkType.LIES_IN)})
    return None
