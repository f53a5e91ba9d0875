"""The register is kept true in a real browser: what is taken back is gone at once."""

from playwright.sync_api import Page

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver

_POST = "act-outreach-aalborg-oest"
_MOST_TABS = 120


def _holder(desk: ScreenDriver) -> str:
    """Who sits at the outreach worker's post."""
    headers = desk.app.as_(Role.COORDINATOR, areas=("dk",))
    asked = {"target": _POST, "type": "HOLDS"}
    found = desk.app.http.get("/links", params=asked, headers=headers).json()["found"]
    return str(found[0]["source"]["id"])


def _civilian(desk: ScreenDriver, person: str, name: str) -> str:
    """The id of whom the outreach worker knows by that name."""
    headers = desk.app.as_(Role.OUTREACH, areas=("com-aalborg-oest",), person=person)
    found = desk.app.http.get("/consents", headers=headers).json()["found"]
    return str(next(one["individual"] for one in found if one["name"] == name))


def _tab_to(page: Page, text: str) -> None:
    """Goes on by Tab alone to the control that is called so."""
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        told: list[str] = page.evaluate(
            "(e => [e.innerText, e.closest('label')?.innerText].map(t => (t || '').trim()))"
            "(document.activeElement)"
        )
        if text in told:
            return
    raise AssertionError(f"{text} cannot be reached by Tab")


def test_j7_a_consent_is_taken_back_by_keys_alone_and_the_person_is_gone_at_once(
    desk: ScreenDriver,
) -> None:
    person = _holder(desk)
    gone = _civilian(desk, person, "Træner Jonna D.")
    with desk.seat(
        Role.OUTREACH, areas=("com-aalborg-oest",), person=person, path="/kuratering?tab=consents"
    ) as seat:
        seat.open(f"/register?id={gone}", "Træner Jonna D.")
        seat.open("/kuratering?tab=consents", "Også dem, der udløber senere")
        _tab_to(seat.page, "Også dem, der udløber senere")
        seat.page.keyboard.press("Space")
        seat.wait("Træner Jonna D.")
        _tab_to(seat.page, "Træk samtykket tilbage")
        seat.page.keyboard.press("Enter")
        seat.wait("Samtykket er trukket tilbage. Personen vises ikke længere.")
        seat.rest()  # what is said comes first, the list below it last
        assert "Træner Jonna D." not in seat.text()
        seat.open(f"/register?id={gone}", "Findes ikke, eller du har ikke adgang.")
        seat.open(f"/?target={gone}", "Findes ikke, eller du har ikke adgang.")
