"""Access tokens of an OpenID Connect issuer: its keys, token validation, and account lookup.

The keys are read again every ten minutes, and for an unknown key at most every thirty seconds, so
that made-up key ids cannot cause a flood of requests to the issuer. The request that finds them due
reads them; meanwhile others continue with the known keys, and wait only if these do not suffice.
While the issuer is unavailable a known key is accepted for an hour after it was last read: no token
lives longer, so signed-in users stay signed in, and after that hour no token remains that it could
verify.

Only public keys for signatures are accepted: RSA, EC and OKP with `use` sig and an id of their own.
A key that is unusable, weak, or published with its private part is skipped; the others are used.

A token is a signed JWT of RFC 9068. Any defect leads to the same 401; the reason is logged, without
text from the token. The issuer establishes the identity; the rights are those of the local account
of that subject.
"""

import json
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Protocol, cast

import httpx
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidClaimError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from joserfc.util import urlsafe_b64decode

from api.errors import Refusal
from api.identity.store import Assurance, Principal, digest
from api.settings import GUARDED, Settings

READ_S: Final = 2.0  # for both documents together; each network wait is cut off there too
MAX_KEY_SET_BYTES: Final = 256 * 1024  # large issuers publish ten keys in 20 KiB
MIN_RSA_BITS: Final = 2048
_DISCOVERY: Final = "/.well-known/openid-configuration"
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}
EVERY_S: Final = 600.0
APART_S: Final = 30.0  # between two reads, for whatever reason
LONGEST_S: Final = 3_600.0  # the longest life of a token
_log = logging.getLogger(__name__)


class IssuerAway(Exception):
    """The issuer does not respond, or not validly; the message is the reason, for the log."""


def read_keys(issuer: str, *, within_s: float = READ_S) -> KeySet:
    """Read the issuer's current signing keys, with two requests to its documents.

    `authlib` reads a key set once, without limits on time or size, and never again.

    Raises: IssuerAway: there is no response, a redirect, or one that must not be trusted.
    """
    ends_at = time.monotonic() + within_s
    discovery = _document(issuer.removesuffix("/") + _DISCOVERY, ends_at)
    if discovery.get("issuer") != issuer:
        raise IssuerAway("its discovery speaks for another issuer")
    url = discovery.get("jwks_uri")
    if not isinstance(url, str) or not GUARDED.fullmatch(url):
        raise IssuerAway("its discovery names no key set that can be read safely")
    published = _document(url, ends_at).get("keys")
    if not isinstance(published, list):
        raise IssuerAway("its key set is none")
    return KeySet(list(_usable(cast("list[object]", published))))


