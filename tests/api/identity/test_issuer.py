"""The keys of an issuer: which are read, when, and for how long they count."""

import socket
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import pytest
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import ECKey, KeySet, RSAKey

from api.errors import Refusal, problem
from api.identity.oidc import MAX_KEY_SET_BYTES, IssuerAway, IssuerKeys, read_keys
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


def test_only_public_signature_keys_with_an_id_are_read(issuer: LocalIssuer) -> None:
    assert ids(issuer) == ["ec", "rsa", "okp"]  # not encryption, shared or nameless keys
    assert issuer.asked == [DISCOVERY, KEYS]


def test_the_discovery_of_an_issuer_with_a_path_is_read_below_that_path(
    issuer: LocalIssuer,
) -> None:
    realm = f"{issuer.url}/realms/dk/"
    issuer.answers["/realms/dk" + DISCOVERY] = as_json(
        {"issuer": realm, "jwks_uri": issuer.url + KEYS}
    )
    assert len(read_keys(realm).keys) == 3


def test_unusable_keys_are_skipped_and_others_are_read(issuer: LocalIssuer) -> None:
    ec, rsa, private = PUBLIC[0], PUBLIC[1], keys_of("issuer").ec.as_dict(private=True)
    small = RSAKey.generate_key(2048).as_dict(private=False)
    spoiled: list[Any] = [
        {**ec, "x": "AAAA"}, {**ec, "crv": "P-1"}, {**ec, "crv": None}, {**ec, "use": ["sig"]},
        {**ec, "kid": 7}, {**ec, "kty": "AKP"}, {**ec, "kty": ["EC"]}, {**private, "kid": "leaked"},
        {**rsa, "n": str(small["n"])[:300], "kid": "weak"}, {**rsa, "n": "ø" * 400},
        {**rsa, "key_ops": 7}, "no key", None,
    ]  # fmt: skip
    issuer.publish([*spoiled, PUBLIC[2]])
    assert ids(issuer) == ["okp"]


@pytest.mark.parametrize("discovery", [
    {"issuer": "https://login.test"},
    {"issuer": None},
    {"jwks_uri": "http://login.test/keys"},
    {"jwks_uri": "file:///etc/passwd"},
    {"jwks_uri": "http://127.0.0.1@login.test/keys"},
    {"jwks_uri": "/keys"},
    {"jwks_uri": None},
], ids=str)  # fmt: skip
def test_a_discovery_with_another_issuer_or_an_unsafe_key_address_is_refused(
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
@pytest.mark.parametrize("answer", [
    Answer(b"", status=500),
    Answer(b"<html>"),
    Answer(b"[]"),
    Answer(b'"keys"'),
    Answer(b'{"keys": {}}'),
    Answer(b"\xff"),
    Answer(b"[" * 100_000),
], ids=lambda answer: f"{answer.status} {answer.body[:20]!r}")  # fmt: skip
def test_a_malformed_answer_counts_as_an_unavailable_issuer(
    issuer: LocalIssuer, page: str, answer: Answer
) -> None:
    issuer.answers[page] = answer
    with pytest.raises(IssuerAway):
        read_keys(issuer.url)


@pytest.mark.parametrize("page", [DISCOVERY, KEYS])
def test_an_answer_over_the_size_limit_is_refused(issuer: LocalIssuer, page: str) -> None:
    whole = issuer.answers[page].body.ljust(MAX_KEY_SET_BYTES)
    issuer.answers[page] = Answer(whole)
    assert len(read_keys(issuer.url).keys) == 3
    issuer.answers[page] = Answer(whole + b" ")
    with pytest.raises(IssuerAway, match="more than"):
        read_keys(issuer.url)


def test_a_local_issuer_has_no_proxy(issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert len(read_keys(issuer.url).keys) == 3


def test_a_refused_connection_counts_as_an_unavailable_issuer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(IssuerAway, match="ConnectError"):
        read_keys(f"http://127.0.0.1:{port}")


def test_a_hanging_or_slow_issuer_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(IssuerAway, match="Timeout"):
            read_keys(url, within_s=0.2)  # the system accepts the connection, and no server answers
        listening.accept()[0].close()
        dripping = threading.Thread(target=drip, args=[listening])
        dripping.start()
        with pytest.raises(IssuerAway, match="too long"):
            read_keys(url, within_s=0.2)
        dripping.join()


def drip(listening: socket.socket) -> None:
    """Send a byte at a time, each within the read timeout, until the client disconnects."""
    connection, _ = listening.accept()
    stop = threading.Event()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            while not stop.wait(0.02):
                connection.sendall(b" ")
        except OSError:
            return


OLD, NEW = (ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}) for kid in ("old", "new"))


@dataclass
class Issuer:
    """An issuer with keys, available or not; it counts how often its keys are read."""

    keys: list[ECKey] = field(default_factory=lambda: [OLD])
    is_away: bool = False
    readings: int = 0
    at: float = 1_000.0
    before: Callable[[], object] = lambda: None

    def read(self) -> KeySet:
        self.readings += 1
        self.before()
        if self.is_away:
            raise IssuerAway("away")
        return KeySet(list(self.keys))


