"""Who could answer at a post, in which order, and from when to when.

A deputy that is a post is looked into one level deep: its own deputies are not asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from graph.questions.paths.need import speaks
from graph.questions.paths.talents import channels_of, languages_of
from graph.questions.paths.words import PassedWhy, Rung
from graph.tables import date_to_day
from graph.view import View
from graph.vocabulary import Channel, Label, LinkType, PostKind

ALWAYS: Final = "00:00-24:00"
NEVER: Final = int(np.iinfo(np.int32).min)
FOREVER: Final = int(np.iinfo(np.int32).max)
_SEATS: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a need prefers in whoever answers, within a rung; when acute, duty lines come first."""

    language: str | None = None
    channel: Channel | None = None
    is_acute: bool = False


ANY: Final = Wish()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One who could answer: `person` or `post` is a row; days are half-open.

    `place` orders candidates; `misses` is what the need wished for and this one lacks; `inner`
    are who answers at a deputy that is a post.
    """

    rung: Rung
    place: tuple[Any, ...]
    person: int | None = None
    post: int | None = None
    from_day: int = NEVER
    to_day: int = FOREVER
    absent_from: int = FOREVER
    absent_to: int = FOREVER
    misses: PassedWhy | None = None
    inner: tuple["Candidate", ...] = ()

    def is_there(self, day: int) -> bool:
        """Does this one answer on a day?"""
        return (
            self.from_day <= day < self.to_day
            and not self.absent_from <= day < self.absent_to
            and (not self.inner or first(self.inner, day) is not None)
        )

    def why_not(self, day: int) -> PassedWhy | None:
        """Why this one does not answer on a day, if it can be told."""
        if day < self.from_day:
            return PassedWhy.NOT_YET
        if day >= self.to_day:
            return PassedWhy.ENDED
        return PassedWhy.ABSENT if self.absent_from <= day < self.absent_to else None

    def days(self) -> Iterator[int]:
        """The days on which something about this one changes."""
        yield from (self.from_day, self.to_day, self.absent_from, self.absent_to)
        for candidate in self.inner:
            yield from candidate.days()


def first(candidates: tuple[Candidate, ...], day: int) -> Candidate | None:
    """Who answers on a day; None: nobody."""
    return next((candidate for candidate in candidates if candidate.is_there(day)), None)


def candidates(view: View, post: int, wish: Wish = ANY) -> tuple[Candidate, ...]:
    """All who could answer at a post now, before or later, in the order they are asked."""
    return view.memo(("candidates", post, wish), lambda: _candidates(view, post, wish))


def _candidates(view: View, post: int, wish: Wish) -> tuple[Candidate, ...]:
    found = [*_own(view, post, wish), *_deputies(view, post, wish)]
    last_day = int(view.nodes.valid_to[post])
    bounded = (replace(one, to_day=min(one.to_day, last_day)) for one in found)
    return tuple(sorted(bounded, key=lambda one: one.place))


def _own(view: View, post: int, wish: Wish) -> Iterator[Candidate]:
    """Who answers without a deputy: unit, holders, own channel, mailbox."""
    if view.value(post, "is_unit_only"):
        yield Candidate(rung=Rung.UNIT, place=(Rung.UNIT.code,), post=post)
    for link in _seat_links(view, LinkType.HOLDS).get(post, []):
        yield _holder(view, link, wish)
    lasts = [int(view.links.valid_to[link]) for link in view.out(post, LinkType.REACHED_BY)]
    if lasts:
        yield Candidate(
            rung=Rung.OWN_CHANNEL, place=(Rung.OWN_CHANNEL.code,), post=post, to_day=max(lasts)
        )
    for mailbox, to_day in _mailboxes(view, post):
        place = (Rung.MAILBOX.code, view.id(mailbox))
        yield Candidate(rung=Rung.MAILBOX, place=place, post=mailbox, to_day=to_day)


def _holder(view: View, link: int, wish: Wish) -> Candidate:
    place = int(view.links.place[link])
    is_acting = bool(view.column(LinkType.HOLDS, "is_acting")[1][place])
    share = float(view.column(LinkType.HOLDS, "share")[1][place])
    rung = Rung.ACTING if is_acting else Rung.HOLDER
    return _person(view, link, rung, wish, (-share,))


def _deputies(view: View, post: int, wish: Wish) -> Iterator[Candidate]:
    for link in _seat_links(view, LinkType.DEPUTIZES_FOR).get(post, []):
        order = int(view.column(LinkType.DEPUTIZES_FOR, "order")[1][int(view.links.place[link])])
        source = view.source(link)
        if view.label(source) is Label.PERSON:
            yield _person(view, link, Rung.DEPUTY, wish, (order,))
        else:
            yield from _deputy_post(view, link, order, wish)


def _deputy_post(view: View, link: int, order: int, wish: Wish) -> Iterator[Candidate]:
    """A post that stands in, if anybody answers there."""
    source = view.source(link)
    inner = tuple(sorted(_own(view, source, wish), key=lambda one: one.place))
    if not inner:
        return
    is_line = view.value(source, "kind") is PostKind.DUTY_LINE
    rung = Rung.DUTY_LINE if is_line else Rung.DEPUTY
    comes_first = is_line and wish.is_acute and view.value(source, "hours") == ALWAYS
    yield Candidate(
        rung=rung, post=source, inner=inner,
        place=(-1 if comes_first else rung.code, False, False, order, view.id(source)),
        from_day=int(view.links.valid_from[link]),
        to_day=min(int(view.links.valid_to[link]), int(view.nodes.valid_to[source])),
    )  # fmt: skip


def _person(view: View, link: int, rung: Rung, wish: Wish, rank: tuple[float, ...]) -> Candidate:
    person = view.source(link)
    mute = wish.language is not None and not speaks(languages_of(view, person), wish.language)
    cut_off = wish.channel is not None and wish.channel not in channels_of(view, person)
    away, back = view.value(person, "absent_from"), view.value(person, "absent_to")
    return Candidate(
        rung=rung, person=person,
        misses=PassedWhy.NO_LANGUAGE if mute else PassedWhy.NO_CHANNEL if cut_off else None,
        place=(rung.code, mute, cut_off, *rank, view.id(person)),
        from_day=max(int(view.links.valid_from[link]), int(view.nodes.valid_from[person])),
        to_day=min(int(view.links.valid_to[link]), int(view.nodes.valid_to[person])),
        absent_from=FOREVER if away is None else date_to_day(away),
        absent_to=FOREVER if back is None else date_to_day(back),
    )  # fmt: skip


def _seat_links(view: View, link_type: LinkType) -> dict[int, list[int]]:
    """The links of a type by the post they reach: those in force, and people's before and after."""
    return view.memo(("seat_links", link_type), lambda: _seats_by_post(view, link_type))


def _seats_by_post(view: View, link_type: LinkType) -> dict[int, list[int]]:
    rows, _ = view.column(link_type, "id")
    source, target = view.links.source[rows], view.links.target[rows]
    day = date_to_day(view.on)
    is_other_day = (view.links.valid_from[rows] > day) | (view.links.valid_to[rows] <= day)
    is_person = view.nodes.label[source] == Label.PERSON.code
    is_told = is_other_day & is_person & view.visible[source] & view.visible[target]
    is_told &= view.sees(link_type)
    by_post: dict[int, list[int]] = {}
    for link in sorted(rows[view.open_links[rows] | is_told].tolist()):
        by_post.setdefault(view.target(link), []).append(link)
    return by_post


def _mailboxes(view: View, post: int) -> list[tuple[int, int]]:
    """The functional mailboxes of the post's authority, else of what that is a part of.

    Each with the day it stops being so.
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
