"""Role × object × action over HTTP, as `matrix.txt` says it; and each state of an account."""

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
from tests.change_sets import change_set
from tests.fixtures.app import TestApp, bearer
from tests.graph.paths.additions import tie

Headers = dict[str, str]
_DINA: Final = (Role.COORDINATOR, Role.OUTREACH)
_KEYS: Final = count()


@dataclass(frozen=True)
class Line:
    """An action on an object, and what each role is answered."""

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
            action, *asked = words[: -len(Role)]
            yield Line(action, tuple(asked), cells)


def found(answer: Response, wanted: str) -> str:
    """Whether something is in the list of an answer; its status where it is none."""
    if answer.status_code != 200:
        return str(answer.status_code)
    return "+" if wanted in [one["id"] for one in answer.json()["found"]] else "-"


def find(app: TestApp, headers: Headers, text: str) -> str:
    return found(app.get("/names", headers, text=text), _NAMED[text])


def list_consents(app: TestApp, headers: Headers, consent: str) -> str:
    return found(app.get("/consents", headers), consent)


def reveal(app: TestApp, headers: Headers, detail: str, purpose: str) -> str:
    asked = {"detail": detail, "channel": "MOBILE", "purpose": purpose}
    answer = app.post("/reveal", headers, asked)
    assert ("value" in answer.json()) == (answer.status_code == 200)
    return str(answer.status_code)


def ask(app: TestApp, headers: Headers, individual: str) -> str:
    return _posted(app, headers, "/contact-requests", individual=individual, purpose="CONCERN")


def asked(app: TestApp, headers: Headers) -> str:
    return str(app.get("/contact-requests", headers).status_code)


def answer(app: TestApp, headers: Headers, request: str) -> str:
    return _posted(app, headers, f"/contact-requests/{request}/state", state="YES")


def link(app: TestApp, headers: Headers, consent: str) -> str:
    return _posted(app, headers, f"/consents/{consent}/withdrawal-link")


def withdraw(app: TestApp, headers: Headers, consent: str) -> str:
    return _posted(app, headers, f"/consents/{consent}/withdraw")


def renew(app: TestApp, headers: Headers, consent: str) -> str:
    return _posted(app, headers, f"/consents/{consent}/renew", **_RENEWAL)


def propose(app: TestApp, headers: Headers, person: str) -> str:
    seat = {"source_id": person, "target_id": "release", "order": 3}
    return _posted(app, headers, "/proposals", type="DEPUTIZES_FOR", fields=seat)


def agree(app: TestApp, headers: Headers, proposal: str) -> str:
    return _posted(app, headers, f"/proposals/{proposal}/answer", answer="ACCEPTED")


def export(app: TestApp, headers: Headers, node: str) -> str:
    return _posted(app, headers, "/exports", format="NODES_CSV", nodes=[node])


def names(app: TestApp, headers: Headers, node: str) -> str:
    return _posted(
        app, headers, "/exports", format="NODES_CSV", nodes=[node], with_names=True,
        purpose="VERIFY",
    )  # fmt: skip


def take(app: TestApp, headers: Headers, post: str) -> str:
    return _posted(app, headers, "/exports/contacts", format="VCARD", post=post, purpose="CONCERN")


def log(app: TestApp, headers: Headers) -> str:
    return _posted(app, headers, "/exports/audit")


def impact(app: TestApp, headers: Headers, node: str) -> str:
    return str(app.get(f"/impact/{node}", headers).status_code)


def schema(app: TestApp, headers: Headers) -> str:
    return str(app.get("/analysis/schema", headers).status_code)


def _posted(app: TestApp, headers: Headers, path: str, **sent: Any) -> str:
    keyed = {**headers, "Idempotency-Key": f"matrix-key-{next(_KEYS)}"}
    return str(app.post(path, keyed, sent).status_code)


_RENEWAL: Final[dict[str, Any]] = {
    "purposes": ["CONTACT"], "audience": ["kystby-kommune"], "channels": ["MEDIATED"],
    "is_mediated_only": True, "given_on": "2026-11-25", "expires_on": "2027-11-25",
    "obtained_how": "MEETING", "text_version": "da-3", "is_adult": True,
}  # fmt: skip
_NAMED: Final = {
    "amina": "amina", "carl": "carl", "erik": "erik", "jens": "jens", "kaj": "kaj",
    "vindrosen": "vindrosen", "ssp": "ssp",
}  # fmt: skip
_DONE: Final[dict[str, Callable[..., str]]] = {
    "find": find, "list": list_consents, "reveal": reveal, "ask": ask, "asked": asked,
    "answer": answer, "link": link, "withdraw": withdraw, "renew": renew, "propose": propose,
    "agree": agree, "export": export,
    "names": names, "take": take, "log": log, "impact": impact, "schema": schema,
}  # fmt: skip


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


def test_each_role_is_answered_as_the_matrix_says(reachable: TestApp) -> None:
    who = {role: reachable.as_(role, person="dina" if role in _DINA else None) for role in Role}
    wrong: list[str] = []
    for line in lines():
        for role, wanted in zip(Role, line.cells, strict=True):
            told = _DONE[line.action](reachable, who[role], *line.asked)
            if told != wanted:
                wrong.append(f"{line} as {role}: {told}, not {wanted}")
    assert wrong == []


def test_the_matrix_denies_at_least_as_often_as_it_permits() -> None:
    cells = [cell for line in lines() for cell in line.cells]
    permitted = [cell for cell in cells if cell in ("+", "200", "201")]
    assert len(permitted) <= len(cells) - len(permitted)
    for action in _DONE.keys() - {"asked"}:
        of_action = [cell for line in lines() if line.action == action for cell in line.cells]
        assert {"+", "200", "201"} & {*of_action} or action in ("answer", "agree")


STATES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "expired": ({"valid_to": date(2026, 11, 25)}, "403"),
    "not begun": ({"valid_from": date(2026, 11, 26)}, "403"),
    "another area": ({"areas": frozenset({"nabo"})}, "404"),
    "another level": ({"levels": frozenset({PreventionLevel.EXIT})}, "404"),
    "an area that is none": ({"areas": frozenset({"nowhere"})}, "404"),
    "in force": ({}, "409"),
}


@pytest.mark.parametrize("state", STATES)
def test_a_grant_gives_nothing_beyond_itself(reachable: TestApp, state: str) -> None:
    fields, wanted = STATES[state]
    account = reachable.accounts.add(f"state-{state.replace(' ', '-')}", person="dina")
    grant: dict[str, Any] = {"role": Role.OUTREACH, "areas": frozenset({"kystby"}), **fields}
    reachable.accounts.grant(account, Grant(**grant), given_by="test")
    headers = bearer(reachable.accounts.open_session(account, Assurance.STRONG))
    assert reveal(reachable, headers, "phone-jens", "CONCERN") == wanted


def test_without_a_grant_or_a_token_nothing_is_open(reachable: TestApp) -> None:
    account = reachable.accounts.add("no-grant", person="dina")
    nobody: list[tuple[Headers, str]] = [
        (bearer(reachable.accounts.open_session(account, Assurance.STRONG)), "403"),
        ({"Authorization": "Bearer wrong"}, "401"),
        ({}, "401"),
    ]
    for headers, wanted in nobody:
        for line in lines():
            assert _DONE[line.action](reachable, headers, *line.asked) == wanted, line
