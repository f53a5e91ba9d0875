"""The audit log keeps all its guarantees on a real PostgreSQL too."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from api.audit.budget import Budget
from api.audit.chain import Anchors, open_seals
from api.audit.entry import AuditKind
from api.audit.log import AuditLog
from api.audit.maintenance import OPEN_S, OpenIntents
from api.audit.report import breach_of, look_ups, rows_of, sample_of, search_text
from api.audit.retention import drop_old_months
from api.audit.storage import PostgresStorage
from api.audit.verify import BreakReason, verify
from api.errors import Refusal
from tests.api.audit.logs import NOON, Clock, fill, rows, shown_entry
from tests.drills.postgresql import Cluster, Database, cluster

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def server() -> Generator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def database(server: Cluster) -> Database:
    return server.database()


@contextmanager
def open_log(url: str, folder: Path, clock: Clock | None = None) -> Generator[AuditLog]:
    shelf = PostgresStorage(url)
    try:
        is_new = not (shelf.existing_months() or shelf.month_digests())
        yield AuditLog(shelf, open_seals(folder / "keys" / "audit.json", is_new=is_new),
                       now=clock or Clock())  # fmt: skip
    finally:
        shelf.close()


def drop_months(log: AuditLog, folder: Path) -> Sequence[str]:
    """Return the months that a sweep drops; a person has confirmed the date."""
    anchors = Anchors(folder / "anchors")
    anchors.add(*log.head())
    return drop_old_months(log, NOON.date(), keep=24, anchors=anchors, is_confirmed=True)


def test_require_writable_as_the_api_role_needs_a_prepared_month(
    database: Database, tmp_path: Path
) -> None:
    owner = PostgresStorage(database.owner)
    owner.prepare(NOON.date(), 0, database.api_role)
    owner.close()
    clock = Clock()
    with open_log(database.api, tmp_path, clock) as log:
        log.require_writable()
        assert verify(log).rows == 0
    clock.now = datetime(2027, 1, 3, tzinfo=UTC)
    with open_log(database.api, tmp_path, clock) as log, pytest.raises(Refusal):
        log.require_writable()  # the table of that month is not prepared


def test_verify_detects_rows_in_the_table_of_another_month(
    database: Database, tmp_path: Path
) -> None:
    with open_log(database.owner, tmp_path) as log:
        fill(log, 3)
    do(
        database.owner,
        "ALTER TABLE audit_2026_11 RENAME TO audit_2020_01",
        "ALTER TABLE audit_2026_11_subject RENAME TO audit_2020_01_subject",
        "ALTER TABLE audit_month DISABLE TRIGGER ALL",
        "UPDATE audit_month SET month = '2020-01'",
    )
    with open_log(database.owner, tmp_path) as log:
        broken = verify(log).broken
    assert broken is not None
    assert (broken.seq, broken.why) == (1, BreakReason.OTHER_MONTH)


def do(url: str, *statements: str) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


FORGERIES = {
    "edit": ("UPDATE audit_2026_11 SET caller = 'acc-other' WHERE seq = 5",),
    "delete": ("DELETE FROM audit_2026_11 WHERE seq = 5",),
    "renumber": (
        "DELETE FROM audit_2026_11 WHERE seq = 5",
        "UPDATE audit_2026_11 SET seq = -seq WHERE seq > 5",
        "UPDATE audit_2026_11 SET seq = -seq - 1 WHERE seq < 0",
    ),
    "swap": (
        "UPDATE audit_2026_11 SET seq = -1 WHERE seq = 5",
        "UPDATE audit_2026_11 SET seq = 5 WHERE seq = 6",
        "UPDATE audit_2026_11 SET seq = 6 WHERE seq = -1",
    ),
    "forge": (
        "INSERT INTO audit_2026_11 (seq, at, kind, action, request_id, key_id, prev, mac) "
        "SELECT seq + 1, at, kind, action, request_id, key_id, mac, mac "
        "FROM audit_2026_11 WHERE seq = 10",
    ),
    "truncate": ("DELETE FROM audit_2026_11 WHERE seq > 5",),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_by_the_owner_is_found(database: Database, tmp_path: Path, name: str) -> None:
    anchors = Anchors(tmp_path / "anchors")
    with open_log(database.owner, tmp_path) as log:
        fill(log, 10)
        anchors.add(*log.head())
        assert verify(log, anchors).broken is None
        do(database.owner, "ALTER TABLE audit_2026_11 DISABLE TRIGGER ALL", *FORGERIES[name])
        assert verify(log, anchors).broken is not None


def test_update_delete_and_truncate_fail_even_for_the_owner(
    database: Database, tmp_path: Path
) -> None:
    with open_log(database.owner, tmp_path) as log:
        fill(log, 3)
        for statement in (*FORGERIES["edit"], *FORGERIES["delete"], "TRUNCATE audit_2026_11"):
            with pytest.raises(DBAPIError, match="never changed"):
                do(database.owner, statement)
        assert verify(log).rows == 3


def test_the_api_role_may_only_append_rows_to_prepared_months(
    database: Database, tmp_path: Path
) -> None:
    owner = PostgresStorage(database.owner)
    assert owner.prepare(NOON.date(), 2, database.api_role) == ["2026-11", "2026-12", "2027-01"]
    owner.close()
    clock = Clock()
    with open_log(database.api, tmp_path, clock) as log:
        fill(log, 2)
        clock.now = datetime(2027, 1, 3, tzinfo=UTC)
        fill(log, 2)
        assert (log.storage.existing_months(), verify(log).rows) == (["2026-11", "2027-01"], 4)
        clock.now = datetime(2027, 2, 3, tzinfo=UTC)
        with pytest.raises(Refusal) as refused:
            log.append(shown_entry(9))
        assert refused.value.kind.slug == "audit-unavailable"
        for statement in (*FORGERIES["edit"], *FORGERIES["delete"], "DROP TABLE audit_2026_11"):
            with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
                do(database.api, statement)
        assert verify(log).rows == 4


def test_old_months_are_dropped_whole_and_the_rest_verifies(
    database: Database, tmp_path: Path
) -> None:
    clock = Clock()
    with open_log(database.owner, tmp_path, clock) as log:
        for month in (9, 10):
            clock.now = datetime(2024, month, 3, tzinfo=UTC)
            fill(log, 3)
        clock.now = NOON
        fill(log, 3)
        assert drop_months(log, tmp_path) == ["2024-09", "2024-10"]
        assert log.storage.existing_months() == ["2026-11"]
        assert (verify(log).broken, log.append(shown_entry(1))) == (None, 13)
    with open_log(database.owner, tmp_path, clock) as log:
        do(database.owner, "ALTER TABLE audit_stub DISABLE TRIGGER ALL", "DELETE FROM audit_stub")
        broken = verify(log).broken
        assert broken is not None
        assert broken.why is BreakReason.UNREADABLE  # the list of months still holds them


def test_an_old_month_is_dropped_by_the_owner_and_not_by_the_api_role(
    database: Database, tmp_path: Path
) -> None:
    owner = PostgresStorage(database.owner)
    owner.prepare(date(2024, 9, 1), 30, database.api_role)
    owner.close()
    clock = Clock()
    with open_log(database.api, tmp_path, clock) as log:
        clock.now = datetime(2024, 9, 3, tzinfo=UTC)
        fill(log, 3)
        clock.now = NOON
        fill(log, 3)
        assert not log.storage.may_drop()
        assert drop_months(log, tmp_path) == ()
        assert verify(log).rows == 6
    with open_log(database.owner, tmp_path, clock) as log:
        assert drop_months(log, tmp_path) == ["2024-09"]
    with open_log(database.api, tmp_path, clock) as log:
        assert log.storage.existing_months() == ["2026-11"]
        assert (verify(log).broken, log.append(shown_entry(1))) == (None, 9)


def test_concurrent_writers_make_one_chain_and_spend_a_budget_exactly(
    database: Database, tmp_path: Path
) -> None:
    hour = timedelta(hours=1)
    budget = Budget(
        most=7, since=NOON - hour, until=NOON + hour, purposes=frozenset({"CONCERN"})
    )  # fmt: skip
    with (
        open_log(database.owner, tmp_path) as log,
        open_log(database.owner, tmp_path) as other,
        ThreadPoolExecutor(8) as threads,
    ):

        def ask(number: int) -> bool:
            entry = shown_entry(number, action="reveal_detail", purpose="CONCERN")
            try:
                (log, other)[number % 2].spend(entry, budget)
            except Refusal:
                return False
            return True

        assert sum(threads.map(ask, range(100))) == 7
        assert verify(other).rows == 100
        assert sum(row.kind is AuditKind.ALERT for row in rows(log)) == 93


def test_look_ups_search_breach_sample_and_open_intents_work_on_postgresql(
    database: Database, tmp_path: Path
) -> None:
    hour = timedelta(hours=1)
    with open_log(database.owner, tmp_path) as log:
        log.append(shown_entry(1, subjects=("jens",), asked={"text": f"hmac:{log.term('kystby')}"}))
        log.append(shown_entry(2, action="reveal_detail", purpose="ACUTE", subjects=("jens",)))
        log.append(replace(shown_entry(3, change_set="set-lost"), kind=AuditKind.INTENT))
        entries, _ = look_ups(log, "jens", lambda _account, _on: ("SSP_COORDINATOR",))
        assert len(entries) == 2
        assert [row.seq for row in search_text(log, "Kystby")[0]] == [1]
        (exposed,) = breach_of(log, "acc-1", since=NOON, until=NOON + hour)
        assert (exposed.person, exposed.count, exposed.is_revealed) == ("jens", 2, True)
        drawn = sample_of(log, 4, since=NOON, until=NOON + hour)
        assert ([row.seq for row in drawn.urgent], [row.seq for row in drawn.others]) == ([2], [1])
        OpenIntents(log, lambda _key: None).sweep(NOON + timedelta(seconds=OPEN_S + 1))
        assert rows(log)[-1].kind is AuditKind.NOT_DONE


def test_a_server_crash_loses_no_acknowledged_row_and_refuses_appends_meanwhile(
    server: Cluster, database: Database, tmp_path: Path
) -> None:
    is_over, acknowledged = Event(), set[str]()

    with open_log(database.owner, tmp_path) as log, ThreadPoolExecutor(4) as threads:

        def keep_writing(writer: int) -> int:
            refusals = number = 0
            while not is_over.is_set():
                number += 1
                entry = shown_entry(1000 * number + writer)
                try:
                    log.append(entry)
                except Refusal as refused:
                    refusals += refused.kind.slug == "audit-unavailable"
                    is_over.wait(0.01)
                else:
                    acknowledged.add(entry.request_id)
            return refusals

        writers = [threads.submit(keep_writing, writer) for writer in range(4)]
        try:
            for _ in range(3):
                _wait_for_more(acknowledged, is_over)
                server.stop("immediate")
                is_over.wait(0.2)
                server.start()
            _wait_for_more(acknowledged, is_over)
        finally:
            is_over.set()
        assert sum(writer.result() for writer in writers) > 0
        verdict = verify(log)
        assert verdict.broken is None
        request_ids = {row.request_id for row in rows_of(log, most=verdict.rows + 1)[0]}
    assert acknowledged <= request_ids


def _wait_for_more(acknowledged: set[str], is_over: Event) -> None:
    goal = len(acknowledged) + 50
    while len(acknowledged) < goal:
        is_over.wait(0.01)
