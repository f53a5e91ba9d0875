"""The frame in a real browser: landing page, account menu, help, no controls of Streamlit."""

from typing import Final

import pytest

from explorer.address import SCREENS
from explorer.help_pages import help_name
from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver
from tests.explorer.components.accessible import violations
from tests.fixtures.examples import drills_after

MENU: Final = "button.kv-account"
PAGES: Final = (
    "/hjaelp",
    *(f"/hjaelp/{help_name(screen)}" for screen in SCREENS),
    *(f"/velkommen?step={number}" for number in range(1, 6)),
)
OF_STREAMLIT: Final = ("stMainMenu", "stStatusWidget", "stAppDeployButton", "stToolbarActions")


def test_back_from_the_landing_screen_opens_find(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST) as seat:
        seat.page.wait_for_url("**/analyse")
        seat.page.go_back()
        seat.page.get_by_role("heading", name="Find kontaktvej").wait_for()
        seat.rest()
        assert seat.page.url.removeprefix(desk.address) == "/"


def test_find_is_two_presses_away_from_the_landing_network(desk: ScreenDriver) -> None:
    with desk.seat(Role.OUTREACH, areas=["mun-0751"]) as seat:
        seat.page.wait_for_url("**/netvaerk?id=mun-0751")
        seat.rest()
        seat.page.get_by_test_id("stExpandSidebarButton").click()
        seat.page.get_by_role("link", name="Find kontaktvej").click()
        seat.page.get_by_role("heading", name="Find kontaktvej").wait_for()


def test_the_account_menu_works_by_keyboard_alone(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/register") as seat:
        page = seat.page
        menu = page.locator("#kv-account")
        seat.reach(page.locator(MENU))
        assert menu.is_hidden()
        page.keyboard.press("Enter")
        menu.wait_for()
        assert violations(page, "body") == []
        page.keyboard.press("Escape")
        menu.wait_for(state="hidden")
        page.keyboard.press("Enter")
        seat.reach(menu.get_by_role("link", name="Mørkt"), most=6)
        page.keyboard.press("Enter")
        page.wait_for_function("document.cookie.includes('theme=dark')")
        seat.rest()
        for path in ("/register", "/kort"):
            seat.open(path)
            scheme = page.locator(".stApp").evaluate("app => getComputedStyle(app).colorScheme")
            assert scheme == "dark", path
        page.goto("/hjaelp")
        assert page.locator("html").get_attribute("data-theme") == "dark"


def test_help_for_a_screen_opens_in_a_new_page(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/kort") as seat:
        with seat.page.context.expect_page() as opened:
            seat.page.get_by_role("link", name="Hjælp til denne skærm").click()
        opened.value.get_by_role("heading", name="Hjælp: Dækningskort").wait_for()
        assert seat.page.url.endswith("/kort")


@pytest.mark.parametrize(
    "desk", drills_after(1, [(360, 740), (1280, 900), (1920, 1080)]), indirect=True
)
def test_streamlit_controls_are_hidden_and_the_title_is_near_the_top(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/register") as seat:
        page = seat.page
        assert [name for name in OF_STREAMLIT if page.get_by_test_id(name).is_visible()] == []
        for number in ("112", "114"):
            assert page.get_by_role("link", name=number).get_attribute("href") == f"tel:{number}"
        box = page.get_by_role("heading", name="Register").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 140


@pytest.mark.parametrize("lang", drills_after(1, ["da", "en"]))
def test_help_and_first_visit_pages_are_accessible_and_fit_a_phone(
    desk: ScreenDriver, lang: str
) -> None:
    faults: list[str] = []
    with desk.profile(lang=lang, size=(360, 740)) as (_, seat):
        page = seat.page
        for path in PAGES:
            page.goto(path)
            faults += [f"{path}: {fault}" for fault in violations(page, "body")]
            room = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            faults += [f"{path}: {room} px too wide"] if room > 0 else []
    assert faults == []
