"""In any world: does a proposed deputy give a path at its cost, and what would work, its paths?

Source: paths.md §4.4, §7 (nopath).
"""

from dataclasses import replace
from math import exp
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from graph.errors import GraphError
from graph.model import DeputizesFor, Holds
from graph.paths import Answer, Need, find
from graph.paths.answer_terms import FitNeed, Relaxed
from graph.paths.kernel.request import Direction
from graph.paths.relaxation import search_of
from graph.vocabulary import LegalGate, LinkType, PreventionLevel
from tests.fixtures.builders import person
from tests.fixtures.examples import examples
from tests.graph.paths.drawn import drawn
from tests.graph.paths.worlds import ON, POLICY, World

often = examples(120, HealthCheck.filter_too_much)
SEEDS = st.integers(0, 2**32)
GIVEN_UP: dict[Relaxed, dict[str, Any]] = {
    Relaxed.LEVEL: {"level": None},
    Relaxed.GATE: {"gate": None},
    Relaxed.DIRECTION: {"direction": Direction.ACROSS},
    Relaxed.VIA: {"via": ()},
    Relaxed.AVOID: {"avoid": frozenset()},
}
"""What a need can be asked again without; a matter is its trigger's, 12 hops are not a caller's."""


def asked(world: World, need: Need) -> Answer:
    return find(world.view(world.snapshot()), need, POLICY)


def drawn_need(seed: int) -> tuple[World, Need]:
    """A world and a need that asks for more than most."""
    draw = Random(seed)
    world, question = drawn(seed, draw.randint(5, 10), has_ties=draw.random() < 0.5)
    seen = [one.id for one in world.things if one.id in world.standing]
    need = Need(
        on=ON, start=question.starts[0], target=next(iter(question.targets)),
        direction=draw.choice((Direction.DOWN, Direction.UP, Direction.ACROSS)),
        max_hops=draw.choice((2, 3, 6)), gate=draw.choice((None, None, LegalGate.SSP_115)),
        level=draw.choice((None, None, *PreventionLevel)),
        avoid=frozenset(draw.sample(seen, draw.choice((0, 0, 1)))),
        via=tuple(draw.sample(seen, draw.choice((0, 0, 1)))),
    )  # fmt: skip
    return world, need


def without_a_path(seed: int) -> tuple[World, Need, Answer]:
    """The same, of those that have none."""
    world, need = drawn_need(seed)
    try:
        answer = asked(world, need)
    except GraphError:  # a start, a target or a level the caller has no part in
        assume(False)
        raise
    assume(answer.none is not None)
    return world, need, answer


@often
@given(SEEDS)
def test_each_term_that_would_work_gives_its_number_of_paths_when_it_is_given_up(seed: int) -> None:
    world, need, answer = without_a_path(seed)
    assert answer.none is not None
    told = {one.term: one.paths for one in answer.none.would_work if one.term in GIVEN_UP}
    wider = {
        term: asked(world, replace(need, **change)).contacts
        for term, change in GIVEN_UP.items()
        if any(getattr(need, field) for field in change)
    }
    view = world.view(world.snapshot())
    targets = [view.id(row) for row in search_of(view, need, POLICY).ends.targets]
    reached = {
        term: [one for one in contacts if one.ways and one.stop.node.id in targets]
        for term, contacts in wider.items()
    }
    assert set(told) == {term for term, contacts in reached.items() if contacts}
    for term, contacts in reached.items():
        if contacts and len(targets) == 1 and contacts[0].fit.need is FitNeed.NODE:
            assert told[term] == len(contacts[0].ways)


def vacated(seed: int) -> tuple[World, Need, Answer]:
    """A world where nobody has held the target, and a plain need to come there."""
    world, need = drawn_need(seed)
    seats = [
        one.id for one in world.things if isinstance(one, Holds) and one.target_id == need.target
    ]
    world = world.without(*seats)
    plain = Need(on=ON, start=need.start, target=need.target, direction=Direction.ACROSS)
    try:
        return world, plain, asked(world, plain)
    except GraphError:
        assume(False)
        raise


@often
@given(SEEDS)
def test_a_proposed_deputy_gives_a_path_at_exactly_the_promised_cost(seed: int) -> None:
    world, need, answer = vacated(seed)
    assume(answer.none is not None)
    assert answer.none is not None
    proposed = [one for one in answer.none.missing if one.type is LinkType.DEPUTIZES_FOR]
    assume(proposed)
    for one in proposed:
        deputy = DeputizesFor(
            id="d-new", source_id="n-new", target_id=one.target.id, order=1, source="demo"
        )
        made = world.but(person("n-new"), deputy)
        search = search_of(made.view(made.snapshot()), need, POLICY)
        path = search.again(max_paths=1, old_last=False).paths[0]  # whatever it rests on
        assert path.cost == one.path_cost
        assert exp(-path.cost / 1e6) == pytest.approx(one.path_chance)
        assert search.view.id(path.rows[-1]) == one.target.id
        assert asked(made, need).contacts[0].ways
