"""Writes are judged by today's rights, whatever date they name; tested against Naboby."""

from datetime import date
from typing import Any

import pytest
from httpx2 import Response

from api.identity.store import Assurance
from graph.access.policy import Grant, Role
from graph.model import Holds, Person
from tests.change_sets import change_set, element_of
from tests.fixtures.app import TestApp, bearer
from tests.fixtures.editor import EditorClient, desk_of, slug
from tests.next_door import COMES

PAST = "2024-06-01"  # gry held a post of Kystby then
AHEAD = "2027-03-01"  # pia holds one then


@pytest.fixture
def steward(beside: TestApp) -> EditorClient:
    return desk_of(beside, Role.STEWARD)


def reveal(desk: EditorClient, detail: str) -> Response:
    body = {"detail": detail, "channel": "MOBILE", "purpose": "VERIFY"}
    return desk.send("POST", "/reveal", body)


def is_refused_for_its_date(answer: Response) -> bool:
    is_named = [item["pointer"] for item in answer.json().get("errors", ())] == ["/on"]
    return (answer.status_code, slug(answer)) == (422, "invalid") and is_named


@pytest.mark.slow
@pytest.mark.parametrize("on", [PAST, AHEAD, "2026-11-25"])
def test_a_write_with_a_date_is_refused_and_writes_nothing(steward: EditorClient, on: str) -> None:
    person = "pia" if on == AHEAD else "gry"
    updating, query = steward.updating(person, title="Chef"), f"?on={on}"
    refused = [
        steward.change(person, query, title="Chef"),
        steward.change("amina", query, title="Chef"),
        steward.change("gry--nabo-ssp", query, share=1),
        steward.verify("phone-gry", query),
        steward.verify("intake--ssp", query),
        steward.apply(query, updates=[updating]),
        steward.apply(f"{query}&dry_run=true", updates=[updating]),
        steward.send("POST", f"/links{query}", {"type": "HOLDS", "fields": {
            "source_id": "gry", "target_id": "release"}}),
        steward.send("POST", f"/entities{query}", {"label": "Person", "fields": {"name": "Bo A"}}),
        steward.send("POST", f"/reveal{query}", {
            "detail": "phone-gry", "channel": "MOBILE", "purpose": "VERIFY"}),
    ]  # fmt: skip
    assert [item for item in refused if not is_refused_for_its_date(item)] == []
    english = steward.change(person, f"{query}&lang=en", title="Chef")
    assert "all is written and revealed by what holds today" in english.json()["detail"]
    assert element_of(steward.app.store, person, Person).title == "Konsulent"
    assert steward.app.store.revision() == 2


@pytest.mark.slow
def test_a_steward_cannot_change_or_end_a_person_of_another_area(steward: EditorClient) -> None:
    for person in ("gry", "hans", "pia", "nils"):
        answer = steward.change(person, title="Chef")
        assert (answer.status_code, slug(answer)) == (403, "forbidden")
        for on in (PAST, "2026-11-25", AHEAD):
            assert steward.end(person, f"?on={on}").status_code == 403
            assert steward.apply(ends=[steward.ending(person, on)]).status_code == 403
    assert steward.app.store.revision() == 2


@pytest.mark.slow
def test_a_person_hidden_today_cannot_be_ended_on_a_date_when_they_were_visible(
    beside: TestApp, steward: EditorClient
) -> None:
    past = Holds(id="erik--release", source_id="erik", target_id="release", source="test",
                 valid_from=date(2020, 1, 1), valid_to=date(2025, 1, 1))  # fmt: skip
    beside.store.apply(change_set(creates=[past]))
    assert steward.end("erik", f"?on={PAST}").status_code == 404
    assert steward.end("erik--release", f"?on={PAST}").status_code == 404
    assert steward.apply(ends=[steward.ending("erik", PAST)]).status_code == 404


def test_an_ended_seat_cannot_be_reopened_or_ended_again(steward: EditorClient) -> None:
    assert steward.change("gry--release", valid_to=None).status_code == 404
    for on in ("2019-01-01", PAST, "2024-12-31", "2099-01-01"):
        assert steward.end("gry--release", f"?on={on}").status_code == 404
    assert steward.element("gry--release").valid_to == date(2025, 1, 1)


@pytest.mark.slow
def test_an_end_date_cannot_extend_a_seat_without_the_right_to_extend_it(beside: TestApp) -> None:
    steward = desk_of(beside, Role.STEWARD)
    for seat in ("hans--release", "hans--ssp-post"):
        assert steward.end(seat, "?on=2026-12-31").status_code == 200
        assert steward.end(seat, "?on=2099-01-01").status_code == 403
        assert steward.end(seat, "?on=2026-12-24").status_code == 200
    assert steward.end("bo--ssp-post", "?on=2026-12-31").status_code == 200
    assert steward.end("bo--ssp-post", "?on=2027-01-31").status_code == 200
    own = desk_of(beside, Role.COORDINATOR, person="amina")
    assert own.end("amina--ssp-post", "?on=2026-12-31").status_code == 200
    assert own.end("amina--ssp-post", "?on=2099-01-01").status_code == 403


