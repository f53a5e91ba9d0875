"""Links that the caller is due to verify, in order of how many posts depend on them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

import numpy as np

from graph.access.permissions import may_verify
from graph.access.view import View
from graph.paths.kernel.link_criticality import Numbers, posts_depending_on
from graph.paths.policy import Policy
from graph.questions.entities import LinkCard, link
from graph.questions.post_states import HOPS
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import MISSING, day_to_date
from graph.vocabulary import FRESH_DAYS

Place = tuple[int, str]
"""The end of a page: how many posts depend on its last link, and the link's id."""
_HOP_CODES: Final = [link_type.code for link_type in HOPS]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLink:
    """A link that is no longer fresh; `posts` of the caller's areas have their best way over it."""

    link: LinkCard
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """A page of due links, those on which most posts depend first, then by id.

    `after` is the position the next page starts after, None: this is the last page. `next_on` is
    the first date on which a link that is fresh now becomes due.
    """

    found: tuple[DueLink, ...]
    after: Place | None
    next_on: date | None


def due(view: View, policy: Policy, *, after: Place | None = None, limit: int = 50) -> DuePage:
    """The links the caller may verify that were last verified more than 183 days ago, or never.

    O(links); the rights of links are checked in Python only until the page is full.
    """
    rows = np.flatnonzero(_near(view))
    days = view.links.verified_on[rows]
    is_late = (days == MISSING) | (view.day - days > FRESH_DAYS)
    posts = posts_depending_on(view, policy)
    late = _in_order(view, rows[is_late], posts, after)
    found = list(islice(late, limit + 1))
    shown = found[:limit]
    return DuePage(
        found=tuple(
            DueLink(link=link(view, view.links.ids[row]), posts=int(posts[row])) for row in shown
        ),
        after=_place(view, posts, shown[-1]) if len(found) > limit else None,
        next_on=_next_on(view, rows[~is_late]),
    )


def _near(view: View) -> Mask:
    """bool[links]: open links of a verifiable type with an end in the caller's areas."""
    near = np.zeros(len(view.open_links), np.bool_)
    for granted in view.grants:
        near |= granted.near[view.links.source] | granted.near[view.links.target]
    return near & view.open_links & np.isin(view.links.type, _HOP_CODES)


def _in_order(view: View, rows: Numbers, posts: Numbers, after: Place | None) -> Iterator[int]:
    order: list[int] = rows[np.lexsort((rows, -posts[rows]))].tolist()
    left = (row for row in order if after is None or _key(_place(view, posts, row)) > _key(after))
    return _verifiable(view, left)


def _place(view: View, posts: Numbers, row: int) -> Place:
    return int(posts[row]), view.links.ids[row]


def _key(place: Place) -> Place:
    return -place[0], place[1]


def _verifiable(view: View, rows: Iterable[int]) -> Iterator[int]:
    return (row for row in rows if may_verify(view, view.links.ids[row]))


def _next_on(view: View, rows: Numbers) -> date | None:
    days = view.links.verified_on[rows]
    oldest: list[int] = rows[np.argsort(days, kind="stable")].tolist()
    first = next(_verifiable(view, oldest), None)
    if first is None:
        return None
    return day_to_date(int(view.links.verified_on[first]) + FRESH_DAYS + 1)
