"""Idempotency keys: a repeated write is answered with the result of the first.

A key is stored for 24 hours with the accounts, as a digest bound to account and route, with a keyed
hash of the body and the id of its change set. The graph stores that id with the change set, in the
transaction of the write itself and under a unique constraint. Whatever happened to a first attempt,
a lookup of the id in the graph settles it, and no second attempt can write again. After 24 hours
the same key begins a new change set. No body and no response is stored.
"""

import hashlib
import hmac
import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Header, Request
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Delete,
    Engine,
    Table,
    Text,
    Update,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.tables import metadata, utc
from api.sql import write_connection
from api.state import RequestContext, record_intent
from graph.errors import GraphError, StoreUnavailable

_log = logging.getLogger(__name__)
RETENTION: Final = timedelta(hours=24)
# An older attempt does not refuse another. The write of a form is given up after 6 s; that of an
# import may still run, but the graph writes its change set only once.
RUNS: Final = timedelta(seconds=8)
write_key_table: Final = Table(
    "write_key",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("change_set", Text, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False, index=True),
    Column("tried_at", DateTime(timezone=True)),  # None: no attempt is running
    Column("is_settled", Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """The state of a key: the id of its change set, and whether it was used before."""

    digest: str
    change_set: str
    is_repeat: bool
    begun_at: datetime


def key_digest(account: str, route: str, key: str) -> str:
    """The stored digest of a key."""
    return hashlib.sha256("\x1f".join((account, route, key)).encode()).hexdigest()


def body_digest(secret: bytes, *parts: bytes) -> str:
    """The stored digest of a body, keyed because a short number could be found by trying all."""
    message = b"".join(len(part).to_bytes(4) + part for part in parts)
    return hmac.new(secret, b"body|" + message, hashlib.sha256).hexdigest()


class WriteKeys:
    """The idempotency keys of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(
        self, digest: str, body: str, change_set: str, *, at: datetime | None = None
    ) -> IdempotencyRecord:
        """Begin an attempt with a key; `change_set` is the id of its write if the key is new.

        Raises: Refusal: `key-reused` for another body, `in-progress` while another attempt runs,
            `store-unavailable` if no key can be stored; nothing was written then.
        """
        now = at or datetime.now(UTC)
        try:
            with write_connection(self._engine) as connection:
                return self._begin(connection, digest, body, change_set, now)
        except IntegrityError as error:  # a concurrent attempt on a server was first
            raise _in_progress() from error
        except SQLAlchemyError as error:
            raise Refusal("store-unavailable") from error

    def _begin(
        self, connection: Connection, digest: str, body: str, change_set: str, now: datetime
    ) -> IdempotencyRecord:
        keys = write_key_table
        connection.execute(delete(keys).where(keys.c.begun_at < now - RETENTION))
        row = connection.execute(
            select(keys).where(keys.c.digest == digest).with_for_update()
        ).first()
        if row is None:
            connection.execute(
                insert(keys),
                {"digest": digest, "body": body, "change_set": change_set, "begun_at": now,
                 "tried_at": now, "is_settled": False},
            )  # fmt: skip
            return IdempotencyRecord(
                digest=digest, change_set=change_set, is_repeat=False, begun_at=now
            )
        if not hmac.compare_digest(row.body, body):
            raise Refusal(
                "key-reused",
                bilingual("The key was used for another change. Take a new key."),
            )  # fmt: skip
        if row.tried_at is not None and not row.is_settled and now < utc(row.tried_at) + RUNS:
            raise _in_progress()
        connection.execute(update(keys).where(keys.c.digest == digest).values(tried_at=now))
        return IdempotencyRecord(
            digest=digest, change_set=row.change_set, is_repeat=True,
            begun_at=utc(row.begun_at),
        )  # fmt: skip

    def settle(self, record: IdempotencyRecord) -> None:
        """Record that the change set is written; the key keeps that outcome."""
        self._set(record, is_settled=True, tried_at=None)

    def leave(self, record: IdempotencyRecord) -> None:
        """Record an unknown outcome; the next attempt looks it up in the graph."""
        self._set(record, tried_at=None)

    def release(self, record: IdempotencyRecord) -> None:
        """Delete the key, since nothing was written; it may be reused with a corrected body."""
        self._do(delete(write_key_table).where(write_key_table.c.digest == record.digest))

    def _set(self, record: IdempotencyRecord, **values: object) -> None:
        keys = write_key_table
        self._do(update(keys).where(keys.c.digest == record.digest).values(**values))

    def _do(self, statement: Delete | Update) -> None:
        """Execute a statement; a failure only costs the next attempt a lookup in the graph."""
        try:
            with write_connection(self._engine) as connection:
                connection.execute(statement)
        except SQLAlchemyError as error:
            _log.warning("an Idempotency-Key was not brought up to date: %s", type(error).__name__)


def _in_progress() -> Refusal:
    return Refusal(
        "in-progress",
        bilingual("The same change is being saved. Wait a little, and send it again."),
    )  # fmt: skip


_PATTERN: Final = r"^[\x21-\x7e]{8,128}$"


class IdempotencyKey(NamedTuple):
    """The Idempotency-Key of a request, and the parts that must be equal when it is repeated."""

    key: str | None = None
    body: tuple[bytes, ...] = ()


async def _key(
    request: Request,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", pattern=_PATTERN, examples=["3f1c2a9e-5d0b-4c55-9d5e"],
               description="the same key and body change nothing a second time, for 24 hours"),
    ] = None,
) -> IdempotencyKey:  # fmt: skip
    target = (
        sorted(request.path_params.items()), sorted(request.query_params.items()),
        request.headers.get("if-match"),
    )  # fmt: skip
    return IdempotencyKey(key, (repr(target).encode(), await request.body()))


Keyed = Annotated[IdempotencyKey, Depends(_key)]
NO_KEY: Final = IdempotencyKey()


@contextmanager
def idempotency_record(
    context: RequestContext, key: IdempotencyKey
) -> Generator[IdempotencyRecord]:
    """The record of a key during its write; for a request without a key, a new record.

    For a repetition, the write has the change set id of the first attempt, in the audit log too.

    Raises: Refusal: as `WriteKeys.begin`.
    """
    if key.key is None:
        now = datetime.now(UTC)
        yield IdempotencyRecord(
            digest="", change_set=context.change_set_id, is_repeat=False, begun_at=now
        )
        return
    keys = WriteKeys(context.app_state.accounts.engine)
    record = keys.begin(
        key_digest(context.who.account, context.action, key.key),
        body_digest(context.app_state.web_key, *key.body),
        context.change_set_id,
    )
    try:
        if record.is_repeat:
            context.change_set = record.change_set
            record_intent(context)
        yield record
    except BaseException as error:
        if _is_free(context, record, error):
            keys.release(record)
        else:
            keys.leave(record)
        raise
    keys.settle(record)


def _is_free(context: RequestContext, record: IdempotencyRecord, error: BaseException) -> bool:
    """Whether it is certain that nothing was written under a key, so that it may be reused.

    An unexpected exception may have occurred before or after the write. A change refused as
    withdrawn must be requested as a new one, not sent again.
    """
    if not isinstance(error, Refusal | GraphError) or isinstance(error, StoreUnavailable):
        return False
    if isinstance(error, Refusal) and error.kind.slug == "withdrawn":
        return False
    try:
        return not record.is_repeat or context.directory.revision_by_key(record.change_set) is None
    except StoreUnavailable:
        return False
