"""Which whole paths do the paths of several legs make, one begun where another lands?

The legs are searched from the last to the first, so that each lands only where the next leads on.
Wholes then come out one by one in their total order: (cost, hops, ids of nodes).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import groupby
from typing import Final

from graph.access.view import View
from graph.paths.kernel.ask import SearchPath, SearchRequest, SearchResult
from graph.paths.kernel.caller_graph import PostAnswers
from graph.paths.kernel.search import search
from graph.paths.rules import Policy

_WIDTHS: Final = (8, 32)  # paths of each leg; more than the first few are seldom asked for
_MAX_POPS: Final = 5_000  # beginnings: some 50 ms in plain Python
_ALL: Final = 100
_NOTHING: Final = SearchResult(paths=(), is_exact=True, is_cut_off=False, fewer=None)


@dataclass(frozen=True, slots=True)
class CombinedPath:
    """One path of each leg; `rows` are its nodes, the stops once."""

    cost: int
    rows: tuple[int, ...]
    legs: tuple[SearchPath, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedPaths:
    """Wholes in order; `is_alike`: others were left out for likeness, `bottleneck` a node of all.

    `is_exact`: no whole outside the lists of the legs comes before the last, or is missing.
    """

    wholes: tuple[CombinedPath, ...]
    is_exact: bool
    is_alike: bool
    bottleneck: int | None


@dataclass(frozen=True, slots=True)
class _Lists:
    """The best paths of one leg by where they start; `floor`: no other is cheaper, None: no other.

    A row is missing where nothing starts.
    """

    paths: Mapping[int, tuple[SearchPath, ...]]
    floor: int | None

    @property
    def best(self) -> int:
        """The cheapest of all; 0 where there is none."""
        return min((paths[0].cost for paths in self.paths.values()), default=0)


def combine(
    view: View,
    policy: Policy,
    asks: Sequence[SearchRequest],
    standing: PostAnswers,
    *,
    max_paths: int,
    overlap_percent: int,
    widths: Sequence[int] = _WIDTHS,
) -> CombinedPaths:
    """The best different wholes of legs: each begins at the one row where the one before landed.

    So a leg may lead from one post of a stop to another. Likeness is judged as for paths (paths.md
    §1.9), by the nodes between the ends of the whole; a stop that is one node all must meet, so it
    does not count. `widths`: how many paths of a leg are looked at, tried until that is exact.
    """
    sole = frozenset(row for ask in asks[1:] if len(ask.starts) == 1 for row in ask.starts)
    found = CombinedPaths(wholes=(), is_exact=False, is_alike=False, bottleneck=None)
    for width in widths:
        lists = _lists(view, policy, asks, standing, width)
        found = _diverse(lists, max_paths, overlap_percent, sole)
        if found.is_exact:
            break
    return found


def _lists(
    view: View, policy: Policy, asks: Sequence[SearchRequest], standing: PostAnswers, width: int
) -> list[_Lists]:
    """The best paths of each leg, to where the next leads on."""
    found: list[_Lists] = []
    onward = frozenset(asks[-1].targets)
    for place in range(len(asks) - 1, -1, -1):
        ask = replace(asks[place], max_paths=width, overlap_percent=_ALL, old_last=False)
        begins = [(row,) for row in asks[place - 1].targets] if place else [ask.starts]
        searches = [
            _search(view, policy, replace(ask, starts=starts), onward, standing)
            for starts in begins
            if not place or standing.cost[starts[0]] >= 0
        ]
        found.append(_listed(searches, width))
        onward = frozenset(found[-1].paths)
    return found[::-1]


def _search(
    view: View, policy: Policy, ask: SearchRequest, onward: frozenset[int], standing: PostAnswers
) -> SearchResult:
    """The paths of a leg from where it starts to what leads on; it would end at a dead end too."""
    away = frozenset(ask.targets).difference(ask.starts)
    targets = {row: fit for row, fit in ask.targets.items() if row in away & onward}
    if not ask.starts or not targets:
        return _NOTHING
    ask = replace(ask, targets=targets, avoid=ask.avoid | (away - onward))
    return search(view, policy, ask, standing)


def _listed(searches: Sequence[SearchResult], width: int) -> _Lists:
    """What searches from different starts found; the shortest list says what may be missing."""
    paths: dict[int, tuple[SearchPath, ...]] = {}
    floors: list[int] = []
    for found in searches:
        for path in found.paths:
            paths[path.rows[0]] = (*paths.get(path.rows[0], ()), path)
        if found.is_cut_off or len(found.paths) == width:
            floors.append(found.paths[-1].cost if found.paths else 0)
    return _Lists(paths, min(floors, default=None))


def _diverse(
    lists: Sequence[_Lists], max_paths: int, overlap_percent: int, sole: frozenset[int]
) -> CombinedPaths:
    """The best wholes that are not too alike, greedily, and whether that is the true list."""
    made = _Wholes(lists)
    accepted: list[CombinedPath] = []
    is_alike = False
    for whole in made.in_order():
        inside = _interior(whole, sole)
        if any(_is_alike(inside, _interior(one, sole), overlap_percent) for one in accepted):
            is_alike = True
            continue
        accepted.append(whole)
        if len(accepted) == max_paths:
            break
    floor = _floor(lists)
    is_full = len(accepted) == max_paths
    is_known = floor is None or (is_full and accepted[-1].cost < floor)
    insides = [_interior(one, sole) for one in accepted]
    shared = set(insides[0]).intersection(*insides) if insides else set[int]()
    return CombinedPaths(
        wholes=tuple(accepted),
        is_exact=is_known and not made.is_cut_off,
        is_alike=is_alike,
        bottleneck=min(shared, default=None),
    )


def _floor(lists: Sequence[_Lists]) -> int | None:
    """What no whole with an unlisted path of a leg is cheaper than; None: every path is listed."""
    least = sum(leg.best for leg in lists)
    return min(
        (least - leg.best + leg.floor for leg in lists if leg.floor is not None), default=None
    )


def _interior(whole: CombinedPath, sole: frozenset[int]) -> frozenset[int]:
    return frozenset(whole.rows[1:-1]) - sole


def _is_alike(one: frozenset[int], other: frozenset[int], overlap_percent: int) -> bool:
    return _ALL * len(one & other) > overlap_percent * min(len(one), len(other))


class _Wholes:
    """Wholes made of the lists, by a tree of beginnings, the least possible cost first."""

    def __init__(self, lists: Sequence[_Lists]) -> None:
        self._lists = lists
        self._rest = self._rests()
        self.is_cut_off = False

    def in_order(self) -> Iterator[CombinedPath]:
        """All of them in their total order; those of one cost are sorted when the last is known."""
        for _, same in groupby(self._by_cost(), key=lambda whole: whole.cost):
            yield from sorted(same, key=lambda whole: (len(whole.rows), whole.rows))

    def _by_cost(self) -> Iterator[CombinedPath]:
        heap: list[tuple[int, tuple[int, ...], CombinedPath]] = []
        for row, bound in self._rest[0].items():
            heappush(heap, (bound, (row,), CombinedPath(0, (row,), ())))
        for _ in range(_MAX_POPS):
            if not heap:
                return
            whole = heappop(heap)[2]
            if len(whole.legs) == len(self._lists):
                yield whole
                continue
            for longer in self._longer(whole):
                bound = longer.cost + self._rest[len(longer.legs)].get(longer.rows[-1], 0)
                heappush(heap, (bound, longer.rows, longer))
        self.is_cut_off = bool(heap)

    def _longer(self, whole: CombinedPath) -> Iterator[CombinedPath]:
        """A beginning with each path of the next leg that meets nothing met already."""
        for path in self._lists[len(whole.legs)].paths.get(whole.rows[-1], ()):
            if not set(path.rows[1:]).intersection(whole.rows):
                rows = (*whole.rows, *path.rows[1:])
                yield CombinedPath(whole.cost + path.cost, rows, (*whole.legs, path))

    def _rests(self) -> list[dict[int, int]]:
        """By leg and where it starts: what the cheapest way on costs; nothing after the last."""
        rests: list[dict[int, int]] = [{}]
        for leg in reversed(self._lists):
            after = rests[-1]
            rests.append(
                {
                    row: min(path.cost + after.get(path.rows[-1], 0) for path in paths)
                    for row, paths in leg.paths.items()
                }
            )
        return rests[::-1]
