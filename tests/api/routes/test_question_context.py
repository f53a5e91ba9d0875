"""Older revisions over HTTP, limited to what the caller may see today."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from httpx2 import Response

from graph.access.policy import Role
from graph.model import End
from graph.vocabulary import Visibility
from tests.api.client.operations import operations
from tests.api.routes.consenting import without_echo
from tests.api.withheld import withhold
from tests.change_sets import change_set, changed
from tests.fixtures.app import Headers, TestApp
from tests.fixtures.editor import slug
from tests.fixtures.endpoint_examples import Ids, questions

CLOSED = "MO-FR 09:00-15:00"
PATH = {"start": "ihd", "target": "ssp-post"}
DAYS = ("2026-02-01", "2026-11-24", "2026-11-25", "2026-12-31", "2027-05-31")


@pytest.fixture
def written_app(app: TestApp) -> TestApp:
    """Kystby at revision 3: revision 2 changed two nodes, revision 3 ended a link."""
    center = changed(app.store, "kystby", lat=56.16, lon=10.21)
    hours = changed(app.store, "intake", hours="00:00-24:00")
    app.store.apply(change_set(updates=[hours, center]))
    app.store.apply(change_set(ends=[End(id="ihd--ssp-post", on=date(2026, 11, 20), based_on=1)]))
    return app


def ask(
    app: TestApp, path: str, headers: Headers, method: str = "GET", body: Any = None,
    **query: Any,
) -> Response:  # fmt: skip
    return app.http.request(method, path, params=query, headers=headers, json=body)


def hours(app: TestApp, headers: Headers, **query: Any) -> str:
    answer = ask(app, "/entities/intake", headers, **query)
    assert answer.status_code == 200, answer.text
    text: str = answer.json()["entity"]["fields"]["hours"]
    return text


def test_a_node_at_a_given_revision_is_returned_without_an_etag(written_app: TestApp) -> None:
    here = written_app.as_(Role.STEWARD)
    actual = [hours(written_app, here, revision=number) for number in (1, 2, 3)]
    assert actual == [CLOSED, "00:00-24:00", "00:00-24:00"] != [hours(written_app, here)] * 3
    now = ask(written_app, "/entities/intake", here)
    then = ask(written_app, "/entities/intake", here, revision=1)
    assert "etag" in now.headers
    assert "etag" not in then.headers
    assert "etag" not in ask(written_app, "/entities/intake", here, revision=3).headers
    assert then.json()["entity"]["fields"]["revision"] == 1
    link = ask(written_app, "/links/intake--ssp", here, revision=2)
    assert (link.status_code, "etag" in link.headers) == (200, False)
    assert ask(written_app, "/entities/intake", here, revision=0).status_code == 404


def test_a_path_over_a_link_ended_since_is_found_at_the_older_revision(
    written_app: TestApp,
) -> None:
    here = written_app.as_(Role.COORDINATOR, areas=("dk",))
    now = ask(written_app, "/paths", here, "POST", PATH).json()
    then = ask(written_app, "/paths", here, "POST", PATH, revision=2).json()
    ways_now, ways_then = (
        [way for contact in item["contacts"] for way in contact["ways"]] for item in (now, then)
    )
    assert (ways_now, now["revision"]) == ([], 3)
    assert (len(ways_then), then["revision"]) == (1, 2)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_revision_above_the_newest_is_refused_by_name(written_app: TestApp, lang: str) -> None:
    answer = ask(
        written_app, "/names", written_app.as_(Role.COORDINATOR), text="bo", revision=4, lang=lang
    )
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["rule"]) == ("revision", "NEED")
    assert {"da": "højst den nyeste revision", "en": "at most the newest"}[lang] in fault["detail"]


@pytest.mark.slow
@pytest.mark.parametrize("bad", ["-1", "x", "1.5", str(2**53)])
def test_a_malformed_revision_is_refused_by_name(written_app: TestApp, bad: str) -> None:
    answer = ask(written_app, "/names", written_app.as_(Role.COORDINATOR), text="bo", revision=bad)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert [fault["field"] for fault in answer.json()["errors"]] == ["revision"]
    assert ask(written_app, "/names", {}, text="bo", revision=bad).status_code == 401


@pytest.mark.drill
@pytest.mark.parametrize(("method", "path", "role"), [
    ("GET", "/consents", Role.DPO),
    ("GET", "/changes", Role.COORDINATOR),
    ("POST", "/entities", Role.STEWARD),
    ("PATCH", "/entities/intake", Role.STEWARD),
    ("POST", "/reveal", Role.COORDINATOR),
    ("POST", "/exports", Role.STEWARD),
    ("POST", "/analysis", Role.ANALYST),
    ("GET", "/audit/rows", Role.DPO),
])  # fmt: skip
def test_other_routes_refuse_an_older_revision(
    written_app: TestApp, method: str, path: str, role: Role
) -> None:
    answer = ask(written_app, path, written_app.as_(role), method, revision=1, lang="en")
    assert (answer.status_code, slug(answer)) == (422, "invalid"), answer.text
    assert "revision: cannot be asked about here" in answer.text


def test_every_dated_query_except_consents_and_terms_accepts_a_revision() -> None:
    dated = {
        operation.id
        for operation in operations()
        if operation.method == "GET" and {"on", "from"} & operation.queries
    } | {operation.id for operation in operations() if operation.id.startswith("find_")}
    taking = {operation.id for operation in operations() if "revision" in operation.queries}
    assert dated - taking == {"read_consents"} | {
        item for item in dated if item.startswith("find_term")
    }
    assert taking <= dated


@pytest.mark.slow
def test_questions_at_an_older_revision_return_that_revision(written_app: TestApp) -> None:
    here = written_app.as_(Role.COORDINATOR, areas=("dk",))
    taking = {
        (operation.method, operation.path)
        for operation in operations()
        if "revision" in operation.queries
    }
    asks = questions(written_app.asgi.openapi(), Ids(nodes=["intake"], links=["ihd--ssp-post"]))
    for method, path in sorted(taking):
        samples = [item for item in asks[f"{method} {path}"] if "revision" not in item.params][:3]
        for item in samples:
            params = {**item.params, "revision": "2"}
            answer = written_app.http.request(
                item.method, item.path, params=params, json=item.body, headers=here
            )
            assert answer.status_code == 200, (str(item), answer.text)
            body = answer.json()
            if "revision" in body:
                assert body["revision"] == 2, str(item)


def test_the_log_records_the_requested_revision(written_app: TestApp) -> None:
    hours(written_app, written_app.as_(Role.COORDINATOR), revision=1)
    (request,) = (row for row in written_app.json_rows() if row["kind"] == "asked")
    assert request["asked"] == {"node_id": "intake", "revision": "1"}


# ---- an older revision shows nothing that is hidden today


def individuals(app: TestApp, headers: Headers, **query: Any) -> set[str]:
    answer = ask(app, "/entities", headers, label="ResourceIndividual", **query).json()
    return {item["id"] for item in answer["found"]}


def around(app: TestApp, headers: Headers) -> Iterator[str]:
    """Yield every answer about the door opener and the association, on every date."""
    for day in DAYS:
        for path in ("/entities/outreach/neighborhood", "/entities/vindrosen/neighborhood"):
            yield ask(app, path, headers, on=day, revision=1, hops=2).text
        yield without_echo(ask(app, "/names", headers, text="formand jens", on=day, revision=1))
        yield ask(app, "/links", headers, target="jens", on=day, revision=1).text


@pytest.mark.slow
def test_a_withdrawn_consent_hides_a_civilian_on_every_date_at_older_revisions(
    app: TestApp,
) -> None:
    dina = app.as_(Role.OUTREACH, person="dina")
    withdrawn = changed(app.store, "consent-jens", withdrawn_on=date(2026, 11, 25))
    app.store.apply(change_set(updates=[changed(app.store, "bo", languages=frozenset({"so"}))]))
    assert individuals(app, dina, revision=1) == {"jens"}
    assert any('"jens"' in text for text in around(app, dina))
    app.store.apply(change_set(updates=[withdrawn]))
    for day in DAYS:
        assert individuals(app, dina, revision=1, on=day) == set()
        assert ask(app, "/entities/jens", dina, revision=1, on=day).status_code == 404
    assert not any('"jens"' in text for text in around(app, dina))


@pytest.mark.slow
def test_a_withheld_person_is_hidden_at_an_older_revision(written_app: TestApp) -> None:
    here = written_app.as_(Role.COORDINATOR)
    assert ask(written_app, "/entities/bo", here, revision=1).status_code == 200
    withhold(written_app.accounts.withholdings, "bo")
    assert ask(written_app, "/entities/bo", here, revision=1).status_code == 404


def test_a_person_with_narrowed_visibility_is_hidden_at_an_older_revision(app: TestApp) -> None:
    there = app.as_(Role.COORDINATOR, areas=("nabo",))
    app.store.apply(change_set(updates=[changed(app.store, "carl", visibility=Visibility.OPEN)]))
    assert ask(app, "/entities/carl", there).status_code == 200
    app.store.apply(change_set(updates=[changed(app.store, "carl", visibility=Visibility.NAMED)]))
    assert ask(app, "/entities/carl", there, revision=2).status_code == 404


def test_a_field_hidden_today_is_hidden_at_an_older_revision(app: TestApp) -> None:
    known = changed(app.store, "bo", languages=frozenset({"so"}), title="Konsulent")
    app.store.apply(change_set(updates=[known]))
    for role, seen in ((Role.COORDINATOR, True), (Role.ANALYST, False)):
        answer = ask(app, "/entities/bo", app.as_(role), revision=1)
        assert answer.status_code == 200
        body = answer.json()["entity"]
        assert ("name" in body["fields"], "title" in body["fields"]) == (seen, seen)
        assert body["fields"].get("languages", []) == []


def test_a_corrected_name_replaces_the_old_one_at_older_revisions(
    app: TestApp, coordinator: Headers
) -> None:
    app.store.apply(change_set(updates=[changed(app.store, "bo", name="Bo Rettet Holm")]))
    answer = ask(app, "/entities/bo", coordinator, revision=1)
    assert answer.json()["entity"]["fields"]["name"] == "Bo Rettet Holm"
    assert "Rugvang" not in answer.text
