"""Role × object × action over HTTP, according to `matrix.txt`; and each state of an account."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from httpx2 import Response

from api.identity.store import Assurance
from graph.access.policy import Grant, Role
from graph.model import ContactDetail, ReachedBy, Secret
from graph.vocabulary import Channel, PreventionLevel, Visibility
from tests.api.routes.consenting import RENEWAL
from tests.change_sets import change_set
from tests.fixtures.app import TestApp, bearer
from tests.graph.paths.additions import tie

Headers = dict[str, str]
_DINA: Final = (Role.COORDINATOR, Role.OUTREACH)
_KEYS: Final = count()


@dataclass(frozen=True)
class Line:
    """An action on an object, and the expected answer for each role."""

    action: str
    asked: tuple[str, ...]
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.action, *self.asked))


def lines() -> Iterator[Line]:
    for text in Path(__file__).with_name("matrix.txt").read_text("utf-8").splitlines():
        if text and not text.startswith("#"):
            words = text.split()
            cells = tuple(words[-len(Role) :])
            action, *arguments = words[: -len(Role)]
            yield Line(action, tuple(arguments), cells)


def membership(answer: Response, element_id: str) -> str:
    """Return "+" or "-" for membership in the answer's list; the status if it is not 200."""
    if answer.status_code != 200:
        return str(answer.status_code)
    return "+" if element_id in [item["id"] for item in answer.json()["found"]] else "-"


def find(app: TestApp, headers: Headers, text: str) -> str:
    return membership(app.get("/names", headers, text=text), text)


def list_consents(app: TestApp, headers: Headers, consent: str) -> str:
    return membership(app.get("/consents", headers), consent)


def reveal(app: TestApp, headers: Headers, detail: str, purpose: str) -> str:
    body = {"detail": detail, "channel": "MOBILE", "purpose": purpose}
    answer = app.post("/reveal", headers, body)
    assert ("value" in answer.json()) == (answer.status_code == 200)
    return str(answer.status_code)


Request = tuple[str, str, dict[str, Any]]
_REQUESTS: Final[dict[str, Callable[[str], Request]]] = {
    "ask": lambda individual: (
        "POST", "/contact-requests", {"individual": individual, "purpose": "CONCERN"}
    ),
    "asked": lambda _: ("GET", "/contact-requests", {}),
    "answer": lambda one: ("POST", f"/contact-requests/{one}/state", {"state": "YES"}),
    "link": lambda consent: ("POST", f"/consents/{consent}/withdrawal-link", {}),
    "withdraw": lambda consent: ("POST", f"/consents/{consent}/withdraw", {}),
    "renew": lambda consent: ("POST", f"/consents/{consent}/renew", RENEWAL),
    "propose": lambda person: ("POST", "/proposals", {"changes": {"creates": [{
        "type": "DEPUTIZES_FOR",
        "fields": {"source_id": person, "target_id": "release", "order": 3},
    }]}}),
    "agree": lambda proposal: ("POST", f"/proposals/{proposal}/answer", {"answer": "ACCEPTED"}),
    "export": lambda node: ("POST", "/exports", {"format": "NODES_CSV", "nodes": [node]}),
    "names": lambda node: ("POST", "/exports", {
        "format": "NODES_CSV", "nodes": [node], "with_names": True, "purpose": "VERIFY",
    }),
    "take": lambda post: (
        "POST", "/exports/contacts", {"format": "VCARD", "post": post, "purpose": "CONCERN"}
    ),
    "log": lambda _: ("POST", "/exports/audit", {}),
    "letter": lambda person: ("POST", "/exports/subject-letter", {"person": person}),
    "impact": lambda node: ("GET", f"/impact/{node}", {}),
    "kinds": lambda _: ("GET", "/vocabulary/own-kinds", {}),
    "drop-kind": lambda kind: ("DELETE", f"/vocabulary/own-kinds/{kind}", {}),
    "imports": lambda _: ("GET", "/imports", {}),
    "preview": lambda one: ("GET", f"/imports/{one}", {}),
    "undo": lambda one: ("POST", f"/imports/{one}/undo", {}),
    "schema": lambda _: ("GET", "/analysis/schema", {}),
}  # fmt: skip
"""Requests of which only the status is compared."""
_ANSWERS: Final = {"find": find, "list": list_consents, "reveal": reveal}


