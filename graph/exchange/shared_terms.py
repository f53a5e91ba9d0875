"""Helpers for exports in other standards: end dates, links by source, and losses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from datetime import date, timedelta
from typing import Any, Final

from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.selection import ExportSelection
from graph.questions.entities import Entity, LinkCard
from graph.vocabulary import Label, LinkType

_KIND_BY_FIELD: Final = {
    "competences": LossKind.COMPETENCES,
    "languages": LossKind.LANGUAGES,
    "hours": LossKind.HOURS,
}
"""The fields whose loss has a kind of its own."""
GROUNDS: Final = frozenset({"gate", "levels", "strength"})
"""The fields of links and networks whose loss is always reported by name."""
_DATES: Final = frozenset({"valid_from", "valid_to"})
_OF_LINKS: Final = frozenset({"verified_on", "order"})
"""The fields of links whose loss is reported separately."""


def last_date(until: date | None) -> date | None:
    """Return the last date of a half-open period, which other standards use as its end."""
    return None if until is None else until - timedelta(days=1)


def clock(minute: int) -> str:
    """A minute of the day as a time; midnight at the end of a day is its last minute."""
    hours, minutes = divmod(min(minute, 24 * 60 - 1), 60)
    return f"{hours:02}:{minutes:02}"


def links_from(selection: ExportSelection, *types: LinkType) -> Mapping[str, list[LinkCard]]:
    """The links of some types, by the id of their source."""
    links: defaultdict[str, list[LinkCard]] = defaultdict(list)
    for link in selection.links:
        if link.type in types:
            links[link.source.id].append(link)
    return links


def filled_in(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an object that have a value; dates as ISO dates."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in members.items()
        if value not in (None, "", [], {})
    }


def with_grounds(elements: Iterable[Entity | LinkCard]) -> int:
    """The number of nodes and links that have a gate, levels or a strength."""
    return sum(not GROUNDS.isdisjoint(element.fields) for element in elements)


def is_dated(element: Entity | LinkCard) -> bool:
    """Whether a node or link has a first or a last date."""
    return not _DATES.isdisjoint(element.fields)


def standard_losses(
    selection: ExportSelection,
    represented: Mapping[Label | LinkType, str],
    file_ids: Set[str] | None = None,
) -> tuple[ExportLoss, ...]:
    """Return the losses of a standard that represents these fields of these labels and types.

    `file_ids` are the ids of the nodes and links in its file; None: all of these labels and types.
    """
    nodes = [
        node
        for node in selection.nodes
        if node.label in represented and (file_ids is None or node.id in file_ids)
    ]
    links = [
        link
        for link in selection.links
        if link.type in represented and (file_ids is None or link.id in file_ids)
    ]
    homeless = [
        name
        for what, element in (*((node.label, node) for node in nodes),
                              *((link.type, link) for link in links))
        for name in element.fields
        if name not in represented[what].split()
    ]  # fmt: skip
    return nonzero_losses(
        (LossKind.NODES, len(selection.nodes) - len(nodes)),
        (LossKind.LINKS, len(selection.links) - len(links)),
        (LossKind.GROUNDS, with_grounds((*nodes, *links))),
        (LossKind.CHECKS, sum("verified_on" in link.fields for link in links)),
        (LossKind.DEPUTY_ORDER, sum(link.type is LinkType.DEPUTIZES_FOR for link in links)),
        (LossKind.FIELDS, len({*homeless} - _KIND_BY_FIELD.keys() - GROUNDS - _OF_LINKS)),
        *((kind, homeless.count(name)) for name, kind in _KIND_BY_FIELD.items()),
    )
