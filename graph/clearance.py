"""Which rows a caller may see on a date: the rules of `access.py`, as masks over a Snapshot.

A right comes whole from one grant: each grant makes masks of its own, and they are joined at the
end. O(nodes + links) for each grant, and O(consents) in Python for the civilians.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from graph.access import Caller, FieldGroup, Grant, Role, Scope, link_group, scope_of
from graph.snapshot import LABELS, TYPES, Rows, Snapshot
from graph.tables import date_to_day, mask_of
from graph.vocabulary import ConsentPurpose, Label, LinkType, PreventionLevel, Visibility

Mask = NDArray[np.bool_]
_PERSONAL: Final = (Label.PERSON, Label.RESOURCE_INDIVIDUAL, Label.CONTACT_DETAIL)
_SEATS: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
_MEETINGS: Final = (LinkType.MEMBER_OF, LinkType.COORDINATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """What one caller may see: nodes, links, and for each field group the nodes it is seen on."""

    nodes: Mask
    links: Mask
    fields: dict[FieldGroup, Mask]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What every grant's masks stand on: what is true on the date, and the caller's own place."""

    snapshot: Snapshot
    on: date
    today: date
    valid: Mask  # nodes
    live: Mask  # links whose ends are valid too
    posts: Mask  # the caller's own
    offices: Mask  # the authorities of those posts
    networks: Mask  # where those posts meet
    withheld: frozenset[str]

    def links(self, link_type: LinkType) -> NDArray[np.intp]:
        """The rows of the live links of a type."""
        return np.flatnonzero(self.live & (self.snapshot.links.type == link_type.code))

    def ends(self, *types: LinkType) -> tuple[Rows, Rows]:
        """Sources and targets of the live links of some types."""
        chosen = np.flatnonzero(
            self.live & np.isin(self.snapshot.links.type, [link_type.code for link_type in types])
        )
        return self.snapshot.links.source[chosen], self.snapshot.links.target[chosen]

    def is_label(self, label: Label) -> Mask:
        """The nodes of a label."""
        return self.snapshot.nodes.label == label.code


def clearance(
    snapshot: Snapshot,
    caller: Caller,
    on: date,
    *,
    today: date,
    withheld: frozenset[str] = frozenset(),
) -> Clearance:
    """The masks of a caller on a date; consent and grants are judged on `today` as well.

    `withheld` are ids that nobody but the DPO sees, whatever the graph says.
    """
    ground = _ground(snapshot, caller, on, today, withheld)
    grants = [_granted(ground, grant) for grant in caller.grants if grant.is_valid(today)]
    nodes = _any((granted.nodes for granted in grants), len(snapshot.nodes.ids))
    links = _any((granted.links for granted in grants), len(snapshot.links.ids))
    links &= nodes[snapshot.links.source] & nodes[snapshot.links.target]
    fields = {
        group: _any((granted.fields[group] for granted in grants), len(snapshot.nodes.ids))
        for group in FieldGroup
    }
    return Clearance(nodes=nodes, links=links, fields=fields)


def _any(masks: Iterable[Mask], size: int) -> Mask:
    joined = np.zeros(size, np.bool_)
    for mask in masks:
        joined |= mask
    return joined


def _ground(
    snapshot: Snapshot, caller: Caller, on: date, today: date, withheld: frozenset[str]
) -> _Ground:
    day = date_to_day(on)
    nodes, links = snapshot.nodes, snapshot.links
    valid = (nodes.valid_from <= day) & (day < nodes.valid_to)
    live = (links.valid_from <= day) & (day < links.valid_to)
    live &= valid[links.source] & valid[links.target]
    posts = np.zeros(len(nodes.ids), np.bool_)
    posts[[snapshot.row_of[post] for post in caller.posts if post in snapshot.row_of]] = True
    ground = _Ground(
        snapshot=snapshot, on=on, today=today, valid=valid, live=live, posts=posts & valid,
        offices=posts, networks=posts, withheld=withheld,
    )  # fmt: skip
    return _Ground(
        snapshot=snapshot, on=on, today=today, valid=valid, live=live, posts=posts & valid,
        offices=_reached(ground, ground.posts, LinkType.BELONGS_TO),
        networks=_reached(ground, ground.posts, *_MEETINGS), withheld=withheld,
    )  # fmt: skip


def _reached(ground: _Ground, origin: Mask, *types: LinkType) -> Mask:
    """The targets of live links of some types that leave a set of nodes."""
    source, target = ground.ends(*types)
    return _marked(target[origin[source]], len(origin))


def _marked(rows: Rows, size: int) -> Mask:
    mask = np.zeros(size, np.bool_)
    mask[rows] = True
    return mask


