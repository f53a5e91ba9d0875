"""Changes, creations and ends on the cards of the register."""

from dataclasses import MISSING
from dataclasses import fields as fields_of
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from api.editing.fields import OURS
from explorer.address import MY_ACCOUNT, REGISTER
from explorer.views.opening_hours import hours_code, hours_text
from explorer.views.register import new_node
from explorer.views.register.edit_card import written_number
from explorer.views.register.node_fields import NODE_FIELDS
from graph.access.policy import Role
from graph.model import NODE_CLASSES, ChangeKind, ContactDetail, Holds, Person
from graph.model.opening_hours import is_hours
from graph.vocabulary import Label, Visibility
from tests.explorer.screen import Screens, assert_shows, press, text
from tests.explorer.views.curation.curators import edited, keyed, stands
from tests.fixtures.app import TestApp
from tests.kystby import TODAY


def _card(screens: Screens, node: str, *roles: Role, **query: str) -> AppTest:
    return screens.screen(REGISTER, *(roles or (Role.STEWARD,)), id=node, **query)


def _labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def _input(app: AppTest, label: str) -> Any:
    return next(field for field in app.text_input if field.label == label)


def _created(app: TestApp, cls: type[Any]) -> list[Any]:
    """Return the nodes or links of a class that were created after revision 1."""
    changes = app.store.changes_since(1)
    ids = sorted(change.touched for change in changes if change.kind is ChangeKind.CREATED)
    return [element for element in app.store.elements(ids) if isinstance(element, cls)]


# ---- a number


def test_a_number_is_corrected_on_the_card_and_masked(own_screens: Screens) -> None:
    app = press(_card(own_screens, "ssp-post"), "Ret mobil")
    assert_shows(app, "Et arbejdsnummer, fx +45 01 23 45 67. Det vises kun til et formål.")
    _input(app, "Ny mobil").set_value("02345670")
    content = text(app.run())
    for part in ("+45 •• •• •• 78", "+45 02 34 56 70", "Aldrig kontrolleret",
                 "Vises ved: Bo Rugvang Sørensen"):  # fmt: skip
        assert part in content, "old and new are shown before anything is saved"
    assert own_screens.app.store.revision() == 1
    content = text(press(app, "Gem"))
    assert "Gemt som ændring 2." in content
    assert "02345670" not in content.replace(" ", ""), "it is masked as before"
    assert "1234" not in str(dict(app.query_params))
    assert own_screens.app.store.reveal("phone-bo").uncover() == "+45 02 34 56 70"
    detail = stands(own_screens.app, "phone-bo")
    assert (detail.hint, detail.verified_on) == ("+45 •• •• •• 70", None)
    assert "Ny mobil" not in [field.label for field in app.text_input], "the form is closed"
    assert "Fortrudt." in text(press(app, "Fortryd"))
    assert own_screens.app.store.reveal("phone-bo").uncover() == "+45 05 12 34 78"
    assert "+45 •• •• •• 78" in text(app)


def test_an_invalid_number_shows_an_error_and_is_not_saved(own_screens: Screens) -> None:
    app = press(_card(own_screens, "bo"), "Ret mobil")
    assert "Skal udfyldes." in text(press(app, "Gem"))
    _input(app, "Ny mobil").set_value("010190-1234")
    assert_shows(press(app, "Gem"), "Intet er gemt.", "Ligner et CPR-nummer.")
    _input(app, "Ny mobil").set_value("12345")
    assert "Er ikke et telefonnummer, der kan ringes til; skriv 8 cifre" in text(press(app, "Gem"))
    _input(app, "Ny mobil").set_value("010190-1234")
    press(app, "Gem")
    assert _input(app, "Ny mobil").value == "010190-1234", "what was typed stays"
    assert own_screens.app.store.revision() == 1
    press(app, "Annullér")
    assert_shows(app, hidden=("Intet er gemt.",))


@pytest.mark.slow
def test_a_conflicting_number_is_reported_and_my_version_is_saved(own_screens: Screens) -> None:
    app = press(_card(own_screens, "bo"), "Ret mobil")
    edited(own_screens.app, "phone-bo", visibility=Visibility.AREA)
    _input(app, "Ny mobil").set_value("02345670")
    assert "En anden har ændret det imens." in text(press(app, "Gem"))
    assert "Gemt som ændring 3." in text(press(app, "Gem min"))
    assert own_screens.app.store.reveal("phone-bo").uncover() == "+45 02 34 56 70"


