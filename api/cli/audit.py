"""Implementation of `kontaktvej audit`; each command leaves a row in the log itself."""

import secrets
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from api.audit.chain import Anchors
from api.audit.entry import AuditKind, AuditRow, Entry
from api.audit.log import AuditLog
from api.audit.report import CallerPosts, LookUp, breach_of, look_ups, sample_of, search_text
from api.audit.retention import RetentionHold, drop_old_months
from api.audit.storage import PostgresStorage
from api.audit.verify import Verdict, verify
from api.cli.as_json import as_json as json_of
from api.cli.console import OUT, _, write
from api.cli.local_store import open_store_with_notice
from api.danish_time import COPENHAGEN, danish_now, danish_timestamp
from api.errors import Refused
from api.i18n import pgettext
from api.installed import opened_accounts, opened_audit, require_all_parts
from api.settings import Settings
from graph.access.policy import Role
from graph.errors import StoreUnavailable
from graph.store.location import store_location
from graph.vocabulary import Language, PostKind, Term, Trigger

_MOST: Final = 1_000


@contextmanager
def opened_log() -> Generator[AuditLog]:
    """The audit log of this machine, or of the configured server.

    Raises: StoreUnavailable: it cannot be opened, read or written.
    """
    try:
        with opened_audit(store_location(), Settings()) as log:
            yield log
    except (SQLAlchemyError, Refused) as error:
        raise StoreUnavailable("the audit log cannot be read or written") from error


def verified(*, lang: Language, as_json: bool) -> bool:
    """Print whether the log is intact; False if it is broken, or may have been truncated."""
    with opened_log() as log:
        verdict = verify(log, _anchors())
    if as_json:
        write(json_of(verdict))
    else:
        for line in _verdict(verdict, lang):
            OUT.print(line)
    return verdict.is_proven


def _anchors() -> Anchors | None:
    place = Settings().anchor_file
    return Anchors(place) if place else None


def _verdict(verdict: Verdict, lang: Language) -> Sequence[str]:
    rows, speed = _number(verdict.rows, lang), _number(verdict.rows_per_s, lang)
    seconds = _number(round(verdict.seconds, 1), lang)
    lines = [
        _(
            "{rows} rows checked in {seconds} s ({speed} a second).",
            lang,
            rows=rows,
            seconds=seconds,
            speed=speed,
        )
    ]
    if verdict.broken is not None:
        place = _("Broken at row", lang)
        lines.append(f"{place} {verdict.broken.seq}: {verdict.broken.why.label(lang)}.")
    elif verdict.is_proven:
        lines.append(_("The log is untouched.", lang))
    else:
        lines.append(
            _(
                "No anchors: whether the newest rows were cut off cannot be seen, so the "
                "log is not proven. Name a file on another volume in "
                "KONTAKTVEJ_ANCHOR_FILE, and start kontaktvej serve, which sets the first "
                "anchor.",
                lang,
            )
        )
    return lines


def subject(person: str, *, lang: Language, as_json: bool) -> bool:
    """Print how a person was looked up, as the person would see it; False if never."""
    place, chosen = store_location(), Settings()
    require_all_parts(place, chosen)
    with (
        open_store_with_notice(place, lang) as store,
        opened_accounts(place, chosen) as known,
        opened_log() as log,
    ):
        _leave_row(log, "command_subject", subjects=(person,))
        found, _more = look_ups(log, person, CallerPosts(store.load(), known.person_of), most=_MOST)
    _tell(found, lang, as_json, _look_up_row, ("on", "action", "purpose", "office"))
    return bool(found)


def _look_up_row(one: LookUp, lang: Language) -> tuple[str, ...]:
    offices = [PostKind(office).label(lang) for office in one.offices]
    roles = [Role(role).label(lang) for role in (one.role or "").split("+") if role]
    return (
        one.on.isoformat(), one.action, _purpose(one.purpose, lang), ", ".join(offices or roles),
    )  # fmt: skip


def sample(size: int, days: int, *, lang: Language, as_json: bool) -> bool:
    """Print a random sample of rows, the urgent ones first; False if there are none."""
    now = datetime.now(UTC)
    with opened_log() as log:
        drawn = sample_of(log, size, since=now - timedelta(days=days), until=now)
        _leave_row(log, "command_sample", asked={"size": size, "days": days})
    if as_json:
        write(json_of(drawn))
    else:
        _tell((*drawn.urgent, *drawn.others), lang, as_json, _row, _ROW)
    return bool(drawn.urgent or drawn.others)


def term(word: str, *, lang: Language, as_json: bool) -> bool:
    """Print the rows in which a word was typed; False if there are none."""
    asked = sys.stdin.readline().rstrip("\n") if word == "-" else word
    with opened_log() as log:
        found = search_text(log, asked)
        _leave_row(log, "command_term", asked={"word": f"hmac:{log.term(asked)}"})
    _tell(found, lang, as_json, _row, _ROW)
    return bool(found)


