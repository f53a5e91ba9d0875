"""What was known at an older revision? The present Snapshot, with what was written since undone.

Personal fields stay as they are today: a corrected name stays corrected (GDPR art. 16), no old one
is ever opened, of an old number not even the hint, and what was erased is in neither.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Any, Final

import numpy as np

from graph.access.context import Mask
from graph.errors import InvalidNeed
from graph.model import Mark, marked
from graph.snapshot.columns import LABELS, TYPES, Column, Rows, Table, put
from graph.snapshot.field_types import field_types, pack
from graph.snapshot.last_written import all_at
from graph.snapshot.snapshot import Snapshot, assembled
from graph.vocabulary import Label, LinkType

Sort = Label | LinkType
_OF_NUMBER: Final[Mapping[Sort, frozenset[str]]] = {
    Label.CONTACT_DETAIL: frozenset({"channel", "hint"})
}
"""What tells of a number, of which there is the present one alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesAfter:
    """What was written after a revision: the ids of what was created, and what was changed.

    `before` holds for each id the values, as stored, that its changed fields had at the revision;
    `revisions` for each of these ids the last one until then that wrote it.
    """

    created: frozenset[str]
    before: Mapping[str, Mapping[str, object]]
    revisions: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalSnapshot:
    """The graph as it was known at an older revision, beside the present one.

    `nodes` and `links` are the rows that its own have in the present Snapshot, in order.
    """

    snapshot: Snapshot
    present: Snapshot
    nodes: Rows
    links: Rows


def require_known(revision: int, newest: int, field: str = "revision") -> None:
    """Raises: InvalidNeed: nothing is known yet of a revision so high, or there is none so low."""
    if not 0 <= revision <= newest:
        raise InvalidNeed(
            field,
            "skal være 0 eller højere, og højst den nyeste revision",
            "must be 0 or higher, and at most the newest revision",
        )


def snapshot_as_of(present: Snapshot, later: ChangesAfter, revision: int) -> HistoricalSnapshot:
    """The Snapshot at an older revision, from all that was written after it. O(nodes + links)."""
    nodes, links = (_older(of, later.created) for of in (present.nodes.ids, present.links.ids))
    links &= nodes[present.links.source] & nodes[present.links.target]
    tables = _put_back(present, later)
    snapshot = assembled(
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


def _older(ids: tuple[str, ...], created: frozenset[str]) -> Mask:
    return np.fromiter((one not in created for one in ids), np.bool_, len(ids))


def _rows(mask: Mask) -> Rows:
    return np.flatnonzero(mask).astype(np.int32)


def _put_back(present: Snapshot, later: ChangesAfter) -> dict[Sort, Table]:
    """The tables with the old values in their places."""
    tables = dict(present.tables)
    for (what, name), values in _old_values(present, later).items():
        table = tables[what]
        field = field_types(table.cls)[name]
        old = pack(field, list(values.values()))
        columns = {**table.columns, name: put(table.columns[name], np.array([*values]), old)}
        tables[what] = Table(table.cls, columns, table.rows)
    return tables


def _old_values(
    present: Snapshot, later: ChangesAfter
) -> dict[tuple[Sort, str], dict[int, object]]:
    """By column, the old value of each place that is to have one."""
    found: defaultdict[tuple[Sort, str], dict[int, object]] = defaultdict(dict)
    for what, place, thing_id in _places(present, later):
        table = present.tables[what]
        kept = {*marked(table.cls, Mark.SEALED), *_OF_NUMBER.get(what, ()), "revision"}
        for name, value in later.before[thing_id].items():
            if name in field_types(table.cls) and name not in kept:
                found[what, name][place] = value
        if thing_id in later.revisions:
            found[what, "revision"][place] = later.revisions[thing_id]
    return found


def _places(present: Snapshot, later: ChangesAfter) -> Iterator[tuple[Sort, int, str]]:
    """Where each changed thing stands, of those that are still there."""
    nodes, links = present.nodes, present.links
    for one in later.before:
        if (row := present.row_of.get(one, -1)) >= 0:
            yield LABELS[int(nodes.label[row])], int(nodes.place[row]), one
        elif (link := present.link_row_of.get(one, -1)) >= 0:
            yield TYPES[int(links.type[link])], int(links.place[link]), one


def _cut(table: Table, kept: Mask) -> Table:
    """The table of the rows that are kept, numbered anew."""
    chosen = kept[table.rows]
    row = np.cumsum(kept, dtype=np.int32) - 1
    columns = {name: _chosen(column, chosen) for name, column in table.columns.items()}
    return Table(table.cls, columns, row[table.rows[chosen]].astype(np.int32))


def _chosen(column: Column, chosen: Mask) -> Any:
    if chosen.all():
        return column
    return tuple(compress(column, chosen.tolist())) if isinstance(column, tuple) else column[chosen]
