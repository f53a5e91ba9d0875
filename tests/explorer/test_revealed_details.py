"""Contact details in clear beside their owners' names: one press, one purpose, ten minutes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from explorer import screen_state
from explorer.address import FIND, REGISTER
from explorer.i18n import LANGUAGE
from explorer.session import TOKEN
from graph.access.policy import Role
from tests.change_sets import NUMBERS, change_set
from tests.explorer import screen
from tests.explorer.screen import Screens, press, text
from tests.fixtures.details import numbers_of


def _draw_all(details: list[tuple[str, str, str]]) -> None:
    """A screen of these details and of one button for them all; run as a script of its own."""
    from explorer import frame, reveal, revealed_details, session

    me = session.client().me()
    context = frame.ScreenContext(
        client=session.client(), me=me, seat=None, on=me.today, is_today=True
    )
    revealed_details.begin(context)
    masked = [
        reveal.MaskedDetail(detail=detail, channel="MOBILE", hint=hint, owner=owner)
        for detail, hint, owner in details
    ]
    purpose = None
    if revealed_details.may_reveal(context):
        purpose = revealed_details.purpose(context, place="here")
    revealed_details.button_for_all(context, masked, purpose, key="here")
    revealed_details.refusal("here")
    for number, masked_detail in enumerate(masked):
        revealed_details.button(masked_detail, purpose, key=str(number), place="here")


BO = ("phone-bo", "+45 •• •• •• 78", "Bo Rugvang Sørensen")
ERIK = ("phone-erik", "+45 •• •• •• 12", "Erik <Stenbro> Sørensen")
JENS = ("phone-jens", "+45 •• •• •• 34", "Formand Jens R.")


def _open_details(
    screens: Screens,
    *details: tuple[str, str, str],
    role: Role = Role.COORDINATOR,
    area: str = "dk",
    person: str = "carl",
    token: str | None = None,
    **query: str,
) -> AppTest:
    app = AppTest.from_function(_draw_all, args=(list(details),), default_timeout=600)
    app.session_state[LANGUAGE] = "da"
    app.session_state[TOKEN] = token or screens.app.token(role, areas=(area,), person=person)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def _shows_a_number(app: AppTest) -> bool:
    whole = screen.html(app) + text(app)
    return any(number in whole or number.replace(" ", "") in whole for number in NUMBERS.values())


def test_one_press_shows_all_numbers_and_each_is_logged(screens: Screens) -> None:
    app = _open_details(screens, BO, ERIK, trigger="CONCERN")
    assert not _shows_a_number(app)
    assert "0 af 30 vist i dag" in text(app)
    before = len(screens.app.rows())
    press(app, "Vis alle 2 numre")
    html = screen.html(app)
    assert html.index(NUMBERS["phone-bo"]) < html.index(NUMBERS["phone-erik"])
    assert f'href="tel:{NUMBERS["phone-bo"].replace(" ", "")}"' in html
    assert "2 af 30 vist i dag" in text(app)
    rows = [(row.kind.value, row.subjects) for row in screens.app.rows()[before:] if row.subjects]
    assert rows == [("shown", ("bo",)), ("shown", ("erik",))]
    assert "Vis alle 2 numre" not in {button.label for button in app.button}


def test_the_purpose_defaults_to_that_of_the_need_or_the_last_chosen(screens: Screens) -> None:
    app = _open_details(screens, BO, trigger="RELEASE")
    assert app.selectbox[0].value == "RELEASE"
    assert _open_details(screens, BO).selectbox[0].value == "KNOWLEDGE"
    app.selectbox[0].set_value("SERIOUS").run()
    before = len(screens.app.rows())
    press(app, "Vis mobil")
    assert [row.purpose for row in screens.app.rows()[before:] if row.subjects] == ["SERIOUS"]
    app.query_params.clear()
    assert app.run().selectbox[0].value == "SERIOUS"


def test_a_number_stays_for_ten_minutes_and_is_then_removed(screens: Screens) -> None:
    app = press(_open_details(screens, BO), "Vis mobil")
    assert NUMBERS["phone-bo"] in screen.html(app.run())
    values = app.session_state[screen_state.DETAILS]
    left = values["phone-bo"].until - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    values["phone-bo"] = replace(values["phone-bo"], until=datetime.now(UTC))
    assert not _shows_a_number(app.run())
    assert "phone-bo" not in app.session_state[screen_state.DETAILS]


def test_revealed_numbers_are_cleared_on_another_screen_or_date(screens: Screens) -> None:
    app = screens.screen(FIND, Role.COORDINATOR, person="carl", areas=("dk",), target="ssp-post")
    press(app, "Vis 1 nummer")
    assert NUMBERS["phone-bo"] in screen.html(app)
    other = screen.open_screen(REGISTER, app.session_state[TOKEN], id="bo")
    other.session_state["screen"] = FIND.path
    other.session_state[screen_state.DETAILS] = app.session_state[screen_state.DETAILS]
    assert not other.run().session_state[screen_state.DETAILS]
    app.query_params["on"] = "2027-01-01"
    assert not _shows_a_number(app.run())


def test_one_refused_detail_is_named_and_prevents_revealing_the_others(screens: Screens) -> None:
    app = press(_open_details(screens, BO, ERIK, area="kystby"), "Vis alle 2 numre")
    assert (
        "Intet er vist: kontaktoplysningen for Erik <Stenbro> Sørensen findes ikke, eller du har "
        "ikke adgang." in text(app)
    )
    assert not _shows_a_number(app)
    app = _open_details(screens, BO, JENS, role=Role.OUTREACH, area="kystby", person="dina")
    press(app, "Vis alle 2 numre")
    message = "Intet er vist: Formand Jens R. kontaktes gennem Opsøgende medarbejder, Havnen."
    assert message in text(app)
    assert not _shows_a_number(app)
    assert message not in text(app.run())


@pytest.mark.slow
def test_a_reveal_beyond_the_budget_shows_no_number_and_the_remaining_count(
    screens: Screens,
) -> None:
    token = screens.app.token(Role.COORDINATOR, areas=("dk",))
    screens.app.store.apply(change_set(creates=numbers_of("amina", 29)))
    numbers = [{"detail": f"number-{place}", "channel": "MOBILE"} for place in range(29)]
    request = {"details": numbers, "purpose": "KNOWLEDGE"}
    headers = {"Authorization": f"Bearer {token}"}
    assert screens.app.http.post("/reveal", json=request, headers=headers).status_code == 200
    app = press(_open_details(screens, BO, ERIK, token=token), "Vis alle 2 numre")
    assert "Intet er vist: du kan vise 1 mere i dag, og her er flere." in text(app)
    assert not _shows_a_number(app)
    app = press(_open_details(screens, BO, token=token), "Vis 1 nummer")
    assert NUMBERS["phone-bo"] in screen.html(app)
    app = press(_open_details(screens, BO, ERIK, token=token), "Vis alle 2 numre")
    assert "Du har vist 30 kontaktoplysninger i dag. Du kan vise flere i morgen." in text(app)
    assert NUMBERS["phone-erik"] not in screen.html(app)
    app = press(app, "Vis alligevel: alvorlig sikkerhedsmæssig bekymring")
    assert NUMBERS["phone-erik"] in screen.html(app)
    alert, *shown = [row for row in screens.app.rows() if row.kind.value != "asked"][-3:]
    assert (alert.kind.value, alert.purpose, alert.asked) == ("alert", "SERIOUS", {"beyond": 30})
    assert [row.asked.get("beyond") for row in shown] == [None, 30]


def test_there_is_no_button_without_details_or_reveal_rights(
    screens: Screens,
) -> None:
    assert not _open_details(screens).button
    assert not _open_details(screens, BO, role=Role.SERVICE).button
