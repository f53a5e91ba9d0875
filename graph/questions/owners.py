"""Posts, networks, plans and agreements that need a new owner between two dates.

Computed from two Views of one caller, as in `history`: only what ends on a date between them is
reported, never what is merely hidden on one of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.places import areas, around
from graph.paths.resolve import named
from graph.questions.history import require_later
from graph.questions.post_states import mask_of
from graph.snapshot.columns import Days, distinct
from graph.snapshot.field_types import day_to_date
from graph.vocabulary import (
    AreaKind,
    Label,
    LinkType,
    NetworkKind,
    PlanKind,
    PostKind,
    Term,
)

_OWNED: Final = (Label.ACTOR, Label.NETWORK, Label.PLAN)


class OwnerWhy(Term):
    """Why something needs a new owner."""

    ENDS = "ENDS", "Ophører uden afløser", "Ends without a successor"
    OWNER_ENDS = "OWNER_ENDS", "Ejeren ophører", "Its owner ends"
    NO_HOLDER = "NO_HOLDER", "Ingen ny indehaver", "No new holder"
    NO_COORDINATOR = "NO_COORDINATOR", "Ingen koordinerer", "Nobody coordinates"
    NO_MEMBER = "NO_MEMBER", "Sektoren er ikke længere med", "The sector takes part no longer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A node that needs an owner, from which date, and why.

    `owner`: the authority or area that ends, or the post that leaves a network. `successor`: what
    replaces the owner, or the body it is part of, where one is named: the first to ask.
    """

    node: NodeRef
    label: Label
    kind: PostKind | NetworkKind | PlanKind | None
    why: OwnerWhy
    on: date
    owner: NodeRef | None
    successor: NodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphansOf:
    """The orphans of a region and a police district; None: several, or none."""

    region: NodeRef | None
    district: NodeRef | None
    found: tuple[Orphan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSum:
    """The number of orphans for a reason, and how many of these have no named successor."""

    label: Label
    why: OwnerWhy
    count: int
    without_successor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Groups by region, then district, by id; within one by label, node, reason. Sums over all."""

    begins: date
    until: date
    revision: int
    sums: tuple[OwnerSum, ...]
    groups: tuple[OrphansOf, ...]


def owners(before: View, after: View) -> Owners:
    """The nodes with an owner on the date of the first View and none on that of the second.

    Raises:
        InvalidNeed: the second date does not come after the first.
    """
    require_later(before, after)
    asked = _Between(before, after)
    found = {(row, one.why, one.owner): one for row, one in asked.orphans()}
    groups: defaultdict[tuple[str, str], list[Orphan]] = defaultdict(list)
    for (row, _, _), one in found.items():
        groups[asked.place(row)].append(one)
    return Owners(
        begins=before.on,
        until=after.on,
        revision=after.revision,
        sums=tuple(_sums(found.values())),
        groups=tuple(asked.group(place, groups[place]) for place in sorted(groups, key=_last)),
    )


def _last(place: tuple[str, str]) -> tuple[bool, str, bool, str]:
    """Sort key: groups without a single region or district come last."""
    region, district = place
    return (not region, region, not district, district)


def _order(one: Orphan) -> tuple[int, str, int, str]:
    owner = one.owner.id if one.owner else ""
    return _OWNED.index(one.label), one.node.id, one.why.code, owner


def _sums(found: Iterable[Orphan]) -> Iterator[OwnerSum]:
    several = list(found)
    for label in _OWNED:
        for why in OwnerWhy:
            those = [one for one in several if one.label is label and one.why is why]
            if those:
                lacking = sum(one.successor is None for one in those)
                yield OwnerSum(label=label, why=why, count=len(those), without_successor=lacking)


@dataclass(frozen=True)
class _Between:
    """Two Views of one caller; ids identify nodes across both, row numbers do not."""

    before: View
    after: View

    def orphans(self) -> Iterator[tuple[int, Orphan]]:
        """Each orphan with its row in the first View."""
        yield from self._ended()
        yield from self._vacated()
        view = self.before
        ends = self._ends_of_links()
        types = (
            LinkType.BELONGS_TO, LinkType.COVERS, LinkType.GOVERNED_BY, LinkType.COORDINATES,
            LinkType.MEMBER_OF,
        )  # fmt: skip
        chosen = view.open_links & (ends <= self.after.day)
        chosen &= np.isin(view.links.type, [one.code for one in types])
        links: list[int] = np.flatnonzero(chosen).tolist()
        for link in links:
            found = self._left(link, int(ends[link]))
            if found is not None:
                yield found

    # ---- nodes that end

    def _ended(self) -> Iterator[tuple[int, Orphan]]:
        view = self.before
        for row in (row for label in _OWNED for row in view.rows(label)):
            end = int(view.nodes.valid_to[row])
            if end <= self.after.day and self.after.find_current(view.id(row)) is None:
                owner = next(iter(self._owners(row)), None)
                yield row, self._orphan(row, OwnerWhy.ENDS, end, owner)

    def _owners(self, row: int) -> list[int]:
        """The owners of a node, the first to end first."""
        view = self.before
        if view.label(row) is Label.PLAN:
            found = view.sources(row, LinkType.GOVERNED_BY)
        else:
            found = view.targets(row, LinkType.BELONGS_TO, LinkType.COVERS)
        return sorted(found, key=lambda one: (int(view.nodes.valid_to[one]), one))

    # ---- nodes left by another

    def _vacated(self) -> Iterator[tuple[int, Orphan]]:
        """Posts whose last holder, visible or not, leaves, and that have no holder afterwards."""
        view, after = self.before, self.after
        seats = view.seat_columns(LinkType.HOLDS)
        last = np.zeros(len(view.visible), np.int32)
        np.maximum.at(last, seats.post, seats.to_day)
        held_after = {after.id(post) for post in after.seat_columns(LinkType.HOLDS).post.tolist()}
        left: list[int] = distinct(seats.post[last[seats.post] <= after.day]).tolist()
        for post in left:
            goes_on = after.find(view.id(post)) is not None
            if goes_on and view.id(post) not in held_after and not view.value(post, "is_unit_only"):
                yield post, self._orphan(post, OwnerWhy.NO_HOLDER, int(last[post]), None)

    def _left(self, link: int, end: int) -> tuple[int, Orphan] | None:
        """The node that an ending link leaves without an owner, if the node itself continues."""
        view, after = self.before, self.after
        source, target = view.source(link), view.target(link)
        match view.link_type(link):
            case LinkType.BELONGS_TO | LinkType.COVERS as kind:
                is_owned = kind is LinkType.BELONGS_TO or view.label(source) is Label.NETWORK
                row, owner, why = source, target, OwnerWhy.OWNER_ENDS
                here = after.find(view.id(row))
                is_left = is_owned and here is not None and not after.targets(here, kind)
            case LinkType.GOVERNED_BY as kind:
                row, owner, why = target, source, OwnerWhy.OWNER_ENDS
                here = after.find(view.id(row))
                is_left = here is not None and not after.sources(here, kind)
            case LinkType.COORDINATES as kind:
                row, owner, why = target, source, OwnerWhy.NO_COORDINATOR
                here = after.find(view.id(row))
                is_left = here is not None and not after.sources(here, kind)
            case _:
                row, owner, why = target, source, OwnerWhy.NO_MEMBER
                is_left = view.label(source) is Label.ACTOR and self._is_missed(source, row)
        return (row, self._orphan(row, why, end, owner)) if is_left else None

    def _is_missed(self, member: int, network: int) -> bool:
        """Whether no post of a member's sector meets in the network any more."""
        here = self.after.find(self.before.id(network))
        if here is None:
            return False
        sector = self.before.value(member, "sector")
        meeting = self.after.sources(here, LinkType.MEMBER_OF, LinkType.COORDINATES)
        return all(
            self.after.label(one) is not Label.ACTOR
            or self.after.value(one, "sector") is not sector
            for one in meeting
        )

    def _orphan(self, row: int, why: OwnerWhy, end: int, owner: int | None) -> Orphan:
        view = self.before
        on = day_to_date(end)
        if on is None:
            raise ValueError("what ends has a date on which it does")
        return Orphan(
            node=named(view, row),
            label=view.label(row),
            kind=view.value(row, "kind"),
            why=why,
            on=on,
            owner=None if owner is None else named(view, owner),
            successor=None if owner is None else self._successor(owner),
        )

    def _successor(self, owner: int) -> NodeRef | None:
        """The successor of an owner, or of the first body above it that has one."""
        view, asked = self.before, [owner]
        for row in asked:
            after = self.after.find_current(view.id(row))
            if after is not None and self.after.id(after) != view.id(row):
                return named(self.after, after)
            over = view.targets(row, LinkType.BELONGS_TO, LinkType.PART_OF)
            asked += [one for one in over if one not in asked]
        return None

    def _ends_of_links(self) -> Days:
        """The day each link ends: its own end or that of its first end node to end."""
        links, ends = self.before.links, self.before.nodes.valid_to
        found: NDArray[np.int32] = np.minimum(links.valid_to, ends[links.source])
        return np.minimum(found, ends[links.target])

    # ---- region and district

    def place(self, row: int) -> tuple[str, str]:
        """The ids of the only region and the only district a node answers in, else empty."""
        return self._one(row, AreaKind.REGION), self._one(row, AreaKind.POLICE_DISTRICT)

    def _one(self, row: int, kind: AreaKind) -> str:
        view = self.before
        whose = self._owners(row) if view.label(row) is Label.PLAN else [row]
        answered = [area for one in whose for area in areas(view).of.of(one).tolist()]
        outer: list[int] = np.flatnonzero(around(view, mask_of(view, answered))).tolist()
        found = [one for one in outer if view.value(one, "kind") is kind]
        return view.id(found[0]) if len(found) == 1 else ""

    def group(self, place: tuple[str, str], found: Iterable[Orphan]) -> OrphansOf:
        """The orphans of one region and district."""
        region, district = (named(self.before, self.before.row(one)) if one else None
                            for one in place)  # fmt: skip
        return OrphansOf(
            region=region,
            district=district,
            found=tuple(sorted(found, key=_order)),
        )
