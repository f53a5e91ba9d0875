"""How near on the map is a node to where a path should land: area, district, region, or beyond?"""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.areas import areas, around, inside
from graph.paths.kernel.reachability import ReachableCosts
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Mask, through
from graph.vocabulary import AreaKind, Label

_WIDER: Final = (AreaKind.POLICE_DISTRICT, AreaKind.REGION)


def nearest(
    view: View, goal: Iterable[int], found: ReachableCosts, *, without: Iterable[int], most: int
) -> list[int]:
    """Of the rows found, those nearest to the nodes of a goal, then cheapest, then by row.

    Near is: in the same area, the same police district, the same region, anywhere. Only who answers
    for the areas of one ring after another is looked at, until there are enough.
    """
    chosen: list[int] = []
    left = np.ones(len(view.visible), np.bool_)
    left[list(without)] = False
    for rows in _rings(view, list(goal), found):
        those = rows[left[rows]]
        chosen += found.cheapest(those, most - len(chosen))
        left[those] = False
        if len(chosen) == most:
            break
    return chosen


def _rings(view: View, goal: list[int], found: ReachableCosts) -> Iterator[Rows]:
    """Who is near, ring by ring outward; in the end, all that was found."""
    known = areas(view)
    own = np.zeros(len(view.visible), np.bool_)
    for row in goal:
        own[known.of.of(row)] = True
    yield _answering(view, own)
    wider = around(view, own)
    for kind in _WIDER:
        yield _answering(view, inside(view, wider & _is(view, kind)))
    yield found.rows


def _answering(view: View, places: Mask) -> Rows:
    """Who answers for any of some areas."""
    rows = np.flatnonzero(places).astype(np.int32)
    return through((rows, rows), areas(view).answering)[1]


def _is(view: View, kind: AreaKind) -> Mask:
    return view.memo(("area_kind", kind), lambda: _areas_of_kind(view, kind))


def _areas_of_kind(view: View, kind: AreaKind) -> Mask:
    rows, kinds = view.column(Label.AREA, "kind")
    found = np.zeros(len(view.visible), np.bool_)
    found[rows[kinds == kind.code]] = True
    return found & view.visible
