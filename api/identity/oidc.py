"""Whose access token is it? An OpenID issuer says who somebody is, and never what they may.

A token is a signed JWT of RFC 9068. Whatever is wrong with it, the answer is the same 401; what it
was stands in the log, in words of ours.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, cast

from joserfc import jwt
from joserfc.errors import ClaimError, InvalidClaimError, JoseError
from joserfc.util import urlsafe_b64decode

from api.errors import Refused
from api.identity.issuer import read_keys
from api.identity.key_set import IssuerKeys
from api.identity.store import Assurance
from api.settings import Settings

ALGORITHMS: Final = ("ES256", "RS256", "PS256")
TYPE: Final = "at+jwt"
MAX_BYTES: Final = 8 * 1024
MAX_LIFE_S: Final = 3_600
LEEWAY_S: Final = 30
MAX_SUBJECT: Final = 255  # OpenID Connect Core 1.0, section 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcIdentity:
    """What a good token says: who, how surely, until when."""

    issuer: str
    subject: str
    assurance: Assurance
    ends_at: datetime


class OidcVerifier:
    """Checks the access tokens of one issuer for one audience; safe under threads.

    `strong` are the values of `acr` or `amr` that count as strong sign-in. `now` is the time of
    day in seconds since 1970, and compared with what tokens say.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        *,
        strong: frozenset[str] = frozenset(),
        keys: IssuerKeys | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer, self._strong = issuer, strong
        self._keys = keys or IssuerKeys(partial(read_keys, issuer))
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )

    def proven(self, token: str) -> OidcIdentity:
        """Who bears a token. About 0.2 ms; the issuer is asked only when its keys are due.

        Raises: Refused: it does not hold, or the issuer is away and its key not known.
        """
        try:
            claims = self._verified(token)
            self._require(claims)
        except (JoseError, ValueError, RecursionError) as error:
            _log.info("an access token is refused: %s", _why(error))
            raise Refused("unauthenticated") from error
        return OidcIdentity(
            issuer=self._issuer,
            subject=claims["sub"],
            assurance=Assurance.STRONG if self._is_strong(claims) else Assurance.PASSWORD,
            ends_at=datetime.fromtimestamp(claims["exp"], UTC),
        )

    def _verified(self, token: str) -> Mapping[str, Any]:
        """The claims of a token whose header is as agreed and whose signature is the issuer's."""
        header = _header(token)
        key = self._keys.key(header["kid"], header["alg"])
        return jwt.decode(token, key, algorithms=ALGORITHMS, decoder_cls=_Unambiguous).claims

    def _require(self, claims: Mapping[str, Any]) -> None:
        """Raises: ClaimError: one is missing, of another kind, or says that this is not for us."""
        self._claims.validate(dict(claims))
        if claims["exp"] > claims["iat"] + MAX_LIFE_S:
            raise InvalidClaimError("exp")
        subject: str = claims["sub"]
        if len(subject) > MAX_SUBJECT or not (subject.isascii() and subject.isprintable()):
            raise InvalidClaimError("sub")

    def _is_strong(self, claims: Mapping[str, Any]) -> bool:
        said = [claims.get("acr")]
        if isinstance(methods := claims.get("amr"), list):
            said += cast("list[object]", methods)
        return any(isinstance(one, str) and one in self._strong for one in said)


def oidc_of(settings: Settings) -> OidcVerifier | None:
    """The check of tokens that is set; None where OpenID Connect is off."""
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    return OidcVerifier(
        settings.oidc_issuer, settings.oidc_audience, strong=frozenset(settings.oidc_acr)
    )


class _Unfit(ValueError):
    """No token of the kind we take; says what is wrong, in our words alone."""


class _Unambiguous(json.JSONDecoder):
    """JSON that every parser reads alike: no member twice, no NaN."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unfit("a member is given twice")
    return found


def _no_constant(_name: str) -> None:
    raise _Unfit("NaN and Infinity are not JSON")


def _header(token: str) -> Mapping[str, Any]:
    """The header of a token, if it is one of the few we take. Nothing in it is believed yet.

    Raises: ValueError: it is another one, or none.
    """
    if len(token) > MAX_BYTES or not token.isascii() or token.count(".") != 2:
        raise _Unfit("the form is not that of a token")
    encoded = token.partition(".")[0].encode()
    header: object = json.loads(urlsafe_b64decode(encoded).decode(), cls=_Unambiguous)
    if not isinstance(header, dict):
        raise _Unfit("the header is no object")
    members = cast("dict[str, Any]", header)
    if members.get("alg") not in ALGORITHMS or members.get("typ") != TYPE:
        raise _Unfit("the algorithm or the type is another")
    if not isinstance(members.get("kid"), str) or "crit" in members:
        raise _Unfit("the header names no key, or asks for more than a signature")
    return members


def _why(error: Exception) -> str:
    """Why a token is refused, without a word of it."""
    match error:
        case _Unfit():
            return str(error)
        case ClaimError():
            return f"{type(error).__name__} {error.claim}"
        case _:
            return type(error).__name__
