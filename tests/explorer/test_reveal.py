"""Contact details in clear: in a dialog, for a purpose, and nowhere else."""

from streamlit.testing.v1 import AppTest

from explorer import reveal
from explorer.address import REGISTER
from explorer.i18n import LANGUAGE
from explorer.session import TOKEN
from graph.access.policy import Role
from tests.change_sets import NUMBERS
from tests.explorer import screen
from tests.explorer.screen import Shown, press, text

NUMBER = NUMBERS["phone-bo"]


def _bo(shown: Shown, role: Role = Role.COORDINATOR, **query: str) -> AppTest:
    return shown.screen(REGISTER, role, person="carl", areas=("dk",), id="bo", **query)


def _session(app: AppTest) -> str:
    """All that Streamlit holds for the session."""
    return str(app.session_state._state.filtered_state)  # pyright: ignore[reportPrivateUsage]


def test_a_detail_is_masked_until_a_purpose_is_chosen_and_gone_afterwards(shown: Shown) -> None:
    app = _bo(shown)
    assert "Mobil +45 •• •• •• 78" in text(app)
    assert "af 30" not in text(press(app, "Vis mobil"))
    assert "Vælg, hvad du skal bruge den til." in text(press(app, "Vis og log"))
    assert NUMBER not in screen.html(app)
    app.selectbox(key="reveal-purpose-of").set_value("CONCERN").run()
    assert "Du har vist 0 af 30 i dag." in text(app)
    press(app, "Vis og log")
    assert f'href="tel:{NUMBER.replace(" ", "")}"' in screen.html(app)
    app.run()
    assert NUMBER not in screen.html(app)
    assert NUMBER not in _session(app)
    assert "Du har vist 1 af 30 i dag." in text(app)


def test_the_purpose_chosen_last_is_chosen_again(shown: Shown) -> None:
    app = _bo(shown)
    app.session_state["reveal-purpose"] = "RELEASE"
    press(app, "Vis mobil")
    assert app.selectbox(key="reveal-purpose-of").value == "RELEASE"


def test_each_role_is_offered_what_it_may_say_and_its_own_number_for_it(shown: Shown) -> None:
    app = shown.screen(REGISTER, Role.DPO, areas=("dk",), id="bo")
    press(app, "Vis mobil")
    assert app.selectbox(key="reveal-purpose-of").options == ["Anmodning fra den registrerede"]
    app = shown.screen(REGISTER, Role.STEWARD, areas=("dk",), id="bo")
    app.session_state["reveal-purpose"] = "VERIFY"
    press(app, "Vis mobil")
    assert "Anmodning fra den registrerede" not in app.selectbox(key="reveal-purpose-of").options
    assert "Du har vist 0 af 100 i dag." in text(app)


def test_on_another_date_nothing_can_be_shown(shown: Shown) -> None:
    app = _bo(shown, on="2027-01-01")
    assert "Mobil +45 •• •• •• 78" in text(app)
    assert "Vis mobil" not in {button.label for button in app.button}


def test_a_role_that_may_show_nothing_sees_no_button(shown: Shown) -> None:
    app = shown.screen(REGISTER, Role.SERVICE, areas=("dk",), id="bo")
    assert "Vis mobil" not in {button.label for button in app.button}


def test_a_purpose_the_role_may_not_have_is_answered_with_those_it_may(shown: Shown) -> None:
    app = shown.screen(REGISTER, Role.STEWARD, areas=("dk",), id="bo", lang="en")
    press(app, "Show mobile")
    app.selectbox(key="reveal-purpose-of").set_value("CONCERN").run()
    answers = ("Does not exist, or you have no access.", "Your role may show it for")
    content = text(press(app, "Show and log"))
    assert any(answer in content for answer in answers)
    assert NUMBER not in screen.html(app)


def test_a_civilian_is_asked_through_the_door_opener(shown: Shown) -> None:
    app = shown.screen(REGISTER, Role.COORDINATOR, person="bo", areas=("kystby",), id="jens")
    assert "Formidles af Opsøgende medarbejder, Havnen. Nummeret vises ikke." in text(app)
    press(app, "Bed om kontakt")
    app.selectbox(key="reveal-purpose-of").set_value("CONCERN").run()
    assert "Sendt til Opsøgende medarbejder, Havnen." in text(press(app, "Send"))


def test_a_detail_that_is_mediated_only_leads_to_the_door_opener(shown: Shown) -> None:
    app = shown.screen(REGISTER, Role.OUTREACH, person="dina", areas=("kystby",), id="jens")
    app = screen.reveal(app, "Vis mobil")
    assert "Din egen arbejdsoplysning gives videre, og du bliver ringet op." in text(app)
    assert NUMBERS["phone-jens"] not in screen.html(app)


# ---- several together


