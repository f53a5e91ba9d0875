"""In any world: is a civilian met through a door opener alone, and left for an association alone?

Source: paths.md §1.3, §7 (civilian; property 16).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from graph.model import Consent, DoorOpenerFor, Holds, Link, Person, Represents, ResourceIndividual
from tests.fixtures.examples import examples
from tests.graph.paths.drawn import Case, Drawn
from tests.graph.paths.worlds import ON, NamedPath, World, asked

often = examples(60, HealthCheck.filter_too_much)


def drawn(seed: int, size: int) -> Case:
    """A world and a question that wants to come to civilians and whom they represent."""
    draw = Drawn(seed, size, has_ties=False)
    world, question = draw.world(), draw.question()
    ends = draw.organizations if seed % 2 else [*draw.civilians, *question.targets]
    return world, replace(
        question, targets=dict.fromkeys(ends, 0), is_named=False, gate=None, via=(), max_hops=6,
        overlap_percent=100, max_paths=32, levels=frozenset(),
    )  # fmt: skip


CASES = st.builds(drawn, st.integers(0, 2**32), st.integers(8, 16))


def meetings(world: World, paths: tuple[NamedPath, ...]) -> Iterator[tuple[NamedPath, int]]:
    """Each place on a path where a civilian stands."""
    civil = {thing.id for thing in world.things if isinstance(thing, ResourceIndividual)}
    for path in paths:
        for place, node in enumerate(path.nodes):
            if node in civil:
                yield path, place


@often
@given(CASES)
def test_a_civilian_is_entered_by_a_present_door_opener_and_left_for_an_end_alone(
    case: Case,
) -> None:
    world, question = case
    links = {thing.id: thing for thing in world.things if isinstance(thing, Link)}
    present = {
        thing.id
        for thing in world.things
        if isinstance(thing, Person)
        and not (
            thing.absent_from and thing.absent_to and thing.absent_from <= ON < thing.absent_to
        )
    }
    seats = {(one.source_id, one.target_id) for one in links.values() if isinstance(one, Holds)}
    met = list(meetings(world, asked(world, question).paths))
    assume(met)
    for path, place in met:
        (opener,) = path.carriers[place - 1]
        assert isinstance(links[path.links[place - 1]], DoorOpenerFor)
        assert opener in present
        assert (opener, path.nodes[place - 1]) in seats
        left = path.links[place:]
        assert [type(links[link]) for link in left] in ([], [Represents])


@often
@given(CASES, st.booleans())
def test_the_day_a_consent_ends_no_path_meets_its_civilian_and_withdrawn_on_past_days_too(
    case: Case, is_withdrawn: bool
) -> None:
    world, question = case
    assume(list(meetings(world, asked(world, question).paths)))
    end = {"withdrawn_on": ON} if is_withdrawn else {"expires_on": ON}
    given = [thing for thing in world.things if isinstance(thing, Consent)]
    ended = world.but(*(replace(thing, **end) for thing in given))
    for on in (ON, ON - timedelta(30), ON + timedelta(30)):
        assert not list(meetings(ended, asked(replace(ended, on=on), question).paths))


def test_the_drawn_worlds_have_civilians_to_meet_on_the_way_and_at_its_end() -> None:
    places = set[bool]()
    for seed in range(60):
        world, question = drawn(seed, 14)
        paths = asked(world, question).paths
        places |= {place == len(path.nodes) - 1 for path, place in meetings(world, paths)}
    assert places == {True, False}
