"""Data a caller may not see changes no list, card, neighborhood, cell, event or change they read.

A world is Kystby with drawn additions; its twin lacks some of what is hidden, with others in the
seats of hidden people, or has other values in hidden fields. Both must give identical answers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.errors import GraphError
from graph.model import Change, ChangeKind, ChangeReason, Element
from graph.paths import Need
from graph.paths.path_diff import path_diff
from graph.questions.bridges import Leaving, bridges
from graph.questions.changes import visible_changes
from graph.questions.coverage import coverage
from graph.questions.coverage_map import MapMeasure, coverage_map
from graph.questions.coverage_matrix import MatrixColumns, coverage_matrix
from graph.questions.cuts import cuts
from graph.questions.due_links import due
from graph.questions.entities import area_cards, entities, entity, links, network_cards
from graph.questions.history import history
from graph.questions.history_trend import CHECKED_ON, days_seen, history_trend, quarters_until
from graph.questions.impact import impact
from graph.questions.metrics import Metric, metrics
from graph.questions.neighborhood import neighborhood
from graph.questions.owners import owners
from graph.questions.relations import relations
from graph.snapshot.field_types import field_types
from graph.snapshot.snapshot import Snapshot
from graph.store.codec import sort_of
from graph.vocabulary import ConsentPurpose, Label, LinkType, PreventionLevel
from tests import kystby
from tests.fixtures.examples import drill, examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.access.test_non_interference import hidden, renamed
from tests.graph.drawn_worlds import DAYS, callers, worlds
from tests.graph.paths.worlds import POLICY
from tests.graph.stand_ins import reseated, without

_ENDS: Final = (
    ("ihd", "ssp-post"), ("outreach", "vindrosen"), ("outreach", "jens"), ("amina", "erik"),
    ("nabo-ssp", "ssp-post"),
)  # fmt: skip
CENTERS: Final = ("kystby", "havnen", "outreach", "ssp-post", "vindrosen", "jens", "erik", "ssp")
LEAVING: Final = ("ssp-post", "outreach", "ihd", "ssp", "amina", "erik", "kystby-kommune", "jens")
LABELS: Final[tuple[Leaving, ...]] = (Label.ACTOR, Label.NETWORK, Label.PERSON)


def answer(question: Callable[..., Any], *arguments: Any, **terms: Any) -> Any:
    """Return an answer, or an error as its type and text."""
    try:
        return question(*arguments, **terms)
    except GraphError as error:
        return type(error), error.text("en")


def read(view: View) -> list[Any]:
    """Return the answers to all reading questions of a View."""
    listed = [entities(view, label=label, limit=100) for label in (None, *Label)]
    return [
        listed,
        [entity(view, node.id, POLICY) for page in listed for node in page.found],
        [answer(entities, view, area=area) for area in ("kystby", "nabo")],
        [answer(entities, view, network=network) for network in ("ssp", "forum")],
        entities(view, kind="ROLE_MODEL"),
        [links(view, type=link_type, limit=100) for link_type in LinkType],
        due(view, POLICY, limit=100),
        area_cards(view),
        network_cards(view),
        [answer(neighborhood, view, center, hops=2) for center in CENTERS],
        [answer(neighborhood, view, center, level=PreventionLevel.OUTREACH) for center in CENTERS],
        coverage(view),
        answer(coverage, view, area="pol-ost"),
        [answer(coverage_map, view, measure, POLICY) for measure in MapMeasure],
        [answer(impact, view, leaving, POLICY) for leaving in LEAVING],
        [bridges(view, POLICY, label=label) for label in LABELS],
        cuts(view, POLICY),
        [coverage_matrix(view, columns) for columns in MatrixColumns],
        relations(view),
        [metrics(view, measure, POLICY) for measure in Metric],
    ]


def changes(elements: Iterable[Element]) -> list[Change]:
    """Return a change of every field of every element, from the value it has."""
    return [
        Change(
            revision=7, touched=element.id, kind=ChangeKind.UPDATED, what=sort_of(element),
            fields=tuple(names := field_types(type(element))), made_by="tester",
            before={name: getattr(element, name) for name in names}, reason=ChangeReason.CORRECTED,
            made_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        for element in elements
    ]  # fmt: skip


def shown_changes(view: View, elements: Iterable[Element]) -> list[Any]:
    """Return the changes that the caller is shown."""
    return [
        shown_change
        for change in changes(elements)
        if (shown_change := visible_changes(view, change))
    ]


def is_hidden_in(view: View, snapshot: Snapshot, element_id: str) -> bool:
    row = snapshot.row_of.get(element_id, -1)
    if row >= 0:
        return not view.visible[row]
    return not view.open_links[snapshot.link_row_of[element_id]]


def placing(snapshot: Snapshot, view: View) -> frozenset[str]:
    """Return the links that place posts which are not there on the date, and who has held them."""
    nodes, links = snapshot.nodes, snapshot.links
    is_there = (nodes.valid_from <= view.day) & (view.day < nodes.valid_to)
    is_absent_post = (nodes.label == Label.ACTOR.code) & ~is_there
    places = np.isin(links.type, [LinkType.BELONGS_TO.code, LinkType.COVERS.code])
    rows: list[int] = (is_absent_post[links.source] & places).nonzero()[0].tolist()
    return frozenset(links.ids[row] for row in rows)


@st.composite
def twins(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw what a caller reads in a world and in its twin."""
    elements, caller, on, today = draw(worlds()), draw(callers()), draw(DAYS), draw(DAYS)
    snapshot = snapshot_of(elements)
    view = View(snapshot, caller, on, today=today)
    luck = draw(st.randoms(use_true_random=False))
    share = luck.choice((0.1, 0.5, 1.0))
    gone = [element_id for element_id in hidden(snapshot, view) if luck.random() < share]
    twin = reseated(renamed(elements, snapshot, view), gone, apart=luck.random() < 0.5)
    other = View(snapshot_of(twin), caller, on, today=today)
    return ([read(view), shown_changes(view, elements)], [read(other), shown_changes(other, twin)])