def _document(url: str, ends_at: float) -> Mapping[str, Any]:
    """The JSON object at a URL, within the remaining time."""
    body = bytearray()
    try:
        with (
            httpx.Client(
                timeout=max(ends_at - time.monotonic(), 0.001),
                follow_redirects=False,
                trust_env=not url.startswith("http://"),  # a proxy would be beyond this machine
            ) as client,
            client.stream("GET", url, headers=_HEADERS) as response,
        ):
            if response.status_code != 200:
                raise IssuerAway(f"it answered {response.status_code}")
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > MAX_KEY_SET_BYTES:
                    raise IssuerAway(f"it answered more than {MAX_KEY_SET_BYTES} bytes")
                if time.monotonic() > ends_at:
                    raise IssuerAway("it took too long")
        document: object = json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise IssuerAway(type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        raise IssuerAway("it answered no JSON") from error
    if not isinstance(document, dict):
        raise IssuerAway("it answered no JSON object")
    return cast("dict[str, Any]", document)


def _usable(published: list[object]) -> Iterator[Key]:
    """The public keys for signatures that have an id; one that must not be trusted is logged."""
    for member in published:
        if not isinstance(member, dict):
            continue
        data = cast("dict[str, Any]", member)
        is_asymmetric = data.get("kty") in ("RSA", "EC", "OKP")
        if not is_asymmetric or data.get("use") != "sig" or not isinstance(data.get("kid"), str):
            continue
        try:
            if "d" in data:
                raise _Unfit("its private half is published")
            if data["kty"] == "RSA" and 6 * len(str(data.get("n"))) < MIN_RSA_BITS:  # base64
                raise _Unfit(f"it has less than {MIN_RSA_BITS} bits")
            yield JWKRegistry.import_key(data)
        except (JoseError, ValueError, LookupError) as error:  # LookupError: an unknown curve
            _log.warning("a key of the issuer is left out: %s", _why(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownKeys:
    """The keys, and when they were last read and last tried; immutable, replaced as a whole."""

    keys: KeySet
    read_at: float
    tried_at: float

    def has(self, kid: str) -> bool:
        return any(key.kid == kid for key in self.keys)


class IssuerKeys:
    """The keys of one issuer, cached from `read`; thread-safe.

    `clock` is a monotonic clock in seconds.
    """

    def __init__(
        self, read: Callable[[], KeySet], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._clock = read, clock
        self._cache = _KnownKeys(keys=KeySet([]), read_at=-math.inf, tried_at=-math.inf)
        self._reading = threading.Lock()

    def key(self, kid: str, alg: str) -> Key:
        """The key with this id, if it may be used with this algorithm.

        Raises:
            InvalidKeyIdError: the issuer has no such key.
            Refusal: the issuer is unavailable, and the cached keys do not settle it.
        """
        cache, now = self._cache, self._clock()
        is_due = now - cache.read_at > EVERY_S or not cache.has(kid)
        suffices = now - cache.read_at <= LONGEST_S and cache.has(kid)
        may_try = now - cache.tried_at >= APART_S
        if is_due and may_try and self._reading.acquire(blocking=not suffices):
            try:
                if self._cache is cache:  # otherwise another thread has read them meanwhile
                    started = self._clock()
                    try:
                        keys = self._read()
                    except IssuerAway as error:
                        _log.warning("the keys of the OpenID issuer cannot be read: %s", error)
                        self._cache = replace(cache, tried_at=self._clock())
                    else:
                        _log.info("%d keys of the OpenID issuer read", len(keys.keys))
                        self._cache = _KnownKeys(keys=keys, read_at=started, tried_at=started)
            finally:
                self._reading.release()
        cache, now = self._cache, self._clock()
        is_away = cache.tried_at > cache.read_at
        if now - cache.read_at > LONGEST_S or (is_away and not cache.has(kid)):
            retry_after = max(1, math.ceil(APART_S - (now - cache.tried_at)))
            raise Refusal("issuer-unavailable", retry_after=retry_after)
        return cache.keys.get_by_kid(kid, {"alg": alg, "use": "sig"})


ALGORITHMS: Final = ("ES256", "RS256", "PS256")
TYPE: Final = "at+jwt"
MAX_BYTES: Final = 8 * 1024
MAX_LIFE_S: Final = 3_600
LEEWAY_S: Final = 30
MAX_SUBJECT: Final = 255  # OpenID Connect Core 1.0, section 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcIdentity:
    """The content of a valid token: subject, assurance and expiry."""

    issuer: str
    subject: str
    assurance: Assurance
    ends_at: datetime


class OidcVerifier:
    """Validates the access tokens of one issuer for one audience; thread-safe.

    `strong` are the values of `acr` or `amr` that count as strong sign-in. `now` returns seconds
    since 1970, compared with the times in tokens.
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

    def verify(self, token: str) -> OidcIdentity:
        """Return the identity a token proves; takes about 0.2 ms unless the keys are due.

        Raises: Refusal: it is invalid, or the issuer is unavailable and its key unknown.
        """
        try:
            header = _header(token)
            key = self._keys.key(header["kid"], header["alg"])
            decoded = jwt.decode(token, key, algorithms=ALGORITHMS, decoder_cls=_Unambiguous)
            claims: Mapping[str, Any] = decoded.claims
            self._claims.validate(dict(claims))
            if claims["exp"] > claims["iat"] + MAX_LIFE_S:
                raise InvalidClaimError("exp")
            subject: str = claims["sub"]
            if len(subject) > MAX_SUBJECT or not (subject.isascii() and subject.isprintable()):
                raise InvalidClaimError("sub")
        except (JoseError, ValueError, RecursionError) as error:
            _log.info("an access token is refused: %s", _why(error))
            raise Refusal("unauthenticated") from error
        levels = [claims.get("acr")]
        if isinstance(methods := claims.get("amr"), list):
            levels += cast("list[object]", methods)
        is_strong = any(isinstance(level, str) and level in self._strong for level in levels)
        return OidcIdentity(
            issuer=self._issuer,
            subject=subject,
            assurance=Assurance.STRONG if is_strong else Assurance.PASSWORD,
            ends_at=datetime.fromtimestamp(claims["exp"], UTC),
        )


def oidc_of(settings: Settings) -> OidcVerifier | None:
    """The configured verifier; None if OpenID Connect is off."""
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    return OidcVerifier(
        settings.oidc_issuer, settings.oidc_audience, strong=frozenset(settings.oidc_acr)
    )


class _Unfit(ValueError):
    """A token or key of an unaccepted form; the message contains no text from it."""


class _Unambiguous(json.JSONDecoder):
    """A JSON decoder that refuses duplicate members, NaN and Infinity."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Unfit("a member is given twice")
    return members


def _no_constant(_name: str) -> None:
    raise _Unfit("NaN and Infinity are not JSON")


def _header(token: str) -> Mapping[str, Any]:
    """The header of a token in one of the accepted forms; its content is not trusted yet.

    Raises: ValueError: it has another form, or none.
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
    """The reason for a refusal, without text from the token."""
    match error:
        case _Unfit():
            return str(error)
        case ClaimError():
            return f"{type(error).__name__} {error.claim}"
        case _:
            return type(error).__name__


class KnownSubjects(Protocol):
    """Lookup of the local account of an issuer's subject."""

    def signed_in_as(
        self, issuer: str, subject: str, *, via: str, assurance: Assurance
    ) -> Principal | None:
        """The account with its present rights; None if there is none, or it is disabled."""
        ...


def oidc_verifier(oidc: OidcVerifier | None, subjects: KnownSubjects) -> Callable[[str], Principal]:
    """A function from an issuer's access token to its principal, with the local account's rights.

    It raises Refusal: OpenID Connect is off, the token is invalid, or there is no such account.
    """

    def principal_of(token: str) -> Principal:
        if oidc is None:
            raise Refusal("unauthenticated")
        identity = oidc.verify(token)
        who = subjects.signed_in_as(
            identity.issuer, identity.subject, via=f"jwt-{digest(token)[:16]}",
            assurance=identity.assurance,
        )  # fmt: skip
        if who is None:
            raise Refusal("no-grant")
        return who

    return principal_of
