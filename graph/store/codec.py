"""Encoding of nodes and links in the database: written as properties, read as columns.

A property has the name of its field. Dates are stored as dates, words as their identifiers, sets
as sorted lists; None is absent; a personal field is the ciphertext of the JSON of its value in this
form. A contact detail has `sealed` and `key_id` in place of its value.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any, Final, LiteralString, cast

from neo4j import ManagedTransaction

from graph.model import ContactDetail, Element, Link, Mark, marked_fields
from graph.snapshot.field_types import FieldKind, FieldType, class_of, field_types
from graph.store.batches import batches
from graph.store.encryption.sealing import OwnerKey, SealBroken, open_sealed, require_keys, seal
from graph.vocabulary import Label, LinkType

Sort = Label | LinkType
Columns = dict[Sort, dict[str, list[Any]]]
"""For each label and link type, for each field, the values as stored; dates are ISO texts."""

SORTS: Final[tuple[Sort, ...]] = (*Label, *LinkType)
SEALED_VALUE: Final = ("sealed", "key_id")
_SORT_OF: Final[Mapping[str, Sort]] = {str(sort): sort for sort in SORTS}
_PERSONAL: Final = tuple(label for label in Label if marked_fields(class_of(label), Mark.SEALED))

# Values read where a key was destroyed but the node is not removed yet (erasure in progress, or a
# restored backup): no one is named, and loading does not fail. A lost key raises KeyMissing.
UNREADABLE: Final[Mapping[str, str]] = {
    "name": "Slettet person",
    "display_name": "Slettet person",
    "kind": "RESOURCE_PERSON",
}


def sort_named(name: str) -> Sort:
    """Return the label or link type of a name."""
    return _SORT_OF[name]


def sort_of(element: Element) -> Sort:
    """Return the label of a node or the type of a link."""
    return element.type if isinstance(element, Link) else cast("Any", type(element)).label


def stored_value(value: object) -> object:
    """Return a field's value as a property."""
    if isinstance(value, frozenset):
        return sorted(str(item) for item in cast("frozenset[str]", value))
    return str(value) if isinstance(value, str) else value


def properties(element: Element, sealed: Mapping[str, object]) -> dict[str, object]:
    """Return an element's properties, with `sealed` in place of its personal fields."""
    clear = {
        name: stored_value(value)
        for name in _clear_fields(type(element))
        if (value := getattr(element, name)) is not None
    }
    return clear | dict(sealed)


def sealed_fields(element: Element, names: Iterable[str], key: OwnerKey) -> dict[str, object]:
    """Return the named personal fields of a node as ciphertext, without missing values."""
    return {
        name: seal(
            json.dumps(stored_value(value), ensure_ascii=False),
            key=key, node_id=element.id, owner=element.id, field=name,
        )
        for name in names
        if (value := getattr(element, name)) is not None
    }  # fmt: skip


def sealed_detail(detail: ContactDetail, owner: str, key: OwnerKey) -> dict[str, object]:
    """Return the value of a contact detail as ciphertext, and the id of the key that opens it."""
    if detail.value is None:
        return {}
    clear = detail.value.uncover()
    sealed = seal(clear, key=key, node_id=detail.id, owner=owner, field=detail.channel)
    return {"sealed": sealed, "key_id": key.key_id}


def read_columns(
    tx: ManagedTransaction,
    *statements: LiteralString,
    ids: Sequence[str] = (),
    with_values: bool = False,
) -> Columns:
    """Return the combined result of statements of `cypher` that return columns.

    The sealed values of contact details are included only if `with_values` is set. With many `ids`,
    a link between two of them may be in several rows.
    """
    fields = _FIELDS_AND_VALUES if with_values else _FIELDS
    columns: Columns = {sort: {name: [] for name in field_types(class_of(sort))} for sort in SORTS}
    parts: Sequence[list[str]] = list(batches(ids)) if ids else [[]]
    for statement in statements:
        for part in parts:
            for record in tx.run(statement, fields=fields, ids=part):
                table = columns[_SORT_OF[record["sort"]]]
                table.setdefault(record["name"], []).extend(record["values"])
    return columns


