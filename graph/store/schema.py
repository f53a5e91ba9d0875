"""Schema of the store (constraints and indexes), and the migration of older stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from neo4j import ManagedTransaction

from graph.errors import SchemaMismatch
from graph.store import cypher
from graph.store.connection import Connection, state

_MIGRATION_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One migration step to a schema version.

    The `schema` statements are repeatable and run first; `data` runs in the same transaction as the
    new version number.
    """

    number: int
    schema: tuple[LiteralString, ...] = ()
    data: tuple[LiteralString, ...] = ()


MIGRATIONS: Final = (
    Migration(
        number=1,
        schema=(
            *(cypher.unique(label, "id") for label in cypher.LABELS),
            *(cypher.unique_link(link_type) for link_type in cypher.TYPES),
            cypher.unique("ChangeSet", "revision"),
            cypher.unique("ChangeSet", "idempotency"),
            cypher.create_index("Change", "revision"),
            cypher.create_index("Change", "touched"),
        ),
    ),
    Migration(number=2),  # `aliases` of areas and authorities: an absent property means none
    # `external_id` and `batch` of all elements: absent properties mean none.
    Migration(
        number=3,
        schema=(
            cypher.unique("Commits", "id"),
            cypher.create_index("Change", "external_name"),
            cypher.create_index("ChangeSet", "batch"),
        ),
    ),
)
SCHEMA_VERSION: Final = MIGRATIONS[-1].number


def migrate(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Migrate the store to the last of `migrations` and return its previous schema version.

    Processes that open the store concurrently wait for each other. After a crash, the next opening
    completes the migration.

    Raises:
        SchemaMismatch: the store is newer, or the database holds something else.
    """
    version = connection.read(_version)
    if version is None:
        for statement in (cypher.unique("Store", "id"), cypher.CREATE_STORE):
            connection.write(
                lambda tx, statement=statement: _run(tx, [statement]), timeout_s=_MIGRATION_S
            )
        version = 0
    newest = migrations[-1].number
    if version > newest:
        raise SchemaMismatch(
            f"the store at {connection.place} has schema {version}, and this Kontaktvej knows "
            f"schemas up to {newest}; fix: use the newer Kontaktvej that wrote it"
        )
    for migration in migrations:
        if migration.number > version:
            _migrate_one(connection, migration)
    return version


def revision_in(connection: Connection) -> int | None:
    """Return the revision of the store in a database; None for an empty database.

    Raises: SchemaMismatch: the database holds nodes, but no store.
    """
    return connection.read(lambda tx: None if _version(tx) is None else state(tx)["revision"])


def _version(tx: ManagedTransaction) -> int | None:
    """Return the schema version; None for an empty database.

    Raises: SchemaMismatch: the database holds nodes, but no store.
    """
    if tx.run(cypher.STATE).single() is not None:
        return state(tx)["schema"]
    if tx.run(cypher.COUNT_ALL_NODES).single(strict=True)["count"]:
        raise SchemaMismatch(
            "the database holds nodes that Kontaktvej did not write; "
            "fix: name an empty database in NEO4J_DATABASE"
        )
    return None


def _migrate_one(connection: Connection, migration: Migration) -> None:
    """Run one step under the store's lock; schema statements need a separate transaction."""

    def run_step(tx: ManagedTransaction) -> None:
        tx.run(cypher.LOCK).consume()
        if state(tx)["schema"] >= migration.number:
            return  # another process was faster
        connection.write(lambda inner: _run(inner, migration.schema), timeout_s=_MIGRATION_S)
        _run(tx, migration.data)
        tx.run(cypher.SET_ON_STORE, properties={"schema": migration.number}).consume()

    connection.write(run_step, timeout_s=2 * _MIGRATION_S)


def _run(tx: ManagedTransaction, statements: Sequence[LiteralString]) -> None:
    for statement in statements:
        tx.run(statement).consume()
