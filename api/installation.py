"""Open the accounts and the audit log of an installation, if none of its parts is lost.

See `graph.store.installation`: a part that existed once and is missing is never recreated silently.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import exists, inspect, make_url, select
from sqlalchemy import table as sql_table
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from api.identity.store import IdentityStore, open_identity_store
from api.settings import Settings
from api.sql import open_address, read_connection
from graph.errors import StoreUnavailable
from graph.store.installation import Part, begin, note_begun, require_whole
from graph.store.location import StoreLocation

if TYPE_CHECKING:
    from api.audit.log import AuditLog


def require_all_parts(place: StoreLocation, settings: Settings) -> None:
    """Check every part before anything is opened, created or started.

    The content of a Neo4j server is checked when it is opened.

    Raises: PartsMissing: a part was lost; the error names it and the remedy.
    """
    is_there = {
        Part.ACCOUNTS: _has_accounts(place, settings),
        Part.AUDIT: has_audit(place, settings),
    }
    if place.uri is None:
        is_there[Part.GRAPH] = place.has_engine_files()
    require_whole(place.keys, is_there)


@contextmanager
def opened_accounts(place: StoreLocation, settings: Settings) -> Generator[IdentityStore]:
    """Open the accounts of a location. Raises: PartsMissing: they, or the keys, were lost."""
    is_there = _has_accounts(place, settings)
    require_whole(place.keys, {Part.ACCOUNTS: is_there})
    begin(place.keys)
    with open_identity_store(
        place.home / "accounts", settings.accounts_url, keys=place.keys
    ) as accounts:
        if is_there or _has_accounts(place, settings):
            note_begun(place.keys, Part.ACCOUNTS)
        yield accounts


@contextmanager
def opened_audit(place: StoreLocation, settings: Settings) -> Generator["AuditLog"]:
    """Open the audit log of a location.

    Raises:
        PartsMissing: it, or the keys, were lost.
        StoreUnavailable: as `audit_log`.
    """
    from api.audit.log import audit_log  # most commands open the accounts alone

    is_there = has_audit(place, settings)
    require_whole(place.keys, {Part.AUDIT: is_there})
    begin(place.keys)
    with audit_log(place.home / "audit", place.keys, url=settings.audit_url) as log:
        if is_there or has_audit(place, settings):
            note_begun(place.keys, Part.AUDIT)
        yield log


def _has_accounts(place: StoreLocation, settings: Settings) -> bool:
    file = place.home / "accounts" / "accounts.sqlite"
    return _has_rows("KONTAKTVEJ_ACCOUNTS_URL", settings.accounts_url, "account", file)


def has_audit(place: StoreLocation, settings: Settings) -> bool:
    """Whether an audit log exists. Raises: StoreUnavailable: its database cannot be read."""
    file = place.home / "audit" / "chain.sqlite"
    return _has_rows("KONTAKTVEJ_AUDIT_URL", settings.audit_url, "audit_month", file)


def _has_rows(setting: str, url: str | None, table: str, file: Path) -> bool:
    """Whether a database has a row in this table, or, without a URL, whether its file exists.

    Empty tables of a database may have been created in advance. `setting` is where the URL is from.

    Raises: StoreUnavailable: the URL cannot be used, or the database cannot be read.
    """
    if url is None:
        return file.exists()
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
            return False
        engine = open_address(url)
    except (ArgumentError, ValueError) as error:
        raise StoreUnavailable(
            f"{setting} is not the address of a database: write it as "
            "postgresql+psycopg://user@host/database"
        ) from error
    except ImportError as error:
        raise StoreUnavailable(
            f"the driver of the database in {setting} is not installed: install "
            '"kontaktvej[postgresql]", and begin the address with postgresql+psycopg://'
        ) from error
    try:
        with read_connection(engine) as connection:
            return inspect(connection).has_table(table) and bool(
                connection.scalar(select(exists().select_from(sql_table(table))))
            )
    except SQLAlchemyError as error:
        raise StoreUnavailable(
            f"the database in {setting} cannot be read: {type(error).__name__}"
        ) from error
    finally:
        engine.dispose()