@pytest.mark.slow
def test_an_added_contact_detail_is_saved_and_undone(own_screens: Screens) -> None:
    app = press(_card(own_screens, "ssp-post"), "Tilføj nummer eller mail")
    keyed(app, "add-detail-ssp-post-channel").set_value("EMAIL")
    _input(app, "Nummer eller adresse").set_value("ssp@kystby.example")
    keyed(app, "add-detail-ssp-post-checked").check()
    assert "Gemt som ændring 2." in text(press(app, "Gem"))
    (detail,) = _created(own_screens.app, ContactDetail)
    assert own_screens.app.store.reveal(detail.id).uncover() == "ssp@kystby.example"
    assert (detail.verified_on, detail.valid_to) == (TODAY, None)
    assert "Fortrudt." in text(press(app, "Fortryd"))
    assert stands(own_screens.app, detail.id).valid_to == TODAY
    assert "E-mail" not in text(app)


@pytest.mark.slow
def test_a_number_no_longer_in_use_ends_after_today_and_can_be_restored(
    own_screens: Screens,
) -> None:
    app = press(press(_card(own_screens, "bo"), "Ret mobil"), "Bruges ikke mere")
    assert_shows(app, "Gemt som ændring 2. Den vises dagen ud.")
    assert stands(own_screens.app, "phone-bo").valid_to == date(2026, 11, 26)
    assert "Fortrudt." in text(press(app, "Fortryd"))
    assert stands(own_screens.app, "phone-bo").valid_to is None
    assert stands(own_screens.app, "bo--phone-bo").valid_to is None


# ---- fields


@pytest.mark.slow
def test_hours_are_previewed_saved_and_undone(own_screens: Screens) -> None:
    app = press(_card(own_screens, "ssp-post"), "Ret oplysninger")
    assert_shows(app, "Fx: man-fre 09.00-15.00; tor 09.00-17.00. Tomt: ikke kendt.")
    assert _input(app, "Åbningstid").value == "man-fre 09.00-15.00"
    _input(app, "Åbningstid").set_value("man-tor 8-15.30; fre 8-13")
    content = text(press(app, "Vis, hvad der ændres"))
    assert "Intet er gemt endnu. Dette ville blive ændret:" in content
    assert "<td>man-fre 09.00-15.00</td><td>man-tor 08.00-15.30; fre 08.00-13.00</td>" in content
    assert own_screens.app.store.revision() == 1
    assert "Gemt som ændring 2." in text(press(app, "Gem"))
    assert stands(own_screens.app, "ssp-post").hours == "MO-TH 08:00-15:30; FR 08:00-13:00"
    assert "Fortrudt." in text(press(app, "Fortryd"))
    assert stands(own_screens.app, "ssp-post").hours == "MO-FR 09:00-15:00"
    assert "Fortryd" not in _labels(app)


@pytest.mark.slow
def test_a_change_followed_by_another_of_its_field_cannot_be_undone(own_screens: Screens) -> None:
    app = press(_card(own_screens, "ssp-post"), "Ret oplysninger")
    _input(app, "Navn *").set_value("SSP-konsulent, Kystby")
    press(app, "Gem")
    edited(own_screens.app, "ssp-post", name="SSP-rådgiver, Kystby")
    assert "Det kan ikke længere fortrydes: Det er ændret siden." in text(press(app, "Fortryd"))
    assert stands(own_screens.app, "ssp-post").name == "SSP-rådgiver, Kystby"


@pytest.mark.slow
def test_invalid_fields_of_a_card_show_their_errors_and_nothing_is_saved(
    own_screens: Screens,
) -> None:
    app = press(_card(own_screens, "ssp-post"), "Ret oplysninger")
    _input(app, "Åbningstid").set_value("når vi kan")
    next(box for box in app.selectbox if box.label == "Forvaltningsniveau *").set_value("NATIONAL")
    assert_shows(
        press(app, "Gem"), "Intet er gemt.", "Passer ikke til funktionens type.",
        "Skriv fx man-fre 09.00-15.00.",
    )  # fmt: skip
    assert own_screens.app.store.revision() == 1


def test_an_unchanged_card_is_not_saved(own_screens: Screens) -> None:
    app = press(_card(own_screens, "ssp"), "Ret oplysninger")
    assert "Intet er ændret." in text(press(app, "Gem"))
    assert own_screens.app.store.revision() == 1


