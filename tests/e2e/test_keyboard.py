"""The same journeys without a mouse: only keys, and only what the focus leads to."""

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver, Seat, on_each_screen
from tests.e2e.test_find_journeys import ANSWERED, NOW, RELEASE_START, drawn
from tests.e2e.test_network_journeys import HANGING, LAESOE, links

pytestmark = on_each_screen


def pick(seat: Seat, label: str, typed: str, option: str) -> None:
    """Types into the field that the Tab key leads to, and takes the first that it finds."""
    seat.reach(seat.page.get_by_role("combobox", name=label, exact=True))
    keys = seat.page.keyboard
    keys.type(typed, delay=15)
    seat.page.get_by_role("option", name=option).first.wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")


def test_j1_by_keyboard_alone(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        keys = seat.page.keyboard
        keys.press("Tab")
        assert seat.page.evaluate("document.activeElement.innerText") == "Gå til indhold"
        pick(seat, "Jeg skal i kontakt med", "løsladelse", "Løsladelse")
        seat.wait("Vælg en kommune.")
        pick(seat, "Kommune", "thisted", "Thisted")
        seat.wait(f"2 kontakter · {NOW}")
        seat.rest()
        seat.reach(seat.page.locator("summary", has_text="eller ad den registrerede vej"))
        keys.press("Enter")
        seat.wait(ANSWERED)
        seat.rest()
        assert drawn(seat) == ["Hovedkontakt, god løsladelse, Thisted"]
        boxes = seat.page.get_by_role("list", name="Fra ").get_by_role("button")
        seat.reach(boxes.first)
        keys.press("ArrowRight")
        keys.press("Enter")
        seat.rest()
        assert boxes.last.get_attribute("aria-pressed") == "true"
        seat.reach(seat.page.get_by_role("button", name="Vis mobil").first)


def test_j4_by_keyboard_alone(desk: ScreenDriver) -> None:
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
