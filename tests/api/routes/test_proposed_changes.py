"""Changes proposed by callers who may not make them, and answered by the steward who may."""

from datetime import date, timedelta
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import text

from api.audit.entry import AuditKind
from api.identity.proposals import Proposals
from api.identity.store import Assurance
from graph.access.policy import Role
from graph.model import Actor, DeputizesFor, Holds
from tests import kystby
from tests.api.withheld import withhold
from tests.change_sets import NUMBERS, change_set, changed, element_of
from tests.fixtures.app import TestApp, bearer
from tests.fixtures.editor import EditorClient, desk_of, rules, slug
from tests.kystby import TODAY

HOURS = "MO-TH 08:00-16:00"
COMMENT = "Ny åbningstid fra december."


@pytest.fixture
def outreach(app: TestApp) -> EditorClient:
    return desk_of(app, Role.OUTREACH, person="dina")


@pytest.fixture
def steward(app: TestApp) -> EditorClient:
    return desk_of(app, Role.STEWARD)


def propose(desk: EditorClient, comment: str | None = COMMENT, **changes: Any) -> Response:
    return desk.send("POST", "/proposals", {"changes": changes, "comment": comment})


def new_hours(desk: EditorClient, hours: str = HOURS) -> dict[str, Any]:
    return {"updates": [desk.updating("ssp-post", hours=hours)]}


def proposed(desk: EditorClient, comment: str | None = COMMENT, **changes: Any) -> str:
    answer = propose(desk, comment, **(changes or new_hours(desk)))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def accept(desk: EditorClient, proposal: str, query: str = "") -> Response:
    return desk.send("POST", f"/proposals/{proposal}/answer{query}", {"answer": "ACCEPTED"})


def refuse(desk: EditorClient, proposal: str, reason: str | None = "Det passer ikke.") -> Response:
    body = {"answer": "REFUSED", "reason": reason}
    return desk.send("POST", f"/proposals/{proposal}/answer", body)


def own_proposals(desk: EditorClient) -> list[dict[str, Any]]:
    proposals: list[dict[str, Any]] = desk.send("GET", "/proposals").json()["made"]
    return proposals


def waiting(desk: EditorClient) -> list[dict[str, Any]]:
    proposals: list[dict[str, Any]] = desk.send("GET", "/proposals").json()["waiting"]
    return proposals


@pytest.mark.slow
def test_a_proposed_change_is_previewed_and_written_by_the_accepting_steward(
    outreach: EditorClient, steward: EditorClient
) -> None:
    app = outreach.app
    assert outreach.change("ssp-post", hours=HOURS).status_code == 403
    proposal = proposed(outreach)
    (entry,) = waiting(steward)
    assert (entry["id"], entry["comment"], entry["is_mine"]) == (proposal, COMMENT, False)
    assert entry["by"] == {"id": "dina", "name": "Dina Åkær Friis"}
    (change,) = entry["would"]
    assert (change["label"], change["name"]) == ("Actor", "SSP-koordinator, Kystby")
    assert (change["before"], change["after"]) == (
        {"hours": "MO-FR 09:00-15:00"}, {"hours": HOURS},
    )  # fmt: skip
    preview = accept(steward, proposal, "?dry_run=true").json()
    assert (preview["is_allowed"], preview["errors"]) == (True, [])
    assert app.store.revision() == 1
    done = accept(steward, proposal)
    assert (done.status_code, done.json()["state"]) == (200, "ACCEPTED"), done.text
    assert element_of(app.store, "ssp-post", Actor).hours == HOURS
    (mine,) = own_proposals(outreach)
    assert (mine["state"], mine["is_mine"]) == ("ACCEPTED", True)
    assert waiting(steward) == []
    token = steward.headers["Authorization"].split()[1]
    who = app.accounts.signed_in(token)
    assert who is not None
    assert {change.made_by for change in app.store.changes_since(1)} == {who.account}


def test_a_refusal_requires_a_reason_that_the_proposer_sees(
    outreach: EditorClient, steward: EditorClient
) -> None:
    proposal = proposed(outreach)
    silent = refuse(steward, proposal, None)
    assert rules(silent) == [("/reason", "REQUIRED")]
    assert refuse(steward, proposal, "Ring 20 30 40 50").status_code == 422
    assert refuse(steward, proposal).json()["state"] == "REFUSED"
    (mine,) = own_proposals(outreach)
    assert (mine["state"], mine["reason"]) == ("REFUSED", "Det passer ikke.")
    assert outreach.app.store.revision() == 1
    for answer in (accept(steward, proposal), refuse(steward, proposal)):
        assert answer.status_code == 404


