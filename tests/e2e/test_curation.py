"""A consent is withdrawn: the civilian disappears from every screen at once."""

import pytest

from graph.access.policy import Role
from graph.model import ResourceIndividual
from tests.e2e.desk import ScreenDriver, Seat, on_each_screen

_CONSENTS = "/vedligehold?tab=consents"
_WITHDRAW = "Træk samtykket tilbage"
_YES = "Ja, træk det tilbage"
_WITHDRAWN = "Samtykket er trukket tilbage. Personen vises ikke længere."


def _civilian(desk: ScreenDriver, name: str) -> str:
    civilians = (node for node in desk.world.nodes.values() if isinstance(node, ResourceIndividual))
    return next(civilian.id for civilian in civilians if civilian.display_name == name)


def _worker(desk: ScreenDriver, area: str) -> str:
    return desk.holder(f"act-outreach-{area.removeprefix('com-')}").id


def _assert_gone(seat: Seat, civilian: str, name: str) -> None:
    """Assert that a civilian is on no screen: list, path search, register and network."""
    seat.wait(_WITHDRAWN)
    seat.rest()  # the message is drawn first, the list below it last
    assert name not in seat.page.content()
    for address in (f"/?target={civilian}", f"/register?id={civilian}", f"/netvaerk?id={civilian}"):
        seat.open(address, "Findes ikke, eller du har ikke adgang.")
        assert name not in seat.page.content()


@on_each_screen
def test_j7_a_withdrawn_consent_hides_the_person_at_once(desk: ScreenDriver) -> None:
    area, name = "com-esbjerg-nord", "Underviser Kaspar L."
    civilian = _civilian(desk, name)
    with desk.seat(Role.OUTREACH, areas=(area,), person=_worker(desk, area)) as seat:
        seat.open(f"/?target={civilian}", "må kontaktes direkte")
        assert name in seat.text()
        seat.open(_CONSENTS, name)
        seat.press(_WITHDRAW)
        seat.wait("Det kan ikke fortrydes")
        seat.press(_YES)
        seat.wait(_WITHDRAWN)
        seat.record("J7 a consent taken back", 2)
        _assert_gone(seat, civilian, name)


@on_each_screen
def test_j7_a_consent_is_withdrawn_by_keyboard_alone(desk: ScreenDriver) -> None:
    area, name = "com-randers-nord", "Underviser Philip R."
    with desk.seat(Role.OUTREACH, areas=(area,), person=_worker(desk, area)) as seat:
        seat.open(_CONSENTS, name)
        seat.reach(seat.page.get_by_role("button", name=_WITHDRAW))
        seat.page.keyboard.press("Enter")
        seat.wait("Det kan ikke fortrydes")
        seat.reach(seat.page.get_by_role("button", name=_YES))
        seat.page.keyboard.press("Enter")
        _assert_gone(seat, _civilian(desk, name), name)


@pytest.mark.drill
def test_j7_a_consent_that_expires_later_is_withdrawn_by_keyboard_alone(desk: ScreenDriver) -> None:
    area, name = "com-aalborg-oest", "Træner Jonna D."
    civilian = _civilian(desk, name)
    with desk.seat(Role.OUTREACH, areas=(area,), person=_worker(desk, area)) as seat:
        seat.open(f"/register?id={civilian}", name)
        show_all = "Også dem, der udløber senere"
        seat.open(_CONSENTS, show_all)
        _tab_to(seat, show_all)
        seat.page.keyboard.press("Space")
        seat.wait(name)
        _tab_to(seat, f"{_WITHDRAW} …")
        seat.page.keyboard.press("Enter")
        seat.wait("Det kan ikke fortrydes")
        seat.reach(seat.page.get_by_role("button", name=_YES))
        seat.page.keyboard.press("Enter")
        _assert_gone(seat, civilian, name)


def _tab_to(seat: Seat, text: str, *, most: int = 120) -> None:
    """Move the focus with the Tab key alone to the control with a label."""
    for _ in range(most):
        seat.page.keyboard.press("Tab")
        labels: list[str] = seat.page.evaluate(
            "(e => [e.innerText, e.closest('label')?.innerText].map(t => (t || '').trim()))"
            "(document.activeElement)"
        )
        if text in labels:
            return
    raise AssertionError(f"{text} cannot be reached by Tab")


@on_each_screen
def test_j8_a_new_resource_individual_is_saved_with_consent(desk: ScreenDriver) -> None:
    area, name = "com-aalborg-oest", "Træner Ellinor B."
    with desk.seat(Role.OUTREACH, areas=(area,), person=_worker(desk, area)) as seat:
        seat.open(_CONSENTS, "Ny ressourceperson")
        seat.press("Ny ressourceperson")
        seat.wait("Felter med * skal udfyldes.")
        seat.write(seat.page.get_by_role("textbox", name="Navn, som det vises"), name)
        seat.pick("Hjælper som *", "rollem", "Rollemodel")
        seat.write(seat.page.get_by_role("textbox", name="Tekstens version"), "da-3")
        seat.tick(seat.page.get_by_role("checkbox", name="Personen er fyldt 18 år"))
        seat.press("Gem person og samtykke")
        seat.wait(f"{name} og samtykket er gemt.")
        seat.record("J8 a new resource individual with consent", 8)


@on_each_screen
def test_j9_a_change_is_proposed_by_a_coordinator_and_accepted(desk: ScreenDriver) -> None:
    post = "act-ssp-0825"
    with desk.seat(Role.COORDINATOR, areas=("mun-0787",)) as seat:
        seat.open(f"/register?id={post}", "Foreslå en ændring")
        seat.press("Foreslå en ændring")
        hours = seat.page.get_by_role("textbox", name="Åbningstid")
        hours.wait_for()
        hours.fill("")
        seat.write(hours, "MO-TH 08:00-15:00")
        seat.press("Send til den registeransvarlige")
        seat.wait("Sendt til den registeransvarlige.")
        seat.record("J9 propose new hours", 3)
    with desk.seat(Role.STEWARD, areas=("mun-0825",)) as seat:
        seat.open("/vedligehold?tab=proposals", "1 forslag venter på dit svar")
        seat.press("Godkend")
        seat.wait("Godkendt og gemt i dit navn.")
        seat.record("J9 accept what is proposed", 1)
