"""Views of a screen on a phone, with large text, in forced colors, and on paper."""

from collections.abc import Generator

import pytest

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver, Seat
from tests.e2e.test_find_journeys import ANSWERED, RELEASE

PHONE = (360, 760)


@pytest.fixture(scope="module")
def answered_seat(demo_desk: ScreenDriver) -> Generator[Seat]:
    with demo_desk.seat(Role.COORDINATOR, path=RELEASE, until=ANSWERED, is_dark=True) as seat:
        yield seat


def color(seat: Seat, selector: str, of: str = "backgroundColor") -> str:
    return str(seat.page.locator(selector).first.evaluate(f"node => getComputedStyle(node).{of}"))


def test_on_a_phone_the_answer_begins_on_the_first_screen(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=RELEASE, until=ANSWERED, size=PHONE) as seat:
        for text in ("kontakter · gælder", "1. Hovedkontakt, god løsladelse, Thisted"):
            place = seat.page.get_by_text(text).first.bounding_box()
            assert place is not None
            assert place["y"] + place["height"] < PHONE[1], text


def test_on_a_phone_the_whole_drawing_of_a_network_is_on_the_first_screen(
    desk: ScreenDriver,
) -> None:
    size = (360, 780)
    with desk.seat(Role.COORDINATOR, path="/netvaerk?id=net-ssp-0751&hops=2", size=size) as seat:
        seat.rest()
        place = seat.page.locator(".network").bounding_box()
        assert place is not None
        assert place["y"] + place["height"] < size[1]
        assert place["height"] > 0.55 * size[1]
        for name in ("Filtre (1)", "↶ Fortryd", "Vis alt"):
            control = seat.page.get_by_role("button", name=name).bounding_box()
            assert control is not None
            assert 0 <= control["x"] <= control["x"] + control["width"] <= size[0], name


def test_text_at_200_percent_keeps_fields_wide_without_sideways_scroll(answered_seat: Seat) -> None:
    page = answered_seat.page
    style = page.add_style_tag(content="html { font-size: 200% !important }")
    page.wait_for_timeout(500)
    for label in ("Min funktion", "Jeg skal i kontakt med", "Kommune"):
        place = page.get_by_role("combobox", name=label, exact=True).bounding_box()
        assert place is not None
        assert place["width"] > 300, label
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    style.evaluate("node => node.remove()")


def test_in_forced_colors_the_selected_option_stands_out(answered_seat: Seat) -> None:
    page = answered_seat.page
    page.emulate_media(forced_colors="active")
    option = '[data-testid="stRadioOption"]:has(input:checked) > div > div:first-child'
    others = '[data-testid="stRadioOption"]:not(:has(input:checked)) > div > div:first-child'
    assert color(answered_seat, option) != color(answered_seat, others)
    page.emulate_media(forced_colors="none")


def test_a_printed_answer_is_dark_on_white_without_controls(answered_seat: Seat) -> None:
    page = answered_seat.page
    page.emulate_media(media="print")
    assert color(answered_seat, "body") == "rgb(255, 255, 255)"
    assert color(answered_seat, "h1", "color") == "rgb(26, 26, 26)"
    main = page.get_by_test_id("stMain")
    for hidden in ("Vend retning", "Flere vilkår", "Mere", "Hvorfor denne vej?"):
        assert not main.get_by_text(hidden, exact=True).first.is_visible(), hidden
    contact = "1. Hovedkontakt, god løsladelse, Thisted"
    for text in (contact, "Svarer nu: Rikke Lyngtoft Bæk, stedfortræder"):
        assert main.get_by_text(text).first.is_visible()
    assert not page.get_by_test_id("stSidebar").is_visible()
    page.emulate_media(media="screen")


def test_stale_elements_stay_opaque_and_a_long_rerun_veils_the_screen(answered_seat: Seat) -> None:
    page = answered_seat.page
    veil = 'getComputedStyle(document.querySelector(".stMain"), "::after")'
    assert page.evaluate(f"() => {veil}.content") == "none"
    app = page.locator("[data-test-script-state]")
    before = app.get_attribute("data-test-script-state")
    app.evaluate('node => node.setAttribute("data-test-script-state", "running")')
    element = page.locator("[data-stale]").first
    element.evaluate('node => node.setAttribute("data-stale", "true")')
    assert page.evaluate(f"() => {veil}.animationDelay") == "0.5s"  # not during a short wait
    page.wait_for_function(f"() => {veil}.opacity > 0.5")
    assert element.evaluate("node => getComputedStyle(node).opacity") == "1"
    element.evaluate('node => node.setAttribute("data-stale", "false")')
    app.evaluate("(node, state) => node.setAttribute('data-test-script-state', state)", before)
    assert page.evaluate(f"() => {veil}.content") == "none"
