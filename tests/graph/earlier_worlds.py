"""Historical snapshots built from an earlier and a present world, as the store builds them."""

from collections.abc import Iterable

from graph.model import Element, Mark, marked_fields
from graph.snapshot.as_of import ChangesAfter, HistoricalSnapshot, snapshot_as_of
from graph.snapshot.field_types import field_types
from graph.store.codec import stored_value
from tests.fixtures.snapshots import snapshot_of


def earlier_of(old: Iterable[Element], present: Iterable[Element]) -> HistoricalSnapshot:
    """Return the snapshot as of revision 1, from the present at revision 2."""
    before, now = ({element.id: element for element in elements} for elements in (old, present))
    changed = {
        element_id: _before(before[element_id], now[element_id])
        for element_id in before
        if element_id in now
    }
    later = ChangesAfter(
        created=frozenset(now.keys() - before.keys()),
        before={element_id: values for element_id, values in changed.items() if values},
        revisions={
            element_id: before[element_id].revision
            for element_id, values in changed.items()
            if values
        },
    )
    return snapshot_as_of(snapshot_of(now.values(), revision=2), later, 1)


def _before(old: Element, new: Element) -> dict[str, object]:
    names = field_types(type(old))
    return {
        name: stored_value(getattr(old, name))
        for name in names
        if getattr(old, name) != getattr(new, name)
    }


def clear(element: Element) -> dict[str, object]:
    """Return the fields of an element but the personal ones, which keep today's values."""
    names = field_types(type(element)).keys() - set(marked_fields(type(element), Mark.SEALED))
    return {name: getattr(element, name) for name in names}
