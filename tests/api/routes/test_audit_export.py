"""The log as a file: for the DPO alone, with the columns of the screen, newest first."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from httpx2 import Response

from api.audit.entry import AuditKind, Entry
from api.exports import audit_log
from api.exports.request import AuditExport
from api.identity.changes import HOST
from api.identity.store import Assurance
from api.schemas.audit import AskedAuditExport
from graph.access.policy import Role
from graph.exchange.csv import unescape_formula
from graph.vocabulary import Language
from tests.api.audit.logs import SHOWN, open_log, shown_entry
from tests.fixtures.app import Headers, TestApp, bearer
from tests.fixtures.editor import slug
from tests.kystby import TODAY

HEAD = [
    "Række", "Tidspunkt (dansk tid)", "Handling", "Formål", "Resultat", "Rolle", "Konto",
    "Personer",
]  # fmt: skip


def ask(app: TestApp, headers: Headers, **fields: Any) -> Response:
    return app.post("/exports/audit", headers, fields)


def fetch(app: TestApp, headers: Headers, answer: Response) -> Response:
    assert answer.status_code == 201, answer.text
    return app.get(f"/exports/{answer.json()['ticket']}", headers)


def about(app: TestApp, headers: Headers, answer: Response) -> dict[str, str]:
    """Return the second file, which describes the first."""
    response = app.get(f"/exports/{answer.json()['about']}", headers)
    assert response.headers["content-type"] == "application/json"
    return response.json()


def lines(content: bytes) -> list[list[str]]:
    """Return the rows of the table, the header first."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def look_up(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    app.get("/names", headers, text="Amina")
    body = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    assert app.post("/reveal", headers, body).status_code == 200


def order(lang: Language = "da", before: int = 10_000, **query: Any) -> AuditExport:
    return AuditExport(lang=lang, on=TODAY, asked=AskedAuditExport(**query), before=before)


def test_the_dpo_exports_the_audit_log_and_both_steps_are_logged(
    app: TestApp, dpo: Headers
) -> None:
    look_up(app)
    answer = ask(app, dpo)
    ticket = answer.json()
    assert [loss["kind"] for loss in ticket["losses"]] == ["BEGUN"]
    response = fetch(app, dpo, answer)
    assert response.headers["content-type"].startswith("text/csv")
    assert response.headers["content-disposition"] == f'attachment; filename="{ticket["file"]}"'
    head, *rows = lines(response.content)
    assert head == HEAD
    assert [(row[2], row[3], row[4], row[5], row[7]) for row in rows] == [
        ("make_audit_export", "", "startet", "Databeskyttelsesrådgiver", ""),
        ("reveal_detail", "Løsladelse", "vist", "Koordinator", "1"),
        ("read_names", "", "vist", "Koordinator", "1"),
    ]
    assert (len(rows), rows[1][6]) == (ticket["rows"], app.rows()[0].caller)
    for secret in ("Amina", "amina", "bo;", "hmac", "phone-bo"):
        assert secret not in response.text
    assert fetch(app, dpo, answer).status_code == 404
    log_rows = [(row.kind.value, row.action, row.role, row.count) for row in app.rows()[4:8]]
    assert log_rows == [
        ("asked", "make_audit_export", "DPO", None), ("shown", "make_audit_export", "DPO", None),
        ("asked", "read_export", "DPO", None), ("shown", "read_export", "DPO", 3),
    ]  # fmt: skip
    creation, read = app.rows()[5], app.rows()[7]
    assert creation.asked == read.asked == {"export": ticket["export"]}
    assert (read.purpose, read.subjects) == (None, ())
    notes = about(app, dpo, answer)
    assert (notes["Eksport"], notes["Bemærk"]) == (ticket["export"], ticket["losses"][0]["text"])
    assert app.get(f"/exports/{ticket['about']}", dpo).status_code == 404


def test_an_audit_export_applies_its_filters_and_names_them(app: TestApp) -> None:
    look_up(app)
    dpo = {**app.as_(Role.DPO), "Accept-Language": "en"}
    since, until = "2020-01-01T00:00:00+01:00", "2999-01-01T00:00:00+01:00"
    filters: dict[str, Any] = {
        "action": "reveal_detail", "kind": "shown", "purpose": "RELEASE", "role": "COORDINATOR",
        "since": since, "until": until, "caller": app.rows()[0].caller,
    }  # fmt: skip
    answer = ask(app, dpo, **filters)
    assert app.rows()[-2].asked == filters
    head, row = lines(fetch(app, dpo, answer).content)
    notes = about(app, dpo, answer)
    assert head[0] == "Row"
    assert row[2:5] == ["reveal_detail", "Release", "viewed"]
    assert {name: item for name, item in notes.items() if name.startswith("Only")} == {
        "Only action": "reveal_detail", "Only outcome": "viewed", "Only purpose": "Release",
        "Only role": "Coordinator", "Only account": filters["caller"],
    }  # fmt: skip
    assert (notes["From"], notes["Before"]) == ("2020-01-01 00:00:00", "2999-01-01 00:00:00")
    for name, other in {
        "action": "read_names", "kind": "alert", "purpose": "ACUTE", "role": "STEWARD",
        "since": until, "until": since, "caller": "acc-nobody",
    }.items():  # fmt: skip
        assert ask(app, dpo, **{**filters, name: other}).json()["rows"] == 0, name
    for wrong in ({"purpose": "FUN"}, {"role": "BOSS"}, {"since": "2026-11-25"}, {"limit": 1}):
        assert ask(app, dpo, **wrong).status_code == 422


