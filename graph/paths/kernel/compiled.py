"""The compiled search engine: the same results as the plain engine, links included, but faster."""

import threading
from typing import Final

import numpy as np

from graph.paths.kernel import compiled_enumeration, compiled_pruning
from graph.paths.kernel.compiled_enumeration import AcceptedPaths, CompiledRegion
from graph.paths.kernel.compiled_pruning import FAR, ArcArrays, Ints, Scratch, SearchGraph
from graph.paths.kernel.plain import BudgetExceeded
from graph.paths.kernel.problem import ENTER, LEAVE, SearchProblem
from graph.paths.kernel.request import EnumeratedPaths, EnumerationLimits

_FIRST_TREE: Final = 4096
_FIRST_AHEAD: Final = 1 << 16
_FIRST_POTENTIALS: Final = 1 << 12


class Workspace:
    """The reusable arrays of one thread: marked with a stamp per use instead of being cleared.

    They are allocated at full size; only the pages that a search touches take memory.
    """

    def __init__(self) -> None:
        self.states = self.arcs = self.stamp = 0
        self.scratch = _scratch(0, 0)
        self.potentials = np.empty(_FIRST_POTENTIALS, np.int32)
        self.tree, self.waiting = start_partials(_FIRST_TREE)
        self.accepted = _accepted_paths(0, _FIRST_AHEAD)

    def fit(self, states: int, arcs: int, nodes: int) -> None:
        """Ensure capacity for so many states, arcs and nodes."""
        if states > self.states or arcs > self.arcs:
            self.states, self.arcs = max(states, self.states), max(arcs, self.arcs)
            self.scratch, self.stamp = _scratch(self.states, self.arcs), 0
        if nodes > len(self.accepted.shared):
            self.accepted = _accepted_paths(nodes, len(self.accepted.ahead))

    def next_stamp(self) -> int:
        """Return a stamp that no entry has yet."""
        if self.stamp > FAR - 2 * compiled_pruning.STAMPS:
            self.scratch, self.stamp = _scratch(self.states, self.arcs), 0
        self.stamp += compiled_pruning.STAMPS
        return self.stamp

    def fit_potentials(self, size: int) -> Ints:
        """Return an array with room for so many potentials."""
        if size > len(self.potentials):
            self.potentials = np.empty(2 * size, np.int32)
        return self.potentials

    def widen(self, missing: int) -> None:
        """Enlarge fourfold the array that was too small, and clear the accepted paths."""
        self.accepted.shared[:] = 0  # first: if memory runs out, the next search starts clean
        if missing == compiled_enumeration.FULL:
            self.tree, self.waiting = start_partials(4 * len(self.tree))
        else:
            ahead = np.empty(4 * len(self.accepted.ahead), np.int32)
            self.accepted = self.accepted._replace(ahead=ahead)


_LOCAL: Final = threading.local()


def thread_workspace() -> Workspace:
    """Return the workspace of this thread."""
    workspace: Workspace | None = getattr(_LOCAL, "workspace", None)
    if workspace is None:
        workspace = _LOCAL.workspace = Workspace()
    return workspace


def _scratch(states: int, arcs: int) -> Scratch:
    return Scratch(
        states=np.zeros((states, compiled_pruning.COLUMNS), np.int32),
        queue=np.empty(states, np.int32),
        back_queue=np.empty(states, np.int32),
        heap=np.empty(arcs + states, np.int64),
        back_heap=np.empty(arcs + states, np.int64),
        region=np.empty(states, np.int32),
        nodes=np.empty(states, np.int32),
        is_target=np.empty(states, np.uint8),
        edge_start=np.empty(states + 1, np.int32),
        edges=np.empty((arcs, 3), np.int32),
    )


def start_partials(size: int) -> tuple[Ints, Ints]:
    """Return a tree with room for so many partial paths, and a heap of those to be expanded."""
    return np.empty((size, compiled_enumeration.COLUMNS), np.int32), np.empty(size, np.int32)


def _accepted_paths(nodes: int, ahead: int) -> AcceptedPaths:
    most, stops = compiled_enumeration.MOST_PATHS, compiled_enumeration.MOST_STOPS
    return AcceptedPaths(
        nodes=np.empty((most, stops), np.int32),
        arcs=np.empty((most, stops), np.int32),
        marks=np.empty((most, compiled_enumeration.MARKS), np.int32),
        shared=np.zeros(nodes, np.uint32),
        ahead=np.empty(ahead, np.int32),
    )


