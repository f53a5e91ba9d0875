"""Links by which a civilian takes back a consent alone: 256 bits that tell nothing of anybody."""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Column, DateTime, Engine, MetaData, Table, Text, func, insert, select

from api.sql import reading, writing

metadata: Final = MetaData()
link_table: Final = Table(
    "withdrawal_link",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("consent", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
_WRITERS: Final = 0x6C696E6B


class WithdrawalLinks:
    """The links of one installation. One works for good: taking back twice changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))
            metadata.create_all(connection)

    def make(self, consent: str) -> str:
        """A new link's token, which is kept as a digest alone."""
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            connection.execute(
                insert(link_table),
                {"digest": _digest(token), "consent": consent, "made_at": datetime.now(UTC)},
            )
        return token

    def consent_of(self, token: str) -> str | None:
        """Which consent a token takes back; None where there is no such link."""
        found = select(link_table.c.consent).where(link_table.c.digest == _digest(token))
        with reading(self._engine) as connection:
            return connection.scalars(found).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
