"""The search in plain Python: what answers where nothing is compiled, and as long as it is not."""

from collections.abc import Iterable

from graph.paths.kernel.ask import Enumeration, EnumerationLimits
from graph.paths.kernel.problem import SearchProblem
from graph.paths.kernel.region_plain import (
    MeetingCosts,
    PrunedStates,
    prune_by_cost,
    prune_by_hops,
    pruned_states,
)
from graph.paths.kernel.steps_plain import Expansion
from graph.paths.kernel.tree_plain import PathEnumeration


class PlainEngine:
    """One need's search, stage by stage."""

    def __init__(self, problem: SearchProblem) -> None:
        self._steps = Expansion(problem)
        self._max_hops = problem.max_hops
        self._states: Iterable[int] = ()
        self._met: MeetingCosts | None = None
        self._region: PrunedStates | None = None

    def near(self, budget: int) -> int:
        """Stage 1: how many states are on a way short enough; 0 proves there is none.

        Raises: Over: more than `budget` states were met before that was known.
        """
        states = prune_by_hops(self._steps, self._max_hops, budget)
        self._states, self._met, self._region = states, None, None
        return len(states)

    def meet(self, eps: float, budget: int) -> int:
        """Stage 2: how many states are on a way as cheap as the cheapest and a share `eps` of it.

        0 proves that there is none. Raises: Over: more than `budget` states were settled.
        """
        met = prune_by_cost(self._steps, eps, budget)
        self._states, self._met, self._region = met.states, met, None
        return len(met.states)

    def grow(self, wanted: EnumerationLimits) -> Enumeration:
        """Stages 3 and 4: the wanted paths among the states of the last stage."""
        if self._region is None:
            self._region = pruned_states(self._steps, self._states, self._max_hops, self._met)
        return PathEnumeration(self._steps, self._region, wanted).grow()
