from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Actor, Element, HopLink, Knows, Link, Network, Person
from graph.paths.policy import arc_rules
from graph.snapshot.arc_graph import ArcGraph, arc_graph_on
from graph.snapshot.arcs import arcs_of
from graph.snapshot.field_types import date_to_day
from graph.snapshot.incremental import apply_changes
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import LegalGate, LinkType, NetworkKind, PreventionLevel
from tests import kystby
from tests.fixtures.builders import network, post, refers
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph import strategies
from tests.graph.drawn_worlds import worlds
from tests.graph.paths.random_worlds import Case, cases
from tests.graph.paths.worlds import ON, POLICY

RULES = arc_rules(POLICY)
DAYS = [date_to_day(ON) + later for later in (-100, 0, 1)]


def fields_of(columns: Any) -> dict[str, Any]:
    """Every field, arrays as their type and bytes."""
    return {field.name: plain(getattr(columns, field.name)) for field in fields(columns)}


def plain(column: Any) -> Any:
    return (column.dtype, column.tobytes()) if isinstance(column, np.ndarray) else column


def contents(snapshot: Snapshot) -> list[Any]:
    """All that a Snapshot holds, and its Arcs and Walks of some days."""
    tables = {
        what: (
            table.cls,
            plain(table.rows),
            {name: plain(column) for name, column in table.columns.items()},
        )
        for what, table in snapshot.tables.items()
    }
    parts = (snapshot.nodes, snapshot.links, snapshot.out, snapshot.into, arcs_of(snapshot))
    graphs = [fields_of(graph) for graph in arc_graphs_of(snapshot)]
    return [
        *map(fields_of, parts),
        tables,
        graphs,
        *map(dict, (snapshot.row_of, snapshot.link_row_of)),
    ]


def arc_graphs_of(snapshot: Snapshot) -> list[ArcGraph]:
    return [arc_graph_on(snapshot, day, RULES) for day in DAYS]


def check(elements: Iterable[Element], changes: Iterable[Element]) -> None:
    """Assert that changes, in one step or several, equal a fresh build, and leave the old one."""
    before, changes = {(type(element), element.id): element for element in elements}, list(changes)
    old, after = snapshot_of(before.values()), dict(before)
    known = contents(old)
    new = apply_changes(old, changes, 2)
    after |= {(type(element), element.id): element for element in changes}
    fresh = snapshot_of(after.values(), 2)
    assert contents(new) == contents(fresh)
    step = old
    for change in sorted(changes, key=lambda element: isinstance(element, Link)):
        step = apply_changes(step, [change], 2)
    assert contents(step) == contents(fresh)
    assert contents(old) == known
    assert new.revision == 2
    assert list(new.elements()) == list(fresh.elements())


@st.composite
def elements_and_changes(draw: st.DrawFn) -> tuple[list[Element], list[Element]]:
    """Draw elements, and others of which many have the ids of the first."""
    elements, others = draw(strategies.graphs()), draw(strategies.graphs())
    known = {element.id: type(element) for element in elements}
    names = {
        element.id: element.id
        if known.get(element.id, type(element)) is type(element)
        else f"{element.id}-new"
        for element in others
    }
    changes: list[Element] = []
    for element in others:
        given: dict[str, Any] = {"id": names[element.id]}
        if isinstance(element, Link):
            given |= {"source_id": names[element.source_id], "target_id": names[element.target_id]}
        if isinstance(element, Knows):
            given |= {"declared_by": given["source_id"]}
        changes.append(replace(element, **given))
    return elements, changes


@pytest.mark.slow
@examples(30)
@given(case=elements_and_changes())
def test_applying_any_changes_equals_building_a_new_snapshot(
    case: tuple[list[Element], list[Element]],
) -> None:
    check(*case)


