"""Proposals of seats for people administered elsewhere: requester, seat and their steward's answer.

A proposal holds ids, dates and numbers, and no text. It has no effect until it is accepted; none is
stored longer than thirty days. They are stored with the accounts: the graph holds facts only.
"""

import json
import secrets
from collections.abc import Mapping
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
    insert,
    select,
    update,
)

from api.errors import Refused
from api.i18n import bilingual
from api.identity.tables import Clock, utc
from api.sql import reading, writing, writing_alone

metadata: Final = MetaData()
proposal_table: Final = Table(
    "proposal",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("fields", Text, nullable=False),  # JSON: dates, numbers, flags
    Column("change_set", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answered_by", Text),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
KEPT: Final = timedelta(days=30)
_WRITERS: Final = 0x70726F70
_ALREADY: Final = bilingual("You have proposed it already; that is not answered yet.")


class ProposalState(StrEnum):
    """The state of a proposal; the first is open."""

    WAITING = "WAITING"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposal: `account` asks for `person` in `post`; `fields` are those of the new link.

    `fields` exclude the ends of the link. `change_set` is the idempotency key of the write in the
    graph once it is accepted.
    """

    id: str
    account: str
    type: str
    person: str
    post: str
    fields: Mapping[str, Any]
    change_set: str
    state: ProposalState
    answered_by: str | None
    made_at: datetime
    changed_at: datetime


class Proposals:
    """The proposals of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        with writing_alone(engine, _WRITERS) as connection:
            metadata.create_all(connection)

    def make(
        self,
        account: str,
        *,
        type: str,
        person: str,
        post: str,
        fields: Mapping[str, Any],
        change_set: str,
    ) -> Proposal:
        """Create a proposal. Raises: Refused: the account has an open one for that seat."""
        now, table = self._clock(), proposal_table.c
        proposal = Proposal(
            id=f"pro-{secrets.token_hex(8)}", account=account, type=type, person=person, post=post,
            fields=fields, change_set=change_set, state=ProposalState.WAITING, answered_by=None,
            made_at=now, changed_at=now,
        )  # fmt: skip
        with writing_alone(self._engine, _WRITERS) as connection:
            self._drop_old(connection, now)
            same = (table.account == account) & (table.type == type) & (table.person == person)
            same &= (table.post == post) & _is_open()
            before = connection.execute(select(proposal_table).where(same)).first()
            if before is not None:
                raise Refused("duplicate", _ALREADY, id=before.id)
            values = {name: getattr(proposal, name) for name in Proposal.__slots__}
            connection.execute(insert(proposal_table), {**values, "fields": json.dumps(fields)})
        return proposal

    def made_by(self, account: str) -> tuple[Proposal, ...]:
        """The proposals of an account, the newest first."""
        return self._found(proposal_table.c.account == account)

    def waiting(self) -> tuple[Proposal, ...]:
        """All open proposals, the newest first."""
        return self._found(_is_open())

    def find(self, proposal: str) -> Proposal | None:
        """An open proposal; None if there is none."""
        proposals = self._found((proposal_table.c.id == proposal) & _is_open())
        return proposals[0] if proposals else None

    def close(self, proposal: str, state: ProposalState, *, by: str) -> Proposal | None:
        """Close an open proposal with a state; None if it is not open."""
        now, table = self._clock(), proposal_table
        with writing(self._engine) as connection:
            self._drop_old(connection, now)
            changed = connection.execute(
                update(table)
                .where((table.c.id == proposal) & _is_open())
                .values(state=state.value, answered_by=by, changed_at=now)
            )
            row = connection.execute(select(table).where(table.c.id == proposal)).first()
        return _proposal(row) if changed.rowcount and row is not None else None

    def _found(self, chosen: ColumnElement[bool]) -> tuple[Proposal, ...]:
        since = self._clock() - KEPT
        order = desc(proposal_table.c.made_at), proposal_table.c.id
        with reading(self._engine) as connection:
            rows = connection.execute(select(proposal_table).where(chosen).order_by(*order)).all()
        return tuple(stored for stored in map(_proposal, rows) if stored.made_at > since)

    def _drop_old(self, connection: Connection, now: datetime) -> None:
        connection.execute(delete(proposal_table).where(proposal_table.c.made_at <= now - KEPT))


def _is_open() -> ColumnElement[bool]:
    return proposal_table.c.state == ProposalState.WAITING.value


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id, account=row.account, type=row.type, person=row.person, post=row.post,
        fields=json.loads(row.fields), change_set=row.change_set, state=ProposalState(row.state),
        answered_by=row.answered_by, made_at=utc(row.made_at), changed_at=utc(row.changed_at),
    )  # fmt: skip
