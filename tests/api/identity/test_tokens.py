"""API tokens: narrower than their owner's rights, limited in time, revoked at once."""

import pytest

from api.errors import Refusal
from api.identity.changes import HOST
from api.identity.principal import NOT_FOR_TOKENS, check_task
from api.identity.store import Assurance, Principal, digest
from api.identity.tokens import MOST_TOKENS, PREFIX, Token
from graph.access.policy import Role, Task
from graph.errors import NotFound
from tests.fixtures.accounts import TODAY, AccountsFixture


def _token(identity: AccountsFixture, account: str, *scopes: Task, days: int = 30) -> Token:
    return identity.accounts.tokens.make(
        account, label="notebook", scopes=scopes or (Task.QUESTION,), days=days, made_by=account
    )


def _who(identity: AccountsFixture, token: Token) -> Principal:
    who = identity.accounts.signed_in(token.text or "")
    assert who is not None
    return who


def test_a_token_allows_only_its_scopes(identity: AccountsFixture, account: str) -> None:
    identity.give(account, Role.COORDINATOR)
    token = _token(identity, account, Task.QUESTION)
    who = _who(identity, token)
    assert (who.account, who.via, who.assurance) == (account, token.id, Assurance.PASSWORD)
    assert not who.is_session
    assert check_task(who, Task.QUESTION, TODAY) is None
    for task in set(Task) - {Task.QUESTION}:
        refusal = check_task(who, task, TODAY)
        assert refusal is not None
        assert refusal.kind.slug == "forbidden"


def test_a_token_allows_nothing_beyond_the_grants_of_its_owner(
    identity: AccountsFixture, account: str
) -> None:
    identity.give(account, Role.ANALYST)
    who = _who(identity, _token(identity, account, Task.QUESTION, Task.VERIFY))
    refusal = check_task(who, Task.VERIFY, TODAY)
    assert refusal is not None
    assert refusal.kind.slug == "forbidden"
    assert check_task(who, Task.QUESTION, TODAY) is None


@pytest.mark.parametrize("task", sorted(NOT_FOR_TOKENS))
def test_a_token_with_a_forbidden_scope_or_without_a_scope_is_refused(
    identity: AccountsFixture, task: Task
) -> None:
    account = identity.accounts.add("line.bak")
    for scopes in ((task,), (Task.QUESTION, task), ()):
        with pytest.raises(Refusal, match=r"^invalid$"):
            identity.accounts.tokens.make(
                account, label="x", scopes=scopes, days=1, made_by=account
            )


@pytest.mark.parametrize("days", [-1, 0, 91, 100_000])
def test_a_token_lives_90_days_at_most(identity: AccountsFixture, days: int) -> None:
    with pytest.raises(Refusal):
        _token(identity, identity.accounts.add("line.bak"), days=days)


def test_a_token_expires_after_its_days(identity: AccountsFixture) -> None:
    token = _token(identity, identity.accounts.add("line.bak"), days=90)
    identity.clock.turn(days=90, seconds=-1)
    assert identity.accounts.signed_in(token.text or "")
    identity.clock.turn(seconds=1)
    assert identity.accounts.signed_in(token.text or "") is None
    assert identity.accounts.tokens.of(token.made_by) == ()


def test_a_revoked_token_is_refused_at_its_next_call(identity: AccountsFixture) -> None:
    account, other = identity.accounts.add("line.bak"), identity.accounts.add("bo")
    token, other_token = _token(identity, account), _token(identity, account)
    with pytest.raises(NotFound):
        identity.accounts.tokens.revoke(other, token.id)
    assert identity.accounts.signed_in(token.text or "")
    identity.accounts.tokens.revoke(account, token.id)
    assert identity.accounts.signed_in(token.text or "") is None
    assert [item.id for item in identity.accounts.tokens.of(account)] == [other_token.id]
    with pytest.raises(NotFound):
        identity.accounts.tokens.revoke(account, token.id)


def test_a_token_revoked_by_another_process_is_refused(identity: AccountsFixture) -> None:
    account = identity.accounts.add("line.bak")
    token = _token(identity, account)
    with identity.beside() as elsewhere:
        for _ in range(2):
            assert identity.accounts.signed_in(token.text or "")
        elsewhere.accounts.tokens.revoke(account, token.id)
        assert identity.accounts.signed_in(token.text or "") is None


def test_disabling_an_account_ends_its_tokens_for_good(identity: AccountsFixture) -> None:
    account = identity.accounts.add("line.bak")
    token = _token(identity, account)
    identity.accounts.changes.disable(account, by=HOST, is_host=True)
    assert identity.accounts.signed_in(token.text or "") is None
    with pytest.raises(NotFound):
        _token(identity, account)
    identity.accounts.changes.enable(account, by=HOST, is_host=True)
    assert identity.accounts.signed_in(token.text or "") is None


def test_a_role_that_needs_strong_proof_is_dormant_with_a_token(identity: AccountsFixture) -> None:
    account = identity.accounts.add("dpo")
    identity.give(account, Role.DPO)
    who = _who(identity, _token(identity, account))
    assert (who.caller.grants, [grant.role for grant in who.dormant]) == ((), [Role.DPO])
    refusal = check_task(who, Task.QUESTION, TODAY)
    assert refusal is not None
    assert refusal.kind.slug == "step-up"


def test_a_program_can_sign_in_only_with_a_token(identity: AccountsFixture) -> None:
    account = identity.accounts.add("importer", is_service=True)
    identity.give(account, Role.SERVICE)
    assert check_task(_who(identity, _token(identity, account)), Task.QUESTION, TODAY) is None
    assert identity.attempt("importer").opened is None


def test_last_use_is_recorded_at_most_once_a_minute(
    identity: AccountsFixture, account: str
) -> None:
    token = _token(identity, account)
    assert identity.accounts.tokens.of(account)[0].seen_at is None
    identity.clock.turn(days=2)
    used = identity.clock.now
    identity.accounts.signed_in(token.text or "")
    identity.clock.turn(seconds=59)
    identity.accounts.signed_in(token.text or "")
    assert identity.accounts.tokens.of(account)[0].seen_at == used


def test_tokens_of_an_account_are_limited_and_stored_as_digests(identity: AccountsFixture) -> None:
    account = identity.accounts.add("line.bak")
    tokens = [_token(identity, account) for _ in range(MOST_TOKENS)]
    with pytest.raises(Refusal, match=r"^too-many$"):
        _token(identity, account)
    text = tokens[0].text or ""
    assert text.startswith(PREFIX)
    assert len(text) == len(PREFIX) + 43  # 256 bits
    stored = identity.stored_bytes()
    assert text.encode() not in stored
    assert digest(text).encode() in stored
    assert all(token.text is None for token in identity.accounts.tokens.of(account))
