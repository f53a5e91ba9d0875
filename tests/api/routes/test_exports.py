"""Exports: by ticket, fetched once, counted, and never with data that may not be exported."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import networkx as nx
import pytest
from httpx2 import Response

from api.errors import Refusal
from api.exports.build import require_room
from api.identity.changes import HOST
from api.identity.one_time_links import ticket_table
from api.identity.restrictions import OwedWithdrawal
from api.identity.store import Assurance
from api.settings import Settings
from graph.access.policy import Role
from graph.exchange.formats import FORMATS
from graph.model import ContactDetail, End, ReachedBy, Secret
from graph.vocabulary import Channel, Label, Visibility
from tests import kystby
from tests.change_sets import NUMBERS, change_set
from tests.fixtures.app import Headers, TestApp, bearer, opened_app
from tests.fixtures.details import numbers_of
from tests.fixtures.editor import slug
from tests.graph.exchange.formats.test_formats import contents
from tests.graph.paths.additions import tie
from tests.kystby import caller_of, snapshot, view_of

_STRONG = Assurance.STRONG
NODES = ["ssp-post", "ssp", "intake", "amina", "bo", "kystby"]
SSP = {"start": "ihd", "target": "ssp-post"}
TO_INTAKE = {"start": "ihd", "target": "intake"}
TO_JENS = {"start": "carl", "target": "jens", "level": "OUTREACH"}


def ask(app: TestApp, headers: Headers, **fields: Any) -> Response:
    return app.post("/exports", headers, {"format": "NODES_CSV", "nodes": NODES, **fields})


def ask_contacts(app: TestApp, headers: Headers, **fields: Any) -> Response:
    body = {"format": "VCARD", "purpose": "CONCERN", **fields}
    return app.post("/exports/contacts", headers, body)


def fetch(app: TestApp, headers: Headers, answer: Response) -> Response:
    assert answer.status_code == 201, answer.text
    return app.get(f"/exports/{answer.json()['ticket']}", headers)


def about(app: TestApp, headers: Headers, answer: Response) -> Response:
    """Fetch the second file, which describes the first."""
    return app.get(f"/exports/{answer.json()['about']}", headers)


def table(answer: Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


# ---- lists and networks


def test_an_export_is_fetched_once_and_described_by_an_about_file(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    answer = ask(app, headers)
    ticket = answer.json()
    assert (ticket["rows"], ticket["reveals"]) == (6, 0)
    assert {loss["kind"] for loss in ticket["losses"]} >= {"DETAILS", "NAMES", "LINKS"}
    response = fetch(app, headers, answer)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/csv")
    assert response.headers["content-disposition"] == f'attachment; filename="{ticket["file"]}"'
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert [row["Id"] for row in table(response)] == sorted(NODES)
    text = response.content.decode()
    second = about(app, headers, answer)
    name = f"kontaktvej-{ticket['export']}.about.json"
    assert second.headers["content-disposition"] == f'attachment; filename="{name}"'
    for part in (ticket["export"], "2026-11-25", *(loss["text"] for loss in ticket["losses"])):
        assert part in second.text
    assert about(app, headers, answer).status_code == 404
    assert NUMBERS["phone-bo"] not in text
    assert "Amina" not in text
    again = fetch(app, headers, answer)
    never = app.get("/exports/never", headers)
    for item in (again, never):
        assert item.status_code == 404
    assert {**again.json(), "request_id": ""} == {**never.json(), "request_id": ""}


def test_an_export_logs_its_id_rows_and_subjects_but_not_the_ticket(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    answer = ask(app, headers, format="GRAPHML")
    fetch(app, headers, answer)
    rows = app.rows()
    assert [(row.kind.value, row.action) for row in rows] == [
        ("asked", "make_export"), ("shown", "make_export"),
        ("asked", "read_export"), ("shown", "read_export"),
    ]  # fmt: skip
    assert rows[0].asked["format"] == "GRAPHML"
    assert rows[0].asked["nodes"].startswith("hmac:")
    assert rows[1].asked == rows[3].asked == {"export": answer.json()["export"]}
    assert (rows[3].count, rows[3].subjects) == (answer.json()["rows"], ("amina", "bo"))
    assert answer.json()["ticket"] not in str(rows)


def test_an_export_ticket_of_another_account_responds_with_404(app: TestApp) -> None:
    headers, other = app.as_(Role.COORDINATOR), app.as_(Role.COORDINATOR)
    answer = ask(app, headers)
    stolen = fetch(app, other, answer)
    assert (stolen.status_code, slug(stolen)) == (404, "not-found")
    assert fetch(app, headers, answer).status_code == 200


@pytest.mark.parametrize("name", FORMATS)
def test_each_export_format_has_its_suffix_media_type_and_content(app: TestApp, name: str) -> None:
    headers, format = app.as_(Role.ANALYST), FORMATS[name]
    answer = ask(app, headers, format=name)
    assert answer.json()["file"].endswith(f".{format.suffix}")
    assert (answer.json()["about"] is not None) == (format.suffix == "csv")
    response = fetch(app, headers, answer)
    assert response.headers["content-type"] == format.media_type
    text = contents(response.content).decode()
    assert "ssp-post" in text
    if format.suffix != "csv":
        assert answer.json()["export"] in text
    (read,) = (row for row in app.rows() if row.action == "read_export" and row.result == 200)
    assert read.count == answer.json()["rows"]


def test_an_unknown_export_format_is_refused_with_the_list_of_formats(app: TestApp) -> None:
    english = {**app.as_(Role.ANALYST), "Accept-Language": "en"}
    answer = ask(app, english, format="WORD_PERFECT")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/format"
    assert "NODES_CSV, LINKS_CSV" in answer.text
    assert ask(app, english, format="no word").status_code == 422


@pytest.mark.parametrize("format", ["GRAPHML", "GEXF", "LINKS_CSV"])
def test_a_network_export_holds_the_given_nodes_and_the_links_among_them(
    app: TestApp, format: str
) -> None:
    headers = app.as_(Role.ANALYST)
    answer = fetch(app, headers, ask(app, headers, format=format))
    links = {("ssp-post", "ssp"), ("intake", "ssp"), ("amina", "ssp-post"), ("bo", "ssp-post")}
    links |= {("ssp", "kystby")}
    if format == "LINKS_CSV":
        assert {(row["Fra, id"], row["Til, id"]) for row in table(answer)} == links
        return
    read: Any = getattr(nx, f"read_{format.lower()}")
    network = read(io.BytesIO(answer.content))
    assert (set(network.nodes), set(network.edges())) == (set(NODES), links)


def ask_map(app: TestApp, headers: Headers, **fields: Any) -> Response:
    return app.post("/exports/coverage-map", headers, fields)


def test_a_metrics_export_names_its_method_and_revision(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    body: dict[str, Any] = {"measure": "DEGREE", "kind": ["SSP", "SSP_COORDINATOR"]}
    answer = app.post("/exports/metrics", headers, body)
    assert (answer.status_code, answer.json()["rows"]) == (201, 3)
    response = fetch(app, headers, answer)
    lines = {line["Id"]: line for line in table(response)}
    assert lines["ssp"]["Antal samarbejdsparter"] == "2,0"
    notes = about(app, headers, answer)
    assert notes.json()["Revision"] == "1"
    for note in ("networkx.degree", "siger ikke", answer.json()["export"]):
        assert note in notes.text
    assert fetch(app, headers, answer).status_code == 404
    english = {**headers, "Accept-Language": "en"}
    for measure, head in (("COMMUNITIES", "Group"), ("ASSORTATIVITY", "Police district")):
        other = app.post("/exports/metrics", english, {"measure": measure})
        file = fetch(app, english, other)
        assert head in file.text
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) - 1 == other.json()["rows"]
    assert app.post("/exports/metrics", app.as_(Role.DPO), body).status_code == 403


def test_the_coverage_map_is_exported_as_its_table(app: TestApp) -> None:
    analyst = app.as_(Role.ANALYST)
    answer = ask_map(app, analyst, measure="VACANT", on="2026-11-25")
    assert (answer.json()["rows"], answer.json()["losses"]) == (2, [])
    response = fetch(app, analyst, answer)
    assert response.headers["content-type"].startswith("text/csv")
    lines = {line["Id"]: line for line in table(response)}
    assert (lines["kystby"]["Ubesat"], lines["kystby"]["Ud af"]) == ("1", "3")
    assert (lines["kystby"]["Kommunekoder"], lines["kystby"]["Funktioner"]) == ("9999", "4")
    assert fetch(app, analyst, answer).status_code == 404
    (read,) = (row for row in app.rows() if (row.action, row.result) == ("read_export", 200))
    assert (read.count, read.purpose, read.asked) == (2, None, {"export": answer.json()["export"]})
    english = {**analyst, "Accept-Language": "en"}
    few = ask_map(app, english, measure="CIVILIANS", by="REGION")
    assert {line["No number, because"] for line in table(fetch(app, english, few))} == {
        "Fewer than 5 are not shown"
    }
    assert ask_map(app, analyst, by="COMMUNITY").status_code == 422
    assert ask_map(app, app.as_(Role.DPO)).status_code == 403


def test_the_coverage_matrix_is_exported_as_a_row_for_each_area_and_column(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST)
    path = "/exports/coverage-matrix"
    answer = app.post(path, headers, {"column": ["SSP", "KSP"]})
    assert (answer.json()["rows"], answer.json()["losses"]) == (2, [])
    actual = [
        (line["Id"], line["Kolonne"], line["Funktioner"], line["Skal kontrolleres"])
        for line in table(fetch(app, headers, answer))
    ]
    assert actual == [
        ("kystby", "SSP-samarbejde", "2", "1"), ("kystby", "KSP-samarbejde", "0", "0"),
        ("nabo", "SSP-samarbejde", "0", "0"), ("nabo", "KSP-samarbejde", "0", "0"),
    ]  # fmt: skip
    assert fetch(app, headers, answer).status_code == 404
    assert app.post(path, headers, {"column": ["MENTOR"]}).status_code == 422
    assert app.post(path, app.as_(Role.DPO), {}).status_code == 403


@pytest.mark.parametrize("hidden", ["erik", "jens", "nobody", "No id!", "kaj"])
def test_exporting_a_hidden_node_responds_like_an_absent_one(app: TestApp, hidden: str) -> None:
    headers = app.as_(Role.ANALYST)
    answers = [ask(app, headers, nodes=["ssp", item]) for item in (hidden, "nobody")]
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert {answer.status_code for answer in answers} == {404}
    assert bodies[0] == bodies[1]


def test_an_export_of_a_node_hidden_after_the_ticket_responds_with_404(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, person="dina")
    answer = ask(app, headers, nodes=["jens", "vindrosen"])
    assert [loss["count"] for loss in answer.json()["losses"] if loss["kind"] == "CIVILIANS"] == [1]
    owed = OwedWithdrawal(
        change_set="set-1", by="acc-1", on=app.directory.today(), consents=("consent-jens",)
    )
    app.accounts.withholdings.withdraw("jens", owed)
    assert fetch(app, headers, answer).status_code == 404


def test_exports_hold_no_civilians_and_no_numbers_in_any_format(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, Role.OUTREACH, person="dina")
    nodes = ["jens", "vindrosen", "outreach", "phone-bo", "bo", "consent-jens"]
    for format in FORMATS:
        file = fetch(app, headers, ask(app, headers, nodes=nodes, format=format))
        text = contents(file.content).decode()
        for secret in ("Formand", "jens", "phone-bo", *NUMBERS.values(), "+45"):
            assert secret not in text, format


def test_exports_with_names_need_a_purpose_and_are_limited_by_area_and_day(app: TestApp) -> None:
    headers = app.as_(Role.STEWARD, person="dina")  # who sees Carl, of another area
    named = {"with_names": True, "purpose": "VERIFY"}
    answer = fetch(app, headers, ask(app, headers, nodes=["amina", "carl"], **named))
    names = {row["Id"]: row["Navn"] for row in table(answer)}
    assert names == {"amina": "Amina Søkilde Østergård", "carl": ""}
    assert app.rows()[-1].purpose == "VERIFY"
    away = app.as_(Role.STEWARD, areas=("nabo",))
    assert ask(app, away, nodes=["ssp-post"], **named).json()["rows"] == 1
    assert [ask(app, headers, **named).status_code for _ in range(10)] == [201] * 9 + [429]
    assert ask(app, headers).status_code == 201
    assert ask(app, headers, with_names=True).status_code == 422
    assert ask(app, headers, purpose="VERIFY").status_code == 422
    for role in (Role.OUTREACH, Role.ANALYST):
        response = ask(app, app.as_(role), **named)
        assert (response.status_code, slug(response)) == (403, "forbidden")
    weak = bearer(app.token(Role.STEWARD, assurance=Assurance.PASSWORD))
    assert (slug(ask(app, weak, **named)), ask(app, weak).status_code) == ("step-up", 201)


def test_an_export_with_names_over_the_row_limit_is_refused_with_413() -> None:
    require_room(500)
    with pytest.raises(Refusal) as error:
        require_room(501)
    assert (error.value.kind.status, error.value.members) == (413, {"most": 500})


def test_an_export_without_nodes_is_the_whole_register_that_the_caller_sees(app: TestApp) -> None:
    headers, view = app.as_(Role.COORDINATOR), view_of(snapshot(), caller_of(Role.COORDINATOR))
    rows = table(fetch(app, headers, ask(app, headers, nodes=[])))
    never = (Label.CONTACT_DETAIL, Label.CONSENT, Label.RESOURCE_INDIVIDUAL)
    assert {row["Id"] for row in rows} == {
        view.id(row) for label in Label if label not in never for row in view.rows(label)
    }
    assert {row["Navn"] for row in rows if row["Id"] in ("amina", "bo", "carl")} == {""}


@pytest.mark.parametrize("role", [Role.DPO, Role.ADMIN, Role.SERVICE])
def test_roles_without_the_export_right_get_no_ticket_and_no_file(app: TestApp, role: Role) -> None:
    headers = app.as_(role)
    assert ask(app, headers).status_code == 403
    assert ask_contacts(app, headers, post="ssp-post").status_code == 403
    for ticket in ("x", ask(app, app.as_(Role.ANALYST)).json()["ticket"]):
        assert app.get(f"/exports/{ticket}", headers).status_code == 404


def test_export_tickets_are_void_after_the_grant_has_ended(app: TestApp) -> None:
    account = app.account(Role.COORDINATOR)
    headers = bearer(app.accounts.open_session(account, _STRONG))
    tickets = (ask(app, headers), ask_contacts(app, headers, post="ssp-post"))
    (grant,) = app.accounts.grants.of(account)
    app.accounts.changes.end(grant.id, by=HOST, is_host=True)
    assert {fetch(app, headers, ticket).status_code for ticket in tickets} == {404}


# ---- contacts

AMINA = ContactDetail(
    id="mail-amina", channel=Channel.EMAIL, value=Secret("amina@kystby.example"),
    hint="•••@••••", visibility=Visibility.AREA, source="kystby",
)  # fmt: skip


@pytest.fixture
def thrifty(app: TestApp) -> Iterator[TestApp]:
    with opened_app(
        app.store, app.folder, Settings(reveals_per_day=3, calls_per_min=9_999)
    ) as thrifty:
        yield thrifty


def reveal(app: TestApp, headers: Headers) -> int:
    body = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "CONCERN"}
    return app.post("/reveal", headers, body).status_code


def test_a_contact_export_of_a_post_holds_the_number_of_the_answering_person(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    answer = ask_contacts(app, headers, post="ssp-post")
    assert answer.json()["reveals"] == 1
    response = fetch(app, headers, answer)
    assert response.headers["content-type"].startswith("text/vcard")
    card = response.content.replace(b"\r\n ", b"").decode()
    assert "FN:SSP-koordinator\\, Kystby" in card
    assert "ORG:Kystby Kommune" in card
    assert f":{NUMBERS['phone-bo']}" in card
    assert "Bo Rugvang Sørensen" in card
    assert answer.json()["export"] in card
    assert fetch(app, headers, answer).status_code == 404
    rows = app.rows()
    creation, read = rows[1], rows[3]
    assert (creation.action, creation.purpose, creation.count) == ("reveal_contacts", "CONCERN", 1)
    assert creation.subjects == read.subjects == ("bo",)
    assert (read.purpose, read.asked) == ("CONCERN", {"export": answer.json()["export"]})
    assert NUMBERS["phone-bo"] not in str(rows)


def test_reveal_entries_list_only_persons_whose_own_numbers_are_exported(app: TestApp) -> None:
    line = ContactDetail(
        id="phone-post", channel=Channel.PHONE, value=Secret("+45 05 77 88 99"),
        hint="+45 •• •• •• 99", visibility=Visibility.AREA, source="kystby",
    )  # fmt: skip
    app.store.apply(change_set(creates=(line, tie(ReachedBy, "outreach", "phone-post"))))
    headers = app.as_(Role.OUTREACH, Role.COORDINATOR, person="amina")
    card = {"need": {**TO_JENS, "start": "dina"}, "format": "ACTION_CARD"}
    for fields, revealed, named in (
        ({"post": "outreach"}, (), ("dina",)), (card, ("bo",), ("bo", "carl", "jens")),
    ):  # fmt: skip
        answer = ask_contacts(app, headers, **fields)
        row = app.rows()[-1]
        assert (row.action, row.count, row.subjects) == ("reveal_contacts", 1, revealed), fields
        assert fetch(app, headers, answer).status_code == 200
        assert app.rows()[-1].subjects == named


def test_a_contact_export_of_a_path_holds_its_posts_in_order(
    app: TestApp, coordinator: Headers
) -> None:
    answer = ask_contacts(app, coordinator, need=TO_INTAKE)
    assert {loss["kind"] for loss in answer.json()["losses"]} >= {"TERMS"}
    card = fetch(app, coordinator, answer).content.decode()
    assert card.count("BEGIN:VCARD") == answer.json()["rows"] == 2
    assert [line for line in card.splitlines() if line.startswith("UID")] == [
        "UID:kontaktvej:ssp-post", "UID:kontaktvej:intake",
    ]  # fmt: skip


def test_contact_exports_refuse_invalid_bodies_and_hidden_posts(
    app: TestApp, coordinator: Headers
) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"need": SSP, "answer": 5}, {"need": {**SSP, "on": "2026-12-24"}}, {"post": "amina"},
        {"post": "ssp-post", "need": SSP}, {}, {"format": "ACTION_CARD", "post": "ssp-post"},
    )  # fmt: skip
    for fields in wrong:
        response = ask_contacts(app, coordinator, **fields)
        assert (response.status_code, slug(response)) == (422, "invalid"), fields
    for name in ("erik", "nobody", "nabo-x"):
        assert ask_contacts(app, coordinator, post=name).status_code == 404


@pytest.mark.slow
def test_each_exported_number_counts_against_the_reveal_budget(thrifty: TestApp) -> None:
    thrifty.store.apply(change_set(creates=(AMINA, tie(ReachedBy, "bo", "mail-amina"))))
    headers = thrifty.as_(Role.COORDINATOR)
    assert ask_contacts(thrifty, headers, post="ssp-post").json()["reveals"] == 2
    assert ask_contacts(thrifty, headers, post="ssp-post").status_code == 201, "they were shown"
    assert reveal(thrifty, headers) == 200, "the file had it"
    thrifty.store.apply(change_set(creates=numbers_of("amina", 2)))
    thrifty.store.apply(change_set(creates=numbers_of("intake", 1, first=2)))
    spend = {"channel": "MOBILE", "purpose": "CONCERN"}
    answers = [
        thrifty.post("/reveal", headers, {**spend, "detail": f"number-{place}"}).status_code
        for place in range(2)
    ]
    assert answers == [200, 429]
    answer = ask_contacts(thrifty, headers, post="intake")
    assert (answer.status_code, slug(answer)) == (429, "budget-used")
    assert "ticket" not in answer.json()
    alert = next(row for row in reversed(thrifty.rows()) if row.kind.value == "alert")
    assert (alert.action, alert.result) == ("reveal_contacts", 429)
    beyond = {"post": "intake", "purpose": "SERIOUS", "beyond": True}
    assert ask_contacts(thrifty, headers, **beyond).status_code == 201
    alert, shown = thrifty.rows()[-2:]
    assert (alert.kind.value, alert.result, alert.asked) == ("alert", None, {"beyond": 3})
    assert (shown.kind.value, shown.purpose, shown.asked["beyond"]) == ("shown", "SERIOUS", 3)
    other = thrifty.as_(Role.OUTREACH)
    assert reveal(thrifty, other) == 200
    assert ask_contacts(thrifty, other, post="ssp-post").status_code == 201


@pytest.mark.slow
def test_a_contact_export_of_a_path_ended_since_the_ticket_responds_with_404(
    app: TestApp, coordinator: Headers
) -> None:
    answer = ask_contacts(app, coordinator, need=SSP)
    app.store.apply(change_set(ends=(End(id="ihd--ssp-post", on=kystby.TODAY, based_on=1),)))
    assert fetch(app, coordinator, answer).status_code == 404


def test_own_audit_rows_show_the_count_of_exported_contacts(
    app: TestApp, coordinator: Headers
) -> None:
    fetch(app, coordinator, ask_contacts(app, coordinator, post="ssp-post"))
    reveal(app, coordinator)
    rows = app.get("/audit/mine", coordinator).json()["rows"]
    assert [(row["action"], row["count"]) for row in rows] == [
        ("reveal_detail", None), ("read_export", 1), ("reveal_contacts", 1),
    ]  # fmt: skip


def test_an_own_number_is_exported_without_counting_as_a_reveal(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, person="bo")
    answer = ask_contacts(app, headers, post="ssp-post")
    assert answer.json()["reveals"] == 0
    assert NUMBERS["phone-bo"] in fetch(app, headers, answer).text


@pytest.mark.slow
def test_a_contact_export_is_void_when_a_number_was_added_since_the_ticket(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    answer = ask_contacts(app, headers, post="ssp-post")
    app.store.apply(change_set(creates=(AMINA, tie(ReachedBy, "bo", "mail-amina"))))
    assert fetch(app, headers, answer).status_code == 404


@pytest.mark.slow
def test_contact_exports_need_a_strong_sign_in_and_a_permitted_role(app: TestApp) -> None:
    weak = bearer(app.token(Role.COORDINATOR, assurance=Assurance.PASSWORD))
    for post in ("ssp-post", "nobody"):
        assert slug(ask_contacts(app, weak, post=post)) == "step-up"
    for role in (Role.ANALYST, Role.STEWARD):
        assert slug(ask_contacts(app, app.as_(role, person="bo"), post="ssp-post")) == "forbidden"


def test_a_contact_export_of_a_path_leaves_out_the_civilian_at_its_end(app: TestApp) -> None:
    headers = app.as_(Role.OUTREACH, Role.COORDINATOR, person="dina")
    answer = ask_contacts(app, headers, need=TO_JENS)
    assert [loss["count"] for loss in answer.json()["losses"] if loss["kind"] == "CIVILIANS"] == [1]
    text = fetch(app, headers, answer).text
    assert "UID:kontaktvej:outreach" in text
    for secret in ("Formand", NUMBERS["phone-jens"], "jens"):
        assert secret not in text


def test_withdrawing_a_consent_ends_the_export_tickets_of_paths_to_the_person(app: TestApp) -> None:
    headers = app.as_(Role.OUTREACH, Role.COORDINATOR, person="dina")
    answer = ask_contacts(app, headers, need=TO_JENS)
    assert app.post("/consents/consent-jens/withdraw", headers).status_code == 200
    with app.accounts.engine.connect() as connection:
        assert connection.execute(ticket_table.select()).all() == []
    assert fetch(app, headers, answer).status_code == 404
