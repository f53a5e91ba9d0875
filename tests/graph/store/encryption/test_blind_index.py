import hashlib
from collections.abc import Collection
from pathlib import Path

import pytest

from graph.store.encryption.blind_index import digest, normalize_value
from graph.store.encryption.key_file import read_master_keys
from graph.store.encryption.keyring import IndexEntry, Keyring, KeyringRefused
from graph.vocabulary import Channel


def entry(detail_id: str, owner: str, value: str, channel: Channel = Channel.MOBILE) -> IndexEntry:
    return IndexEntry(detail_id=detail_id, owner=owner, channel=channel, value=value)


def details_with(keyring: Keyring, channel: Channel, value: str) -> Collection[str]:
    return keyring.details_with([(channel, value)]).get((channel, value), [])


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize(
    ("stored", "asked", "channel"),
    [
        ("+45 05 12 34 78", "05123478", Channel.PHONE),
        ("0045 05-12-34-78", "+4505123478", Channel.MOBILE),
        ("+44 (0)20 1234 5678", "0044 20 12345678", Channel.MOBILE),
        ("112", "112", Channel.EMERGENCY),
    ],
)
def test_a_number_is_found_however_it_is_written(
    keyring: Keyring, stored: str, asked: str, channel: Channel
) -> None:
    keyring.keys_for(["a"])
    keyring.index([entry("d1", "a", stored)])
    assert details_with(keyring, channel, asked) == ["d1"]
    assert details_with(keyring, Channel.EMAIL, asked) == []


def test_an_email_address_is_found_in_any_case_with_all_its_details(keyring: Keyring) -> None:
    keyring.keys_for(["a", "b"])
    keyring.index([
        entry("d2", "a", "Mette@Politi.example", Channel.EMAIL),
        entry("d1", "b", "mette@politi.example ", Channel.SECURE_EMAIL),
        entry("d3", "b", "bo@politi.example", Channel.EMAIL),
    ])  # fmt: skip
    assert details_with(keyring, Channel.EMAIL, "METTE@politi.example") == ["d1", "d2"]


def test_a_changed_detail_is_found_by_its_new_value_only(keyring: Keyring) -> None:
    keyring.keys_for(["a"])
    keyring.index([entry("d1", "a", "05123478")])
    keyring.index([entry("d1", "a", "05123479")])
    assert details_with(keyring, Channel.PHONE, "05123478") == []
    assert details_with(keyring, Channel.PHONE, "05123479") == ["d1"]


def test_visit_addresses_match_regardless_of_case_spaces_and_line_breaks(keyring: Keyring) -> None:
    keyring.keys_for(["a"])
    keyring.index([entry("d1", "a", "Nørregade 1\n7700 Thisted", Channel.VISIT)])
    assert details_with(keyring, Channel.VISIT, "nørregade 1  7700 THISTED") == ["d1"]
    assert details_with(keyring, Channel.EMAIL, "Nørregade 1 7700 Thisted") == []


def test_the_index_files_hold_a_keyed_digest_and_neither_value_nor_plain_hash(
    folder: Path, keyring: Keyring
) -> None:
    keyring.keys_for(["a"])
    keyring.index([entry("d1", "a", "05123478")])
    compared, stored = normalize_value(Channel.MOBILE, "05123478"), bytes_on_disk(folder)
    ring = read_master_keys(folder / "index.key")
    assert ring is not None
    assert digest(ring.keys[ring.current], compared) in stored
    assert b"05123478" not in stored
    for text in ("05123478", "4505123478", "+4505123478", compared):
        for algorithm in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            plain = hashlib.new(algorithm, text.encode())
            assert plain.digest() not in stored, (text, algorithm)
            assert plain.hexdigest().encode() not in stored, (text, algorithm)


def test_the_repr_of_an_index_entry_does_not_contain_its_value() -> None:
    assert "05123478" not in repr(entry("d1", "a", "05123478"))


def test_destroying_an_owner_takes_their_details_out_of_the_index(keyring: Keyring) -> None:
    keyring.keys_for(["a", "b"])
    keyring.index([entry("d1", "a", "05123478"), entry("d2", "b", "05123478")])
    keyring.destroy("a")
    assert details_with(keyring, Channel.PHONE, "05123478") == ["d2"]


@pytest.mark.parametrize("is_erased", [False, True])
def test_indexing_a_detail_of_an_owner_without_a_key_refuses_the_whole_batch(
    keyring: Keyring, *, is_erased: bool
) -> None:
    keyring.keys_for(["b"])
    if is_erased:
        keyring.keys_for(["a"])
        keyring.index([entry("d1", "a", "05123478")])
        keyring.destroy("a")
    with pytest.raises(KeyringRefused, match="whose owner has a key"):
        keyring.index([entry("d2", "b", "05123478"), entry("d1", "a", "05123478")])
    assert details_with(keyring, Channel.PHONE, "05123478") == []
