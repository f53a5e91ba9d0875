"""What may be exported: nodes and the links among them, without contact details.

Only the structure, as in `security.md` §2: people appear by id, and by name only where a grant
allows names to be exported. Civilians are never exported in a list: their consent is for contact.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final, cast

import numpy as np

from graph.access.context import Mask
from graph.access.field_groups import FieldGroup, field_group
from graph.access.policy import TASKS, Task, link_group
from graph.access.view import View
from graph.exchange.loss_report import ExportLoss, LossKind, counted
from graph.paths.answer import NodeRef
from graph.questions.entities import Entity, LinkCard, card_of, entity_of
from graph.vocabulary import Label, Language, LinkType, Term

_WITHHELD: Final = frozenset({Label.CONTACT_DETAIL, Label.CONSENT})
_BESIDE_NODE: Final = frozenset({"id", "kind", "name", "title"})
_BESIDE_LINK: Final = frozenset({"id", "source_id", "target_id"})
"""Reported as attributes of their own, not among the fields."""
_OF_DETAILS: Final = frozenset({LinkType.REACHED_BY, LinkType.GAVE_CONSENT})


class ExportSelection:
    """The nodes and links to export, by id, and what was left out of the request.

    The counts are computed at once; the nodes and links on demand.
    """

    def __init__(self, view: View, ids: Iterable[str], *, with_names: bool) -> None:
        rows = sorted({view.row(one) for one in ids})
        kept = [row for row in rows if view.label(row) not in _WITHHELD]
        self._view = view
        self._rows = [row for row in kept if view.label(row) is not Label.RESOURCE_INDIVIDUAL]
        self._named = _leaves_by_name(view) if with_names else np.zeros(len(view.visible), np.bool_)
        among = list(_among(view, self._rows))
        self._links = [link for link in among if _is_structure(view, link)]
        people = [row for row in self._rows if view.label(row) is Label.PERSON]
        self.node_count, self.link_count = len(self._rows), len(self._links)
        self.people: frozenset[str] = frozenset(map(view.id, people))
        """The ids of the persons in it, which the audit counts as shown."""
        kind = LossKind.NAMES_ELSEWHERE if with_names else LossKind.NAMES
        self.losses: tuple[ExportLoss, ...] = (
            ExportLoss(kind=LossKind.DETAILS),
            *counted(
                (kind, sum(not self._is_named(row) for row in people)),
                (LossKind.CIVILIANS, len(kept) - len(self._rows)),
                (LossKind.TIES, len(among) - len(self._links)),
            ),
        )

    @cached_property
    def nodes(self) -> tuple[Entity, ...]:
        """The nodes, in order of id."""
        return tuple(map(self._node, self._rows))

    @cached_property
    def links(self) -> tuple[LinkCard, ...]:
        """The open links among them, in order of id."""
        return tuple(map(self._link, self._links))

    def _is_named(self, row: int) -> bool:
        return self._view.label(row) is not Label.PERSON or bool(self._named[row])

    def _node(self, row: int) -> Entity:
        node = entity_of(self._view, row)
        name = node.name if self._is_named(row) else None
        return replace(node, name=name, fields=_structure(node.label, node.fields))

    def _link(self, link: int) -> LinkCard:
        view, card = self._view, card_of(self._view, link)
        return replace(
            card,
            source=self._end(card.source, view.source(link)),
            target=self._end(card.target, view.target(link)),
            fields=_structure(card.type, card.fields),
        )

    def _end(self, end: NodeRef, row: int) -> NodeRef:
        return end if self._is_named(row) else replace(end, name=None)


def export_selection(view: View, ids: Iterable[str], *, with_names: bool) -> ExportSelection:
    """The nodes with these ids and the open links among them; each once, in order of id.

    Raises:
        NotFound: one of them is absent, hidden or not valid on the date.
    """
    return ExportSelection(view, ids, with_names=with_names)


def _leaves_by_name(view: View) -> Mask:
    """bool[nodes]: people in the areas of a grant whose role may export names it sees."""
    found = np.zeros(len(view.visible), np.bool_)
    for granted in view.grants:
        if granted.grant.role in TASKS[Task.EXPORT_NAMES]:
            found |= granted.near & granted.nodes & granted.fields[FieldGroup.IDENTITY]
    return found


def _among(view: View, rows: list[int]) -> Iterator[int]:
    """The open links with both ends in `rows`, in order of id; none of contact details."""
    chosen = view.mask(rows)
    is_among = view.open_links & chosen[view.links.source] & chosen[view.links.target]
    links: list[int] = np.flatnonzero(is_among).tolist()
    return (link for link in links if view.link_type(link) not in _OF_DETAILS)


def _is_structure(view: View, link: int) -> bool:
    return link_group(view.link_type(link), is_civil=False) is FieldGroup.STRUCTURE


def _structure(what: Label | LinkType, fields: Mapping[str, Any]) -> dict[str, Any]:
    beside = _BESIDE_NODE if isinstance(what, Label) else _BESIDE_LINK
    return {
        name: value
        for name, value in fields.items()
        if name not in beside and field_group(what, name) is FieldGroup.STRUCTURE
    }


def several(value: object) -> bool:
    """Whether a field has a set of values."""
    return isinstance(value, frozenset)


def in_words(value: object, lang: Language) -> object:
    """A value for a reader: terms by label, sets joined; numbers and flags unchanged."""
    match value:
        case Term():
            return value.label(lang)
        case frozenset():
            told = (in_words(one, lang) for one in cast("frozenset[object]", value))
            return ", ".join(sorted(map(str, told)))
        case _:
            return value
