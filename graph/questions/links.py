"""Cards of links: one link by id, or a page of links filtered by ends and type."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.resolve import named
from graph.questions.entities import filled
from graph.questions.post_states import LastCheck, check_of_link
from graph.snapshot.field_types import class_of, field_types
from graph.vocabulary import LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """A link; `fields` are those the caller sees that are not empty."""

    id: str
    type: LinkType
    source: NodeRef
    target: NodeRef
    check: LastCheck | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """A page of a list, by id; `after`: the id the next page starts after, None on the last."""

    found: tuple[LinkCard, ...]
    after: str | None


def link(view: View, link_id: str) -> LinkCard:
    """One link.

    Raises:
        NotFound: absent, hidden or not valid on the date.
    """
    return card_of(view, view.link_row(link_id))


def links(
    view: View,
    *,
    source: str | None = None,
    target: str | None = None,
    type: LinkType | None = None,
    after: str = "",
    limit: int = 50,
) -> LinkPage:
    """The links from `source`, to `target` and of a type, by id; an omitted filter matches any.

    Raises:
        NotFound: an end is absent or hidden.
    """
    chosen = view.open_links.copy()
    if source is not None:
        chosen &= view.links.source == view.row(source)
    if target is not None:
        chosen &= view.links.target == view.row(target)
    if type is not None:
        chosen &= view.links.type == type.code
    rows: list[int] = np.flatnonzero(chosen).tolist()
    start = bisect_right([view.links.ids[row] for row in rows], after)
    found = rows[start : start + limit]
    is_more = start + limit < len(rows)
    return LinkPage(
        found=tuple(card_of(view, row) for row in found),
        after=view.links.ids[found[-1]] if is_more and found else None,
    )


def card_of(view: View, row: int) -> LinkCard:
    """An open link as a list shows it."""
    link_type = view.link_type(row)
    names = field_types(class_of(link_type))
    return LinkCard(
        id=view.links.ids[row],
        type=link_type,
        source=named(view, view.source(row)),
        target=named(view, view.target(row)),
        check=check_of_link(view, row),
        fields=filled({name: view.link_value(row, name) for name in names}),
    )
