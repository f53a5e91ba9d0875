"""An answer grows old while somebody reads it: that is said, and never mended behind their back."""

from dataclasses import replace
from datetime import UTC, datetime

from graph.access import Role
from graph.model import Actor, ChangeSet, Reason
from tests.e2e.desk import Desk
from tests.e2e.test_find_journeys import RELEASE

A_MINUTE_MS = 61_000


def _change(desk: Desk) -> None:
    """Other opening hours for some post."""
    (post,) = desk.house.store.things(["act-ssp-0787"])
    assert isinstance(post, Actor)
    desk.house.store.apply(
        ChangeSet(
            made_by="test",
            made_at=datetime.now(UTC),
            reason=Reason.CORRECTED,
            updates=(replace(post, hours="MO-FR 09:00-14:00"),),
        )
    )


def test_a_register_that_has_changed_is_said_and_asked_anew_at_a_press(desk: Desk) -> None:
    with desk.seat(Role.COORDINATOR, path=None) as seat:
        seat.page.clock.install()
        seat.open(RELEASE, "Kontakt i denne rækkefølge")
        seat.page.clock.fast_forward(A_MINUTE_MS)
        seat.rest()
        assert "Registret er ændret" not in seat.text()
        _change(desk)
        seat.page.clock.fast_forward(A_MINUTE_MS)
        seat.wait("Registret er ændret, siden du fik svaret kl. ")
        seat.press("Vis nyt svar")
        seat.page.get_by_text("Registret er ændret").wait_for(state="detached")
        seat.wait("Kontakt i denne rækkefølge")
