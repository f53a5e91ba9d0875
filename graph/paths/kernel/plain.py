"""The search in plain Python: what answers where nothing is compiled, and as long as it is not."""

from collections.abc import Iterable

from graph.paths.kernel.ask import Grown, Wanted
from graph.paths.kernel.problem import Painted
from graph.paths.kernel.region_plain import Met, Region, hop_region, meet, region
from graph.paths.kernel.steps_plain import Steps
from graph.paths.kernel.tree_plain import Tree


class PlainEngine:
    """One need's search, stage by stage."""

    def __init__(self, painted: Painted) -> None:
        self._steps = Steps(painted)
        self._max_hops = painted.max_hops
        self._states: Iterable[int] = ()
        self._met: Met | None = None
        self._region: Region | None = None

    def near(self, budget: int) -> int:
        """Stage 1: how many states are on a way short enough; 0 proves there is none.

        Raises: Over: more than `budget` states were met before that was known.
        """
        states = hop_region(self._steps, self._max_hops, budget)
        self._states, self._met, self._region = states, None, None
        return len(states)

    def meet(self, eps: float, budget: int) -> int:
        """Stage 2: how many states are on a way as cheap as the cheapest and a share `eps` of it.

        0 proves that there is none. Raises: Over: more than `budget` states were settled.
        """
        met = meet(self._steps, eps, budget)
        self._states, self._met, self._region = met.states, met, None
        return len(met.states)

    def grow(self, wanted: Wanted) -> Grown:
        """Stages 3 and 4: the wanted paths among the states of the last stage."""
        if self._region is None:
            self._region = region(self._steps, self._states, self._max_hops, self._met)
        return Tree(self._steps, self._region, wanted).grow()
