"""The map: every area is a button that shows its figure, by pointer and by keys."""

import pytest
from playwright.sync_api import Page, expect

from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open
from tests.fixtures.examples import drills_after

STAGE = "stage_map.py"


def center_of_name(page: Page, name: str) -> tuple[float, float]:
    """Return a point of the area that has this name."""
    box = page.locator(".names text", has_text=name).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_an_area_is_labeled_with_its_figure_and_selected_by_a_click(open_page: Open) -> None:
    page = open_page(STAGE)
    thisted = page.get_by_role("button", name="Thisted: 2 af 6. 7 funktioner · 2 ubesat")
    expect(thisted).to_have_attribute("aria-pressed", "false")
    page.mouse.click(*center_of_name(page, "Thisted"))
    expect(page.get_by_text("Valgt: thisted")).to_be_visible()
    expect(thisted).to_have_attribute("aria-pressed", "true")
    page.mouse.click(*center_of_name(page, "Fyn"))
    expect(page.get_by_text("Valgt: fyn")).to_be_visible()
    expect(thisted).to_have_attribute("aria-pressed", "false")


def test_a_municipality_that_is_no_area_is_labeled_and_cannot_be_selected(open_page: Open) -> None:
    page = open_page(STAGE)
    expect(page.locator(".map").get_by_role("button")).to_have_count(3)
    expect(page.get_by_role("img", name="Findes ikke")).to_have_count(98 - 4)


def test_a_name_with_html_is_shown_as_text(open_page: Open) -> None:
    page = open_page(STAGE)
    expect(page.get_by_role("button", name="<b>Morsø</b>: Ingen")).to_have_count(1)
    expect(page.locator(".map b")).to_have_count(0)


def test_arrow_keys_move_between_areas_and_enter_selects(open_page: Open) -> None:
    page = open_page(STAGE)
    expect(page.locator(".map").get_by_role("button")).to_have_count(3)
    page.locator('.map [tabindex="0"]').focus()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Thisted")).to_be_focused()
    page.keyboard.press("ArrowDown")  # Morsø lies south-east of Thisted
    expect(page.get_by_role("button", name="Morsø")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Fyn")).to_be_focused()
    expect(page.locator(".tip")).to_contain_text("Fyn: 0 af 80")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Valgt: fyn")).to_be_visible()
    expect(page.get_by_role("button", name="Fyn")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".tip")).to_be_hidden()


def test_hovering_an_area_shows_its_figure_in_a_tooltip(open_page: Open) -> None:
    page = open_page(STAGE)
    expect(page.locator(".names text", has_text="Thisted")).to_have_count(1)
    page.mouse.move(*center_of_name(page, "Thisted"))
    expect(page.locator(".tip")).to_have_text("Thisted: 2 af 67 funktioner · 2 ubesat")
    page.mouse.move(2, 2)
    expect(page.locator(".tip")).to_be_hidden()


def test_a_name_is_drawn_in_its_area_only_where_it_fits(open_page: Open) -> None:
    page = open_page(STAGE)
    expect(page.locator(".names text", has_text="Thisted")).to_have_count(1)
    narrow = open_page(STAGE, width=360)
    expect(narrow.locator(".map").get_by_role("button")).to_have_count(3)
    expect(narrow.locator(".names text", has_text="Morsø")).to_have_count(0)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("dark", drills_after(1, [False, True]))
def test_the_map_has_no_accessibility_violations(open_page: Open, *, dark: bool) -> None:
    page = open_page(STAGE, dark=dark)
    expect(page.locator(".map").get_by_role("button")).to_have_count(3)
    assert violations(page, ".st-key-country") == []
