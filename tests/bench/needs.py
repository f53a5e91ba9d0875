"""The mix of needs of `seed.scale`, each asked by a caller with real rights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.paths import find
from graph.paths.answer import Answer, NoPath, Path
from graph.paths.answering_costs import post_answers
from graph.paths.ends import Ends
from graph.paths.explain import explain_paths
from graph.paths.kernel.caller_graph import PostAnswers, answering_costs, caller_graph_of
from graph.paths.kernel.problem import ArcTable, arc_table, build_problem
from graph.paths.kernel.request import Direction, SearchRequest, SearchResult
from graph.paths.kernel.search import EngineName, search, warm_up
from graph.paths.need import Need, granted_levels
from graph.paths.no_path import RelaxableSearch, no_path
from graph.paths.policy import Policy
from graph.paths.policy_file import load_policy
from graph.snapshot.snapshot import Snapshot, build
from graph.snapshot.structure import areas_of
from graph.vocabulary import Label, NetworkKind, PreventionLevel
from seed.scale import ON, DrawnNeed, columns, needs

PATHS: Final = 5
_DENMARK: Final = frozenset({"dk"})
HAS_COMPILED: Final = find_spec("numba") is not None
"""Whether the compiled search is available; if not, the plain one is measured."""


def _caller(role: Role, *levels: PreventionLevel) -> Caller:
    held = frozenset(levels or PreventionLevel)
    return Caller(
        account="bench", grants=(Grant(role=role, areas=_DENMARK, levels=held),), posts=frozenset()
    )


CALLERS: Final = (
    _caller(Role.OUTREACH, PreventionLevel.OUTREACH),
    _caller(Role.COORDINATOR, PreventionLevel.EXIT, PreventionLevel.OUTREACH),
    _caller(Role.COORDINATOR),
    _caller(Role.DPO),
)
"""By clearance: 14, 9, 6 and 0 % of the arcs at 5k are closed to them; drawn for 15, 8, 2 and 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One need as input of our search; what all needs share is computed before the clock starts.

    `plain` are post answers by which nobody answers at two nodes: with them, and with old links no
    worse than others, our paths are comparable with those of peers.
    """

    view: View
    policy: Policy
    answers: PostAnswers
    plain: PostAnswers
    ask: SearchRequest
    need: Need

    def searching(
        self, engine: EngineName | None = None, **terms: Any
    ) -> Callable[[], SearchResult]:
        """Return a function that runs our search with other terms."""
        ask = replace(self.ask, **terms)
        return partial(search, self.view, self.policy, ask, self.answers, engine)

    def searching_plainly(
        self, engine: EngineName | None = None, **terms: Any
    ) -> Callable[[], SearchResult]:
        """Return a function that runs the search comparable with peers."""
        ask = replace(self.ask, overlap_percent=100, old_last=False, **terms)
        return partial(search, self.view, self.policy, ask, self.plain, engine)

    def search(self, engine: EngineName | None = None, **terms: Any) -> SearchResult:
        """Return the result of our search."""
        return self.searching(engine, **terms)()

    def search_plainly(self, engine: EngineName | None = None) -> SearchResult:
        """Return the result of the search comparable with peers."""
        return self.searching_plainly(engine)()

    def answer(self) -> Answer:
        """The whole answer: up to five contacts with their ways, explained."""
        return find(self.view, replace(self.need, level=None), self.policy)

    def arc_table(self) -> ArcTable:
        """Return the filtered graph that peers are given."""
        view, policy = self.view, self.policy
        seats = answering_costs(view, policy, self.plain)
        return arc_table(build_problem(caller_graph_of(view, policy), seats, policy, self.ask))

    def explain(self, result: SearchResult) -> tuple[Path, ...]:
        """The found paths with who answers and why they are listed."""
        return explain_paths(self.view, self.need, self.policy, result.paths)

    def no_path(self) -> NoPath:
        """The whole account of a search that found nothing."""
        ends = Ends(
            starts=self.ask.starts,
            origins=self.ask.starts,
            targets=self.ask.targets,
            fallback_level=0,
            direction=self.ask.direction,
            is_here=False,
        )
        failed_search = RelaxableSearch(
            view=self.view,
            need=self.need,
            policy=self.policy,
            ends=ends,
            ask=self.ask,
            answers=self.answers,
        )
        return no_path(failed_search)


def cases(size: int, seed: int, count: int) -> Iterator[Case]:
    """Yield the cases of the first `count` needs of the mix."""
    snapshot, policy = build(columns(size, seed), 1), load_policy()
    grounds = [_standpoint(snapshot, caller, policy) for caller in CALLERS]
    warm_up(grounds[0][0], policy, grounds[0][1])
    for drawn in needs(size, seed, count):
        if set(drawn.target) <= set(drawn.start):
            continue  # all its targets are starts
        view, stand, plain = grounds[drawn.clearance]
        yield Case(
            view=view, policy=policy, answers=stand, plain=plain,
            ask=ask_of(view, drawn, policy), need=_need_of(view, drawn),
        )  # fmt: skip


def _standpoint(
    snapshot: Snapshot, caller: Caller, policy: Policy
) -> tuple[View, PostAnswers, PostAnswers]:
    view = View(snapshot, caller, ON, today=ON)
    answers = post_answers(view, policy)
    plain = replace(answers, key=np.arange(len(answers.key), dtype=np.int32))
    for variant in (answers, plain):
        answering_costs(view, policy, variant)
    return view, answers, plain


def ask_of(view: View, drawn: DrawnNeed, policy: Policy) -> SearchRequest:
    """Return a drawn need as a request in rows; the direction is that of AUTO.

    A level beyond the caller's is passed on all the same: the search makes no decision by it.
    """
    starts = tuple(view.row(start) for start in drawn.start)
    targets = {view.row(target): 0 for target in drawn.target if view.row(target) not in starts}
    levels = frozenset({drawn.level}) if drawn.level else granted_levels(view)
    return SearchRequest(
        starts=starts,
        targets=targets,
        direction=_direction(view, starts, tuple(targets)),
        max_hops=drawn.max_hops,
        max_paths=PATHS,
        overlap_percent=policy.search.overlap_percent,
        levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
        is_named=drawn.is_named,
        via=(_networks(view, drawn.via),) if drawn.via else (),
    )


def _need_of(view: View, drawn: DrawnNeed) -> Need:
    """Return the nearest need a person could ask, for explanations and the account of no path."""
    post = view.row(drawn.target[0])
    return Need(
        on=ON,
        start=drawn.start[0],
        area=view.id(areas_of(view, post)[0]),
        competence=min(competence.number for competence in view.value(post, "competences")),
        level=drawn.level,
        max_hops=drawn.max_hops,
    )


def _direction(view: View, starts: tuple[int, ...], targets: tuple[int, ...]) -> Direction:
    above, below = (min(view.nodes.height[list(rows)]) for rows in (starts, targets))
    if above == below:
        return Direction.ACROSS
    return Direction.DOWN if above < below else Direction.UP


def _networks(view: View, kinds: frozenset[NetworkKind]) -> frozenset[int]:
    is_one = view.visible & (view.nodes.label == Label.NETWORK.code)
    is_one &= np.isin(view.nodes.kind, [kind.code for kind in kinds])
    return frozenset(np.flatnonzero(is_one).tolist())
