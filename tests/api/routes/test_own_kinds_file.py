"""Changes of own kinds over HTTP: rights, refusals at fields, and the effect for other callers."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from api.client import ApiClient, AskedOwnKind, Conflict, Invalid, NewOwnKind
from graph import own_kinds_file as own_kinds_module
from graph.access.policy import Role
from graph.errors import Invalid as InvalidElement
from graph.model import Actor
from graph.own_kinds import read_own_kinds
from graph.own_kinds_file import OwnKindsFile, own_kinds_file
from graph.store.store import Store
from tests.api.serving import served
from tests.change_sets import change_set, changed
from tests.fixtures.app import Headers, TestApp, opened_app
from tests.fixtures.editor import desk_of, rules, slug
from tests.fixtures.own_kinds import OF_KYSTBY, OF_OUTREACH, OWN_KINDS, file_in

PATH = "/vocabulary/own-kinds"
NEW: dict[str, Any] = {
    "id": "GADEMEDARBEJDER", "of": "PostKind", "is_a": "OUTREACH_WORKER",
    "label_da": "Gademedarbejder", "label_en": "Street worker",
}  # fmt: skip


@pytest.fixture
def app(kystby_store: Store, tmp_path: Path) -> Generator[TestApp]:
    with opened_app(kystby_store, tmp_path, own_kinds=file_in(tmp_path)) as app:
        yield app


@pytest.fixture
def steward(app: TestApp) -> Headers:
    """A steward whose area is the whole country."""
    return app.as_(Role.STEWARD, areas=("dk",))


def use_own(app: TestApp) -> None:
    updates = [changed(app.store, node, own_kind=own) for node, own in OF_KYSTBY.items()]
    app.store.apply(change_set(updates=updates))


def send(
    app: TestApp, who: Headers, method: str, path: str = PATH, body: Any = None, etag: str = ""
) -> Response:
    etag = etag or app.get(PATH, who).headers.get("ETag", "none")
    sent = {} if body is None else {"json": body}
    return app.http.request(method, path, headers={**who, "If-Match": etag}, **sent)


def body_of(own_id: str, **fields: Any) -> dict[str, Any]:
    """Return the body that changes some fields of one of Kystby's own kinds."""
    row = OWN_KINDS.by_id[own_id]
    return {
        "of": type(row.parent).__name__, "is_a": row.is_a, "label_da": row.label_da,
        "label_en": row.label_en, **fields,
    }  # fmt: skip


# ---- reading


@pytest.mark.slow
def test_own_kinds_are_listed_with_narrowed_fields_and_node_counts(
    app: TestApp, steward: Headers
) -> None:
    use_own(app)
    listing = app.read(PATH, steward, lang="en")
    assert {kind["id"]: kind["nodes"] for kind in listing["found"]} == {
        "DEMOKRATIKONSULENT": 0, "UNGEKONSULENT": 1, "SSP_KONSULENT": 1, "BOLIGNET": 0,
        "FRITIDSKLUB": 1, "TRYGHED": 0, "BROBYGNING": 0,
    }  # fmt: skip
    narrows = {kind["id"]: kind["narrows"] for kind in listing["found"] if kind["narrows"]}
    assert narrows == {"BOLIGNET": ["gate"]}
    assert (listing["may_change"], listing["why_not"], listing["faults"]) == (True, None, [])


def test_an_own_sector_or_competence_in_use_is_neither_removed_nor_moved(
    app: TestApp, steward: Headers
) -> None:
    update = changed(app.store, "outreach", **OF_OUTREACH)
    app.store.apply(change_set(updates=[update]))
    counts = {kind["id"]: kind["nodes"] for kind in app.read(PATH, steward)["found"]}
    assert (counts["TRYGHED"], counts["BROBYGNING"]) == (1, 1)
    for own_id, elsewhere in (("TRYGHED", "SCHOOL"), ("BROBYGNING", "CLUBS")):
        gone = send(app, steward, "DELETE", f"{PATH}/{own_id}")
        assert rules(gone) == [("", "IN_USE")], own_id
        moved = send(app, steward, "PUT", f"{PATH}/{own_id}", body_of(own_id, is_a=elsewhere))
        assert rules(moved) == [("/is_a", "IN_USE")], own_id
        other = body_of(own_id, of="NetworkKind", is_a="SSP")
        assert rules(send(app, steward, "PUT", f"{PATH}/{own_id}", other)), own_id
    app.store.apply(
        change_set(
            updates=[
                changed(app.store, "outreach", own_sector=None, own_competences=frozenset[str]())
            ]
        )
    )
    assert send(app, steward, "DELETE", f"{PATH}/TRYGHED").status_code == 204


