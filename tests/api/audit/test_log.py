"""Each row is on disk before its write is acknowledged, once, and in one chain."""

import logging
import sqlite3
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from filelock import FileLock

from api.audit.chain import FIRST, add_key, open_seals
from api.audit.log import AuditLog, audit_log
from api.audit.storage import Month, SqliteStorage
from api.audit.verify import verify
from api.errors import Refusal
from graph.errors import StoreUnavailable
from graph.store.encryption.key_file import KeyringRefused
from tests.api.audit.logs import Clock, open_log, rows, shown_entry


def test_rows_are_numbered_and_each_contains_the_seal_of_the_previous_row(log: AuditLog) -> None:
    assert [log.append(shown_entry(number)) for number in (1, 2, 3)] == [1, 2, 3]
    first, second, third = rows(log)
    assert (first.prev, second.prev, third.prev) == (FIRST, first.mac, second.mac)


def test_an_entry_is_read_back_unchanged(tmp_path: Path) -> None:
    entry = shown_entry(
        7, subjects=("amina", "bo"), asked={"limit": 20, "text": "hmac:ø"}, count=2, ms=4
    )
    with open_log(tmp_path, Clock()) as log:
        log.append(entry)
        (row,) = rows(log)
    for name in type(entry).__dataclass_fields__:
        assert getattr(row, name) == getattr(entry, name)
    assert row.at == datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_reopened_log_continues_the_chain(tmp_path: Path) -> None:
    with open_log(tmp_path) as log:
        log.append(shown_entry(1))
    with open_log(tmp_path) as log:
        assert log.append(shown_entry(2)) == 2
        assert verify(log).broken is None


def test_rows_cannot_be_updated_or_deleted_by_a_statement(log: AuditLog, tmp_path: Path) -> None:
    log.append(shown_entry(1, subjects=("amina",)))
    file = sqlite3.connect(tmp_path / "audit" / "2026-11.sqlite")
    for statement in (
        "UPDATE audit SET caller = 'acc-2'", "DELETE FROM audit",
        "UPDATE audit_subject SET subject = 'bo'", "DELETE FROM audit_subject",
    ):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            file.execute(statement)
    file.close()
    assert verify(log).broken is None


def test_concurrent_appends_write_one_chain_and_return_their_own_numbers(tmp_path: Path) -> None:
    with open_log(tmp_path) as log, open_log(tmp_path) as other, ThreadPoolExecutor(8) as threads:

        def write(number: int) -> tuple[str, int]:
            return f"req-{number}", (log, other)[number % 2].append(shown_entry(number))

        row_numbers = dict(threads.map(write, range(200)))
        assert verify(log).rows == 200
        assert {row.request_id: row.seq for row in rows(log)} == row_numbers


def test_a_new_month_is_a_new_file_in_the_same_chain(tmp_path: Path) -> None:
    clock = Clock()
    with open_log(tmp_path, clock) as log:
        log.append(shown_entry(1))
        clock.now = datetime(2026, 12, 1, tzinfo=UTC)
        log.append(shown_entry(2))
        clock.now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)  # the clock of another host is slow
        log.append(shown_entry(3))
        assert (log.storage.existing_months(), verify(log).rows) == (["2026-11", "2026-12"], 3)
    with open_log(tmp_path, Clock()) as log:
        assert log.append(shown_entry(4)) == 4


def test_a_month_that_another_process_begins_is_seen_at_once(tmp_path: Path) -> None:
    later = Clock()
    later.now = datetime(2026, 12, 1, tzinfo=UTC)
    with open_log(tmp_path) as log, open_log(tmp_path, later) as other:
        log.append(shown_entry(1))
        assert log.storage.existing_months() == ["2026-11"]
        other.append(shown_entry(2))
        assert (log.storage.existing_months(), log.append(shown_entry(3))) == (
            ["2026-11", "2026-12"],
            3,
        )
        assert verify(log).rows == 3


def test_an_older_key_still_verifies_and_the_next_start_takes_the_new_one(tmp_path: Path) -> None:
    with open_log(tmp_path) as log:
        log.append(shown_entry(1))
        word = log.term("kystby")
        fresh = add_key(tmp_path / "keys" / "audit.json")
        log.append(shown_entry(2))
        with open_log(tmp_path) as later:
            later.append(shown_entry(3))
            assert word in later.seals.terms(" Kystby")
            assert later.term("kystby") != word
        first, second, third = rows(log)
        assert first.key_id == second.key_id != third.key_id == fresh
        assert verify(log).broken is None


def test_a_log_with_rows_but_without_keys_is_refused(tmp_path: Path) -> None:
    with open_log(tmp_path) as log:
        log.append(shown_entry(1))
    (tmp_path / "keys" / "audit.json").unlink()
    with (
        pytest.raises(KeyringRefused, match="backup of the keys"),
        audit_log(tmp_path / "audit", tmp_path / "keys"),
    ):
        pass


