"""Is the log anchored hourly, every ten thousand rows and at stop, and swept beside?"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.audit.chain import Anchors
from api.audit.entry import AuditKind
from api.audit.maintenance import AuditMaintenance, with_maintenance
from api.audit.verify import verify
from api.settings import Settings
from graph.errors import StoreUnavailable
from tests.api.audit.logs import NOON, Clock, filled, opened, rows, shown


def nothing_written(_change_set: str) -> int | None:
    return None


def nothing_owed() -> bool:
    return True


def test_an_hour_is_anchored_once(tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors")
    with opened(tmp_path) as log:
        keeper = AuditMaintenance(
            log, nothing_written, settle=nothing_owed, anchors=anchors, keep_months=24
        )
        keeper.look(NOON)
        assert not anchors.path.exists()  # there is no row yet
        log.append(shown(1))
        keeper.look(NOON + timedelta(minutes=59))
        assert not anchors.path.exists()
        keeper.look(NOON + timedelta(minutes=60))
        log.append(shown(2))
        keeper.look(NOON + timedelta(minutes=119))
        keeper.look(NOON + timedelta(minutes=120))
        assert anchors.all() == {row.seq: row.mac for row in rows(log)}


def test_so_many_rows_are_anchored_before_the_hour_is_over(tmp_path: Path) -> None:
    with opened(tmp_path, anchor_rows=10) as log:
        filled(log, 9)
        assert not log.is_anchor_due.is_set()
        log.append(shown(0))
        assert log.is_anchor_due.is_set()
        anchors = Anchors(tmp_path / "anchors")
        keeper = AuditMaintenance(
            log, nothing_written, settle=nothing_owed, anchors=anchors, keep_months=24
        )
        keeper.look(NOON)
        assert list(anchors.all()) == [10]
        assert not log.is_anchor_due.is_set()


def test_the_last_anchor_is_set_at_stop_and_intents_are_swept_beside(tmp_path: Path) -> None:
    settings = Settings(anchor_file=tmp_path / "anchors")
    with opened(tmp_path) as log:
        log.append(replace(shown(1), kind=AuditKind.INTENT, change_set="set-lost"))
        with with_maintenance(log, nothing_written, settings, settle=nothing_owed) as keeper:
            keeper.look(NOON + timedelta(hours=1))
            log.append(shown(2))
        assert max(Anchors(tmp_path / "anchors").all()) == log.head()[0]
        assert AuditKind.NOT_DONE in {row.kind for row in rows(log)}


def test_what_the_graph_is_owed_is_told_before_open_intents_are_closed(tmp_path: Path) -> None:
    told: dict[str, int] = {}

    def tell() -> None:
        told["set-owed"] = 2

    with opened(tmp_path) as log:
        log.append(replace(shown(1), kind=AuditKind.INTENT, change_set="set-owed"))
        keeper = AuditMaintenance(log, told.get, settle=tell, anchors=None, keep_months=24)
        keeper.look(NOON + timedelta(hours=1))
        assert rows(log)[-1].kind is AuditKind.DONE


def test_a_graph_that_cannot_be_told_holds_nothing_else_up(tmp_path: Path) -> None:
    def away() -> None:
        raise StoreUnavailable("the graph database does not answer")

    with opened(tmp_path) as log:
        log.append(replace(shown(1), kind=AuditKind.INTENT, change_set="set-lost"))
        keeper = AuditMaintenance(log, nothing_written, settle=away, anchors=None, keep_months=24)
        keeper.look(NOON + timedelta(hours=1))
        assert rows(log)[-1].kind is AuditKind.NOT_DONE


def test_a_second_place_that_is_away_is_an_alert_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path) as log:
        log.append(shown(1))
        anchors = Anchors(tmp_path / "not-mounted" / "anchors")
        keeper = AuditMaintenance(
            log, nothing_written, settle=nothing_owed, anchors=anchors, keep_months=24
        )
        keeper.look(NOON)
        keeper.look(NOON + timedelta(hours=2))
        assert [row.kind for row in rows(log)] == [AuditKind.SHOWN, AuditKind.ALERT]
        (tmp_path / "not-mounted").mkdir()
        keeper.look(NOON + timedelta(hours=4))
        assert list(anchors.all()) == [2]
    assert "FileNotFoundError" in caplog.text


def test_a_clock_that_jumps_is_an_alert_once_a_day_and_takes_no_month_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path) as log:
        log.append(shown(1))
        anchors = Anchors(tmp_path / "anchors")
        keeper = AuditMaintenance(
            log, nothing_written, settle=nothing_owed, anchors=anchors, keep_months=1
        )
        for days in (0, 1, 800, 800, 801):
            keeper.look(NOON + timedelta(days=days))
        told = [(row.kind, row.action, row.asked) for row in rows(log)[1:]]
        assert log.storage.begun() == ["2026-11"]
    swept = {"until": "2026-11-26", "is_confirmed": False}
    alert = AuditKind.ALERT, "sweep", {"why": "CLOCK"}
    assert told == [(AuditKind.SYSTEM, "sweep", swept), alert, alert]
    assert "The clock jumped" in caplog.text


def test_a_day_later_the_months_that_are_old_enough_are_dropped(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        log.append(shown(1))
        anchors = Anchors(tmp_path / "anchors")
        keeper = AuditMaintenance(
            log, nothing_written, settle=nothing_owed, anchors=anchors, keep_months=1
        )
        for days in range(40):
            clock.now = NOON + timedelta(days=days)
            keeper.look(clock.now)
        assert log.storage.begun() == ["2026-12", "2027-01"]
        assert verify(log, anchors).is_proven
