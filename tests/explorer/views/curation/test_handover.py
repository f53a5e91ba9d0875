"""Departures, absences and deputies: shown and saved on the screen for curation."""

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import DateInput

from explorer.address import REGISTER
from explorer.i18n import number
from graph.access.policy import Role
from tests.explorer.screen import Screens, press, text
from tests.explorer.views.curation.curators import edited, keyed, stands, steward


@pytest.mark.slow
def test_the_post_of_a_leaving_person_is_handed_over_in_one_change(own_screens: Screens) -> None:
    app = steward(own_screens, tab="handover", leaving="amina", taking="bo")
    assert "Amina Søkilde Østergård er indehaver af SSP-koordinator, Kystby" in text(app)
    keyed(app, "handover-amina-on").set_value(date(2026, 12, 1)).run()
    content = text(press(app, "Vis, hvad der ændres"))
    assert "Intet er gemt endnu." in content
    ended, begun = (
        f"{who} er indehaver af SSP-koordinator, Kystby"
        for who in ("Amina Søkilde Østergård", "Bo Rugvang Sørensen")
    )
    assert f"<td>{ended}: Afsluttet</td>" in content
    assert f"<td>{begun}: Oprettet</td>" in content
    assert own_screens.app.store.revision() == 1
    assert "Gemt som ændring 2." in text(press(app, "Overdrag"))
    assert stands(own_screens.app, "amina--ssp-post").valid_to == date(2026, 12, 1)
    headers = own_screens.app.as_(Role.STEWARD)
    query = {"target": "ssp-post", "type": "HOLDS", "on": "2026-12-01"}
    (held,) = own_screens.app.http.get("/links", params=query, headers=headers).json()["found"]
    assert held["source"]["id"] == "bo"


@pytest.mark.slow
def test_a_new_person_takes_over_and_a_missing_successor_shows_a_vacancy_warning(
    own_screens: Screens,
) -> None:
    app = steward(own_screens, tab="handover", leaving="amina")
    assert "Uden en, der overtager, bliver funktionerne ubesatte fra den dag." in text(app)
    keyed(app, "handover-amina-new").set_value("Gry Lyngtoft Bæk").run()
    assert "ubesatte fra den dag" not in text(app)
    assert "Gry Lyngtoft Bæk er indehaver" in text(press(app, "Vis, hvad der ændres"))
    keyed(app, "handover-amina-new").set_value("Gry Bæk")  # pressed before it was drawn
    assert "Gry Bæk er indehaver" in text(press(app, "Vis, hvad der ændres"))
    keyed(app, "handover-amina-new").set_value("Gry Lyngtoft Bæk").run()
    assert "Intet er gemt endnu." not in text(app), "the preview is of another name"
    assert "Gemt som ændring 2." in text(press(app, "Overdrag"))
    headers = own_screens.app.as_(Role.STEWARD)
    query = {"target": "ssp-post", "type": "HOLDS"}
    (held,) = own_screens.app.http.get("/links", params=query, headers=headers).json()["found"]
    assert held["source"]["name"] == "Gry Lyngtoft Bæk"


@pytest.mark.slow
def test_a_handover_after_a_concurrent_change_is_saved_only_when_repeated(
    own_screens: Screens,
) -> None:
    app = steward(own_screens, tab="handover", leaving="amina", taking="bo")
    for label in ("Vis, hvad der ændres", "Overdrag"):
        share = 0.5 if label == "Overdrag" else 0.6
        edited(own_screens.app, "amina--ssp-post", share=share)
        content = text(press(app, label))
        assert "Intet er gemt: En anden har ændret det imens." in content, label
        assert re.search(
            rf"<td>Andel af funktionen</td><td>.+</td><td>{number(share)}</td>", content
        )
    assert own_screens.app.store.revision() == 3
    assert "Gemt som ændring 4." in text(press(app, "Overdrag"))


def _away(app: AppTest, label: str) -> DateInput:
    return next(field for field in app.date_input if field.label == label)


