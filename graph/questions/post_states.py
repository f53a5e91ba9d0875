"""The state of each post: held, vacant, doubled, without a deputy, away, or due for a check.

A node has no verification date of its own: it takes that of the links it answers for. The oldest of
these checks counts, since using the node depends on each of them.

A holder hidden from the caller still holds the post: only the identity is not revealed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View, memoize_by_view
from graph.paths.answer import NodeRef
from graph.paths.places import areas
from graph.paths.resolve import node_ref
from graph.snapshot.columns import TYPES, Rows
from graph.snapshot.csr import Mask, firsts
from graph.snapshot.field_types import MISSING, day_to_date
from graph.snapshot.seats import NO_SOURCE
from graph.vocabulary import DUTY_LINES, FRESH_DAYS, Freshness, Label, LinkType, PostKind, Term

HOPS: Final = frozenset(link_type for link_type in TYPES if link_type.use.is_hop)
OF_POST: Final = (
    (LinkType.COORDINATES,), (LinkType.MEMBER_OF,),
    (LinkType.REFERS_TO, LinkType.ESCALATES_TO, LinkType.SUPPORTS),
)  # fmt: skip
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
    interval: int | None = None
    match view.label(row):
        case Label.ACTOR:
            interval = view.value(row, "review_every_days")
            groups = (list(view.out(row, *types)) for types in OF_POST)
            links = next(filter(None, groups), list[int]())
        case Label.NETWORK:
            links = list(view.into(row, LinkType.COORDINATES))
        case Label.RESOURCE_INDIVIDUAL:
            links = list(view.into(row, LinkType.DOOR_OPENER_FOR))
        case _:
            links = []
    if not links:
        return None
    day = int(view.links.verified_on[links].min())
    return last_check(view, None if day == MISSING else day, interval)


def last_check(view: View, day: int | None, interval: int | None = None) -> LastCheck:
    """A check made on a day since 1970; None: never. Without an interval, due when not fresh.

    One made after the date of the View is zero days old: what was known on the date is not stored.
    """
    age = None if day is None else max(0, view.day - day)
    freshness = Freshness.of(age)
    is_late = freshness is not Freshness.FRESH if interval is None else (age or 0) > interval
    on = None if day is None else day_to_date(day)
    return LastCheck(on=on, days=age, freshness=freshness, is_due=age is None or is_late)


def check_of_link(view: View, link: int) -> LastCheck | None:
    """The check of one link; None for a type that is never checked."""
    if view.link_type(link) not in HOPS:
        return None
    day = int(view.links.verified_on[link])
    return last_check(view, None if day == MISSING else day, int(check_intervals(view)[link]))


class PostState(Term):
    """A state of a post on a date; a post can have several."""

    HELD = "HELD", "Besat", "Held"
    UNIT = "UNIT", "Besvares af en enhed", "Answered by a unit"
    VACANT = "VACANT", "Ubesat", "Vacant"
    DOUBLED = "DOUBLED", "Dobbelt besat", "Doubled"
    WITHOUT_DEPUTY = "WITHOUT_DEPUTY", "Uden stedfortræder", "Without a deputy"
    AWAY = "AWAY", "Indehaver fraværende", "Holder away"
    STALE = "STALE", "Skal kontrolleres", "Due for checking"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post that answers for an area; its holders, deputies (no duty line) and states.

    `hidden_holders` and `hidden_deputies`: how many more there are, whose names are hidden from the
    caller. `check` is None for a post that is never checked. States in the order of `PostState`.
    """

    area: NodeRef
    post: NodeRef
    kind: PostKind
    own_kind: str | None
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
    pairs, masks = areas(view).of, post_masks(view)
    posts = firsts(pairs)
    is_listed = places[pairs.to] & every_seat(view)[posts]
    rows: list[PostRow] = []
    for area, post in zip(pairs.to[is_listed].tolist(), posts[is_listed].tolist(), strict=True):
        kind: PostKind = view.value(post, "kind")
        if kinds and kind not in kinds:
            continue
        seats = [seat for seat in view.seats(post) if seat.is_in_force(view.day)]
        holders = [seat.source for seat in seats if seat.link_type is LinkType.HOLDS]
        deputies = [
            seat.source
            for seat in seats
            if seat.link_type is LinkType.DEPUTIZES_FOR
            and not (
                seat.source is not None
                and view.label(seat.source) is Label.ACTOR
                and view.value(seat.source, "kind") in DUTY_LINES
            )
        ]
        rows.append(
            PostRow(
                area=node_ref(view, area),
                post=node_ref(view, post),
                kind=kind,
                own_kind=view.value(post, "own_kind"),
                holders=_visible(view, holders),
                hidden_holders=holders.count(None),
                deputies=_visible(view, deputies),
                hidden_deputies=deputies.count(None),
                check=check_of(view, post),
                states=tuple(state for state, mask in masks.items() if mask[post]),
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.area.id, row.kind.code, row.post.id)))


