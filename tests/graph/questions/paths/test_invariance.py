"""What must change nothing: the hidden, the order of storage, turning round. paths.md §7, 1-3."""

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graph.model import (
    DoorOpenerFor,
    EscalatesTo,
    Holds,
    RefersTo,
    Represents,
    Thing,
)
from graph.questions.paths.kernel import Direction
from graph.vocabulary import Visibility
from tests.graph.questions.paths.drawn import cases
from tests.graph.questions.paths.made import holds, knows, person, post, refers
from tests.graph.questions.paths.worlds import (
    ON,
    NamedPath,
    Question,
    World,
    asked,
)

Case = tuple[World, Question]
MANY = 32
often = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def full(world: World, question: Question) -> tuple[NamedPath, ...]:
    """The plain order, as far as the search is wide."""
    return asked(world, replace(question, overlap_percent=100, max_paths=MANY)).paths


# ---- 1, 2: what must not matter


def hidden_things(world: World, draw: Random) -> list[Thing]:
    """Ended posts and links, a person nobody may see who knows everybody's posts."""
    posts = list(world.standing)
    secret = person("n00-secret", visibility=Visibility.NAMED)
    seats = [holds(secret.id, one) for one in posts]
    things: list[Thing] = [post("n05-ended", valid_to=ON), secret, *seats]
    for number in range(6):
        one, other = draw.choice(posts), draw.choice(posts)
        if one != other:
            things.append(refers(f"l0-ended-{number}", one, other, valid_to=ON))
        things.append(refers(f"l1-to-ended-{number}", one, "n05-ended"))
        things.append(refers(f"l2-from-ended-{number}", "n05-ended", other))
    people = {thing.source_id for thing in world.things if isinstance(thing, Holds)}
    return [*things, *(knows(f"k-{who}", secret.id, who) for who in sorted(people))]


@often
@given(cases(), st.randoms())
def test_what_the_caller_may_not_see_changes_nothing(case: Case, draw: Random) -> None:
    world, question = case
    assert asked(world.but(*hidden_things(world, draw)), question) == asked(world, question)


@often
@given(cases(), st.randoms())
def test_the_order_things_are_stored_in_changes_nothing(case: Case, draw: Random) -> None:
    world, question = case
    things = list(world.things)
    draw.shuffle(things)
    assert asked(replace(world, things=tuple(things)), question) == asked(world, question)


# ---- 3: the way back


def turned(world: World, question: Question) -> Case:
    """Every one-way link turned round, and the question with it."""
    things = [
        replace(thing, source_id=thing.target_id, target_id=thing.source_id)
        if isinstance(thing, RefersTo | EscalatesTo)
        else thing
        for thing in world.things
    ]
    way = {Direction.DOWN: Direction.UP, Direction.UP: Direction.DOWN}
    back = replace(
        question,
        starts=tuple(question.targets),
        targets=dict.fromkeys(question.starts, 0),
        direction=way.get(question.direction, question.direction),
        via=tuple(reversed(question.via)),
    )
    return replace(world, things=tuple(things)), back


@often
@given(cases().filter(lambda case: not set(case[1].starts) & set(case[1].targets)))
def test_turning_the_world_and_the_question_round_turns_the_paths_round(case: Case) -> None:
    world, question = case
    things = tuple(
        replace(thing, hours="00:00-24:00") if hasattr(thing, "hours") else thing
        for thing in world.things
        if not isinstance(thing, DoorOpenerFor | Represents)
    )  # a door opens one way, and only posts answer at once
    world = replace(world, things=things, standing={})
    question = replace(question, targets=dict.fromkeys(question.targets, 0))
    ways = full(world, question)
    back = full(*turned(world, question))
    assume(0 < len(ways) < MANY)
    assert sorted((way.cost, way.nodes, way.links) for way in ways) == sorted(
        (way.cost, way.nodes[::-1], way.links[::-1]) for way in back
    )
    assert full(*turned(*turned(world, question))) == ways
