"""An answer grows old while somebody reads it: that is said, and never mended behind their back."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from graph.access.policy import Role
from graph.model import Actor, ChangeReason, ChangeSet
from tests.e2e.desk import ScreenDriver, Seat
from tests.e2e.test_find_journeys import RELEASE

A_MINUTE_MS = 61_000


POLICE = "act-ihp-0661"
ON_WHOM_MUCH_RESTS = "act-ihd-1467"
NAMES = {
    POLICE: "Infohus-tovholder, politi, Holstebro",
    ON_WHOM_MUCH_RESTS: "Infohus-tovholder, Midt- og Vestsjælland",
}
RENAMED = "Infohus-tovholder, politi, Vestkysten"


def _change(desk: ScreenDriver, post_id: str, **fields: Any) -> None:
    """Something else is true of a post."""
    (post,) = desk.app.store.things([post_id])
    assert isinstance(post, Actor)
    desk.app.store.apply(
        ChangeSet(
            made_by="test",
            made_at=datetime.now(UTC),
            reason=ChangeReason.CORRECTED,
            updates=(replace(post, **fields),),
        )
    )


def test_a_register_that_has_changed_is_said_and_asked_anew_at_a_press(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=None) as seat:
        seat.page.clock.install()
        seat.open(RELEASE, "Kontakt i denne rækkefølge")
        seat.page.clock.fast_forward(A_MINUTE_MS)
        seat.rest()
        assert "Registret er ændret" not in seat.text()
        _change(desk, "act-ssp-0787", hours="MO-FR 09:00-14:00")
        seat.page.clock.fast_forward(A_MINUTE_MS)
        seat.wait("Registret er ændret, siden du fik svaret kl. ")
        seat.press("Vis nyt svar")
        seat.page.get_by_text("Registret er ændret").wait_for(state="detached")
        seat.wait("Kontakt i denne rækkefølge")


@pytest.fixture(scope="module")
def reader(demo_desk: ScreenDriver) -> Generator[Seat]:
    """Somebody with a use for every screen, in a browser whose clock can be put forward."""
    with demo_desk.seat(Role.COORDINATOR, Role.ANALYST, areas=("mun-0661",), path=None) as seat:
        seat.page.clock.install()
        yield seat


@contextmanager
def _renamed(desk: ScreenDriver, post: str) -> Generator[None]:
    """As long as it lasts, a post on the screen has another name."""
    _change(desk, post, name=RENAMED)
    try:
        yield
    finally:
        _change(desk, post, name=NAMES[post])


@pytest.mark.parametrize(
    ("path", "folded", "post"),
    [
        pytest.param("/kort?area=mun-0661", None, POLICE, id="map"),
        pytest.param(f"/netvaerk?id={POLICE}", "Netværket som tabel", POLICE, id="network"),
        pytest.param("/register?area=mun-0661", None, POLICE, id="register"),
        pytest.param("/kuratering", None, POLICE, id="curation"),
        pytest.param("/analyse?question=bridges", None, ON_WHOM_MUCH_RESTS, id="analysis"),
    ],
)
def test_each_screen_keeps_its_answer_and_says_that_it_is_old_until_a_press(
    desk: ScreenDriver, reader: Seat, path: str, folded: str | None, post: str
) -> None:
    name = NAMES[post]
    reader.open(path)
    if folded is not None:
        reader.unfold(folded)
    reader.wait(name)
    assert "Registret er ændret" not in reader.text()
    with _renamed(desk, post):
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
