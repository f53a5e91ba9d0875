"""How many contact details an account may reveal in a day: counted in the log itself.

The count and the row are one transaction, so the budget is exact across processes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from math import ceil

from sqlalchemy import func, select

from api.audit.entry import AuditKind, Entry, instant
from api.audit.storage import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most so many from an instant `until` another, for purposes and actions that share them.

    `actions` left out: that of the entries. A row's `count` says how many it uses; none is one.
    Past the `usual` number for the purposes that are `watched`, an alert is written besides.
    """

    most: int
    since: datetime
    until: datetime
    purposes: frozenset[str]
    actions: frozenset[str] = frozenset()
    watched: frozenset[str] = frozenset()
    usual: int = 0

    def guard(self, months: Sequence[Month], entries: Sequence[Entry]) -> Sequence[Entry]:
        """The entries of one request where all of them fit, after an alert where they go past the
        usual; one alert where they do not fit.
        """
        first, *others = entries
        actions = self.actions or {first.action}
        used = self.used(months, first.caller, kind=first.kind, actions=actions)
        if used + self.needed(entries) <= self.most:
            return (*self._unusual(months, entries, actions), *entries)
        purposes = (one.purpose for one in entries if one.purpose in self.purposes)
        alert = replace(
            first, kind=AuditKind.ALERT, result=HTTPStatus.TOO_MANY_REQUESTS.value, count=used,
            purpose=next(purposes, first.purpose), asked={} if others else first.asked,
            subjects=tuple(sorted({person for one in entries for person in one.subjects})),
        )  # fmt: skip
        return (alert,)

    def _unusual(
        self, months: Sequence[Month], entries: Sequence[Entry], actions: Iterable[str]
    ) -> Iterator[Entry]:
        """The alert of the request that goes past the usual number."""
        watched = [one for one in entries if one.purpose in self.watched]
        if not watched:
            return
        first, needed = watched[0], sum(one.count or 1 for one in watched)
        used = sum(
            self._in_month(month, first.caller, first.kind, actions, self.watched)
            for month in months
        )
        if used <= self.usual < used + needed:
            asked = {"usual": self.usual}
            yield replace(first, kind=AuditKind.ALERT, count=used, asked=asked, subjects=())

    def needed(self, entries: Sequence[Entry]) -> int:
        """How many of them the entries of one request use; those of another purpose use none."""
        return sum(one.count or 1 for one in entries if one.purpose in self.purposes)

    def wait_s(self, now: datetime) -> int:
        """After how many seconds there is a new one."""
        return max(1, ceil((self.until - now).total_seconds()))

    def used(
        self,
        months: Sequence[Month],
        caller: str | None,
        *,
        kind: AuditKind = AuditKind.SHOWN,
        actions: frozenset[str] | set[str] | None = None,
    ) -> int:
        """How many of them an account has had; `months` are those the day touches."""
        told = self.actions if actions is None else actions
        return sum(self._in_month(month, caller, kind, told, self.purposes) for month in months)

    def _in_month(
        self,
        month: Month,
        caller: str | None,
        kind: AuditKind,
        actions: Iterable[str],
        purposes: Iterable[str],
    ) -> int:
        rows = month.rows.c
        spent = select(func.coalesce(func.sum(func.coalesce(rows.count, 1)), 0)).where(
            rows.caller == caller,
            rows.at >= instant(self.since),
            rows.kind == kind.value,
            rows.action.in_(sorted(actions)),
            rows.purpose.in_(sorted(purposes)),
        )
        used: int = month.connection.execute(spent).scalar_one()
        return int(used)
