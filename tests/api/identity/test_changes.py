"""Changes of rights and proofs: which wait for a second approval, by whom, and what they end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pyotp.totp import TOTP
from sqlalchemy import delete

from api.errors import Refusal
from api.identity.changes import HOST, AccountChangeKind, ChangeState, StoredAccountChange
from api.identity.store import Assurance
from api.identity.tables import account_transaction, change_table
from graph.access.policy import Grant, Role
from graph.errors import NotFound
from tests.fixtures.accounts import PASSWORD, TODAY, AccountsFixture

KYSTBY = frozenset({"kystby"})
ANALYST = Grant(role=Role.ANALYST, areas=KYSTBY)
COORDINATOR = Grant(role=Role.COORDINATOR, areas=KYSTBY)
DPO = Grant(role=Role.DPO, areas=KYSTBY)


def _account_with(
    identity: AccountsFixture, login: str, *roles: Role, person: str | None = None
) -> str:
    account = identity.accounts.add(login, person=person)
    for role in roles:
        identity.give(account, role)
    return account


def _refusal_slug(deed: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as error:
        deed()
    return error.value.kind.slug


def test_a_role_without_names_is_given_by_one_administrator(identity: AccountsFixture) -> None:
    changes, admin = identity.accounts.changes, _account_with(identity, "admin", Role.ADMIN)
    account, person_account = (
        _account_with(identity, "nobody"),
        _account_with(identity, "amina", person="amina"),
    )
    assert changes.give(account, ANALYST, by=admin).state is ChangeState.DONE
    # In any role, the account of a person may read that person's own numbers.
    assert changes.give(person_account, ANALYST, by=admin).state is ChangeState.WAITING


def test_a_data_protection_officer_may_give_the_second_approval(identity: AccountsFixture) -> None:
    admin, dpo = (
        _account_with(identity, "admin", Role.ADMIN),
        _account_with(identity, "dpo", Role.DPO),
    )
    line = _account_with(identity, "line")
    change = identity.accounts.changes.give(line, COORDINATOR, by=admin)
    done = identity.accounts.changes.confirm(change.id, by=dpo)
    assert (done.state, done.asked_by, done.decided_by) == (ChangeState.DONE, admin, dpo)
    assert [grant.is_waiting for grant in identity.accounts.grants.of(line)] == [False]


def test_with_one_administrator_the_host_gives_the_second_approval(
    identity: AccountsFixture,
) -> None:
    admin, line = _account_with(identity, "admin", Role.ADMIN), _account_with(identity, "line")
    change = identity.accounts.changes.give(line, COORDINATOR, by=admin)
    with pytest.raises(Refusal) as error:
        identity.accounts.changes.confirm(change.id, by=admin)
    assert error.value.detail is not None
    assert all(f"kontaktvej user confirm {change.id}" in text for text in error.value.detail)
    done = identity.accounts.changes.confirm(change.id, by=HOST, is_host=True)
    assert done.decided_by == HOST


def test_a_refused_change_has_no_effect_and_is_final(identity: AccountsFixture) -> None:
    changes = identity.accounts.changes
    admin, dpo = (
        _account_with(identity, "admin", Role.ADMIN),
        _account_with(identity, "dpo", Role.DPO),
    )
    line = _account_with(identity, "line")
    change = changes.give(line, COORDINATOR, by=admin)
    assert _refusal_slug(lambda: changes.refuse(change.id, by=line)) == "own-rights"
    assert changes.refuse(change.id, by=dpo).state is ChangeState.REFUSED
    assert identity.accounts.grants.of(line) == ()
    for decide in (changes.confirm, changes.refuse):
        with pytest.raises(NotFound):
            decide(change.id, by=dpo)
    assert changes.refuse(changes.disable(dpo, by=admin).id, by=admin).state is ChangeState.REFUSED
    assert not identity.accounts.logins.find(dpo).is_disabled


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DPO])
@pytest.mark.parametrize("kind", [AccountChangeKind.DISABLE, AccountChangeKind.END_GRANT])
def test_disabling_or_ending_oversight_needs_a_second_approval(
    identity: AccountsFixture, role: Role, kind: AccountChangeKind
) -> None:
    changes, admin = identity.accounts.changes, _account_with(identity, "admin", Role.ADMIN)
    second, watch = (
        _account_with(identity, "second", Role.ADMIN),
        _account_with(identity, "watch", role),
    )
    token = identity.accounts.open_session(watch, Assurance.STRONG)

    def ask(by: str) -> StoredAccountChange:
        if kind is AccountChangeKind.DISABLE:
            return changes.disable(watch, by=by)
        return changes.end(identity.accounts.grants.of(watch)[0].id, by=by)

    answer = ask(admin)
    assert (answer.kind, answer.state) == (kind, ChangeState.WAITING)
    assert _refusal_slug(lambda: ask(admin)) == _refusal_slug(lambda: ask(second)) == "duplicate"
    assert _refusal_slug(lambda: changes.confirm(answer.id, by=watch)) == "own-rights"
    assert _refusal_slug(lambda: changes.confirm(answer.id, by=admin)) == "own-rights"
    who = identity.accounts.signed_in(token)
    assert who is not None
    assert [grant.role for grant in who.caller.grants] == [role]
    assert changes.confirm(answer.id, by=second).state is ChangeState.DONE
    who = identity.accounts.signed_in(token)
    assert who is None or who.caller.grants == ()


def test_an_account_with_only_expired_grants_is_disabled_by_one_administrator(
    identity: AccountsFixture,
) -> None:
    admin, former = _account_with(identity, "admin", Role.ADMIN), _account_with(identity, "former")
    identity.give(former, Role.DPO, ends=TODAY)
    assert identity.accounts.changes.disable(former, by=admin).state is ChangeState.DONE
    coming = _account_with(identity, "coming")
    identity.give(coming, Role.DPO, begins=TODAY + timedelta(days=1))
    assert identity.accounts.changes.disable(coming, by=admin).state is ChangeState.WAITING


def test_enabling_needs_a_second_approval_if_the_grants_needed_one(
    identity: AccountsFixture,
) -> None:
    changes, admin = identity.accounts.changes, _account_with(identity, "admin", Role.ADMIN)
    for login, role, state in (
        ("analyst", Role.ANALYST, ChangeState.DONE), ("line", Role.COORDINATOR, ChangeState.WAITING)
    ):  # fmt: skip
        account = _account_with(identity, login, role)
        assert changes.disable(account, by=admin).state is ChangeState.DONE
        assert changes.enable(account, by=admin).state is state
        assert identity.accounts.logins.find(account).is_disabled == (state is ChangeState.WAITING)


def test_forgetting_a_second_factor_needs_a_second_approval(identity: AccountsFixture) -> None:
    changes = identity.accounts.changes
    admin, second = (
        _account_with(identity, "admin", Role.ADMIN),
        _account_with(identity, "second", Role.ADMIN),
    )
    account = identity.with_password("watch", Role.DPO)
    token = identity.accounts.open_session(account, Assurance.STRONG)
    change = changes.forget_factor(account, by=admin)
    assert change.state is ChangeState.WAITING
    assert identity.attempt("watch").opened is None
    assert identity.accounts.signed_in(token)
    changes.confirm(change.id, by=second)
    assert identity.accounts.signed_in(token) is None
    assert identity.attempt("watch").session().assurance is Assurance.PASSWORD
    assert _refusal_slug(lambda: changes.forget_factor(account, by=admin)) == "invalid"


def test_renewing_a_password_preserves_the_second_factor(identity: AccountsFixture) -> None:
    account = identity.accounts.add("watch")
    identity.give(account, Role.DPO)
    enrollment = identity.redeem(account)
    totp = TOTP(enrollment.totp_secret or "")
    assert identity.redeem(account).totp_secret is None
    assert identity.attempt("watch").opened is None
    assert identity.attempt("watch", totp=totp.at(identity.clock.now)).opened
    code = identity.accounts.logins.invite(account, has_lost_app=True).code  # on the host alone
    new = identity.accounts.credentials.redeem(code, PASSWORD).totp_secret
    assert new not in (None, enrollment.totp_secret)


@pytest.mark.parametrize("deed", ["give", "ask", "disable and enable"])
def test_changed_rights_void_open_invitations(
    identity: AccountsFixture, admin: str, deed: str
) -> None:
    changes, line = identity.accounts.changes, _account_with(identity, "line")
    code = identity.accounts.logins.invite(line).code
    if deed == "disable and enable":
        changes.disable(line, by=admin)
        changes.enable(line, by=admin)
    else:
        changes.give(line, ANALYST if deed == "give" else COORDINATOR, by=admin)
    with pytest.raises(Refusal, match=r"^unauthenticated$"):
        identity.accounts.credentials.redeem(code, PASSWORD)
    assert not identity.accounts.logins.find(line).is_invited


def test_an_invitation_from_before_the_second_approval_is_void_after_it(
    identity: AccountsFixture,
) -> None:
    admin, dpo = (
        _account_with(identity, "admin", Role.ADMIN),
        _account_with(identity, "dpo", Role.DPO),
    )
    account = _account_with(identity, "line")
    change = identity.accounts.changes.give(account, DPO, by=admin)
    code = identity.accounts.logins.invite(account).code
    identity.accounts.changes.confirm(change.id, by=dpo)
    assert (
        _refusal_slug(lambda: identity.accounts.credentials.redeem(code, PASSWORD))
        == "unauthenticated"
    )


def test_waiting_and_decided_changes_are_listed(identity: AccountsFixture) -> None:
    changes = identity.accounts.changes
    admin, dpo = (
        _account_with(identity, "admin", Role.ADMIN),
        _account_with(identity, "dpo", Role.DPO),
    )
    first = changes.give(_account_with(identity, "line"), COORDINATOR, by=admin)
    identity.clock.turn(minutes=1)
    second = changes.disable(dpo, by=admin)
    assert [change.id for change in changes.waiting_changes()] == [first.id, second.id]
    identity.clock.turn(minutes=1)
    changes.confirm(first.id, by=dpo)
    assert [change.id for change in changes.waiting_changes()] == [second.id]
    assert (changes.decided_changes()[0].id, changes.decided_changes()[0].required_grant.grant) == (
        first.id,
        COORDINATOR,
    )


def test_ending_a_grant_removes_its_waiting_change(identity: AccountsFixture) -> None:
    changes = identity.accounts.changes
    admin, dpo = (
        _account_with(identity, "admin", Role.ADMIN),
        _account_with(identity, "dpo", Role.DPO),
    )
    change = changes.give(_account_with(identity, "line"), COORDINATOR, by=admin)
    assert changes.end(change.required_grant.id, by=admin).state is ChangeState.DONE
    own = identity.accounts.grants.of(dpo)[0].id
    assert changes.end(own, by=admin).state is ChangeState.WAITING
    changes.end(own, by=HOST, is_host=True)
    assert changes.waiting_changes() == ()


def test_a_waiting_grant_without_a_stored_change_gets_one(identity: AccountsFixture) -> None:
    admin, dpo = (
        _account_with(identity, "admin", Role.ADMIN),
        _account_with(identity, "dpo", Role.DPO),
    )
    change = identity.accounts.changes.give(_account_with(identity, "line"), COORDINATOR, by=admin)
    with account_transaction(identity.accounts.engine) as connection:
        connection.execute(delete(change_table))
    with identity.beside() as updated:
        (waiting,) = updated.accounts.changes.waiting_changes()
        assert (waiting.required_grant.id, waiting.asked_by) == (change.required_grant.id, admin)
        updated.accounts.changes.confirm(waiting.id, by=dpo)
    assert identity.accounts.changes.waiting_changes() == ()
