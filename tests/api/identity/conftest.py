"""Accounts that most tests begin with."""

import pytest

from graph.access.policy import Role
from tests.fixtures.accounts import AccountsFixture


@pytest.fixture
def account(identity: AccountsFixture) -> str:
    return identity.accounts.add("line.bak")


@pytest.fixture
def admin(identity: AccountsFixture) -> str:
    account = identity.accounts.add("admin")
    identity.give(account, Role.ADMIN)
    return account


@pytest.fixture
def dpo(identity: AccountsFixture) -> str:
    account = identity.accounts.add("dpo")
    identity.give(account, Role.DPO)
    return account
