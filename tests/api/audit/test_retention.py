"""A month is dropped whole when it is old enough, and for no other reason."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api.audit import retention
from api.audit.chain import Anchors
from api.audit.entry import DEMO, AuditKind
from api.audit.log import AuditLog
from api.audit.retention import MOST_DAYS, Hold, RetentionHold, drop_old_months, swept_until
from api.audit.verify import BreakReason, BrokenRow, Verdict, verify
from tests.api.audit.logs import Clock, fill, open_log, rows, shown_entry, tampering

TODAY = date(2026, 11, 25)


def fill_four_months(log: AuditLog, clock: Clock) -> None:
    for year, month in ((2024, 9), (2024, 10), (2024, 11), (2026, 11)):
        clock.now = datetime(year, month, 3, tzinfo=UTC)
        fill(log, 3)


@pytest.fixture
def old_log(log: AuditLog, clock: Clock) -> AuditLog:
    fill_four_months(log, clock)
    return log


def anchors_at_head(folder: Path, log: AuditLog) -> Anchors:
    anchors = Anchors(folder / "anchors")
    anchors.add(*log.head())
    return anchors


def run_sweep(
    log: AuditLog, folder: Path, today: date = TODAY, *, keep: int = 24, is_confirmed: bool = True
) -> Sequence[str]:
    """Return the months that a sweep dropped; by default a person has confirmed `today`."""
    anchors = anchors_at_head(folder, log)
    return drop_old_months(log, today, keep=keep, anchors=anchors, is_confirmed=is_confirmed)


def hold(
    log: AuditLog, folder: Path, today: date, *, keep: int = 24, is_confirmed: bool = False
) -> Hold:
    """Return why a sweep dropped nothing; assert that the sweep wrote nothing."""
    before, head = log.storage.existing_months(), log.head()
    with pytest.raises(RetentionHold) as error:
        run_sweep(log, folder, today, keep=keep, is_confirmed=is_confirmed)
    assert (log.storage.existing_months(), log.head()) == (before, head)
    return error.value.why


def logged_parameters_of(log: AuditLog, action: str) -> list[dict[str, object]]:
    return [dict(row.asked) for row in rows(log) if row.action == action]


# ---- dropped months and their digests


def test_old_months_are_dropped_whole_and_the_rest_verifies_from_their_digests(
    tmp_path: Path,
) -> None:
    clock, anchors = Clock(), Anchors(tmp_path / "anchors")
    with open_log(tmp_path, clock) as log:
        fill_four_months(log, clock)
        anchors.add(6, rows(log)[5].mac)
        assert run_sweep(log, tmp_path) == ["2024-09", "2024-10"]
        assert log.storage.existing_months() == ["2024-11", "2026-11"]
        assert not list((tmp_path / "audit").glob("2024-09*"))
        verdict = verify(log, anchors)
        assert (verdict.broken, verdict.rows, verdict.last) == (None, 9, 15)
        digests = log.storage.month_digests()
        names = ("first_seq", "last_seq", "count")
        assert [[digest[name] for name in names] for digest in digests] == [[1, 3, 3], [4, 6, 3]]
        assert [row.action for row in rows(log)][-3:] == ["drop_month", "drop_month", "sweep"]
        assert {row.kind for row in rows(log)[-3:]} == {AuditKind.SYSTEM}
        assert (run_sweep(log, tmp_path, is_confirmed=False), log.append(shown_entry(9))) == (
            [],
            16,
        )


def test_a_changed_or_deleted_month_digest_is_found(old_log: AuditLog, tmp_path: Path) -> None:
    run_sweep(old_log, tmp_path)
    for change in ("last_seq = 5", "month = '2024-08'", "month = '2028-08'"):
        with tampering(tmp_path, "chain") as file:
            before = file.execute("SELECT * FROM audit_stub").fetchall()
            file.execute(f"UPDATE audit_stub SET {change} WHERE month = '2024-10'")
        broken = verify(old_log).broken
        assert broken is not None, change
        if change.startswith("last"):
            assert broken == BrokenRow(seq=4, why=BreakReason.STUB_CHANGED)
        with tampering(tmp_path, "chain") as file:
            file.execute("DELETE FROM audit_stub")
            marks = ", ".join("?" for _ in before[0])
            file.executemany(f"INSERT INTO audit_stub VALUES ({marks})", before)
    with tampering(tmp_path, "chain") as file:
        file.execute("DELETE FROM audit_stub")
    assert verify(old_log).broken == BrokenRow(seq=1, why=BreakReason.MISSING)


def test_a_dropped_month_left_by_a_crash_is_dropped_again(
    old_log: AuditLog, tmp_path: Path
) -> None:
    path = tmp_path / "audit" / "2024-09.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    run_sweep(old_log, tmp_path)
    path.write_bytes(content)
    path.chmod(0o600)
    assert verify(old_log).broken is None
    assert run_sweep(old_log, tmp_path, is_confirmed=False) == []
    assert not path.exists()
    assert verify(old_log).broken is None
    assert (
        len(old_log.storage.month_digests()),
        len(logged_parameters_of(old_log, "drop_month")),
    ) == (2, 2)


def test_a_changed_file_of_a_dropped_month_is_found(old_log: AuditLog, tmp_path: Path) -> None:
    path = tmp_path / "audit" / "2024-09.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    run_sweep(old_log, tmp_path)
    path.write_bytes(content)
    path.chmod(0o600)
    with tampering(tmp_path, "2024-09") as file:
        file.execute("DELETE FROM audit_subject WHERE seq = 3")
        file.execute("DELETE FROM audit WHERE seq = 3")
    assert verify(old_log).broken == BrokenRow(seq=3, why=BreakReason.STUB_CHANGED)
    assert hold(old_log, tmp_path, TODAY) is Hold.BROKEN
    assert path.exists()
    with tampering(tmp_path, "2024-09") as file:  # as left behind by another process
        file.execute("DELETE FROM audit_subject")
        file.execute("DELETE FROM audit")
    assert verify(old_log).broken is None


def test_each_dropped_month_is_logged_with_its_row_range_and_last_seal(
    old_log: AuditLog, tmp_path: Path
) -> None:
    seals = [row.mac for row in rows(old_log)]
    run_sweep(old_log, tmp_path)
    item = [row for row in rows(old_log) if row.action == "drop_month"]
    (sweep,) = logged_parameters_of(old_log, "sweep")
    assert [(row.kind, row.count, row.asked) for row in item] == [
        (AuditKind.SYSTEM, 3,
         {"month": month, "first_seq": last - 2, "last_seq": last, "count": 3,
          "last_mac": seals[last - 1]})
        for month, last in (("2024-09", 3), ("2024-10", 6))
    ]  # fmt: skip
    assert len({row.request_id for row in item}) == 2
    assert sweep == {"until": "2026-11-25", "is_confirmed": True}


def test_a_month_without_a_row_is_not_dropped(log: AuditLog, clock: Clock, tmp_path: Path) -> None:
    clock.now = datetime(2024, 8, 3, tzinfo=UTC)
    log.require_writable()
    fill_four_months(log, clock)
    assert run_sweep(log, tmp_path) == ["2024-09", "2024-10"]
    assert verify(log).broken is None


def test_only_one_of_two_concurrent_sweeps_drops_months(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    with open_log(tmp_path, clock) as other, open_log(tmp_path, clock) as log:
        fill_four_months(other, clock)
        anchors = anchors_at_head(tmp_path, log)

        def swept_meanwhile(log: AuditLog, anchors: Anchors) -> Verdict:
            monkeypatch.undo()
            assert run_sweep(other, tmp_path) == ["2024-09", "2024-10"]
            return verify(log, anchors)

        monkeypatch.setattr(retention, "verify", swept_meanwhile)
        assert drop_old_months(log, TODAY, keep=24, anchors=anchors, is_confirmed=True) == []
        assert (len(logged_parameters_of(log, "drop_month")), len(log.storage.month_digests())) == (
            2,
            2,
        )
        assert verify(log, anchors).is_proven


# ---- sweeps that are held


def test_a_log_that_does_not_verify_keeps_all_its_months(old_log: AuditLog, tmp_path: Path) -> None:
    with tampering(tmp_path, "2024-09") as file:
        file.execute("UPDATE audit SET caller = 'acc-other'")
    assert hold(old_log, tmp_path, TODAY, is_confirmed=True) is Hold.BROKEN


def test_without_anchors_only_the_demo_drops_months(old_log: AuditLog, tmp_path: Path) -> None:
    for anchors in (None, Anchors(tmp_path / "none")):
        with pytest.raises(RetentionHold) as error:
            drop_old_months(old_log, TODAY, keep=24, anchors=anchors, is_confirmed=True)
        assert error.value.why is Hold.UNANCHORED
    old_log.append(shown_entry(1, action=DEMO))
    dropped = drop_old_months(old_log, TODAY, keep=24, anchors=None, is_confirmed=True)
    assert dropped == ["2024-09", "2024-10"]


def test_a_cut_log_keeps_all_its_months(old_log: AuditLog, tmp_path: Path) -> None:
    anchors = anchors_at_head(tmp_path, old_log)
    with tampering(tmp_path, "2026-11") as file:
        file.execute("DELETE FROM audit_subject")
        file.execute("DELETE FROM audit")
    with pytest.raises(RetentionHold) as error:
        drop_old_months(old_log, TODAY, keep=24, anchors=anchors, is_confirmed=True)
    assert error.value.why is Hold.BROKEN


def sweep_daily(log: AuditLog, folder: Path, clock: Clock, until: datetime) -> list[str]:
    """Advance the clock until a time, add a row and sweep each day; return the dropped months."""
    dropped: list[str] = []
    while clock.now < until:
        clock.now += timedelta(days=1)
        log.append(shown_entry(1))
        dropped += run_sweep(log, folder, clock.now.date(), keep=2, is_confirmed=False)
    return dropped


def test_daily_sweeps_drop_each_month_when_it_is_old_enough(
    log: AuditLog, clock: Clock, tmp_path: Path
) -> None:
    clock.now = datetime(2026, 1, 30, 12, tzinfo=UTC)
    log.append(shown_entry(1))
    assert sweep_daily(log, tmp_path, clock, datetime(2026, 3, 31, 12, tzinfo=UTC)) == []
    assert sweep_daily(log, tmp_path, clock, datetime(2026, 4, 1, 12, tzinfo=UTC)) == ["2026-01"]
    assert sweep_daily(log, tmp_path, clock, datetime(2026, 4, 30, 12, tzinfo=UTC)) == []
    assert sweep_daily(log, tmp_path, clock, datetime(2026, 5, 1, 12, tzinfo=UTC)) == ["2026-02"]
    assert verify(log).broken is None


def test_a_sweep_is_logged_once_a_day_after_the_first_day(log: AuditLog, tmp_path: Path) -> None:
    assert drop_old_months(log, TODAY, keep=24, anchors=None) == ()
    assert swept_until(log) is None
    log.append(shown_entry(1))
    assert swept_until(log) == TODAY
    run_sweep(log, tmp_path, is_confirmed=False)
    assert logged_parameters_of(log, "sweep") == []
    tomorrow = TODAY + timedelta(days=1)
    for _ in range(2):
        run_sweep(log, tmp_path, tomorrow, is_confirmed=False)
    assert logged_parameters_of(log, "sweep") == [{"until": "2026-11-26", "is_confirmed": False}]
    assert swept_until(log) == tomorrow
    log.append(
        replace(shown_entry(2, action="sweep", asked={"why": "CLOCK"}), kind=AuditKind.ALERT)
    )
    assert swept_until(log) == tomorrow
    run_sweep(log, tmp_path, TODAY + timedelta(days=2), is_confirmed=False)
    assert swept_until(log) == TODAY + timedelta(days=2)


def test_without_a_logged_sweep_a_log_is_as_old_as_its_first_dropped_month(
    old_log: AuditLog, tmp_path: Path
) -> None:
    run_sweep(old_log, tmp_path)
    with tampering(tmp_path, "2026-11") as file:
        file.execute("DELETE FROM audit WHERE action = 'sweep'")
    assert swept_until(old_log) == date(2024, 9, 1)


def test_before_any_sweep_a_log_is_as_old_as_its_first_row(log: AuditLog, clock: Clock) -> None:
    clock.now = datetime(2024, 8, 3, tzinfo=UTC)
    log.require_writable()  # begins a month without a row
    fill_four_months(log, clock)
    assert swept_until(log) == date(2024, 9, 3)


@pytest.mark.parametrize("days", [MOST_DAYS + 1, 365, 2 * 366, -2, -400])
def test_a_clock_jump_drops_nothing(log: AuditLog, clock: Clock, tmp_path: Path, days: int) -> None:
    clock.now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    log.append(shown_entry(1))
    jump = clock.now.date() + timedelta(days=days)
    assert hold(log, tmp_path, jump, keep=1) is Hold.CLOCK
    clock.now += timedelta(days=days)
    log.append(shown_entry(2))  # rows written by the wrong clock do not end the hold
    assert hold(log, tmp_path, jump, keep=1) is Hold.CLOCK
    assert logged_parameters_of(log, "sweep") == []


@pytest.mark.parametrize("days", [MOST_DAYS, -1])
def test_a_clock_within_the_tolerance_does_not_hold_the_sweep(
    log: AuditLog, tmp_path: Path, days: int
) -> None:
    log.append(shown_entry(1))
    assert run_sweep(log, tmp_path, TODAY + timedelta(days=days), is_confirmed=False) == []
    assert bool(logged_parameters_of(log, "sweep")) is (days > 0)


def test_a_confirmed_day_ends_the_hold(log: AuditLog, clock: Clock, tmp_path: Path) -> None:
    clock.now = datetime(2024, 9, 3, tzinfo=UTC)
    fill(log, 3)
    clock.now = datetime(2026, 11, 25, tzinfo=UTC)
    assert hold(log, tmp_path, TODAY) is Hold.CLOCK
    assert run_sweep(log, tmp_path) == ["2024-09"]
    assert (log.storage.existing_months(), log.head()[0]) == (["2026-11"], 5)
    assert run_sweep(log, tmp_path, TODAY + timedelta(days=1), is_confirmed=False) == []
    assert verify(log).broken is None


def test_a_sweep_dropping_more_than_time_explains_is_held_until_confirmed(
    log: AuditLog, clock: Clock, tmp_path: Path
) -> None:
    clock.now = datetime(2026, 1, 30, 12, tzinfo=UTC)
    log.append(shown_entry(1))
    sweep_daily(log, tmp_path, clock, datetime(2026, 3, 20, 12, tzinfo=UTC))
    tomorrow = date(2026, 3, 21)
    assert hold(log, tmp_path, tomorrow, keep=1) is Hold.UNEXPLAINED  # `keep` was changed
    assert run_sweep(log, tmp_path, tomorrow, keep=1) == ["2026-01"]  # the change was intended


def test_a_sweep_row_changed_to_have_no_date_holds_the_sweep(log: AuditLog, tmp_path: Path) -> None:
    log.append(shown_entry(1))
    run_sweep(log, tmp_path, TODAY + timedelta(days=1), is_confirmed=False)
    for name in ("{", "{}", '{"until": "soon"}', '{"until": 5}', "[]"):
        with tampering(tmp_path) as file:
            file.execute("UPDATE audit SET asked = ? WHERE action = 'sweep'", (name,))
        assert hold(log, tmp_path, TODAY + timedelta(days=2)) is Hold.BROKEN, name


def test_each_hold_reason_has_a_label_in_both_languages() -> None:
    for word in (*Hold.__members__.values(),):
        assert word.label("da") != word.label("en")
    assert str(RetentionHold(Hold.CLOCK)) == Hold.CLOCK.label("en")
