"""Undoing a change set over HTTP: by its author, on its day, while nothing in it has changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from httpx2 import Response

from graph.access.policy import Role
from graph.model import Actor, Consent, ContactDetail
from tests.change_sets import change_set, element_of
from tests.fixtures.app import TestApp
from tests.fixtures.editor import EditorClient, desk_of, slug
from tests.kystby import TODAY


@pytest.fixture
def steward(app: TestApp) -> EditorClient:
    return desk_of(app, Role.STEWARD)


def written(answer: Response) -> str:
    """Return the id of the change set of a successful write."""
    assert answer.status_code in {200, 201}, answer.text
    change: str = answer.json()["change_set"]
    return change


def undo(editor: EditorClient, change: str) -> Response:
    return editor.send("POST", f"/change-sets/{change}/undo")


def test_a_number_gets_its_old_value_and_its_last_check_back(steward: EditorClient) -> None:
    assert steward.verify("phone-bo").status_code == 200
    before = element_of(steward.app.store, "phone-bo", ContactDetail)
    assert before.verified_on == TODAY
    change = written(steward.change("phone-bo", value="02345670"))
    assert steward.app.store.reveal("phone-bo").uncover() == "+45 02 34 56 70"
    answer = undo(steward, change)
    assert answer.status_code == 200, answer.text
    assert "12 34 78" not in answer.text
    assert steward.app.store.reveal("phone-bo").uncover() == "+45 05 12 34 78"
    after = element_of(steward.app.store, "phone-bo", ContactDetail)
    assert (after.hint, after.verified_on, after.verified_by, after.valid_to) == (
        before.hint, before.verified_on, before.verified_by, before.valid_to,
    )  # fmt: skip
    (thing,) = answer.json()["things"]
    assert (thing["id"], thing["kind"]) == ("phone-bo", "UPDATED")
    assert thing["etag"] == steward.etag("phone-bo")


def test_a_repeated_undo_writes_nothing_more(steward: EditorClient) -> None:
    change = written(steward.change("ssp-post", hours=None))
    first, second = undo(steward, change), undo(steward, change)
    assert (first.json()["revision"], second.json()["revision"]) == (3, 3)
    assert (len(first.json()["things"]), second.json()["things"]) == (1, [])
    assert steward.app.store.revision() == 3


def test_what_was_created_ends_and_what_has_ended_is_valid_again(steward: EditorClient) -> None:
    seat = {"source_id": "@ida", "target_id": "release"}
    answer = steward.apply(
        creates=[
            {"label": "Person", "called": "@ida", "fields": {"name": "Ida Rugvang Holm"}},
            {"type": "DEPUTIZES_FOR", "called": "@seat", "fields": {**seat, "order": 2}},
        ],
        ends=[steward.ending("amina--ssp-post")],
    )
    change = written(answer)
    ids = {thing["called"]: thing["id"] for thing in answer.json()["things"]}
    assert steward.element("amina--ssp-post").valid_to == TODAY
    answer = undo(steward, change)
    assert answer.status_code == 200, answer.text
    assert steward.element("amina--ssp-post").valid_to is None
    assert steward.element(ids["@ida"]).valid_to == TODAY
    assert {"amina", ids["@ida"]} <= set(steward.app.json_rows()[-1]["subjects"])
    assert not steward.app.get(f"/entities/{ids['@ida']}", steward.headers).is_success


def test_a_seat_that_begins_today_is_ended_instead(steward: EditorClient) -> None:
    answer = steward.tie("HOLDS", "bo", "ssp-post", valid_from=str(TODAY))
    refused = undo(steward, written(answer))
    assert (refused.status_code, slug(refused)) == (412, "conflict")
    assert steward.app.store.revision() == 2


def test_only_the_author_undoes_a_change_and_only_if_nothing_has_changed_since(
    app: TestApp, steward: EditorClient
) -> None:
    other = desk_of(app, Role.STEWARD)
    change = written(steward.change("ssp-post", name="SSP-konsulent, Kystby"))
    assert undo(other, change).status_code == 404
    assert undo(steward, "unknown").status_code == 404
    written(other.change("ssp-post", name="SSP-rådgiver, Kystby"))
    refused = undo(steward, change)
    assert (refused.status_code, slug(refused)) == (412, "conflict")
    assert app.store.revision() == 3


def test_an_undo_leaves_another_field_as_somebody_has_changed_it_since(
    app: TestApp, steward: EditorClient
) -> None:
    before = element_of(app.store, "ssp-post", Actor)
    change = written(steward.change("ssp-post", name="SSP-konsulent, Kystby"))
    written(desk_of(app, Role.STEWARD).change("ssp-post", hours=None))
    assert undo(steward, change).status_code == 200
    after = element_of(app.store, "ssp-post", Actor)
    assert (after.name, after.hours) == (before.name, None)


def account_of(editor: EditorClient) -> str:
    who = editor.app.accounts.signed_in(editor.headers["Authorization"].split()[1])
    assert who is not None
    return who.account


def test_a_change_of_an_earlier_day_is_not_undone(steward: EditorClient) -> None:
    post = replace(steward.element("ssp-post"), hours=None)
    changes = change_set(updates=[post], made_by=account_of(steward), idempotency="yesterday")
    made_at = datetime.now(UTC) - timedelta(days=1)
    steward.app.store.apply(replace(changes, made_at=made_at))
    refused = undo(steward, "yesterday")
    assert (refused.status_code, slug(refused)) == (412, "conflict")
    assert "den dag" in refused.json()["detail"]


def test_neither_an_import_nor_a_withdrawn_consent_is_undone(steward: EditorClient) -> None:
    consent = element_of(steward.app.store, "consent-jens", Consent)
    withdrawn = change_set(
        updates=[replace(consent, withdrawn_on=TODAY)],
        made_by=account_of(steward),
        idempotency="withdrawal",
    )
    steward.app.store.apply(replace(withdrawn, made_at=datetime.now(UTC)))
    refused = undo(steward, "withdrawal")
    assert (refused.status_code, slug(refused)) == (412, "conflict")
    assert element_of(steward.app.store, "consent-jens", Consent).withdrawn_on == TODAY
    post = replace(steward.element("ssp-post"), hours=None)
    imported = change_set(updates=[post], made_by=account_of(steward), idempotency="list")
    steward.app.store.apply(replace(imported, made_at=datetime.now(UTC), batch="0787.hr.1"))
    assert undo(steward, "list").status_code == 404
