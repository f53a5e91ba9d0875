"""Is an intent that a crash left open closed as the store knows it, once, and not too soon?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.audit.entry import AuditKind
from api.audit.maintenance import OPEN_S, OpenIntents
from graph.errors import StoreUnavailable
from tests.api.audit.logs import NOON, Clock, opened, rows, shown

LATER = NOON + timedelta(seconds=OPEN_S + 1)
WRITTEN: Mapping[str, int] = {"set-done": 7}
INTENT = replace(shown(1), kind=AuditKind.INTENT, action="change_link", change_set="set-done")


def test_what_the_store_knows_was_done_and_what_it_does_not_know_was_not(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log.append(INTENT)
        log.append(replace(INTENT, request_id="req-2", change_set="set-lost"))
        closed = OpenIntents(log, WRITTEN.get).sweep(LATER)
        assert [row.request_id for row in closed] == ["req-1", "req-2"]
        done, lost = rows(log)[-2:]
    assert (done.kind, done.request_id, done.change_set, done.caller, done.via) == (
        AuditKind.DONE, "req-1", "set-done", "acc-1", "sweeper",
    )  # fmt: skip
    assert (lost.kind, lost.request_id) == (AuditKind.NOT_DONE, "req-2")


def test_what_nobody_can_be_asked_about_is_an_alert(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log.append(replace(INTENT, action="give_grant", change_set=None))
        OpenIntents(log, WRITTEN.get).sweep(LATER)
        assert (rows(log)[-1].kind, rows(log)[-1].action) == (AuditKind.ALERT, "give_grant")


@pytest.mark.parametrize("kind", ["done", "not_done", "denied", "alert"])
def test_an_intent_with_an_outcome_is_left_alone(tmp_path: Path, kind: str) -> None:
    with opened(tmp_path) as log:
        log.append(INTENT)
        log.append(replace(INTENT, kind=AuditKind(kind)))
        assert (OpenIntents(log, WRITTEN.get).sweep(LATER), len(rows(log))) == ((), 2)


def test_an_alert_before_the_deed_ends_no_intent(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log.append(replace(INTENT, action="confirm_grant", change_set=None))
        log.append(replace(INTENT, kind=AuditKind.ALERT, action="confirm_grant", result=None))
        (closed,) = OpenIntents(log, WRITTEN.get).sweep(LATER)
        assert closed.kind is AuditKind.INTENT
        assert (rows(log)[-1].kind, rows(log)[-1].via) == (AuditKind.ALERT, "sweeper")
        assert OpenIntents(log, WRITTEN.get).sweep(LATER) == ()


def test_a_write_that_may_still_be_going_on_is_left_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        sweeper = OpenIntents(log, WRITTEN.get)
        log.append(INTENT)
        assert sweeper.sweep(NOON + timedelta(seconds=OPEN_S - 1)) == ()
        assert (len(sweeper.sweep(LATER)), sweeper.sweep(LATER + timedelta(hours=1))) == (1, ())


def test_several_processes_close_an_intent_once(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        log.append(INTENT)

        def beaten(change_set: str) -> int | None:
            OpenIntents(log, WRITTEN.get).sweep(LATER)  # another process is sooner
            return WRITTEN.get(change_set)

        OpenIntents(log, beaten).sweep(LATER)
        assert len(rows(log)) == 2


def test_a_store_that_cannot_say_is_asked_again(tmp_path: Path) -> None:
    is_away = [True, False]

    def written(change_set: str) -> int | None:
        if is_away.pop(0):
            raise StoreUnavailable("away")
        return WRITTEN.get(change_set)

    with opened(tmp_path) as log:
        log.append(INTENT)
        sweeper = OpenIntents(log, written)
        with pytest.raises(StoreUnavailable):
            sweeper.sweep(LATER)
        assert len(rows(log)) == 1
        sweeper.sweep(LATER)
        assert rows(log)[-1].kind is AuditKind.DONE


def test_the_outcome_may_stand_in_the_next_month(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        clock.now = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
        log.append(INTENT)
        log.append(replace(INTENT, request_id="req-2"))
        clock.now = datetime(2026, 12, 1, tzinfo=UTC)
        log.append(replace(INTENT, kind=AuditKind.DONE))
        closed = OpenIntents(log, WRITTEN.get).sweep(datetime(2026, 12, 1, 1, tzinfo=UTC))
        assert [row.request_id for row in closed] == ["req-2"]
