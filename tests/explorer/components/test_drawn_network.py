"""The network in Chromium: walked through by keys alone, expanded, taken back, and never lost."""

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open

SCRIPT = "stage_network.py"


def drawing(page: Page) -> Locator:
    """The canvas, once it is there."""
    found = page.get_by_role("application", name="Netværk. Piletaster flytter, Enter udvider.")
    expect(found).to_be_visible()
    expect(page.locator(".network canvas[data-id]").first).to_be_visible()
    return found


def said(page: Page) -> Locator:
    """The live region."""
    return page.locator(".network [role=status]")


def told(page: Page, text: str) -> None:
    """The screen says so below the drawing."""
    expect(page.get_by_text(text)).to_be_visible()


def test_arrows_walk_and_each_step_is_said(opened: Open) -> None:
    page = opened(SCRIPT)
    canvas = drawing(page)
    canvas.focus()
    page.keyboard.press("ArrowDown")
    expect(said(page)).to_have_text("Koordinator 0, Netværk, 5 forbindelser")
    page.keyboard.press("ArrowDown")
    expect(said(page)).to_have_text("Koordinator 3, Netværk, 12 forbindelser")
    page.keyboard.press("ArrowRight")
    expect(said(page)).to_have_text("Koordinator 4, Funktion, 12 forbindelser")
    told(page, "Valgt: node-4.")
    page.keyboard.press("Home")
    expect(said(page)).to_have_text("Koordinator 0, Netværk, 5 forbindelser")
    page.keyboard.press("Escape")
    told(page, "Valgt: None.")
    expect(canvas).to_be_focused()


def test_enter_expands_and_steps_are_taken_back_and_again(opened: Open) -> None:
    page = opened(SCRIPT)
    drawing(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    told(page, "Noder: 63.")
    page.keyboard.press("Control+z")
    told(page, "Noder: 60.")
    page.keyboard.press("Control+y")
    told(page, "Noder: 63.")
    page.keyboard.press("Control+z")
    told(page, "Noder: 60.")
    page.keyboard.press("Control+Shift+Z")
    told(page, "Noder: 63.")


def test_nothing_done_in_a_hurry_is_lost(opened: Open) -> None:
    page = opened(SCRIPT)
    drawing(page).focus()
    for key in ("Home", "ArrowDown", "p", "Enter", "ArrowRight", "p", "Enter", "Control+z"):
        page.keyboard.press(key)
    told(page, "Valgt: node-4. Noder: 63. Fastgjort: ['node-3', 'node-4'].")
    for _ in range(3):
        page.keyboard.press("Control+z")
    told(page, "Valgt: node-4. Noder: 60. Fastgjort: [].")


def test_a_node_is_pinned_by_key_and_by_button_without_dragging(opened: Open) -> None:
    page = opened(SCRIPT)
    drawing(page).focus()
    pin = page.get_by_role("button", name="Fastgør")
    expect(pin).to_be_disabled()
    page.keyboard.press("Home")
    page.keyboard.press("p")
    expect(said(page)).to_have_text("fastgjort")
    told(page, "Fastgjort: ['node-0'].")
    expect(pin).to_have_attribute("aria-pressed", "true")
    pin.click()
    told(page, "Fastgjort: [].")
    expect(said(page)).to_have_text("løsnet")


def test_dragging_pins_too_and_undo_lets_go(opened: Open) -> None:
    page = opened(SCRIPT, "?nodes=1")
    box = drawing(page).bounding_box()
    assert box
    # One alone stands in the middle of the room that tiers, tools and legend leave.
    x, y = box["x"] + 64 + (box["width"] - 140) / 2, box["y"] + 60 + (box["height"] - 180) / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 120, y - 40, steps=4)
    page.mouse.up()
    told(page, "Fastgjort: ['node-0'].")
    page.keyboard.press("Control+z")
    told(page, "Fastgjort: [].")


def test_a_click_on_nothing_lets_go_of_what_is_selected(opened: Open) -> None:
    page = opened(SCRIPT)
    canvas = drawing(page)
    canvas.focus()
    page.keyboard.press("Home")
    told(page, "Valgt: node-0.")
    canvas.click(position={"x": 20, "y": 200})
    told(page, "Valgt: None.")


@pytest.mark.parametrize("layout", ["", "&free=1"], ids=["tiers", "free"])
def test_the_same_network_is_drawn_the_same_for_everybody(opened: Open, layout: str) -> None:
    first = at_rest(opened(SCRIPT, f"?nodes=80{layout}"))
    assert at_rest(opened(SCRIPT, f"?nodes=80{layout}")) == first


def at_rest(page: Page) -> bytes:
    """A picture of the drawing within its rounded border, once two in a row are the same."""
    box = drawing(page).bounding_box()
    assert box
    inside: FloatRect = {
        "x": box["x"] + 8, "y": box["y"] + 8,
        "width": box["width"] - 16, "height": box["height"] - 16,
    }  # fmt: skip
    page.evaluate("document.fonts.ready.then(() => null)")
    before, now = b"", page.screenshot(clip=inside)
    while before != now:
        page.wait_for_timeout(600)
        before, now = now, page.screenshot(clip=inside)
    return now


def test_at_the_cap_nothing_is_expanded_and_it_is_said_why(opened: Open) -> None:
    page = opened(SCRIPT, "?nodes=300")
    drawing(page).focus()
    expect(page.locator(".notice")).to_have_text("300 noder er vist.")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("300 noder er vist.")
    told(page, "Noder: 300.")


def test_zoomed_in_a_map_of_the_whole_shows_where_one_is(opened: Open) -> None:
    page = opened(SCRIPT)
    drawing(page).focus()
    small = page.locator("canvas.minimap")
    expect(small).to_be_hidden()
    for _ in range(3):
        page.get_by_role("button", name="Zoom ind").click()
    expect(small).to_be_visible()
    page.get_by_role("button", name="Vis alt").click()
    expect(small).to_be_hidden()


def test_the_wheel_scrolls_the_page_until_one_has_entered(opened: Open) -> None:
    page = opened(SCRIPT)
    canvas = drawing(page)
    small = page.locator("canvas.minimap")
    canvas.hover()
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(300)
    expect(small).to_be_hidden()
    canvas.focus()
    for _ in range(8):
        page.mouse.wheel(0, -200)
    expect(small).to_be_visible()


def test_at_360_pixels_the_page_stays_and_a_thumb_can_hit_every_button(opened: Open) -> None:
    page = opened(SCRIPT, width=360)
    drawing(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for name in ("Zoom ind", "Zoom ud", "Vis alt", "Fastgør"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_it_breaks_no_rule_of_wcag(opened: Open, is_dark: bool) -> None:
    page = opened(SCRIPT, dark=is_dark)
    drawing(page).focus()
    page.keyboard.press("Home")
    told(page, "Valgt: node-0.")
    assert violations(page, ".st-key-net") == []
