"""Historical snapshots built from an earlier and a present world, as the store builds them."""

from collections.abc import Iterable

from graph.model import Element, Mark, marked
from graph.snapshot.as_of import ChangesAfter, HistoricalSnapshot, snapshot_as_of
from graph.snapshot.field_types import field_types
from graph.store.codec import stored_value
from tests.fixtures.snapshots import snapshot_of


def earlier_of(old: Iterable[Element], present: Iterable[Element]) -> HistoricalSnapshot:
    """Return the snapshot as of revision 1, from the present at revision 2."""
    before, now = ({thing.id: thing for thing in things} for things in (old, present))
    changed = {one: _before(before[one], now[one]) for one in before if one in now}
    later = ChangesAfter(
        created=frozenset(now.keys() - before.keys()),
        before={one: values for one, values in changed.items() if values},
        revisions={one: before[one].revision for one, values in changed.items() if values},
    )
    return snapshot_as_of(snapshot_of(now.values(), revision=2), later, 1)


def _before(old: Element, new: Element) -> dict[str, object]:
    names = field_types(type(old))
    return {
        name: stored_value(getattr(old, name))
        for name in names
        if getattr(old, name) != getattr(new, name)
    }


def clear(thing: Element) -> dict[str, object]:
    """Return the fields of an element but the personal ones, which keep today's values."""
    names = field_types(type(thing)).keys() - set(marked(type(thing), Mark.SEALED))
    return {name: getattr(thing, name) for name in names}
