"""Routes of exports: lists, networks, the map and contacts as files, each fetched by a ticket."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from api.audit.budget import Budget
from api.audit.log import logged_parameters
from api.audited_route import AuditedRoute
from api.danish_time import COPENHAGEN
from api.dependencies import may
from api.errors import Refusal
from api.exports import audit_log, subject_letter
from api.exports.build import (
    about,
    file_of,
    query_content,
    query_result,
    require_format,
    table_content,
)
from api.exports.contacts import revealed_people, selection_of
from api.exports.request import (
    ENDINGS,
    MEDIA_TYPES,
    ORDERS,
    AuditExport,
    ContactsExport,
    ExportOutline,
    MapExport,
    MatrixExport,
    MetricsExport,
    Order,
    QueryExport,
    StructureExport,
    SubjectLetterExport,
    file_name,
    format_of,
    new_number,
    purpose_of,
    right_of,
)
from api.i18n import bilingual
from api.identity.principal import check_task, require_strong
from api.identity.reveal_limits import danish_day, day_budget, require_proof
from api.requested_need import to_moment
from api.routes.analysis import SEALED
from api.schemas.analysis import AskedQueryExport
from api.schemas.audit import AskedAuditExport, AskedSubjectLetter
from api.schemas.exports import (
    AskedContacts,
    AskedExport,
    AskedMap,
    AskedMatrix,
    AskedMetrics,
    ExportLoss,
    Ticket,
)
from api.state import RequestContext, count_people
from graph.access.policy import Task
from graph.access.purposes import CARE, NEEDS, Purpose
from graph.errors import NotFound

router = APIRouter(tags=["May I take this along?"], route_class=AuditedRoute)
_STRUCTURE: Final = ("format", "with_names", "purpose", "on", "lang")
"""Plain audit parameters, without `nodes`: the persons are recorded when the file is built."""
ExportContext = Annotated[RequestContext, Depends(may(Task.EXPORT, plain=_STRUCTURE))]
MapContext = Annotated[
    RequestContext,
    Depends(may(Task.EXPORT, plain=("measure", "kind", "meets_in", "by", "on", "lang"))),
]
MetricsContext = Annotated[
    RequestContext, Depends(may(Task.EXPORT, plain=("measure", "kind", "on", "lang")))
]
MatrixContext = Annotated[
    RequestContext,
    Depends(may(Task.EXPORT, plain=("columns", "column", "by", "area", "on", "lang"))),
]
_CONTACTS: Final = (
    "format", "purpose", "post", "answer", "contact", "district", "beyond", "lang",
)  # fmt: skip
DetailsContext = Annotated[RequestContext, Depends(may(Task.EXPORT_DETAILS, plain=_CONTACTS))]
QueryContext = Annotated[
    RequestContext, Depends(may(Task.ANALYZE, plain=("format", "purpose", "lang"), sealed=SEALED))
]
LogContext = Annotated[
    RequestContext,
    Depends(may(Task.AUDIT, plain=(
        "caller", "person", "action", "kind", "purpose", "role", "since", "until", "lang",
    ))),
]  # fmt: skip
FetchContext = Annotated[
    RequestContext, Depends(may(Task.EXPORT, plain=("lang",), needs_grant=False))
]
"""The right that a ticket requires is stored in the ticket itself."""
_ANSWERED: Final = timedelta(days=1)
"""Maximum age of the exported answer."""
NAMED_A_DAY: Final = 10
"""Daily exports with names per account."""


@router.post("/exports", status_code=201)
def make_export(context: ExportContext, body: AskedExport) -> Ticket:
    """Creates an export of nodes and links; returns a ticket for the file.

    The file has no contact details and no civilians, and only what you may see on the date. What it
    leaves out is listed in the answer and in the file.
    """
    require_format(body.format)
    view = context.view(body.on)
    if body.with_names and body.purpose is not None:
        _spend_on_names(context, Purpose(body.purpose))
    order = StructureExport(lang=context.lang, on=view.on, asked=body)
    return _ticket(context, order, table_content(view, order, context.directory.policy).outline)


@router.post("/exports/coverage-map", status_code=201)
def make_map_export(context: MapContext, body: AskedMap) -> Ticket:
    """Creates a table of the coverage map, one row for each area; returns a ticket for it."""
    view = context.view(body.on)
    order = MapExport(lang=context.lang, on=view.on, asked=body)
    return _ticket(context, order, table_content(view, order, context.directory.policy).outline)


@router.post("/exports/query", status_code=201)
def make_query_export(context: QueryContext, body: AskedQueryExport) -> Ticket:
    """Creates a file of what a Cypher query finds; returns a ticket for it.

    The query runs now and again when the file is fetched; the file has the later result.
    """
    context.purpose = body.purpose
    result = query_result(context, body)
    order = QueryExport(lang=context.lang, on=result.on, asked=body)
    return _ticket(context, order, query_content(result, body.format, order.lang).outline)


@router.post("/exports/metrics", status_code=201)
def make_metrics_export(context: MetricsContext, body: AskedMetrics) -> Ticket:
    """Creates a table of a network measure; returns a ticket for it.

    It names the method, its version and the date.
    """
    view = context.view(body.on)
    order = MetricsExport(lang=context.lang, on=view.on, asked=body)
    return _ticket(context, order, table_content(view, order, context.directory.policy).outline)


@router.post("/exports/coverage-matrix", status_code=201)
def make_matrix_export(context: MatrixContext, body: AskedMatrix) -> Ticket:
    """Creates a table of the coverage matrix, one row for each area; returns a ticket for it."""
    view = context.view(body.on)
    order = MatrixExport(lang=context.lang, on=view.on, asked=body)
    return _ticket(context, order, table_content(view, order, context.directory.policy).outline)


@router.post("/exports/audit", status_code=201)
def make_audit_export(context: LogContext, body: AskedAuditExport) -> Ticket:
    """Creates a table of rows of the audit log, newest first; returns a ticket for it.

    It has the rows of this moment, without what was typed and without whom an answer named.
    """
    log = context.app_state.audit
    last, _ = log.head()
    order = AuditExport(
        lang=context.lang, on=context.directory.today(), asked=body, before=last + 1
    )
    return _ticket(
        context, order, audit_log.outline(log, order, audit_log.caller_area_filter(context))
    )


@router.post("/exports/subject-letter", status_code=201)
def make_subject_letter(context: LogContext, body: AskedSubjectLetter) -> Ticket:
    """Creates a letter to a person about how they were looked up; returns a ticket for it.

    The letter (PDF) names no staff.
    """
    last, _ = context.app_state.audit.head()
    order = SubjectLetterExport(
        lang=context.lang, on=context.directory.today(), asked=body, before=last + 1
    )
    look_ups = subject_letter.selection(context, order)
    return _ticket(context, order, ExportOutline(rows=len(look_ups.rows), losses=look_ups.losses))


@router.post("/exports/contacts", status_code=201)
def reveal_contacts(context: DetailsContext, body: AskedContacts) -> Ticket:
    """Creates a file of contact details of a post or a path; returns a ticket for it.

    Each detail counts as revealed, now. Details of civilians are never included.
    """
    view, purpose = context.view(), Purpose(body.purpose)
    require_proof(context, view, purpose)
    on, at = (None, None) if body.need is None else (body.need.on, body.need.at)
    directory = context.directory
    moment = to_moment(directory.now(), on, at, back=_ANSWERED)
    selection = selection_of(view, body, directory.policy, moment, directory.own_kinds)
    context.purpose, context.count = purpose.value, len(selection.revealed_details)
    if selection.revealed_details:
        budget = day_budget(context.app_state.settings, purpose, is_beyond=body.beyond)
        log, details = context.app_state.audit, selection.revealed_details
        named = [
            logged_parameters(log, {"detail": each}, ("detail",))["detail"] for each in details
        ]
        context.budget, context.extra_parameters["details"] = budget, named
        if body.district is not None and not budget.is_exceedable:
            _require_left(context, budget, named)
    context.subjects |= revealed_people(view, selection)
    order = ContactsExport(
        lang=context.lang, on=view.on, asked=body, counted=selection.revealed_details,
        at=moment.at, is_now=moment.is_now,
        posts=tuple(contact.post for contact in selection.everybody),
    )  # fmt: skip
    return _ticket(context, order, ExportOutline(rows=selection.rows, losses=selection.losses),
                   civilians=selection.civilians)  # fmt: skip


def _require_left(context: RequestContext, budget: Budget, details: Sequence[str]) -> None:
    """Require that the cards of a district fit today's budget, before anything is counted.

    Raises: Refusal: they do not.
    """
    used = context.app_state.audit.used_budget(context.who.account, budget)
    budget_left, needed = max(0, budget.most - used.amount), len({*details} - used.details)
    if needed > budget_left:
        raise Refusal(
            "budget-used",
            bilingual(
                "The cards of the district hold {needed} contact details, and {left} are left "
                "today. Make the cards of single municipalities instead.",
                needed=needed, left=budget_left,
            ),
            most=budget.most, left=budget_left, retry_after=budget.wait_s(datetime.now(COPENHAGEN)),
            beyond=list(budget.emergencies),
        )  # fmt: skip


def _spend_on_names(context: RequestContext, purpose: Purpose) -> None:
    """Require the right to export names, a strong sign-in, and the daily budget for them.

    Raises: Refusal: the caller has no such right, or signed in too weakly.
    """
    refused = check_task(context.who, Task.EXPORT_NAMES, context.directory.today())
    if refused is not None:
        raise refused
    require_strong(context.who)
    context.purpose = purpose.value
    since, until = danish_day(datetime.now(COPENHAGEN))
    context.budget = Budget(
        most=NAMED_A_DAY, since=since, until=until,
        purposes=frozenset(purpose.value for purpose in NEEDS | CARE),
    )  # fmt: skip


def _ticket(
    context: RequestContext,
    order: Order,
    outline: ExportOutline,
    *,
    civilians: tuple[str, ...] = (),
) -> Ticket:
    number, format = new_number(context.directory.today()), format_of(order)
    context.extra_parameters["export"] = number
    tickets, account = context.app_state.accounts.tickets, context.who.account
    ticket = tickets.make(account, number, order.model_dump_json(), civilians=civilians)
    second = None
    if ENDINGS[format] == "csv":
        content = about(context, order, outline, number).model_dump_json()
        second = tickets.make(account, number, content, civilians=()).ticket
    return Ticket(
        ticket=ticket.ticket, export=number, file=file_name(number, format), about=second,
        ends_at=ticket.ends_at, rows=outline.rows,
        reveals=len(order.counted) if isinstance(order, ContactsExport) else 0,
        losses=tuple(
            ExportLoss.model_validate(
                {"kind": loss.kind, "count": loss.count, "text": loss.text(context.lang)}
            )
            for loss in outline.losses
        ),
    )  # fmt: skip


# ---- download

_FILES: Final = {
    media.partition(";")[0]: {"schema": {"type": "string", "contentMediaType": media}}
    for media in MEDIA_TYPES.values()
}


@router.get("/exports/{ticket}", response_class=Response, responses={200: {"content": _FILES}})
def read_export(context: FetchContext, ticket: str) -> Response:
    """Returns the file of an export ticket: built on request, sent once, not stored.

    A ticket that is used, expired or of another account is answered like an unknown one, and so is
    one for a file that its owner may no longer have.
    """
    tickets, account = context.app_state.accounts.tickets, context.who.account
    record = tickets.ticket_content(ticket, account)
    if record is None:
        raise NotFound(ticket)
    order = ORDERS.validate_json(record.content)
    if check_task(context.who, right_of(order), context.directory.today()) is not None:
        raise NotFound(ticket)
    context.extra_parameters["export"] = record.number
    file = file_of(context, order, record.number)
    context.purpose = purpose_of(order)
    count_people(context, file.people)  # a refused ticket stays unused
    if not tickets.use(ticket, account):
        raise NotFound(ticket)
    context.count = file.rows
    context.subjects |= file.people
    format = format_of(order)
    return Response(
        file.content, media_type=MEDIA_TYPES[ENDINGS[format]],
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(record.number, format)}"'
        },
    )  # fmt: skip
