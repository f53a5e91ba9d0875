"""The screen for curation: each test that writes has a register of its own."""

import re
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import CURATION
from explorer.i18n import number
from graph.access.policy import Role
from tests.explorer.screen import Screens, assert_shows, button, buttons, press, text
from tests.explorer.views.curation.curators import carl, dina, edited, keyed, stands
from tests.kystby import TODAY

_OLD = date(2025, 3, 1)


# ---- checks


def test_a_due_link_is_confirmed_by_one_button_and_then_nothing_is_due(
    own_screens: Screens,
) -> None:
    app = carl(own_screens)
    content = text(app)
    assert "1 forbindelse til kontrol" in content
    assert "Social modtagelse, Kystby er medlem af SSP Kystby" in content
    assert "1 funktion afhænger af den" in content
    assert "Gemt som ændring 2." in text(press(app, "Passer"))
    assert "Intet at kontrollere i dine områder. Næste frist er 17. apr. 2027." in text(app)
    link = stands(own_screens.app, "intake--ssp")
    assert (link.verified_on, link.verified_by) == (TODAY, "ihd")


@pytest.mark.slow
def test_due_links_are_sorted_by_dependents_and_several_checks_saved_at_once(
    own_screens: Screens,
) -> None:
    edited(own_screens.app, "ihd--ssp-post", verified_on=_OLD)
    app = carl(own_screens, lang="en")
    content = text(app)
    assert content.index("2 posts depend on it") < content.index("1 post depends on it")
    assert button(app, "Save 0 checks").disabled
    for box in app.checkbox:
        box.check()
    app.run()
    assert "2 checks are saved." in text(press(app, "Save 2 checks"))
    assert own_screens.app.store.revision() == 4
    assert "Nothing to check in your areas." in text(app)


@pytest.mark.slow
def test_the_check_queue_is_filtered_and_sorted_by_the_address(own_screens: Screens) -> None:
    edited(own_screens.app, "ihd--ssp-post", verified_on=_OLD)
    assert "2 forbindelser til kontrol" in text(carl(own_screens, area="kystby"))
    assert "1 forbindelse til kontrol" in text(carl(own_screens, type="MEMBER_OF"))
    mine = carl(own_screens, mine="1")
    assert_shows(mine, "Infohus-tovholder, Østkysten henviser til SSP-koordinator",
                 hidden=("Social modtagelse, Kystby er medlem",))  # fmt: skip
    assert "Intet at kontrollere blandt disse." in text(carl(own_screens, area="havnen"))
    labels = [box.label for box in carl(own_screens, sort="name").checkbox]
    assert labels == sorted(labels), "Infohus stands before Social"
    app = carl(own_screens)
    keyed(app, "due-type").set_value("MEMBER_OF").run()
    assert app.query_params["type"] == "MEMBER_OF"
    assert "1 forbindelse til kontrol" in text(app)


@pytest.mark.slow
def test_of_several_checks_each_has_its_own_result(own_screens: Screens) -> None:
    edited(own_screens.app, "ihd--ssp-post", verified_on=_OLD)
    app = carl(own_screens)
    for box in app.checkbox:
        box.check()
    app.run()
    edited(own_screens.app, "intake--ssp", strength=0.2)
    content = text(press(app, "Gem 2 kontroller"))
    assert_shows(content, "1 kontrol er gemt.", "Ikke gemt: En anden har ændret den imens.",
                 "<td>Styrke</td><td>0,7</td><td>0,2</td>")  # fmt: skip
    assert stands(own_screens.app, "ihd--ssp-post").verified_on == TODAY
    assert stands(own_screens.app, "intake--ssp").verified_on == date(2026, 2, 1)
    assert "Gemt som ændring 5." in text(press(app, "Gem 1 kontrol"))


@pytest.mark.slow
def test_a_check_of_a_concurrently_changed_link_is_saved_only_when_repeated(
    own_screens: Screens,
) -> None:
    app = carl(own_screens)
    edited(own_screens.app, "intake--ssp", strength=0.2)
    content = text(press(app, "Passer"))
    assert "Intet er gemt: En anden har ændret det imens." in content
    member = "Social modtagelse, Kystby er medlem af SSP Kystby"
    assert f"<td>{member}</td><td>Styrke</td><td>0,7</td><td>0,2</td>" in content
    assert stands(own_screens.app, "intake--ssp").verified_on == date(2026, 2, 1)
    assert "Gemt som ændring 3." in text(press(app, "Passer"))


