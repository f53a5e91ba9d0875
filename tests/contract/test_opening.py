import socket

import pytest
from neo4j import ManagedTransaction

from graph.errors import StoreUnavailable, TooExpensive
from graph.store import cypher
from graph.store.connection import connect, locked_revision
from graph.store.encryption.keyring import Keyring
from graph.store.schema import SCHEMA_VERSION
from graph.store.store import Store, open_store
from tests.databases import OURS, Server, claim


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_an_unreachable_address_is_reported_with_the_address_and_its_setting(
    keyring: Keyring, scheme: str
) -> None:
    uri = f"{scheme}://127.0.0.1:{free_port()}"
    with (
        pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1.*NEO4J_URI"),
        open_store(uri, user="neo4j", password="x", keyring=keyring),
    ):
        pass


@pytest.mark.parametrize(
    "uri", ["", "127.0.0.1", "http://127.0.0.1:1", "bolt://127.0.0.1:port", "bolt://[::1"]
)
def test_an_invalid_address_raises_store_unavailable(keyring: Keyring, uri: str) -> None:
    with (
        pytest.raises(StoreUnavailable, match="no address"),
        open_store(uri, user="neo4j", password="x", keyring=keyring),
    ):
        pass


def test_a_password_in_the_address_is_refused_and_not_repeated(keyring: Keyring) -> None:
    with (
        pytest.raises(StoreUnavailable, match="NEO4J_PASSWORD") as error,
        open_store("bolt://lise:hunter2@there", user="neo4j", password="x", keyring=keyring),
    ):
        pass
    assert "hunter2" not in str(error.value)


def test_a_wrong_password_is_reported_without_repeating_it(
    server: Server, keyring: Keyring
) -> None:
    with (
        pytest.raises(StoreUnavailable, match="refused the user or password") as error,
        open_store(server.uri, user=server.user, password="not this one", keyring=keyring),
    ):
        pass
    assert "not this one" not in str(error.value)


def test_an_unknown_database_is_reported_with_its_setting(server: Server, keyring: Keyring) -> None:
    with (
        pytest.raises(StoreUnavailable, match="NEO4J_DATABASE"),
        open_store(
            server.uri,
            user=server.user,
            password=server.password,
            database="findesikke",
            keyring=keyring,
        ),
    ):
        pass


def test_a_write_that_waits_too_long_for_the_lock_is_too_expensive_and_undone(
    store: Store, server: Server
) -> None:
    def write(tx: ManagedTransaction) -> int:
        tx.run(cypher.INCREMENT_REVISION).consume()
        return locked_revision(tx)

    with (
        connect(
            server.uri, user=server.user, password=server.password, database=server.database
        ) as connection,
        server.driver.session(database=server.database) as session,
        session.begin_transaction() as other,
    ):
        other.run(cypher.LOCK_COMMITS).consume()
        with pytest.raises(TooExpensive):
            connection.write(write, timeout_s=0.2)
    assert store.revision() == 0


def test_engine_info_returns_agent_version_and_schema(store: Store) -> None:
    info = store.engine_info()
    assert info.agent.startswith("Neo4j/")
    assert info.version[0].isdigit()
    assert info.schema == SCHEMA_VERSION


def test_a_mark_is_stored_without_a_new_revision_or_element(store: Store) -> None:
    assert store.mark("seed") is None
    store.set_mark("seed", "7")
    assert (store.mark("seed"), store.revision(), sum(store.counts().values())) == ("7", 0, 0)


def test_claim_refuses_a_database_that_is_in_use(server: Server, keyring: Keyring) -> None:
    server.ask("MATCH (store:Store) REMOVE store.mark_purpose")
    try:
        with pytest.raises(RuntimeError, match="in use"):
            claim(server, keyring)
    finally:
        server.ask("MATCH (store:Store) SET store.mark_purpose = $ours", ours=OURS)
