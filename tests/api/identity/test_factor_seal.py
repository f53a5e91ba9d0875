"""The secret of a second factor: sealed in the database, and the error for a wrong key."""

from pathlib import Path

import pytest
from pyotp.totp import TOTP
from sqlalchemy import select, update

from api.identity.credentials import FILE
from api.identity.tables import account_table, account_transaction
from graph.access.policy import Role
from graph.store.encryption.key_file import KeyringRefused
from tests.fixtures.accounts import AccountsFixture


def _stored_secret(identity: AccountsFixture, account: str) -> str:
    with identity.accounts.engine.connect() as connection:
        query = select(account_table.c.totp_secret).where(account_table.c.id == account)
        return connection.scalar(query) or ""


def _enroll(identity: AccountsFixture, login: str = "watch") -> tuple[str, str]:
    account = identity.accounts.add(login)
    identity.give(account, Role.DPO)
    enrollment = identity.redeem(account)
    assert enrollment.totp_secret is not None
    return account, enrollment.totp_secret


def _key(identity: AccountsFixture) -> Path:
    return identity.folder.parent / "keys" / FILE


def test_a_second_factor_secret_is_stored_sealed(identity: AccountsFixture) -> None:
    account, secret = _enroll(identity)
    assert identity.accounts.first_start.is_over()
    stored = identity.stored_bytes()
    assert secret.encode() not in stored
    assert _stored_secret(identity, account).startswith("01")
    assert _key(identity).stat().st_mode & 0o777 == 0o600


def test_a_sealed_secret_moved_to_another_account_is_refused(identity: AccountsFixture) -> None:
    account, _ = _enroll(identity)
    other, _ = _enroll(identity, "other")
    with account_transaction(identity.accounts.engine) as connection:
        moved = update(account_table).where(account_table.c.id == other)
        connection.execute(moved.values(totp_secret=_stored_secret(identity, account)))
    with pytest.raises(KeyringRefused, match="second factors"), identity.beside():
        pass


def test_an_unsealed_secret_of_an_earlier_version_is_sealed_at_start(
    identity: AccountsFixture,
) -> None:
    account, secret = _enroll(identity)
    with account_transaction(identity.accounts.engine) as connection:
        there = update(account_table).where(account_table.c.id == account)
        connection.execute(there.values(totp_secret=secret))
    with identity.beside() as updated:
        assert _stored_secret(updated, account).startswith("01")
        assert secret.encode() not in updated.stored_bytes()
        assert updated.attempt("watch", totp=TOTP(secret).at(updated.clock.now)).opened


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_lost_or_wrong_key_is_named(identity: AccountsFixture, *, is_lost: bool) -> None:
    _enroll(identity)
    key = _key(identity)
    key.unlink()
    if not is_lost:
        key.touch(mode=0o600)
        key.write_bytes(bytes(32))
    with pytest.raises(KeyringRefused) as error, identity.beside():
        pass
    assert str(key) in str(error.value)
    assert "second factors" in str(error.value)
    assert key.exists() != is_lost  # no new key was made
