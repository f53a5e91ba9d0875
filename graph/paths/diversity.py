"""Diversity of a list of paths: overlap of interior steps. Source: paths.md §1.9."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_ALL = 100
Nodes = tuple[int, ...]


def interior(
    path: Nodes, exempt: frozenset[int], step: Sequence[int] | NDArray[np.int32]
) -> frozenset[int]:
    """Return the steps a path crosses, without those of its ends and of the exempt nodes.

    `step` is by node.
    """
    ends = {int(step[path[0]]), int(step[path[-1]]), *(int(step[node]) for node in exempt)}
    return frozenset(int(step[node]) for node in path[1:-1]) - ends


def is_alike(one: frozenset[int], other: frozenset[int], overlap_percent: int) -> bool:
    """Return whether two paths share more of the shorter one than is allowed."""
    return _ALL * len(one & other) > overlap_percent * min(len(one), len(other))


def bottleneck(found: Sequence[Nodes], exempt: frozenset[int]) -> int | None:
    """Return the first node, in order of id, that every given path crosses."""
    first, *others = (frozenset(path[1:-1]) - exempt for path in found)
    return min(first.intersection(*others), default=None)
