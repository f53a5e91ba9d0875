"""Changes over HTTP: creating, changing, ending and verifying use one mechanism."""

import json
from datetime import date
from typing import Any, get_args

import pytest

from api.schemas import changes as wire
from graph.access.policy import Role
from graph.model import (
    Actor,
    ChangeKind,
    ChangeReason,
    ContactDetail,
    Coordinates,
    Holds,
    HopLink,
    Network,
    Person,
)
from tests import kystby
from tests.change_sets import change_set
from tests.fixtures.app import TestApp
from tests.fixtures.editor import EditorClient, desk_of, rules, slug

HOURS = "MO-FR 08:00-16:00"


def test_a_change_records_its_account_and_renews_the_etag(steward: EditorClient) -> None:
    before = steward.based_on("ssp-post")
    answer = steward.change("ssp-post", hours=HOURS)
    assert answer.status_code == 200
    (touched,) = answer.json()["things"]
    assert (touched["id"], touched["kind"]) == ("ssp-post", "UPDATED")
    assert touched["etag"] == answer.headers["ETag"] == steward.etag("ssp-post")
    post = steward.element("ssp-post")
    assert isinstance(post, Actor)
    assert (post.hours, post.name, post.revision) == (HOURS, "SSP-koordinator, Kystby", 2)
    (change,) = steward.app.store.changes_since(1)
    who = steward.app.accounts.signed_in(steward.headers["Authorization"].split()[1])
    assert who is not None
    assert (change.made_by, change.reason) == (who.account, ChangeReason.CORRECTED)
    stale = steward.send("PATCH", "/entities/ssp-post", {"fields": {"hours": None}}, **before)
    assert stale.status_code == 412


def test_a_stale_change_returns_both_versions(app: TestApp, steward: EditorClient) -> None:
    other = desk_of(app, Role.STEWARD)
    mine = steward.based_on("ssp-post")
    assert other.change("ssp-post", hours=None).status_code == 200
    answer = steward.send(
        "PATCH", "/entities/ssp-post", {"fields": {"name": "SSP, Kystby", "hours": HOURS}}, **mine
    )
    assert (answer.status_code, slug(answer)) == (412, "conflict")
    body = answer.json()
    assert body["id"] == "ssp-post"
    assert (body["based_on"], body["current"]) == (mine["If-Match"], steward.etag("ssp-post"))
    assert body["versions"]["sent"] == {"name": "SSP, Kystby", "hours": HOURS}
    assert body["versions"]["current"]["hours"] is None
    assert body["versions"]["current"]["name"] == "SSP-koordinator, Kystby"
    assert app.store.revision() == 2


def test_a_change_end_or_verification_needs_if_match(steward: EditorClient) -> None:
    answers = [
        steward.send("PATCH", "/entities/ssp-post", {"fields": {"hours": None}}),
        steward.send("DELETE", "/links/intake--ssp"),
        steward.send("POST", "/links/intake--ssp/verify"),
        steward.send("PATCH", "/entities/nobody", {"fields": {"hours": None}}),
    ]
    assert [(answer.status_code, slug(answer)) for answer in answers] == [
        (428, "precondition-required")
    ] * 4
    response = steward.apply(ends=[steward.ending("intake--ssp"), {"id": "bo--ssp-post"}])
    assert response.status_code == 428
    assert response.json()["errors"] == [{"pointer": "/ends/1", "id": "bo--ssp-post"}]
    assert steward.app.store.revision() == 1


def test_created_elements_get_a_uuid_or_keep_their_public_code(steward: EditorClient) -> None:
    answer = steward.create("Organization", {"kind": "SPORTS_CLUB", "name": "Roklubben Havet"})
    assert answer.status_code == 403  # it has no area yet
    tied = steward.apply(
        creates=[
            {"label": "Organization", "called": "@club", "id": "org-roklubben",
             "fields": {"kind": "SPORTS_CLUB", "name": "Roklubben Havet"}},
            {"type": "COVERS", "fields": {"source_id": "@club", "target_id": "kystby"}},
        ]
    )  # fmt: skip
    assert tied.status_code == 200
    club, tie = tied.json()["things"]
    assert (club["id"], club["called"], club["kind"]) == ("org-roklubben", "@club", "CREATED")
    assert tie["id"][14] == "7"  # a UUID of version 7
    again = steward.apply(
        creates=[
            {"label": "Organization", "called": "@club", "id": "org-roklubben",
             "fields": {"kind": "SPORTS_CLUB", "name": "Roklubben"}},
            {"type": "COVERS", "fields": {"source_id": "@club", "target_id": "kystby"}},
        ]
    )  # fmt: skip
    assert (again.status_code, slug(again)) == (409, "duplicate")
    assert again.json()["id"] == "org-roklubben"


