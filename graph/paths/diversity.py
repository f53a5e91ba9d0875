"""Which paths differ enough to be worth showing side by side? Source: paths.md §1.9."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_ALL = 100
Nodes = tuple[int, ...]


def interior(
    path: Nodes, exempt: frozenset[int], step: Sequence[int] | NDArray[np.int32]
) -> frozenset[int]:
    """The steps a path crosses, without its ends' and those every path must; `step` is by node."""
    ends = {int(step[path[0]]), int(step[path[-1]]), *(int(step[node]) for node in exempt)}
    return frozenset(int(step[node]) for node in path[1:-1]) - ends


def is_alike(one: frozenset[int], other: frozenset[int], overlap_percent: int) -> bool:
    """Do two paths share more of the shorter one than is allowed?"""
    return _ALL * len(one & other) > overlap_percent * min(len(one), len(other))


def bottleneck(found: Sequence[Nodes], exempt: frozenset[int]) -> int | None:
    """The first node, in order of id, that every given path crosses."""
    first, *others = (frozenset(path[1:-1]) - exempt for path in found)
    return min(first.intersection(*others), default=None)
