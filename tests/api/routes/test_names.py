"""Who is called …, over HTTP."""

from api.audit.entry import AuditKind
from graph.access.policy import Role
from tests.fixtures.app import TestApp


def test_a_name_is_found_and_what_was_typed_is_not_written_down(app: TestApp) -> None:
    answer = app.get("/names", app.as_(Role.COORDINATOR), text="amina")
    assert answer.status_code == 200
    assert [hit["id"] for hit in answer.json()["found"]] == ["amina"]
    asked, shown = app.rows()
    assert (asked.kind, shown.kind) == (AuditKind.ASKED, AuditKind.SHOWN)
    assert asked.asked == {"text": f"hmac:{app.audit.term('Amina ')}"}
    assert (asked.subjects, shown.subjects) == ((), ("amina",))
    assert [row.get("subjects") for row in app.told()] == [None, ["amina"]]


def test_a_search_is_kept_to_labels_and_a_place(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)

    def found(**asked: str | list[str]) -> list[str]:
        answer = app.http.get(
            "/names", params=dict[str, str | list[str]](text="kystby", **asked), headers=headers
        )
        return [hit["id"] for hit in answer.json()["found"]]

    assert found(label=["Network"]) == ["ssp"]
    assert set(found(label=["Network", "Area"])) == {"ssp", "kystby"}
    assert found(area="havnen") == []
    assert app.get("/names", headers, text="x1", area="no").status_code == 404


def test_who_is_hidden_is_not_found(app: TestApp) -> None:
    assert app.get("/names", app.as_(Role.COORDINATOR), text="erik").json() == {"found": []}


def test_without_a_token_nothing_is_told(app: TestApp) -> None:
    answer = app.get("/names", text="amina")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.json()["type"] == "/problems/unauthenticated"


def test_an_administrator_asks_no_question(app: TestApp) -> None:
    answer = app.get("/names", app.as_(Role.ADMIN), text="amina")
    assert (answer.status_code, answer.json()["needed"]) == (403, "QUESTION")


def test_a_text_too_short_is_told_by_field_and_rule(app: TestApp) -> None:
    answer = app.get("/names", app.as_(Role.COORDINATOR), text="a")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "text")