def answer_cell(app: TestApp, headers: Headers, line: Line) -> str:
    """Return the answer to the action of a line, as a cell of the matrix."""
    if line.action in _ANSWERS:
        return _ANSWERS[line.action](app, headers, *line.asked)
    method, path, body = _REQUESTS[line.action]("".join(line.asked))
    if method != "POST":
        return str(app.http.request(method, path, headers=headers).status_code)
    keyed = {**headers, "Idempotency-Key": f"matrix-key-{next(_KEYS)}"}
    return str(app.post(path, keyed, body).status_code)


def number(detail_id: str) -> ContactDetail:
    return ContactDetail(
        id=detail_id, channel=Channel.MOBILE, value=Secret("+45 05 66 77 88"),
        hint="+45 •• •• •• 88", visibility=Visibility.NETWORK, source="kystby",
    )  # fmt: skip


@pytest.fixture
def reachable(app: TestApp) -> TestApp:
    app.store.apply(
        change_set(
            creates=(
                number("phone-intake"), tie(ReachedBy, "intake", "phone-intake"),
                number("phone-dina"), tie(ReachedBy, "dina", "phone-dina"),
            )
        )
    )  # fmt: skip
    return app


@pytest.mark.slow
def test_each_role_gets_the_answers_of_the_access_matrix(reachable: TestApp) -> None:
    who = {role: reachable.as_(role, person="dina" if role in _DINA else None) for role in Role}
    wrong: list[str] = []
    for line in lines():
        for role, cell in zip(Role, line.cells, strict=True):
            answer = answer_cell(reachable, who[role], line)
            if answer != cell:
                wrong.append(f"{line} as {role}: {answer}, not {cell}")
    assert wrong == []


def test_the_matrix_denies_at_least_as_often_as_it_permits() -> None:
    cells = [cell for line in lines() for cell in line.cells]
    permitted = [cell for cell in cells if cell in ("+", "200", "201")]
    assert len(permitted) <= len(cells) - len(permitted)
    for action in {*_ANSWERS, *_REQUESTS} - {"asked"}:
        of_action = [cell for line in lines() if line.action == action for cell in line.cells]
        assert {"+", "200", "201"} & {*of_action} or action in (
            "answer", "agree", "preview", "undo", "drop-kind",
        )  # fmt: skip


STATES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "expired": ({"valid_to": date(2026, 11, 25)}, "403"),
    "not begun": ({"valid_from": date(2026, 11, 26)}, "403"),
    "another area": ({"areas": frozenset({"nabo"})}, "404"),
    "another level": ({"levels": frozenset({PreventionLevel.EXIT})}, "404"),
    "an area that is none": ({"areas": frozenset({"nowhere"})}, "404"),
    "in force": ({}, "409"),
}


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_a_grant_applies_only_within_its_dates_areas_and_levels(
    reachable: TestApp, state: str
) -> None:
    fields, status = STATES[state]
    account = reachable.accounts.add(f"state-{state.replace(' ', '-')}", person="dina")
    grant: dict[str, Any] = {"role": Role.OUTREACH, "areas": frozenset({"kystby"}), **fields}
    reachable.accounts.grant(account, Grant(**grant), given_by="test")
    headers = bearer(reachable.accounts.open_session(account, Assurance.STRONG))
    assert reveal(reachable, headers, "phone-jens", "CONCERN") == status


@pytest.mark.slow
def test_without_a_grant_or_a_valid_token_every_action_is_refused(reachable: TestApp) -> None:
    account = reachable.accounts.add("no-grant", person="dina")
    token = reachable.accounts.open_session(account, Assurance.STRONG)
    for headers, status in ((bearer(token), "403"), (bearer("wrong"), "401"), ({}, "401")):
        for line in lines():
            assert answer_cell(reachable, headers, line) == status, line
