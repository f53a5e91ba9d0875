"""An account whose query ended the engine waits, longer each time; others do not."""

import re
from datetime import date
from typing import cast

import pytest

from api.analysis.replicas import ReplicaStamp, ReplicaState, ReplicaUse, culprit_among
from api.analysis.resting_accounts import FORGOTTEN_S, REST_S, SPARE_S, RestingAccounts
from api.errors import Refusal
from graph.access.policy import Role
from graph.store.replica.replica import Replica
from tests import kystby

ANALYST = kystby.caller_of(Role.ANALYST, areas=("dk",))


class Clock:
    """A clock that is set by the test."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def wait_s(resting: RestingAccounts, account: str = "bo", *, has_spare: bool = True) -> int:
    """Return the seconds an account must wait; 0 if it may go on."""
    try:
        resting.require_rested(account, lambda: has_spare)
    except Refusal as refusal:
        return cast("int", refusal.members["retry_after"])
    return 0


def test_each_ended_engine_doubles_the_wait_of_its_account_alone() -> None:
    clock = Clock()
    resting = RestingAccounts(clock)
    for times in range(4):
        resting.add("bo", is_sure=True)
        assert wait_s(resting) == REST_S * 2**times
        assert wait_s(resting, "eva") == 0
        clock.now += REST_S * 2**times
        assert wait_s(resting) == 0


def test_without_a_spare_an_account_waits_longer_but_not_endlessly() -> None:
    clock = Clock()
    resting = RestingAccounts(clock)
    resting.add("bo", is_sure=True)
    clock.now += REST_S
    assert wait_s(resting, has_spare=False) > 0
    clock.now += SPARE_S
    assert wait_s(resting, has_spare=False) == 0


def test_an_ended_engine_is_forgotten_after_an_hour() -> None:
    clock = Clock()
    resting = RestingAccounts(clock)
    for _ in range(20):
        resting.add("bo", is_sure=True)
    assert wait_s(resting) == FORGOTTEN_S
    clock.now += FORGOTTEN_S
    assert wait_s(resting) == 0
    resting.add("bo", is_sure=True)
    assert wait_s(resting) == REST_S


def test_the_refusal_says_when_the_account_can_go_on() -> None:
    resting = RestingAccounts()
    resting.add("bo", is_sure=True)
    with pytest.raises(Refusal) as refused:
        resting.require_rested("bo", lambda: True)
    assert refused.value.kind.slug == "too-many"
    assert re.search(r"you can go on at \d\d:\d\d", refused.value.text("en"))
    assert re.search(r"du kan fortsætte kl\. \d\d\.\d\d", refused.value.text("da"))


def culprit(*uses: tuple[str, bool]) -> tuple[str, bool]:
    """Return the culprit among queries, oldest first: their account, and whether run again."""
    state = ReplicaState(caller=ANALYST)
    stamp = ReplicaStamp(revision=1, day=date(2026, 12, 3), withheld=frozenset())
    return culprit_among([
        ReplicaUse(account=account, is_second=is_second, state=state,
                   replica=cast("Replica", None), stamp=stamp)
        for account, is_second in uses
    ])  # fmt: skip


def test_the_only_account_and_a_query_run_again_are_surely_the_culprit() -> None:
    assert culprit(("bo", False), ("bo", False)) == ("bo", True)
    assert culprit(("eva", False), ("bo", True)) == ("bo", True)


def test_the_oldest_of_several_accounts_is_only_likely_the_culprit() -> None:
    assert culprit(("eva", False), ("bo", False)) == ("eva", False)


def test_a_likely_culprit_waits_for_a_spare_and_is_taken_as_sure_the_next_time() -> None:
    clock = Clock()
    resting = RestingAccounts(clock)
    resting.add("eva", is_sure=False)
    assert wait_s(resting) == 0
    assert wait_s(resting, "eva", has_spare=False) == SPARE_S
    assert wait_s(resting, "eva") == 0
    resting.add("eva", is_sure=False)
    assert wait_s(resting, "eva") == REST_S
