"""Crafted access tokens, each with one fault, from attacks known against other systems."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc import jwe

from tests.api.identity.token_forge import AUDIENCE, GONE, NOW, Forge, compact, segment, signer

Craft = Callable[[Forge], str]


def _parts(token: str) -> list[str]:
    return token.split(".")


def _with_signature(forge: Forge, change: Callable[[bytes], bytes]) -> str:
    sign = signer("ES256", forge.keys.ec)
    return compact(forge.header(), forge.claims(), lambda text: change(sign(text)))


def _hs256_with_public_key(forge: Forge, secret: bytes) -> str:
    """The public key, which everybody has, used as the secret of an HMAC."""
    header = forge.header(alg="HS256", kid="rsa")
    return compact(header, forge.claims(), lambda text: hmac.digest(secret, text, hashlib.sha256))


def _as_der(signature: bytes) -> bytes:
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    return encode_dss_signature(r, s)


def _with_changed_claims(forge: Forge) -> str:
    header, _, signature = _parts(forge.good())
    return f"{header}.{segment(forge.claims(sub='bo')).decode()}.{signature}"


def _with_loose_end(forge: Forge) -> str:
    """Return the same signature with another last letter, which carries four unused bits."""
    token = forge.good()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) + 1]


def _encrypted(forge: Forge) -> str:
    header = {"alg": "RSA-OAEP", "enc": "A256GCM", "typ": "at+jwt", "kid": "enc"}
    payload = json.dumps(forge.claims())
    return jwe.encrypt_compact(header, payload, forge.keys.for_encryption, ["RSA-OAEP", "A256GCM"])


def _as_json_serialization(forge: Forge) -> str:
    header, claims, signature = _parts(forge.good())
    return json.dumps({"protected": header, "payload": claims, "signature": signature})


def _twice(members: Mapping[str, Any], name: str, first: str) -> bytes:
    """JSON in which a member comes twice; most parsers take the last."""
    return f'{{"{name}": {json.dumps(first)}, {json.dumps(members)[1:]}'.encode()


def _foreign_jwk(forge: Forge, **header: Any) -> str:
    return forge.signed("ES256", forge.foreign.ec, **header)


ALGORITHM: Final[Mapping[str, Craft]] = {
    "none, unsigned": lambda f: compact(f.header(alg="none"), f.claims(), lambda _: b""),
    "nOnE, unsigned": lambda f: compact(f.header(alg="nOnE"), f.claims(), lambda _: b""),
    "none, with a good signature": lambda f: f.headed(alg="none"),
    "HS256 with the public key as PEM": lambda f: _hs256_with_public_key(f, f.keys.rsa.as_pem()),
    "HS256 with the public key as DER": lambda f: _hs256_with_public_key(f, f.keys.rsa.as_der()),
    "HS256 with the public key as JSON": lambda f: _hs256_with_public_key(
        f, json.dumps(f.keys.rsa.as_dict(private=False)).encode()
    ),
    "HS256 with a shared secret that is published": lambda f: f.signed("HS256", f.keys.shared),
    "RS512, which is not on the list": lambda f: f.signed("RS512", f.keys.rsa),
    "Ed25519, which is not on the list": lambda f: f.signed("Ed25519", f.keys.okp),
    "ES256, but the key is RSA": lambda f: f.signed("RS256", f.keys.rsa, alg="ES256"),
    "RS256, but the signature is PS256": lambda f: f.signed("PS256", f.keys.rsa, alg="RS256"),
    "no algorithm": lambda f: f.headed(alg=GONE),
    "a list of algorithms": lambda f: f.headed(alg=["ES256"]),
}
SIGNATURE: Final[Mapping[str, Craft]] = {
    "stripped": lambda f: f.good().rpartition(".")[0] + ".",
    "stripped, with its dot": lambda f: f.good().rpartition(".")[0],
    "of another good token": lambda f: (
        f.good().rpartition(".")[0] + "." + _parts(f.good(sub="bo"))[2]
    ),
    "by a foreign key of the same id": lambda f: f.signed("ES256", f.foreign.ec),
    "by a foreign RSA key of the same id": lambda f: f.signed("RS256", f.foreign.rsa),
    "good, but the claims were changed": _with_changed_claims,
    "as DER": lambda f: _with_signature(f, _as_der),
    "of zeros": lambda f: _with_signature(f, lambda _: bytes(64)),
    "cut": lambda f: _with_signature(f, lambda good: good[:-1]),
    "lengthened": lambda f: _with_signature(f, lambda good: good + b"\0"),
    "with a loose end": _with_loose_end,
    "padded": lambda f: f.good() + "==",
}
FORM: Final[Mapping[str, Craft]] = {
    "empty": lambda _: "",
    "dots": lambda _: "..",
    "a fourth part": lambda f: f.good() + "." + _parts(f.good())[2],
    "no header": lambda f: "." + f.good().partition(".")[2],
    "huge": lambda f: f.good(note="x" * 8_192),
    "nested in the header": lambda f: f.raw(header=b'{"alg": ' + b"[" * 5_000),
    "nested in the claims": lambda f: f.raw(claims=b'{"sub": ' + b"[" * 5_000),
    "a line break inside": lambda f: f.good().replace(".", ".\n", 1),
    "letters beyond ASCII": lambda f: "æ" + f.good()[1:],
    "the header is a list": lambda f: f.raw(header=b'["alg", "typ", "kid"]'),
    "the header is no JSON": lambda f: f.raw(header=b"alg: ES256"),
    "the header is no UTF-8": lambda f: f.raw(header=b'{"alg": "\xff"}'),
    "the claims are a list": lambda f: f.raw(claims=b'["sub"]'),
    "the claims are no JSON": lambda f: f.raw(claims=b"sub: amina"),
    "encrypted": _encrypted,
    "JSON instead of compact": _as_json_serialization,
    "a token in a token": lambda f: f.raw(claims=f.good().encode()),
    "two algorithms": lambda f: f.raw(header=_twice(f.header(), "alg", "none")),
    "two key ids": lambda f: f.raw(header=_twice(f.header(), "kid", "rsa")),
    "two subjects": lambda f: f.raw(claims=_twice(f.claims(), "sub", "bo")),
}
HEADER: Final[Mapping[str, Craft]] = {
    "type JWT": lambda f: f.headed(typ="JWT"),
    "type of a logout token": lambda f: f.headed(typ="logout+jwt"),
    "no type, as an ID token": lambda f: f.headed(typ=GONE),
    "type in capitals": lambda f: f.headed(typ="AT+JWT"),
    "no key id": lambda f: f.headed(kid=GONE),
    "an unknown key id": lambda f: f.headed(kid="ec2"),
    "a key id that is a number": lambda f: f.headed(kid=1),
    "a key id that is a path": lambda f: f.headed(kid="../../../dev/null"),
    "a key for encryption": lambda f: f.signed("RS256", f.keys.for_encryption),
    "a key without an id, by its thumbprint": lambda f: f.signed(
        "ES256", f.keys.nameless, kid=f.keys.nameless.thumbprint()
    ),
    "its own key": lambda f: _foreign_jwk(f, jwk=f.foreign.ec.as_dict(private=False)),
    "the address of its own key set": lambda f: _foreign_jwk(f, jku=f"{f.issuer}/evil", kid="e"),
    "the address of its own certificate": lambda f: _foreign_jwk(f, x5u=f"{f.issuer}/evil"),
    "its own certificate": lambda f: _foreign_jwk(f, x5c=["MIIB"]),
    "critical: something unknown": lambda f: f.headed(crit=["exp"], exp=NOW),
    "critical: nothing": lambda f: f.headed(crit=[]),
    "critical: no list": lambda f: f.headed(crit=7),
    "critical: claims not encoded": lambda f: f.headed(b64=False, crit=["b64"]),
    "claims not encoded": lambda f: f.headed(b64=False),
    "an unknown member": lambda f: f.headed(admin=True),
}
CLAIMS: Final[Mapping[str, Craft]] = {
    "issuer with a slash": lambda f: f.good(iss=f.issuer + "/"),
    "issuer in capitals": lambda f: f.good(iss=f.issuer.upper()),
    "another issuer": lambda f: f.good(iss="https://evil.test"),
    "a list of issuers": lambda f: f.good(iss=[f.issuer]),
    "no issuer": lambda f: f.good(iss=GONE),
    "another audience": lambda f: f.good(aud="urn:kontaktvej:other"),
    "other audiences": lambda f: f.good(aud=["urn:a", "urn:b"]),
    "an audience that begins with ours": lambda f: f.good(aud=f"{AUDIENCE}:2"),
    "an audience of objects": lambda f: f.good(aud=[{AUDIENCE: True}]),
    "no audience": lambda f: f.good(aud=GONE),
    "an empty audience": lambda f: f.good(aud=[]),
    "expired": lambda f: f.good(exp=NOW - 30),
    "no expiry": lambda f: f.good(exp=GONE),
    "expiry as text": lambda f: f.good(exp=str(NOW + 540)),
    "expiry as yes": lambda f: f.good(exp=True),
    "expiry beyond numbers": lambda f: f.raw(claims=_numbers(f, exp="1e999")),
    "expiry not a number": lambda f: f.raw(claims=_numbers(f, exp="NaN")),
    "a huge expiry": lambda f: f.raw(claims=_numbers(f, exp="1" + "0" * 400)),
    "issued before time began": lambda f: f.raw(
        claims=_numbers(f, iat="-1" + "0" * 400, exp=f"{NOW + 540}.5")
    ),
    "issued in the future": lambda f: f.good(iat=NOW + 31),
    "no time of issue": lambda f: f.good(iat=GONE),
    "not valid yet": lambda f: f.good(nbf=NOW + 31),
    "a second longer than an hour": lambda f: f.good(iat=NOW, exp=NOW + 3_601),
    "no subject": lambda f: f.good(sub=GONE),
    "an empty subject": lambda f: f.good(sub=""),
    "a subject that is a number": lambda f: f.good(sub=7),
    "a subject with a NUL": lambda f: f.good(sub="amina\0"),
    "a subject beyond ASCII": lambda f: f.good(sub="аmina"),  # noqa: RUF001 - the point
    "a long subject": lambda f: f.good(sub="a" * 256),
}


def _numbers(forge: Forge, **literals: str) -> bytes:
    """Return the claims with literal numbers, not formatted by Python."""
    text = json.dumps(forge.claims(**dict.fromkeys(literals, "@")))
    for name, literal in literals.items():
        text = text.replace(f'"{name}": "@"', f'"{name}": {literal}')
    return text.encode()


TABLE: Final[Mapping[str, tuple[str, Craft]]] = {
    f"{kind}: {name}": (kind, craft)
    for kind, crafts in (("algorithm", ALGORITHM), ("signature", SIGNATURE), ("form", FORM),
                         ("header", HEADER), ("claims", CLAIMS))
    for name, craft in crafts.items()
}  # fmt: skip
"""Each token with the kind of its fault."""
WHY: Final[Mapping[str, str]] = {
    "algorithm": "algorithm|InvalidKeyTypeError|BadSignatureError",
    "signature": "BadSignatureError|form",
    "form": "form|Decode|Recursion|no object|twice|InvalidPayloadError",
    "header": "type|names no key|asks for more|InvalidKeyIdError|BadSignature|Header",
    "claims": "ClaimError|ExpiredTokenError|InvalidPayloadError",
}
"""Pattern of the logged reason for each kind, so that no token is refused for another fault."""
