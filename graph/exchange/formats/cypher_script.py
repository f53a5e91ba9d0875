"""The structure as a Cypher script that recreates it in a Neo4j database.

Each statement ends with a semicolon on a line of its own, so that any client can run the file. One
that is run again, or was interrupted, makes no node or link twice. Values are literals of the
language: texts in quotes with their escapes, dates as `date('…')`, sets as lists. Properties have
their names in the model, terms their identifiers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from graph.exchange.structure_format import StructureFormat
from graph.snapshot.columns import NAME_FIELD
from graph.vocabulary import Label, Language, LinkType

_BATCH: Final = 500
_ESCAPES: Final = str.maketrans(
    {
        "\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t",
        "\b": "\\b", "\f": "\\f",
    }
)  # fmt: skip


def cypher(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """Return the script, with its provenance as comments at the top."""
    about = (f"// {name}: {' '.join(value.split())}" for name, value in stamp.lines(lang))
    return "\n".join((*about, *_statements(selection), "")).encode()


def _statements(selection: ExportSelection) -> Iterator[str]:
    nodes: defaultdict[Label, list[dict[str, Any]]] = defaultdict(list)
    labels: dict[str, Label] = {}
    for node in selection.nodes:
        labels[node.id] = node.label
        name = NAME_FIELD.get(node.label, "name")
        properties = {"id": node.id, "kind": node.kind, name: node.name, **node.fields}
        nodes[node.label].append(properties)
    links: defaultdict[tuple[LinkType, Label, Label], list[Sequence[Any]]] = defaultdict(list)
    for link in selection.links:
        ends = labels[link.source.id], labels[link.target.id]
        fields = {"id": link.id, **link.fields}
        links[(link.type, *ends)].append((link.source.id, link.target.id, fields))
    for label in sorted(nodes):
        yield (
            f"CREATE CONSTRAINT kontaktvej_{label.lower()} IF NOT EXISTS"
            f" FOR (n:{label}) REQUIRE n.id IS UNIQUE\n;"
        )
    for label, rows in sorted(nodes.items()):
        for part in _parts(rows):
            yield f"UNWIND [{part}] AS row\nMERGE (n:{label} {{id: row.id}})\nSET n = row\n;"
    for (link_type, source, target), rows in sorted(links.items()):
        for part in _parts(rows):
            yield (
                f"UNWIND [{part}] AS row\nMATCH (a:{source} {{id: row[0]}}),"
                f" (b:{target} {{id: row[1]}})\n"
                f"MERGE (a)-[r:{link_type} {{id: row[2].id}}]->(b)\nSET r = row[2]\n;"
            )


def _parts(rows: Sequence[object]) -> Iterator[str]:
    """Yield the rows as literals, in batches of `_BATCH`."""
    for place in range(0, len(rows), _BATCH):
        yield "\n  " + ",\n  ".join(map(literal, rows[place : place + _BATCH])) + "\n"


def literal(value: object) -> str:
    """A value as a literal of Cypher."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case date():
            return f"date('{value.isoformat()}')"
        case str():
            # Split before a `u`, since some parsers read `\\u0027` as a quote anywhere.
            text = value.translate(_ESCAPES).replace("\\\\u", "\\\\' + 'u")
            return f"'{text}'"
        case frozenset():
            return f"[{', '.join(map(literal, sorted(cast('frozenset[str]', value))))}]"
        case tuple():
            return f"[{', '.join(map(literal, cast('tuple[object, ...]', value)))}]"
        case _:
            members = cast("Mapping[str, object]", value).items()
            filled = (f"{name}: {literal(each)}" for name, each in members if each is not None)
            return f"{{{', '.join(filled)}}}"


FORMATS: Final = (
    StructureFormat(
        id="CYPHER", label_da="Cypher (Neo4j)", label_en="Cypher (Neo4j)",
        suffix="cypher", media_type="application/x-cypher-query", write=cypher,
    ),
)  # fmt: skip
