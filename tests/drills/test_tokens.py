"""No access token is accepted with other claims than those of an issued token."""

import time
from collections import Counter
from collections.abc import Callable, Generator
from functools import partial
from random import Random, SystemRandom

import pytest

from api.errors import Refusal
from api.identity.oidc import ALGORITHMS, IssuerKeys, OidcIdentity, OidcVerifier, read_keys
from tests.api.identity.local_issuer import local_issuer
from tests.api.identity.token_forge import AUDIENCE, NOW, Forge, forge_of
from tests.api.identity.token_mutants import Mutator
from tests.drills.figures import note
from tests.fixtures.examples import drills_after
from tests.oidc_provider.running import running_provider

FEW, MANY = 200, 20_000
SEED = 7


def verifier_with_fixed_keys(issuer: str, now: Callable[[], float]) -> OidcVerifier:
    """Return a verifier that reads the issuer's keys once, since many key ids are made up."""
    keys = IssuerKeys(partial(read_keys, issuer), clock=lambda: 0.0)
    return OidcVerifier(issuer, AUDIENCE, strong=frozenset({"substantial"}), keys=keys, now=now)


@pytest.fixture(scope="module")
def forge() -> Generator[Forge]:
    with local_issuer() as issuer:
        forge = forge_of(issuer.url)
        issuer.publish(forge.keys.public())
        yield forge


def count_fates(oidc: OidcVerifier, mutator: Mutator, count: int) -> Counter[str]:
    """Count refused and accepted mutants; assert that accepted ones have a valid token's claims."""
    good = {claims_of(token): oidc.verify(token) for token in mutator.tokens}
    fates: Counter[str] = Counter()
    for mutant in mutator.mutants(count):
        proven = accepted_identity(oidc, mutant)
        if proven is not None:
            assert good.get(claims_of(mutant)) == proven, mutant
        fates["refused" if proven is None else "taken"] += 1
    return fates


def accepted_identity(oidc: OidcVerifier, token: str) -> OidcIdentity | None:
    """Return the identity of a token; None where it is refused, which must be with a 401."""
    try:
        return oidc.verify(token)
    except Exception as error:
        if not (isinstance(error, Refusal) and error.kind.slug == "unauthenticated"):
            raise AssertionError(f"not refused but broken: {token!r}") from error
        return None


def claims_of(token: str) -> str:
    return "".join(token.split(".")[1:2])


@pytest.mark.parametrize("count", drills_after(1, [FEW, MANY]))
def test_no_accepted_mutant_of_a_token_has_other_claims(forge: Forge, count: int) -> None:
    oidc = verifier_with_fixed_keys(forge.issuer, lambda: NOW)
    tokens = [
        forge.good(),
        forge.good(sub="bo", acr="substantial"),
        forge.signed("RS256", forge.keys.rsa),
        forge.signed("PS256", forge.keys.rsa),
    ]
    seed = SEED if count == FEW else SystemRandom().randrange(2**32)
    mutator = Mutator(tokens, [forge.keys.ec, forge.keys.rsa], Random(seed))
    fates = count_fates(oidc, mutator, count)
    note("tokens", seed=seed, mutants=count, **fates)
    assert fates["refused"] > 0.9 * count, (seed, fates)


@pytest.mark.drill
@pytest.mark.ci_drill
def test_no_accepted_mutant_of_a_real_providers_token_has_other_claims() -> None:
    with running_provider() as provider:
        tokens = [
            provider.token(AUDIENCE, alg, scope=scope)
            for alg in ALGORITHMS
            for scope in (None, "strong")
        ]
        started = time.time()
        oidc = verifier_with_fixed_keys(provider.issuer, lambda: started)
        seed = SystemRandom().randrange(2**32)
        public = list(read_keys(provider.issuer))
        fates = count_fates(oidc, Mutator(tokens, public, Random(seed)), MANY)
    note("tokens of a real provider", seed=seed, mutants=MANY, **fates)
    assert fates["refused"] > 0.9 * MANY, seed
