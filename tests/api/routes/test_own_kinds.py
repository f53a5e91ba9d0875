"""Own kinds over HTTP: read, written, listed, searched, counted and exported."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from graph.access.policy import Role
from graph.model import Actor
from graph.store.store import Store
from graph.vocabulary import Competence
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp, opened_app
from tests.fixtures.editor import EditorClient, desk_of, rules, slug
from tests.fixtures.own_kinds import OF_KYSTBY, OWN_KINDS, file_in

POST: dict[str, Any] = {
    "name": "Demokratikonsulent, Kystby", "kind": "OUTREACH_WORKER", "tier": "COMMUNITY",
    "sector": "YOUTH",
}  # fmt: skip


@pytest.fixture
def app(kystby_store: Store, tmp_path: Path) -> Generator[TestApp]:
    with opened_app(kystby_store, tmp_path, own_kinds=file_in(tmp_path)) as app:
        yield app


@pytest.fixture
def steward(app: TestApp) -> EditorClient:
    return desk_of(app, Role.STEWARD)


def _make_own(app: TestApp) -> None:
    updates = [changed(app.store, node, own_kind=own) for node, own in OF_KYSTBY.items()]
    app.store.apply(change_set(updates=updates))


def _create(steward: EditorClient, **fields: Any) -> Any:
    body: dict[str, Any] = {
        "creates": [
            {"label": "Actor", "called": "@new", "fields": {**POST, **fields}},
            {"type": "BELONGS_TO",
             "fields": {"source_id": "@new", "target_id": "kystby-kommune"}},
        ]
    }  # fmt: skip
    return steward.apply(**body)


def test_the_vocabulary_lists_own_kinds_with_their_parents(app: TestApp) -> None:
    own_kinds = app.read("/vocabulary", app.as_(Role.COORDINATOR), lang="en")["own_kinds"]
    assert [kind["id"] for kind in own_kinds] == [row.id for row in OWN_KINDS.rows]
    assert own_kinds[1] == {
        "id": "UNGEKONSULENT", "of": "PostKind", "parent": "OUTREACH_WORKER",
        "is_a": "DEMOKRATIKONSULENT", "label": "Youth adviser", "label_da": "Ungekonsulent",
        "label_en": "Youth adviser", "tiers": ["COMMUNITY"], "is_unit_only": False, "gate": None,
    }  # fmt: skip


def test_a_node_of_an_own_kind_is_written_with_its_parent(steward: EditorClient) -> None:
    answer = _create(steward, own_kind="DEMOKRATIKONSULENT")
    assert answer.status_code == 200, answer.text
    post = steward.element(answer.json()["things"][0]["id"])
    assert isinstance(post, Actor)
    assert (post.kind.value, post.own_kind) == ("OUTREACH_WORKER", "DEMOKRATIKONSULENT")


@pytest.mark.parametrize(("fields", "fault", "text"), [
    ({"own_kind": "GONE"}, "UNKNOWN_KIND", "er ikke en type, der findes"),
    ({"own_kind": "SSP_KONSULENT"}, "KIND_OF_OTHER", "hører under en anden type"),
    ({"own_kind": "BOLIGNET"}, "KIND_OF_OTHER", "hører under en anden type"),
    ({"own_kind": "ikke en kode"}, "BAD_FORMAT", "skriv fx DEMOKRATIKONSULENT"),
])  # fmt: skip
def test_an_own_kind_that_is_unknown_or_of_another_parent_is_refused(
    steward: EditorClient, fields: dict[str, str], fault: str, text: str
) -> None:
    answer = _create(steward, **fields)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    (error,) = answer.json()["errors"]
    assert (error["rule"], error["pointer"]) == (fault, "/creates/0/fields/own_kind")
    assert error["detail"] == text
    assert steward.app.store.revision() == 1


def test_a_network_must_have_the_gate_of_its_own_kind(steward: EditorClient) -> None:
    answer = steward.change("ssp", own_kind="BOLIGNET")
    assert rules(answer) == [("/fields/gate", "GATE_OF_KIND")]


def test_changing_the_kind_of_a_node_requires_clearing_its_own_kind(steward: EditorClient) -> None:
    assert steward.change("outreach", own_kind="UNGEKONSULENT").status_code == 200
    answer = steward.change("outreach", kind="MENTOR", tier="MUNICIPAL")
    assert rules(answer) == [("/fields/own_kind", "KIND_OF_OTHER")]
    answer = steward.change("outreach", kind="MENTOR", tier="MUNICIPAL", own_kind=None)
    assert answer.status_code == 200


def test_a_node_with_a_removed_own_kind_can_still_change_other_fields(
    steward: EditorClient,
) -> None:
    store = steward.app.store
    store.apply(change_set(updates=[changed(store, "outreach", own_kind="GONE")]))
    assert steward.change("outreach", hours=None).status_code == 200
    answer = steward.change("outreach", own_kind="OTHER_GONE")
    assert rules(answer) == [("/fields/own_kind", "UNKNOWN_KIND")]
    assert steward.change("outreach", own_kind=None).status_code == 200


def test_a_network_with_a_removed_own_kind_has_its_gate_checked_by_members_alone(
    steward: EditorClient,
) -> None:
    store = steward.app.store
    store.apply(change_set(updates=[changed(store, "ssp", own_kind="GONE")]))
    answer = steward.change("ssp", gate="GENERAL")
    assert rules(answer) == [("", "SAME_AS_NETWORK")] * 2


@pytest.mark.slow
def test_own_kinds_are_listed_searched_and_counted(app: TestApp) -> None:
    _make_own(app)
    here = app.as_(Role.COORDINATOR, Role.OUTREACH)
    entities = app.read("/entities", here, kind="DEMOKRATIKONSULENT")["found"]
    assert [(entity["id"], entity["kind"], entity["own_kind"]) for entity in entities] == [
        ("outreach", "OUTREACH_WORKER", "UNGEKONSULENT")
    ]
    (hit,) = app.read("/names", here, text="tryghedsvejleder")["found"]
    assert (hit["id"], hit["own_kind"]) == ("ssp-post", "SSP_KONSULENT")
    rows = app.read("/coverage", here, kind="SSP_KONSULENT")["rows"]
    assert [(row["post"]["id"], row["kind"]) for row in rows] == [("ssp-post", "SSP_COORDINATOR")]
    for kind in ("GONE", "BOLIGNET"):
        assert app.get("/coverage", here, kind=kind).status_code == 422
    around = app.read("/entities/ssp-post/neighborhood", here)
    assert around["own_kind"] == "SSP_KONSULENT"


def test_a_path_need_with_an_own_kind_equals_one_with_its_parent_kind(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    need = {"start": "ihd", "area": "kystby"}
    own = app.post("/paths", here, {**need, "network": ["BOLIGNET"]})
    parent = app.post("/paths", here, {**need, "network": ["SSP"]})
    assert own.status_code == 200, own.text
    assert own.json() == parent.json()
    through = {"start": "ihd", "target": "intake"}
    own = app.post("/paths", here, {**through, "via": ["BOLIGNET"]})
    assert own.json() == app.post("/paths", here, {**through, "via": ["SSP"]}).json()
    for kind in ("GONE", "SSP_KONSULENT"):
        assert app.post("/paths", here, {**need, "network": [kind]}).status_code == 422
    for field, own_id, word in (
        ("sector", "TRYGHED", "YOUTH"), ("competence", "BROBYGNING", Competence.MENTORING.number),
        ("via", ["TRYGHED"], ["YOUTH"]),
    ):  # fmt: skip
        own = app.post("/paths", here, {**need, field: own_id})
        assert own.status_code == 200, own.text
        assert own.json() == app.post("/paths", here, {**need, field: word}).json()
    for field, gone in (("sector", "GONE"), ("sector", "BROBYGNING"), ("competence", "TRYGHED")):
        assert app.post("/paths", here, {**need, field: gone}).status_code == 422


@pytest.mark.parametrize("format", ["VCARD", "ACTION_CARD"])
def test_contacts_of_a_need_with_an_own_kind_can_be_exported(app: TestApp, format: str) -> None:
    here = app.as_(Role.COORDINATOR)
    need = {"start": "ihd", "area": "kystby", "network": ["BOLIGNET"]}
    body = {"format": format, "purpose": "CONCERN", "need": need}
    answer = app.post("/exports/contacts", here, body)
    assert answer.status_code == 201, answer.text
    file = app.get(f"/exports/{answer.json()['ticket']}", here)
    assert (file.status_code, answer.json()["reveals"]) == (200, 1)
    body["need"] = {**need, "network": ["GONE"]}
    assert app.post("/exports/contacts", here, body).status_code == 422


@pytest.mark.slow
def test_a_node_of_an_own_kind_has_the_visibility_of_its_parent_kind(app: TestApp) -> None:
    readers = [app.as_(role) for role in Role if role not in (Role.ADMIN, Role.SERVICE)]
    readers.append(app.as_(Role.COORDINATOR, areas=("nabo",)))
    ids = ("outreach", "ssp-post", "vindrosen", "jens")

    def all_answers() -> list[object]:
        answers = [app.get(f"/entities/{node}", reader) for reader in readers for node in ids]
        return [
            (answer.status_code, sorted(answer.json().get("entity", {}).get("fields", {})))
            for answer in answers
        ]

    def without_own(answers: list[Any]) -> list[object]:
        return [
            (code, [name for name in fields if name not in ("own_kind", "revision")])
            for code, fields in answers
        ]

    before = all_answers()
    _make_own(app)
    assert without_own(all_answers()) == without_own(before)


def test_exports_show_the_own_kind(app: TestApp) -> None:
    _make_own(app)
    headers = app.as_(Role.COORDINATOR, Role.ANALYST, person="carl")

    def file(path: str, body: dict[str, Any]) -> str:
        answer = app.post(path, headers, body)
        assert answer.status_code == 201, answer.text
        return app.get(f"/exports/{answer.json()['ticket']}", headers).content.decode("utf-8-sig")

    nodes = ["outreach", "ssp-post", "nabo-ssp"]
    table = file("/exports", {"format": "NODES_CSV", "nodes": nodes})
    assert ";Ungekonsulent;" in table
    assert ";Tryghedsvejleder;" in table
    assert ";SSP-koordinator;" in table, "of the town next door"
    for format in ("GRAPHML", "GEXF"):
        text = file("/exports", {"format": format, "nodes": nodes})
        assert "UNGEKONSULENT" in text
        assert "OUTREACH_WORKER" in text
    card = file("/exports/contacts", {"format": "VCARD", "purpose": "CONCERN", "post": "ssp-post"})
    assert "Tryghedsvejleder" in card
