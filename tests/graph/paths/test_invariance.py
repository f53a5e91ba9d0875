"""Invariances of the search: hidden elements, order of storage, reversal, other names."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.model import (
    DoorOpenerFor,
    Element,
    EscalatesTo,
    Holds,
    HopLink,
    Knows,
    RefersTo,
    Represents,
)
from graph.paths.kernel.search import Direction
from graph.vocabulary import PreventionLevel, Visibility
from tests.fixtures.builders import holds, knows, person, post, refers
from tests.graph.paths.random_worlds import MANY, Case, cases, full, often
from tests.graph.paths.worlds import (
    ON,
    POLICY,
    WORST,
    NamedPath,
    Question,
    World,
    ask_of,
    named_result,
    result_of,
    search_result,
    standing_of,
)


def hidden_things(world: World, draw: Random) -> list[Element]:
    """Return ended posts and links, and a hidden person who holds all posts and knows everybody."""
    posts = list(world.standing)
    secret = person("n00-secret", visibility=Visibility.NAMED)
    seats = [holds(secret.id, post_id) for post_id in posts]
    elements: list[Element] = [post("n05-ended", valid_to=ON), secret, *seats]
    for number in range(6):
        source, target = draw.choice(posts), draw.choice(posts)
        if source != target:
            elements.append(refers(f"l0-ended-{number}", source, target, valid_to=ON))
        elements.append(refers(f"l1-to-ended-{number}", source, "n05-ended"))
        elements.append(refers(f"l2-from-ended-{number}", "n05-ended", target))
    for level in frozenset(PreventionLevel) - world.levels:
        elements += [
            refers(f"l0-{post_id}-{level.code}", post_id, posts[0], levels=frozenset({level}))
            for post_id in posts[1:]
        ]
    people = {element.source_id for element in world.elements if isinstance(element, Holds)}
    return [*elements, *(knows(f"k-{who}", secret.id, who) for who in sorted(people))]


@pytest.mark.slow
@often
@given(cases(), st.randoms())
def test_hidden_elements_do_not_change_the_result(case: Case, draw: Random) -> None:
    world, question = case
    assert result_of(world.but(*hidden_things(world, draw)), question) == result_of(world, question)


@often
@given(cases(), st.randoms())
def test_the_storage_order_of_elements_does_not_change_the_result(case: Case, draw: Random) -> None:
    world, question = case
    elements = list(world.elements)
    draw.shuffle(elements)
    assert result_of(replace(world, elements=tuple(elements)), question) == result_of(
        world, question
    )


def question_variants(world: World, question: Question) -> list[Question]:
    """Questions that meet the same arcs on other terms."""
    ends = dict.fromkeys(question.targets, 50000)
    inside = tuple(path.nodes[1] for path in result_of(world, question).paths)
    return [
        question,
        replace(question, targets=ends),
        replace(question, targets=dict.fromkeys(inside, 0) or ends, via=()),
        replace(question, direction=Direction.ACROSS, via=(), avoid=frozenset()),
        replace(question, is_named=True, gate=None),
        replace(question, levels=frozenset({PreventionLevel.EXIT})),
        question,
    ]


@pytest.mark.drill
@often
@given(cases())
def test_earlier_searches_on_a_view_do_not_change_the_result(case: Case) -> None:
    world, question = case
    snapshot, answers = world.snapshot(), standing_of(world.snapshot(), world)
    view = world.view(snapshot)
    for variant in question_variants(world, question):
        result = named_result(
            snapshot, search_result(view, POLICY, ask_of(snapshot, variant), answers)
        )
        assert result == result_of(world, variant)


def reversed_case(world: World, question: Question) -> Case:
    """Return the case with every one-way link reversed, and the question with it."""
    elements = [
        replace(element, source_id=element.target_id, target_id=element.source_id)
        if isinstance(element, RefersTo | EscalatesTo)
        else element
        for element in world.elements
    ]
    way = {Direction.DOWN: Direction.UP, Direction.UP: Direction.DOWN}
    back = replace(
        question,
        starts=tuple(question.targets),
        targets=dict.fromkeys(question.starts, 0),
        direction=way.get(question.direction, question.direction),
        via=tuple(reversed(question.via)),
    )
    return replace(world, elements=tuple(elements)), back


@pytest.mark.drill
@pytest.mark.parametrize("direction", [Direction.DOWN, Direction.UP, Direction.ACROSS])
@often
@given(cases().filter(lambda case: not set(case[1].starts) & set(case[1].targets)))
def test_reversing_all_links_and_the_question_reverses_the_paths(
    direction: Direction, case: Case
) -> None:
    world, question = case
    question = replace(question, direction=direction)
    elements = tuple(
        replace(element, hours="00:00-24:00") if hasattr(element, "hours") else element
        for element in world.elements
        if not isinstance(element, DoorOpenerFor | Represents)
    )  # a door opens one way, and only posts answer at once
    world = replace(world, elements=elements, standing={})
    question = replace(question, targets=dict.fromkeys(question.targets, 0))
    ways = full(world, question)
    back = full(*reversed_case(world, question))
    assume(0 < len(ways) < MANY)
    assert sorted((way.cost, way.nodes, way.links) for way in ways) == sorted(
        (way.cost, way.nodes[::-1], way.links[::-1]) for way in back
    )
    assert full(*reversed_case(*reversed_case(world, question))) == ways


def renamed(world: World, question: Question, names: Mapping[str, str]) -> Case:
    refs = ("id", "source_id", "target_id", "consent_id", "declared_by")
    elements = [
        replace(
            element,
            **{ref: names.get(name, name) for ref in refs if (name := getattr(element, ref, None))},
        )
        for element in world.elements
    ]
    standing = {names[name]: cost for name, cost in world.standing.items()}
    return replace(world, elements=tuple(elements), standing=standing), replace(
        question,
        starts=tuple(names[name] for name in question.starts),
        targets={names[name]: fit for name, fit in question.targets.items()},
        via=tuple(frozenset(names[name] for name in item) for item in question.via),
        avoid=frozenset(names[name] for name in question.avoid),
    )


@often
@given(cases(), st.randoms())
def test_order_preserving_ids_and_unconnected_posts_change_only_the_names(
    case: Case, draw: Random
) -> None:
    world, question = case
    ids = sorted({element.id for element in world.elements} - {"dk"})
    names = {name: f"x{place:04}" for place, name in enumerate(ids)}
    other, asks = renamed(world, question, names)
    strangers = [post(f"x{draw.randint(0, len(ids)):04}-stranger-{number}") for number in range(9)]
    expected = result_of(world, question)
    assert result_of(other.but(*strangers), asks) == replace(
        expected,
        paths=tuple(renamed_path(path, names) for path in expected.paths),
        bottleneck=names.get(expected.bottleneck or ""),
    )


def renamed_path(path: NamedPath, names: Mapping[str, str]) -> NamedPath:
    def called(hops: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(names[name] for name in hop) for hop in hops)

    return replace(
        path,
        nodes=tuple(names[name] for name in path.nodes),
        links=tuple(names[name] for name in path.links),
        carriers=called(path.carriers),
        also=called(path.also),
    )


@pytest.mark.slow
@often
@given(cases(), st.integers(0, 5), st.booleans())
def test_a_parallel_link_that_is_not_cheaper_is_only_added_to_also(
    case: Case, which: int, is_equal: bool
) -> None:
    world, question = case
    result = result_of(world, question)
    assume(result.paths)
    used = result.paths[0].links
    link = next(element for element in world.elements if element.id == used[which % len(used)])
    assume(isinstance(link, HopLink) and not isinstance(link, Knows | DoorOpenerFor))
    dearer: Mapping[str, Any] = {} if is_equal else WORST
    more = result_of(world.but(replace(link, id="zz-parallel", **dearer)), question)
    assert "zz-parallel" in {parallel for hop in more.paths[0].also for parallel in hop}
    assert replace(more, paths=tuple(map(without_parallel, more.paths))) == result


def without_parallel(path: NamedPath) -> NamedPath:
    also = (tuple(link for link in hop if link != "zz-parallel") for hop in path.also)
    return replace(path, also=tuple(also))
