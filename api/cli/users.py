"""`kontaktvej user`: accounts and their rights, on the API's own database.

In an installation with one administrator, only the operator of the host can give a second approval.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.audit.entry import AuditKind, Entry
from api.cli.console import OUT, CommandRefused, _, language, table_with, write_json
from api.cli.localization import Commands
from api.cli.options import AsJson, Lang, date_of, flag, option
from api.danish_time import danish_minute
from api.i18n import N_, bilingual
from api.text.format import format_minute
from api.text.invitation import invitation_text
from graph.access.policy import Grant, Role, Task
from graph.model.base import random_id
from graph.store.location import store_location
from graph.vocabulary import Language, PreventionLevel

if TYPE_CHECKING:
    from api.audit.log import AuditLog
    from api.identity.accounts import Account
    from api.identity.changes import StoredAccountChange
    from api.identity.grants import StoredGrant
    from api.identity.one_time_links import OneTimeCode
    from api.identity.store import IdentityStore

user = Commands(
    name="user",
    help=_("Accounts: add, grant rights, disable. Works while the API runs, too."),
    no_args_is_help=True,
)


class RoleWord(StrEnum):
    """Values of `--role`."""

    COORDINATOR = "coordinator"
    OUTREACH = "outreach"
    ANALYST = "analyst"
    STEWARD = "steward"
    DPO = "dpo"
    ADMIN = "admin"
    SERVICE = "service"


class LevelWord(StrEnum):
    """Values of `--level`."""

    EXIT = "exit"
    CAPACITY_BUILDING = "capacity_building"
    OUTREACH = "outreach"


_WAITS = N_("waits for a second approval")
Login = Annotated[str, typer.Argument(help=_("Login"), show_default=False)]
Areas = Annotated[
    list[str] | None,
    option(_("Id of an area, e.g. mun-0787; repeatable"),
           "--area"),
]  # fmt: skip
Levels = Annotated[
    list[LevelWord] | None, option(_("Prevention level; all if none is given"), "--level")
]
From = Annotated[str | None, option(_("In force from this date on"), "--from")]
Until = Annotated[str | None, option(_("In force until, not on, this date"), "--until")]


@user.command(
    help=_("Add an account, and show the one-time code with which its owner chooses a password."),
    epilog=_("Example:") + " kontaktvej user add line.bak --role coordinator "
    "--area mun-0787 --person per-00421",
)
def add(
    login: Login,
    person: Annotated[str | None, option(_("Id of the person it belongs to"), "--person")] = None,
    is_service: Annotated[
        bool, flag(_("A program; it gets tokens instead of a password"), "--service")
    ] = False,
    role: Annotated[RoleWord | None, option(_("Give this role at once"), "--role")] = None,
    area: Areas = None,
    level: Levels = None,
    begins: From = None,
    until: Until = None,
    lang: Lang = None,
) -> None:
    """Add an account, and show the one-time code with which its owner chooses a password."""
    from api.identity.changes import HOST
    from api.identity.grants import require_use

    new = _grant(role, area, level, begins, until) if role else None
    with open_accounts() as (accounts, log), write_audited(log, "user add", login, new):
        if new is not None:  # otherwise an account without a role would remain
            require_use(new, is_service=is_service)
        account = accounts.add(login, person=person, is_service=is_service)
        if new is not None:
            accounts.changes.give(account, new, by=HOST, is_host=True)
        code = None if is_service else accounts.logins.invite(account)
    OUT.print(_("The account {login} is created.", language(lang), login=login))
    if code:
        _show_code(code, language(lang))


@user.command(
    help=_("Give an account a role in areas, at prevention levels, between dates."),
    epilog=_("Example:") + " kontaktvej user grant line.bak --role coordinator "
    "--area mun-0787 --until 2028-01-01",
)
def grant(
    login: Login,
    role: Annotated[RoleWord, option(_("The role"), "--role")],
    area: Areas = None,
    level: Levels = None,
    begins: From = None,
    until: Until = None,
    lang: Lang = None,
) -> None:
    """Give an account a role in areas, at prevention levels, between dates."""
    from api.identity.changes import HOST

    new = _grant(role, area, level, begins, until)
    with open_accounts() as (accounts, log), write_audited(log, "user grant", login, new):
        account = accounts.logins.by_login(login)
        accounts.changes.give(account.id, new, by=HOST, is_host=True)
    label = new.role.label(language(lang))
    OUT.print(_("{login} is now: {label}.", language(lang), login=login, label=label))
    if account.is_invited:
        OUT.print(
            _(
                "The earlier one-time code no longer works: kontaktvej user invite {login}",
                language(lang),
                login=login,
            )
        )


@user.command(
    help=_(
        "Show the one-time code with which the owner of an account chooses a password. Give it "
        "only to the owner."
    )
)
def invite(
    login: Login,
    has_lost_app: Annotated[
        bool,
        flag(_("The owner has lost their authenticator app: remove it"), "--lost-app"),
    ] = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Show the one-time code by which the owner of an account chooses a password."""
    with open_accounts() as (accounts, log), write_audited(log, "user invite", login):
        account = accounts.logins.by_login(login).id
        code = accounts.logins.invite(account, has_lost_app=has_lost_app)
    _show_code(code, language(lang))


