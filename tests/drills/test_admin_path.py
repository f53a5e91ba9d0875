"""Attacks by a single administrator on numbers, roles and other people's accounts; all fail.

Over HTTP, against a real `kontaktvej serve`: new accounts with rights and codes, kept codes,
disabling oversight roles, renewed second factors, tokens that outlive a password.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from pyotp.totp import TOTP

from api.identity.store import Assurance, IdentityStore, open_identity_store
from graph.access.policy import Grant, Role, Task
from tests.drills.figures import note
from tests.drills.server import served_kystby

PASSWORD: Final = "fire ord man kan huske"
DENMARK: Final = frozenset({"dk"})
NUMBERS: Final = ("phone-bo", "phone-erik")
ALERTED: Final = {
    "/grants": "give_grant", "/disable": "disable_account", "/enable": "enable_account",
    "/forget": "forget_second_factor", "/confirm": "confirm_account_change",
    "/refuse": "refuse_account_change",
}  # fmt: skip
"""The action of an attempt in the log, by the end of its address."""


@dataclass
class Attack:
    """The attacking administrator, the other accounts, and what the attack has gained."""

    http: httpx.Client
    mallory: dict[str, str]
    second: dict[str, str]
    dpo: dict[str, str]
    ids: dict[str, str]
    left_open: dict[str, dict[str, str]]
    token: str
    printed: Callable[[str], str]
    """The code of an account, as the host prints it."""
    attempts: Counter[str] = field(default_factory=Counter[str])
    sessions: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    revealed: int = 0
    became: set[str] = field(default_factory=set[str])

    def gained(self, way: Callable[["Attack"], None]) -> list[str]:
        """Run a way of attack and return its gains."""
        self.revealed, self.became = 0, set()
        way(self)
        return [*sorted(self.became), *([f"{self.revealed} numbers"] if self.revealed else [])]

    def ask(
        self, path: str, body: Mapping[str, Any] | None = None, *, method: str = "POST"
    ) -> dict[str, Any]:
        """Send a request as the administrator and return the body of any answer."""
        answer = self.http.request(method, path, headers=self.mallory, json=body)
        names = [name for end, name in ALERTED.items() if path.endswith(end)]
        if method == "DELETE":
            names = ["end_grant"]
        if answer.status_code not in (404, 405):  # such a route does not exist
            self.attempts.update(names)
        reply: dict[str, Any] = answer.json() if answer.content else {}
        return reply

    def make(self, login: str, **new: Any) -> tuple[str, str | None]:
        """Create an account; return its id, and its code if the answer holds one."""
        reply = self.ask("/accounts", {"login": login, **new})
        return str(reply.get("account") or reply["id"]), reply.get("code")

    def grant(self, account: str, role: str) -> dict[str, Any]:
        """Request a right in all of Denmark, and try to confirm it alone."""
        reply = self.ask(f"/accounts/{account}/grants", {"role": role, "areas": ["dk"]})
        self.say_yes(reply)
        return reply

    def say_yes(self, change: dict[str, Any]) -> None:
        """Try to confirm an own change."""
        if "id" in change:
            self.ask(f"/account-changes/{change['id']}/confirm")
            self.ask(f"/grants/{change['id']}/confirm")

    def take_up(self, account: str, *codes: str | None) -> None:
        """Try to redeem codes of an account, and use the account."""
        for code in filter(None, (*codes, self.ask(f"/accounts/{account}/invitation").get("code"))):
            sent = {"code": code, "password": PASSWORD}
            answer = self.http.post("/invitations/redeem", json=sent)
            if answer.status_code == 201:
                self.come_in(answer.json()["login"], answer.json()["totp_secret"])

    def come_in(self, login: str, secret: str | None = None) -> None:
        """Try to sign in as another account with an own authenticator, and use the session."""
        proof = {"login": login, "password": PASSWORD}
        if secret is None:
            opened = self.http.post("/sessions", json=proof)
            if opened.status_code != 201:
                return
            headers = _bearer(opened.json()["token"])
            begun = self.http.post(
                "/me/second-factor", json={"password": PASSWORD}, headers=headers
            )
            secret = str(begun.json()["totp_secret"])
            first = {"totp": _code(secret, -1)}
            self.http.post("/me/second-factor/confirm", json=first, headers=headers)
        opened = self.http.post("/sessions", json={**proof, "totp": _code(secret)})
        if opened.status_code == 201:
            self.sessions[login] = _bearer(opened.json()["token"])
            self.take(self.sessions[login])

    def take(self, headers: dict[str, str]) -> None:
        """Record the roles and the numbers that another account's session or token gives."""
        me = self.http.get("/me", headers=headers)
        if me.status_code != 200:
            return
        profile = me.json()
        self.became |= {grant["role"] for grant in profile["grants"] if not grant["is_waiting"]}
        for detail in NUMBERS:
            body = {"detail": detail, "channel": "MOBILE", "purpose": "CONCERN"}
            answer = self.http.post("/reveal", json=body, headers=headers)
            self.revealed += answer.status_code == 200


