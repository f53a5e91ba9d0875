"""The administrator's journeys: inviting a colleague, with a second person's yes."""

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver, on_each_screen


@on_each_screen
def test_a_colleague_is_invited_as_coordinator_of_thisted(desk: ScreenDriver) -> None:
    login = f"line.bak{desk.size[0]}"
    with desk.seat(Role.ADMIN, path="/konti", until="Alle konti") as seat:
        seat.press("Ny konto")
        seat.write(seat.page.get_by_role("textbox", name="Brugernavn", exact=True), login)
        seat.pick("Rolle", "koord", "Koordinator")
        seat.pick("Områder", "thisted", "Thisted · Kommune")
        seat.page.keyboard.press("Escape")
        seat.press("Opret konto")
        seat.wait(f"Kontoen {login} er oprettet. Rettigheden afventer en godkendelse mere.")
        seat.wait(f"kontaktvej user invite {login}")
        seat.record("invite a colleague as coordinator of Thisted", 6)
    account = desk.app.accounts.logins.by_login(login)
    (given,) = desk.app.accounts.grants.of(account.id)
    assert (given.grant.role, given.grant.areas) == (Role.COORDINATOR, frozenset({"mun-0787"}))
    assert given.is_waiting
    with desk.seat(Role.DPO, path="/konti", until="giv en rettighed") as seat:
        waiting = seat.page.locator('[class*="st-key-change-"]').filter(has_text=login)
        waiting.get_by_role("button", name="Godkend").click()
        seat.wait("Godkendt. Rettigheden gælder nu.")
    (given,) = desk.app.accounts.grants.of(account.id)
    assert not given.is_waiting
