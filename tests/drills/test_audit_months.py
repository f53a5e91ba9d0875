"""Every manipulation of whole months of the audit log is found, and no sweep drops a month."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from api.audit.chain import Anchors
from api.audit.log import AuditLog
from api.audit.retention import RetentionHold, drop_old_months
from api.audit.verify import Verdict, verify
from tests.api.audit.logs import Clock, fill, open_log, tampering
from tests.drills.figures import note

pytestmark = pytest.mark.drill

DROPPED: Final = ("2026-03", "2026-04", "2026-05", "2026-06")
KEPT: Final = ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11")
NOWHERE: Final = ("2020-01", "2026-02", "2026-12", "2028-11")
"""Months that are not in the log: before it and after it."""
KEEP: Final = 4
LAST: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
TWO_YEARS: Final = timedelta(days=731)
Forgery = Callable[[Path], None]


def create_swept_log(folder: Path) -> None:
    """A log of nine months that was swept each week: four are digests. Anchored at its end."""
    clock, anchors = Clock(), Anchors(folder / "anchors")
    clock.now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    with open_log(folder, clock) as log:
        while clock.now <= LAST:
            fill(log, 2)
            anchors.add(*log.head())
            sweep(log, clock, anchors)
            clock.now += timedelta(days=7)
        anchors.add(*log.head())
        assert [digest["month"] for digest in log.storage.month_digests()] == [*DROPPED]
        assert verify(log, anchors).is_proven


def sweep(log: AuditLog, clock: Clock, anchors: Anchors | None, *, by_hand: bool = False) -> bool:
    """Whether a sweep dropped months."""
    today = clock.now.date()
    try:
        return bool(drop_old_months(log, today, keep=KEEP, anchors=anchors, is_confirmed=by_hand))
    except RetentionHold:
        return False


def file_of(folder: Path, month: str) -> Path:
    return folder / "audit" / f"{month}.sqlite"


def digests(folder: Path, statement: str) -> None:
    with tampering(folder, "chain") as file:
        file.execute(statement)


def rows(folder: Path, month: str, statement: str) -> None:
    with tampering(folder, month) as file:
        file.execute(f"DELETE FROM audit_subject WHERE seq IN (SELECT seq FROM audit {statement})")
        file.execute(f"DELETE FROM audit WHERE seq IN (SELECT seq FROM audit {statement})")


def redate_month(folder: Path, month: str, years: int) -> None:
    """Move the rows of a month and its file by a number of years."""
    year, rest = int(month[:4]) + years, month[4:]
    with tampering(folder, month) as file:
        file.execute("UPDATE audit SET at = ? || substr(at, 5)", (f"{year:04}",))
    file_of(folder, month).rename(file_of(folder, f"{year:04}{rest}"))


def swap_months(folder: Path, month: str, other: str) -> None:
    between = folder / "between"
    file_of(folder, month).rename(between)
    file_of(folder, other).rename(file_of(folder, month))
    between.rename(file_of(folder, other))


def forgeries() -> Iterator[tuple[str, Forgery]]:
    """Yield the forgeries that somebody with the disk but no key may try."""
    for month in KEPT:
        for to in (*NOWHERE, DROPPED[0], DROPPED[-1], *KEPT):
            if to != month:
                yield (
                    f"rename {month} {to}",
                    lambda at, month=month, to=to: _put(file_of(at, month).rename, at, to),
                )
                yield (
                    f"copy {month} {to}",
                    lambda at, month=month, to=to: _put(
                        lambda path, month=month, at=at: shutil.copy(file_of(at, month), path),
                        at, to,
                    ),
                )  # fmt: skip
        for other in KEPT[KEPT.index(month) + 1 :]:
            yield (
                f"swap {month} {other}",
                lambda at, month=month, other=other: swap_months(at, month, other),
            )
        for years in (-2, -1, 1, 2):
            yield (
                f"re-date {month} {years}",
                lambda at, month=month, years=years: redate_month(at, month, years),
            )
        yield f"take {month}", lambda at, month=month: file_of(at, month).unlink()
        for end in ("ORDER BY seq LIMIT 1", "ORDER BY seq DESC LIMIT 1", ""):
            yield (
                f"cut {month} {end}",
                lambda at, month=month, end=end: rows(at, month, end),
            )
    for month in DROPPED:
        is_it = f"WHERE month = '{month}'"
        for to in NOWHERE:
            yield (
                f"re-date digest {month} {to}",
                lambda at, is_it=is_it, to=to: digests(
                    at, f"UPDATE audit_stub SET month = '{to}' {is_it}"
                ),
            )
            columns = "first_seq, last_seq, count, first_prev, last_mac, key_id, mac"
            yield (
                f"copy digest {month} {to}",
                lambda at, is_it=is_it, to=to, columns=columns: digests(
                    at,
                    f"INSERT INTO audit_stub SELECT '{to}', {columns} FROM audit_stub {is_it}",
                ),
            )
        yield (
            f"take digest {month}",
            lambda at, is_it=is_it: digests(at, f"DELETE FROM audit_stub {is_it}"),
        )
        for column in ("first_seq", "last_seq", "count"):
            yield (
                f"cut digest {month} {column}",
                lambda at, is_it=is_it, column=column: digests(
                    at, f"UPDATE audit_stub SET {column} = {column} + 1 {is_it}"
                ),
            )
    yield "take all digests", lambda at: (at / "audit" / "chain.sqlite").unlink()
    yield "take all", lambda at: shutil.rmtree(at / "audit")


def _put(how: Callable[[Path], object], folder: Path, month: str) -> None:
    file_of(folder, month).unlink(missing_ok=True)
    how(file_of(folder, month))


def rows_by_file(folder: Path) -> Mapping[str, int]:
    """Return the number of rows in each file of a month, by file name."""
    counts: dict[str, int] = {}
    for path in sorted((folder / "audit").glob("20*.sqlite")):
        with closing(sqlite3.connect(path)) as file:
            (counts[path.stem],) = file.execute("SELECT count(*) FROM audit").fetchone()
    return counts


def verdict_of(folder: Path, anchors: Anchors | None) -> Verdict:
    with open_log(folder) as log:
        return verify(log, anchors)


@pytest.mark.parametrize("every", [pytest.param(11, marks=pytest.mark.ci_drill), 1])
def test_every_forgery_of_months_is_detected_and_no_sweep_drops_a_month(
    tmp_path: Path, every: int
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    create_swept_log(whole)
    missed: list[str] = []
    tried = 0
    clock = Clock()
    for name, forge in list(forgeries())[::every]:
        tried += 1
        folder = tmp_path / "forged"
        shutil.copytree(whole, folder)
        forge(folder)
        anchors, before = Anchors(folder / "anchors"), rows_by_file(folder)
        if verdict_of(folder, anchors).broken is None:
            missed.append(f"{name}: anchored")
        if verdict_of(folder, None).is_proven:
            missed.append(f"{name}: without an anchor")
        with open_log(folder, clock) as log:
            for days in (0, 1, 30, 731):
                clock.now = LAST + timedelta(days=days)
                for proof in (anchors, None):
                    for by_hand in (False, True):
                        sweep(log, clock, proof, by_hand=by_hand)
        after = rows_by_file(folder)
        if any(after.get(month, 0) < count for month, count in before.items()):
            missed.append(f"{name}: {before} became {after}")
        shutil.rmtree(folder)
    note("audit months", forgeries=tried, missed=len(missed))
    assert missed == []


JUMPS: Final = {
    "forward": (0, 1, 731, 732, 760),
    "forward and back": (0, 1, 731, 732, 2, 3),
    "back": (0, 1, -731, -730, -700),
    "back and forward": (0, 1, -731, -730, 2, 3),
    "forward at the start": (731, 732, 760),
    "forward, then back at the start": (731, 1, 732, 2, 733, 3),
}
"""The days of the sweeps, counted from the last day of the log."""


@pytest.mark.ci_drill
@pytest.mark.parametrize("name", JUMPS)
@pytest.mark.parametrize("is_anchored", [True, False])
def test_a_clock_jump_of_two_years_drops_no_month(
    tmp_path: Path, name: str, is_anchored: bool
) -> None:
    create_swept_log(tmp_path)
    before, clock = rows_by_file(tmp_path), Clock()
    anchors = Anchors(tmp_path / "anchors")
    with open_log(tmp_path, clock) as log:
        for days in JUMPS[name]:
            clock.now = LAST + timedelta(days=days)
            fill(log, 1)
            anchors.add(*log.head())
            assert not sweep(log, clock, anchors if is_anchored else None), days
        assert verify(log, anchors).is_proven
    after = rows_by_file(tmp_path)
    assert all(after[month] >= count for month, count in before.items())


@pytest.mark.ci_drill
def test_old_months_are_dropped_again_after_the_clock_is_corrected(tmp_path: Path) -> None:
    create_swept_log(tmp_path)
    clock, anchors = Clock(), Anchors(tmp_path / "anchors")
    with open_log(tmp_path, clock) as log:
        clock.now = LAST + TWO_YEARS
        assert not sweep(log, clock, anchors)
        for day in (date(2026, 11, 30), date(2026, 12, 1)):
            clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            fill(log, 1)
            anchors.add(*log.head())
            assert sweep(log, clock, anchors) is (day.month == 12)
        assert log.storage.existing_months()[0] == "2026-08"
        assert verify(log, anchors).is_proven