def test_an_id_supplied_by_the_client_must_be_a_public_code(steward: EditorClient) -> None:
    for label, fields, code in (
        ("Person", {"name": "Ida Rugvang Holm"}, "erik"),
        ("Person", {"name": "Ida Rugvang Holm"}, "per-1"),
        ("Network", {}, "erik"),
        ("Actor", {}, "mun-0787"),
        ("Actor", {}, "act-0101905678"),
    ):
        answer = steward.create(label, fields, id=code)
        assert answer.status_code == 422
        assert ("/id", "PUBLIC_CODE") in rules(answer)
        assert code not in answer.text


def test_a_change_set_creates_a_person_and_their_seat_together(steward: EditorClient) -> None:
    answer = steward.apply(
        reason="HANDED_OVER",
        creates=[
            {"label": "Person", "called": "@ida", "fields": {"name": "Ida Rugvang Holm"}},
            {"type": "HOLDS", "fields": {"source_id": "@ida", "target_id": "release",
                                         "valid_from": "2026-12-01", "share": 0.5}},
        ],
        ends=[steward.ending("amina--ssp-post", "2026-12-01")],
    )  # fmt: skip
    assert answer.status_code == 200
    assert [change["kind"] for change in answer.json()["things"]] == ["CREATED", "CREATED", "ENDED"]
    ida = steward.element(answer.json()["things"][0]["id"])
    assert isinstance(ida, Person)
    assert (ida.name, ida.source) == ("Ida Rugvang Holm", "form")
    assert steward.element("amina--ssp-post").valid_to == date(2026, 12, 1)
    reasons = {change.reason for change in steward.app.store.changes_since(1)}
    assert reasons == {ChangeReason.HANDED_OVER}


def test_a_change_set_is_applied_whole_or_not_at_all(steward: EditorClient) -> None:
    answer = steward.apply(
        updates=[steward.updating("ssp-post", hours=HOURS)],
        creates=[{"type": "HOLDS", "fields": {"source_id": "bo", "target_id": "intake"}}],
    )
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert rules(answer) == [("/creates/0/fields/target_id", "UNIT_ONLY")]
    assert steward.app.store.revision() == 1
    stale = [steward.updating("ssp-post", hours=HOURS), steward.updating("release", hours=HOURS)]
    assert steward.change("release", hours=None).status_code == 200
    conflict = steward.apply(updates=stale)
    assert conflict.status_code == 412
    assert [item["pointer"] for item in conflict.json()["conflicts"]] == ["/updates/1"]
    post = steward.element("ssp-post")
    assert isinstance(post, Actor)
    assert post.hours != HOURS


def test_verifying_a_link_records_today_and_the_verifying_post(app: TestApp) -> None:
    holder = desk_of(app, Role.COORDINATOR, person="amina")
    assert holder.verify("intake--ssp").status_code == 200
    link = holder.element("intake--ssp")
    assert isinstance(link, HopLink)
    assert (link.verified_on, link.verified_by) == (kystby.TODAY, "ssp-post")
    (change,) = app.store.changes_since(1)
    assert (change.kind, change.reason) == (ChangeKind.UPDATED, ChangeReason.VERIFIED)
    assert desk_of(app, Role.COORDINATOR).verify("ssp-post--ssp").status_code == 200
    link = holder.element("ssp-post--ssp")
    assert isinstance(link, Coordinates)
    assert str(link.verified_by).startswith("acc-")


