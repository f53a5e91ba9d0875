import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from graph.errors import NotFound
from graph.model import Mark, marked_fields
from graph.snapshot.field_types import class_of
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from graph.vocabulary import Channel, Label
from tests.change_sets import NUMBERS, change_set, changed
from tests.databases import Server

NAMES = ("Amina", "Søkilde", "Rugvang", "Lyngtoft", "Formand", "Kaj fra", "SSP-konsulent")
DIGITS = tuple(number[-5:] for number in NUMBERS.values())


def everything_in(server: Server) -> str:
    """Return all properties of all nodes and links as one text, with bytes decoded as Latin-1."""
    records = [
        *server.ask("MATCH (node) RETURN properties(node) AS properties"),
        *server.ask("MATCH ()-[link]->() RETURN properties(link) AS properties"),
    ]
    return "\n".join(text for record in records for text in _texts(record["properties"]))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            yield from _texts(list(cast("dict[str, Any]", value).items()))
        case list() | tuple():
            for part in cast("list[Any]", value):
                yield from _texts(part)
        case bytes() | bytearray():
            yield value.decode("utf-8", "replace")
            yield value.decode("latin-1")
        case _:
            yield str(value)


def test_no_name_and_no_number_is_in_the_database_in_plain_text_after_changes(
    town: Store, server: Server
) -> None:
    town.apply(change_set(updates=[changed(town, "bo", title="SSP-konsulent")]))
    town.apply(change_set(updates=[changed(town, "bo", name="Bo Søkilde Holm", title=None)]))
    stored = everything_in(server)
    assert "Boldklubben Vindrosen" in stored  # public names are found: the search works
    assert [name for name in (*NAMES, *DIGITS) if name in stored] == []


def test_exactly_the_sealed_fields_of_a_civilian_are_stored_as_bytes(
    town: Store, server: Server
) -> None:
    town.apply(change_set(updates=[changed(town, "jens", external_id="J-17")]))
    (jens,) = server.ask(
        "MATCH (jens:ResourceIndividual {id: 'jens'}) RETURN properties(jens) AS p"
    )
    sealed = marked_fields(class_of(Label.RESOURCE_INDIVIDUAL), Mark.SEALED)
    assert {name for name, value in jens["p"].items() if isinstance(value, bytes)} == {*sealed}


def test_no_index_includes_a_personal_field(server: Server) -> None:
    personal = {"sealed", "key_id", "hint"}
    for label in Label:
        personal |= {*marked_fields(class_of(label), Mark.SEALED)}
    shown = server.ask("SHOW INDEXES YIELD properties")
    assert {name for index in shown for name in index["properties"] or ()} & personal == set()


def test_a_detail_is_revealed_as_it_was_written(town: Store) -> None:
    assert {detail: town.reveal(detail).uncover() for detail in NUMBERS} == NUMBERS


def test_an_unknown_detail_and_one_of_an_erased_owner_are_both_not_found(
    town: Store, keyring: Keyring
) -> None:
    keyring.destroy("bo")
    for detail_id in ("nothing", "phone-bo", "bo"):
        with pytest.raises(NotFound):
            town.reveal(detail_id)


def test_a_snapshot_holds_no_value_of_a_contact_detail(town: Store) -> None:
    assert set(town.load().tables[Label.CONTACT_DETAIL].columns) & {"value", "sealed"} == set()


def test_an_old_name_stays_sealed_in_the_changes_and_is_none_when_its_key_is_gone(
    town: Store, keyring: Keyring
) -> None:
    town.apply(change_set(updates=[changed(town, "bo", name="Bo Lyngtoft Friis")]))
    (change,) = town.changes_since(1)
    assert isinstance(change.before["name"], bytes)
    keyring.destroy("bo")
    (change,) = town.changes_since(1)
    assert change.before == {"name": None}


def test_a_detail_is_found_by_its_number_in_another_notation(town: Store, keyring: Keyring) -> None:
    assert keyring.details_with([(Channel.PHONE, "0045 05123478")]) == {
        (Channel.PHONE, "0045 05123478"): ["phone-bo"]
    }


def test_a_number_left_unindexed_by_a_crash_is_indexed_at_the_next_opening(
    town: Store, server: Server, keyring: Keyring, tmp_path: Path
) -> None:
    (file,) = tmp_path.rglob("keys.sqlite")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("DELETE FROM blind_index WHERE detail_id = 'phone-bo'")
    server.ask("MATCH (store:Store) SET store.unindexed = ['phone-bo', 'gone']")
    with server.with_store(keyring):
        assert keyring.details_with([(Channel.MOBILE, "05123478")]) == {
            (Channel.MOBILE, "05123478"): ["phone-bo"]
        }
    (left,) = server.ask("MATCH (store:Store) RETURN store.unindexed AS unindexed")
    assert left["unindexed"] == []
