"""The commands about accounts: the same database as the API's, and its audit log."""

import secrets
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError
from rich.table import Table

from api.audit.log import AuditKind, AuditLog, Entry
from api.errors import Refused
from api.identity.accounts import Accounts
from api.identity.grants import HOST, Given, require_use
from api.identity.logins import Account
from api.installed import opened_accounts, opened_audit
from api.settings import Settings
from api.terminal.as_json import as_json as json_of
from api.terminal.language import said
from api.terminal.telling import OUT, write
from api.terminal.typed_need import date_of
from graph.access import Grant, Role
from graph.errors import GraphError
from graph.store.opening import place_of
from graph.vocabulary import Language, PreventionLevel


class NotDone(GraphError):
    """What the API itself would refuse, told on the host."""

    def __init__(self, danish: str, english: str) -> None:
        super().__init__(english)
        self._danish = danish

    def text(self, lang: Language) -> str:
        """The sentence for a reader."""
        return self._danish if lang == "da" else str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An account and its grants, as they are listed."""

    account: Account
    grants: tuple[Given, ...]


def typed_grant(
    role: str,
    areas: Sequence[str] | None,
    levels: Sequence[str] | None,
    begins: str | None,
    until: str | None,
) -> Grant:
    """A grant as it was typed; all levels where none is named.

    Raises: InvalidNeed: a date that is none.
    """
    named = frozenset(PreventionLevel(one.upper()) for one in levels or ())
    return Grant(
        role=Role(role.upper()), areas=frozenset(areas or ()),
        levels=named or frozenset(PreventionLevel), valid_from=date_of("from", begins),
        valid_to=date_of("until", until),
    )  # fmt: skip


def add(
    login: str, *, person: str | None, is_service: bool, typed: Grant | None, lang: Language
) -> None:
    """Makes an account, with a role where one is named, and prints its invitation.

    Raises: GraphError: it cannot be made; says why.
    """
    with _opened() as (known, log), _written(log, "user add", login, typed):
        if typed is not None:  # else a login would be left behind that has no role
            require_use(typed, is_service=is_service)
        account = known.add(login, person=person, is_service=is_service)
        if typed is not None:
            known.grants.give(account, typed, by=HOST, is_host=True)
        code = None if is_service else known.logins.invite(account)
    OUT.print(said(f"Kontoen {login} er oprettet.", f"The account {login} is made.", lang))
    if code:
        _show_code(code, lang)


def grant(login: str, typed: Grant, *, lang: Language) -> None:
    """Gives a role at once: whoever holds the host needs no second yes.

    Raises: GraphError: it cannot be given; says why.
    """
    with _opened() as (known, log), _written(log, "user grant", login, typed):
        known.grants.give(known.logins.named(login).id, typed, by=HOST, is_host=True)
    role = typed.role.label(lang)
    OUT.print(said(f"{login} er nu: {role}.", f"{login} is now: {role}.", lang))


def invite(login: str, *, lang: Language) -> None:
    """Prints a new invitation. Raises: GraphError: no such account, or it is disabled."""
    with _opened() as (known, log), _written(log, "user invite", login):
        code = known.logins.invite(known.logins.named(login).id)
    _show_code(code, lang)


def disable(login: str, *, lang: Language) -> None:
    """Shuts an account. Raises: NotFound: no such account."""
    with _opened() as (known, log), _written(log, "user disable", login):
        known.logins.disable(known.logins.named(login).id)
    OUT.print(said(f"Kontoen {login} er lukket.", f"The account {login} is disabled.", lang))


def enable(login: str, *, lang: Language) -> None:
    """Opens an account again. Raises: NotFound: no such account."""
    with _opened() as (known, log), _written(log, "user enable", login):
        known.logins.enable(known.logins.named(login).id)
    OUT.print(said(f"Kontoen {login} er åben.", f"The account {login} is enabled.", lang))


def show_all(*, lang: Language, as_json: bool) -> None:
    """Prints every account: its state, and what it may do where."""
    with _opened() as (known, _):
        found = tuple(
            Listed(account=one, grants=known.grants.of(one.id)) for one in known.logins.all()
        )
    if as_json:
        write(json_of(found))
    elif not found:
        OUT.print(said("Ingen konti endnu.", "No accounts yet.", lang))
    else:
        OUT.print(_table(found, lang))


def _table(found: Sequence[Listed], lang: Language) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    danish = ("Brugernavn", "Tilstand", "Person", "Rettigheder")
    for heading in danish if lang == "da" else ("Login", "State", "Person", "Rights"):
        table.add_column(heading, overflow="fold", header_style="dim")
    for one in found:
        rights = "\n".join(_right(given, lang) for given in one.grants)
        table.add_row(one.account.login, _state(one.account, lang), one.account.person, rights)
    return table


def _state(account: Account, lang: Language) -> str:
    match account:
        case Account(is_disabled=True):
            return said("lukket", "disabled", lang)
        case Account(is_service=True):
            return said("system", "program", lang)
        case Account(has_password=False, is_invited=True):
            return said("inviteret", "invited", lang)
        case Account(has_password=False):
            return said("uden adgangskode", "without a password", lang)
        case Account(has_totp=True):
            return said("adgangskode og app", "password and app", lang)
        case _:
            return said("adgangskode", "password", lang)


def _right(given: Given, lang: Language) -> str:
    grant = given.grant
    parts = [grant.role.label(lang), *sorted(grant.areas)]
    if grant.valid_from or grant.valid_to:
        parts.append(f"{grant.valid_from or ''} – {grant.valid_to or ''}".strip())
    if given.is_waiting:
        parts.append(said("venter på en anden administrator", "waits for a second admin", lang))
    return " · ".join(parts)


def _show_code(code: str, lang: Language) -> None:
    OUT.print(
        said("Engangskode, gælder et døgn:", "One-time code, good for a day:", lang), code,
        soft_wrap=True,
    )  # fmt: skip


@contextmanager
def _opened() -> Generator[tuple[Accounts, AuditLog]]:
    place = place_of()
    try:
        chosen = Settings()
        with (
            opened_accounts(place, chosen) as known,
            opened_audit(place, chosen) as log,
        ):
            yield known, log
    except ValidationError as error:
        names = ", ".join(str(one["loc"][0]) for one in error.errors() if one["loc"])
        raise NotDone(
            f"En indstilling kan ikke bruges: {names}", f"A setting cannot be used: {names}"
        ) from None
    except Refused as error:
        danish, english = error.detail or (error.kind.title_da, error.kind.title_en)
        raise NotDone(danish, english) from error


@contextmanager
def _written(log: AuditLog, action: str, login: str, typed: Grant | None = None) -> Generator[None]:
    """Writes down what is about to be done, and that it was; where the first fails, it is not."""
    asked: dict[str, object] = {"login": f"hmac:{log.term(login)}"}
    if typed is not None:
        asked |= {"role": typed.role.value, "areas": sorted(typed.areas)}
    request_id = f"cmd-{secrets.token_hex(8)}"
    log.append(Entry(kind=AuditKind.SYSTEM, action=action, request_id=request_id, asked=asked))
    yield
    log.append(Entry(kind=AuditKind.SYSTEM, action=action, request_id=request_id, count=1))