def open_columns(
    columns: Columns, keys: Mapping[str, OwnerKey], erased: Collection[str] = ()
) -> None:
    """Replace the ciphertext of personal fields by their clear values, in place.

    Raises:
        KeyMissing: an owner has no key and is not in `erased`.
        SealBroken: a value was not sealed for its node, owner, field and key.
    """
    require_keys(personal_ids(columns), keys, erased)
    for label in _PERSONAL:
        table = columns[label]
        for name in marked_fields(class_of(label), Mark.SEALED):
            table[name] = [
                None if sealed is None else _clear(sealed, keys.get(owner), owner, name, erased)
                for owner, sealed in zip(table["id"], table[name], strict=True)
            ]


def _clear(
    sealed: bytes, key: OwnerKey | None, owner: str, field: str, erased: Collection[str]
) -> object:
    if key is None:
        return UNREADABLE.get(field)
    try:
        clear = open_sealed(bytes(sealed), key=key, node_id=owner, owner=owner, field=field)
    except SealBroken:
        if owner not in erased:  # an erased owner may have returned with another key
            raise
        return UNREADABLE.get(field)
    return json.loads(clear)


def personal_ids(columns: Columns) -> Iterator[str]:
    """Yield the owners of the keys that `open_columns` needs."""
    for label in _PERSONAL:
        yield from columns[label]["id"]


def sealed_in(columns: Columns) -> dict[str, dict[str, object]]:
    """Return the ciphertexts in unopened columns, by id and property."""
    ciphertexts: dict[str, dict[str, object]] = {}
    for sort in (*_PERSONAL, Label.CONTACT_DETAIL):
        table = columns[sort]
        names = (*marked_fields(class_of(sort), Mark.SEALED), *SEALED_VALUE)
        for name in names:
            for element_id, value in zip(table["id"], table.get(name, ()), strict=False):
                if value is not None:
                    ciphertexts.setdefault(element_id, {})[name] = value
    return ciphertexts


def things_in(columns: Columns) -> Iterator[Element]:
    """Yield the nodes and links of opened columns; contact details are without their values."""
    for sort, table in columns.items():
        types = field_types(class_of(sort))
        for row in zip(*(table[name] for name in types), strict=True):
            values = zip(types.items(), row, strict=True)
            yield class_of(sort)(**{name: _value(field, value) for (name, field), value in values})


def _value(field: FieldType, value: Any) -> Any:
    """Return a stored value as the dataclass holds it."""
    match field.kind:
        case FieldKind.TEXTS:
            return frozenset(value or ())
        case FieldKind.WORDS:
            return frozenset(field.words(word) for word in value or ()) if field.words else None
        case FieldKind.DATE:
            return value and date.fromisoformat(value)
        case FieldKind.WORD:
            return value and field.words and field.words(value)
        case _:
            return value


@cache
def _clear_fields(cls: type[Element]) -> tuple[str, ...]:
    """Return the fields stored in clear; a link's ends are stored as graph structure instead."""
    left_out = {*marked_fields(cls, Mark.SEALED), "value", "source_id", "target_id"}
    return tuple(field.name for field in fields(cls) if field.name not in left_out)


_FIELDS: Final = {
    str(sort): [
        {"name": name, "is_date": field.kind is FieldKind.DATE}
        for name, field in field_types(class_of(sort)).items()
    ]
    for sort in SORTS
}
_FIELDS_AND_VALUES: Final = {
    **_FIELDS,
    str(Label.CONTACT_DETAIL): _FIELDS[Label.CONTACT_DETAIL]
    + [{"name": name, "is_date": False} for name in SEALED_VALUE],
}
