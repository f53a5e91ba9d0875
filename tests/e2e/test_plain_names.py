"""In a real browser too, a name is drawn as text, never as a link, picture or emphasis."""

from collections.abc import Generator
from typing import Final

import pytest

from graph.access.policy import Role
from graph.model import Actor
from tests.change_sets import change_set, changed, element_of
from tests.e2e.desk import ScreenDriver

POST: Final = "act-ssp-0825"
MARKED: Final = "[Klik](https://ondt.example) *kursiv* `kode` :smile: www.ondt.example :red[x]"


@pytest.fixture
def desk_with_markdown_name(desk: ScreenDriver) -> Generator[ScreenDriver]:
    """The demo with Markdown syntax in the name of a post, which is restored afterwards."""
    store = desk.app.store
    name = element_of(store, POST, Actor).name
    store.apply(change_set(updates=[changed(store, POST, name=MARKED)]))
    yield desk
    store.apply(change_set(updates=[changed(store, POST, name=name)]))


@pytest.mark.parametrize(
    "path", [f"/?start=aut-pet-fc&target={POST}&contact=1", f"/register?id={POST}"]
)
def test_a_name_with_markdown_is_shown_as_plain_text(
    desk_with_markdown_name: ScreenDriver, path: str
) -> None:
    with desk_with_markdown_name.seat(Role.COORDINATOR, path=path) as seat:
        seat.page.get_by_text("*kursiv* `kode` :").first.wait_for(state="attached")
        seat.rest()
        assert seat.page.locator('a[href*="ondt.example"]').count() == 0
        for mark in ("em", "code", "img"):
            assert seat.page.get_by_test_id("stMarkdownContainer").locator(mark).count() == 0, mark
        assert MARKED in seat.text().replace("\u2060", "")
