from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import SchemaMismatch
from graph.store import cypher
from graph.store.connection import Connection, connect
from graph.store.encryption.keyring import Keyring
from graph.store.schema import MIGRATIONS, SCHEMA_VERSION, Migration, migrate
from graph.store.store import Store
from graph.vocabulary import Label, LinkType
from tests.databases import Server

NEXT = SCHEMA_VERSION + 1
NEWER = (
    *MIGRATIONS,
    Migration(
        number=NEXT,
        schema=(cypher.create_index("Area", "code"),),
        data=("MATCH (area:Area) SET area.moves = coalesce(area.moves, 0) + 1",),
    ),
)


def migrate_to_newer(server: Server) -> int:
    with connect(
        server.uri, user=server.user, password=server.password, database=server.database
    ) as connection:
        return migrate(connection, NEWER)


def test_every_label_and_type_has_a_unique_id(server: Server) -> None:
    shown = server.ask("SHOW CONSTRAINTS YIELD labelsOrTypes, properties, type")
    unique = {
        (constraint["labelsOrTypes"][0], constraint["properties"][0])
        for constraint in shown
        if constraint["type"] in ("UNIQUENESS", "RELATIONSHIP_UNIQUENESS")
    }
    assert unique >= {(str(sort), "id") for sort in (*Label, *LinkType)}
    assert unique >= {("Store", "id"), ("ChangeSet", "idempotency"), ("ChangeSet", "revision")}


def test_an_older_store_is_migrated_once_and_keeps_its_elements(
    town: Store, server: Server
) -> None:
    try:
        assert (migrate_to_newer(server), migrate_to_newer(server)) == (SCHEMA_VERSION, NEXT)
        moves = server.ask("MATCH (area:Area) RETURN DISTINCT area.moves AS moves")
        assert moves == [{"moves": 1}]
        assert town.counts()["Person"] == 5
    finally:
        server.ask("DROP INDEX Area_code IF EXISTS")


@pytest.mark.slow
def test_concurrent_migrations_of_an_older_store_run_once(town: Store, server: Server) -> None:
    try:
        with ThreadPoolExecutor(4) as openers:
            assert set(openers.map(migrate_to_newer, [server] * 4)) <= {SCHEMA_VERSION, NEXT}
        moves = server.ask("MATCH (area:Area) RETURN DISTINCT area.moves AS moves")
        assert moves == [{"moves": 1}]
    finally:
        server.ask("DROP INDEX Area_code IF EXISTS")


def test_a_newer_store_is_refused_with_both_versions_and_not_changed(
    server: Server, keyring: Keyring
) -> None:
    server.ask("MATCH (store:Store) SET store.schema = $newer", newer=NEXT)
    with (
        pytest.raises(SchemaMismatch, match=f"{NEXT}.*{SCHEMA_VERSION}"),
        server.with_store(keyring),
    ):
        pass
    (store,) = server.ask("MATCH (store:Store) RETURN store.schema AS schema")
    assert store["schema"] == NEXT


def test_a_database_with_foreign_data_is_refused(server: Server, keyring: Keyring) -> None:
    (row,) = server.ask("MATCH (store:Store) RETURN properties(store) AS all")
    server.ask("MATCH (store:Store) DELETE store CREATE (:Movie {title: 'Jagten'})")
    try:
        with pytest.raises(SchemaMismatch, match="NEO4J_DATABASE"), server.with_store(keyring):
            pass
    finally:
        server.ask("MATCH (movie:Movie) DELETE movie CREATE (store:Store) SET store = $all", **row)


def test_a_migration_that_fails_half_way_leaves_the_old_version(server: Server) -> None:
    broken = Migration(
        number=NEXT, data=("MATCH (area:Area) SET area.moves = 1", "RETURN date('x')")
    )
    with connect(
        server.uri, user=server.user, password=server.password, database=server.database
    ) as connection:
        with pytest.raises(Exception, match="parsed"):
            migrate(connection, (*MIGRATIONS, broken))
        assert version(connection) == SCHEMA_VERSION


def version(connection: Connection) -> int:
    return migrate(connection)
