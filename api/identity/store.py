"""The accounts of one installation, opened: each room of `api/identity` on the one database.

Also the withholdings: ids that no View but the DPO's shows, whatever the graph says.
"""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from api.analysis.saved_queries import SavedQuestions
from api.identity.accounts import Accounts
from api.identity.changes import AccountChanges
from api.identity.contact_requests import ContactRequests
from api.identity.credentials import Credentials, FactorSeal, Passwords, factor_seal
from api.identity.first_administrator import FirstAdministrator
from api.identity.grants import Grants, is_same_person
from api.identity.one_time_links import DownloadTickets, WithdrawalLinks
from api.identity.principal import Assurance, Principal, load_principal
from api.identity.restrictions import Restrictions
from api.identity.seat_proposals import Proposals
from api.identity.sessions import Sessions
from api.identity.sign_in import SignIn
from api.identity.tables import (
    Clock,
    account_table,
    digest,
    open_tables,
    utc_now,
)
from api.identity.tokens import PREFIX, Tokens
from api.identity.watch import ChangeDetector
from api.sql import reading
from graph.access.policy import Grant

__all__ = ["Assurance", "IdentityStore", "Principal", "digest", "first_code", "open_identity_store"]


class IdentityStore:
    """The accounts of one installation; safe under threads and processes. Made by `accounts`."""

    def __init__(
        self,
        engine: Engine,
        seal: FactorSeal,
        *,
        clock: Clock = utc_now,
        today: Callable[[], date] | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        self.engine, self.clock = engine, clock
        self._watch = ChangeDetector(engine)
        self.passwords = passwords or Passwords()
        self.first_start = FirstAdministrator(engine, clock, self.passwords, seal)
        self.logins = Accounts(engine, clock)
        self.credentials = Credentials(engine, clock, self.passwords, seal)
        self.sign_in = SignIn(engine, clock, self.passwords, seal)
        self.sessions = Sessions(engine, clock, self._watch)
        self.tokens = Tokens(engine, clock, self._watch)
        self.grants = Grants(engine)
        self.changes = AccountChanges(engine, clock, today or _today)
        self.withholdings = Restrictions(engine, self._watch)
        self.contact_requests = ContactRequests(engine)
        self.proposals = Proposals(engine, clock)
        self.withdrawal_links = WithdrawalLinks(engine)
        self.tickets = DownloadTickets(engine, clock)
        self.questions = SavedQuestions(engine, clock)

    def close(self) -> None:
        """Lets go of the file that is watched."""
        self._watch.close()

    def is_empty(self) -> bool:
        """Is there no account yet? Then the first start's code makes one."""
        return not self.first_start.is_over()

    def add(self, login: str, *, person: str | None = None, is_service: bool = False) -> str:
        """A new account without rights; its id. `person` is the node it belongs to.

        Raises: Refused: as `Accounts.add`.
        """
        return self.logins.add(login, person=person, is_service=is_service)

    def grant(self, account: str, grant: Grant, *, given_by: str) -> str:
        """Gives an account a grant as whoever holds the host does: at once; its id.

        Raises: as `AccountChanges.give`.
        """
        return self.changes.give(account, grant, by=given_by, is_host=True).given.id

    def open_session(self, account: str, assurance: Assurance, *, hours: int = 10) -> str:
        """Signs an account in; the token, which is kept as a digest alone."""
        return self.sessions.open(account, assurance, hours=hours).token

    def signed_in(
        self, token: str, *, idle_min: int = 30, is_activity: bool = True
    ) -> Principal | None:
        """Whose session or API token it is; None where it has ended or never was."""
        if token.startswith(PREFIX):
            return self.tokens.signed_in(token)
        return self.sessions.signed_in(token, idle_min=idle_min, is_activity=is_activity)

    def signed_in_as(
        self, issuer: str, subject: str, *, via: str, assurance: Assurance
    ) -> Principal | None:
        """Who somebody is that an issuer of tokens vouches for, with the rights given here; None
        where the subject has no account, or a disabled one.
        """
        account = self.logins.of_subject(issuer, subject)
        if account is None:
            return None
        with reading(self.engine) as connection:
            return load_principal(connection, account, via=via, assurance=assurance)

    def standing(self, account: str) -> Principal | None:
        """Who an account is now and with which rights, for what it asked earlier; None where it is
        disabled or none.
        """
        with reading(self.engine) as connection:
            return load_principal(connection, account, via="", assurance=Assurance.PASSWORD)

    def is_same_person(self, one: str, other: str) -> bool:
        """Are two accounts one's own? Also those of one person."""
        with reading(self.engine) as connection:
            return is_same_person(connection, one, other)

    def person_of(self, account: str) -> str | None:
        """The node of whoever has an account; None where it has none, or is no account."""
        with reading(self.engine) as connection:
            return connection.scalar(
                select(account_table.c.person).where(account_table.c.id == account)
            )


@contextmanager
def open_identity_store(
    folder: Path,
    url: str | None = None,
    *,
    keys: Path | None = None,
    clock: Clock = utc_now,
    today: Callable[[], date] | None = None,
    passwords: Passwords | None = None,
) -> Generator[IdentityStore]:
    """The accounts in a folder of rights 0700, or at a SQLAlchemy address.

    `keys` is the folder of the key that seals second factors; `keys` beside `folder` where none is
    named.
    Raises: KeyringRefused: others may read them, or they and the key do not belong together.
    """
    engine = open_tables(folder, url)
    with ExitStack() as until_closed:
        until_closed.callback(engine.dispose)
        seal = factor_seal(engine, keys or folder.parent / "keys")
        known = IdentityStore(engine, seal, clock=clock, today=today, passwords=passwords)
        until_closed.callback(known.close)
        yield known


def first_code(accounts: IdentityStore) -> str | None:
    """The code that makes the first administrator, to be printed once; None where there are
    accounts. A new one voids the one before.
    """
    return accounts.first_start.code()


def _today() -> date:
    """Today in Denmark."""
    return utc_now().astimezone(ZoneInfo("Europe/Copenhagen")).date()
