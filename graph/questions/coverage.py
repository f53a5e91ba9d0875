"""Coverage of posts by area and kind: vacant, doubled, without a deputy, unchecked; plans due.

A post that somebody holds counts as held for every caller who sees the post, even if the holder is
hidden from the caller.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.access.view import View
from graph.own_kinds import KindFilter
from graph.paths.answer import NodeRef
from graph.paths.need import area_row
from graph.paths.places import areas, inside
from graph.paths.resolve import node_ref
from graph.questions.post_states import PostRow, PostState, every_post, post_rows
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
    """The published number of civilians of a municipality, rounded down to a multiple of five."""

    area: NodeRef
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Cells and rows by area, then kind and post, by id; `totals` are the sums over all cells.

    Rows are included only if an area, kinds or states are selected: all rows would be a register.
    A municipality that lacks a kind has a cell with no posts. Civilians are counted for
    municipalities only, and only if the number is large enough to be published; their sum is not a
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
    only: KindFilter | None = None,
) -> Coverage:
    """The posts that answer for an area and for all areas in it; without an area, everywhere.

    `kinds`: only these; if empty, those that exist. `only`: of these kinds, only the posts that
    this filter includes, so that a cell of a kind may count those of an own kind alone. `states`:
    only rows in one of these; the cells count all posts.

    Raises:
        InvalidNeed: the area is not an area.
        NotFound: the area is absent or hidden, and nothing visible succeeded it.
    """
    row = None if area is None else area_row(view, "area", area)
    if row is None:
        places = view.visible & (view.nodes.label == Label.AREA.code)
    else:
        places = inside(view, view.mask(row))
    rows = post_rows(view, places, kinds) if kinds or area else every_post(view)
    if only is not None:
        rows = tuple(row for row in rows if only.includes(row.kind, row.own_kind))
    cells = _cells(view, places, rows, kinds)
    posts: Counter[PostKind] = Counter()
    counts: dict[PostKind, Counter[PostState]] = {}
    for cell in cells:
        posts[cell.kind] += cell.posts
        counts.setdefault(cell.kind, Counter()).update(cell.states)
    plans = [
        PlanRow(
            area=node_ref(view, place), plan=node_ref(view, plan), kind=view.value(plan, "kind"),
            owner=node_ref(view, owner), due_on=view.value(plan, "due_on"),
        )
        for place, plan, owner, is_due in plans_by_area(view)
        if is_due and places[place]
    ]  # fmt: skip
    return Coverage(
        area=None if row is None else node_ref(view, row),
        on=view.on,
        revision=view.revision,
        cells=cells,
        totals=tuple(
            CoverageTotal(kind=kind, posts=posts[kind], states=_in_order(counts[kind]))
            for kind in PostKind
            if kind in counts
        ),
        rows=tuple(
            row
            for row in (rows if area or kinds or states else ())
            if not states or set(states) & set(row.states)
        ),
        plans=tuple(
            sorted(plans, key=lambda row: (row.due_on, row.area.id, row.plan.id, row.owner.id))
        ),
        # The published numbers alone: nothing else about hidden civilians is revealed.
        civilians=tuple(
            Civilians(area=node_ref(view, place), at_least=number)
            for area_id, number in view.counts().items()
            if (place := view.find(area_id)) is not None and places[place]
        ),
    )


def _cells(
    view: View, places: Mask, rows: Iterable[PostRow], kinds: Collection[PostKind]
) -> tuple[CoverageCell, ...]:
    """The cells of the rows, and one for each municipal kind that a municipality lacks."""
    by_cell: dict[tuple[str, PostKind], list[PostRow]] = {}
    names: dict[str, NodeRef] = {}
    for row in rows:
        names[row.area.id] = row.area
        by_cell.setdefault((row.area.id, row.kind), []).append(row)
    expected = kinds or {kind for _, kind in by_cell}
    for area in view.rows(Label.AREA):
        if places[area] and view.value(area, "kind") is AreaKind.MUNICIPALITY:
            names.setdefault(view.id(area), node_ref(view, area))
            for kind in expected:
                if Tier.MUNICIPAL in kind.tiers:
                    by_cell.setdefault((view.id(area), kind), [])
    return tuple(
        CoverageCell(
            area=names[area],
            kind=kind,
            posts=len(posts),
            states=_in_order(Counter(state for row in posts for state in row.states)),
        )
        for (area, kind), posts in sorted(by_cell.items(), key=lambda it: (it[0][0], it[0][1].code))
    )


def _in_order(counts: Counter[PostState]) -> Mapping[PostState, int]:
    return {state: counts[state] for state in PostState if counts[state]}


def plans_by_area(view: View) -> Iterator[tuple[int, int, int, bool]]:
    """Yield area, plan, owner and whether the plan is due in a year, for each area of the owner."""
    for plan in view.rows(Label.PLAN):
        due_on: date | None = view.value(plan, "due_on")
        is_due = due_on is not None and date_to_day(due_on) - view.day <= PLAN_DUE_DAYS
        for owner in view.sources(plan, LinkType.GOVERNED_BY):
            for area in areas(view).of.of(owner).tolist():
                yield area, plan, owner, is_due
