"""A token of an issuer signs its subject in, for a single call and for a session."""

import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.identity.changes import HOST
from api.settings import Settings
from graph.access.policy import Grant, Role
from graph.store.store import Store
from tests.api.identity.local_issuer import local_issuer
from tests.api.identity.token_forge import AUDIENCE, Forge, forge_of
from tests.fixtures.app import TestApp, bearer, opened_app


@dataclass(frozen=True)
class Vouching:
    """An installation that trusts an issuer: `amina` is a coordinator, `bo` has no account."""

    app: TestApp
    forge: Forge
    account: str

    def bearer(self, subject: str = "amina", **claims: object) -> dict[str, str]:
        now = int(time.time())
        token = self.forge.good(sub=subject, iat=now - 60, exp=now + 540, **claims)
        return bearer(token)


@pytest.fixture
def vouching(kystby_store: Store, tmp_path: Path) -> Generator[Vouching]:
    with local_issuer() as issuer:
        forge = forge_of(issuer.url)
        issuer.publish(forge.keys.public())
        settings = Settings(
            oidc_issuer=issuer.url, oidc_audience=AUDIENCE, oidc_acr=("substantial",)
        )
        with opened_app(kystby_store, tmp_path, settings) as app:
            account = app.accounts.logins.add("amina", subject=(issuer.url, "amina"))
            grant = Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"}))
            app.accounts.grant(account, grant, given_by="test")
            yield Vouching(app, forge, account)


STRONGLY = (
    ("/reveal", {"detail": "phone-bo", "channel": "MOBILE", "purpose": "CONCERN"}, 200),
    ("/exports", {"format": "NODES_CSV", "nodes": ["bo"], "with_names": True,
                  "purpose": "CONCERN"}, 201),
    ("/exports/contacts", {"format": "VCARD", "purpose": "CONCERN", "post": "ssp-post"}, 201),
)  # fmt: skip
"""Requests that need strong proof: path, body, and the status on success."""


def test_an_access_token_authorizes_calls_and_opens_a_session(vouching: Vouching) -> None:
    http, path = vouching.app.http, "/names?text=ssp"
    assert http.get(path, headers=vouching.bearer()).status_code == 200
    opened = http.post("/sessions", headers=vouching.bearer(acr="substantial"))
    assert (opened.status_code, opened.json()["assurance"]) == (201, "STRONG")
    session = bearer(opened.json()["token"])
    assert http.get(path, headers=session).status_code == 200

    vouching.app.accounts.changes.disable(vouching.account, by=HOST, is_host=True)
    for headers, status in ((vouching.bearer(), 403), (session, 401)):
        assert http.get(path, headers=headers).status_code == status


@pytest.mark.parametrize(("method", "path"), [("GET", "/names?text=ssp"), ("POST", "/sessions")])
def test_an_invalid_token_and_an_unknown_subject_are_refused(
    vouching: Vouching, method: str, path: str
) -> None:
    answer = vouching.app.http.request(method, path, headers=vouching.bearer(aud="urn:other"))
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    stranger = vouching.app.http.request(method, path, headers=vouching.bearer("bo"))
    assert (stranger.status_code, stranger.json()["type"]) == (403, "/problems/no-grant")


@pytest.mark.slow
@pytest.mark.parametrize(("path", "body", "done"), STRONGLY, ids=[path for path, *_ in STRONGLY])
def test_strong_proof_is_taken_from_the_acr_claim_of_the_access_token(
    vouching: Vouching, path: str, body: dict[str, object], done: int
) -> None:
    http = vouching.app.http
    for claims in ({"acr": "low"}, {}):
        response = http.post(path, json=body, headers=vouching.bearer(**claims))
        content = response.json()
        assert (response.status_code, content["type"]) == (403, "/problems/step-up")
        assert content["needed"] == "STRONG"
    answer = http.post(path, json=body, headers=vouching.bearer(acr="substantial"))
    assert answer.status_code == done, answer.text
    assert [row.result for row in vouching.app.rows() if row.result] == [403, 403, done]


def test_a_dormant_role_becomes_active_only_with_a_strong_sign_in(vouching: Vouching) -> None:
    http = vouching.app.http
    officer = Grant(role=Role.DPO, areas=frozenset({"kystby"}))
    other = vouching.app.accounts.logins.add("dpo", subject=(vouching.forge.issuer, "dpo"))
    vouching.app.accounts.grant(other, officer, given_by="test")
    answer = http.get("/audit/rows", headers=vouching.bearer("dpo", acr="low"))
    assert (answer.status_code, answer.json()["needed"]) == (403, "STRONG")
    strong = vouching.bearer("dpo", acr="substantial")
    assert http.get("/audit/rows", headers=strong).status_code == 200
