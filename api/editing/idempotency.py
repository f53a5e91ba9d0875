"""Idempotency keys: a write that is sent again is answered with what the first one did.

A key is kept for 24 hours beside the accounts, as a digest bound to account and route, with a keyed
hash of the body and the name of the change set it made. The graph keeps that name on the change
set, in the transaction of the write itself and under a unique constraint; so whatever became of a
first try, asking the graph for the name settles it, and no second try can write again. After a day
the same key begins a new change set. No body and no answer is stored.
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
    Row,
    Table,
    Text,
    Update,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from api.errors import Refused
from api.identity.tables import metadata
from api.sql import writing
from api.state import RequestContext, record_intent
from graph.errors import GraphError, StoreUnavailable

_log = logging.getLogger(__name__)
KEPT: Final = timedelta(hours=24)
RUNS: Final = timedelta(seconds=8)  # a write is given up after 6
write_key_table: Final = Table(
    "write_key",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("change_set", Text, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False, index=True),
    Column("tried_at", DateTime(timezone=True)),  # None: nobody is at it
    Column("is_settled", Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """A key's turn: the name of its change set, and whether and when somebody has tried before."""

    digest: str
    change_set: str
    is_repeat: bool
    begun_at: datetime


def key_digest(account: str, route: str, key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256("\x1f".join((account, route, key)).encode()).hexdigest()


def body_digest(secret: bytes, *parts: bytes) -> str:
    """What is kept of a body: keyed, since few digits of a number could be tried out."""
    told = b"".join(len(part).to_bytes(4) + part for part in parts)
    return hmac.new(secret, b"body|" + told, hashlib.sha256).hexdigest()


class WriteKeys:
    """The keys of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(
        self, digest: str, body: str, change_set: str, *, at: datetime | None = None
    ) -> IdempotencyRecord:
        """Takes a key's turn; `change_set` is the name its write gets if the key is new.

        Raises: Refused: `key-reused` for another body, `in-progress` while somebody is at it,
            `store-unavailable` where no key can be kept; nothing was written then.
        """
        now = at or datetime.now(UTC)
        try:
            with writing(self._engine) as connection:
                return self._begun(connection, digest, body, change_set, now)
        except IntegrityError as error:  # two at once on a server, and the other was first
            raise _in_progress() from error
        except SQLAlchemyError as error:
            raise Refused("store-unavailable") from error

    def _begun(
        self, connection: Connection, digest: str, body: str, change_set: str, now: datetime
    ) -> IdempotencyRecord:
        keys = write_key_table
        connection.execute(delete(keys).where(keys.c.begun_at < now - KEPT))
        known = connection.execute(
            select(keys).where(keys.c.digest == digest).with_for_update()
        ).first()
        if known is None:
            connection.execute(
                insert(keys),
                {"digest": digest, "body": body, "change_set": change_set, "begun_at": now,
                 "tried_at": now, "is_settled": False},
            )  # fmt: skip
            return IdempotencyRecord(
                digest=digest, change_set=change_set, is_repeat=False, begun_at=now
            )
        _require_same_and_free(known, body, now)
        connection.execute(update(keys).where(keys.c.digest == digest).values(tried_at=now))
        return IdempotencyRecord(
            digest=digest, change_set=known.change_set, is_repeat=True,
            begun_at=_utc(known.begun_at),
        )  # fmt: skip

    def settle(self, turn: IdempotencyRecord) -> None:
        """It is written, and stays the key's outcome."""
        self._set(turn, is_settled=True, tried_at=None)

    def leave(self, turn: IdempotencyRecord) -> None:
        """Nobody knows yet whether it is written; whoever comes next asks the graph."""
        self._set(turn, tried_at=None)

    def release(self, turn: IdempotencyRecord) -> None:
        """Nothing was written: the key may be used again, also with a mended body."""
        self._do(delete(write_key_table).where(write_key_table.c.digest == turn.digest))

    def _set(self, turn: IdempotencyRecord, **values: object) -> None:
        keys = write_key_table
        self._do(update(keys).where(keys.c.digest == turn.digest).values(**values))

    def _do(self, statement: Delete | Update) -> None:
        """What does not work now only costs whoever comes next a question to the graph."""
        try:
            with writing(self._engine) as connection:
                connection.execute(statement)
        except SQLAlchemyError as error:
            _log.warning("an Idempotency-Key was not brought up to date: %s", type(error).__name__)


def _require_same_and_free(known: Row[tuple[object, ...]], body: str, now: datetime) -> None:
    if not hmac.compare_digest(known.body, body):
        raise Refused(
            "key-reused",
            ("Nøglen er brugt til en anden ændring. Tag en ny nøgle.",
             "The key was used for another change. Take a new key."),
        )  # fmt: skip
    if known.tried_at is not None and not known.is_settled and now < _utc(known.tried_at) + RUNS:
        raise _in_progress()


def _in_progress() -> Refused:
    return Refused(
        "in-progress",
        ("Den samme ændring er ved at blive gemt. Vent lidt, og send den igen.",
         "The same change is being saved. Wait a little, and send it again."),
    )  # fmt: skip


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


_PATTERN: Final = r"^[\x21-\x7e]{8,128}$"


class IdempotencyKey(NamedTuple):
    """A request's Idempotency-Key, and all that it must stand for when it comes again."""

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
    told = (
        sorted(request.path_params.items()), sorted(request.query_params.items()),
        request.headers.get("if-match"),
    )  # fmt: skip
    return IdempotencyKey(key, (repr(told).encode(), await request.body()))


Keyed = Annotated[IdempotencyKey, Depends(_key)]
NO_KEY: Final = IdempotencyKey()


@contextmanager
def idempotency_record(
    context: RequestContext, key: IdempotencyKey
) -> Generator[IdempotencyRecord]:
    """The turn of a key while its write is made; of a request without one, the only turn there is.

    Where it is a repeat, the write has the name of the first try, in the audit log too.

    Raises: Refused: as `WriteKeys.begin`.
    """
    if key.key is None:
        now = datetime.now(UTC)
        yield IdempotencyRecord(
            digest="", change_set=context.change_set_id, is_repeat=False, begun_at=now
        )
        return
    keys = WriteKeys(context.app_state.accounts.engine)
    turn = keys.begin(
        key_digest(context.who.account, context.action, key.key),
        body_digest(context.app_state.web_key, *key.body),
        context.change_set_id,
    )
    try:
        if turn.is_repeat:
            context.change_set = turn.change_set
            record_intent(context)
        yield turn
    except BaseException as error:
        if _is_free(context, turn, error):
            keys.release(turn)
        else:
            keys.leave(turn)
        raise
    keys.settle(turn)


def _is_free(context: RequestContext, turn: IdempotencyRecord, error: BaseException) -> bool:
    """Whether it is certain that nothing is written under a key, so that it may be used again.

    Of a bug of ours nobody knows whether it came before or after; and what was refused because it
    was taken back meanwhile is asked for anew, not sent again.
    """
    if not isinstance(error, Refused | GraphError) or isinstance(error, StoreUnavailable):
        return False
    if isinstance(error, Refused) and error.kind.slug == "withdrawn":
        return False
    try:
        return not turn.is_repeat or context.directory.written(turn.change_set) is None
    except StoreUnavailable:
        return False