@pytest.mark.slow
def test_several_checks_show_the_change_of_each_concurrently_changed_link(
    own_screens: Screens,
) -> None:
    edited(own_screens.app, "ihd--ssp-post", verified_on=_OLD)
    app = carl(own_screens)
    for box in app.checkbox:
        box.check()
    app.run()
    edited(own_screens.app, "ihd--ssp-post", strength=0.1)
    edited(own_screens.app, "intake--ssp", strength=0.2, is_lendable=True)
    content = text(press(app, "Gem 2 kontroller"))
    row = r"SSP-koordinator, Kystby</td><td>Styrke</td><td>0,\d</td><td>0,1</td>"
    assert re.search(row, content)
    assert "<td>Styrke</td><td>0,7</td><td>0,2</td>" in content
    assert "<td></td><td>Kan lånes ud</td><td>nej</td><td>ja</td>" in content
    assert "2 kontroller er gemt." in text(press(app, "Gem 2 kontroller"))


@pytest.mark.slow
def test_a_check_task_is_taken_returned_and_handed_over(own_screens: Screens) -> None:
    app = carl(own_screens)
    press(app, "Tag opgaven")
    assert_shows(app, "Du har taget opgaven.", "Taget af dig, ")
    assert "1 forbindelse til kontrol" in text(carl(own_screens))
    assert "Intet at kontrollere blandt disse." in text(carl(own_screens, taken="1"))
    keyed(app, "due-taken-only").set_value(True).run()
    assert_shows(app, "1 forbindelse til kontrol", "Taget af dig")
    press(app, "Giv tilbage")
    assert_shows(app, "Opgaven er givet tilbage.", "Intet at kontrollere blandt disse.")
    keyed(app, "due-taken-only").set_value(False).run()
    own_screens.app.account(Role.COORDINATOR, person="amina")
    press(app, "Overdrag …")
    assert button(app, "Overdrag").disabled
    app.query_params["to"] = "amina"
    press(app.run(), "Overdrag")
    assert_shows(app, "Opgaven er overdraget.", "Taget af Amina ", hidden=["af dig"])
    assert "to" not in app.query_params
    assert button(app, "Tag opgaven")


def test_a_check_task_cannot_be_handed_to_a_person_who_may_not_check(own_screens: Screens) -> None:
    app = carl(own_screens, hand="intake--ssp", to="bo", lang="en")
    press(app, "Hand over")
    assert_shows(app, "Nobody who may check this link has that card.", hidden=["Taken on by"])


def test_a_check_task_taken_by_another_user_is_not_taken_over(own_screens: Screens) -> None:
    mine, other = carl(own_screens), carl(own_screens)
    press(other, "Tag opgaven")
    press(mine, "Tag opgaven")
    assert_shows(mine, "Intet er gemt: En anden har ændret det imens.", "Taget af Carl ")


# ---- corrections and ends


def _open_link(screens: Screens, link: str = "intake--ssp", **query: str) -> AppTest:
    app = carl(screens, id=link, **query)
    assert "Ret forbindelsen" in text(app)
    return app


def test_a_correction_is_shown_before_it_is_saved(own_screens: Screens) -> None:
    app = carl(own_screens)
    press(app, "Ændret eller ophørt …")
    assert app.query_params["id"] == "intake--ssp"
    keyed(app, "link-intake--ssp-0-strength").set_value(0.4)
    content = text(press(app, "Vis, hvad der ændres"))
    assert "Intet er gemt endnu. Dette ville blive ændret:" in content
    assert "<td>Styrke</td><td>0,7</td><td>0,4</td>" in content
    assert stands(own_screens.app, "intake--ssp").strength == 0.7
    assert "Gemt som ændring 2." in text(press(app, "Gem rettelsen"))
    assert stands(own_screens.app, "intake--ssp").strength == 0.4
    assert "id" not in app.query_params


def test_saving_an_unchanged_link_shows_a_message(own_screens: Screens) -> None:
    assert "Intet er ændret." in text(press(_open_link(own_screens), "Gem rettelsen"))
    assert own_screens.app.store.revision() == 1


