"""The shortcuts: what is in the browser's storage, for which account, and what the server gets."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from explorer.components.shortcuts import MOST, STORAGE, ListName
from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open

SCRIPT = "stage_shortcuts.py"
FIRST_NEED = "([key, need]) => JSON.parse(localStorage.getItem(key))?.entries[0] === need"


def stored(page: Page, name: ListName) -> Any:
    return json.loads(page.evaluate(f"localStorage.getItem('{STORAGE[name]}')") or "null")


def visit(page: Page, query: str) -> None:
    page.goto(page.url.partition("?")[0] + query)


def test_a_star_stores_the_id_alone_and_is_taken_back(open_page: Open) -> None:
    page = open_page(SCRIPT, "?node=act-1")
    star = page.get_by_role("button", name="Favorit: SSP-koordinator, Thisted")
    expect(star).to_have_attribute("aria-pressed", "false")
    assert violations(page, "body") == []
    star.focus()
    page.keyboard.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_have_text("★ Favorit")
    assert stored(page, "favorites") == {"account": "one", "entries": ["act-1"]}
    assert stored(page, "needs") is None
    page.reload()
    expect(star).to_have_attribute("aria-pressed", "true")
    star.click()
    expect(star).to_have_text("☆ Favorit")
    assert stored(page, "favorites")["entries"] == []


def test_the_lists_are_sent_newest_first_and_each_is_emptied_by_its_own_button(
    open_page: Open,
) -> None:
    page = open_page(SCRIPT, "?lists=1")
    expect(page.get_by_text("favorites: ()")).to_be_visible()
    expect(page.get_by_text("needs: ()")).to_be_visible()
    expect(page.get_by_role("button", name="Ryd favorites")).to_be_hidden()
    for node in ("act-1", "act-2"):
        visit(page, f"?node={node}")
        page.get_by_role("button", name="Favorit").click()
    needs = [f"area=mun-{number}" for number in range(MOST["needs"] + 2)]
    for need in (*needs, needs[-2]):
        visit(page, f"?need={need.replace('=', '%3D')}")
        page.wait_for_function(FIRST_NEED, arg=[STORAGE["needs"], need])
    assert stored(page, "needs")["entries"] == [needs[-2], needs[-1], *reversed(needs[2:-2])]
    visit(page, "?lists=1")
    expect(page.get_by_text("favorites: ('act-2', 'act-1')")).to_be_visible()
    expect(page.get_by_text(f"needs: ('{needs[-2]}', '{needs[-1]}',")).to_be_visible()
    page.get_by_role("button", name="Ryd favorites").click()
    expect(page.get_by_text("favorites: ()")).to_be_visible()
    assert [len(stored(page, name)["entries"]) for name in MOST] == [0, MOST["needs"]]


def test_another_account_gets_nothing_and_removes_what_is_there(open_page: Open) -> None:
    page = open_page(SCRIPT, "?node=act-1")
    page.get_by_role("button", name="Favorit").click()
    visit(page, "?lists=1&account=two")
    expect(page.get_by_text("favorites: ()")).to_be_visible()
    assert stored(page, "favorites") is None


def test_what_is_not_of_this_form_in_the_storage_counts_as_nothing(open_page: Open) -> None:
    page = open_page(SCRIPT, "?node=act-1")
    star = page.get_by_role("button", name="Favorit")
    expect(star).to_be_visible()
    name = STORAGE["favorites"]
    for text in ("{", "null", '{"account": "one", "entries": 7}'):
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [name, text])
        page.reload()
        expect(star).to_have_attribute("aria-pressed", "false")
    star.click()
    assert stored(page, "favorites")["entries"] == ["act-1"]
