"""How does one come from the national level to every municipality, and what does that cost?

All local needs at once: one search for each direction, over a View or over one without something.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.columns import Rows, distinct
from graph.questions.local_needs import Cooperation, LocalNeed
from graph.questions.paths.ask import Ask, Direction
from graph.questions.paths.criteria import posts
from graph.questions.paths.ends import direction_of
from graph.questions.paths.layers import NEVER, Layers, layers
from graph.questions.paths.need import Need, granted_levels
from graph.questions.paths.painting import Painted, painted
from graph.questions.paths.pairs import Mask
from graph.questions.paths.resolve import standing
from graph.questions.paths.rules import Policy
from graph.questions.paths.talents import meets_in
from graph.questions.paths.terrain import seating, terrain
from graph.view import View
from graph.vocabulary import PreventionLevel

Numbers = NDArray[np.int64]
_HOP_BITS: Final = 4  # of a packed cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The cheapest way to one of a need's posts: its row and rung, hops, and micro-nats."""

    target: int
    rung: int
    hops: int
    cost: int


class LocalWays:
    """The cheapest ways of some needs from the same starts, in one View.

    The View may lack some nodes of the one the needs were found in: a need whose posts are gone is
    not met by a farther rung.
    """

    def __init__(
        self, view: View, policy: Policy, starts: Iterable[int], needs: Sequence[LocalNeed]
    ) -> None:
        self.view, self.policy, self.needs = view, policy, tuple(needs)
        self.starts = tuple(row for row in starts if view.visible[row])
        self._of: dict[Direction, Layers] = {}

    def without(self, gone: Iterable[int]) -> "LocalWays":
        """The same as if some nodes were not there."""
        other = LocalWays(self.view.without(gone), self.policy, self.starts, self.needs)
        if self.needs and other.starts == self.starts:  # then nothing of these can be another
            other.__dict__.update(_flat=self._flat, _all_rows=self._all_rows)
        return other

    # ---- all needs

    @cached_property
    def packed(self) -> Numbers:
        """int64[needs]: 16 * micro-nats + hops on the nearest rung, NEVER where there is no way."""
        if not self.needs:
            return np.empty(0, np.int64)
        return np.minimum.reduceat(self._ends, self._flat.begins)

    @cached_property
    def _ends(self) -> Numbers:
        """int64[posts of all needs]: what ending at each costs."""
        flat = self._flat
        meets = np.stack([self._meeting(one) for one in Cooperation])
        ends = np.full(len(flat.rows), NEVER, np.int64)
        for direction in set(flat.directions):
            chosen = flat.direction == direction.code
            ends[chosen] = self._ending(flat.rows[chosen], direction)
        return np.where(meets[flat.cooperation, flat.rows], ends, NEVER)

    @cached_property
    def _flat(self) -> "_Flat":
        counts = [len(need.targets) for need in self.needs]
        directions = [self.direction(need.targets) for need in self.needs]
        return _Flat(
            rows=np.concatenate([need.targets for need in self.needs]),
            begins=np.cumsum([0, *counts[:-1]]),
            cooperation=np.repeat([need.cooperation.code for need in self.needs], counts),
            directions=tuple(directions),
            direction=np.repeat([one.code for one in directions], counts),
        )

    # ---- one need

    def way(self, place: int) -> Way | None:
        """The way of one need to its nearest rung."""
        need = self.needs[place]
        return self._way(need, *need.rungs[0])

    def farther(self, place: int) -> Way | None:
        """The way to the first rung behind the nearest where somebody can be reached."""
        need = self.needs[place]
        ways = (self._way(need, rung, rows) for rung, rows in need.rungs[1:])
        return next((way for way in ways if way is not None), None)

    def nodes(self, place: int) -> tuple[int, ...]:
        """The rows the way of one need goes by, its ends included; none without a way."""
        way = self.way(place)
        if way is None:
            return ()
        found = self._layers(self.direction(self.needs[place].targets))
        land = found.field.terrain
        rows: list[int] = land.walk.row[found.way(int(land.number[way.target]))].tolist()
        return tuple(rows)

    def _way(self, need: LocalNeed, rung: int, rows: Rows) -> Way | None:
        there = rows[self._meeting(need.cooperation)[rows]]
        ends = self._ending(there, self.direction(rows))
        if not len(ends) or (least := int(ends.min())) >= NEVER:
            return None
        return Way(
            target=int(there[int(ends.argmin())]),
            rung=rung,
            hops=least & 2**_HOP_BITS - 1,
            cost=least >> _HOP_BITS,
        )

    # ---- what they share

    def _meeting(self, cooperation: Cooperation) -> Mask:
        """bool[nodes]: the posts that meet in it, here."""
        return meets_in(self.view, cooperation.kinds) & posts(self.view)

    def direction(self, targets: Rows) -> Direction:
        """Which way through the tiers leads from the starts to some posts."""
        return direction_of(self.view, self._need, self.starts, targets)

    @cached_property
    def _need(self) -> Need:
        return Need(on=self.view.on, network=Cooperation.INFOHOUSE.kinds)

    def _ending(self, rows: Rows, direction: Direction) -> Numbers:
        """int64[rows]: what ending at each costs; a start is no end."""
        found = self._layers(direction)
        numbers = found.field.terrain.number[rows]
        ends = np.where(numbers >= 0, found.ending[numbers], NEVER)
        ends[np.isin(rows, self.starts)] = NEVER
        return ends

    def _layers(self, direction: Direction) -> Layers:
        if direction not in self._of:
            self._of[direction] = layers(self.painted(direction))
        return self._of[direction]

    def painted(self, direction: Direction) -> Painted:
        """What all needs of a direction walk alike; their targets are entered as any other node."""
        view, policy = self.view, self.policy
        levels = granted_levels(view)
        ask = Ask(
            starts=self.starts, targets={}, direction=direction,
            max_hops=policy.search.default_hops, max_paths=1, overlap_percent=100,
            levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
        )  # fmt: skip
        land, seats = terrain(view, policy), seating(view, policy, standing(view, policy))
        rows = self._all_rows
        numbers = land.number[rows]
        is_end = (numbers >= 0) & (seats.cross[numbers] == 0) & (seats.stand[numbers] >= 0)
        ends: list[int] = rows[is_end].tolist()
        return painted(land, seats, policy, replace(ask, targets=dict.fromkeys(ends, 0)))

    @cached_property
    def _all_rows(self) -> Rows:
        """All posts any need may land on: one that cannot be crossed is entered all the same."""
        every = [rows for need in self.needs for _, rows in need.rungs]
        return distinct(np.concatenate(every)) if every else np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class _Flat:
    """The posts of the nearest rung of all needs, need by need, and where each need begins."""

    rows: Rows
    begins: NDArray[np.intp]
    cooperation: NDArray[np.intp]
    directions: tuple[Direction, ...]
    direction: NDArray[np.intp]
