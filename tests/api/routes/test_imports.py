"""Imports of lists: previewed in a steward's View, written whole with their rights, undone."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from api.identity import imports as stored_imports
from api.identity.imports import HOST, StoredBatch, upload_table
from api.identity.store import Assurance
from api.imports import batches, uploads
from api.imports.uploads import stored_file
from api.sql import read_connection
from graph.access.policy import Grant, Role
from graph.exchange.imports import ImportRegister, guess, preview, read_file, table_of
from graph.exchange.imports.sent_file import read_sent
from graph.model import Actor, ChangeSet, Holds, Node, Person, ResourceIndividual
from graph.progress import Progress, Stage
from tests.change_sets import change_set, element_of
from tests.fixtures.app import TestApp, bearer
from tests.fixtures.editor import slug
from tests.fixtures.importer import BESIDE, LIST, Importer, names_in, row_rules, states
from tests.graph.exchange.imports.office_lists import ON, excel_of, options


@pytest.fixture
def steward(app: TestApp) -> Importer:
    return Importer(app, app.as_(Role.STEWARD))


def test_a_title_by_which_two_would_hold_one_post_is_asked_about_with_its_rows(
    steward: Importer,
) -> None:
    text = LIST.replace("koordinator;Ida", "konsulent;Ida")
    sent = steward.send_beside(text)
    assert states(sent) == ["UNCHANGED", "REFUSED"]
    assert row_rules(sent) == ["SYNONYM"]
    (asked,) = sent["readings"]
    assert (asked["typed"], asked["meaning"], asked["count"]) == ("SSP-konsulent", None, 1)
    assert "SSP_COORDINATOR" in [choice["code"] for choice in asked["choices"]]
    reading = {"field": "POST", "typed": "SSP-konsulent", "meaning": "SSP_COORDINATOR"}
    chosen = steward.choose(sent["id"], holders=BESIDE, readings=[reading]).json()
    assert states(chosen) == ["UNCHANGED", "NEW"]
    assert steward.apply(chosen).status_code == 201
    assert states(steward.send_accepted(text)) == ["UNCHANGED", "UNCHANGED"]  # it is kept


@pytest.mark.slow
def test_a_list_is_previewed_written_repeated_and_undone(steward: Importer) -> None:
    store = steward.app.store
    sent = steward.send_accepted()
    assert (sent["source"], sent["file"], sent["rows"]) == ("kystby.hr", "liste.csv", 2)
    assert [column["field"] for column in sent["columns"]] == [
        "AUTHORITY", "POST", "NAME", "PHONE",
    ]  # fmt: skip
    assert sent["columns"][2]["examples"] == ["Amina Søkilde Østergård", "Ida Møllevang Bæk"]
    assert states(sent) == ["UNCHANGED", "NEW"]
    assert "33 11 22 33" not in str(sent["preview"])
    assert "Ida Møllevang Bæk" not in names_in(store)
    answer = steward.apply(sent)
    assert answer.status_code == 201, answer.text
    assert answer.json()["counts"]["NEW"] == 1
    assert "Ida Møllevang Bæk" in names_in(store)
    revision = store.revision()
    assert steward.apply(sent).json()["batch"] == answer.json()["batch"]
    assert store.revision() == revision
    again = steward.send_accepted()
    assert states(again) == ["UNCHANGED", "UNCHANGED"]
    (batch,) = steward.batches()
    assert (batch["id"], batch["is_mine"], batch["undone_at"]) == (sent["id"], True, None)
    undone = steward.undo(sent["id"])
    assert undone.status_code == 200, undone.text
    assert undone.json()["undone_at"] is not None
    once_more = steward.send_accepted()
    assert states(once_more) == ["UNCHANGED", "NEW"]
    assert steward.apply(once_more).status_code == 201
    assert states(steward.send_accepted()) == ["UNCHANGED", "UNCHANGED"]


def test_applying_an_import_logs_counts_and_batch_but_no_content(steward: Importer) -> None:
    sent = steward.send_accepted()
    batch = steward.apply(sent).json()["batch"]
    rows = [row for row in steward.app.json_rows() if row.get("action") == "apply_import"]
    assert [row["kind"] for row in rows] == ["intent", "intent", "done"]
    assert rows[-1]["asked"]["batch"] == batch
    assert rows[-1]["count"] > 1
    text = str(steward.app.json_rows())
    for word in ("Ida", "Møllevang", "33 11 22 33", "33112233", "liste.csv"):
        assert word not in text


def test_an_uploaded_list_is_stored_encrypted_and_deleted_when_applied(steward: Importer) -> None:
    sent = steward.send_accepted()

    def stored_rows() -> list[Any]:
        with read_connection(steward.app.accounts.engine) as connection:
            return list(connection.execute(select(upload_table)))

    (row,) = stored_rows()
    assert "Ida" not in str(row)
    assert steward.apply(sent).is_success
    assert stored_rows() == []
    assert steward.app.get(f"/imports/{sent['id']}", steward.headers).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    "role", [role for role in Role if role is not Role.STEWARD], ids=lambda role: role.value
)
def test_only_a_steward_may_import(app: TestApp, steward: Importer, role: Role) -> None:
    sent = steward.send_accepted()
    other = Importer(app, app.as_(role))
    for answer in (
        other.send(), other.apply(sent), other.undo(sent["id"]), other.choose(sent["id"]),
        app.get("/imports", other.headers), app.get(f"/imports/{sent['id']}", other.headers),
        app.get(f"/imports/{sent['id']}/errors", other.headers),
    ):  # fmt: skip
        assert answer.status_code == 403
    assert app.store.revision() == 1


def test_a_steward_of_another_area_cannot_import_apply_choose_or_undo(
    app: TestApp, steward: Importer
) -> None:
    neighbor = Importer(app, app.as_(Role.STEWARD, areas=("nabo",)))
    assert neighbor.send().status_code == 404  # the area is outside their grant
    sent = neighbor.send_accepted(area="nabo")
    assert set(row_rules(sent)) == {"NOT_YOURS"}
    assert "Amina" not in str(sent["preview"]["rows"])
    assert slug(neighbor.apply(sent)) == "import-refused"
    skipped = neighbor.apply(sent, skips_refused=True, key="skipping-1")
    assert (skipped.status_code, app.store.revision()) == (422, 1)
    mine = steward.send_accepted()
    assert slug(neighbor.apply(mine)) == "not-found"
    assert neighbor.choose(mine["id"]).status_code == 404
    assert steward.apply(mine).is_success
    assert neighbor.undo(mine["id"]).status_code == 404
    assert neighbor.batches() == []


def test_a_hidden_person_is_neither_a_duplicate_nor_a_merge_target(
    app: TestApp, steward: Importer
) -> None:
    """Erik works in Naboby, and only his own town may see him."""
    text = (
        "Kommune;Funktion;Navn\nKystby Kommune;Kriminalpræventiv konsulent;Erik Stenbro Sørensen\n"
    )
    twin = text.replace("Erik Stenbro", "Knud Stenbro")
    seen, unknown = steward.send_beside(text), steward.send_beside(twin)
    for sent in (seen, unknown):
        assert states(sent) == ["NEW"]
        assert [row["duplicates"] for row in sent["preview"]["rows"]] == [[]]
    neighbor = Importer(app, app.as_(Role.STEWARD, areas=("nabo", "kystby")))
    (row,) = neighbor.send_accepted(text)["preview"]["rows"]
    assert [duplicate["person"]["id"] for duplicate in row["duplicates"]] == ["erik"]
    merged = steward.choose(steward.send_accepted(text)["id"], merges={"2": "erik"})
    absent = steward.choose(steward.send_accepted(text)["id"], merges={"2": "nobody"})
    assert merged.status_code == absent.status_code == 404


def test_a_hidden_person_does_not_affect_the_preview(app: TestApp, steward: Importer) -> None:
    text = (
        "Kommune;Funktion;Navn\n"
        "Kystby Kommune;Kriminalpræventiv konsulent;Erik Stenbro Sørensen\n"
        "Kystby Kommune;SSP-koordinator;Erik Stenbro Sørensen\n"
        "Naboby Kommune;SSP-koordinator;Erik Stenbro Sørensen\n"
    )
    before = steward.send_accepted(text)["preview"]["rows"]
    erik = replace(element_of(app.store, "erik", Person), name="Knud Stenbro Holm")
    app.store.apply(change_set(updates=(erik,)))
    after = steward.send_accepted(text)["preview"]["rows"]
    assert before == after
    assert "Knud" not in str(after)


def test_a_person_whose_name_is_hidden_is_not_a_duplicate(app: TestApp) -> None:
    """An analyst of the whole country sees that Erik exists, but not his name."""
    account = app.account(Role.STEWARD, areas=("kystby",))
    app.accounts.grant(account, Grant(role=Role.ANALYST, areas=frozenset({"dk"})), given_by="test")
    both = Importer(app, bearer(app.accounts.open_session(account, Assurance.STRONG)))
    text = (
        "Kommune;Funktion;Navn\nKystby Kommune;Kriminalpræventiv konsulent;Erik Stenbro Sørensen\n"
    )
    (row,) = both.send_beside(text)["preview"]["rows"]
    assert (row["state"], row["duplicates"]) == ("NEW", [])


def test_merging_a_row_with_a_person_of_another_home_is_refused(app: TestApp) -> None:
    """Carl's home is the district; a steward of the town, whose post shares a network with his,
    sees him but may not give him a post."""
    steward = Importer(app, app.as_(Role.STEWARD, person="dina"))
    text = "Kommune;Funktion;Navn\nKystby Kommune;Hovedkontakt, god løsladelse;Carl Lyngtoft Holm\n"
    sent = steward.send_accepted(text)
    (row,) = sent["preview"]["rows"]
    assert [duplicate["person"]["id"] for duplicate in row["duplicates"]] == ["carl"]
    merged = steward.choose(sent["id"], merges={"2": "carl"}).json()
    assert row_rules(merged) == ["HOME_ELSEWHERE"]
    assert slug(steward.apply(merged)) == "import-refused"
    assert app.store.revision() == 1


def test_applying_a_stale_preview_is_refused_until_it_is_read_again(steward: Importer) -> None:
    sent, store = steward.send_accepted(), steward.app.store
    store.apply(change_set(updates=(changed_post(store),)))
    stale = steward.apply(sent)
    assert (stale.status_code, slug(stale)) == (409, "preview-changed")
    assert "Ida Møllevang Bæk" not in names_in(store)
    assert steward.apply(steward.read(sent["id"]), key="once-more").is_success


def test_two_requests_for_one_list_write_it_once_and_both_get_the_batch(
    steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, answers = steward.send_accepted(), list[Response]()
    before_write(
        steward.app, monkeypatch, lambda: answers.append(steward.apply(sent, key="the-second"))
    )
    answers.append(steward.apply(sent, key="the-first"))
    assert [answer.status_code for answer in answers] == [201, 201], answers[1].text
    assert answers[0].json() == answers[1].json()
    assert [batch["id"] for batch in steward.batches()] == [sent["id"]]
    assert steward.apply(sent, key="a-third-one").json() == answers[0].json()
    assert steward.app.store.revision() == 2


def before_write(app: TestApp, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen between the plan of the next write and the write."""
    apply = app.directory.apply

    def delayed(changes: ChangeSet) -> int:
        monkeypatch.setattr(app.directory, "apply", apply)
        act()
        return apply(changes)

    monkeypatch.setattr(app.directory, "apply", delayed)


