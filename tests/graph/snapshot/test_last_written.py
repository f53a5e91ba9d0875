import pytest

from graph.access.field_groups import FIELD_GROUP, FieldGroup
from graph.access.policy import CIVIL_DETAIL, CIVIL_LINKS
from graph.snapshot.incremental import apply_changes
from graph.snapshot.last_written import CIVIL_TOO, LastWritten, all_at, groups_of, with_writes
from graph.vocabulary import Label, LinkType
from tests import kystby
from tests.fixtures.snapshots import snapshot_of

STRUCTURE, IDENTITY, PROFILE = FieldGroup.STRUCTURE, FieldGroup.IDENTITY, FieldGroup.PROFILE
TIES, CHANNEL, PROVENANCE = FieldGroup.TIES, FieldGroup.CHANNEL, FieldGroup.PROVENANCE


def groups(what: Label | LinkType, *fields: str, is_civil: bool = False) -> set[FieldGroup]:
    """Return the groups alone, after asserting that all have one name."""
    pairs = groups_of(what, fields, is_civil=is_civil)
    assert len({name for name, _ in pairs}) == 1
    return {group for _, group in pairs}


def test_a_write_counts_for_the_groups_of_its_fields_and_for_provenance() -> None:
    assert groups(Label.PERSON, "name") == {IDENTITY, PROVENANCE}
    assert groups(Label.PERSON, "name", "absent_to") == {IDENTITY, PROFILE, PROVENANCE}
    assert groups(LinkType.REFERS_TO, "verified_on", "verified_by") == {STRUCTURE, PROVENANCE}
    assert groups(LinkType.REFERS_TO, "verified_by") == {PROVENANCE}
    assert groups(LinkType.KNOWS, "strength") == {TIES, PROVENANCE}


def test_a_created_element_counts_for_all_its_field_groups() -> None:
    assert groups(Label.PERSON) == {STRUCTURE, IDENTITY, PROFILE, PROVENANCE}
    assert groups(LinkType.HOLDS) == {STRUCTURE, PROVENANCE}


def test_a_contact_value_counts_for_channel_and_its_link_for_the_contact_detail() -> None:
    assert groups(Label.CONTACT_DETAIL, "value") == {CHANNEL, PROVENANCE}
    assert groups_of(LinkType.REACHED_BY, ["order"], is_civil=False) == {
        (Label.CONTACT_DETAIL, STRUCTURE),
        (Label.CONTACT_DETAIL, PROVENANCE),
    }
    assert groups_of(LinkType.REACHED_BY, ["order"], is_civil=True) == {
        (CIVIL_DETAIL, STRUCTURE),
        (CIVIL_DETAIL, PROVENANCE),
    }


@pytest.mark.parametrize("link_type", [*CIVIL_LINKS, LinkType.MEMBER_OF])
def test_every_write_of_a_civilian_s_link_counts_for_ties(link_type: LinkType) -> None:
    for field in ((), ("verified_by",), ("valid_to",)):
        assert groups(link_type, *field, is_civil=True) == {TIES}


def test_an_unknown_field_counts_for_provenance_only() -> None:
    assert groups(Label.PERSON, "shoe_size") == {PROVENANCE}


def test_all_at_has_every_field_group_that_a_write_can_count_for() -> None:
    known = all_at(7)
    for what, name in FIELD_GROUP:
        for is_civil in {False, what in (Label.CONTACT_DETAIL, *CIVIL_TOO)}:
            assert groups_of(what, [name], is_civil=is_civil) <= known.keys()
    assert set(known.values()) == {7}


def test_with_writes_records_the_highest_revision_of_each_group_in_any_order() -> None:
    before = with_writes({}, [LastWritten(Label.PERSON, (), False, 3)])
    after = with_writes(before, [LastWritten(Label.PERSON, ("name",), False, 5),
                           LastWritten(Label.PERSON, ("title",), False, 4)])  # fmt: skip
    assert after[Label.PERSON, IDENTITY] == after[Label.PERSON, PROVENANCE] == 5
    assert after[Label.PERSON, STRUCTURE] == before[Label.PERSON, IDENTITY] == 3


def test_all_groups_of_a_snapshot_built_from_elements_have_its_revision() -> None:
    assert snapshot_of(kystby.elements(), 4).written == all_at(4)
    assert apply_changes(kystby.snapshot(), kystby.elements(), 2).written == all_at(2)
