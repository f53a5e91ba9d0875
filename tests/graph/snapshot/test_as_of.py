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
def test_undoing_changes_gives_the_snapshot_of_the_earlier_revision(
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


def test_sealed_fields_have_their_present_values_and_others_their_earlier_ones() -> None:
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


def test_an_earlier_contact_detail_has_its_present_value_hint_and_channel() -> None:
    present = snapshot_of(kystby.elements(**{"phone-bo": {"revision": 2}}), 2)
    before = {"phone-bo": {"value": b"sealed", "hint": "•• 11", "channel": "EMAIL",
                           "is_work": False}}  # fmt: skip
    later = ChangesAfter(created=frozenset(), before=before, revisions={"phone-bo": 1})
    earlier = snapshot_as_of(present, later, 1).snapshot
    detail, now = (snapshot.node(snapshot.row_of["phone-bo"]) for snapshot in (earlier, present))
    assert detail == replace(now, is_work=False, revision=1)


def test_links_of_a_node_created_later_are_not_in_the_earlier_snapshot() -> None:
    present = snapshot_of(kystby.elements(), 2)
    later = ChangesAfter(created=frozenset({"ssp-post"}), before={}, revisions={})
    earlier = snapshot_as_of(present, later, 1).snapshot
    assert "ssp-post" not in earlier.row_of
    assert not [link_id for link_id in earlier.links.ids if "ssp-post" in link_id.split("--")]
    assert "bo--phone-bo" in earlier.link_row_of


def test_changes_of_erased_elements_and_of_unknown_fields_are_ignored() -> None:
    present = snapshot_of(kystby.elements(), 2)
    before = {"erased": {"name": b"sealed"}, "intake": {"fax": "1", "valid_to": date(2026, 12, 1)}}
    earlier = snapshot_as_of(
        present, ChangesAfter(created=frozenset(), before=before, revisions={}), 1
    ).snapshot
    assert earlier.nodes.ids == present.nodes.ids
    assert earlier.node(earlier.row_of["intake"]).valid_to == date(2026, 12, 1)


def test_snapshot_as_of_leaves_the_present_snapshot_unchanged() -> None:
    present = snapshot_of(kystby.elements(), 2)
    elements = list(present.elements())
    snapshot_as_of(
        present,
        ChangesAfter(created=frozenset({"bo"}), before={"intake": {"hours": None}}, revisions={}),
        1,
    )
    assert list(present.elements()) == elements


@pytest.mark.parametrize("revision", [-1, 3])
def test_a_negative_or_future_revision_raises_invalid_need(revision: int) -> None:
    with pytest.raises(InvalidNeed, match="revision: must be 0 or higher, and at most the newest"):
        require_known(revision, newest=2)
    require_known(2, newest=2)
    require_known(0, newest=2)
