"""A house for tests of the API: Kystby in the real store, and one account for each role."""

import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.analysis.replica import Replicas
from api.app import create_app
from api.audit.entry import Entry, Row
from api.audit.log import AuditLog, audit_log
from api.audit.report import rows_of
from api.directory import Directory
from api.etags import EXPLORER_KEY, web_key
from api.identity.accounts import Accounts, Assurance, accounts
from api.identity.passwords import Passwords
from api.identity.tables import Clock, utc_now
from api.lookout import Patience
from api.settings import Settings
from graph.access.policy import Grant, Role
from graph.paths.policy import load_policy
from graph.store.store import Store
from graph.vocabulary import PreventionLevel
from tests import kystby

_ALL = frozenset(PreventionLevel)
_NUMBERS = count()
# A write that goes around the directory is seen by the very next request, on a slow machine too.
PATIENCE = Patience(fresh_s=0, wait_s=30, hung_s=30, write_s=60)
_UNHURRIED = Settings(
    calls_per_min=1_000_000, names_per_min=1_000_000, strangers_per_min=1_000_000,
    people_per_hour=1_000_000, query_s=10,
    question_s=600,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TestHouse:
    """A running application, and how to come in."""

    __test__ = False

    http: TestClient
    store: Store
    directory: Directory
    accounts: Accounts
    audit: AuditLog
    folder: Path
    app: FastAPI

    @property
    def replicas(self) -> Replicas:
        """The copies that analysts' queries run on."""
        house: Any = self.http.app_state["house"]
        replicas: Replicas = house.analysis.replicas
        return replicas

    def rows(self) -> list[Row]:
        """What the audit log says, the oldest row first."""
        newest, _ = rows_of(self.audit, most=10_000)
        return list(reversed(newest))

    def told(self) -> list[dict[str, Any]]:
        """The same as JSON has it, without what is empty and without the chain."""
        names = [one.name for one in fields(Entry)]
        said = ({name: getattr(row, name) for name in names} for row in self.rows())
        return [json.loads(json.dumps({k: v for k, v in one.items() if v not in (None, (), {})}))
                for one in said]  # fmt: skip

    def token(
        self,
        *roles: Role,
        areas: Iterable[str] = ("kystby",),
        levels: frozenset[PreventionLevel] = _ALL,
        person: str | None = None,
        assurance: Assurance = Assurance.STRONG,
    ) -> str:
        """The token of a new account with one grant for each role."""
        account = self.account(*roles, areas=areas, levels=levels, person=person)
        return self.accounts.open_session(account, assurance)

    def account(
        self,
        *roles: Role,
        areas: Iterable[str] = ("kystby",),
        levels: frozenset[PreventionLevel] = _ALL,
        person: str | None = None,
    ) -> str:
        """The id of a new account with one grant for each role."""
        account = self.accounts.add(
            f"user-{next(_NUMBERS)}", person=person, is_service=Role.SERVICE in roles
        )
        for role in roles:
            self.accounts.grant(
                account, Grant(role=role, areas=frozenset(areas), levels=levels), given_by="test"
            )
        return account

    def as_(
        self, *roles: Role, areas: Iterable[str] = ("kystby",), person: str | None = None
    ) -> dict[str, str]:
        """The headers of somebody newly signed in with these roles."""
        return {"Authorization": f"Bearer {self.token(*roles, areas=areas, person=person)}"}


def _today() -> date:
    return kystby.TODAY


@contextmanager
def opened_house(
    store: Store,
    folder: Path,
    settings: Settings | None = None,
    *,
    is_set_up: bool = True,
    clock: Clock = utc_now,
    patience: Patience = PATIENCE,
) -> Generator[TestHouse]:
    """The application over a store that is filled already; passwords cost next to nothing here."""
    (folder / "keys").mkdir(mode=0o700, exist_ok=True)
    policy = load_policy(None)
    cheap = Passwords(memory_kib=8, rounds=1, lanes=1, rest_s=0)
    with (
        accounts(folder / "accounts", clock=clock, today=_today, passwords=cheap) as known,
        audit_log(folder / "audit", folder / "keys") as log,
        Directory(
            store,
            policy,
            withheld=known.withholdings.withheld,
            now=lambda: kystby.NOW,
            patience=patience,
        ) as directory,
    ):
        if is_set_up and known.is_empty():
            known.add("first")
        app = create_app(
            lambda _known: nullcontext(directory),
            lambda: nullcontext(known),
            lambda: nullcontext(log),
            settings or _UNHURRIED,
            read_explorer_key=lambda: web_key(folder / "keys", EXPLORER_KEY),
        )
        with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as http:
            yield TestHouse(
                http=http,
                store=store,
                directory=directory,
                accounts=known,
                audit=log,
                folder=folder,
                app=app,
            )