def _draw_all(details: list[tuple[str, str, str]]) -> None:
    """A screen of one button for them all; it is run as a script of its own."""
    from explorer import reveal, session

    reveal.button_for_all(
        [
            reveal.MaskedDetail(detail=detail, channel="MOBILE", hint=hint, owner=owner)
            for detail, hint, owner in details
        ],
        key="all",
        me=session.client().me(),
    )


BO = ("phone-bo", "+45 •• •• •• 78", "Bo Rugvang Sørensen")
ERIK = ("phone-erik", "+45 •• •• •• 12", "Erik <Stenbro> Sørensen")
JENS = ("phone-jens", "+45 •• •• •• 34", "Formand Jens R.")


def _all(
    shown: Shown,
    *details: tuple[str, str, str],
    role: Role = Role.COORDINATOR,
    area: str = "dk",
    person: str = "carl",
    token: str | None = None,
) -> AppTest:
    app = AppTest.from_function(_draw_all, args=(list(details),), default_timeout=600)
    app.session_state[LANGUAGE] = "da"
    app.session_state[TOKEN] = token or shown.app.token(role, areas=(area,), person=person)
    return app.run()


def _shows_a_number(app: AppTest) -> bool:
    whole = screen.html(app) + text(app)
    return any(number in whole or number.replace(" ", "") in whole for number in NUMBERS.values())


def test_one_press_shows_all_numbers_of_a_way_below_whom_they_reach(shown: Shown) -> None:
    app = _all(shown, BO, ERIK, BO)
    press(app, "Vis 2 kontaktoplysninger")
    assert "Erik &lt;Stenbro&gt; Sørensen</strong> · Mobil +45 •• •• •• 12" in screen.html(app)
    assert not _shows_a_number(app)
    app.selectbox(key="reveal-purpose-of").set_value("CONCERN").run()
    assert "Du har vist 0 af 30 i dag." in text(app)
    before = len(shown.app.rows())
    press(app, "Vis og log")
    html = screen.html(app)
    order = ("Bo Rugvang", NUMBERS["phone-bo"], "Erik &lt;Stenbro&gt;", NUMBERS["phone-erik"])
    places = [html.index(part) for part in order]
    assert places == sorted(places)
    assert "Det er logget, at du har set dem." in text(app)
    rows = [(row.kind.value, row.subjects) for row in shown.app.rows()[before:]]
    assert rows == [("asked", ()), ("shown", ("bo",)), ("shown", ("erik",))]
    app.run()
    assert not _shows_a_number(app)
    assert not any(number in _session(app) for number in NUMBERS.values())
    assert "Du har vist 2 af 30 i dag." in text(app)


def test_where_one_of_them_may_not_be_shown_it_is_told_which_and_none_is(shown: Shown) -> None:
    app = screen.reveal(_all(shown, BO, ERIK, area="kystby"), "Vis 2 kontaktoplysninger")
    assert (
        "Intet er vist: kontaktoplysningen for Erik <Stenbro> Sørensen findes ikke, eller du har "
        "ikke adgang." in text(app)
    )
    assert not _shows_a_number(app)
    app = _all(shown, BO, JENS, role=Role.OUTREACH, area="kystby", person="dina")
    screen.reveal(app, "Vis 2 kontaktoplysninger")
    message = "Intet er vist: Formand Jens R. kontaktes gennem Opsøgende medarbejder, Havnen."
    assert message in text(app)
    assert not _shows_a_number(app)


def test_where_fewer_are_left_of_the_day_none_is_shown_and_it_says_how_many(shown: Shown) -> None:
    token = shown.app.token(Role.COORDINATOR, areas=("dk",))
    request = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "CONCERN"}
    for _ in range(29):
        shown.app.http.post("/reveal", json=request, headers={"Authorization": f"Bearer {token}"})
    app = screen.reveal(_all(shown, BO, ERIK, token=token), "Vis 2 kontaktoplysninger")
    assert "Intet er vist: du kan vise 1 mere i dag, og her er flere." in text(app)
    assert not _shows_a_number(app)
    app = screen.reveal(_all(shown, BO, token=token), "Vis 1 kontaktoplysning")
    assert NUMBERS["phone-bo"] in screen.html(app)
    app = screen.reveal(_all(shown, BO, ERIK, token=token), "Vis 2 kontaktoplysninger")
    assert "Du har vist 30 kontaktoplysninger i dag. Du kan vise flere i morgen." in text(app)
    assert not _shows_a_number(app)


def test_of_no_details_and_to_a_role_that_may_show_none_there_is_no_button(shown: Shown) -> None:
    assert not _all(shown).button
    assert not _all(shown, BO, role=Role.SERVICE).button


def test_a_number_is_called_a_mail_written_to_and_an_address_neither() -> None:
    assert 'href="tel:+4505123478"' in reveal.shown("MOBILE", "+45 05 12 34 78")
    assert 'href="mailto:a@b.example"' in reveal.shown("EMAIL", "a@b.example")
    assert "href" not in reveal.shown("VISIT", "Havnegade 1")
    assert "<script>" not in reveal.shown("EMAIL", "<script>x</script>@b.example")
