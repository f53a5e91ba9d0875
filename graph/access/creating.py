"""May a caller make a node or link? A new thing lies where the links made with it put it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from graph.access.field_groups import FieldGroup, main_group
from graph.access.masks import GrantMasks
from graph.access.policy import Action, Scope, detail_name, link_group, rules_of
from graph.access.view import View
from graph.model import Element, Hop, Knows, Link, Node, ReachedBy
from graph.vocabulary import Label, LinkType, PreventionLevel

SEATS: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
_BOTH: Final = (
    LinkType.LIES_IN, LinkType.COVERS, LinkType.BELONGS_TO, LinkType.DOOR_OPENER_FOR,
    LinkType.GAVE_CONSENT, LinkType.GOVERNED_BY,
)  # fmt: skip
_TARGET: Final = (
    LinkType.MEMBER_OF, LinkType.COORDINATES, LinkType.ENTRY_POINT_FOR, *SEATS,
)  # fmt: skip
_SOURCE: Final = (LinkType.PART_OF, LinkType.SUCCEEDED_BY, LinkType.REPRESENTS)
_BODIES: Final = (LinkType.BELONGS_TO, LinkType.MEMBER_OF, LinkType.COORDINATES)
OPENING: Final = (*_BODIES, LinkType.DOOR_OPENER_FOR)
"""Links of a post that open something to whoever sits there."""
_PLACED_BY_TARGET: Final = (LinkType.LIES_IN, LinkType.COVERS, LinkType.BELONGS_TO, *SEATS)
_PLACED_BY_SOURCE: Final = (
    LinkType.DOOR_OPENER_FOR, LinkType.REACHED_BY, LinkType.GAVE_CONSENT, LinkType.GOVERNED_BY,
)  # fmt: skip
_PLACING_CLUBS: Final = (LinkType.MEMBER_OF, LinkType.BELONGS_TO)


def decides(link_type: LinkType, near: tuple[bool, bool], *, is_placing: bool = False) -> bool:
    """Is a link inside areas in which its source, its target, both or neither lie?

    What says where a thing lies needs both ends inside: else whoever draws it would widen the areas
    of a grant. A seat is the post's to fill, a membership the network's, an entry point the area's;
    whose part somebody is, who succeeds them and for whom they speak is theirs to say.
    `is_placing`: the link does as `says_where` has it.
    """
    source, target = near
    if link_type in _BOTH or is_placing:
        return source and target
    if link_type in _TARGET:
        return target
    return source if link_type in _SOURCE else source or target


def says_where(view: View, link_type: LinkType, source: int) -> bool:
    """Does a link of this type say where its visible source lies, which lies somewhere already?

    A seat does, of a person; a membership does, of an association that lies where its networks do.
    """
    label = view.label(source)
    if label is Label.PERSON:
        return link_type in SEATS and view.is_placed(source)
    if label is not Label.ORGANIZATION or link_type is not LinkType.MEMBER_OF:
        return False
    has_own = view.targets(source, LinkType.COVERS) or view.sources(source, LinkType.BELONGS_TO)
    return not has_own and view.is_placed(source)


def may_create(view: View, thing: Element, beside: Collection[Element] = ()) -> bool:
    """May the caller make a node or link? `beside` are all the new things of its change set.

    Nobody gives themselves a seat, nor their own posts a body to sit in or a civilian's door: these
    are part of what they may see.
    """
    return not _opens_to_oneself(view, thing, beside) and any(
        _Draft(view, granted, beside).may_make(thing) for granted in view.grants
    )


def may_propose(view: View, thing: Element, beside: Collection[Element] = ()) -> bool:
    """May the caller fill a seat with somebody as soon as the steward of their home agrees?"""
    return (
        isinstance(thing, Link)
        and thing.type in SEATS
        and not _opens_to_oneself(view, thing, beside)
        and any(
            _Draft(view, granted, beside, is_agreed=True).may_make(thing) for granted in view.grants
        )
    )


def _opens_to_oneself(view: View, thing: Element, beside: Collection[Element]) -> bool:
    if not isinstance(thing, Link):
        return False
    if thing.type in SEATS:
        return thing.source_id == view.caller.person
    is_own = thing.source_id in view.caller.posts
    if thing.type is LinkType.DOOR_OPENER_FOR:
        return is_own and all(one.id != thing.target_id for one in beside)
    return is_own and thing.type in _BODIES


@dataclass(frozen=True, slots=True)
class _Draft:
    """New things as one grant judges them; `is_agreed`: who is seated may come from anywhere."""

    view: View
    granted: GrantMasks
    beside: Collection[Element]
    is_agreed: bool = False

    def may_make(self, thing: Element) -> bool:
        """Has the grant's role the right, there?"""
        if isinstance(thing, Link):
            return self._may_join(thing)
        return isinstance(thing, Node) and self._permits(
            self._what(thing),
            main_group(thing.label),
            is_inside=self._lies(thing.id)
            and (thing.label is not Label.CONSENT or self._is_reach()),
            is_own=any(one.source_id == self._self() for one in self._owners(thing.id)),
        )

    def _may_join(self, link: Link) -> bool:
        labels = [self._label(end) for end in (link.source_id, link.target_id)]
        if None in labels or not self._is_level_fitting(link):
            return False
        if isinstance(link, ReachedBy):  # written as its detail is
            return any(self.may_make(one) for one in self._new(link.target_id))
        group = link_group(link.type, is_civil=Label.RESOURCE_INDIVIDUAL in labels)
        near = (self._lies(link.source_id), self._lies(link.target_id) or self._is_free(link))
        return self._permits(
            link.type,
            group,
            is_inside=decides(link.type, near, is_placing=self._is_placing(link)),
            is_own=isinstance(link, Knows) and link.declared_by == self._self(),
        )

    def _is_free(self, link: Link) -> bool:
        """Is it a plan that has lost whom it governed? It lies nowhere, so nobody else's."""
        row = self.view.find(link.target_id)
        is_plan = link.type is LinkType.GOVERNED_BY
        return is_plan and row is not None and not self.view.is_placed(row)

    def _is_placing(self, link: Link) -> bool:
        """Of what is there already; a new thing lies where the links beside it put it."""
        row = self.view.find(link.source_id)
        return not self.is_agreed and row is not None and says_where(self.view, link.type, row)

    def _permits(self, what: str, group: FieldGroup, *, is_inside: bool, is_own: bool) -> bool:
        grant = self.granted.grant
        rules = rules_of(grant.role, what, group)
        scopes = {rule.scope for rule in rules if rule.action is Action.EDIT}
        return (
            (Scope.AREA in scopes and is_inside)
            or (Scope.CONSENT_AREA in scopes and is_inside and self._is_reach())
            or (Scope.OWN in scopes and is_own)
        )

    def _what(self, node: Node) -> str:
        if node.label is not Label.CONTACT_DETAIL:
            return node.label
        owners = (self._label(one.source_id) for one in self._owners(node.id))
        return next((detail_name(owner) for owner in owners if owner), node.label)

    def _owners(self, node_id: str) -> list[Link]:
        return [one for one in self._joined(node_id) if isinstance(one, ReachedBy)]

    def _self(self) -> str | None:
        return self.view.caller.person

    def _is_reach(self) -> bool:
        """Without this level a grant opens no civilian."""
        return PreventionLevel.OUTREACH in self.granted.grant.levels

    def _is_level_fitting(self, link: Link) -> bool:
        levels = link.levels if isinstance(link, Hop) else frozenset[PreventionLevel]()
        return not levels or not levels.isdisjoint(self.granted.grant.levels)

    # ---- where it lies

    def _lies(self, node_id: str, passed: frozenset[str] = frozenset()) -> bool:
        """In the areas of the grant? What is there already lies where it does."""
        row = self.view.find(node_id)
        if row is not None:
            return bool(self.granted.near[row])
        if node_id in passed:
            return False
        own = [one for one in self._joined(node_id)
               if one.source_id == node_id and one.type is LinkType.COVERS]  # fmt: skip
        origins = [one.target_id for one in own] or list(self._origins(node_id))
        return any(self._lies(origin, passed | {node_id}) for origin in origins)

    def _origins(self, node_id: str) -> Iterator[str]:
        """What a new thing has its areas from."""
        for link in self._joined(node_id):
            is_source = link.source_id == node_id
            if is_source and link.type in _PLACED_BY_TARGET:
                yield link.target_id
            elif not is_source and link.type in _PLACED_BY_SOURCE:
                yield link.source_id
            elif link.type in _PLACING_CLUBS and self._label(node_id) is Label.ORGANIZATION:
                yield link.target_id if is_source else link.source_id

    def _joined(self, node_id: str) -> list[Link]:
        return [one for one in self.beside
                if isinstance(one, Link) and node_id in (one.source_id, one.target_id)]  # fmt: skip

    def _new(self, node_id: str) -> list[Node]:
        return [one for one in self.beside if isinstance(one, Node) and one.id == node_id]

    def _label(self, node_id: str) -> Label | None:
        """Of what the grant opens, or of what is made beside; None where there is no such thing."""
        row = self.view.find(node_id)
        if row is not None:
            return self.view.label(row) if self.granted.nodes[row] else None
        return next((one.label for one in self._new(node_id)), None)