def test_a_steward_of_one_municipality_reads_but_cannot_change_own_kinds(app: TestApp) -> None:
    local = app.as_(Role.STEWARD, areas=("kystby",))
    listing = app.read(PATH, local)
    assert listing["may_change"] is False
    assert listing["why_not"].startswith("Egne typer gælder for alle")
    for method, path, body in (
        ("POST", PATH, NEW), ("PUT", f"{PATH}/BOLIGNET", body_of("BOLIGNET")),
        ("DELETE", f"{PATH}/BOLIGNET", None),
    ):  # fmt: skip
        answer = send(app, local, method, path, body)
        assert (answer.status_code, slug(answer)) == (403, "forbidden"), method
    assert app.directory.own_kinds.rows == OWN_KINDS.rows


def test_own_kinds_may_be_changed_only_with_a_grant_for_the_country_itself(app: TestApp) -> None:
    parts = app.as_(Role.STEWARD, areas=("pol-ost", "reg-syd"))
    assert app.read(PATH, parts)["may_change"] is False, "the country itself is in neither"
    both = app.as_(Role.STEWARD, areas=("dk", "kystby"))
    assert app.read(PATH, both)["may_change"] is True


def test_the_own_kinds_list_is_forbidden_to_roles_other_than_steward(app: TestApp) -> None:
    for role in set(Role) - {Role.STEWARD}:
        assert app.get(PATH, app.as_(role, areas=("dk",))).status_code == 403, role


# ---- changing


@pytest.mark.slow
def test_an_added_own_kind_is_available_everywhere_at_once(app: TestApp, steward: Headers) -> None:
    other = own_kinds_file(None, app.folder)
    assert other.current().rows == OWN_KINDS.rows
    answer = send(app, steward, "POST", body=NEW)
    assert answer.status_code == 201, answer.text
    assert answer.json()["tiers"] == ["COMMUNITY"]
    assert other.current().by_id["GADEMEDARBEJDER"].label("en") == "Street worker"
    own_kinds = app.read("/vocabulary", app.as_(Role.COORDINATOR))["own_kinds"]
    assert own_kinds[-1]["label"] == "Gademedarbejder"
    editor = desk_of(app, Role.STEWARD)
    changed = editor.change("outreach", own_kind="GADEMEDARBEJDER")
    assert changed.status_code == 200, changed.text


@pytest.mark.slow
def test_the_etag_of_a_change_can_be_used_for_the_next_change(
    app: TestApp, steward: Headers
) -> None:
    first = send(
        app, steward, "PUT", f"{PATH}/BOLIGNET",
        body_of("BOLIGNET", gate="CONTACT_ONLY", label_da="Net"),
    )  # fmt: skip
    assert first.status_code == 200, first.text
    assert (first.json()["gate"], first.json()["label_da"]) == ("CONTACT_ONLY", "Net")
    second = send(app, steward, "DELETE", f"{PATH}/BOLIGNET", etag=first.headers["ETag"])
    assert second.status_code == 204, second.text
    assert "BOLIGNET" not in app.directory.own_kinds.by_id
    gone = send(app, steward, "DELETE", f"{PATH}/BOLIGNET")
    assert (gone.status_code, slug(gone)) == (404, "not-found")
    assert send(app, steward, "PUT", f"{PATH}/GONE", body_of("BOLIGNET")).status_code == 404


