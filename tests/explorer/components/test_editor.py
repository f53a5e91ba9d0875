"""The editor in Chromium: it submits on Ctrl+Enter, leaves on Tab, and offers completions."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open
from tests.fixtures.examples import drills_after

SCRIPT = "stage_editor.py"


def field(page: Page) -> Locator:
    textbox = page.get_by_role("textbox", name="Cypher")
    expect(textbox).to_be_visible()
    return textbox


def open_empty_editor(open_page: Open) -> Page:
    """A page whose field has the focus and no text."""
    page = open_page(SCRIPT)
    field(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    return page


def test_ctrl_enter_and_the_button_submit_the_current_text(open_page: Open) -> None:
    page = open_page(SCRIPT)
    field(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" AS navn")
    page.keyboard.press("Control+Enter")
    question = page.get_by_text("Spurgt: ")
    expect(question).to_contain_text("MATCH (p:Actor)\\nRETURN p.name AS navn")
    page.keyboard.type(" LIMIT 5")
    page.get_by_role("button", name="Kør").click()
    expect(question).to_contain_text("AS navn LIMIT 5")


def test_an_empty_field_submits_no_query(open_page: Open) -> None:
    page = open_empty_editor(open_page)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Kør").click()
    expect(page.get_by_text("Hørt: ")).to_contain_text("''")
    expect(page.get_by_text("Spurgt: ")).to_contain_text("None")


def test_tab_leaves_the_editor_and_preserves_the_typed_text(open_page: Open) -> None:
    page = open_empty_editor(open_page)
    page.keyboard.type("RETURN 2")
    page.keyboard.press("Escape")  # closes the completions
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Kør")).to_be_focused()
    expect(page.get_by_text("Hørt: ")).to_contain_text("RETURN 2")
    expect(field(page)).to_contain_text("RETURN 2")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("MATCH (a:N", "Network"),
        ("MATCH ()-[:ME", "MEMBER_OF"),
        ("MATCH (a) WHERE a.ki", "kind"),
        ("MATCH (a) WHERE a.kind = $k", "kind"),
        ("OPT", "OPTIONAL MATCH"),
    ],
)
def test_completions_fit_their_place_in_the_query(
    open_page: Open, typed: str, offered: str
) -> None:
    page = open_empty_editor(open_page)
    page.keyboard.type(typed)
    expect(page.get_by_role("option", name=offered, exact=True)).to_be_visible()
    page.wait_for_timeout(100)  # the editor ignores a choice that is too fast for a person
    page.keyboard.press("Enter")
    expect(field(page)).to_contain_text(offered)
    expect(page.get_by_role("option")).to_have_count(0)


def test_a_text_set_by_the_screen_replaces_the_typed_text(open_page: Open) -> None:
    page = open_page(SCRIPT)
    field(page).click()
    page.keyboard.type("x")
    page.get_by_role("button", name="Et andet").click()
    expect(field(page)).to_have_text("RETURN 1")


def test_keywords_strings_numbers_and_comments_have_different_colors(open_page: Open) -> None:
    page = open_empty_editor(open_page)
    page.keyboard.type("RETURN 'a', 12 // x")
    colors = page.evaluate(
        """() => [...document.querySelectorAll('*')].map((node) => node.shadowRoot)
             .filter((root) => root?.querySelector('.editor'))
             .flatMap((root) => [...root.querySelectorAll('.cm-line span')])
             .map((span) => getComputedStyle(span).color)"""
    )
    assert len(set(colors)) >= 4


@pytest.mark.parametrize("dark", drills_after(1, [False, True]))
def test_the_editor_has_no_accessibility_violations(open_page: Open, dark: bool) -> None:
    page = open_page(SCRIPT, dark=dark)
    field(page)
    assert violations(page, ".st-key-query") == []
