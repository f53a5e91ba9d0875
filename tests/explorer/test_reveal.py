"""Contact details in clear: in a dialog, for a purpose, and nowhere else."""

from streamlit.testing.v1 import AppTest

from explorer import reveal
from explorer.address import REGISTER
from graph.access.policy import Role
from tests.change_sets import NUMBERS
from tests.explorer import screen
from tests.explorer.screen import Screens, press, text

NUMBER = NUMBERS["phone-bo"]


def _bo(screens: Screens, role: Role = Role.COORDINATOR, **query: str) -> AppTest:
    return screens.screen(REGISTER, role, person="carl", areas=("dk",), id="bo", **query)


def _session(app: AppTest) -> str:
    """Return everything in Streamlit's session state."""
    return str(app.session_state._state.filtered_state)  # pyright: ignore[reportPrivateUsage] - all of the session


def test_a_detail_is_masked_until_a_purpose_is_chosen_and_gone_afterwards(screens: Screens) -> None:
    app = _bo(screens)
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


def test_the_reveal_button_names_the_owner_of_the_detail(screens: Screens) -> None:
    for lang, seen in (("da", "Vis mobil"), ("en", "Show mobile")):
        button = screen.button(_bo(screens, lang=lang), seen)
        assert button.label == f"{seen} :gray[for Bo Rugvang Sørensen]"


def test_the_last_chosen_purpose_is_preselected(screens: Screens) -> None:
    app = _bo(screens)
    app.session_state["reveal-purpose"] = "RELEASE"
    press(app, "Vis mobil")
    assert app.selectbox(key="reveal-purpose-of").value == "RELEASE"


def test_each_role_is_offered_its_own_purposes_and_daily_budget(screens: Screens) -> None:
    app = screens.screen(REGISTER, Role.DPO, areas=("dk",), id="bo")
    press(app, "Vis mobil")
    assert app.selectbox(key="reveal-purpose-of").options == ["Anmodning fra den registrerede"]
    app = screens.screen(REGISTER, Role.STEWARD, areas=("dk",), id="bo")
    app.session_state["reveal-purpose"] = "VERIFY"
    press(app, "Vis mobil")
    assert "Anmodning fra den registrerede" not in app.selectbox(key="reveal-purpose-of").options
    assert "Du har vist 0 af 100 i dag." in text(app)


def test_on_a_past_date_no_detail_can_be_revealed_but_on_a_later_one(screens: Screens) -> None:
    app = _bo(screens, on="2026-11-20")
    assert "Mobil +45 •• •• •• 78" in text(app)
    assert "Vis mobil" not in map(screen.seen_label, app.button)
    assert "Vis mobil" in map(screen.seen_label, _bo(screens, on="2027-01-01").button)


def test_a_role_without_reveal_rights_has_no_reveal_button(screens: Screens) -> None:
    app = screens.screen(REGISTER, Role.SERVICE, areas=("dk",), id="bo")
    assert "Vis mobil" not in map(screen.seen_label, app.button)


def test_a_purpose_that_the_role_may_not_use_is_refused(screens: Screens) -> None:
    app = screens.screen(REGISTER, Role.STEWARD, areas=("dk",), id="bo", lang="en")
    press(app, "Show mobile")
    app.selectbox(key="reveal-purpose-of").set_value("CONCERN").run()
    assert "Does not exist, or you have no access." in text(press(app, "Show and log"))
    assert NUMBER not in screen.html(app)


def test_a_purpose_for_own_areas_is_refused_elsewhere_with_the_permitted_ones(
    screens: Screens,
) -> None:
    """The coordinator has a post in Kystby, but no grant there."""
    app = screens.screen(
        REGISTER, Role.COORDINATOR, person="amina", areas=("nabo",), id="bo", lang="en"
    )
    press(app, "Show mobile")
    app.selectbox(key="reveal-purpose-of").set_value("VERIFY").run()
    press(app, "Show and log")
    assert [warning.value for warning in app.warning] == [
        "Your role may show it for: Concern, Back to local level, Need for knowledge, Move, "
        "Release, Serious security concern."
    ]
    assert NUMBER not in screen.html(app)


def test_a_contact_request_for_a_civilian_is_sent_to_the_door_opener(screens: Screens) -> None:
    app = screens.screen(REGISTER, Role.COORDINATOR, person="bo", areas=("kystby",), id="jens")
    assert "Formidles af Opsøgende medarbejder, Havnen. Nummeret vises ikke." in text(app)
    press(app, "Bed om kontakt")
    app.selectbox(key="reveal-purpose-of").set_value("CONCERN").run()
    assert "Sendt til Opsøgende medarbejder, Havnen." in text(press(app, "Send"))


def test_revealing_a_mediated_detail_announces_a_call_back_and_shows_no_number(
    screens: Screens,
) -> None:
    app = screens.screen(REGISTER, Role.OUTREACH, person="dina", areas=("kystby",), id="jens")
    app = screen.reveal(app, "Vis mobil")
    notice = "Din egen kontaktoplysning på arbejdet gives videre, og du bliver ringet op."
    assert notice in text(app)
    assert NUMBERS["phone-jens"] not in screen.html(app)


def test_numbers_link_to_tel_emails_to_mailto_and_addresses_to_nothing() -> None:
    assert 'href="tel:+4505123478"' in reveal.value_html("MOBILE", "+45 05 12 34 78")
    assert 'href="mailto:a@b.example"' in reveal.value_html("EMAIL", "a@b.example")
    assert "href" not in reveal.value_html("VISIT", "Havnegade 1")
    assert "<script>" not in reveal.value_html("EMAIL", "<script>x</script>@b.example")
