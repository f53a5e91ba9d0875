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
from tests.fixtures.app import TestHouse
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
    """The lines of the matrix, in their order."""
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


def find(house: TestHouse, headers: Headers, text: str) -> str:
    return found(house.http.get("/names", params={"text": text}, headers=headers), _NAMED[text])


def list_consents(house: TestHouse, headers: Headers, consent: str) -> str:
    return found(house.http.get("/consents", headers=headers), consent)


def reveal(house: TestHouse, headers: Headers, detail: str, purpose: str) -> str:
    asked = {"detail": detail, "channel": "MOBILE", "purpose": purpose}
    answer = house.http.post("/reveal", json=asked, headers=headers)
    assert ("value" in answer.json()) == (answer.status_code == 200)
    return str(answer.status_code)


def ask(house: TestHouse, headers: Headers, individual: str) -> str:
    return _posted(house, headers, "/contact-requests", individual=individual, purpose="CONCERN")


def asked(house: TestHouse, headers: Headers) -> str:
    return str(house.http.get("/contact-requests", headers=headers).status_code)


def answer(house: TestHouse, headers: Headers, request: str) -> str:
    return _posted(house, headers, f"/contact-requests/{request}/state", state="YES")


def link(house: TestHouse, headers: Headers, consent: str) -> str:
    return _posted(house, headers, f"/consents/{consent}/withdrawal-link")


def withdraw(house: TestHouse, headers: Headers, consent: str) -> str:
    return _posted(house, headers, f"/consents/{consent}/withdraw")


def renew(house: TestHouse, headers: Headers, consent: str) -> str:
    return _posted(house, headers, f"/consents/{consent}/renew", **_RENEWAL)


def propose(house: TestHouse, headers: Headers, person: str) -> str:
    seat = {"source_id": person, "target_id": "release", "order": 3}
    return _posted(house, headers, "/proposals", type="DEPUTIZES_FOR", fields=seat)


def agree(house: TestHouse, headers: Headers, proposal: str) -> str:
    return _posted(house, headers, f"/proposals/{proposal}/answer", answer="ACCEPTED")


def export(house: TestHouse, headers: Headers, node: str) -> str:
    return _posted(house, headers, "/exports", format="NODES_CSV", nodes=[node])


def names(house: TestHouse, headers: Headers, node: str) -> str:
    return _posted(
        house, headers, "/exports", format="NODES_CSV", nodes=[node], with_names=True,
        purpose="VERIFY",
    )  # fmt: skip


def take(house: TestHouse, headers: Headers, post: str) -> str:
    return _posted(
        house, headers, "/exports/contacts", format="VCARD", post=post, purpose="CONCERN"
    )


def log(house: TestHouse, headers: Headers) -> str:
    return _posted(house, headers, "/exports/audit")


def impact(house: TestHouse, headers: Headers, node: str) -> str:
    return str(house.http.get(f"/impact/{node}", headers=headers).status_code)


def schema(house: TestHouse, headers: Headers) -> str:
    return str(house.http.get("/analysis/schema", headers=headers).status_code)


def _posted(house: TestHouse, headers: Headers, path: str, **sent: Any) -> str:
    keyed = {**headers, "Idempotency-Key": f"matrix-key-{next(_KEYS)}"}
    return str(house.http.post(path, json=sent, headers=keyed).status_code)


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
def reachable(house: TestHouse) -> TestHouse:
    """Kystby, with a number for an office and one for Dina."""
    house.store.apply(
        change_set(
            creates=(
                number("phone-intake"), tie(ReachedBy, "intake", "phone-intake"),
                number("phone-dina"), tie(ReachedBy, "dina", "phone-dina"),
            )
        )
    )  # fmt: skip
    return house


def test_each_role_is_answered_as_the_matrix_says(reachable: TestHouse) -> None:
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
def test_a_grant_gives_nothing_beyond_itself(reachable: TestHouse, state: str) -> None:
    fields, wanted = STATES[state]
    account = reachable.accounts.add(f"state-{state.replace(' ', '-')}", person="dina")
    grant: dict[str, Any] = {"role": Role.OUTREACH, "areas": frozenset({"kystby"}), **fields}
    reachable.accounts.grant(account, Grant(**grant), given_by="test")
    token = reachable.accounts.open_session(account, Assurance.STRONG)
    headers = {"Authorization": f"Bearer {token}"}
    assert reveal(reachable, headers, "phone-jens", "CONCERN") == wanted


def test_without_a_grant_or_a_token_nothing_is_open(reachable: TestHouse) -> None:
    account = reachable.accounts.add("no-grant", person="dina")
    token = reachable.accounts.open_session(account, Assurance.STRONG)
    nobody: list[tuple[Headers, str]] = [
        ({"Authorization": f"Bearer {token}"}, "403"),
        ({"Authorization": "Bearer wrong"}, "401"),
        ({}, "401"),
    ]
    for headers, wanted in nobody:
        for line in lines():
            told = _DONE[line.action](reachable, headers, *line.asked)
            assert told == wanted, line