def test_a_contact_value_is_checked_only_where_its_author_says_so(steward: EditorClient) -> None:
    assert steward.verify("phone-bo").status_code == 200
    for is_checked, value, shown in (
        (True, "02345670", "+45 02 34 56 70"),
        (False, "0045 02 34 56 71", "+45 02 34 56 71"),
    ):
        update = steward.updating("phone-bo", value=value)
        answer = steward.apply(updates=[{**update, "is_checked": is_checked}])
        assert answer.status_code == 200, answer.text
        detail = steward.element("phone-bo")
        assert isinstance(detail, ContactDetail)
        assert detail.hint == f"+45 •• •• •• {shown[-2:]}"
        assert detail.verified_on == (kystby.TODAY if is_checked else None)
        assert (detail.verified_by is not None) == is_checked
        assert steward.app.store.reveal("phone-bo").uncover() == shown
    new = {"label": "ContactDetail", "called": "@d",
           "fields": {"channel": "EMAIL", "value": "bo@kystby.example"}}  # fmt: skip
    owned = {"type": "REACHED_BY", "fields": {"source_id": "bo", "target_id": "@d", "order": 3}}
    for is_checked in (False, True):
        answer = steward.apply(creates=[{**new, "is_checked": is_checked}, owned])
        detail = steward.element(answer.json()["things"][0]["id"])
        assert isinstance(detail, ContactDetail)
        assert detail.verified_on == (kystby.TODAY if is_checked else None)
    refused = steward.apply(
        updates=[{**steward.updating("ssp-post", hours=HOURS), "is_checked": True}]
    )
    assert rules(refused) == [("/updates/0/is_checked", "UNKNOWN_FIELD")]


@pytest.mark.parametrize(
    ("channel", "value", "rule"),
    [
        ("MOBILE", "12345", "PHONE_NUMBER"),
        ("PHONE", "12 34 56 78", "PHONE_NUMBER"),
        ("EMAIL", "bo@kystby", "MAIL_ADDRESS"),
    ],
)
def test_a_number_that_cannot_be_called_is_refused_with_what_to_write(
    steward: EditorClient, channel: str, value: str, rule: str
) -> None:
    answers = [
        steward.change("phone-bo", channel=channel, value=value),
        steward.apply(
            creates=[
                {"label": "ContactDetail", "called": "@d",
                 "fields": {"channel": channel, "value": value}},
                {"type": "REACHED_BY", "fields": {"source_id": "bo", "target_id": "@d"}},
            ]
        ),
    ]  # fmt: skip
    for answer, pointer in zip(answers, ("/fields/value", "/creates/0/fields/value"), strict=True):
        assert (answer.status_code, rules(answer)) == (422, [(pointer, rule)])
        assert "skriv" in answer.json()["detail"]
        assert value not in answer.text
    assert steward.app.store.revision() == 1


def test_details_can_be_verified_but_elements_without_a_date_cannot(steward: EditorClient) -> None:
    assert steward.verify("phone-bo").status_code == 200
    assert steward.app.store.reveal("phone-bo").uncover() == "+45 05 12 34 78"
    for element_id in ("ssp-post", "ssp-post--kystby-kommune"):
        answer = steward.verify(element_id)
        assert (answer.status_code, rules(answer)) == (422, [("/verified_on", "UNKNOWN_FIELD")])


@pytest.mark.slow
def test_writes_to_absent_hidden_and_ended_elements_get_the_same_404(app: TestApp) -> None:
    steward = desk_of(app, Role.STEWARD)
    match = {"If-Match": '"none"'}
    ended = desk_of(app, Role.STEWARD, area="nabo")
    assert ended.end("erik--nabo-ssp", "?on=2026-11-01").status_code == 200
    bodies: set[tuple[int, str]] = set()
    for place, hidden in (("entities", "erik"), ("entities", "nobody"), ("entities", "NO ID!"),
                          ("entities", "x" * 200),
                          ("entities", "phone-erik"), ("links", "erik--nabo-ssp"),
                          ("links", "nobody--nobody"), ("entities", "jens")):  # fmt: skip
        address = f"/{place}/{hidden}"
        for answer in (
            steward.send("PATCH", address, {"fields": {"valid_to": None}}, **match),
            steward.send("DELETE", address, **match),
            steward.send("POST", f"{address}/verify", **match),
            steward.apply(updates=[{"id": hidden, "if_match": '"x"', "fields": {"order": 1}}]),
            steward.tie("HOLDS", hidden, "release"),
        ):
            body = answer.json()
            del body["request_id"]
            bodies.add((answer.status_code, repr(body)))
    assert (len(bodies), bodies.pop()[0]) == (1, 404)


def test_node_and_link_addresses_are_not_interchangeable(steward: EditorClient) -> None:
    match = steward.based_on("intake--ssp")
    assert steward.send("DELETE", "/entities/intake--ssp", **match).status_code == 404
    match = steward.based_on("ssp-post")
    assert steward.send("DELETE", "/links/ssp-post", **match).status_code == 404


