from datetime import date

import pytest

from graph.model import (
    ContactDetail,
    Holds,
    Mark,
    Person,
    ResourceIndividual,
    Secret,
    marked_fields,
)
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


def test_properties_have_dates_sorted_lists_and_no_missing_values() -> None:
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
def test_opening_sealed_fields_restores_the_person(person: Person | ResourceIndividual) -> None:
    stored = properties(
        person, sealed_fields(person, marked_fields(type(person), Mark.SEALED), KEY)
    )
    iso = {key: str(value) if isinstance(value, date) else value for key, value in stored.items()}
    columns = columns_of(person.label, iso)
    open_columns(columns, {person.id: KEY})
    assert list(things_in(columns)) == [person]


def test_a_civilian_with_a_destroyed_key_is_shown_as_deleted_without_competences() -> None:
    stored = properties(JENS, sealed_fields(JENS, ("display_name", "kind", "competences"), KEY))
    columns = columns_of(Label.RESOURCE_INDIVIDUAL, stored)
    open_columns(columns, {}, {JENS.id})
    (gone,) = things_in(columns)
    assert isinstance(gone, ResourceIndividual)
    assert (gone.display_name, gone.competences) == ("Slettet person", frozenset())


@pytest.mark.parametrize("erased", [(), ("bo",)])
def test_a_missing_key_of_a_person_who_is_not_erased_raises_key_missing(
    erased: tuple[str, ...],
) -> None:
    stored = properties(JENS, sealed_fields(JENS, ("display_name", "kind"), KEY))
    with pytest.raises(KeyMissing):
        open_columns(columns_of(Label.RESOURCE_INDIVIDUAL, stored), {}, erased)


def test_another_key_raises_seal_broken_unless_the_person_is_erased() -> None:
    stored = properties(JENS, sealed_fields(JENS, ("display_name", "kind"), KEY))
    keys = {JENS.id: OwnerKey.new()}
    with pytest.raises(SealBroken):
        open_columns(columns_of(Label.RESOURCE_INDIVIDUAL, stored), keys)
    columns = columns_of(Label.RESOURCE_INDIVIDUAL, stored)
    open_columns(columns, keys, {JENS.id})
    assert columns[Label.RESOURCE_INDIVIDUAL]["display_name"] == ["Slettet person"]


def test_a_sealed_contact_detail_opens_only_for_its_id_owner_and_channel() -> None:
    detail = ContactDetail(
        id="d", channel=Channel.PHONE, value=Secret("05123478"), hint="•••••", source="test"
    )
    stored = sealed_detail(detail, "bo", KEY)
    sealed = stored["sealed"]
    assert isinstance(sealed, bytes)
    bound_to = {"node_id": "d", "owner": "bo", "field": "PHONE"}
    clear = open_sealed(sealed, key=KEY, **bound_to)
    assert (clear, stored["key_id"]) == ("+4505123478", KEY.key_id)
    for other in ({"node_id": "e"}, {"owner": "carl"}, {"field": "MOBILE"}):
        with pytest.raises(SealBroken):
            open_sealed(sealed, key=KEY, **{**bound_to, **other})


def test_sealed_in_returns_ciphertext_by_element_and_property() -> None:
    columns = columns_of(Label.PERSON, {"id": "bo", "name": b"1"}, {"id": "carl", "title": b"2"})
    assert sealed_in(columns) == {"bo": {"name": b"1"}, "carl": {"title": b"2"}}
