"""The log is anchored hourly, every ten thousand rows and at stop, and swept meanwhile."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.audit.chain import Anchors
from api.audit.entry import AuditKind
from api.audit.log import AuditLog
from api.audit.maintenance import OPEN_S, AuditMaintenance, OpenIntents, with_maintenance
from api.audit.verify import verify
from api.settings import Settings
from graph.errors import StoreUnavailable
from tests.api.audit.logs import NOON, Clock, fill, open_log, rows, shown_entry


def nothing_written(_change_set: str) -> int | None:
    return None


def maintenance_of(log: AuditLog, anchors: Anchors, keep_months: int = 24) -> AuditMaintenance:
    return AuditMaintenance(
        log, nothing_written, settle=lambda: None, anchors=anchors, keep_months=keep_months
    )


def test_an_anchor_is_written_once_an_hour(log: AuditLog, tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors")
    maintenance = maintenance_of(log, anchors)
    maintenance.look(NOON)
    assert not anchors.path.exists()  # the log has no row yet
    log.append(shown_entry(1))
    maintenance.look(NOON + timedelta(minutes=59))
    assert not anchors.path.exists()
    maintenance.look(NOON + timedelta(minutes=60))
    log.append(shown_entry(2))
    maintenance.look(NOON + timedelta(minutes=119))
    maintenance.look(NOON + timedelta(minutes=120))
    assert anchors.all() == {row.seq: row.mac for row in rows(log)}


def test_an_anchor_is_written_early_after_a_number_of_rows(tmp_path: Path) -> None:
    with open_log(tmp_path, anchor_rows=10) as log:
        fill(log, 9)
        assert not log.is_anchor_due.is_set()
        log.append(shown_entry(0))
        assert log.is_anchor_due.is_set()
        anchors = Anchors(tmp_path / "anchors")
        maintenance_of(log, anchors).look(NOON)
        assert list(anchors.all()) == [10]
        assert not log.is_anchor_due.is_set()


def test_an_anchor_is_set_at_stop_and_intents_are_swept(log: AuditLog, tmp_path: Path) -> None:
    settings = Settings(anchor_file=tmp_path / "anchors")
    log.append(replace(shown_entry(1), kind=AuditKind.INTENT, change_set="set-lost"))
    with with_maintenance(log, nothing_written, settings, settle=lambda: None) as maintenance:
        maintenance.look(NOON + timedelta(hours=1))
        log.append(shown_entry(2))
    assert max(Anchors(tmp_path / "anchors").all()) == log.head()[0]
    assert AuditKind.NOT_DONE in {row.kind for row in rows(log)}


def test_owed_writes_are_settled_before_open_intents_are_closed(log: AuditLog) -> None:
    revisions: dict[str, int] = {}

    def tell() -> None:
        revisions["set-owed"] = 2

    log.append(replace(shown_entry(1), kind=AuditKind.INTENT, change_set="set-owed"))
    maintenance = AuditMaintenance(log, revisions.get, settle=tell, anchors=None, keep_months=24)
    maintenance.look(NOON + timedelta(hours=1))
    assert rows(log)[-1].kind is AuditKind.DONE


def test_open_intents_are_closed_although_owed_writes_cannot_be_settled(log: AuditLog) -> None:
    def away() -> None:
        raise StoreUnavailable("the graph database does not answer")

    log.append(replace(shown_entry(1), kind=AuditKind.INTENT, change_set="set-lost"))
    maintenance = AuditMaintenance(log, nothing_written, settle=away, anchors=None, keep_months=24)
    maintenance.look(NOON + timedelta(hours=1))
    assert rows(log)[-1].kind is AuditKind.NOT_DONE


def test_an_unavailable_anchor_file_leaves_one_alert(
    log: AuditLog, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log.append(shown_entry(1))
    anchors = Anchors(tmp_path / "not-mounted" / "anchors")
    maintenance = maintenance_of(log, anchors)
    maintenance.look(NOON)
    maintenance.look(NOON + timedelta(hours=2))
    assert [row.kind for row in rows(log)] == [AuditKind.SHOWN, AuditKind.ALERT]
    (tmp_path / "not-mounted").mkdir()
    maintenance.look(NOON + timedelta(hours=4))
    assert list(anchors.all()) == [2]
    assert "FileNotFoundError" in caplog.text


def test_a_clock_jump_is_an_alert_once_a_day(
    log: AuditLog, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log.append(shown_entry(1))
    maintenance = maintenance_of(log, Anchors(tmp_path / "anchors"), keep_months=1)
    for days in (0, 1, 800, 800, 801):
        maintenance.look(NOON + timedelta(days=days))
    actual = [(row.kind, row.action, row.asked) for row in rows(log)[1:]]
    assert log.storage.existing_months() == ["2026-11"]
    swept = {"until": "2026-11-26", "is_confirmed": False}
    alert = AuditKind.ALERT, "sweep", {"why": "CLOCK"}
    assert actual == [(AuditKind.SYSTEM, "sweep", swept), alert, alert]
    assert "The clock jumped" in caplog.text


def test_old_months_are_dropped_by_daily_maintenance(
    log: AuditLog, clock: Clock, tmp_path: Path
) -> None:
    log.append(shown_entry(1))
    anchors = Anchors(tmp_path / "anchors")
    maintenance = maintenance_of(log, anchors, keep_months=1)
    for days in range(40):
        clock.now = NOON + timedelta(days=days)
        maintenance.look(clock.now)
    assert log.storage.existing_months() == ["2026-12", "2027-01"]
    assert verify(log, anchors).is_proven


LATER = NOON + timedelta(seconds=OPEN_S + 1)
WRITTEN: Mapping[str, int] = {"set-done": 7}
INTENT = replace(shown_entry(1), kind=AuditKind.INTENT, action="change_link", change_set="set-done")


def test_an_open_intent_is_done_if_the_store_has_its_change_set_else_not_done(
    log: AuditLog,
) -> None:
    log.append(INTENT)
    log.append(replace(INTENT, request_id="req-2", change_set="set-lost"))
    closed = OpenIntents(log, WRITTEN.get).sweep(LATER)
    assert [row.request_id for row in closed] == ["req-1", "req-2"]
    done, lost = rows(log)[-2:]
    assert (done.kind, done.request_id, done.change_set, done.caller, done.via) == (
        AuditKind.DONE, "req-1", "set-done", "acc-1", "sweeper",
    )  # fmt: skip
    assert (lost.kind, lost.request_id) == (AuditKind.NOT_DONE, "req-2")


def test_an_open_intent_without_a_change_set_becomes_an_alert(log: AuditLog) -> None:
    log.append(replace(INTENT, action="give_grant", change_set=None))
    OpenIntents(log, WRITTEN.get).sweep(LATER)
    assert (rows(log)[-1].kind, rows(log)[-1].action) == (AuditKind.ALERT, "give_grant")


@pytest.mark.parametrize("kind", ["done", "not_done", "denied", "alert"])
def test_an_intent_with_an_outcome_is_left_alone(log: AuditLog, kind: str) -> None:
    log.append(INTENT)
    log.append(replace(INTENT, kind=AuditKind(kind)))
    assert (OpenIntents(log, WRITTEN.get).sweep(LATER), len(rows(log))) == ((), 2)


def test_an_alert_before_the_outcome_closes_no_intent(log: AuditLog) -> None:
    log.append(replace(INTENT, action="confirm_grant", change_set=None))
    log.append(replace(INTENT, kind=AuditKind.ALERT, action="confirm_grant", result=None))
    (closed,) = OpenIntents(log, WRITTEN.get).sweep(LATER)
    assert closed.kind is AuditKind.INTENT
    assert (rows(log)[-1].kind, rows(log)[-1].via) == (AuditKind.ALERT, "sweeper")
    assert OpenIntents(log, WRITTEN.get).sweep(LATER) == ()


def test_an_intent_is_left_open_while_its_write_may_still_run(log: AuditLog) -> None:
    open_intents = OpenIntents(log, WRITTEN.get)
    log.append(INTENT)
    assert open_intents.sweep(NOON + timedelta(seconds=OPEN_S - 1)) == ()
    assert (len(open_intents.sweep(LATER)), open_intents.sweep(LATER + timedelta(hours=1))) == (
        1,
        (),
    )


def test_several_processes_close_an_intent_once(log: AuditLog) -> None:
    log.append(INTENT)

    def beaten(change_set: str) -> int | None:
        OpenIntents(log, WRITTEN.get).sweep(LATER)  # another process closes it first
        return WRITTEN.get(change_set)

    OpenIntents(log, beaten).sweep(LATER)
    assert len(rows(log)) == 2


def test_an_intent_is_retried_after_the_store_was_unavailable(log: AuditLog) -> None:
    is_away = [True, False]

    def revision_by_key(change_set: str) -> int | None:
        if is_away.pop(0):
            raise StoreUnavailable("away")
        return WRITTEN.get(change_set)

    log.append(INTENT)
    open_intents = OpenIntents(log, revision_by_key)
    with pytest.raises(StoreUnavailable):
        open_intents.sweep(LATER)
    assert len(rows(log)) == 1
    open_intents.sweep(LATER)
    assert rows(log)[-1].kind is AuditKind.DONE


def test_an_outcome_in_the_next_month_closes_its_intent(log: AuditLog, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    log.append(INTENT)
    log.append(replace(INTENT, request_id="req-2"))
    clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    log.append(replace(INTENT, kind=AuditKind.DONE))
    closed = OpenIntents(log, WRITTEN.get).sweep(datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert [row.request_id for row in closed] == ["req-2"]