def breach(caller: str, since: datetime, until: datetime, *, lang: Language, as_json: bool) -> bool:
    """Print the people whose data an account was shown; False if there are none."""
    start, end = since.replace(tzinfo=COPENHAGEN), until.replace(tzinfo=COPENHAGEN)
    with opened_log() as log:
        found = breach_of(log, caller, since=start, until=end)
        _leave_row(log, "command_breach", subjects=tuple(one.person for one in found),
                   asked={"caller": caller, "since": start.isoformat(),
                          "until": end.isoformat()})  # fmt: skip
    columns = ("person", "count", "first", "last", "revealed")
    _tell(
        found,
        lang,
        as_json,
        lambda one, lang: (
            one.person,
            str(one.count),
            danish_timestamp(one.first_at),
            danish_timestamp(one.last_at),
            _("yes", lang) if one.is_revealed else "",
        ),
        columns,
    )
    return bool(found)


def prepare(role: str, months: int, *, lang: Language) -> bool:
    """Create the tables of the coming months on a PostgreSQL server; drop expired ones.

    False if these must stay, with the reason.

    Raises: StoreUnavailable: no server is set, or it denies access.
    """
    url = Settings().audit_url
    if url is None:
        raise StoreUnavailable("KONTAKTVEJ_AUDIT_URL names no server; SQLite needs no preparing")
    try:
        server = PostgresStorage(url)
        try:
            made = server.prepare(danish_now().date(), months, role)
        finally:
            server.close()
    except SQLAlchemyError as error:
        raise StoreUnavailable("the audit server does not let us make tables") from error
    OUT.print(_("Ready up to {month}.", lang, month=made[-1]))
    return _swept(danish_now().date(), is_confirmed=False, lang=lang)


def sweep(today: date, *, lang: Language) -> bool:
    """Drop expired months after the operator has confirmed that it is `today`.

    False if they must stay, with the reason.
    """
    if today != danish_now().date():
        ours = danish_now().date().isoformat()
        OUT.print(
            _(
                "The clock of this machine says {ours}. Set it, and try again: nothing was "
                "dropped.",
                lang,
                ours=ours,
            )
        )
        return False
    return _swept(today, is_confirmed=True, lang=lang)


def _swept(today: date, *, is_confirmed: bool, lang: Language) -> bool:
    keep = Settings().audit_months
    try:
        with opened_log() as log:
            dropped = drop_old_months(
                log, today, keep=keep, anchors=_anchors(), is_confirmed=is_confirmed
            )
    except RetentionHold as held:
        why = held.why.label(lang)
        OUT.print(_("{why}. Nothing was dropped.", lang, why=why))
        if not is_confirmed:
            OUT.print(
                _("Where the clock is right: kontaktvej audit sweep --today YYYY-MM-DD", lang)
            )
        return False
    if dropped:
        names = ", ".join(dropped)
        OUT.print(_("Dropped after their time: {names}.", lang, names=names))
    elif is_confirmed:
        OUT.print(_("Nothing to drop.", lang))
    return True


# ---- words


_ROW: Final = ("seq", "at", "kind", "action", "purpose", "caller", "result")


def _headings(lang: Language) -> dict[str, str]:
    return {
        "on": _("Date", lang), "action": _("Action", lang), "purpose": _("Purpose", lang),
        "office": _("Kind of office", lang), "seq": _("Row", lang), "at": _("Time", lang),
        "kind": pgettext("row of the log", "Kind", lang), "caller": _("Account", lang),
        "result": _("Status", lang), "person": _("Person", lang), "count": _("Times", lang),
        "first": _("First", lang), "last": _("Last", lang),
        "revealed": _("Contact detail", lang),
    }  # fmt: skip


def _tell(
    found: Sequence[Any],
    lang: Language,
    as_json: bool,
    cells: Callable[[Any, Language], tuple[str, ...]],
    columns: Sequence[str],
) -> None:
    if as_json:
        write(json_of(tuple(found)))
        return
    if not found:
        OUT.print(_("Nothing found.", lang))
        return
    table = Table(box=None, pad_edge=False)
    headings = _headings(lang)
    for name in columns:
        table.add_column(headings[name], overflow="fold")
    for one in found:
        table.add_row(*cells(one, lang))
    OUT.print(table)


def _row(row: AuditRow, lang: Language) -> tuple[str, ...]:
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
    known: Term | None = Trigger.__members__.get(purpose or "")
    return known.label(lang) if known is not None else purpose or ""


def _number(number: float, lang: Language) -> str:
    english = f"{number:,}"
    return english.translate(str.maketrans(",.", ".,")) if lang == "da" else english


def _leave_row(
    log: AuditLog,
    action: str,
    *,
    subjects: tuple[str, ...] = (),
    asked: dict[str, Any] | None = None,
) -> None:
    """Record the command before its result is shown, since the operator reads the log too."""
    log.append(
        Entry(kind=AuditKind.SYSTEM, action=action, request_id=f"cmd-{secrets.token_hex(8)}",
              via="host", subjects=subjects, asked=asked or {})
    )  # fmt: skip
