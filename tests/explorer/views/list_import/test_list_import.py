"""Import of an office's list: sent, its columns chosen, previewed, imported and undone."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import IMPORT
from explorer.session import TOKEN
from graph.access.policy import Role
from graph.exchange.zip_file import zip_files
from graph.model import ContactDetail, ReachedBy, Secret
from graph.vocabulary import Channel
from tests.change_sets import change_set, changed
from tests.explorer.screen import Screens, assert_shows, button, html, open_screen, press, text
from tests.graph.exchange.imports.native_folder import write_native
from tests.graph.exchange.imports.records.record_files import as_json, mo_answer
from tests.graph.paths.additions import tie
from tests.kystby import elements

LIST = (
    "Kommune;Funktion;Navn;Telefon\n"
    "Kystby Kommune;SSP-koordinator;Amina Søkilde Østergård;\n"
    "Kystby Kommune;SSP-koordinator;Ida Møllevang Bæk;33 11 22 33\n"
)


def send(
    screens: Screens, content: str, source: str = "hr", *, person: str | None = None
) -> AppTest:
    """Send a list and return the screen."""
    app = screens.screen(IMPORT, Role.STEWARD, person=person)
    app.file_uploader(key="list-import-file").set_value(("liste.csv", content.encode(), "text/csv"))
    app.text_input(key="list-import-source").set_value(source)
    return press(app, "Se, hvad listen vil gøre")


def send_file(screens: Screens, data: bytes, name: str) -> AppTest:
    """Send a file of another format and return the screen."""
    app = screens.screen(IMPORT, Role.STEWARD)
    app.file_uploader(key="list-import-file").set_value((name, data, "application/octet-stream"))
    app.text_input(key="list-import-source").set_value("hr")
    return press(app, "Se, hvad listen vil gøre")


def pick_value(app: AppTest, label: str, value: str) -> None:
    """Pick a value in the select box of a label."""
    (box,) = (selectbox for selectbox in app.selectbox if label in selectbox.label)
    box.set_value(value)


def choose_holder(app: AppTest, label: str, choice: str) -> AppTest:
    """Choose what a new holder is to those who hold the post."""
    pick_value(app, label, choice)
    return app.run()


def names_in(screens: Screens) -> set[str]:
    return set(screens.app.store.load().nodes.name)


@pytest.mark.slow
def test_a_list_is_previewed_imported_and_undone(own_screens: Screens) -> None:
    app = send(own_screens, LIST)
    assert_shows(
        app, "**liste.csv**: 2 rækker", "Intet er gemt endnu.",
        "<td>2</td><td>Uændret</td><td>SSP-koordinator, Kystby</td>",
        "<td>3</td><td>Ny</td>", "<td>Ida Møllevang Bæk</td>",
    )  # fmt: skip
    assert "33 11 22 33" not in html(app)
    assert "Ida Møllevang Bæk" not in names_in(own_screens)
    saving = next(button for button in app.button if button.key == "list-import-apply")
    saving.click().run()
    assert_shows(app, "Listen er importeret.", "Tidligere importer", "**kystby.hr**", "Ny: 1")
    assert "Ida Møllevang Bæk" in names_in(own_screens)
    press(press(app, "Fortryd …"), "Fortryd importen")
    assert_shows(app, "Importen er fortrudt.", "Fortrudt ")


@pytest.mark.slow
def test_what_was_edited_since_is_named_before_an_import_is_undone(own_screens: Screens) -> None:
    app, store = send(own_screens, LIST), own_screens.app.store
    next(button for button in app.button if button.key == "list-import-apply").click().run()
    snapshot = store.load()
    ida = snapshot.nodes.ids[snapshot.nodes.name.index("Ida Møllevang Bæk")]
    store.apply(change_set(updates=[changed(store, ida, title="Konsulent")]))
    press(app, "Fortryd …")
    assert_shows(app, "1 oplysning bliver, som den er", "[Ida Møllevang Bæk]", "rettet siden")
    press(app, "Fortryd importen")
    assert_shows(app, "Importen er fortrudt.")
    assert "Ida Møllevang Bæk" in names_in(own_screens)


@pytest.mark.slow
def test_os2mo_terms_are_mapped_and_its_records_imported_and_undone(
    own_screens: Screens,
) -> None:
    data = as_json(mo_answer()).replace(b"Thisted Kommune", b"Kystby Kommune")
    app = send_file(own_screens, data, "os2mo.json")
    assert_shows(app, "**os2mo.json**: 4 rækker", "Vælg dette, før rækkerne kan læses")
    pick_value(app, "Hvad er en enhed af typen", "UNIT")
    pick_value(app, "Hvad menes med *Leder*", "-")
    app = press(app, "Læs listen igen")
    assert_shows(app, "1 ny indehaver har en funktion, som en anden har i dag.")
    app = choose_holder(app, "SSP-koordinator, Kystby: Mette Rugvang Bæk er ny, Amina", "BESIDE")
    assert_shows(
        app, "<td>Ny</td><td>Ungeenheden</td>", "<td>Mette Rugvang Bæk</td>",
        "engagements.objects[0].validities[1]", ">Funktion eller enhed</th>",
    )  # fmt: skip
    assert "05 12 34 78" not in html(app)
    next(button for button in app.button if button.key == "list-import-apply").click().run()
    assert_shows(app, "Listen er importeret.", "**kystby.hr**")
    assert {"Ungeenheden", "Mette Rugvang Bæk"} <= names_in(own_screens)
    app = send_file(own_screens, data, "os2mo.json")  # the mapping of its words is stored now
    assert_shows(app, "Der er intet at gemme")
    app = press(app, "Tilbage til alle importer")
    press(press(app, "Fortryd …"), "Fortryd importen")
    assert_shows(app, "Importen er fortrudt.")


@pytest.mark.slow
def test_more_unknown_words_than_are_shown_at_once_are_mapped_in_two_rounds(
    own_screens: Screens,
) -> None:
    answer = mo_answer()
    units = answer["data"]["org_units"]["objects"]
    for number in range(70):
        unit = deepcopy(units[1])
        unit["uuid"] = f"10000000-0000-4000-8000-0000000001{number:02}"
        unit["current"]["unit_type"]["name"] = f"Ordet {number:02}"
        units.append(unit)
    data = as_json(answer).replace(b"Thisted Kommune", b"Kystby Kommune")
    app = send_file(own_screens, data, "os2mo.json")
    assert_shows(app, "72 ukendte ord")
    for unknown in (True, False):
        for box in app.selectbox:
            if box.value == "" and "-kind-" in (box.key or ""):
                box.set_value("-")
        app = press(app, "Læs listen igen")
        assert ("12 ukendte ord" in text(app)) is unknown
    assert "ukendte ord" not in text(app)
    assert_shows(app, "Intet er gemt endnu.")


def test_a_native_zip_is_previewed_by_element_name_and_its_conflict_resolved(
    own_screens: Screens,
) -> None:
    post = next(element for element in elements() if element.id == "ssp-post")
    changed = replace(post, hours="MO-FR 08:00-12:00")
    data = zip_files(write_native([changed]), datetime(2026, 11, 25, 10, tzinfo=UTC))
    app = send_file(own_screens, data, "pakke.zip")
    assert_shows(app, "I strid", "<td>Funktion: SSP-koordinator, Kystby</td>")
    (follow,) = (checkbox for checkbox in app.checkbox if (checkbox.key or "").endswith("-takes"))
    follow.check()
    press(app, "Læs listen igen")
    assert_shows(
        app, "<td>Ændret</td>", "Åbningstid: man-fre 09.00-15.00 bliver til man-fre 08.00-12.00"
    )


def test_the_files_of_a_folder_are_sent_together(own_screens: Screens) -> None:
    post = next(element for element in elements() if element.id == "ssp-post")
    changed = replace(post, hours="MO-FR 08:00-12:00")
    files = [(name, data, "text/csv") for name, data in write_native([changed]).items()]
    assert len(files) > 1
    app = own_screens.screen(IMPORT, Role.STEWARD)
    app.file_uploader(key="list-import-file").set_value(files)
    app.text_input(key="list-import-source").set_value("hr")
    press(app, "Se, hvad listen vil gøre")
    assert_shows(app, "**mappe.zip**: 1 ", "<td>Funktion: SSP-koordinator, Kystby</td>")


def test_two_files_with_the_same_name_are_rejected_before_they_are_sent(
    own_screens: Screens,
) -> None:
    app = own_screens.screen(IMPORT, Role.STEWARD)
    files = [("liste.csv", LIST.encode(), "text/csv")] * 2
    app.file_uploader(key="list-import-file").set_value(files)
    app.text_input(key="list-import-source").set_value("hr")
    press(app, "Se, hvad listen vil gøre")
    assert [error.value for error in app.error] == ["To af filerne har samme navn."]
    assert "send_import" not in {row.action for row in own_screens.app.rows()}


def test_the_preview_shows_who_answers_on_a_path_before_and_after(own_screens: Screens) -> None:
    app = send(own_screens, LIST.replace("Amina Søkilde Østergård", "Ida Møllevang Bæk"))
    app = choose_holder(app, "Alle nye indehavere", "BESIDE")
    assert_shows(
        app, "<td>en anden svarer</td>", "SSP-koordinator, Kystby: Bo Rugvang Sørensen</td>",
        "SSP-koordinator, Kystby: Ida Møllevang Bæk</td>",
    )  # fmt: skip
    assert "kontaktvej ændres" in text(app) or "kontaktveje ændres" in text(app)


def test_the_preview_shows_the_own_contact_detail_of_a_post_without_a_person(
    own_screens: Screens,
) -> None:
    store = own_screens.app.store
    number = ContactDetail(
        id="phone-ssp",
        channel=Channel.PHONE,
        hint="+45 •• •• •• 56",
        source="kystby",
        value=Secret("+45 08 12 34 56"),
    )
    ended = [
        changed(store, link, valid_to=date(2026, 11, 20))
        for link in ("bo--ssp-post", "duty--ssp-post")
    ]
    store.apply(change_set(creates=(number, tie(ReachedBy, "ssp-post", number.id)), updates=ended))
    app = send(own_screens, LIST.replace("Amina Søkilde Østergård", "Ida Møllevang Bæk"))
    app = choose_holder(app, "Alle nye indehavere", "REPLACES")
    assert_shows(
        app, "SSP-koordinator, Kystby: funktionens egen kontaktoplysning</td>",
        "SSP-koordinator, Kystby: Ida Møllevang Bæk</td>",
    )  # fmt: skip


def test_a_rejected_file_shows_the_row_and_column_of_the_error(own_screens: Screens) -> None:
    app = send(own_screens, "Navn;CPR\nIda Møllevang Bæk;x\n")
    assert_shows(app, "Listen er ikke importeret.", "<td>1</td><td>B</td>")
    assert own_screens.app.store.revision() == 1


def test_an_import_without_a_file_or_with_a_bad_source_name_shows_an_error(
    own_screens: Screens,
) -> None:
    app = own_screens.screen(IMPORT, Role.STEWARD)
    assert "Vælg en fil." in text(press(app, "Se, hvad listen vil gøre"))
    assert "Giv listen et kort navn" in text(send(own_screens, LIST, "Med mellemrum"))


def test_columns_are_picked_and_the_list_is_read_again(own_screens: Screens) -> None:
    app = send(own_screens, "Xyzzy;Plugh\nSSP-koordinator;Amina Søkilde Østergård\n")
    boxes = {box.label: box for box in app.selectbox}
    boxes["Xyzzy"].set_value("POST")
    boxes["Plugh"].set_value("NAME")
    press(app, "Læs listen igen")
    assert_shows(app, "<td>Uændret</td><td>SSP-koordinator, Kystby</td>", "intet at gemme")


def test_own_kinds_are_offered_and_mapped_in_an_import(own_kinds_screens: Screens) -> None:
    screens = own_kinds_screens
    app = send(screens, LIST.replace("SSP-koordinator", "Gul trøje"))
    (box,) = (selectbox for selectbox in app.selectbox if "*Gul trøje*" in selectbox.label)
    assert {"Demokratikonsulent", "Tryghedsvejleder"} <= set(box.options)
    assert "Boligsocialt netværk" not in box.options
    box.set_value("DEMOKRATIKONSULENT")
    press(app, "Læs listen igen")
    assert_shows(app, "<td>2</td><td>Ny</td><td>Demokratikonsulent, Kystby</td>")
    data = as_json(mo_answer()).replace(b"Thisted Kommune", b"Kystby Kommune")
    app = send_file(screens, data, "os2mo.json")
    (kind,) = (
        selectbox for selectbox in app.selectbox if "Hvad er en enhed af typen" in selectbox.label
    )
    assert "Fritidsklub" in kind.options
    pick_value(app, "Hvad er en enhed af typen", "UNIT")
    pick_value(app, "Sektor", "TRYGHED")
    pick_value(app, "Hvad menes med *Leder*", "UNGEKONSULENT")
    app = press(app, "Læs listen igen")
    assert_shows(app, "<td>Ny</td><td>Ungekonsulent, Ungeenheden, Kystby</td>")
    posts = "Kommune;Funktion;Enhed;Id\nKystby Kommune;{};Nordgruppen;p-1\n"
    app = send(screens, posts.format("Opsøgende medarbejder"), "poster")
    next(button for button in app.button if button.key == "list-import-apply").click().run()
    app = send(screens, posts.format("Demokratikonsulent"), "poster")
    assert_shows(app, "<td>Ændret</td>", "Egen type: – bliver til Demokratikonsulent")


@pytest.mark.slow
def test_rejected_rows_are_skipped_and_the_others_imported(own_screens: Screens) -> None:
    app = send(own_screens, LIST + "Naboby Kommune;SSP-koordinator;Bo Lund Bak;\n")
    assert_shows(app, "<td>4</td><td>Afvist</td>", "område, du ikke har rettigheder til")
    (saving,) = (button for button in app.button if button.key == "list-import-apply")
    assert saving.disabled
    app.checkbox(key="list-import-skip").check().run()
    next(button for button in app.button if button.key == "list-import-apply").click().run()
    assert_shows(app, "Listen er importeret.")
    assert names_in(own_screens) & {"Ida Møllevang Bæk", "Bo Lund Bak"} == {"Ida Møllevang Bæk"}


@pytest.mark.slow
def test_a_row_is_matched_to_a_known_person_and_the_pending_import_is_reopened(
    own_screens: Screens,
) -> None:
    app = send(
        own_screens,
        "Kommune;Stilling;Navn\nKystby Kommune;Hovedkontakt, god løsladelse;Carl Lyngtoft Holm\n",
        person="dina",
    )
    (who,) = (box for box in app.selectbox if (box.key or "").startswith("merge-"))
    assert "Carl Lyngtoft Holm" in str(who.options)
    who.set_value("carl").run()
    assert_shows(app, "personen hører til i et andet område")
    reopened = open_screen(IMPORT, str(app.session_state[TOKEN]))
    assert_shows(reopened, "Ikke importeret endnu")
    press(reopened, "Åbn kystby.hr")
    assert button(reopened, "Tilbage til alle importer")
    press(reopened, "Kassér listen")
    assert_shows(reopened, "Listen er kasseret.")
    assert "Ikke importeret endnu" not in text(reopened)
