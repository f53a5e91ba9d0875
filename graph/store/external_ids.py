"""External ids in the database: each is unique among the nodes, or among the links, of its source.

Two indexes list the elements that were ever given an external id: change records for most elements,
the keyring for people, whose ids must not remain after erasure. Both may list an element that no
longer has the id, or whose write failed; the listed elements are therefore read and compared.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

from neo4j import ManagedTransaction

from graph.errors import Fault
from graph.model import Element, Link, Mark, marked_fields
from graph.store import cypher
from graph.store.batches import batches
from graph.store.encryption.keyring import Keyring
from graph.vocabulary import Rule

_FIELD: Final = "external_id"


def external_name(element: Element) -> str | None:
    """Return an element's external id with its source, as the indexes hold it; None without one."""
    if element.external_id is None:
        return None
    return (
        f"{'link' if isinstance(element, Link) else 'node'}|{element.source}|{element.external_id}"
    )


def is_personal(element: Element) -> bool:
    """Return whether the external id is sealed, and so must not be in an index of the database."""
    return _FIELD in marked_fields(type(element), Mark.SEALED)


def duplicate_faults(
    tx: ManagedTransaction,
    keyring: Keyring,
    changed_elements: Mapping[str, Element],
    renamed: Iterable[Element],
    read: Callable[[Collection[str]], Iterable[Element]],
) -> Iterator[Fault]:
    """Yield a fault for each new external id that another element has.

    `changed_elements` are all elements of the change set in their new state, by id; `renamed` are
    those whose external id or source is new. `read` returns elements of the database by id.
    """
    elements: dict[str, Element] = {}
    for element in renamed:
        name = external_name(element)
        if name is not None and elements.setdefault(name, element) is not element:
            yield Fault(element.id, _FIELD, Rule.SAME_EXTERNAL_ID)
    if not elements:
        return
    # By name, the ids of all elements that the indexes list.
    ids_by_name: dict[str, set[str]] = {}
    for part in batches(elements):
        for record in tx.run(cypher.HAD_EXTERNAL_ID, names=part):
            ids_by_name.setdefault(record["name"], set()).add(record["id"])
    nodes = [name for name, element in elements.items() if not isinstance(element, Link)]
    for name, owners in keyring.owners_by_external_id(nodes).items():
        ids_by_name.setdefault(name, set()).update(owners)
    listed = [
        (name, holder)
        for name, holders in ids_by_name.items()
        for holder in holders
        if holder != elements[name].id
    ]
    others = {holder for _, holder in listed} - changed_elements.keys()
    present = {**changed_elements, **{element.id: element for element in read(others)}}
    for name, holder in sorted(listed):
        if holder not in present or present[holder].is_taken_back():
            continue
        if external_name(present[holder]) == name:
            yield Fault(elements[name].id, _FIELD, Rule.SAME_EXTERNAL_ID)
