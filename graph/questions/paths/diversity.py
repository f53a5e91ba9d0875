"""Which paths differ enough to be worth showing side by side? Source: paths.md §1.9."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.questions.paths.ask import FewerWhy
from graph.questions.paths.ground import Ground
from graph.questions.paths.kernel_plain import PATIENCE, Nodes, Tree

_ALL = 100


@dataclass(frozen=True, slots=True)
class Diverse:
    """Accepted paths in order; why they are fewer than asked, and the node they all go through."""

    paths: tuple[Nodes, ...]
    is_cut_off: bool
    why: FewerWhy | None
    bottleneck: int | None


def diverse(
    ground: Ground,
    *,
    max_paths: int,
    max_hops: int,
    overlap_percent: int,
    exempt: frozenset[int],
    max_pops: int,
    patience: int = PATIENCE,
) -> Diverse:
    """The best paths that are not too alike, greedily; `exempt` nodes count as shared by none."""
    tree = Tree(ground, max_hops, max_pops, patience)
    accepted: list[Nodes] = []
    while len(accepted) < max_paths:
        path = tree.next()
        if path is None:
            break
        inside = interior(path, exempt)
        if any(is_alike(inside, interior(one, exempt), overlap_percent) for one in accepted):
            continue
        accepted.append(path)
        allowed = len(inside) * overlap_percent // _ALL
        if allowed < len(inside) and len(accepted) < max_paths:
            tree.stay_apart(inside, allowed)
    found = tuple(accepted)
    if len(found) == max_paths:
        return Diverse(found, False, None, None)
    if tree.is_cut_off:
        return Diverse(found, True, FewerWhy.CUT_OFF, None)
    return _fewer(ground, found, max_hops, max_pops, exempt)


def interior(path: Nodes, exempt: frozenset[int]) -> frozenset[int]:
    """The nodes a path crosses, without those every path must."""
    return frozenset(path[1:-1]) - exempt


def is_alike(one: frozenset[int], other: frozenset[int], overlap_percent: int) -> bool:
    """Do two paths share more of the shorter one than is allowed?"""
    return _ALL * len(one & other) > overlap_percent * min(len(one), len(other))


def _fewer(
    ground: Ground, found: tuple[Nodes, ...], max_hops: int, max_pops: int, exempt: frozenset[int]
) -> Diverse:
    """Were there no more, or only ones too alike? A plain search for one more path decides."""
    plain = Tree(ground, max_hops, max_pops)
    if all(plain.next() is not None for _ in range(len(found) + 1)):
        return Diverse(found, False, FewerWhy.OVERLAP, _bottleneck(found, exempt))
    why = FewerWhy.CUT_OFF if plain.is_cut_off else FewerWhy.ALL_FOUND
    return Diverse(found, plain.is_cut_off, why, None)


def _bottleneck(found: Sequence[Nodes], exempt: frozenset[int]) -> int | None:
    """The first node, in order of id, that every accepted path crosses."""
    first, *others = (interior(path, exempt) for path in found)
    return min(first.intersection(*others), default=None)