# ---- holder and deputy


@pytest.mark.slow
def test_a_new_holder_is_created_with_contact_details_and_replaces_the_old_one(
    own_screens: Screens,
) -> None:
    app = press(_card(own_screens, "ssp-post"), "Ny indehaver")
    _input(app, "Navn *").set_value("Ida")
    _input(app, "Mobil").set_value("02345670")
    assert "Skal have mindst to ord." in text(press(app, "Gem"))
    _input(app, "Navn *").set_value("Ida Rugvang Holm")
    _input(app, "E-mail").set_value("ida@kystby.example")
    content = text(press(app, "Vis, hvad der ændres"))
    assert "Ida Rugvang Holm er indehaver af SSP-koordinator, Kystby: Oprettet" in content
    assert "Amina Søkilde Østergård er indehaver af SSP-koordinator, Kystby: Afsluttet" in content
    assert "<td>24.11.2026</td>" in content, "her last day"
    assert own_screens.app.store.revision() == 1
    content = text(press(app, "Gem"))
    assert "Det kan ikke fortrydes" in content
    assert "**Hvem svarer:** Ida Rugvang Holm" in content
    (ida,) = _created(own_screens.app, Person)
    (seat,) = _created(own_screens.app, Holds)
    assert (seat.source_id, seat.target_id, seat.valid_from) == (ida.id, "ssp-post", TODAY)
    assert stands(own_screens.app, "amina--ssp-post").valid_to == TODAY
    numbers = {own_screens.app.store.reveal(detail.id).uncover()
               for detail in _created(own_screens.app, ContactDetail)}  # fmt: skip
    assert numbers == {"+45 02 34 56 70", "ida@kystby.example"}
    assert "Ida" not in str(dict(app.query_params))


@pytest.mark.slow
def test_a_deputy_is_set_by_choosing_a_person_alone(own_screens: Screens) -> None:
    app = _card(own_screens, "release", Role.COORDINATOR)
    assert "Ret oplysninger" not in _labels(app)
    press(app, "Ny stedfortræder")
    assert not (*app.radio, *app.number_input), "a person is all that is asked for"
    assert "Skal udfyldes." in text(press(app, "Gem"))
    app.session_state["register-picks"] = {"DEPUTIZES_FOR-release-known": "bo"}
    assert "Gemt som ændring 2." in text(press(app.run(), "Gem"))
    assert_shows(app, "**Hvem svarer:** Bo Rugvang Sørensen, stedfortræder", hidden=["Ellers:"])


# ---- end


@pytest.mark.slow
def test_ending_a_post_previews_the_links_that_end_with_it_and_can_be_undone(
    own_screens: Screens,
) -> None:
    app = press(_card(own_screens, "release"), "Afslut …")
    assert next(button for button in app.button if button.label == "Afslut").disabled
    content = text(press(app, "Vis, hvad der ændres"))
    assert "1 forbindelse ophører sammen med den:" in content
    assert "Hovedkontakt, Kystby hører til Kystby Kommune" in content
    assert "Gemt som ændring 2." in text(press(app, "Afslut"))
    assert stands(own_screens.app, "release").valid_to == date(2026, 11, 26)
    assert "Fortrudt." in text(press(app, "Fortryd"))
    assert stands(own_screens.app, "release").valid_to is None
    assert stands(own_screens.app, "release--kystby-kommune").valid_to is None


def test_the_last_contact_of_a_network_cannot_be_ended(own_screens: Screens) -> None:
    app = press(_card(own_screens, "outreach"), "Afslut …")
    assert_shows(press(app, "Vis, hvad der ændres"), "Intet er gemt.")
    assert own_screens.app.store.revision() == 1


# ---- create

_PLACE = {"belongs": "kystby-kommune", "covers": "kystby", "coordinator": "ssp-post",
          "holds": "release", "governs": "kystby-kommune"}  # fmt: skip
