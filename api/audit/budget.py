"""Daily budgets of contact details an account may reveal, counted in the audit log itself.

The count and the row are one transaction, so the budget is exact across processes. A detail counts
once a day, whichever way it was shown: the rows name the details.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from json import loads
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import select

from api.audit.entry import AuditKind, Entry, instant
from api.audit.storage import Month


class UsedBudget(NamedTuple):
    """What an account has used: contact details, each once, and a number of other things."""

    details: frozenset[str] = frozenset()
    others: int = 0

    @property
    def amount(self) -> int:
        """The number that counts."""
        return len(self.details) + self.others

    def plus(self, asked: Mapping[str, Any], count: int | None) -> "UsedBudget":
        """With a row: its details, `detail` or `details`; without any, its count or one."""
        details = asked.get("details") or ([asked["detail"]] if "detail" in asked else [])
        if details:
            return UsedBudget(self.details.union(map(str, details)), self.others)
        return UsedBudget(self.details, self.others + (1 if count is None else count))


class GuardedEntries(NamedTuple):
    """The entries to write, and how much of the budget those of the request need."""

    entries: Sequence[Entry]
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A maximum number in the interval `since` to `until`, shared by purposes and actions.

    `actions` defaults to that of the entries. A row uses its details, as `UsedBudget.plus` says.
    Beyond the `usual` number for the `watched` purposes, an alert is written as well. With
    `is_exceedable` more than the maximum is written too, after an alert; `emergencies` are the
    purposes for which it may be asked for.
    """

    most: int
    since: datetime
    until: datetime
    purposes: frozenset[str]
    actions: frozenset[str] = frozenset()
    watched: frozenset[str] = frozenset()
    usual: int = 0
    is_exceedable: bool = False
    emergencies: tuple[str, ...] = ()

    def guard(self, months: Sequence[Month], entries: Sequence[Entry]) -> GuardedEntries:
        """Return the entries of one request if all of them fit, else a single alert.

        An alert precedes them if they exceed the usual number, or the maximum in an emergency;
        then the rows beyond it say so.
        """
        first, *others = entries
        before = used = self.usage(months, first.caller, kind=first.kind, actions=self._of(first))
        marked: list[Entry] = []
        for entry in entries:
            after = used.plus(entry.asked, entry.count) if entry.purpose in self.purposes else used
            is_beyond = after.amount > max(used.amount, self.most)
            asked = {**entry.asked, "beyond": self.most} if is_beyond else entry.asked
            marked.append(replace(entry, asked=asked))
            used = after
        needed = used.amount - before.amount
        if used.amount <= max(self.most, before.amount):
            return GuardedEntries((*self._unusual(months, entries), *entries), needed)
        purposes = (entry.purpose for entry in entries if entry.purpose in self.purposes)
        alert = replace(
            first, kind=AuditKind.ALERT, count=before.amount, purpose=next(purposes, first.purpose),
            subjects=tuple(sorted({person for entry in entries for person in entry.subjects})),
        )  # fmt: skip
        if self.is_exceedable:
            alert = replace(alert, asked={"beyond": self.most}, result=None)
            return GuardedEntries((*self._unusual(months, entries), alert, *marked), needed)
        too_many = HTTPStatus.TOO_MANY_REQUESTS.value
        alert = replace(alert, asked={} if others else first.asked, result=too_many)
        return GuardedEntries((alert,), needed)

    def _unusual(self, months: Sequence[Month], entries: Sequence[Entry]) -> Sequence[Entry]:
        """The alert of the first request beyond the usual number of a day, if this one is it."""
        watched = [entry for entry in entries if entry.purpose in self.watched]
        if not watched:
            return ()
        first = watched[0]
        before = used = self.usage(
            months, first.caller, kind=first.kind, actions=self._of(first), purposes=self.watched
        )
        for entry in watched:
            used = used.plus(entry.asked, entry.count)
        if not before.amount <= self.usual < used.amount:
            return ()
        asked = {"usual": self.usual}
        alert = replace(
            first, kind=AuditKind.ALERT, count=before.amount, asked=asked, subjects=()
        )  # fmt: skip
        return (alert,)

    def _of(self, entry: Entry) -> frozenset[str]:
        return self.actions or frozenset({entry.action})

    def wait_s(self, now: datetime) -> int:
        """Seconds until the budget is renewed."""
        return max(1, ceil((self.until - now).total_seconds()))

    def usage(
        self,
        months: Sequence[Month],
        caller: str | None,
        *,
        kind: AuditKind = AuditKind.SHOWN,
        actions: Iterable[str] | None = None,
        purposes: Iterable[str] | None = None,
    ) -> UsedBudget:
        """What an account has used; `months` are those the day overlaps."""
        used = UsedBudget()
        for month in months:
            rows = month.rows.c
            query = select(rows.asked, rows.count).where(
                rows.caller == caller,
                rows.at >= instant(self.since),
                rows.kind == kind.value,
                rows.action.in_(sorted(self.actions if actions is None else actions)),
                rows.purpose.in_(sorted(self.purposes if purposes is None else purposes)),
            )
            for row in month.connection.execute(query):
                used = used.plus(loads(row.asked or "{}"), row[1])
        return used
