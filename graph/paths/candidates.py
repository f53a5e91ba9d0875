"""Candidates who could answer at a post: their order, hours, and period of validity.

A deputy that is a post is expanded one level deep: its own deputies are not considered.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from graph.access.view import View
from graph.paths.answer_terms import AnswerRole, PassedWhy
from graph.paths.capabilities import channels_of, languages_of
from graph.paths.need import speaks
from graph.snapshot.seats import Seat
from graph.vocabulary import Channel, Label, LinkType, PostKind

ALWAYS: Final = "00:00-24:00"
NEVER: Final = int(np.iinfo(np.int32).min)
FOREVER: Final = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """The preferences of a need for who answers, within a rung."""

    language: str | None = None
    channel: Channel | None = None


ANY: Final = Preference()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One who could answer: `person` or `post` is a row; day intervals are half-open.

    `place` is the sort key of candidates; `hours` are when this one answers, None if unknown;
    `is_hidden`: the caller may not know the name. `misses` is a preference of the need that this
    one does not meet; `inner` are the candidates at a deputy that is a post.
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
            and (not self.inner or first(self.inner, day) is not None)
        )

    def speaker(self, day: int) -> "Candidate":
        """Return the one who answers inside a deputy that is a post, else this candidate."""
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


def first(candidates: tuple[Candidate, ...], day: int) -> Candidate | None:
    """Return who answers on a day; None: no one."""
    return next((candidate for candidate in candidates if candidate.is_there(day)), None)


def candidates(view: View, post: int, preference: Preference = ANY) -> tuple[Candidate, ...]:
    """Return all who could answer at a post now, before or later, in order of precedence."""
    return view.memo(("candidates", post, preference), lambda: _candidates(view, post, preference))


def _candidates(view: View, post: int, preference: Preference) -> tuple[Candidate, ...]:
    found = [*_own(view, post, preference), *_deputies(view, post, preference)]
    last_day = int(view.nodes.valid_to[post])
    bounded = (replace(one, to_day=min(one.to_day, last_day)) for one in found)
    return tuple(sorted(bounded, key=lambda one: one.place))


def _own(view: View, post: int, preference: Preference) -> Iterator[Candidate]:
    """Yield the candidates without deputies: unit, holders, own channel, mailbox."""
    hours: str | None = view.value(post, "hours")
    if view.value(post, "is_unit_only"):
        yield Candidate(rung=AnswerRole.UNIT, place=(AnswerRole.UNIT.code,), post=post, hours=hours)
    for seat in view.seats(post):
        if seat.link_type is LinkType.HOLDS:
            rung = AnswerRole.ACTING if seat.is_acting else AnswerRole.HOLDER
            yield _seated(view, seat, rung, preference, -seat.share, hours)
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


def _deputies(view: View, post: int, preference: Preference) -> Iterator[Candidate]:
    hours: str | None = view.value(post, "hours")
    for seat in view.seats(post):
        if seat.link_type is not LinkType.DEPUTIZES_FOR:
            continue
        if seat.source is None or view.label(seat.source) is Label.PERSON:
            yield _seated(view, seat, AnswerRole.DEPUTY, preference, seat.order, hours)
        else:
            yield from _deputy_post(view, seat, seat.source, preference, hours)


def _deputy_post(
    view: View, seat: Seat, source: int, preference: Preference, hours: str | None
) -> Iterator[Candidate]:
    """A deputizing post, if anyone answers there; by its own hours if they are known."""
    inner = tuple(sorted(_own(view, source, preference), key=lambda one: one.place))
    if not inner:
        return
    rung = (
        AnswerRole.DUTY_LINE
        if view.value(source, "kind") is PostKind.DUTY_LINE
        else AnswerRole.DEPUTY
    )
    yield Candidate(
        rung=rung, post=source, inner=inner, hours=view.value(source, "hours") or hours,
        place=(rung.code, False, False, seat.order, False, view.id(source)),
        from_day=seat.from_day, to_day=seat.to_day,
    )  # fmt: skip


def _seated(
    view: View, seat: Seat, rung: AnswerRole, preference: Preference, rank: float, hours: str | None
) -> Candidate:
    """Return a holder or personal deputy, visible or not; of equals, the visible come first."""
    person = seat.source
    speaking = frozenset[str]() if person is None else languages_of(view, person)
    channels = () if person is None else channels_of(view, person)
    mute = preference.language is not None and not speaks(speaking, preference.language)
    cut_off = preference.channel is not None and preference.channel not in channels
    known = () if person is None else (view.id(person),)
    return Candidate(
        rung=rung, person=person, is_hidden=person is None, hours=hours,
        misses=PassedWhy.NO_LANGUAGE if mute else PassedWhy.NO_CHANNEL if cut_off else None,
        place=(rung.code, mute, cut_off, rank, person is None, *known),
        from_day=seat.from_day, to_day=seat.to_day,
        absent_from=seat.absent_from, absent_to=seat.absent_to,
    )  # fmt: skip


def _mailboxes(view: View, post: int) -> list[tuple[int, int]]:
    """Return the functional mailboxes of the post's authority, else of its parent.

    Each with its last day (exclusive).
    """
    units = [
        (view.target(link), _last_day(view, link)) for link in view.out(post, LinkType.BELONGS_TO)
    ]
    wholes = [
        (view.target(link), min(day, _last_day(view, link)))
        for unit, day in units
        for link in view.out(unit, LinkType.PART_OF)
    ]
    return _boxes(view, post, units) or _boxes(view, post, wholes)


def _boxes(view: View, post: int, bodies: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [
        (box, min(day, _last_day(view, link), int(view.nodes.valid_to[box])))
        for body, day in bodies
        for link in view.into(body, LinkType.BELONGS_TO)
        if (box := view.source(link)) != post
        and view.value(box, "kind") is PostKind.FUNCTIONAL_MAILBOX
    ]


def _last_day(view: View, link: int) -> int:
    return int(view.links.valid_to[link])
