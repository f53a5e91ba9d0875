"""The frame of the screens: access, navigation, language and date."""

import pytest

from explorer import problem_states
from explorer.address import (
    ANALYSIS,
    AUDIT,
    CURATION,
    FIND,
    NETWORK,
    REGISTER,
    SCREENS,
    Screen,
)
from graph.access.policy import Role
from tests.explorer.screen import Screens, assert_shows, button, html, open_screen, press, text

DANGER = ("Akut fare: ring", 'href="tel:112"', 'href="tel:114"')


def test_a_screen_without_a_session_shows_only_signed_out_and_emergency_numbers(
    screens: Screens,
) -> None:
    app = open_screen(FIND, None)
    assert_shows(app, "Du er logget ud. Log ind igen, så kommer du tilbage hertil.")
    assert_shows(html(app), *DANGER, hidden=["kv-account", "kv-help"])


def test_an_invalid_session_shows_the_signed_out_message(screens: Screens) -> None:
    app = open_screen(FIND, "0" * 64, lang="en")
    assert "You are signed out. Sign in again, and you return here." in text(app)


@pytest.mark.parametrize(
    ("screen", "role", "query"),
    [
        (CURATION, Role.ANALYST, {}),
        (ANALYSIS, Role.COORDINATOR, {}),
        (REGISTER, Role.ADMIN, {}),
        (NETWORK, Role.STEWARD, {"id": "ssp"}),
        (FIND, Role.ADMIN, {"target": "ssp-post"}),
        (AUDIT, Role.COORDINATOR, {"tab": "all"}),
    ],
)
def test_a_screen_refused_to_a_role_refers_to_the_steward(
    screens: Screens, screen: Screen, role: Role, query: dict[str, str]
) -> None:
    refusal = "Din rolle giver ikke adgang her. Spørg din registeransvarlige."
    assert refusal in text(screens.screen(screen, role, **query))


def test_a_screen_refused_to_a_role_links_only_to_permitted_screens(screens: Screens) -> None:
    app = screens.screen(FIND, Role.ADMIN, target="ssp-post")
    assert_shows(html(app), 'href="/log"', hidden=['href="/vedligehold"'])


@pytest.mark.parametrize(
    ("role", "heading"),
    [
        (Role.COORDINATOR, "Find kontaktvej"),
        (Role.OUTREACH, "Netværk"),
        (Role.ANALYST, "Analyse"),
        (Role.STEWARD, "Vedligehold"),
        (Role.DPO, "Revisionslog"),
        (Role.ADMIN, "Konti"),
    ],
)
def test_each_role_lands_on_its_start_screen(screens: Screens, role: Role, heading: str) -> None:
    app = screens.screen(FIND, role)
    assert [title.value for title in app.title] == [heading]
    assert "Din rolle giver ikke adgang her." not in text(app)


def test_an_outreach_worker_lands_on_the_network_of_their_area(screens: Screens) -> None:
    app = screens.screen(FIND, Role.OUTREACH, areas=["kystby"])
    assert app.query_params == {"id": "kystby"}


def test_an_outreach_worker_for_the_country_lands_on_the_network_of_their_post(
    screens: Screens,
) -> None:
    app = screens.screen(FIND, Role.OUTREACH, areas=["dk"], person="dina")
    assert app.query_params == {"id": "outreach"}


def test_a_link_with_parameters_is_not_redirected_to_the_start_screen(screens: Screens) -> None:
    app = screens.screen(FIND, Role.ANALYST, target="ssp-post")
    assert app.title[0].value == "Find kontaktvej"


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.module)
def test_each_screen_is_shown_with_its_frame_to_a_permitted_role(
    screens: Screens, screen: Screen
) -> None:
    role = Role(min(screen.roles)) if screen.roles else Role.DPO
    if screen is FIND:  # the landing page of a coordinator
        role = Role.COORDINATOR
    app = screens.screen(screen, role, person="carl" if role is Role.COORDINATOR else None)
    assert len(app.title) == 1
    assert_shows(html(app), *DANGER, 'popovertarget="kv-account"', 'action="/login/out"')
    name = screen.path or "find"
    assert f'href="/hjaelp/{name}"' in html(app)


def test_another_date_is_shown_above_the_screen_and_can_be_reset(screens: Screens) -> None:
    app = screens.screen(REGISTER, Role.COORDINATOR, person="carl", on="2027-01-01")
    date_line = "Du ser kontakterne, som de er den 1. jan. 2027."
    whole = text(app)
    assert whole.index(date_line) < whole.index("Register")
    press(app, "Tilbage til i dag")
    assert "on" not in app.query_params


def test_a_session_about_to_end_shows_a_warning_with_a_button_to_extend_it(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Du bliver logget ud" not in text(screens.screen(AUDIT, Role.COORDINATOR))
    monkeypatch.setattr(problem_states, "WARNED_S", 3600)
    app = screens.screen(AUDIT, Role.COORDINATOR)
    assert "Du bliver logget ud om 30 minutter." in text(app)
    press(app, "Bliv logget ind")
    assert not app.exception


def test_the_account_menu_preserves_the_address_and_links_to_existing_screens(
    screens: Screens,
) -> None:
    menu = html(screens.screen(REGISTER, Role.COORDINATOR, person="carl", id="ssp-post"))
    assert_shows(
        menu, 'href="?id=ssp-post&amp;language=en"', 'href="?id=ssp-post&amp;theme=dark"',
        '<strong aria-current="true" lang="da" hreflang="da">Dansk</strong>',
        '<strong aria-current="true">Som systemet</strong>', "Log ud",
    )  # fmt: skip
    has_account = any(screen.path == "min-konto" for screen in SCREENS)
    assert ('href="/min-konto"' in menu) is has_account


def test_the_own_post_is_shown_in_the_sidebar(screens: Screens) -> None:
    app = screens.screen(FIND, Role.COORDINATOR, person="carl")
    assert any("Din funktion" in block.value for block in app.sidebar.markdown)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("screen", "query"),
    [
        (ANALYSIS, {}),
        (AUDIT, {}),
        (CURATION, {"tab": "gaps"}),
        (FIND, {"target": "ssp-post"}),
        (NETWORK, {"id": "ssp"}),
        (REGISTER, {"q": "x"}),
    ],
)
def test_an_unreachable_api_preserves_the_query_and_offers_a_retry(
    screens: Screens, monkeypatch: pytest.MonkeyPatch, screen: Screen, query: dict[str, str]
) -> None:
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", "http://127.0.0.1:9")
    app = open_screen(screen, "0" * 64, lang="da", **query)
    assert "Kontaktvej kan ikke nå registret lige nu." in text(app)
    assert button(app, "Prøv nu")
    assert app.query_params == query
