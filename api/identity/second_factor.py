"""The second factor: six digits from an app (TOTP), each good for one sign-in."""

import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pyotp.totp import TOTP
from sqlalchemy import Connection, or_, update

from api.identity.tables import account_table

_STEP_S: Final = 30
_SECRET_BYTES: Final = 20
_AROUND: Final = (0, -1, 1)  # clocks differ by a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An account, and the secret its app must be told, shown once; None where none is needed."""

    account: str
    login: str
    totp_secret: str | None = None

    @property
    def totp_uri(self) -> str | None:
        """The same for a QR code."""
        if self.totp_secret is None:
            return None
        app = TOTP(self.totp_secret, name=self.login, issuer="Kontaktvej")
        return app.provisioning_uri()


def new_secret() -> str:
    """160 random bits, as apps read them."""
    return b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which half minute a code belongs to; None for a wrong one."""
    app, current = TOTP(secret), int(now.timestamp()) // _STEP_S
    typed = "".join(code.split()).encode("utf-8", "surrogatepass")
    for step in (current + one for one in _AROUND):
        if hmac.compare_digest(app.generate_otp(step).encode(), typed):
            return step
    return None


def use_step(connection: Connection, account: str, step: int) -> bool:
    """Notes that a code was used; False where it, or a later one, had been used before."""
    used = account_table.c.totp_step
    done = connection.execute(
        update(account_table)
        .where(account_table.c.id == account, or_(used.is_(None), used < step))
        .values(totp_step=step)
    )
    return done.rowcount == 1
