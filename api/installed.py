"""The accounts and the audit log of an installation, opened only where none of its parts is lost.

See `graph.store.installation`: what was begun and is gone is never made anew in silence.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import exists, inspect, make_url, select
from sqlalchemy import table as sql_table
from sqlalchemy.exc import SQLAlchemyError

from api.identity.store import IdentityStore, open_identity_store
from api.settings import Settings
from api.sql import open_address, reading
from graph.errors import StoreUnavailable
from graph.store.installation import Part, begin, note_begun, require_whole
from graph.store.location import StoreLocation

if TYPE_CHECKING:
    from api.audit.log import AuditLog


def require_all_parts(place: StoreLocation, chosen: Settings) -> None:
    """Looks at every part before anything is opened, made or started.

    What a Neo4j server holds is asked when it is opened.
    Raises: PartsMissing: one was lost; says which, and what to do.
    """
    is_there = {
        Part.ACCOUNTS: _has_accounts(place, chosen),
        Part.AUDIT: has_audit(place, chosen),
    }
    if place.uri is None:
        is_there[Part.GRAPH] = place.has_engine_files()
    require_whole(place.keys, is_there)


@contextmanager
def opened_accounts(place: StoreLocation, chosen: Settings) -> Generator[IdentityStore]:
    """The accounts of a place. Raises: PartsMissing: they, or the keys, were lost."""
    is_there = _has_accounts(place, chosen)
    _require(place, Part.ACCOUNTS, is_there=is_there)
    with open_identity_store(
        place.home / "accounts", chosen.accounts_url, keys=place.keys
    ) as known:
        if is_there or _has_accounts(place, chosen):
            note_begun(place.keys, Part.ACCOUNTS)
        yield known


@contextmanager
def opened_audit(place: StoreLocation, chosen: Settings) -> Generator["AuditLog"]:
    """The audit log of a place.

    Raises:
        PartsMissing: it, or the keys, were lost.
        StoreUnavailable: as `audit_log`.
    """
    from api.audit.log import audit_log  # most commands open the accounts alone

    is_there = has_audit(place, chosen)
    _require(place, Part.AUDIT, is_there=is_there)
    with audit_log(place.home / "audit", place.keys, url=chosen.audit_url) as log:
        if is_there or has_audit(place, chosen):
            note_begun(place.keys, Part.AUDIT)
        yield log


def _require(place: StoreLocation, part: Part, *, is_there: bool) -> None:
    require_whole(place.keys, {part: is_there})
    begin(place.keys)


def _has_accounts(place: StoreLocation, chosen: Settings) -> bool:
    if chosen.accounts_url is None:
        return (place.home / "accounts" / "accounts.sqlite").exists()
    return _has_rows(chosen.accounts_url, "account")


def has_audit(place: StoreLocation, chosen: Settings) -> bool:
    """Is there an audit log at all?"""
    if chosen.audit_url is None:
        return (place.home / "audit" / "chain.sqlite").exists()
    return _has_rows(chosen.audit_url, "audit_month")


def _has_rows(url: str, table: str) -> bool:
    """Has a database this table, and a row in it? Its owner may have prepared the tables ahead."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return False
    engine = open_address(url)
    try:
        with reading(engine) as connection:
            return inspect(connection).has_table(table) and bool(
                connection.scalar(select(exists().select_from(sql_table(table))))
            )
    except SQLAlchemyError as error:
        raise StoreUnavailable(
            f"the database of the {table} table cannot be read: {type(error).__name__}"
        ) from error
    finally:
        engine.dispose()
