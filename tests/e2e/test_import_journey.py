"""A steward sends a list, sees what it would do, imports it, and takes it back."""

from graph.access.policy import Role
from tests.e2e.desk import PATIENCE_MS, ScreenDriver

_LIST = "Kommune;Funktion;Navn\nThisted Kommune;Kriminalpræventiv konsulent;Ida Møllevang Bæk\n"


def test_a_list_is_imported_and_undone(desk: ScreenDriver) -> None:
    with desk.seat(Role.STEWARD, path="/import", until="Tidligere importer") as seat:
        page = seat.page
        page.locator('input[type="file"]').set_input_files(
            {"name": "liste.csv", "mimeType": "text/csv", "buffer": _LIST.encode()}
        )
        page.get_by_text("liste.csv").first.wait_for()
        field = page.get_by_role("textbox", name="Kort navn på listen, det samme hver gang")
        seat.write(field, "proeve")
        seat.press("Se, hvad listen vil gøre")
        page.get_by_role("cell", name="Ida Møllevang Bæk").wait_for(timeout=PATIENCE_MS)
        page.locator('[class*="st-key-list-import-apply"]').get_by_role("button").click()
        seat.wait("Listen er importeret.")
        seat.press("Fortryd …")
        seat.press("Fortryd importen")
        seat.wait("Importen er fortrudt.")
