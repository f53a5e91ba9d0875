"""Corrections in the register itself: a number in four interactions from the start."""

from playwright.sync_api import Locator, expect

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver, Seat, on_both_screens, on_each_screen

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
        seat.press("Fortryd")
        seat.wait("Fortrudt.")
        seat.rest()
        expect(seat.page.get_by_text("+45 •• •• •• 70")).to_have_count(0)
        seat.record("undo the correction", 1)


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


@on_both_screens
def test_a_card_has_one_row_of_actions_and_each_number_beside_its_button(
    desk: ScreenDriver,
) -> None:
    path = "/register?area=mun-0787&id=act-ssp-0787"
    with desk.seat(Role.STEWARD, path=path) as seat:
        card = seat.page.locator(".st-key-register-card")
        close, name = card.get_by_role("button", name="Luk"), card.get_by_role("heading").first
        assert _is_one_line(close, name)
        actions = card.locator(".st-key-register-actions button").all()
        assert all(_is_one_line(actions[0], other) for other in actions[1:])
        for number in card.locator("[class*='st-key-detail-']").all():
            assert _is_one_line(number.get_by_text("••"), number.get_by_role("button").first)
        expect(card.get_by_role("button", name="Tilføj nummer")).to_have_count(0)
        seat.press("Mere")
        expect(seat.page.get_by_role("button", name="Tilføj nummer")).to_have_count(2)


def _is_one_line(one: Locator, other: Locator) -> bool:
    """Whether two elements stand beside each other."""
    left, right = one.bounding_box(), other.bounding_box()
    assert left is not None
    assert right is not None
    middle = right["y"] + right["height"] / 2
    return left["y"] < middle < left["y"] + left["height"]