def test_a_rule_violation_names_the_field_and_preserves_the_input(own_screens: Screens) -> None:
    app = _open_link(own_screens)
    keyed(app, "link-intake--ssp-0-gate").set_value("GENERAL")
    content = text(press(app, "Gem rettelsen"))
    assert "Intet er gemt." in content
    assert "Grundlag: skal være det samme som samarbejdets." in content
    assert keyed(app, "link-intake--ssp-0-gate").value == "GENERAL", "what was typed stays"


@pytest.mark.slow
def test_conflicting_versions_are_compared_and_the_other_version_is_preserved(
    own_screens: Screens,
) -> None:
    app = _open_link(own_screens)
    edited(own_screens.app, "intake--ssp", strength=0.2)
    keyed(app, "link-intake--ssp-0-strength").set_value(0.4)
    content = text(press(app, "Gem rettelsen"))
    assert "En anden ændrede det kl. 10.30 den 25. nov. 2026." in content
    assert "<td>Styrke</td><td>0,2</td><td>0,4</td>" in content
    assert keyed(app, "link-intake--ssp-0-strength").value == 0.4, "what was typed stays"
    assert "Styrke</td>" not in text(press(app, "Behold den andens"))
    assert keyed(app, "link-intake--ssp-1-strength").value == 0.2
    assert stands(own_screens.app, "intake--ssp").strength == 0.2


@pytest.mark.slow
def test_conflicting_versions_are_compared_and_my_changed_fields_are_saved(
    own_screens: Screens,
) -> None:
    app = _open_link(own_screens)
    edited(own_screens.app, "intake--ssp", strength=0.2, is_lendable=True)
    keyed(app, "link-intake--ssp-0-strength").set_value(0.4)
    assert "<td>Kan lånes ud</td><td>ja</td><td>ja</td>" in text(press(app, "Gem rettelsen"))
    assert "Gemt som ændring 3." in text(press(app, "Gem min"))
    link = stands(own_screens.app, "intake--ssp")
    assert (link.strength, link.is_lendable) == (0.4, True), "only what I changed is mine"


def test_an_open_link_changed_concurrently_is_confirmed_only_after_it_is_shown(
    own_screens: Screens,
) -> None:
    app = _open_link(own_screens)
    edited(own_screens.app, "intake--ssp", strength=0.2)
    assert "<td>Styrke</td><td>0,7</td><td>0,2</td>" in text(press(app, "Passer, som den står"))
    assert 0.2 in [field.value for field in app.number_input if field.label == "Styrke"]
    assert "Gemt som ændring 3." in text(press(app, "Passer, som den står"))


@pytest.mark.slow
def test_a_link_is_ended_on_a_date_unless_a_successor_is_required(own_screens: Screens) -> None:
    app = _open_link(own_screens)
    keyed(app, "end-intake--ssp-on").set_value(TODAY + timedelta(days=30))
    assert "Gemt som ændring 2." in text(press(app, "Afslut forbindelsen"))
    assert stands(own_screens.app, "intake--ssp").valid_to == TODAY + timedelta(days=30)
    last = _open_link(own_screens, "ssp-post--ssp")
    keyed(last, "end-ssp-post--ssp-on").set_value(TODAY + timedelta(days=40))
    for label in ("Vis, hvad der ophører", "Afslut forbindelsen"):
        assert "navngiv en efterfølger i samme ændring" in text(press(last, label)), label
    assert own_screens.app.store.revision() == 2


@pytest.mark.slow
def test_ending_a_concurrently_changed_link_shows_the_change_before_saving(
    own_screens: Screens,
) -> None:
    app = _open_link(own_screens)
    for strength, label in ((0.2, "Vis, hvad der ophører"), (0.3, "Afslut forbindelsen")):
        edited(own_screens.app, "intake--ssp", strength=strength)
        keyed(app, "end-intake--ssp-on").set_value(TODAY + timedelta(days=30))
        content = text(press(app, label))
        assert "Intet er gemt: En anden har ændret det imens." in content, label
        row = rf"<td>Styrke</td><td>0,\d</td><td>{number(strength)}</td>"
        assert re.search(row, content), label
        strengths = [field.value for field in app.number_input if field.label == "Styrke"]
        assert strengths == [strength], "it is seen as it stands"
        on = keyed(app, "end-intake--ssp-on").value
        assert on == TODAY + timedelta(days=30), "what was typed stays"
    press(app, "Vis, hvad der ophører")
    assert "Intet er gemt endnu. Dette ville blive ændret:" in text(app)
    assert "Gemt som ændring 4." in text(press(app, "Afslut forbindelsen"))
    assert stands(own_screens.app, "intake--ssp").valid_to == TODAY + timedelta(days=30)


