"""Helpers that query, withdraw and renew a consent over HTTP."""

import json
from threading import Event
from typing import Any

from httpx2 import Response

from api.audit.entry import AuditKind
from graph.access.policy import Role
from tests.fixtures.app import Headers, TestApp

ON_DATES = (None, "2026-03-01", "2026-11-24", "2027-03-01")
RENEWAL: dict[str, Any] = {
    "purposes": ["CONTACT"], "audience": ["kystby-kommune"], "channels": ["MEDIATED"],
    "is_mediated_only": True, "given_on": "2026-11-25", "expires_on": "2027-11-25",
    "obtained_how": "MEETING", "text_version": "da-3", "is_adult": True,
}  # fmt: skip


def consent_ids(app: TestApp, headers: Headers, **query: str) -> list[str]:
    answer = app.get("/consents", headers, **query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["found"]]


def withdraw(app: TestApp, headers: Headers, consent: str = "consent-jens") -> Response:
    return app.post(f"/consents/{consent}/withdraw", headers)


def finds_jens(app: TestApp, headers: Headers, *, is_hasty: bool = False) -> bool:
    """Whether jens is found on any of the dates; a hasty app is retried while its store is away."""
    texts: list[str] = []
    for on in ON_DATES:
        query = {"text": "jens", **({"on": on} if on else {})}
        while (answer := app.get("/names", headers, **query)).status_code == 503 and is_hasty:
            Event().wait(0.1)
        assert answer.status_code == 200
        texts.append(without_echo(answer))
    return any("jens" in text for text in texts)


def without_echo(answer: Response) -> str:
    """Return an answer of `GET /names` without the members that repeat words of the request."""
    return json.dumps({**answer.json(), "left_out": (), "remarks": ()})


def dina_at(app: TestApp) -> dict[str, str]:
    return app.as_(Role.OUTREACH, person="dina")


def renew(app: TestApp, headers: Headers, consent: str, **changed: Any) -> Response:
    return app.post(f"/consents/{consent}/renew", headers, {**RENEWAL, **changed})


def named_alike(app: TestApp, action: str) -> str:
    *_, intent, done = (row for row in app.rows() if row.action == action)
    assert (intent.kind, done.kind) == (AuditKind.INTENT, AuditKind.DONE)
    assert intent.change_set == done.change_set
    assert done.change_set is not None
    return done.change_set
