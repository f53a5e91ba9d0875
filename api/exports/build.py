"""The file of a ticket, made of what is there when it is fetched."""

from datetime import datetime

from api.analysis.query_runner import Answer
from api.asked_moment import AskedMoment
from api.danish_time import COPENHAGEN
from api.exports import action_card, areas, audit_log, cells, measured, queried, structure, vcards
from api.exports.contacts import chosen
from api.exports.request import (
    AuditOrder,
    ContactsOrder,
    File,
    MapOrder,
    MatrixOrder,
    MetricsOrder,
    Order,
    QueryOrder,
    StructureOrder,
)
from api.schemas.analysis import AskedQueryExport
from api.state import Visit
from graph.errors import InvalidNeed, NotFound
from graph.exchange.provenance import Provenance


def file_of(visit: Visit, order: Order, number: str) -> File:
    """What the ticket was made for, as it is now: whoever may no longer take it gets nothing.

    `number`: of the export.

    Raises: NotFound: something it needs is gone or hidden since, or others answer.
    """
    stamp, policy = _stamp(visit, order, number), visit.directory.policy
    match order:
        case QueryOrder():
            answer = answer_of(visit, order.asked)
            return queried.made(answer, order.asked.format, stamp, order.lang)
        case AuditOrder():
            return audit_log.made(visit.house.audit, order, stamp, audit_log.looked_after(visit))
        case StructureOrder():
            return structure.made(visit.view(order.on), order.asked, stamp, order.lang)
        case MatrixOrder():
            return cells.made(visit.view(order.on), order.asked, stamp, order.lang)
        case MapOrder():
            return areas.made(visit.view(order.on), order.asked, policy, stamp, order.lang)
        case MetricsOrder():
            return measured.made(visit.view(order.on), order.asked, policy, stamp, order.lang)
        case ContactsOrder():
            return _of_contacts(visit, order, stamp)


def answer_of(visit: Visit, asked: AskedQueryExport) -> Answer:
    """What a query finds now."""
    return visit.house.analysis.answer(
        visit.who.caller, visit.who.account, asked.query, asked.parameters
    )


def _stamp(visit: Visit, order: Order, number: str) -> Provenance:
    return Provenance(
        number=number, account=visit.who.account, made_at=datetime.now(COPENHAGEN), on=order.on,
        losses=(), is_demo=visit.house.settings.is_demo,
    )  # fmt: skip


def _of_contacts(visit: Visit, order: ContactsOrder, stamp: Provenance) -> File:
    view, asked = visit.view(order.on), order.asked
    moment = AskedMoment(on=order.on, at=order.at, is_now=order.is_now)
    if view.on != visit.directory.today():
        raise NotFound(stamp.number)
    try:
        those = chosen(view, asked, visit.directory.policy, moment)
    except InvalidNeed as error:  # there was such a path when the ticket was made
        raise NotFound(stamp.number) from error
    if tuple(one.post for one in those.everybody) != order.posts:
        raise NotFound(stamp.number)

    def uncover(detail: str) -> str:
        return visit.directory.reveal(detail).uncover()

    if asked.need is None or asked.format == "VCARD":
        return vcards.made(view, those, order.counted, stamp, order.lang, uncover)
    screens = visit.house.settings.screens_url
    link = action_card.link_of(screens, asked)
    return action_card.made(view, those, order.counted, stamp, order.lang, uncover, link=link)
