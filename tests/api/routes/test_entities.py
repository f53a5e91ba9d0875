"""Entities, names, links and neighborhoods over HTTP."""

from datetime import date
from typing import Any

import pytest

from api.audit.entry import AuditKind
from graph.access.policy import Role
from graph.model import Actor, BelongsTo, ContactDetail, Covers, End, ReachedBy, Secret
from graph.vocabulary import Channel, PostKind, Sector, Tier, Visibility
from tests.change_sets import NUMBERS, change_set, changed
from tests.fixtures.app import Headers, TestApp
from tests.graph.paths.additions import tie


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer["found"]]


def test_entities_are_paged_and_filtered_without_hidden_persons(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    first = app.read("/entities", here, label="Actor", limit=4)
    assert ids(first) == ["duty", "ihd", "intake", "nabo-ssp"]
    rest = app.read("/entities", here, label="Actor", limit=4, page=first["next"])
    assert ids(rest) == ["outreach", "release", "ssp-post"]
    assert "next" not in rest
    assert "erik" not in ids(app.read("/entities", here, limit=100))
    assert ids(app.read("/entities", here, area="kystby", kind="SSP_COORDINATOR")) == ["ssp-post"]
    assert ids(app.read("/entities", here, network="ssp")) == ["intake", "ssp-post"]


def test_a_node_shows_who_answers_and_contact_hints_but_no_number(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    post = app.read("/entities/ssp-post", here)
    assert (post["answering"]["rung"], post["answering"]["who"]["id"]) == ("DEPUTY", "bo")
    assert post["answering"]["until"] == "2026-12-07"
    assert post["answering"]["now"] == (
        "Svarer nu: Bo Rugvang Sørensen, stedfortræder for SSP-koordinator, til kl. 15.00"
    )
    assert post["entity"]["check"] == {
        "on": "2026-10-15", "days": 41, "freshness": "FRESH", "is_due": False,
    }  # fmt: skip
    (detail,) = app.read("/entities/bo", here)["details"]
    assert detail == {
        "id": "phone-bo", "channel": "MOBILE", "hint": "+45 •• •• •• 78", "order": 1,
        "is_work": True, "check": {"freshness": "NEVER", "is_due": True},
    }  # fmt: skip
    later = app.read("/entities/ssp-post", here, on="2026-12-07")
    assert later["answering"]["who"]["id"] == "amina"
    assert "now" not in later["answering"], "of today alone"


def test_a_closed_post_is_reached_by_the_number_of_the_line_that_answers(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    assert app.read("/entities/ssp-post", here)["answering"]["reveal"] == "bo"
    number = ContactDetail(
        id="phone-duty", channel=Channel.PHONE, value=Secret("05 12 34 90"),
        hint="•• •• •• 90", source="kystby",
    )  # fmt: skip
    app.store.apply(
        change_set(
            creates=[number, tie(ReachedBy, "duty", "phone-duty")],
            updates=[changed(app.store, "ssp-post", hours="SA 09:00-10:00")],
        )
    )
    answering = app.read("/entities/ssp-post", here)["answering"]
    assert answering["now"] == "Svarer nu: Vagtcentral, Østkysten, døgnet rundt"
    assert answering["reveal"] == "duty"


def test_a_node_lists_the_edit_rights_of_the_caller_for_today_alone(app: TestApp) -> None:
    steward = app.as_(Role.STEWARD)
    post = app.read("/entities/ssp-post", steward)
    assert {"name", "kind", "hours", "valid_to"} <= {*post["rights"]["fields"]}
    assert not {"id", "source", "revision"} & {*post["rights"]["fields"]}
    assert post["rights"]["may_end"]
    assert post["rights"]["links"] == ["DEPUTIZES_FOR", "HOLDS", "REACHED_BY"]
    assert app.read("/entities/bo", steward)["details"][0]["may_change"]
    assert app.read("/entities/phone-bo", steward)["rights"]["fields"] == [
        "valid_from", "valid_to", "channel", "value", "is_work", "visibility",
    ]  # fmt: skip
    assert "rights" not in app.read("/entities/ssp-post", steward, on="2026-12-24")
    assert "rights" not in app.read("/entities/ssp-post", steward, revision=1)
    assert "rights" not in app.read("/entities/nabo-ssp", steward), "of another area"


def test_rights_of_a_coordinator_cover_seats_and_their_own_person_alone(app: TestApp) -> None:
    coordinator = app.as_(Role.COORDINATOR, person="carl")
    post = app.read("/entities/ssp-post", coordinator)
    assert post["rights"] == {
        "fields": [], "may_end": False, "links": ["DEPUTIZES_FOR", "HOLDS"],
    }  # fmt: skip
    assert "may_change" not in app.read("/entities/bo", coordinator)["details"][0]
    own = app.read("/entities/carl", coordinator)["rights"]
    assert {"name", "languages", "absent_from"} <= {*own["fields"]}
    assert (own["may_end"], own["links"]) == (False, ["REACHED_BY"])
    assert "rights" not in app.read("/entities/dina", coordinator)
    for role in (Role.ANALYST, Role.DPO):
        assert "rights" not in app.read("/entities/ssp-post", app.as_(role))


def test_the_fields_parameter_selects_fields_and_refuses_unknown_ones(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    actual = app.read("/entities/ssp-post", here, fields="hours,sector")["entity"]["fields"]
    assert actual == {"hours": "MO-FR 09:00-15:00", "sector": "YOUTH"}
    answer = app.get("/entities", here, fields="cpr")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "fields")
    answer = app.get("/entities", here, kind="MAYOR")
    assert answer.status_code == 422


def test_hidden_absent_and_malformed_ids_get_the_same_404(
    app: TestApp, coordinator: Headers
) -> None:
    bodies: list[Any] = []
    for path in (
        "/entities/erik", "/entities/no-such", "/entities/%C3%A6%20%7B", "/entities/jens",
        "/entities?area=erik", "/entities?network=no-such", "/entities/erik/changes",
        "/entities/erik/neighborhood", "/links/erik--nabo-ssp", "/links?source=erik",
        "/links/no-such/changes", "/coverage?area=erik", "/coverage?measure=reach&start=erik",
    ):  # fmt: skip
        answer = app.get(path, coordinator)
        assert answer.status_code == 404, path
        body = answer.json()
        assert body.pop("request_id")
        bodies.append((body, sorted(answer.headers)))
    assert bodies[0][0]["type"] == "/problems/not-found"
    assert all(content == bodies[0] for content in bodies)


def test_an_analyst_learns_no_name_no_revision_and_no_etag(app: TestApp) -> None:
    answer = app.get("/entities/bo", app.as_(Role.ANALYST, areas=("dk",)))
    assert "name" not in answer.json()["entity"]
    assert "revision" not in answer.json()["entity"]["fields"]
    assert "etag" not in answer.headers
    assert answer.json()["details"] == []
    assert "Rugvang" not in answer.text
    assert app.get("/entities/bo", app.as_(Role.ADMIN)).status_code == 403


def test_the_etag_changes_with_the_node_and_with_nothing_else(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)

    def etag(node_id: str, **query: Any) -> str:
        answer = app.get(f"/entities/{node_id}", here, **query)
        assert answer.status_code == 200
        return answer.headers["etag"]

    before, other = etag("intake"), etag("release")
    assert etag("intake", on="2027-03-01", fields="name") == before
    app.store.apply(change_set(updates=[changed(app.store, "intake", hours="00:00-24:00")]))
    assert etag("intake") != before
    assert etag("release") == other


def test_an_ended_node_is_absent_from_its_end_date_and_present_before(
    app: TestApp, coordinator: Headers
) -> None:
    app.store.apply(change_set(ends=[End(id="release", on=date(2026, 11, 25), based_on=1)]))
    assert app.get("/entities/release", coordinator).status_code == 404
    assert app.read("/entities/release", coordinator, on="2026-11-24")["entity"]["id"] == "release"


def test_a_public_hotline_shows_its_number_and_a_person_does_not(app: TestApp) -> None:
    line = Actor(
        id="hotline", kind=PostKind.HOTLINE, name="Hotline", tier=Tier.NATIONAL,
        sector=Sector.POLICE, is_unit_only=True, source="kystby",
    )  # fmt: skip
    number = ContactDetail(
        id="phone-hotline", channel=Channel.PHONE, value=Secret("41 74 90 90"),
        hint="•• •• •• 90", visibility=Visibility.OPEN, source="kystby",
    )  # fmt: skip
    app.store.apply(
        change_set(
            creates=[line, number, tie(ReachedBy, "hotline", "phone-hotline"),
                     tie(Covers, "hotline", "dk"), tie(BelongsTo, "hotline", "politi")]
        )
    )  # fmt: skip
    here = app.as_(Role.COORDINATOR)
    (detail,) = app.read("/entities/hotline", here)["details"]
    assert detail["number"] == "+45 41 74 90 90"
    assert "number" not in app.read("/entities/bo", here)["details"][0]


def test_areas_list_parents_and_children_and_networks_list_members(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    (town,) = app.read("/areas", here, area="kystby", kind="MUNICIPALITY")["found"]
    assert [item["id"] for item in town["lies_in"]] == ["pol-ost", "reg-syd"]
    assert [hold["id"] for hold in town["holds"]] == ["havnen"]
    (ssp,) = app.read("/networks", here, kind="SSP", area="kystby")["found"]
    assert [(item["node"]["id"], item.get("function")) for item in ssp["meeting"]] == [
        ("ssp-post", "COORDINATOR"),
        ("intake", None),
    ]


@pytest.mark.slow
def test_no_read_returns_a_sealed_number_to_any_role(app: TestApp) -> None:
    marks = [number[-11:] for number in NUMBERS.values()]
    paths = [
        "/entities?limit=100", "/entities?label=ContactDetail", "/entities/phone-bo",
        "/entities/bo",
        "/entities/jens", "/links?limit=100", "/changes?limit=100", "/entities/phone-bo/changes",
        "/entities/havnen/neighborhood?hops=2", "/coverage?area=dk",
    ]  # fmt: skip
    for role in Role:
        headers = app.as_(role, areas=("dk",), person="amina")
        for path in paths:
            text = app.get(path, headers).text
            assert not [mark for mark in marks if mark in text], (role, path)


def test_reading_a_person_logs_the_request_and_the_subject(app: TestApp) -> None:
    app.read("/entities/bo", app.as_(Role.COORDINATOR), lang="en")
    rows = app.json_rows()
    assert (rows[-2]["kind"], rows[-2]["asked"]) == ("asked", {"node_id": "bo", "lang": "en"})
    assert (rows[-1]["kind"], rows[-1]["subjects"]) == ("shown", ["bo"])


def test_a_name_search_finds_a_person_and_logs_only_a_hash_of_the_text(app: TestApp) -> None:
    body = app.read("/names", app.as_(Role.COORDINATOR), text="amina")
    assert [hit["id"] for hit in body["found"]] == ["amina"]
    request, shown = app.rows()
    assert (request.kind, shown.kind) == (AuditKind.ASKED, AuditKind.SHOWN)
    assert request.asked == {"text": f"hmac:{app.audit.term('Amina ')}"}
    assert (request.subjects, shown.subjects) == ((), ("amina",))
    assert [row.get("subjects") for row in app.json_rows()] == [None, ["amina"]]


@pytest.mark.parametrize("number", ["010190-1234", "hvem er 61 01 90 56 78", "0101901234"])
def test_a_name_search_for_a_citizen_number_is_refused_and_neither_logged_nor_returned(
    app: TestApp, coordinator: Headers, number: str
) -> None:
    answer = app.get("/names", coordinator, text=number)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/refused-content")
    (error,) = answer.json()["errors"]
    assert (error["field"], error["rule"]) == ("text", "CPR_NUMBER")
    assert number not in answer.text
    assert number not in repr(app.rows())


def test_a_name_search_is_filtered_by_label_and_area(app: TestApp, coordinator: Headers) -> None:

    def found_ids(**query: str | list[str]) -> list[str]:
        answer = app.http.get(
            "/names", params=dict[str, str | list[str]](text="kystby", **query), headers=coordinator
        )
        return [hit["id"] for hit in answer.json()["found"]]

    assert found_ids(label=["Network"]) == ["ssp"]
    assert set(found_ids(label=["Network", "Area"])) == {"ssp", "kystby"}
    assert found_ids(area="havnen") == []
    assert app.get("/names", coordinator, text="x1", area="no").status_code == 404


def test_a_name_search_does_not_find_a_hidden_person(app: TestApp) -> None:
    assert app.get("/names", app.as_(Role.COORDINATOR), text="erik").json()["found"] == []


def test_a_name_search_without_a_token_responds_with_401(app: TestApp) -> None:
    answer = app.get("/names", text="amina")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.json()["type"] == "/problems/unauthenticated"


def test_a_name_search_is_forbidden_to_an_administrator(app: TestApp) -> None:
    answer = app.get("/names", app.as_(Role.ADMIN), text="amina")
    assert (answer.status_code, answer.json()["needed"]) == (403, "QUESTION")


def test_a_too_short_search_text_is_refused_by_field(app: TestApp) -> None:
    answer = app.get("/names", app.as_(Role.COORDINATOR), text="a")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "text")


def around(app: TestApp, path: str, *roles: Role, **query: Any) -> Any:
    return app.read(path, app.as_(*roles, person="dina"), **query)


def test_the_neighborhood_of_a_community_lists_contact_terms_of_a_civilian(app: TestApp) -> None:
    answer = around(app, "/entities/havnen/neighborhood", Role.OUTREACH, level="OUTREACH")
    (jens,) = (neighbor for neighbor in answer["neighbors"] if neighbor["node"]["id"] == "jens")
    assert jens["terms"] == {
        "until": "2027-06-01", "channels": ["MEDIATED"], "is_mediated_only": True,
        "door_openers": [{"id": "outreach", "name": "Opsøgende medarbejder, Havnen"}],
    }  # fmt: skip
    assert "kaj" not in str(answer)  # the consent has expired


def test_a_neighborhood_lists_chains_within_two_hops_but_not_to_an_analyst(app: TestApp) -> None:
    answer = around(app, "/entities/vindrosen/neighborhood", Role.OUTREACH, hops=2)
    assert [
        (chain["nodes"], chain["strength"], chain["freshness"]) for chain in answer["chains"]
    ] == [(["vindrosen", "jens"], 0.7, "NEVER"), (["vindrosen", "jens", "outreach"], 0.56, "NEVER")]
    alone = around(app, "/entities/vindrosen/neighborhood", Role.ANALYST, hops=2)
    assert alone["chains"] == []
    assert not answer["is_cut"]


def test_a_neighborhood_refuses_more_than_two_hops_and_unknown_types(app: TestApp) -> None:
    headers = app.as_(Role.OUTREACH)
    for item in ({"hops": 3}, {"type": "LIKES"}, {"level": "HIGH"}):
        assert app.get("/entities/ssp/neighborhood", headers, **item).status_code == 422
    answer = app.get("/entities/ssp/neighborhood", headers, type=["COORDINATES", "MEMBER_OF"])
    assert [ty["type"] for ty in answer.json()["ties"]] == ["MEMBER_OF", "COORDINATES"]


def test_links_are_filtered_by_end_and_type_and_paged(app: TestApp, coordinator: Headers) -> None:
    query = {"type": "BELONGS_TO", "limit": 5}
    first = app.get("/links", coordinator, **query).json()
    rest = app.get("/links", coordinator, **query, page=first["next"]).json()
    assert len(first["found"]) == 5
    assert len(rest["found"]) == 2
    assert "next" not in rest
    (item,) = app.get("/links", coordinator, target="ssp-post", type="HOLDS").json()["found"]
    assert item["source"] == {"id": "amina", "name": "Amina Søkilde Østergård"}
    answer = app.get("/links", coordinator, page="???")
    assert (answer.status_code, answer.json()["where"]) == (400, "page")


def test_a_link_shows_its_freshness_and_an_etag_but_no_etag_to_an_analyst(app: TestApp) -> None:
    here, analyst = app.as_(Role.COORDINATOR), app.as_(Role.ANALYST)
    answer = app.get("/links/intake--ssp", here)
    assert answer.json()["check"] == {
        "on": "2026-02-01", "days": 297, "freshness": "STALE", "is_due": True,
    }  # fmt: skip
    before = answer.headers["etag"]
    app.store.apply(change_set(updates=[changed(app.store, "intake--ssp", strength=0.5)]))
    after = app.get("/links/intake--ssp", here)
    assert after.headers["etag"] != before
    assert after.json()["fields"]["strength"] == 0.5
    response = app.get("/links/intake--ssp", analyst)
    assert "etag" not in response.headers
    assert not {"revision", "verified_by"} & response.json()["fields"].keys()


def test_the_fields_parameter_selects_link_fields_without_changing_the_etag(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    whole = app.get("/links/intake--ssp", here)
    answer = app.get("/links/intake--ssp", here, fields="strength")
    fields = {"strength": whole.json()["fields"]["strength"]}
    assert answer.json() == {**whole.json(), "fields": fields}
    assert answer.headers["etag"] == whole.headers["etag"]
    query = {"source": "intake", "target": "ssp", "fields": "strength,gate"}
    (item,) = app.get("/links", here, **query).json()["found"]
    assert item["fields"].keys() == {"strength", "gate"}
    hidden = {"fields": "verified_by,strength"}
    assert app.get("/links/intake--ssp", app.as_(Role.ANALYST), **hidden).json()["fields"] == fields
    for path in ("/links", "/links/intake--ssp"):
        for unknown in ("name", "strength,x"):  # a field of nodes, and an unknown field
            response = app.get(path, here, fields=unknown)
            assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "fields")


_OLD = date(2025, 3, 1)


def test_due_links_are_verified_in_one_change_set_and_no_longer_due(app: TestApp) -> None:
    old = [changed(app.store, link, verified_on=_OLD) for link in ("ihd--ssp-post", "intake--ssp")]
    app.store.apply(change_set(updates=old))
    here = app.as_(Role.COORDINATOR, person="amina")
    body = app.get("/links/due", here).json()
    assert [(item["link"]["id"], item["posts"]) for item in body["found"]] == [
        ("ihd--ssp-post", 2), ("intake--ssp", 1),
    ]  # fmt: skip
    assert body["found"][0]["link"]["source"]["name"] == "Infohus-tovholder, Østkysten"
    assert body["next_on"] == "2027-04-17"
    verifies = [{"id": item["link"]["id"], "if_match": item["etag"]} for item in body["found"]]
    done = app.post("/change-sets", here, {"verifies": verifies})
    assert done.status_code == 200, done.text
    assert app.get("/links/due", here).json() == {"found": [], "next_on": "2027-04-17"}


def test_due_links_are_paged_and_an_invalid_page_token_is_refused(app: TestApp) -> None:
    old = [changed(app.store, link, verified_on=_OLD) for link in ("ihd--ssp-post", "intake--ssp")]
    app.store.apply(change_set(updates=old))
    here = app.as_(Role.COORDINATOR)
    first = app.get("/links/due", here, limit=1).json()
    rest = app.get("/links/due", here, page=first["next"]).json()
    assert [item["link"]["id"] for item in (*first["found"], *rest["found"])] == [
        "ihd--ssp-post", "intake--ssp",
    ]  # fmt: skip
    answer = app.get("/links/due", here, page="WyJhIl0")
    assert (answer.status_code, answer.json()["where"]) == (400, "page")


def test_an_analyst_gets_no_due_links(app: TestApp) -> None:
    assert app.get("/links/due", app.as_(Role.ANALYST)).json() == {"found": []}


def test_a_search_says_how_its_text_was_read(app: TestApp) -> None:
    answer = app.read("/names", app.as_(Role.COORDINATOR), text="bekymring Kystby xyzzy")
    assert answer["what"][0]["subjects"][0] == {
        "field": "trigger", "word": "CONCERN", "label": "Bekymring"
    }  # fmt: skip
    assert answer["where"][0]["areas"][0]["id"] == "kystby"
    assert (answer["left_out"], answer["remarks"]) == (["xyzzy"], ["Udeladt: xyzzy."])
