"""`kontaktvej audit`: verifies the audit log and searches it; each search leaves a row."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer
from rich.table import Table

from api.audit.chain import Anchors
from api.audit.entry import AuditKind, AuditRow, Entry
from api.cli.console import OUT, CommandRefused, _, language, write_json
from api.cli.local_store import command_settings, open_installation
from api.cli.localization import Commands
from api.cli.options import NONE_FOUND, AsJson, Lang, SpokenLanguage, option
from api.danish_time import COPENHAGEN, danish_now, danish_timestamp
from api.i18n import bilingual, pgettext
from graph.access.policy import Role
from graph.errors import InvalidNeed, StoreUnavailable
from graph.model.base import random_id
from graph.store.location import store_location
from graph.vocabulary import Language, PostKind, Term, Trigger

if TYPE_CHECKING:
    from api.audit.log import AuditLog
    from api.audit.verify import Verdict

_Row = TypeVar("_Row")
_AT_ONCE: Final = 1_000  # rows that a page of a report has
_DATE: Final = "%Y-%m-%d"
_FORMATS: Final = [_DATE, "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
audit = Commands(
    name="audit",
    help=_("The audit log: is it intact, and who was shown what?"),
    no_args_is_help=True,
)


def _instant(text: str, *names: str, parser: Callable[[str], datetime] | None = None) -> Any:
    text = _("{text}, Danish time", text=text)
    return typer.Option(*names, help=text, formats=_FORMATS, parser=parser, show_default=False)


def _end(text: str) -> datetime:
    """The end of a period: a moment, or of a date alone the end of that day."""
    for form in _FORMATS:
        with suppress(ValueError, OverflowError):
            at = datetime.strptime(text, form).replace(tzinfo=COPENHAGEN)
            return at + timedelta(days=1) if form == _DATE else at
    formats = ", ".join(map(repr, _FORMATS))
    raise ValueError(f"{text!r} does not match the formats {formats}.")


@audit.command(
    help=_(
        "Check each row against its seal and the anchors; the first broken one is shown. Without "
        "anchors nothing is proven, and the exit code is 1."
    )
)
def verify(as_json: AsJson = False, lang: Lang = None) -> None:
    """Check each row against its seal and the anchors; the first broken one is named."""
    from api.audit.verify import verify

    with opened_log() as log:
        verdict = verify(log, _anchors())
    if as_json:
        write_json(verdict)
    else:
        _show_verdict(verdict, language(lang))
    if not verdict.is_proven:
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=_("When, how, why and from what kind of office somebody was looked up; never by whom."),
    epilog=_("Example:") + " kontaktvej audit subject ID",
)
def subject(
    person: Annotated[str, typer.Argument(metavar="ID", help=_("Id of the person"))],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """When, how, why and from what kind of office somebody was looked up; never by whom."""
    from api.audit.report import CallerPosts, LookUp, look_ups

    with (
        open_installation(command_settings(), language(lang)) as (store, accounts),
        opened_log() as log,
    ):
        _record(log, "command_subject", subjects=(person,))
        posts = CallerPosts(store.load(), accounts.person_of)
        rows = _all_pages(partial(look_ups, log, person, posts, most=_AT_ONCE))

    def cells(look_up: LookUp, lang: Language) -> tuple[str, ...]:
        offices = [PostKind(office).label(lang) for office in look_up.offices]
        roles = [Role(role).label(lang) for role in (look_up.role or "").split("+") if role]
        return (
            look_up.on.isoformat(), look_up.action, _purpose(look_up.purpose, lang),
            ", ".join(offices or roles),
        )  # fmt: skip

    _show_rows(rows, lang, as_json, cells, ("on", "action", "purpose", "office"))


@audit.command(
    help=_("Draw a sample of rows to check; half of them urgent reveals and used-up daily limits."),
    epilog=_("Example:") + " kontaktvej audit sample 20",
)
def sample(
    size: Annotated[int, typer.Argument(min=2, max=200, help=_("How many"))] = 20,
    days: Annotated[
        int, typer.Option("--days", min=1, max=3660, help=_("From the last so many days"))
    ] = 31,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Draw a sample of rows to check; half of them urgent reveals and used-up daily limits."""
    from api.audit.report import sample_of

    now = datetime.now(UTC)
    with opened_log() as log:
        log_sample = sample_of(log, size, since=now - timedelta(days=days), until=now)
        _record(log, "command_sample", parameters={"size": size, "days": days})
    rows = (*log_sample.urgent, *log_sample.others)
    if not as_json:
        _show_rows(rows, lang, as_json, _cells, _COLUMNS)
        return
    write_json(log_sample)
    if not rows:
        raise typer.Exit(NONE_FOUND)


