"""The audit log: one chain of rows, each sealed with the one before it.

It records who was shown what, and when. A row is committed before any data is sent; if it cannot
be, nothing is sent.
"""

import logging
import re
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from random import Random, SystemRandom
from threading import Event, Lock
from typing import Any, Final, cast

from sqlalchemy.exc import SQLAlchemyError

from api.audit.budget import Budget, UsedBudget
from api.audit.chain import FIRST, SEALED, Seals, open_seals
from api.audit.entry import AuditKind as AuditKind
from api.audit.entry import Entry, instant
from api.audit.storage import AuditStorage, Month, PostgresStorage, SqliteStorage
from api.errors import Refusal
from api.i18n import bilingual
from graph.errors import RefusedContent, StoreUnavailable
from graph.model.content_filter import holds_number, normalize_text, refuse_content
from graph.store.encryption.key_file import KeyringRefused
from graph.store.encryption.sealing import SealBroken

ANCHOR_ROWS: Final = 10_000
WAIT_S: Final = 10.0  # twice the time another process is waited for
_FRESH_S: Final = 1.0  # how long a successful write proves that another is possible
_log = logging.getLogger(__name__)

Guard = Callable[[Sequence[Month], Sequence[Entry]], Sequence[Entry]]
"""Called in the transaction with the relevant months; returns the entries to be written."""


