"""Builds the file of a ticket from the data at the time of the download."""

from datetime import datetime

from api.analysis.query_runner import QueryResult
from api.danish_time import COPENHAGEN
from api.exports import action_card, areas, audit_log, cells, measured, queried, structure, vcards
from api.exports.contacts import contact_selection
from api.exports.request import (
    AuditExport,
    ContactsExport,
    ExportFile,
    MapExport,
    MatrixExport,
    MetricsExport,
    Order,
    QueryExport,
    StructureExport,
)
from api.requested_need import RequestedMoment
from api.schemas.analysis import AskedQueryExport
from api.state import RequestContext
from graph.errors import InvalidNeed, NotFound
from graph.exchange.provenance import Provenance


def file_of(context: RequestContext, order: Order, number: str) -> ExportFile:
    """The file of a ticket, subject to the current rights of the caller.

    `number` is the number of the export.

    Raises: NotFound: something it needs is gone or hidden since, or other posts are affected.
    """
    stamp, policy = _stamp(context, order, number), context.directory.policy
    match order:
        case QueryExport():
            answer = answer_of(context, order.asked)
            return queried.build(answer, order.asked.format, stamp, order.lang)
        case AuditExport():
            return audit_log.build(
                context.app_state.audit, order, stamp, audit_log.looked_after(context)
            )
        case StructureExport():
            return structure.build(context.view(order.on), order.asked, stamp, order.lang)
        case MatrixExport():
            return cells.build(context.view(order.on), order.asked, stamp, order.lang)
        case MapExport():
            return areas.build(context.view(order.on), order.asked, policy, stamp, order.lang)
        case MetricsExport():
            return measured.build(context.view(order.on), order.asked, policy, stamp, order.lang)
        case ContactsExport():
            return _of_contacts(context, order, stamp)


def answer_of(context: RequestContext, asked: AskedQueryExport) -> QueryResult:
    """The current result of a query."""
    return context.app_state.analysis.answer(
        context.who.caller, context.who.account, asked.query, asked.parameters
    )


def _stamp(context: RequestContext, order: Order, number: str) -> Provenance:
    return Provenance(
        number=number, account=context.who.account, made_at=datetime.now(COPENHAGEN), on=order.on,
        losses=(), is_demo=context.app_state.settings.is_demo,
    )  # fmt: skip


def _of_contacts(context: RequestContext, order: ContactsExport, stamp: Provenance) -> ExportFile:
    view, asked = context.view(order.on), order.asked
    moment = RequestedMoment(on=order.on, at=order.at, is_now=order.is_now)
    if view.on != context.directory.today():
        raise NotFound(stamp.number)
    try:
        those = contact_selection(view, asked, context.directory.policy, moment)
    except InvalidNeed as error:  # there was such a path when the ticket was created
        raise NotFound(stamp.number) from error
    if tuple(one.post for one in those.everybody) != order.posts:
        raise NotFound(stamp.number)

    def uncover(detail: str) -> str:
        return context.directory.reveal(detail).uncover()

    if asked.need is None or asked.format == "VCARD":
        return vcards.build(view, those, order.counted, stamp, order.lang, uncover)
    screens = context.app_state.settings.screens_url
    link = action_card.link_of(screens, asked)
    return action_card.build(view, those, order.counted, stamp, order.lang, uncover, link=link)
