"""Accounts and their rights as an administrator sees them, on the wire."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.rights import Level, Role
from api.schemas.sign_in import Grant

_LINE = r"^[!-~]+$"
_ID = r"^[a-z0-9][a-z0-9_:.-]{0,119}$"


class Subject(Wire):
    """Who somebody is at an issuer of tokens."""

    issuer: str = Field(pattern=_LINE, max_length=500, examples=["https://login.kommune.example"])
    subject: str = Field(pattern=_LINE, max_length=255, examples=["248289761001"])


class NewAccount(Wire):
    """An account to make; `person` is the node it belongs to."""

    login: str = Field(min_length=2, max_length=64, examples=["line.bak"])
    person: str | None = Field(default=None, pattern=_ID, examples=["per-00421"])
    is_service: bool = Field(default=False, description="a program: it has tokens, no password")
    subject: Subject | None = Field(
        default=None, description="who signs in elsewhere, and needs no invitation here"
    )


class Account(Wire):
    """An account and its grants; `subject` is who signs in elsewhere."""

    id: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    login: str = Field(examples=["line.bak"])
    person: str | None = Field(examples=["per-00421"])
    subject: Subject | None
    is_disabled: bool
    is_service: bool
    is_demo: bool
    has_password: bool
    has_totp: bool
    is_invited: bool
    made_at: datetime
    grants: tuple[Grant, ...]


class Accounts(Wire):
    """Accounts in the order of their logins; `next` is where the next page begins."""

    found: tuple[Account, ...]
    next: str | None = Field(examples=["line.bak"])


class NewGrant(Wire):
    """A grant to give; without levels it is for all of them."""

    role: Role = Field(examples=["COORDINATOR"])
    areas: frozenset[str] = Field(default=frozenset(), max_length=200, examples=[["mun-0787"]])
    levels: frozenset[Level] | None = Field(default=None, examples=[["EXIT", "OUTREACH"]])
    valid_from: date | None = Field(default=None, examples=["2027-01-01"])
    valid_to: date | None = Field(default=None, examples=["2028-01-01"])


class AccountChange(Wire):
    """A change of an account's rights or proofs: done, refused, or waiting for a second yes.

    `grant` is the one that is given or ended; `subject` is who signs in elsewhere as the account.
    """

    id: str = Field(examples=["chg-0f3b6a915d27c8e4"])
    kind: Literal["GRANT", "END_GRANT", "DISABLE", "ENABLE", "FORGET_FACTOR"]
    state: Literal["WAITING", "DONE", "REFUSED"]
    account: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    login: str = Field(examples=["line.bak"])
    person: str | None = Field(examples=["per-00421"])
    subject: Subject | None
    grant: Grant | None
    asked_by: str = Field(examples=["acc-0c5d3e2f1a4b6978"])
    asked_by_login: str | None = Field(
        description="null: whoever holds the host", examples=["anna"]
    )
    asked_at: datetime
    decided_by: str | None = Field(examples=["acc-7d11f08c2b9e4a63"])
    decided_at: datetime | None


class AccountChanges(Wire):
    """Those that wait for a second yes, the oldest first; the last that were decided, the newest
    first.
    """

    waiting: tuple[AccountChange, ...]
    decided: tuple[AccountChange, ...]
