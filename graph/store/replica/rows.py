"""The content of a replica: nodes and links as rows, and their insertion."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final, LiteralString, TypeVar, cast

from neo4j import Record

from graph.vocabulary import Label, LinkType

T = TypeVar("T")
Write = Callable[..., list[Record]]
"""Runs a statement with named parameters and returns its records."""
_BATCH: Final = 2_000
EMPTY: Final[LiteralString] = """
MATCH (node) CALL (node) { DETACH DELETE node } IN TRANSACTIONS OF 1000 ROWS
"""
KNOW: Final[LiteralString] = "CREATE (node) SET node = $fields DELETE node"
# One statement for all labels and one for all types, since each statement must be planned first.
_CREATE_NODES: Final[LiteralString] = """
UNWIND $rows AS row CREATE (node:$(row.label)) SET node = row.fields
RETURN node.id AS id, elementId(node) AS place
"""
_CREATE_LINKS: Final[LiteralString] = """
UNWIND $rows AS row
MATCH (source) WHERE elementId(source) = row.source
MATCH (target) WHERE elementId(target) = row.target
CREATE (source)-[link:$(row.type)]->(target) SET link = row.fields
"""


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node to insert: its fields by name, including its id."""

    label: Label
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link to insert, with the ids of its ends."""

    type: LinkType
    source: str
    target: str
    fields: Mapping[str, Any]


def fill(write: Write, nodes: Iterable[NodeRow], links: Iterable[LinkRow]) -> Mapping[str, str]:
    """Insert nodes and links into an empty database; return node ids by engine element id."""
    places: dict[str, str] = {}
    for part in _parts(nodes):
        rows = [{"label": node.label.value, "fields": _driver_value(node.fields)} for node in part]
        records = write(_CREATE_NODES, rows=rows)
        places |= {record["id"]: record["place"] for record in records}
    for part in _parts(links):
        rows = [
            {"type": link.type.value, "fields": _driver_value(link.fields),
             "source": places[link.source], "target": places[link.target]}
            for link in part
        ]  # fmt: skip
        write(_CREATE_LINKS, rows=rows)
    return {place: node_id for node_id, place in places.items()}


def _parts(rows: Iterable[T]) -> Iterator[list[T]]:
    """Split rows into batches of one transaction each."""
    iterator = iter(rows)
    while part := list(islice(iterator, _BATCH)):
        yield part


def _driver_value(value: Any) -> Any:
    """Return a value as the driver accepts it: words as texts, sets as sorted lists of texts.

    Raises: TypeError: a value of another type.
    """
    match value:
        case frozenset():
            return sorted(str(item) for item in cast("frozenset[object]", value))
        case str():
            return str(value)
        case Mapping():
            items = cast("Mapping[str, Any]", value).items()
            return {name: _driver_value(item) for name, item in items}
        case date() | None | bool() | int() | float():
            return value
        case _:
            raise TypeError(type(cast("object", value)).__name__)
