"""The frame: who may come in, what they are offered, in which language, on which date."""

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
from tests.explorer.screen import Shown, assert_shows, button, drawn, press, text


def test_whoever_is_not_signed_in_is_told_so_and_sees_nothing_else(shown: Shown) -> None:
    app = drawn(FIND, None)
    assert_shows(app, "Du er logget ud. Log ind igen, så kommer du tilbage hertil.", "Akut fare")


def test_a_session_that_has_ended_is_the_same_as_none(shown: Shown) -> None:
    app = drawn(FIND, "0" * 64, lang="en")
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
def test_a_screen_without_use_for_the_role_says_whom_to_ask(
    shown: Shown, screen: Screen, role: Role, query: dict[str, str]
) -> None:
    refusal = "Din rolle giver ikke adgang her. Spørg din registeransvarlige."
    assert refusal in text(shown.screen(screen, role, **query))


def test_whoever_has_no_use_for_where_one_lands_is_led_on(shown: Shown) -> None:
    html = "".join(str(element.proto) for element in shown.screen(FIND, Role.ADMIN).get("html"))
    assert 'href=\\"/log\\"' in html
    assert 'href=\\"/kuratering\\"' not in html


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.module)
def test_each_screen_is_drawn_for_whoever_has_a_use_for_it(shown: Shown, screen: Screen) -> None:
    role = Role(min(screen.roles)) if screen.roles else Role.DPO
    app = shown.screen(screen, role, person="carl" if role is Role.COORDINATOR else None)
    assert len(app.title) == 1
    assert text(app).startswith("Akut fare: ring **112** · politi **114**")


def test_another_date_is_said_and_can_be_left(shown: Shown) -> None:
    app = shown.screen(REGISTER, Role.COORDINATOR, person="carl", on="2027-01-01")
    date_line = "Du ser strukturen pr. 1. jan. 2027."
    whole = text(app)
    assert whole.index("Akut fare") < whole.index(date_line) < whole.index("Register")
    press(app, "Tilbage til i dag")
    assert "on" not in app.query_params


def test_a_session_about_to_end_says_so_and_is_kept_by_a_press(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Du bliver logget ud" not in text(shown.screen(AUDIT, Role.COORDINATOR))
    monkeypatch.setattr(problem_states, "WARNED_S", 3600)
    app = shown.screen(AUDIT, Role.COORDINATOR)
    assert "Du bliver logget ud om 30 minutter." in text(app)
    press(app, "Bliv logget ind")
    assert not app.exception


def test_where_one_sits_is_ones_own_post(shown: Shown) -> None:
    app = shown.screen(FIND, Role.COORDINATOR, person="carl")
    assert any("Din funktion" in block.value for block in app.sidebar.markdown)


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
def test_the_api_away_keeps_the_choice_and_is_tried_again(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, screen: Screen, query: dict[str, str]
) -> None:
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", "http://127.0.0.1:9")
    app = drawn(screen, "0" * 64, lang="da", **query)
    assert "Kontaktvej kan ikke nå registret lige nu." in text(app)
    assert button(app, "Prøv nu")
    assert app.query_params == query
