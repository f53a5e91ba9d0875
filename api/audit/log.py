"""Who was told what, and when: one chain of rows, each sealed with the one before it.

A row is committed before any data leaves; where it cannot be, nothing leaves.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    desc,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError

from api.errors import Refused
from api.sql import open_file, writing
from graph.store.ring_file import create_private

metadata: Final = MetaData()
audit_table: Final = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),  # UTC, milliseconds
    Column("rest", Text, nullable=False),  # canonical JSON of the entry
    Column("key_id", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("mac", Text, nullable=False),
)
_FIRST: Final = "0" * 64


class AuditKind(StrEnum):
    """What a row tells."""

    ASKED = "asked"
    SHOWN = "shown"
    INTENT = "intent"
    DONE = "done"
    NOT_DONE = "not_done"
    DENIED = "denied"
    ALERT = "alert"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a row says besides when and where in the chain.

    `asked` are the parameters, typed text as HMAC; `subjects` ids of persons shown or touched.
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


class AuditLog:
    """The chain of one installation; safe under threads and processes. Made by `audit_log`."""

    def __init__(self, engine: Engine, keys: Mapping[str, bytes], current: str) -> None:
        self._engine, self._keys, self._current = engine, keys, current

    def append(self, entry: Entry) -> int:
        """Writes a row and commits it; its place in the chain.

        Raises: Refused: `audit-unavailable`, and nothing may leave.
        """
        rest = canonical(entry)
        try:
            with writing(self._engine) as connection:
                last = connection.execute(
                    select(audit_table.c.seq, audit_table.c.mac)
                    .order_by(desc(audit_table.c.seq))
                    .limit(1)
                ).first()
                seq, prev = (1, _FIRST) if last is None else (last.seq + 1, last.mac)
                at = datetime.now(UTC).isoformat(timespec="milliseconds")
                mac = self._mac(seq, at, prev, rest)
                connection.execute(
                    insert(audit_table),
                    {"seq": seq, "at": at, "rest": rest, "key_id": self._current, "prev": prev,
                     "mac": mac},
                )  # fmt: skip
        except SQLAlchemyError as error:
            raise Refused("audit-unavailable") from error
        return seq

    def term(self, text: str) -> str:
        """What is kept of a typed word: whoever knows it can look for it, nobody can read it."""
        key = self._keys[self._current]
        return hmac.new(key, b"term|" + text.casefold().encode(), hashlib.sha256).hexdigest()

    def _mac(self, seq: int, at: str, prev: str, rest: str) -> str:
        text = f"{seq}|{at}|{prev}|{rest}"
        return hmac.new(self._keys[self._current], text.encode(), hashlib.sha256).hexdigest()


def canonical(entry: Entry) -> str:
    """One spelling of an entry: sorted keys, nothing that is empty."""
    said = {
        name: getattr(entry, name)
        for name in entry.__dataclass_fields__
        if getattr(entry, name) not in (None, (), {})
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@contextmanager
def audit_log(folder: Path, keys: Path) -> Generator[AuditLog]:
    """The audit log in a folder of rights 0700; its key lies in the folder of keys."""
    engine = open_file(folder / "audit.sqlite")
    key_file = keys / "audit.json"
    if not key_file.exists():
        create_private(
            key_file, json.dumps({"current": "a1", "keys": {"a1": secrets.token_hex(32)}}).encode()
        )
    ring = json.loads(key_file.read_text("utf-8"))
    try:
        with writing(engine) as connection:
            metadata.create_all(connection)
        yield AuditLog(
            engine,
            {name: bytes.fromhex(key) for name, key in ring["keys"].items()},
            ring["current"],
        )
    finally:
        engine.dispose()
