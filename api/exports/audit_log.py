"""The audit log as a CSV file with one row per request and the columns of the explorer's table."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from api.audit.entry import BEGINNINGS, AuditKind, AuditRow
from api.audit.log import AuditLog
from api.audit.report import AreaFilter, RowFilter, area_filter, count_of, rows_of
from api.danish_time import danish_timestamp
from api.exports.request import AuditExport, ExportFile, ExportOutline
from api.i18n import N_, _, pgettext
from api.schemas.audit import AskedAuditExport
from api.state import RequestContext
from graph.access.policy import Role
from graph.access.purposes import Purpose
from graph.exchange.csv import table_csv
from graph.exchange.loss_report import ExportLoss, LossKind, counted
from graph.exchange.provenance import Provenance
from graph.vocabulary import Language, Term

MOST_ROWS: Final = 10_000
_HEADS: Final = (
    N_("Row"), N_("When (Danish time)"), N_("Action"), N_("Purpose"), N_("Outcome"), N_("Role"),
    N_("Account"), N_("Persons"),
)  # fmt: skip
_KINDS: Final = {
    AuditKind.ASKED: N_("asked"),
    AuditKind.SHOWN: N_("shown"),
    AuditKind.INTENT: N_("begun"),
    AuditKind.DONE: N_("done"),
    AuditKind.NOT_DONE: N_("not done"),
    AuditKind.DENIED: N_("refused"),
    AuditKind.ALERT: N_("alert"),
    AuditKind.SYSTEM: N_("system"),
}
_RESULTS: Final = {
    403: N_("refused"),
    404: N_("not found"),
    422: N_("not understood"),
    429: N_("the day's number was used"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    rows: tuple[AuditRow, ...]
    losses: tuple[ExportLoss, ...]


def looked_after(context: RequestContext) -> AreaFilter | None:
    """The area filter for the rows that the caller may export; None: all."""
    app_state = context.app_state
    return area_filter(context.view(), app_state.directory.snapshot(), app_state.accounts.engine)


def outline(
    log: AuditLog, order: AuditExport, within: AreaFilter | None = None, *, most: int = MOST_ROWS
) -> ExportOutline:
    """Row count and losses of the file, which takes the newest `most` rows of the log."""
    found = _found(log, order, within, most)
    return ExportOutline(rows=len(found.rows), losses=found.losses)


def build(
    log: AuditLog,
    order: AuditExport,
    stamp: Provenance,
    within: AreaFilter | None = None,
    *,
    most: int = MOST_ROWS,
) -> ExportFile:
    """The file; it contains the number of persons of a row, but names none."""
    found, lang = _found(log, order, within, most), order.lang
    content = table_csv(
        [_(head, lang) for head in _HEADS], (_cells(row, lang) for row in found.rows),
        replace(stamp, losses=found.losses), lang, _kept_to(order.asked, lang),
    )  # fmt: skip
    return ExportFile(content=content, rows=len(found.rows), people=frozenset())


def _found(log: AuditLog, order: AuditExport, within: AreaFilter | None, most: int) -> _Found:
    wanted = replace(_wanted(order.asked), within=within)
    newest, older = rows_of(log, wanted, before=order.before, most=most)
    ended = {row.request_id for row in newest if row.kind not in BEGINNINGS}
    rows = tuple(row for row in newest if row.kind not in BEGINNINGS or row.request_id not in ended)
    left = 0 if older is None else count_of(log, wanted, before=older)
    return _Found(
        rows=rows,
        losses=counted((LossKind.OLDER, left), (LossKind.BEGUN, len(newest) - len(rows))),
    )


def _wanted(asked: AskedAuditExport) -> RowFilter:
    return RowFilter(
        caller=asked.caller, action=asked.action, purpose=asked.purpose, role=asked.role,
        kind=None if asked.kind is None else AuditKind(asked.kind),
        since=asked.since, until=asked.until,
    )  # fmt: skip


def _cells(row: AuditRow, lang: Language) -> tuple[object, ...]:
    return (
        row.seq, danish_timestamp(row.at), row.action, _purpose(row.purpose, lang),
        outcome(row.kind, row.result, lang), _roles(row.role, lang), row.caller,
        len(row.subjects) or None,
    )  # fmt: skip


def _kept_to(asked: AskedAuditExport, lang: Language) -> Iterator[tuple[str, str]]:
    """The filters of the export, so that a part is not mistaken for the whole log."""
    filters = (
        (pgettext("first moment", "From", lang), asked.since and danish_timestamp(asked.since)),
        (_("Before", lang), asked.until and danish_timestamp(asked.until)),
        (_("Only action", lang), asked.action),
        (_("Only outcome", lang), asked.kind and _(_KINDS[AuditKind(asked.kind)], lang)),
        (_("Only purpose", lang), _purpose(asked.purpose, lang)),
        (_("Only role", lang), _roles(asked.role, lang)),
        (_("Only account", lang), asked.caller),
    )
    yield from ((name, value) for name, value in filters if value)


def outcome(kind: AuditKind, result: int | None, lang: Language) -> str:
    """The outcome of a request, in the words of the explorer."""
    known = None if kind is AuditKind.ALERT else _RESULTS.get(result or 0)
    return _(known or _KINDS[kind], lang)


def _purpose(told: str | None, lang: Language) -> str:
    return _labeled(Purpose.__members__.get(told or ""), told or "", lang)


def _roles(told: str | None, lang: Language) -> str:
    """The labels of roles joined by `+`, as in `ANALYST+DPO`."""
    several = (told or "").split("+")
    return ", ".join(_labeled(Role.__members__.get(one), one, lang) for one in several if one)


def _labeled(word: Term | None, told: str, lang: Language) -> str:
    return told if word is None else word.label(lang)