# ---- the ways of attack


def a_new_account_with_rights(attack: Attack) -> None:
    for role in ("COORDINATOR", "OUTREACH", "STEWARD", "DPO"):
        account, code = attack.make(f"ghost.{role.lower()}")
        attack.grant(account, role)
        attack.take_up(account, code)


def an_account_taken_up_before_its_rights(attack: Attack) -> None:
    account, code = attack.make("early")
    attack.take_up(account, code)
    attack.grant(account, "COORDINATOR")
    attack.take(attack.sessions.get("early", {}))


def an_account_of_the_person_whose_number_it_is(attack: Attack) -> None:
    for person in ("bo", "erik"):
        account, code = attack.make(f"self.{person}", person=person)
        attack.grant(account, "ANALYST")
        attack.take_up(account, code)


def a_program_and_its_token(attack: Attack) -> None:
    account, _ = attack.make("robot", is_service=True)
    attack.grant(account, "SERVICE")
    body = {"label": "nightly", "scopes": [Task.QUESTION.value], "days": 30}
    for program in (account, attack.ids["importer"]):
        token = attack.ask(f"/accounts/{program}/tokens", body).get("text")
        if token is not None:
            attack.take(_bearer(token))


def a_code_that_was_kept(attack: Attack) -> None:
    """The second administrator confirms in good faith while the attacker holds the code."""
    account, code = attack.make("carl")
    again = attack.ask(f"/accounts/{account}/invitation").get("code")
    reply = attack.grant(account, "DPO")
    for place in ("account-changes", "grants"):
        attack.http.post(f"/{place}/{reply.get('id')}/confirm", headers=attack.second)
    attack.take_up(account, code, again)


def the_account_of_the_officer(attack: Attack) -> None:
    for login in ("dpo", "second", "line"):
        attack.take_up(attack.ids[login])


def oneself(attack: Attack) -> None:
    for role in Role:
        attack.grant(attack.ids["mallory"], role.value)
    grants = attack.http.get("/me", headers=attack.mallory).json()["grants"]
    attack.became |= {grant["role"] for grant in grants} - {"ADMIN"}


def those_who_watch_shut_out(attack: Attack) -> None:
    for login, headers in (("dpo", attack.dpo), ("second", attack.second)):
        account = attack.ids[login]
        attack.say_yes(attack.ask(f"/accounts/{account}/disable"))
        for grant in attack.ask(f"/accounts/{account}", method="GET").get("grants", ()):
            attack.say_yes(attack.ask(f"/grants/{grant['id']}", method="DELETE"))
        me = attack.http.get("/me", headers=headers)
        if me.status_code != 200 or not me.json()["grants"]:
            attack.became.add(f"rid of {login}")


def a_second_factor_in_anothers_place(attack: Attack) -> None:
    """The victim's session is still open, and the attacker knows the password."""
    attack.say_yes(attack.ask(f"/accounts/{attack.ids['maja']}/second-factor/forget"))
    headers = attack.left_open["maja"]
    begun = attack.http.post("/me/second-factor", json={"password": PASSWORD}, headers=headers)
    if begun.status_code == 201:
        secret = str(begun.json()["totp_secret"])
        first = {"totp": _code(secret, -1)}
        attack.http.post("/me/second-factor/confirm", json=first, headers=headers)
        attack.come_in("maja", secret)
    attack.come_in("maja")


def somebody_who_was_shut_out_let_in_again(attack: Attack) -> None:
    attack.say_yes(attack.ask(f"/accounts/{attack.ids['former']}/enable"))
    attack.come_in("former")


def a_token_that_outlives_a_password(attack: Attack) -> None:
    token, headers = _bearer(attack.token), attack.left_open["olga"]
    assert attack.http.get("/me", headers=token).status_code == 200
    sent = {"password": PASSWORD, "new_password": "et helt nyt kodeord"}
    changed = attack.http.post("/me/password", json=sent, headers=headers)
    assert changed.status_code == 204, changed.text
    for credentials in (token, headers):
        attack.take(credentials)


