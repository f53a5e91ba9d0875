"""Reports from the audit log: by person, account, word or sample, restricted to a DPO's areas.

A DPO of some areas sees the rows of accounts that have or had a right there, and the rows that name
a person from there: of a caller from elsewhere these rows are reported, but none of the other
persons shown.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select, true

from api.audit.entry import BEGINNINGS, AuditKind, AuditRow, instant, row_of
from api.audit.log import AuditLog
from api.audit.storage import Month
from api.identity.tables import grant_table
from api.schemas.reveal import MOST_DETAILS
from api.sql import reading
from graph.access.policy import Role
from graph.access.view import View
from graph.model import Actor
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.structure import own_posts
from graph.vocabulary import Label, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFilter:
    """The accounts and the people of some areas, by id."""

    accounts: frozenset[str]
    people: frozenset[str]

    def chosen(self, month: Month) -> ColumnElement[bool]:
        """The condition on the rows of a month."""
        named = select(month.subjects.c.seq).where(month.subjects.c.subject.in_(self.people))
        return or_(month.rows.c.caller.in_(self.accounts), month.rows.c.seq.in_(named))

    def cut(self, row: AuditRow) -> AuditRow:
        """Reduce a row to the people of these areas, unless the account is of them too."""
        if row.caller in self.accounts:
            return row
        return replace(row, subjects=tuple(one for one in row.subjects if one in self.people))


def accounts_of(engine: Engine, areas: Iterable[str]) -> frozenset[str]:
    """The accounts that have or had a right in one of some areas."""
    wanted = frozenset(areas)
    with reading(engine) as connection:
        given = connection.execute(select(grant_table.c.account, grant_table.c.areas)).all()
    return frozenset(one.account for one in given if wanted.intersection(json.loads(one.areas)))


def area_filter(view: View, snapshot: Snapshot, engine: Engine) -> AreaFilter | None:
    """The accounts and people of the areas a caller may audit; None means all."""
    near = [one.near for one in view.grants if one.grant.role is Role.DPO]
    known = view.rows(Label.AREA)
    areas = [row for row in known if any(mask[row] for mask in near)]
    if len(areas) == len(known):
        return None
    people: set[str] = set()
    for label in (Label.PERSON, Label.RESOURCE_INDIVIDUAL):
        rows: list[int] = snapshot.tables[label].rows.tolist()
        people |= {snapshot.nodes.ids[row] for row in rows if any(mask[row] for mask in near)}
    return AreaFilter(accounts=accounts_of(engine, map(view.id, areas)), people=frozenset(people))


COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
REVEALS: Final = "reveal"
"""The prefix of the names of routes that reveal contact details."""
_TOLD: Final = (AuditKind.SHOWN.value, AuditKind.DONE.value)
_AT_ONCE: Final = 500
Offices = Callable[[str, date], Sequence[str]]
"""The kinds of post held by an account's holder on a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """A look-up of a person: when, how, why, and from what kind of office; never by whom."""

    on: date
    action: str
    purpose: str | None
    offices: tuple[str, ...]
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """A person whose data an account was shown in a period: how often, and when."""

    person: str
    count: int
    first_at: datetime
    last_at: datetime
    actions: tuple[str, ...]
    is_revealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Rows for a person to review, up to half of them urgent reveals and refused budgets."""

    urgent: tuple[AuditRow, ...]
    others: tuple[AuditRow, ...]


def look_ups(
    log: AuditLog,
    person: str,
    offices: Offices,
    *,
    before: int | None = None,
    most: int = 1_000,
    within: AreaFilter | None = None,
) -> tuple[tuple[LookUp, ...], int | None]:
    """The look-ups of a person, the newest first; and `before` for the next page.

    Empty for a person who is not `within` the caller's areas.
    """
    if within is not None and person not in within.people:
        return (), None
    found = _newest(log, lambda month: _about(month, person), before=before, most=most)
    told = tuple(_look_up(row, offices) for row in found[:most])
    return told, (found[most - 1].seq if len(found) > most else None)


def _look_up(row: AuditRow, offices: Offices) -> LookUp:
    on = row.at.astimezone(COPENHAGEN).date()
    return LookUp(
        on=on, action=row.action, purpose=row.purpose, role=row.role,
        offices=tuple(offices(row.caller, on)) if row.caller else (),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFilter:
    """The conditions on rows, all of which must hold; the period is half-open.

    `role` matches any of the roles of a row, which may name several. `within`: the areas of the
    caller; None: the whole country.
    """

    caller: str | None = None
    action: str | None = None
    kind: AuditKind | None = None
    purpose: str | None = None
    role: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    within: AreaFilter | None = None

    def chosen(self, month: Month) -> ColumnElement[bool]:
        """The condition on the rows of a month."""
        rows = month.rows.c
        told = {
            "caller": self.caller, "action": self.action, "kind": self.kind and self.kind.value,
            "purpose": self.purpose,
        }  # fmt: skip
        return and_(
            true(),
            *(rows[name] == value for name, value in told.items() if value is not None),
            *(() if self.role is None else (_with_role(month, self.role),)),
            *(() if self.since is None else (rows.at >= instant(self.since),)),
            *(() if self.until is None else (rows.at < instant(self.until),)),
            _inside(month, self.within),
        )


def rows_of(
    log: AuditLog, wanted: RowFilter | None = None, *, before: int | None = None, most: int = 100
) -> tuple[tuple[AuditRow, ...], int | None]:
    """The matching rows, or all, the newest first; and `before` for the next page."""
    kept_to = wanted or RowFilter()
    found = _newest(log, kept_to.chosen, before=before, most=most)
    told = tuple(_cut(row, kept_to.within) for row in found[:most])
    return told, (found[most - 1].seq if len(found) > most else None)


def count_of(log: AuditLog, wanted: RowFilter, *, before: int) -> int:
    """The number of matching rows before a position: O(rows) in the database."""
    found = 0
    for name in log.begun():
        with log.reading(name) as month:
            rows = select(func.count()).select_from(month.rows)
            older = rows.where(wanted.chosen(month), month.rows.c.seq < before)
            found += month.connection.scalar(older) or 0
    return found


def outcomes_of(
    log: AuditLog, caller: str, *, before: str | None = None, most: int = 100
) -> tuple[tuple[AuditRow, ...], str | None]:
    """The outcomes of an account's requests, the newest first; pages are keyed by request id.

    A chain number would disclose how much others do. A page ends with a complete request, so it may
    be longer than `most`.
    """
    begun = tuple(kind.value for kind in BEGINNINGS)

    def chosen(month: Month) -> ColumnElement[bool]:
        return and_(month.rows.c.caller == caller, month.rows.c.kind.not_in(begun))

    def asked_for(month: Month) -> ColumnElement[bool]:
        return and_(month.rows.c.caller == caller, month.rows.c.request_id == before)

    known = _newest(log, asked_for, before=None, most=_AT_ONCE) if before else []
    seq = min((row.seq for row in known), default=None)
    found = _newest(log, chosen, before=seq, most=most + MOST_DETAILS)
    if len(found) <= most:
        return tuple(found), None
    last = found[most - 1].request_id
    rest = list(takewhile(lambda row: row.request_id == last, found[most:]))
    page = found[: most + len(rest)]
    has_more = len(found) > len(page) or len(rest) > MOST_DETAILS
    return tuple(page), (last if has_more else None)


def sample_of(
    log: AuditLog, size: int, *, since: datetime, until: datetime, within: AreaFilter | None = None
) -> Sample:
    """A random sample of the rows of a period."""
    return Sample(
        urgent=_drawn(log, size // 2, since, until, within, is_urgent=True),
        others=_drawn(log, size - size // 2, since, until, within, is_urgent=False),
    )


def search_text(
    log: AuditLog, word: str, *, within: AreaFilter | None = None
) -> tuple[AuditRow, ...]:
    """The rows of those who typed a word, the newest first."""
    kept = [f"hmac:{digest}" for digest in log.seals.terms(word)]

    def chosen(month: Month) -> ColumnElement[bool]:
        holds = (month.rows.c.asked.contains(f'"{one}"', autoescape=True) for one in kept)
        return and_(or_(*holds), _inside(month, within))

    found = _newest(log, chosen, before=None, most=_AT_ONCE)
    return tuple(_cut(row, within) for row in found)


def breach_of(
    log: AuditLog,
    caller: str,
    *,
    since: datetime,
    until: datetime,
    within: AreaFilter | None = None,
) -> tuple[Exposed, ...]:
    """The persons an account was shown in a period, by id: for notices within 72 hours."""
    exposed: dict[str, list[AuditRow]] = {}
    for month in _months(log, since, until):
        rows = month.rows.c
        wanted = _between(
            month, since, until, rows.caller == caller, rows.kind.in_(_TOLD), _inside(month, within)
        )
        for row in _read(month, wanted.order_by(rows.seq)):
            for person in _cut(row, within).subjects:
                exposed.setdefault(person, []).append(row)
    return tuple(_exposed(person, exposed[person]) for person in sorted(exposed))


def _exposed(person: str, rows: Sequence[AuditRow]) -> Exposed:
    actions = tuple(sorted({row.action for row in rows}))
    return Exposed(
        person=person, count=len(rows), first_at=rows[0].at, last_at=rows[-1].at, actions=actions,
        is_revealed=any(action.startswith(REVEALS) for action in actions),
    )  # fmt: skip


# ---- selection


def _inside(month: Month, within: AreaFilter | None) -> ColumnElement[bool]:
    return true() if within is None else within.chosen(month)


def _cut(row: AuditRow, within: AreaFilter | None) -> AuditRow:
    return row if within is None else within.cut(row)


def _with_role(month: Month, role: str) -> ColumnElement[bool]:
    """The condition that a row names a role: `DPO` matches `ANALYST+DPO`, but no longer word."""
    return ("+" + month.rows.c.role + "+").contains(f"+{role}+", autoescape=True)


def _about(month: Month, person: str) -> ColumnElement[bool]:
    named = select(month.subjects.c.seq).where(month.subjects.c.subject == person)
    return and_(month.rows.c.seq.in_(named), month.rows.c.kind.in_(_TOLD))


def _newest(
    log: AuditLog,
    chosen: Callable[[Month], ColumnElement[bool] | None],
    *,
    before: int | None,
    most: int,
) -> list[AuditRow]:
    """The newest rows, one more than `most` if there are more."""
    found: list[AuditRow] = []
    for name in reversed(log.begun()):
        with log.reading(name) as month:
            seq, condition = month.rows.c.seq, chosen(month)
            wanted = select(month.rows).order_by(seq.desc()).limit(most + 1 - len(found))
            if condition is not None:
                wanted = wanted.where(condition)
            if before is not None:
                wanted = wanted.where(seq < before)
            found += _read(month, wanted)
        if len(found) > most:
            break
    return found


def _drawn(
    log: AuditLog,
    size: int,
    since: datetime,
    until: datetime,
    within: AreaFilter | None,
    *,
    is_urgent: bool,
) -> tuple[AuditRow, ...]:
    """Draw row numbers first and then read their rows, so that sampling a million rows is cheap."""
    found: list[tuple[str, int]] = []
    for month in _months(log, since, until):
        rows = month.rows.c
        is_reveal = rows.action.startswith(REVEALS, autoescape=True)
        urgent = and_(
            is_reveal,
            or_(
                and_(rows.purpose == Trigger.ACUTE.value, rows.kind == AuditKind.SHOWN.value),
                rows.kind == AuditKind.ALERT.value,
            ),
        )
        told = rows.kind.in_(_TOLD)
        wanted = urgent if is_urgent else and_(told, ~func.coalesce(urgent, False))
        inside = _inside(month, within)
        numbers = _between(month, since, until, wanted, inside).with_only_columns(rows.seq)
        numbers = numbers.order_by(rows.seq)
        found += [(month.name, seq) for seq in month.connection.scalars(numbers)]
    drawn = log.luck.sample(found, min(size, len(found)))
    rows = (_cut(row, within) for row in _fetched(log, drawn))
    return tuple(sorted(rows, key=lambda row: row.seq))


def _fetched(log: AuditLog, drawn: Sequence[tuple[str, int]]) -> Iterator[AuditRow]:
    for name in sorted({month for month, _ in drawn}):
        numbers = [seq for month, seq in drawn if month == name]
        with log.reading(name) as month:
            yield from _read(month, select(month.rows).where(month.rows.c.seq.in_(numbers)))


def _months(log: AuditLog, since: datetime, until: datetime) -> Iterator[Month]:
    """The months that may have rows of a period; a month may begin late, as clocks differ."""
    first, last = instant(since)[:7], instant(until)[:7]
    begun = log.begun()
    for name, later in zip(begun, (*begun[1:], "9999-99"), strict=True):
        if later >= first and name <= last:
            with log.reading(name) as month:
                yield month


def _between(
    month: Month, since: datetime, until: datetime, *conditions: ColumnElement[bool]
) -> Select[Any]:
    at = month.rows.c.at
    return select(month.rows).where(at >= instant(since), at < instant(until), *conditions)


def _read(month: Month, wanted: Select[Any]) -> list[AuditRow]:
    return [row_of(dict(stored)) for stored in month.connection.execute(wanted).mappings()]


PersonOf = Callable[[str], str | None]
"""The node of the person who has an account."""


class CallerPosts:
    """The kinds of post of an account's holder, from a Snapshot; cached by account and date."""

    def __init__(self, snapshot: Snapshot, person_of: PersonOf) -> None:
        self._snapshot, self._person_of = snapshot, person_of
        self._known: dict[tuple[str, date], Sequence[str]] = {}

    def __call__(self, account: str, on: date) -> Sequence[str]:
        """The kinds of post, sorted; empty if the account belongs to no person in the graph."""
        key = account, on
        if key not in self._known:
            posts = own_posts(self._snapshot, self._person_of(account), on)
            rows = (self._snapshot.row_of[post] for post in posts)
            nodes = (self._snapshot.node(row) for row in rows)
            kinds = {node.kind.value for node in nodes if isinstance(node, Actor)}
            self._known[key] = sorted(kinds)
        return self._known[key]
