"""The register as an import would leave it.

For a caller who does not see everything, new elements have stand-in ids in it: an id of a source
can equal that of an element hidden from the caller, and must not reveal the hidden data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from graph.exchange.imports.preview import Preview
from graph.exchange.imports.renamed import renamed
from graph.model import ContactDetail, Element, id_of
from graph.snapshot.incremental import apply_changes
from graph.snapshot.snapshot import Snapshot


def planned_snapshot(snapshot: Snapshot, found: Preview, ids: Mapping[str, str]) -> Snapshot:
    """Return the Snapshot with what a preview creates, changes and ends. O(nodes + links).

    `ids` maps elements to their stand-in ids; if empty, all keep their own.
    """
    return apply_changes(snapshot, _planned(snapshot, found, ids), snapshot.revision + 1)


def stand_ins(found: Preview) -> dict[str, str]:
    """Return a stand-in id for each created element, which does not reveal its own id."""
    return {thing.id: id_of("planned", thing.id) for thing in found.creates}


def _planned(snapshot: Snapshot, found: Preview, ids: Mapping[str, str]) -> Iterator[Element]:
    after: dict[str, Any] = {
        thing.id: replace(thing, **renamed(thing, ids)) if ids else thing
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