def test_ends_of_a_seat_and_of_a_post_can_be_proposed_and_accepted(
    outreach: EditorClient, steward: EditorClient
) -> None:
    store = outreach.app.store
    assert accept(steward, proposed(outreach, ends=[outreach.ending("amina--ssp-post")])).is_success
    assert element_of(store, "amina--ssp-post", Holds).valid_to == TODAY
    assert accept(steward, proposed(outreach, ends=[outreach.ending("release")])).is_success
    assert element_of(store, "release", Actor).valid_to == TODAY
    assert [proposal["state"] for proposal in own_proposals(outreach)] == ["ACCEPTED", "ACCEPTED"]


def test_a_new_person_is_proposed_together_with_their_seat(
    outreach: EditorClient, steward: EditorClient
) -> None:
    person = {"name": "Ida Møllevang Bæk", "visibility": "NETWORK"}
    seat = {"source_id": "@new", "target_id": "release", "valid_from": "2026-12-01"}
    creates = [
        {"label": "Person", "called": "@new", "fields": person},
        {"type": "HOLDS", "fields": seat},
    ]
    proposal = proposed(outreach, creates=creates)
    link = waiting(steward)[0]["would"][1]
    assert (link["type"], link["source"]["name"]) == ("HOLDS", "Ida Møllevang Bæk")
    assert accept(steward, proposal).status_code == 200
    headers = steward.headers
    hits = outreach.app.read("/names", headers, text="Ida Møllevang")["found"]
    assert [hit["name"] for hit in hits] == ["Ida Møllevang Bæk"]


@pytest.mark.slow
def test_only_a_steward_who_may_write_a_proposed_change_may_answer_it(
    app: TestApp, outreach: EditorClient
) -> None:
    proposal = proposed(outreach)
    for desk in (
        outreach,
        desk_of(app, Role.COORDINATOR, person="carl"),
        desk_of(app, Role.STEWARD, area="nabo"),
        desk_of(app, Role.STEWARD, area="havnen"),
        desk_of(app, Role.STEWARD, person="dina"),
        desk_of(app, Role.DPO, area="dk"),
        desk_of(app, Role.ADMIN, area="dk"),
        desk_of(app, Role.ANALYST, area="dk"),
    ):
        assert waiting(desk) == []
        for answer in (accept(desk, proposal), accept(desk, proposal, "?dry_run=true"),
                       refuse(desk, proposal)):  # fmt: skip
            assert answer.status_code == 404
    service = desk_of(app, Role.SERVICE)
    assert propose(service, **new_hours(service)).status_code == 403
    assert app.store.revision() == 1
    assert accept(desk_of(app, Role.STEWARD, area="dk"), proposal).status_code == 200


def test_a_steward_whose_grant_has_ended_cannot_accept_a_proposed_change(
    app: TestApp, outreach: EditorClient
) -> None:
    account = app.account(Role.STEWARD)
    token = app.accounts.open_session(account, Assurance.STRONG)
    steward = EditorClient(app=app, headers=bearer(token))
    proposal = proposed(outreach)
    assert len(waiting(steward)) == 1
    (grant,) = app.accounts.grants.of(account)
    app.accounts.changes.end(grant.id, by="test", is_host=True)
    assert accept(steward, proposal).status_code in (403, 404)
    assert app.store.revision() == 1


@pytest.mark.slow
def test_accepting_an_outdated_proposal_responds_with_a_conflict(
    outreach: EditorClient, steward: EditorClient
) -> None:
    store, proposal = outreach.app.store, proposed(outreach)
    named = proposed(outreach, updates=[outreach.updating("ssp-post", name="SSP, Kystby")])
    assert accept(steward, named).status_code == 200  # another field of the same post
    assert not waiting(steward)[0]["is_outdated"]
    store.apply(change_set(updates=[changed(store, "ssp-post", hours="MO 10:00-11:00")]))
    assert waiting(steward)[0]["is_outdated"]
    late = accept(steward, proposal)
    assert (late.status_code, slug(late)) == (412, "conflict")
    assert late.json()["versions"]["current"]["hours"] == "MO 10:00-11:00"
    assert element_of(store, "ssp-post", Actor).hours == "MO 10:00-11:00"
    assert refuse(steward, proposal).status_code == 200


