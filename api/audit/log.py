"""The audit log: one chain of rows, each sealed with the one before it.

It records who was shown what, and when. A row is committed before any data is sent; if it cannot
be, nothing is sent.
"""

import json
import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from random import Random, SystemRandom
from threading import Event
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from api.audit.budget import Budget
from api.audit.chain import FIRST, SEALED, Seals, open_seals
from api.audit.entry import AuditKind as AuditKind
from api.audit.entry import Entry, instant
from api.audit.storage import (
    WAIT_S,
    AuditStorage,
    GroupCommit,
    Month,
    PostgresStorage,
    SqliteStorage,
)
from api.errors import Refused
from api.i18n import bilingual
from graph.errors import StoreUnavailable
from graph.store.encryption.key_file import KeyringRefused
from graph.store.encryption.sealing import SealBroken

ANCHOR_ROWS: Final = 10_000
_FRESH_S: Final = 1.0  # for so long a successful write counts as proof that another is possible
_log = logging.getLogger(__name__)

Guard = Callable[[Sequence[Month], Sequence[Entry]], Sequence[Entry]]
"""Called in the transaction with the relevant months; returns what to write for the entries."""


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """Entries to be committed, what the guard let be written, and the position of the last row."""

    entries: Sequence[Entry]
    guard: Guard | None = None
    written: Sequence[Entry] = ()
    seq: int | None = None