@pytest.mark.parametrize(("fields", "fault"), [
    ({"id": "gade"}, ("/id", "BAD_FORMAT")),
    ({"id": "BOLIGNET"}, ("/id", "DUPLICATE")),
    ({"id": "SSP_COORDINATOR"}, ("/id", "DUPLICATE")),
    ({"of": "Tier"}, ("/of", "UNKNOWN_WORD")),
    ({"is_a": "NOWHERE"}, ("/is_a", "UNKNOWN_KIND")),
    ({"is_a": "SSP"}, ("/is_a", "KIND_OF_OTHER")),
    ({"label_da": ""}, ("/label_da", "REQUIRED")),
    ({"label_en": "Mentor"}, ("/label_en", "DUPLICATE")),
    ({"label_da": "x" * 121}, ("/label_da", "TOO_LONG")),
    ({"label_da": "Sigtet for tyveri"}, ("/label_da", "OFFENSE")),
    ({"tiers": ["NATIONAL"]}, ("/tiers", "TIER_OF_KIND")),
    ({"gate": "GENERAL"}, ("/gate", "UNKNOWN_FIELD")),
])  # fmt: skip
def test_an_invalid_own_kind_is_refused_by_field_and_not_written(
    app: TestApp, steward: Headers, fields: dict[str, Any], fault: tuple[str, str]
) -> None:
    before = (app.folder / "vocabulary.toml").read_text("utf-8")
    answer = send(app, steward, "POST", body={**NEW, **fields})
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert fault in rules(answer)
    assert (app.folder / "vocabulary.toml").read_text("utf-8") == before


def test_errors_are_in_the_language_of_the_reader(app: TestApp, steward: Headers) -> None:
    details = [
        send(app, steward, "POST", f"{PATH}?lang={lang}", {**NEW, "label_da": "Mentor"}).json()[
            "errors"
        ][0]["detail"]
        for lang in ("da", "en")
    ]
    assert details == ["findes allerede", "exists already"]


def test_an_error_in_another_own_kind_names_that_kind(app: TestApp, steward: Headers) -> None:
    body = body_of("DEMOKRATIKONSULENT", is_a="UNGEKONSULENT")
    answer = send(app, steward, "PUT", f"{PATH}/DEMOKRATIKONSULENT", body)
    assert [(error["field"], error["detail"]) for error in answer.json()["errors"]] == [
        ("is_a", "går i ring"), ("is_a", "Ungekonsulent: går i ring"),
    ]  # fmt: skip


# ---- kinds in use


@pytest.mark.slow
def test_a_kind_in_use_is_neither_removed_nor_moved_and_the_nodes_are_counted(
    app: TestApp, steward: Headers
) -> None:
    use_own(app)
    app.store.apply(change_set(updates=[changed(app.store, "nabo-ssp", own_kind="SSP_KONSULENT")]))
    removed = send(app, steward, "DELETE", f"{PATH}/SSP_KONSULENT")
    assert rules(removed) == [("", "IN_USE")]
    assert removed.json()["errors"][0]["detail"] == "2 i registret er af denne type"
    moved = send(
        app, steward, "PUT", f"{PATH}/SSP_KONSULENT", body_of("SSP_KONSULENT", is_a="MENTOR")
    )
    assert rules(moved) == [("/is_a", "IN_USE")]
    renamed = body_of("SSP_KONSULENT", label_da="Tryghedskonsulent")
    assert send(app, steward, "PUT", f"{PATH}/SSP_KONSULENT", renamed).status_code == 200


@pytest.mark.slow
def test_a_kind_beneath_an_own_kind_blocks_moving_or_removing_it(
    app: TestApp, steward: Headers
) -> None:
    use_own(app)
    moved = body_of("DEMOKRATIKONSULENT", is_a="MENTOR")
    answer = send(app, steward, "PUT", f"{PATH}/DEMOKRATIKONSULENT", moved)
    assert rules(answer) == [("/is_a", "IN_USE")], "a youth adviser is one"
    answer = send(app, steward, "DELETE", f"{PATH}/DEMOKRATIKONSULENT?lang=en")
    (error,) = answer.json()["errors"]
    assert error["detail"] == "1 own kind is beneath it: move or remove that first"


