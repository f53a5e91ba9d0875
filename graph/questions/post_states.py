"""The state of each post: held, vacant, doubled, without a deputy, away, or due for a check.

A node has no verification date of its own: it takes that of the links it answers for. The oldest of
these checks counts, since using the node depends on each of them.

A holder hidden from the caller still holds the post: only the identity is not revealed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.paths import capabilities
from graph.paths.answer import NodeRef
from graph.paths.places import areas, inside
from graph.paths.resolve import named
from graph.snapshot.columns import TYPES, Rows
from graph.snapshot.csr import Mask, firsts
from graph.snapshot.field_types import MISSING, day_to_date
from graph.snapshot.seats import NO_SOURCE, Seat
from graph.vocabulary import FRESH_DAYS, Freshness, Label, LinkType, NetworkKind, PostKind, Term

HOPS: Final = frozenset(link_type for link_type in TYPES if link_type.use.is_hop)
_PASSES_ON: Final = (LinkType.REFERS_TO, LinkType.ESCALATES_TO, LinkType.SUPPORTS)
OF_POST: Final = ((LinkType.COORDINATES,), (LinkType.MEMBER_OF,), _PASSES_ON)
"""The links a post answers for: the first of these groups of which it has any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCheck:
    """A check; `on` is None if never made; `is_due`: longer ago than the post's own interval."""

    on: date | None
    days: int | None
    freshness: Freshness
    is_due: bool


def check_of(view: View, row: int) -> LastCheck | None:
    """The check of a post, network or civilian; None for nodes without a verifiable link.

    A post answers for what it coordinates, else for its memberships, else for the posts it refers
    or escalates to or supports; a network for the links of its coordinators; a civilian for the
    links of its door openers.
    """
    links = _answered_for(view, row)
    if not links:
        return None
    days = [_day(view, link) for link in links]
    interval = view.value(row, "review_every_days") if view.label(row) is Label.ACTOR else None
    return last_checks(view, None if MISSING in days else min(days), interval)


def last_checks(view: View, day: int | None, interval: int | None = None) -> LastCheck:
    """A check made on a day since 1970; None: never. Without an interval, due when not fresh."""
    age = None if day is None else view.day - day
    freshness = Freshness.of(age)
    is_late = freshness is not Freshness.FRESH if interval is None else (age or 0) > interval
    on = None if day is None else day_to_date(day)
    return LastCheck(on=on, days=age, freshness=freshness, is_due=age is None or is_late)


def check_of_link(view: View, link: int) -> LastCheck | None:
    """The check of one link; None of a type that is never checked."""
    if view.link_type(link) not in HOPS:
        return None
    day = _day(view, link)
    return last_checks(view, None if day == MISSING else day)


def _day(view: View, link: int) -> int:
    return int(view.links.verified_on[link])


def _answered_for(view: View, row: int) -> list[int]:
    match view.label(row):
        case Label.ACTOR:
            several = [list(view.out(row, *types)) for types in OF_POST]
            return next(filter(None, several), several[0])
        case Label.NETWORK:
            return list(view.into(row, LinkType.COORDINATES))
        case Label.RESOURCE_INDIVIDUAL:
            return list(view.into(row, LinkType.DOOR_OPENER_FOR))
        case _:
            return []


FULL: Final = 1 + 1e-9  # shares are sums of decimals


