"""Tokens of a real OpenID provider are verified, also when its keys change or it is away."""

import json
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path

import pytest

from api.errors import Refusal
from api.identity.oidc import ALGORITHMS, IssuerKeys, OidcVerifier, read_keys
from api.identity.store import Assurance
from tests.oidc_provider.running import UNREACHABLE, Provider, running_provider
from tests.outcome import expected_reasons

AUDIENCE = "urn:kontaktvej:api"
LOCK = Path(__file__).parents[2] / "oidc_provider/package-lock.json"


@pytest.fixture(scope="module")
def provider() -> Generator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def clock() -> list[float]:
    """Return a list of one number, the hours to add to the present time."""
    return [0.0]


def verifier_of(issuer: str, clock: list[float]) -> OidcVerifier:
    keys = IssuerKeys(partial(read_keys, issuer), clock=lambda: time.monotonic() + 3_600 * clock[0])
    return OidcVerifier(
        issuer, AUDIENCE, strong=frozenset({"substantial"}), keys=keys,
        now=lambda: time.time() + 3_600 * clock[0],
    )  # fmt: skip


@pytest.fixture
def oidc(provider: Provider, clock: list[float]) -> OidcVerifier:
    return verifier_of(provider.issuer, clock)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_client_credentials_are_accepted(provider: Provider, oidc: OidcVerifier, alg: str) -> None:
    proven = oidc.verify(provider.token(AUDIENCE, alg))
    assert (proven.issuer, proven.subject) == (provider.issuer, f"machine-{alg}")
    assert proven.assurance is Assurance.PASSWORD
    assert oidc.verify(provider.token(AUDIENCE, alg, scope="strong")).assurance is Assurance.STRONG


def test_a_token_for_another_api_is_refused(provider: Provider, oidc: OidcVerifier) -> None:
    with pytest.raises(Refusal, match="unauthenticated"):
        oidc.verify(provider.token("urn:somebody:else"))


def test_an_expired_token_is_refused(
    provider: Provider, oidc: OidcVerifier, clock: list[float]
) -> None:
    token = provider.token(AUDIENCE)
    oidc.verify(token)
    clock[0] = 0.2
    with pytest.raises(Refusal, match="unauthenticated"):
        oidc.verify(token)


def test_tokens_are_verified_across_key_changes_and_provider_outages(clock: list[float]) -> None:
    with running_provider() as first:
        oidc, before = verifier_of(first.issuer, clock), first.token(AUDIENCE)
        assert oidc.verify(before).subject == "machine-ES256"
    clock[0] += 0.01  # half a minute
    with running_provider(first.port) as second:
        assert second.issuer == first.issuer
        after = second.token(AUDIENCE)
        assert oidc.verify(after).subject == "machine-ES256"  # an unknown key: read again
        with pytest.raises(Refusal, match="unauthenticated"):
            oidc.verify(before)  # the issuer no longer publishes its key
    assert oidc.verify(after).subject == "machine-ES256"  # the provider is away: known keys count
    clock[0] += 0.01
    with pytest.raises(Refusal, match="issuer-unavailable"):
        oidc.verify(before)  # undecided: the issuer may have a newer key
    clock[0] += 1
    with pytest.raises(Refusal, match="issuer-unavailable"):
        oidc.verify(after)
    with pytest.raises(Refusal, match="issuer-unavailable"):
        verifier_of(first.issuer, clock).verify(after)


def test_a_skip_for_want_of_the_network_is_expected() -> None:
    assert UNREACHABLE in expected_reasons()


def test_the_package_lock_has_no_registry_and_a_digest_for_every_package() -> None:
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    del packages[""]
    assert packages
    assert all("resolved" not in package for package in packages.values())
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
