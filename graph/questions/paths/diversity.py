"""Which paths differ enough to be worth showing side by side? Source: paths.md §1.9."""

from collections.abc import Sequence

_ALL = 100
Nodes = tuple[int, ...]


def interior(path: Nodes, exempt: frozenset[int]) -> frozenset[int]:
    """The nodes a path crosses, without those every path must."""
    return frozenset(path[1:-1]) - exempt


def is_alike(one: frozenset[int], other: frozenset[int], overlap_percent: int) -> bool:
    """Do two paths share more of the shorter one than is allowed?"""
    return _ALL * len(one & other) > overlap_percent * min(len(one), len(other))


def bottleneck(found: Sequence[Nodes], exempt: frozenset[int]) -> int | None:
    """The first node, in order of id, that every given path crosses."""
    first, *others = (interior(path, exempt) for path in found)
    return min(first.intersection(*others), default=None)