class CompiledEngine:
    """The search of one need, stage by stage; usable only in the creating thread, one at a time."""

    def __init__(self, problem: SearchProblem) -> None:
        graph, costs = problem.caller_graph.arc_graph, problem.answering_costs
        automaton = problem.automaton
        ways: tuple[ArcArrays, ArcArrays] | None = costs.ways.get(automaton.kind)
        if ways is None:
            ahead = ArcArrays(
                graph.start, graph.head, costs.cost, graph.code, costs.blocked.view(np.uint8),
                automaton.ahead, LEAVE, ENTER, 0,
            )  # fmt: skip
            behind = ArcArrays(
                graph.back_start, graph.tail, costs.back_cost, graph.back_code,
                costs.back_blocked.view(np.uint8), automaton.before, ENTER, LEAVE,
                compiled_pruning.BACK,
            )  # fmt: skip
            ways = costs.ways[automaton.kind] = ahead, behind
        self._graph = SearchGraph(
            *ways, costs.leave, problem.node_flags, problem.classes, automaton.goal,
            problem.starts, problem.start_modes, problem.targets, problem.ends,
        )  # fmt: skip
        self._step = costs.step
        self._max_hops, self._modes = problem.max_hops, automaton.modes
        self._workspace = thread_workspace()
        nodes, arcs = len(graph.row), len(graph.head)
        self._workspace.fit(nodes * self._modes, arcs * self._modes, nodes)
        self._count, self._bound, self._stamp = 0, FAR, 0
        self._region: CompiledRegion | None = None
        self._begin: Ints = self._graph.starts

    def prune_by_hops(self, budget: int) -> int:
        """Stage 1: the number of states on a path within the hops; 0 proves there is none.

        Raises:
            BudgetExceeded: more than `budget` states were met before that was known.
        """
        self._stamp = self._workspace.next_stamp()
        count = compiled_pruning.prune_by_hops(
            self._graph, self._workspace.scratch, self._stamp, self._max_hops, budget
        )
        return self._record(count, FAR)

    def prune_by_cost(self, eps: float, budget: int) -> int:
        """Stage 2: the number of states on a path of at most (1 + `eps`) times the least cost.

        0 proves that there is none.

        Raises:
            BudgetExceeded: more than `budget` states were settled.
        """
        self._stamp = self._workspace.next_stamp()
        scratch = self._workspace.scratch
        return self._record(
            *compiled_pruning.prune_by_cost(self._graph, scratch, self._stamp, eps, budget)
        )

    def enumerate_paths(self, limits: EnumerationLimits) -> EnumeratedPaths:
        """Stages 3 and 4: the wanted paths among the states of the last stage."""
        if self._region is None:
            self._region = self._build_region()
        workspace, begin = self._workspace, self._begin
        exempt = sorted({int(self._step[node]) for node in limits.exempt})
        compiled_limits = compiled_enumeration.CompiledLimits(
            limits.max_paths, limits.max_hops, limits.overlap_percent, limits.max_pops,
            limits.patience, min(self._bound, FAR - 1), np.array(exempt, np.int32),
            len(limits.given),
        )  # fmt: skip
        while True:
            for path, nodes in enumerate(limits.given):
                compiled_enumeration.add_given(
                    self._region, workspace.accepted, compiled_limits, np.array(nodes, np.int32),
                    len(nodes), path,
                )  # fmt: skip
            count, is_cut_off, has_alike = compiled_enumeration.enumerate_paths(
                self._region, workspace.tree, workspace.waiting, workspace.accepted,
                compiled_limits, begin,
            )  # fmt: skip
            if count >= 0:
                return self._new_paths(count, len(limits.given), bool(is_cut_off), bool(has_alike))
            workspace.widen(count)

    def _record(self, count: int, bound: int) -> int:
        if count == compiled_pruning.BUDGET_EXCEEDED:
            raise BudgetExceeded
        self._count, self._bound, self._region = count, bound, None
        return count

    def _build_region(self) -> CompiledRegion:
        """Stage 3: the region with its edges and potentials."""
        graph, scratch, count = self._graph, self._workspace.scratch, self._count
        potentials = self._workspace.fit_potentials((self._max_hops + 1) * count)
        layers, begins = compiled_pruning.compute_potentials(
            graph, scratch, potentials, self._stamp, count, self._max_hops, self._bound
        )
        self._begin = scratch.queue[:begins]
        return CompiledRegion(
            scratch.nodes[:count], self._step, scratch.is_target, scratch.edge_start, scratch.edges,
            potentials, layers,
        )  # fmt: skip

    def _new_paths(
        self, count: int, given_count: int, is_cut_off: bool, has_alike: bool
    ) -> EnumeratedPaths:
        """Return the accepted paths without those that were given."""
        accepted = self._workspace.accepted
        stop_counts: list[int] = accepted.marks[:count, compiled_enumeration.STOPS].tolist()
        nodes: list[list[int]] = accepted.nodes[:count].tolist()
        arcs: list[list[int]] = accepted.arcs[:count].tolist()
        paths = tuple(
            (tuple(stops[:many]), tuple(path_arcs[: many - 1]))
            for many, stops, path_arcs in zip(stop_counts, nodes, arcs, strict=True)
        )
        accepted.shared[self._step[[node for stops, _ in paths for node in stops]]] = 0
        return EnumeratedPaths(paths[given_count:], is_cut_off, has_alike)