WAYS: Final[tuple[Callable[[Attack], None], ...]] = (
    a_new_account_with_rights, an_account_taken_up_before_its_rights,
    an_account_of_the_person_whose_number_it_is, a_program_and_its_token, a_code_that_was_kept,
    the_account_of_the_officer, oneself, those_who_watch_shut_out,
    a_second_factor_in_anothers_place, somebody_who_was_shut_out_let_in_again,
    a_token_that_outlives_a_password,
)  # fmt: skip


def with_another(attack: Attack) -> None:
    """The intended way: a second administrator confirms, and the host prints the code."""
    account, _ = attack.make("rightful")
    reply = attack.grant(account, "COORDINATOR")
    attack.http.post(f"/account-changes/{reply['id']}/confirm", headers=attack.second)
    attack.take_up(account, attack.printed(account))


# ---- the installation


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _code(secret: str, steps: int = 0) -> str:
    return TOTP(secret).at(int(time.time()), counter_offset=steps)


def _account(known: IdentityStore, login: str, role: Role, *, is_service: bool = False) -> str:
    account = known.add(login, is_service=is_service)
    areas = frozenset[str]() if role is Role.ADMIN else DENMARK
    known.grant(account, Grant(role=role, areas=areas), given_by="drill")
    if not is_service:
        known.credentials.redeem(known.logins.invite(account).code, PASSWORD)
    return account


@pytest.fixture
def attack(tmp_path: Path) -> Generator[Attack]:
    with (
        served_kystby(tmp_path) as served,
        open_identity_store(served.home / "accounts") as known,
        httpx.Client(base_url=f"http://127.0.0.1:{served.port}", timeout=300) as http,
    ):
        roles = {"mallory": Role.ADMIN, "second": Role.ADMIN, "dpo": Role.DPO,
                 "line": Role.COORDINATOR, "maja": Role.COORDINATOR, "olga": Role.COORDINATOR,
                 "former": Role.COORDINATOR}  # fmt: skip
        ids = {login: _account(known, login, role) for login, role in roles.items()}
        ids["importer"] = _account(known, "importer", Role.SERVICE, is_service=True)
        mallory, second, dpo = (
            _bearer(known.open_session(ids[login], Assurance.STRONG))
            for login in ("mallory", "second", "dpo")
        )
        left_open = {login: _with_app(http, login) for login in ("maja", "olga")}
        body = {"label": "notebook", "scopes": ["QUESTION", "OWN"], "days": 30}
        token = http.post("/me/tokens", json=body, headers=left_open["olga"]).json()["text"]
        http.post(f"/accounts/{ids['former']}/disable", headers=mallory)
        yield Attack(
            http=http, mallory=mallory, second=second, dpo=dpo, ids=ids, left_open=left_open,
            token=token, printed=lambda account: known.logins.invite(account).code,
        )  # fmt: skip


def _with_app(http: httpx.Client, login: str) -> dict[str, str]:
    """Add a second factor to an account; return a session opened before with the password."""
    proof = {"login": login, "password": PASSWORD}
    headers = _bearer(http.post("/sessions", json=proof).json()["token"])
    begun = http.post("/me/second-factor", json={"password": PASSWORD}, headers=headers)
    first = {"totp": _code(begun.json()["totp_secret"], -1)}
    confirmed = http.post("/me/second-factor/confirm", json=first, headers=headers)
    assert confirmed.status_code == 204, confirmed.text
    return headers


def _alerts(attack: Attack) -> Iterator[str]:
    """Yield the actions of the alerts about the administrator that the DPO reads."""
    parameters: dict[str, Any] = {"kind": "alert", "caller": attack.ids["mallory"], "limit": 100}
    page = attack.http.get("/audit/rows", params=parameters, headers=attack.dpo).json()
    while True:
        yield from (row["action"] for row in page["rows"])
        if page["next"] is None:
            return
        parameters["before"] = page["next"]
        page = attack.http.get("/audit/rows", params=parameters, headers=attack.dpo).json()


@pytest.mark.drill
@pytest.mark.ci_drill
def test_a_single_administrator_gains_no_numbers_and_no_roles(attack: Attack) -> None:
    gained = {way.__name__: attack.gained(way) for way in WAYS}
    come_by = {way: gains for way, gains in gained.items() if gains}
    assert come_by == {}
    assert attack.gained(with_another) == ["COORDINATOR", "2 numbers"]
    alerts = Counter(_alerts(attack))
    note(
        "admin path", ways=len(WAYS), successful=len(come_by), attempts=attack.attempts.total(),
        alerts=alerts.total(),
    )  # fmt: skip
    assert not attack.attempts - alerts
