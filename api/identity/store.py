"""The identity store: all parts of `api/identity` on one database.

It includes the withholdings: ids that only the DPO's Views show, regardless of the graph.
"""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, select

from api.analysis.saved_queries import SavedQuestions
from api.danish_time import danish_now
from api.identity.account_lists import AccountLists
from api.identity.accounts import Accounts
from api.identity.assignments import Assignments
from api.identity.changes import AccountChanges
from api.identity.contact_requests import ContactRequests
from api.identity.credentials import Credentials, FactorSeal, Passwords, factor_seal
from api.identity.grants import Grants, is_same_person
from api.identity.imports import StoredImports
from api.identity.one_time_links import DownloadTickets, OneTimeCode, WithdrawalLinks
from api.identity.principal import Assurance, Principal, load_principal
from api.identity.proposals import Proposals
from api.identity.rate_limits import PeopleShown
from api.identity.restrictions import Restrictions
from api.identity.sessions import Sessions
from api.identity.sign_in import FirstAdministrator, SignIn
from api.identity.tables import Clock, account_table, digest, open_tables, utc_now
from api.identity.tokens import PREFIX, Tokens
from api.sql import read_connection
from graph.access.policy import Grant

__all__ = ["Assurance", "IdentityStore", "Principal", "digest", "first_code", "open_identity_store"]


class IdentityStore:
    """The accounts of an installation, for concurrent use; built by `open_identity_store`.

    Safe under threads and processes.
    """

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
        self.passwords = passwords or Passwords()
        self.first_start = FirstAdministrator(engine, clock, self.passwords, seal)
        self.logins = Accounts(engine, clock)
        self.credentials = Credentials(engine, clock, self.passwords, seal)
        self.sign_in = SignIn(engine, clock, self.passwords, seal)
        self.sessions = Sessions(engine, clock)
        self.tokens = Tokens(engine, clock)
        self.people_shown = PeopleShown(engine, clock)
        self.grants = Grants(engine)
        self.changes = AccountChanges(engine, clock, today or (lambda: danish_now().date()))
        self.lists = AccountLists(engine, clock, self.changes)
        self.withholdings = Restrictions(engine)
        self.contact_requests = ContactRequests(engine)
        self.proposals = Proposals(engine, clock)
        self.assignments = Assignments(engine, clock)
        self.imports = StoredImports(engine, clock)
        self.withdrawal_links = WithdrawalLinks(engine)
        self.tickets = DownloadTickets(engine, clock)
        self.questions = SavedQuestions(engine, clock)

    def is_empty(self) -> bool:
        """Whether there is no account yet; the code of the first start then creates one."""
        return not self.first_start.is_over()

    def add(self, login: str, *, person: str | None = None, is_service: bool = False) -> str:
        """Create an account without rights and return its id; `person` is the node it belongs to.

        Raises: Refusal: as `Accounts.add`.
        """
        return self.logins.add(login, person=person, is_service=is_service)

    def grant(self, account: str, grant: Grant, *, given_by: str) -> str:
        """Give an account a grant at once, with the rights of the host, and return its id.

        Raises: as `AccountChanges.give`.
        """
        return self.changes.give(account, grant, by=given_by, is_host=True).required_grant.id

    def open_session(self, account: str, assurance: Assurance, *, hours: int = 10) -> str:
        """Open a session and return its token, of which only a digest is stored."""
        return self.sessions.open(account, assurance, hours=hours).token

    def signed_in(
        self, token: str, *, idle_min: int = 30, is_activity: bool = True
    ) -> Principal | None:
        """The principal of a session or API token; None if it has ended or never existed."""
        if token.startswith(PREFIX):
            return self.tokens.signed_in(token)
        return self.sessions.signed_in(token, idle_min=idle_min, is_activity=is_activity)

    def signed_in_as(
        self, issuer: str, subject: str, *, via: str, assurance: Assurance
    ) -> Principal | None:
        """The principal of an issuer's subject, with the local rights.

        None if the subject has no account, or a disabled one.
        """
        account = self.logins.of_subject(issuer, subject)
        if account is None:
            return None
        with read_connection(self.engine) as connection:
            return load_principal(connection, account, via=via, assurance=assurance)

    def principal_of(self, account: str) -> Principal | None:
        """The present rights of an account, for requests it made earlier.

        None if it is disabled or does not exist.
        """
        with read_connection(self.engine) as connection:
            return load_principal(connection, account, via="", assurance=Assurance.PASSWORD)

    def is_same_person(self, account: str, other_account: str) -> bool:
        """Whether two accounts are the same, or belong to the same person."""
        with read_connection(self.engine) as connection:
            return is_same_person(connection, account, other_account)

    def person_of(self, account: str) -> str | None:
        """The person node of an account; None if it has none, or does not exist."""
        with read_connection(self.engine) as connection:
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
    """Open the accounts in a folder of mode 0700, or at a SQLAlchemy address.

    `keys` is the folder of the key that encrypts second factors, by default the folder `keys` next
    to `folder`.

    Raises: KeyringRefused: others may read them, or the key does not belong to these accounts.
    """
    engine = open_tables(folder, url)
    with ExitStack() as until_closed:
        until_closed.callback(engine.dispose)
        seal = factor_seal(engine, keys or folder.parent / "keys")
        yield IdentityStore(engine, seal, clock=clock, today=today, passwords=passwords)


def first_code(accounts: IdentityStore) -> OneTimeCode | None:
    """The code that creates the first administrator, to be printed once.

    None if there are accounts. A new code invalidates the one before.
    """
    return accounts.first_start.code()
