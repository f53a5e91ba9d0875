from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given

from graph.model import Element, Holds, Person
from tests import kystby
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph import strategies


@examples(50)
@given(elements=strategies.graphs())
def test_a_snapshot_returns_the_elements_it_was_built_from(elements: list[Element]) -> None:
    links_last = sorted(elements, key=lambda element: (element.id.startswith("link"), element.id))
    assert list(snapshot_of(elements).elements()) == links_last


def test_the_snapshot_of_kystby_returns_all_its_elements() -> None:
    assert {element.id: element for element in kystby.snapshot().elements()} == {
        element.id: element for element in kystby.elements()
    }


def test_reading_many_rows_equals_reading_each_row_in_the_same_order() -> None:
    seen = kystby.snapshot()
    rows, links = (list(range(len(ids)))[::-3] for ids in (seen.nodes.ids, seen.links.ids))
    assert seen.nodes_of(rows) == [seen.node(row) for row in rows]
    assert seen.links_of(links) == [seen.link(link) for link in links]
    assert seen.nodes_of([]) == seen.links_of([]) == []


def test_an_element_is_restored_from_all_values_without_a_default() -> None:
    person = Person(id="bo", source="test", name="Bo Bæk")
    assert Person.from_stored({"id": "bo", "source": "test", "name": "Bo Bæk"}) == person
    assert Person.from_stored(asdict(person)) == person
    with pytest.raises(KeyError):
        Person.from_stored({"id": "bo"})


def test_a_snapshot_does_not_depend_on_the_order_of_its_elements() -> None:
    forward, backward = snapshot_of(kystby.elements()), snapshot_of(reversed(kystby.elements()))
    assert list(forward.elements()) == list(backward.elements())
    assert forward.row_of == backward.row_of


def test_adjacency_lists_the_links_of_each_node() -> None:
    seen = kystby.snapshot()
    for ends, adjacency in ((seen.links.source, seen.out), (seen.links.target, seen.into)):
        for row in range(len(seen.nodes.ids)):
            links = adjacency.links[adjacency.start[row] : adjacency.start[row + 1]]
            assert links.tolist() == np.flatnonzero(ends == row).tolist()


def test_snapshot_columns_are_read_only() -> None:
    seen = kystby.snapshot()
    for column in (seen.nodes.label, seen.links.strength, seen.out.links):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_a_link_to_a_node_that_is_not_there_is_refused() -> None:
    link = Holds(id="loose", source_id="amina", target_id="nobody", source="test")
    with pytest.raises(KeyError):
        snapshot_of((*kystby.elements(), link))
