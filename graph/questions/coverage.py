"""Coverage of posts by area and kind: vacant, doubled, without a deputy, unchecked; plans due.

A post that somebody holds counts as held for every caller who sees the post, even if the holder is
hidden from the caller.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.places import areas, inside
from graph.paths.resolve import named
from graph.questions.post_states import PostRow, PostState, post_rows
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import date_to_day
from graph.vocabulary import AreaKind, Label, LinkType, PlanKind, PostKind, Tier

PLAN_DUE_DAYS: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCell:
    """How many posts of a kind an area has, and how many of these are in each state."""

    area: NodeRef
    kind: PostKind
    posts: int
    states: Mapping[PostState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageTotal:
    """The sums over all cells of a kind."""

    kind: PostKind
    posts: int
    states: Mapping[PostState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A plan to be revised within a year of the date, with its area and its owner."""

    area: NodeRef
    plan: NodeRef
    kind: PlanKind
    owner: NodeRef
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Civilians:
    """How many civilians a municipality has, as published: `at_least` so many, in fives."""

    area: NodeRef
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Cells and rows by area, then kind and post, by id; `totals` are the sums over all cells.

    Rows are given only where an area, kinds or states are named: all of them would be a register. A
    municipality that lacks a kind has a cell with no posts. Civilians are counted for
    municipalities only, and only where the number is large enough to be published; their sum is no
    total.
    """

    area: NodeRef | None
    on: date
    revision: int
    cells: tuple[CoverageCell, ...]
    totals: tuple[CoverageTotal, ...]
    rows: tuple[PostRow, ...]
    plans: tuple[PlanRow, ...]
    civilians: tuple[Civilians, ...]


def coverage(
    view: View,
    *,
    area: str | None = None,
    kinds: Collection[PostKind] = (),
    states: Collection[PostState] = (),
) -> Coverage:
    """The posts that answer for an area and for all areas in it; without an area, everywhere.

    `kinds`: only these; if empty, those that exist. `states`: only rows in one of these; the cells
    count all posts.

    Raises:
        NotFound: the area is absent or hidden, and nothing visible succeeded it.
    """
    row = None if area is None else view.current(area)
    asked = _covering(view, row, frozenset(kinds))
    rows = asked.rows if area or kinds or states else ()
    return Coverage(
        area=None if row is None else named(view, row),
        on=view.on,
        revision=view.revision,
        cells=asked.cells,
        totals=_totals(asked.cells),
        rows=tuple(one for one in rows if not states or set(states) & set(one.states)),
        plans=tuple(_plans(view, asked.places)),
        civilians=tuple(_civilians(view, asked.places)),
    )


def _covering(view: View, around: int | None, kinds: frozenset[PostKind]) -> "_Covering":
    """The shared computation; the one for the whole View is asked for often and is cached."""
    if around is None and not kinds:
        return view.memo("coverage", lambda: _Covering(view, None, kinds))
    return _Covering(view, around, kinds)


@dataclass(frozen=True)
class _Covering:
    """The shared parts of one query; `around` is the area asked about."""

    view: View
    around: int | None
    kinds: frozenset[PostKind]

    @cached_property
    def places(self) -> Mask:
        """The areas that are asked about."""
        if self.around is None:
            return self.view.visible & (self.view.nodes.label == Label.AREA.code)
        outer = self.view.mask(self.around)
        return inside(self.view, outer)

    @cached_property
    def rows(self) -> tuple[PostRow, ...]:
        return post_rows(self.view, self.places, self.kinds)

    @cached_property
    def cells(self) -> tuple[CoverageCell, ...]:
        by_cell: dict[tuple[str, PostKind], list[PostRow]] = {}
        names = {one.area.id: one.area for one in self.rows}
        for one in self.rows:
            by_cell.setdefault((one.area.id, one.kind), []).append(one)
        for area, kind in self._expected():
            names.setdefault(area.id, area)
            by_cell.setdefault((area.id, kind), [])
        return tuple(
            _cell(names[area], kind, by_cell[area, kind])
            for area, kind in sorted(by_cell, key=lambda cell: (cell[0], cell[1].code))
        )

    def _expected(self) -> Iterator[tuple[NodeRef, PostKind]]:
        """For every municipality, each municipal kind that is asked for or exists."""
        kinds = self.kinds or {one.kind for one in self.rows}
        local = [kind for kind in kinds if Tier.MUNICIPAL in kind.tiers]
        for area in self.view.rows(Label.AREA):
            if self.places[area] and self.view.value(area, "kind") is AreaKind.MUNICIPALITY:
                yield from ((named(self.view, area), kind) for kind in local)


def _cell(area: NodeRef, kind: PostKind, rows: Sequence[PostRow]) -> CoverageCell:
    counts = Counter(state for row in rows for state in row.states)
    counted = {state: counts[state] for state in PostState if counts[state]}
    return CoverageCell(area=area, kind=kind, posts=len(rows), states=counted)


def _totals(cells: Sequence[CoverageCell]) -> tuple[CoverageTotal, ...]:
    posts: Counter[PostKind] = Counter()
    states: Counter[tuple[PostKind, PostState]] = Counter()
    for cell in cells:
        posts[cell.kind] += cell.posts
        states.update({(cell.kind, state): count for state, count in cell.states.items()})
    return tuple(
        CoverageTotal(
            kind=kind,
            posts=posts[kind],
            states={one: states[kind, one] for one in PostState if states[kind, one]},
        )
        for kind in PostKind
        if kind in posts
    )


def _plans(view: View, places: Mask) -> Iterator[PlanRow]:
    """The plans due by a year after the date, whose owner answers for one of the areas."""
    pairs = areas(view).of
    found: list[PlanRow] = []
    for plan in view.rows(Label.PLAN):
        due_on: date | None = view.value(plan, "due_on")
        if due_on is None or date_to_day(due_on) - view.day > PLAN_DUE_DAYS:
            continue
        for owner in view.sources(plan, LinkType.GOVERNED_BY):
            found += [
                PlanRow(
                    area=named(view, area), plan=named(view, plan), kind=view.value(plan, "kind"),
                    owner=named(view, owner), due_on=due_on,
                )
                for area in pairs.of(owner).tolist()
                if places[area]
            ]  # fmt: skip
    yield from sorted(found, key=lambda one: (one.due_on, one.area.id, one.plan.id, one.owner.id))


def _civilians(view: View, places: Mask) -> Iterator[Civilians]:
    """The published numbers alone: nothing else about hidden civilians is revealed."""
    for area_id, number in view.counts().items():
        area = view.find(area_id)
        if area is not None and places[area]:
            yield Civilians(area=named(view, area), at_least=number)
