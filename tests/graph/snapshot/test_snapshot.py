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
def test_things_come_out_of_a_snapshot_as_they_went_in(elements: list[Element]) -> None:
    links_last = sorted(elements, key=lambda element: (element.id.startswith("link"), element.id))
    assert list(snapshot_of(elements).elements()) == links_last


def test_kystby_comes_out_of_its_snapshot_whole() -> None:
    assert {element.id: element for element in kystby.snapshot().elements()} == {
        element.id: element for element in kystby.elements()
    }


def test_many_rows_are_read_like_each_of_them_in_the_same_order() -> None:
    seen = kystby.snapshot()
    rows, links = (list(range(len(ids)))[::-3] for ids in (seen.nodes.ids, seen.links.ids))
    assert seen.nodes_of(rows) == [seen.node(row) for row in rows]
    assert seen.links_of(links) == [seen.link(link) for link in links]
    assert seen.nodes_of([]) == seen.links_of([]) == []


def test_an_element_is_restored_from_all_values_without_a_default() -> None:
    person = Person(id="bo", source="test", name="Bo Bæk")
    assert Person.restored({"id": "bo", "source": "test", "name": "Bo Bæk"}) == person
    assert Person.restored(asdict(person)) == person
    with pytest.raises(KeyError):
        Person.restored({"id": "bo"})


def test_the_order_in_which_things_come_changes_nothing() -> None:
    forward, backward = snapshot_of(kystby.elements()), snapshot_of(reversed(kystby.elements()))
    assert list(forward.elements()) == list(backward.elements())
    assert forward.row_of == backward.row_of


def test_the_links_of_a_node_stand_under_its_row() -> None:
    seen = kystby.snapshot()
    for ends, adjacency in ((seen.links.source, seen.out), (seen.links.target, seen.into)):
        for row in range(len(seen.nodes.ids)):
            links = adjacency.links[adjacency.start[row] : adjacency.start[row + 1]]
            assert links.tolist() == np.flatnonzero(ends == row).tolist()


def test_no_reader_can_change_a_snapshot() -> None:
    seen = kystby.snapshot()
    for column in (seen.nodes.label, seen.links.strength, seen.out.links):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_a_link_to_a_node_that_is_not_there_is_refused() -> None:
    link = Holds(id="loose", source_id="amina", target_id="nobody", source="test")
    with pytest.raises(KeyError):
        snapshot_of((*kystby.elements(), link))
