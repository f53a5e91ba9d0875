"""Contact requests that a door opener passes on to a civilian: requester, purpose and state.

There is no free text, there is at most one open request per account and civilian, and none is
stored longer than thirty days. They are stored with the accounts: who wanted to contact whom is not
part of the graph.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    delete,
    desc,
    insert,
    or_,
    select,
    update,
)

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.tables import is_storable, utc
from api.sql import exclusive_connection, read_connection, write_connection
from graph.model.base import random_id

metadata: Final = MetaData()
request_table: Final = Table(
    "contact_request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("individual", Text, nullable=False),
    Column("opener", Text, nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("key", Text, nullable=False),  # HMAC of the idempotency key
    UniqueConstraint("account", "key"),
)
RETENTION: Final = timedelta(days=30)
_WRITERS: Final = 0x61736B


class ContactRequestState(StrEnum):
    """The state of a contact request; the first three are open."""

    ASKED = "ASKED"
    PASSED_ON = "PASSED_ON"
    LATER = "LATER"
    YES = "YES"
    NO = "NO"


_OPEN: Final = (ContactRequestState.ASKED, ContactRequestState.PASSED_ON, ContactRequestState.LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContactRequest:
    """A contact request: `account` asks `individual` to call `detail`; `opener` passes it on."""

    id: str
    account: str
    individual: str
    opener: str
    purpose: str
    detail: str
    state: ContactRequestState
    made_at: datetime
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.state in _OPEN


class ContactRequests:
    """The contact requests of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with exclusive_connection(engine, _WRITERS) as connection:
            metadata.create_all(connection)
            self._drop_old(connection, datetime.now(UTC))

    def ask(
        self, account: str, *, individual: str, opener: str, purpose: str, detail: str, key: str
    ) -> StoredContactRequest:
        """Create a contact request; with the same key, return the existing one as it is now.

        It replaces a request of the account through another door opener, who has not passed it on.

        Raises: Refusal: the key was used for something else, or there is an open request already.
        """
        now = datetime.now(UTC)
        with exclusive_connection(self._engine, _WRITERS) as connection:
            self._drop_old(connection, now)
            mine = _select_requests().where(request_table.c.account == account)
            earlier = connection.execute(mine.where(request_table.c.key == key)).first()
            if earlier is not None:
                before = (earlier.individual, earlier.opener, earlier.purpose)
                if before != (individual, opener, purpose):
                    raise Refusal("key-reused")
                return _request_of(earlier)
            table = request_table.c
            is_same = (table.account == account) & (table.individual == individual)
            is_asked = table.state == ContactRequestState.ASKED.value
            is_elsewhere = is_same & is_asked & (table.opener != opener)
            connection.execute(delete(request_table).where(is_elsewhere))
            is_open = table.state.in_([state.value for state in _OPEN])
            waiting = connection.execute(_select_requests().where(is_same & is_open)).first()
            if waiting is not None:
                raise Refusal("duplicate", _OPEN_ALREADY, id=waiting.id)
            request = StoredContactRequest(
                id=random_id("req"),
                account=account,
                individual=individual,
                opener=opener,
                purpose=purpose,
                detail=detail,
                state=ContactRequestState.ASKED,
                made_at=now,
                changed_at=now,
            )
            connection.execute(insert(request_table), {**asdict(request), "key": key})
        return request

    def made_by(self, account: str) -> tuple[StoredContactRequest, ...]:
        """The requests made by an account, the newest first."""
        return self._fetch(_select_requests().where(request_table.c.account == account))

    def received_by(self, posts: Collection[str]) -> tuple[StoredContactRequest, ...]:
        """The requests that these posts are to pass on, the newest first."""
        return self._fetch(_select_requests().where(request_table.c.opener.in_(sorted(posts))))

    def answer(
        self, asking: str, posts: Collection[str], state: ContactRequestState
    ) -> StoredContactRequest | None:
        """Set the state of an open request to one of these posts; None if there is no open one."""
        if not is_storable(asking):
            return None
        now = datetime.now(UTC)
        table = request_table.c
        with write_connection(self._engine) as connection:
            self._drop_old(connection, now)
            is_theirs = (table.id == asking) & table.opener.in_(sorted(posts))
            is_open = table.state.in_([open_state.value for open_state in _OPEN])
            changed = connection.execute(
                update(request_table)
                .where(is_theirs & is_open)
                .values(state=state.value, changed_at=now)
            )
            row = connection.execute(_select_requests().where(is_theirs)).first()
        return _request_of(row) if changed.rowcount and row is not None else None

    def cancel(self, nodes: Iterable[str]) -> None:
        """Delete every request that names one of these civilians or details."""
        node_ids, table = sorted(nodes), request_table.c
        with write_connection(self._engine) as connection:
            connection.execute(
                delete(request_table).where(
                    or_(table.individual.in_(node_ids), table.detail.in_(node_ids))
                )
            )

    def _fetch(self, query: Select[Any]) -> tuple[StoredContactRequest, ...]:
        with read_connection(self._engine) as connection:
            rows = connection.execute(query.order_by(desc(request_table.c.made_at))).all()
        now = datetime.now(UTC)
        requests = [_request_of(row) for row in rows]
        if any(now - request.made_at >= RETENTION for request in requests):
            with write_connection(self._engine) as connection:
                self._drop_old(connection, now)
        return tuple(request for request in requests if now - request.made_at < RETENTION)

    def _drop_old(self, connection: Connection, now: datetime) -> None:
        connection.execute(delete(request_table).where(request_table.c.made_at <= now - RETENTION))


_OPEN_ALREADY: Final = bilingual("You have asked already; that is not answered yet.")


def _select_requests() -> Select[Any]:
    return select(*(column for column in request_table.c if column.name != "key"))


def _request_of(row: Row[Any]) -> StoredContactRequest:
    return StoredContactRequest(
        id=row.id,
        account=row.account,
        individual=row.individual,
        opener=row.opener,
        purpose=row.purpose,
        detail=row.detail,
        state=ContactRequestState(row.state),
        made_at=utc(row.made_at),
        changed_at=utc(row.changed_at),
    )
