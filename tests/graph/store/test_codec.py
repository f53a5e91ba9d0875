from datetime import date

import pytest

from graph.model import ContactDetail, Holds, Mark, Person, ResourceIndividual, Secret, marked
from graph.snapshot.field_types import class_of, field_types
from graph.store.codec import (
    SORTS,
    Columns,
    open_columns,
    properties,
    sealed_detail,
    sealed_fields,
    sealed_in,
    sort_of,
    things_in,
)
from graph.store.encryption.keyring import OwnerKey
from graph.store.encryption.sealing import KeyMissing, SealBroken, open_sealed
from graph.vocabulary import Channel, Competence, Label, LinkType, ResourceKind, Visibility

KEY = OwnerKey.new()
BO = Person(
    id="bo", name="Bo Rugvang Sørensen", languages=frozenset({"so", "da"}),
    absent_from=date(2026, 1, 1), absent_to=date(2026, 2, 1), source="test",
)  # fmt: skip
JENS = ResourceIndividual(
    id="jens", display_name="Formand Jens R.", kind=ResourceKind.DIALOGUE_PARTNER,
    competences=frozenset({Competence.CLUBS}), visibility=Visibility.NAMED, source="test",
)  # fmt: skip


def columns_of(label: Label, *rows: dict[str, object]) -> Columns:
    """Columns as the database gives them."""
    return {
        sort: {
            name: [row.get(name) for row in rows] if sort is label else []
            for name in field_types(class_of(sort))
        }
        for sort in SORTS
    }


def test_dates_stay_dates_sets_are_sorted_and_what_is_missing_is_absent() -> None:
    stored = properties(BO, {"name": b"sealed"})
    assert stored == {
        "id": "bo",
        "revision": 1,
        "source": "test",
        "languages": ["da", "so"],
        "own_competences": [],
        "competences": [],
        "absent_from": date(2026, 1, 1),
        "absent_to": date(2026, 2, 1),
        "visibility": "NETWORK",
        "name": b"sealed",
    }
    assert type(stored["visibility"]) is str


def test_the_ends_of_a_link_are_no_properties() -> None:
    link = Holds(id="h", source_id="bo", target_id="post", source="test")
    assert set(properties(link, {})) == {"id", "revision", "source", "is_acting", "share"}
    assert sort_of(link) is LinkType.HOLDS


def test_a_secret_never_becomes_a_property() -> None:
    detail = ContactDetail(
        id="d", channel=Channel.PHONE, value=Secret("05123478"), hint="•••••", source="test"
    )
    assert "value" not in properties(detail, {})


@pytest.mark.parametrize("person", [BO, JENS])
def test_what_is_sealed_is_opened_again_as_it_was(person: Person | ResourceIndividual) -> None:
    stored = properties(person, sealed_fields(person, marked(type(person), Mark.SEALED), KEY))
    iso = {key: str(value) if isinstance(value, date) else value for key, value in stored.items()}
    columns = columns_of(person.label, iso)
    open_columns(columns, {person.id: KEY})
    assert list(things_in(columns)) == [person]


def test_whose_key_was_destroyed_is_shown_as_deleted_with_nothing_else() -> None:
    stored = properties(JENS, sealed_fields(JENS, ("display_name", "kind", "competences"), KEY))
    columns = columns_of(Label.RESOURCE_INDIVIDUAL, stored)
    open_columns(columns, {}, {JENS.id})
    (gone,) = things_in(columns)
    assert isinstance(gone, ResourceIndividual)
    assert (gone.display_name, gone.competences) == ("Slettet person", frozenset())


@pytest.mark.parametrize("erased", [(), ("bo",)])
def test_a_key_that_nobody_destroyed_is_told_as_lost(erased: tuple[str, ...]) -> None:
    stored = properties(JENS, sealed_fields(JENS, ("display_name", "kind"), KEY))
    with pytest.raises(KeyMissing):
        open_columns(columns_of(Label.RESOURCE_INDIVIDUAL, stored), {}, erased)


def test_another_key_opens_nothing_and_only_of_the_erased_that_is_their_erasure() -> None:
    stored = properties(JENS, sealed_fields(JENS, ("display_name", "kind"), KEY))
    keys = {JENS.id: OwnerKey.new()}
    with pytest.raises(SealBroken):
        open_columns(columns_of(Label.RESOURCE_INDIVIDUAL, stored), keys)
    columns = columns_of(Label.RESOURCE_INDIVIDUAL, stored)
    open_columns(columns, keys, {JENS.id})
    assert columns[Label.RESOURCE_INDIVIDUAL]["display_name"] == ["Slettet person"]


def test_a_detail_opens_for_its_owner_and_channel_only() -> None:
    detail = ContactDetail(
        id="d", channel=Channel.PHONE, value=Secret("05123478"), hint="•••••", source="test"
    )
    stored = sealed_detail(detail, "bo", KEY)
    sealed = stored["sealed"]
    assert isinstance(sealed, bytes)
    clear = open_sealed(sealed, key=KEY, node_id="d", owner="bo", field="PHONE")
    assert (clear, stored["key_id"]) == ("05123478", KEY.key_id)


def test_ciphertext_is_told_by_thing_and_property() -> None:
    columns = columns_of(Label.PERSON, {"id": "bo", "name": b"1"}, {"id": "carl", "title": b"2"})
    assert sealed_in(columns) == {"bo": {"name": b"1"}, "carl": {"title": b"2"}}
