"""Saved questions of accounts, with versions and sharing.

They are stored in the account database, since they record who saved a question and with whom it is
shared.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.tables import Clock, utc
from api.sql import exclusive_connection, read_connection
from graph.errors import NotFound
from graph.model.base import random_id

MOST_KEPT: Final = 200
_WRITERS: Final = 0x71756573
metadata: Final = MetaData()
question_table: Final = Table(
    "saved_question",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("account", Text, nullable=False, index=True),
    Column("content", Text, nullable=False),  # JSON: the body of the question
    Column("changed_at", DateTime(timezone=True), nullable=False),
)
shared_table: Final = Table(
    "shared_question",
    metadata,
    Column("question", Text, primary_key=True),
    Column("with_whom", Text, primary_key=True),  # `role:ANALYST`, `account:…`
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuestion:
    """A saved question; `content` is its body, `roles` and `accounts` those it is shared with."""

    id: str
    version: int
    account: str
    content: dict[str, Any]
    changed_at: datetime
    roles: frozenset[str] = field(default_factory=frozenset[str])
    accounts: frozenset[str] = field(default_factory=frozenset[str])


class SavedQuestions:
    """The saved questions of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        with exclusive_connection(engine, _WRITERS) as connection:
            metadata.create_all(connection)

    def keep(
        self,
        account: str,
        content: dict[str, Any],
        *,
        roles: Iterable[str] = (),
        accounts: Iterable[str] = (),
    ) -> SavedQuestion:
        """Save a new question of an account.

        Raises: Refusal: `invalid`: the account has reached `MOST_KEPT`.
        """
        question = SavedQuestion(
            id=random_id("que"), version=1, account=account, content=content,
            changed_at=self._clock(), roles=frozenset(roles), accounts=frozenset(accounts),
        )  # fmt: skip
        mine = question_table.c.account == account
        with exclusive_connection(self._engine, _WRITERS) as connection:
            many = select(func.count()).select_from(question_table).where(mine)
            if (connection.scalar(many) or 0) >= MOST_KEPT:
                raise Refusal("invalid", _TOO_MANY)
            connection.execute(insert(question_table), _row(question))
            _share(connection, question)
        return question

    def visible_to(self, account: str, roles: Collection[str]) -> tuple[SavedQuestion, ...]:
        """The questions of an account and those shared with it or its roles; sorted by id."""
        with read_connection(self._engine) as connection:
            return _read(connection, _theirs(account, roles))

    def find(self, question: str, account: str, roles: Collection[str]) -> SavedQuestion:
        """One of the questions of `visible_to`. Raises: NotFound: not among them."""
        with read_connection(self._engine) as connection:
            return _saved_question(connection, question, _theirs(account, roles))

    def change(
        self,
        question: str,
        account: str,
        version: int | None,
        content: dict[str, Any],
        *,
        roles: Iterable[str] = (),
        accounts: Iterable[str] = (),
    ) -> SavedQuestion:
        """Replace the content of a question of the account, if it still has the given version.

        Raises:
            NotFound: the account has no such question.
            Refusal: `conflict`, with the current version.
        """
        with exclusive_connection(self._engine, _WRITERS) as connection:
            before = self._mine(connection, question, account, version)
            after = replace(
                before, version=before.version + 1, content=content, changed_at=self._clock(),
                roles=frozenset(roles), accounts=frozenset(accounts),
            )  # fmt: skip
            connection.execute(
                update(question_table).where(question_table.c.id == question).values(_row(after))
            )
            _share(connection, after)
        return after

    def drop(self, question: str, account: str, version: int | None) -> None:
        """Delete a question. Raises: as `change`."""
        with exclusive_connection(self._engine, _WRITERS) as connection:
            before = self._mine(connection, question, account, version)
            _unshare(connection, before)
            connection.execute(delete(question_table).where(question_table.c.id == question))

    def _mine(
        self, connection: Connection, question: str, account: str, version: int | None
    ) -> SavedQuestion:
        before = _saved_question(connection, question, question_table.c.account == account)
        if before.version != version:
            raise Refusal("conflict", id=question, based_on=version, current=before.version)
        return before


_TOO_MANY: Final = bilingual(
    "You have {most_kept} saved questions already. Delete one before you save another.",
    most_kept=MOST_KEPT,
)


def drop_questions_of(connection: Connection, accounts: Collection[str]) -> None:
    """Delete the questions of accounts that are being deleted, and what is shared with these."""
    of_accounts = question_table.c.account.in_(accounts)
    is_shared = shared_table.c.question.in_(select(question_table.c.id).where(of_accounts))
    is_shared |= shared_table.c.with_whom.in_([f"account:{account}" for account in accounts])
    connection.execute(delete(shared_table).where(is_shared))
    connection.execute(delete(question_table).where(of_accounts))


def _theirs(account: str, roles: Collection[str]) -> Any:
    shared = select(shared_table.c.question).where(
        shared_table.c.with_whom.in_([f"account:{account}", *(f"role:{role}" for role in roles)])
    )
    return or_(question_table.c.account == account, question_table.c.id.in_(shared))


def _saved_question(connection: Connection, question: str, of_whom: Any) -> SavedQuestion:
    questions = _read(connection, (question_table.c.id == question) & of_whom)
    if not questions:
        raise NotFound(question)
    return questions[0]


def _read(connection: Connection, which: Any) -> tuple[SavedQuestion, ...]:
    rows = connection.execute(
        select(question_table).where(which).order_by(question_table.c.id)
    ).all()
    shared: dict[str, list[str]] = {row.id: [] for row in rows}
    among = shared_table.c.question.in_(list(shared))
    for question, with_whom in connection.execute(select(shared_table).where(among)):
        shared[question].append(with_whom)
    questions: list[SavedQuestion] = []
    for row in rows:
        parts = [with_whom.split(":", 1) for with_whom in shared[row.id]]
        question = SavedQuestion(
            id=row.id, version=row.version, account=row.account, content=json.loads(row.content),
            changed_at=utc(row.changed_at),
            roles=frozenset(whom for kind, whom in parts if kind == "role"),
            accounts=frozenset(whom for kind, whom in parts if kind == "account"),
        )  # fmt: skip
        questions.append(question)
    return tuple(questions)


def _row(question: SavedQuestion) -> dict[str, Any]:
    return {
        "id": question.id, "version": question.version, "account": question.account,
        "content": json.dumps(question.content, ensure_ascii=False),
        "changed_at": question.changed_at,
    }  # fmt: skip


def _share(connection: Connection, question: SavedQuestion) -> None:
    _unshare(connection, question)
    whom = [f"role:{role}" for role in question.roles] + [
        f"account:{account}" for account in question.accounts
    ]
    if whom:
        rows = [{"question": question.id, "with_whom": account} for account in sorted(whom)]
        connection.execute(insert(shared_table), rows)


def _unshare(connection: Connection, question: SavedQuestion) -> None:
    connection.execute(delete(shared_table).where(shared_table.c.question == question.id))