@st.composite
def twin_histories(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw the changes between two dates in a world, and in a twin without what all Views hide."""
    elements, caller, today = draw(worlds()), draw(callers()), draw(DAYS)
    days = sorted(draw(st.sets(DAYS, min_size=2, max_size=2)))
    ending = draw(st.sampled_from([element.id for element in elements]))
    elements = tuple(
        replace(element, valid_to=draw(st.sampled_from(days)))
        if element.id == ending and element.valid_from is None
        else element
        for element in elements
    )
    quarters = quarters_until(days[1], 2)
    looked_at = sorted({*days, *days_seen(quarters), today})

    def world_and_views(world: Iterable[Element]) -> tuple[Snapshot, dict[date, View]]:
        snapshot = snapshot_of(world)
        return snapshot, {on: View(snapshot, caller, on, today=today) for on in looked_at}

    def answers(world: Iterable[Element], views: Mapping[date, View]) -> list[Any]:
        before, after = (views[on] for on in days)
        needs = [Need(on=before.on, start=start, target=target) for start, target in _ENDS]
        seen = [views[on] for on in days_seen(quarters)]
        checks = [change for change in changes(world) if CHECKED_ON in change.fields]
        return [
            history(before, after),
            owners(before, after),
            history_trend(seen, quarters, checks, today=views[today]),
            [answer(path_diff, before, after, need, POLICY) for need in needs],
        ]

    snapshot, views = world_and_views(elements)
    candidates = {element_id for view in views.values() for element_id in hidden(snapshot, view)}
    candidates -= {element_id for view in views.values() for element_id in placing(snapshot, view)}
    luck = draw(st.randoms(use_true_random=False))
    gone = [
        element_id
        for element_id in sorted(candidates)
        if all(is_hidden_in(view, snapshot, element_id) for view in views.values())
        and luck.random() < 0.5
    ]
    twin = reseated(elements, gone, apart=luck.random() < 0.5)
    _, others = world_and_views(twin)
    return answers(elements, views), answers(twin, others)


@pytest.mark.slow
@examples(30)
@given(twins())
def test_hidden_data_changes_no_answer_to_a_caller(case: tuple[Any, Any]) -> None:
    assert case[0] == case[1]


@pytest.mark.slow
@examples(30)
@given(twin_histories())
def test_hidden_data_changes_no_history_owners_trend_or_path_diff(case: tuple[Any, Any]) -> None:
    assert case[0] == case[1]


@drill(2_000)
@given(twins())
def test_hidden_data_changes_no_answer_to_a_caller_in_thousands_of_worlds(
    case: tuple[Any, Any],
) -> None:
    assert case[0] == case[1]


@drill(2_000)
@given(twin_histories())
def test_hidden_data_changes_no_history_in_thousands_of_worlds(
    case: tuple[Any, Any],
) -> None:
    assert case[0] == case[1]


def test_changes_of_a_consent_are_not_shown_if_its_giver_is_hidden_or_absent() -> None:
    whole = kystby.elements(**{"consent-kaj": {"purposes": frozenset({ConsentPurpose.PASS_ON})}})
    everywhere = Grant(
        role=Role.OUTREACH, areas=frozenset({"dk"}), levels=frozenset(PreventionLevel)
    )
    dina = Caller(account="dina", grants=(everywhere,), posts=frozenset({"outreach"}))
    day = date(2026, 3, 1)

    def answers(elements: Iterable[Element]) -> list[Any]:
        view = View(snapshot_of(elements), dina, day, today=day)
        assert view.find("kaj") is None
        return [change for change in shown_changes(view, elements) if change.id == "consent-kaj"]

    assert answers(whole) == answers(without(whole, ["kaj"])) == []