def test_a_refused_write_to_a_visible_element_names_the_needed_right(app: TestApp) -> None:
    coordinator = desk_of(app, Role.COORDINATOR, person="amina")
    answer = coordinator.change("ssp-post", hours=HOURS, name="Andet")
    assert (answer.status_code, slug(answer), answer.json()["needed"]) == (403, "forbidden", "EDIT")
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/fields/hours",
        "/fields/name",
    ]
    neighbor = desk_of(app, Role.STEWARD, area="nabo")
    assert neighbor.change("ssp-post", hours=HOURS).status_code == 403
    assert neighbor.end("intake--ssp").status_code == 403
    assert neighbor.verify("intake--ssp").json()["needed"] == "VERIFY"
    assert desk_of(app, Role.ANALYST).change("ssp-post", hours=HOURS).status_code == 403
    assert app.store.revision() == 1


def test_a_person_may_change_their_own_absence_but_not_their_own_seat(app: TestApp) -> None:
    amina = desk_of(app, Role.COORDINATOR, person="amina")
    assert amina.change("amina", absent_from=None, absent_to=None).status_code == 200
    assert amina.change("bo", absent_from=None).status_code == 403
    steward = desk_of(app, Role.STEWARD, person="amina")
    assert steward.tie("HOLDS", "amina", "release").status_code == 403
    assert steward.change("amina--ssp-post", share=0.5).status_code == 403


def test_a_dry_run_returns_the_changes_and_writes_nothing(steward: EditorClient) -> None:
    changed = steward.change("ssp-post", "?dry_run=true", hours=HOURS)
    assert changed.status_code == 200
    assert changed.json() == {
        "is_allowed": True,
        "would": [
            {"id": "ssp-post", "kind": "UPDATED", "called": None,
             "before": {"hours": "MO-FR 09:00-15:00"}, "after": {"hours": HOURS}}
        ],
        "errors": [],
    }  # fmt: skip
    assert "ETag" not in changed.headers
    seat = steward.send("POST", "/links?dry_run=true", {
        "type": "HOLDS", "fields": {"source_id": "bo", "target_id": "release"}})  # fmt: skip
    assert seat.json()["would"][0]["after"] == {
        "source": "form", "source_id": "bo", "target_id": "release", "is_acting": False,
        "share": 1.0,
    }  # fmt: skip
    seated = {"source_id": "bo", "target_id": "intake", "share": 2}
    unit = steward.send("POST", "/links?dry_run=true", {"type": "HOLDS", "fields": seated})
    assert (unit.status_code, unit.json()["is_allowed"]) == (200, False)
    assert rules(unit) == [("/fields/share", "OUT_OF_RANGE")]
    assert steward.verify("intake--ssp", "?dry_run=true").json()["is_allowed"] is True
    ended = steward.end("amina--ssp-post", "?dry_run=true&on=2026-12-01").json()
    assert ended["would"][0]["after"] == {"valid_to": "2026-12-01"}
    assert (steward.app.store.revision(), steward.app.store.changes_since(1)) == (1, ())


def test_all_validation_errors_are_returned_at_once_in_the_requested_language(
    steward: EditorClient,
) -> None:
    body: dict[str, list[Any]] = {
        "updates": [
            steward.updating("ssp-post", hours="altid", tier="NATIONAL", color="red",
                             review_every_days=5, revision=9),
            steward.updating("ssp", levels=[], gate="PSD2"),
        ],
        "creates": [
            {"label": "Person", "called": "@x", "fields": {"name": "Ida", "visibility": 7}},
            {"label": "Spaceship", "fields": {}},
            {"type": "HOLDS", "fields": {"source_id": "bo"}},
        ],
    }  # fmt: skip
    answer = steward.send("POST", "/change-sets", body)
    assert answer.status_code == 422
    assert set(rules(answer)) == {
        ("/updates/0/fields/hours", "BAD_FORMAT"),
        ("/updates/0/fields/tier", "TIER_OF_KIND"),
        ("/updates/0/fields/color", "UNKNOWN_FIELD"),
        ("/updates/0/fields/review_every_days", "OUT_OF_RANGE"),
        ("/updates/0/fields/revision", "SET_BY_US"),
        ("/updates/1/fields/levels", "NOT_EMPTY"),
        ("/updates/1/fields/gate", "UNKNOWN_WORD"),
        ("/creates/0/fields/name", "FULL_NAME"),
        ("/creates/0/fields/visibility", "BAD_FORMAT"),
        ("/creates/1/label", "UNKNOWN_WORD"),
        ("/creates/2/fields/target_id", "REQUIRED"),
    }
    assert answer.json()["errors"][0]["detail"] == "findes ikke"
    english = steward.send("POST", "/change-sets?lang=en", body).json()
    assert english["title"] == "Something must be corrected"
    assert english["errors"][0]["detail"] == "does not exist"


