"""Favorites and last needs: kept in the browser for one account, the needs until it signs out."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, expect

from api.identity.store import Assurance
from explorer.components.shortcuts import STORAGE, ListName
from explorer.page import SESSION
from graph.access.policy import Role
from tests.e2e.desk import PATIENCE_MS, ScreenDriver, Seat, on_both_screens
from tests.explorer.components.accessible import violations

NEED = "/?trigger=CONCERN&area=mun-0787"
HOME = "Tryk på ☆ ved en kontakt, så står den her."
ASKED = "Det, du spørger om, står her, så du kan spørge igen med ét tryk."


def stored(seat: Seat) -> dict[ListName, Any]:
    """Return what the browser stores of each list."""
    return {
        name: json.loads(seat.page.evaluate("key => localStorage.getItem(key)", key) or "null")
        for name, key in STORAGE.items()
    }


def star(seat: Seat) -> Locator:
    return seat.page.get_by_role("button", name=re.compile("^Favorit: "))


def fits(seat: Seat) -> bool:
    return seat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@on_both_screens
def test_a_favorite_stays_and_a_need_is_on_the_landing_page_until_sign_out(
    desk: ScreenDriver,
) -> None:
    person = desk.holder("act-ihm-0580").id
    first = desk.login(Role.COORDINATOR, person=person)
    other = desk.login(Role.COORDINATOR, person=desk.holder("act-ihm-0630").id)
    with desk.profile() as (_context, seat):
        page = seat.page
        page.goto("/login")
        desk.sign_in(page, first)
        seat.open("/", HOME)
        assert ASKED in seat.text()
        seat.open(NEED, "kontakter · gælder")
        expect(star(seat)).to_have_attribute("aria-pressed", "false")
        star(seat).click()
        expect(star(seat)).to_have_attribute("aria-pressed", "true")
        assert fits(seat)
        label = star(seat).get_attribute("aria-label") or ""
        name = label.removeprefix("Favorit: ")
        assert name not in str(stored(seat))
        assert "act-" in stored(seat)["favorites"]["entries"][0]
        seat.open("/", "Bekymring · Thisted")
        favorite = page.get_by_test_id("stMain").get_by_role("link", name=name)
        favorite.first.wait_for()
        assert fits(seat)
        assert violations(page, "body") == []
        seat.press("Bekymring · Thisted")
        seat.wait("kontakter · gælder")
        seat.rest()
        assert "trigger=CONCERN" in page.url
        page.locator("button.kv-account").click()
        page.get_by_role("button", name="Log ud").click()
        page.locator("#login").wait_for()
        assert stored(seat)["needs"] is None
        # The favorite is there again for the account, until another one uses the browser.
        for login, shown in ((first, name), (other, HOME), (first, HOME)):
            desk.sign_in(page, login)
            seat.open("/", shown)
            assert ASKED in seat.text()
            assert stored(seat)["needs"] is None
            page.locator("button.kv-account").click()
            page.get_by_role("button", name="Log ud").click()
            page.locator("#login").wait_for()
        assert stored(seat)["favorites"] is None


def test_an_ended_session_and_another_account_leave_nothing(desk: ScreenDriver) -> None:
    accounts = desk.app.accounts
    one, two = (desk.app.account(Role.COORDINATOR, areas=("dk",)) for _ in range(2))
    with desk.seat(
        token=accounts.open_session(one, Assurance.STRONG), path=f"{NEED}&start=act-ihm-0580",
        until="kontakter · gælder",
    ) as seat:  # fmt: skip
        page = seat.page
        star(seat).click()
        seat.open("/", "Bekymring · Thisted")
        page.get_by_role("button", name=re.compile("^Vis (mobil|telefon)")).first.click()
        page.locator(".kv-revealed a").first.wait_for()
        # Whoever takes over the browser without the sign-in page finds nothing either.
        token = accounts.open_session(two, Assurance.STRONG)
        page.context.add_cookies([{"name": SESSION, "value": token, "url": desk.address}])
        seat.open("/", HOME)
        assert set(stored(seat).values()) == {None}
        seat.open(f"{NEED}&start=act-ihm-0580", "kontakter · gælder")
        star(seat).click()
        assert stored(seat)["favorites"]["account"] == two
        accounts.sessions.end_all_of(two)
        page.goto("/")
        page.locator("#login").wait_for(timeout=PATIENCE_MS)
        assert stored(seat)["needs"] is None
        seat.errors.clear()  # the browser logs the refused socket
