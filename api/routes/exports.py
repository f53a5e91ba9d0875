"""May I take this along? Lists, networks, the map, contacts: files, each fetched by a ticket."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from api.asked_moment import to_moment
from api.audit.budget import Budget
from api.audited_route import AuditedRoute
from api.danish_time import COPENHAGEN
from api.dependencies import may
from api.exports import areas, audit_log, cells, measured, queried, structure
from api.exports.build import answer_of, file_of
from api.exports.contacts import contact_selection, people
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
    file_name,
    format_of,
    new_number,
    purpose_of,
    right_of,
)
from api.identity.step_up import require_strong
from api.identity.tasks import check_task
from api.revealing import danish_day, day_budget, require_proof
from api.routes.analysis import SEALED
from api.schemas.analysis import AskedQueryExport
from api.schemas.audit import AskedAuditExport
from api.schemas.exports import (
    AskedContacts,
    AskedExport,
    AskedMap,
    AskedMatrix,
    AskedMetrics,
    Lost,
    Ticket,
)
from api.state import RequestContext
from graph.access.policy import Task
from graph.access.purposes import CARE, NEEDS, Purpose
from graph.errors import NotFound

router = APIRouter(tags=["May I take this along?"], route_class=AuditedRoute)
_STRUCTURE: Final = ("format", "with_names", "purpose", "on", "lang")
"""Not `nodes`, which may be thousands: who of them is a person is written down of the file."""
Exporting = Annotated[RequestContext, Depends(may(Task.EXPORT, plain=_STRUCTURE))]
TakingMap = Annotated[
    RequestContext,
    Depends(may(Task.EXPORT, plain=("measure", "kind", "meets_in", "by", "on", "lang"))),
]
TakingMetrics = Annotated[
    RequestContext, Depends(may(Task.EXPORT, plain=("measure", "kind", "on", "lang")))
]
TakingMatrix = Annotated[
    RequestContext,
    Depends(may(Task.EXPORT, plain=("columns", "column", "by", "area", "on", "lang"))),
]
Taking = Annotated[
    RequestContext,
    Depends(
        may(
            Task.EXPORT_DETAILS,
            plain=(
                "format",
                "purpose",
                "post",
                "answer",
                "contact",
                "lang",
            ),
        )
    ),
]
Querying = Annotated[
    RequestContext, Depends(may(Task.ANALYZE, plain=("format", "purpose", "lang"), sealed=SEALED))
]
TakingLog = Annotated[
    RequestContext,
    Depends(may(Task.AUDIT, plain=(
        "caller", "action", "kind", "purpose", "role", "since", "until", "lang",
    ))),
]  # fmt: skip
Fetching = Annotated[RequestContext, Depends(may(Task.EXPORT, plain=("lang",), needs_grant=False))]
"""A ticket is fetched by the right it was made with: which one stands in it."""
_ANSWERED: Final = timedelta(days=1)
"""How long ago the answer was given that is taken along: today."""
NAMED_A_DAY: Final = 10
"""Exports with names of an account. Source: security.md §2, the table of actions."""


@router.post("/exports", status_code=201)
def make_export(visit: Exporting, asked: AskedExport) -> Ticket:
    """A list or a network as a file without contact details; the answer is a ticket for it.

    Civilians are never in it. Only what you see is, on the date; what stays behind is told here
    and in the file.
    """
    view = visit.view(asked.on)
    if asked.with_names and asked.purpose is not None:
        _spend_on_names(visit, Purpose(asked.purpose))
    order = StructureExport(lang=visit.lang, on=view.on, asked=asked)
    return _ticket(visit, order, structure.outline(view, asked))


@router.post("/exports/coverage-map", status_code=201)
def make_map_export(visit: TakingMap, asked: AskedMap) -> Ticket:
    """The coverage map as a table, a row for each area; the answer is a ticket for the file."""
    view = visit.view(asked.on)
    found = areas.table(view, asked, visit.directory.policy)
    order = MapExport(lang=visit.lang, on=view.on, asked=asked)
    return _ticket(visit, order, ExportOutline(rows=len(found.rows), losses=()))


@router.post("/exports/query", status_code=201)
def make_query_export(visit: Querying, asked: AskedQueryExport) -> Ticket:
    """What a query in Cypher finds, as a file; the answer is a ticket for it.

    It is asked now, and again when the file is fetched: the file is of that moment.
    """
    visit.purpose = asked.purpose
    answer = answer_of(visit, asked)
    order = QueryExport(lang=visit.lang, on=answer.on, asked=asked)
    losses = queried.losses(answer, asked.format)
    return _ticket(visit, order, ExportOutline(rows=len(answer.rows), losses=losses))


@router.post("/exports/metrics", status_code=201)
def make_metrics_export(visit: TakingMetrics, asked: AskedMetrics) -> Ticket:
    """A measure of who works with whom as a table, with its method, version and date.

    The answer is a ticket for the file.
    """
    view = visit.view(asked.on)
    rows = measured.rows_of(measured.table(view, asked, visit.directory.policy))
    order = MetricsExport(lang=visit.lang, on=view.on, asked=asked)
    return _ticket(visit, order, ExportOutline(rows=rows, losses=()))


@router.post("/exports/coverage-matrix", status_code=201)
def make_matrix_export(visit: TakingMatrix, asked: AskedMatrix) -> Ticket:
    """The coverage matrix as a table, a row for each area; the answer is a ticket for the file."""
    view = visit.view(asked.on)
    found = cells.table(view, asked)
    order = MatrixExport(lang=visit.lang, on=view.on, asked=asked)
    return _ticket(visit, order, ExportOutline(rows=len(found.rows), losses=()))


@router.post("/exports/audit", status_code=201)
def make_audit_export(visit: TakingLog, asked: AskedAuditExport) -> Ticket:
    """Rows of the audit log as a table, the newest first; the answer is a ticket for the file.

    They are those there are now. What was typed is not in it, nor whom an answer named.
    """
    log = visit.house.audit
    last, _ = log.head()
    order = AuditExport(lang=visit.lang, on=visit.directory.today(), asked=asked, before=last + 1)
    return _ticket(visit, order, audit_log.outline(log, order, audit_log.looked_after(visit)))


@router.post("/exports/contacts", status_code=201)
def reveal_contacts(visit: Taking, asked: AskedContacts) -> Ticket:
    """A post, or the posts of a path, with contact details; the answer is a ticket for the file.

    Each detail counts as one that is revealed, now. A civilian's is never in it.
    """
    view, purpose = visit.view(), Purpose(asked.purpose)
    require_proof(visit, view, purpose)
    on, at = (None, None) if asked.need is None else (asked.need.on, asked.need.at)
    moment = to_moment(visit.directory.now(), on, at, back=_ANSWERED)
    those = contact_selection(view, asked, visit.directory.policy, moment)
    visit.purpose, visit.count = purpose.value, len(those.counted)
    if those.counted:
        visit.budget = day_budget(visit.house.settings, purpose)
    visit.subjects |= people(view, those)
    order = ContactsExport(
        lang=visit.lang, on=view.on, asked=asked, counted=those.counted,
        at=moment.at, is_now=moment.is_now,
        posts=tuple(one.post for one in those.everybody),
    )  # fmt: skip
    return _ticket(visit, order, ExportOutline(rows=those.rows, losses=those.losses),
                   civilians=those.civilians)  # fmt: skip


def _spend_on_names(visit: RequestContext, purpose: Purpose) -> None:
    """Names leave by whoever may take them along, signed in strongly, so many times a day.

    Raises: Refused: they may not, or not by this sign-in.
    """
    refused = check_task(visit.who, Task.EXPORT_NAMES, visit.directory.today())
    if refused is not None:
        raise refused
    require_strong(visit.who)
    visit.purpose = purpose.value
    since, until = danish_day(datetime.now(COPENHAGEN))
    visit.budget = Budget(
        most=NAMED_A_DAY, since=since, until=until,
        purposes=frozenset(one.value for one in NEEDS | CARE),
    )  # fmt: skip


def _ticket(
    visit: RequestContext, order: Order, outline: ExportOutline, *, civilians: tuple[str, ...] = ()
) -> Ticket:
    number = new_number(visit.directory.today())
    visit.extra_parameters["export"] = number
    made = visit.house.accounts.tickets.make(
        visit.who.account, number, order.model_dump_json(), civilians=civilians
    )
    return Ticket(
        ticket=made.ticket, export=number, file=file_name(number, format_of(order)),
        ends_at=made.ends_at, rows=outline.rows,
        reveals=len(order.counted) if isinstance(order, ContactsExport) else 0,
        losses=tuple(
            Lost.model_validate(
                {"kind": loss.kind, "count": loss.count, "text": loss.text(visit.lang)}
            )
            for loss in outline.losses
        ),
    )  # fmt: skip


# ---- fetching it

_FILES: Final = {
    media.partition(";")[0]: {"schema": {"type": "string", "contentMediaType": media}}
    for media in MEDIA_TYPES.values()
}


@router.get("/exports/{ticket}", response_class=Response, responses={200: {"content": _FILES}})
def read_export(visit: Fetching, ticket: str) -> Response:
    """The file of a ticket: made now, sent once, kept nowhere.

    A ticket that is used, ended or another's is answered as one that never was, and so is one
    for what its owner may no longer take.
    """
    tickets, account = visit.house.accounts.tickets, visit.who.account
    opened = tickets.opened(ticket, account)
    if opened is None:
        raise NotFound(ticket)
    order = ORDERS.validate_json(opened.content)
    if check_task(visit.who, right_of(order), visit.directory.today()) is not None:
        raise NotFound(ticket)
    visit.extra_parameters["export"] = opened.number
    file = file_of(visit, order, opened.number)
    if not tickets.use(ticket, account):
        raise NotFound(ticket)
    visit.count = file.rows
    visit.purpose = purpose_of(order)
    visit.subjects |= file.people
    format = format_of(order)
    return Response(
        file.content, media_type=MEDIA_TYPES[ENDINGS[format]],
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(opened.number, format)}"'
        },
    )  # fmt: skip