def test_a_locked_log_is_unavailable_and_works_again_afterwards(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_log(tmp_path, busy_s=0.05) as log:
        log.append(shown_entry(1, caller="acc-hidden", subjects=("amina",)))
        for item in (_hold_file, _hold_turn):
            with item(tmp_path), caplog.at_level(logging.DEBUG), pytest.raises(Refusal) as error:
                log.append(shown_entry(2, caller="acc-hidden", subjects=("amina",)))
            assert error.value.kind.slug == "audit-unavailable"
        assert (log.append(shown_entry(3)), verify(log).rows) == (2, 2)
    assert "SQLITE_BUSY" in caplog.text
    assert not any(word in caplog.text for word in ("amina", "acc-hidden", "req-"))


def test_a_term_with_a_lone_surrogate_or_a_decomposed_letter_gets_a_digest(log: AuditLog) -> None:
    assert (len(log.term("\ud800")), log.term("Mu\u0308ller  ")) == (64, log.term("MÜLLER"))


def test_a_damaged_log_file_raises_store_unavailable_with_the_cause(tmp_path: Path) -> None:
    (tmp_path / "audit").mkdir(mode=0o700)
    (tmp_path / "audit" / "chain.sqlite").write_text("no database, but sixteen letters and more")
    (tmp_path / "audit" / "chain.sqlite").chmod(0o600)
    with (
        pytest.raises(StoreUnavailable, match="cannot be opened: DatabaseError SQLITE_NOTADB"),
        audit_log(tmp_path / "audit", tmp_path / "keys"),
    ):
        pass


class HangingStorage(SqliteStorage):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.is_asked, self.may_go_on = Event(), Event()

    @contextmanager
    def write_month(self, month: str) -> Generator[Month]:
        self.is_asked.set()
        self.may_go_on.wait()
        with super().write_month(month) as opened_month:
            yield opened_month


def test_appends_behind_a_hanging_disk_are_refused_after_a_timeout(tmp_path: Path) -> None:
    storage = HangingStorage(tmp_path / "audit")
    log = AuditLog(storage, open_seals(tmp_path / "keys" / "audit.json", is_new=True), wait_s=0.05)
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(log.append, shown_entry(1))
        storage.is_asked.wait()
        for number in (2, 3):
            with pytest.raises(Refusal, match=r"^audit-unavailable$"):
                log.append(shown_entry(number))
        storage.may_go_on.set()
        assert first.result() == 1
    assert log.append(shown_entry(4)) == 2
    assert [row.request_id for row in rows(log)] == ["req-1", "req-4"]
    storage.close()


def test_the_writability_check_leaves_no_row(log: AuditLog) -> None:
    log.require_writable()
    assert (verify(log).rows, log.storage.existing_months(), log.append(shown_entry(1))) == (
        0,
        ["2026-11"],
        1,
    )


def test_the_writability_check_really_writes_to_the_disk(tmp_path: Path) -> None:
    with open_log(tmp_path) as log:
        log.require_writable()
        wal_file = tmp_path / "audit" / "2026-11.sqlite-wal"
        before = wal_file.stat().st_size
        with open_log(tmp_path) as another:  # it has written nothing yet
            another.require_writable()
        assert wal_file.stat().st_size > before


def test_the_writability_check_writes_nothing_just_after_a_row(
    log: AuditLog, tmp_path: Path
) -> None:
    log.append(shown_entry(1))
    before = (tmp_path / "audit" / "2026-11.sqlite-wal").stat().st_size
    log.require_writable()
    assert (tmp_path / "audit" / "2026-11.sqlite-wal").stat().st_size == before


def test_the_writability_check_refuses_each_time_while_locked_and_recovers(tmp_path: Path) -> None:
    with open_log(tmp_path, busy_s=0.05) as log:
        log.append(shown_entry(1))
        with pytest.raises(Refusal), _hold_turn(tmp_path):
            log.append(shown_entry(2))
        for _ in range(2):  # regardless of earlier writes
            with pytest.raises(Refusal, match=r"^audit-unavailable$"), _hold_turn(tmp_path):
                log.require_writable()
        log.require_writable()


def test_exactly_the_acknowledged_appends_are_written_while_others_time_out(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "audit")
    seals = open_seals(tmp_path / "keys" / "audit.json", is_new=True)
    log = AuditLog(storage, seals, now=Clock(), wait_s=0.005)
    log.append(shown_entry(0))

    def write(number: int) -> str | None:
        try:
            log.append(shown_entry(number))
        except Refusal:
            return None
        return f"req-{number}"

    with ThreadPoolExecutor(8) as threads:
        acknowledged_ids = {item for item in threads.map(write, range(1, 200)) if item}
    assert {row.request_id for row in rows(log)} == acknowledged_ids | {"req-0"}
    assert verify(log).broken is None
    storage.close()


@contextmanager
def _hold_turn(folder: Path) -> Generator[None]:
    """Hold the lock for writing, as another process does."""
    with FileLock(folder / "audit" / "writing.lock"):
        yield


@contextmanager
def _hold_file(folder: Path) -> Generator[None]:
    """Hold a transaction on the file of the month, as another process does."""
    file = sqlite3.connect(folder / "audit" / "2026-11.sqlite", isolation_level=None)
    try:
        file.execute("BEGIN IMMEDIATE")
        yield
    finally:
        file.close()
