"""A consent is taken back: whoever gave it is gone from every screen at once."""

from graph.access.policy import Role
from graph.model import ResourceIndividual
from tests.e2e.desk import ScreenDriver, Seat, on_each_screen

pytestmark = on_each_screen

GONE = "Findes ikke, eller du har ikke adgang."
OF_ESBJERG = ("com-esbjerg-nord", "Underviser Kaspar L.")
OF_RANDERS = ("com-randers-nord", "Underviser Philip R.")


def id_of(desk: ScreenDriver, name: str) -> str:
    """The id of a civilian."""
    nodes = desk.world.nodes.values()
    civilians = (one for one in nodes if isinstance(one, ResourceIndividual))
    return next(one.id for one in civilians if one.display_name == name)


def worker(desk: ScreenDriver, area: str) -> str:
    """Who works in the field there."""
    return desk.holder(f"act-outreach-{area.removeprefix('com-')}").id


def is_gone(seat: Seat, civilian: str, name: str) -> None:
    """Nowhere: not in what finds paths, not in the register, not in the network."""
    for address in (f"/?target={civilian}", f"/register?id={civilian}", f"/netvaerk?id={civilian}"):
        seat.open(address, GONE)
        assert name not in seat.page.content()


def test_j7_a_consent_taken_back_hides_the_person_at_once(desk: ScreenDriver) -> None:
    area, name = OF_ESBJERG
    civilian = id_of(desk, name)
    with desk.seat(Role.OUTREACH, areas=(area,), person=worker(desk, area)) as seat:
        seat.open(f"/?target={civilian}", "må kontaktes direkte")
        assert name in seat.text()
        seat.open("/kuratering?tab=consents", name)
        seat.press("Træk samtykket tilbage")
        seat.wait("Samtykket er trukket tilbage.")
        seat.counted("J7 a consent taken back", 1)
        seat.rest()
        assert name not in seat.page.content()
        is_gone(seat, civilian, name)


def test_j7_by_keyboard_alone(desk: ScreenDriver) -> None:
    area, name = OF_RANDERS
    person = worker(desk, area)
    with desk.seat(Role.OUTREACH, areas=(area,), person=person) as seat:
        seat.open("/kuratering?tab=consents", name)
        seat.reach(seat.page.get_by_role("button", name="Træk samtykket tilbage"))
        seat.page.keyboard.press("Enter")
        seat.wait("Samtykket er trukket tilbage.")
        seat.rest()
        assert name not in seat.page.content()
        is_gone(seat, id_of(desk, name), name)
