"""The graph as known at an older revision: the present Snapshot with later writes undone.

Personal fields keep their present values: a corrected name stays corrected (GDPR art. 16). Old
values of sealed fields are never decrypted, the hint of an old number is not restored, and erased
elements are in neither Snapshot.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Final, cast

import numpy as np

from graph.access.context import Mask
from graph.errors import InvalidNeed
from graph.model import Mark, marked_fields
from graph.snapshot.columns import LABELS, TYPES, Column, Rows, Table, put
from graph.snapshot.field_types import field_types, pack
from graph.snapshot.last_written import all_at
from graph.snapshot.snapshot import Snapshot, snapshot_from_tables
from graph.vocabulary import Label, LinkType

Sort = Label | LinkType
_OF_NUMBER: Final[Mapping[Sort, frozenset[str]]] = {
    Label.CONTACT_DETAIL: frozenset({"channel", "hint"})
}
"""Fields that reveal something of a number and are therefore never restored to old values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesAfter:
    """What was written after a revision: the ids created, and the old values of changed fields.

    `before` maps each changed id to the values, as stored, that its changed fields had at the
    revision; `revisions` maps it to the last revision up to then that wrote it.
    """

    created: frozenset[str]
    before: Mapping[str, Mapping[str, object]]
    revisions: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalSnapshot:
    """The graph as it was known at an older revision, with the present one.

    `nodes` and `links` map its rows, in order, to rows of the present Snapshot.
    """

    snapshot: Snapshot
    present: Snapshot
    nodes: Rows
    links: Rows


def require_known(revision: int, newest: int, field: str = "revision") -> None:
    """Check that a revision lies between 0 and the newest.

    Raises: InvalidNeed: it does not.
    """
    if not 0 <= revision <= newest:
        raise InvalidNeed(
            field,
            "skal være 0 eller højere, og højst den nyeste revision",
            "must be 0 or higher, and at most the newest revision",
        )


def snapshot_as_of(present: Snapshot, later: ChangesAfter, revision: int) -> HistoricalSnapshot:
    """Return the Snapshot at an older revision by undoing later changes. O(nodes + links)."""
    nodes, links = (
        np.fromiter((element_id not in later.created for element_id in ids), np.bool_, len(ids))
        for ids in (present.nodes.ids, present.links.ids)
    )
    links &= nodes[present.links.source] & nodes[present.links.target]
    tables = dict(present.tables)
    for (what, name), values in _old_values(present, later).items():
        table = tables[what]
        old = pack(field_types(table.cls)[name], list(values.values()))
        columns = {**table.columns, name: put(table.columns[name], np.array([*values]), old)}
        tables[what] = Table(table.cls, columns, table.rows)
    snapshot = snapshot_from_tables(
        tuple(compress(present.nodes.ids, nodes.tolist())),
        {label: _cut(tables[label], nodes) for label in LABELS},
        tuple(compress(present.links.ids, links.tolist())),
        {link_type: _cut(tables[link_type], links) for link_type in TYPES},
        revision,
        all_at(revision),
    )
    return HistoricalSnapshot(
        snapshot=snapshot, present=present, nodes=_rows(nodes), links=_rows(links)
    )


def _rows(mask: Mask) -> Rows:
    return np.flatnonzero(mask).astype(np.int32)


def _old_values(
    present: Snapshot, later: ChangesAfter
) -> dict[tuple[Sort, str], dict[int, object]]:
    """Return, by column, the old value of each position to be restored."""
    nodes, links = present.nodes, present.links
    old_values: defaultdict[tuple[Sort, str], dict[int, object]] = defaultdict(dict)
    for element_id, before in later.before.items():
        if (row := present.row_of.get(element_id, -1)) >= 0:
            what: Sort = LABELS[int(nodes.label[row])]
            place = int(nodes.place[row])
        elif (link := present.link_row_of.get(element_id, -1)) >= 0:
            what, place = TYPES[int(links.type[link])], int(links.place[link])
        else:  # it no longer exists
            continue
        table = present.tables[what]
        unrestored = {*marked_fields(table.cls, Mark.SEALED), *_OF_NUMBER.get(what, ()), "revision"}
        for name, value in before.items():
            if name in field_types(table.cls) and name not in unrestored:
                old_values[what, name][place] = value
        if element_id in later.revisions:
            old_values[what, "revision"][place] = later.revisions[element_id]
    return old_values


def _cut(table: Table, mask: Mask) -> Table:
    """Return the table reduced to the rows in a mask, with renumbered rows."""
    is_kept = mask[table.rows]
    row = np.cumsum(mask, dtype=np.int32) - 1
    columns: dict[str, Column] = dict(table.columns)
    if not is_kept.all():
        for name, column in columns.items():
            if isinstance(column, np.ndarray):
                columns[name] = column[is_kept]
            else:
                columns[name] = cast("Column", tuple(compress(column, is_kept.tolist())))
    return Table(table.cls, columns, row[table.rows[is_kept]].astype(np.int32))
