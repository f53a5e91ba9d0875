"""An answer that becomes stale while it is read: the screen says so and does not refresh it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from graph.access.policy import Role
from graph.model import Actor
from tests.change_sets import change_set, changed, element_of
from tests.e2e.desk import ScreenDriver, Seat
from tests.e2e.test_find_journeys import ANSWERED, RELEASE

A_MINUTE_MS = 61_000
POLICE = "act-ihp-0661", "Infohus-tovholder, politi, Holstebro"
COORDINATOR = "act-ihd-1467", "Infohus-tovholder, Midt- og Vestsjælland"
RENAMED = "Infohus-tovholder, politi, Vestkysten"


@contextmanager
def _changing(desk: ScreenDriver, post: str, **fields: Any) -> Generator[None]:
    """Change some fields of a post, and give back their values after the block."""
    store = desk.app.store
    before = element_of(store, post, Actor)
    store.apply(change_set(updates=[changed(store, post, **fields)]))
    try:
        yield
    finally:
        given_back = {name: getattr(before, name) for name in fields}
        store.apply(change_set(updates=[changed(store, post, **given_back)]))


def test_a_changed_register_shows_a_notice_and_a_press_refreshes_the_answer(
    desk: ScreenDriver,
) -> None:
    with desk.seat(Role.COORDINATOR, path=None) as seat:
        seat.page.clock.install()
        seat.open(RELEASE, ANSWERED)
        seat.page.clock.fast_forward(A_MINUTE_MS)
        seat.rest()
        assert "Registret er ændret" not in seat.text()
        with _changing(desk, "act-ssp-0787", hours="MO-FR 09:00-14:00"):
            seat.page.clock.fast_forward(A_MINUTE_MS)
            seat.wait("Registret er ændret, siden du fik svaret kl. ")
            seat.press("Vis nyt svar")
            seat.page.get_by_text("Registret er ændret").wait_for(state="detached")
            seat.wait(ANSWERED)


@pytest.fixture(scope="module")
def reader(demo_desk: ScreenDriver) -> Generator[Seat]:
    """Yield a user with a role for every screen, in a browser whose clock can be advanced."""
    with demo_desk.seat(Role.COORDINATOR, Role.ANALYST, areas=("mun-0661",), path=None) as seat:
        seat.page.clock.install()
        yield seat


@pytest.mark.parametrize(
    ("path", "folded", "post"),
    [
        pytest.param("/kort?area=mun-0661", None, POLICE, id="map"),
        pytest.param(f"/netvaerk?id={POLICE[0]}", "Netværket som tabel", POLICE, id="network"),
        pytest.param("/register?area=mun-0661", None, POLICE, id="register"),
        pytest.param("/vedligehold", None, POLICE, id="curation"),
        pytest.param("/analyse?question=bridges", None, COORDINATOR, id="analysis"),
    ],
)
def test_each_screen_keeps_a_stale_answer_with_a_notice_until_a_press(
    desk: ScreenDriver, reader: Seat, path: str, folded: str | None, post: tuple[str, str]
) -> None:
    post_id, name = post
    reader.open(path)
    if folded is not None:
        reader.unfold(folded)
    reader.wait(name)
    assert "Registret er ændret" not in reader.text()
    with _changing(desk, post_id, name=RENAMED):
        reader.page.clock.fast_forward(A_MINUTE_MS)
        reader.wait("Registret er ændret, siden du fik svaret kl. ")
        reader.rest()
        assert name in reader.text()
        assert RENAMED not in reader.text()
        reader.press("Vis nyt svar")
        reader.wait(RENAMED)
        reader.rest()
        assert name not in reader.text()
        assert "Registret er ændret" not in reader.text()
