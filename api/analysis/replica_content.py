"""Content of an analysis replica: the nodes and links of a View, without names of people.

It has no contact details, no consents, no civilians and none of their links; instead of civilians
it has one published count per municipality. Posts carry the number of holders and deputies,
including people who are not in the replica. Persons have the same ids as in the rest of the API,
where an analyst may list them as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np

from graph.access.field_groups import FieldGroup, field_group
from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.questions.post_states import posts_of_deputies
from graph.snapshot.field_types import FieldKind, class_of, field_types
from graph.store.replica.rows import LinkRow, NodeRow
from graph.vocabulary import Label, LinkType

LABELS: Final = (
    Label.AREA, Label.AUTHORITY, Label.NETWORK, Label.ACTOR, Label.PERSON, Label.ORGANIZATION,
    Label.PLAN,
)  # fmt: skip
_LEFT_OUT_TYPES: Final = (
    LinkType.DOOR_OPENER_FOR, LinkType.REPRESENTS, LinkType.GAVE_CONSENT, LinkType.REACHED_BY,
    LinkType.SUCCEEDED_BY,  # joins nodes that never exist on the same date
)  # fmt: skip
TYPES: Final = tuple(kind for kind in LinkType if kind not in _LEFT_OUT_TYPES)
CIVILIANS: Final = "civilians"
"""Property of a municipality: the number of civilian contacts there, where it is published."""
HOLDERS: Final = "holders"
HELD_SHARE: Final = "held_share"
DEPUTIES: Final = "deputies"
OF_POSTS: Final[Mapping[str, FieldKind]] = {
    HOLDERS: FieldKind.NUMBER,
    HELD_SHARE: FieldKind.SHARE,
    DEPUTIES: FieldKind.NUMBER,
}
"""Properties of a post: the number of holders, the share that is held, the number of deputies."""
_PLACES: Final = 6  # decimal places, since a share is a sum of decimals
_LEFT_OUT: Final = frozenset({FieldGroup.IDENTITY, FieldGroup.PROVENANCE, FieldGroup.SEALED})
_ENDS: Final = frozenset({"source_id", "target_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaContent:
    """The nodes and links of a replica with the revision and the date of their data."""

    revision: int
    on: date
    nodes: tuple[NodeRow, ...]
    links: tuple[LinkRow, ...]


def analyst(caller: Caller, day: date) -> Caller:
    """The caller reduced to analyst grants, so that callers with equal grants share a replica.

    Own posts and other roles add nothing here.
    """
    scopes = {
        (grant.areas, grant.levels)
        for grant in caller.grants
        if grant.role is Role.ANALYST and grant.is_valid(day)
    }
    in_order = sorted(scopes, key=lambda scope: (sorted(scope[0]), sorted(scope[1])))
    grants = (Grant(role=Role.ANALYST, areas=areas, levels=levels) for areas, levels in in_order)
    return Caller(account="", grants=tuple(grants))


def names_of(what: Label | LinkType) -> tuple[str, ...]:
    """The exported fields of a label or link type, in the order of its dataclass."""
    cls = class_of(what)
    types = field_types(cls)
    return tuple(
        field.name
        for field in fields(cls)
        if field.name in types
        and field.name not in _ENDS
        and field_group(what, field.name) not in _LEFT_OUT
    )


def content_of(view: View) -> ReplicaContent:
    """The replica content of the View of an analyst. O(nodes + links)."""
    # the values of `OF_POSTS` by row; they include people whom the caller may not see
    count, seats = len(view.visible), view.seat_columns(LinkType.HOLDS)
    columns = {
        HOLDERS: np.bincount(seats.post, minlength=count),
        HELD_SHARE: np.bincount(seats.post, seats.share, minlength=count).round(_PLACES),
        DEPUTIES: np.bincount(posts_of_deputies(view), minlength=count),
    }
    civilians, nodes = view.counts(), list[NodeRow]()
    for label in LABELS:
        for row in view.rows(label):
            values: dict[str, Any] = {
                name: view.value(row, name)
                for name in names_of(label)
                if view.shows(row, field_group(label, name))
            }
            if label is Label.AREA and values["id"] in civilians:
                values[CIVILIANS] = civilians[values["id"]]
            if label is Label.ACTOR:
                values |= {name: column[row].item() for name, column in columns.items()}
            nodes.append(NodeRow(label, values))
    links, types, labels = list[LinkRow](), frozenset(TYPES), frozenset(LABELS)
    open_links: list[int] = np.flatnonzero(view.open_links).tolist()
    for link in open_links:
        link_type, ends = view.link_type(link), (view.source(link), view.target(link))
        if link_type in types and labels.issuperset(view.label(end) for end in ends):
            values = {name: view.link_value(link, name) for name in names_of(link_type)}
            source, target = map(view.id, ends)
            links.append(LinkRow(link_type, source, target, values))
    return ReplicaContent(
        revision=view.revision, on=view.on, nodes=tuple(nodes), links=tuple(links)
    )


NAMES: Final = sorted(
    {CIVILIANS, *OF_POSTS, *(name for what in (*LABELS, *TYPES) for name in names_of(what))}
)
"""All possible property names."""
