"""What is true of each post that answers for an area: who sits there, who stands in, is it checked?

A holder the caller may not see holds the post all the same: only who it is stays untold.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths import capabilities
from graph.paths.answer import NodeRef
from graph.paths.places import areas, inside
from graph.paths.resolve import named
from graph.questions.checks import LastCheck, check_of
from graph.snapshot.csr import Mask, firsts
from graph.snapshot.seats import Seat
from graph.vocabulary import Label, LinkType, NetworkKind, PostKind, Term

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

    `hidden_holders` and `hidden_deputies`: so many more, whose names are not for the caller. Of a
    post that is never checked, `check` is None. States in the order of `PostState`.
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
    """The posts of some kinds (none named: all) that answer for one of the places.

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
    """Every post that answers for an area; asked for again with each measure, so it is kept."""
    places = view.visible & (view.nodes.label == Label.AREA.code)
    return view.memo("post rows", lambda: post_rows(view, places, ()))


def kinds_there(view: View, outer: Collection[int]) -> Iterator[PostKind]:
    """The kinds of post that answer for some areas or for what lies in them."""
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
    """bool[nodes]: these rows."""
    mask = np.zeros(len(view.visible), np.bool_)
    mask[list(rows)] = True
    return mask


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
    """Those whose names are for the caller, each once, by id."""
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
