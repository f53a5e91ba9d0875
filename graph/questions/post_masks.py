"""What is true of every post at once, as `post_states` tells it of one: a mask for each state."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.questions.checks import OF_POST
from graph.questions.post_states import FULL, PostState
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import MISSING
from graph.snapshot.seats import NO_SOURCE
from graph.vocabulary import FRESH_DAYS, Label, LinkType, PostKind

_LATEST: Final = np.iinfo(np.int32).max


def post_masks(view: View) -> Mapping[PostState, Mask]:
    """bool[nodes] for each state, in their order: the posts in it. O(nodes + links), made once."""
    return view.memo("post masks", lambda: _masks(view))


def every_seat(view: View) -> Mask:
    """bool[nodes]: the posts, teams among them."""
    return view.visible & (view.nodes.label == Label.ACTOR.code)


def _masks(view: View) -> Mapping[PostState, Mask]:
    posts = every_seat(view)
    unit = posts & _of_posts(view, "is_unit_only", blank=False)
    seats = posts & ~unit
    holders = view.seat_columns(LinkType.HOLDS)
    held, here = _marked(view, holders.post), _marked(view, holders.post[~holders.is_away])
    alone = ~_marked(view, deputized(view)) & _of_posts(view, "needs_deputy", blank=False)
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
    """A field of all posts, by node; `blank` where there is none to see."""
    rows, column = view.column(Label.ACTOR, name)
    shown = view.shown(Label.ACTOR, name)
    found = np.full(len(view.visible), blank, column.dtype)
    found[rows[shown]] = column[shown]
    return found


def _marked(view: View, rows: Rows) -> Mask:
    mask = np.zeros(len(view.visible), np.bool_)
    mask[rows] = True
    return mask


def deputized(view: View) -> Rows:
    """The posts that somebody stands in for, once for each: a duty line does not."""
    deputies = view.seat_columns(LinkType.DEPUTIZES_FOR)
    source = deputies.source
    is_line = source != NO_SOURCE
    is_line &= view.nodes.label[source] == Label.ACTOR.code
    is_line &= view.nodes.kind[source] == PostKind.DUTY_LINE.code
    return deputies.post[~is_line]


def _is_due(view: View) -> Mask:
    """The posts whose oldest check is longer ago than their own interval, or was never made."""
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
