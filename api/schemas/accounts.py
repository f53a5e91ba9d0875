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
    """The first administrator to create; the code is printed where Kontaktvej was started."""

    code: SecretStr = _CODE
    login: str = _LOGIN
    password: SecretStr = _PASSWORD


class SignIn(Wire):
    """The credentials of an account; `totp` if it has a second factor."""

    login: str = _LOGIN
    password: SecretStr = _PASSWORD
    totp: SecretStr | None = Field(default=None, max_length=10, examples=["123456"])


class Session(Wire):
    """A new session; its token is returned only once, and is sent as `Authorization: Bearer`."""

    token: str = Field(examples=["3f1c…"])
    id: str = Field(examples=["ses-4be1c02f9d7a6e30"])
    account: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    assurance: Assurance = Field(examples=["STRONG"])
    ends_at: datetime


class OpenSession(Wire):
    """An open session; `is_current` is the one that makes this request."""

    id: str = Field(examples=["ses-4be1c02f9d7a6e30"])
    assurance: Assurance = Field(examples=["STRONG"])
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    is_current: bool


class OpenSessions(Wire):
    """Open sessions, newest first."""

    found: tuple[OpenSession, ...]


class Redemption(Wire):
    """The one-time code of an invitation, and the password to set."""

    code: SecretStr = _CODE
    password: SecretStr = _PASSWORD


class Enrollment(Wire):
    """An account that can sign in now.

    `totp_secret` is for its authenticator app, and is returned only once; without it, the account
    signs in with the app it had before, or with the password alone.
    """

    account: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    login: str = Field(examples=["line.bak"])
    totp_secret: str | None = Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    totp_uri: str | None = Field(examples=["otpauth://totp/Kontaktvej:line.bak?secret=…"])


class ChangedPassword(Wire):
    """The present password and the new one."""

    password: SecretStr = _PASSWORD
    new_password: SecretStr = _PASSWORD


class Proof(Wire):
    """The password once more; `totp` if the account already has a second factor."""

    password: SecretStr = _PASSWORD
    totp: SecretStr | None = Field(default=None, max_length=10, examples=["123456"])


class Code(Wire):
    """A code of the authenticator app."""

    totp: SecretStr = _TOTP


class Grant(Wire):
    """A role in areas, at prevention levels, between dates; `valid_to` is the day after it."""

    id: str = Field(examples=["gra-1d0f6b7c8a99e2b4"])
    role: Role = Field(examples=["COORDINATOR"])
    areas: Words = Field(examples=[["mun-0787"]])
    levels: Words = Field(examples=[["CAPACITY_BUILDING", "EXIT", "OUTREACH"]])
    valid_from: date | None = None
    valid_to: date | None = None
    given_by: str = Field(examples=["acc-0c5d3e2f1a4b6978"])
    given_at: datetime
    confirmed_by: str | None = Field(description="who gave the second approval, if one was needed")
    is_waiting: bool = Field(description="it waits for a second approval")


class May(Wire):
    """A task and whether you may do it; if not, why not."""

    task: str = Field(examples=["REVEAL"])
    label: str = Field(examples=["Visning af kontaktoplysning"])
    may: bool
    why_not: str | None = Field(examples=["Kræver en af rollerne: Koordinator."])


