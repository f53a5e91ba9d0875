"""What became of a write whose process died: the store is asked whether its change set exists."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import select

from api.audit.entry import SWEEPER, AuditKind, AuditRow, Entry, instant, is_outcome, row_of
from api.audit.log import AuditLog
from api.audit.storage import Month
from api.audit.tables import OF_WRITES

OPEN_S: Final = 90  # the longest write, an import, has 60 s
_MONTHS: Final = 2  # an intent of the last minutes of a month has its outcome in the next

Written = Callable[[str], int | None]
"""The revision a change set made; None where it made none. Raises: StoreUnavailable."""


class OpenIntents:
    """Closes the intents a crash left open; what it has looked at, it does not look at again."""

    def __init__(self, log: AuditLog, written: Written) -> None:
        self._log, self._written = log, written
        self._swept_to = ""

    def sweep(self, now: datetime) -> Sequence[AuditRow]:
        """Closes those older than any write can last; which ones.

        Raises:
            StoreUnavailable: the store cannot say now; what is left open is asked for again.
            Refused: the outcome cannot be written down.
        """
        until = instant(now - timedelta(seconds=OPEN_S))
        found = self._open(self._swept_to, until)
        for intent in found:
            self._close(intent)
        self._swept_to = until
        return found

    def _open(self, since: str, until: str) -> Sequence[AuditRow]:
        storage = self._log.storage
        intents: dict[str, AuditRow] = {}
        for name in storage.begun()[-_MONTHS:]:
            with storage.reading(name) as month:
                for row in _writes(month, since):
                    if row.kind is AuditKind.INTENT:
                        intents[row.request_id] = row
                    elif is_outcome(row):
                        intents.pop(row.request_id, None)
        return tuple(row for row in intents.values() if instant(row.at) < until)

    def _close(self, intent: AuditRow) -> None:
        """A write the store knows was done; one it does not know was not. Others are for a person.

        An account is changed in another database, which keeps no change sets: that is an alert.
        """
        kind = AuditKind.ALERT
        if intent.change_set is not None:
            is_missing = self._written(intent.change_set) is None
            kind = AuditKind.NOT_DONE if is_missing else AuditKind.DONE
        entry = Entry(
            kind=kind, action=intent.action, request_id=intent.request_id, caller=intent.caller,
            role=intent.role, via=SWEEPER, subjects=intent.subjects, purpose=intent.purpose,
            asked={"sweep": f"swp-{secrets.token_hex(8)}"}, change_set=intent.change_set,
        )  # fmt: skip
        self._log.append_unless(entry, partial(_unless_ended, instant(intent.at)))


def _unless_ended(since: str, months: Sequence[Month], entries: Sequence[Entry]) -> Sequence[Entry]:
    """Another process may have been sooner."""
    later = [row for month in months for row in _writes(month, since)]
    ended = {row.request_id for row in later if is_outcome(row)}
    return [one for one in entries if one.request_id not in ended]


def _writes(month: Month, since: str) -> Sequence[AuditRow]:
    rows = month.rows.c
    found = select(month.rows).where(OF_WRITES, rows.at >= since).order_by(rows.seq)
    return [row_of(dict(stored)) for stored in month.connection.execute(found).mappings()]
