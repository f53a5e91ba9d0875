"""A steward sends a list, sees what it would do, imports it, and takes it back."""

import re
from itertools import product, repeat

from graph.access.policy import Role
from tests.e2e.desk import PATIENCE_MS, ScreenDriver, Seat
from tests.graph.exchange.imports.records.record_files import as_json, mo_answer

_LIST = "Kommune;Funktion;Navn\nThisted Kommune;Kriminalpræventiv konsulent;Ida Møllevang Bæk\n"


def _send(seat: Seat, name: str, data: bytes, source: str) -> None:
    mime = "text/csv" if name.endswith(".csv") else "application/json"
    seat.page.locator('input[type="file"]').set_input_files(
        {"name": name, "mimeType": mime, "buffer": data}
    )
    seat.page.get_by_text(name).first.wait_for()
    field = seat.page.get_by_role("textbox", name="Kort navn på listen, det samme hver gang")
    seat.write(field, source)
    seat.press("Se, hvad listen vil gøre")


def _import_and_undo(seat: Seat, person: str) -> None:
    seat.page.get_by_role("cell", name=person).first.wait_for(timeout=PATIENCE_MS)
    seat.wait("1 ny indehaver har en funktion, som en anden har i dag.")
    everybody = re.compile("Alle nye indehavere af besatte funktioner")
    seat.page.get_by_role("combobox", name=everybody).first.click()
    seat.page.get_by_role("option", name="afløser", exact=True).first.click()
    seat.wait("svarer en anden:")
    seat.page.locator('[class*="st-key-list-import-apply"]').get_by_role("button").click()
    seat.wait("Listen er importeret.")
    seat.press("Fortryd …")
    seat.wait("får sine gamle værdier igen")
    seat.press("Fortryd importen")
    seat.wait("Importen er fortrudt.")


def test_a_list_is_imported_and_undone(desk: ScreenDriver) -> None:
    with desk.seat(Role.STEWARD, path="/import", until="Tidligere importer") as seat:
        _send(seat, "liste.csv", _LIST.encode(), "proeve")
        _import_and_undo(seat, "Ida Møllevang Bæk")


def test_a_long_list_shows_its_progress_and_can_be_discarded_meanwhile(desk: ScreenDriver) -> None:
    names = ("".join(letters) for letters in product("BCDFGHJKLM", *repeat("abcdefghij", 3)))
    rows = "".join(
        f"Thisted Kommune;Skole {row};SSP-kontakt, skole;Ida {name}sen\n"
        for row, name in enumerate(names)
    )
    with desk.seat(Role.STEWARD, path="/import", until="Tidligere importer") as seat:
        _send(seat, "lang.csv", f"Kommune;Skole;Funktion;Navn\n{rows}".encode(), "lang")
        seat.page.get_by_role("progressbar").wait_for(timeout=PATIENCE_MS)
        seat.press("Kassér listen")
        seat.wait("Listen er kasseret.")
        seat.wait("Tidligere importer")


def test_the_units_and_people_of_another_system_are_imported_and_undone(
    desk: ScreenDriver,
) -> None:
    with desk.seat(Role.STEWARD, path="/import", until="Tidligere importer") as seat:
        _send(seat, "os2mo.json", as_json(mo_answer()), "os2mo")
        seat.wait("Vælg dette, før rækkerne kan læses")
        seat.page.get_by_role("combobox", name=re.compile(r"af typen \W*Afdeling")).first.click()
        seat.page.get_by_role("option", name="Enhed", exact=True).first.click()
        seat.page.get_by_role("combobox", name=re.compile(r"menes med \W*Leder")).first.click()
        seat.page.get_by_role("option", name="udelad det").first.click()
        seat.press("Læs listen igen")
        _import_and_undo(seat, "Mette Rugvang Bæk")


def test_an_own_kind_is_added_changed_and_removed(desk: ScreenDriver) -> None:
    with desk.seat(Role.STEWARD, path="/arter", until="Ny egen type") as seat:
        page = seat.page
        seat.press("Ny egen type")
        seat.write(page.get_by_role("textbox", name="Dansk navn"), "Gademedarbejder")
        seat.write(page.get_by_role("textbox", name="Engelsk navn"), "Street worker")
        page.get_by_role("combobox", name="Hører under").first.click()
        page.keyboard.type("Opsøgende")
        page.get_by_role("option", name="Opsøgende medarbejder").first.click()
        seat.press("Gem")
        seat.wait("Den egne type er tilføjet.")
        seat.follow("Gademedarbejder")
        seat.write(page.get_by_role("textbox", name="Engelsk navn"), " at night")
        seat.press("Gem")
        seat.wait("Den egne type er ændret.")
        page.get_by_role("cell", name="at night").wait_for(timeout=PATIENCE_MS)
        seat.follow("Gademedarbejder")
        seat.press("Fjern …")
        seat.press("Fjern den egne type")
        seat.wait("Den egne type er fjernet.")
