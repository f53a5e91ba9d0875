"""The tables of the audit log, the same in SQLite and PostgreSQL; rows are only ever inserted."""

from typing import Final

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, MetaData, Table, Text, event, text
from sqlalchemy.schema import DDLElement

OF_WRITES: Final = text("kind NOT IN ('asked', 'shown')")
"""Selects rows of writes and refusals, few compared to questions; a partial index uses it."""
_NO_CHANGE: Final = "rows of the audit are never changed"


def month_table(name: str, metadata: MetaData) -> Table:
    """A table for a month of rows, with its indexes and triggers that forbid changes.

    `subjects` and `asked` are JSON texts: their exact text is sealed.
    """
    table = Table(
        name, metadata,
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True,
               autoincrement=False),
        Column("at", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("caller", Text), Column("role", Text), Column("via", Text),
        Column("action", Text, nullable=False), Column("purpose", Text),
        Column("subjects", Text), Column("asked", Text),
        Column("result", Integer), Column("count", Integer), Column("ms", Integer),
        Column("request_id", Text, nullable=False), Column("change_set", Text),
        Column("key_id", Text, nullable=False),
        Column("prev", Text, nullable=False), Column("mac", Text, nullable=False),
    )  # fmt: skip
    Index(f"{name}_caller", table.c.caller, table.c.at)
    Index(f"{name}_writes", table.c.at, sqlite_where=OF_WRITES, postgresql_where=OF_WRITES)
    forbid_changes(table)
    return table


def subject_table(name: str, metadata: MetaData) -> Table:
    """The index from persons to the rows of a month that name them; verified against the rows."""
    table = Table(
        name, metadata,
        Column("subject", Text, primary_key=True),
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True,
               autoincrement=False),
        sqlite_with_rowid=False,
    )  # fmt: skip
    forbid_changes(table)
    return table


def stub_table(metadata: MetaData) -> Table:
    """The table of the stubs of dropped months."""
    table = Table(
        "audit_stub", metadata,
        Column("month", Text, primary_key=True),
        Column("first_seq", BigInteger, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("count", BigInteger, nullable=False),
        Column("first_prev", Text, nullable=False), Column("last_mac", Text, nullable=False),
        Column("key_id", Text, nullable=False), Column("mac", Text, nullable=False),
    )  # fmt: skip
    forbid_changes(table)
    return table


def forbid_changes(table: Table) -> None:
    """Add triggers, on creation of the table, that make every UPDATE and DELETE fail."""
    for statement in _triggers(table.name):
        event.listen(table, "after_create", statement)


def _triggers(name: str) -> list[DDLElement]:
    sqlite = [
        DDL(f"CREATE TRIGGER {name}_no_{what} BEFORE {what} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END").execute_if(dialect="sqlite")
        for what in ("UPDATE", "DELETE")
    ]  # fmt: skip
    function = DDL(
        "CREATE OR REPLACE FUNCTION audit_no_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_NO_CHANGE}'; END $$"
    )
    trigger = DDL(
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_no_change()"
    )
    return [*sqlite, *(one.execute_if(dialect="postgresql") for one in (function, trigger))]
