"""Which rows of the log somebody reads who looks after some areas alone.

Those of the accounts that have or had a right there, and those that name somebody who is of there:
whoever asked from elsewhere is told then, and nobody else whom they were shown.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Engine, or_, select

from api.audit.entry import AuditRow
from api.audit.storage import Month
from api.identity.tables import grant_table
from api.sql import reading
from graph.access.policy import Role
from graph.access.view import View
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label


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
        """A row with the people of these areas alone, unless the account is of them too."""
        if row.caller in self.accounts:
            return row
        return replace(row, subjects=tuple(one for one in row.subjects if one in self.people))


def accounts_of(engine: Engine, areas: Iterable[str]) -> frozenset[str]:
    """The accounts that have a right in one of some areas, or had."""
    wanted = frozenset(areas)
    with reading(engine) as connection:
        given = connection.execute(select(grant_table.c.account, grant_table.c.areas)).all()
    return frozenset(one.account for one in given if wanted.intersection(json.loads(one.areas)))


def area_filter(view: View, snapshot: Snapshot, engine: Engine) -> AreaFilter | None:
    """The accounts and people of the areas for which a caller reads the log; None: of all."""
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
