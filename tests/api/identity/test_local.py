"""Signing in with a password: which attempts succeed, wait, or are refused."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event, Lock
from typing import Any

import anyio
import pytest
from argon2 import extract_parameters
from pyotp.totp import TOTP
from sqlalchemy import func, select

from api.errors import Refusal
from api.identity.changes import HOST
from api.identity.credentials import CROWDED, Passwords, require_usable
from api.identity.rate_limits import QUEUE_LIMIT, attempt_key
from api.identity.store import Assurance
from api.identity.tables import failure_table
from graph.access.policy import Role
from tests.fixtures.accounts import PASSWORD, AccountsFixture


def _refusal(
    identity: AccountsFixture, login: str, password: str = PASSWORD, **more: Any
) -> tuple[str, object]:
    with pytest.raises(Refusal) as error:
        identity.attempt(login, password, **more).session()
    return error.value.kind.slug, error.value.detail


def test_the_right_password_opens_a_session(identity: AccountsFixture) -> None:
    account = identity.with_password("line.bak")
    opened = identity.attempt(" Line.BAK ").session()
    assert (opened.account, opened.assurance) == (account, Assurance.PASSWORD)
    who = identity.accounts.signed_in(opened.token)
    assert who is not None
    assert (who.account, who.via) == (account, opened.id)


def test_wrong_unknown_and_disabled_logins_get_the_same_refusal(identity: AccountsFixture) -> None:
    identity.with_password("line.bak")
    identity.accounts.changes.disable(identity.with_password("bo"), by=HOST, is_host=True)
    identity.accounts.add("invited")
    identity.accounts.add("importer", is_service=True)
    wrong = _refusal(identity, "line.bak", "fire ord man kan glemme")
    assert wrong[0] == "unauthenticated"
    for login in ("nobody", "bo", "invited", "importer", ""):
        assert _refusal(identity, login) == wrong


def _wait_s(identity: AccountsFixture, login: str) -> Any:
    """Return how many seconds the next attempt from the same address waits."""
    try:
        identity.accounts.sign_in.queue(attempt_key(login, "192.0.2.1"))
    except Refusal as refused:
        return refused.members["retry_after"]
    return 0


def test_each_attempt_after_four_failures_waits_longer(identity: AccountsFixture) -> None:
    identity.with_password("line.bak")
    waits: list[int] = []
    for number in range(12):
        identity.clock.turn(seconds=waits[-1] if waits else 0)
        assert identity.attempt("line.bak", f"wrong password {number}").wait_s == 0
        waits.append(_wait_s(identity, "line.bak"))
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900]
    assert identity.attempt("line.bak", address="192.0.2.2").opened  # no wait from another address


def test_retries_lengthen_no_wait_and_unknown_logins_wait_too(identity: AccountsFixture) -> None:
    identity.with_password("line.bak")
    for login in ("line.bak", "nobody"):
        for number in range(5):
            _refusal(identity, login, f"wrong password {number}")
        assert [_refusal(identity, login, PASSWORD) for _ in range(9)] == [("too-many", None)] * 9
        assert identity.attempt(login).wait_s == 15
    identity.clock.turn(seconds=15)
    assert identity.attempt("line.bak").opened


def test_four_failures_add_no_wait_and_a_sign_in_resets_them(identity: AccountsFixture) -> None:
    identity.with_password("line.bak")
    for _ in range(2):
        for number in range(4):
            _refusal(identity, "line.bak", f"wrong password {number}")
        assert identity.attempt("line.bak").opened


def test_the_twentieth_failure_alerts_without_blocking(identity: AccountsFixture) -> None:
    identity.with_password("line.bak")
    alerts = [
        identity.attempt("line.bak", "wrong password", address=f"192.0.2.{number}").is_alert
        for number in range(21)
    ]
    assert alerts == [False] * 19 + [True, False]
    assert (
        identity.attempt("line.bak", address="192.0.2.1").wait_s == 15
    )  # an address with a failure may wait
    assert identity.attempt("line.bak", address="198.51.100.7").opened
    identity.attempt("line.bak", "wrong password", address="198.51.100.8")
    assert identity.attempt("line.bak", address="198.51.100.8").wait_s == 15  # no free attempt left
    identity.clock.turn(hours=1, seconds=1)
    assert identity.attempt("line.bak", address="192.0.2.1").opened


def test_many_unknown_logins_from_an_address_alert_and_block_no_account(
    identity: AccountsFixture,
) -> None:
    identity.with_password("line.bak")
    line = "2001:db8:1:2:"  # one connection has many addresses, counted as one
    alerts = [
        identity.attempt(f"user{number}", "wrong password", address=f"{line}:{number:x}").is_alert
        for number in range(60)
    ]
    assert [at for at, is_alert in enumerate(alerts) if is_alert] == [49]
    assert identity.attempt("user7", address=f"{line}:ffff").wait_s == 15
    assert identity.attempt("line.bak", address=f"{line}:ffff").opened
    assert identity.attempt("line.bak", address="2001:db8:1:3::1").opened


def test_addresses_and_logins_with_many_failures_share_one_queue(identity: AccountsFixture) -> None:
    here, there = attempt_key("line.bak", "192.0.2.1"), attempt_key("line.bak", "198.51.100.7")
    for number in range(QUEUE_LIMIT):
        assert identity.accounts.sign_in.queue(here) == here.address
        identity.attempt(f"user{number}", address=here.address)
    assert identity.accounts.sign_in.queue(here) == CROWDED
    assert identity.accounts.sign_in.queue(there) == there.address
    for number in range(20):
        identity.attempt("line.bak", address=f"203.0.113.{number}")
    assert identity.accounts.sign_in.queue(there) == CROWDED


def test_only_five_of_many_concurrent_attempts_are_checked(identity: AccountsFixture) -> None:
    identity.with_password("line.bak")
    together = Barrier(12)

    def guess(number: int) -> bool:
        together.wait()
        return identity.attempt("line.bak", f"wrong password {number}").opened is not None

    with ThreadPoolExecutor(12) as pool:
        assert not any(pool.map(guess, range(12)))
    query = select(func.count()).select_from(failure_table)
    with identity.accounts.engine.connect() as connection:
        assert connection.scalar(query) == 5
    assert identity.attempt("line.bak").opened is None


def test_spellings_of_an_ip_address_are_counted_as_one() -> None:
    assert attempt_key("x", "::ffff:192.0.2.1") == attempt_key("x", "::ffff:c000:201")
    assert attempt_key("x", "192.0.2.1") != attempt_key("x", "192.0.2.2")
    assert attempt_key("x", "testclient").address == "testclient"


def test_a_second_factor_code_is_required_and_works_once(identity: AccountsFixture) -> None:
    account = identity.accounts.add("admin")
    identity.give(account, Role.ADMIN)
    enrollment = identity.redeem(account)
    assert enrollment.totp_secret is not None
    assert enrollment.totp_uri is not None
    assert enrollment.totp_uri.startswith("otpauth://totp/Kontaktvej:admin?secret=")
    totp = TOTP(enrollment.totp_secret)
    code = totp.at(identity.clock.now)
    wrong = _refusal(identity, "admin", totp="000000" if code != "000000" else "000001")
    assert wrong == _refusal(identity, "admin") == _refusal(identity, "admin", "wrong", totp=code)
    assert identity.attempt("admin", totp=code).session().assurance is Assurance.STRONG
    assert _refusal(identity, "admin", totp=code) == wrong  # as if seen by somebody else
    identity.clock.turn(seconds=30)
    assert _refusal(identity, "admin", totp=totp.at(identity.clock.now, counter_offset=-2)) == wrong
    assert identity.attempt("admin", totp=totp.at(identity.clock.now)).opened


def test_a_second_factor_counts_once_it_is_confirmed(identity: AccountsFixture) -> None:
    account = identity.with_password("line.bak", Role.COORDINATOR)
    here = attempt_key("line.bak", "192.0.2.1")
    credentials = identity.accounts.credentials
    with pytest.raises(Refusal):
        credentials.confirm_second_factor(account, "123456")
    with pytest.raises(Refusal):
        credentials.begin_second_factor(account, "wrong password", "", key=here)
    factor = credentials.begin_second_factor(account, PASSWORD, "", key=here)
    assert identity.attempt("line.bak").session().assurance is Assurance.PASSWORD  # unconfirmed
    totp = TOTP(factor.totp_secret or "")
    credentials.confirm_second_factor(account, totp.at(identity.clock.now))
    assert identity.attempt("line.bak").opened is None
    assert (
        identity.attempt("line.bak", totp=totp.at(identity.clock.now)).opened is None
    )  # the code was used to confirm
    identity.clock.turn(seconds=30)
    assert identity.attempt("line.bak", totp=totp.at(identity.clock.now)).opened


def test_a_second_factor_is_replaced_only_with_the_old_one(identity: AccountsFixture) -> None:
    account = identity.with_password("line.bak", Role.COORDINATOR)
    here, credentials = attempt_key("line.bak", "192.0.2.1"), identity.accounts.credentials
    first = credentials.begin_second_factor(account, PASSWORD, "", key=here)
    totp = TOTP(first.totp_secret or "")
    used = totp.at(identity.clock.now)
    credentials.confirm_second_factor(account, used)
    for code in ("", "000000", used):
        with pytest.raises(Refusal, match=r"^invalid$"):
            credentials.begin_second_factor(account, PASSWORD, code, key=here)
        with pytest.raises(Refusal):  # no second factor was begun
            credentials.confirm_second_factor(account, used)
    identity.clock.turn(seconds=30)
    code = totp.at(identity.clock.now)
    second = credentials.begin_second_factor(account, PASSWORD, code, key=here)
    assert second.totp_secret not in (None, first.totp_secret)
    with pytest.raises(Refusal):  # a code is valid once here, too
        credentials.begin_second_factor(account, PASSWORD, code, key=here)


def test_failed_password_changes_count_as_failed_sign_ins(identity: AccountsFixture) -> None:
    account = identity.with_password("line.bak")
    here = attempt_key("line.bak", "192.0.2.1")
    for number in range(5):
        with pytest.raises(Refusal):
            identity.accounts.credentials.change_password(
                account, f"guess number {number}", "et helt nyt kodeord", key=here
            )
    with pytest.raises(Refusal):
        identity.accounts.credentials.change_password(
            account, PASSWORD, "et helt nyt kodeord", key=here
        )
    assert identity.attempt("line.bak").opened is None


@pytest.mark.parametrize(
    "password",
    ["", "kort", "a" * 13, "x" * 129, "ababababababab", "mit navn: Line.Bak !", "åø" * 40],
)
def test_a_short_long_or_simple_password_is_refused(password: str) -> None:
    with pytest.raises(Refusal, match=r"^invalid$") as error:
        require_usable(password, "line.bak")
    assert password not in str(error.value.members) or not password


@pytest.mark.parametrize("password", ["abcde abcde ab", "æøåé😀" * 25])
def test_a_password_of_14_to_128_characters_is_accepted(password: str) -> None:
    require_usable(password, "line.bak")


def test_the_first_1024_bytes_of_a_password_count_in_any_unicode_form(
    identity: AccountsFixture,
) -> None:
    passwords = identity.accounts.passwords
    password_hash = passwords.hash("å" * 512 + "x")
    assert passwords.is_right("å" * 512 + "y", password_hash)
    assert passwords.is_right("a\u030a" * 512, password_hash)
    assert not passwords.is_right("å" * 511, password_hash)
    assert not passwords.is_right("\ud800" * 20, password_hash)  # lone surrogates
    assert not passwords.is_right("x", None)
    assert not passwords.is_right("x", "not a hash")


def test_a_password_hash_uses_argon2id_with_the_promised_cost() -> None:
    parameters = extract_parameters(Passwords().hash(PASSWORD))
    assert parameters.type.name == "ID"
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (65_536, 3, 4)


def test_two_password_checks_run_at_once_and_waiting_ones_hold_no_thread(
    identity: AccountsFixture,
) -> None:
    running, most, lock, both = 0, 0, Lock(), Barrier(2, timeout=300)

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        both.wait()  # passes only when two run together
        with lock:
            running -= 1

    async def flood() -> None:
        async with anyio.create_task_group() as tasks:
            for number in range(60):  # more than the threads of the API
                tasks.start_soon(identity.accounts.passwords.in_turn, work, f"192.0.2.{number}")
            assert await anyio.to_thread.run_sync(lambda: "answered") == "answered"

    anyio.run(flood)
    assert most == 2


def test_a_flood_from_one_address_is_refused_and_another_address_is_served(
    identity: AccountsFixture,
) -> None:
    in_turn, may_end = identity.accounts.passwords.in_turn, Event()
    done: list[str] = []

    async def one(address: str) -> None:
        try:
            await in_turn(partial(may_end.wait, 20), address)
        except Refusal as refused:
            done.append(refused.kind.slug)

    async def flood() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(60):
                tasks.start_soon(one, "192.0.2.1")
            await anyio.wait_all_tasks_blocked()
            await in_turn(lambda: done.append("served"), "198.51.100.7")
            may_end.set()
        await in_turn(lambda: done.append("served"), "192.0.2.1")

    anyio.run(flood)
    assert (set(done[:-2]), done[-2:]) == ({"too-many"}, ["served", "served"])
