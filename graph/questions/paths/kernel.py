"""Which paths lead from the starts to the targets, cheapest first? The stages in order.

Two engines find the same: one compiled (`kernel_fast.py`, with numba), which answers once it is
warm, and one in plain Python. Source: paths.md §1 (what a path is, what it costs, their order) and
§3 (how they are found, and why nothing is missed).
"""

import threading
from collections.abc import Callable
from typing import Final, Protocol

from graph.questions.paths.ask import (
    Ask,
    Direction,
    Fewer,
    FewerWhy,
    Found,
    FoundHop,
    FoundPath,
    Grown,
    Parts,
    Wanted,
)
from graph.questions.paths.diversity import bottleneck
from graph.questions.paths.engines import EngineName, can_compile, is_fast, is_warm, set_warm
from graph.questions.paths.hops import Hops
from graph.questions.paths.kernel_plain import PlainEngine
from graph.questions.paths.painting import Painted, painted
from graph.questions.paths.reach import Reach, reached, reaching
from graph.questions.paths.region_plain import Over
from graph.questions.paths.rules import Budget, Policy
from graph.questions.paths.steps_plain import FAR
from graph.questions.paths.terrain import Standing, seating, terrain
from graph.time_limit import keep_to_time
from graph.view import View
from graph.vocabulary import Label

__all__ = [
    "Ask", "Direction", "EngineName", "Fewer", "FewerWhy", "Found", "FoundHop", "FoundPath",
    "Parts", "Reach", "Standing", "can_compile", "is_warm", "reached", "reaching", "search",
    "warm_up",
]  # fmt: skip

_EVERYTHING: Final = FAR
_NOTHING: Final = Grown((), False, False)
_PROVED: Final = Found(
    paths=(), is_exact=True, is_cut_off=False, fewer=Fewer(why=FewerWhy.ALL_FOUND)
)
"""There is no path, and that is proved."""


class Engine(Protocol):
    """One need's search, stage by stage. `near` and `meet` raise Over where a budget is used up."""

    def near(self, budget: int) -> int:
        """Stage 1: how many states are on a way short enough; 0 proves there is none."""
        ...

    def meet(self, eps: float, budget: int) -> int:
        """Stage 2: how many are on a way as cheap as the cheapest and a share `eps` of it."""
        ...

    def grow(self, wanted: Wanted) -> Grown:
        """Stages 3 and 4: the wanted paths among the states of the last stage."""
        ...


def search(
    view: View, policy: Policy, ask: Ask, standing: Standing, engine: EngineName | None = None
) -> Found:
    """The best paths in their total order: (cost, hops, ids of nodes, ids of links).

    `engine` None: the compiled one if it is warm. The answer is the same.
    """
    keep_to_time()
    land, seats = terrain(view, policy), seating(view, policy, standing)
    field = painted(land, seats, policy, ask)
    if not len(field.starts) or not len(field.targets):
        return _PROVED
    running = _engine(engine)(field)
    count = _near(running, policy.budget.hop_states + land.visible_count // 6)
    if not count:
        return _PROVED
    sole = [int(land.walk.number[row]) for item in ask.via if len(item) == 1 for row in item]
    wanted = _wanted(ask, policy, frozenset(node for node in sole if node >= 0))
    grown = _staged(running, count, policy.budget, wanted)
    hops = Hops(view, policy, field, ask)
    fewer = _fewer(running, grown, wanted, hops)
    is_cut_off = fewer is not None and fewer.why is FewerWhy.CUT_OFF
    return Found(
        paths=hops.paths(grown),
        is_exact=not is_cut_off,
        is_cut_off=is_cut_off,
        fewer=fewer,
    )


def _wanted(ask: Ask, policy: Policy, exempt: frozenset[int]) -> Wanted:
    return Wanted(
        max_paths=ask.max_paths,
        max_hops=ask.max_hops,
        overlap_percent=ask.overlap_percent,
        exempt=exempt,
        max_pops=policy.budget.pops,
        patience=policy.budget.look_ahead,
    )


def _near(running: Engine, budget: int) -> int:
    try:
        return running.near(budget)
    except Over:
        return _EVERYTHING


def _staged(running: Engine, count: int, budget: Budget, wanted: Wanted) -> Grown:
    """Within few hops all at once; else what is about as cheap as the cheapest, ever wider.

    A tree that ends short of what is wanted has left nothing out below its bound; one that has no
    bound has left nothing out.
    """
    if count <= budget.region_states:
        return running.grow(wanted)
    for eps in budget.widen:
        try:
            count = running.meet(eps, budget.settled)
        except Over:
            break
        if not count:
            return _NOTHING
        grown = running.grow(wanted)
        if len(grown.paths) == wanted.max_paths or grown.is_cut_off:
            return grown
    return running.grow(wanted) if running.near(_EVERYTHING) else _NOTHING


def _fewer(running: Engine, grown: Grown, wanted: Wanted, hops: Hops) -> Fewer | None:
    """Were there no more, or only ones too alike? A plain search for one more path decides."""
    count = len(grown.paths)
    if count == wanted.max_paths:
        return None
    if grown.is_cut_off:
        return Fewer(why=FewerWhy.CUT_OFF)
    if not grown.has_alike:
        return Fewer(why=FewerWhy.ALL_FOUND)
    more = running.grow(wanted._replace(max_paths=count + 1, overlap_percent=100))
    if more.is_cut_off:
        return Fewer(why=FewerWhy.CUT_OFF)
    if len(more.paths) <= count:
        return Fewer(why=FewerWhy.ALL_FOUND)
    node = bottleneck([nodes for nodes, _ in grown.paths], wanted.exempt)
    return Fewer(why=FewerWhy.OVERLAP, bottleneck=None if node is None else hops.row(node))


# ---- engines


_warming: Final = threading.Lock()


def warm_up(view: View, policy: Policy, standing: Standing) -> None:
    """Makes the compiled engine ready, where numba is installed: whatever it needs is run once.

    Seconds the first time on a machine, tenths of one afterwards; the plain engine answers
    meanwhile.
    """
    posts = view.rows(Label.ACTOR)
    with _warming:
        if is_warm() or not can_compile() or len(posts) < 2:
            return
        ask = Ask(
            starts=(posts[0],), targets={posts[1]: 0}, direction=Direction.ACROSS, max_hops=2,
            max_paths=2, overlap_percent=50,
        )  # fmt: skip
        seats = seating(view, policy, standing)
        running = _compiled()(painted(terrain(view, policy), seats, policy, ask))
        wanted = _wanted(ask, policy, frozenset())
        for stage in (lambda: running.near(_EVERYTHING), lambda: running.meet(0.5, _EVERYTHING)):
            stage()
            running.grow(wanted)
        for ways in (reached, reaching):
            ways(view, policy, ask, standing, "fast")
        set_warm()


def _compiled() -> Callable[[Painted], Engine]:
    from graph.questions.paths.kernel_fast import FastEngine

    return FastEngine


def _engine(name: EngineName | None) -> Callable[[Painted], Engine]:
    return _compiled() if is_fast(name) else PlainEngine
