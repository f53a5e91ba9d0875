"""The demo's logins: one for each role, gone when it stops."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.errors import Refusal
from api.identity.changes import ChangeState
from api.identity.demo import ROLES, DemoLogin, DemoSeat, demo_logins, demo_seats
from api.identity.store import Assurance
from api.identity.tables import account_table, grant_table, session_table, token_table
from graph.access.policy import Grant, Role, Task
from tests import kystby
from tests.fixtures.accounts import AccountsFixture


def _row_count(identity: AccountsFixture) -> int:
    tables = (account_table, grant_table, session_table, token_table)
    with identity.accounts.engine.connect() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        )


def test_the_demo_has_a_login_for_each_role_while_it_runs(identity: AccountsFixture) -> None:
    seats = {Role.COORDINATOR: DemoSeat(person="amina", areas=frozenset({"kystby"}))}
    with demo_logins(identity.accounts, seats) as logins:
        assert [login.login for login in logins] == [
            "coordinator", "outreach", "analyst", "steward", "dpo", "admin",
        ]  # fmt: skip
        assert len({login.password for login in logins}) == len(logins)
        for login in logins:
            opened = identity.attempt(login.login, login.password).session()
            assert opened.assurance is Assurance.STRONG  # without a second factor
            who = identity.accounts.signed_in(opened.token)
            assert who is not None
            assert [grant.role for grant in who.caller.grants] == [login.role]
        coordinator = identity.accounts.logins.by_login("coordinator")
        assert (coordinator.person, coordinator.is_demo) == ("amina", True)
        identity.accounts.tokens.make(
            coordinator.id, label="x", scopes=[Task.QUESTION], days=1, made_by=coordinator.id
        )
        assert identity.attempt("admin", "demo").opened is None
    assert _row_count(identity) == 0
    assert all(identity.attempt(login.login, login.password).opened is None for login in logins)


def test_logins_of_a_killed_demo_are_removed_at_the_next_start(identity: AccountsFixture) -> None:
    old = demo_logins(identity.accounts).__enter__()  # and never left
    with demo_logins(identity.accounts) as logins:
        assert len(identity.accounts.logins.all()) == len(ROLES)
        assert identity.attempt("analyst", old[2].password).opened is None
        assert identity.attempt("analyst", logins[2].password).opened


def test_a_second_demo_has_its_own_logins(identity: AccountsFixture, tmp_path: Path) -> None:
    def enters(logins: Sequence[DemoLogin]) -> list[bool]:
        return [bool(identity.attempt(login.login, login.password).opened) for login in logins]

    with demo_logins(identity.accounts, folder=tmp_path) as first:
        with demo_logins(identity.accounts, folder=tmp_path) as second:
            assert [item.login for item in second] == [f"{item.login}-2" for item in first]
            assert all((*enters(first), *enters(second)))
        assert all(enters(first))
        assert not any(enters(second))
        killed = demo_logins(identity.accounts, folder=tmp_path)
        killed.__enter__()  # and never left
    with demo_logins(identity.accounts, folder=tmp_path) as logins:
        assert [login.login for login in logins] == [item.login for item in first]
        assert len(identity.accounts.logins.all()) == 2 * len(ROLES), (
            "of the killed one, which runs"
        )


def test_an_account_outside_the_demo_is_preserved(identity: AccountsFixture) -> None:
    identity.accounts.add("line.bak")
    with demo_logins(identity.accounts):
        pass
    assert [login.login for login in identity.accounts.logins.all()] == ["line.bak"]


def test_saved_questions_of_the_demo_are_deleted_with_its_logins(
    identity: AccountsFixture,
) -> None:
    account, questions = identity.accounts.add("line.bak"), identity.accounts.questions
    with demo_logins(identity.accounts):
        analyst = identity.accounts.logins.by_login("analyst").id
        questions.keep(analyst, {}, roles=["ANALYST"])
        own = questions.keep(account, {}, accounts=[analyst])
        assert len(questions.visible_to(account, ["ANALYST"])) == 2
    assert questions.visible_to(account, ["ANALYST"]) == (replace(own, accounts=frozenset()),)


def test_a_change_requested_in_a_demo_cannot_be_confirmed_after_it(
    identity: AccountsFixture,
) -> None:
    accounts, right = identity.accounts, Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"}))
    line, dpo = accounts.add("line.bak"), accounts.add("officer")
    with demo_logins(accounts):
        admin = accounts.logins.by_login("admin").id
        change = accounts.changes.give(line, right, by=admin).id
    with pytest.raises(Refusal, match=r"^own-rights$"):
        accounts.changes.confirm(change, by=dpo)
    assert accounts.changes.refuse(change, by=dpo).state is ChangeState.REFUSED


def test_an_interrupted_demo_removes_its_logins(identity: AccountsFixture) -> None:
    with pytest.raises(KeyboardInterrupt), demo_logins(identity.accounts):
        raise KeyboardInterrupt
    assert _row_count(identity) == 0


def test_demo_seats_are_taken_from_holders_in_the_graph() -> None:
    assert demo_seats(kystby.view_of(kystby.snapshot())) == {
        Role.COORDINATOR: DemoSeat(person="erik", areas=frozenset({"nabo"})),
        Role.OUTREACH: DemoSeat(person="dina", areas=frozenset({"havnen"})),
    }
    vacant = kystby.snapshot_of(kystby.elements(without=["amina--ssp-post", "erik--nabo-ssp"]))
    assert Role.COORDINATOR not in demo_seats(kystby.view_of(vacant))
