"""Are the issuer's keys read when they are due, seldom enough, and kept while it is away?"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import pytest
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import ECKey, KeySet

from api.errors import Refused, problem
from api.identity.oidc import IssuerAway, IssuerKeys

OLD, NEW = (ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}) for kid in ("old", "new"))


@dataclass
class Issuer:
    """What an issuer publishes, or that it is away; counts how often it is read."""

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
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def keys(issuer: Issuer) -> IssuerKeys:
    return IssuerKeys(issuer.read, clock=lambda: issuer.at)


def test_a_key_is_read_once_and_again_after_ten_minutes(issuer: Issuer, keys: IssuerKeys) -> None:
    for issuer.at in (0, 1, 600):
        assert keys.key("old", "ES256") == OLD
    assert issuer.readings == 1
    issuer.at = 601
    keys.key("old", "ES256")
    assert issuer.readings == 2


def test_a_key_taken_back_ends_within_ten_minutes(issuer: Issuer, keys: IssuerKeys) -> None:
    keys.key("old", "ES256")
    issuer.keys = [NEW]
    issuer.at += 601
    with pytest.raises(InvalidKeyIdError):
        keys.key("old", "ES256")


def test_a_new_key_is_looked_for_at_once_and_a_made_up_one_every_half_minute(
    issuer: Issuer, keys: IssuerKeys
) -> None:
    keys.key("old", "ES256")
    issuer.keys = [OLD, NEW]
    issuer.at += 30
    assert keys.key("new", "ES256") == NEW
    assert issuer.readings == 2
    for _ in range(290):  # 29 seconds of made-up ids
        issuer.at += 0.1
        with pytest.raises(InvalidKeyIdError):
            keys.key("made-up", "ES256")
    assert issuer.readings == 2
    issuer.at += 1.1
    with pytest.raises(InvalidKeyIdError):
        keys.key("made-up", "ES256")
    assert issuer.readings == 3


def test_a_key_is_for_the_algorithm_it_says(issuer: Issuer, keys: IssuerKeys) -> None:
    issuer.keys = [ECKey.generate_key("P-256", {"kid": "old", "use": "sig", "alg": "ES384"})]
    with pytest.raises(InvalidKeyIdError):
        keys.key("old", "ES256")


def test_a_known_key_counts_for_an_hour_after_the_issuer_was_last_read(
    issuer: Issuer, keys: IssuerKeys
) -> None:
    keys.key("old", "ES256")
    issuer.is_away = True
    started = issuer.at
    for issuer.at in (started + 601, started + 602, started + 1_800, started + 3_600):
        assert keys.key("old", "ES256") == OLD
    assert issuer.readings == 4  # not the second: it is left alone for half a minute
    issuer.at = started + 3_601
    with pytest.raises(Refused, match="issuer-unavailable"):
        keys.key("old", "ES256")
    issuer.is_away = False
    issuer.at += 30
    assert keys.key("old", "ES256") == OLD


def test_an_unknown_key_is_not_judged_while_the_issuer_is_away(
    issuer: Issuer, keys: IssuerKeys
) -> None:
    keys.key("old", "ES256")
    issuer.is_away = True
    issuer.at += 40
    with pytest.raises(Refused) as refused:
        keys.key("new", "ES256")
    said = problem(refused.value, lang="en", request_id="req-1")
    assert (said.status_code, said.headers["Retry-After"]) == (503, "30")
    assert keys.key("old", "ES256") == OLD


def test_who_comes_again_while_the_issuer_is_away_is_told_how_long_to_wait(
    issuer: Issuer, keys: IssuerKeys
) -> None:
    issuer.is_away = True
    waits: list[object] = []
    for issuer.at in (0, 10, 29.5):
        with pytest.raises(Refused) as refused:
            keys.key("old", "ES256")
        waits.append(refused.value.members["retry_after"])
    assert (waits, issuer.readings) == ([30, 20, 1], 1)


def test_many_at_once_read_once(issuer: Issuer, keys: IssuerKeys) -> None:
    together = threading.Barrier(8)

    def ask(_number: int) -> object:
        together.wait()
        return keys.key("old", "ES256")

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [OLD] * 8
    assert issuer.readings == 1


class Hanging:
    """A reading that goes on until it may end."""

    def __init__(self) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.has_begun.set()
        self.may_end.wait()


def test_nobody_with_a_known_key_waits_for_an_issuer_that_hangs(
    issuer: Issuer, keys: IssuerKeys
) -> None:
    keys.key("old", "ES256")
    issuer.at += 601
    issuer.before = hanging = Hanging()
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(keys.key, "old", "ES256")
        hanging.has_begun.wait()
        try:
            assert keys.key("old", "ES256") == OLD  # while the other one waits
            assert not reading.done()
        finally:
            hanging.may_end.set()
        assert reading.result() == OLD
    assert issuer.readings == 2


@pytest.mark.parametrize("hours_since_read", [None, 2])
def test_who_has_nothing_to_go_on_with_waits_for_whoever_reads(
    issuer: Issuer, keys: IssuerKeys, hours_since_read: int | None
) -> None:
    if hours_since_read:
        keys.key("old", "ES256")
        issuer.at += 3_600 * hours_since_read
    issuer.before, before = (hanging := Hanging()), issuer.readings
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(keys.key, "old", "ES256")
        hanging.has_begun.wait()
        second = threads.submit(keys.key, "old", "ES256")
        is_answered = wait([second], timeout=0.1).done
        hanging.may_end.set()
        assert not is_answered
        assert first.result() == second.result() == OLD
    assert issuer.readings == before + 1
