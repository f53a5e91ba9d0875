import json
from itertools import permutations
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.store.encryption.keyring import open_keyring
from graph.store.installation import (
    BEGUN,
    Part,
    PartsMissing,
    begin,
    has_keys,
    note_begun,
    require_whole,
)

ALL = (Part.GRAPH, Part.ACCOUNTS, Part.AUDIT)
KEY_FILES = ("master.json", "keys.sqlite", "index.key", "audit.json")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def begin_parts(keys: Path, *parts: Part) -> None:
    begin(keys)
    open_keyring(keys).close()
    (keys / "audit.json").touch(mode=0o600)
    for part in parts:
        note_begun(keys, part)


def missing(keys: Path, *there: Part, looked_at: tuple[Part, ...] = ALL) -> PartsMissing:
    with pytest.raises(PartsMissing) as refused:
        require_whole(keys, {part: part in there for part in looked_at})
    return refused.value


@pytest.mark.parametrize("order", [*permutations(ALL)])
def test_the_parts_of_a_new_installation_may_begin_in_any_order(
    keys: Path, order: tuple[Part, ...]
) -> None:
    require_whole(keys, dict.fromkeys(ALL, False))
    assert not keys.exists()
    begin(keys)
    require_whole(keys, dict.fromkeys(ALL, False))
    for place, part in enumerate(order):
        begin_parts(keys, part)
        begun = order[: place + 1]
        assert json.loads((keys / BEGUN).read_text("utf-8")) == sorted(begun)
        require_whole(keys, {part: part in begun for part in ALL})


def test_an_installation_with_all_parts_and_keys_is_whole(keys: Path) -> None:
    begin_parts(keys, *ALL)
    require_whole(keys, dict.fromkeys(ALL, True))


@pytest.mark.parametrize("part", ALL)
def test_a_missing_part_that_was_begun_is_named_in_the_operator_message(
    keys: Path, part: Part
) -> None:
    begin_parts(keys, *ALL)
    error = missing(keys, *(other for other in ALL if other is not part))
    assert error.missing == (part,)
    for lang in ("da", "en"):
        assert part.label(lang) in error.operator_message(lang)
        assert f"{part.value} " in error.operator_message(lang)
        assert str(keys / BEGUN) in error.operator_message(lang)
    assert str(error) == error.operator_message("en") != error.operator_message("da")
    assert "begun.json" not in error.text("en")  # this text goes to readers of the API
    assert missing(keys, looked_at=(part,)).missing == (part,)


def test_a_part_removed_from_the_list_may_be_missing_until_it_begins_again(keys: Path) -> None:
    begin_parts(keys, *ALL)
    (keys / BEGUN).write_text('["GRAPH", "AUDIT"]', encoding="utf-8")
    require_whole(keys, {Part.GRAPH: True, Part.ACCOUNTS: False, Part.AUDIT: True})
    note_begun(keys, Part.ACCOUNTS)
    assert missing(keys, Part.GRAPH, Part.AUDIT).missing == (Part.ACCOUNTS,)


@pytest.mark.parametrize("part", ALL)
def test_a_part_without_keys_reports_the_keys_as_missing(keys: Path, part: Part) -> None:
    error = missing(keys, part)
    assert error.missing == (Part.KEYS, *(other for other in ALL if other is not part))
    for lang in ("da", "en"):
        assert Part.KEYS.label(lang) in error.operator_message(lang)
        assert "KONTAKTVEJ_HOME" in error.operator_message(lang)


@pytest.mark.parametrize("file", KEY_FILES)
def test_a_missing_key_file_reports_the_keys_as_missing(keys: Path, file: str) -> None:
    begin_parts(keys, *ALL)
    (keys / file).unlink()
    assert missing(keys, *ALL).missing == (Part.KEYS,)


def test_only_the_keys_of_parts_that_were_begun_are_required(keys: Path) -> None:
    begin(keys)
    note_begun(keys, Part.ACCOUNTS)
    require_whole(keys, {Part.ACCOUNTS: True, Part.GRAPH: False, Part.AUDIT: False})


@pytest.mark.parametrize("file", ["master.json", "audit.json"])
def test_keys_of_an_earlier_version_without_a_list_are_accepted(keys: Path, file: str) -> None:
    keys.mkdir(mode=0o700)
    assert not has_keys(keys)
    (keys / file).touch(mode=0o600)
    assert has_keys(keys)
    require_whole(keys, {Part.GRAPH: True, Part.ACCOUNTS: True, Part.AUDIT: False})


def test_a_damaged_list_of_begun_parts_raises_store_unavailable(keys: Path) -> None:
    begin(keys)
    for text in ("", "{", '["NOTHING"]', "5"):
        (keys / BEGUN).write_text(text, encoding="utf-8")
        with pytest.raises(StoreUnavailable, match=r"begun\.json is damaged"):
            require_whole(keys, {})


def test_the_list_is_private_and_noting_twice_changes_nothing(keys: Path) -> None:
    begin_parts(keys, *ALL)
    before = (keys / BEGUN).stat()
    assert before.st_mode & 0o077 == 0
    begin(keys)
    for part in ALL:
        note_begun(keys, part)
    assert (keys / BEGUN).stat().st_mtime_ns == before.st_mtime_ns
    (keys / f"{BEGUN}.new").touch()  # left by a crash
    (keys / BEGUN).write_text("[]", encoding="utf-8")
    note_begun(keys, Part.AUDIT)
    assert json.loads((keys / BEGUN).read_text("utf-8")) == ["AUDIT"]