def test_nodes_that_would_not_fit_a_narrower_kind_are_counted(
    app: TestApp, steward: Headers
) -> None:
    use_own(app)
    body = body_of("UNGEKONSULENT", is_unit_only=True)
    answer = send(app, steward, "PUT", f"{PATH}/UNGEKONSULENT?lang=en", body)
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["detail"]) == (
        "/is_unit_only", "1 of this kind in the register does not fit"
    )  # fmt: skip
    assert send(app, steward, "PUT", f"{PATH}/UNGEKONSULENT", body_of("UNGEKONSULENT")).is_success


def test_a_node_cannot_take_an_own_kind_removed_in_the_meantime(
    app: TestApp, steward: Headers
) -> None:
    planned = changed(app.store, "outreach", own_kind="UNGEKONSULENT")
    assert send(app, steward, "DELETE", f"{PATH}/UNGEKONSULENT").status_code == 204
    with pytest.raises(InvalidElement) as refused:
        app.directory.apply(change_set(updates=[planned]))
    assert [(fault.where, fault.field) for fault in refused.value.faults] == [
        ("outreach", "own_kind")
    ]
    assert app.store.own_kinds_in_use(app.directory.today()) == ()


def test_a_node_with_a_removed_own_kind_can_still_be_written(app: TestApp) -> None:
    app.store.apply(change_set(updates=[changed(app.store, "outreach", own_kind="GONE")]))
    post = app.store.elements(["outreach"])[0]
    assert isinstance(post, Actor)
    app.directory.snapshot()
    app.directory.apply(change_set(updates=[replace(post, hours="MO-FR 09:00-15:00")]))


# ---- concurrent changes


def test_a_change_of_own_kinds_requires_a_current_if_match(app: TestApp, steward: Headers) -> None:
    missing = app.post(PATH, steward, NEW)
    assert (missing.status_code, slug(missing)) == (428, "precondition-required")
    etag = app.get(PATH, steward).headers["ETag"]
    assert send(app, steward, "POST", body=NEW, etag=etag).status_code == 201
    late = send(app, steward, "DELETE", f"{PATH}/BOLIGNET", etag=etag)
    assert (late.status_code, slug(late)) == (412, "conflict")
    assert "BOLIGNET" in app.directory.own_kinds.by_id


def test_of_concurrent_additions_one_succeeds_and_the_others_conflict(
    app: TestApp, steward: Headers
) -> None:
    etag = app.get(PATH, steward).headers["ETag"]

    def add(number: int) -> int:
        body = {**NEW, "id": f"NY_{number}", "label_da": f"Ny {number}", "label_en": f"N {number}"}
        return send(app, steward, "POST", body=body, etag=etag).status_code

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(add, range(8))) == [201, *[412] * 7]
    text = (app.folder / "vocabulary.toml").read_text("utf-8")
    assert len(read_own_kinds(text).rows) == len(OWN_KINDS.rows) + 1


