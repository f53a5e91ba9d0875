"""Incremental update of a Snapshot: changed columns are copied, the others are shared."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

import numpy as np

from graph.model import Element, Link, Node
from graph.snapshot.arcs import Flags
from graph.snapshot.columns import (
    LABELS,
    TYPES,
    Adjacency,
    Codes,
    LinkColumns,
    NodeColumns,
    RowOf,
    Rows,
    S,
    Table,
    adjacency,
    link_columns,
    node_columns,
    put,
)
from graph.snapshot.field_types import class_of, raw_columns
from graph.snapshot.last_written import all_at
from graph.snapshot.snapshot import Snapshot, tables_of
from graph.vocabulary import Label, LinkType

C = TypeVar("C", NodeColumns, LinkColumns)
Tables = dict[Label | LinkType, Table]


def apply_changes(snapshot: Snapshot, changes: Iterable[Element], revision: int) -> Snapshot:
    """Return the Snapshot with some elements changed or added, given in their present state.

    Of several elements with one id the last counts. The result equals a Snapshot built of all
    elements with new ones after the old ones of their label or type; the old Snapshot is not
    modified. `written` is set to the new revision for every field group. A new element costs
    O(nodes + links). Nothing cached in the old Snapshot is passed on.

    Raises:
        KeyError: a link names a node that does not exist.
        ValueError: an element has the id of one of another label or type.
    """
    elements = {(isinstance(element, Link), element.id): element for element in changes}.values()
    nodes, links, tables = snapshot.nodes, snapshot.links, dict(snapshot.tables)
    if changed_nodes := _group_elements(
        (element.label, element) for element in elements if isinstance(element, Node)
    ):
        delta = _delta(changed_nodes, tables, nodes.ids, nodes.label, nodes.place)
        nodes = _merge_tables(nodes, delta, node_columns(delta.ids, delta.tables))
        _merge_columns(tables, delta, LABELS)
        if len(delta.before):
            links = replace(
                links, source=delta.renumber(links.source), target=delta.renumber(links.target)
            )
    if changed_links := _group_elements(
        (element.type, element) for element in elements if isinstance(element, Link)
    ):
        delta = _delta(changed_links, tables, links.ids, links.type, links.place)
        links = _merge_tables(links, delta, link_columns(delta.ids, delta.tables, RowOf(nodes.ids)))
        _merge_columns(tables, delta, TYPES)
    return Snapshot(
        revision=revision,
        nodes=nodes,
        links=links,
        out=_around(snapshot.out, snapshot.links.source, links.source, len(nodes.ids)),
        into=_around(snapshot.into, snapshot.links.target, links.target, len(nodes.ids)),
        tables=tables,
        row_of=RowOf(nodes.ids),
        link_row_of=RowOf(links.ids),
        written=all_at(revision),
    )


def _around(adjacent: Adjacency, old: Rows, new: Rows, count: int) -> Adjacency:
    return adjacent if new is old and len(adjacent.start) == count + 1 else adjacency(new, count)


def _group_elements(pairs: Iterable[tuple[S, Element]]) -> dict[S, list[Element]]:
    groups: dict[S, list[Element]] = {}
    for what, element in pairs:
        groups.setdefault(what, []).append(element)
    return groups


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delta(Generic[S]):
    """Changed and new nodes, or links, in order of id, with their own tables.

    `rows` and `places` (positions in the tables) are those after the merge with the unchanged
    elements; new elements are inserted before the old rows in `before`.
    """

    ids: tuple[str, ...]
    tables: Mapping[S, Table]
    is_new: Flags
    rows: Rows
    places: Rows
    before: Rows

    def renumber(self, rows: Rows) -> Rows:
        """Return the new numbers of old rows; the same array if nothing is new."""
        if not len(self.before):
            return rows
        moved = (rows + np.searchsorted(self.before, rows, "right")).astype(np.int32)
        moved.flags.writeable = False
        return moved


def _delta(
    changed: Mapping[S, list[Element]],
    tables: Mapping[Any, Table],
    old_ids: tuple[str, ...],
    code: Codes,
    place: Rows,
) -> _Delta[S]:
    """Build the delta of some elements; `code` and `place` describe the old ones, by row."""
    raw = {what: raw_columns(class_of(what), elements) for what, elements in changed.items()}
    ids, own = tables_of(raw, {})
    old_rows = np.array([bisect_left(old_ids, element_id) for element_id in ids], np.int32)
    is_new = np.array(
        [
            old_ids[row : row + 1] != (element_id,)
            for row, element_id in zip(old_rows, ids, strict=True)
        ]
    )
    places = np.zeros(len(ids), np.int32)
    for what, table in own.items():
        new, old = (table.rows[chosen] for chosen in (is_new[table.rows], ~is_new[table.rows]))
        if (code[old_rows[old]] != what.code).any():
            raise ValueError(f"not all of these are {what}: {[ids[row] for row in old]}")
        places[old] = place[old_rows[old]]
        places[new] = len(tables[what].rows) + np.arange(len(new))
    return _Delta(
        ids=ids,
        tables=own,
        is_new=is_new,
        rows=(old_rows + np.cumsum(is_new) - is_new).astype(np.int32),
        places=places,
        before=old_rows[is_new],
    )


def _merge_tables(old: C, delta: _Delta[S], changed: C) -> C:
    """Return the columns of all nodes or links, `changed` being those of the delta."""
    changed = replace(changed, place=delta.places)
    return type(old)(
        **{
            field.name: put(
                getattr(old, field.name), delta.rows, getattr(changed, field.name), delta.before
            )
            for field in fields(old)
        }
    )


def _merge_columns(tables: Tables, delta: _Delta[S], sorts: Iterable[S]) -> None:
    """Update the tables of the labels or types in the delta; new elements come last."""
    for what in sorts if len(delta.before) else delta.tables:
        old = tables[what]
        rows, columns = delta.renumber(old.rows), old.columns
        if what in delta.tables:
            own = delta.tables[what]
            is_new, places = delta.is_new[own.rows], delta.places[own.rows]
            last = np.full(np.count_nonzero(is_new), len(old.rows))
            columns = {
                name: put(column, places, own.columns[name], last)
                for name, column in columns.items()
            }
            rows = put(rows, places, delta.rows[own.rows], last)
        if rows is not old.rows or columns is not old.columns:
            tables[what] = Table(old.cls, columns, rows)
