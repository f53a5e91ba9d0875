"""The field in Chromium: the ARIA 1.2 combobox by keys, by mouse and by the address."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open

SCRIPT = "stage_combobox.py"


def field(page: Page) -> Locator:
    """The field, once it is there."""
    found = page.get_by_role("combobox", name="og skal nå")
    expect(found).to_be_visible()
    return found


def test_what_is_typed_opens_options_in_groups_and_says_how_many(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    expect(target).to_have_attribute("aria-expanded", "false")
    target.press_sequentially("ssp")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(target).to_have_attribute("aria-expanded", "true")
    posts = page.get_by_role("group", name="Funktioner").get_by_role("option")
    expect(posts).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="3 fundet")).to_be_attached()


def test_typing_draws_what_it_finds_anew_and_picking_the_screen_once(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    expect(page.get_by_text("Fundet 1 gange, tegnet 1 gange")).to_be_visible()
    target.fill("thisted")  # at once: who types slowly asks more than once
    expect(page.get_by_role("option")).to_have_count(3)
    page.get_by_role("option", name="SSP Thisted").click()
    expect(page.get_by_text("Valgt: net-0787")).to_be_visible()
    expect(page.get_by_text("Fundet 3 gange, tegnet 2 gange")).to_be_visible()
    page.wait_for_timeout(500)  # nothing more is on its way
    expect(page.get_by_text("Fundet 3 gange, tegnet 2 gange")).to_be_visible()


def test_arrows_go_round_and_enter_picks(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    target.press_sequentially("ssp")
    expect(page.get_by_role("option")).to_have_count(3)
    for key, place in (("ArrowDown", 0), ("ArrowUp", 2), ("ArrowDown", 0), ("ArrowDown", 1)):
        target.press(key)
        expect(target).to_have_attribute("aria-activedescendant", f"option-{place}")
    target.press("Enter")
    expect(page.get_by_text("Valgt: ssp-0580")).to_be_visible()
    expect(target).to_have_value("SSP-koordinator, Aabenraa")
    expect(target).to_be_focused()
    expect(page.get_by_role("option")).to_have_count(0)
    assert "target=ssp-0580" in page.url


def test_a_click_picks_and_the_cross_clears(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    target.press_sequentially("thisted")
    page.get_by_role("option", name="SSP Thisted").click()
    expect(page.get_by_text("Valgt: net-0787")).to_be_visible()
    page.get_by_role("button", name="Ryd: og skal nå").click()
    expect(page.get_by_text("Valgt: None")).to_be_visible()
    expect(target).to_have_value("")
    expect(target).to_be_focused()


def test_escape_closes_then_clears(opened: Open) -> None:
    page = opened(SCRIPT, "?target=mun-0787")
    target = field(page)
    expect(target).to_have_value("Thisted")
    target.fill("ssp")
    expect(page.get_by_role("option")).to_have_count(3)
    target.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(target).to_have_value("ssp")
    target.press("Escape")
    expect(target).to_have_value("")
    expect(page.get_by_text("Valgt: None")).to_be_visible()


def test_half_typed_text_never_looks_chosen(opened: Open) -> None:
    page = opened(SCRIPT, "?target=mun-0787")
    target = field(page)
    expect(target).to_have_value("Thisted")
    target.fill("ssp koord")
    target.press("Tab")
    expect(target).not_to_be_focused()
    expect(target).to_have_value("Thisted")
    expect(page.get_by_text("Valgt: mun-0787")).to_be_visible()


def test_back_and_forward_change_what_the_field_shows(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    target.press_sequentially("thisted")
    page.get_by_role("option", name="SSP Thisted").click()
    expect(page.get_by_text("Valgt: net-0787")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Valgt: None")).to_be_visible()
    expect(target).to_have_value("")
    page.go_forward()
    expect(page.get_by_text("Valgt: net-0787")).to_be_visible()
    expect(target).to_have_value("SSP Thisted")
    page.go_back()
    expect(target).to_have_value("")
    target.press_sequentially("thisted")
    page.get_by_role("option", name="SSP Thisted").click()  # the one picked before, again
    expect(page.get_by_text("Valgt: net-0787")).to_be_visible()


def test_the_same_text_again_finds_the_same_again(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    for picked in ("net-0787", "ssp-0787"):
        target.fill("")
        target.press_sequentially("thisted")
        page.get_by_role("option").locator(f"nth={1 if picked == 'net-0787' else 0}").click()
        expect(page.get_by_text(f"Valgt: {picked}")).to_be_visible()


def test_with_nothing_typed_arrow_down_opens_what_the_screen_offers(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    target.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(target).to_have_attribute("aria-activedescendant", "option-0")


def test_a_choice_ends_what_was_typed_before_it(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    target.press_sequentially("aabenraa")
    page.get_by_role("option", name="SSP-koordinator, Aabenraa").click()
    expect(page.get_by_text("Valgt: ssp-0580")).to_be_visible()
    target.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(2)  # what is offered with nothing typed
    target.fill("aabenraa")  # the one picked already, once more
    expect(page.get_by_role("option")).to_have_count(1)
    target.press("Enter")
    expect(target).to_have_value("SSP-koordinator, Aabenraa")
    target.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(2)


def test_an_arrow_before_the_answer_opens_what_comes(opened: Open) -> None:
    page = opened(SCRIPT, "?seconds=0.5")
    target = field(page)
    target.press("ArrowDown")  # nothing has been found yet
    expect(page.get_by_role("option")).to_have_count(2)
    expect(target).to_have_attribute("aria-activedescendant", "option-0")
    target.press_sequentially("ssp")
    target.press("ArrowUp")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(target).to_have_attribute("aria-activedescendant", "option-2")
    target.press("Enter")
    target.press("ArrowDown")  # the screen is drawn for the choice meanwhile
    expect(page.get_by_text("Valgt: net-0787")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(2)


def test_who_leaves_or_types_on_wants_no_list_any_more(opened: Open) -> None:
    page = opened(SCRIPT, "?seconds=0.5")
    target = field(page)
    for withdrawn in ("Escape", "Tab"):
        target.press_sequentially("ssp")
        target.press("ArrowDown")
        target.press(withdrawn)
        page.wait_for_timeout(1500)  # the answer has come meanwhile
        expect(page.get_by_role("option")).to_have_count(0)
        expect(target).to_have_value("")
    target.press("ArrowDown")
    target.press_sequentially("ssp")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(target).not_to_have_attribute("aria-activedescendant", re.compile("."))


def test_nothing_found_is_said(opened: Open) -> None:
    page = opened(SCRIPT)
    field(page).press_sequentially("zzz")
    expect(page.get_by_role("status").filter(has_text="0 fundet")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_refused_text_is_dropped_and_not_sent_again(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    target.fill("010190-1234")
    expect(page.get_by_role("alert")).to_have_text("Feltet ligner et CPR-nummer.")
    expect(target).to_have_value("")
    expect(target).to_have_attribute("aria-invalid", "true")
    target.press_sequentially("ssp")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(target).to_have_attribute("aria-invalid", "false")


def test_keys_typed_in_it_do_nothing_else(opened: Open) -> None:
    page = opened(SCRIPT)
    target = field(page)
    target.press_sequentially("rc")  # Streamlit's own: run again, clear the cache
    expect(page.get_by_role("status").filter(has_text="0 fundet")).to_be_visible()
    expect(target).to_have_value("rc")
    assert page.get_by_role("dialog").count() == 0


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_open_it_breaks_no_rule_of_wcag(opened: Open, is_dark: bool, width: int) -> None:
    page = opened(SCRIPT, width=width, dark=is_dark)
    target = field(page)
    assert violations(page, ".st-key-target") == []
    target.press_sequentially("ssp")
    expect(page.get_by_role("option")).to_have_count(3)
    target.press("ArrowDown")
    assert violations(page, ".st-key-target") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
