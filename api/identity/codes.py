"""One-time codes: the first start's, and the invitation to an account.

128 random bits in base32, in groups that can be read aloud; kept as a digest, gone once used.
"""

import secrets
from base64 import b32encode
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from api.identity.tables import code_table, digest, utc

FIRST_START: Final = "first-start"
_BYTES, _GROUP = 16, 4
_READ_AS: Final = str.maketrans("018", "OIB")  # not in the alphabet, so it can only be misread


def new_code(
    connection: Connection, what_for: str, *, now: datetime, lasts: timedelta, tries: int = 1
) -> str:
    """A code for an account or the first start; one that was there before is void."""
    letters = b32encode(secrets.token_bytes(_BYTES)).decode().rstrip("=")
    connection.execute(delete(code_table).where(code_table.c.what_for == what_for))
    connection.execute(
        insert(code_table),
        {"what_for": what_for, "digest": digest(letters), "tries_left": tries,
         "ends_at": now + lasts},
    )  # fmt: skip
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def invited(connection: Connection, code: str, *, now: datetime) -> str | None:
    """The account that a code invites to; None where it is used, ended or none of ours."""
    row = connection.execute(
        select(code_table).where(
            code_table.c.digest == digest(_plain(code)), code_table.c.what_for != FIRST_START
        )
    ).first()
    return row.what_for if row and now < utc(row.ends_at) else None


def is_first_code(connection: Connection, code: str, *, now: datetime) -> bool:
    """Is it the code of the first start? A wrong one uses up one of the tries it has."""
    row = connection.execute(select(code_table).where(code_table.c.what_for == FIRST_START)).first()
    if row is None or utc(row.ends_at) <= now or row.tries_left < 1:
        return False
    if secrets.compare_digest(row.digest, digest(_plain(code))):
        return True
    connection.execute(
        update(code_table)
        .where(code_table.c.what_for == FIRST_START)
        .values(tries_left=row.tries_left - 1)
    )
    return False


def use_up(connection: Connection, what_for: str) -> None:
    """Whatever code there is for it is void from now on."""
    connection.execute(delete(code_table).where(code_table.c.what_for == what_for))


def _plain(code: str) -> str:
    """As it was made, whatever stands between its groups and however it was typed."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return letters.translate(_READ_AS)
