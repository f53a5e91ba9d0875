"""Links that the caller is due to verify, in order of how many posts depend on them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np

from graph.access.permissions import may_verify
from graph.access.view import View
from graph.paths.kernel.link_criticality import posts_depending_on
from graph.paths.need import area_row
from graph.paths.policy import Policy
from graph.questions.entities import LinkCard, answering_in, card_of
from graph.questions.post_states import HOPS, check_intervals
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import MISSING, day_to_date
from graph.vocabulary import LinkType

Place = tuple[int, str]
"""The end of a page: how many posts depend on its last link, and the link's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLink:
    """A link due for a check; `posts`: how many in the caller's areas depend on it."""

    link: LinkCard
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePage:
    """A page of due links, those on which most posts depend first, then by id.

    `after` is the position the next page starts after, None: this is the last page. `next_on` is
    the first date on which another link becomes due.
    """

    found: tuple[DueLink, ...]
    after: Place | None
    next_on: date | None


def due(
    view: View,
    policy: Policy,
    *,
    area: str | None = None,
    link_type: LinkType | None = None,
    is_mine: bool = False,
    among: Collection[str] | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> DuePage:
    """The links the caller may verify that are due for a check, or were never checked.

    A link that a post answers for is due after the days between checks of that post, any other
    after 183 days.

    Optional filters: links of a type; with an end that answers for an area or an area in it; of the
    caller's own posts; with an id in `among`. O(links); the rights of links are checked in Python
    only until the page is full.

    Raises:
        InvalidNeed: the area is not an area.
        NotFound: the area is absent or hidden.
    """
    links = view.links
    near = np.zeros(len(view.open_links), np.bool_)
    for granted in view.grants:
        near |= granted.near[links.source] | granted.near[links.target]
    # Open links of a verifiable type with an end in the caller's areas.
    types = HOPS if link_type is None else {link_type} & set(HOPS)
    near &= view.open_links & np.isin(links.type, [chosen.code for chosen in types])
    ends: list[Mask] = []
    if area is not None:
        ends.append(answering_in(view, area_row(view, "area", area)))
    if is_mine:
        posts_held = (view.find(post) for post in view.caller.posts)
        ends.append(view.mask([row for row in posts_held if row is not None]))
    for chosen_ends in ends:
        near &= chosen_ends[links.source] | chosen_ends[links.target]
    rows = np.flatnonzero(near)
    due_days = links.verified_on + check_intervals(view) + 1
    is_late = (links.verified_on[rows] == MISSING) | (view.day >= due_days[rows])
    posts = posts_depending_on(view, policy)
    late, others = rows[is_late], rows[~is_late]
    by_posts: list[int] = late[np.lexsort((late, -posts[late]))].tolist()
    by_date: list[int] = others[np.argsort(due_days[others], kind="stable")].tolist()
    verifiable = (
        row
        for row in by_posts
        if (among is None or links.ids[row] in among)
        and (after is None or (-posts[row], links.ids[row]) > (-after[0], after[1]))
        and may_verify(view, links.ids[row])
    )
    due = list(islice(verifiable, limit + 1))
    last = due[limit - 1] if len(due) > limit else None
    next_row = next((row for row in by_date if may_verify(view, links.ids[row])), None)
    return DuePage(
        found=tuple(DueLink(link=card_of(view, row), posts=int(posts[row])) for row in due[:limit]),
        after=None if last is None else (int(posts[last]), links.ids[last]),
        next_on=None if next_row is None else day_to_date(int(due_days[next_row])),
    )
