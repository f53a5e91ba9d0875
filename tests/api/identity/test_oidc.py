"""An access token is accepted exactly according to the table of checks, with its own claims."""

import logging
import re
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from api.errors import Refusal, problem
from api.identity.oidc import (
    IssuerKeys,
    OidcIdentity,
    OidcVerifier,
    oidc_of,
    oidc_verifier,
    read_keys,
)
from api.identity.store import Assurance, Principal
from api.settings import Settings
from graph.access.policy import Caller
from tests.api.identity.local_issuer import DISCOVERY, KEYS, LocalIssuer, local_issuer
from tests.api.identity.token_forge import AUDIENCE, NOW, Forge, forge_of
from tests.api.identity.token_table import TABLE, WHY


@pytest.fixture(scope="module")
def issuer() -> Generator[LocalIssuer]:
    with local_issuer() as issuer:
        issuer.publish(forge_of(issuer.url).keys.public())
        yield issuer


@pytest.fixture(scope="module")
def forge(issuer: LocalIssuer) -> Forge:
    return forge_of(issuer.url)


@pytest.fixture(scope="module")
def oidc(issuer: LocalIssuer) -> OidcVerifier:
    keys = IssuerKeys(lambda: read_keys(issuer.url), clock=lambda: 0.0)
    strong = frozenset({"substantial", "mfa"})
    return OidcVerifier(issuer.url, AUDIENCE, strong=strong, keys=keys, now=lambda: NOW)


def test_a_valid_token_yields_subject_assurance_and_expiry(
    oidc: OidcVerifier, forge: Forge
) -> None:
    assert oidc.verify(forge.good()) == OidcIdentity(
        issuer=forge.issuer, subject="amina", assurance=Assurance.PASSWORD,
        ends_at=datetime.fromtimestamp(NOW + 540, UTC),
    )  # fmt: skip


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_an_rsa_key_signs_with_either_padding(oidc: OidcVerifier, forge: Forge, alg: str) -> None:
    assert oidc.verify(forge.signed(alg, forge.keys.rsa)).subject == "amina"


@pytest.mark.parametrize("claims", [
    {"aud": ["urn:other", AUDIENCE]},
    {"iat": NOW, "exp": NOW + 3_600},
    {"iat": NOW + 30},
    {"nbf": NOW + 30},
    {"exp": NOW - 29},
    {"exp": NOW + 539.5},
    {"sub": "a" * 255},
], ids=repr)  # fmt: skip
def test_claims_just_within_the_bounds_are_accepted(
    oidc: OidcVerifier, forge: Forge, claims: dict[str, Any]
) -> None:
    assert oidc.verify(forge.good(**claims)).subject == claims.get("sub", "amina")


