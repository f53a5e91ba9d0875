"""Implementation of `kontaktvej user`: accounts and their rights, on the API's own database.

In an installation with one administrator, only the operator of the host can give a second approval.
"""

import secrets
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import ValidationError
from rich.table import Table

from api.audit.log import AuditKind, AuditLog, Entry
from api.cli.as_json import as_json as json_of
from api.cli.console import OUT, _, table_with, write
from api.cli.paths import date_of
from api.errors import Refused
from api.i18n import N_, bilingual
from api.identity.accounts import Account
from api.identity.changes import HOST, AccountChangeKind, StoredAccountChange
from api.identity.grants import StoredGrant, require_use
from api.identity.principal import NOT_FOR_TOKENS
from api.identity.store import IdentityStore
from api.installed import opened_accounts, opened_audit
from api.settings import Settings
from graph.access.policy import Grant, Role, Task
from graph.errors import GraphError
from graph.store.location import store_location
from graph.vocabulary import Language, PreventionLevel


class NotDone(GraphError):
    """A refusal of the API, reported on the command line."""

    def __init__(self, danish: str, english: str) -> None:
        super().__init__(english)
        self._danish = danish

    def text(self, lang: Language) -> str:
        """The sentence for a user."""
        return self._danish if lang == "da" else str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """An account with its grants."""

    account: Account
    grants: tuple[StoredGrant, ...]