@pytest.mark.slow
def test_a_future_seat_is_changed_by_the_rights_of_today(beside: TestApp) -> None:
    steward = desk_of(beside, Role.STEWARD)
    answer = steward.tie("HOLDS", "bo", "release", valid_from="2027-01-01", share=0.5)
    seat = answer.json()["things"][0]["id"]
    body = {"fields": {"valid_from": "2027-01-15", "share": 0.4}}
    changed = steward.send("PATCH", f"/links/{seat}", body, **steward.based_on(seat))
    assert changed.status_code == 200, changed.text
    dry = steward.send("PATCH", f"/links/{seat}?dry_run=true", {"fields": {"share": 0.3}},
                       **steward.based_on(seat))  # fmt: skip
    assert dry.json()["would"][0]["after"] == {"share": 0.3}
    stale = steward.send("PATCH", f"/links/{seat}", body, **{"If-Match": '"old"'})
    assert (stale.status_code, slug(stale)) == (412, "conflict")
    ended = steward.send("DELETE", f"/links/{seat}?on=2027-01-16", **steward.based_on(seat))
    assert ended.status_code == 200, ended.text
    sooner = steward.change("pia--outreach", valid_from="2026-11-25")
    assert sooner.status_code == 403  # her home is Naboby until then
    assert steward.end("pia--outreach", f"?on={AHEAD}").status_code == 200
    assert element_of(beside.store, "pia--outreach", Holds).valid_from == COMES


def test_a_future_post_can_be_filled_before_it_opens(
    beside: TestApp, steward: EditorClient
) -> None:
    answer = steward.apply(creates=[
        {"label": "Actor", "called": "@post", "id": "act-new", "fields": {
            "kind": "SSP_COORDINATOR", "name": "Ny post", "tier": "MUNICIPAL", "sector": "YOUTH",
            "valid_from": "2027-01-01"}},
        {"type": "BELONGS_TO", "fields": {"source_id": "@post", "target_id": "kystby-kommune",
                                          "valid_from": "2027-01-01"}},
    ])  # fmt: skip
    assert answer.status_code == 200, answer.text
    seat = {"source_id": "bo", "target_id": "act-new", "valid_from": "2027-01-01"}
    filled = steward.apply(creates=[{"type": "HOLDS", "fields": seat}])
    assert filled.status_code == 200, filled.text
    response = steward.apply(creates=[{"type": "HOLDS", "fields": {**seat, "source_id": "gry"}}])
    assert (response.status_code, slug(response)) == (409, "home-elsewhere")
    assert steward.change("act-new", hours="MO-FR 09:00-15:00").status_code == 200
    neighbor = desk_of(beside, Role.STEWARD, area="nabo")
    assert neighbor.change("act-new", hours=None).status_code == 403


SEATS: list[tuple[str, dict[str, Any]]] = [
    ("DEPUTIZES_FOR", {"order": 3}),
    ("HOLDS", {"is_acting": True}),
    ("HOLDS", {}),
    ("HOLDS", {"valid_from": PAST, "valid_to": "2024-07-01"}),
    ("HOLDS", {"valid_from": AHEAD}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("link_type", "fields"), SEATS)
def test_a_seat_for_a_person_of_another_area_is_refused_and_opens_no_access(
    beside: TestApp, link_type: str, fields: dict[str, Any], steward: EditorClient
) -> None:
    for desk in (
        desk_of(beside, Role.STEWARD),
        desk_of(beside, Role.COORDINATOR, person="amina"),
        desk_of(beside, Role.STEWARD, person="amina"),
    ):
        for query in ("", "?dry_run=true"):
            ends = {"source_id": "gry", "target_id": "ssp-post"}
            create = {"type": link_type, "fields": {**ends, **fields}}
            single = desk.send("POST", f"/links{query}", create)
            for answer in (single, desk.apply(query, creates=[create], reason="HANDED_OVER")):
                assert (answer.status_code, slug(answer)) == (409, "home-elsewhere"), answer.text
    assert reveal(steward, "phone-gry").status_code == 404
    assert steward.change("gry", title="Chef").status_code == 403
    assert beside.store.revision() == 2


def test_a_retry_with_the_same_key_is_refused_after_the_grant_has_ended(beside: TestApp) -> None:
    account = beside.account(Role.STEWARD)

    def desk() -> EditorClient:
        token = beside.accounts.open_session(account, Assurance.STRONG)
        return EditorClient(app=beside, headers=bearer(token))

    key = {"Idempotency-Key": "the-same-one"}
    patch = ("PATCH", "/entities/ssp-post", {"fields": {"hours": None}})
    assert desk().send(*patch, **{"If-Match": '"x"'}, **key).status_code == 412
    match = desk().based_on("ssp-post")
    (grant,) = beside.accounts.grants.of(account)
    beside.accounts.changes.end(grant.id, by="test", is_host=True)
    elsewhere = Grant(role=Role.STEWARD, areas=frozenset({"nabo"}))
    beside.accounts.grant(account, elsewhere, given_by="test")
    assert desk().send(*patch, **match, **key).status_code == 403
