"""Sessions: how long they last, what ends them, and how they are stored."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from api.errors import Refusal
from api.identity.changes import HOST
from api.identity.rate_limits import attempt_key
from api.identity.store import Assurance, digest
from api.identity.tokens import PREFIX
from graph.access.policy import Role
from graph.errors import NotFound
from tests.fixtures.accounts import PASSWORD, AccountsFixture


def test_a_session_ends_when_it_is_idle_or_ten_hours_old(identity: AccountsFixture) -> None:
    account = identity.accounts.add("line.bak")
    token = identity.accounts.open_session(account, Assurance.STRONG)
    for _ in range(20):
        identity.clock.turn(minutes=29)
        assert identity.accounts.signed_in(token)
    identity.clock.turn(minutes=20)  # ten hours after its start, twenty minutes after its last use
    assert identity.accounts.signed_in(token) is None
    idle = identity.accounts.open_session(account, Assurance.STRONG)
    identity.clock.turn(minutes=30)
    assert identity.accounts.signed_in(idle) is None


def test_a_call_that_is_no_activity_does_not_extend_a_session(identity: AccountsFixture) -> None:
    token = identity.accounts.open_session(identity.accounts.add("line.bak"), Assurance.STRONG)
    for _ in range(5):
        identity.clock.turn(minutes=5)
        assert identity.accounts.signed_in(token, is_activity=False)
    identity.clock.turn(minutes=5)
    assert identity.accounts.signed_in(token, is_activity=False) is None


def test_each_use_extends_a_session_with_a_short_idle_time(identity: AccountsFixture) -> None:
    token = identity.accounts.open_session(identity.accounts.add("line.bak"), Assurance.STRONG)
    for _ in range(10):
        identity.clock.turn(seconds=50)
        assert identity.accounts.signed_in(token, idle_min=1)
    identity.clock.turn(seconds=60)
    assert identity.accounts.signed_in(token, idle_min=1) is None


def _disable(identity: AccountsFixture, account: str) -> None:
    identity.accounts.changes.disable(account, by=HOST, is_host=True)


def _disable_and_enable(identity: AccountsFixture, account: str) -> None:
    identity.accounts.changes.disable(account, by=HOST, is_host=True)
    identity.accounts.changes.enable(account, by=HOST, is_host=True)


def _change_password(identity: AccountsFixture, account: str) -> None:
    identity.accounts.credentials.change_password(
        account, PASSWORD, "et helt nyt kodeord", key=attempt_key("line.bak", "192.0.2.1")
    )


def _redeem_again(identity: AccountsFixture, account: str) -> None:
    code = identity.accounts.logins.invite(account).code
    identity.accounts.credentials.redeem(code, "et helt nyt kodeord")


@pytest.mark.parametrize("deed", [_disable, _disable_and_enable, _change_password, _redeem_again])
def test_disabling_or_a_new_password_ends_all_sessions_of_an_account(
    identity: AccountsFixture, deed: Callable[[AccountsFixture, str], None]
) -> None:
    account = identity.with_password("line.bak")
    tokens = [identity.accounts.open_session(account, Assurance.STRONG) for _ in range(2)]
    others = identity.accounts.open_session(identity.accounts.add("bo"), Assurance.STRONG)
    assert all(identity.accounts.signed_in(token) for token in tokens)
    deed(identity, account)
    assert [identity.accounts.signed_in(token) for token in tokens] == [None, None]
    assert identity.accounts.signed_in(others)


@pytest.mark.parametrize("deed", [_disable, _disable_and_enable, _change_password, _redeem_again])
def test_a_session_ended_by_another_process_is_refused_at_the_next_call(
    identity: AccountsFixture, deed: Callable[[AccountsFixture, str], None]
) -> None:
    account = identity.with_password("line.bak")
    token = identity.accounts.open_session(account, Assurance.STRONG)
    with identity.beside() as elsewhere:
        assert identity.accounts.signed_in(token)
        deed(elsewhere, account)
        assert identity.accounts.signed_in(token) is None


def test_a_grant_of_another_process_counts_at_the_next_call(identity: AccountsFixture) -> None:
    account = identity.accounts.add("line.bak")
    token = identity.accounts.open_session(account, Assurance.STRONG)
    with identity.beside() as elsewhere:
        assert _roles(identity, token) == set()
        change = elsewhere.give(account, Role.STEWARD)
        assert _roles(identity, token) == {Role.STEWARD}
        elsewhere.accounts.changes.end(change, by=HOST, is_host=True)
        assert _roles(identity, token) == set()


def test_a_session_used_elsewhere_does_not_end_idle_here(identity: AccountsFixture) -> None:
    token = identity.accounts.open_session(identity.accounts.add("line.bak"), Assurance.STRONG)
    assert identity.accounts.signed_in(token)
    with identity.beside() as elsewhere:
        for _ in range(4):
            identity.clock.turn(minutes=20)
            assert elsewhere.accounts.signed_in(token)
        assert identity.accounts.signed_in(token)


def test_signing_out_ends_that_session_alone(identity: AccountsFixture, account: str) -> None:
    here, there = (identity.accounts.open_session(account, Assurance.STRONG) for _ in range(2))
    who = identity.accounts.signed_in(here)
    assert who is not None
    identity.accounts.sessions.end(who.via)
    assert identity.accounts.signed_in(here) is None
    assert identity.accounts.signed_in(there)


def test_a_changed_grant_applies_at_the_next_call(identity: AccountsFixture, account: str) -> None:
    token = identity.accounts.open_session(account, Assurance.STRONG)
    assert _roles(identity, token) == set()
    change = identity.give(account, Role.STEWARD)
    assert _roles(identity, token) == {Role.STEWARD}
    identity.accounts.changes.end(change, by=HOST, is_host=True)
    assert _roles(identity, token) == set()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DPO])
def test_an_oversight_role_is_dormant_after_a_password_sign_in(
    identity: AccountsFixture, role: Role
) -> None:
    account = identity.accounts.add("watch")
    identity.give(account, role)
    weak = identity.accounts.signed_in(identity.accounts.open_session(account, Assurance.PASSWORD))
    strong = identity.accounts.signed_in(identity.accounts.open_session(account, Assurance.STRONG))
    assert weak is not None
    assert strong is not None
    assert (weak.caller.grants, [grant.role for grant in weak.dormant]) == ((), [role])
    assert [grant.role for grant in strong.caller.grants] == [role]
    assert strong.dormant == ()


def test_a_session_is_stored_as_a_digest(identity: AccountsFixture) -> None:
    token = identity.accounts.open_session(identity.accounts.add("line.bak"), Assurance.STRONG)
    stored = identity.stored_bytes()
    assert token.encode() not in stored
    assert digest(token).encode() in stored
    assert len(token) == 64  # 256 bits
    for other in (
        digest(token),
        token.upper(),
        token[:-1],
        "",
        PREFIX,
        f"{PREFIX}{token}",
        "a.b.c",
    ):
        assert identity.accounts.signed_in(other) is None


def test_only_the_newest_invitation_is_good_once_for_a_day(identity: AccountsFixture) -> None:
    account = identity.accounts.add("line.bak")
    old = identity.accounts.logins.invite(account).code
    code = identity.accounts.logins.invite(account).code
    redeem = identity.accounts.credentials.redeem
    for wrong in (old, code[:-1], "", "first-start", account):
        with pytest.raises(Refusal):
            redeem(wrong, PASSWORD)
    with pytest.raises(Refusal):
        redeem(code, "kort")  # a refused password does not use up the code
    assert redeem(code.lower().replace("-", " "), PASSWORD).account == account
    with pytest.raises(Refusal):
        redeem(code, PASSWORD)
    late = identity.accounts.logins.invite(account).code
    identity.clock.turn(hours=24)
    with pytest.raises(Refusal):
        redeem(late, "et helt nyt kodeord")
    assert identity.attempt("line.bak").opened  # the old password still works


def test_a_disabled_account_and_a_program_are_not_invited(identity: AccountsFixture) -> None:
    gone = identity.accounts.add("gone")
    waiting = identity.accounts.logins.invite(gone).code
    identity.accounts.changes.disable(gone, by=HOST, is_host=True)
    for account in (gone, identity.accounts.add("importer", is_service=True)):
        with pytest.raises(Refusal):
            identity.accounts.logins.invite(account)
    with pytest.raises(Refusal):
        identity.accounts.credentials.redeem(waiting, PASSWORD)


def test_an_oidc_account_is_known_by_issuer_and_subject(identity: AccountsFixture) -> None:
    known = identity.accounts
    account = known.logins.add("line.bak", subject=("https://a.example", "1"))
    identity.give(account, Role.COORDINATOR)

    def who(issuer: str, subject: str) -> str | None:
        principal = known.signed_in_as(issuer, subject, via="jwt-1", assurance=Assurance.STRONG)
        return principal.account if principal else None

    assert who("https://a.example", "1") == account
    assert [who("https://a.example", "2"), who("https://b.example", "1")] == [None, None]
    with pytest.raises(Refusal):
        known.logins.add("bo", subject=("https://a.example", "1"))
    known.changes.disable(account, by=HOST, is_host=True)
    assert who("https://a.example", "1") is None


def _roles(identity: AccountsFixture, token: str) -> set[Role]:
    who = identity.accounts.signed_in(token)
    assert who is not None
    return {grant.role for grant in who.caller.grants}


def test_an_unknown_login_raises_not_found(identity: AccountsFixture) -> None:
    for wrong in ("nobody", "\0"):
        with pytest.raises(NotFound):
            identity.accounts.logins.by_login(wrong)


def test_sessions_of_an_account_lists_only_valid_sessions(
    identity: AccountsFixture,
) -> None:
    accounts, sessions = identity.accounts, identity.accounts.sessions
    account, other = accounts.add("line.bak"), accounts.add("other")
    idle = accounts.open_session(account, Assurance.PASSWORD)
    identity.clock.turn(minutes=20)
    used = accounts.open_session(account, Assurance.STRONG)
    accounts.open_session(other, Assurance.STRONG)
    assert [session.assurance for session in sessions.of(account, idle_min=30)] == [
        "STRONG",
        "PASSWORD",
    ]
    identity.clock.turn(minutes=15)
    (session,) = sessions.of(account, idle_min=30)
    assert accounts.signed_in(idle) is None
    who = accounts.signed_in(used)
    assert who is not None
    assert (session.id, session.made_at + timedelta(minutes=15)) == (who.via, identity.clock())


def test_a_session_is_ended_only_by_its_own_account(identity: AccountsFixture) -> None:
    accounts, sessions = identity.accounts, identity.accounts.sessions
    account, other = accounts.add("line.bak"), accounts.add("other")
    tokens = [accounts.open_session(account, Assurance.STRONG) for _ in range(3)]
    first, here, _ = (
        principal.via for principal in map(accounts.signed_in, tokens) if principal is not None
    )
    for wrong in (first, "ses-none", "\0"):
        with pytest.raises(NotFound):
            sessions.end_one_of(other, wrong)
    sessions.end_one_of(account, first)
    assert [accounts.signed_in(token) is None for token in tokens] == [True, False, False]
    sessions.end_all_of(account, but=here)
    assert [accounts.signed_in(token) is None for token in tokens] == [True, False, True]
    sessions.end_all_of(account)
    assert sessions.of(account, idle_min=30) == ()
