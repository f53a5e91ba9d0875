"""How the secret of a second factor lies in the database: sealed with a key in the folder of keys.

Whoever reads the database, or a backup of it, can then make no code.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, Row, or_, select

from api.identity.accounts import change_account
from api.identity.tables import account_table, changing
from graph.store.encryption.key_file import KeyringRefused, lone_key
from graph.store.encryption.key_wrapping import OwnerKey
from graph.store.encryption.sealing import SealBroken, open_sealed, seal

FILE: Final = "factor.key"
_COLUMNS: Final = ("totp_secret", "totp_pending")
_SEALED: Final = "01"  # the version a seal begins with; a secret in base32 has neither sign


class FactorSeal:
    """Seals secrets, each for one account, and opens them again."""

    def __init__(self, key: bytes) -> None:
        self._key = OwnerKey(key_id="factor", secret=key)

    def sealed(self, account: str, secret: str) -> str:
        """A secret as it is kept."""
        return seal(secret, key=self._key, node_id=account, owner=account, field="totp").hex()

    def opened(self, account: str, kept: str) -> str:
        """The secret.

        Raises: SealBroken: it was not sealed for this account with this key.
        """
        return open_sealed(
            bytes.fromhex(kept), key=self._key, node_id=account, owner=account, field="totp"
        )


def factor_seal(engine: Engine, keys: Path) -> FactorSeal:
    """The seal of these accounts; what an earlier version left unsealed is sealed now.

    Raises: KeyringRefused: the key is missing, is another one, or lies open.
    """
    path = keys / FILE
    with changing(engine) as connection:
        found = [column.is_not(None) for column in map(account_table.c.__getitem__, _COLUMNS)]
        rows = connection.execute(select(account_table).where(or_(*found))).all()
        kept = [one for row in rows for one in _kept(row)]
        if not path.exists() and any(text.startswith(_SEALED) for _, _, text in kept):
            raise _not_its_key(path)
        of_app_state = FactorSeal(lone_key(path, fix="put it back from the backup of the keys"))
        for account, column, text in kept:
            if not text.startswith(_SEALED):
                change_account(connection, account, **{column: of_app_state.sealed(account, text)})
                continue
            try:
                of_app_state.opened(account, text)
            except SealBroken as error:
                raise _not_its_key(path) from error
    if engine.dialect.name == "sqlite" and not all(text.startswith(_SEALED) for *_, text in kept):
        with engine.connect() as connection:  # its log would keep them a while
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return of_app_state


def _kept(row: Row[Any]) -> Iterator[tuple[str, str, str]]:
    """Account, column and text of each secret of an account."""
    for column in _COLUMNS:
        text = getattr(row, column)
        if text is not None:
            yield row.id, column, text


def _not_its_key(path: Path) -> KeyringRefused:
    return KeyringRefused(
        f"{path} is missing or is not the key that the second factors of these accounts are sealed "
        "with; fix: put the key and the accounts back from one and the same backup"
    )
