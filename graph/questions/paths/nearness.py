"""How near on the map is a node to where a path should land: area, district, region, or beyond?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from graph.view import View
from graph.vocabulary import AreaKind, LinkType

_WIDER = (AreaKind.POLICE_DISTRICT, AreaKind.REGION)


@dataclass(frozen=True, slots=True)
class Nearness:
    """The areas of a goal, and for each wider kind those they lie in."""

    view: View
    areas: frozenset[int]
    wider: tuple[frozenset[int], ...]

    @classmethod
    def to(cls, view: View, goal: Iterable[int]) -> Self:
        """How near things are to these nodes."""
        areas = frozenset(area for row in goal for area in view.areas_of(row))
        return cls(view, areas, tuple(_within(view, areas, kind) for kind in _WIDER))

    def of(self, row: int) -> int:
        """0 in the same area, 1 the same police district, 2 the same region, 3 anywhere."""
        areas = frozenset(self.view.areas_of(row))
        if areas & self.areas:
            return 0
        for rank, (kind, around) in enumerate(zip(_WIDER, self.wider, strict=True), 1):
            if around & _within(self.view, areas, kind):
                return rank
        return len(_WIDER) + 1


def _within(view: View, areas: Iterable[int], kind: AreaKind) -> frozenset[int]:
    """The areas of a kind that these are or lie in."""
    return frozenset(
        around
        for area in areas
        for around in _upward(view, area)
        if view.value(around, "kind") is kind
    )


def _upward(view: View, area: int) -> Iterator[int]:
    yield area
    for parent in view.targets(area, LinkType.LIES_IN):
        yield from _upward(view, parent)
