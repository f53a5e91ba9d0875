"""Imports of files in Kontaktvej's own format and other formats, with a steward's rights."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from api.imports.rights import compares
from graph.access.permissions import may_edit
from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.exchange.zip_file import zip_files as native_zip
from graph.model import (
    Actor,
    BelongsTo,
    Consent,
    ContactDetail,
    DoorOpenerFor,
    Element,
    GaveConsent,
    Holds,
    Knows,
    Person,
    ReachedBy,
    ResourceIndividual,
    Secret,
)
from graph.model.base import hint
from graph.vocabulary import (
    Channel,
    ConsentPurpose,
    Label,
    ObtainedHow,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Sector,
    Tier,
    Visibility,
)
from tests.api.withheld import withhold
from tests.change_sets import element_of
from tests.fixtures.app import TestApp
from tests.fixtures.editor import slug
from tests.fixtures.importer import BESIDE, LIST, Importer, names_in, row_rules, states
from tests.graph.exchange.imports.native_folder import write_native
from tests.graph.exchange.imports.records import test_fk_organisation, test_hsds, test_popolo
from tests.graph.exchange.imports.records.record_files import as_json, mo_answer, zipped
from tests.kystby import elements

MADE_AT: Final = datetime(2026, 11, 25, 10, tzinfo=UTC)
WORDS: Final = [
    {"field": "UNIT", "typed": "Afdeling", "meaning": "UNIT"},
    {"field": "POST", "typed": "*", "meaning": ""},
]


@pytest.fixture
def steward(app: TestApp) -> Importer:
    return Importer(app, app.as_(Role.STEWARD))


def os2mo(town: str = "Kystby") -> bytes:
    return as_json(mo_answer()).replace(b"Thisted Kommune", f"{town} Kommune".encode())


def native(elements: Iterable[Element]) -> bytes:
    """Return a zip in Kontaktvej's own format, with the contact values of the elements."""
    listed = list(elements)
    values = {
        element.id: element.value
        for element in listed
        if isinstance(element, ContactDetail) and element.value
    }
    return native_zip(write_native(listed, values=values), MADE_AT)


