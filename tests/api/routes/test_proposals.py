"""Proposals to seat a person whose home is Naboby, answered by the steward there."""

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import update

from api.audit.entry import AuditKind
from api.identity.proposals import RETENTION, Proposals, proposal_table
from api.identity.store import Assurance
from graph.access.policy import Role
from graph.model import DeputizesFor, Holds
from tests.api.routes.test_write_rights import reveal
from tests.change_sets import element_of
from tests.fixtures.app import TestApp, bearer
from tests.fixtures.editor import EditorClient, desk_of, rules, slug

STANDS_IN: dict[str, Any] = {"source_id": "gry", "target_id": "ssp-post", "order": 3}


@pytest.fixture
def steward(beside: TestApp) -> EditorClient:
    return desk_of(beside, Role.STEWARD)


@pytest.fixture
def neighbor(beside: TestApp) -> EditorClient:
    """The steward of Naboby, the home of gry."""
    return desk_of(beside, Role.STEWARD, area="nabo")


def propose(desk: EditorClient, link_type: str = "DEPUTIZES_FOR", **fields: Any) -> Response:
    values = {**STANDS_IN, **fields}
    if link_type == "HOLDS":
        del values["order"]
    seat = {"creates": [{"type": link_type, "fields": values}]}
    return desk.send("POST", "/proposals", {"changes": {"reason": "HANDED_OVER", **seat}})


