"""The example queries behind the numbers of a page return these numbers on the demo."""

from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from api.analysis.examples import EXAMPLES
from api.analysis.replica_content import content_of
from graph.access.policy import Role
from graph.access.view import View
from graph.questions.coverage import Coverage, coverage
from graph.questions.post_states import PostState
from graph.store.replica.replica import Replica
from tests import kystby
from tests.api.analysis.replicas import run_query, running_replica
from tests.seed.demo import view_of

pytestmark = [pytest.mark.store, pytest.mark.slow]
BY_ID = {one.id: one for one in EXAMPLES}
AREAS = ("pol-1462", "mun-0787", "reg-1081")


@pytest.fixture(scope="module")
def analyst() -> View:
    return view_of(caller=kystby.caller_of(Role.ANALYST, areas=("dk",)))


@pytest.fixture(scope="module")
def demo(analyst: View) -> Generator[Replica]:
    with running_replica(content_of(analyst)) as replica:
        yield replica


def rows(replica: Replica, example: str, area: str | None = None) -> tuple[tuple[Any, ...], ...]:
    definition = BY_ID[example]
    query = definition.query if area is None else definition.of_area
    assert query is not None
    return run_query(replica, query, {} if area is None else {"area": area}).rows


def in_state(coverage: Coverage, state: PostState) -> Iterator[tuple[str | None, str, int]]:
    for cell in coverage.cells:
        if cell.states.get(state):
            yield cell.area.name, cell.kind.value, cell.states[state]


@pytest.mark.parametrize("area", AREAS)
def test_posts_and_vacant_posts_of_each_kind_equal_those_of_the_coverage(
    demo: Replica, analyst: View, area: str
) -> None:
    counted = {
        (cell.area.name, cell.kind.value, cell.posts, cell.states.get(PostState.VACANT, 0))
        for cell in coverage(analyst, area=area).cells
        if cell.posts
    }
    assert counted
    assert {*rows(demo, "kinds", area)} == counted


@pytest.mark.parametrize("area", [None, *AREAS])
def test_posts_without_a_deputy_equal_those_of_the_coverage(
    demo: Replica, analyst: View, area: str | None
) -> None:
    lacking = {*in_state(coverage(analyst, area=area), PostState.WITHOUT_DEPUTY)}
    assert lacking or area == "mun-0787"
    item = rows(demo, "deputies", area)
    assert {(place, kind, len(posts)) for place, kind, posts in item} == lacking


def test_doubled_posts_are_those_of_the_coverage(demo: Replica, analyst: View) -> None:
    doubled = Counter[str | None]()
    for place, _, number in in_state(coverage(analyst), PostState.DOUBLED):
        doubled[place] += number
    assert doubled
    assert Counter(place for place, *_ in rows(demo, "doubled")) == doubled
