"""The register as an import would leave it.

For a caller who does not see everything, new elements have stand-in ids in it: an id of a source
can equal that of an element hidden from the caller, and must not reveal the hidden data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from graph.exchange.imports.mapped_ids import mapped_ids
from graph.exchange.imports.preview import Preview
from graph.model import ContactDetail, Element, id_of
from graph.snapshot.field_types import field_types
from graph.snapshot.incremental import apply_changes
from graph.snapshot.snapshot import Snapshot


def planned_snapshot(snapshot: Snapshot, preview: Preview, ids: Mapping[str, str]) -> Snapshot:
    """Return the Snapshot with what a preview creates, changes and ends. O(nodes + links).

    `ids` maps elements to their stand-in ids; if empty, all keep their own.
    """
    return apply_changes(snapshot, _planned_elements(snapshot, preview, ids), snapshot.revision + 1)


def stand_ins(preview: Preview) -> dict[str, str]:
    """Return a stand-in id for each created element, which does not reveal its own id."""
    return {element.id: id_of("planned", element.id) for element in preview.creates}


def _planned_elements(
    snapshot: Snapshot, preview: Preview, ids: Mapping[str, str]
) -> Iterator[Element]:
    after: dict[str, Any] = {
        element.id: replace(element, **mapped_ids(element, ids)) if ids else element
        for element in (*preview.creates, *preview.updates)
    }
    for end in preview.ends:
        element: Any = after.get(end.id)
        if element is None:
            row = snapshot.row_of.get(end.id)
            element = (
                snapshot.link(snapshot.link_row_of[end.id]) if row is None else snapshot.node(row)
            )
        after[end.id] = _with(element, "valid_to", end.on)
    for element in after.values():
        # A Snapshot holds no contact value.
        yield _with(element, "value", None) if isinstance(element, ContactDetail) else element


def _with(element: Element, name: str, value: object) -> Element:
    """Return a checked element with another value of a field, without checking it again."""
    values = {field: getattr(element, field) for field in field_types(type(element))}
    return element.from_stored({**values, name: value})