@audit.command(
    help=_("Who typed a word; the log stores no words, but recognizes one that you write in full.")
)
def term(
    word: Annotated[
        str, typer.Argument(metavar="WORD", help=_("The whole word; - reads standard input"))
    ],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Who typed a word; the log stores no words, but recognizes one that you write in full."""
    from api.audit.report import search_text

    text = sys.stdin.readline().rstrip("\n") if word == "-" else word
    with opened_log() as log:
        rows = _all_pages(partial(search_text, log, text, most=_AT_ONCE))
        _record(log, "command_term", parameters={"word": f"hmac:{log.term(text)}"})
    _show_rows(rows, lang, as_json, _cells, _COLUMNS)


@audit.command(
    help=_("Whose data an account was shown in a period: for a notice within 72 hours."),
    epilog=_("Example:")
    + " kontaktvej audit breach --caller acc-… --from 2026-11-01 --to 2026-11-25T12:00",
)
def breach(
    caller: Annotated[str, option(_("Id of the account"), "--caller")],
    since: Annotated[datetime, _instant(pgettext("first moment", "From", language()), "--from")],
    until: Annotated[
        datetime, _instant(_("Until; a date alone to the end of that day"), "--to", parser=_end)
    ],
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Whose data an account was shown in a period: for a notice within 72 hours."""
    from api.audit.report import Exposure, breach_of

    begins, ends = since.replace(tzinfo=COPENHAGEN), until.replace(tzinfo=COPENHAGEN)
    if ends <= begins:
        raise InvalidNeed("--to", *bilingual("must be after --from"))
    with opened_log() as log:
        people = breach_of(log, caller, since=begins, until=ends)
        parameters = {"caller": caller, "since": begins.isoformat(), "until": ends.isoformat()}
        subjects = tuple(row.person for row in people)
        _record(log, "command_breach", subjects=subjects, parameters=parameters)

    def cells(row: Exposure, lang: Language) -> tuple[str, ...]:
        first, last = danish_timestamp(row.first_at), danish_timestamp(row.last_at)
        is_revealed = _("yes", lang) if row.is_revealed else ""
        return row.person, str(row.count), first, last, is_revealed

    _show_rows(people, lang, as_json, cells, ("person", "count", "first", "last", "revealed"))


@audit.command(
    help=_(
        "Prepare PostgreSQL: a table for each month that the API's role may read and add to; old "
        "months are deleted."
    )
)
def prepare(
    role: Annotated[str, option(_("The API's role"), "--role")],
    months: Annotated[int, typer.Option("--months", min=1, max=120, help=_("Months ahead"))] = 24,
    lang: Lang = None,
) -> None:
    """Make PostgreSQL ready: tables of months that the API's role may read and add to."""
    from sqlalchemy.exc import SQLAlchemyError

    from api.audit.storage import PostgresStorage

    url = command_settings().audit_url
    if url is None:
        raise StoreUnavailable("KONTAKTVEJ_AUDIT_URL names no server; SQLite needs no preparing")
    try:
        with closing(PostgresStorage(url)) as server:
            tables = server.prepare(danish_now().date(), months, role)
    except SQLAlchemyError as error:
        raise StoreUnavailable("the audit server does not let us make tables") from error
    OUT.print(_("Ready up to {month}.", language(lang), month=tables[-1]))
    _drop_old_months(danish_now().date(), is_confirmed=False, lang=language(lang))


@audit.command(
    help=_(
        "Delete the months whose time is over, when the clock has jumped or the server stood "
        "still: you say which day it is."
    ),
    epilog=_("Example:") + " kontaktvej audit sweep --today 2026-11-28",
)
def sweep(
    today: Annotated[
        datetime,
        typer.Option(
            "--today", formats=["%Y-%m-%d"], show_default=False,
            help=_("Today's date by another clock"),
        ),
    ],
    lang: Lang = None,
) -> None:  # fmt: skip
    """Drop the months whose time is over, where the clock jumped: you say which day it is."""
    clock = danish_now().date()
    if today.date() != clock:
        OUT.print(
            _(
                "This machine's clock says {clock}. Set it, and try again: nothing was deleted.",
                language(lang),
                clock=clock,
            )
        )
        raise typer.Exit(NONE_FOUND)
    _drop_old_months(clock, is_confirmed=True, lang=language(lang))


@contextmanager
def opened_log() -> "Generator[AuditLog]":
    """The audit log of this machine, or of the configured server.

    Raises:
        StoreUnavailable: it cannot be opened, read or written.
        CommandRefused: any other refusal by the API while it is open, as a sentence.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from api.errors import Refusal
    from api.installation import opened_audit

    try:
        with opened_audit(store_location(), command_settings()) as log:
            yield log
    except (SQLAlchemyError, Refusal) as error:
        if isinstance(error, Refusal) and error.kind.slug != "audit-unavailable":
            raise CommandRefused(error.text("da"), error.text("en")) from error
        raise StoreUnavailable("the audit log cannot be read or written") from error


def _anchors() -> Anchors | None:
    place = command_settings().anchor_file
    return Anchors(place) if place else None


def _show_verdict(verdict: "Verdict", lang: Language) -> None:
    def number(value: float) -> str:
        english = f"{value:,}"
        return english.translate(str.maketrans(",.", ".,")) if lang == "da" else english

    rows, speed = number(verdict.rows), number(verdict.rows_per_s)
    seconds = number(round(verdict.seconds, 1))
    text = _(
        "{rows} rows checked in {seconds} s ({speed} a second).", lang,
        rows=rows, seconds=seconds, speed=speed,
    )  # fmt: skip
    OUT.print(text)
    if verdict.broken is not None:
        row, why = verdict.broken.seq, verdict.broken.why.label(lang)
        OUT.print(_("Broken at row {row}: {why}.", lang, row=row, why=why))
    elif verdict.is_proven:
        OUT.print(_("The log is intact.", lang))
    else:
        OUT.print(
            _(
                "No anchors: whether the newest rows were cut off cannot be seen, so the "
                "log is not proven. Name a file on another volume in "
                "KONTAKTVEJ_ANCHOR_FILE, and start kontaktvej serve, which sets the first "
                "anchor.",
                lang,
            )
        )


def _drop_old_months(today: date, *, is_confirmed: bool, lang: Language) -> None:
    """Drop the months whose time is over, or exit with the reason why they must stay."""
    from api.audit.retention import RetentionHold, drop_old_months

    keep = command_settings().audit_months
    try:
        with opened_log() as log:
            dropped = drop_old_months(
                log, today, keep=keep, anchors=_anchors(), is_confirmed=is_confirmed
            )
    except RetentionHold as hold:
        why = hold.why.label(lang)
        OUT.print(_("{why}. Nothing was deleted.", lang, why=why))
        if not is_confirmed:
            OUT.print(_("If the clock is right: kontaktvej audit sweep --today YYYY-MM-DD", lang))
        raise typer.Exit(NONE_FOUND) from None
    if dropped:
        names = ", ".join(dropped)
        OUT.print(_("Deleted after their time: {names}.", lang, names=names))
    elif is_confirmed:
        OUT.print(_("Nothing to delete.", lang))


def _record(
    log: "AuditLog",
    action: str,
    *,
    subjects: tuple[str, ...] = (),
    parameters: dict[str, Any] | None = None,
) -> None:
    """Record the command before its result is shown, since the operator reads the log too."""
    log.append(
        Entry(kind=AuditKind.SYSTEM, action=action, request_id=random_id("cmd"),
              via="host", subjects=subjects, asked=parameters or {})
    )  # fmt: skip


def _all_pages(page: Callable[..., tuple[tuple[_Row, ...], int | None]]) -> list[_Row]:
    """The rows of all pages of a report, each page as asked with `before`."""
    rows, before = page()
    all_rows = list(rows)
    while before is not None:
        rows, before = page(before=before)
        all_rows += rows
    return all_rows


# ---- output


_COLUMNS: Final = ("seq", "at", "kind", "action", "purpose", "caller", "result")


def _show_rows(
    rows: Sequence[Any],
    lang: SpokenLanguage | None,
    as_json: bool,
    cells: Callable[[Any, Language], tuple[str, ...]],
    columns: Sequence[str],
) -> None:
    """Print rows as JSON or as a table; exit if there are none."""
    if as_json:
        write_json(tuple(rows))
    elif rows:
        locale = language(lang)
        headings = {
            "on": _("Date", locale), "action": _("Action", locale),
            "purpose": _("Purpose", locale), "office": _("Kind of office", locale),
            "seq": _("Row", locale), "at": _("Time", locale),
            "kind": pgettext("row of the log", "Kind", locale), "caller": _("Account", locale),
            "result": _("Status", locale), "person": _("Person", locale),
            "count": _("Times", locale), "first": _("First", locale), "last": _("Last", locale),
            "revealed": _("Contact detail", locale),
        }  # fmt: skip
        table = Table(box=None, pad_edge=False)
        for name in columns:
            table.add_column(headings[name], overflow="fold")
        for row in rows:
            table.add_row(*cells(row, locale))
        OUT.print(table)
    else:
        OUT.print(_("Nothing found.", language(lang)))
    if not rows:
        raise typer.Exit(NONE_FOUND)


def _cells(row: AuditRow, lang: Language) -> tuple[str, ...]:
    return (
        str(row.seq),
        danish_timestamp(row.at),
        row.kind.value,
        row.action,
        _purpose(row.purpose, lang),
        row.caller or "",
        "" if row.result is None else str(row.result),
    )


def _purpose(purpose: str | None, lang: Language) -> str:
    trigger: Term | None = Trigger.__members__.get(purpose or "")
    return trigger.label(lang) if trigger is not None else purpose or ""
