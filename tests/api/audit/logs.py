"""Audit logs for tests, in a folder of their own, with a clock that the test sets."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.audit.chain import open_seals
from api.audit.entry import AuditKind, AuditRow, Entry
from api.audit.log import ANCHOR_ROWS, AuditLog
from api.audit.report import rows_of
from api.audit.storage import SqliteStorage

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SHOWN = Entry(
    kind=AuditKind.SHOWN, action="read_names", request_id="req-1", caller="acc-1",
    role="COORDINATOR", via="ses-1", result=200,
)  # fmt: skip


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def open_log(
    folder: Path, clock: Clock | None = None, *, busy_s: float = 5, anchor_rows: int = ANCHOR_ROWS
) -> Generator[AuditLog]:
    storage = SqliteStorage(folder / "audit", busy_s=busy_s)
    try:
        is_new = not (storage.existing_months() or storage.month_digests())
        seals = open_seals(folder / "keys" / "audit.json", is_new=is_new)
        yield AuditLog(storage, seals, now=clock or Clock(), anchor_rows=anchor_rows)
    finally:
        storage.close()


def shown_entry(number: int = 1, **changed: Any) -> Entry:
    return replace(SHOWN, request_id=f"req-{number}", **changed)


def fill(log: AuditLog, count: int) -> None:
    for number in range(1, count + 1):
        log.append(shown_entry(number, subjects=("amina", f"person-{number}"), ms=number))


def rows(log: AuditLog) -> list[AuditRow]:
    return list(reversed(rows_of(log, most=100_000)[0]))


@contextmanager
def tampering(folder: Path, month: str = "2026-11") -> Generator[sqlite3.Connection]:
    """Open the file of a month without its triggers, as somebody with the disk but no key may."""
    connection = sqlite3.connect(folder / "audit" / f"{month}.sqlite")
    try:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()
    finally:
        connection.close()


def refuse_rows(folder: Path, month: str, condition: str) -> None:
    """Make each later insert fail for rows that match an SQL condition."""
    with tampering(folder, month) as file:
        file.execute(
            f"CREATE TRIGGER full BEFORE INSERT ON audit WHEN {condition} "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
