"""The initial password of a fresh database: the one in the file `password` of its data folder.

It is written to a second file in the format of `neo4j-admin dbms set-initial-password`, so that the
database never accepts Neo4j's public default password. If the database ignores the file, the
password is changed by a statement.
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
SETTLE_S: Final = 15.0  # a database may refuse logins for a moment after it is ready
RETRY_S: Final = 0.2
_SALT_BYTES: Final = 32

REPLACE_SECRET: LiteralString = (  # the secrets themselves are parameters
    "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"  # noqa: S105 - a statement, no secret
)


def lay(home: Path, password: str) -> None:
    """Write the password file for a database that does not exist yet; otherwise do nothing."""
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
    """Set the database's password unless it is set already, and delete the file of `lay`.

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