@pytest.mark.slow
def test_a_link_ended_by_another_user_is_closed_and_the_queue_is_shown(
    own_screens: Screens,
) -> None:
    apps = [_open_link(own_screens) for _ in range(3)]
    edited(own_screens.app, "intake--ssp", valid_to=TODAY)
    pressed = ("Passer, som den står", "Vis, hvad der ophører", "Afslut forbindelsen")
    for app, label in zip(apps, pressed, strict=True):
        content = text(press(app, label))
        assert content.count("Findes ikke, eller du har ikke adgang.") == 1, label
        assert "Intet at kontrollere i dine områder." in content, label


# ---- a new link


def test_a_new_link_from_the_address_is_prefilled_previewed_and_saved(own_screens: Screens) -> None:
    app = carl(own_screens, tab="new", type="REFERS_TO", source="ihd", target="intake",
                gate="INFOHOUSE")  # fmt: skip
    key = "new-REFERS_TO-ihd-intake"
    assert keyed(app, f"{key}-gate").value == "INFOHOUSE"
    assert "Intet er gemt endnu." in text(press(app, "Vis, hvad der ændres"))
    assert own_screens.app.store.revision() == 1
    assert "Gemt som ændring 2." in text(press(app, "Gem forbindelsen"))
    assert "source" not in app.query_params


def test_a_new_link_needs_both_ends_and_must_be_in_the_own_areas(own_screens: Screens) -> None:
    app = carl(own_screens, tab="new", type="REFERS_TO", source="ihd")
    assert "Vælg begge ender." in text(press(app, "Gem forbindelsen"))
    away = carl(own_screens, tab="new", type="ENTRY_POINT_FOR", source="nabo-ssp", target="nabo")
    assert "Din rolle giver ikke adgang her." in text(press(away, "Gem forbindelsen"))
    assert own_screens.app.store.revision() == 1


# ---- consents


@pytest.mark.slow
def test_a_consent_is_withdrawn_after_confirmation_and_the_person_is_hidden(
    own_screens: Screens,
) -> None:
    app = dina(own_screens, tab="consents")
    keyed(app, "consents-all").set_value(True).run()
    assert "Formand Jens R" in text(app)
    keyed(app, "withdraw-consent-jens").click().run()
    assert_shows(app, "Formand Jens R. skjules straks for alle på alle skærme",
                 "Det kan ikke fortrydes")  # fmt: skip
    press(app, "Nej, behold det")
    assert "Det kan ikke fortrydes" not in text(app)
    keyed(app, "withdraw-consent-jens").click().run()
    content = text(press(app, "Ja, træk det tilbage"))
    assert "Samtykket er trukket tilbage. Personen vises ikke længere." in content
    assert "Formand Jens R" not in content
    headers = own_screens.app.as_(Role.OUTREACH, person="dina")
    names = own_screens.app.http.get("/names", params={"text": "jens"}, headers=headers)
    assert names.json()["found"] == []
    assert own_screens.app.http.get("/entities/jens", headers=headers).status_code == 404


def test_a_dpo_can_withdraw_a_consent_but_not_renew_or_record_one(own_screens: Screens) -> None:
    app = own_screens.screen(CURATION, Role.DPO, areas=("dk",))
    keyed(app, "consents-all").set_value(True).run()
    assert not buttons(app, "renew-")
    assert not buttons(app, "consents-new")
    keyed(app, "withdraw-consent-jens").click().run()
    content = text(press(app, "Ja, træk det tilbage"))
    assert "Samtykket er trukket tilbage. Personen vises ikke længere." in content
    headers = own_screens.app.as_(Role.OUTREACH, person="dina")
    assert own_screens.app.http.get("/entities/jens", headers=headers).status_code == 404


def test_a_renewed_consent_makes_the_person_visible_again(own_screens: Screens) -> None:
    app = dina(own_screens, tab="consents", id="consent-kaj")
    key = "renew-form-consent-kaj"
    assert keyed(app, f"{key}-text").value == "da-3"
    keyed(app, f"{key}-adult").check()
    assert "Samtykket er fornyet." in text(press(app, "Gem fornyelsen"))
    headers = own_screens.app.as_(Role.OUTREACH, person="dina")
    assert own_screens.app.http.get("/entities/kaj", headers=headers).status_code == 200


