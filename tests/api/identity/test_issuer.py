"""Are an issuer's keys read as agreed, and anything else left alone?"""

import socket
import threading
from collections.abc import Generator
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from api.identity.oidc import MAX_KEY_SET_BYTES, IssuerAway, read_keys
from tests.api.identity.local_issuer import DISCOVERY, KEYS, Answer, LocalIssuer, as_json
from tests.api.identity.local_issuer import local_issuer as opened
from tests.api.identity.token_forge import keys_of

PUBLIC = keys_of("issuer").public()


@pytest.fixture
def issuer() -> Generator[LocalIssuer]:
    with opened() as issuer:
        issuer.publish(PUBLIC)
        yield issuer


def ids(issuer: LocalIssuer) -> list[str | None]:
    return [key.kid for key in read_keys(issuer.url)]


def test_public_keys_for_signatures_with_an_id_are_taken(issuer: LocalIssuer) -> None:
    assert ids(issuer) == ["ec", "rsa", "okp"]  # not that for encryption, shared or nameless
    assert issuer.asked == [DISCOVERY, KEYS]


def test_an_issuer_with_a_path_is_asked_below_it(issuer: LocalIssuer) -> None:
    realm = f"{issuer.url}/realms/dk/"
    issuer.answers["/realms/dk" + DISCOVERY] = as_json(
        {"issuer": realm, "jwks_uri": issuer.url + KEYS}
    )
    assert len(read_keys(realm).keys) == 3


def test_a_key_that_cannot_be_used_spoils_no_other(issuer: LocalIssuer) -> None:
    ec, rsa, private = PUBLIC[0], PUBLIC[1], keys_of("issuer").ec.as_dict(private=True)
    small = RSAKey.generate_key(2048).as_dict(private=False)
    spoiled: list[Any] = [
        {**ec, "x": "AAAA"},
        {**ec, "crv": "P-1"},
        {**ec, "crv": None},
        {**ec, "use": ["sig"]},
        {**ec, "kid": 7},
        {**ec, "kty": "AKP"},
        {**ec, "kty": ["EC"]},
        {**private, "kid": "leaked"},
        {**rsa, "n": str(small["n"])[:300], "kid": "weak"},
        {**rsa, "n": "ø" * 400},
        {**rsa, "key_ops": 7},
        "no key",
        None,
    ]
    issuer.publish([*spoiled, PUBLIC[2]])
    assert ids(issuer) == ["okp"]


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://login.test"},
        {"issuer": None},
        {"jwks_uri": "http://login.test/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://127.0.0.1@login.test/keys"},
        {"jwks_uri": "/keys"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_discovery_of_another_or_to_an_open_address_is_not_believed(
    issuer: LocalIssuer, discovery: dict[str, str | None]
) -> None:
    issuer.publish(PUBLIC, **discovery)
    with pytest.raises(IssuerAway, match="discovery"):
        read_keys(issuer.url)
    assert issuer.asked == [DISCOVERY]


@pytest.mark.parametrize("page", [DISCOVERY, KEYS])
def test_a_redirect_is_not_followed(issuer: LocalIssuer, page: str) -> None:
    issuer.answers["/moved"] = issuer.answers[page]
    issuer.answers[page] = Answer(b"", status=302, location="/moved")
    with pytest.raises(IssuerAway, match="302"):
        read_keys(issuer.url)
    assert "/moved" not in issuer.asked


@pytest.mark.parametrize("page", [DISCOVERY, KEYS])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", status=500),
        Answer(b"<html>"),
        Answer(b"[]"),
        Answer(b'"keys"'),
        Answer(b'{"keys": {}}'),
        Answer(b"\xff"),
        Answer(b"[" * 100_000),
    ],
    ids=lambda answer: f"{answer.status} {answer.body[:20]!r}",
)
def test_an_answer_that_is_none_counts_as_no_answer(
    issuer: LocalIssuer, page: str, answer: Answer
) -> None:
    issuer.answers[page] = answer
    with pytest.raises(IssuerAway):
        read_keys(issuer.url)


@pytest.mark.parametrize("page", [DISCOVERY, KEYS])
def test_an_answer_is_read_up_to_a_bound(issuer: LocalIssuer, page: str) -> None:
    whole = issuer.answers[page].body.ljust(MAX_KEY_SET_BYTES)
    issuer.answers[page] = Answer(whole)
    assert len(read_keys(issuer.url).keys) == 3
    issuer.answers[page] = Answer(whole + b" ")
    with pytest.raises(IssuerAway, match="more than"):
        read_keys(issuer.url)


def test_no_proxy_is_asked_for_an_issuer_on_this_machine(
    issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert len(read_keys(issuer.url).keys) == 3


def test_nobody_at_the_address_counts_as_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(IssuerAway, match="ConnectError"):
        read_keys(f"http://127.0.0.1:{port}")


def test_an_issuer_that_hangs_or_drips_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(IssuerAway, match="Timeout"):
            read_keys(url, within_s=0.2)  # the system accepts it, and nobody answers
        listening.accept()[0].close()
        dripping = threading.Thread(target=drip, args=[listening])
        dripping.start()
        with pytest.raises(IssuerAway, match="too long"):
            read_keys(url, within_s=0.2)
        dripping.join()


def drip(listening: socket.socket) -> None:
    """Sends a byte at a time, each in time, until the other side has had enough."""
    connection, _ = listening.accept()
    stop = threading.Event()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            while not stop.wait(0.02):
                connection.sendall(b" ")
        except OSError:
            return
