"""Favorites and last needs: what the browser is given to keep, and what is shown of it."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import FIND, REGISTER
from explorer.components.shortcuts import STORAGE
from explorer.views.find.shortcuts import parsed_need
from graph.access.policy import Role
from tests.change_sets import NUMBERS
from tests.explorer.screen import Screens, assert_shows, buttons, html, press, text

ASKED = "Det, du spørger om, står her, så du kan spørge igen med ét tryk."
STARRED = "Tryk på ☆ ved en kontakt, så står den her."
CONCERN = "area=kystby&trigger=CONCERN&start=ihd"
MOVE = "area=nabo&from_area=kystby&trigger=MOVE&start=ihd"


def _find(screens: Screens, **query: str) -> AppTest:
    return screens.screen(FIND, Role.COORDINATOR, person="carl", areas=("dk",), **query)


def _given(app: AppTest, name: str) -> list[str]:
    """The value of a member that each shortcut of the screen is given."""
    assert not app.exception, app.exception
    given: list[dict[str, Any]] = [
        json.loads(component.proto.json)
        for component in app.get("bidi_component")
        if component.proto.component_name == "kontaktvej.shortcuts"
    ]
    return [data[name] for data in given if name in data]


def _send(app: AppTest, favorites: Sequence[object], needs: Sequence[object] = ()) -> AppTest:
    """Run the screen with the lists that the browser sends."""
    app.session_state["shortcuts-favorites"] = {"stored": {"entries": favorites}}
    app.session_state["shortcuts-needs"] = {"stored": {"entries": needs}}
    return app.run()


def test_an_answer_gives_the_browser_ids_and_codes_alone(screens: Screens) -> None:
    time: dict[str, str] = {"at": "2026-12-24T10:00", "answer": "1"}
    app = _find(screens, trigger="CONCERN", area="kystby", level="EXIT", avoid="ssp", **time)
    assert _given(app, "need") == ["area=kystby&level=EXIT&trigger=CONCERN&start=ihd"]
    assert _given(_find(screens, target="ssp-post"), "node") == ["ssp-post"]
    assert _given(_find(screens), "storage") == [STORAGE["needs"], STORAGE["favorites"]]
    move = _find(screens, trigger="MOVE", from_area="kystby", area="nabo")
    assert _given(move, "need") == [MOVE]
    assert _given(_find(screens, trigger="MOVE", from_area="kystby"), "need") == []
    acute = _find(screens, trigger="ACUTE", area="kystby")
    assert _given(acute, "need") == ["area=kystby&trigger=ACUTE&start=ihd"]


def test_neither_a_person_nor_a_civilian_is_given_to_the_browser(screens: Screens) -> None:
    for node, is_given in (("ssp-post", True), ("bo", False), ("jens", False)):
        app = screens.screen(REGISTER, Role.OUTREACH, areas=("dk",), id=node)
        assert _given(app, "node") == ([node] if is_given else []), node
    app = screens.screen(FIND, Role.OUTREACH, person="dina", areas=("dk",), target="jens")
    assert "Formand Jens" in text(app)
    assert (_given(app, "need"), _given(app, "node")) == ([], [])
    for target, kept in (("dina", []), ("carl", []), ("ssp-post", ["target=ssp-post&start=ihd"])):
        app = screens.screen(FIND, Role.COORDINATOR, person="carl", areas=("dk",), target=target)
        assert _given(app, "need") == kept, target
    app = screens.screen(FIND, Role.COORDINATOR, areas=("dk",), start="bo", target="intake")
    assert _given(app, "need") == []


def test_the_landing_page_says_how_to_get_shortcuts_once_the_browser_has_sent_none(
    screens: Screens,
) -> None:
    app = _find(screens)
    assert_shows(app, "Seneste behov", "Favoritter", hidden=[ASKED, STARRED])
    assert_shows(_send(app, []), ASKED, STARRED)
    without_post = screens.screen(FIND, Role.COORDINATOR, areas=("dk",))
    assert_shows(_send(without_post, []), "Vælg din funktion", ASKED, STARRED)


def test_favorites_show_who_answers_and_their_numbers_and_are_logged(screens: Screens) -> None:
    app, before = _find(screens), len(screens.app.rows())
    _send(app, ["ssp-post", "nobody", "no code", 7, "jens"])
    content = text(app)
    assert_shows(
        content, "SSP-koordinator, Kystby", "SSP-koordinator · Kystby", "Bo Rugvang Sørensen",
        'href="/register?id=ssp-post"', hidden=[STARRED, "Jens"],
    )  # fmt: skip
    assert NUMBERS["phone-bo"] not in content
    shown = [row for row in screens.app.rows()[before:] if row.action == "read_entity"]
    assert {"bo"} == {subject for row in shown for subject in row.subjects}
    buttons(app, "show-favorite-ssp-post-")[0].click().run()
    assert NUMBERS["phone-bo"] in html(app)


def test_a_last_need_is_asked_again_for_now(screens: Screens) -> None:
    app = _find(screens, on="2026-12-24")
    elsewhere = CONCERN.replace("ihd", "ssp-post")
    _send(app, [], [CONCERN, MOVE, elsewhere, CONCERN.replace("kystby", "nowhere"), "x=1"])
    assert [seen.label for seen in buttons(app, "last-need-")] == [
        "Bekymring · Kystby",
        "Flytning · Kystby → Naboby",
        "Bekymring · Kystby · Fra: SSP-koordinator, Kystby",
    ]
    press(app, "Bekymring · Kystby")
    assert dict(app.query_params) == {"area": "kystby", "trigger": "CONCERN", "start": "ihd"}
    assert "1. " in text(app)


@pytest.mark.parametrize("entry", ["", "at=2026-12-24T10:00", "area=Carl Holm", "avoid=ssp", "%"])
def test_what_is_no_need_in_codes_is_dropped(entry: str) -> None:
    assert parsed_need(entry) is None
    assert parsed_need(CONCERN) == {"area": ["kystby"], "trigger": ["CONCERN"], "start": ["ihd"]}