def typed_grant(
    role: str,
    areas: Sequence[str] | None,
    levels: Sequence[str] | None,
    begins: str | None,
    until: str | None,
) -> Grant:
    """A typed grant; all levels if none is named.

    Raises: InvalidNeed: an invalid date.
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
    """Create an account, with a role if one is named, and print its invitation.

    Raises: GraphError: it cannot be created, for the reason given.
    """
    with open_accounts() as (known, log), write_audited(log, "user add", login, typed):
        if typed is not None:  # otherwise an account without a role would remain
            require_use(typed, is_service=is_service)
        account = known.add(login, person=person, is_service=is_service)
        if typed is not None:
            known.changes.give(account, typed, by=HOST, is_host=True)
        code = None if is_service else known.logins.invite(account)
    OUT.print(_("The account {login} is made.", lang, login=login))
    if code:
        _show_code(code, lang)


def grant(login: str, typed: Grant, *, lang: Language) -> None:
    """Grant a role at once: the operator of the host needs no second approval.

    Raises: GraphError: it cannot be granted, for the reason given.
    """
    with open_accounts() as (known, log), write_audited(log, "user grant", login, typed):
        account = known.logins.named(login)
        known.changes.give(account.id, typed, by=HOST, is_host=True)
    role = typed.role.label(lang)
    OUT.print(_("{login} is now: {role}.", lang, login=login, role=role))
    if account.is_invited:
        OUT.print(
            _(
                "The one-time code of before is void: kontaktvej user invite {login}",
                lang,
                login=login,
            )
        )


def invite(login: str, *, has_lost_app: bool, lang: Language) -> None:
    """Print a new invitation; remove the second factor if its app is lost.

    Raises: GraphError: no such account, or it is disabled.
    """
    with open_accounts() as (known, log), write_audited(log, "user invite", login):
        account = known.logins.named(login).id
        code = known.logins.invite(account, has_lost_app=has_lost_app)
    _show_code(code, lang)


def token(login: str, *, label: str, scopes: Sequence[str], days: int, lang: Language) -> None:
    """Print a new token of a program. Raises: GraphError: it cannot be created."""
    tasks = [_task(one) for one in scopes]
    with open_accounts() as (known, log), write_audited(log, "user token", login):
        account = known.logins.named(login)
        if not account.is_service:
            raise NotDone(
                *bilingual("{login} is no program; people make their own tokens.", login=login),
            )
        made = known.tokens.make(account.id, label=label, scopes=tasks, days=days, made_by=HOST)
    lead = _("Token, good for {days} days:", lang, days=days)
    OUT.print(lead, made.text, soft_wrap=True)


def _task(typed: str) -> Task:
    try:
        return Task(typed.upper())
    except ValueError:
        known = ", ".join(sorted(one.value.lower() for one in set(Task) - NOT_FOR_TOKENS))
        raise NotDone(
            *bilingual("Unknown task: {typed}. Choose from: {known}", typed=typed, known=known),
        ) from None


def disable(login: str, *, lang: Language) -> None:
    """Disable an account. Raises: NotFound: no such account."""
    with open_accounts() as (known, log), write_audited(log, "user disable", login):
        known.changes.disable(known.logins.named(login).id, by=HOST, is_host=True)
    OUT.print(_("The account {login} is disabled.", lang, login=login))


def enable(login: str, *, lang: Language) -> None:
    """Enable an account. Raises: NotFound: no such account."""
    with open_accounts() as (known, log), write_audited(log, "user enable", login):
        known.changes.enable(known.logins.named(login).id, by=HOST, is_host=True)
    OUT.print(_("The account {login} is enabled.", lang, login=login))


def show_all(*, lang: Language, as_json: bool) -> None:
    """Print every account with its state and its rights."""
    with open_accounts() as (known, _log):
        found = tuple(
            ListedAccount(account=one, grants=known.grants.of(one.id)) for one in known.logins.all()
        )
    if as_json:
        write(json_of(found))
    elif not found:
        OUT.print(_("No accounts yet.", lang))
    else:
        OUT.print(_table(found, lang))


def _table(found: Sequence[ListedAccount], lang: Language) -> Table:
    headings = N_("Login"), N_("State"), N_("Person"), N_("Rights")
    table = table_with(_(heading, lang) for heading in headings)
    for one in found:
        rights = "\n".join(_right(given, lang) for given in one.grants)
        table.add_row(one.account.login, _state(one.account, lang), one.account.person, rights)
    return table


def _state(account: Account, lang: Language) -> str:
    match account:
        case Account(is_disabled=True):
            return _("disabled", lang)
        case Account(is_service=True):
            return _("program", lang)
        case Account(has_password=False, is_invited=True):
            return _("invited", lang)
        case Account(has_password=False):
            return _("without a password", lang)
        case Account(has_totp=True):
            return _("password and app", lang)
        case _:
            return _("password", lang)


def _right(given: StoredGrant, lang: Language) -> str:
    waits = _("waits for a second yes", lang)
    right = right_of(given.grant, lang)
    return f"{right} · {waits}" if given.is_waiting else right


def right_of(grant: Grant, lang: Language) -> str:
    """A grant in one line."""
    parts = [grant.role.label(lang), *sorted(grant.areas)]
    if grant.valid_from or grant.valid_to:
        parts.append(f"{grant.valid_from or ''} – {grant.valid_to or ''}".strip())
    return " · ".join(parts)


def _show_code(code: str, lang: Language) -> None:
    OUT.print(
        _("One-time code, good for a day:", lang), code,
        soft_wrap=True,
    )  # fmt: skip


@contextmanager
def open_accounts() -> Generator[tuple[IdentityStore, AuditLog]]:
    """The accounts and the audit log of this machine.

    Raises: NotDone: a refusal, as a sentence.
    """
    place = store_location()
    try:
        chosen = Settings()
        with (
            opened_accounts(place, chosen) as known,
            opened_audit(place, chosen) as log,
        ):
            yield known, log
    except ValidationError as error:
        names = ", ".join(str(one["loc"][0]) for one in error.errors() if one["loc"])
        raise NotDone(*bilingual("A setting cannot be used: {names}", names=names)) from None
    except Refused as error:
        raise NotDone(error.text("da"), error.text("en")) from error


@contextmanager
def write_audited(
    log: AuditLog,
    action: str,
    login: str | None = None,
    typed: Grant | None = None,
    *,
    change: str | None = None,
) -> Generator[None]:
    """Record an action before and after it is done; if the first record fails, it is not done.

    The operator of the host decides alone, so each action is recorded as an alert.
    """
    asked: dict[str, object] = {}
    if login is not None:
        asked |= {"login": f"hmac:{log.term(login)}"}
    if typed is not None:
        asked |= {"role": typed.role.value, "areas": sorted(typed.areas)}
    if change is not None:
        asked |= {"change": change}
    request_id = f"cmd-{secrets.token_hex(8)}"
    log.append(Entry(kind=AuditKind.ALERT, action=action, request_id=request_id, asked=asked))
    yield
    log.append(Entry(kind=AuditKind.SYSTEM, action=action, request_id=request_id, count=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChange:
    """A change with the logins of its account and of the requester."""

    change: StoredAccountChange
    login: str
    asked_by: str


def show(*, lang: Language, as_json: bool) -> None:
    """Print the changes that wait for approval."""
    with open_accounts() as (known, _log):
        found = tuple(_told(known, one) for one in known.changes.waiting())
    if as_json:
        write(json_of(found))
    elif not found:
        OUT.print(_("Nothing waits for a second yes.", lang))
    else:
        OUT.print(_changes_table(found, lang))


def confirm(change: str, *, lang: Language) -> None:
    """Approve a change. Raises: GraphError: no such change waits, or it is no longer possible."""
    _decide("user confirm", change, lambda known: known.changes.confirm)
    OUT.print(_("The change {change} is done.", lang, change=change))


def refuse(change: str, *, lang: Language) -> None:
    """Refuse a change. Raises: NotFound: no such change waits."""
    _decide("user refuse", change, lambda known: known.changes.refuse)
    OUT.print(_("The change {change} is refused.", lang, change=change))


def _decide(
    action: str, change: str, decided: Callable[[IdentityStore], Callable[..., StoredAccountChange]]
) -> None:
    with open_accounts() as (known, log), write_audited(log, action, change=change):
        decided(known)(change, by=HOST, is_host=True)


def _told(known: IdentityStore, change: StoredAccountChange) -> ListedChange:
    names = [known.logins.find(one).login for one in (change.account, change.asked_by)]
    return ListedChange(change=change, login=names[0], asked_by=names[1])


def _changes_table(found: Sequence[ListedChange], lang: Language) -> Table:
    headings = N_("Id"), N_("Login"), N_("Change"), N_("Asked by")
    table = table_with(_(heading, lang) for heading in headings)
    for one in found:
        table.add_row(one.change.id, one.login, _words(one.change, lang), one.asked_by)
    return table


def _words(change: StoredAccountChange, lang: Language) -> str:
    right = "" if change.grant is None else right_of(change.grant.grant, lang)
    match change.kind:
        case AccountChangeKind.GRANT:
            return _("is given {right}", lang, right=right)
        case AccountChangeKind.END_GRANT:
            return _("loses {right}", lang, right=right)
        case AccountChangeKind.DISABLE:
            return _("is disabled", lang)
        case AccountChangeKind.ENABLE:
            return _("is enabled", lang)
        case AccountChangeKind.FORGET_FACTOR:
            return _("has its authenticator forgotten", lang)
