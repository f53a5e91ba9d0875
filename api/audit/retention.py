"""Retention of the audit log: months past the retention period are dropped, except for a digest.

A sweep drops the months that became old since the previous sweep, and no others. If more are old
than that explains (a clock that jumped, a renamed file, a shorter retention period), a person on
the host has to confirm the date (`kontaktvej audit sweep`).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select

from api.audit.chain import Anchors
from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog
from api.audit.storage import OF_WRITES, Month
from api.audit.verify import verify
from graph.model.base import random_id
from graph.vocabulary import Term

SWEEP: Final = "sweep"
"""The action of the row that ends a sweep: it states up to which day the log was swept."""
MOST_DAYS: Final = 45
"""The longest interval between sweeps after which the clock is still trusted.

Two sweeps are less than a month apart, also where `kontaktvej audit prepare` performs them.
"""


class Hold(Term):
    """The reason why no month was dropped."""

    BROKEN = "BROKEN", "Loggen er ikke, som den blev skrevet", "The log is not as it was written"
    UNANCHORED = (
        "UNANCHORED",
        "Loggen har ingen ankre (KONTAKTVEJ_ANCHOR_FILE), så om den er hel, kan ikke ses",
        "The log has no anchors (KONTAKTVEJ_ANCHOR_FILE), so nobody can see whether it is whole",
    )
    CLOCK = (
        "CLOCK",
        f"Uret er sprunget, eller loggen er ikke ryddet op i {MOST_DAYS} dage",
        f"The clock jumped, or the log was not swept for {MOST_DAYS} days",
    )
    UNEXPLAINED = (
        "UNEXPLAINED",
        "Flere måneder er for gamle, end tiden siden sidste oprydning forklarer",
        "More months are too old than the time since the last sweep explains",
    )


class RetentionHold(Exception):
    """No month was dropped; `why` is the reason."""

    def __init__(self, why: Hold) -> None:
        super().__init__(why.label("en"))
        self.why = why


def drop_old_months(
    log: AuditLog, today: date, *, keep: int, anchors: Anchors | None, is_confirmed: bool = False
) -> Sequence[str]:
    """Drop the months that ended more than `keep` months ago, and return their names.

    Does nothing if the connected role may not drop months. `is_confirmed`: a person on the host has
    confirmed that the date is `today`.

    Raises: RetentionHold: all months remain.
    """
    since = swept_until(log)
    if since is None or not log.storage.may_drop():  # then `kontaktvej audit prepare` drops them
        return ()
    months, digests = log.storage.existing_months(), _month_digests(log)
    leftovers = [month for month in months if month in digests]  # left by a crash
    old = [month for month in months if month not in digests and _age(month, today) > keep]
    if not is_confirmed:  # the time since the last sweep must explain which months are old
        if not -1 <= (today - since).days <= MOST_DAYS:
            raise RetentionHold(Hold.CLOCK)
        if any(_age(month, since) > keep for month in old):
            raise RetentionHold(Hold.UNEXPLAINED)
    if old or leftovers:
        verdict = verify(log, anchors)
        if verdict.broken is not None:  # the whole log is evidence
            raise RetentionHold(Hold.BROKEN)
        if not verdict.is_anchored:
            raise RetentionHold(Hold.UNANCHORED)
    for month in leftovers:
        log.storage.drop(month, digests[month])
    dropped = [month for month in old if _drop(log, month)]
    if is_confirmed or since < today:
        _tell(log, SWEEP, {"until": today.isoformat(), "is_confirmed": is_confirmed})
    return dropped


def swept_until(log: AuditLog) -> date | None:
    """The day up to which a log was swept, else the day it began; None if it is empty.

    Raises: RetentionHold: the row that states this day was changed.
    """
    try:
        names = log.storage.existing_months()
        for name in reversed(names):
            with log.storage.read_month(name) as month:
                rows = month.rows.c
                is_sweep = rows.kind == AuditKind.SYSTEM.value, rows.action == SWEEP
                sweeps = select(rows.asked).where(OF_WRITES, *is_sweep).order_by(rows.seq.desc())
                parameters = month.connection.scalar(sweeps.limit(1))
            if parameters is not None:
                return date.fromisoformat(json.loads(parameters)["until"])
        for digest in log.storage.month_digests()[:1]:
            return date.fromisoformat(f"{digest['month']}-01")
        for name in names:
            with log.storage.read_month(name) as month:
                rows = month.rows.c
                at = month.connection.scalar(select(rows.at).order_by(rows.seq).limit(1))
            if at is not None:
                return datetime.fromisoformat(at).date()
    except (KeyError, TypeError, ValueError):
        raise RetentionHold(Hold.BROKEN) from None
    return None


def _drop(log: AuditLog, month: str) -> bool:
    """Drop a month; False if it is empty or another process has dropped it."""
    if month in _month_digests(log):
        return False
    with log.storage.read_month(month) as opened_month:
        digest = _month_digest(log, opened_month)
    if digest is None:  # begun, but without rows
        return False
    ends = {name: digest[name] for name in ("month", "first_seq", "last_seq", "count", "last_mac")}
    _tell(log, "drop_month", ends, count=digest["count"])
    log.storage.drop(month, digest)
    return True


def _month_digests(log: AuditLog) -> Mapping[str, Mapping[str, Any]]:
    return {digest["month"]: digest for digest in log.storage.month_digests()}


def _tell(
    log: AuditLog, action: str, parameters: Mapping[str, Any], count: int | None = None
) -> None:
    log.append(
        Entry(kind=AuditKind.SYSTEM, action=action, request_id=random_id("sys"),
              asked=parameters, count=count)
    )  # fmt: skip


def _month_digest(log: AuditLog, month: Month) -> Mapping[str, Any] | None:
    rows = month.rows.c
    ends = select(func.min(rows.seq), func.max(rows.seq), func.count())
    first, last, count = month.connection.execute(ends).one()
    if not count:
        return None
    prev = month.connection.scalar(select(rows.prev).where(rows.seq == first))
    mac = month.connection.scalar(select(rows.mac).where(rows.seq == last))
    digest = {
        "month": month.name, "first_seq": first, "last_seq": last, "count": count,
        "first_prev": prev, "last_mac": mac, "key_id": log.seals.current,
    }  # fmt: skip
    return digest | {"mac": log.seals.month_digest_mac(digest)}


def _age(month: str, today: date) -> int:
    """The age in months; 0 is the current month."""
    year, number = map(int, month.split("-"))
    return (today.year - year) * 12 + today.month - number