class AuditLog:
    """The chain of one installation; safe under threads and processes. Built by `audit_log`.

    `luck` is the random generator for samples.
    """

    def __init__(
        self,
        storage: AuditStorage,
        seals: Seals,
        *,
        now: Callable[[], datetime] | None = None,
        luck: Random | None = None,
        anchor_rows: int = ANCHOR_ROWS,
        wait_s: float = WAIT_S,
    ) -> None:
        self.storage, self.seals, self.luck = storage, seals, luck or SystemRandom()
        self._anchor_rows = anchor_rows
        self.is_anchor_due = Event()
        self._now = now or (lambda: datetime.now(UTC))
        self._wrote_at = -inf
        self._line = GroupCommit(self._commit, wait_s=wait_s)

    def append(self, entry: Entry) -> int:
        """Write a row and return its position in the chain, once it is on disk.

        Raises: Refused: `audit-unavailable`; nothing may be sent.
        """
        return self.append_all((entry,))

    def spend(self, entry: Entry, budget: Budget) -> int:
        """As `append`, if the daily budget suffices; counted in the same transaction.

        Raises: Refused: as `append_all`.
        """
        return self.append_all((entry,), budget)

    def append_all(self, entries: Sequence[Entry], budget: Budget | None = None) -> int:
        """Write the rows of one request in one transaction; returns the position of the last one.

        With a budget, only if it suffices for all of them; counted in the same transaction.

        Raises: Refused: `budget-used`, and one alert was written instead;
            `audit-unavailable`, and nothing may be sent.
        """
        waiting = _Waiting(entries=entries, guard=None if budget is None else budget.guard)
        self._line.wait(waiting)
        assert waiting.seq is not None  # noqa: S101 - only `append_unless` may leave all out
        if budget is not None and waiting.written[-1].kind is AuditKind.ALERT:
            (alert,) = waiting.written
            raise self._beyond(budget, budget.needed(entries), used=alert.count or 0)
        return waiting.seq

    def _beyond(self, budget: Budget, needed: int, *, used: int) -> Refused:
        left = max(0, budget.most - used)
        text = bilingual(
            "{needed} were asked for, and {left} are left today.", needed=needed, left=left
        )
        return Refused(
            "budget-used", text if needed > 1 else None, most=budget.most, left=left,
            retry_after=budget.wait_s(self._now()),
        )  # fmt: skip

    def spent(self, account: str, budget: Budget) -> int:
        """The number of the daily budget an account has used.

        Raises: Refused: `audit-unavailable`.
        """
        with _available("read"), ExitStack() as until_asked:
            names = self.storage.begun()[-2:]  # a day overlaps two months at most
            months = [until_asked.enter_context(self.storage.reading(name)) for name in names]
            return budget.used(months, account)

    def append_unless(self, entry: Entry, guard: Guard) -> int | None:
        """As `append`, with what the guard returns instead; None if nothing was to be written."""
        waiting = _Waiting(entries=(entry,), guard=guard)
        self._line.wait(waiting)
        return waiting.seq

    def require_writable(self) -> None:
        """Test with a real write that leaves no row; at most once a second while all is well.

        Raises: Refused: `audit-unavailable`: no row could be written now.
        """
        if time.monotonic() - self._wrote_at > _FRESH_S:
            self._line.wait(_Waiting(entries=()))

    def term(self, text: str) -> str:
        """The HMAC of a typed word: searchable for those who know the word, but not readable."""
        return self.seals.term(text)

    def sealed(self, text: str) -> str:
        """A typed text, encrypted with the audit's key, for later reading."""
        return self.seals.sealed(text)

    def opened(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a row, encrypted texts decrypted if possible."""
        return {name: self._opened(one) for name, one in asked.items()}

    def _opened(self, kept: Any) -> Any:
        if not (isinstance(kept, str) and kept.startswith(SEALED)):
            return kept
        try:
            return self.seals.opened(kept)
        except (KeyError, ValueError, SealBroken):
            return kept

    def head(self) -> tuple[int, str]:
        """The number and MAC of the last row; 0 if there never was one."""
        for name in reversed(self.storage.begun()):
            with self.storage.reading(name) as month:
                last = month.last()
            if last is not None:
                return last
        stubs = self.storage.stubs()
        return (stubs[-1]["last_seq"], stubs[-1]["last_mac"]) if stubs else (0, FIRST)

    def begun(self) -> Sequence[str]:
        """The existing months, the oldest first. Raises: Refused: `audit-unavailable`."""
        with _available("read"):
            return self.storage.begun()

    @contextmanager
    def reading(self, name: str) -> Generator[Month]:
        """Open a month for SELECTs. Raises: Refused: `audit-unavailable`."""
        with _available("read"), self.storage.reading(name) as month:
            yield month

    # ---- committing

    def _commit(self, together: Sequence[_Waiting]) -> None:
        now, self._wrote_at = self._now(), -inf
        at = instant(now)
        with _available("written"), self.storage.writing(f"{now:%Y-%m}") as month:
            first, prev = month.last() or self.head()
            seq, fresh = first, list[dict[str, Any]]()
            for waiting in together:
                waiting.written = self._guarded(waiting, month, fresh)
                for entry in waiting.written:
                    waiting.seq = seq = seq + 1
                    fresh.append(self._sealed(entry, seq, at, prev, month.name))
                    prev = fresh[-1]["mac"]
            if seq == first:
                month.touch()
            _insert(month, fresh)
        self._wrote_at = time.monotonic()
        if first // self._anchor_rows != seq // self._anchor_rows:
            self.is_anchor_due.set()

    def _guarded(
        self, waiting: _Waiting, month: Month, fresh: list[dict[str, Any]]
    ) -> Sequence[Entry]:
        """The entries a guard permits; it sees all earlier rows, including the `fresh` ones."""
        if waiting.guard is None:
            return waiting.entries
        _insert(month, fresh)
        fresh.clear()
        earlier = [name for name in self.storage.begun() if name < month.name][-1:]
        with ExitStack() as until_asked:
            months = [until_asked.enter_context(self.storage.reading(name)) for name in earlier]
            return waiting.guard([*months, month], waiting.entries)

    def _sealed(self, entry: Entry, seq: int, at: str, prev: str, month: str) -> dict[str, Any]:
        row = entry.columns()
        row |= {"seq": seq, "at": at, "key_id": self.seals.current, "prev": prev}
        return row | {"mac": self.seals.mac(row, month)}


@contextmanager
def _available(what: str) -> Generator[None]:
    """Convert failures of database, disk or key file to one refusal, logged without row values."""
    try:
        yield
    except (SQLAlchemyError, OSError, KeyringRefused) as error:
        _log.error("the audit log cannot be %s: %s", what, _named(error))
        raise Refused("audit-unavailable") from error


def _insert(month: Month, fresh: Sequence[dict[str, Any]]) -> None:
    named = [
        {"subject": subject, "seq": row["seq"]}
        for row in fresh
        if row["subjects"]
        for subject in sorted(set(json.loads(row["subjects"])))
    ]
    month.add(fresh, named)


def _named(cause: Exception) -> str:
    """The error in the terms of the driver or the system; never a value of a row."""
    if isinstance(cause, OSError):
        return f"{type(cause).__name__} {cause.errno}"
    origin = getattr(cause, "orig", None) or cause
    code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None)
    return " ".join(part for part in (type(origin).__name__, code) if part)


@contextmanager
def audit_log(folder: Path, keys: Path, *, url: str | None = None) -> Generator[AuditLog]:
    """Open the audit log in a folder of mode 0700, or on a server; its keys are in `keys`.

    Raises: StoreUnavailable: it cannot be opened, others may read a file of it, its keys are gone.
    """
    storage, is_new = _opened(folder, url)
    try:
        yield AuditLog(storage, open_seals(keys / "audit.json", is_new=is_new))
    finally:
        storage.close()


def _opened(folder: Path, url: str | None) -> tuple[AuditStorage, bool]:
    """The storage, and whether it has never had a month."""
    try:
        storage: AuditStorage = SqliteStorage(folder) if url is None else PostgresStorage(url)
        return storage, not (storage.begun() or storage.stubs())
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable(f"the audit log cannot be opened: {_named(error)}") from error