def test_only_the_dpo_exports_the_audit_log(app: TestApp, dpo: Headers) -> None:
    for role in set(Role) - {Role.DPO}:
        headers = app.as_(role)
        answer = ask(app, headers)
        assert (answer.status_code, slug(answer)) == (403, "forbidden"), role
        ticket = ask(app, dpo)
        assert fetch(app, headers, ticket).status_code == 404
        assert app.get(f"/exports/{ticket.json()['about']}", headers).status_code == 404
    assert app.post("/exports/audit", {}, {}).status_code == 401


def test_a_former_dpo_or_a_password_session_gets_no_audit_export(app: TestApp) -> None:
    account = app.account(Role.DPO)
    strong, weak = (
        bearer(app.accounts.open_session(account, item))
        for item in (Assurance.STRONG, Assurance.PASSWORD)
    )
    assert slug(ask(app, weak)) == "step-up"
    answer = ask(app, strong)
    assert fetch(app, weak, answer).status_code == 404
    assert fetch(app, strong, answer).status_code == 200
    answer = ask(app, strong)
    (grant,) = app.accounts.grants.of(account)
    app.accounts.changes.end(grant.id, by=HOST, is_host=True)
    app.accounts.grant(account, replace(grant.grant, role=Role.COORDINATOR), given_by="test")
    assert fetch(app, strong, answer).status_code == 404
    assert app.rows()[-1].kind is AuditKind.DENIED


def test_rows_written_after_the_ticket_are_not_in_the_audit_export(
    app: TestApp, dpo: Headers
) -> None:
    answer = ask(app, dpo)
    look_up(app)
    _, *rows = lines(fetch(app, dpo, answer).content)
    assert [row[2] for row in rows] == ["make_audit_export"]
    assert answer.json()["rows"] == 1


def test_audit_export_cells_are_escaped_against_formulas(app: TestApp) -> None:
    formula = '=HYPERLINK("http://198.51.100.7")'
    app.audit.append(
        Entry(kind=AuditKind.SYSTEM, action=formula, request_id="cmd-1", caller="@acc", role="-1")
    )
    dpo = app.as_(Role.DPO, areas=("dk",))
    answer = ask(app, dpo, caller="@acc")
    _, *rows = lines(fetch(app, dpo, answer).content)
    assert rows[0][2] == f"'{formula}"
    for cell in rows[0]:
        assert not cell.startswith(("=", "+", "-", "@"))
    assert [unescape_formula(rows[0][column]) for column in (2, 5, 6)] == [formula, "-1", "@acc"]
    assert about(app, dpo, answer)["Kun konto"] == "@acc"


def test_an_audit_export_omits_older_and_begun_rows_and_lists_both_losses(tmp_path: Path) -> None:
    with open_log(tmp_path) as log:
        for number in range(5):
            log.append(replace(SHOWN, kind=AuditKind.ASKED, request_id=f"req-{number}"))
            log.append(shown_entry(number, role="STEWARD" if number == 1 else "COORDINATOR"))
        log.append(replace(SHOWN, kind=AuditKind.INTENT, request_id="req-cut"))
        outline = audit_log.outline(log, order(), most=5)
        file = audit_log.build(log, order(), most=5)
        _, *rows = lines(file.content)
        assert [row[0] for row in rows] == ["11", "10", "8"]
        assert (file.rows, outline.rows, file.people) == (3, 3, frozenset())
        actual = [(item.kind.value, item.count) for item in outline.losses]
        assert actual == [("OLDER", 6), ("BEGUN", 2)]
        assert audit_log.outline(log, order(), most=11).losses[0].kind.value == "BEGUN"
        role_outline = audit_log.outline(log, order(role="COORDINATOR", kind="shown"), most=3)
        assert [(item.kind.value, item.count) for item in role_outline.losses] == [("OLDER", 1)]
        assert audit_log.outline(log, order(kind="asked")).losses == ()
        assert audit_log.outline(log, order(before=1)).rows == 0
