"""Reports from the audit log: by person, account, word or sample, restricted to a DPO's areas.

A DPO of some areas sees the rows of accounts that have or had a right there, and the rows that name
a person from there. In the rows of accounts from elsewhere, all other persons are left out.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select, true

from api.audit.entry import BEGINNINGS, AuditKind, AuditRow, instant, row_of
from api.audit.log import AuditLog
from api.audit.storage import Month
from api.identity.tables import grant_table, utc
from api.schemas.reveal import MOST_DETAILS
from api.sql import read_connection
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

    def condition(self, month: Month) -> ColumnElement[bool]:
        """The condition on the rows of a month."""
        numbers = select(month.subjects.c.seq).where(month.subjects.c.subject.in_(self.people))
        return or_(month.rows.c.caller.in_(self.accounts), month.rows.c.seq.in_(numbers))

    def cut(self, row: AuditRow) -> AuditRow:
        """Reduce a row to the people of these areas, unless its account belongs to them too."""
        if row.caller in self.accounts:
            return row
        subjects = tuple(subject for subject in row.subjects if subject in self.people)
        return replace(row, subjects=subjects)


def accounts_of(engine: Engine, areas: Iterable[str], today: date) -> frozenset[str]:
    """The accounts that have or had a right in one of some areas."""
    area_ids = frozenset(areas)
    with read_connection(engine) as connection:
        grants = connection.execute(select(grant_table)).all()
    accounts: set[str] = set()
    for grant in grants:
        if not area_ids.intersection(json.loads(grant.areas)) or grant.confirmed_at is None:
            continue
        # It is or was in force if it was confirmed before it expired, and began before it ended.
        last = today if grant.ended_at is None else min(today, _danish_date(grant.ended_at))
        has_begun = grant.valid_from is None or grant.valid_from <= last
        if has_begun and (
            grant.valid_to is None or _danish_date(grant.confirmed_at) < grant.valid_to
        ):
            accounts.add(grant.account)
    return frozenset(accounts)


def _danish_date(at: datetime) -> date:
    return utc(at).astimezone(COPENHAGEN).date()


def area_filter(view: View, snapshot: Snapshot, engine: Engine) -> AreaFilter | None:
    """The accounts and people of the areas a caller may audit; None means all."""
    near = [masks.near for masks in view.grants if masks.grant.role is Role.DPO]
    area_rows = view.rows(Label.AREA)
    areas = [row for row in area_rows if any(mask[row] for mask in near)]
    if len(areas) == len(area_rows):
        return None
    people: set[str] = set()
    for label in (Label.PERSON, Label.RESOURCE_INDIVIDUAL):
        rows: list[int] = snapshot.tables[label].rows.tolist()
        people |= {snapshot.nodes.ids[row] for row in rows if any(mask[row] for mask in near)}
    accounts = accounts_of(engine, map(view.id, areas), view.today)
    return AreaFilter(accounts=accounts, people=frozenset(people))


COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
REVEALS: Final = "reveal"
"""The prefix of the names of routes that reveal contact details."""
_DISCLOSURE_KINDS: Final = (AuditKind.SHOWN.value, AuditKind.DONE.value)
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
class Exposure:
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

    def about_person(month: Month) -> ColumnElement[bool]:
        return and_(_names(month, person), month.rows.c.kind.in_(_DISCLOSURE_KINDS))

    rows, next_one = _page(log, about_person, before, most, None)
    results: list[LookUp] = []
    for row in rows:
        on = row.at.astimezone(COPENHAGEN).date()
        posts = tuple(offices(row.caller, on)) if row.caller else ()
        results.append(
            LookUp(on=on, action=row.action, purpose=row.purpose, role=row.role, offices=posts)
        )
    return tuple(results), next_one


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFilter:
    """The conditions on rows, all of which must hold; the period is half-open.

    `role` matches any of the roles of a row, which may name several. `person`: someone the row
    names. `within`: the areas of the caller; None: the whole country.
    """

    caller: str | None = None
    person: str | None = None
    action: str | None = None
    kind: AuditKind | None = None
    purpose: str | None = None
    role: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    within: AreaFilter | None = None

    def condition(self, month: Month) -> ColumnElement[bool]:
        """The condition on the rows of a month."""
        rows = month.rows.c
        exact = {
            "caller": self.caller, "action": self.action, "kind": self.kind and self.kind.value,
            "purpose": self.purpose,
        }  # fmt: skip
        roles = "+" + rows.role + "+"  # `DPO` matches `ANALYST+DPO`, but not a longer word
        return and_(
            true(),
            *(rows[name] == value for name, value in exact.items() if value is not None),
            *(() if self.role is None else (roles.contains(f"+{self.role}+", autoescape=True),)),
            *(() if self.person is None else (_names(month, self.person),)),
            *(() if self.since is None else (rows.at >= instant(self.since),)),
            *(() if self.until is None else (rows.at < instant(self.until),)),
            _inside(month, self.within),
        )


def rows_of(
    log: AuditLog,
    row_filter: RowFilter | None = None,
    *,
    before: int | None = None,
    most: int = 100,
) -> tuple[tuple[AuditRow, ...], int | None]:
    """The matching rows, or all, the newest first; and `before` for the next page."""
    row_filter = row_filter or RowFilter()
    return _page(log, row_filter.condition, before, most, row_filter.within)


def count_of(log: AuditLog, row_filter: RowFilter, *, before: int) -> int:
    """The number of matching rows before a position: O(rows) in the database."""
    count = 0
    for name in log.existing_months():
        with log.read_month(name) as month:
            rows = select(func.count()).select_from(month.rows)
            older = rows.where(row_filter.condition(month), month.rows.c.seq < before)
            count += month.connection.scalar(older) or 0
    return count


def last_days_of(log: AuditLog, callers: Iterable[str]) -> dict[str, date]:
    """The Danish date of the newest row of each account; those without a row are left out."""
    newest, missing = dict[str, date](), set(callers)
    for name in reversed(log.existing_months()):
        if not missing:
            break
        with log.read_month(name) as month:
            rows = month.rows.c
            query = select(rows.caller, func.max(rows.at)).where(rows.caller.in_(missing))
            for caller, at in month.connection.execute(query.group_by(rows.caller)):
                newest[caller] = datetime.fromisoformat(at).astimezone(COPENHAGEN).date()
        missing -= newest.keys()
    return newest


def outcomes_of(
    log: AuditLog, caller: str, *, before: str | None = None, most: int = 100
) -> tuple[tuple[AuditRow, ...], str | None]:
    """The outcomes of an account's requests, the newest first; and `before` for the next page.

    `before` is the request of the last row of a page, and the number of its outcomes that are still
    older: a chain number would disclose the number of rows of other accounts. Outcomes of a request
    that stand together are on one page, so it may be longer than `most`.
    """
    seq = None
    if before:
        request, _, number = before.partition(".")
        seqs = _outcome_seqs(log, caller, request)
        older = int(number) if number.isdecimal() else 0
        seq = seqs[older] if older < len(seqs) else None
    rows = _newest(log, partial(_is_outcome_of, caller), before=seq, most=most + MOST_DETAILS)
    if len(rows) <= most:
        return tuple(rows), None
    last = rows[most - 1].request_id
    rest = takewhile(lambda row: row.request_id == last, rows[most : most + MOST_DETAILS])
    page = rows[: most + len(tuple(rest))]
    if len(page) == len(rows):
        return tuple(page), None
    older = bisect_left(_outcome_seqs(log, caller, last), page[-1].seq)
    return tuple(page), f"{last}.{older}" if older else last


def _is_outcome_of(caller: str, month: Month) -> ColumnElement[bool]:
    kinds = tuple(kind.value for kind in BEGINNINGS)
    return and_(month.rows.c.caller == caller, month.rows.c.kind.not_in(kinds))


def _outcome_seqs(log: AuditLog, caller: str, request: str) -> list[int]:
    """The positions of the outcomes of a request of an account, the oldest first."""
    seqs: list[int] = []
    for name in log.existing_months():
        with log.read_month(name) as month:
            rows = month.rows.c
            query = select(rows.seq).where(_is_outcome_of(caller, month))
            of_request = query.where(rows.request_id == request).order_by(rows.seq)
            seqs += month.connection.scalars(of_request)
    return seqs


def sample_of(
    log: AuditLog, size: int, *, since: datetime, until: datetime, within: AreaFilter | None = None
) -> Sample:
    """A random sample of the rows of a period."""
    return Sample(
        urgent=_sample(log, size // 2, since, until, within, is_urgent=True),
        others=_sample(log, size - size // 2, since, until, within, is_urgent=False),
    )


def search_text(
    log: AuditLog,
    word: str,
    *,
    before: int | None = None,
    most: int = 100,
    within: AreaFilter | None = None,
) -> tuple[tuple[AuditRow, ...], int | None]:
    """The requests in which a word was typed, the newest first; and `before` for the next page."""
    terms = [f"hmac:{digest}" for digest in log.seals.terms(word)]

    def holds_term(month: Month) -> ColumnElement[bool]:
        holds = (month.rows.c.asked.contains(f'"{term}"', autoescape=True) for term in terms)
        return and_(or_(*holds), _inside(month, within))

    return _page(log, holds_term, before, most, within)


def breach_of(
    log: AuditLog,
    caller: str,
    *,
    since: datetime,
    until: datetime,
    within: AreaFilter | None = None,
) -> tuple[Exposure, ...]:
    """The persons an account was shown in a period, by id: for notices within 72 hours."""
    rows_by_person: dict[str, list[AuditRow]] = {}
    for month in _months(log, since, until):
        columns = month.rows.c
        matching = _between(
            month, since, until, columns.caller == caller, columns.kind.in_(_DISCLOSURE_KINDS),
            _inside(month, within),
        )  # fmt: skip
        for row in _read(month, matching.order_by(columns.seq)):
            for person in _cut(row, within).subjects:
                rows_by_person.setdefault(person, []).append(row)
    exposed: list[Exposure] = []
    for person, rows in sorted(rows_by_person.items()):
        actions = tuple(sorted({row.action for row in rows}))
        exposed.append(
            Exposure(
                person=person, count=len(rows), first_at=rows[0].at, last_at=rows[-1].at,
                actions=actions, is_revealed=any(action.startswith(REVEALS) for action in actions),
            )
        )  # fmt: skip
    return tuple(exposed)


# ---- selection


def _names(month: Month, person: str) -> ColumnElement[bool]:
    numbers = select(month.subjects.c.seq).where(month.subjects.c.subject == person)
    return month.rows.c.seq.in_(numbers)


def _inside(month: Month, within: AreaFilter | None) -> ColumnElement[bool]:
    return true() if within is None else within.condition(month)


def _cut(row: AuditRow, within: AreaFilter | None) -> AuditRow:
    return row if within is None else within.cut(row)


def _page(
    log: AuditLog,
    condition: Callable[[Month], ColumnElement[bool]],
    before: int | None,
    most: int,
    within: AreaFilter | None,
) -> tuple[tuple[AuditRow, ...], int | None]:
    rows = _newest(log, condition, before=before, most=most)
    page = tuple(_cut(row, within) for row in rows[:most])
    return page, (rows[most - 1].seq if len(rows) > most else None)


def _newest(
    log: AuditLog,
    condition: Callable[[Month], ColumnElement[bool]],
    *,
    before: int | None,
    most: int,
) -> list[AuditRow]:
    """The newest rows, one more than `most` if there are more."""
    rows: list[AuditRow] = []
    for name in reversed(log.existing_months()):
        with log.read_month(name) as month:
            seq = month.rows.c.seq
            query = select(month.rows).where(condition(month)).order_by(seq.desc())
            query = query.limit(most + 1 - len(rows))
            if before is not None:
                query = query.where(seq < before)
            rows += _read(month, query)
        if len(rows) > most:
            break
    return rows


def _sample(
    log: AuditLog,
    size: int,
    since: datetime,
    until: datetime,
    within: AreaFilter | None,
    *,
    is_urgent: bool,
) -> tuple[AuditRow, ...]:
    """Draw row numbers first and then read their rows, so that sampling a million rows is cheap."""
    matches: list[tuple[str, int]] = []
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
        other = and_(rows.kind.in_(_DISCLOSURE_KINDS), ~func.coalesce(urgent, False))
        conditions = urgent if is_urgent else other, _inside(month, within)
        numbers = _between(month, since, until, *conditions).with_only_columns(rows.seq)
        numbers = numbers.order_by(rows.seq)
        matches += [(month.name, seq) for seq in month.connection.scalars(numbers)]
    sample = log.rng.sample(matches, min(size, len(matches)))
    sampled: list[AuditRow] = []
    for name in sorted({month for month, _ in sample}):
        numbers = [seq for month, seq in sample if month == name]
        with log.read_month(name) as month:
            month_rows = _read(month, select(month.rows).where(month.rows.c.seq.in_(numbers)))
        sampled += (_cut(row, within) for row in month_rows)
    return tuple(sorted(sampled, key=lambda row: row.seq))


def _months(log: AuditLog, since: datetime, until: datetime) -> Iterator[Month]:
    """The months that may have rows of a period; a month may begin late, as clocks differ."""
    first, last = instant(since)[:7], instant(until)[:7]
    names = log.existing_months()
    for name, later in zip(names, (*names[1:], "9999-99"), strict=True):
        if later >= first and name <= last:
            with log.read_month(name) as month:
                yield month


def _between(
    month: Month, since: datetime, until: datetime, *conditions: ColumnElement[bool]
) -> Select[Any]:
    at = month.rows.c.at
    return select(month.rows).where(at >= instant(since), at < instant(until), *conditions)


def _read(month: Month, query: Select[Any]) -> list[AuditRow]:
    return [row_of(dict(stored)) for stored in month.connection.execute(query).mappings()]


PersonOf = Callable[[str], str | None]
"""The id of the person node of an account; None if it has none."""


class CallerPosts:
    """The kinds of post of an account's holder, from a Snapshot; cached by account and date."""

    def __init__(self, snapshot: Snapshot, person_of: PersonOf) -> None:
        self._snapshot, self._person_of = snapshot, person_of
        self._cache: dict[tuple[str, date], Sequence[str]] = {}

    def __call__(self, account: str, on: date) -> Sequence[str]:
        """The kinds of post, sorted; empty if the account belongs to no person in the graph."""
        key = account, on
        if key not in self._cache:
            posts = own_posts(self._snapshot, self._person_of(account), on)
            rows = (self._snapshot.row_of[post] for post in posts)
            nodes = (self._snapshot.node(row) for row in rows)
            kinds = {node.kind.value for node in nodes if isinstance(node, Actor)}
            self._cache[key] = sorted(kinds)
        return self._cache[key]
