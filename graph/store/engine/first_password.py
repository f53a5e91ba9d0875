"""How does a fresh database get the password that only its owner's file knows?

It finds it in a file as `neo4j-admin dbms set-initial-password` leaves one, and never answers to
Neo4j's own first password, which everybody knows. Should it not take it from there, it is told.
"""

import hashlib
import secrets
import time
from pathlib import Path
from typing import Final, LiteralString

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph.errors import StoreUnavailable
from graph.store.encryption.key_file import create_private

USER: Final = "neo4j"
SETTLE_S: Final = 15.0  # a database that is ready may still refuse for a moment
RETRY_S: Final = 0.2
_SALT_BYTES: Final = 32

REPLACE_SECRET: LiteralString = (  # the secrets themselves are parameters
    "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"  # noqa: S105 - a statement, no secret
)


def lay(home: Path, password: str) -> None:
    """Lays it where a database that is still to be made looks for it; else does nothing."""
    if (home / "data").exists():
        return
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.sha256(salt + password.encode()).hexdigest()
    file = _file(home)
    for folder in (file.parent.parent, file.parent):
        folder.mkdir(mode=0o700)
    create_private(file, f"{USER}:SHA-256,{digest},{salt.hex()}:\n".encode())


def _file(home: Path) -> Path:
    return home / "data" / "dbms" / "auth.ini"


def ensure(home: Path, uri: str, password: str) -> None:
    """Makes `password` the database's, unless it is already; what `lay` left is gone then.

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
    _file(home).unlink(missing_ok=True)


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