def test_a_list_is_not_written_on_a_register_in_which_its_person_has_appeared(
    steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process creates is in no version of an element that the list is based on."""
    app, sent = steward.app, steward.send_accepted()
    ida = Person(id="ida", name="Ida Møllevang Bæk", source="test")
    seat = Holds(id="seat-of-ida", source_id="ida", target_id="release", source="test")
    before_write(app, monkeypatch, lambda: app.store.apply(change_set(creates=(ida, seat))))
    stale = steward.apply(sent)
    assert (stale.status_code, slug(stale)) == (409, "preview-changed")
    assert sorted(app.store.load().nodes.name).count("Ida Møllevang Bæk") == 1


def test_a_change_that_the_steward_does_not_see_does_not_stop_a_list(
    steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, sent = steward.app, steward.send_accepted()
    civilian = element_of(app.store, "jens", ResourceIndividual)
    hidden = change_set(updates=(replace(civilian, languages=frozenset({"so"})),))
    before_write(app, monkeypatch, lambda: app.store.apply(hidden))
    assert steward.apply(sent).status_code == 201


def test_a_failure_after_the_write_is_an_unknown_outcome_until_it_is_asked_again(
    steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, imports = steward.send_accepted(), steward.app.accounts.imports

    def fail(*_args: object) -> None:
        raise OperationalError("no space left", {}, Exception())

    with monkeypatch.context() as patch:
        patch.setattr(imports, "settle", fail)
        answer = steward.apply(sent)
    assert (answer.status_code, slug(answer)) == (503, "outcome-unknown")
    assert "Ida Møllevang Bæk" in names_in(steward.app.store)
    again = steward.apply(sent)
    assert again.status_code == 201, again.text
    assert steward.app.store.revision() == 2
    assert steward.undo(sent["id"]).is_success


def changed_post(store: Any) -> Actor:
    return replace(element_of(store, "release", Actor), hours="MO-FR 10:00-12:00")


def test_a_refused_row_blocks_the_whole_list_unless_skipped(steward: Importer) -> None:
    text = LIST + "Kystby Kommune;Noget ganksk andet;Bo Lund Bak;\n"
    sent, store = steward.send_accepted(text), steward.app.store
    assert states(sent) == ["UNCHANGED", "NEW", "REFUSED"]
    answer = steward.apply(sent)
    (error,) = answer.json()["errors"]
    assert (error["line"], error["rule"], error["header"]) == (4, "UNKNOWN_POST", "Funktion")
    assert store.revision() == 1
    errors = steward.app.get(f"/imports/{sent['id']}/errors", steward.headers)
    assert errors.headers["content-type"].startswith("text/csv")
    (_head, row) = csv.reader(io.StringIO(errors.content.decode("utf-8-sig")), delimiter=";")
    assert row[:3] == ["Kystby Kommune", "Noget ganksk andet", "Bo Lund Bak"]
    only = steward.read(sent["id"], state="REFUSED")
    assert states(only) == ["REFUSED"]
    assert steward.apply(sent, skips_refused=True, key="skip-them-1").is_success
    assert "Bo Lund Bak" not in names_in(store)


def test_chosen_fields_and_meanings_are_applied_and_unknown_ones_are_refused(
    steward: Importer,
) -> None:
    text = "Rolle;Bemærk\nSSP konsulentledersen;Ida Møllevang Bæk\n"
    sent = steward.send_accepted(text)
    assert sent["constants"] == {"AUTHORITY": "Kystby Kommune"}
    assert (sent["readings"][0]["meaning"], row_rules(sent)) == (None, ["UNKNOWN_POST"])
    fields = {"Rolle": "POST", "Bemærk": "NAME"}
    reading = {"field": "POST", "typed": "SSP konsulentledersen", "meaning": "SSP_COORDINATOR"}
    answer = steward.choose(sent["id"], fields=fields, readings=[reading], holders=BESIDE)
    assert answer.status_code == 200, answer.text
    chosen = answer.json()
    assert [column["field"] for column in chosen["columns"]] == ["POST", "NAME"]
    assert [word["meaning"] for word in chosen["readings"]] == ["SSP_COORDINATOR"]
    (row,) = chosen["preview"]["rows"]
    assert (row["state"], row["post"], row["person"]) == (
        "NEW", "SSP-koordinator, Kystby", "Ida Møllevang Bæk",
    )  # fmt: skip
    for field, choices in (
        ("fields", {"fields": {"Rolle": "NONSENSE"}}),
        ("readings", {"fields": fields, "readings": [{**reading, "meaning": "NONSENSE"}]}),
    ):
        unknown = steward.choose(sent["id"], **choices)
        assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, field)


def test_a_network_name_of_another_area_needs_a_chosen_meaning(steward: Importer) -> None:
    text = "Kommune;Funktion;Navn;Samarbejde\n{};SSP-koordinator;;Dialogforum Havnen\n"
    assert steward.send_accepted(text.format("Kystby Kommune"))["readings"] == []
    sent = steward.send_accepted(text.format("Naboby Kommune"))
    assert row_rules(sent) == ["UNKNOWN_NETWORK"]
    (word,) = sent["readings"]
    assert (word["typed"], word["meaning"]) == ("Dialogforum Havnen", None)
    assert "DIALOGUE_FORUM" in [choice["code"] for choice in word["choices"]]


def test_a_cpr_number_in_a_column_that_is_left_out_is_not_stored_with_the_upload(
    steward: Importer,
) -> None:
    head, *rows = LIST.splitlines()
    notes = ["se 010190-1234 hos os", "ny"]
    lines = [f"{row};{note}" for row, note in zip(rows, notes, strict=True)]
    sent = steward.send_beside("\n".join((f"{head};Bemærkning", *lines, "")))
    assert "1234" not in str(sent["columns"][-1])
    assert any("CPR-nummer" in note["text"] for note in sent["notes"])
    with read_connection(steward.app.accounts.engine) as connection:
        sealed = connection.execute(select(upload_table.c.content)).scalar_one()
    stored = steward.app.audit.decrypt_parameters({"content": sealed})["content"]
    assert "Ida" in stored
    assert "010190" not in stored
    assert steward.apply(steward.read(sent["id"])).is_success


def test_a_file_with_a_forbidden_column_or_no_content_is_refused(steward: Importer) -> None:
    answer = steward.send("Navn;CPR\nIda Møllevang Bæk;x\n")
    assert (answer.status_code, slug(answer)) == (422, "import-refused")
    (error,) = answer.json()["errors"]
    assert (error["rule"], error["line"], error["column"]) == ("FORBIDDEN_COLUMN", 1, "B")
    assert "Ida" not in answer.text
    empty = steward.send(b"")
    assert empty.status_code == 422
    assert [error["rule"] for error in empty.json()["errors"]] == ["EMPTY_FILE"]


def test_the_encoding_of_an_ambiguous_list_is_asked_for_and_kept(steward: Importer) -> None:
    text = "Kommune;Funktion;Navn\nKystby;Kriminalpræventiv konsulent;Anna Sjögren\n"
    data = text.replace("æ", "ae").encode("mac-roman")
    answer = steward.send(data)
    assert (answer.status_code, slug(answer)) == (422, "import-refused")
    assert "Sjšgren (windows-1252) · Sjögren (mac-roman)" in answer.json()["errors"][0]["detail"]
    assert steward.send(data, encoding="ebcdic").status_code == 422
    sent = steward.send_accepted(data, encoding="mac-roman")
    chosen = steward.choose(sent["id"], is_complete=True).json()  # the stored file is read again
    assert chosen["columns"][2]["examples"] == ["Anna Sjögren"]
    assert "Sjögren" not in str(steward.app.json_rows())


@pytest.mark.parametrize(
    ("field", "name"),
    [("file", "liste_010203_1234.csv"), ("sheet", "O10203-1234"), ("source", "hr-010203-1234")],
)
def test_a_cpr_number_in_the_name_of_a_file_sheet_or_source_is_refused(
    steward: Importer, field: str, name: str
) -> None:
    answer = steward.send(**{field: name})
    assert (answer.status_code, slug(answer)) == (422, "refused-content")
    (error,) = answer.json()["errors"]
    assert (error["field"], error["rule"]) == (field, "CPR_NUMBER")
    assert name not in answer.text


def test_a_second_steward_sees_the_rules_of_refused_rows_without_content(
    app: TestApp, steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_ENDS", 0)
    text = "Kommune;Funktion;Navn;Medarbejdernr.\nKystby Kommune;Kriminalpræventiv konsulent;{}\n"
    first = text.format("Ida Møllevang Bæk;m-17")
    assert steward.apply(steward.send_beside(first)).is_success
    successor = text.format("Karsten Hasselhegn Holm;m-17")  # ends the seat of the other
    refused = "Kystby Kommune;Noget ganksk andet;Bo Lund Bak;m-18\n"
    sent = steward.send_beside(successor + refused, file="fyringer.csv")
    waits = steward.apply(sent, skips_refused=True, key="waits-for-two")
    assert slug(waits) == "second-yes", waits.text
    second = Importer(app, app.as_(Role.STEWARD))
    seen, path = second.read(sent["id"]), f"/imports/{sent['id']}/errors"
    assert row_rules(seen) == ["UNKNOWN_POST"]
    theirs = app.get(path, second.headers).content.decode("utf-8-sig")
    assert [row[4] for row in csv.reader(io.StringIO(theirs), delimiter=";")][1:] == [
        "UNKNOWN_POST"
    ]
    for answer in (str(seen), theirs, second.apply(seen, key="clean-only").text):
        assert "fyringer" not in answer
        assert "Bo Lund Bak" not in answer
    assert "Bo Lund Bak" in app.get(path, steward.headers).content.decode("utf-8-sig")
    assert second.apply(seen, skips_refused=True, key="second-yes-1").is_success


@pytest.mark.slow
def test_large_uploads_from_anyone_but_a_steward_are_refused_with_413(
    app: TestApp, steward: Importer
) -> None:
    large = LIST + "Kystby Kommune;SSP-koordinator;Amina Søkilde Østergård;\n" * 8_000
    assert len(large) > 300_000
    stranger = Importer(app, app.as_(Role.ANALYST))
    assert stranger.send(large).status_code == 413
    assert Importer(app, {}).send(large).status_code == 413
    assert Importer(app, {}).send().status_code == 401
    assert steward.send_accepted(large)["rows"] == 8_002
    assert steward.send(b"x" * (10 * 1024 * 1024 + 1)).status_code == 413


def test_an_undo_says_and_keeps_what_was_edited_since(steward: Importer) -> None:
    sent, store = steward.send_accepted(), steward.app.store
    assert steward.apply(sent).is_success
    snapshot = store.load()
    person = snapshot.nodes.ids[list(snapshot.nodes.name).index("Ida Møllevang Bæk")]
    edited = replace(element_of(store, person, Person), title="Konsulent")
    store.apply(change_set(updates=(edited,)))
    would = steward.app.read(f"/imports/{sent['id']}/undo", steward.headers)
    assert would["kept"] == [
        {"node": {"id": person, "name": "Ida Møllevang Bæk"}, "why": "EDITED", "by": None}
    ]
    assert (would["ends"], would["restores"], would["kept_count"]) == (0, 0, 1)
    undone = steward.undo(sent["id"])
    assert undone.status_code == 200, undone.text
    assert element_of(store, person, Person).title == "Konsulent"
    assert not element_of(store, person, Person).is_taken_back()


def test_imports_are_undone_in_reverse_order(steward: Importer) -> None:
    before = names_in(steward.app.store)
    first = steward.send_accepted()
    assert steward.apply(first).is_success
    second = steward.send_accepted(LIST.replace("33 11 22 33", "33 11 22 44"))
    assert steward.apply(second).is_success
    for upload in (second["id"], first["id"]):
        would = steward.app.read(f"/imports/{upload}/undo", steward.headers)
        assert would["kept"] == []
        assert steward.undo(upload).status_code == 200
    nodes = (node for node in steward.app.store.load().elements() if isinstance(node, Node))
    assert all(node.is_taken_back() for node in nodes if node.batch)
    assert before <= names_in(steward.app.store)


def test_applying_and_undoing_an_import_require_an_idempotency_key(steward: Importer) -> None:
    sent = steward.send_accepted()
    body = {"digest": "", "revision": 0}
    for path, sending in ((f"/imports/{sent['id']}/apply", body), ("/imports/x/undo", None)):
        answer = steward.app.post(path, steward.headers, sending)
        assert slug(answer) == "precondition-required"


@pytest.mark.slow
def test_an_import_that_ends_many_elements_needs_two_stewards(
    app: TestApp, steward: Importer
) -> None:
    many = "Kommune;Funktion;Enhed;Navn\n" + "".join(
        f"Kystby Kommune;SSP-kontaktlærer;Skole {letter};Ida {letter}ellevang Bæk\n"
        for letter in "BDFGHJKLMNPR"
    )
    assert steward.apply(steward.send_accepted(many)).is_success
    short_list = "".join(many.splitlines(keepends=True)[:2])
    sent = steward.send_accepted(short_list)
    whole = steward.choose(sent["id"], is_complete=True).json()
    assert whole["preview"]["ends"] > 20, whole["preview"]["counts"]
    revision = app.store.revision()
    waits = steward.apply(whole, key="waits-for-two")
    assert (waits.status_code, slug(waits)) == (409, "second-yes")
    assert app.store.revision() == revision
    outside = Importer(app, app.as_(Role.STEWARD, areas=("nabo",)))
    assert app.get(f"/imports/{sent['id']}", outside.headers).status_code == 404
    second = Importer(app, app.as_(Role.STEWARD))
    seen = second.read(sent["id"])
    assert (seen["is_mine"], seen["is_waiting"]) == (False, True)
    assert second.choose(sent["id"]).status_code == 403
    assert second.apply(seen, key="second-yes-1").is_success
    assert states(second.send_accepted(short_list)) == ["UNCHANGED"]


def test_the_next_list_of_a_source_reuses_the_columns_but_not_the_merges(
    app: TestApp, steward: Importer
) -> None:
    text = "Rolle;Hvem;Bemærk\nSSP-koordinator;Amina Søkilde Østergård;Ida Møllevang Bæk\n"
    sent = steward.send_accepted(text)
    chosen = steward.choose(
        sent["id"], fields={"Rolle": "POST", "Hvem": None, "Bemærk": "NAME"},
        merges={"2": "dina"}, holders=BESIDE,
    )  # fmt: skip
    assert chosen.json()["merges"] == {"2": "dina"}
    answer = steward.apply(chosen.json())
    assert answer.status_code == 201, answer.text
    (saved,) = app.read("/imports", steward.headers)["saved"]
    assert saved == {"source": "kystby.hr", "area": "kystby"}
    again = Importer(app, app.as_(Role.STEWARD)).send_accepted(text)
    assert [column["field"] for column in again["columns"]] == ["POST", None, "NAME"]
    assert (again["merges"], again["holders"]) == ({}, {})


@pytest.mark.slow
def test_a_new_column_is_asked_about_a_missing_one_named_and_an_undo_puts_the_mapping_back(
    steward: Importer,
) -> None:
    sent = steward.send_accepted()
    assert steward.apply(sent).is_success
    header, *rows = LIST.splitlines()
    wider = "\n".join([f"{header.replace('Telefon', 'Tlf.')};Noter", *(f"{row};x" for row in rows)])
    asked = steward.send_beside(wider)
    assert [(fault["header"], fault["rule"]) for fault in asked["faults"]] == [
        ("Tlf.", "NEW_COLUMN"), ("Noter", "NEW_COLUMN"),
    ]  # fmt: skip
    assert asked["preview"] is None
    assert [note["text"] for note in asked["notes"]] == [
        "kolonner, som den sidste liste havde, mangler: Telefon"
    ]
    fields = {"Tlf.": "PHONE", "Noter": None}
    chosen = steward.choose(asked["id"], holders=BESIDE, fields=fields).json()
    assert (chosen["faults"], states(chosen)) == ([], ["UNCHANGED", "UNCHANGED"])
    changed = steward.send_beside(wider.replace("33 11 22 33", "33 11 22 34"))
    chosen = steward.choose(changed["id"], holders=BESIDE, fields=fields).json()
    assert steward.apply(chosen).is_success
    assert steward.send_beside(wider)["faults"] == []
    assert steward.send_beside(LIST)["faults"] == []  # the columns of both are known
    assert steward.undo(chosen["id"]).is_success
    again = steward.send_beside(wider)
    assert [fault["header"] for fault in again["faults"]] == ["Tlf.", "Noter"]


def test_is_complete_and_takes_source_are_not_carried_over_to_the_next_list(
    steward: Importer,
) -> None:
    more = LIST + "Kystby Kommune;SSP-koordinator;Per Hasselhegn Holm;\n"
    sent = steward.send_accepted(more)
    chosen = steward.choose(sent["id"], is_complete=True, takes_source=True).json()
    assert (chosen["is_complete"], chosen["takes_source"]) == (True, True)
    assert steward.apply(chosen).is_success
    again = steward.send_accepted()
    assert (again["is_complete"], again["takes_source"]) == (False, False)
    assert again["preview"]["ends"] == 0


def test_a_list_uploaded_by_the_server_waits_for_a_steward_of_its_area(
    app: TestApp, steward: Importer
) -> None:
    data = LIST.encode()
    content = stored_file("liste.csv", data, read_sent("liste.csv", data, ON), ends=None)
    left = app.accounts.imports.keep(
        HOST,
        source="kystby.hr",
        area="kystby",
        content=app.audit.encrypt_text(content),
    )
    outside = Importer(app, app.as_(Role.STEWARD, areas=("nabo",)))
    assert app.get(f"/imports/{left.id}", outside.headers).status_code == 404
    assert app.read("/imports", outside.headers)["open"] == []
    (entry,) = app.read("/imports", steward.headers)["open"]
    assert (entry["id"], entry["is_from_server"]) == (left.id, True)
    assert app.store.revision() == 1
    assert steward.apply(steward.read(left.id)).is_success
    assert "Ida Møllevang Bæk" in names_in(app.store)


def batch_in(area: str, batch_id: str, made_at: datetime, revision: int | None) -> StoredBatch:
    return StoredBatch(
        id=batch_id, batch=f"{area}.hr:20261125:{batch_id}", account="acc-1", source=f"{area}.hr",
        area=area, counts={}, change_set=batch_id, revision=revision, made_at=made_at,
    )  # fmt: skip


def test_import_batches_of_own_areas_are_listed_despite_many_of_other_areas(
    app: TestApp, steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_imports, "MOST_BATCHES", 2)
    now = app.accounts.clock()
    for number, area in enumerate(("kystby", "nabo", "nabo")):
        made_at = now + timedelta(minutes=number)
        app.accounts.imports.begin(batch_in(area, f"imp-{number}", made_at, 1))
    assert [batch["id"] for batch in steward.batches()] == ["imp-0"]


def test_listing_import_batches_does_not_wait_for_a_running_import(
    app: TestApp, steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def revision_by_key(_key: str, *, waits: bool = True) -> None:
        assert not waits

    monkeypatch.setattr(app.store, "revision_by_key", revision_by_key)
    now = app.accounts.clock()
    app.accounts.imports.begin(batch_in("kystby", "imp-1", now, 1))
    app.accounts.imports.begin(batch_in("kystby", "imp-2", now, None))
    assert [batch["id"] for batch in steward.batches()] == ["imp-1"]


@pytest.mark.slow
def test_ids_of_the_source_survive_a_second_post_a_new_name_and_an_undo(steward: Importer) -> None:
    head = "Kommune;Funktion;Navn;Medarbejdernr.\n"
    two = head + (
        "Kystby Kommune;Kriminalpræventiv konsulent;Ida Møllevang Bæk;m-17\n"
        "Kystby Kommune;Hovedkontakt, god løsladelse;Ida Møllevang Bæk;m-17\n"
    )
    sent = steward.send_beside(two)
    assert [column["field"] for column in sent["columns"]][-1] == "EXTERNAL_ID"
    first = steward.apply(sent)
    assert first.status_code == 201, first.text
    assert states(steward.send_accepted(two)) == ["UNCHANGED", "UNCHANGED"]
    assert steward.undo(sent["id"]).is_success
    again = steward.apply(steward.send_beside(two))
    assert again.status_code == 201, again.text
    renamed = steward.send_accepted(two.replace("Møllevang Bæk", "Møllevang Holm"))
    assert "CHANGED" in states(renamed)
    assert steward.apply(renamed).is_success
    assert "Ida Møllevang Holm" in names_in(steward.app.store)


def test_a_refusal_by_the_store_names_the_sheet_and_line(steward: Importer) -> None:
    """An id of the source is already used by a person whom the steward does not see."""
    app, book = steward.app, excel_of([line.split(";") for line in LIST.splitlines()], "SSP")
    register = ImportRegister.of(app.store.load(), app.directory.today())
    table = table_of(read_file("liste.xlsx", book))
    planned = preview(
        table, guess(table, register), register, options("kystby.hr", on=app.directory.today())
    )
    (person, *_) = (element for element in planned.creates if isinstance(element, Person))
    hidden = replace(person, name="Erik Ny Holm", batch=None)
    seat = Holds(id="there", source_id=person.id, target_id="nabo-ssp", source="test")
    app.store.apply(change_set(creates=[hidden, seat]))
    sent = steward.send_accepted(book, file="liste.xlsx")
    answer = steward.apply(sent)
    assert slug(answer) == "import-refused", answer.text
    (error, *_) = answer.json()["errors"]
    assert (error["rule"], error["sheet"]) == ("TAKEN", "SSP")
    assert error["line"] in (2, 3)
    assert "Erik" not in answer.text


def test_a_discarded_list_is_gone_and_only_its_sender_discards_it(
    app: TestApp, steward: Importer
) -> None:
    sent = steward.send_accepted()
    path = f"/imports/{sent['id']}"
    assert app.http.delete(path, headers=app.as_(Role.ANALYST)).status_code in (403, 404)
    assert steward.app.http.delete(path, headers=steward.headers).status_code == 204
    for again in (steward.app.http.delete, steward.app.http.get):
        assert again(path, headers=steward.headers).status_code == 404


def test_the_progress_of_a_preview_is_shown_until_the_list_is_discarded(
    steward: Importer,
) -> None:
    sent = steward.send_accepted()
    imports = steward.app.accounts.imports
    assert imports.note_progress(sent["id"], Progress(Stage.ROWS, 200, 1000))
    (shown,) = steward.app.http.get("/imports", headers=steward.headers).json()["open"]
    assert shown["progress"] == {"stage": "læser rækkerne", "done": 200, "total": 1000}
    steward.app.http.delete(f"/imports/{sent['id']}", headers=steward.headers)
    assert not imports.note_progress(sent["id"], Progress(Stage.ROWS, 400, 1000))
    assert imports.progress() == {}


def test_discarding_a_list_stops_its_preview(
    steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_QUICK_S", 0)
    monkeypatch.setattr(uploads, "_EVERY_S", 0)
    rows = "".join(f"Kystby Kommune;SSP-koordinator;Ida Bæk {n};\n" for n in range(4000))
    answers: list[Response] = []
    thread = Thread(target=lambda: answers.append(steward.send(LIST + rows)))
    thread.start()
    imports = steward.app.accounts.imports
    while not (made := imports.progress()) and thread.is_alive():
        pass
    (upload_id,) = made
    discarded = steward.app.http.delete(f"/imports/{upload_id}", headers=steward.headers)
    thread.join()
    assert (discarded.status_code, answers[0].status_code) == (204, 404)
    assert imports.uploads() == ()
