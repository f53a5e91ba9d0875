"""The content of a screen as a file: chosen by format, fetched once, and read back."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver, Seat, on_each_screen

SSP = "/netvaerk?id=net-ssp-0825"
NEW_YEAR = "/analyse?question=changes&from=2026-12-31&to=2027-01-01"
FORMATS = ("Noder (CSV)", "Forbindelser (CSV)", "GraphML", "GEXF")


def export_file(seat: Seat, format: str) -> Path:
    seat.choose("Format", format)
    seat.rest()
    seat.press("Lav filen")
    seat.rest()
    return seat.fetch("Hent kontaktvej-")


def rows(file: Path) -> Iterator[dict[str, str]]:
    """Return the rows of a CSV file."""
    return csv.DictReader(file.read_text("utf-8-sig").splitlines(), delimiter=";")


def read(reader: Any, file: Path) -> tuple[set[str], set[tuple[str, str]]]:
    network = reader(file)
    return set(network.nodes), set(network.edges())


@pytest.mark.drill
def test_a_network_is_exported_as_drawn_in_each_format(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=SSP, until="Netværket som tabel") as seat:
        seat.unfold("Netværket som tabel")
        seat.unfold("Hent fil")
        seat.rest()
        twin = seat.page.get_by_role("region", name="Netværket som tabel").locator("tbody tr")
        nodes, links, graphml, gexf = (export_file(seat, format) for format in FORMATS)
        ids = {row["Id"] for row in rows(nodes)}
        pairs = {(row["Fra, id"], row["Til, id"]) for row in rows(links)}
        assert "net-ssp-0825" in ids
        assert len(pairs) >= twin.count() > 0  # links between the neighbors included
        assert read(nx.read_graphml, graphml) == (ids, pairs)
        assert read(nx.read_gexf, gexf) == (ids, pairs)
        assert "+45" not in graphml.read_text("utf-8")


@pytest.mark.drill
@on_each_screen
def test_j10_the_new_year_ends_a_hundred_memberships(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path=NEW_YEAR, until="Dag for dag") as seat:
        row = seat.page.get_by_role("row").filter(has_text="er medlem af").first
        assert row.locator("th, td").all_inner_texts()[-2:] == ["100", "100"]


@on_each_screen
def test_j10_the_export_of_new_year_changes_notes_that_contact_details_are_missing(
    desk: ScreenDriver,
) -> None:
    with desk.seat(Role.ANALYST, path=NEW_YEAR, until="Dag for dag") as seat:
        seat.unfold("Hent fil")
        seat.rest()
        file = export_file(seat, "GraphML")
        assert seat.page.get_by_text("Kontaktoplysninger følger ikke med.").first.is_visible()
        nodes, _ = read(nx.read_graphml, file)
        assert len(nodes) > 100
        assert "Kontaktoplysninger følger ikke med." in file.read_text("utf-8")
