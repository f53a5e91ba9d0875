"""How does a fresh database get the password that only its owner's file knows?"""

import time
from typing import Final, LiteralString

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph.errors import StoreUnavailable

USER: Final = "neo4j"
SETTLE_S: Final = 15.0  # a database that is ready may still refuse for a moment
RETRY_S: Final = 0.2

REPLACE_SECRET: LiteralString = (  # the secrets themselves are parameters
    "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"  # noqa: S105 - a statement, no secret
)


def ensure(uri: str, password: str) -> None:
    """Makes `password` the database's, unless it is already.

    The file is written before the database is told, so after a crash between the two the
    database still has Neo4j's own first password, and gets ours now.

    Raises: StoreUnavailable: the database has another password than the file.
    """
    give_up_at = time.monotonic() + SETTLE_S
    while not _is_set(uri, password):
        if time.monotonic() > give_up_at:
            raise StoreUnavailable(
                "the database does not take the password in its file; fix: put the file "
                "'password' back from the backup of the keys"
            )
        time.sleep(RETRY_S)


def _is_set(uri: str, password: str) -> bool:
    try:
        with GraphDatabase.driver(uri, auth=(USER, password)) as driver:
            if driver.verify_authentication():
                return True
        with GraphDatabase.driver(uri, auth=(USER, USER)) as driver:
            driver.execute_query(REPLACE_SECRET, old=USER, new=password, database_="system")
    except (DriverError, Neo4jError):
        return False
    return True