def _granted(ground: _Ground, grant: Grant) -> Clearance:
    """The masks of one grant; its links' ends are judged when all grants are joined."""
    inside = _inside(ground, grant.areas)
    covered = _covered(ground, inside)
    seen = ground.valid & _label_mask(ground, grant.role, covered)
    if grant.role is not Role.DPO:
        civil = _consented(ground, grant, inside, seen)
        seen &= ~ground.is_label(Label.RESOURCE_INDIVIDUAL) | civil
        seen &= _visible(ground, covered, civil)
        seen &= _of_owner(ground, seen, grant.role, covered)
    return Clearance(
        nodes=seen,
        links=_link_mask(ground, grant, covered),
        fields={
            group: seen & _group_mask(ground, grant.role, group, covered) for group in FieldGroup
        },
    )


def _inside(ground: _Ground, areas: frozenset[str]) -> Mask:
    """The areas themselves and all that lies in them on the date."""
    row_of = ground.snapshot.row_of
    inside = _marked(
        np.array([row_of[area] for area in areas if area in row_of], np.int32), len(ground.valid)
    )
    source, target = ground.ends(LinkType.LIES_IN)
    while True:
        wider = inside.copy()
        wider[source[inside[target]]] = True
        if (wider == inside).all():
            return inside
        inside = wider


def _covered(ground: _Ground, inside: Mask) -> Mask:
    """The nodes one of whose areas lies inside: by their own COVERS, or by what they sit in.

    A post without a COVERS has its authority's areas; a person those of its posts, and without
    one on the date those of its former or coming posts; a civilian those of its door openers; an
    association its own or its members'; a detail and a consent those of their owner; a plan those
    of whom it governs.
    """
    covered = inside.copy()
    source, target = ground.ends(LinkType.COVERS)
    own = _marked(source, len(inside))
    covered[source[inside[target]]] = True
    source, target = ground.ends(LinkType.BELONGS_TO)
    covered[source[covered[target] & ~own[source]]] = True
    person, seat = _seats(ground)
    covered[person[covered[seat]]] = True
    for types, is_forward in (
        ((LinkType.DOOR_OPENER_FOR,), False),
        ((LinkType.REPRESENTS,), False),
        ((LinkType.REACHED_BY,), False),
        ((LinkType.GAVE_CONSENT,), False),
        ((LinkType.GOVERNED_BY,), False),
    ):
        source, target = ground.ends(*types)
        heir, origin = (source, target) if is_forward else (target, source)
        covered[heir[covered[origin] & ~own[heir]]] = True
    return covered


def _seats(ground: _Ground) -> tuple[Rows, Rows]:
    """People and the posts they sit in on the date; any posts of those who sit in none."""
    links = ground.snapshot.links
    seats = np.isin(links.type, [link_type.code for link_type in _SEATS])
    seats &= ground.is_label(Label.PERSON)[links.source]
    is_seated = _marked(links.source[seats & ground.live], len(ground.valid))
    chosen = np.flatnonzero(seats & (ground.live | ~is_seated[links.source]))
    return links.source[chosen], links.target[chosen]


def _label_mask(ground: _Ground, role: Role, covered: Mask) -> Mask:
    """The nodes whose label the role sees at all."""
    return _group_mask(ground, role, FieldGroup.STRUCTURE, covered)


def _group_mask(ground: _Ground, role: Role, group: FieldGroup, covered: Mask) -> Mask:
    """The nodes on which the role sees a field group."""
    scopes = [scope_of(role, label, group) for label in LABELS]
    code = ground.snapshot.nodes.label
    sees = np.array([scope is not None for scope in scopes])[code]
    only_inside = np.array([scope is Scope.AREA for scope in scopes])[code]
    if role is Role.DPO:
        only_inside = np.isin(code, [label.code for label in _PERSONAL])
    return sees & (~only_inside | covered)


def _visible(ground: _Ground, covered: Mask, civil: Mask) -> Mask:
    """The nodes whose own visibility opens them; only three labels carry one."""
    opened = np.ones(len(covered), np.bool_)
    has_network = bool(ground.networks.any())
    named = _named(ground, civil)
    for label in _PERSONAL:
        table = ground.snapshot.tables[label]
        visibility = cast("NDArray[np.uint8]", table.columns["visibility"])
        rows = table.rows
        opened[rows] = (
            (visibility == Visibility.OPEN.code)
            | ((visibility == Visibility.NETWORK.code) & (has_network | covered[rows]))
            | ((visibility == Visibility.AREA.code) & covered[rows])
            | ((visibility == Visibility.NAMED.code) & named[rows])
        )
    return opened


