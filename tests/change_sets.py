"""Change sets for tests of the store, and helpers that write Kystby into a store."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from graph.model import ChangeReason, ChangeSet, ContactDetail, Element, End, Link, Node, Secret
from graph.store.store import Store
from tests import kystby

T = TypeVar("T", bound=Element)

NUMBERS = {
    "phone-bo": "+45 05 12 34 78",
    "phone-erik": "+45 06 12 34 12",
    "phone-jens": "+45 07 12 34 34",
}
MADE_AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def change_set(
    *,
    creates: Iterable[Element] = (),
    updates: Iterable[Element] = (),
    ends: Iterable[End] = (),
    made_by: str = "tester",
    idempotency: str | None = None,
) -> ChangeSet:
    """Return a change set for a correction on the tests' day."""
    return ChangeSet(
        made_by=made_by,
        made_at=MADE_AT,
        reason=ChangeReason.CORRECTED,
        creates=tuple(_nodes_and_links(creates)),
        updates=tuple(_nodes_and_links(updates)),
        ends=tuple(ends),
        idempotency=idempotency,
    )


def kystby_with_numbers() -> tuple[Element, ...]:
    """Return Kystby as written into a store: its contact details have values."""
    return tuple(
        replace(element, value=Secret(NUMBERS[element.id]))
        if isinstance(element, ContactDetail)
        else element
        for element in kystby.elements()
    )


def fill_with_kystby(store: Store) -> None:
    """Writes Kystby as revision 1 of an empty store."""
    store.apply(change_set(creates=kystby_with_numbers()))


def element_of(store: Store, element_id: str, cls: type[T]) -> T:
    """Return the current version of an element."""
    (element,) = store.elements([element_id])
    assert isinstance(element, cls)
    return element


def changed(store: Store, element_id: str, **fields: Any) -> Element:
    """Return the current version of an element with some fields changed, for an update."""
    return replace(element_of(store, element_id, Element), **fields)


def _nodes_and_links(elements: Iterable[Element]) -> Iterable[Node | Link]:
    for element in elements:
        assert isinstance(element, Node | Link)
        yield element
