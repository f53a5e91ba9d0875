"""The workbook as openpyxl reads it."""

import io
from datetime import datetime
from typing import Any, cast

import openpyxl
import pytest

from graph.exchange.formats.excel import excel
from graph.exchange.selection import ExportSelection
from graph.vocabulary import Language
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.exchange.selections import ODD_NAME, everything, selection_of
from tests.graph.exchange.stamps import stamp
from tests.graph.exchange.test_csv import PAYLOADS
from tests.kystby import view_of


def workbook_of(selection: ExportSelection, lang: Language = "da") -> Any:
    return cast("Any", openpyxl).load_workbook(io.BytesIO(excel(selection, stamp(selection), lang)))


def table(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_workbook_has_sheets_of_nodes_links_and_provenance() -> None:
    selection = selection_of(everything(), with_names=True)
    book = workbook_of(selection)
    assert book.sheetnames == ["Noder", "Forbindelser", "Om filen"]
    nodes = {row["Id"]: row for row in table(book["Noder"])}
    assert set(nodes) == {node.id for node in selection.nodes}
    assert nodes["amina"]["Navn"] == "Amina Søkilde Østergård"
    links = {row["Id"]: row for row in table(book["Forbindelser"])}
    assert set(links) == {link.id for link in selection.links}
    about = dict(book["Om filen"].iter_rows(values_only=True))
    assert about["Eksport"] == stamp().number
    assert workbook_of(selection, "en").sheetnames == ["Nodes", "Links", "About"]


def test_dates_and_numbers_are_typed_cells_under_a_frozen_header() -> None:
    book = workbook_of(selection_of(everything()))
    sheet = book["Forbindelser"]
    rows = {row["Id"]: row for row in table(sheet)}
    assert rows["amina--ssp-post"]["Gælder til"] == datetime(2027, 1, 1)  # noqa: DTZ001 - as read
    assert rows["ssp-post--ssp"]["Styrke"] == 0.9
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert 8 < sheet.column_dimensions["C"].width <= 60
    assert book.properties.created == book.properties.modified == datetime(2026, 11, 25, 8)  # noqa: DTZ001 - as read


@pytest.mark.parametrize("payload", [*PAYLOADS, ODD_NAME])
def test_no_cell_is_a_formula(payload: str) -> None:
    name = payload.strip()
    if not name or name == "+45 05 12 34 78":  # a name may contain no number
        return
    view = view_of(snapshot_of(kystby.elements(ssp={"name": name})))
    book = workbook_of(selection_of(view))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert f"'{name}" in {cell.value for cell in cells}