def test_changes_respond_with_503_while_another_process_holds_the_file(
    app: TestApp, steward: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = app.get(PATH, steward).headers["ETag"]
    monkeypatch.setattr(own_kinds_module, "_WAIT_S", 0)
    editor = desk_of(app, Role.STEWARD)
    with own_kinds_file(None, app.folder).hold():
        busy = send(app, steward, "POST", body=NEW, etag=etag)
        assert (busy.status_code, slug(busy)) == (503, "busy")
        assert editor.change("outreach", own_kind="UNGEKONSULENT").status_code == 503
        assert editor.change("outreach", hours=None).status_code == 200, "is of no own kind"
    assert send(app, steward, "POST", body=NEW, etag=etag).status_code == 201
    assert editor.change("outreach", own_kind="UNGEKONSULENT").status_code == 200


def test_an_invalid_file_on_the_server_is_reported_and_not_overwritten(
    app: TestApp, steward: Headers
) -> None:
    file = app.folder / "vocabulary.toml"
    bad = file.read_text("utf-8").replace("OUTREACH_WORKER", "NOWHERE")
    etag = app.get(PATH, steward).headers["ETag"]
    file.write_text(bad, "utf-8")
    listing = app.read(PATH, steward, lang="en")
    assert [kind["id"] for kind in listing["found"]] == [row.id for row in OWN_KINDS.rows]
    assert listing["faults"] == ["line 5: DEMOKRATIKONSULENT.is_a: is not a kind that exists"]
    assert listing["may_change"] is False
    answer = send(app, steward, "POST", body=NEW, etag=etag)
    assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert file.read_text("utf-8") == bad


def test_a_file_that_lacks_a_kind_in_use_is_reported_and_not_loaded(
    app: TestApp, steward: Headers
) -> None:
    use_own(app)
    (app.folder / "vocabulary.toml").write_text("", "utf-8")
    listing = app.read(PATH, steward, lang="en")
    assert len(listing["found"]) == len(OWN_KINDS.rows)
    assert sorted(listing["faults"]) == [
        "FRITIDSKLUB: in use by 1 in the register",
        "SSP_KONSULENT: in use by 1 in the register",
        "UNGEKONSULENT: in use by 1 in the register",
    ]


def test_an_unwritable_file_makes_changes_respond_with_403_and_the_reason(
    kystby_store: Store, tmp_path: Path
) -> None:
    (tmp_path / "no-folder").write_text("", "utf-8")
    file = OwnKindsFile(
        tmp_path / "no-folder" / "own.toml", tmp_path / "own.lock", may_be_missing=True
    )
    with opened_app(kystby_store, tmp_path, own_kinds=file) as app:
        steward = app.as_(Role.STEWARD, areas=("dk",))
        answer = send(app, steward, "POST", f"{PATH}?lang=en", NEW)
        assert (answer.status_code, slug(answer)) == (403, "forbidden")
        assert "may not write the file" in answer.json()["detail"]


# ---- the log, and the client


def test_a_change_is_logged_before_and_after(app: TestApp, steward: Headers) -> None:
    assert send(app, steward, "POST", body=NEW).status_code == 201
    intent, done = [row for row in app.rows() if row.action == "add_own_kind"]
    assert (intent.kind, done.kind, done.result) == ("intent", "done", 201)
    assert {name: intent.asked[name] for name in ("id", "is_a")} == {
        "id": "GADEMEDARBEJDER", "is_a": "OUTREACH_WORKER",
    }  # fmt: skip
    assert "Gademedarbejder" not in str(intent.asked), "a text is sealed"
    assert send(app, steward, "DELETE", f"{PATH}/GONE").status_code == 404
    assert [row.kind for row in app.rows() if row.action == "delete_own_kind"] == [
        "intent", "denied",
    ]  # fmt: skip


def test_the_client_reads_adds_changes_and_removes(app: TestApp, steward: Headers) -> None:
    token = steward["Authorization"].removeprefix("Bearer ")
    with served(app.http.app) as address, ApiClient(address, token, "en") as client:
        listing = client.own_kinds()
        assert listing.etag is not None
        assert client.add_own_kind(NewOwnKind(**NEW), listing.etag).label == "Street worker"
        with pytest.raises(Conflict):
            client.delete_own_kind("GADEMEDARBEJDER", listing.etag)
        body = AskedOwnKind(
            of="PostKind", is_a="OUTREACH_WORKER", label_da="Gademedarbejder", label_en="Walker"
        )
        fresh = client.own_kinds().etag or ""
        changed = client.change_own_kind("GADEMEDARBEJDER", body, fresh)
        assert changed.value.label == "Walker"
        with pytest.raises(Invalid) as refused:
            client.add_own_kind(NewOwnKind(**NEW), changed.etag or "")
        assert [fault.field for fault in refused.value.errors] == ["id"]
        client.delete_own_kind("GADEMEDARBEJDER", changed.etag or "")
        assert len(client.own_kinds().value.found) == len(OWN_KINDS.rows)
