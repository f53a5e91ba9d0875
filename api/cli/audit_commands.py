"""`kontaktvej audit`: commands that verify the audit log and search it."""

from datetime import datetime
from typing import Annotated, Final

import typer

from api.cli.console import language, said
from api.cli.options import NONE_FOUND, AsJson, Lang, option

_FORMATS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
audit = typer.Typer(
    name="audit",
    help=said(
        "Loggen: er den urørt, og hvem fik hvad at vide?",
        "The audit log: is it untouched, and who was told what?",
    ),
    no_args_is_help=True,
)


def _instant(danish: str, english: str, *names: str) -> typer.models.OptionInfo:
    text = said(f"{danish}, dansk tid", f"{english}, Danish time")
    found: typer.models.OptionInfo = typer.Option(
        *names, help=text, formats=_FORMATS, show_default=False
    )
    return found


@audit.command(
    help=said(
        "Efterse hver række mod sit segl og ankrene; den første brudte nævnes. Uden ankre er "
        "intet bevist, og afslutningskoden er 1.",
        "Check each row against its seal and the anchors; the first broken one is named. Without "
        "anchors nothing is proven, and the exit code is 1.",
    ),
)
def verify(as_json: AsJson = False, lang: Lang = None) -> None:
    """Check each row against its seal and the anchors; the first broken one is named."""
    from api.cli import audit as audit_telling

    if not audit_telling.verified(lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=said(
        "Hvornår, hvordan, hvorfor og fra hvilken slags kontor nogen er slået op; aldrig af hvem.",
        "When, how, why and from what kind of office somebody was looked up; never by whom.",
    ),
    epilog=said("Eksempel:", "Example:") + " kontaktvej audit subject ID",
)
def subject(
    person: Annotated[str, typer.Argument(metavar="ID", help=said("Personens id", "Their id"))],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """When, how, why and from what kind of office somebody was looked up; never by whom."""
    from api.cli import audit as audit_telling

    if not audit_telling.subject(person, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=said(
        "Træk rækker til stikprøve; halvdelen er akutte visninger og brugte rammer.",
        "Draw rows to check; half of them urgent reveals and used-up budgets.",
    ),
    epilog=said("Eksempel:", "Example:") + " kontaktvej audit sample 20",
)
def sample(
    size: Annotated[int, typer.Argument(min=2, max=200, help=said("Hvor mange", "How many"))] = 20,
    days: Annotated[
        int,
        typer.Option("--days", min=1, max=3660, help=said("Af så mange dage", "Of how many days")),
    ] = 31,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Draw rows to check; half of them urgent reveals and used-up budgets."""
    from api.cli import audit as audit_telling

    if not audit_telling.sample(size, days, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=said(
        "Hvem skrev et ord; loggen gemmer ingen ord, men genkender det, den får at vide.",
        "Who typed a word; the log keeps no words, but knows again one that it is told.",
    ),
)
def term(
    word: Annotated[
        str,
        typer.Argument(
            metavar="WORD",
            help=said("Hele ordet; - læser det fra standard-inddata", "All of it; - reads stdin"),
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
    help=said(
        "Hvis oplysninger en konto har fået vist i et tidsrum: til underretning inden 72 timer.",
        "Whose data an account was shown in a time: for a notice within 72 hours.",
    ),
    epilog=said("Eksempel:", "Example:")
    + " kontaktvej audit breach --caller acc-… --from 2026-11-01 --to 2026-11-25T12:00",
)
def breach(
    caller: Annotated[str, option("Kontoens id", "Id of the account", "--caller")],
    since: Annotated[datetime, _instant("Fra og med", "From", "--from")],
    until: Annotated[datetime, _instant("Til", "Until", "--to")],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Whose data an account was shown in a time: for a notice within 72 hours."""
    from api.cli import audit as audit_telling

    if not audit_telling.breach(caller, since, until, lang=language(lang), as_json=as_json):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=said(
        "Gør PostgreSQL klar: måneders tabeller, som API'ets rolle kun må læse og føje til; "
        "gamle måneder slettes.",
        "Make PostgreSQL ready: tables of months that the API's role may read and add to; "
        "old months are dropped.",
    ),
)
def prepare(
    role: Annotated[str, option("API'ets rolle", "The API's role", "--role")],
    months: Annotated[
        int, typer.Option("--months", min=1, max=120, help=said("Måneder frem", "Months ahead"))
    ] = 24,
    lang: Lang = None,
) -> None:
    """Make PostgreSQL ready: tables of months that the API's role may read and add to."""
    from api.cli import audit as audit_telling

    if not audit_telling.prepare(role, months, lang=language(lang)):
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=said(
        "Slet de måneder, hvis tid er gået, når uret er sprunget eller serveren har stået stille: "
        "du siger, hvilken dag det er.",
        "Drop the months whose time is over, where the clock jumped or the server stood still: you "
        "say which day it is.",
    ),
    epilog=said("Eksempel:", "Example:") + " kontaktvej audit sweep --today 2026-11-28",
)
def sweep(
    today: Annotated[
        datetime,
        typer.Option(
            "--today", formats=["%Y-%m-%d"], show_default=False,
            help=said("Dags dato fra et andet ur end maskinens", "The date by another clock"),
        ),
    ],
    lang: Lang = None,
) -> None:  # fmt: skip
    """Drop the months whose time is over, where the clock jumped: you say which day it is."""
    from api.cli import audit as audit_telling

    if not audit_telling.sweep(today.date(), lang=language(lang)):
        raise typer.Exit(NONE_FOUND)
