"""The content of an audit row, and its canonical JSON form that is sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final


class AuditKind(StrEnum):
    """The kind of an audit row."""

    ASKED = "asked"
    SHOWN = "shown"
    INTENT = "intent"
    DONE = "done"
    NOT_DONE = "not_done"
    DENIED = "denied"
    ALERT = "alert"
    SYSTEM = "system"


BEGINNINGS: Final = frozenset({AuditKind.ASKED, AuditKind.INTENT})
"""Rows that begin a request; its outcome is in another row."""
SWEEPER: Final = "sweeper"
"""The `via` of an outcome that was recorded afterwards."""
DEMO: Final = "demo"
"""The action of the row with which the demo begins: its log needs no anchors."""
one_spelling: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode
"""A value as canonical JSON, for sealing: equal values give equal text."""
_ENDS: Final = frozenset({AuditKind.DONE, AuditKind.NOT_DONE, AuditKind.DENIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The content of a row, without its time and its position in the chain.

    `asked` are the parameters, typed text as HMAC; `subjects` ids of persons shown or touched;
    `change_set` is the idempotency hash that identifies the write in the store.
    """

    kind: AuditKind
    action: str
    request_id: str
    caller: str | None = None
    role: str | None = None
    via: str | None = None
    purpose: str | None = None
    subjects: tuple[str, ...] = ()
    asked: Mapping[str, Any] = field(default_factory=dict[str, Any])
    result: int | None = None
    count: int | None = None
    ms: int | None = None
    change_set: str | None = None

    def columns(self) -> dict[str, Any]:
        """The row as it is stored, without its position, key and MAC."""
        return {
            "kind": self.kind.value, "caller": self.caller, "role": self.role, "via": self.via,
            "action": self.action, "purpose": self.purpose,
            "subjects": one_spelling(self.subjects) if self.subjects else None,
            "asked": one_spelling(self.asked) if self.asked else None,
            "result": self.result, "count": self.count, "ms": self.ms,
            "request_id": self.request_id, "change_set": self.change_set,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow(Entry):
    """An entry in the chain: with its number, its instant, and its MAC."""

    seq: int
    at: datetime
    key_id: str
    prev: str
    mac: str


def is_outcome(row: AuditRow) -> bool:
    """Whether a row ends a write; an intent without an outcome was interrupted by a crash.

    An alert without a result precedes its action, so it is no outcome.
    """
    if row.kind is AuditKind.ALERT:
        return row.result is not None or row.via == SWEEPER
    return row.kind in _ENDS


def row_of(row: Mapping[str, Any]) -> AuditRow:
    """Build a row from its stored columns."""
    columns = dict(row)
    columns["kind"] = AuditKind(columns["kind"])
    columns["at"] = datetime.fromisoformat(columns["at"])
    columns["subjects"] = tuple(json.loads(columns["subjects"] or "[]"))
    columns["asked"] = json.loads(columns["asked"] or "{}")
    return AuditRow(**columns)


def instant(at: datetime) -> str:
    """An instant as it is stored: UTC with milliseconds; its text sorts chronologically."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