@user.command(
    help=_(
        "Make a token for a program, and show it. Give it only to the person who runs the program."
    ),
    epilog=_("Example:") + " kontaktvej user token fagsystem --label nightly "
    "--scope question --days 30",
)
def token(
    login: Login,
    label: Annotated[str, option(_("Name of the token"), "--label")],
    scope: Annotated[
        list[str],
        option(_("A task, e.g. question; repeatable"),
               "--scope"),
    ],
    days: Annotated[int, option(_("Days it is valid; at most 90"))] = 30,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Make a token for a program, and show it."""
    from api.identity.changes import HOST
    from api.identity.principal import NOT_FOR_TOKENS

    task_names = {task.value for task in Task}
    for name in scope:
        if name.upper() not in task_names:
            tasks = ", ".join(sorted(task.value.lower() for task in set(Task) - NOT_FOR_TOKENS))
            raise CommandRefused(
                *bilingual("Unknown task: {name}. Choose from: {tasks}", name=name, tasks=tasks)
            )
    scopes = [Task(name.upper()) for name in scope]
    with open_accounts() as (accounts, log), write_audited(log, "user token", login):
        account = accounts.logins.by_login(login)
        if not account.is_service:
            raise CommandRefused(
                *bilingual("{login} is a person; people make their own tokens.", login=login)
            )
        new = accounts.tokens.make(account.id, label=label, scopes=scopes, days=days, made_by=HOST)
    heading = _("Token, valid for {days} days:", language(lang), days=days)
    OUT.print(heading, new.text, soft_wrap=True)


@user.command(name="changes", help=_("Changes of rights that wait for a second approval."))
def show_changes(as_json: AsJson = False, lang: Lang = None) -> None:
    """Changes of rights that wait for a second approval."""
    with open_accounts() as (accounts, _log):
        changes = accounts.changes.waiting_changes()
        logins = accounts.logins.logins_of({change.asked_by for change in changes})
        waiting = tuple(
            ListedChange(
                change=change,
                login=accounts.logins.find(change.account).login,
                asked_by=logins.get(change.asked_by, change.asked_by),
            )
            for change in changes
        )
    if as_json:
        write_json(waiting)
    elif not waiting:
        OUT.print(_("Nothing waits for a second approval.", language(lang)))
    else:
        headings = N_("Id"), N_("Login"), N_("Change"), N_("Asked by")
        table = table_with(_(heading, language(lang)) for heading in headings)
        effects = {
            "GRANT": N_("is given {right}"),
            "END_GRANT": N_("loses {right}"),
            "DISABLE": N_("is disabled"),
            "ENABLE": N_("is enabled"),
            "FORGET_FACTOR": N_("has its authenticator removed"),
        }
        for row in waiting:
            grant = row.change.grant
            right = "" if grant is None else _grant_text(grant.grant, language(lang))
            effect = _(effects[row.change.kind], language(lang), right=right)
            table.add_row(row.change.id, row.login, effect, row.asked_by)
        OUT.print(table)


Change = Annotated[str, typer.Argument(help=_("Id of the change"), show_default=False)]


@user.command(help=_("Approve a change that waits."))
def confirm(change: Change, lang: Lang = None) -> None:
    """Approve a change that waits."""
    from api.identity.changes import HOST

    with open_accounts() as (accounts, log), write_audited(log, "user confirm", change=change):
        accounts.changes.confirm(change, by=HOST, is_host=True)
    OUT.print(_("The change {change} is done.", language(lang), change=change))


@user.command(help=_("Refuse a change that waits."))
def refuse(change: Change, lang: Lang = None) -> None:
    """Refuse a change that waits."""
    from api.identity.changes import HOST

    with open_accounts() as (accounts, log), write_audited(log, "user refuse", change=change):
        accounts.changes.refuse(change, by=HOST, is_host=True)
    OUT.print(_("The change {change} is refused.", language(lang), change=change))


@user.command(help=_("Disable an account; its sessions and tokens end at their next call."))
def disable(login: Login, lang: Lang = None) -> None:
    """Disable an account; its sessions and tokens end at their next call."""
    from api.identity.changes import HOST

    with open_accounts() as (accounts, log), write_audited(log, "user disable", login):
        accounts.changes.disable(accounts.logins.by_login(login).id, by=HOST, is_host=True)
    OUT.print(_("The account {login} is disabled.", language(lang), login=login))


@user.command(help=_("Enable a disabled account again."))
def enable(login: Login, lang: Lang = None) -> None:
    """Enable a disabled account again."""
    from api.identity.changes import HOST

    with open_accounts() as (accounts, log), write_audited(log, "user enable", login):
        accounts.changes.enable(accounts.logins.by_login(login).id, by=HOST, is_host=True)
    OUT.print(_("The account {login} is enabled.", language(lang), login=login))


@user.command(name="list", help=_("All accounts and their rights."))
def show_all(as_json: AsJson = False, lang: Lang = None) -> None:
    """All accounts and their rights."""
    with open_accounts() as (accounts, _log):
        rows = tuple(
            AccountWithGrants(account=account, grants=accounts.grants.of(account.id))
            for account in accounts.logins.all()
        )
    if as_json:
        write_json(rows)
    elif not rows:
        OUT.print(_("No accounts yet.", language(lang)))
    else:
        headings = N_("Login"), N_("State"), N_("Person"), N_("Rights")
        table = table_with(_(heading, language(lang)) for heading in headings)
        for row in rows:
            rights = "\n".join(
                _grant_text(stored_grant.grant, language(lang))
                + (" · " + _(_WAITS, language(lang)) if stored_grant.is_waiting else "")
                for stored_grant in row.grants
            )
            state = _state(row.account, language(lang))
            table.add_row(row.account.login, state, row.account.person, rights)
        OUT.print(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWithGrants:
    """An account with its grants."""

    account: "Account"
    grants: "tuple[StoredGrant, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChange:
    """A change with the logins of its account and of the requester.

    `asked_by` is the requester's id if there is no such account any more.
    """

    change: "StoredAccountChange"
    login: str
    asked_by: str


def _grant(
    role: RoleWord,
    areas: Sequence[str] | None,
    levels: Sequence[LevelWord] | None,
    begins: str | None,
    until: str | None,
) -> Grant:
    """A typed grant; all levels if none is named."""
    return Grant(
        role=Role(role.upper()),
        areas=frozenset(areas or ()),
        levels=frozenset(PreventionLevel(level.upper()) for level in levels or PreventionLevel),
        valid_from=date_of("from", begins),
        valid_to=date_of("until", until),
    )


def _state(account: "Account", lang: Language) -> str:
    if account.is_disabled:
        return _("disabled", lang)
    if account.is_service:
        return _("program", lang)
    if account.has_password:
        if account.has_totp:
            return _("password and app", lang)
        return _("password", lang)
    if account.has_token:
        return _("token, no password", lang)
    if account.is_invited:
        return _("invited", lang)
    return _("without a password", lang)


def _grant_text(grant: Grant, lang: Language) -> str:
    """A grant in one line: levels unless it has all, and the last day on which it is valid."""
    parts = [grant.role.label(lang), *sorted(grant.areas)]
    if grant.levels != frozenset(PreventionLevel):
        levels = (level.label(lang) for level in PreventionLevel if level in grant.levels)
        parts.append(", ".join(levels))
    if grant.valid_from or grant.valid_to:
        last = "" if grant.valid_to is None else grant.valid_to - timedelta(days=1)
        parts.append(f"{grant.valid_from or ''} – {last}".strip())
    return " · ".join(parts)


def _show_code(new: "OneTimeCode", lang: Language) -> None:
    from api.settings import Settings

    until = format_minute(danish_minute(new.ends_at), lang)
    OUT.print(invitation_text(Settings().screens_url, lang), soft_wrap=True)
    OUT.print(
        _("One-time code, valid until {minute}:", lang, minute=until), new.code, soft_wrap=True
    )


@contextmanager
def open_accounts() -> "Generator[tuple[IdentityStore, AuditLog]]":
    """The accounts and the audit log of this machine.

    Raises: CommandRefused: a refusal of the API, as a sentence.
    """
    from pydantic import ValidationError

    from api.errors import Refusal
    from api.installation import opened_accounts, opened_audit
    from api.settings import Settings

    place = store_location()
    try:
        settings = Settings()
        with opened_accounts(place, settings) as accounts, opened_audit(place, settings) as log:
            yield accounts, log
    except ValidationError as error:
        names = ", ".join(str(fault["loc"][0]) for fault in error.errors() if fault["loc"])
        raise CommandRefused(*bilingual("A setting cannot be used: {names}", names=names)) from None
    except Refusal as error:
        raise CommandRefused(error.text("da"), error.text("en")) from error


@contextmanager
def write_audited(
    log: "AuditLog",
    action: str,
    login: str | None = None,
    grant: Grant | None = None,
    *,
    change: str | None = None,
) -> Generator[None]:
    """Record an action before and after it is done; if the first record fails, it is not done.

    The operator of the host decides alone, so each action is recorded as an alert.
    """
    parameters: dict[str, object] = {}
    if login is not None:
        parameters |= {"login": f"hmac:{log.term(login)}"}
    if grant is not None:
        parameters |= {"role": grant.role.value, "areas": sorted(grant.areas)}
    if change is not None:
        parameters |= {"change": change}
    request_id = random_id("cmd")
    log.append(Entry(kind=AuditKind.ALERT, action=action, request_id=request_id, asked=parameters))
    yield
    log.append(Entry(kind=AuditKind.SYSTEM, action=action, request_id=request_id, count=1))
