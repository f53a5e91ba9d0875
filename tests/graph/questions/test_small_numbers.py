"""No difference of two shown numbers gives a number too small to be shown.

Numbers of civilians are made of the published number of each municipality and of nothing else:
worlds with the same published numbers give the same pages, and each number is a sum of these.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from graph.access.disclosure import LEAST, suppress_small
from graph.access.policy import Caller, Role
from graph.access.view import View
from graph.errors import GraphError
from graph.model import Covers, Element
from graph.questions.coverage import coverage
from graph.questions.coverage_map import MapMeasure, coverage_map
from graph.questions.coverage_matrix import MatrixColumns, coverage_matrix
from graph.questions.history_trend import days_seen, history_trend, quarters_until
from graph.questions.meeting_participants import meeting_participants
from graph.questions.neighborhood import neighborhood
from graph.vocabulary import AreaKind, Label, Sector
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.access.test_disclosure import crowd
from tests.graph.paths.additions import POLICY, tie
from tests.kystby import TODAY

UNITS = (AreaKind.MUNICIPALITY, AreaKind.POLICE_DISTRICT, AreaKind.REGION)
ROLES_WITH_COUNTS = (Role.COORDINATOR, Role.OUTREACH, Role.ANALYST, Role.STEWARD)
ALIKE = [((0, 0), (4, 3)), ((5, 0), (9, 4)), ((5, 10), (8, 14)), ((1, 5), (0, 7))]
"""Civilians of Kystby and of the town next door, in two worlds that publish the same."""


def elements(here: int, next_door: int) -> tuple[Element, ...]:
    """Return Kystby with `here` civilians who agreed to be counted, and `next_door` others."""
    elsewhere = [_next_door(element) for element in crowd(next_door)]
    opener = tie(Covers, "nabo-ssp", "nabo")
    return (*kystby.elements(), opener, *crowd(here), *elsewhere)


def _next_door(element: Element) -> Element:
    """Return the element of a civilian under another id, reached through the post next door."""
    if element.id.startswith("outreach--"):
        there = element.id.removeprefix("outreach--")
        return replace(
            element, id=f"nabo-ssp--n-{there}", source_id="nabo-ssp", target_id=f"n-{there}",
            consent_id=f"n-consent-{there}",
        )  # fmt: skip
    ends = {
        name: f"n-{getattr(element, name)}"
        for name in ("source_id", "target_id")
        if hasattr(element, name)
    }
    return replace(element, id=f"n-{element.id}", **ends)


def caller(role: Role) -> Caller:
    return kystby.caller_of(role, areas=("dk",))


def view_of_world(world: tuple[int, int], role: Role, on: date = TODAY) -> View:
    return kystby.view_of(snapshot_of(elements(*world)), caller(role), on=on)


def numbers(view: View) -> list[tuple[str, int]]:
    """Return every number of civilians on every page that has one, by area."""
    counts = [(row.area.id, row.at_least) for row in coverage(view).civilians]
    for area in view.rows(Label.AREA):
        civilians = coverage(view, area=view.id(area)).civilians
        counts += [(row.area.id, row.at_least) for row in civilians]
    for by in UNITS:
        mapped = coverage_map(view, MapMeasure.CIVILIANS, POLICY, by=by).rows
        counts += [(row.area.id, row.number) for row in mapped if row.number is not None]
        for columns in MatrixColumns:
            rows = coverage_matrix(view, columns, by=by).rows
            counts += [(row.area.id, row.civilians) for row in rows if row.civilians is not None]
    return counts


def pages(view: View) -> list[Any]:
    """Return all pages that count, or that show who is around."""
    areas = [view.id(row) for row in view.rows(Label.AREA)]
    quarters = quarters_until(view.on, 1)
    return [
        numbers(view),
        [coverage(view, area=area) for area in areas],
        [coverage_map(view, *metric, POLICY, by=by) for metric, by in product(_measures(), UNITS)],
        [coverage_matrix(view, columns, by=by, area=area)
         for columns, by, area in product(MatrixColumns, UNITS, (None, *areas))],
        [_answer(view, node) for node in (*areas, "outreach", "nabo-ssp", "forum", "ssp", "dina")],
        [meeting_participants(view, area, (Sector.YOUTH,)) for area in areas],
        history_trend([view] * len(days_seen(quarters)), quarters, (), today=view),
    ]  # fmt: skip


def _measures() -> Iterable[tuple[MapMeasure]]:
    return (
        (measure,)
        for measure in MapMeasure
        if measure not in (MapMeasure.HOPS, MapMeasure.OLDEST_HOP)
    )


def _answer(view: View, center: str) -> Any:
    try:
        return neighborhood(view, center, hops=2)
    except GraphError as error:
        return type(error)


@pytest.mark.parametrize("role", ROLES_WITH_COUNTS)
@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_worlds_with_equal_published_numbers_give_equal_pages(
    one: tuple[int, int], other: tuple[int, int], role: Role
) -> None:
    assert [suppress_small(count) for count in one] == [suppress_small(count) for count in other]
    assert pages(view_of_world(one, role)) == pages(view_of_world(other, role))


@pytest.mark.parametrize("world", [(7, 12), (5, 4), (4, 4), (23, 5)])
def test_shown_numbers_sum_published_ones_and_no_difference_is_below_the_minimum(
    world: tuple[int, int],
) -> None:
    view = view_of_world(world, Role.ANALYST)
    here, next_door = (suppress_small(count) or 0 for count in world)
    sums = {"kystby": here, "nabo": next_door, "pol-ost": here + next_door,
            "reg-syd": here + next_door}  # fmt: skip
    counts = numbers(view)
    assert {area for area, _ in counts} == {area for area, number in sums.items() if number}
    assert all(number == sums[area] for area, number in counts)
    differences = {abs(first - second) for (_, first), (_, second) in product(counts, counts)}
    assert all(number == 0 or number >= LEAST for number in differences)
