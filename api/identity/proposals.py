"""Stored proposals of changes: who proposed what, and what the steward answered.

A proposal may contain names, so its content and the reason of the answer are sealed before they are
stored. A proposal has no effect until it is accepted; none is stored longer than thirty days.
They are stored with the accounts: the graph holds facts only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    desc,
    func,
    insert,
    select,
    update,
)

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.tables import Clock, utc
from api.sql import exclusive_connection, read_connection, write_connection
from graph.model.base import random_id

metadata: Final = MetaData()
proposal_table: Final = Table(
    "proposed_change",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("term", Text, nullable=False),  # HMAC of the changes, to find duplicates
    Column("content", Text, nullable=False),  # sealed JSON: it may contain names
    Column("change_set", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answered_by", Text),
    Column("reason", Text),  # sealed
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
_BEFORE: Final = Table("proposal", MetaData())
"""The table of an older version, for proposals of seats; dropped with its open proposals."""
RETENTION: Final = timedelta(days=30)
MOST_OPEN: Final = 50
_WRITERS: Final = 0x70726F70
_ALREADY: Final = bilingual("You have proposed it already; that is not answered yet.")
_TOO_MANY: Final = bilingual(
    "{most_open} proposals of yours wait for an answer. Withdraw one before you make another.",
    most_open=MOST_OPEN,
)


class ProposalState(StrEnum):
    """The state of a proposal; the first is open."""

    WAITING = "WAITING"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProposal:
    """A proposal of an account; `content` and `reason` are sealed.

    `change_set` is the idempotency key of the write in the graph once it is accepted.
    """

    id: str
    account: str
    term: str
    content: str
    change_set: str
    state: ProposalState
    answered_by: str | None
    reason: str | None
    made_at: datetime
    changed_at: datetime


class Proposals:
    """The proposals of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        with exclusive_connection(engine, _WRITERS) as connection:
            metadata.create_all(connection)
            _BEFORE.drop(connection, checkfirst=True)

    def make(self, account: str, *, term: str, content: str, change_set: str) -> StoredProposal:
        """Create a proposal.

        Raises: Refusal: it has an open proposal of the same changes, or `MOST_OPEN` others.
        """
        now, table = self._clock(), proposal_table.c
        proposal = StoredProposal(
            id=random_id("pro"), account=account, term=term, content=content,
            change_set=change_set, state=ProposalState.WAITING, answered_by=None, reason=None,
            made_at=now, changed_at=now,
        )  # fmt: skip
        mine = (table.account == account) & _is_open()
        with exclusive_connection(self._engine, _WRITERS) as connection:
            self._drop_old(connection, now)
            same = connection.execute(
                select(table.id).where(mine & (table.term == term))
            ).first()  # fmt: skip
            if same is not None:
                raise Refusal("duplicate", _ALREADY, id=same.id)
            many = select(func.count()).select_from(proposal_table).where(mine)
            if (connection.scalar(many) or 0) >= MOST_OPEN:
                raise Refusal("invalid", _TOO_MANY, errors=[])
            values = {name: getattr(proposal, name) for name in StoredProposal.__slots__}
            connection.execute(insert(proposal_table), values)
        return proposal

    def made_by(self, account: str) -> tuple[StoredProposal, ...]:
        """The proposals of an account, the newest first."""
        return self._fetch(proposal_table.c.account == account)

    def open_proposals(self) -> tuple[StoredProposal, ...]:
        """All open proposals, the newest first."""
        return self._fetch(_is_open())

    def find(self, proposal: str) -> StoredProposal | None:
        """An open proposal; None if there is none."""
        proposals = self._fetch((proposal_table.c.id == proposal) & _is_open())
        return proposals[0] if proposals else None

    def close(
        self, proposal: str, state: ProposalState, *, by: str, reason: str | None = None
    ) -> StoredProposal | None:
        """Close an open proposal with a state; None if it is not open."""
        now, table = self._clock(), proposal_table
        with write_connection(self._engine) as connection:
            self._drop_old(connection, now)
            changed = connection.execute(
                update(table)
                .where((table.c.id == proposal) & _is_open())
                .values(state=state.value, answered_by=by, reason=reason, changed_at=now)
            )
            row = connection.execute(select(table).where(table.c.id == proposal)).first()
        return _proposal(row) if changed.rowcount and row is not None else None

    def _fetch(self, condition: ColumnElement[bool]) -> tuple[StoredProposal, ...]:
        since = self._clock() - RETENTION
        order = desc(proposal_table.c.made_at), proposal_table.c.id
        with read_connection(self._engine) as connection:
            rows = connection.execute(
                select(proposal_table).where(condition).order_by(*order)
            ).all()
        return tuple(stored for stored in map(_proposal, rows) if stored.made_at > since)

    def _drop_old(self, connection: Connection, now: datetime) -> None:
        connection.execute(
            delete(proposal_table).where(proposal_table.c.made_at <= now - RETENTION)
        )


def _is_open() -> ColumnElement[bool]:
    return proposal_table.c.state == ProposalState.WAITING.value


def _proposal(row: Row[Any]) -> StoredProposal:
    return StoredProposal(
        id=row.id, account=row.account, term=row.term, content=row.content,
        change_set=row.change_set, state=ProposalState(row.state), answered_by=row.answered_by,
        reason=row.reason, made_at=utc(row.made_at), changed_at=utc(row.changed_at),
    )  # fmt: skip
