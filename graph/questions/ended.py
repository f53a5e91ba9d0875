"""Which offices have ended, and what has taken their place? By their old names they are found."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from graph.access.field_groups import FieldGroup
from graph.access.policy import scope_of
from graph.access.view import View
from graph.snapshot.field_types import class_of, day_to_date, field_types, unpack
from graph.vocabulary import Label, LinkType

_LABELS: Final = (Label.AREA, Label.AUTHORITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An area or authority that is no more: its row, its label, and the row of what follows it.

    `since`: the day the successor took over; None where it is not known. `ended_on`: the first day
    on which the office was no more.
    """

    row: int
    label: Label
    successor: int
    since: date | None
    ended_on: date | None

    @property
    def years(self) -> str | None:
        """When it was, as far as that is known without the day: `2022/23` at the turn of a year."""
        if self.since is not None or self.ended_on is None:
            return None
        year = self.ended_on.year
        is_turn = (self.ended_on.month, self.ended_on.day) == (1, 1)
        return f"{year - 1}/{year % 100:02}" if is_turn else str(year)


def ended(view: View) -> tuple[Ended, ...]:
    """The ended areas and authorities whose successor the caller sees, in order of links.

    Such a link joins what is never there together, so it is in no View as a link.
    """
    links, nodes = view.links, view.nodes
    follows = (links.type == LinkType.SUCCEEDED_BY.code) & (links.valid_from <= view.day)
    follows &= (view.day < links.valid_to) & (nodes.valid_to[links.source] <= view.day)
    labels = [label for label in _LABELS if _sees(view, label)]
    follows &= np.isin(nodes.label[links.source], [label.code for label in labels])
    rows: list[int] = np.flatnonzero(follows).tolist()
    found: dict[int, Ended] = {}
    for link in rows if view.sees(LinkType.SUCCEEDED_BY) else ():
        row = view.source(link)
        successor = view.find_current(nodes.ids[view.target(link)])
        if successor is not None and not view.visible[row]:
            found.setdefault(row, Ended(
                row=row, label=next(one for one in labels if one.code == nodes.label[row]),
                successor=successor, since=day_to_date(int(links.valid_from[link])),
                ended_on=day_to_date(int(nodes.valid_to[row])),
            ))  # fmt: skip
    return tuple(found.values())


def _sees(view: View, label: Label) -> bool:
    grants = (grant for grant in view.caller.grants if grant.is_valid(view.today))
    return any(scope_of(one.role, label, FieldGroup.STRUCTURE) is not None for one in grants)


def value_of(view: View, one: Ended, name: str) -> Any:
    """A field of an ended office, which a View tells of nothing that is not there."""
    _, column = view.column(one.label, name)
    field = field_types(class_of(one.label))[name]
    return unpack(field, column, int(view.nodes.place[one.row]))
