"""What may be exported: nodes and the links among them, without contact details.

Only the structure (docs/api.md, "Files"): people appear by id, and by name only where a grant
allows names to be exported. Civilians are never exported in a list: their consent is for contact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import compress
from typing import Any, Final, cast

import numpy as np

from graph.access.field_groups import FIELD_GROUP, FieldGroup, field_group
from graph.access.policy import TASKS, Task, link_group
from graph.access.view import View
from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.own_kinds import NO_OWN_KINDS, OwnKinds
from graph.paths.answer import NodeRef
from graph.questions.entities import Entity, LinkCard, card_of, entity_of
from graph.vocabulary import Label, Language, LinkType, Term

_WITHHELD: Final = frozenset({Label.CONTACT_DETAIL, Label.CONSENT})
_BESIDE_NODE: Final = frozenset({"id", "kind", "name", "title"})
_BESIDE_LINK: Final = frozenset({"id", "source_id", "target_id"})
"""Reported as attributes of their own, not among the fields."""
EMPTY: Final = (None, frozenset[Any]())
"""The values of a field that says nothing."""
PERSONAL: Final = tuple(
    name
    for (what, name), group in FIELD_GROUP.items()
    if what is Label.PERSON
    and group in (FieldGroup.IDENTITY, FieldGroup.PROFILE)
    and name != "name"
)
"""The fields of a person that no export holds: of a person only the name may leave."""
_CHECKED: Final = frozenset(what for what, name in FIELD_GROUP if name == "verified_by")
_OF_DETAILS: Final = frozenset({LinkType.REACHED_BY, LinkType.GAVE_CONSENT})


class ExportSelection:
    """The nodes to export and the open links among them, each once, by id, and what is left out.

    Without `ids` it is the whole register that the View shows. The counts are computed at once; the
    nodes and links on demand. `own_kinds` has the labels of the installation's own kinds.

    Raises:
        NotFound: one of the ids is absent, hidden or not valid on the date.
    """

    def __init__(
        self,
        view: View,
        ids: Iterable[str] | None,
        *,
        with_names: bool,
        own_kinds: OwnKinds = NO_OWN_KINDS,
    ) -> None:
        rows: list[int] = np.flatnonzero(view.visible).tolist()
        if ids is not None:
            rows = sorted({view.row(node_id) for node_id in ids})
        rows = [row for row in rows if view.label(row) not in _WITHHELD]
        self._view, self.own_kinds = view, own_kinds
        self._rows = [row for row in rows if view.label(row) is not Label.RESOURCE_INDIVIDUAL]
        # People in the areas of a grant whose role may export names it sees.
        self._has_name = np.zeros(len(view.visible), np.bool_)
        for granted in view.grants if with_names else ():
            if granted.grant.role in TASKS[Task.EXPORT_NAMES]:
                self._has_name |= granted.near & granted.nodes & granted.fields[FieldGroup.IDENTITY]
        mask = view.mask(self._rows)
        is_among = view.open_links & mask[view.links.source] & mask[view.links.target]
        links: list[int] = np.flatnonzero(is_among).tolist()
        among = [link for link in links if view.link_type(link) not in _OF_DETAILS]
        groups = [link_group(view.link_type(link), is_civil=False) for link in among]
        is_structure = [group is FieldGroup.STRUCTURE for group in groups]
        self._links = list(compress(among, is_structure))
        people = [row for row in self._rows if view.label(row) is Label.PERSON]
        self.node_count, self.link_count = len(self._rows), len(self._links)
        self.people: frozenset[str] = frozenset(map(view.id, people))
        """The ids of the persons in it, which the audit counts as shown."""
        kind = LossKind.NAMES_ELSEWHERE if with_names else LossKind.NAMES
        described = sum(
            any(view.value(row, name) not in EMPTY for name in PERSONAL) for row in people
        )
        checked = sum(
            view.link_value(link, "verified_by") is not None
            for link in self._links
            if view.link_type(link) in _CHECKED
        )
        self.losses: tuple[ExportLoss, ...] = (
            ExportLoss(kind=LossKind.DETAILS),
            *nonzero_losses(
                (kind, sum(not self._is_named(row) for row in people)),
                (LossKind.PERSONAL, described),
                (LossKind.CHECKERS, checked),
                (LossKind.CIVILIANS, len(rows) - len(self._rows)),
                (LossKind.TIES, is_structure.count(False)),
            ),
        )

    @cached_property
    def nodes(self) -> tuple[Entity, ...]:
        """The nodes, in order of id."""
        nodes = ((row, entity_of(self._view, row)) for row in self._rows)
        return tuple(
            replace(
                node,
                name=node.name if self._is_named(row) else None,
                fields=_structure(node.label, node.fields),
            )
            for row, node in nodes
        )

    @cached_property
    def links(self) -> tuple[LinkCard, ...]:
        """The open links among them, in order of id."""
        view, cards = self._view, ((link, card_of(self._view, link)) for link in self._links)
        return tuple(
            replace(
                card,
                source=self._end(card.source, view.source(link)),
                target=self._end(card.target, view.target(link)),
                fields=_structure(card.type, card.fields),
            )
            for link, card in cards
        )

    def _is_named(self, row: int) -> bool:
        return self._view.label(row) is not Label.PERSON or bool(self._has_name[row])

    def _end(self, end: NodeRef, row: int) -> NodeRef:
        return end if self._is_named(row) else replace(end, name=None)


def _structure(what: Label | LinkType, fields: Mapping[str, Any]) -> dict[str, Any]:
    beside = _BESIDE_NODE if isinstance(what, Label) else _BESIDE_LINK
    return {
        name: value
        for name, value in fields.items()
        if name not in beside and field_group(what, name) is FieldGroup.STRUCTURE
    }


def in_words(value: object, lang: Language) -> object:
    """A value for a reader: terms by label, sets joined; numbers and flags unchanged."""
    match value:
        case Term():
            return value.label(lang)
        case frozenset():
            texts = (str(in_words(term, lang)) for term in cast("frozenset[object]", value))
            return ", ".join(sorted(texts))
        case _:
            return value
