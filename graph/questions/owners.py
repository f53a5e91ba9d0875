"""Posts, networks, plans and agreements that need a new owner between two dates.

Computed from two Views of one caller, as in `history`: only what ends on a date between them is
reported, never what is merely hidden on one of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

import numpy as np

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.places import areas, around
from graph.paths.resolve import node_ref
from graph.questions.history import Turn, link_days, require_later
from graph.snapshot.columns import distinct
from graph.snapshot.field_types import day_to_date
from graph.vocabulary import (
    AreaKind,
    Label,
    LinkType,
    NetworkKind,
    PlanKind,
    PostKind,
    Sector,
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

    `owner`: the authority or area that ends, or the post that leaves a network; of several the last
    to do so. `successor`: what replaces the owner, or the body it is part of, where one is named:
    the first to ask.
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
    data = _Between(before, after)
    orphans = dict(data.orphans())
    groups: defaultdict[tuple[str, str], list[Orphan]] = defaultdict(list)
    for (row, _, _), orphan in orphans.items():
        place = data.only_area(row, AreaKind.REGION), data.only_area(row, AreaKind.POLICE_DISTRICT)
        groups[place].append(orphan)
    sums = [
        OwnerSum(label=label, why=why, count=len(successors),
                 without_successor=successors.count(None))
        for label in _OWNED
        for why in OwnerWhy
        if (successors := [orphan.successor for orphan in orphans.values()
                           if orphan.label is label and orphan.why is why])
    ]  # fmt: skip
    return Owners(
        begins=before.on,
        until=after.on,
        revision=after.revision,
        sums=tuple(sums),
        groups=tuple(
            OrphansOf(
                region=node_ref(before, before.row(region)) if region else None,
                district=node_ref(before, before.row(district)) if district else None,
                found=tuple(sorted(groups[region, district], key=_order)),
            )
            # Groups without a single region or district come last.
            for region, district in sorted(groups, key=lambda ids: [(not id, id) for id in ids])
        ),
    )


def _order(orphan: Orphan) -> tuple[int, str, int, str]:
    owner = orphan.owner.id if orphan.owner else ""
    return _OWNED.index(orphan.label), orphan.node.id, orphan.why.code, owner


_Key = tuple[int, OwnerWhy, Sector | None]
"""A node by its row in the first View, a reason, and the sector that leaves a network."""


@dataclass(frozen=True)
class _Between:
    """Two Views of one caller; ids identify nodes across both, row numbers do not."""

    before: View
    after: View

    def orphans(self) -> Iterator[tuple[_Key, Orphan]]:
        """Each orphan with its key; where several links end, the last for a key counts."""
        view, after = self.before, self.after
        for row in (row for label in _OWNED for row in view.rows(label)):
            end = int(view.nodes.valid_to[row])
            if end <= after.day and after.find_current(view.id(row)) is None:
                owner = next(iter(self._owners(row)), None)
                yield (row, OwnerWhy.ENDS, None), self._orphan(row, OwnerWhy.ENDS, end, owner)
        # Posts whose last holder, visible or not, leaves, and that have no holder afterwards.
        seats = view.seat_columns(LinkType.HOLDS)
        last = np.zeros(len(view.visible), np.int32)
        np.maximum.at(last, seats.post, seats.to_day)
        held_after = {after.id(post) for post in after.seat_columns(LinkType.HOLDS).post.tolist()}
        posts: list[int] = distinct(seats.post[last[seats.post] <= after.day]).tolist()
        for post in posts:
            goes_on = after.find(view.id(post)) is not None
            if goes_on and view.id(post) not in held_after and not view.value(post, "is_unit_only"):
                why = OwnerWhy.NO_HOLDER
                yield (post, why, None), self._orphan(post, why, int(last[post]), None)
        ends = link_days(view, Turn.ENDED)
        links: list[int] = np.flatnonzero(view.open_links & (ends <= after.day)).tolist()
        for link in sorted(links, key=lambda link: int(ends[link])):
            yield from self._orphans_of(link, int(ends[link]))

    def _orphans_of(self, link: int, end: int) -> Iterator[tuple[_Key, Orphan]]:
        """The node that an ending link leaves without an owner, if the node itself continues."""
        view, after, kind = self.before, self.after, self.before.link_type(link)
        row, owner, why = view.target(link), view.source(link), OwnerWhy.OWNER_ENDS
        if kind in (LinkType.BELONGS_TO, LinkType.COVERS):
            row, owner = owner, row
        sector: Sector | None = None
        here = after.find(view.id(row))
        if here is None:
            return
        match kind:
            case LinkType.BELONGS_TO:
                is_left = not after.targets(here, kind)
            case LinkType.COVERS:
                is_left = view.label(row) is Label.NETWORK and not after.targets(here, kind)
            case LinkType.GOVERNED_BY:
                is_left = not after.sources(here, kind)
            case LinkType.COORDINATES:
                why = OwnerWhy.NO_COORDINATOR
                is_left = not after.sources(here, kind)
            case LinkType.MEMBER_OF:  # no post of the member's sector meets there any more
                why = OwnerWhy.NO_MEMBER
                is_left = view.label(owner) is Label.ACTOR
                sector = view.value(owner, "sector") if is_left else None
                is_left &= all(
                    after.label(member) is not Label.ACTOR
                    or after.value(member, "sector") is not sector
                    for member in after.sources(here, LinkType.MEMBER_OF, LinkType.COORDINATES)
                )
            case _:
                is_left = False
        if is_left:
            yield (row, why, sector), self._orphan(row, why, end, owner)

    def _owners(self, row: int) -> list[int]:
        """The owners of a node, the first to end first."""
        view = self.before
        if view.label(row) is Label.PLAN:
            rows = view.sources(row, LinkType.GOVERNED_BY)
        else:
            rows = view.targets(row, LinkType.BELONGS_TO, LinkType.COVERS)
        return sorted(rows, key=lambda owner: (int(view.nodes.valid_to[owner]), owner))

    def _orphan(self, row: int, why: OwnerWhy, end: int, owner: int | None) -> Orphan:
        view, successor = self.before, None
        above = [] if owner is None else [owner]
        for body in above:  # the successor of the owner, or of the first body above that has one
            current = self.after.find_current(view.id(body))
            if current is not None and self.after.id(current) != view.id(body):
                successor = node_ref(self.after, current)
                break
            parents = view.targets(body, LinkType.BELONGS_TO, LinkType.PART_OF)
            above += [parent for parent in parents if parent not in above]
        return Orphan(
            node=node_ref(view, row),
            label=view.label(row),
            kind=view.value(row, "kind"),
            why=why,
            on=cast("date", day_to_date(end)),
            owner=None if owner is None else node_ref(view, owner),
            successor=successor,
        )

    def only_area(self, row: int, kind: AreaKind) -> str:
        """The id of the only area of a kind that a node answers in, else empty."""
        view = self.before
        owners = self._owners(row) if view.label(row) is Label.PLAN else [row]
        answered = [area for owner in owners for area in areas(view).of.of(owner).tolist()]
        outer: list[int] = np.flatnonzero(around(view, view.mask(answered))).tolist()
        rows = [area for area in outer if view.value(area, "kind") is kind]
        return view.id(rows[0]) if len(rows) == 1 else ""
