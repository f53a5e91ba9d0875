"""Corrections in the register itself: a number in four interactions from the start."""

from playwright.sync_api import expect

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver, Seat, on_each_screen

_POST = "SSP-koordinator, Morsø"
_SAVED = "Gemt som ændring"


def _to_register(seat: Seat) -> None:
    """One interaction: open the register by the navigation, which is folded on a telephone."""
    link = seat.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Register")
    seat.tick(link)
    seat.page.get_by_role("textbox", name="Søg").wait_for()


def _expect_masked(seat: Seat, ending: str) -> None:
    seat.wait(_SAVED)
    seat.rest()
    expect(seat.page.get_by_text(f"+45 •• •• •• {ending}").first).to_be_visible()


@on_each_screen
def test_a_phone_number_is_corrected(desk: ScreenDriver) -> None:
    with desk.seat(Role.STEWARD, areas=("mun-0773",)) as seat:
        _to_register(seat)
        seat.page.get_by_role("textbox", name="Søg").press_sequentially("ssp koordinator morsø")
        seat.press(_POST)
        seat.page.get_by_role("heading", name=_POST).wait_for()
        seat.press("Ret mobil")
        field = seat.page.get_by_role("textbox", name="Ny mobil")
        field.wait_for()
        field.press_sequentially("02345670")
        seat.wait("+45 02 34 56 70")  # old and new are shown before it is saved
        seat.press("Gem")
        _expect_masked(seat, "70")
        seat.record("correct a phone number", 4)
        assert "02 34 56 70" not in seat.text()


def test_a_phone_number_is_corrected_by_keyboard_alone(desk: ScreenDriver) -> None:
    with desk.seat(Role.STEWARD, areas=("mun-0773",), path="/register?id=act-ssp-0773") as seat:
        seat.reach(seat.page.get_by_role("button", name="Ret mobil").first)
        seat.page.keyboard.press("Enter")
        field = seat.page.get_by_role("textbox", name="Ny mobil")
        field.wait_for()
        seat.rest()
        seat.reach(field)
        seat.page.keyboard.type("02345681")
        seat.wait("+45 02 34 56 81")
        seat.rest()
        seat.reach(seat.page.get_by_role("button", name="Gem", exact=True))
        seat.page.keyboard.press("Enter")
        _expect_masked(seat, "81")
