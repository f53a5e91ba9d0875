"""The present register, indexed for the look-ups of an import: by name, code, kind and place.

It is read from a Snapshot and a date, or from a View, and never leaves the library.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

import numpy as np
from rapidfuzz import fuzz, process

from graph.access.field_groups import FieldGroup
from graph.access.view import View
from graph.exchange.imports.words import plain
from graph.model import (
    Actor,
    Area,
    Authority,
    BelongsTo,
    Covers,
    Element,
    Holds,
    LiesIn,
    Link,
    Network,
    Node,
    PartOf,
    Person,
)
from graph.model.rule_context import RuleContext, rule_context
from graph.own_kinds import NO_OWN_KINDS, OwnKinds
from graph.snapshot.columns import LABELS
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import AuthorityKind, Label, LinkType, NetworkKind, PostKind

_SKIPPED: Final = frozenset({Label.CONSENT, Label.PLAN, Label.RESOURCE_INDIVIDUAL})
_LEAST_LIKE: Final = 70
_LOOSE: Final = (" kommune", " municipality")
_NAMED_FOR_AREA: Final = (
    AuthorityKind.MUNICIPALITY,
    AuthorityKind.POLICE_DISTRICT,
    AuthorityKind.REGION,
)
_REQUIRED_GROUPS: Final[Mapping[Label, FieldGroup]] = {
    Label.PERSON: FieldGroup.IDENTITY,
    Label.CONTACT_DETAIL: FieldGroup.CHANNEL,
    Label.RESOURCE_INDIVIDUAL: FieldGroup.IDENTITY,
    Label.CONSENT: FieldGroup.TERMS,
}
"""By label, the field group a caller must see to read a node; other labels are open to all."""
LinkT = TypeVar("LinkT", bound=Link)
NodeT = TypeVar("NodeT", bound=Node)
KindT = TypeVar("KindT", Actor, Network)


@dataclass(slots=True)
class ImportRegister:
    """The nodes and links of a date, with those that an import adds while it is planned."""

    on: date
    context: RuleContext
    revision: int
    own_kinds: OwnKinds = NO_OWN_KINDS
    """The own kinds of the installation, which words of a file may mean."""
    authorities: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of authorities by name, place and code, as `plain` writes them."""
    posts: dict[tuple[PostKind, str], list[str]] = field(
        default_factory=dict[tuple[PostKind, str], list[str]]
    )
    """Ids of posts by kind and authority: a post's own, and those that cover an area it covers."""
    networks: dict[tuple[NetworkKind, str], list[str]] = field(
        default_factory=dict[tuple[NetworkKind, str], list[str]]
    )
    """Ids of networks by kind and area."""
    network_names: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of networks by name, as `plain` writes it."""
    people: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of persons by name, as `plain` writes it."""
    external: dict[tuple[str, str, type[Element]], list[str]] = field(
        default_factory=dict[tuple[str, str, type[Element]], list[str]]
    )
    """Ids of elements by source, id at the source, and class."""
    given_ids: set[tuple[str, str, bool]] = field(default_factory=set[tuple[str, str, bool]])
    """Source and id at the source of all elements, also ended ones; whether it is a link."""
    areas: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of the areas that each authority covers."""
    ids: frozenset[str] = frozenset()
    """Ids of all nodes, also those not looked up, such as civilians; for a View only those of the
    civilians that it shows, or whose consent it shows, since an import must not reveal others."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    """By id, the name of each municipality and other authority, for proposals."""

    @classmethod
    def of(
        cls, snapshot: Snapshot, on: date, own_kinds: OwnKinds = NO_OWN_KINDS
    ) -> "ImportRegister":
        """Read a Snapshot; nodes that have ended are not looked up. O(nodes + links)."""
        skipped = {label.code for label in _SKIPPED}
        rows = [
            row for row, label in enumerate(snapshot.nodes.label.tolist()) if label not in skipped
        ]
        links = range(len(snapshot.links.ids))
        register = cls._read(
            snapshot, on, rows, links, revision=snapshot.revision, own_kinds=own_kinds
        )
        register.ids = frozenset(snapshot.nodes.ids)
        return register

    @classmethod
    def of_view(
        cls,
        snapshot: Snapshot,
        view: View,
        source: str,
        skips: frozenset[Label] = _SKIPPED,
        *,
        own_kinds: OwnKinds = NO_OWN_KINDS,
    ) -> "ImportRegister":
        """Read what a View of this Snapshot shows; a node whose name is hidden is left out.

        Of the nodes not valid on its date, those of labels open to all are read, and those of the
        source, whose rows the caller has sent. Nodes of the labels `skips` are not looked up.
        """
        nodes, links, day = snapshot.nodes, snapshot.links, view.day
        skipped = {label.code for label in skips}
        rows: list[int] = []
        codes: list[int] = nodes.label.tolist()
        for row, code in enumerate(codes):
            if code in skipped:
                continue
            label = LABELS[code]
            if view.visible[row]:
                if view.shows(row, _REQUIRED_GROUPS.get(label, FieldGroup.STRUCTURE)):
                    rows.append(row)
            elif not nodes.valid_from[row] <= day < nodes.valid_to[row] and (
                label not in _REQUIRED_GROUPS or snapshot.node(row).source == source
            ):
                rows.append(row)
        is_valid = (links.valid_from <= day) & (day < links.valid_to)
        mask = view.open_links | (~is_valid & (links.type != LinkType.KNOWS.code))
        link_rows: list[int] = np.flatnonzero(mask).tolist()
        register = cls._read(
            snapshot, view.on, rows, link_rows, revision=view.revision, own_kinds=own_kinds
        )
        gave = links.type == LinkType.GAVE_CONSENT.code
        civil = view.visible & (nodes.label == Label.RESOURCE_INDIVIDUAL.code)
        civil[links.source[gave & view.visible[links.target]]] = True
        register.ids = frozenset(nodes.ids[row] for row in np.flatnonzero(civil).tolist())
        return register

    @classmethod
    def _read(
        cls,
        snapshot: Snapshot,
        on: date,
        rows: Sequence[int],
        links: Sequence[int],
        *,
        revision: int,
        own_kinds: OwnKinds,
    ) -> "ImportRegister":
        """Read some nodes, and the links that join two of them."""
        present = np.zeros(len(snapshot.nodes.ids), np.bool_)
        present[np.asarray(rows, np.intp)] = True
        link_rows = np.asarray(links, np.intp)
        joins = (
            present[snapshot.links.source[link_rows]] & present[snapshot.links.target[link_rows]]
        )
        elements = [*snapshot.nodes_of(rows), *snapshot.links_of(link_rows[joins].tolist())]
        register = cls(
            on=on, context=rule_context(elements), revision=revision, own_kinds=own_kinds
        )
        register._index()
        return register

    def with_elements(self, elements: Iterable[Element]) -> "ImportRegister":
        """Return the register with elements that an import adds before its rows are planned."""
        known_elements = (*self.context.nodes.values(), *self.context.links.values())
        register = ImportRegister(
            on=self.on,
            context=rule_context([*known_elements, *elements]),
            revision=self.revision,
            own_kinds=self.own_kinds,
            ids=self.ids,
        )
        register._index()
        return register

    def near(self, text: str, most: int = 3) -> list[tuple[str, float]]:
        """Return the authorities whose names look most like a text, with scores, best first."""
        matches = process.extract(
            plain(text), list(self.authorities), scorer=fuzz.ratio, limit=4 * most,
            score_cutoff=_LEAST_LIKE,
        )  # fmt: skip
        best: dict[str, float] = {}
        for key, score, _ in matches:
            for authority_id in self.authorities[key]:
                best.setdefault(authority_id, score)
        return list(best.items())[:most]

    def node(self, node_id: str, cls: type[NodeT]) -> NodeT:
        """Return a node of a class. Raises: KeyError, TypeError: there is none."""
        node = self.context.nodes[node_id]
        if not isinstance(node, cls):
            raise TypeError(node_id)
        return node

    def valid(self, links: Iterable[LinkT]) -> Iterator[LinkT]:
        """Yield the links that are valid on the date, or begin later and have not ended."""
        for link in links:
            if link.valid_to is None or self.on < link.valid_to:
                yield link

    def children(self, authority_id: str) -> Iterator[str]:
        """Yield the units of an authority, one step down."""
        for link in self.valid(self.context.links_to(authority_id, PartOf)):
            if isinstance(self.context.nodes.get(link.source_id), Authority):
                yield link.source_id

    def owner(self, post_id: str) -> str | None:
        """Return the authority of a post."""
        links = self.valid(self.context.links_from(post_id, BelongsTo))
        return next((link.target_id for link in links), None)

    def holders(self, post_id: str) -> list[Holds]:
        """Return the links of those who hold a post now or later."""
        return list(self.valid(self.context.links_to(post_id, Holds)))

    def area_of(self, authority_id: str) -> str | None:
        """Return the area of an authority: its own, else that of what it is part of."""
        for node_id in (authority_id, *self.parents(authority_id)):
            if areas := self.areas.get(node_id):
                return areas[0]
        return None

    def parents(self, authority_id: str) -> Iterator[str]:
        """Yield the authorities that an authority is part of, upward."""
        seen_ids = {authority_id}
        here = authority_id
        while True:
            links = self.valid(self.context.links_from(here, PartOf))
            here = next((link.target_id for link in links), "")
            if not here or here in seen_ids:
                return
            seen_ids.add(here)
            yield here

    def areas_above(self, area_id: str) -> list[str]:
        """Return the areas in which an area lies, one step up."""
        return [link.target_id for link in self.valid(self.context.links_from(area_id, LiesIn))]

    def areas_around(self, area_id: str) -> list[str]:
        """Return an area and every area in which it lies, nearest first."""
        areas, nearest = [area_id], [area_id]
        while nearest:
            above = (parent for area in nearest for parent in self.areas_above(area))
            nearest = list(dict.fromkeys(parent for parent in above if parent not in areas))
            areas += nearest
        return areas

    def networks_called(self, name: str, area_id: str, *, is_within: bool = False) -> list[str]:
        """Return the networks of a name that cover an area or one above it.

        `is_within`: also those that cover an area in it.
        """
        network_ids = self.network_names.get(plain(name), [])
        around = self.areas_around(area_id) if network_ids else []
        return [
            network_id
            for network_id in network_ids
            if any(
                link.target_id in around
                or (is_within and area_id in self.areas_around(link.target_id))
                for link in self.valid(self.context.links_from(network_id, Covers))
            )
        ]

    def posts_of(self, kind: PostKind, authority_id: str) -> list[str]:
        """Return the posts of a kind of an authority, its units, or in its area."""
        posts = dict.fromkeys(self.posts.get((kind, authority_id), ()))
        for child in self.children(authority_id):
            posts |= dict.fromkeys(self.posts.get((kind, child), ()))
        return list(posts)

    def split_by_kind(
        self, nodes: Iterable[KindT], own_kind: str | None
    ) -> tuple[list[KindT], list[KindT]]:
        """Return the nodes of exactly an own kind, and those of own kinds beneath it.

        The nodes are all of the same shipped kind, which None stands for.
        """
        listed = list(nodes)
        within = None if own_kind is None else self.own_kinds.within(own_kind)
        return (
            [node for node in listed if node.own_kind == own_kind],
            [
                node
                for node in listed
                if node.own_kind not in (own_kind, None)
                and (within is None or node.own_kind in within)
            ],
        )

    def _index(self) -> None:
        nodes = self.context.nodes
        lists: defaultdict[str, list[str]] = defaultdict(list)
        present = [
            node for node in nodes.values() if node.valid_to is None or self.on < node.valid_to
        ]
        for node in present:
            if isinstance(node, Authority):
                covered = self.valid(self.context.links_from(node.id, Covers))
                self.areas[node.id] = [link.target_id for link in covered]
        for node in present:
            match node:
                case Authority():
                    self.names[node.id] = node.name
                    names = {node.name, node.name_en or node.name, *node.aliases}
                    for area_id in self.areas[node.id]:
                        area = nodes.get(area_id)
                        if (  # the area's name means this authority
                            isinstance(area, Area)
                            and node.kind.value == area.kind.value
                            and node.kind in _NAMED_FOR_AREA
                        ):
                            names |= {area.name, area.code, area.code.lstrip("0")}
                            names |= {area.official_name or area.name, area.name_en or area.name}
                    keys = {plain(name) for name in names}
                    short = keys  # without `kommune`
                    for ending in _LOOSE:
                        short = {key.removesuffix(ending) for key in short}
                    for key in keys | {key.removeprefix("kommunen ") for key in short}:
                        if key and node.id not in lists[key]:
                            lists[key].append(node.id)
                case Actor():
                    belongs = self.valid(self.context.links_from(node.id, BelongsTo))
                    owners = {link.target_id for link in belongs}
                    for link in self.valid(self.context.links_from(node.id, Covers)):
                        for cover in self.valid(self.context.links_to(link.target_id, Covers)):
                            if isinstance(nodes.get(cover.source_id), Authority):
                                owners.add(cover.source_id)
                    for owner in sorted(owners):
                        self.posts.setdefault((node.kind, owner), []).append(node.id)
                case Network():
                    self.network_names.setdefault(plain(node.name), []).append(node.id)
                    for link in self.valid(self.context.links_from(node.id, Covers)):
                        self.networks.setdefault((node.kind, link.target_id), []).append(node.id)
                case Person():
                    self.people.setdefault(plain(node.name), []).append(node.id)
                case _:
                    pass
        self.authorities = dict(lists)
        for element in (*nodes.values(), *self.context.links.values()):
            if element.external_id is not None and not element.is_taken_back():
                self.given_ids.add((element.source, element.external_id, isinstance(element, Link)))
            is_present = element.valid_to is None or self.on < element.valid_to
            if element.external_id is not None and is_present:
                key = (element.source, element.external_id, type(element))
                self.external.setdefault(key, []).append(element.id)
