"""`kontaktvej audit`: commands that verify the audit log and search it."""

from datetime import datetime
from typing import Annotated, Final

import typer

from api.cli.console import _, language
from api.cli.options import NONE_FOUND, AsJson, Lang, option
from api.i18n import pgettext

_FORMATS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
audit = typer.Typer(
    name="audit",
    help=_("The audit log: is it untouched, and who was told what?"),
    no_args_is_help=True,
)


def _instant(text: str, *names: str) -> typer.models.OptionInfo:
    text = _("{text}, Danish time", text=text)
    found: typer.models.OptionInfo = typer.Option(
        *names, help=text, formats=_FORMATS, show_default=False
    )
    return found


@audit.command(
    help=_(
        "Check each row against its seal and the anchors; the first broken one is "
        "named. Without anchors nothing is proven, and the exit code is 1."
    ),
)
def verify(as_json: AsJson = False, lang: Lang = None) -> None:
    """Check each row against its seal and the anchors; the first broken one is named."""
    from api.cli import audit as audit_telling

    if not audit_telling.verified(lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=_("When, how, why and from what kind of office somebody was looked up; never by whom."),
    epilog=_("Example:") + " kontaktvej audit subject ID",
)
def subject(
    person: Annotated[str, typer.Argument(metavar="ID", help=_("Their id"))],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """When, how, why and from what kind of office somebody was looked up; never by whom."""
    from api.cli import audit as audit_telling

    if not audit_telling.subject(person, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=_("Draw rows to check; half of them urgent reveals and used-up budgets."),
    epilog=_("Example:") + " kontaktvej audit sample 20",
)
def sample(
    size: Annotated[int, typer.Argument(min=2, max=200, help=_("How many"))] = 20,
    days: Annotated[
        int,
        typer.Option("--days", min=1, max=3660, help=_("Of how many days")),
    ] = 31,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Draw rows to check; half of them urgent reveals and used-up budgets."""
    from api.cli import audit as audit_telling

    if not audit_telling.sample(size, days, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=_("Who typed a word; the log keeps no words, but knows again one that it is told."),
)
def term(
    word: Annotated[
        str,
        typer.Argument(
            metavar="WORD",
            help=_("All of it; - reads stdin"),
        ),
    ],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Who typed a word; the log keeps no words, but knows again one that it is told."""
    from api.cli import audit as audit_telling

    if not audit_telling.term(word, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=_("Whose data an account was shown in a time: for a notice within 72 hours."),
    epilog=_("Example:")
    + " kontaktvej audit breach --caller acc-… --from 2026-11-01 --to 2026-11-25T12:00",
)
def breach(
    caller: Annotated[str, option(_("Id of the account"), "--caller")],
    since: Annotated[datetime, _instant(pgettext("first moment", "From", language()), "--from")],
    until: Annotated[datetime, _instant(_("Until"), "--to")],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Whose data an account was shown in a time: for a notice within 72 hours."""
    from api.cli import audit as audit_telling

    if not audit_telling.breach(caller, since, until, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=_(
        "Make PostgreSQL ready: tables of months that the API's role may read and "
        "add to; old months are dropped."
    ),
)
def prepare(
    role: Annotated[str, option(_("The API's role"), "--role")],
    months: Annotated[int, typer.Option("--months", min=1, max=120, help=_("Months ahead"))] = 24,
    lang: Lang = None,
) -> None:
    """Make PostgreSQL ready: tables of months that the API's role may read and add to."""
    from api.cli import audit as audit_telling

    if not audit_telling.prepare(role, months, lang=language(lang)):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=_(
        "Drop the months whose time is over, where the clock jumped or the server "
        "stood still: you say which day it is."
    ),
    epilog=_("Example:") + " kontaktvej audit sweep --today 2026-11-28",
)
def sweep(
    today: Annotated[
        datetime,
        typer.Option(
            "--today", formats=["%Y-%m-%d"], show_default=False,
            help=_("The date by another clock"),
        ),
    ],
    lang: Lang = None,
) -> None:  # fmt: skip
    """Drop the months whose time is over, where the clock jumped: you say which day it is."""
    from api.cli import audit as audit_telling

    if not audit_telling.sweep(today.date(), lang=language(lang)):
        raise typer.Exit(NONE_FOUND)