def test_a_change_set_is_bounded_not_empty_and_free_of_duplicates(steward: EditorClient) -> None:
    assert rules(steward.apply()) == [("", "NOT_EMPTY")]
    many = [{"id": f"t-{number}", "if_match": '"x"'} for number in range(1_001)]
    answer = steward.apply(ends=many)
    assert (answer.status_code, answer.json()["limit"]) == (413, 1_000)
    twice = steward.apply(updates=[steward.updating("ssp", meets_every_days=7)],
                          ends=[steward.ending("ssp")])  # fmt: skip
    assert rules(twice) == [("/ends/0/id", "DUPLICATE")]


def test_ending_a_node_shortens_its_links_with_a_later_end_date(steward: EditorClient) -> None:
    answer = steward.tie("HOLDS", "bo", "release", valid_to="2027-06-01")
    assert answer.status_code == 201
    seat = answer.json()["things"][0]["id"]
    assert answer.headers["Location"] == f"/links/{seat}"
    dry = steward.end("release", "?dry_run=true&on=2027-01-01").json()
    assert [effect["id"] for effect in dry["would"]] == ["release", seat]
    assert steward.end("release", "?on=2027-01-01").status_code == 200
    assert steward.element(seat).valid_to == date(2027, 1, 1)
    assert steward.element("release--kystby-kommune").valid_to is None  # valid while both ends are


def test_the_last_verified_contact_needs_a_successor(steward: EditorClient) -> None:
    assert steward.end("intake--ssp").status_code == 200
    alone = steward.end("ssp-post", "?on=2027-01-01&lang=en")
    assert (alone.status_code, rules(alone)) == (422, [("", "LAST_CONTACT")])
    assert alone.json()["errors"][0]["id"] == "ssp-post--ssp"
    assert "name a successor in the same change set" in alone.json()["detail"]
    network = steward.element("ssp")
    assert isinstance(network, Network)
    successor: dict[str, Any] = {
        "type": "COORDINATES",
        "fields": {"source_id": "release", "target_id": "ssp", "function": "COORDINATOR",
                   "gate": "SSP_115", "levels": sorted(network.levels),
                   "valid_from": "2027-01-01"},
    }  # fmt: skip
    late = {**successor, "fields": {**successor["fields"], "valid_from": "2027-01-02"}}
    end = [steward.ending("ssp-post", "2027-01-01")]
    assert ("", "LAST_CONTACT") in rules(steward.apply(ends=end, creates=[late]))
    assert steward.apply(ends=end, creates=[successor]).status_code == 200


def test_the_holder_of_the_last_contact_may_leave(steward: EditorClient) -> None:
    assert steward.end("intake--ssp").status_code == 200
    assert steward.end("amina--ssp-post").status_code == 200


def test_a_hidden_neighbor_is_not_named_by_the_change_it_blocks(steward: EditorClient) -> None:
    seat = Holds(
        id="erik--release", source_id="erik", target_id="release", source="test",
        valid_from=date(2027, 2, 1),
    )  # fmt: skip
    steward.app.store.apply(change_set(creates=[seat]))
    answer = steward.end("release", "?on=2027-01-01")
    assert rules(answer) == [("", "OUTLIVES_END")]
    assert "erik" not in answer.text


def test_a_tie_is_declared_by_the_caller_and_confirmed_by_the_other_person(app: TestApp) -> None:
    dina = desk_of(app, Role.OUTREACH, person="dina")
    amina = desk_of(app, Role.COORDINATOR, person="amina")
    forged = amina.tie("KNOWS", "amina", "bo", declared_by="bo")
    assert rules(forged) == [("/fields/declared_by", "SET_BY_US")]
    assert rules(amina.tie("KNOWS", "bo", "carl")) == [("/fields/declared_by", "UNKNOWN_WORD")]
    answer = amina.tie("KNOWS", "amina", "dina", strength=0.33)
    assert answer.status_code == 201, answer.text
    tie = answer.json()["things"][0]["id"]
    match = {"If-Match": answer.headers["ETag"]}
    body = {"fields": {"is_confirmed": True}}
    alone = amina.send("PATCH", f"/links/{tie}", body, **match)
    assert rules(alone) == [("/fields/is_confirmed", "OTHER_CONFIRMS")]
    confirmed = dina.send("PATCH", f"/links/{tie}", body, **{"If-Match": dina.etag(tie)})
    assert confirmed.status_code == 200, confirmed.text


