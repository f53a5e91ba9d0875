"""What is done beside the requests: what the graph is owed is told, and the log is kept.

Kept means: it is anchored, open intents are closed, months that are old enough are dropped.

One thread in each API process; what fails is told in the log of the process and tried again.
"""

import logging
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from api.audit.anchors import Anchors
from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog
from api.audit.retention import SWEEP, RetentionHold, drop_old_months
from api.audit.sweeper import OpenIntents, Written
from api.errors import Refused
from api.settings import Settings
from graph.errors import StoreUnavailable

ANCHOR_EVERY: Final = timedelta(hours=1)
_LOOK_EVERY_S: Final = 30.0
_STOP_S: Final = 5.0
_log = logging.getLogger(__name__)


class AuditMaintenance:
    """Keeps one log. Its clock is passed in; `run` is the thread's."""

    def __init__(
        self,
        log: AuditLog,
        written: Written,
        *,
        settle: Callable[[], object],
        anchors: Anchors | None,
        keep_months: int,
    ) -> None:
        self._log, self._anchors, self._keep_months = log, anchors, keep_months
        self._settle, self._sweeper = settle, OpenIntents(log, written)
        self._anchored_at: datetime | None = None
        self._kept_on: date | None = None
        self._is_told = False
        self._is_over = Event()

    def look(self, now: datetime) -> None:
        """Does what is due."""
        is_due = self._log.is_anchor_due.is_set()
        if is_due or self._anchored_at is None or now - self._anchored_at >= ANCHOR_EVERY:
            self.anchor(now)
        self._try("settle what the graph is owed", self._settle)  # so that a sweep finds it written
        self._try("sweep the audit log", lambda: self._sweeper.sweep(now))
        if self._kept_on != now.date():
            self._kept_on = now.date()
            self._try("drop old months of the audit log", lambda: self._drop(now.date()))

    def anchor(self, now: datetime) -> None:
        """Tells the second place where the chain stands; an alert is written where it cannot."""
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
            if not self._is_told:  # once for each time it goes wrong
                self._try("write an alert to the audit log", lambda: self._alert("anchor"))
                self._is_told = True

    def _drop(self, today: date) -> None:
        """Once a day; where it must not be, somebody is alerted each day until it was looked at."""
        try:
            drop_old_months(self._log, today, keep=self._keep_months, anchors=self._anchors)
        except RetentionHold as held:
            _log.error("no month of the audit log is dropped: %s", held)
            self._alert(SWEEP, why=held.why.value)

    def run(self) -> None:
        """Until `end`."""
        while not self._is_over.is_set():
            self.look(datetime.now(UTC))
            self._log.is_anchor_due.wait(_LOOK_EVERY_S)

    def end(self) -> None:
        """Wakes the thread for the last time."""
        self._is_over.set()
        self._log.is_anchor_due.set()

    def _alert(self, action: str, **asked: str) -> None:
        self._log.append(
            Entry(kind=AuditKind.ALERT, action=action, request_id=f"sys-{secrets.token_hex(8)}",
                  asked=asked)
        )  # fmt: skip

    def _try(self, what: str, work: Callable[[], object]) -> None:
        try:
            work()
        except (StoreUnavailable, Refused, SQLAlchemyError, OSError) as error:
            _log.warning("cannot %s now: %s", what, type(error).__name__)


@contextmanager
def with_maintenance(
    log: AuditLog, written: Written, settings: Settings, *, settle: Callable[[], object]
) -> Generator[AuditMaintenance]:
    """Keeps a log while the API runs, and sets a last anchor when it stops.

    `settle` tells the graph what it is owed.
    """
    anchors = Anchors(settings.anchor_file) if settings.anchor_file else None
    keeper = AuditMaintenance(
        log, written, settle=settle, anchors=anchors, keep_months=settings.audit_months
    )
    thread = Thread(target=keeper.run, name="audit-keeper", daemon=True)
    thread.start()
    try:
        yield keeper
    finally:
        keeper.end()
        thread.join(_STOP_S)  # a store that hangs does not hold up the stop
        keeper.anchor(datetime.now(UTC))
