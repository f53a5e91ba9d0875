"""The screen for curation without writes: each tab for each role."""

import re

import pytest

from explorer.address import CURATION
from explorer.views.curation import consents
from graph.access.policy import Role
from tests.explorer.screen import Screens, assert_shows, press, text
from tests.explorer.views.curation.curators import carl, dina, keyed, steward


def test_hidden_and_absent_links_show_the_same_message(screens: Screens) -> None:
    for link in ("erik--nabo-ssp", "no-such-link"):
        assert "Findes ikke, eller du har ikke adgang." in text(carl(screens, id=link))


def test_one_button_removes_all_filters_of_an_empty_check_queue(screens: Screens) -> None:
    app = carl(screens, area="havnen", type="MEMBER_OF", mine="1", taken="1")
    assert "Intet at kontrollere blandt disse." in text(app)
    content = text(press(app, "Fjern filtre"))
    assert not {"area", "type", "mine", "taken"} & set(app.query_params)
    assert "1 forbindelse til kontrol" in content
    assert "Fjern filtre" not in content


def test_only_consents_that_end_within_thirty_days_are_listed_by_default(screens: Screens) -> None:
    whole = "1 samtykke er udløbet eller udløber inden for 30 dage"
    hidden = ("Jens", "Kaj")  # the name is hidden once the consent has expired
    assert_shows(dina(screens, tab="consents"), whole, "udløbet 1. nov. 2026", hidden=hidden)


def test_every_consent_can_be_shown(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consents, "_STEP", 1)
    app = dina(screens, tab="consents")
    keyed(app, "consents-all").set_value(True).run()
    assert_shows(app, "udløbet 1. nov. 2026", "Der er flere.", hidden=("Formand Jens R.",))
    assert_shows(press(app, "Vis flere samtykker"), "Formand Jens R.", hidden=("Der er flere.",))


def test_a_coordinator_is_not_offered_to_renew_record_or_withdraw_consents(
    screens: Screens,
) -> None:
    labels = {button.label for button in carl(screens, tab="consents").button}
    assert not {"Forny …", "Ny ressourceperson", "Træk samtykket tilbage …"} & labels


def test_a_vacant_post_is_listed_with_a_way_to_fill_it(screens: Screens) -> None:
    content = text(carl(screens, tab="gaps"))
    assert "<td>Hovedkontakt, Kystby</td><td>Ubesat" in content
    cards = re.findall(r'href="/register\?id=(.+?)&amp;form=(\w+)" target="_self">Sæt ', content)
    assert cards == [("release", "HOLDS"), ("ssp-post", "DEPUTIZES_FOR")]
    assert "SSP-koordinator, Naboby" not in content


def test_an_account_without_a_person_has_no_acquaintances(screens: Screens) -> None:
    assert "Din konto er ikke knyttet til en person" in text(steward(screens, tab="ties"))


@pytest.mark.parametrize("tab", ["due", "consents", "gaps", "ties"])
def test_each_listing_tab_watches_the_register_for_changes(
    screens: Screens, watched: list[int], tab: str
) -> None:
    text(carl(screens, tab=tab))
    assert watched == [screens.app.store.revision()]


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "title"), [("da", "Vedligehold"), ("en", "Curation")])
def test_each_tab_is_drawn_in_both_languages(screens: Screens, lang: str, title: str) -> None:
    for tab in ("due", "new", "consents", "handover", "gaps", "ties", "proposals", "no-such-tab"):
        app = carl(screens, tab=tab, lang=lang)
        assert [heading.value for heading in app.title] == [title], tab
        assert not app.error, tab


def test_each_role_sees_only_the_tabs_it_may_use(screens: Screens) -> None:
    offered = {
        role: screens.screen(CURATION, role).segmented_control[0].options
        for role in (Role.COORDINATOR, Role.STEWARD)
    }
    assert "Samtykker" in offered[Role.COORDINATOR]
    assert offered[Role.STEWARD][0] == "Til kontrol"
    of_dpo = screens.screen(CURATION, Role.DPO).segmented_control
    assert [options for tabs in of_dpo for options in tabs.options] == ["Samtykker"]
    app = screens.screen(CURATION, Role.ANALYST)
    assert "Din rolle giver ikke adgang her." in text(app)
    assert not app.segmented_control


def test_an_unavailable_api_shows_an_error_and_preserves_the_address(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = carl(screens, tab="gaps", on="2026-11-25")
    address = dict(app.query_params)
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", "http://127.0.0.1:9")
    app.session_state["client"] = None
    app.run()
    assert "Kontaktvej kan ikke nå registret lige nu." in text(app)
    assert screens.app.store.revision() == 1
    assert dict(app.query_params) == address == {"tab": "gaps", "on": "2026-11-25"}


def test_changing_the_tab_clears_the_selected_link_and_preserves_the_date(screens: Screens) -> None:
    app = carl(screens, id="intake--ssp", on="2026-11-25")
    app.segmented_control[0].set_value("gaps").run()
    assert app.query_params["tab"] == "gaps"
    assert "id" not in app.query_params
    assert "on" in app.query_params
