"""After a call, the caller records that the number is right."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import FIND
from graph.access.policy import Role
from tests.api.withheld import withhold
from tests.explorer.screen import Screens, assert_shows, buttons, press, text
from tests.explorer.views.curation.curators import stands
from tests.kystby import TODAY

QUERY = {"start": "ihd", "target": "ssp-post"}


def _card_with_number(screens: Screens, role: Role, lang: str = "da") -> AppTest:
    """Return a contact whose number is shown, with the actions after the call unfolded."""
    app = screens.screen(FIND, role, lang=lang, **QUERY)
    assert not buttons(app, "reached-")
    app.selectbox(key="purpose-way-None").set_value("VERIFY").run()
    press(app, "Vis 1 nummer" if lang == "da" else "Show 1 number")
    app.session_state["more-ssp-post"] = True
    return app.run()


@pytest.mark.slow
def test_a_number_that_worked_is_recorded_as_checked_today(own_screens: Screens) -> None:
    before = stands(own_screens.app, "phone-bo").verified_on
    assert before != TODAY
    app = _card_with_number(own_screens, Role.STEWARD)
    assert stands(own_screens.app, "phone-bo").verified_on == before
    assert_shows(press(app, "Fik fat"), "Noteret: Nummeret er kontrolleret i dag.")
    assert stands(own_screens.app, "phone-bo").verified_on == TODAY
    assert "Noteret" not in text(app.run())
    english = _card_with_number(own_screens, Role.STEWARD, "en")
    assert_shows(press(english, "Reached"), "Noted: the number is checked today.")


@pytest.mark.slow
def test_a_coordinator_is_not_offered_to_record_a_number_check(own_screens: Screens) -> None:
    assert not buttons(_card_with_number(own_screens, Role.COORDINATOR), "reached-")


@pytest.mark.slow
def test_recording_a_check_of_a_withheld_person_shows_not_found(own_screens: Screens) -> None:
    app = _card_with_number(own_screens, Role.STEWARD)
    withhold(own_screens.app.accounts.withholdings, "bo", "phone-bo")
    press(app, "Fik fat")
    assert_shows(app, "Findes ikke, eller du har ikke adgang.", hidden=["Noteret"])