def test_only_the_proposer_may_withdraw_a_proposed_change(
    app: TestApp, outreach: EditorClient, steward: EditorClient
) -> None:
    proposal = proposed(outreach)
    for desk in (steward, desk_of(app, Role.OUTREACH, person="carl")):
        assert desk.send("DELETE", f"/proposals/{proposal}").status_code == 404
    answer = outreach.send("DELETE", f"/proposals/{proposal}")
    assert (answer.status_code, answer.json()["state"]) == (200, "WITHDRAWN")
    assert accept(steward, proposal).status_code == 404
    assert app.store.revision() == 1


def test_proposing_a_change_that_the_caller_may_save_is_refused(steward: EditorClient) -> None:
    answer = propose(steward, **new_hours(steward))
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert "ret det på kortet i Register" in answer.json()["detail"]


def test_proposals_about_hidden_elements_are_refused_and_reveal_nothing(
    app: TestApp, outreach: EditorClient
) -> None:
    for hidden in ("erik", "phone-erik", "kaj", "erik--nabo-ssp"):
        answer = propose(outreach, ends=[outreach.ending(hidden)])
        assert answer.status_code == 404, hidden
    assert (
        propose(outreach, updates=[{**outreach.updating("erik", name="Eva By")}]).status_code == 404
    )
    analyst = desk_of(app, Role.ANALYST)
    unseen = propose(analyst, updates=[analyst.updating("amina", name="Eva By Holm")])
    assert (unseen.status_code, slug(unseen)) == (403, "forbidden")
    # A hidden holder makes the proposal break a rule: only the steward is told that.
    seat = {"source_id": "carl", "target_id": "nabo-ssp", "share": 1.0}
    blind = propose(outreach, creates=[{"type": "HOLDS", "fields": seat}])
    assert blind.status_code == 201
    assert "erik" not in blind.text
    assert own_proposals(outreach)[0]["would"][0]["target"]["name"] == "SSP-koordinator, Naboby"


@pytest.mark.slow
@pytest.mark.parametrize(
    "creates",
    [
        [{"label": "ResourceIndividual", "called": "@new", "fields": {
            "display_name": "Farida fra Havnen", "kind": "ROLE_MODEL", "visibility": "AREA"}}],
        [{"label": "ContactDetail", "called": "@new", "fields": {
            "channel": "MOBILE", "value": "+45 20 30 40 50"}},
         {"type": "REACHED_BY", "fields": {"source_id": "ssp-post", "target_id": "@new"}}],
        [{"type": "MEMBER_OF", "fields": {
            "source_id": "jens", "target_id": "forum",
            "levels": ["OUTREACH"], "gate": "CONSENT"}}],
        [{"type": "KNOWS", "fields": {"source_id": "bo", "target_id": "carl"}}],
    ],
    ids=["individual", "number", "membership", "acquaintance"],
)  # fmt: skip
def test_changes_of_civilians_numbers_and_ties_cannot_be_proposed(
    app: TestApp, creates: list[dict[str, Any]]
) -> None:
    coordinator = desk_of(app, Role.COORDINATOR, person="carl")
    for desk in (coordinator, desk_of(app, Role.OUTREACH, person="dina")):
        answer = propose(desk, creates=creates)
        # carl does not see jens, and dina knows neither bo nor carl
        assert answer.status_code in (403, 404, 422), answer.text
        assert own_proposals(desk) == []
    for desk in (coordinator, desk_of(app, Role.OUTREACH, person="dina")):
        for private in ("jens", "consent-jens", "phone-jens"):
            answer = propose(desk, ends=[desk.ending(private)])
            assert answer.status_code in (403, 404), private
        assert own_proposals(desk) == []


def test_a_wrong_number_is_proposed_to_be_ended_without_its_value(app: TestApp) -> None:
    coordinator = desk_of(app, Role.COORDINATOR, person="carl")
    number = [coordinator.updating("phone-bo", value="12 34 56 78")]
    assert propose(coordinator, updates=number).status_code == 403
    answer = propose(coordinator, "Forkert nummer.", ends=[coordinator.ending("phone-bo")])
    assert answer.status_code == 201, answer.text
    (change,) = answer.json()["would"]
    assert (change["id"], change["kind"]) == ("phone-bo", "ENDED")
    assert set(change["after"]) == {"valid_to"}
    assert NUMBERS["phone-bo"] not in answer.text


