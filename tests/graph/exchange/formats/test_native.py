"""The native folder is read back field by field, as a third-party program would read it."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.exchange.csv import unescape_formula
from graph.exchange.formats.native import LINK_COLUMNS, NODE_COLUMNS, native
from graph.exchange.imports.native import read_native
from graph.exchange.selection import ExportSelection
from graph.snapshot.columns import NAME_FIELD
from graph.snapshot.field_types import FieldKind, class_of, field_types
from graph.vocabulary import Label, LinkType
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import DAYS, callers, worlds
from tests.graph.exchange.selections import ODD_NAME, everything, selection_of
from tests.graph.exchange.stamps import stamp
from tests.kystby import view_of


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")
    return [dict(row) for row in csv.DictReader(text, delimiter=";", strict=True)]


def members(cell: str) -> frozenset[str]:
    """Return the values of a set; a backslash escapes the next character."""
    values, signs = [""], iter(cell)
    for sign in signs:
        if sign == "|":
            values.append("")
        else:
            values[-1] += next(signs) if sign == "\\" else sign
    return frozenset(values)


def read(what: Label | LinkType, row: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a row that are filled in, by the types of the model."""
    fields: dict[str, Any] = {}
    for name, field in field_types(class_of(what)).items():
        cell = unescape_formula(row.get(name, ""))
        if not cell:
            continue
        match field.kind:
            case FieldKind.DATE:
                fields[name] = date.fromisoformat(cell)
            case FieldKind.NUMBER:
                fields[name] = int(cell)
            case FieldKind.SHARE:
                fields[name] = float(cell)
            case FieldKind.FLAG:
                fields[name] = {"true": True, "false": False}[cell]
            case FieldKind.TEXTS:
                fields[name] = members(cell)
            case FieldKind.WORDS:
                assert field.words is not None
                fields[name] = frozenset(map(field.words, members(cell)))
            case FieldKind.WORD:
                assert field.words is not None
                fields[name] = field.words(cell)
            case FieldKind.TEXT:
                fields[name] = cell
    return fields


def check(selection: ExportSelection) -> None:
    """Assert that exactly the elements of a selection are read back, with all their fields."""
    with zipfile.ZipFile(io.BytesIO(native(selection, stamp(selection), "da"))) as archive:
        assert archive.namelist() == ["nodes.csv", "links.csv", "about.json"]
        assert json.loads(archive.read("about.json"))["Eksport"] == stamp().number
        nodes, links = rows(archive, "nodes.csv"), rows(archive, "links.csv")
    for node, row in zip(selection.nodes, nodes, strict=True):
        expected = {**node.fields, "id": node.id, "kind": node.kind}
        expected[NAME_FIELD.get(node.label, "name")] = node.name
        assert row["label"] == node.label
        assert read(node.label, row) == without_none(expected)
    for link, row in zip(selection.links, links, strict=True):
        ends = {"id": link.id, "source_id": link.source.id, "target_id": link.target.id}
        assert row["type"] == link.type
        assert read(link.type, row) == without_none({**link.fields, **ends})


def without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def test_odd_names_and_sets_are_read_back() -> None:
    selection = selection_of(everything(), with_names=True)
    assert ODD_NAME in {node.name for node in selection.nodes}
    check(selection)


def test_an_export_without_unnamed_nodes_is_read_by_the_native_import() -> None:
    view = everything()
    unnamed = {node.id for node in selection_of(view, with_names=False).nodes if node.name is None}
    ids = [node.id for node in selection_of(view, with_names=False).nodes if node.id not in unnamed]
    selection = ExportSelection(view, ids, with_names=False)
    with zipfile.ZipFile(io.BytesIO(native(selection, stamp(selection), "da"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    imported = read_native("pakke.zip", files)
    assert {row.element.id for row in imported.elements} == {
        *(node.id for node in selection.nodes), *(link.id for link in selection.links),
    }  # fmt: skip


@st.composite
def selections(draw: st.DrawFn) -> ExportSelection:
    on, today = draw(DAYS), draw(DAYS)
    view = view_of(snapshot_of(draw(worlds())), draw(callers()), on=on, today=today)
    return selection_of(view, with_names=draw(st.booleans()))


@pytest.mark.slow
@examples(100)
@given(selections())
def test_any_export_of_a_caller_is_read_back_field_by_field(found: ExportSelection) -> None:
    check(found)


def test_no_column_holds_a_field_that_is_never_exported() -> None:
    never = {
        "revision", "verified_by", "value", "hint", "consent_id", "display_name", "declared_by",
        "since_on", "absent_from", "audience",
    }  # fmt: skip
    assert never.isdisjoint((*NODE_COLUMNS, *LINK_COLUMNS))
    assert {"source_id", "target_id", "gate", "verified_on"} <= set(LINK_COLUMNS)
    assert NODE_COLUMNS[:5] == ("valid_from", "valid_to", "source", "external_id", "kind")
