"""Maintenance of the audit log: open intents resolved, anchors written, old months dropped.

It runs in one thread in each API process; failures are logged and retried.
"""

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.audit.chain import Anchors
from api.audit.entry import SWEEPER, AuditKind, AuditRow, Entry, instant, is_outcome, row_of
from api.audit.log import AuditLog
from api.audit.retention import SWEEP, RetentionHold, drop_old_months
from api.audit.storage import OF_WRITES, Month
from api.errors import Refusal
from api.settings import Settings
from graph.errors import StoreUnavailable
from graph.model.base import random_id

# Longer than most writes; an import has 60 s and 1 ms for each element (`write_limit_s`). The
# look-up of a change set in the graph waits for a write that still runs, or fails and is retried.
OPEN_S: Final = 90
_MONTHS: Final = 2  # an intent of the last minutes of a month may have its outcome in the next

ReadRevision = Callable[[str], int | None]
"""The revision a change set created; None if it created none. Raises: StoreUnavailable."""


class OpenIntents:
    """Closes the intents left open by a crash; each time range is examined once."""

    def __init__(self, log: AuditLog, read_revision: ReadRevision) -> None:
        self._log, self._read_revision = log, read_revision
        self._swept_to = ""

    def sweep(self, now: datetime) -> Sequence[AuditRow]:
        """Close and return the intents older than `OPEN_S`.

        Raises:
            StoreUnavailable: the store cannot answer now; open intents are retried.
            Refusal: the outcome cannot be recorded.
        """
        until = instant(now - timedelta(seconds=OPEN_S))
        storage = self._log.storage
        intents: dict[str, AuditRow] = {}
        for name in storage.existing_months()[-_MONTHS:]:
            with storage.read_month(name) as month:
                for row in _writes(month, self._swept_to):
                    if row.kind is AuditKind.INTENT:
                        intents[row.request_id] = row
                    elif is_outcome(row):
                        intents.pop(row.request_id, None)
        left_open = tuple(row for row in intents.values() if instant(row.at) < until)
        for intent in left_open:
            self._close(intent)
        self._swept_to = until
        return left_open

    def _close(self, intent: AuditRow) -> None:
        """Record the outcome of a write: done if the store has its change set, else not done.

        A change of an account is in another database, which stores no change sets: it becomes an
        alert, for a person to review.
        """
        kind = AuditKind.ALERT
        if intent.change_set is not None:
            is_missing = self._read_revision(intent.change_set) is None
            kind = AuditKind.NOT_DONE if is_missing else AuditKind.DONE
        entry = Entry(
            kind=kind, action=intent.action, request_id=intent.request_id, caller=intent.caller,
            role=intent.role, via=SWEEPER, subjects=intent.subjects, purpose=intent.purpose,
            asked={"sweep": random_id("swp")}, change_set=intent.change_set,
        )  # fmt: skip

        def unless_ended(months: Sequence[Month], entries: Sequence[Entry]) -> Sequence[Entry]:
            """Drop the entry if another process has recorded the outcome meanwhile."""
            later = [row for month in months for row in _writes(month, instant(intent.at))]
            ended_ids = {row.request_id for row in later if is_outcome(row)}
            return [entry for entry in entries if entry.request_id not in ended_ids]

        self._log.append_unless(entry, unless_ended)


def _writes(month: Month, since: str) -> Sequence[AuditRow]:
    rows = month.rows.c
    query = select(month.rows).where(OF_WRITES, rows.at >= since).order_by(rows.seq)
    return [row_of(dict(stored)) for stored in month.connection.execute(query).mappings()]


ANCHOR_EVERY: Final = timedelta(hours=1)
_LOOK_EVERY_S: Final = 30.0
_STOP_S: Final = 5.0
_log = logging.getLogger(__name__)


class AuditMaintenance:
    """Periodic maintenance of one log; the time is passed in, and `run` is its thread's loop."""

    def __init__(
        self,
        log: AuditLog,
        read_revision: ReadRevision,
        *,
        settle: Callable[[], object],
        anchors: Anchors | None,
        keep_months: int,
    ) -> None:
        self._log, self._anchors, self._keep_months = log, anchors, keep_months
        self._settle, self._open_intents = settle, OpenIntents(log, read_revision)
        self._anchored_at: datetime | None = None
        self._kept_on: date | None = None
        self._is_told = False
        self._is_over = Event()

    def look(self, now: datetime) -> None:
        """Perform the tasks that are due."""
        is_due = self._log.is_anchor_due.is_set()
        if is_due or self._anchored_at is None or now - self._anchored_at >= ANCHOR_EVERY:
            self.anchor(now)
        self._try("settle what the graph is owed", self._settle)  # the sweep looks up its writes
        self._try("sweep the audit log", lambda: self._open_intents.sweep(now))
        if self._kept_on != now.date():
            self._kept_on = now.date()
            self._try("drop old months of the audit log", lambda: self._drop(now.date()))

    def anchor(self, now: datetime) -> None:
        """Write an anchor with the head of the chain; if that fails, an alert is recorded."""
        self._log.is_anchor_due.clear()
        self._anchored_at = now
        if self._anchors is None:
            return
        try:
            seq, mac = self._log.head()
            if seq:
                self._anchors.add(seq, mac, at=now)
            self._is_told = False
        except (OSError, SQLAlchemyError) as error:
            _log.error("the audit log cannot be anchored: %s", type(error).__name__)
            if not self._is_told:  # once per period of failure
                self._try("write an alert to the audit log", lambda: self._alert("anchor"))
                self._is_told = True

    def _drop(self, today: date) -> None:
        """Drop old months, once a day; each `RetentionHold` is recorded as an alert."""
        try:
            drop_old_months(self._log, today, keep=self._keep_months, anchors=self._anchors)
        except RetentionHold as held:
            _log.error("no month of the audit log is dropped: %s", held)
            self._alert(SWEEP, why=held.why.value)

    def run(self) -> None:
        """Run until `end` is called."""
        while not self._is_over.is_set():
            self.look(datetime.now(UTC))
            self._log.is_anchor_due.wait(_LOOK_EVERY_S)

    def end(self) -> None:
        """Stop the thread."""
        self._is_over.set()
        self._log.is_anchor_due.set()

    def _alert(self, action: str, **parameters: str) -> None:
        self._log.append(
            Entry(kind=AuditKind.ALERT, action=action, request_id=random_id("sys"),
                  asked=parameters)
        )  # fmt: skip

    def _try(self, what: str, work: Callable[[], object]) -> None:
        try:
            work()
        except (StoreUnavailable, Refusal, SQLAlchemyError, OSError) as error:
            _log.warning("cannot %s now: %s", what, type(error).__name__)


@contextmanager
def with_maintenance(
    log: AuditLog, read_revision: ReadRevision, settings: Settings, *, settle: Callable[[], object]
) -> Generator[AuditMaintenance]:
    """Maintain a log while the API runs, and write a last anchor when it stops.

    `settle` writes pending withdrawals to the graph.
    """
    anchors = Anchors(settings.anchor_file) if settings.anchor_file else None
    maintenance = AuditMaintenance(
        log, read_revision, settle=settle, anchors=anchors, keep_months=settings.audit_months
    )
    thread = Thread(target=maintenance.run, name="audit-maintenance", daemon=True)
    thread.start()
    try:
        yield maintenance
    finally:
        maintenance.end()
        thread.join(_STOP_S)  # a store that hangs does not delay the shutdown
        maintenance.anchor(datetime.now(UTC))
