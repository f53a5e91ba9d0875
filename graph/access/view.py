"""Views: what one caller may see on one date, the only graph access of a question.

A hidden node, link or field is equivalent to an absent one: it changes no answer, count, order or
error. Rows are sorted by id, so that their order reveals nothing; rows and internal numbers never
leave `graph`.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import fields, replace
from datetime import date
from functools import cached_property, wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.access.context import SEATS, Mask, access_context, nodes_in
from graph.access.disclosure import suppressed_counts
from graph.access.field_groups import FieldGroup, field_group
from graph.access.masks import AccessMasks, access_masks
from graph.access.policy import COUNTED_FOR, Caller, link_group, scope_of
from graph.access.visible_revision import latest_visible_revision
from graph.errors import NotFound
from graph.snapshot.arc_costs import ArcCostRules, ArcFacts
from graph.snapshot.arc_graph import (
    ArcGraph,
    absent_people,
    arc_carriers,
    arc_facts,
    arc_graph_on,
    arc_links,
    blocked_arcs,
    old_arcs,
)
from graph.snapshot.columns import LABELS, NAME_FIELD, TYPES, LinkColumns, NodeColumns, Rows
from graph.snapshot.field_types import FieldKind, class_of, date_to_day, field_types
from graph.snapshot.seats import (
    SeatColumns,
    SeatRecord,
    SeatRows,
    SeatVisibility,
    seat_columns,
    seat_rows,
    seats_of,
)
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType

T = TypeVar("T")
P = ParamSpec("P")
_FOLLOWED: Final = (Label.AREA, Label.AUTHORITY, Label.NETWORK, Label.ACTOR, Label.ORGANIZATION)
_BLANK: Final[Mapping[FieldKind, Any]] = {
    FieldKind.TEXTS: frozenset[str](),
    FieldKind.WORDS: frozenset[str](),
}


class View:
    """A Snapshot as one caller sees it on one date.

    `visible` (bool[nodes]) and `open_links` (bool[links], both ends visible) are the masks; code
    that reads a column directly must apply them first. Methods that take a row raise on a hidden
    one. `limit` restricts the View of a historical Snapshot, see `historical_view.py`. `revision`
    is the highest revision that affects what the caller sees on any date; for a historical
    Snapshot, the one requested.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        caller: Caller,
        on: date,
        *,
        today: date,
        withheld: frozenset[str] = frozenset(),
        limit: AccessMasks | None = None,
    ) -> None:
        masks = access_masks(snapshot, caller, on, today=today, withheld=withheld, limit=limit)
        self.caller, self.on, self.today = caller, on, today
        self.day = date_to_day(on)
        self.revision = (
            latest_visible_revision(snapshot, caller, today) if limit is None else snapshot.revision
        )
        self.visible: Mask = masks.nodes
        self.open_links: Mask = masks.links
        self.nodes: NodeColumns = snapshot.nodes
        self.links: LinkColumns = snapshot.links
        self._fields = masks.fields
        self._provenance = masks.provenance
        self.grants = masks.grants
        self._changes, self._link_changes = masks.changes, masks.link_changes
        self._consents, self._withheld = masks.consents, withheld
        self._people, self._seat_mask = masks.people, masks.seats
        self._is_counted = limit is None
        self._snapshot = snapshot
        self._memo: dict[Hashable, Any] = {}

    def without(self, removed_rows: Iterable[int]) -> "View":
        """Return a copy in which some nodes, and all that depends on them, are hidden.

        Rows keep their numbers. Removed nodes are treated like any hidden ones.
        """
        other, rows = self._copy(), list(removed_rows)
        other.visible = self.visible.copy()
        other.visible[rows] = False
        remains = other.visible[self.links.source] & other.visible[self.links.target]
        other.open_links = self.open_links & remains
        other._people = self._people.copy()
        other._people[rows] = False
        other._seat_mask = self._seat_mask & other._people[self.links.source]
        return other

    def within(self, today: "View") -> "View":
        """Return this View of another date, limited by the caller's View of today.

        Both are of one Snapshot. An element valid today is visible, or in a grant's areas,
        only if it is so today.
        """
        valid = (self.nodes.valid_from <= today.day) & (today.day < self.nodes.valid_to)
        nodes, fields = today.visible | ~valid, _beyond(valid, today._fields)
        is_link = (self.links.valid_from <= today.day) & (today.day < self.links.valid_to)
        is_link &= valid[self.links.source] & valid[self.links.target]
        links = today.open_links | ~is_link
        links &= nodes[self.links.source] & nodes[self.links.target]
        other = self._copy()
        other.visible, other.open_links = self.visible & nodes, self.open_links & links
        other._fields = _both(self._fields, fields)
        other.grants = tuple(
            replace(
                granted,
                near=granted.near & (now.near | ~valid),
                nodes=granted.nodes & (now.nodes | ~valid),
                links=granted.links & (now.links | ~is_link),
                fields=_both(granted.fields, _beyond(valid, now.fields)),
            )
            for granted, now in zip(self.grants, today.grants, strict=True)
        )
        return other

    def _copy(self) -> "View":
        """Return a copy without the cached results that depend on its masks."""
        other = copy(self)
        other._memo = {}
        other.__dict__.pop("_successors", None)
        return other

    # ---- one node or link

    def row(self, node_id: str) -> int:
        """Return the row of a visible node.

        Raises:
            NotFound: absent, hidden or not valid on the date, without distinction.
        """
        row = self.find(node_id)
        if row is None:
            raise NotFound(node_id)
        return row

    def find(self, node_id: str) -> int | None:
        """Return the row of a visible node; None if absent or hidden."""
        row = self._snapshot.row_of.get(node_id, -1)
        return row if row >= 0 and self.visible[row] else None

    def link_row(self, link_id: str) -> int:
        """Return the row of an open link.

        Raises:
            NotFound: as `row`.
        """
        link = self.find_link(link_id)
        if link is None:
            raise NotFound(link_id)
        return link

    def find_link(self, link_id: str) -> int | None:
        """Return the row of an open link; None if absent or hidden."""
        link = self._snapshot.link_row_of.get(link_id, -1)
        return link if link >= 0 and self.open_links[link] else None

    def current(self, node_id: str) -> int:
        """Return the row of a node, or of its successor if it has ended.

        Raises:
            NotFound: the node is absent or hidden, and so is any successor.
        """
        row = self.find_current(node_id)
        if row is None:
            raise NotFound(node_id)
        return row

    def find_current(self, node_id: str) -> int | None:
        """Return the row as `current` does; None if there is none."""
        visited_ids: list[str] = []
        following: str | None = node_id
        while following is not None and following not in visited_ids:
            visited_ids.append(following)
            row = self.find(following)
            if row is not None:
                return row
            following = self._successors.get(following)
        return None

    @cached_property
    def _successors(self) -> Mapping[str, str]:
        """The successor of each area, body or post that has ended by the date; none of people.

        A succession joins nodes that are never valid together, so it is in no View as a link.
        """
        links, nodes = self.links, self.nodes
        follows = (links.type == LinkType.SUCCEEDED_BY.code) & (links.valid_from <= self.day)
        follows &= self.day < links.valid_to
        follows &= nodes.valid_to[links.source] <= self.day
        follows &= np.isin(nodes.label[links.source], [label.code for label in _FOLLOWED])
        rows: list[int] = np.flatnonzero(follows).tolist()
        successors: dict[str, str] = {}
        for link in rows if self.sees(LinkType.SUCCEEDED_BY) else ():
            successors.setdefault(nodes.ids[self.source(link)], nodes.ids[self.target(link)])
        return successors

    def id(self, row: int) -> str:
        """Return the id of a visible row."""
        return self.nodes.ids[self._checked_row(row)]

    def label(self, row: int) -> Label:
        """Return the label of a visible row."""
        return LABELS[int(self.nodes.label[self._checked_row(row)])]

    def link_type(self, link: int) -> LinkType:
        """Return the type of an open link."""
        return TYPES[int(self.links.type[self._checked_link(link)])]

    def name(self, row: int) -> str | None:
        """Return the name of a visible node; None if the caller may not see it."""
        group = field_group(self.label(row), NAME_FIELD.get(self.label(row), "name"))
        return self.nodes.name[row] or None if self.shows(row, group) else None

    def name_of(self, node_id: str) -> str | None:
        """Return the name of a node by id; None if the caller may not see the node or its name."""
        row = self.find(node_id)
        return None if row is None else self.name(row)

    def shows(self, row: int, group: FieldGroup) -> bool:
        """Return whether the caller may see a field group of a node."""
        return bool(self._fields[group][row]) and bool(self.visible[row])

    def shows_provenance(self, link: int) -> bool:
        """Return whether the caller may see who verified an open link, and its revision."""
        return bool(self._provenance[link])

    def tells_changes(self, row: int) -> bool:
        """Return whether changes of a visible node may be reported to the caller."""
        return bool(self._changes[row])

    def tells_link_changes(self, link: int) -> bool:
        """Return whether changes of an open link may be reported to the caller."""
        return bool(self._link_changes[link])

    def lets_contact(self, consent: int) -> bool:
        """Return whether a consent in force (date and today) permits contact by the caller.

        For the DPO, any visible consent in force does.
        """
        return bool(self._consents[consent])

    def is_withheld(self, row: int) -> bool:
        """Return whether a node is shown to the data protection officer only."""
        return self.id(row) in self._withheld

    def counts(self) -> Mapping[str, int]:
        """Return the count of civilians by municipality id, as `suppressed_counts` gives it.

        Empty for a historical revision: numbers of two revisions could reveal one person.
        """
        grants = (grant for grant in self.caller.grants if grant.is_valid(self.today))
        if not self._is_counted or not any(grant.role in COUNTED_FOR for grant in grants):
            return {}
        return suppressed_counts(self._snapshot, self.on, today=self.today, withheld=self._withheld)

    def sees(self, link_type: LinkType) -> bool:
        """Return whether the caller may see links of a type without a civilian at either end."""
        group = link_group(link_type, is_civil=False)
        grants = (grant for grant in self.caller.grants if grant.is_valid(self.today))
        return any(scope_of(grant.role, link_type, group) is not None for grant in grants)

    def value(self, row: int, name: str) -> Any:
        """Return a field of a visible node as in its dataclass; blank if the caller may not see it.

        Raises:
            KeyError: the node's label has no such field.
        """
        label = self.label(row)
        if not self.shows(row, field_group(label, name)):
            return _BLANK.get(field_types(class_of(label))[name].kind)
        return self._snapshot.value(label, int(self.nodes.place[row]), name)

    def link_value(self, link: int, name: str) -> Any:
        """Return a field of an open link; blank if the caller may not see it."""
        link_type = self.link_type(link)
        group = field_group(link_type, name)
        if group is FieldGroup.PROVENANCE and not self._provenance[link]:
            return _BLANK.get(field_types(class_of(link_type))[name].kind)
        return self._snapshot.value(link_type, int(self.links.place[link]), name)

    def fields(self, row: int) -> Mapping[str, Any]:
        """Return the fields of a visible node the caller may see, in order of the dataclass."""
        label = self.label(row)
        types = field_types(class_of(label))
        return {
            field.name: self.value(row, field.name)
            for field in fields(class_of(label))
            if field.name in types and self.shows(row, field_group(label, field.name))
        }

    def _checked_row(self, row: int) -> int:
        if not self.visible[row]:
            raise NotFound("")
        return row

    def _checked_link(self, link: int) -> int:
        if not self.open_links[link]:
            raise NotFound("")
        return link

    # ---- sets of nodes and links

    def rows(self, label: Label) -> list[int]:
        """Return the visible rows of a label, in order of id."""
        rows: list[int] = np.flatnonzero(self.visible & (self.nodes.label == label.code)).tolist()
        return rows

    def out(self, row: int, *types: LinkType) -> Iterator[int]:
        """Yield the open links of some types (none given: all) from a node, in order of id."""
        return self._around(self._snapshot.out, row, types)

    def into(self, row: int, *types: LinkType) -> Iterator[int]:
        """Yield the open links of some types to a node, in order of id."""
        return self._around(self._snapshot.into, row, types)

    def _around(self, adjacency: Any, row: int, types: Iterable[LinkType]) -> Iterator[int]:
        codes = {link_type.code for link_type in types}
        links: list[int] = adjacency.links[adjacency.start[row] : adjacency.start[row + 1]].tolist()
        for link in links:
            if self.open_links[link] and (not codes or int(self.links.type[link]) in codes):
                yield link

    def source(self, link: int) -> int:
        """Return the row of the source of a link."""
        return int(self.links.source[link])

    def target(self, link: int) -> int:
        """Return the row of the target of a link."""
        return int(self.links.target[link])

    def targets(self, row: int, *types: LinkType) -> list[int]:
        """Return the targets of the open links of some types, each once, in order of id."""
        return sorted({self.target(link) for link in self.out(row, *types)})

    def sources(self, row: int, *types: LinkType) -> list[int]:
        """Return the sources of the open links of some types, each once, in order of id."""
        return sorted({self.source(link) for link in self.into(row, *types)})

    def is_placed(self, row: int) -> bool:
        """Return whether a node is in any area on the date, by visible or hidden links."""

        def placed_nodes() -> Mask:
            context = access_context(self._snapshot, self.caller, self.on, today=self.today,
                             withheld=self._withheld)  # fmt: skip
            return nodes_in(context, context.is_label(Label.AREA) & context.valid, context.live)

        return bool(self.memo("placed", placed_nodes)[row])

    def column(self, label: Label | LinkType, name: str) -> tuple[NDArray[np.int32], Any]:
        """Return the rows and one whole column of a label or type; the caller must mask it."""
        table = self._snapshot.tables[label]
        return table.rows, table.columns[name]

    def field_mask(self, label: Label, name: str) -> Mask:
        """Return bool[rows of the label]: the mask of the `column` of a field."""
        rows = self._snapshot.tables[label].rows
        return self._fields[field_group(label, name)][rows] & self.visible[rows]

    def mask(self, rows: Rows | list[int] | int) -> Mask:
        """Return a mask over all nodes that is true at some rows."""
        mask = np.zeros(len(self.visible), np.bool_)
        mask[rows] = True
        return mask

    def memo(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the result of `make`, cached in this View."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]

    # ---- seats of posts

    def seats(self, post: int) -> tuple[SeatRecord, ...]:
        """Return the holders and deputies of a visible post, and past and future seats of people.

        Hidden ones are included, last of their type, without a source.

        Raises:
            NotFound: the post is hidden.
        """
        return seats_of(self._seat_rows, self._checked_row(post))

    def seat_columns(self, link_type: LinkType) -> SeatColumns:
        """Return the holders, or the deputies, in force on the date at all visible posts."""
        key = ("seat columns", link_type)
        return self.memo(key, lambda: seat_columns(self._seat_rows, link_type, self.day))

    @property
    def _seat_rows(self) -> SeatRows:
        return self.memo("seat rows", lambda: seat_rows(self._snapshot, SeatVisibility(
            day=self.day,
            visible=self.visible,
            people=self._people,
            posts=self.visible & self._fields[FieldGroup.HELD],
            open_links=self.open_links,
            seats=self._seat_mask,
            types=frozenset(link_type for link_type in SEATS if self.sees(link_type)),
        )))  # fmt: skip

    # ---- arcs of the path search

    def arc_graph(self, rules: ArcCostRules) -> ArcGraph:
        """Return the graph of all arcs of the date; test each against `blocked_arcs`."""
        return arc_graph_on(self._snapshot, self.day, rules)

    def blocked_arcs(self, graph: ArcGraph) -> tuple[Mask, Mask]:
        """Return bool[arcs], forward and backward: arcs hidden from or blocked for the caller."""
        absent = absent_people(self._snapshot, self.day) & self._fields[FieldGroup.PROFILE]
        return blocked_arcs(self._snapshot, graph, self.open_links, absent)

    def old_arcs(self, graph: ArcGraph) -> tuple[Mask, Mask]:
        """Return bool[arcs], forward and backward: verified over a year before the date, or never.

        Arcs in `blocked_arcs` are included.
        """
        return old_arcs(self._snapshot, graph)

    def arc_links(self, graph: ArcGraph) -> Rows:
        """Return int32[arcs]: the link row of each forward arc, also of arcs in `blocked_arcs`."""
        return arc_links(self._snapshot, graph)

    def arc_carriers(self, graph: ArcGraph) -> Rows:
        """Return int32[2, arcs]: the rows of the carriers at each forward arc's ends; -1: none.

        Arcs in `blocked_arcs` are included, whose carriers may be hidden people.
        """
        return arc_carriers(self._snapshot, graph)

    def arc_facts(self, graph: ArcGraph, rules: ArcCostRules, arc: int) -> ArcFacts:
        """Return the link and carriers of a forward arc, and the parts of its cost.

        Raises:
            NotFound: the link or the seat of a carrier is hidden.
        """
        facts = arc_facts(self._snapshot, graph, rules, arc)
        for link in (facts.link, facts.tail_hold, facts.head_hold):
            if link >= 0:
                self._checked_link(link)
        return facts


_Fields = Mapping[FieldGroup, Mask]


def _beyond(valid: Mask, fields: _Fields) -> _Fields:
    """Return the field masks, with all fields of the nodes outside `valid` added."""
    return {group: mask | ~valid for group, mask in fields.items()}


def _both(fields: _Fields, limit: _Fields) -> dict[FieldGroup, Mask]:
    return {group: mask & limit[group] for group, mask in fields.items()}


def memoize_by_view(
    function: Callable[Concatenate[View, P], T],
) -> Callable[Concatenate[View, P], T]:
    """Cache the results of a function in its View, by its other arguments.

    A policy is identified by its digest.
    """

    @wraps(function)
    def wrapper(view: View, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (function, *(getattr(arg, "digest", arg) for arg in args), *kwargs.items())
        return view.memo(key, lambda: function(view, *args, **kwargs))

    return wrapper
