"""Small invented worlds to search paths in: drawn from a seed, with the real model and View.

Odd cases are allowed on purpose: hidden carriers, ended links, posts nobody answers at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
import pytest

from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.model import Actor, Covers, Element
from graph.paths.kernel.search import (
    Direction,
    EngineName,
    PostAnswers,
    SearchRequest,
    SearchResult,
    search,
)
from graph.paths.policy import Policy
from graph.paths.policy_file import load_policy
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import LegalGate, PreventionLevel
from tests.fixtures.snapshots import snapshot_of

ON: Final = date(2026, 11, 25)
POLICY: Final = load_policy()
HOLDER, DEPUTY, CLOSED = 0, 105_361, -1
WORST: Final[Mapping[str, Any]] = {"strength": 0.0, "verified_on": ON - timedelta(4_000)}
"""Fields of a link that costs the most of its type and gate."""
ENGINES: Final[tuple[EngineName, ...]] = (
    ("fast", "plain") if find_spec("numba") is not None else ("plain",)
)
"""The available engines; without numba only the plain one."""
needs_both: Final = pytest.mark.skipif(
    len(ENGINES) == 1, reason="numba or a yardstick of the benchmark is not installed"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A SearchRequest in ids, which stay the same in every variation of a world."""

    starts: tuple[str, ...]
    targets: Mapping[str, int]
    direction: Direction = Direction.ACROSS
    max_hops: int = 6
    max_paths: int = 5
    overlap_percent: int = 50
    levels: frozenset[PreventionLevel] = frozenset()
    is_named: bool = False
    gate: LegalGate | None = None
    via: tuple[frozenset[str], ...] = ()
    avoid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class World:
    """Elements, the caller's levels and dates, and who answers by post (default: holder).

    `same`: by node, another node at which the same one answers.
    """

    elements: tuple[Element, ...]
    standing: Mapping[str, int]
    same: Mapping[str, str] = field(default_factory=dict[str, str])
    levels: frozenset[PreventionLevel] = frozenset(PreventionLevel)
    on: date = ON
    today: date = ON

    def __repr__(self) -> str:
        return f"<World of {len(self.elements)} things>"

    def _repr_pretty_(self, printer: Any, _is_cycle: bool) -> None:
        """Print the repr: Hypothesis would print every element, and a seed identifies the case."""
        printer.text(repr(self))

    def snapshot(self) -> Snapshot:
        """Return the elements as a Snapshot; every post covers the whole country."""
        covers = [
            Covers(id=f"v-{element.id}", source_id=element.id, target_id="dk", source="demo")
            for element in self.elements
            if isinstance(element, Actor)
        ]
        return snapshot_of((*self.elements, *covers))

    def view(self, snapshot: Snapshot) -> View:
        """Return the View of a caller with both staff roles in the whole country."""
        grants = tuple(
            Grant(role=role, areas=frozenset({"dk"}), levels=self.levels)
            for role in (Role.COORDINATOR, Role.OUTREACH)
        )
        return View(snapshot, Caller(account="tester", grants=grants), self.on, today=self.today)

    def but(self, *elements: Element) -> "World":
        """Return the same world with some elements changed or added, by id."""
        known = {element.id: element for element in self.elements}
        known |= {element.id: element for element in elements}
        return replace(self, elements=tuple(known.values()))

    def without(self, *ids: str) -> "World":
        return replace(
            self, elements=tuple(element for element in self.elements if element.id not in ids)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPath:
    """A found path in ids; `also` and `costs` hop by hop."""

    cost: int
    nodes: tuple[str, ...]
    links: tuple[str, ...]
    carriers: tuple[tuple[str, ...], ...]
    also: tuple[tuple[str, ...], ...]
    costs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFound:
    paths: tuple[NamedPath, ...]
    is_exact: bool
    why: str | None
    bottleneck: str | None


def rows(snapshot: Snapshot, ids: Iterable[str]) -> frozenset[int]:
    return frozenset(snapshot.row_of[node_id] for node_id in ids if node_id in snapshot.row_of)


def ask_of(snapshot: Snapshot, question: Question) -> SearchRequest:
    return SearchRequest(
        starts=tuple(sorted(rows(snapshot, question.starts))),
        targets={
            snapshot.row_of[node_id]: fit
            for node_id, fit in question.targets.items()
            if node_id in snapshot.row_of
        },
        direction=question.direction,
        max_hops=question.max_hops,
        max_paths=question.max_paths,
        overlap_percent=question.overlap_percent,
        levels=question.levels,
        is_named=question.is_named,
        gate=question.gate,
        via=tuple(rows(snapshot, item) for item in question.via),
        avoid=rows(snapshot, question.avoid),
    )


def standing_of(snapshot: Snapshot, world: World) -> PostAnswers:
    """Return the world's post answers; response costs are zero."""
    cost = np.zeros(len(snapshot.nodes.ids), np.int32)
    for post, standing in world.standing.items():
        if post in snapshot.row_of:
            cost[snapshot.row_of[post]] = standing
    answers = PostAnswers.of(cost)
    key = answers.key.copy()
    for node, other in world.same.items():
        if node in snapshot.row_of and other in snapshot.row_of:
            key[snapshot.row_of[node]] = snapshot.row_of[other]
    return replace(answers, key=key, sits=key)


def search_inputs(
    world: World, question: Question
) -> tuple[Snapshot, View, SearchRequest, PostAnswers]:
    """Return the input of a search in a world, and the Snapshot that names its rows."""
    snapshot = world.snapshot()
    ask, answers = ask_of(snapshot, question), standing_of(snapshot, world)
    return snapshot, world.view(snapshot), ask, answers


def result_of(world: World, question: Question, policy: Policy = POLICY) -> NamedFound:
    snapshot, view, ask, answers = search_inputs(world, question)
    return named_result(snapshot, search_result(view, policy, ask, answers))


def search_result(
    view: View, policy: Policy, ask: SearchRequest, answers: PostAnswers
) -> SearchResult:
    """Return the search's result; every engine must find the same, to the last link."""
    result, *others = (search(view, policy, ask, answers, engine) for engine in ENGINES)
    assert all(other == result for other in others)
    return result


def named_result(snapshot: Snapshot, result: SearchResult) -> NamedFound:
    ids, links = snapshot.nodes.ids, snapshot.links.ids
    fewer = result.fewer
    has_bottleneck = fewer is not None and fewer.bottleneck is not None
    return NamedFound(
        paths=tuple(
            NamedPath(
                cost=path.cost,
                nodes=tuple(ids[row] for row in path.rows),
                links=tuple(links[hop.link] for hop in path.hops),
                carriers=tuple(
                    tuple(ids[carrier] for carrier in hop.carriers) for hop in path.hops
                ),
                also=tuple(tuple(links[link] for link in hop.also) for hop in path.hops),
                costs=tuple(hop.cost for hop in path.hops),
            )
            for path in result.paths
        ),
        is_exact=result.is_exact,
        why=str(fewer.why) if fewer else None,
        bottleneck=ids[fewer.bottleneck or 0] if fewer and has_bottleneck else None,
    )