def create_proposal(desk: EditorClient, link_type: str = "DEPUTIZES_FOR", **fields: Any) -> str:
    answer = propose(desk, link_type, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def send_answer(desk: EditorClient, proposal: str, answer: str) -> Response:
    reason = {"reason": "Vi kan ikke undvære hende."} if answer == "REFUSED" else {}
    return desk.send("POST", f"/proposals/{proposal}/answer", {"answer": answer, **reason})


def listed_ids(desk: EditorClient) -> tuple[list[str], list[str]]:
    body = desk.send("GET", "/proposals").json()
    return [item["id"] for item in body["made"]], [change["id"] for change in body["waiting"]]


def seats(app: TestApp) -> list[str]:
    link_ids = app.directory.snapshot().links.ids
    return [
        item for item in link_ids if item not in ("gry--nabo-ssp", "gry--release", "gry--phone-gry")
    ]


@pytest.mark.slow
def test_a_proposal_waits_for_home_steward(steward: EditorClient, neighbor: EditorClient) -> None:
    app, before = steward.app, seats(steward.app)
    proposal = create_proposal(steward)
    assert (seats(app), app.store.revision()) == (before, 2)
    assert reveal(steward, "phone-gry").status_code == 404
    assert steward.change("gry", title="Chef").status_code == 403
    assert listed_ids(steward) == ([proposal], [])
    assert listed_ids(neighbor) == ([], [proposal])
    agreed = send_answer(neighbor, proposal, "ACCEPTED")
    assert (agreed.status_code, agreed.json()["state"]) == (200, "ACCEPTED"), agreed.text
    (seat,) = set(seats(app)) - set(before)
    link = element_of(app.store, seat, DeputizesFor)
    assert (link.source_id, link.target_id, link.order) == ("gry", "ssp-post", 3)
    assert listed_ids(neighbor) == ([], [])
    assert app.store.revision() == 3


@pytest.mark.slow
def test_a_holder_seat_gives_the_steward_rights_but_deputy_and_acting_do_not(
    steward: EditorClient, neighbor: EditorClient
) -> None:
    assert send_answer(neighbor, create_proposal(steward), "ACCEPTED").status_code == 200
    acting = create_proposal(steward, "HOLDS", target_id="release", is_acting=True, share=0.1)
    assert send_answer(neighbor, acting, "ACCEPTED").status_code == 200
    assert reveal(steward, "phone-gry").status_code == 404
    assert steward.change("gry", title="Chef").status_code == 403
    holding = create_proposal(steward, "HOLDS", target_id="release", share=0.2)
    assert send_answer(neighbor, holding, "ACCEPTED").status_code == 200
    assert reveal(steward, "phone-gry").status_code == 200
    assert steward.change("gry", title="Chef").status_code == 200
    assert neighbor.change("gry", title="Konsulent").status_code == 200


@pytest.mark.slow
def test_only_a_steward_of_the_home_may_answer_a_proposal(
    beside: TestApp, steward: EditorClient
) -> None:
    proposal = create_proposal(steward)
    for desk in (
        steward,
        desk_of(beside, Role.COORDINATOR, area="nabo"),
        desk_of(beside, Role.STEWARD, area="havnen"),
        desk_of(beside, Role.STEWARD, area="nabo", person="gry"),
        desk_of(beside, Role.DPO, area="dk"),
        desk_of(beside, Role.ADMIN, area="dk"),
    ):
        assert listed_ids(desk)[1] == []
        for answer in ("ACCEPTED", "REFUSED"):
            assert send_answer(desk, proposal, answer).status_code == 404
    assert send_answer(steward, "pro-nothing", "ACCEPTED").status_code == 404
    assert beside.store.revision() == 2
    assert (
        send_answer(desk_of(beside, Role.STEWARD, area="dk"), proposal, "ACCEPTED").status_code
        == 200
    )


def test_a_refusal_or_a_withdrawal_ends_a_proposal(
    steward: EditorClient, neighbor: EditorClient
) -> None:
    for end in ("no", "withdrawn"):
        proposal = create_proposal(steward)
        again = propose(steward)
        assert (again.status_code, again.json()["id"]) == (409, proposal)
        if end == "no":
            assert send_answer(neighbor, proposal, "REFUSED").json()["state"] == "REFUSED"
        else:
            assert neighbor.send("DELETE", f"/proposals/{proposal}").status_code == 404
            answer = steward.send("DELETE", f"/proposals/{proposal}")
            assert (answer.status_code, answer.json()["state"]) == (200, "WITHDRAWN")
        assert send_answer(neighbor, proposal, "ACCEPTED").status_code == 404
        assert steward.send("DELETE", f"/proposals/{proposal}").status_code == 404
    assert steward.app.store.revision() == 2


def test_a_proposal_cannot_be_accepted_after_the_proposers_grant_has_ended(
    beside: TestApp, neighbor: EditorClient
) -> None:
    account = beside.account(Role.STEWARD)
    token = beside.accounts.open_session(account, Assurance.STRONG)
    proposal = create_proposal(EditorClient(app=beside, headers=bearer(token)))
    (grant,) = beside.accounts.grants.of(account)
    beside.accounts.changes.end(grant.id, by="test", is_host=True)
    answer = send_answer(neighbor, proposal, "ACCEPTED")
    assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert "må ikke længere" in answer.json()["detail"]
    assert beside.store.revision() == 2
    assert send_answer(neighbor, proposal, "REFUSED").status_code == 200


def test_needless_or_impossible_seats_are_refused(beside: TestApp, steward: EditorClient) -> None:
    needless = propose(steward, source_id="bo")
    assert (needless.status_code, slug(needless)) == (422, "invalid")
    assert "ret det på kortet i Register" in needless.json()["detail"]
    at = "/creates/0/fields"
    assert rules(propose(steward, order=2)) == [(f"{at}/order", "SAME_ORDER")]
    assert rules(propose(steward, order="x")) == [(f"{at}/order", "BAD_FORMAT")]
    assert rules(propose(steward, "HOLDS", target_id="intake")) == [
        (f"{at}/target_id", "UNIT_ONLY")
    ]
    for hidden in ("erik", "nobody"):
        assert propose(steward, source_id=hidden).status_code == 404
    mixed = {"changes": {
        "creates": [{"type": "DEPUTIZES_FOR", "fields": STANDS_IN}],
        "updates": [steward.updating("ssp-post", hours="MO 08:00-09:00")],
    }}  # fmt: skip
    assert "for sig selv" in steward.send("POST", "/proposals", mixed).json()["detail"]
    assert listed_ids(steward) == ([], [])


@pytest.mark.slow
def test_a_seat_that_two_stewards_decide_on_is_not_filled_by_one(
    beside: TestApp, steward: EditorClient, neighbor: EditorClient
) -> None:
    """An outreach worker's proposal goes to the steward of the post, who must propose in turn."""
    proposal = create_proposal(desk_of(beside, Role.OUTREACH, person="dina"))
    assert (listed_ids(steward)[1], listed_ids(neighbor)[1]) == ([proposal], [])
    answer = send_answer(steward, proposal, "ACCEPTED")
    assert (answer.status_code, slug(answer)) == (409, "home-elsewhere")
    assert beside.store.revision() == 2
    assert send_answer(neighbor, create_proposal(steward), "ACCEPTED").status_code == 200
    assert send_answer(steward, proposal, "REFUSED").status_code == 200


def test_each_proposal_step_is_logged_with_its_subject(
    steward: EditorClient, neighbor: EditorClient
) -> None:
    app, proposal = steward.app, create_proposal(steward)
    assert send_answer(neighbor, proposal, "ACCEPTED").status_code == 200
    rows = [row for row in app.rows() if row.action in ("make_proposal", "answer_proposal")]
    done = [row for row in rows if row.kind is AuditKind.DONE]
    assert [(row.action, row.subjects) for row in done] == [
        ("make_proposal", ("gry",)), ("answer_proposal", ("gry",)),
    ]  # fmt: skip
    assert done[1].asked["proposal"] == proposal
    change_set = done[1].change_set
    assert change_set is not None
    assert app.store.revision_by_key(change_set) == 3
    intents = [row for row in rows if row.kind is AuditKind.INTENT]
    assert change_set in {intent.change_set for intent in intents}


def test_a_proposal_is_accepted_only_once(steward: EditorClient, neighbor: EditorClient) -> None:
    proposal = create_proposal(steward, "HOLDS", target_id="release", share=0.2)
    assert send_answer(neighbor, proposal, "ACCEPTED").status_code == 200
    assert send_answer(neighbor, proposal, "ACCEPTED").status_code == 404
    held = [
        change for change in steward.app.store.changes_since(2) if change.kind.value == "CREATED"
    ]
    assert len(held) == 1
    assert isinstance(steward.element(held[0].touched), Holds)


def test_accepting_a_proposal_again_after_a_crash_writes_once(
    steward: EditorClient, neighbor: EditorClient
) -> None:
    app, proposal = steward.app, create_proposal(steward)
    assert send_answer(neighbor, proposal, "ACCEPTED").status_code == 200
    unnoted = update(proposal_table).where(proposal_table.c.id == proposal)
    with app.accounts.engine.begin() as connection:  # as after a crash before the state was stored
        connection.execute(unnoted.values(state="WAITING"))
    assert send_answer(neighbor, proposal, "ACCEPTED").status_code == 200
    assert app.store.revision() == 3


def test_a_proposal_expires_after_thirty_days(
    steward: EditorClient, neighbor: EditorClient
) -> None:
    app, proposal = steward.app, create_proposal(steward)
    later = Proposals(app.accounts.engine, lambda: app.accounts.clock() + RETENTION)
    assert later.find(proposal) is None
    assert later.open_proposals() == later.made_by("anybody") == ()
    sooner = Proposals(
        app.accounts.engine, lambda: app.accounts.clock() + RETENTION - timedelta(hours=1)
    )
    assert sooner.find(proposal) is not None
    assert listed_ids(neighbor)[1] == [proposal]
