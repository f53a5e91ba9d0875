"""After a call, the caller records that the number is right."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import FIND
from graph.access.policy import Role
from tests.api.withheld import withhold
from tests.explorer.screen import Screens, assert_shows, buttons, press, text
from tests.explorer.views.curation.curators import stands
from tests.fixtures.editor import desk_of
from tests.kystby import TODAY

QUERY = {"start": "ihd", "target": "ssp-post"}


def _card_with_number(screens: Screens, role: Role, lang: str = "da") -> AppTest:
    """Return a contact whose number is shown."""
    app = screens.screen(FIND, role, lang=lang, **QUERY)
    if role is Role.STEWARD:
        app.selectbox(key="purpose-way-None").set_value("VERIFY").run()
    return press(app, "Vis 1 nummer" if lang == "da" else "Show 1 number")


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
def test_reaching_somebody_closes_the_row_and_certifies_nothing_for_others(
    own_screens: Screens,
) -> None:
    before = stands(own_screens.app, "phone-bo").verified_on
    app = _card_with_number(own_screens, Role.COORDINATOR)
    press(app, "Fik fat")
    assert_shows(app, ":green-badge[✓ Fik fat]", hidden=["Noteret"])
    assert not [*buttons(app, "no-answer-"), *buttons(app, "reached-"), *buttons(app, "wrong-")]
    assert stands(own_screens.app, "phone-bo").verified_on == before


@pytest.mark.slow
def test_a_wrong_number_is_proposed_to_the_steward_with_a_reason(own_screens: Screens) -> None:
    assert not buttons(own_screens.screen(FIND, Role.COORDINATOR, **QUERY), "wrong-"), "not shown"
    app = _card_with_number(own_screens, Role.COORDINATOR)
    press(app, "Nummeret er ikke i brug")
    assert_shows(app, "Sendt til den registeransvarlige")
    steward = desk_of(own_screens.app, Role.STEWARD)
    (proposal,) = steward.send("GET", "/proposals").json()["waiting"]
    assert proposal["comment"] == "Forkert nummer: nummeret er ikke i brug."
    assert [(change["id"], change["kind"]) for change in proposal["would"]] == [
        ("phone-bo", "ENDED")
    ]  # fmt: skip
    assert stands(own_screens.app, "phone-bo").valid_to is None, "nothing is written yet"
    app = _card_with_number(own_screens, Role.STEWARD)
    assert not [button for button in buttons(app, "wrong-") if button.label.startswith("Num")]


@pytest.mark.slow
def test_recording_a_check_of_a_withheld_person_shows_not_found(own_screens: Screens) -> None:
    app = _card_with_number(own_screens, Role.STEWARD)
    withhold(own_screens.app.accounts.withholdings, "bo", "phone-bo")
    press(app, "Fik fat")
    assert_shows(app, "Findes ikke, eller du har ikke adgang.", hidden=["Noteret"])
