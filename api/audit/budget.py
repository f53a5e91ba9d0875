"""Daily budgets of contact details an account may reveal, counted in the audit log itself.

The count and the row are one transaction, so the budget is exact across processes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from math import ceil

from sqlalchemy import func, select

from api.audit.entry import AuditKind, Entry, instant
from api.audit.storage import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A maximum number in the interval `since` to `until`, shared by purposes and actions.

    `actions` defaults to that of the entries. A row's `count` is the number it uses, by default
    one. Beyond the `usual` number for the `watched` purposes, an alert is written as well.
    """

    most: int
    since: datetime
    until: datetime
    purposes: frozenset[str]
    actions: frozenset[str] = frozenset()
    watched: frozenset[str] = frozenset()
    usual: int = 0

    def guard(self, months: Sequence[Month], entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return the entries of one request if all of them fit, else a single alert.

        If they exceed the usual number, an alert precedes them.
        """
        first, *others = entries
        actions = self.actions or {first.action}
        amount = self.used_amount(months, first.caller, kind=first.kind, actions=actions)
        if amount + self.amount_of(entries) <= self.most:
            watched = [entry for entry in entries if entry.purpose in self.watched]
            if not watched:
                return entries
            amount = sum(
                self._in_month(month, watched[0].caller, watched[0].kind, actions, self.watched)
                for month in months
            )
            if not amount <= self.usual < amount + sum(entry.count or 1 for entry in watched):
                return entries
            alert = replace(
                watched[0], kind=AuditKind.ALERT, count=amount, asked={"usual": self.usual},
                subjects=(),
            )  # fmt: skip
            return (alert, *entries)
        purposes = (entry.purpose for entry in entries if entry.purpose in self.purposes)
        alert = replace(
            first, kind=AuditKind.ALERT, result=HTTPStatus.TOO_MANY_REQUESTS.value, count=amount,
            purpose=next(purposes, first.purpose), asked={} if others else first.asked,
            subjects=tuple(sorted({person for entry in entries for person in entry.subjects})),
        )  # fmt: skip
        return (alert,)

    def amount_of(self, entries: Sequence[Entry]) -> int:
        """The number the entries of one request use; those of another purpose use none."""
        return sum(entry.count or 1 for entry in entries if entry.purpose in self.purposes)

    def wait_s(self, now: datetime) -> int:
        """Seconds until the budget is renewed."""
        return max(1, ceil((self.until - now).total_seconds()))

    def used_amount(
        self,
        months: Sequence[Month],
        caller: str | None,
        *,
        kind: AuditKind = AuditKind.SHOWN,
        actions: frozenset[str] | set[str] | None = None,
    ) -> int:
        """The number an account has used; `months` are those the day overlaps."""
        counted_actions = self.actions if actions is None else actions
        return sum(
            self._in_month(month, caller, kind, counted_actions, self.purposes) for month in months
        )

    def _in_month(
        self,
        month: Month,
        caller: str | None,
        kind: AuditKind,
        actions: Iterable[str],
        purposes: Iterable[str],
    ) -> int:
        rows = month.rows.c
        query = select(func.coalesce(func.sum(func.coalesce(rows.count, 1)), 0)).where(
            rows.caller == caller,
            rows.at >= instant(self.since),
            rows.kind == kind.value,
            rows.action.in_(sorted(actions)),
            rows.purpose.in_(sorted(purposes)),
        )
        amount: int = month.connection.execute(query).scalar_one()
        return int(amount)
