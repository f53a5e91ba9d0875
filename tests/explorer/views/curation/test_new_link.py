"""A seat for a person whose home is Naboby, from the form to the answer of the steward there."""

import pytest

from explorer.address import CURATION, REGISTER
from graph.access.policy import Role
from tests.explorer.screen import Screens, assert_shows, open_screen, press, text
from tests.explorer.views.curation.curators import steward
from tests.next_door import fill_next_door

pytestmark = pytest.mark.slow


@pytest.fixture
def two_area_screens(own_screens: Screens) -> Screens:
    fill_next_door(own_screens.app.store)
    return own_screens


def test_a_deputy_from_another_area_is_proposed_and_accepted_by_their_steward(
    two_area_screens: Screens,
) -> None:
    app = two_area_screens.screen(REGISTER, Role.STEWARD, id="release", form="DEPUTIZES_FOR")
    app.session_state["register-picks"] = {"DEPUTIZES_FOR-release-known": "gry"}
    assert "Personen hører til i et andet område" in text(press(app.run(), "Gem"))
    assert two_area_screens.app.store.revision() == 2
    press(app, "Spørg den registeransvarlige, hvor personen hører til")
    assert "Foreslået. Du finder svaret under Forslag." in text(app)
    mine = steward(two_area_screens, tab="proposals")
    assert "Ingen forslag venter på dit svar." in text(mine)
    there = two_area_screens.screen(CURATION, Role.STEWARD, areas=("nabo",), tab="proposals")
    assert_shows(there, "Ny: **Gry Åvang Holm", "Hovedkontakt, Kystby**")
    assert "Godkendt og gemt i dit navn." in text(press(there, "Godkend"))
    assert two_area_screens.app.store.revision() == 3


def test_a_proposed_link_is_declined_or_withdrawn(two_area_screens: Screens) -> None:
    query = {"type": "DEPUTIZES_FOR", "source": "gry", "target": "release"}
    app = steward(two_area_screens, tab="new", **query)
    press(app, "Gem forbindelsen")
    press(app, "Spørg den registeransvarlige, hvor personen hører til")
    there = two_area_screens.screen(
        CURATION, Role.STEWARD, areas=("nabo",), tab="proposals", lang="en"
    )
    press(there, "Decline …")
    there.text_input[0].set_value("We need her here.")
    assert "Declined. Nothing is changed." in text(press(there, "Decline"))
    assert "No proposal waits for your answer." in text(there)
    again = steward(two_area_screens, tab="new", **query)
    press(again, "Gem forbindelsen")
    press(again, "Spørg den registeransvarlige, hvor personen hører til")
    mine = steward(two_area_screens, tab="proposals")
    assert "Du har ikke foreslået noget de seneste tredive dage." in text(mine)  # not this account
    assert "Forslaget er trukket tilbage." in _text_after_withdrawal(two_area_screens)
    assert two_area_screens.app.store.revision() == 2


def _text_after_withdrawal(two_area_screens: Screens) -> str:
    """Return the screen's text after a steward withdraws an own proposal."""
    token = two_area_screens.app.token(Role.STEWARD)
    seat = {"source_id": "gry", "target_id": "release", "share": 0.2}
    proposal = {"changes": {"creates": [{"type": "HOLDS", "fields": seat}]}}
    headers = {"Authorization": f"Bearer {token}"}
    assert (
        two_area_screens.app.http.post("/proposals", json=proposal, headers=headers).status_code
        == 201
    )
    app = open_screen(CURATION, token, tab="proposals")
    assert "Venter på svar" in text(app)
    return text(press(app, "Træk forslaget tilbage"))
