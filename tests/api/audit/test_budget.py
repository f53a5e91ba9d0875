"""A daily budget is exact, also with concurrent calls, and exceeding it is an alert."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.audit.budget import Budget
from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog
from api.audit.verify import verify
from api.errors import Refusal
from tests.api.audit.logs import NOON, Clock, open_log, rows, shown_entry

MIDNIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)
NEXT = MIDNIGHT + timedelta(days=1)
BUDGET = Budget(most=3, since=MIDNIGHT, until=NEXT, purposes=frozenset({"CONCERN", "ACUTE"}))


def reveal(number: int, purpose: str = "CONCERN", **changed: object) -> Entry:
    return shown_entry(number, action="reveal_detail", purpose=purpose, **changed)


def fits(log: AuditLog, entry: Entry, budget: Budget = BUDGET) -> bool:
    try:
        log.spend(entry, budget)
    except Refusal as refused:
        return refused.kind.slug != "budget-used"
    return True


def test_a_reveal_beyond_the_budget_is_refused_and_leaves_an_alert(log: AuditLog) -> None:
    assert [fits(log, reveal(number)) for number in range(4)] == [True, True, True, False]
    last = rows(log)[-1]
    assert (last.kind, last.result, last.caller) == (AuditKind.ALERT, 429, "acc-1")


def test_a_refusal_has_the_seconds_until_the_next_budget(log: AuditLog, clock: Clock) -> None:
    for now, wait_s in ((NOON, 11 * 3_600), (NEXT - timedelta(seconds=90.2), 91), (NEXT, 1)):
        clock.now = now
        with pytest.raises(Refusal) as error:
            log.spend(reveal(1, count=4), BUDGET)
        assert error.value.members == {"most": 3, "left": 3, "retry_after": wait_s}


def test_only_own_reveals_of_today_for_these_purposes_count(log: AuditLog, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
    log.append(reveal(1))
    clock.now = NOON
    log.append(reveal(2, caller="acc-2"))
    log.append(reveal(3, purpose="VERIFY"))
    log.append(shown_entry(4, purpose="CONCERN"))
    assert [fits(log, reveal(number)) for number in (5, 6, 7, 8)] == [True, True, True, False]


def test_an_entry_uses_the_budget_by_its_count(log: AuditLog) -> None:
    assert fits(log, reveal(1, count=2))
    assert not fits(log, reveal(2, count=2))
    assert fits(log, reveal(3))


def test_a_budget_day_across_two_months_is_counted_as_one_day(tmp_path: Path) -> None:
    clock, budget = Clock(), Budget(
        most=1, since=datetime(2026, 11, 30, 23, tzinfo=UTC),
        until=datetime(2026, 12, 1, 23, tzinfo=UTC), purposes=BUDGET.purposes,
    )  # fmt: skip
    with open_log(tmp_path, clock) as log:
        clock.now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
        assert fits(log, reveal(1), budget)
        clock.now = datetime(2026, 12, 1, 8, tzinfo=UTC)
        assert not fits(log, reveal(2), budget)


@pytest.mark.parametrize("most", [1, 7])
def test_concurrent_reveals_get_exactly_the_budget(tmp_path: Path, most: int) -> None:
    budget = Budget(most=most, since=MIDNIGHT, until=NEXT, purposes=BUDGET.purposes)
    with open_log(tmp_path) as log, open_log(tmp_path) as other, ThreadPoolExecutor(8) as threads:

        def ask(number: int) -> bool:
            return fits((log, other)[number % 2], reveal(number), budget)

        assert sum(threads.map(ask, range(30))) == most
        assert sum(row.kind is AuditKind.ALERT for row in rows(log)) == 30 - most


def test_the_alert_has_the_used_number_of_the_whole_day(log: AuditLog, clock: Clock) -> None:
    clock.now = MIDNIGHT
    log.append(reveal(1, count=2))
    clock.now = NOON
    assert [fits(log, reveal(2)), fits(log, reveal(3))] == [True, False]
    last = rows(log)[-1]
    assert (last.kind, last.count) == (AuditKind.ALERT, 3)


# ---- several rows in one request


def entries_of_one_request(
    *numbers: int, purpose: str | None = "CONCERN", count: int | None = None
) -> tuple[Entry, ...]:
    return tuple(
        shown_entry(
            1, action="reveal_detail", purpose=purpose, count=count,
            subjects=(f"person-{number}",),
            asked={} if count else {"detail": f"detail-{number}"},
        )
        for number in numbers
    )  # fmt: skip


def all_fit(log: AuditLog, entries: Sequence[Entry], budget: Budget = BUDGET) -> bool:
    try:
        log.append_all(entries, budget)
    except Refusal as refused:
        return refused.kind.slug != "budget-used"
    return True


def test_several_reveals_are_written_as_a_row_each_or_not_at_all(log: AuditLog) -> None:
    assert all_fit(log, entries_of_one_request(1, 2))
    assert not all_fit(log, entries_of_one_request(3, 4))
    assert all_fit(log, entries_of_one_request(5))
    assert not all_fit(log, entries_of_one_request(6))
    actual = [(row.kind.value, row.subjects, row.count) for row in rows(log)]
    assert verify(log).broken is None
    assert actual == [
        ("shown", ("person-1",), None), ("shown", ("person-2",), None),
        ("alert", ("person-3", "person-4"), 2), ("shown", ("person-5",), None),
        ("alert", ("person-6",), 3),
    ]  # fmt: skip


def test_a_refusal_of_several_reveals_has_the_number_left(log: AuditLog) -> None:
    log.append(reveal(1))
    with pytest.raises(Refusal) as refusal:
        log.append_all(entries_of_one_request(1, 2, 3), BUDGET)
    assert refusal.value.members == {"most": 3, "left": 2, "retry_after": 11 * 3_600}
    assert refusal.value.detail == (
        "Du bad om 3, og der er 2 tilbage i dag.",
        "3 were asked for, and 2 are left today.",
    )
    log.append_all(entries_of_one_request(1, 2), BUDGET)
    with pytest.raises(Refusal) as error:
        log.append_all(entries_of_one_request(3), BUDGET)
    assert (error.value.members["left"], error.value.detail) == (0, None)


def test_rows_without_a_budgeted_purpose_are_written_and_not_counted(log: AuditLog) -> None:
    own, check = (
        entries_of_one_request(1, 2, purpose=None),
        entries_of_one_request(3, purpose="VERIFY"),
    )
    assert all_fit(log, (*own, *check, *entries_of_one_request(4, 5, 6)))
    assert not all_fit(log, (*own, *entries_of_one_request(7)))
    alert = rows(log)[-1]
    assert (alert.kind, alert.purpose, alert.asked) == (AuditKind.ALERT, "CONCERN", {})
    assert alert.subjects == ("person-1", "person-2", "person-7")
    assert all_fit(log, own)
    assert len(rows(log)) == 6 + 1 + 2


def test_a_row_with_a_count_uses_that_many_of_the_budget_among_others(log: AuditLog) -> None:
    assert not all_fit(log, (*entries_of_one_request(1, 2), *entries_of_one_request(3, count=2)))
    assert all_fit(log, (*entries_of_one_request(1), *entries_of_one_request(2, count=2)))


def test_concurrent_requests_of_several_reveals_get_exactly_the_budget(tmp_path: Path) -> None:
    budget = Budget(most=20, since=MIDNIGHT, until=NEXT, purposes=BUDGET.purposes)
    with open_log(tmp_path) as log, open_log(tmp_path) as other, ThreadPoolExecutor(8) as threads:

        def ask(number: int) -> bool:
            entries = entries_of_one_request(*range(3 * number, 3 * number + 3))
            return all_fit((log, other)[number % 2], entries, budget)

        assert sum(threads.map(ask, range(24))) == 6
        kinds = [row.kind for row in rows(log)]
        assert (kinds.count(AuditKind.SHOWN), kinds.count(AuditKind.ALERT)) == (18, 18)
        assert verify(log).broken is None


def test_a_detail_counts_once_a_day_alone_in_a_list_or_in_a_file(log: AuditLog) -> None:
    assert all_fit(log, entries_of_one_request(1, 2))
    assert all_fit(log, entries_of_one_request(1, 1, 2))
    in_file = shown_entry(9, action="reveal_contacts", purpose="ACUTE", count=3,
                          asked={"details": ["detail-1", "detail-2", "detail-3"]})  # fmt: skip
    budget = replace(BUDGET, actions=frozenset({"reveal_detail", "reveal_contacts"}))
    assert all_fit(log, (in_file,), budget)
    assert all_fit(log, (in_file, *entries_of_one_request(3)), budget), "all of them are shown"
    assert not all_fit(log, entries_of_one_request(4), budget)


def test_an_emergency_goes_beyond_the_budget_with_an_alert_and_rows_that_say_so(
    log: AuditLog,
) -> None:
    assert all_fit(log, entries_of_one_request(1, 2))
    urgent = replace(BUDGET, is_exceedable=True, emergencies=("SERIOUS",))
    assert all_fit(log, entries_of_one_request(2, 3, 4), urgent)
    actual = [(row.kind.value, row.result, row.count, dict(row.asked)) for row in rows(log)[2:]]
    assert actual == [
        ("alert", None, 2, {"beyond": 3}),
        ("shown", 200, None, {"detail": "detail-2"}),
        ("shown", 200, None, {"detail": "detail-3"}),
        ("shown", 200, None, {"detail": "detail-4", "beyond": 3}),
    ]
    assert all_fit(log, entries_of_one_request(4)), "what was shown counts no more"
    with pytest.raises(Refusal) as refusal:
        log.append_all(entries_of_one_request(5), replace(urgent, is_exceedable=False))
    assert refusal.value.members["beyond"] == ["SERIOUS"]


USUAL = Budget(
    most=20, since=MIDNIGHT, until=NEXT, purposes=frozenset({"CONCERN", "VERIFY"}),
    watched=frozenset({"VERIFY"}), usual=2,
)  # fmt: skip


def test_the_first_reveal_beyond_a_usual_day_leaves_one_alert(log: AuditLog) -> None:
    log.append(reveal(8, caller="acc-2", purpose="VERIFY", count=9))  # of another account
    for number in range(1, 6):
        assert fits(log, reveal(number, purpose="VERIFY"), USUAL)
    kinds = [row.kind for row in rows(log)[1:]]
    assert kinds == [AuditKind.SHOWN] * 2 + [AuditKind.ALERT] + [AuditKind.SHOWN] * 3
    alert = rows(log)[3]
    assert (alert.count, alert.asked, alert.subjects) == (2, {"usual": 2}, ())
    assert (alert.purpose, alert.action, alert.caller) == ("VERIFY", "reveal_detail", "acc-1")


def test_only_watched_purposes_make_a_day_unusual(log: AuditLog) -> None:
    for number in range(5):
        assert fits(log, reveal(number), USUAL)
    assert {row.kind for row in rows(log)} == {AuditKind.SHOWN}
    assert fits(log, reveal(6, purpose="VERIFY", count=2), USUAL)  # exactly the usual number
    assert {row.kind for row in rows(log)} == {AuditKind.SHOWN}


def test_watched_reveals_of_one_request_are_counted_together(log: AuditLog) -> None:
    entries = (
        *entries_of_one_request(1),
        *entries_of_one_request(2, purpose="VERIFY"),
        *entries_of_one_request(3, purpose="VERIFY", count=2),
    )
    assert all_fit(log, entries, USUAL)
    first, *others = rows(log)
    assert (first.kind, first.purpose, first.count) == (AuditKind.ALERT, "VERIFY", 0)
    assert [row.kind for row in others] == [AuditKind.SHOWN] * 3
