"""When a month of the audit has been kept for long enough: it is dropped whole, its stub stays."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog
from api.audit.shelf import Month
from api.audit.verify import verify

_log = logging.getLogger(__name__)


def drop_old_months(log: AuditLog, today: date, *, keep: int) -> Sequence[str]:
    """Drops the months that ended more than `keep` months ago; their names.

    Only where whoever opened the log may: elsewhere nothing is said of it, and nothing done. A log
    that does not verify keeps all its months: they are evidence.
    """
    old = [month for month in log.shelf.begun() if _age(month, today) > keep]
    if not old or not log.shelf.may_drop():  # then `kontaktvej audit prepare` does
        return ()
    if verify(log).broken is not None:
        _log.error("the audit log does not verify, so no month of it is dropped")
        return ()
    for month in old:
        _drop(log, month)
    return old


def _drop(log: AuditLog, month: str) -> None:
    with log.shelf.reading(month) as opened:
        stub = _stub(log, opened)
    if stub is None:
        return
    told = {name: stub[name] for name in ("month", "first_seq", "last_seq", "count", "last_mac")}
    log.append(
        Entry(kind=AuditKind.SYSTEM, action="drop_month", request_id=f"sys-{secrets.token_hex(8)}",
              asked=told, count=stub["count"])
    )  # fmt: skip
    log.shelf.drop(month, stub)


def _stub(log: AuditLog, month: Month) -> Mapping[str, Any] | None:
    rows = month.rows.c
    ends = select(func.min(rows.seq), func.max(rows.seq), func.count())
    first, last, count = month.connection.execute(ends).one()
    if not count:
        return None
    prev = month.connection.scalar(select(rows.prev).where(rows.seq == first))
    mac = month.connection.scalar(select(rows.mac).where(rows.seq == last))
    stub = {
        "month": month.name, "first_seq": first, "last_seq": last, "count": count,
        "first_prev": prev, "last_mac": mac, "key_id": log.seals.current,
    }  # fmt: skip
    return stub | {"mac": log.seals.stub_mac(stub)}


def _age(month: str, today: date) -> int:
    """How many months ago; 0 is this month."""
    year, number = map(int, month.split("-"))
    return (today.year - year) * 12 + today.month - number
