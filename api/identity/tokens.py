"""API tokens for programs, with narrower rights than their owner and a limited lifetime."""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.principal import NOT_FOR_TOKENS, Assurance, Principal, load_principal
from api.identity.tables import Clock, account_transaction, digest, is_storable, token_table, utc
from api.sql import read_connection, write_connection
from graph.access.policy import Task
from graph.errors import NotFound
from graph.model.base import random_id

PREFIX: Final = "kv_"
MOST_DAYS: Final = 90
MOST_TOKENS: Final = 20
_SEEN_EVERY: Final = timedelta(minutes=1)
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The data of a token; `text` is set only when it is created."""

    id: str
    label: str
    scopes: frozenset[str]
    made_by: str
    made_at: datetime
    ends_at: datetime
    seen_at: datetime | None
    text: str | None = None


class Tokens:
    """The API tokens of one installation."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def make(
        self, account: str, *, label: str, scopes: Collection[Task], days: int, made_by: str
    ) -> Token:
        """Create a token of an account.

        Raises:
            Refusal: a scope that tokens cannot have, too long a life, or too many tokens.
            NotFound: there is no such account, or it is disabled.
        """
        if not scopes or NOT_FOR_TOKENS & set(scopes):
            raise _invalid("scopes", *bilingual("No token can be used for that."))
        if not 1 <= days <= MOST_DAYS:
            raise _invalid("days", *bilingual("At most {most_days} days.", most_days=MOST_DAYS))
        now = self._clock()
        token = Token(
            id=random_id("tok"), label=label, scopes=frozenset(scopes),
            made_by=made_by, made_at=now, ends_at=now + timedelta(days=days), seen_at=None,
            text=f"{PREFIX}{secrets.token_urlsafe(_TOKEN_BYTES)}",
        )  # fmt: skip
        with account_transaction(self._engine) as connection:
            if load_principal(connection, account, via="", assurance=Assurance.PASSWORD) is None:
                raise NotFound(account)
            if len(_valid_tokens(connection, account, now)) >= MOST_TOKENS:
                raise Refusal(
                    "too-many",
                    bilingual(
                        "At most {most_tokens} tokens; revoke one first.", most_tokens=MOST_TOKENS
                    ),
                )
            connection.execute(
                insert(token_table),
                {"digest": digest(token.text or ""), "id": token.id, "account": account,
                 "label": token.label, "scopes": json.dumps(sorted(token.scopes)),
                 "made_by": token.made_by, "made_at": token.made_at, "ends_at": token.ends_at},
            )  # fmt: skip
        return token

    def of(self, account: str) -> tuple[Token, ...]:
        """The valid tokens of an account, the oldest first."""
        with read_connection(self._engine) as connection:
            return tuple(
                Token(
                    id=row.id, label=row.label, scopes=frozenset(json.loads(row.scopes)),
                    made_by=row.made_by, made_at=utc(row.made_at), ends_at=utc(row.ends_at),
                    seen_at=utc(row.seen_at) if row.seen_at else None,
                )
                for row in _valid_tokens(connection, account, self._clock())
            )  # fmt: skip

    def revoke(self, account: str, token: str) -> None:
        """Revoke a token of an account, from the next call on.

        Raises: NotFound: the account has no such token.
        """
        if not is_storable(account + token):
            raise NotFound(token)
        with account_transaction(self._engine) as connection:
            result = connection.execute(
                update(token_table)
                .where(
                    token_table.c.id == token, token_table.c.account == account,
                    token_table.c.revoked_at.is_(None),
                )
                .values(revoked_at=self._clock())
            )  # fmt: skip
            if not result.rowcount:
                raise NotFound(token)

    def signed_in(self, text: str) -> Principal | None:
        """The principal of a token; None if it has ended, was revoked or never existed.

        A token is stored in a file and proves no more than a password does.
        """
        now, key = self._clock(), digest(text)
        with read_connection(self._engine) as connection:
            row = connection.execute(
                select(token_table).where(
                    token_table.c.digest == key, token_table.c.revoked_at.is_(None)
                )
            ).first()
            if row is None or utc(row.ends_at) <= now:
                return None
            scopes = frozenset(json.loads(row.scopes)) - NOT_FOR_TOKENS
            who = load_principal(
                connection, row.account, via=row.id, assurance=Assurance.PASSWORD, scopes=scopes
            )
        if who and (row.seen_at is None or now - utc(row.seen_at) >= _SEEN_EVERY):
            with write_connection(self._engine) as connection:
                statement = update(token_table).where(token_table.c.digest == key)
                connection.execute(statement.values(seen_at=now))
        return who


def revoke_all(connection: Connection, account: str, now: datetime) -> None:
    """Revoke all tokens of an account."""
    connection.execute(
        update(token_table)
        .where(token_table.c.account == account, token_table.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _valid_tokens(connection: Connection, account: str, now: datetime) -> list[Row[Any]]:
    rows = connection.execute(
        select(token_table)
        .where(
            token_table.c.account == account,
            token_table.c.revoked_at.is_(None),
            token_table.c.ends_at > now,
        )
        .order_by(token_table.c.made_at, token_table.c.id)
    )
    return list(rows)


def _invalid(field: str, danish: str, english: str) -> Refusal:
    fault = {"pointer": f"/{field}", "field": field, "rule": "TOKEN"}
    return Refusal("invalid", (danish, english), errors=[fault])