class AuditLog:
    """The chain of one installation; safe under threads and processes. Built by `audit_log`.

    `rng` is the random number generator for samples.
    """

    def __init__(
        self,
        storage: AuditStorage,
        seals: Seals,
        *,
        now: Callable[[], datetime] | None = None,
        rng: Random | None = None,
        anchor_rows: int = ANCHOR_ROWS,
        wait_s: float = WAIT_S,
    ) -> None:
        self.storage, self.seals, self.rng = storage, seals, rng or SystemRandom()
        self._anchor_rows = anchor_rows
        self.is_anchor_due = Event()
        self._now = now or (lambda: datetime.now(UTC))
        self._wrote_at = -inf
        self._lock, self._wait_s = Lock(), wait_s

    def append(self, entry: Entry) -> int:
        """Write a row and return its position in the chain, once it is on disk.

        Raises: Refusal: `audit-unavailable`; nothing may be sent.
        """
        return self.append_all((entry,))

    def spend(self, entry: Entry, budget: Budget) -> int:
        """As `append`, if the daily budget suffices; counted in the same transaction.

        Raises: Refusal: as `append_all`.
        """
        return self.append_all((entry,), budget)

    def append_all(self, entries: Sequence[Entry], budget: Budget | None = None) -> int:
        """Write the rows of one request in one transaction; returns the position of the last one.

        With a budget, only if it suffices for all of them; counted in the same transaction.

        Raises: Refusal: `budget-used`, and one alert was written instead;
            `audit-unavailable`, and nothing may be sent.
        """
        needed = 0

        def guard(months: Sequence[Month], entries: Sequence[Entry]) -> Sequence[Entry]:
            nonlocal needed
            if budget is not None:
                entries, needed = budget.guard(months, entries)
            return entries

        rows, last = self._commit(entries, None if budget is None else guard)
        if budget is None or rows[-1].kind is not AuditKind.ALERT:
            return last
        remaining = max(0, budget.most - (rows[0].count or 0))
        text = bilingual(
            "{needed} were asked for, and {left} are left today.", needed=needed, left=remaining
        )
        raise Refusal(
            "budget-used", text if needed > 1 else None, most=budget.most, left=remaining,
            retry_after=budget.wait_s(self._now()),
            **({"beyond": list(budget.emergencies)} if budget.emergencies else {}),
        )  # fmt: skip

    def used_budget(self, account: str, budget: Budget) -> UsedBudget:
        """What an account has used of a daily budget.

        Raises: Refusal: `audit-unavailable`.
        """
        with _available("read"), ExitStack() as until_asked:
            names = self.storage.existing_months()[-2:]  # a day overlaps two months at most
            months = [until_asked.enter_context(self.storage.read_month(name)) for name in names]
            return budget.usage(months, account)

    def append_unless(self, entry: Entry, guard: Guard) -> int | None:
        """As `append`, for the entries that the guard returns; None if it returned none."""
        rows, last = self._commit((entry,), guard)
        return last if rows else None

    def require_writable(self) -> None:
        """Test with a real write that leaves no row; at most once a second while writes succeed.

        Raises: Refusal: `audit-unavailable`: no row could be written now.
        """
        if time.monotonic() - self._wrote_at > _FRESH_S:
            self._commit(())

    def term(self, text: str) -> str:
        """The HMAC of a typed word: searchable for those who know the word, but not readable."""
        return self.seals.term(text)

    def encrypt_text(self, text: str) -> str:
        """A typed text, encrypted with the audit's key, for later reading."""
        return self.seals.encrypt(text)

    def decrypt_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a row, encrypted texts decrypted if possible."""
        return {name: self._decrypt(value) for name, value in parameters.items()}

    def _decrypt(self, value: Any) -> Any:
        if isinstance(value, list):  # of a parameter that was sent several times
            return [self._decrypt(member) for member in cast("list[object]", value)]
        if isinstance(value, str) and value.startswith(SEALED):
            with suppress(KeyError, ValueError, SealBroken):
                return self.seals.decrypt(value)
        return value

    def head(self) -> tuple[int, str]:
        """The number and MAC of the last row; 0 if there never was one."""
        for name in reversed(self.storage.existing_months()):
            with self.storage.read_month(name) as month:
                last = month.last()
            if last is not None:
                return last
        digests = self.storage.month_digests()
        return (digests[-1]["last_seq"], digests[-1]["last_mac"]) if digests else (0, FIRST)

    def existing_months(self) -> Sequence[str]:
        """The existing months, the oldest first. Raises: Refusal: `audit-unavailable`."""
        with _available("read"):
            return self.storage.existing_months()

    @contextmanager
    def read_month(self, name: str) -> Generator[Month]:
        """Open a month for SELECTs. Raises: Refusal: `audit-unavailable`."""
        with _available("read"), self.storage.read_month(name) as month:
            yield month

    def _commit(
        self, entries: Sequence[Entry], guard: Guard | None = None
    ) -> tuple[Sequence[Entry], int]:
        """Write the entries, or those the guard returns; return them and the last position.

        Raises: Refusal: `audit-unavailable`: nothing was written.
        """
        if not self._lock.acquire(timeout=self._wait_s):
            _log.error("the audit log cannot be written: it hangs")
            raise Refusal("audit-unavailable")
        try:
            now, self._wrote_at = self._now(), -inf
            with _available("written"), self.storage.write_month(f"{now:%Y-%m}") as month:
                if guard is not None:
                    # The guard receives the rows of this month and of the preceding one.
                    month_names = self.storage.existing_months()
                    earlier = [name for name in month_names if name < month.name][-1:]
                    with ExitStack() as until_asked:
                        months = [
                            until_asked.enter_context(self.storage.read_month(name))
                            for name in earlier
                        ]
                        entries = guard([*months, month], entries)
                before, prev = month.last() or self.head()
                rows: list[dict[str, Any]] = []
                for seq, entry in enumerate(entries, before + 1):
                    row = entry.columns() | {"seq": seq, "at": instant(now), "prev": prev}
                    row["key_id"] = self.seals.current
                    row["mac"] = prev = self.seals.mac(row, month.name)
                    rows.append(row)
                month.add(rows)
            self._wrote_at = time.monotonic()
        finally:
            self._lock.release()
        last = before + len(entries)
        if before // self._anchor_rows != last // self._anchor_rows:
            self.is_anchor_due.set()
        return entries, last


@contextmanager
def _available(what: str) -> Generator[None]:
    """Convert failures of database, disk or key file to one refusal, logged without row values."""
    try:
        yield
    except (SQLAlchemyError, OSError, KeyringRefused) as error:
        _log.error("the audit log cannot be %s: %s", what, _error_name(error))
        raise Refusal("audit-unavailable") from error


def _error_name(cause: Exception) -> str:
    """The error in the terms of the driver or the system; never a value of a row."""
    if isinstance(cause, OSError):
        return f"{type(cause).__name__} {cause.errno}"
    origin = getattr(cause, "orig", None) or cause
    code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None)
    return " ".join(part for part in (type(origin).__name__, code) if part)


@contextmanager
def audit_log(folder: Path, keys: Path, *, url: str | None = None) -> Generator[AuditLog]:
    """Open the audit log in a folder of mode 0700, or on a server; its keys are in `keys`.

    Raises: StoreUnavailable: it cannot be opened, a file is readable by others, or its keys are
        missing.
    """
    try:
        storage: AuditStorage = SqliteStorage(folder) if url is None else PostgresStorage(url)
        is_new = not (storage.existing_months() or storage.month_digests())
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailable(f"the audit log cannot be opened: {_error_name(error)}") from error
    try:
        yield AuditLog(storage, open_seals(keys / "audit.json", is_new=is_new))
    finally:
        storage.close()


_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_:.-]{0,119}|[A-Z][A-Z0-9_]{0,59}")
_NAME: Final = re.compile(r"[A-Za-z_-]{1,40}")
_SECRETS: Final = frozenset({"password", "new_password", "totp", "ticket"})
_WHEN: Final = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]{5,15}(Z|[+-]\d\d:\d\d)?)?")
_DIGITS: Final = re.compile(r"[\d-]{6,}")  # part of a civil registration or telephone number
_MOST_SEALED: Final = 8_000
_MOST_PLAIN: Final = 99_999


def logged_parameters(
    audit: AuditLog,
    parameters: Mapping[str, Any],
    plain: tuple[str, ...],
    sealed: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Convert parameters for the audit log; typed text becomes an HMAC unless it is plain.

    Those that are `sealed` can be decrypted by readers of the log, unless they describe a citizen.
    """
    logged: dict[str, Any] = {}
    for name, value in parameters.items():
        if value in (None, [], "") or name in _SECRETS:
            continue
        key = name if _NAME.fullmatch(name) else _as_term(audit, name)
        if name in plain and _is_plain(value, plain):
            logged[key] = value
        elif name in sealed:
            text = str(value)[:_MOST_SEALED]
            try:
                refuse_content("asked", normalize_text(text))
            except RefusedContent:
                logged[key] = _as_term(audit, value)
            else:
                logged[key] = audit.encrypt_text(text.encode("utf-8", "replace").decode())
        else:
            logged[key] = _as_term(audit, value)
    return logged


def _as_term(audit: AuditLog, value: object) -> str:
    whole = str(value).encode("utf-8", "replace").decode()  # lone surrogates cannot be encoded
    return f"hmac:{audit.term(whole)}"


def _is_plain(value: object, plain: tuple[str, ...]) -> bool:
    """Whether a value may be logged as it is: ids, words, dates and small numbers.

    Of an object, all members must be named in `plain`.
    """
    match value:
        case bool():
            return True
        case int() | float():
            return abs(value) <= _MOST_PLAIN
        case str():
            is_code = _CODE.fullmatch(value) is not None and _DIGITS.fullmatch(value) is None
            return (is_code and not holds_number(value)) or _WHEN.fullmatch(value) is not None
        case list():
            return all(_is_plain(member, plain) for member in cast("list[object]", value))
        case dict():
            members = cast("dict[str, object]", value).items()
            return all(name in plain and _is_plain(member, plain) for name, member in members)
        case _:
            return False