_NEW: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "Actor": ({"name": "Forældrecoach, Kystby"},
              {"kind": "PARENT_COACH", "tier": "MUNICIPAL", "sector": "SOCIAL_SERVICES"}),
    "Authority": ({"name": "Ungeenheden, Kystby"},
                  {"kind": "MUNICIPALITY", "tier": "MUNICIPAL", "sector": "YOUTH"}),
    "Network": ({"name": "PSP Kystby"}, {"kind": "PSP_OPERATIONAL", "gate": "PSP_115"}),
    "Organization": ({"name": "Roklubben"}, {"kind": "SPORTS_CLUB"}),
    "Person": ({"name": "Ida Rugvang Holm", "MOBILE": "02345670"}, {}),
    "Plan": ({"title": "Beredskabsplan, Kystby"}, {"kind": "PREPAREDNESS_PLAN"}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("label", _NEW)
def test_a_new_node_is_created_with_its_required_fields_and_links(
    own_screens: Screens, label: str
) -> None:
    texts, words = _NEW[label]
    app = own_screens.screen(REGISTER, Role.STEWARD, new=label)
    assert "Skal udfyldes." in text(press(app, "Opret"))
    app.session_state["register-picks"] = {
        f"new-{label}-{tie}": node for tie, node in _PLACE.items()
    }
    for name, typed in texts.items():
        app.text_input(key=f"new-{label}-{name}").set_value(typed)
    for name, word in words.items():
        app.selectbox(key=f"new-{label}-{name}").set_value(word)
    content = text(press(app, "Opret"))
    assert "Gemt som ændring 2." in content, content
    (element,) = _created(own_screens.app, NODE_CLASSES[Label(label)])
    assert app.query_params["id"] == element.id
    assert "new" not in app.query_params
    assert app.header[0].value == next(iter(texts.values()))
    assert "register-picks" not in app.session_state, "the next form is empty"


def test_leaving_the_creation_form_clears_its_picked_ends(own_screens: Screens) -> None:
    app = own_screens.screen(REGISTER, Role.STEWARD, new="Actor")
    for label in ("Annullér", "Forening"):
        app.session_state["register-picks"] = {"new-Actor-belongs": "kystby-kommune"}
        app.query_params["new"] = "Actor"
        app.run()
        assert "register-picks" in app.session_state
        press(app, label)
        assert "register-picks" not in app.session_state


def test_the_form_of_each_label_has_the_fields_required_by_the_model() -> None:
    for label, screens in NODE_FIELDS.items():
        cls = NODE_CLASSES[Label(label)]
        known = {field.name: field for field in fields_of(cls)}
        demanded = {
            name for name, field in known.items()
            if field.default is MISSING and field.default_factory is MISSING and name not in OURS
        }  # fmt: skip
        names = {field.name for field in screens}
        assert names <= set(known), label
        assert demanded <= {field.name for field in screens if field.is_required}, label
    assert {*NODE_FIELDS} == {str(label) for label in Label} - {"ContactDetail", "Consent"}
    assert {*new_node.LABELS} == {*NODE_FIELDS} - {"ResourceIndividual"}


# ---- rights


@pytest.mark.parametrize(
    ("role", "areas"),
    [(Role.OUTREACH, "kystby"), (Role.ANALYST, "kystby"), (Role.DPO, "kystby"),
     (Role.STEWARD, "nabo")],
)  # fmt: skip
def test_a_role_that_may_not_write_is_offered_no_changes(
    screens: Screens, role: Role, areas: str
) -> None:
    app = screens.screen(REGISTER, role, areas=(areas,), id="ssp-post")
    assert app.header[0].value == "SSP-koordinator, Kystby"
    labels = _labels(app)
    for word in ("Ret", "Ny ", "Afslut", "Tilføj"):
        assert not [label for label in labels if label.startswith(word)], labels
    assert "Afslut en forbindelse" not in [box.label for box in app.selectbox]
    if role is not Role.STEWARD:
        app = screens.screen(REGISTER, role, areas=(areas,), new="Actor")
        assert "Opret" not in _labels(app)


def test_changes_are_not_offered_on_another_date(own_screens: Screens) -> None:
    labels = _labels(_card(own_screens, "ssp-post", on="2026-12-24"))
    assert not [label for label in labels if label.startswith(("Ret", "Ny ", "Afslut"))]


def test_a_person_can_correct_their_own_number(own_screens: Screens) -> None:
    app = own_screens.screen(REGISTER, Role.COORDINATOR, person="bo", id="bo")
    press(app, "Ret mobil")
    _input(app, "Ny mobil").set_value("02345670")
    assert "Gemt som ændring 2." in text(press(app, "Gem"))
    assert own_screens.app.store.reveal("phone-bo").uncover() == "+45 02 34 56 70"


# ---- an absence


def test_an_absence_is_recorded_on_the_card_of_the_post_of_its_holder(own_screens: Screens) -> None:
    app = press(_card(own_screens, "ssp-post"), "Fravær …")
    assert_shows(app, "Første dag tilbage.", "Hvornår Amina")
    keyed(app, _key_of(app, "absent_from")).set_value(date(2026, 12, 21))
    keyed(app, _key_of(app, "absent_to")).set_value(date(2027, 1, 4))
    assert "Gemt som ændring 2." in text(press(app, "Gem"))
    (amina,) = own_screens.app.store.elements(["amina"])
    assert isinstance(amina, Person)
    assert (amina.absent_from, amina.absent_to) == (date(2026, 12, 21), date(2027, 1, 4))
    assert "Fravær …" in _labels(_card(own_screens, "amina"))


def test_an_own_absence_is_recorded_on_the_own_account(own_screens: Screens) -> None:
    app = own_screens.screen(MY_ACCOUNT, Role.COORDINATOR, person="bo")
    keyed(app, _key_of(app, "absent_from")).set_value(date(2026, 12, 21))
    keyed(app, _key_of(app, "absent_to")).set_value(date(2027, 1, 4))
    press(app, "Gem fraværet")
    (bo,) = own_screens.app.store.elements(["bo"])
    assert isinstance(bo, Person)
    assert (bo.absent_from, bo.absent_to) == (date(2026, 12, 21), date(2027, 1, 4))


def _key_of(app: AppTest, name: str) -> str:
    """Return the key of the only date that has this field's name in it."""
    (key,) = [str(field.key) for field in app.date_input if str(field.key).endswith(name)]
    return key


# ---- a network


def test_a_network_card_lists_who_answers(own_screens: Screens) -> None:
    content = text(_card(own_screens, "ssp", Role.COORDINATOR))
    assert "SSP-koordinator, Kystby</a></th><td>Koordinator</td>" in content
    answers = "Svarer nu: Bo Rugvang Sørensen, stedfortræder for SSP-koordinator, til kl. 15.00"
    assert f"<td>{answers}</td><td>man-fre 09.00-15.00</td>" in content
    assert "Vis 1 nummer" in _labels(_card(own_screens, "ssp", Role.COORDINATOR))
    later = text(_card(own_screens, "ssp", Role.COORDINATOR, on="2026-12-24"))
    assert 'href="/register?id=ssp-post&amp;on=2026-12-24"' in later


# ---- texts


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("man-fre 9-15", "MO-FR 09:00-15:00"),
        ("Man–Fre 09.00–15.30; lør 10-12", "MO-FR 09:00-15:30; SA 10:00-12:00"),
        ("Mon-Thu 8:15-16:00", "MO-TH 08:15-16:00"),
        ("tirsdag 9-17", "TU 09:00-17:00"),
        ("døgnåbent", "00:00-24:00"),
        ("24/7", "00:00-24:00"),
        ("man, ons 9-12", "MO 09:00-12:00; WE 09:00-12:00"),
        ("tir/tor og lør kl. 10-14", "TU 10:00-14:00; TH 10:00-14:00; SA 10:00-14:00"),
        ("man til ons 9 til 12", "MO-WE 09:00-12:00"),
        ("MO-FR 09:00-15:00", "MO-FR 09:00-15:00"),
    ],
)
def test_hours_are_parsed_in_common_notations(typed: str, code: str) -> None:
    assert hours_code(typed) == code
    assert is_hours(code)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("MO-FR 09:00-15:00; SA 10:00-24:00", "man-fre 09.00-15.00; lør 10.00-24.00"),
        ("09:00-15:30; WE 10:00-11:00", "09.00-15.30; ons 10.00-11.00"),
        ("00:00-24:00", "døgnet rundt"),
    ],
)
def test_displayed_hours_are_parsed_back_to_the_same_code(code: str, shown: str) -> None:
    assert hours_text(code) == shown
    assert hours_code(shown) == code


@pytest.mark.parametrize("typed", ["når vi kan", "man-fre", "9", "man 9-15 efter aftale"])
def test_unparsable_hours_remain_invalid(typed: str) -> None:
    assert not is_hours(hours_code(typed))


def test_a_danish_number_is_normalized_and_other_values_are_only_trimmed() -> None:
    for typed in ("01234567", "+4501234567", "01 23 45 67", "0045 01234567"):
        assert written_number("MOBILE", typed) == "+45 01 23 45 67"
    assert written_number("PHONE", "+46 8 123 456") == "+46 8 123 456"
    assert written_number("EMAIL", " a@b.example ") == "a@b.example"