def _named(ground: _Ground, civil: Mask) -> Mask:
    """Opened civilians, and their details, whose consent or door opener is the caller's own."""
    named = np.zeros(len(ground.valid), np.bool_)
    source, target = ground.ends(LinkType.DOOR_OPENER_FOR)
    named[target[ground.posts[source]]] = True
    own = {
        ground.snapshot.nodes.ids[row]
        for row in np.flatnonzero(ground.posts | ground.offices).tolist()
    }
    for link in ground.links(LinkType.GAVE_CONSENT).tolist():
        consent = int(ground.snapshot.links.target[link])
        if own & _consent(ground, consent, "audience"):
            named[ground.snapshot.links.source[link]] = True
    named &= civil
    source, target = ground.ends(LinkType.REACHED_BY)
    named[target[named[source]]] = True
    return named


def _consent(ground: _Ground, row: int, name: str) -> Any:
    return ground.snapshot.value(Label.CONSENT, int(ground.snapshot.nodes.place[row]), name)


def _consented(ground: _Ground, grant: Grant, inside: Mask, seen: Mask) -> Mask:
    """The civilians the consent rule opens, with all that hangs on them (security.md §2, †)."""
    opened = np.zeros(len(ground.valid), np.bool_)
    if PreventionLevel.OUTREACH not in grant.levels:
        return opened
    places = inside | ground.offices | ground.networks
    audience = {ground.snapshot.nodes.ids[row] for row in np.flatnonzero(places).tolist()}
    source, target = ground.ends(LinkType.DOOR_OPENER_FOR)
    has_opener = _marked(target[seen[source]], len(opened))
    for link in np.flatnonzero(ground.snapshot.links.type == LinkType.GAVE_CONSENT.code).tolist():
        giver = int(ground.snapshot.links.source[link])
        consent = int(ground.snapshot.links.target[link])
        if has_opener[giver] and _is_in_force(ground, consent, audience):
            opened[giver] = ground.snapshot.nodes.ids[giver] not in ground.withheld
    return opened


def _is_in_force(ground: _Ground, consent: int, audience: set[str]) -> bool:
    """In force, for contact, to somebody who is the caller."""
    return (
        _is_current(ground, consent)
        and ConsentPurpose.CONTACT in _consent(ground, consent, "purposes")
        and not audience.isdisjoint(_consent(ground, consent, "audience"))
    )


def _is_current(ground: _Ground, consent: int) -> bool:
    """In force today and on the date."""
    given_on: date = _consent(ground, consent, "given_on")
    expires_on: date = _consent(ground, consent, "expires_on")
    withdrawn_on: date | None = _consent(ground, consent, "withdrawn_on")
    until = min(expires_on, withdrawn_on or expires_on)
    return given_on <= ground.on < until and given_on <= ground.today < until


def _of_owner(ground: _Ground, seen: Mask, role: Role, covered: Mask) -> Mask:
    """Details and consents are seen with their owner; a steward sees a person's in own areas."""
    kept = np.ones(len(seen), np.bool_)
    source, target = ground.ends(LinkType.REACHED_BY, LinkType.GAVE_CONSENT)
    hanging = ground.is_label(Label.CONTACT_DETAIL) | ground.is_label(Label.CONSENT)
    kept[hanging] = False
    owner_seen = seen[source]
    if role is Role.STEWARD:
        owner_seen &= ~ground.is_label(Label.PERSON)[source] | covered[source]
    kept[target[owner_seen]] = True
    return kept


def _link_mask(ground: _Ground, grant: Grant, covered: Mask) -> Mask:
    """The links whose type, levels and civil ends this grant opens."""
    links = ground.snapshot.links
    civil = ground.is_label(Label.RESOURCE_INDIVIDUAL)
    at_civil = civil[links.source] | civil[links.target]
    allowed = np.zeros(len(links.ids), np.bool_)
    for is_civil in (False, True):
        scopes = [scope_of(grant.role, what, link_group(what, is_civil=is_civil)) for what in TYPES]
        sees = np.array([scope is not None for scope in scopes])[links.type]
        only_inside = np.array([scope is Scope.AREA for scope in scopes])[links.type]
        near = covered[links.source] | covered[links.target]
        allowed |= (at_civil == is_civil) & sees & (~only_inside | near)
    fits = (links.levels == 0) | ((links.levels & mask_of(grant.levels)) != 0)
    opened = ground.live & allowed & fits
    if grant.role is not Role.DPO:
        opened[_lapsed(ground)] = False
    return opened


def _lapsed(ground: _Ground) -> list[int]:
    """The links that rest on a consent which is not in force: another one does not carry them."""
    row_of = ground.snapshot.row_of
    found: list[int] = []
    for link_type in (LinkType.DOOR_OPENER_FOR, LinkType.REPRESENTS):
        table = ground.snapshot.tables[link_type]
        rows: list[int] = table.rows.tolist()
        for row, consent in zip(rows, table.columns["consent_id"], strict=True):
            if not _is_current(ground, row_of[str(consent)]):
                found.append(row)
    return found
