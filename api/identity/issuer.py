"""Reads the keys an OpenID issuer signs with: its discovery, then the key set named there.

Only public keys for signatures are taken: RSA, EC and OKP with `use` sig and an id of their own.
A key that is unusable, weak or has its private half published is left out, and the rest stands.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from api.settings import GUARDED

READ_S: Final = 2.0  # for both documents together; each wait on the network is cut off there too
MAX_BYTES: Final = 256 * 1024  # large issuers publish ten keys in 20 KiB
MIN_RSA_BITS: Final = 2048
_DISCOVERY: Final = "/.well-known/openid-configuration"
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}
_TYPES: Final[Mapping[str, type[Key]]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_log = logging.getLogger(__name__)


class IssuerAway(Exception):
    """The issuer does not answer, or not as an issuer does; says why, for the log."""


def read_keys(issuer: str, *, within_s: float = READ_S) -> KeySet:
    """The keys by which the issuer's tokens are known today; it is asked twice, and no one else.

    Raises: IssuerAway: there is no answer, a redirect, or one that must not be believed.
    """
    ends_at = time.monotonic() + within_s
    discovery = _document(issuer.removesuffix("/") + _DISCOVERY, ends_at)
    if discovery.get("issuer") != issuer:
        raise IssuerAway("its discovery speaks for another issuer")
    place = discovery.get("jwks_uri")
    if not isinstance(place, str) or not GUARDED.fullmatch(place):
        raise IssuerAway("its discovery names no key set that can be read safely")
    published = _document(place, ends_at).get("keys")
    if not isinstance(published, list):
        raise IssuerAway("its key set is none")
    return KeySet(list(_usable(cast("list[object]", published))))


def _document(url: str, ends_at: float) -> Mapping[str, Any]:
    """The JSON object at an address, within what is left of the time."""
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
            found: object = json.loads(_bounded(response, ends_at))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise IssuerAway(type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        raise IssuerAway("it answered no JSON") from error
    if not isinstance(found, dict):
        raise IssuerAway("it answered no JSON object")
    return cast("dict[str, Any]", found)


def _bounded(response: httpx.Response, ends_at: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BYTES:
            raise IssuerAway(f"it answered more than {MAX_BYTES} bytes")
        if time.monotonic() > ends_at:
            raise IssuerAway("it took too long")
    return bytes(body)


def _usable(published: list[object]) -> Iterator[Key]:
    for one in published:
        if not isinstance(one, dict):
            continue
        data = cast("dict[str, Any]", one)
        kind = _TYPES.get(str(data.get("kty")))
        if kind is None or data.get("use") != "sig" or not isinstance(data.get("kid"), str):
            continue  # for something else, or for nobody
        if fault := _fault(data):
            _log.warning("a key of the issuer is left out: %s", fault)
            continue
        try:
            key = kind.import_key(data)
        except (JoseError, ValueError, LookupError) as error:  # LookupError: an unknown curve
            _log.warning("a key of the issuer is left out: %s", type(error).__name__)
            continue
        yield key


def _fault(data: Mapping[str, Any]) -> str | None:
    """Why a readable key must not be believed."""
    if "d" in data:
        return "its private half is published"
    if data["kty"] == "RSA" and 6 * len(str(data.get("n"))) < MIN_RSA_BITS:  # base64: 6 bits each
        return f"it has less than {MIN_RSA_BITS} bits"
    return None
