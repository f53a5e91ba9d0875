"""Valid access tokens, changed at random: letters, bits, parts, members, signatures."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from joserfc.jwk import Key

from tests.api.identity.token_forge import compact, keys_of, segment, signer

_LETTERS: Final = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    '.=+/ \n\0~%"{}\x7fæ\u2028\U0001f511'
)
_VALUES: Final[Sequence[Any]] = (
    None, True, 0, -1, 1e300, 10**30, 4_000_000_000, "", "x", "none", "HS256", "RS256", "PS256",
    "ES256", "ec", "rsa", "bo", "admin", "at+jwt", [], ["x"], {}, {"kid": "ec"}, [[[[]]]],
)  # fmt: skip
_HEADER: Final = ("alg", "kid", "typ", "crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc")
_CLAIMS: Final = ("iss", "aud", "sub", "exp", "iat", "nbf", "acr", "amr", "scope", "jti")


@dataclass(frozen=True, slots=True)
class Mutator:
    """Changes valid tokens at random; `public` are the published keys that verify them."""

    tokens: Sequence[str]
    public: Sequence[Key]
    draw: Random

    def mutants(self, count: int) -> Iterator[str]:
        """Yield `count` tokens, each changed in one way or two."""
        ways: Sequence[Callable[[str], str]] = (
            self._letter, self._letter, self._cut, self._bit, self._bit, self._spliced,
            self._header, self._claim, self._foreign, self._hmac, self._twice,
        )  # fmt: skip
        for _ in range(count):
            token = self.draw.choice(ways)(self.draw.choice(self.tokens))
            yield self.draw.choice((self._letter, self._cut))(token) if self._rarely() else token

    def _rarely(self) -> bool:
        return self.draw.random() < 0.1

    def _letter(self, token: str) -> str:
        """Replace, drop or add one letter, or swap its case."""
        at = self.draw.randrange(len(token)) if token else 0
        letter = self.draw.choice((*_LETTERS, "", token[at : at + 1].swapcase()))
        return token[:at] + letter + token[at + self.draw.randrange(2) :]

    def _cut(self, token: str) -> str:
        first, last = sorted(self.draw.randrange(len(token) + 1) for _ in range(2))
        return self.draw.choice((token[:first], token[first:], token[:first] + token[last:]))

    def _bit(self, token: str) -> str:
        """Flip one bit of a decoded part or of the signature."""
        parts = token.split(".")
        part = self.draw.randrange(3)
        data = bytearray(_decode(parts[part]))
        data[self.draw.randrange(len(data))] ^= 1 << self.draw.randrange(8)
        parts[part] = segment(bytes(data)).decode()
        return ".".join(parts)

    def _spliced(self, token: str) -> str:
        """The parts of several tokens, perhaps one too many or too few."""
        pool = [part for item in (token, *self.tokens) for part in item.split(".")]
        return ".".join(self.draw.choices(pool, k=self.draw.choice((2, 3, 3, 3, 3, 4))))

    def _header(self, token: str) -> str:
        header, claims, signature = token.split(".")
        changed = {**json.loads(_decode(header)), self.draw.choice(_HEADER): self._value()}
        return f"{segment(changed).decode()}.{claims}.{signature}"

    def _claim(self, token: str) -> str:
        header, _, signature = token.split(".")
        return f"{header}.{segment(self._changed(token)).decode()}.{signature}"

    def _foreign(self, token: str) -> str:
        """Change the claims and sign with a foreign key, under a key id of the issuer."""
        theirs = keys_of("somebody else")
        alg, key = self.draw.choice((("ES256", theirs.ec), ("RS256", theirs.rsa)))
        header = {**json.loads(_decode(token.split(".")[0])), "alg": alg}
        if self._rarely():
            header["jwk"] = key.as_dict(private=False)
        return compact(header, self._changed(token), signer(alg, key))

    def _hmac(self, token: str) -> str:
        """Change the claims and sign with a public key used as an HMAC secret."""
        key = self.draw.choice(self.public)
        secret = self.draw.choice((json.dumps(key.as_dict(private=False)).encode(), b""))
        header = {**json.loads(_decode(token.split(".")[0])), "alg": "HS256", "kid": key.kid}
        return compact(
            header, self._changed(token), lambda text: hmac.digest(secret, text, hashlib.sha256)
        )

    def _twice(self, token: str) -> str:
        """Repeat a member of the header."""
        header, claims, signature = token.split(".")
        name = json.dumps(self.draw.choice(_HEADER)).encode()
        new_header = (
            b"{" + name + b": " + json.dumps(self._value()).encode() + b", " + _decode(header)[1:]
        )
        return f"{segment(new_header).decode()}.{claims}.{signature}"

    def _changed(self, token: str) -> dict[str, Any]:
        return {
            **json.loads(_decode(token.split(".")[1])),
            self.draw.choice(_CLAIMS): self._value(),
        }

    def _value(self) -> Any:
        return self.draw.choice(_VALUES)


def _decode(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
