"""Consents by the date they end, and the posts that renew them.

A caller who may see a receipt gets it in the list; a steward gets a number for each renewing post,
with small numbers suppressed. Source: docs/security.md, "Roles" and docs/security.md, "The View".
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from graph.access.disclosure import suppress_small
from graph.access.field_groups import FieldGroup
from graph.access.permissions import permitting_grants
from graph.access.policy import Action
from graph.access.view import View
from graph.vocabulary import Channel, ConsentPurpose, Label, LinkType

DUE: Final = timedelta(days=31)  # within 30 days: before the 31st


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A consent as the caller may see it; `individual` and `name` are None where that is hidden.

    `ends_on` is the first day it is no longer in force; `is_due`: within 30 days, and not over yet.
    """

    id: str
    individual: str | None
    name: str | None
    renewal_by: str
    renewal_name: str | None
    purposes: frozenset[ConsentPurpose]
    channels: frozenset[Channel]
    is_mediated_only: bool
    given_on: date
    ends_on: date
    is_withdrawn: bool
    is_due: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAt:
    """A lower bound of the number of receipts that a post is to renew."""

    post: str
    name: str | None
    at_least: int


def receipts(
    view: View, *, ends_before: date | None = None, open_only: bool = False
) -> tuple[Receipt, ...]:
    """The receipts the caller may see that end before a date, in order of end date, then id.

    `open_only`: without those withdrawn, and those over whose civilian is visible by another one.
    O(visible consents).
    """
    receipts: list[Receipt] = []
    for row in view.rows(Label.CONSENT):
        withdrawn_on: date | None = view.value(row, "withdrawn_on")
        ends_on = min(view.value(row, "expires_on"), withdrawn_on or date.max)
        if ends_before is not None and ends_on >= ends_before:
            continue
        giver = next(iter(view.sources(row, LinkType.GAVE_CONSENT)), None)
        is_replaced = ends_on <= view.on and giver is not None
        if open_only and (withdrawn_on is not None or is_replaced):
            continue
        renewal_by: str = view.value(row, "renewal_by")
        withdraws = any(
            True for _ in permitting_grants(view, row, FieldGroup.TERMS, Action.WITHDRAW)
        )
        receipts.append(
            Receipt(
                id=view.id(row),
                individual=None if giver is None else view.id(giver),
                name=None if giver is None else view.name(giver),
                renewal_by=renewal_by,
                renewal_name=view.name_of(renewal_by),
                purposes=view.value(row, "purposes"),
                channels=view.value(row, "channels"),
                is_mediated_only=view.value(row, "is_mediated_only"),
                given_on=view.value(row, "given_on"),
                ends_on=ends_on,
                is_withdrawn=withdrawn_on is not None,
                is_due=view.today < ends_on < view.today + DUE,
                may_withdraw=withdrawn_on is None and withdraws,
            )
        )
    return tuple(sorted(receipts, key=lambda receipt: (receipt.ends_on, receipt.id)))


def due_by_post(view: View, *, ends_before: date) -> tuple[DueAt, ...]:
    """How many receipts in force end before a date, for each post that renews them.

    Counts only people who consented to statistics, only inside the areas of a grant that may count,
    and never reports a small number.
    """
    rows, renewal_by = view.column(Label.CONSENT, "renewal_by")
    _, expires_on = view.column(Label.CONSENT, "expires_on")
    _, withdrawn_on = view.column(Label.CONSENT, "withdrawn_on")
    _, purposes = view.column(Label.CONSENT, "purposes")
    is_counted = np.zeros(len(rows), np.bool_)
    for granted in view.grants:
        is_counted |= granted.countable_consents[rows]
    until = (ends_before - date(1970, 1, 1)).days
    is_counted &= (expires_on > view.day) & (expires_on < until) & (withdrawn_on < 0)
    is_counted &= (purposes & (1 << ConsentPurpose.STATISTICS.code)) != 0
    counts = Counter(str(renewal_by[place]) for place in np.flatnonzero(is_counted).tolist())
    return tuple(
        DueAt(post=post, name=view.name(row), at_least=number)
        for post, count in sorted(counts.items())
        if (number := suppress_small(count)) is not None and (row := view.find(post)) is not None
    )
