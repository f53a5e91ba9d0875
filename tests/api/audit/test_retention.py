"""Is a month dropped whole when it is old enough, and does the rest still verify?"""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.audit.anchors import Anchors
from api.audit.entry import AuditKind
from api.audit.log import AuditLog
from api.audit.retention import drop_old_months
from api.audit.verify import Break, Broken, verify
from tests.api.audit.logs import Clock, filled, opened, rows, shown, tampering

TODAY = date(2026, 11, 25)


def grown(log: AuditLog, clock: Clock) -> None:
    for year, month in ((2024, 9), (2024, 10), (2024, 11), (2026, 11)):
        clock.now = datetime(year, month, 3, tzinfo=UTC)
        filled(log, 3)


def test_old_months_go_whole_and_the_rest_verifies_from_their_stubs(tmp_path: Path) -> None:
    clock, anchors = Clock(), Anchors(tmp_path / "anchors")
    with opened(tmp_path, clock) as log:
        grown(log, clock)
        anchors.add(6, rows(log)[5].mac)
        assert drop_old_months(log, TODAY, keep=24) == ["2024-09", "2024-10"]
        assert log.shelf.begun() == ["2024-11", "2026-11"]
        assert not list((tmp_path / "audit").glob("2024-09*"))
        told = verify(log, anchors)
        assert (told.broken, told.rows, told.last) == (None, 8, 14)
        stubs = log.shelf.stubs()
        assert [(one["first_seq"], one["last_seq"], one["count"]) for one in stubs] == [
            (1, 3, 3), (4, 6, 3),
        ]  # fmt: skip
        assert [row.kind for row in rows(log)][-2:] == [AuditKind.SYSTEM, AuditKind.SYSTEM]
        assert drop_old_months(log, TODAY, keep=24) == ()
        assert log.append(shown(9)) == 15


def test_a_forged_stub_and_another_end_are_found(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        grown(log, clock)
        drop_old_months(log, TODAY, keep=24)
        with tampering(tmp_path, "chain") as file:
            file.execute("UPDATE audit_stub SET last_seq = 5 WHERE month = '2024-10'")
        assert verify(log).broken == Broken(seq=4, why=Break.STUB_CHANGED)
        with tampering(tmp_path, "chain") as file:
            file.execute("DELETE FROM audit_stub")
        assert verify(log).broken == Broken(seq=1, why=Break.MISSING)


def test_a_log_that_does_not_verify_keeps_all_its_months(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        grown(log, clock)
        with tampering(tmp_path, "2024-09") as file:
            file.execute("UPDATE audit SET caller = 'acc-other'")
        assert drop_old_months(log, TODAY, keep=24) == ()
        assert len(log.shelf.begun()) == 4
    assert "does not verify" in caplog.text


def test_what_a_crash_left_of_a_dropped_month_is_dropped_again(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        grown(log, clock)
        path = tmp_path / "audit" / "2024-09.sqlite"
        with sqlite3.connect(path) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.close()
        kept = path.read_bytes()
        drop_old_months(log, TODAY, keep=24)
        path.write_bytes(kept)
        path.chmod(0o600)
        assert verify(log).broken is None
        drop_old_months(log, TODAY, keep=24)
        assert not path.exists()
        assert verify(log).broken is None
        assert len(log.shelf.stubs()) == 2


def test_a_log_that_slept_for_years_goes_on_behind_its_stub(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        clock.now = datetime(2024, 9, 3, tzinfo=UTC)
        filled(log, 3)
        clock.now = datetime(2026, 11, 25, tzinfo=UTC)
        drop_old_months(log, TODAY, keep=24)
        assert (log.shelf.begun(), log.head()[0]) == (["2026-11"], 4)
        assert verify(log).broken is None


def test_each_dropped_month_is_told_in_the_log_with_what_it_held(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        grown(log, clock)
        seals = [row.mac for row in rows(log)]
        drop_old_months(log, TODAY, keep=24)
        told = [row for row in rows(log) if row.kind is AuditKind.SYSTEM]
    assert [(row.action, row.count, row.asked) for row in told] == [
        ("drop_month", 3, {"month": month, "first_seq": last - 2, "last_seq": last, "count": 3,
                           "last_mac": seals[last - 1]})
        for month, last in (("2024-09", 3), ("2024-10", 6))
    ]  # fmt: skip
    assert len({row.request_id for row in told}) == 2
