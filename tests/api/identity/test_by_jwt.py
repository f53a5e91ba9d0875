"""Does an access token bring in whoever is known here by it, and no more surely than it says?"""

from collections.abc import Generator

import pytest

from api.errors import Refused, problem
from api.identity.oidc import IssuerKeys, OidcVerifier, oidc_verifier, read_keys
from api.identity.store import Assurance, Principal
from graph.access.policy import Caller
from tests.api.identity.local_issuer import local_issuer
from tests.api.identity.token_forge import AUDIENCE, NOW, Forge, forge_of


class Known:
    """One account, `acc-1`, which is Amina's at one issuer."""

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
def forge() -> Generator[Forge]:
    with local_issuer() as issuer:
        forge = forge_of(issuer.url)
        issuer.publish(forge.keys.public())
        yield forge


@pytest.fixture(scope="module")
def oidc(forge: Forge) -> OidcVerifier:
    keys = IssuerKeys(lambda: read_keys(forge.issuer))
    strong = frozenset({"substantial"})
    return OidcVerifier(forge.issuer, AUDIENCE, strong=strong, keys=keys, now=lambda: NOW)


def test_a_known_subject_comes_in_as_its_account(oidc: OidcVerifier, forge: Forge) -> None:
    token = forge.good()
    who = oidc_verifier(oidc, Known(forge.issuer))(token)
    assert (who.account, who.assurance) == ("acc-1", Assurance.PASSWORD)
    assert who.via.startswith("jwt-")
    assert who.via.removeprefix("jwt-") not in token  # a trace in the audit, and no key to a door
    assert oidc_verifier(oidc, Known(forge.issuer))(forge.good(jti="2")).via != who.via


@pytest.mark.parametrize(
    ("issuer", "subject"), [("", "bo"), ("", "Amina"), ("https://login.test", "amina")]
)
def test_whoever_is_not_known_here_has_no_grant(
    oidc: OidcVerifier, forge: Forge, issuer: str, subject: str
) -> None:
    with pytest.raises(Refused) as refused:
        oidc_verifier(oidc, Known(issuer or forge.issuer))(forge.good(sub=subject))
    said = problem(refused.value, lang="en", request_id="req-1")
    assert (said.status_code, refused.value.kind.slug) == (403, "no-grant")


def test_no_claim_widens_a_right(oidc: OidcVerifier, forge: Forge) -> None:
    claims = {
        "roles": ["ADMIN"],
        "scope": "admin",
        "groups": ["dpo"],
        "person": "bo",
        "role": "DPO",
    }
    who = oidc_verifier(oidc, Known(forge.issuer))(forge.good(**claims))
    assert who.caller == Caller(account="acc-1", grants=())


def test_nobody_comes_in_by_a_token_where_openid_connect_is_off(forge: Forge) -> None:
    vouched = oidc_verifier(None, Known(forge.issuer))
    with pytest.raises(Refused, match="unauthenticated"):
        vouched(forge.good())
