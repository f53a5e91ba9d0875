"""Is a day's budget exact, also for many at once, and is going beyond it an alert?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.audit.budget import Budget
from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog
from api.errors import Refused
from tests.api.audit.logs import NOON, Clock, opened, rows, shown

MIDNIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)
NEXT = MIDNIGHT + timedelta(days=1)
BUDGET = Budget(most=3, since=MIDNIGHT, until=NEXT, purposes=frozenset({"CONCERN", "ACUTE"}))


def reveal(number: int, purpose: str = "CONCERN", **changed: object) -> Entry:
    return shown(number, action="reveal_detail", purpose=purpose, **changed)


def fits(log: AuditLog, entry: Entry, budget: Budget = BUDGET) -> bool:
    try:
        log.spend(entry, budget)
    except Refused as refused:
        return refused.kind.slug != "budget-used"
    return True


def test_the_one_too_many_is_refused_and_leaves_an_alert(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        assert [fits(log, reveal(number)) for number in range(4)] == [True, True, True, False]
        last = rows(log)[-1]
        assert (last.kind, last.result, last.caller) == (AuditKind.ALERT, 429, "acc-1")


def test_whoever_is_refused_is_told_to_wait_until_there_is_a_new_one(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        for now, wait_s in ((NOON, 11 * 3_600), (NEXT - timedelta(seconds=90.2), 91), (NEXT, 1)):
            clock.now = now
            with pytest.raises(Refused) as refused:
                log.spend(reveal(1, count=4), BUDGET)
            assert refused.value.members == {"most": 3, "retry_after": wait_s}


def test_only_ones_own_reveals_of_today_for_these_purposes_count(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        clock.now = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
        log.append(reveal(1))
        clock.now = NOON
        log.append(reveal(2, caller="acc-2"))
        log.append(reveal(3, purpose="VERIFY"))
        log.append(shown(4, purpose="CONCERN"))
        assert [fits(log, reveal(number)) for number in (5, 6, 7, 8)] == [True, True, True, False]


def test_a_card_uses_as_many_as_it_holds(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        assert fits(log, reveal(1, count=2))
        assert not fits(log, reveal(2, count=2))
        assert fits(log, reveal(3))


def test_a_day_that_began_in_the_month_before_is_one_day(tmp_path: Path) -> None:
    clock, budget = Clock(), Budget(
        most=1, since=datetime(2026, 11, 30, 23, tzinfo=UTC),
        until=datetime(2026, 12, 1, 23, tzinfo=UTC), purposes=BUDGET.purposes,
    )  # fmt: skip
    with opened(tmp_path, clock) as log:
        clock.now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
        assert fits(log, reveal(1), budget)
        clock.now = datetime(2026, 12, 1, 8, tzinfo=UTC)
        assert not fits(log, reveal(2), budget)


@pytest.mark.parametrize("most", [1, 7])
def test_many_at_once_get_exactly_the_budget(tmp_path: Path, most: int) -> None:
    budget = Budget(most=most, since=MIDNIGHT, until=NEXT, purposes=BUDGET.purposes)
    with opened(tmp_path) as one, opened(tmp_path) as other, ThreadPoolExecutor(8) as threads:

        def asked(number: int) -> bool:
            return fits((one, other)[number % 2], reveal(number), budget)

        assert sum(threads.map(asked, range(30))) == most
        assert sum(row.kind is AuditKind.ALERT for row in rows(one)) == 30 - most


def test_the_alert_tells_how_many_were_used_and_the_first_instant_of_the_day_counts(
    tmp_path: Path,
) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        clock.now = MIDNIGHT
        log.append(reveal(1, count=2))
        clock.now = NOON
        assert [fits(log, reveal(2)), fits(log, reveal(3))] == [True, False]
        last = rows(log)[-1]
        assert (last.kind, last.count) == (AuditKind.ALERT, 3)
