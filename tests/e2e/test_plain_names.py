"""In a real browser too, a name is text: no link, no picture and no emphasis comes of it."""

from collections.abc import Generator
from dataclasses import replace
from typing import Final

import pytest

from graph.access.policy import Role
from graph.model import Actor
from tests.change_sets import change_set, thing
from tests.e2e.desk import ScreenDriver

POST: Final = "act-ssp-0825"
MARKED: Final = "[Klik](https://ondt.example) *kursiv* `kode` :smile: www.ondt.example :red[x]"


@pytest.fixture
def marked(desk: ScreenDriver) -> Generator[ScreenDriver]:
    """The demo with a post whose name holds marks of Markdown; as it was, afterwards."""
    store = desk.app.store
    before = thing(store, POST, Actor)
    store.apply(change_set(updates=[replace(before, name=MARKED)]))
    yield desk
    now = thing(store, POST, Actor)
    store.apply(change_set(updates=[replace(now, name=before.name)]))


@pytest.mark.parametrize(
    "path", [f"/?start=aut-pet-fc&target={POST}&contact=1", f"/register?id={POST}"]
)
def test_a_name_with_marks_is_drawn_as_it_stands(marked: ScreenDriver, path: str) -> None:
    with marked.seat(Role.COORDINATOR, path=None) as seat:
        seat.open(path)
        seat.page.get_by_text("*kursiv* `kode` :").first.wait_for(state="attached")
        seat.rest()
        assert seat.page.locator('a[href*="ondt.example"]').count() == 0
        drawn = seat.page.locator('[data-testid="stMarkdownContainer"]')
        for mark in ("em", "code", "img"):
            assert drawn.locator(mark).count() == 0, mark
        told = seat.text().replace("\u2060", "")
        assert MARKED in told