@memoize_by_view
def every_post(view: View) -> tuple[PostRow, ...]:
    """Every post that answers for an area; cached, since each measure uses it."""
    places = view.visible & (view.nodes.label == Label.AREA.code)
    return post_rows(view, places, ())


def _visible(view: View, sources: Sequence[int | None]) -> tuple[NodeRef, ...]:
    """The visible sources of seats, each once, by id."""
    return tuple(node_ref(view, row) for row in sorted({row for row in sources if row is not None}))


@memoize_by_view
def post_masks(view: View) -> Mapping[PostState, Mask]:
    """bool[nodes] for each state, in order: the posts in it. O(nodes + links), computed once."""
    posts = every_seat(view)
    unit = posts & _of_posts(view, "is_unit_only", blank=False)
    seats = posts & ~unit
    holders = view.seat_columns(LinkType.HOLDS)
    is_held, here = view.mask(holders.post), view.mask(holders.post[~holders.is_away])
    alone = ~view.mask(posts_of_deputies(view)) & _of_posts(view, "needs_deputy", blank=False)
    shares = np.bincount(holders.post, holders.share, minlength=len(posts))
    # The oldest check of a post counts; -1 (never) is the oldest.
    interval = _days_between_checks(view)
    oldest = np.full(len(posts), np.iinfo(np.int32).max, np.int64)
    is_answered_for = _answered_for(view)
    post = view.links.source[is_answered_for]
    np.minimum.at(oldest, post, view.links.verified_on[is_answered_for])
    is_due = view.mask(post) & ((oldest == MISSING) | (view.day - oldest > interval))
    return {
        PostState.HELD: seats & is_held,
        PostState.UNIT: unit,
        PostState.VACANT: seats & ~is_held,
        PostState.DOUBLED: seats & (shares > 1 + 1e-9),  # shares are sums of decimals
        PostState.WITHOUT_DEPUTY: seats & alone,
        PostState.AWAY: seats & is_held & ~here,
        PostState.STALE: posts & is_due,
    }


@memoize_by_view
def check_intervals(view: View) -> NDArray[np.int64]:
    """int[links]: the days between checks; a link that a post answers for has those of the post."""
    return np.where(_answered_for(view), _days_between_checks(view)[view.links.source], FRESH_DAYS)


def _days_between_checks(view: View) -> NDArray[np.int64]:
    """int[nodes]: as set on each post; else those after which a check is no longer fresh."""
    return _of_posts(view, "review_every_days", blank=FRESH_DAYS).astype(np.int64)


@memoize_by_view
def _answered_for(view: View) -> Mask:
    """bool[links]: those their source answers for, the first group of `OF_POST` that it has."""
    answering, links = np.zeros(len(view.visible), np.bool_), np.zeros_like(view.open_links)
    for types in OF_POST:
        group_links = view.open_links & np.isin(view.links.type, [term.code for term in types])
        group_links &= ~answering[view.links.source]
        links |= group_links
        answering[view.links.source[group_links]] = True
    return links


def every_seat(view: View) -> Mask:
    """bool[nodes]: all posts, teams included."""
    return view.visible & (view.nodes.label == Label.ACTOR.code)


def _of_posts(view: View, name: str, blank: Any) -> NDArray[Any]:
    """A field of all posts, by node; `blank` where the caller sees none."""
    rows, column = view.column(Label.ACTOR, name)
    is_visible = view.field_mask(Label.ACTOR, name)
    values = np.full(len(view.visible), blank, column.dtype)
    values[rows[is_visible]] = column[is_visible]
    return values


def posts_of_deputies(view: View) -> Rows:
    """The posts with a deputy, once for each deputy; a duty line does not count."""
    deputies = view.seat_columns(LinkType.DEPUTIZES_FOR)
    source = deputies.source
    is_line = source != NO_SOURCE
    is_line &= view.nodes.label[source] == Label.ACTOR.code
    is_line &= np.isin(view.nodes.kind[source], [kind.code for kind in DUTY_LINES])
    return deputies.post[~is_line]
