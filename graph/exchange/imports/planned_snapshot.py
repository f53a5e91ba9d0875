"""The register as an import would leave it.

What it creates stands there under other ids than it is to have: an id of a source can be that of
an element that whoever looks does not see, and must not open what is hidden about that.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graph.exchange.imports.preview import Preview
from graph.exchange.imports.renamed import renamed
from graph.model import ContactDetail, Element, id_of
from graph.snapshot.incremental import apply_changes
from graph.snapshot.snapshot import Snapshot


def planned_snapshot(snapshot: Snapshot, found: Preview) -> Snapshot:
    """Return the Snapshot with what a preview creates, changes and ends. O(nodes + links)."""
    return apply_changes(snapshot, _planned(snapshot, found), snapshot.revision + 1)


def _planned(snapshot: Snapshot, found: Preview) -> Iterator[Element]:
    ids = {thing.id: stand_in(thing.id) for thing in found.creates}
    after: dict[str, Any] = {
        thing.id: replace(thing, **renamed(thing, ids))
        for thing in (*found.creates, *found.updates)
    }
    for end in found.ends:
        thing: Any = after.get(end.id)
        if thing is None:
            row = snapshot.row_of.get(end.id)
            thing = (
                snapshot.link(snapshot.link_row_of[end.id]) if row is None else snapshot.node(row)
            )
        after[end.id] = replace(thing, valid_to=end.on)
    for thing in after.values():
        # A Snapshot holds no contact value.
        yield replace(thing, value=None) if isinstance(thing, ContactDetail) else thing


def stand_in(thing_id: str) -> str:
    """Return the id of an element that an import creates, as it stands in the planned register."""
    return id_of("planned", thing_id)