class Me(Wire):
    """Your account, your rights, and what they allow today; `today` is the date in Denmark.

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
    scopes: tuple[str, ...] | None = Field(description="the tasks of a token; null for a session")
    has_totp: bool
    is_demo: bool
    waiting: int = Field(description="the number of changes of rights that wait for your approval")
    grants: tuple[Grant, ...]
    tasks: tuple[May, ...]
    vocabulary: str = Field(
        description="a version of `/vocabulary`, which changes with it",
        examples=["5f0c3a2b9d7a6e30"],
    )


class DayBudget(Wire):
    """How many contact details you may reveal a day for a purpose, and how many you have.

    Purposes of one kind share what is used; a detail counts once. `beyond`: an emergency, for which
    more may be shown, and the data protection officer is told.
    """

    purpose: PurposeWord = Field(examples=["CONCERN"])
    most: int = Field(examples=[30])
    used: int = Field(examples=[12])
    beyond: bool = Field(examples=[False])


class DayBudgets(Wire):
    """A budget for each purpose your roles allow, in the order of the purposes."""

    found: tuple[DayBudget, ...]


class NewToken(Wire):
    """A token to create: for which tasks, and for how many days."""

    label: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["notebook"])
    scopes: frozenset[TokenScope] = Field(min_length=1, max_length=20, examples=[["QUESTION"]])
    days: int = Field(ge=1, le=90, examples=[30])


class Token(Wire):
    """A token; `text` is returned only once, when it is created."""

    id: str = Field(examples=["tok-77aa21e0cc9b1f43"])
    label: str = Field(examples=["notebook"])
    scopes: Words = Field(examples=[["QUESTION"]])
    made_by: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    made_at: datetime
    ends_at: datetime
    seen_at: datetime | None
    text: str | None = Field(default=None, examples=["kv_…"])


class Tokens(Wire):
    """Valid tokens, oldest first."""

    found: tuple[Token, ...]


_LINE = r"^[!-~]+$"
_ID = r"^[a-z0-9][a-z0-9_:.-]{0,119}$"


class Subject(Wire):
    """The identity of a person at an OpenID provider."""

    issuer: str = Field(pattern=_LINE, max_length=500, examples=["https://login.kommune.example"])
    subject: str = Field(pattern=_LINE, max_length=255, examples=["248289761001"])


class NewAccount(Wire):
    """An account to create; `person` is the node of the person it belongs to."""

    login: str = Field(min_length=2, max_length=64, examples=["line.bak"])
    person: str | None = Field(default=None, pattern=_ID, examples=["per-00421"])
    is_service: bool = Field(
        default=False, description="whether it is for a program, with tokens and no password"
    )
    subject: Subject | None = Field(
        default=None, description="the identity at an OpenID provider; no invitation is needed then"
    )


class Account(Wire):
    """An account and its grants; `subject` is its identity at an OpenID provider."""

    id: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    login: str = Field(examples=["line.bak"])
    person: str | None = Field(examples=["per-00421"])
    subject: Subject | None
    is_disabled: bool
    is_service: bool
    is_demo: bool
    has_password: bool
    has_totp: bool
    has_token: bool = Field(description="it has a valid token")
    is_invited: bool = Field(description="it has a valid one-time code")
    invited_until: datetime | None = Field(description="when its one-time code ends")
    made_at: datetime
    last_used_on: date | None = Field(description="null if the audit log has no use of it")
    grants: tuple[Grant, ...]


class Accounts(Wire):
    """Accounts ordered by login; `next` is sent as `after` for the next page."""

    found: tuple[Account, ...]
    next: str | None = Field(examples=["line.bak"])


class NewGrant(Wire):
    """A grant to give; without `levels` it is for all of them."""

    role: Role = Field(examples=["COORDINATOR"])
    areas: frozenset[str] = Field(default=frozenset(), max_length=200, examples=[["mun-0787"]])
    levels: frozenset[Level] | None = Field(default=None, examples=[["EXIT", "OUTREACH"]])
    valid_from: date | None = Field(default=None, examples=["2027-01-01"])
    valid_to: date | None = Field(default=None, examples=["2028-01-01"])


class ListedAccount(NewAccount):
    """An account to create, and its grants."""

    grants: tuple[NewGrant, ...] = Field(default=(), max_length=10)


class NewAccounts(Wire):
    """Accounts to create with their grants: all of them, or none."""

    accounts: tuple[ListedAccount, ...] = Field(
        min_length=1, max_length=300,
        examples=[[{"login": "line.bak",
                    "grants": [{"role": "COORDINATOR", "areas": ["mun-0787"]}]}]],
    )  # fmt: skip
    is_check: bool = Field(default=False, description="only check the list")


class AddedAccount(Wire):
    """A created (or checked) account: how many grants it has, and how many of them wait."""

    account: str | None = Field(
        description="null if it was only a check", examples=["acc-9f2e77c1a0b4d655"]
    )
    login: str = Field(examples=["line.bak"])
    given: int = Field(examples=[1])
    waiting: int = Field(examples=[1])


class AddedAccounts(Wire):
    """The created accounts, in the order in which they were sent."""

    found: tuple[AddedAccount, ...]


class GrantArea(Wire):
    """An area that a grant can name; `valid_from`: the first day of one that begins later."""

    id: str = Field(examples=["mun-0787"])
    name: str | None = Field(examples=["Thisted"])
    kind: str | None = Field(examples=["MUNICIPALITY"])
    valid_from: date | None = Field(default=None, examples=[None])


class GrantAreas(Wire):
    """All areas of today and those that begin later, ordered by id."""

    found: tuple[GrantArea, ...]


class AccountChange(Wire):
    """A change of rights: done, refused, or waiting for a second approval.

    `grant` is the one that is given or ended; `subject` is the identity at an OpenID provider that
    signs in to the account.
    """

    id: str = Field(examples=["chg-0f3b6a915d27c8e4"])
    kind: Literal["GRANT", "END_GRANT", "DISABLE", "ENABLE", "FORGET_FACTOR"]
    state: Literal["WAITING", "DONE", "REFUSED"]
    account: str = Field(examples=["acc-9f2e77c1a0b4d655"])
    login: str = Field(examples=["line.bak"])
    person: str | None = Field(examples=["per-00421"])
    person_name: str | None = Field(
        description="the name of the person, if you may see it", examples=["Line Bak"]
    )
    subject: Subject | None
    grant: Grant | None
    asked_by: str = Field(examples=["acc-0c5d3e2f1a4b6978"])
    asked_by_login: str | None = Field(
        description="null for the operator of the host", examples=["anna"]
    )
    asked_at: datetime
    decided_by: str | None = Field(examples=["acc-7d11f08c2b9e4a63"])
    decided_at: datetime | None


class AccountChanges(Wire):
    """Changes that wait for a second approval, oldest first, and the last decided, newest first."""

    waiting: tuple[AccountChange, ...]
    decided: tuple[AccountChange, ...]
