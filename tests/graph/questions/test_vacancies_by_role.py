from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest

from graph.access.policy import LOCAL_OPERATOR, Caller, Grant, Role
from graph.access.view import View
from graph.questions.coverage import Coverage, coverage
from graph.questions.coverage_map import MapMeasure, coverage_map
from graph.questions.coverage_matrix import MatrixColumns, coverage_matrix
from graph.questions.impact import impact
from graph.questions.post_states import PostState, post_masks
from graph.vocabulary import LinkType
from tests.graph.paths.additions import POLICY
from tests.seed import demo

ROLES: Final = (Role.COORDINATOR, Role.OUTREACH, Role.ANALYST, Role.STEWARD, Role.DPO)
VACANT: Final = 23
_OF_POSTS: Final = (MapMeasure.VACANT, MapMeasure.WITHOUT_DEPUTY, MapMeasure.DOUBLED)


@cache
def view_of(role: Role, area: str = "dk") -> View:
    grant = Grant(role=role, areas=frozenset({area}))
    return demo.view_of(caller=Caller(account="tester", grants=(grant,)))


def vacant_post_count(answer: Coverage) -> int:
    return sum(total.states.get(PostState.VACANT, 0) for total in answer.totals)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("area", ["dk", "mun-0787"])
def test_23_posts_are_vacant_for_every_role_of_the_country_or_a_municipality(
    role: Role, area: str
) -> None:
    view = view_of(role, area)
    assert vacant_post_count(coverage(view)) == VACANT
    assert int(post_masks(view)[PostState.VACANT].sum()) == VACANT


def test_23_posts_are_vacant_for_the_local_operator() -> None:
    assert vacant_post_count(coverage(demo.view_of(caller=LOCAL_OPERATOR))) == VACANT


def test_more_holders_are_hidden_from_a_municipality_than_from_the_country() -> None:
    hidden = [int((view_of(Role.COORDINATOR, area).seat_columns(LinkType.HOLDS).source < 0).sum())
              for area in ("dk", "mun-0787")]  # fmt: skip
    assert 0 < hidden[0] < hidden[1]
    assert hidden[1] > 700


@pytest.mark.parametrize("role", ROLES)
def test_coverage_is_the_same_for_every_role(role: Role) -> None:
    ours = view_of(Role.COORDINATOR)
    for area in ("dk", "mun-0787"):
        theirs = view_of(role, area)
        assert coverage(theirs).cells == coverage(ours).cells
        for measure in _OF_POSTS:
            rows = [coverage_map(view, measure, POLICY).rows for view in (theirs, ours)]
            assert rows[0] == rows[1]
        for columns in (MatrixColumns.POST_KIND, MatrixColumns.NETWORK):
            matrices = [coverage_matrix(view, columns) for view in (theirs, ours)]
            assert [row.cells for row in matrices[0].rows] == [
                row.cells for row in matrices[1].rows
            ]
            assert matrices[0].totals == matrices[1].totals


@pytest.mark.parametrize("role", ROLES)
def test_every_post_is_in_the_same_state_for_every_role(role: Role) -> None:
    states = [
        list(_states(view)) for view in (view_of(role, "mun-0787"), view_of(Role.COORDINATOR))
    ]
    assert states[0] == states[1]


def _states(view: View) -> Iterator[Any]:
    """Yield by post its states, how many hold it and how many deputize, named or not."""
    for row in coverage(view, area="dk").rows:
        holders = len(row.holders) + row.hidden_holders
        deputies = len(row.deputies) + row.hidden_deputies
        yield row.area.id, row.post.id, row.states, holders, deputies


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_posts_and_successors_of_an_impact_are_the_same_for_every_role(role: Role) -> None:
    posts = [
        [(post.post.id, post.rung, [(by.why, by.post.id, by.km) for by in post.successors])
         for post in impact(view, "act-ssp-0787", POLICY).posts]
        for view in (view_of(role, "mun-0825"), view_of(Role.COORDINATOR))
    ]  # fmt: skip
    assert posts[0] == posts[1]