@pytest.mark.slow
def test_an_absence_is_corrected_and_deputies_are_listed_in_order(own_screens: Screens) -> None:
    app = steward(own_screens, tab="handover", leaving="amina")
    labels = [button.label for button in app.button]
    assert labels.index("1. Bo Rugvang Sørensen …") < labels.index("9. Vagtcentral, Østkysten …")
    back = _away(app, "Tilbage den")
    assert back.value == date(2026, 12, 7)
    assert "Intet er ændret." in text(press(app, "Gem fraværet"))
    back = _away(app, "Tilbage den")
    back.set_value(date(2026, 12, 20))
    assert "Gemt som ændring 2." in text(press(app, "Gem fraværet"))
    assert stands(own_screens.app, "amina").absent_to == date(2026, 12, 20)


@pytest.mark.slow
def test_a_deputy_is_named_on_the_handover_by_choosing_a_person(own_screens: Screens) -> None:
    handover = steward(own_screens, tab="handover", leaving="amina")
    link = "/register?id=ssp-post&form=DEPUTIZES_FOR"
    assert [got.proto.url for got in handover.get("link_button")] == [link]
    app = own_screens.screen(REGISTER, Role.STEWARD, id="ssp-post", form="DEPUTIZES_FOR")
    assert not app.number_input, "no place in an order is asked for"
    assert "Skal udfyldes." in text(press(app, "Gem"))
    app.session_state["register-picks"] = {"DEPUTIZES_FOR-ssp-post-known": "dina"}
    keyed(app.run(), "DEPUTIZES_FOR-ssp-post-until").set_value(date(2026, 12, 20))
    assert "Gemt som ændring 2." in text(press(app, "Gem"))
    assert app.query_params == {"id": "ssp-post"}, "the form is closed, and its card remains"
    query = {"target": "ssp-post", "type": "DEPUTIZES_FOR"}
    headers = own_screens.app.as_(Role.STEWARD)
    links = own_screens.app.http.get("/links", params=query, headers=headers).json()["found"]
    (named,) = (link["fields"] for link in links if link["source"]["id"] == "dina")
    assert (named["order"], named["valid_to"]) == (2, "2026-12-21"), "its last day is the 20th"


def _away_too_late(screens: Screens) -> AppTest:
    """Save the last day of an absence after another user has changed its first day."""
    app = steward(screens, tab="handover", leaving="amina")
    _away(app, "Tilbage den").set_value(date(2026, 12, 20))
    edited(screens.app, "amina", absent_from=date(2026, 11, 18))
    content = text(press(app, "Gem fraværet"))
    assert "En anden ændrede det kl. 10.30 den 25. nov. 2026. Din udgave er ikke gemt." in content
    assert "<td>Fraværende fra</td><td>18.11.2026</td><td>18.11.2026</td>" in content
    assert "<td>Tilbage den</td><td>07.12.2026</td><td>20.12.2026</td>" in content
    assert _away(app, "Tilbage den").value == date(2026, 12, 20), "what was typed stays"
    assert stands(screens.app, "amina").absent_to == date(2026, 12, 7)
    return app


@pytest.mark.slow
def test_a_conflicting_absence_is_compared_and_my_version_is_saved(own_screens: Screens) -> None:
    app = _away_too_late(own_screens)
    assert "Gemt som ændring 3." in text(press(app, "Gem min"))
    person = stands(own_screens.app, "amina")
    assert (person.absent_from, person.absent_to) == (date(2026, 11, 18), date(2026, 12, 20))
    assert _away(app, "Fraværende fra").value == date(2026, 11, 18)


@pytest.mark.slow
def test_a_conflicting_absence_is_compared_and_the_other_version_is_preserved(
    own_screens: Screens,
) -> None:
    app = _away_too_late(own_screens)
    assert "Din udgave er ikke gemt" not in text(press(app, "Behold den andens"))
    days = [_away(app, label).value for label in ("Fraværende fra", "Tilbage den")]
    assert days == [date(2026, 11, 18), date(2026, 12, 7)]
    assert own_screens.app.store.revision() == 2


def test_an_absence_is_reloaded_when_the_user_returns_to_the_person(own_screens: Screens) -> None:
    app = steward(own_screens, tab="handover", leaving="amina")
    edited(own_screens.app, "amina", absent_to=date(2026, 12, 8))
    for tab in ("gaps", "handover"):
        app.segmented_control[0].set_value(tab).run()
    app.query_params["leaving"] = "amina"
    app.run()
    assert _away(app, "Tilbage den").value == date(2026, 12, 8)
