"""Access tokens for tests: valid ones, and ones with exactly one fault.

Keys are made once a run. The issuer publishes more than it signs with, as issuers do.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

NOW: Final = 1_800_000_000
AUDIENCE: Final = "urn:kontaktvej:api"
GONE: Final = object()
"""The value of a member that is to be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of an issuer, by purpose."""

    ec: ECKey
    rsa: RSAKey
    okp: OKPKey
    for_encryption: RSAKey
    shared: OctKey
    nameless: ECKey

    def public(self) -> list[dict[str, Any]]:
        """Return the published key set, with a shared secret, a mistake that issuers have made."""
        signing: list[Key] = [self.ec, self.rsa, self.okp, self.for_encryption]
        nameless = {**self.nameless.as_dict(private=False), "use": "sig"}
        return [
            *(dict(key.as_dict(private=False)) for key in signing),
            {**self.shared.as_dict(private=True), "use": "sig"},
            {name: value for name, value in nameless.items() if name != "kid"},
        ]


@cache
def keys_of(whose: str) -> Keys:
    """Return the keys of an owner, made once; the key ids are the same for every owner."""
    return Keys(
        ec=ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}),
        rsa=RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
        okp=OKPKey.generate_key("Ed25519", {"kid": "okp", "use": "sig"}),
        for_encryption=RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"}),
        shared=OctKey.generate_key(256, {"kid": "oct"}),
        nameless=ECKey.generate_key("P-256"),
    )


def segment(part: bytes | Mapping[str, Any]) -> bytes:
    """Encode a part of a token: bytes as they are, else JSON without members that are `GONE`."""
    if not isinstance(part, bytes):
        part = json.dumps({k: v for k, v in part.items() if v is not GONE}).encode()
    return urlsafe_b64encode(part).rstrip(b"=")


def signer(alg: str, key: Key) -> Callable[[bytes], bytes]:
    """Return a function that signs with any algorithm, insecure ones included."""
    return lambda text: JWSRegistry.algorithms[alg].sign(text, key)


def compact(
    header: bytes | Mapping[str, Any],
    claims: bytes | Mapping[str, Any],
    sign: Callable[[bytes], bytes],
) -> str:
    """Return a token of these parts, without checking them."""
    text = segment(header) + b"." + segment(claims)
    return f"{text.decode()}.{segment(sign(text)).decode()}"


@dataclass(frozen=True, slots=True)
class Forge:
    """Makes the tokens of one issuer, and forged ones with the keys of another."""

    issuer: str
    keys: Keys
    foreign: Keys

    def header(self, **changes: Any) -> dict[str, Any]:
        return {"alg": "ES256", "typ": "at+jwt", "kid": "ec", **changes}

    def claims(self, **changes: Any) -> dict[str, Any]:
        return {
            "iss": self.issuer, "aud": AUDIENCE, "sub": "amina", "iat": NOW - 60, "exp": NOW + 540,
            "client_id": "explorer", "jti": "0e9f", **changes,
        }  # fmt: skip

    def good(self, **claims: Any) -> str:
        """A good token, with these claims changed."""
        return compact(self.header(), self.claims(**claims), signer("ES256", self.keys.ec))

    def headed(self, **header: Any) -> str:
        """A token that is signed by the right key, with these members of its header changed."""
        return compact(self.header(**header), self.claims(), signer("ES256", self.keys.ec))

    def raw(self, header: bytes | None = None, claims: bytes | None = None) -> str:
        """Return a token signed with the right key, with any bytes as header or claims."""
        return compact(header or self.header(), claims or self.claims(),
                       signer("ES256", self.keys.ec))  # fmt: skip

    def signed(self, alg: str, key: Key, /, **header: Any) -> str:
        """A token signed with another algorithm or key, which its header names."""
        changes = {"alg": alg, "kid": key.kid, **header}
        return compact(self.header(**changes), self.claims(), signer(alg, key))


def forge_of(issuer: str) -> Forge:
    """The forge of an issuer that publishes `keys_of("issuer")`."""
    return Forge(issuer, keys_of("issuer"), keys_of("somebody else"))
