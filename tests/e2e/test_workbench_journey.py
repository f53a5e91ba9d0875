"""Own queries: written, answered as table and diagram, saved, and shared with others."""

import csv
import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver

FREE = "/analyse?tab=cypher"
QUERY = "MATCH (post:Actor)-[:MEMBER_OF]->(n:Network) RETURN n.kind AS kind, count(*) AS posts"
READY_MS = 600_000
"""Timeout in milliseconds: the first query starts an engine."""


def ask(page: Page, query: str) -> Locator:
    """Replace the query in the field, submit it, and return the field."""
    field = page.get_by_role("textbox", name="Spørgsmål i Cypher")
    field.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(query)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    return field


def test_a_query_is_answered_charted_saved_and_opened_by_another_analyst(
    desk: ScreenDriver,
) -> None:
    with desk.seat(Role.ANALYST, path=FREE) as seat:
        page = seat.page
        ask(page, QUERY)
        cells = page.get_by_role("cell", name="INFOHOUSE_MUNICIPALITY")
        expect(cells.first).to_be_visible(timeout=READY_MS)
        seat.wait("rækker gennemgået")
        page.get_by_text("Diagram", exact=True).click()
        expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()

        seat.unfold("Gem spørgsmålet")
        page.get_by_label("Hvad det hedder").fill("Hvem mødes?")
        page.get_by_text("Alle analytikere må stille det").click()
        page.get_by_role("button", name="Gem som nyt").click()
        seat.wait("Gemt som version 1.")
        assert re.search(r"[?&]query=que-[a-p]{16}", page.url)
        assert "MATCH" not in page.url

        seat.open("/analyse?tab=kept", until="Hvem mødes?")
        file = json.loads(seat.fetch("Fil").read_text("utf-8"))
        assert (file["kontaktvej_question"], file["query"]) == (1, QUERY)

    with desk.seat(Role.ANALYST, path="/analyse?tab=kept", until="Hvem mødes?") as seat:
        seat.page.get_by_role("button", name="Åbn").click()
        expect(seat.page.get_by_role("textbox", name="Spørgsmål i Cypher")).to_contain_text(
            "MATCH (post:Actor)"
        )


def test_a_query_is_written_run_and_downloaded_in_three_interactions(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path=FREE) as seat:
        field = seat.page.get_by_role("textbox", name="Spørgsmål i Cypher")
        seat.write(field, QUERY)
        seat.press("Spørg")
        cells = seat.page.get_by_role("cell", name="INFOHOUSE_MUNICIPALITY")
        expect(cells.first).to_be_visible(timeout=READY_MS)
        file = seat.download("Hent svaret: CSV")
        seat.record("a query to downloaded CSV", 3)
        head, *rows = csv.reader(file.read_text("utf-8-sig").splitlines(), delimiter=";")
        assert head == ["kind", "posts"]
        assert all(len(row) == 2 and row[1].isdecimal() for row in rows)
        assert "INFOHOUSE_MUNICIPALITY" in [row[0] for row in rows]


def test_rows_are_sorted_and_filtered_in_the_browser(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path="/analyse?question=relations", until="Efter type") as seat:
        table = seat.page.locator("[data-sortable]").last
        names = table.locator("tbody tr:visible td:first-child")
        heads = table.locator("thead th")
        heads.first.get_by_role("button").click()
        expect(heads.first).to_have_attribute("aria-sort", "ascending")
        first = names.first.inner_text()
        heads.first.get_by_role("button").click()
        expect(heads.first).to_have_attribute("aria-sort", "descending")
        assert names.first.inner_text() != first
        seat.page.get_by_role("searchbox", name="Filtrér rækkerne").last.fill("thisted")
        expect(names.first).to_contain_text("Thisted")
        assert all("Thisted" in row for row in table.locator("tbody tr:visible").all_inner_texts())


def test_a_query_that_would_write_is_refused_and_stays_in_the_field(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path=FREE) as seat:
        field = ask(seat.page, "MATCH (n) SET n.name = 1")
        refusal = seat.page.get_by_text("Forespørgslen vil gøre mere end at læse.")
        expect(refusal).to_be_visible(timeout=READY_MS)
        expect(field).to_contain_text("SET n.name = 1")


@pytest.mark.drill
def test_a_long_query_is_stopped_and_another_is_answered_at_once(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path=FREE) as seat:
        page = seat.page
        stop = page.get_by_role("button", name="Afbryd")
        field = ask(page, QUERY)
        cells = page.get_by_role("cell", name="INFOHOUSE_MUNICIPALITY")
        expect(cells.first).to_be_visible(timeout=READY_MS)
        ask(page, "UNWIND range(1, 400000000) AS number RETURN count(number) AS numbers")
        stop.click()
        seat.wait("Afbrudt. Forespørgslen står stadig i feltet.")
        expect(stop).to_have_count(0)
        expect(field).to_contain_text("400000000")
        expect(cells).to_have_count(0)
        ask(page, QUERY)
        expect(cells.first).to_be_visible()
