"""The register as an import would leave it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graph.exchange.imports.preview import Preview
from graph.model import ContactDetail, Element
from graph.snapshot.incremental import apply_changes
from graph.snapshot.snapshot import Snapshot


def planned_snapshot(snapshot: Snapshot, found: Preview) -> Snapshot:
    """Return the Snapshot with what a preview creates, changes and ends. O(nodes + links)."""
    return apply_changes(snapshot, _planned(snapshot, found), snapshot.revision + 1)


def _planned(snapshot: Snapshot, found: Preview) -> Iterator[Element]:
    after: dict[str, Any] = {thing.id: thing for thing in (*found.creates, *found.updates)}
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