@pytest.mark.parametrize("name", TABLE)
def test_every_crafted_token_is_refused_with_the_same_answer(
    oidc: OidcVerifier,
    issuer: LocalIssuer,
    forge: Forge,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    kind, craft = TABLE[name]
    with pytest.raises(Refusal) as refusal, caplog.at_level(logging.INFO, "api.identity.oidc"):
        oidc.verify(craft(forge))
    assert re.search(WHY[kind], caplog.records[-1].message)
    answer, of_nobody = (
        problem(error, lang="da", request_id="req-1")
        for error in (refusal.value, Refusal("unauthenticated"))
    )
    assert (answer.status_code, answer.body, answer.headers) == (
        401,
        of_nobody.body,
        of_nobody.headers,
    )
    assert set(issuer.asked) <= {DISCOVERY, KEYS}


def test_header_urls_are_ignored(oidc: OidcVerifier, issuer: LocalIssuer, forge: Forge) -> None:
    elsewhere = f"{issuer.url}/elsewhere"
    jwk = forge.foreign.ec.as_dict(private=False)
    for header in ({"jku": elsewhere}, {"x5u": elsewhere}, {"jwk": jwk}):
        assert oidc.verify(forge.headed(**header)).subject == "amina"
    assert "/elsewhere" not in issuer.asked


@pytest.mark.parametrize(("claims", "assurance"), [
    ({"acr": "substantial"}, Assurance.STRONG),
    ({"amr": ["pwd", "mfa"]}, Assurance.STRONG),
    ({"acr": "low", "amr": ["mfa"]}, Assurance.STRONG),
    ({"acr": "low", "amr": ["pwd"]}, Assurance.PASSWORD),
    ({"acr": "substantial or not"}, Assurance.PASSWORD),
    ({"acr": ["substantial"]}, Assurance.PASSWORD),
    ({"amr": "mfa"}, Assurance.PASSWORD),
    ({"amr": 7}, Assurance.PASSWORD),
    ({"amr": {"mfa": True}}, Assurance.PASSWORD),
    ({"amr": [["mfa"], 7]}, Assurance.PASSWORD),
])  # fmt: skip
def test_only_a_configured_acr_or_amr_value_is_strong(
    oidc: OidcVerifier, forge: Forge, claims: dict[str, Any], assurance: Assurance
) -> None:
    assert oidc.verify(forge.good(**claims)).assurance is assurance


def test_the_log_names_the_reason_and_nothing_of_the_token(
    oidc: OidcVerifier, forge: Forge, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = (forge.good(aud="canary-aud"), forge.headed(kid="canary-kid"), "canary.token")
    with caplog.at_level(logging.INFO, "api.identity"):
        for token in tokens:
            with pytest.raises(Refusal):
                oidc.verify(token)
    assert [record.message for record in caplog.records] == [
        "an access token is refused: InvalidClaimError aud",
        "an access token is refused: InvalidKeyIdError",
        "an access token is refused: the form is not that of a token",
    ]


def test_openid_connect_is_off_unless_issuer_and_audience_are_set() -> None:
    assert oidc_of(Settings()) is None
    assert oidc_of(Settings(oidc_issuer="https://login.test", oidc_audience="kv")) is not None
    with pytest.raises(ValidationError, match="together"):
        Settings(oidc_issuer="https://login.test")
    with pytest.raises(ValidationError, match="together"):
        Settings(oidc_audience="kv")


@pytest.mark.parametrize("issuer", [
    "http://login.test",
    "http://127.0.0.1.login.test",
    "http://127.0.0.1@login.test",
    "http://localhost:80@login.test",
    "https://",
    "https://user@login.test",
    "https://login.test\\@evil.test",
    "https://login.test/#a",
    "ftp://login.test",
    "login.test",
])  # fmt: skip
def test_an_issuer_beyond_this_machine_needs_https(issuer: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        Settings(oidc_issuer=issuer, oidc_audience="kv")


@pytest.mark.parametrize(
    "issuer", ["https://login.test/realms/dk", "http://localhost:8080/a", "http://[::1]:80"]
)
def test_an_issuer_on_this_machine_needs_no_https(issuer: str) -> None:
    assert Settings(oidc_issuer=issuer, oidc_audience="kv").oidc_issuer == issuer


def test_strong_levels_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KONTAKTVEJ_OIDC_ACR", "substantial, mfa")
    assert Settings().oidc_acr == ("substantial", "mfa")


class OneAccount:
    """Accounts with one entry, `acc-1`, which belongs to Amina at one issuer."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def signed_in_as(
        self, issuer: str, subject: str, *, via: str, assurance: Assurance
    ) -> Principal | None:
        if (issuer, subject) != (self.issuer, "amina"):
            return None
        caller = Caller(account="acc-1", grants=())
        return Principal(account="acc-1", caller=caller, via=via, assurance=assurance)


@pytest.fixture(scope="module")
def signed() -> Generator[Forge]:
    with local_issuer() as issuer:
        signed = forge_of(issuer.url)
        issuer.publish(signed.keys.public())
        yield signed


@pytest.fixture(scope="module")
def verifier(signed: Forge) -> OidcVerifier:
    keys = IssuerKeys(lambda: read_keys(signed.issuer))
    strong = frozenset({"substantial"})
    return OidcVerifier(signed.issuer, AUDIENCE, strong=strong, keys=keys, now=lambda: NOW)


def test_a_known_subject_is_signed_in_as_its_account(verifier: OidcVerifier, signed: Forge) -> None:
    token = signed.good()
    who = oidc_verifier(verifier, OneAccount(signed.issuer))(token)
    assert (who.account, who.assurance) == ("acc-1", Assurance.PASSWORD)
    assert who.via.startswith("jwt-")
    assert who.via.removeprefix("jwt-") not in token  # traceable in the log, not usable as a token
    assert oidc_verifier(verifier, OneAccount(signed.issuer))(signed.good(jti="2")).via != who.via


@pytest.mark.parametrize(
    ("issuer", "subject"), [("", "bo"), ("", "Amina"), ("https://login.test", "amina")]
)
def test_unknown_subjects_are_refused(
    verifier: OidcVerifier, signed: Forge, issuer: str, subject: str
) -> None:
    with pytest.raises(Refusal) as error:
        oidc_verifier(verifier, OneAccount(issuer or signed.issuer))(signed.good(sub=subject))
    answer = problem(error.value, lang="en", request_id="req-1")
    assert (answer.status_code, error.value.kind.slug) == (403, "no-grant")


def test_no_claim_widens_a_right(verifier: OidcVerifier, signed: Forge) -> None:
    claims = {
        "roles": ["ADMIN"], "scope": "admin", "groups": ["dpo"], "person": "bo", "role": "DPO",
    }  # fmt: skip
    who = oidc_verifier(verifier, OneAccount(signed.issuer))(signed.good(**claims))
    assert who.caller == Caller(account="acc-1", grants=())


def test_a_token_is_refused_while_openid_connect_is_off(signed: Forge) -> None:
    vouched = oidc_verifier(None, OneAccount(signed.issuer))
    with pytest.raises(Refusal, match="unauthenticated"):
        vouched(signed.good())