@pytest.mark.slow
def test_openapi_describes_the_headers_and_responses_of_write_operations(app: TestApp) -> None:
    asgi: Any = app.http.app
    described: dict[str, Any] = asgi.openapi()["paths"]
    for place, name in (("entities", "node_id"), ("links", "link_id")):
        create = described[f"/{place}"]["post"]
        assert {"200", "201", "404", "409", "422"} <= create["responses"].keys()
        methods = described[f"/{place}/{{{name}}}"]
        verify = described[f"/{place}/{{{name}}}/verify"]["post"]
        for operation in (methods["patch"], methods["delete"], verify):
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert {"If-Match", "Idempotency-Key", "dry_run"} <= names
            assert ("on" in names) is (operation is methods["delete"])
            assert {"404", "412", "422", "428"} <= operation["responses"].keys()
            assert operation["tags"] == ["Change it"]
    assert "post" in described["/change-sets"]


def test_change_schema_literals_match_the_vocabulary() -> None:
    assert set(get_args(wire.Kind)) == {str(kind) for kind in ChangeKind}
    by_hand = {ChangeReason.CORRECTED, ChangeReason.HANDED_OVER, ChangeReason.REORGANIZED}
    assert set(get_args(wire.Reason)) == {str(reason) for reason in by_hand}


def test_a_write_has_an_intent_and_an_outcome_of_the_same_change_set(app: TestApp) -> None:
    answer = desk_of(app, Role.STEWARD).end("amina--ssp-post", "?on=2026-12-01")
    intent, done = app.json_rows()[-2:]
    assert (intent["kind"], intent["action"]) == ("intent", "end_link")
    assert intent["asked"] == {"link_id": "amina--ssp-post", "on": "2026-12-01"}
    assert (done["kind"], done["result"], done["count"]) == ("done", 200, 1)
    assert done["subjects"] == ["amina"]
    assert intent["change_set"] == done["change_set"] == answer.json()["change_set"]
    assert app.store.revision_by_key(done["change_set"]) == 2


def test_audit_subjects_of_a_write_are_new_persons_and_persons_of_new_links(app: TestApp) -> None:
    answer = desk_of(app, Role.STEWARD).apply(
        creates=[
            {"label": "Person", "called": "@ida", "fields": {"name": "Ida Rugvang Holm"}},
            {"type": "HOLDS", "fields": {"source_id": "@ida", "target_id": "release"}},
            {"type": "HOLDS", "fields": {"source_id": "bo", "target_id": "release"}},
        ]
    )
    ida = answer.json()["things"][0]["id"]
    assert app.json_rows()[-1]["subjects"] == sorted([ida, "bo"])
    assert "Ida" not in json.dumps(app.json_rows())


def test_an_invalid_write_is_logged_as_not_done_and_a_hidden_target_as_denied(app: TestApp) -> None:
    steward = desk_of(app, Role.STEWARD)
    steward.change("ssp-post", hours="altid")
    not_done = app.json_rows()[-1]
    assert (not_done["kind"], not_done["result"]) == ("not_done", 422)
    steward.send("DELETE", "/entities/erik", **{"If-Match": '"x"'})
    denied = app.json_rows()[-1]
    assert (denied["kind"], denied["result"]) == ("denied", 404)
    for row in (not_done, denied):
        assert app.store.revision_by_key(row["change_set"]) is None


@pytest.mark.drill
def test_a_change_set_of_a_thousand_elements_is_one_revision(
    app: TestApp, steward: EditorClient
) -> None:
    creates: list[dict[str, Any]] = []
    for number in range(500):
        area = {"kind": "COMMUNITY", "code": f"d{number}", "name": "Kvarteret"}
        creates.append({"label": "Area", "id": f"com-{number}", "fields": area,
                        "called": f"@a{number}"})  # fmt: skip
        lies = {"source_id": f"@a{number}", "target_id": "kystby"}
        creates.append({"type": "LIES_IN", "fields": lies})
    answer = steward.apply(creates=creates)
    assert answer.status_code == 200, answer.text[:500]
    assert (answer.json()["revision"], len(answer.json()["things"])) == (2, 1_000)
    assert app.store.counts()["Area"] == 506
