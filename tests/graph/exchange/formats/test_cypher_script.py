"""The exported Cypher script, run in a real Neo4j."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, LiteralString, cast

import pytest

from graph.exchange.formats.cypher_script import cypher, literal
from graph.snapshot.columns import NAME_FIELD
from tests.databases import Server
from tests.graph.exchange.selections import ODD_NAME, everything, selection_of
from tests.graph.exchange.stamps import stamp


@pytest.fixture
def empty(server: Server) -> Iterator[Server]:
    yield server
    for row in server.ask("SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH 'kontaktvej_'"):
        server.ask(cast("LiteralString", f"DROP CONSTRAINT {row['name']}"))


@pytest.mark.slow
@pytest.mark.parametrize("runs", [1, 2])
def test_the_script_creates_the_exported_nodes_and_links_even_if_run_twice(
    empty: Server, runs: int
) -> None:
    selection = selection_of(everything(), with_names=True)
    script = cypher(selection, stamp(selection), "da").decode()
    for statement in runs * script.split("\n;\n"):
        if statement:
            empty.ask(cast("LiteralString", statement))
    rows = empty.ask(
        "MATCH (n) WHERE NOT n:Store RETURN labels(n) AS labels, properties(n) AS fields"
    )
    nodes = {row["fields"]["id"]: (row["labels"], plain(row["fields"])) for row in rows}
    assert nodes == {
        node.id: (
            [node.label],
            plain({"id": node.id, "kind": node.kind, **node.fields,
                   NAME_FIELD.get(node.label, "name"): node.name}),
        )
        for node in selection.nodes
    }  # fmt: skip
    assert nodes["ssp"][1]["name"] == ODD_NAME
    rows = empty.ask("MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id, properties(r)")
    links = {row["properties(r)"]["id"]: [*row.values()][:3] for row in rows}
    assert len(rows) == len(links)
    assert links == {
        link.id: [link.source.id, link.type, link.target.id] for link in selection.links
    }
    values = {row["properties(r)"]["id"]: plain(row["properties(r)"]) for row in rows}
    assert values == {link.id: plain({"id": link.id, **link.fields}) for link in selection.links}


@pytest.mark.parametrize(
    "text", [ODD_NAME, "\\", "\\u0027", "\\\\u0027", "'", '"', "`", "$x", "//", "/*", "\t", "{}"]
)
def test_a_text_literal_is_returned_unchanged_by_neo4j(server: Server, text: str) -> None:
    (row,) = server.ask(cast("LiteralString", f"RETURN {literal(text)} AS text"))
    assert row["text"] == text


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return dates as ISO dates, sets as sorted lists, words as texts, and no empty fields."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, frozenset):
            values[name] = sorted(map(str, cast("frozenset[object]", value)))
        elif value is not None:
            is_day = isinstance(value, date) or hasattr(value, "iso_format")
            values[name] = str(value) if is_day or isinstance(value, str) else value
    return values


@pytest.mark.parametrize("text", [ODD_NAME, "\\u0027", "\\\\u0027", "\\\\\\u0027 OR"])
def test_a_text_literal_contains_no_unicode_escape(text: str) -> None:
    assert "\\u" not in literal(text)