class PostState(Term):
    """What is true of a post on a date; several may be."""

    HELD = "HELD", "Besat", "Held"
    UNIT = "UNIT", "Besvares af en enhed", "Answered by a unit"
    VACANT = "VACANT", "Ubesat", "Vacant"
    DOUBLED = "DOUBLED", "Dobbelt besat", "Doubled"
    WITHOUT_DEPUTY = "WITHOUT_DEPUTY", "Uden stedfortræder", "Without a deputy"
    AWAY = "AWAY", "Indehaver fraværende", "Holder away"
    STALE = "STALE", "Bør kontrolleres", "Due for checking"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post that answers for an area; its holders, deputies (no duty line) and states.

    `hidden_holders` and `hidden_deputies`: how many more there are, whose names are hidden from the
    caller. `check` is None for a post that is never checked. States in the order of `PostState`.
    """

    area: NodeRef
    post: NodeRef
    kind: PostKind
    holders: tuple[NodeRef, ...]
    hidden_holders: int
    deputies: tuple[NodeRef, ...]
    hidden_deputies: int
    check: LastCheck | None
    states: tuple[PostState, ...]


def post_rows(view: View, places: Mask, kinds: Collection[PostKind]) -> tuple[PostRow, ...]:
    """The posts of some kinds (if empty: all) that answer for one of the areas.

    By area, kind and post; a post that answers for several areas has a row for each.
    """
    pairs = areas(view).of
    posts = firsts(pairs)
    chosen = places[pairs.to] & (view.nodes.label[posts] == Label.ACTOR.code)
    found: list[PostRow] = []
    order = np.lexsort((posts[chosen], pairs.to[chosen]))
    for place in order.tolist():
        area, post = int(pairs.to[chosen][place]), int(posts[chosen][place])
        kind: PostKind = view.value(post, "kind")
        if not kinds or kind in kinds:
            found.append(_row(view, area, post, kind))
    return tuple(sorted(found, key=lambda one: (one.area.id, one.kind.code, one.post.id)))


def every_post(view: View) -> tuple[PostRow, ...]:
    """Every post that answers for an area; cached, since each measure uses it."""
    places = view.visible & (view.nodes.label == Label.AREA.code)
    return view.memo("post rows", lambda: post_rows(view, places, ()))


def kinds_there(view: View, outer: Collection[int]) -> Iterator[PostKind]:
    """The kinds of post that answer for some areas or for areas in them."""
    there = {one.kind for one in _posts_in(view, outer)}
    return (kind for kind in PostKind if kind in there)


def networks_there(view: View, outer: Collection[int]) -> Iterator[NetworkKind]:
    """The kinds of network in which these posts meet."""
    posts = mask_of(view, [view.row(one.post.id) for one in _posts_in(view, outer)])
    for kind in NetworkKind:
        if np.any(capabilities.meets_in(view, frozenset({kind})) & posts):
            yield kind


def _posts_in(view: View, outer: Collection[int]) -> Iterator[PostRow]:
    within = inside(view, mask_of(view, outer))
    return (one for one in every_post(view) if within[view.row(one.area.id)])


def mask_of(view: View, rows: Collection[int]) -> Mask:
    """bool[nodes]: True for these rows."""
    return view.mask(list(rows))


def _row(view: View, area: int, post: int, kind: PostKind) -> PostRow:
    seats = [seat for seat in view.seats(post) if seat.is_in_force(view.day)]
    holders = [seat for seat in seats if seat.link_type is LinkType.HOLDS]
    deputies = [
        seat
        for seat in seats
        if seat.link_type is LinkType.DEPUTIZES_FOR and not _is_duty_line(view, seat.source)
    ]
    check = check_of(view, post)
    return PostRow(
        area=named(view, area),
        post=named(view, post),
        kind=kind,
        holders=_seen(view, holders),
        hidden_holders=_hidden(holders),
        deputies=_seen(view, deputies),
        hidden_deputies=_hidden(deputies),
        check=check,
        states=tuple(_states(view, post, holders, deputies, check)),
    )


def _is_duty_line(view: View, source: int | None) -> bool:
    if source is None or view.label(source) is not Label.ACTOR:
        return False
    return view.value(source, "kind") is PostKind.DUTY_LINE


def _seen(view: View, seats: Sequence[Seat]) -> tuple[NodeRef, ...]:
    """The visible sources, each once, by id."""
    rows = {seat.source for seat in seats if seat.source is not None}
    return tuple(named(view, row) for row in sorted(rows))


def _hidden(seats: Sequence[Seat]) -> int:
    return sum(seat.source is None for seat in seats)


def _states(
    view: View,
    post: int,
    holders: Sequence[Seat],
    deputies: Sequence[Seat],
    check: LastCheck | None,
) -> Iterator[PostState]:
    if view.value(post, "is_unit_only"):
        yield PostState.UNIT
    else:
        yield PostState.HELD if holders else PostState.VACANT
        if fsum(seat.share for seat in holders) > FULL:
            yield PostState.DOUBLED
        if view.value(post, "needs_deputy") and not deputies:
            yield PostState.WITHOUT_DEPUTY
        if holders and all(seat.is_away(view.day) for seat in holders):
            yield PostState.AWAY
    if check is not None and check.is_due:
        yield PostState.STALE


_LATEST: Final = np.iinfo(np.int32).max


def post_masks(view: View) -> Mapping[PostState, Mask]:
    """bool[nodes] for each state, in order: the posts in it. O(nodes + links), computed once."""
    return view.memo("post masks", lambda: _masks(view))


def every_seat(view: View) -> Mask:
    """bool[nodes]: all posts, teams included."""
    return view.visible & (view.nodes.label == Label.ACTOR.code)


def _masks(view: View) -> Mapping[PostState, Mask]:
    posts = every_seat(view)
    unit = posts & _of_posts(view, "is_unit_only", blank=False)
    seats = posts & ~unit
    holders = view.seat_columns(LinkType.HOLDS)
    held, here = view.mask(holders.post), view.mask(holders.post[~holders.is_away])
    alone = ~view.mask(deputized(view)) & _of_posts(view, "needs_deputy", blank=False)
    shares = np.bincount(holders.post, holders.share, minlength=len(view.visible))
    return {
        PostState.HELD: seats & held,
        PostState.UNIT: unit,
        PostState.VACANT: seats & ~held,
        PostState.DOUBLED: seats & (shares > FULL),
        PostState.WITHOUT_DEPUTY: seats & alone,
        PostState.AWAY: seats & held & ~here,
        PostState.STALE: posts & _is_due(view),
    }


def _of_posts(view: View, name: str, blank: Any) -> NDArray[Any]:
    """A field of all posts, by node; `blank` where the caller sees none."""
    rows, column = view.column(Label.ACTOR, name)
    shown = view.shown(Label.ACTOR, name)
    found = np.full(len(view.visible), blank, column.dtype)
    found[rows[shown]] = column[shown]
    return found


def deputized(view: View) -> Rows:
    """The posts with a deputy, once for each deputy; a duty line does not count."""
    deputies = view.seat_columns(LinkType.DEPUTIZES_FOR)
    source = deputies.source
    is_line = source != NO_SOURCE
    is_line &= view.nodes.label[source] == Label.ACTOR.code
    is_line &= view.nodes.kind[source] == PostKind.DUTY_LINE.code
    return deputies.post[~is_line]


def _is_due(view: View) -> Mask:
    """The posts whose oldest check is longer ago than their own interval, or missing."""
    interval = _of_posts(view, "review_every_days", blank=FRESH_DAYS).astype(np.int64)
    oldest = np.full(len(view.visible), _LATEST, np.int64)
    answering = np.zeros(len(view.visible), np.bool_)
    for types in OF_POST:
        chosen = view.open_links & np.isin(view.links.type, [one.code for one in types])
        chosen &= ~answering[view.links.source]
        post = view.links.source[chosen]
        np.minimum.at(oldest, post, view.links.verified_on[chosen])
        answering[post] = True
    return answering & ((oldest == MISSING) | (view.day - oldest > interval))
