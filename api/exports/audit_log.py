"""The audit log as a CSV file with one row per request and the columns of the explorer's table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.audit.entry import BEGINNINGS, AuditKind, AuditRow
from api.audit.log import AuditLog
from api.audit.report import AreaFilter, RowFilter, area_filter, count_of, rows_of
from api.danish_time import danish_timestamp
from api.exports.request import AuditExport, ExportFile, ExportOutline
from api.i18n import N_, _, pgettext
from api.state import RequestContext
from graph.access.policy import Role
from graph.access.purposes import Purpose
from graph.exchange.csv import table_csv
from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.vocabulary import Language, Term

MOST_ROWS: Final = 10_000
_HEADS: Final = (
    N_("Row"), N_("When (Danish time)"), N_("Action"), N_("Purpose"), N_("Outcome"), N_("Role"),
    N_("Account"), N_("Persons"),
)  # fmt: skip
_KINDS: Final = {
    AuditKind.ASKED: N_("started"),
    AuditKind.SHOWN: N_("viewed"),
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
    429: N_("a limit was reached"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    rows: tuple[AuditRow, ...]
    losses: tuple[ExportLoss, ...]


def caller_area_filter(context: RequestContext) -> AreaFilter | None:
    """The area filter for the rows that the caller may export; None: all."""
    app_state = context.app_state
    return area_filter(context.view(), app_state.directory.snapshot(), app_state.accounts.engine)


def outline(
    log: AuditLog, order: AuditExport, within: AreaFilter | None = None, *, most: int = MOST_ROWS
) -> ExportOutline:
    """Row count, losses and filters of the file, which takes the newest `most` rows of the log."""
    selection = _selection(log, order, within, most)
    return ExportOutline(
        rows=len(selection.rows), losses=selection.losses, notes=tuple(_filters(order))
    )


def build(
    log: AuditLog,
    order: AuditExport,
    within: AreaFilter | None = None,
    *,
    most: int = MOST_ROWS,
) -> ExportFile:
    """The file; it contains the number of persons of a row, but names none."""
    selection, lang = _selection(log, order, within, most), order.lang
    cells = (
        (row.seq, danish_timestamp(row.at), row.action, _purpose(row.purpose, lang),
         outcome(row.kind, row.result, lang), _roles(row.role, lang), row.caller,
         len(row.subjects) or None)
        for row in selection.rows
    )  # fmt: skip
    content = table_csv([_(head, lang) for head in _HEADS], cells, lang)
    return ExportFile(content=content, rows=len(selection.rows), people=frozenset())


def _filters(order: AuditExport) -> Iterator[tuple[str, str]]:
    """The filters of the file, so that a part is not mistaken for the whole log."""
    request, lang = order.asked, order.lang
    filters = (
        (pgettext("first moment", "From", lang), request.since and danish_timestamp(request.since)),
        (_("Before", lang), request.until and danish_timestamp(request.until)),
        (_("Only action", lang), request.action),
        (_("Only outcome", lang), request.kind and _(_KINDS[AuditKind(request.kind)], lang)),
        (_("Only purpose", lang), _purpose(request.purpose, lang)),
        (_("Only role", lang), _roles(request.role, lang)),
        (_("Only account", lang), request.caller),
        (_("Only person", lang), request.person),
    )
    return ((name, value) for name, value in filters if value)


def _selection(
    log: AuditLog, order: AuditExport, within: AreaFilter | None, most: int
) -> _Selection:
    request = order.asked
    row_filter = RowFilter(
        caller=request.caller, person=request.person, action=request.action,
        purpose=request.purpose, role=request.role,
        kind=None if request.kind is None else AuditKind(request.kind),
        since=request.since, until=request.until, within=within,
    )  # fmt: skip
    newest, older = rows_of(log, row_filter, before=order.before, most=most)
    ended_ids = {row.request_id for row in newest if row.kind not in BEGINNINGS}
    rows = tuple(
        row for row in newest if row.kind not in BEGINNINGS or row.request_id not in ended_ids
    )
    older_count = 0 if older is None else count_of(log, row_filter, before=older)
    return _Selection(
        rows=rows,
        losses=nonzero_losses(
            (LossKind.OLDER, older_count), (LossKind.BEGUN, len(newest) - len(rows))
        ),
    )


def outcome(kind: AuditKind, result: int | None, lang: Language) -> str:
    """The outcome of a request, in the words of the explorer."""
    label = None if kind is AuditKind.ALERT else _RESULTS.get(result or 0)
    return _(label or _KINDS[kind], lang)


def _purpose(code: str | None, lang: Language) -> str:
    return _label_of(Purpose.__members__.get(code or ""), code or "", lang)


def _roles(codes: str | None, lang: Language) -> str:
    """The labels of roles joined by `+`, as in `ANALYST+DPO`."""
    roles = (codes or "").split("+")
    return ", ".join(_label_of(Role.__members__.get(role), role, lang) for role in roles if role)


def _label_of(word: Term | None, code: str, lang: Language) -> str:
    return code if word is None else word.label(lang)
