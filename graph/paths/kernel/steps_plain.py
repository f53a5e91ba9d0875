"""From one state to the next and back, one at a time, over what is painted for a need."""

from collections.abc import Iterator
from typing import Final

from graph.paths.kernel.problem import DEAD, ENTER, LEAVE, START, SYMBOL_BIT, TARGET, SearchProblem

FAR: Final = 2**31 - 1
"""What a way costs that is not there."""
Edge = tuple[int, int, int]
"""To which state, at what cost, over which arc of the Walk."""


class Expansion:
    """The steps of one need; nothing is read but what is asked for."""

    def __init__(self, problem: SearchProblem) -> None:
        self.modes = problem.automaton.modes
        self._problem = problem
        self._paint = problem.paint.tobytes()  # a byte of bytes is read far sooner than an array's
        self._classes = problem.classes.tobytes()
        self._after = problem.automaton.after.tobytes()
        self._before = problem.automaton.before.tobytes()
        self._goal = problem.automaton.goal.tobytes()
        self._arcs = problem.answering_costs.arcs
        self.step: list[int] = problem.answering_costs.step.tolist()

    def starts(self) -> list[int]:
        """The states a path starts in."""
        ends = zip(self._problem.starts.tolist(), self._problem.start_modes.tolist(), strict=True)
        return [node * self.modes + mode for node, mode in ends]

    def targets(self) -> dict[int, int]:
        """The states a path ends in, with what ending there costs."""
        goal = [mode for mode in range(self.modes) if self._goal[mode]]
        ends = zip(self._problem.targets.tolist(), self._problem.ends.tolist(), strict=True)
        return {node * self.modes + mode: cost for node, cost in ends for mode in goal}

    def is_target(self, state: int) -> bool:
        """Does a path end there?"""
        return bool(self._paint[state // self.modes] & TARGET)

    def onward(self, state: int) -> Iterator[Edge]:
        """The states one may go on to; parallels one after the other, leaving not yet paid."""
        node, mode = divmod(state, self.modes)
        if not self._paint[node] & LEAVE:
            return
        for head, cost, code, arc in self._arcs.onward(node):
            paint = self._paint[head]
            if paint & ENTER:
                at = (mode * 4 + self._classes[code]) * 4 + (paint >> SYMBOL_BIT)
                then = self._after[at]
                if then != DEAD and (self._goal[then] or not paint & TARGET):
                    yield head * self.modes + then, cost, arc

    def backward(self, state: int) -> Iterator[tuple[int, int]]:
        """The states one may come from, and the cost of the arc."""
        node, then = divmod(state, self.modes)
        if not self._paint[node] & ENTER:
            return
        symbol = self._paint[node] >> SYMBOL_BIT
        for tail, cost, code in self._arcs.backward(node):
            if self._paint[tail] & LEAVE:
                come = self._before[(then * 4 + self._classes[code]) * 4 + symbol]
                for mode in range(self.modes) if come else ():
                    if come >> mode & 1:
                        yield tail * self.modes + mode, cost

    def fee(self, state: int) -> int:
        """What leaving costs: the hub of a node that is crossed."""
        node = state // self.modes
        return 0 if self._paint[node] & START else int(self._problem.answering_costs.leave[node])
