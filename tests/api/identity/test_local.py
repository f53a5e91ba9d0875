"""Signing in with a password: who comes in, and who does not, however they try."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import Any

import anyio
import pytest
from argon2 import extract_parameters
from pyotp.totp import TOTP
from sqlalchemy import func, select

from api.errors import Refused
from api.identity.accounts import Assurance
from api.identity.changes import HOST
from api.identity.failures import knocking
from api.identity.passwords import Passwords, require_usable
from api.identity.tables import failure_table
from graph.access import Role
from tests.api.hall import PASSWORD, Hall


def _refused(hall: Hall, login: str, password: str = PASSWORD, **more: Any) -> tuple[str, object]:
    """The slug and words of a refused sign-in."""
    with pytest.raises(Refused) as refused:
        hall.attempt(login, password, **more).session()
    return refused.value.kind.slug, refused.value.detail


def test_the_right_password_opens_a_session(hall: Hall) -> None:
    account = hall.with_password("line.bak")
    opened = hall.attempt(" Line.BAK ").session()
    assert (opened.account, opened.assurance) == (account, Assurance.PASSWORD)
    who = hall.accounts.signed_in(opened.token)
    assert who is not None
    assert (who.account, who.via) == (account, opened.id)


def test_wrong_unknown_disabled_and_without_a_password_are_one_answer(hall: Hall) -> None:
    hall.with_password("line.bak")
    disabled = hall.with_password("bo")
    hall.accounts.changes.disable(disabled, by=HOST, is_host=True)
    hall.accounts.add("invited")
    hall.accounts.add("importer", is_service=True)
    wrong = _refused(hall, "line.bak", "fire ord man kan glemme")
    assert wrong[0] == "unauthenticated"
    for login in ("nobody", "bo", "invited", "importer", ""):
        assert _refused(hall, login) == wrong


def test_five_failures_lock_a_login_from_that_address_for_a_quarter(hall: Hall) -> None:
    hall.with_password("line.bak")
    wrong = [_refused(hall, "line.bak", f"wrong password {one}") for one in range(5)]
    assert _refused(hall, "line.bak") == wrong[0]  # locked, and told no other than wrong
    assert hall.attempt("line.bak", address="192.0.2.2").opened  # elsewhere it is not
    hall.clock.turn(minutes=14, seconds=59)
    assert _refused(hall, "line.bak") == wrong[0]
    hall.clock.turn(seconds=1)  # its impatience while locked does not count
    assert hall.attempt("line.bak").opened


def test_four_failures_lock_nothing_and_coming_in_forgives_them(hall: Hall) -> None:
    hall.with_password("line.bak")
    for _ in range(2):
        for one in range(4):
            _refused(hall, "line.bak", f"wrong password {one}")
        assert hall.attempt("line.bak").opened


def test_the_twentieth_failure_of_a_login_in_an_hour_alerts_and_the_next_must_wait(
    hall: Hall,
) -> None:
    hall.with_password("line.bak")
    alerts = [
        hall.attempt("line.bak", "wrong password", address=f"192.0.2.{one}").is_alert
        for one in range(20)
    ]
    assert alerts == [False] * 19 + [True]
    tried = hall.attempt("line.bak", address="198.51.100.7")
    assert tried.opened is None
    assert 0 < tried.wait_s <= 3601
    with pytest.raises(Refused) as refused:
        tried.session()
    assert refused.value.kind.status == 429
    assert refused.value.members["retry_after"] == tried.wait_s
    assert hall.attempt("nobody", address="198.51.100.7").wait_s == 0  # another login does not
    hall.clock.turn(seconds=tried.wait_s)
    assert hall.attempt("line.bak", address="198.51.100.7").opened


def test_the_fiftieth_failure_from_an_address_alerts_and_the_next_must_wait(hall: Hall) -> None:
    hall.with_password("line.bak")
    line = "2001:db8:1:2:"  # one line has many addresses, and is counted as one
    alerts = [
        hall.attempt(f"user{one}", "wrong password", address=f"{line}:{one:x}").is_alert
        for one in range(50)
    ]
    assert alerts == [False] * 49 + [True]
    assert hall.attempt("line.bak", address=f"{line}:ffff").wait_s > 0
    assert hall.attempt("line.bak", address="2001:db8:1:3::1").opened


def test_however_many_try_at_once_five_are_heard(hall: Hall) -> None:
    hall.with_password("line.bak")
    together = Barrier(12)

    def guess(number: int) -> bool:
        together.wait()
        return hall.attempt("line.bak", f"wrong password {number}").opened is not None

    with ThreadPoolExecutor(12) as pool:
        assert not any(pool.map(guess, range(12)))
    heard = select(func.count()).where(~failure_table.c.was_locked)
    with hall.accounts.engine.connect() as connection:
        assert connection.scalar(heard) == 5
    assert hall.attempt("line.bak").opened is None


def test_a_login_is_counted_however_the_address_is_written() -> None:
    assert knocking("x", "::ffff:192.0.2.1") == knocking("x", "::ffff:c000:201")
    assert knocking("x", "192.0.2.1") != knocking("x", "192.0.2.2")
    assert knocking("x", "testclient").address == "testclient"


def test_with_a_second_factor_a_code_is_asked_for_and_works_once(hall: Hall) -> None:
    account = hall.accounts.add("admin")
    hall.give(account, Role.ADMIN)
    made = hall.accounts.credentials.redeem(hall.accounts.logins.invite(account), PASSWORD)
    assert made.totp_secret is not None
    assert made.totp_uri is not None
    assert made.totp_uri.startswith("otpauth://totp/Kontaktvej:admin?secret=")
    app = TOTP(made.totp_secret)
    code = app.at(hall.clock.now)
    wrong = _refused(hall, "admin", totp="000000" if code != "000000" else "000001")
    assert wrong == _refused(hall, "admin") == _refused(hall, "admin", "wrong", totp=code)
    assert hall.attempt("admin", totp=code).session().assurance is Assurance.STRONG
    assert _refused(hall, "admin", totp=code) == wrong  # seen over a shoulder
    hall.clock.turn(seconds=30)
    assert _refused(hall, "admin", totp=app.at(hall.clock.now, counter_offset=-2)) == wrong
    assert hall.attempt("admin", totp=app.at(hall.clock.now)).opened


def test_a_second_factor_of_ones_own_counts_once_it_has_been_shown(hall: Hall) -> None:
    account = hall.with_password("line.bak", Role.COORDINATOR)
    here = knocking("line.bak", "192.0.2.1")
    credentials = hall.accounts.credentials
    with pytest.raises(Refused):
        credentials.confirm_second_factor(account, "123456")
    with pytest.raises(Refused):
        credentials.begin_second_factor(account, "wrong password", "", knocking=here)
    begun = credentials.begin_second_factor(account, PASSWORD, "", knocking=here)
    assert hall.attempt("line.bak").session().assurance is Assurance.PASSWORD  # not shown yet
    app = TOTP(begun.totp_secret or "")
    credentials.confirm_second_factor(account, app.at(hall.clock.now))
    assert hall.attempt("line.bak").opened is None
    assert hall.attempt("line.bak", totp=app.at(hall.clock.now)).opened is None  # used to confirm
    hall.clock.turn(seconds=30)
    assert hall.attempt("line.bak", totp=app.at(hall.clock.now)).opened


def test_a_second_factor_is_replaced_only_with_the_old_one(hall: Hall) -> None:
    account = hall.with_password("line.bak", Role.COORDINATOR)
    here, credentials = knocking("line.bak", "192.0.2.1"), hall.accounts.credentials
    first = credentials.begin_second_factor(account, PASSWORD, "", knocking=here)
    app = TOTP(first.totp_secret or "")
    used = app.at(hall.clock.now)
    credentials.confirm_second_factor(account, used)
    for code in ("", "000000", used):
        with pytest.raises(Refused) as refused:
            credentials.begin_second_factor(account, PASSWORD, code, knocking=here)
        assert refused.value.kind.slug == "invalid"
        with pytest.raises(Refused):  # nothing was begun
            credentials.confirm_second_factor(account, used)
    hall.clock.turn(seconds=30)
    code = app.at(hall.clock.now)
    second = credentials.begin_second_factor(account, PASSWORD, code, knocking=here)
    assert second.totp_secret not in (None, first.totp_secret)
    with pytest.raises(Refused):  # a code is good once here, too
        credentials.begin_second_factor(account, PASSWORD, code, knocking=here)


def test_who_holds_a_session_may_not_try_out_passwords_either(hall: Hall) -> None:
    account = hall.with_password("line.bak")
    here = knocking("line.bak", "192.0.2.1")
    for one in range(5):
        with pytest.raises(Refused):
            hall.accounts.credentials.change_password(
                account, f"guess number {one}", "et helt nyt kodeord", knocking=here
            )
    with pytest.raises(Refused):
        hall.accounts.credentials.change_password(
            account, PASSWORD, "et helt nyt kodeord", knocking=here
        )
    assert hall.attempt("line.bak").opened is None


@pytest.mark.parametrize(
    "password",
    ["", "kort", "a" * 13, "x" * 129, "ababababababab", "mit navn: Line.Bak !", "åø" * 40],
)
def test_a_password_that_is_short_long_or_plain_will_not_do(password: str) -> None:
    with pytest.raises(Refused) as refused:
        require_usable(password, "line.bak")
    assert refused.value.kind.slug == "invalid"
    assert password not in str(refused.value.members) or not password


@pytest.mark.parametrize("password", ["abcde abcde ab", "æøåé😀" * 25])
def test_14_to_128_characters_will_do(password: str) -> None:
    require_usable(password, "line.bak")


def test_a_kibibyte_of_a_password_counts_and_both_spellings_of_an_å(hall: Hall) -> None:
    passwords = hall.accounts.passwords
    kept = passwords.hash("å" * 512 + "x")
    assert passwords.is_right("å" * 512 + "y", kept)
    assert passwords.is_right("a\u030a" * 512, kept)
    assert not passwords.is_right("å" * 511, kept)
    assert not passwords.is_right("\ud800" * 20, kept)  # a letter that is none
    assert not passwords.is_right("x", None)
    assert not passwords.is_right("x", "not a hash")


def test_a_hash_is_as_dear_as_promised() -> None:
    kept = extract_parameters(Passwords().hash(PASSWORD))
    assert kept.type.name == "ID"
    assert (kept.memory_cost, kept.time_cost, kept.parallelism) == (65_536, 3, 4)


def test_two_sign_ins_at_once_and_the_others_wait_outside_of_threads(hall: Hall) -> None:
    running, most, lock, both = 0, 0, Lock(), Barrier(2, timeout=20)

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
            for _ in range(60):  # more than the threads that answer questions
                tasks.start_soon(hall.accounts.passwords.in_turn, work)
            assert await anyio.to_thread.run_sync(lambda: "answered") == "answered"

    anyio.run(flood)
    assert most == 2
