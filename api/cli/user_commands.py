"""`kontaktvej user`: commands on accounts and rights, for the operator of the host."""

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.console import _, language
from api.cli.options import AsJson, Lang, option

user = typer.Typer(
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


Login = Annotated[str, typer.Argument(help=_("Login"), show_default=False)]
Areas = Annotated[
    list[str] | None,
    option(_("Id of an area, as mun-0787; repeatable"),
           "--area"),
]  # fmt: skip
Levels = Annotated[
    list[LevelWord] | None,
    option(_("Level; all where none is named"), "--level"),
]
From = Annotated[str | None, option(_("In force from this date on"), "--from")]
Until = Annotated[str | None, option(_("In force until this date"), "--until")]


@user.command(
    help=_("Add an account, and show the one-time code by which its owner chooses a password."),
    epilog=_("Example:") + " kontaktvej user add line.bak --role coordinator "
    "--area mun-0787 --person per-00421",
)
def add(
    login: Login,
    person: Annotated[
        str | None,
        option(_("Id of the person it belongs to"), "--person"),
    ] = None,
    is_service: Annotated[bool, option(_("A program: it is given tokens"), "--service")] = False,
    role: Annotated[RoleWord | None, option(_("Give this role at once"), "--role")] = None,
    area: Areas = None,
    level: Levels = None,
    begins: From = None,
    until: Until = None,
    lang: Lang = None,
) -> None:
    """Add an account, and show the one-time code by which its owner chooses a password."""
    from api.cli import users

    users.add(
        login, person=person, is_service=is_service, lang=language(lang),
        typed=users.typed_grant(role, area, level, begins, until) if role else None,
    )  # fmt: skip


@user.command(
    help=_("Give an account a role in areas, at levels, between dates."),
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
    """Give an account a role in areas, at levels, between dates."""
    from api.cli import users

    users.grant(login, users.typed_grant(role, area, level, begins, until), lang=language(lang))


@user.command(
    help=_(
        "Show the one-time code by which the owner of an account chooses a "
        "password. Give it to the owner alone."
    ),
)
def invite(
    login: Login,
    has_lost_app: Annotated[
        bool,
        option(_("The owner has lost their authenticator app: forget it"), "--lost-app"),
    ] = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Show the one-time code by which the owner of an account chooses a password."""
    from api.cli import users

    users.invite(login, has_lost_app=has_lost_app, lang=language(lang))


@user.command(
    help=_("Make a token for a program, and show it. Give it to whoever runs the program alone."),
    epilog=_("Example:") + " kontaktvej user token fagsystem --label nightly "
    "--scope question --days 30",
)
def token(
    login: Login,
    label: Annotated[str, option(_("What it is called"), "--label")],
    scope: Annotated[
        list[str],
        option(_("A task, as question; repeatable"),
               "--scope"),
    ],
    days: Annotated[int, option(_("Days it lasts; at most 90"))] = 30,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Make a token for a program, and show it."""
    from api.cli import users

    users.token(login, label=label, scopes=scope, days=days, lang=language(lang))


@user.command(
    name="changes",
    help=_("Changes of rights that wait for a second yes."),
)
def show_changes(as_json: AsJson = False, lang: Lang = None) -> None:
    """Changes of rights that wait for a second yes."""
    from api.cli import users

    users.show(lang=language(lang), as_json=as_json)


Change = Annotated[str, typer.Argument(help=_("Id of the change"), show_default=False)]


@user.command(help=_("Say yes to a change that waits."))
def confirm(change: Change, lang: Lang = None) -> None:
    """Say yes to a change that waits."""
    from api.cli import users

    users.confirm(change, lang=language(lang))


@user.command(help=_("Say no to a change that waits."))
def refuse(change: Change, lang: Lang = None) -> None:
    """Say no to a change that waits."""
    from api.cli import users

    users.refuse(change, lang=language(lang))


@user.command(
    help=_("Disable an account; its sessions and tokens end at their next call."),
)
def disable(login: Login, lang: Lang = None) -> None:
    """Disable an account; its sessions and tokens end at their next call."""
    from api.cli import users

    users.disable(login, lang=language(lang))


@user.command(help=_("Open a disabled account again."))
def enable(login: Login, lang: Lang = None) -> None:
    """Open a disabled account again."""
    from api.cli import users

    users.enable(login, lang=language(lang))


@user.command(name="list", help=_("All accounts and their rights."))
def show_all(as_json: AsJson = False, lang: Lang = None) -> None:
    """All accounts and their rights."""
    from api.cli import users

    users.show_all(lang=language(lang), as_json=as_json)