def rows(sent: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows of a preview by sort and by name of the post or person."""
    return {(row["sort"], row["post"] or row["person"]): row for row in sent["preview"]["rows"]}


@pytest.mark.slow
def test_an_os2mo_import_is_mapped_previewed_applied_once_and_undone(steward: Importer) -> None:
    sent, store = steward.send_accepted(os2mo(), file="os2mo.json"), steward.app.store
    assert (sent["format"], sent["rows"], sent["preview"]) == ("OS2MO", 4, None)
    assert {(fault["rule"], fault["path"] is None) for fault in sent["faults"]} == {
        ("UNKNOWN_UNIT_TYPE", False), ("UNKNOWN_POST", False)
    }  # fmt: skip
    readings = {(reading["field"], reading["typed"]): reading for reading in sent["readings"]}
    assert {key: reading["meaning"] for key, reading in readings.items()} == {
        ("UNIT", "Afdeling"): None, ("POST", "Leder"): None
    }  # fmt: skip
    assert readings["UNIT", "Afdeling"]["count"] == 1
    assert slug(steward.apply(sent)) == "preview-changed"
    chosen = steward.choose(sent["id"], readings=WORDS, holders=BESIDE)
    assert chosen.status_code == 200, chosen.text
    answer = chosen.json()
    assert sorted(states(answer)) == ["NEW", "NEW", "UNCHANGED"], answer
    assert {reading["typed"]: reading["label"] for reading in answer["readings"]} == {
        "Afdeling": "Enhed", "*": "udelades"
    }  # fmt: skip
    (seat,) = (row for row in answer["preview"]["rows"] if row["person"])
    assert (seat["person"], seat["state"]) == ("Mette Rugvang Bæk", "NEW")
    assert "validities[1]" in seat["path"]
    assert "05 12 34 78" not in str(answer)
    assert "hemmelige eller private" in str(answer["notes"])
    assert "Mette Rugvang Bæk" not in names_in(store)
    response = steward.apply(answer)
    assert response.status_code == 201, response.text
    assert {"Mette Rugvang Bæk", "Ungeenheden"} <= names_in(store)
    again = steward.send_accepted(os2mo(), file="os2mo.json")  # the mapping of words is stored
    assert set(states(again)) == {"UNCHANGED"}
    assert (again["preview"]["creates"], again["preview"]["updates"]) == (0, 0)
    undone = steward.undo(sent["id"])
    assert undone.status_code == 200, undone.text
    undone_states = states(steward.send_accepted(os2mo(), file="os2mo.json"))
    assert sorted(undone_states) == ["NEW", "REFUSED", "UNCHANGED"]  # its holder is asked about


@pytest.mark.slow
def test_each_foreign_format_is_recognized_and_previewed_after_word_mapping(
    steward: Importer,
) -> None:
    popolo = as_json(test_popolo.collection()).replace(b"Thisted", b"Kystby")
    fk_org = as_json(test_fk_organisation.answer()).replace(b"Thisted", b"Kystby")
    tables = zipped(test_hsds.TABLES)
    for name, data, form in (
        ("popolo.json", popolo, "POPOLO"), ("fk.json", fk_org, "FK_ORG"),
        ("hsds.zip", tables, "HSDS"),
    ):  # fmt: skip
        sent = steward.send_accepted(data, file=name, source=form.lower().replace("_", "-"))
        assert sent["format"] == form
        assert {fault["rule"] for fault in sent["faults"]} <= {"UNKNOWN_UNIT_TYPE", "UNKNOWN_POST"}
        others = [{"field": field, "typed": "*", "meaning": ""} for field in ("UNIT", "POST")]
        left = steward.choose(sent["id"], readings=others)
        assert left.status_code == 200, left.text
        assert left.json()["preview"] is not None, form


@pytest.mark.slow
def test_the_next_file_of_a_source_may_have_another_format(steward: Importer) -> None:
    sent = steward.send_accepted(os2mo(), file="os2mo.json")
    chosen = steward.choose(sent["id"], readings=WORDS, holders=BESIDE).json()
    assert steward.apply(chosen).status_code == 201
    listed = steward.send_accepted(LIST + "Kystby Kommune;SSP-koordinator;Mette Rugvang Bæk;\n")
    assert states(listed) == ["UNCHANGED", "NEW", "UNCHANGED"]
    assert steward.choose(listed["id"], readings=WORDS).status_code == 422
    assert steward.apply(listed).status_code == 201
    again = steward.send_accepted(os2mo(), file="os2mo.json")  # its words are still stored
    assert set(states(again)) == {"UNCHANGED"}


def test_mapping_a_word_to_an_unknown_kind_is_refused(steward: Importer) -> None:
    sent = steward.send_accepted(os2mo(), file="os2mo.json")
    wrong = [{"field": "UNIT", "typed": "Afdeling", "meaning": "FARVE"}]
    answer = steward.choose(sent["id"], readings=wrong)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "readings")


def test_a_steward_of_another_area_cannot_apply_an_os2mo_import(app: TestApp) -> None:
    neighbor = Importer(app, app.as_(Role.STEWARD, areas=("nabo",)))
    sent = neighbor.send_accepted(os2mo(), file="os2mo.json", area="nabo")
    answer = neighbor.choose(sent["id"], readings=WORDS).json()
    assert "NOT_YOURS" in row_rules(answer)
    assert answer["preview"]["creates"] == 0
    assert slug(neighbor.apply(answer)) == "import-refused"
    assert app.store.revision() == 1


def test_a_hidden_person_is_not_listed_as_a_duplicate_of_a_record(steward: Importer) -> None:
    twin = os2mo().replace(b"Mette Rugvang", b"Erik Stenbro")
    sent = steward.send_accepted(
        twin.replace("Bæk".encode(), "Sørensen".encode()), file="os2mo.json"
    )
    answer = steward.choose(sent["id"], readings=WORDS, holders=BESIDE).json()
    (seat,) = (row for row in answer["preview"]["rows"] if row["person"])
    assert (seat["person"], seat["state"]) == ("Erik Stenbro Sørensen", "NEW")
    alike = [duplicate["person"]["id"] for duplicate in seat["duplicates"]]
    assert alike == ["bo"]  # the owner of the number


def test_unreadable_import_files_are_refused_with_the_violated_rule(steward: Importer) -> None:
    def refused(data: bytes, **params: str) -> list[tuple[str, str | None]]:
        answer = steward.send(data, **params)
        assert (answer.status_code, slug(answer)) == (422, "import-refused"), answer.text
        return [(error["rule"], error["path"]) for error in answer.json()["errors"]]

    assert refused(b'{"x": 1}') == [("UNCLEAR_JSON", None)]
    assert refused(b'{"x": 1}', format="POPOLO")[0][0] == "OTHER_FORMAT"
    assert refused(os2mo(), format="NATIVE") == [("OTHER_FORMAT", None)]
    assert refused(as_json({"name": "x", "cpr": "0101010101"}), format="POPOLO")[0][0] in (
        "FORBIDDEN_COLUMN", "CPR_NUMBER",
    )  # fmt: skip
    bomb = zipped({"nodes.csv": b"0" * 30_000_000, "links.csv": b""})
    assert refused(bomb) == [("ARCHIVE_RATIO", None)]
    table = write_native(list(elements()))["nodes.csv"].replace(b"SSP_COORDINATOR", b"FARVE")
    (fault, *_) = refused(zipped({"nodes.csv": table}))
    assert fault == ("UNKNOWN_WORD", None)
    assert steward.app.store.revision() == 1


# ---- Kontaktvej's own format


def new_post() -> list[Element]:
    """Return a post of Kystby with its holder and number, with ids of the file's author."""
    return [
        Actor(
            id="p-1", kind=PostKind.PSP_COORDINATOR_MUNICIPAL, name="PSP-koordinator, Kystby",
            tier=Tier.MUNICIPAL, sector=Sector.YOUTH, source="andre", external_id="p-1",
        ),
        Person(id="n-1", name="Ida Møllevang Bæk", source="andre"),
        ContactDetail(
            id="d-1", channel=Channel.PHONE, value=Secret("+45 05 12 34 78"), source="andre",
            hint=hint(Channel.PHONE, "+45 05 12 34 78"),
        ),
        BelongsTo(id="b-1", source_id="p-1", target_id="kystby-kommune", source="andre"),
        Holds(id="h-1", source_id="n-1", target_id="p-1", source="andre"),
        ReachedBy(id="r-1", source_id="p-1", target_id="d-1", source="andre"),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_native_import_is_previewed_applied_once_and_undone(steward: Importer) -> None:
    store, data = steward.app.store, native(new_post())
    sent = steward.send_accepted(data, file="pakke.zip")
    assert (sent["format"], sent["rows"], sent["faults"]) == ("NATIVE", 6, [])
    assert set(states(sent)) == {"NEW"}, sent["preview"]
    rows_by_name = rows(sent)
    assert rows_by_name["Funktion", "PSP-koordinator, Kystby"]["person"] is None
    assert rows_by_name["Person", "Ida Møllevang Bæk"]["post"] is None
    assert ("hører til", "PSP-koordinator, Kystby → Kystby Kommune") in rows_by_name
    assert "05 12 34 78" not in str(sent)
    response = steward.apply(sent)
    assert response.status_code == 201, response.text
    assert "Ida Møllevang Bæk" in names_in(store)
    snapshot = store.load()
    (post,) = (
        element
        for element in snapshot.elements()
        if getattr(element, "name", "") == "PSP-koordinator, Kystby"
    )
    assert (post.source, post.external_id, post.batch) == (
        "kystby.hr", "p-1", response.json()["batch"]
    )  # fmt: skip
    assert set(states(steward.send_accepted(data, file="pakke.zip"))) == {"UNCHANGED"}
    assert steward.undo(sent["id"]).status_code == 200
    again = steward.send_accepted(data, file="pakke.zip")
    assert set(states(again)) == {"NEW"}
    response = steward.apply(again)
    assert response.status_code == 201, response.text
    assert set(states(steward.send_accepted(data, file="pakke.zip"))) == {"UNCHANGED"}


def test_a_changed_known_element_is_a_conflict_until_the_source_is_chosen(
    steward: Importer,
) -> None:
    store = steward.app.store
    changed = replace(element_of(store, "ssp-post", Actor), hours="MO-FR 08:00-12:00")
    sent = steward.send_accepted(native([changed]), file="pakke.zip")
    (row,) = sent["preview"]["rows"]
    assert (row["state"], row["sort"], row["post"]) == (
        "CONFLICT", "Funktion", "SSP-koordinator, Kystby"
    )  # fmt: skip
    (difference,) = row["differences"]
    assert (difference["source_says"], difference["we_say"]) == (
        "MO-FR 08:00-12:00", "MO-FR 09:00-15:00"
    )  # fmt: skip
    answer = steward.choose(sent["id"], takes_source=True).json()
    assert states(answer) == ["CHANGED"]
    assert steward.apply(answer).status_code == 201
    assert element_of(store, "ssp-post", Actor).hours == "MO-FR 08:00-12:00"
    assert steward.undo(sent["id"]).status_code == 200
    assert element_of(store, "ssp-post", Actor).hours == "MO-FR 09:00-15:00"


def test_an_imported_seat_with_an_end_date_is_previewed_as_ended(steward: Importer) -> None:
    seat = element_of(steward.app.store, "amina--ssp-post", Holds)
    over = replace(seat, valid_to=steward.app.directory.today())
    sent = steward.send_accepted(native([over]), file="pakke.zip")
    assert states(sent) == ["ENDED"]


def test_an_imported_id_of_a_hidden_person_is_treated_as_unknown(steward: Importer) -> None:
    """Erik exists but only his own town may see him: his id is treated like an unknown id."""
    erik = Person(id="erik", name="Ida Møllevang Bæk", source="andre")
    stranger = replace(erik, id="per-9")
    seats = [
        Holds(id=f"h-{person.id}", source_id=person.id, target_id="release", source="andre")
        for person in (erik, stranger)
    ]
    previews = [
        steward.send_accepted(native(pair), file="pakke.zip")["preview"]["rows"]
        for pair in ((erik, seats[0]), (stranger, seats[1]))
    ]
    assert previews[0] == previews[1]
    assert [row["state"] for row in previews[0]] == ["NEW", "NEW"]
    assert "Erik" not in str(previews)
    sent = steward.send_accepted(native([erik, seats[0]]), file="pakke.zip")
    assert steward.apply(sent).status_code == 201
    assert element_of(steward.app.store, "erik", Person).name == "Erik Stenbro Sørensen"


def test_an_import_row_of_a_withheld_person_is_refused(app: TestApp, steward: Importer) -> None:
    bo = element_of(app.store, "bo", Person)
    withhold(app.accounts.withholdings, "bo")
    assert row_rules(steward.send_accepted(native([bo]), file="pakke.zip")) == ["WITHHELD"]


def test_an_import_refuses_future_verifications_and_derives_hints_from_values(
    steward: Importer,
) -> None:
    later = [
        replace(element, verified_on=date(2099, 1, 1), verified_by="andre")
        if isinstance(element, ContactDetail)
        else element
        for element in new_post()
    ]
    assert "CHECK_AHEAD" in row_rules(steward.send_accepted(native(later), file="pakke.zip"))
    elements = [replace(element, hint="•••••12") if isinstance(element, ContactDetail) else element
                for element in new_post()]  # fmt: skip
    assert (
        steward.apply(steward.send_accepted(native(elements), file="pakke.zip")).status_code == 201
    )
    snapshot = steward.app.store.load()
    hints = {element.hint for element in snapshot.elements()
             if isinstance(element, ContactDetail) and element.source == "kystby.hr"}  # fmt: skip
    assert hints == {hint(Channel.PHONE, "+45 05 12 34 78")}


def test_a_node_of_an_unknown_own_kind_is_refused_in_the_preview(
    steward: Importer,
) -> None:
    post, *rest = new_post()
    unknown = replace(post, own_kind="DEMOKRATIKONSULENT")
    sent = steward.send_accepted(native([unknown, *rest]), file="pakke.zip")
    assert "UNKNOWN_KIND" in row_rules(sent)
    assert slug(steward.apply(sent)) == "import-refused"


def test_contact_values_are_compared_only_where_the_caller_may_edit_them(app: TestApp) -> None:
    today = app.directory.today()
    grants = (Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"})),)
    view = View(app.store.load(), Caller(account="k", grants=grants), today, today=today)
    details = [
        element_of(app.store, view.id(row), ContactDetail)
        for row in map(int, view.visible.nonzero()[0])
        if view.label(row) is Label.CONTACT_DETAIL
    ]
    detail_ids = {detail.id for detail in details if not may_edit(view, detail.id, "value")}
    assert detail_ids
    assert detail_ids == {detail.id for detail in details if not compares(view, detail, "value")}


def test_each_imported_element_needs_the_right_to_edit_it(app: TestApp, steward: Importer) -> None:
    store = app.store
    theirs = replace(element_of(store, "nabo-ssp", Actor), hours="MO-FR 08:00-12:00")
    tie = Knows(
        id="k-1", source_id="amina", target_id="bo", declared_by="amina", source="andre",
        is_confirmed=True,
    )  # fmt: skip
    consent = replace(element_of(store, "consent-jens", Consent), text_version="da-9")
    sent = steward.send_accepted(native([theirs, tie, consent]), file="pakke.zip")
    answer = steward.choose(sent["id"], takes_source=True).json()
    assert set(states(answer)) == {"REFUSED"}
    assert sorted(row_rules(answer)) == ["NOT_YOURS", "NOT_YOURS", "ONE_GIVER"]
    assert answer["preview"]["creates"] == answer["preview"]["updates"] == 0
    errors = app.get(f"/imports/{sent['id']}/errors", steward.headers)
    assert "nodes.csv" in errors.content.decode("utf-8-sig")
    assert app.store.revision() == 1
    erik = Person(id="erik", name="Ida Møllevang Bæk", source="andre")
    hidden = replace(tie, target_id="erik")
    assert "NOT_YOURS" in row_rules(steward.send_accepted(native([erik, hidden]), file="pakke.zip"))


def civilian() -> list[Element]:
    """Return a civilian with a complete consent and the outreach worker as door opener."""
    return [
        ResourceIndividual(
            id="c-1", display_name="Formand Per R.", kind=ResourceKind.DIALOGUE_PARTNER,
            visibility=Visibility.AREA, source="andre",
        ),
        Consent(
            id="s-1", purposes=frozenset({ConsentPurpose.CONTACT}),
            audience=frozenset({"kystby-kommune"}), channels=frozenset({Channel.MEDIATED}),
            is_mediated_only=True, given_on=date(2026, 11, 1), expires_on=date(2027, 11, 1),
            obtained_how=ObtainedHow.MEETING, text_version="da-3", is_adult=True,
            recorded_by="outreach", renewal_by="outreach", source="andre",
        ),
        GaveConsent(id="g-1", source_id="c-1", target_id="s-1", source="andre"),
        DoorOpenerFor(
            id="o-1", source_id="outreach", target_id="c-1", consent_id="s-1", strength=0.8,
            levels=frozenset({PreventionLevel.OUTREACH}), source="andre",
        ),
    ]  # fmt: skip


def test_a_civilian_is_imported_only_with_a_complete_consent(
    app: TestApp, steward: Importer
) -> None:
    whole = civilian()
    of_steward = steward.send_accepted(native(whole), file="pakke.zip")
    assert set(row_rules(of_steward)) == {"NOT_YOURS"}  # the right of outreach is needed too
    both = Importer(app, app.as_(Role.STEWARD, Role.OUTREACH, person="dina"))
    sent = both.send_accepted(native(whole), file="pakke.zip")
    assert set(states(sent)) == {"NEW"}, row_rules(sent)
    assert both.apply(sent).status_code == 201
    assert set(states(both.send_accepted(native(whole), file="pakke.zip"))) == {"UNCHANGED"}
    without = both.send_accepted(native([whole[0], whole[3]]), file="pakke.zip", source="andet")
    assert set(states(without)) == {"REFUSED"}
    assert "CONSENT_MISSING" in row_rules(without)
    by_person = replace(whole[1], renewal_by="dina")
    wrong = both.send_accepted(
        native([whole[0], by_person, *whole[2:]]), file="p.zip", source="tredje"
    )
    assert "WRONG_ENDS" in row_rules(wrong)
    assert wrong["preview"]["creates"] == 0


def school_posts() -> list[Element]:
    """Return a dozen posts with their authority: more than one steward may end alone."""
    return [
        element
        for number in range(12)
        for element in (
            Actor(
                id=f"p-{number}", kind=PostKind.SSP_SCHOOL_CONTACT, name=f"Skole {number}, Kystby",
                tier=Tier.MUNICIPAL, sector=Sector.SCHOOL, source="andre",
            ),
            BelongsTo(
                id=f"b-{number}", source_id=f"p-{number}", target_id="kystby-kommune",
                source="andre",
            ),
        )
    ]  # fmt: skip


@pytest.mark.slow
def test_a_second_steward_confirms_an_import_without_seeing_its_file_name(
    app: TestApp, steward: Importer
) -> None:
    posts = school_posts()
    assert steward.apply(steward.send_accepted(native(posts), file="pakke.zip")).status_code == 201
    today = app.directory.today()
    ended = [replace(element, valid_to=today) for element in posts]
    sent = steward.send_accepted(native(ended), file="pakke.zip")
    waits = steward.apply(sent, key="waits-for-two")
    assert (waits.status_code, slug(waits)) == (409, "second-yes")
    second = Importer(app, app.as_(Role.STEWARD))
    seen = second.read(sent["id"])
    assert (seen["is_mine"], seen["is_waiting"]) == (False, True)
    assert "pakke.zip" not in json.dumps(seen)
    assert second.apply(seen, key="second-yes-1").status_code == 201


def test_a_steward_with_a_narrower_view_cannot_confirm_an_import(app: TestApp) -> None:
    first = Importer(app, app.as_(Role.STEWARD, areas=("kystby", "nabo")))
    posts = school_posts()
    assert first.apply(first.send_accepted(native(posts), file="pakke.zip")).status_code == 201
    today = app.directory.today()
    ended = [replace(element, valid_to=today) for element in posts]
    erik = element_of(app.store, "erik", Person)
    sent = first.send_accepted(native([*ended, erik]), file="pakke.zip")
    assert slug(first.apply(sent, key="waits-for-two")) == "second-yes"
    less = app.as_(Role.STEWARD)
    assert app.get(f"/imports/{sent['id']}", less).status_code == 404
    alike = Importer(app, app.as_(Role.STEWARD, areas=("kystby", "nabo")))
    assert alike.read(sent["id"])["is_waiting"]