@examples(30)
@given(case=cases(), seed=st.integers(0, 2**32), count=st.integers(1, 4))
def test_applying_changed_links_equals_building_a_new_snapshot(
    case: Case, seed: int, count: int
) -> None:
    chance = Random(seed)
    hops = [element for element in case[0].elements if isinstance(element, HopLink)]
    check(
        case[0].elements,
        [change_hop(hop, chance) for hop in chance.sample(hops, min(count, len(hops)))],
    )


def change_hop(hop: HopLink, chance: Random) -> HopLink:
    ago = chance.choice((None, -3, 0, 95, 4000))
    others: dict[str, Any] = {
        "strength": chance.choice((None, 0.0, 0.5, 1.0)),
        "verified_on": None if ago is None else ON - timedelta(ago),
        "levels": frozenset(chance.sample(tuple(PreventionLevel), chance.choice((0, 1, 2)))),
        "revision": hop.revision + 1,
    }
    if hop.type is LinkType.REFERS_TO:
        others["gate"] = chance.choice((LegalGate.INTERNAL, LegalGate.KSP_115, LegalGate.GENERAL))
    return replace(hop, **{name: others[name] for name in chance.sample(list(others), 2)})


@pytest.mark.slow
@examples(60)
@given(case=cases(), seed=st.integers(0, 2**32))
def test_applying_changed_dates_hours_kinds_and_new_posts_equals_a_new_snapshot(
    case: Case, seed: int
) -> None:
    chance, changes = Random(seed), list[Element]()
    sort = chance.choice((Actor, Network, Network, Person, Link))
    elements = [element for element in case[0].elements if isinstance(element, sort)]
    for element in chance.sample(elements, min(len(elements), chance.choice((1, 1, 3)))):
        match element:
            case Actor():
                changes.append(replace(element, hours=chance.choice((None, "MO 10:00-12:00"))))
            case Network():
                changes.append(network(element.id, NetworkKind.INFOHOUSE_NETWORK))
            case Person() | Link():
                ended = chance.choice((ON, ON + timedelta(1)))
                changes.append(replace(element, valid_from=None, valid_to=ended))
            case _:
                pass
    if chance.random() < 0.3:
        post_id = chance.choice(
            [element.id for element in case[0].elements if isinstance(element, Actor)]
        )
        changes += [
            post("m-new"),
            refers("a-new", "m-new", post_id),
            refers("z-new", post_id, "m-new"),
        ]
    check(case[0].elements, changes)


@pytest.mark.slow
@examples(30)
@given(world=worlds(), all_of_it=st.booleans())
def test_applying_any_variation_to_kystby_equals_a_new_snapshot(
    world: tuple[Element, ...], all_of_it: bool
) -> None:
    known = {element.id: element for element in kystby.elements()}
    check(
        kystby.elements(),
        [element for element in world if all_of_it or known.get(element.id) != element],
    )


def test_a_snapshot_with_a_verified_link_shares_its_unchanged_parts() -> None:
    old = kystby.snapshot()
    link = next(element for element in old.elements() if isinstance(element, HopLink))
    new = apply_changes(old, [replace(link, verified_on=ON, verified_by="amina")], 2)
    assert new.nodes is old.nodes
    assert new.out is old.out
    assert (new.links.ids, new.links.gate) == (old.links.ids, old.links.gate)
    assert new.links.strength is old.links.strength


def test_applying_unchanged_elements_shares_columns_with_the_old_snapshot() -> None:
    old = kystby.snapshot()
    new = apply_changes(old, old.elements(), 2)
    assert new.revision == 2
    assert new.nodes.name is old.nodes.name
    assert new.links.strength is old.links.strength


def test_columns_of_a_changed_snapshot_are_read_only() -> None:
    new = apply_changes(kystby.snapshot(), [post("new")], 2)
    for column in (new.nodes.label, new.links.source, new.out.links):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_a_link_to_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        apply_changes(kystby.snapshot(), [refers("new", "ihd", "nobody")], 2)


def test_changing_the_class_of_an_element_raises_value_error() -> None:
    with pytest.raises(ValueError, match="Actor"):
        apply_changes(kystby.snapshot(), [post("amina")], 2)