def test_proposals_with_refused_content_or_invalid_fields_are_refused(
    outreach: EditorClient,
) -> None:
    for comment, rule in (
        ("Borgeren 010190-1234 spørger", "CPR_NUMBER"),
        ("Ring på 20 30 40 50", "CONTACT_DETAIL"),
        ("Skriv til ny@kystby.example", "CONTACT_DETAIL"),
        ("Han er muslim", "SPECIAL_CATEGORY"),
    ):
        answer = propose(outreach, comment, **new_hours(outreach))
        assert rules(answer) == [("/comment", rule)], comment
        assert comment not in answer.text
    assert propose(outreach, "x" * 301, **new_hours(outreach)).status_code == 422
    assert rules(
        propose(outreach, updates=[outreach.updating("ssp-post", hours="hele tiden")])
    ) == [("/updates/0/fields/hours", "BAD_FORMAT")]
    checked = {"id": "intake--ssp", "if_match": outreach.etag("intake--ssp")}
    assert propose(outreach, verifies=[checked]).status_code == 422
    assert own_proposals(outreach) == []


def test_open_proposals_per_account_and_changes_per_proposal_are_limited(
    outreach: EditorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.identity.proposals.MOST_OPEN", 2)
    again = propose(outreach, **new_hours(outreach))
    assert again.status_code == 201
    twice = propose(outreach, "Det samme", **new_hours(outreach))
    assert (twice.status_code, twice.json()["id"]) == (409, again.json()["id"])
    proposed(outreach, **new_hours(outreach, "MO 10:00-11:00"))
    assert propose(outreach, **new_hours(outreach, "SU 10:00-11:00")).status_code == 422
    many = [outreach.updating("ssp-post", hours=HOURS)] * 21
    assert propose(outreach, updates=many).status_code == 413


def test_proposals_are_stored_encrypted_and_each_step_is_logged(
    outreach: EditorClient, steward: EditorClient
) -> None:
    app, proposal = outreach.app, proposed(outreach, ends=[outreach.ending("amina--ssp-post")])
    assert refuse(steward, proposal).status_code == 200
    lying = b"".join(
        file.read_bytes() for file in app.folder.rglob("*") if "accounts.sqlite" in file.name
    )
    assert b"proposed_change" in lying
    for word in ("amina", COMMENT, "Det passer ikke"):
        assert word.encode() not in lying, word
    rows = [row for row in app.rows() if row.action in ("make_proposal", "answer_proposal")]
    done = [row for row in rows if row.kind is AuditKind.DONE]
    assert [(row.action, "amina" in row.subjects) for row in done] == [
        ("make_proposal", True), ("answer_proposal", True),
    ]  # fmt: skip
    intents = [row for row in rows if row.kind is AuditKind.INTENT]
    assert app.audit.decrypt_parameters(intents[0].asked)["comment"] == COMMENT
    assert app.audit.decrypt_parameters(intents[1].asked)["reason"] == "Det passer ikke."
    assert intents[1].asked["answer"] == "REFUSED"


def test_a_person_hidden_since_is_hidden_in_the_proposal_too(
    outreach: EditorClient, steward: EditorClient
) -> None:
    app, proposal = outreach.app, proposed(outreach, ends=[outreach.ending("amina--ssp-post")])
    withhold(app.accounts.withholdings, "amina")
    (mine,) = own_proposals(outreach)
    assert (mine["id"], mine["would"], mine["comment"]) == (proposal, [], None)
    assert waiting(steward) == []
    assert accept(steward, proposal).status_code == 404


def test_the_table_of_earlier_versions_is_dropped(app: TestApp) -> None:
    engine = app.accounts.engine
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE proposal (id TEXT, person TEXT)"))
        connection.execute(text("INSERT INTO proposal VALUES ('pro-1', 'gry')"))
    Proposals(engine, app.accounts.clock)
    with engine.begin() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master")).scalars().all()
    assert "proposal" not in tables


def test_an_end_without_a_date_gets_the_day_it_was_proposed(
    outreach: EditorClient, steward: EditorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = proposed(outreach, ends=[outreach.ending("bo--ssp-post")])
    monkeypatch.setattr(kystby, "TODAY", TODAY + timedelta(days=9))
    (entry,) = waiting(steward)
    assert entry["would"][0]["after"] == {"valid_to": TODAY.isoformat()}
    assert accept(steward, proposal).status_code == 200
    assert element_of(outreach.app.store, "bo--ssp-post", DeputizesFor).valid_to == TODAY


def test_a_proposed_end_date_is_preserved_on_acceptance(
    outreach: EditorClient, steward: EditorClient
) -> None:
    ending = outreach.ending("bo--ssp-post", on="2026-12-31")
    assert accept(steward, proposed(outreach, ends=[ending])).status_code == 200
    link = element_of(outreach.app.store, "bo--ssp-post", DeputizesFor)
    assert link.valid_to == date(2026, 12, 31)
