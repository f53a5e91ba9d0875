"""Minimum cut: the smallest set whose removal leaves no path. Exact within a limit of searches.

The caller supplies a function that finds a path around removed elements and returns the groups of
elements that the path depends on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graph.deadline import check_deadline

Group = frozenset[int]
"""Elements whose joint removal breaks a path: one post, or all people who answer at one."""
BreakingGroups = tuple[Group, ...]
"""The groups a path depends on; removing any one breaks it. Empty: nothing breaks it."""
FindWay = Callable[[frozenset[int]], BreakingGroups | None]
"""Finds a path around removed elements; None: there is none."""

MOST_TRIES: Final = 600
"""Number of path searches before the computation is given up, about a quarter of a ms each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumCut:
    """A set that cuts all paths, rising; no set smaller than `at_least` does.

    `is_exact`: there is no smaller set.
    """

    elements: tuple[int, ...]
    at_least: int
    is_exact: bool


class _GivenUp(Exception):
    """Raised when the tries are used up."""


def minimum_cut(find: FindWay, most_tries: int = MOST_TRIES) -> MinimumCut | None:
    """Return the smallest set whose removal leaves no path; None: some path depends on nothing.

    Of several of equal size, the first found by a search in numerical order. First, disjoint paths
    are packed: each must be broken separately, so they bound the size from below, and the union of
    all they depend on is a cut. Then sets of increasing size are tried by branching on the groups
    of each remaining path.
    """
    cuts = _CutSearch(find, most_tries)
    packed = cuts.packing(frozenset())
    if packed is None:
        return None
    known_cut = cuts.drop_unneeded(packed.broken)
    size = packed.at_least
    try:
        while size < len(known_cut):
            if (cut := cuts.within(frozenset(), size)) is not None:
                return MinimumCut(elements=tuple(sorted(cut)), at_least=size, is_exact=True)
            size += 1
    except _GivenUp:
        return MinimumCut(elements=tuple(sorted(known_cut)), at_least=size, is_exact=False)
    return MinimumCut(elements=tuple(sorted(known_cut)), at_least=len(known_cut), is_exact=True)


@dataclass(frozen=True, slots=True)
class _Packing:
    """Disjoint paths: how many elements must be removed at least, and all they depend on."""

    at_least: int
    broken: frozenset[int]


class _CutSearch:
    """One computation; the path found around a given set of elements is cached."""

    def __init__(self, find: FindWay, tries: int) -> None:
        self._find, self._remaining_tries = find, tries
        self._ways: dict[frozenset[int], BreakingGroups | None] = {}
        self._failed: set[tuple[frozenset[int], int]] = set()

    def way(self, removed_elements: frozenset[int]) -> BreakingGroups | None:
        """Return a path around removed elements."""
        if removed_elements not in self._ways:
            check_deadline()
            self._remaining_tries -= 1
            self._ways[removed_elements] = self._find(removed_elements)
        return self._ways[removed_elements]

    def packing(self, removed_elements: frozenset[int]) -> _Packing | None:
        """Pack paths, each around all that the earlier ones depend on; None: no cut exists."""
        at_least, broken = 0, removed_elements
        while (groups := self.way(broken)) is not None:
            if not groups:
                return None
            at_least += min(map(len, groups))
            broken = broken.union(*groups)
        return _Packing(at_least, broken - removed_elements)

    def drop_unneeded(self, broken: frozenset[int]) -> frozenset[int]:
        """Return the set without the elements that need not be removed, tried one by one."""
        for element in sorted(broken, reverse=True):
            if self.way(broken - {element}) is None:
                broken = broken - {element}
        return broken

    def within(self, removed_elements: frozenset[int], size: int) -> frozenset[int] | None:
        """Return at most `size` more elements that complete a cut; None: there are none."""
        groups = self.way(removed_elements)
        if groups is None:
            return frozenset()
        if (removed_elements, size) in self._failed or not size:
            return None
        if self._remaining_tries < 0:
            raise _GivenUp
        packed = self.packing(removed_elements)
        if packed is None or packed.at_least > size:
            self._failed.add((removed_elements, size))
            return None
        for group in sorted(set(groups), key=lambda group: (len(group), sorted(group))):
            if len(group) <= size:
                more = self.within(removed_elements | group, size - len(group))
                if more is not None:
                    return group | more
        self._failed.add((removed_elements, size))
        return None
