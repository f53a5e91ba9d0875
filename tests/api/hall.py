"""A hall for tests of accounts: a database of their own, cheap passwords, a clock to turn."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, select

from api.identity.accounts import Accounts, accounts
from api.identity.failures import knocking
from api.identity.passwords import Passwords
from api.identity.sign_in import Tried
from api.identity.tables import metadata
from graph.access.policy import Grant, Role

ACCOUNTS_URL: Final = "KONTAKTVEJ_TEST_ACCOUNTS_URL"
"""Names the server that the tests of accounts run on in place of a file, in a drill."""
TODAY = date(2026, 11, 25)
PASSWORD = "fire ord man kan huske"


@dataclass
class Clock:
    """A clock that stands still until it is turned."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 25, 10, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Hall:
    """Accounts, and what most tests do with them."""

    accounts: Accounts
    clock: Clock
    folder: Path

    def with_password(self, login: str, *roles: Role, person: str | None = None) -> str:
        """An account that can sign in; ADMIN and DPO get a second factor as they redeem."""
        account = self.accounts.add(login, person=person)
        for role in roles:
            self.give(account, role)
        code = self.accounts.logins.invite(account)
        self.accounts.credentials.redeem(code, PASSWORD)
        return account

    def give(
        self, account: str, role: Role, *, begins: date | None = None, ends: date | None = None
    ) -> str:
        areas = frozenset[str]() if role is Role.ADMIN else frozenset({"kystby"})
        grant = Grant(role=role, areas=areas, valid_from=begins, valid_to=ends)
        return self.accounts.grant(account, grant, given_by="test")

    def stored(self) -> bytes:
        """All that is kept: every row, and the files as they are where there are any."""
        with self.accounts.engine.connect() as connection:
            rows = [
                repr(row) for table in metadata.sorted_tables
                for row in connection.execute(select(table))
            ]  # fmt: skip
        files = [file.read_bytes() for file in self.folder.iterdir()] if self.is_file else []
        return b"".join(("\n".join(rows).encode(), *files))

    @property
    def is_file(self) -> bool:
        return self.accounts.engine.dialect.name == "sqlite"

    @contextmanager
    def beside(self) -> Generator["Hall"]:
        """The same accounts as another process opens them."""
        url = self.accounts.engine.url.render_as_string(hide_password=False)
        with accounts(
            self.folder, url, clock=self.clock, today=lambda: TODAY,
            passwords=self.accounts.passwords,
        ) as known:  # fmt: skip
            yield Hall(accounts=known, clock=self.clock, folder=self.folder)

    def attempt(
        self, login: str, password: str = PASSWORD, *, totp: str = "", address: str = "192.0.2.1"
    ) -> Tried:
        who = knocking(login, address)
        return self.accounts.sign_in.attempt(login, password, totp, knocking=who, hours=10)


@contextmanager
def opened_hall(folder: Path, clock: Clock, url: str | None = None) -> Generator[Hall]:
    """Accounts in a folder, or at an address, where they are emptied first."""
    if url:
        engine = create_engine(url)
        metadata.drop_all(engine)
        engine.dispose()
    cheap = Passwords(memory_kib=8, rounds=1, lanes=1, rest_s=0)
    with accounts(folder, url, clock=clock, today=lambda: TODAY, passwords=cheap) as known:
        yield Hall(accounts=known, clock=clock, folder=folder)