@pytest.fixture
def publisher() -> Issuer:
    return Issuer()


@pytest.fixture
def keys(publisher: Issuer) -> IssuerKeys:
    return IssuerKeys(publisher.read, clock=lambda: publisher.at)


def test_a_key_is_read_once_in_ten_minutes(publisher: Issuer, keys: IssuerKeys) -> None:
    for publisher.at in (0, 1, 600):
        assert keys.key("old", "ES256") == OLD
    assert publisher.readings == 1
    publisher.at = 601
    keys.key("old", "ES256")
    assert publisher.readings == 2


def test_a_withdrawn_key_is_unknown_after_ten_minutes(publisher: Issuer, keys: IssuerKeys) -> None:
    keys.key("old", "ES256")
    publisher.keys = [NEW]
    publisher.at += 601
    with pytest.raises(InvalidKeyIdError):
        keys.key("old", "ES256")


def test_unknown_keys_cause_a_new_read_at_most_every_30_seconds(
    publisher: Issuer, keys: IssuerKeys
) -> None:
    keys.key("old", "ES256")
    publisher.keys = [OLD, NEW]
    publisher.at += 30
    assert keys.key("new", "ES256") == NEW
    assert publisher.readings == 2
    for _ in range(290):  # 29 seconds of made-up ids
        publisher.at += 0.1
        with pytest.raises(InvalidKeyIdError):
            keys.key("made-up", "ES256")
    assert publisher.readings == 2
    publisher.at += 1.1
    with pytest.raises(InvalidKeyIdError):
        keys.key("made-up", "ES256")
    assert publisher.readings == 3


def test_a_key_is_used_only_with_its_declared_algorithm(
    publisher: Issuer, keys: IssuerKeys
) -> None:
    publisher.keys = [ECKey.generate_key("P-256", {"kid": "old", "use": "sig", "alg": "ES384"})]
    with pytest.raises(InvalidKeyIdError):
        keys.key("old", "ES256")


def test_a_known_key_is_accepted_for_an_hour_while_the_issuer_is_unavailable(
    publisher: Issuer, keys: IssuerKeys
) -> None:
    keys.key("old", "ES256")
    publisher.is_away = True
    started = publisher.at
    for publisher.at in (started + 601, started + 602, started + 1_800, started + 3_600):
        assert keys.key("old", "ES256") == OLD
    assert publisher.readings == 4  # not the second: no retry for half a minute
    publisher.at = started + 3_601
    with pytest.raises(Refusal, match="issuer-unavailable"):
        keys.key("old", "ES256")
    publisher.is_away = False
    publisher.at += 30
    assert keys.key("old", "ES256") == OLD


def test_an_unknown_key_responds_with_503_while_the_issuer_is_unavailable(
    publisher: Issuer, keys: IssuerKeys
) -> None:
    keys.key("old", "ES256")
    publisher.is_away = True
    publisher.at += 40
    with pytest.raises(Refusal) as error:
        keys.key("new", "ES256")
    answer = problem(error.value, lang="en", request_id="req-1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert keys.key("old", "ES256") == OLD


def test_an_unavailable_issuer_is_refused_with_the_seconds_to_retry(
    publisher: Issuer, keys: IssuerKeys
) -> None:
    publisher.is_away = True
    waits: list[object] = []
    for publisher.at in (0, 10, 29.5):
        with pytest.raises(Refusal) as error:
            keys.key("old", "ES256")
        waits.append(error.value.members["retry_after"])
    assert (waits, publisher.readings) == ([30, 20, 1], 1)


def test_concurrent_requests_read_the_keys_once(publisher: Issuer, keys: IssuerKeys) -> None:
    together = threading.Barrier(8)

    def ask(_number: int) -> object:
        together.wait()
        return keys.key("old", "ES256")

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [OLD] * 8
    assert publisher.readings == 1


class Hanging:
    def __init__(self) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.has_begun.set()
        self.may_end.wait()


def test_a_known_key_does_not_wait_for_a_hung_issuer(publisher: Issuer, keys: IssuerKeys) -> None:
    keys.key("old", "ES256")
    publisher.at += 601
    publisher.before = hanging = Hanging()
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(keys.key, "old", "ES256")
        hanging.has_begun.wait()
        try:
            assert keys.key("old", "ES256") == OLD  # while the other call waits
            assert not reading.done()
        finally:
            hanging.may_end.set()
        assert reading.result() == OLD
    assert publisher.readings == 2


@pytest.mark.parametrize("hours_since_read", [None, 2])
def test_a_request_without_a_valid_key_waits_for_the_running_read(
    publisher: Issuer, keys: IssuerKeys, hours_since_read: int | None
) -> None:
    if hours_since_read:
        keys.key("old", "ES256")
        publisher.at += 3_600 * hours_since_read
    publisher.before, before = (hanging := Hanging()), publisher.readings
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(keys.key, "old", "ES256")
        hanging.has_begun.wait()
        second = threads.submit(keys.key, "old", "ES256")
        is_answered = wait([second], timeout=0.1).done
        hanging.may_end.set()
        assert not is_answered
        assert first.result() == second.result() == OLD
    assert publisher.readings == before + 1
