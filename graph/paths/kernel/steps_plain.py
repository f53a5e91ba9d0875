"""From one state to the next and back, one at a time, over what is painted for a need."""

from collections.abc import Iterator
from typing import Final

from graph.paths.kernel.problem import DEAD, ENTER, LEAVE, START, SYMBOL_BIT, TARGET, SearchProblem

FAR: Final = 2**31 - 1
"""What a way costs that is not there."""
Edge = tuple[int, int, int]
"""To which state, at what cost, over which lane of the Walk."""


class Expansion:
    """The steps of one need; nothing is read but what is asked for."""

    def __init__(self, painted: SearchProblem) -> None:
        self.modes = painted.automaton.modes
        self._painted = painted
        self._paint = painted.paint.tobytes()  # a byte of bytes is read far sooner than an array's
        self._classes = painted.classes.tobytes()
        self._after = painted.automaton.after.tobytes()
        self._before = painted.automaton.before.tobytes()
        self._goal = painted.automaton.goal.tobytes()
        self._lanes = painted.seating.lanes
        self.step: list[int] = painted.seating.step.tolist()

    def starts(self) -> list[int]:
        """The states a path starts in."""
        ends = zip(self._painted.starts.tolist(), self._painted.start_modes.tolist(), strict=True)
        return [node * self.modes + mode for node, mode in ends]

    def targets(self) -> dict[int, int]:
        """The states a path ends in, with what ending there costs."""
        goal = [mode for mode in range(self.modes) if self._goal[mode]]
        ends = zip(self._painted.targets.tolist(), self._painted.ends.tolist(), strict=True)
        return {node * self.modes + mode: cost for node, cost in ends for mode in goal}

    def is_target(self, state: int) -> bool:
        """Does a path end there?"""
        return bool(self._paint[state // self.modes] & TARGET)

    def onward(self, state: int) -> Iterator[Edge]:
        """The states one may go on to; parallels one after the other, leaving not yet paid."""
        node, mode = divmod(state, self.modes)
        if not self._paint[node] & LEAVE:
            return
        for head, cost, code, lane in self._lanes.onward(node):
            paint = self._paint[head]
            if paint & ENTER:
                at = (mode * 4 + self._classes[code]) * 4 + (paint >> SYMBOL_BIT)
                then = self._after[at]
                if then != DEAD and (self._goal[then] or not paint & TARGET):
                    yield head * self.modes + then, cost, lane

    def backward(self, state: int) -> Iterator[tuple[int, int]]:
        """The states one may come from, and the cost of the lane."""
        node, then = divmod(state, self.modes)
        if not self._paint[node] & ENTER:
            return
        symbol = self._paint[node] >> SYMBOL_BIT
        for tail, cost, code in self._lanes.backward(node):
            if self._paint[tail] & LEAVE:
                come = self._before[(then * 4 + self._classes[code]) * 4 + symbol]
                for mode in range(self.modes) if come else ():
                    if come >> mode & 1:
                        yield tail * self.modes + mode, cost

    def fee(self, state: int) -> int:
        """What leaving costs: the hub of a node that is crossed."""
        node = state // self.modes
        return 0 if self._paint[node] & START else int(self._painted.seating.leave[node])
