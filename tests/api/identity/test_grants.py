"""Rights: given by others, confirmed by a second person, never raised for oneself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from api.errors import Refusal
from api.identity.changes import HOST, ChangeState
from api.identity.principal import check_task
from api.identity.store import Assurance
from graph.access.policy import Grant, Role, Task
from graph.errors import NotFound
from graph.vocabulary import PreventionLevel
from tests.fixtures.accounts import TODAY, AccountsFixture

KYSTBY = frozenset({"kystby"})
WATCH = (Role.ADMIN, Role.DPO)
STAFF = (Role.COORDINATOR, Role.OUTREACH, Role.ANALYST, Role.STEWARD)
READERS = (Role.COORDINATOR, Role.OUTREACH, Role.STEWARD, Role.SERVICE)


def _admin(identity: AccountsFixture, login: str = "admin", *, person: str | None = None) -> str:
    account = identity.accounts.add(login, person=person)
    identity.give(account, Role.ADMIN)
    return account


def _roles(identity: AccountsFixture, account: str) -> set[Role]:
    who = identity.accounts.signed_in(identity.accounts.open_session(account, Assurance.STRONG))
    assert who is not None
    return {grant.role for grant in who.caller.grants}


def test_an_administrator_gives_and_ends_a_right(identity: AccountsFixture) -> None:
    admin, line = _admin(identity), identity.accounts.add("line.bak")
    grant = Grant(
        role=Role.ANALYST, areas=KYSTBY, levels=frozenset({PreventionLevel.EXIT}),
        valid_from=TODAY, valid_to=TODAY + timedelta(days=1),
    )  # fmt: skip
    given = identity.accounts.changes.give(line, grant, by=admin).required_grant
    assert (given.grant, given.given_by, given.is_waiting) == (grant, admin, False)
    assert _roles(identity, line) == {Role.ANALYST}
    identity.accounts.changes.end(given.id, by=admin)
    assert _roles(identity, line) == set()
    with pytest.raises(NotFound):
        identity.accounts.changes.end(given.id, by=admin)


@pytest.mark.parametrize("role", list(Role))
def test_an_administrator_cannot_give_themselves_a_right(
    identity: AccountsFixture, role: Role, admin: str
) -> None:
    for areas in (frozenset[str](), KYSTBY):
        with pytest.raises(Refusal):
            identity.accounts.changes.give(admin, Grant(role=role, areas=areas), by=admin)
    assert _roles(identity, admin) == {Role.ADMIN}


@pytest.mark.parametrize("role", [*STAFF, Role.ADMIN, Role.DPO])
def test_an_administrator_cannot_give_their_other_account_a_right(
    identity: AccountsFixture, role: Role
) -> None:
    admin = _admin(identity, person="amina")
    second = identity.accounts.add("amina.work", person="amina")
    with pytest.raises(Refusal, match=r"^own-rights$"):
        identity.accounts.changes.give(second, Grant(role=role, areas=KYSTBY), by=admin)
    with pytest.raises(Refusal):
        identity.accounts.changes.disable(second, by=admin)


def test_two_accounts_without_a_person_are_not_taken_for_one(identity: AccountsFixture) -> None:
    admin, line = _admin(identity), identity.accounts.add("line.bak")
    identity.accounts.changes.disable(line, by=admin)
    with pytest.raises(Refusal):
        identity.accounts.changes.disable(admin, by=admin)
    with pytest.raises(NotFound):
        identity.accounts.changes.disable("acc-none", by=admin)


def test_an_administrator_cannot_end_their_own_right(identity: AccountsFixture, admin: str) -> None:
    own = identity.accounts.grants.of(admin)[0]
    with pytest.raises(Refusal, match=r"^own-rights$"):
        identity.accounts.changes.end(own.id, by=admin)


@pytest.mark.parametrize("role", [*WATCH, *READERS])
def test_roles_with_names_or_oversight_need_two_administrators(
    identity: AccountsFixture, role: Role
) -> None:
    first, second = _admin(identity), _admin(identity, "second")
    chosen = identity.accounts.add("chosen", is_service=role is Role.SERVICE)
    areas = frozenset[str]() if role is Role.ADMIN else frozenset({"dk"})
    change = identity.accounts.changes.give(chosen, Grant(role=role, areas=areas), by=first)
    assert (change.state, change.required_grant.is_waiting) == (ChangeState.WAITING, True)
    assert _roles(identity, chosen) == set()
    for who in (first, chosen):
        with pytest.raises(Refusal, match=r"^own-rights$"):
            identity.accounts.changes.confirm(change.id, by=who)
    confirmed = identity.accounts.changes.confirm(change.id, by=second)
    assert (confirmed.state, confirmed.decided_by) == (ChangeState.DONE, second)
    assert (confirmed.required_grant.is_waiting, confirmed.required_grant.confirmed_by) == (
        False,
        second,
    )
    assert _roles(identity, chosen) == {role}
    with pytest.raises(NotFound):
        identity.accounts.changes.confirm(change.id, by=second)


def test_another_account_of_the_same_person_cannot_confirm_a_change(
    identity: AccountsFixture,
) -> None:
    first = _admin(identity, person="amina")
    self_again = _admin(identity, "amina.again", person="amina")
    chosen = identity.accounts.add("chosen")
    change = identity.accounts.changes.give(chosen, Grant(role=Role.DPO, areas=KYSTBY), by=first)
    with pytest.raises(Refusal, match=r"^own-rights$"):
        identity.accounts.changes.confirm(change.id, by=self_again)


def test_a_grant_by_a_former_administrator_cannot_be_confirmed(identity: AccountsFixture) -> None:
    first, second = _admin(identity), _admin(identity, "second")
    chosen, also = identity.accounts.add("chosen"), identity.accounts.add("also")
    dpo = Grant(role=Role.DPO, areas=KYSTBY)
    given = [identity.accounts.changes.give(item, dpo, by=first).id for item in (chosen, also)]
    identity.accounts.changes.disable(first, by=HOST, is_host=True)
    with pytest.raises(Refusal):
        identity.accounts.changes.confirm(given[0], by=second)
    identity.accounts.changes.enable(first, by=HOST, is_host=True)
    identity.accounts.changes.end(identity.accounts.grants.of(first)[0].id, by=HOST, is_host=True)
    with pytest.raises(Refusal):
        identity.accounts.changes.confirm(given[1], by=second)
    assert _roles(identity, chosen) == set()


def test_an_ended_grant_cannot_be_confirmed(identity: AccountsFixture) -> None:
    first, second = _admin(identity), _admin(identity, "second")
    dpo = Grant(role=Role.DPO, areas=KYSTBY)
    entry = identity.accounts.changes.give(identity.accounts.add("chosen"), dpo, by=first)
    identity.accounts.changes.end(entry.required_grant.id, by=first)
    for change in (entry.id, "chg-none", ""):
        with pytest.raises(NotFound):
            identity.accounts.changes.confirm(change, by=second)


@pytest.mark.parametrize(("watch", "other"), [
    (watch, other) for other in (*STAFF, *WATCH) for watch in WATCH if watch is not other
])  # fmt: skip
def test_an_oversight_role_excludes_every_other_role(
    identity: AccountsFixture, watch: Role, other: Role
) -> None:
    for number, roles in enumerate(((watch, other), (other, watch))):
        account = identity.accounts.add(f"both{number}")
        identity.give(account, roles[0])
        with pytest.raises(Refusal, match=r"^separation$"):
            identity.give(account, roles[1])


def test_a_waiting_oversight_role_excludes_others_too(identity: AccountsFixture) -> None:
    first, second = _admin(identity), _admin(identity, "second")
    chosen = identity.accounts.add("chosen")
    change = identity.accounts.changes.give(chosen, Grant(role=Role.DPO, areas=KYSTBY), by=first)
    with pytest.raises(Refusal):
        identity.accounts.changes.give(chosen, Grant(role=Role.STEWARD, areas=KYSTBY), by=second)
    identity.accounts.changes.confirm(change.id, by=second)
    assert _roles(identity, chosen) == {Role.DPO}


def test_conflicting_roles_may_follow_each_other_but_not_overlap(identity: AccountsFixture) -> None:
    account, change = identity.accounts.add("line.bak"), TODAY + timedelta(days=30)
    identity.give(account, Role.COORDINATOR, ends=change)
    with pytest.raises(Refusal):
        identity.give(account, Role.DPO, begins=change - timedelta(days=1))
    identity.give(account, Role.DPO, begins=change)
    past = identity.accounts.add("bo")
    identity.give(past, Role.ADMIN, ends=TODAY)
    identity.give(past, Role.COORDINATOR)  # a past grant conflicts with nothing


def test_staff_may_hold_several_roles(identity: AccountsFixture, account: str) -> None:
    for role in STAFF:
        identity.give(account, role)
    assert _roles(identity, account) == set(STAFF)


def test_programs_cannot_have_staff_roles_nor_people_the_service_role(
    identity: AccountsFixture,
) -> None:
    program, person = (
        identity.accounts.add("importer", is_service=True),
        identity.accounts.add("line"),
    )
    for account, role in ((program, Role.COORDINATOR), (person, Role.SERVICE)):
        with pytest.raises(Refusal, match=r"^separation$"):
            identity.give(account, role)


@pytest.mark.parametrize("grant", [
    Grant(role=Role.COORDINATOR, areas=frozenset()),
    Grant(role=Role.COORDINATOR, areas=KYSTBY, levels=frozenset()),
    Grant(role=Role.COORDINATOR, areas=KYSTBY, valid_from=TODAY, valid_to=TODAY),
    Grant(role=Role.STEWARD, areas=KYSTBY, valid_from=TODAY, valid_to=date(2020, 1, 1)),
])  # fmt: skip
def test_a_grant_without_areas_levels_or_days_is_refused(
    identity: AccountsFixture, grant: Grant
) -> None:
    with pytest.raises(Refusal, match=r"^invalid$"):
        identity.accounts.changes.give(
            identity.accounts.add("line.bak"), grant, by=HOST, is_host=True
        )


@pytest.mark.parametrize(("begins", "ends", "slug"), [
    (None, None, None),
    (TODAY, TODAY + timedelta(days=1), None),
    (TODAY + timedelta(days=1), None, "no-grant"),
    (None, TODAY, "no-grant"),
])  # fmt: skip
def test_a_grant_applies_only_between_its_dates(
    identity: AccountsFixture, begins: date | None, ends: date | None, slug: str | None
) -> None:
    account = identity.accounts.add("line.bak")
    identity.give(account, Role.COORDINATOR, begins=begins, ends=ends)
    who = identity.accounts.signed_in(identity.accounts.open_session(account, Assurance.STRONG))
    assert who is not None
    refusal = check_task(who, Task.EDIT, TODAY)
    assert (refusal.kind.slug if refusal else None) == slug
    assert check_task(who, Task.OWN, TODAY, needs_grant=False) is None


def test_only_one_of_concurrent_confirmations_succeeds(
    identity: AccountsFixture, admin: str
) -> None:
    others = [_admin(identity, f"admin{number}") for number in range(4)]
    dpo = Grant(role=Role.DPO, areas=KYSTBY)
    change = identity.accounts.changes.give(identity.accounts.add("chosen"), dpo, by=admin)

    def confirm(by: str) -> bool:
        try:
            identity.accounts.changes.confirm(change.id, by=by)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(confirm, others)) == 1
