"""Wire models of accounts, rights and sign-in."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field, SecretStr

from api.schemas.base import Wire, Words
from api.schemas.reveal import PurposeWord

Role = Literal["COORDINATOR", "OUTREACH", "ANALYST", "STEWARD", "DPO", "ADMIN", "SERVICE"]
Level = Literal["EXIT", "CAPACITY_BUILDING", "OUTREACH"]
TokenScope = Literal[
    "OWN", "QUESTION", "EDIT", "VERIFY", "ASK", "CONSENTS", "WITHDRAW", "EXPORT", "ANALYZE",
    "IMPORT", "OWN_KINDS",
]  # fmt: skip
"""Tasks that a token may be issued for."""
Assurance = Literal["PASSWORD", "STRONG"]


_PASSWORD = Field(min_length=1, max_length=4096, examples=["fire ord man kan huske"])
_TOTP = Field(min_length=6, max_length=10, examples=["123456"])
_CODE = Field(min_length=8, max_length=80, examples=["MZXW-6YTB-OI3G-K43U-NFXG-O5DI-NE"])
_LOGIN = Field(min_length=1, max_length=320, examples=["line.bak"])


class SetUp(Wire):
    """The first administrator; the code stands where Kontaktvej was started."""

    code: SecretStr = _CODE
    login: str = _LOGIN
    password: SecretStr = _PASSWORD


class SignIn(Wire):
    """Who signs in; `totp` where the account has a second factor."""

    login: str = _LOGIN
    password: SecretStr = _PASSWORD
    totp: SecretStr | None = Field(default=None, max_length=10, examples=["123456"])


class Session(Wire):
    """A session; the token is told once, and is sent as `Authorization: Bearer`."""

    token: str = Field(examples=["3f1c…"])
    id: str = Field(examples=["ses-4be1c02f9d7a6e30"])
    account: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    assurance: Assurance = Field(examples=["STRONG"])
    ends_at: datetime


class OpenSession(Wire):
    """A session that has not ended; `is_current` is the one that asks."""

    id: str = Field(examples=["ses-4be1c02f9d7a6e30"])
    assurance: Assurance = Field(examples=["STRONG"])
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    is_current: bool


class OpenSessions(Wire):
    """Sessions that have not ended, the newest first."""

    found: tuple[OpenSession, ...]


class Redeemed(Wire):
    """An invitation taken up; the code stands in it."""

    code: SecretStr = _CODE
    password: SecretStr = _PASSWORD


class Enrolled(Wire):
    """An account that can sign in now. The secret is for its app, and told once; without one, it
    signs in with the app it had before, or with the password alone.
    """

    account: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    login: str = Field(examples=["line.bak"])
    totp_secret: str | None = Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    totp_uri: str | None = Field(examples=["otpauth://totp/Kontaktvej:line.bak?secret=…"])


class ChangedPassword(Wire):
    """A new password for whoever knows the old one."""

    password: SecretStr = _PASSWORD
    new_password: SecretStr = _PASSWORD


class Proof(Wire):
    """The password once more; `totp` where the account has a second factor already."""

    password: SecretStr = _PASSWORD
    totp: SecretStr | None = Field(default=None, max_length=10, examples=["123456"])


class Code(Wire):
    """A code of the app."""

    totp: SecretStr = _TOTP


class Grant(Wire):
    """A role in areas, at levels, between dates (half-open)."""

    id: str = Field(examples=["gra-1d0f6b7c8a99e2b4"])
    role: Role = Field(examples=["COORDINATOR"])
    areas: Words = Field(examples=[["mun-0787"]])
    levels: Words = Field(examples=[["CAPACITY_BUILDING", "EXIT", "OUTREACH"]])
    valid_from: date | None = None
    valid_to: date | None = None
    given_by: str = Field(examples=["acc-0c5d3e2f1a4b6978"])
    given_at: datetime
    confirmed_by: str | None = Field(
        description="who gave the second approval, where one was needed"
    )
    is_waiting: bool = Field(description="a second person has yet to say yes")


class May(Wire):
    """A task, and whether I may do it; if not, why not."""

    task: str = Field(examples=["REVEAL"])
    label: str = Field(examples=["Visning af kontaktoplysning"])
    may: bool
    why_not: str | None = Field(examples=["Kræver en af rollerne: Koordinator."])


class Me(Wire):
    """My account, my rights, and what they let me do today; `today` is the date in Denmark.

    A session ends at `ends_at`, and after `idle_min` minutes without a call; a token has neither.
    """

    ends_at: datetime | None = Field(description="null for a token")
    idle_min: int | None = Field(description="null for a token", examples=[30])
    today: date = Field(examples=["2026-11-25"])
    account: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    login: str = Field(examples=["line.bak"])
    person: str | None = Field(examples=["per-00421"])
    posts: tuple[str, ...] = Field(examples=[["act-ihm-0787"]])
    assurance: Assurance = Field(examples=["STRONG"])
    via: str = Field(examples=["ses-4be1c02f9d7a6e30"])
    scopes: tuple[str, ...] | None = Field(description="of a token; null for a session")
    has_totp: bool
    is_demo: bool
    waiting: int = Field(description="changes of others' rights that wait for my yes or no")
    grants: tuple[Grant, ...]
    tasks: tuple[May, ...]
    vocabulary: str = Field(
        description="changes when `/vocabulary` does", examples=["5f0c3a2b9d7a6e30"]
    )


class DayBudget(Wire):
    """For a purpose, how many contact details I may be shown a day, and how many I have been.

    Purposes of one kind share what they have used.
    """

    purpose: PurposeWord = Field(examples=["CONCERN"])
    most: int = Field(examples=[30])
    used: int = Field(examples=[12])


class DayBudgets(Wire):
    """Of each purpose my roles allow, in the order of the purposes."""

    found: tuple[DayBudget, ...]


class NewToken(Wire):
    """A token to make: for which tasks, and for how many days."""

    label: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["notebook"])
    scopes: frozenset[TokenScope] = Field(min_length=1, max_length=20, examples=[["QUESTION"]])
    days: int = Field(ge=1, le=90, examples=[30])


class Token(Wire):
    """A token; `text` is told once, when it is made."""

    id: str = Field(examples=["tok-77aa21e0cc9b1f43"])
    label: str = Field(examples=["notebook"])
    scopes: Words = Field(examples=[["QUESTION"]])
    made_by: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    made_at: datetime
    ends_at: datetime
    seen_at: datetime | None
    text: str | None = Field(default=None, examples=["kv_…"])


class Tokens(Wire):
    """Those that still open something, the oldest first."""

    found: tuple[Token, ...]


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
    has_token: bool = Field(description="a token of it is valid")
    is_invited: bool = Field(description="a one-time code of it is valid")
    made_at: datetime
    last_used_on: date | None = Field(description="null: the audit log knows of no use")
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


class ListedAccount(NewAccount):
    """An account to make, and the grants to give it."""

    grants: tuple[NewGrant, ...] = Field(default=(), max_length=10)


class NewAccounts(Wire):
    """Accounts to make with their grants: all of them, or none."""

    accounts: tuple[ListedAccount, ...] = Field(
        min_length=1, max_length=300,
        examples=[[{"login": "line.bak",
                    "grants": [{"role": "COORDINATOR", "areas": ["mun-0787"]}]}]],
    )  # fmt: skip
    is_check: bool = Field(default=False, description="only say what would be refused")


class AddedAccount(Wire):
    """An account that was made, or would be: how many grants it has, and how many of them wait."""

    account: str | None = Field(
        description="null: it was only a check", examples=["acc-9f2e77c1a0b4d655"]
    )
    login: str = Field(examples=["line.bak"])
    given: int = Field(examples=[1])
    waiting: int = Field(examples=[1])


class AddedAccounts(Wire):
    """In the order in which they were sent."""

    found: tuple[AddedAccount, ...]


class GrantArea(Wire):
    """An area that a grant can name."""

    id: str = Field(examples=["mun-0787"])
    name: str | None = Field(examples=["Thisted"])
    kind: str | None = Field(examples=["MUNICIPALITY"])


class GrantAreas(Wire):
    """All areas of today, in the order of their ids."""

    found: tuple[GrantArea, ...]


class AccountChange(Wire):
    """A change of an account's rights or proofs: done, refused, or waiting for a second approval.

    `grant` is the one that is given or ended; `subject` is who signs in elsewhere as the account.
    """

    id: str = Field(examples=["chg-0f3b6a915d27c8e4"])
    kind: Literal["GRANT", "END_GRANT", "DISABLE", "ENABLE", "FORGET_FACTOR"]
    state: Literal["WAITING", "DONE", "REFUSED"]
    account: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    login: str = Field(examples=["line.bak"])
    person: str | None = Field(examples=["per-00421"])
    person_name: str | None = Field(
        description="of the person, where the caller may see it", examples=["Line Bak"]
    )
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
    """Those that wait for a second approval, the oldest first; the last that were decided, the
    newest first.
    """

    waiting: tuple[AccountChange, ...]
    decided: tuple[AccountChange, ...]
