"""What is the least that must go so that no way is left? Exact where little is to be tried.

Whatever asks knows how to find a way around what is gone, and what each way rests on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from graph.deadline import check_deadline

Group = frozenset[int]
"""Things that break a way if all of them go: one post, or everybody who answers at one."""
Rests = tuple[Group, ...]
"""The groups a way rests on, any of which breaks it; none: nothing can."""
FindWay = Callable[[frozenset[int]], Rests | None]
"""A way around what is gone; None: there is none."""

MOST_TRIES: Final = 600
"""How many ways are looked for before the search is given up, about a quarter of a ms each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumCut:
    """What cuts all ways off, rising; fewer than `at_least` do not. `is_exact`: no smaller one."""

    chosen: tuple[int, ...]
    at_least: int
    is_exact: bool


class _GivenUp(Exception):
    """The tries are used up."""


def minimum_cut(find: FindWay, most_tries: int = MOST_TRIES) -> MinimumCut | None:
    """The smallest set without which there is no way; None: no set is, some way rests on nothing.

    Of several as small, the first that a search in order of the numbers comes to. First ways that
    share nothing are packed: each must be broken by itself, so they bound the size from below, and
    all they rest on together is a set that does. Then ever larger sets are tried, each way that is
    left being broken in every way it can be.
    """
    asked = _Asked(find, most_tries)
    packed = asked.packing(frozenset())
    if packed is None:
        return None
    known = asked.thinned(packed.broken)
    size = packed.at_least
    try:
        while size < len(known):
            if (found := asked.within(frozenset(), size)) is not None:
                return MinimumCut(chosen=tuple(sorted(found)), at_least=size, is_exact=True)
            size += 1
    except _GivenUp:
        return MinimumCut(chosen=tuple(sorted(known)), at_least=size, is_exact=False)
    return MinimumCut(chosen=tuple(sorted(known)), at_least=len(known), is_exact=True)


@dataclass(frozen=True, slots=True)
class _Packing:
    """Ways that share nothing: how many things must go at least, and all they rest on."""

    at_least: int
    broken: frozenset[int]


class _Asked:
    """One search; what was found around the same things is not looked for again."""

    def __init__(self, find: FindWay, tries: int) -> None:
        self._find, self._left = find, tries
        self._known: dict[frozenset[int], Rests | None] = {}
        self._failed: set[tuple[frozenset[int], int]] = set()

    def way(self, gone: frozenset[int]) -> Rests | None:
        """A way around what is gone."""
        if gone not in self._known:
            check_deadline()
            self._left -= 1
            self._known[gone] = self._find(gone)
        return self._known[gone]

    def packing(self, gone: frozenset[int]) -> _Packing | None:
        """Ways one after the other, each around all that those before rest on; None: uncuttable."""
        at_least, broken = 0, gone
        while (rests := self.way(broken)) is not None:
            if not rests:
                return None
            at_least += min(map(len, rests))
            broken = broken.union(*rests)
        return _Packing(at_least, broken - gone)

    def thinned(self, broken: frozenset[int]) -> frozenset[int]:
        """The same without what need not go, tried one after the other."""
        for one in sorted(broken, reverse=True):
            if self.way(broken - {one}) is None:
                broken = broken - {one}
        return broken

    def within(self, gone: frozenset[int], size: int) -> frozenset[int] | None:
        """A set of at most so many more that cuts off what is left; None: there is none."""
        rests = self.way(gone)
        if rests is None:
            return frozenset()
        if (gone, size) in self._failed or not size:
            return None
        if self._left < 0:
            raise _GivenUp
        packed = self.packing(gone)
        if packed is None or packed.at_least > size:
            self._failed.add((gone, size))
            return None
        for group in _in_order(rests):
            if len(group) <= size:
                more = self.within(gone | group, size - len(group))
                if more is not None:
                    return group | more
        self._failed.add((gone, size))
        return None


def _in_order(rests: Rests) -> Iterator[Group]:
    """The smallest first, then by number."""
    yield from sorted(set(rests), key=lambda group: (len(group), sorted(group)))
