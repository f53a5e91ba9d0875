from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidNeed
from graph.model import Element, Person
from graph.snapshot.as_of import ChangesAfter, require_known, snapshot_as_of
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import without_loose_links, worlds
from tests.graph.earlier_worlds import clear, earlier_of


@pytest.mark.slow
@settings(max_examples=100)
@given(worlds(), worlds(), st.data())
def test_undoing_what_was_written_gives_what_was_there(
    present: tuple[Element, ...], drawn: tuple[Element, ...], data: st.DataObject
) -> None:
    now = {element.id: element for element in present}
    then = {element.id: element for element in drawn if element.id in now}
    gone = data.draw(st.frozensets(st.sampled_from(sorted(then)), max_size=5))
    old = without_loose_links(
        {element_id: element for element_id, element in then.items() if element_id not in gone}
    )
    earlier = earlier_of(old, now.values())
    expected = snapshot_of(old)
    assert [clear(element) for element in earlier.snapshot.elements()] == [
        clear(element) for element in expected.elements()
    ]
    assert earlier.snapshot.revision == 1
    assert [earlier.present.nodes.ids[row] for row in earlier.nodes] == list(expected.nodes.ids)
    assert [earlier.present.links.ids[row] for row in earlier.links] == list(expected.links.ids)


def test_a_corrected_name_stays_corrected_and_the_rest_is_as_it_was() -> None:
    old = Person(id="bo", name="Bo Forkert", title="Vikar", languages=frozenset({"da"}),
                 source="test")  # fmt: skip
    now = replace(old, name="Bo Rigtig", title="Leder", languages=frozenset({"so"}), revision=2)
    later = ChangesAfter(
        created=frozenset(),
        before={"bo": {"name": b"sealed", "languages": ["da"], "title": b"sealed"}},
        revisions={"bo": 1},
    )
    (person,) = snapshot_as_of(snapshot_of([now], 2), later, 1).snapshot.elements()
    assert person == replace(now, languages=frozenset({"da"}), revision=1)


def test_of_a_number_there_is_the_present_one_alone_and_so_is_its_hint() -> None:
    present = snapshot_of(kystby.elements(**{"phone-bo": {"revision": 2}}), 2)
    before = {"phone-bo": {"value": b"sealed", "hint": "•• 11", "channel": "EMAIL",
                           "is_work": False}}  # fmt: skip
    later = ChangesAfter(created=frozenset(), before=before, revisions={"phone-bo": 1})
    earlier = snapshot_as_of(present, later, 1).snapshot
    detail, now = (snapshot.node(snapshot.row_of["phone-bo"]) for snapshot in (earlier, present))
    assert detail == replace(now, is_work=False, revision=1)


def test_a_link_whose_end_was_not_there_yet_is_not_there_either() -> None:
    present = snapshot_of(kystby.elements(), 2)
    later = ChangesAfter(created=frozenset({"ssp-post"}), before={}, revisions={})
    earlier = snapshot_as_of(present, later, 1).snapshot
    assert "ssp-post" not in earlier.row_of
    assert not [link_id for link_id in earlier.links.ids if "ssp-post" in link_id.split("--")]
    assert "bo--phone-bo" in earlier.link_row_of


def test_what_was_erased_since_is_in_neither_and_a_field_no_longer_known_is_passed_over() -> None:
    present = snapshot_of(kystby.elements(), 2)
    before = {"erased": {"name": b"sealed"}, "intake": {"fax": "1", "valid_to": date(2026, 12, 1)}}
    earlier = snapshot_as_of(
        present, ChangesAfter(created=frozenset(), before=before, revisions={}), 1
    ).snapshot
    assert earlier.nodes.ids == present.nodes.ids
    assert earlier.node(earlier.row_of["intake"]).valid_to == date(2026, 12, 1)


def test_the_present_snapshot_stays_as_it_is() -> None:
    present = snapshot_of(kystby.elements(), 2)
    elements = list(present.elements())
    snapshot_as_of(
        present,
        ChangesAfter(created=frozenset({"bo"}), before={"intake": {"hours": None}}, revisions={}),
        1,
    )
    assert list(present.elements()) == elements


@pytest.mark.parametrize("revision", [-1, 3])
def test_a_revision_that_nothing_is_known_of_is_refused_by_name(revision: int) -> None:
    with pytest.raises(InvalidNeed, match="revision: must be 0 or higher, and at most the newest"):
        require_known(revision, newest=2)
    require_known(2, newest=2)
    require_known(0, newest=2)
