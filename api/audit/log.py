"""Who was told what, and when: one chain of rows, each sealed with the one before it.

A row is committed before any data leaves; where it cannot be, nothing leaves.
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
from graph.errors import StoreUnavailable
from graph.store.encryption.key_file import KeyringRefused
from graph.store.encryption.sealing import SealBroken

ANCHOR_ROWS: Final = 10_000
_FRESH_S: Final = 1.0  # for so long a row that was written says that another could be
_log = logging.getLogger(__name__)

Guard = Callable[[Sequence[Month], Sequence[Entry]], Sequence[Entry]]
"""Asked inside the transaction, of the months that matter: what is written in place of entries."""


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """Entries on their way, what a guard let be written of them, and the place of the last."""

    entries: Sequence[Entry]
    guard: Guard | None = None
    written: Sequence[Entry] = ()
    seq: int | None = None


class AuditLog:
    """The chain of one installation; safe under threads and processes. Made by `audit_log`.

    A sample of it is drawn with `luck`.
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
        """Writes a row and returns when it is on disk; its place in the chain.

        Raises: Refused: `audit-unavailable`, and nothing may leave.
        """
        return self.append_all((entry,))

    def spend(self, entry: Entry, budget: Budget) -> int:
        """As `append`, where the day's budget reaches; counted in the very same transaction.

        Raises: Refused: as `append_all`.
        """
        return self.append_all((entry,), budget)

    def append_all(self, entries: Sequence[Entry], budget: Budget | None = None) -> int:
        """Writes the rows of one request in one transaction; the place of the last in the chain.

        With a budget, where it reaches for all of them together; counted in the same transaction.

        Raises: Refused: `budget-used`, and one alert was written in their place;
            `audit-unavailable`, and nothing may leave.
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
        text = (
            f"Der blev bedt om {needed}, og der er {left} tilbage i dag.",
            f"{needed} were asked for, and {left} are left today.",
        )
        return Refused(
            "budget-used", text if needed > 1 else None, most=budget.most, left=left,
            retry_after=budget.wait_s(self._now()),
        )  # fmt: skip

    def spent(self, account: str, budget: Budget) -> int:
        """How many of the day's number an account has had. Raises: Refused: `audit-unavailable`."""
        with _available("read"), ExitStack() as until_asked:
            names = self.storage.begun()[-2:]  # a day is of two months at most
            months = [until_asked.enter_context(self.storage.reading(name)) for name in names]
            return budget.used(months, account)

    def append_unless(self, entry: Entry, guard: Guard) -> int | None:
        """As `append`, with whatever the guard gives in its place; None: nothing was to write."""
        waiting = _Waiting(entries=(entry,), guard=guard)
        self._line.wait(waiting)
        return waiting.seq

    def require_writable(self) -> None:
        """Tries to write, for real but leaving no row; at most once a second while all is well.

        Raises: Refused: `audit-unavailable`: no row could be written now.
        """
        if time.monotonic() - self._wrote_at > _FRESH_S:
            self._line.wait(_Waiting(entries=()))

    def term(self, text: str) -> str:
        """What is kept of a typed word: whoever knows it can look for it, nobody can read it."""
        return self.seals.term(text)

    def sealed(self, text: str) -> str:
        """A typed text as it is kept where it must be read again: sealed with our key."""
        return self.seals.sealed(text)

    def opened(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What a row says was asked, with its sealed texts open; as it is what nobody can open."""
        return {name: self._opened(one) for name, one in asked.items()}

    def _opened(self, kept: Any) -> Any:
        if not (isinstance(kept, str) and kept.startswith(SEALED)):
            return kept
        try:
            return self.seals.opened(kept)
        except (KeyError, ValueError, SealBroken):
            return kept

    def head(self) -> tuple[int, str]:
        """The number and the seal of the last row; 0 where there never was one."""
        for name in reversed(self.storage.begun()):
            with self.storage.reading(name) as month:
                last = month.last()
            if last is not None:
                return last
        stubs = self.storage.stubs()
        return (stubs[-1]["last_seq"], stubs[-1]["last_mac"]) if stubs else (0, FIRST)

    def begun(self) -> Sequence[str]:
        """The months there are, the oldest first. Raises: Refused: `audit-unavailable`."""
        with _available("read"):
            return self.storage.begun()

    @contextmanager
    def reading(self, name: str) -> Generator[Month]:
        """A month of it, for SELECTs. Raises: Refused: `audit-unavailable`."""
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
        """What a guard lets be written; it sees what goes before, `fresh` rows too."""
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
    """What the database, the disk or a key file refuses is told as one thing, without a value."""
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
    """What went wrong, in the words of the driver or the system; never a value of a row."""
    if isinstance(cause, OSError):
        return f"{type(cause).__name__} {cause.errno}"
    origin = getattr(cause, "orig", None) or cause
    code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None)
    return " ".join(part for part in (type(origin).__name__, code) if part)


@contextmanager
def audit_log(folder: Path, keys: Path, *, url: str | None = None) -> Generator[AuditLog]:
    """The audit log in a folder of rights 0700, or on a server; its keys lie in the folder of keys.

    Raises: StoreUnavailable: it cannot be opened, others may read a file of it, its keys are gone.
    """
    storage, is_new = _opened(folder, url)
    try:
        yield AuditLog(storage, open_seals(keys / "audit.json", is_new=is_new))
    finally:
        storage.close()


def _opened(folder: Path, url: str | None) -> tuple[AuditStorage, bool]:
    """The months there are, and whether there never was one."""
    try:
        storage: AuditStorage = SqliteStorage(folder) if url is None else PostgresStorage(url)
        return storage, not (storage.begun() or storage.stubs())
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable(f"the audit log cannot be opened: {_named(error)}") from error
