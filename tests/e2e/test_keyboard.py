"""The same journeys without a mouse: keys only, and only controls that the focus reaches."""

import pytest

from graph.access.policy import Role
from tests.e2e.desk import WIDE, ScreenDriver, Seat, on_each_screen
from tests.e2e.test_find_journeys import NOW, RELEASE_START, box_names, numbers
from tests.e2e.test_network_journeys import HANGING, LAESOE, links

pytestmark = on_each_screen


def pick(seat: Seat, label: str, typed: str, option: str) -> None:
    """Reach a field by Tab, type into it, and choose the first option."""
    seat.reach(seat.page.get_by_role("combobox", name=label, exact=True))
    keys = seat.page.keyboard
    keys.type(typed, delay=15)
    seat.page.get_by_role("option", name=option).first.wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")


def press(seat: Seat, name: str) -> None:
    """Reach a button by Tab and press it; one interaction."""
    button = seat.page.get_by_test_id("stMain").get_by_role("button", name=name).first
    button.wait_for()
    seat.rest()
    seat.reach(button)
    seat.page.keyboard.press("Enter")
    seat.steps += 1


def test_j1_release_to_thisted_by_keyboard_alone(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        keys = seat.page.keyboard
        keys.press("Tab")
        assert seat.page.evaluate("document.activeElement.innerText") == "Gå til indhold"
        pick(seat, "Jeg skal i kontakt med", "løsladelse", "Løsladelse")
        seat.wait("Vælg en kommune.")
        pick(seat, "Kommune", "thisted", "Thisted")
        seat.wait(f"2 kontakter · {NOW}")
        seat.rest()
        seat.reach(seat.page.locator("summary", has_text="eller ").first)
        keys.press("Enter")
        assert box_names(seat) == ["Hovedkontakt, god løsladelse, Thisted"]
        boxes = seat.page.get_by_role("list", name="Fra ").get_by_role("button")
        if desk.size == WIDE:
            seat.reach(boxes.first)
            keys.press("ArrowRight")
            keys.press("Enter")
            seat.rest()
            assert boxes.last.get_attribute("aria-pressed") == "true"
        press(seat, "Vis mobil")
        numbers(seat)


@pytest.mark.drill
def test_a_concern_to_five_numbers_by_keyboard_alone(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/?start=act-ihm-0787") as seat:
        pick(seat, "Jeg skal i kontakt med", "bekymring", "Bekymring")
        seat.wait("Vælg en kommune.")
        pick(seat, "Kommune", "ringsted", "Ringsted")
        seat.steps += 2
        seat.wait("1. Infohus-tovholder, Ringsted Kommune")
        seat.rest()
        seat.reach(seat.page.locator("summary", has_text="Faste kontakter, Ringsted"))
        seat.page.keyboard.press("Enter")
        seat.steps += 1
        press(seat, "Vis alle")
        numbers(seat, least=5)
        seat.record("concern in Ringsted to five numbers, by keyboard", 5)


@pytest.mark.drill
def test_ssp_on_laesoe_by_keyboard_alone(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        pick(seat, "Jeg skal i kontakt med", "ssp-samarbejde", "SSP-samarbejde")
        seat.wait("Vælg en kommune.")
        pick(seat, "Kommune", "læsø", "Læsø")
        seat.steps += 2
        press(seat, "Vis alle 2 numre")
        assert numbers(seat, least=2).count() == 2
        seat.record("SSP on Læsø, by keyboard", 3)


@pytest.mark.drill
def test_a_release_to_the_first_number_by_keyboard_alone(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, person=desk.holder(RELEASE_START).id) as seat:
        press(seat, "Løsladelse til Thisted")
        press(seat, "Vis mobil")
        numbers(seat)
        seat.record("release to Thisted, by keyboard", 2)


@pytest.mark.drill
def test_a_move_to_both_sides_numbers_by_keyboard_alone(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/?trigger=MOVE") as seat:
        pick(seat, "Fra kommune", "egedal", "Egedal")
        seat.rest()
        pick(seat, "Til kommune", "roskilde", "Roskilde")
        seat.steps += 2
        press(seat, "Vis alle ")
        numbers(seat, least=8)
        seat.record("a move, by keyboard", 5)


def test_j4_the_impact_of_a_departure_by_keyboard_alone(desk: ScreenDriver) -> None:
    holder = desk.holder(LAESOE)
    with desk.seat(Role.COORDINATOR, path=f"/netvaerk?id={holder.id}") as seat:
        keys = seat.page.keyboard
        seat.reach(seat.page.locator("summary", has_text="Netværket som tabel"))
        keys.press("Enter")
        seat.page.get_by_role("region", name="Netværket som tabel").wait_for()
        before = links(seat)
        seat.reach(seat.page.get_by_role("application"), most=120)
        keys.press("Home")
        keys.press("ArrowRight")
        keys.press("Enter")
        seat.rest()
        assert len(links(seat)) > len(before)
        keys.press("Control+z")
        seat.rest()
        assert links(seat) == before
        keys.press("Home")
        seat.rest()
        seat.reach(seat.page.get_by_role("button", name="Hvad afhænger af den?"))
        keys.press("Enter")
        seat.wait("Kan svare i stedet")
        assert seat.page.get_by_role("region", name=HANGING).get_by_role("row").count() == 1 + 5
