"""A consent is taken back: whoever gave it is gone from every screen at once."""

from graph.access.policy import Role
from graph.model import ResourceIndividual
from tests.e2e.desk import ScreenDriver, Seat, on_each_screen

_CONSENTS = "/kuratering?tab=consents"
_WITHDRAW = "Træk samtykket tilbage"
_WITHDRAWN = "Samtykket er trukket tilbage. Personen vises ikke længere."


def _civilian(desk: ScreenDriver, name: str) -> str:
    civilians = (node for node in desk.world.nodes.values() if isinstance(node, ResourceIndividual))
    return next(civilian.id for civilian in civilians if civilian.display_name == name)


def _worker(desk: ScreenDriver, area: str) -> str:
    return desk.holder(f"act-outreach-{area.removeprefix('com-')}").id


def _assert_gone(seat: Seat, civilian: str, name: str) -> None:
    """Not in the list, nor where paths are found, nor in the register, nor in the network."""
    seat.wait(_WITHDRAWN)
    seat.rest()  # what is said comes first, the list below it last
    assert name not in seat.page.content()
    for address in (f"/?target={civilian}", f"/register?id={civilian}", f"/netvaerk?id={civilian}"):
        seat.open(address, "Findes ikke, eller du har ikke adgang.")
        assert name not in seat.page.content()


@on_each_screen
def test_j7_a_consent_taken_back_hides_the_person_at_once(desk: ScreenDriver) -> None:
    area, name = "com-esbjerg-nord", "Underviser Kaspar L."
    civilian = _civilian(desk, name)
    with desk.seat(Role.OUTREACH, areas=(area,), person=_worker(desk, area)) as seat:
        seat.open(f"/?target={civilian}", "må kontaktes direkte")
        assert name in seat.text()
        seat.open(_CONSENTS, name)
        seat.press(_WITHDRAW)
        seat.wait(_WITHDRAWN)
        seat.counted("J7 a consent taken back", 1)
        _assert_gone(seat, civilian, name)


@on_each_screen
def test_j7_by_keyboard_alone(desk: ScreenDriver) -> None:
    area, name = "com-randers-nord", "Underviser Philip R."
    with desk.seat(Role.OUTREACH, areas=(area,), person=_worker(desk, area)) as seat:
        seat.open(_CONSENTS, name)
        seat.reach(seat.page.get_by_role("button", name=_WITHDRAW))
        seat.page.keyboard.press("Enter")
        _assert_gone(seat, _civilian(desk, name), name)


def test_j7_a_consent_that_ends_later_is_taken_back_by_keys_alone(desk: ScreenDriver) -> None:
    area, name = "com-aalborg-oest", "Træner Jonna D."
    civilian = _civilian(desk, name)
    with desk.seat(Role.OUTREACH, areas=(area,), person=_worker(desk, area)) as seat:
        seat.open(f"/register?id={civilian}", name)
        show_all = "Også dem, der udløber senere"
        seat.open(_CONSENTS, show_all)
        _tab_to(seat, show_all)
        seat.page.keyboard.press("Space")
        seat.wait(name)
        _tab_to(seat, _WITHDRAW)
        seat.page.keyboard.press("Enter")
        _assert_gone(seat, civilian, name)


def _tab_to(seat: Seat, text: str, *, most: int = 120) -> None:
    """Goes by the Tab key alone to the control that is called so."""
    for _ in range(most):
        seat.page.keyboard.press("Tab")
        labels: list[str] = seat.page.evaluate(
            "(e => [e.innerText, e.closest('label')?.innerText].map(t => (t || '').trim()))"
            "(document.activeElement)"
        )
        if text in labels:
            return
    raise AssertionError(f"{text} cannot be reached by Tab")
