"""The files of all export orders: a ticket stores the order, the download builds the file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from api.analysis.query_runner import QueryResult
from api.danish_time import COPENHAGEN
from api.errors import Refusal
from api.exports import action_card, audit_log, subject_letter
from api.exports.contacts import (
    ContactSelection,
    ReachableContact,
    Uncover,
    people,
    selection_of,
    ways,
)
from api.exports.request import (
    AboutExport,
    AuditExport,
    ContactsExport,
    ExportFile,
    ExportOutline,
    MapExport,
    MatrixExport,
    MetricsExport,
    Order,
    QueryExport,
    StructureExport,
    SubjectLetterExport,
    right_of,
)
from api.i18n import _, bilingual
from api.requested_need import RequestedMoment
from api.schemas.analysis import AskedQueryExport, QueryFormat
from api.state import RequestContext
from api.text.metrics import MEANING
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.exchange.csv import map_csv, matrix_csv, metrics_csv, metrics_notes
from graph.exchange.formats import FORMATS
from graph.exchange.loss_report import ExportLoss, LossKind, report
from graph.exchange.provenance import Provenance, about_json
from graph.exchange.query_table import QueryTable, rows_csv, rows_graphml, rows_json, rows_parquet
from graph.exchange.query_table import network_losses as query_losses
from graph.exchange.selection import ExportSelection
from graph.exchange.vcard import VCardContact, vcards
from graph.own_kinds import NO_OWN_KINDS, OwnKinds
from graph.paths.policy import Policy
from graph.questions.coverage_map import MapMeasure, coverage_map
from graph.questions.coverage_matrix import MatrixColumns, coverage_matrix
from graph.questions.metrics import Metric, metrics
from graph.vocabulary import AreaKind, Language, LinkType, NetworkKind, PostKind

MOST_ROWS: Final = 5_000
"""Maximum length of a table of metrics."""
MOST_NAMED: Final = 500
"""Maximum length of a file with names: docs/security.md, "Roles"."""
_POSTS: Final = frozenset(PostKind)
_QUERY: Final[Mapping[QueryFormat, Callable[[QueryTable, Provenance, Language], bytes]]] = {
    "CSV": lambda table, _stamp, lang: rows_csv(table, lang),
    "JSON": rows_json, "PARQUET": rows_parquet, "GRAPHML": rows_graphml,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportContent:
    """The content of a file before it is written; no names or details unless `people` has any.

    `notes` say how it was computed, as pairs of name and value.
    """

    rows: int
    write: Callable[[Provenance], bytes]
    losses: tuple[ExportLoss, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    people: frozenset[str] = frozenset()

    @property
    def outline(self) -> ExportOutline:
        """The length of the file, and what it leaves out."""
        return ExportOutline(rows=self.rows, losses=self.losses, notes=self.notes)


TableExport = StructureExport | MapExport | MatrixExport | MetricsExport


def table_content(
    view: View, order: TableExport, policy: Policy, own_kinds: OwnKinds = NO_OWN_KINDS
) -> ExportContent:
    """The content of a list, a network, the coverage map, the coverage matrix, or a metric.

    Raises: InvalidNeed, NeedTooWide, NotFound, Refusal: as the question it answers.
    """
    lang = order.lang
    match order:
        case StructureExport(asked=request):
            format = FORMATS[request.format]
            selection = ExportSelection(
                view, request.nodes or None, with_names=request.with_names, own_kinds=own_kinds
            )
            rows = format.rows(selection)
            if request.with_names:
                require_room(rows)
            return ExportContent(
                rows=rows,
                write=lambda provenance: format.write(selection, provenance, lang),
                losses=report((*selection.losses, *format.losses(selection))),
                people=selection.people,
            )
        case MapExport(asked=request):
            areas = coverage_map(
                view, MapMeasure(request.measure), policy,
                kinds=[PostKind(kind) for kind in request.kind],
                meets_in=[NetworkKind(kind) for kind in request.meets_in],
                by=AreaKind(request.by),
            )  # fmt: skip
            return ExportContent(
                rows=len(areas.rows), write=lambda _provenance: map_csv(areas, lang)
            )
        case MatrixExport(asked=request):
            matrix = coverage_matrix(
                view, MatrixColumns(request.columns), by=AreaKind(request.by), area=request.area,
                heads=request.column,
            )  # fmt: skip
            return ExportContent(
                rows=len(matrix.rows), write=lambda _provenance: matrix_csv(matrix, lang)
            )
        case MetricsExport(asked=request):
            kinds = [
                PostKind(kind) if kind in _POSTS else NetworkKind(kind) for kind in request.kind
            ]
            table = metrics(view, Metric(request.measure), policy, kinds=kinds, most=MOST_ROWS,
                            most_members=MOST_ROWS)  # fmt: skip
            meaning = _(MEANING[table.measure], lang)
            members = sum(len(community.members) for community in table.communities)
            return ExportContent(
                rows=min(len(table.rows) or members or len(table.districts), MOST_ROWS),
                write=lambda _provenance: metrics_csv(table, lang, most=MOST_ROWS),
                notes=metrics_notes(table, lang, meaning, most=MOST_ROWS),
            )


def require_format(format: str) -> None:
    """Require that the structure can be exported in a format. Raises: InvalidNeed."""
    if format not in FORMATS:
        raise InvalidNeed(
            "format", *bilingual("is none of {formats}", formats=", ".join(FORMATS))
        )  # fmt: skip


def require_room(rows: int) -> None:
    """Require that a file with names is not too long. Raises: Refusal."""
    if rows > MOST_NAMED:
        raise Refusal(
            "too-large",
            bilingual(
                "A file with names holds {most} rows at most; this one would have {rows}.",
                most=MOST_NAMED,
                rows=rows,
            ),
            most=MOST_NAMED,
        )


def query_result(context: RequestContext, request: AskedQueryExport) -> QueryResult:
    """The current result of a query."""
    return context.app_state.analysis.answer(
        context.who.caller, context.who.account, request.query, request.parameters
    )


def query_content(result: QueryResult, format: QueryFormat, lang: Language) -> ExportContent:
    """The result of a query; the audit log has the query itself, and no list of people."""
    table = QueryTable(columns=result.columns, rows=result.rows, revision=result.revision)
    truncated = () if result.cut is None else (ExportLoss(kind=LossKind.ROWS),)
    return ExportContent(
        rows=len(result.rows),
        write=lambda provenance: _QUERY[format](table, replace(provenance, on=result.on), lang),
        losses=(*truncated, *(query_losses(table) if format == "GRAPHML" else ())),
    )


# ---- download


def file_of(context: RequestContext, order: Order, number: str) -> ExportFile:
    """The file of a ticket, subject to the current rights of the caller.

    `number` is the number of the export.

    Raises: NotFound: an element is gone or hidden by now, or the posts are no longer the same.
    """
    provenance = provenance_of(context, order, number)
    match order:
        case AboutExport():
            return ExportFile(content=about_json(order.lines), rows=0, people=frozenset())
        case ContactsExport():
            return _contacts_file(context, order, provenance)
        case AuditExport():
            log, within = context.app_state.audit, audit_log.caller_area_filter(context)
            return audit_log.build(log, order, within)
        case SubjectLetterExport():
            return subject_letter.build(
                context.view(), subject_letter.selection(context, order), order, provenance
            )
        case QueryExport():
            result = query_result(context, order.asked)
            content = query_content(result, order.asked.format, order.lang)
        case _:
            content = table_content(
                context.view(order.on), order, context.directory.policy, context.directory.own_kinds
            )
    return ExportFile(
        content=content.write(replace(provenance, losses=content.losses)),
        rows=content.rows,
        people=content.people,
    )


def provenance_of(context: RequestContext, order: Order, number: str) -> Provenance:
    """The provenance of a file made now, without its losses."""
    return Provenance(
        number=number, account=context.who.account, made_at=datetime.now(COPENHAGEN), on=order.on,
        losses=(), is_demo=context.app_state.settings.is_demo,
    )  # fmt: skip


def about(
    context: RequestContext, order: Order, outline: ExportOutline, number: str
) -> AboutExport:
    """The order of a file that describes another file and what that file leaves out."""
    provenance = replace(provenance_of(context, order, number), losses=outline.losses)
    lines = (*outline.notes, *provenance.lines(order.lang))
    return AboutExport(lang=order.lang, on=order.on, task=right_of(order), lines=lines)


def _contacts_file(
    context: RequestContext, order: ContactsExport, provenance: Provenance
) -> ExportFile:
    view, request = context.view(order.on), order.asked
    moment = RequestedMoment(on=order.on, at=order.at, is_now=order.is_now)
    if view.on != context.directory.today():
        raise NotFound(provenance.number)
    try:
        contacts = selection_of(
            view, request, context.directory.policy, moment, context.directory.own_kinds
        )
    except InvalidNeed as error:  # there was such a path when the ticket was created
        raise NotFound(provenance.number) from error
    if tuple(contact.post for contact in contacts.everybody) != order.posts:
        raise NotFound(provenance.number)

    def uncover(detail: str) -> str:
        return context.directory.reveal(detail).uncover()

    if isinstance(contacts, ContactSelection) and request.format == "VCARD":
        return _vcard_file(view, contacts, order, provenance, uncover, context.directory.own_kinds)
    url = context.app_state.settings.screens_url
    return action_card.build(view, contacts, order, provenance, uncover, screens_url=url)


def _vcard_file(
    view: View,
    contacts: ContactSelection,
    order: ContactsExport,
    provenance: Provenance,
    uncover: Uncover,
    own_kinds: OwnKinds,
) -> ExportFile:
    """A card for each post with the details that were counted or are public."""

    def card(contact: ReachableContact) -> VCardContact:
        bodies = view.targets(contact.row, LinkType.BELONGS_TO)
        return VCardContact(
            id=contact.post,
            name=view.name(contact.row) or contact.post,
            role=own_kinds.label(
                view.value(contact.row, "kind"), view.value(contact.row, "own_kind"), order.lang
            ),
            organization=next((view.name(body) for body in bodies), None),
            answers=contact.answers(order.lang),
            ways=ways(contact, order.counted, uncover),
        )

    cards = [card(contact) for contact in contacts.posts]
    return ExportFile(
        content=vcards(cards, replace(provenance, losses=contacts.losses), order.lang),
        rows=len(cards),
        people=people(view, contacts),
    )