def test_a_withdrawal_link_is_shown_and_opens(own_screens: Screens) -> None:
    app = dina(own_screens, tab="consents")
    keyed(app, "consents-all").set_value(True).run()
    keyed(app, "link-consent-jens").click().run()
    (address,) = app.code
    assert address.value.startswith(f"{own_screens.address}/withdraw/")
    assert (
        own_screens.app.http.get(address.value.removeprefix(own_screens.address)).status_code == 200
    )


def _open_recording_form(screens: Screens, **query: str) -> AppTest:
    return press(dina(screens, tab="consents", **query), "Ny ressourceperson")


@pytest.mark.slow
def test_a_civilian_and_their_consent_are_recorded(own_screens: Screens) -> None:
    app = _open_recording_form(own_screens)
    assert_shows(app, "Felter med * skal udfyldes.", "Skriv fx da-3.",
                 "Et fornavn er nok. Intet CPR-nummer")  # fmt: skip
    keyed(app, "record-outreach-name").set_value("Farida fra Havnen")
    keyed(app, "record-outreach-kind").set_value("CULTURAL_MEDIATOR")
    keyed(app, "record-outreach-text").set_value("da-3")
    keyed(app, "record-outreach-adult").check()
    content = text(press(app, "Gem person og samtykke"))
    assert "Farida fra Havnen og samtykket er gemt." in content
    assert "Gem person og samtykke" not in content
    assert own_screens.app.store.revision() == 2
    headers = own_screens.app.as_(Role.OUTREACH, person="dina")
    (match,) = own_screens.app.read("/names", headers, text="Farida")["found"]
    whole = own_screens.app.read(f"/entities/{match['id']}", headers)
    assert whole["entity"]["name"] == "Farida fra Havnen"


def test_missing_fields_are_reported_before_anything_is_sent(own_screens: Screens) -> None:
    app = _open_recording_form(own_screens)
    before = len(own_screens.app.rows())
    content = text(press(app, "Gem person og samtykke"))
    assert content.count("Skal udfyldes.") == 3  # name, kind, version of the text
    assert "Personen skal være fyldt 18 år." in content
    sent = [row.action for row in own_screens.app.rows()[before:]]
    assert "apply_change_set" not in sent
    assert own_screens.app.store.revision() == 1


def test_invalid_values_are_reported_and_the_input_is_preserved(own_screens: Screens) -> None:
    app = _open_recording_form(own_screens)
    keyed(app, "record-outreach-name").set_value("Farida 010190-1234")
    keyed(app, "record-outreach-kind").set_value("CULTURAL_MEDIATOR")
    keyed(app, "record-outreach-text").set_value("tredje udgave")
    keyed(app, "record-outreach-adult").check()
    content = text(press(app, "Gem person og samtykke"))
    assert "ligner et CPR-nummer" in content
    keyed(app, "record-outreach-name").set_value("Farida fra Havnen")
    content = text(press(app, "Gem person og samtykke"))
    errors = [error.value for error in app.error]
    assert errors == ["Skriv fx da-3.", "Intet er gemt."]
    assert own_screens.app.store.revision() == 1
    assert keyed(app, "record-outreach-name").value == "Farida fra Havnen", "what was typed stays"


def test_a_civilian_contacted_without_a_door_opener_needs_a_channel(own_screens: Screens) -> None:
    app = _open_recording_form(own_screens)
    keyed(app, "record-outreach-name").set_value("Farida fra Havnen")
    keyed(app, "record-outreach-kind").set_value("CULTURAL_MEDIATOR")
    keyed(app, "record-outreach-text").set_value("da-3")
    keyed(app, "record-outreach-adult").check()
    keyed(app, "record-outreach-mediated").set_value(False)
    assert "Skal udfyldes." in text(press(app, "Gem person og samtykke"))
    keyed(app, "record-outreach-channels").set_value(["MOBILE"])
    assert "og samtykket er gemt." in text(press(app, "Gem person og samtykke"))


def test_a_door_opener_sees_which_consents_they_renew(own_screens: Screens) -> None:
    app = dina(own_screens, tab="consents")
    keyed(app, "consents-all").set_value(True).run()
    assert "Du fornyer det." in text(app)
