"""The whole graph as read-only columns at one revision, the base of every View."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from graph.model import Element, Link, Node
from graph.snapshot.columns import (
    LABELS,
    TYPES,
    Adjacency,
    LinkColumns,
    NodeColumns,
    RowOf,
    S,
    Table,
    adjacency,
    freeze,
    ids_and_rows,
    link_columns,
    node_columns,
)
from graph.snapshot.field_types import (
    RawColumns,
    class_of,
    field_types,
    pack,
    unpack,
    unpack_all,
)
from graph.snapshot.last_written import LastWrites, all_at
from graph.vocabulary import Label, LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The graph at one revision; row numbers never leave the package `graph`, ids do.

    `memo` caches derived data; `written` is the revision at which each field group was last
    written.
    """

    revision: int
    nodes: NodeColumns
    links: LinkColumns
    out: Adjacency
    into: Adjacency
    tables: Mapping[Label | LinkType, Table]
    row_of: Mapping[str, int]
    link_row_of: Mapping[str, int]
    written: LastWrites
    memo: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)

    def value(self, what: Label | LinkType, place: int, name: str) -> Any:
        """Return one field of one element, as its dataclass holds it."""
        table = self.tables[what]
        return unpack(field_types(table.cls)[name], table.columns[name], place)

    def node(self, row: int) -> Node:
        """Return the node of a row as its dataclass, a contact detail without its value."""
        return cast(
            "Node", self._element(LABELS[int(self.nodes.label[row])], int(self.nodes.place[row]))
        )

    def link(self, row: int) -> Link:
        """Return the link of a row as its dataclass."""
        return cast(
            "Link", self._element(TYPES[int(self.links.type[row])], int(self.links.place[row]))
        )

    def nodes_of(self, rows: Sequence[int]) -> list[Node]:
        """Return the nodes of many rows, several times faster than one by one."""
        elements = self._elements(LABELS, self.nodes.label, self.nodes.place, rows)
        return cast("list[Node]", elements)

    def links_of(self, rows: Sequence[int]) -> list[Link]:
        """Return the links of many rows, several times faster than one by one."""
        elements = self._elements(TYPES, self.links.type, self.links.place, rows)
        return cast("list[Link]", elements)

    def elements(self) -> Iterator[Element]:
        """Yield every node, then every link, in the order of rows."""
        yield from self.nodes_of(range(len(self.nodes.ids)))
        yield from self.links_of(range(len(self.links.ids)))

    def _elements(
        self,
        sorts: Sequence[Label | LinkType],
        codes: NDArray[np.uint8],
        places: NDArray[np.int32],
        rows: Sequence[int],
    ) -> list[Element]:
        """Return the elements of rows, unpacked by column."""
        row_array = np.asarray(rows, np.intp)
        elements: dict[int, Element] = {}
        for code in np.unique(codes[row_array]).tolist():
            of_code = row_array[codes[row_array] == code]
            table = self.tables[sorts[code]]
            types = field_types(table.cls)
            columns = [
                unpack_all(field, table.columns[name], places[of_code])
                for name, field in types.items()
            ]
            for row, *values in zip(of_code.tolist(), *columns, strict=True):
                elements[row] = table.cls.from_stored(dict(zip(types, values, strict=True)))
        return [elements[row] for row in row_array.tolist()]

    def _element(self, what: Label | LinkType, place: int) -> Element:
        cls = class_of(what)
        return cls.from_stored({name: self.value(what, place, name) for name in field_types(cls)})


def build(
    raw: Mapping[Label | LinkType, RawColumns], revision: int, last_writes: LastWrites | None = None
) -> Snapshot:
    """Build a Snapshot of raw columns, one entry for each label and link type. O(n log n).

    Without `last_writes`, every field group counts as written at the revision.

    Raises:
        KeyError: a link names a node that does not exist.
    """
    texts: dict[Any, str] = {}
    nodes = tables_of({what: raw[what] for what in LABELS}, texts)
    links = tables_of({what: raw[what] for what in TYPES}, texts)
    return snapshot_from_tables(
        *nodes, *links, revision, all_at(revision) if last_writes is None else last_writes
    )


def snapshot_from_tables(
    node_ids: tuple[str, ...],
    node_tables: Mapping[Label, Table],
    link_ids: tuple[str, ...],
    link_tables: Mapping[LinkType, Table],
    revision: int,
    last_writes: LastWrites,
) -> Snapshot:
    """Build a Snapshot of tables, one for each label and link type, with ids in the order of rows.

    Raises:
        KeyError: a link names a node that does not exist.
    """
    nodes = node_columns(node_ids, node_tables)
    rows = {node_id: row for row, node_id in enumerate(node_ids)}
    links = link_columns(link_ids, link_tables, rows)
    tables: dict[Label | LinkType, Table] = {**node_tables, **link_tables}
    freeze(nodes, links, tables)
    return Snapshot(
        revision=revision,
        nodes=nodes,
        links=links,
        out=adjacency(links.source, len(node_ids)),
        into=adjacency(links.target, len(node_ids)),
        tables=tables,
        row_of=RowOf(node_ids),
        link_row_of=RowOf(link_ids),
        written=last_writes,
    )


def tables_of(
    raw: Mapping[S, RawColumns], texts: dict[Any, str]
) -> tuple[tuple[str, ...], dict[S, Table]]:
    """Return all ids in order, and the tables of the given labels or types with their rows.

    `texts` interns texts, as in `pack`.
    """
    ids, rows = ids_and_rows(raw)
    tables: dict[S, Table] = {}
    for what, columns in raw.items():
        cls = class_of(what)
        kinds = field_types(cls).items()
        packed = {name: pack(kind, columns[name], texts) for name, kind in kinds}
        tables[what] = Table(cls, packed, rows[what])
    return ids, tables
