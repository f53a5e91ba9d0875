"""Every manipulation of the log is found at its first row and described in words."""

import random
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from api.audit.chain import Anchors
from api.audit.entry import DEMO
from api.audit.log import AuditLog
from api.audit.retention import drop_old_months
from api.audit.storage import Month
from api.audit.verify import BreakReason, BrokenRow, verify
from tests.api.audit.forgeries import FORGERIES, edit_one_character
from tests.api.audit.logs import Clock, fill, open_log, shown_entry, tampering

FOUND = {
    "edit": BrokenRow(seq=5, why=BreakReason.CHANGED),
    "delete": BrokenRow(seq=5, why=BreakReason.MISSING),
    "renumber": BrokenRow(seq=5, why=BreakReason.OUT_OF_CHAIN),
    "swap": BrokenRow(seq=5, why=BreakReason.OUT_OF_CHAIN),
    "forge": BrokenRow(seq=11, why=BreakReason.CHANGED),
    "truncate": BrokenRow(seq=5, why=BreakReason.CUT),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_found_at_its_first_row(log: AuditLog, tmp_path: Path, name: str) -> None:
    anchors = Anchors(tmp_path / "anchors")
    fill(log, 10)
    anchors.add(*log.head())
    assert verify(log, anchors).broken is None
    with tampering(tmp_path) as file:
        FORGERIES[name](file, 5)
    verdict = verify(log, anchors)
    assert verdict.broken == FOUND[name]
    assert not verdict.is_whole


def test_a_cut_tail_is_not_found_without_anchors(log: AuditLog, tmp_path: Path) -> None:
    fill(log, 10)
    with tampering(tmp_path) as file:
        FORGERIES["truncate"](file, 5)
    verdict = verify(log)
    assert (verdict.broken, verdict.anchors, verdict.last) == (None, None, 4)


def test_a_change_of_a_random_character_is_found(log: AuditLog, tmp_path: Path) -> None:
    drawn = random.Random(5)
    fill(log, 5)
    for row in range(5):
        log.append(shown_entry(row + 6, asked={"limit": row, "text": "hmac:" + "a" * 64}, ms=row))
    for _ in range(20):
        with tampering(tmp_path) as file:
            before = file.execute("SELECT * FROM audit ORDER BY seq").fetchall()
            place = edit_one_character(file, drawn)
        assert verify(log).broken is not None, place
        with tampering(tmp_path) as file:
            file.execute("DELETE FROM audit")
            marks = ", ".join("?" for _ in before[0])
            file.executemany(f"INSERT INTO audit VALUES ({marks})", before)
    assert verify(log).broken is None


@pytest.mark.parametrize("row", [1, 2, 3])
def test_a_person_missing_in_the_index_is_reported_at_the_last_row_verified(
    log: AuditLog, tmp_path: Path, row: int
) -> None:
    """The index of a month is compared as a whole, so the row itself is not known."""
    fill(log, 3)
    with tampering(tmp_path) as file:
        file.execute("DELETE FROM audit_subject WHERE subject = 'amina' AND seq = ?", (row,))
    assert verify(log).broken == BrokenRow(seq=3, why=BreakReason.INDEX_CHANGED)


def test_a_row_with_an_unknown_key_is_found(log: AuditLog, tmp_path: Path) -> None:
    fill(log, 3)
    with tampering(tmp_path) as file:
        file.execute("UPDATE audit SET key_id = 'mine' WHERE seq = 2")
    assert verify(log).broken == BrokenRow(seq=2, why=BreakReason.KEY_UNKNOWN)


def test_a_damaged_file_is_found(log: AuditLog, tmp_path: Path) -> None:
    fill(log, 3)
    with tampering(tmp_path) as file:
        file.execute("UPDATE audit SET action = CAST(x'ff' AS TEXT) WHERE seq = 2")
    broken = verify(log).broken
    assert broken is not None
    assert broken.why is BreakReason.UNREADABLE
    assert broken.seq <= 2


def test_a_missing_month_is_found(tmp_path: Path) -> None:
    clock = Clock()
    with open_log(tmp_path, clock) as log:
        log.append(shown_entry(1))
        clock.now = clock.now.replace(month=12)
        log.append(shown_entry(2))
    (tmp_path / "audit" / "2026-11.sqlite").unlink()
    with open_log(tmp_path, clock) as log:
        assert verify(log).broken == BrokenRow(seq=1, why=BreakReason.MISSING)


def test_a_row_that_differs_from_its_anchor_is_found(log: AuditLog, tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors")
    anchors.add(2, "e" * 64)
    fill(log, 3)
    assert verify(log, anchors).broken == BrokenRow(seq=2, why=BreakReason.NOT_AS_ANCHORED)


def test_a_verification_can_stop_early_and_be_continued(log: AuditLog) -> None:
    fill(log, 30)
    first = verify(log, most_s=0)
    assert (first.first, first.is_whole, first.broken) == (1, False, None)
    rest = verify(log, after=first.last)
    assert (rest.first, rest.last, rest.is_whole) == (first.last + 1, 30, True)
    assert first.rows + rest.rows == 30
    assert verify(log, after=30).is_whole
    assert verify(log, after=31).broken == BrokenRow(seq=31, why=BreakReason.MISSING)


def test_each_part_of_a_verification_checks_the_index_of_its_own_rows(
    log: AuditLog, tmp_path: Path
) -> None:
    fill(log, 5)
    for seq in (1, 4):
        with tampering(tmp_path) as file:
            file.execute("DELETE FROM audit_subject WHERE subject = 'amina' AND seq = ?", (seq,))
    assert verify(log, most_s=0).broken == BrokenRow(seq=1, why=BreakReason.INDEX_CHANGED)
    changed = BrokenRow(seq=5, why=BreakReason.INDEX_CHANGED)
    assert [verify(log, after=after).broken for after in (1, 3, 4, 5)] == [
        changed, changed, None, None,
    ]  # fmt: skip


def test_an_empty_log_is_whole(log: AuditLog) -> None:
    verdict = verify(log)
    assert (verdict.rows, verdict.last, verdict.is_whole, verdict.broken) == (0, 0, True, None)


def test_each_break_reason_has_a_label_in_both_languages() -> None:
    for word in (*BreakReason.__members__.values(),):
        assert word.label("da") != word.label("en")


def test_a_month_dropped_during_verification_is_no_break(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    with open_log(tmp_path, clock) as other, open_log(tmp_path, clock) as log:
        clock.now = clock.now.replace(month=9)
        fill(other, 3)
        clock.now = clock.now.replace(month=11)
        fill(other, 3)
        anchors = Anchors(tmp_path / "anchors")
        anchors.add(*other.head())
        read, today = log.storage.read_month, clock.now.date()

        def dropped_before(month: str) -> AbstractContextManager[Month]:
            monkeypatch.undo()
            assert drop_old_months(other, today, keep=1, anchors=anchors, is_confirmed=True)
            return read(month)

        monkeypatch.setattr(log.storage, "read_month", dropped_before)
        verdict = verify(log, anchors)
        assert (verdict.broken, verdict.rows, log.storage.existing_months()) == (
            None,
            5,
            ["2026-09", "2026-11"],
        )


# ---- months


def move_month(folder: Path, month: str, to: str) -> None:
    """Rename the file of a month to another month, as somebody with the disk may."""
    for end in ("", "-wal", "-shm"):
        path = folder / "audit" / f"{month}.sqlite{end}"
        if path.exists():
            path.rename(folder / "audit" / f"{to}.sqlite{end}")


@pytest.mark.parametrize("to", ["2020-01", "2026-10", "2026-12", "2028-11"])
def test_a_renamed_month_file_is_found_at_its_first_row(tmp_path: Path, to: str) -> None:
    anchors = Anchors(tmp_path / "anchors")
    with open_log(tmp_path) as log:
        fill(log, 3)
        anchors.add(*log.head())
    move_month(tmp_path, "2026-11", to)
    with open_log(tmp_path) as log:
        assert verify(log, anchors).broken == BrokenRow(seq=1, why=BreakReason.OTHER_MONTH)


def reseal_as_older_version(log: AuditLog, folder: Path, month: str = "2026-11") -> None:
    """Reseal the rows of a month as versions did that did not seal the month."""
    prev = None
    with tampering(folder, month) as file:
        names = [name for _, name, *_ in file.execute("PRAGMA table_info(audit)")]
        for row in file.execute("SELECT * FROM audit ORDER BY seq").fetchall():
            stored = dict(zip(names, row, strict=True))
            stored["prev"] = prev or stored["prev"]
            prev = log.seals.mac(stored, None)
            file.execute("UPDATE audit SET prev = ?, mac = ? WHERE seq = ?",
                         (stored["prev"], prev, stored["seq"]))  # fmt: skip


def test_rows_of_an_older_version_still_verify(log: AuditLog, clock: Clock, tmp_path: Path) -> None:
    fill(log, 2)
    clock.now = clock.now.replace(month=10)  # the clock of another host is slow
    fill(log, 1)
    reseal_as_older_version(log, tmp_path)
    assert verify(log).broken is None
    fill(log, 1)
    assert verify(log).rows == 4


@pytest.mark.parametrize("to", ["2020-01", "2026-10", "2026-12"])
def test_rows_of_an_older_version_in_a_renamed_month_file_are_found(
    tmp_path: Path, to: str
) -> None:
    with open_log(tmp_path) as log:
        fill(log, 2)
        reseal_as_older_version(log, tmp_path)
    move_month(tmp_path, "2026-11", to)
    with open_log(tmp_path) as log:
        assert verify(log).broken == BrokenRow(seq=1, why=BreakReason.OTHER_MONTH)


def test_a_row_of_an_older_version_that_was_changed_is_found(log: AuditLog, tmp_path: Path) -> None:
    fill(log, 2)
    reseal_as_older_version(log, tmp_path)
    with tampering(tmp_path) as file:
        file.execute("UPDATE audit SET caller = 'acc-other' WHERE seq = 2")
    assert verify(log).broken == BrokenRow(seq=2, why=BreakReason.CHANGED)


def test_the_end_is_proven_only_by_anchors_and_a_whole_verification(
    log: AuditLog, tmp_path: Path
) -> None:
    anchors = Anchors(tmp_path / "anchors")
    fill(log, 2)
    verdict = verify(log)
    assert (verdict.is_anchored, verdict.is_proven, verdict.is_demo) == (False, False, False)
    anchors.path.touch()
    assert not verify(log, anchors).is_proven  # the file of anchors was emptied
    anchors.add(*log.head())
    assert verify(log, anchors).is_proven
    assert not verify(log, anchors, most_s=0).is_proven  # the walk has not reached the end
    with tampering(tmp_path) as file:
        file.execute("UPDATE audit SET caller = 'acc-other' WHERE seq = 2")
    assert not verify(log, anchors).is_proven


def test_the_log_of_the_demo_needs_no_anchors(log: AuditLog) -> None:
    log.append(shown_entry(1, action=DEMO))
    fill(log, 2)
    verdict = verify(log)
    assert (verdict.is_demo, verdict.is_anchored, verdict.is_proven) == (True, True, True)
