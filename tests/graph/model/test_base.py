import copy
import json
import pickle
import time
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Secret, id_of, new_id
from graph.model.base import hint, is_id, letters_of, random_id
from graph.model.content_filter import holds_number
from graph.vocabulary import Channel

CLEAR = "+45 05 12 34 78"


def test_uncover_returns_the_clear_value_of_a_secret() -> None:
    assert Secret(CLEAR).uncover() == CLEAR


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r}".format, "{0!s}".format])
def test_string_forms_of_a_secret_hide_its_value(show: Callable[[Secret], str]) -> None:
    assert show(Secret(CLEAR)) == "<Secret>"


@pytest.mark.parametrize("carry", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars])
def test_a_secret_is_neither_pickled_nor_copied_nor_put_into_json(
    carry: Callable[[Secret], object],
) -> None:
    with pytest.raises(TypeError):
        carry(Secret(CLEAR))


@pytest.mark.parametrize(
    ("channel", "value", "shown"),
    [
        (Channel.MOBILE, CLEAR, "+45 •• •• •• 78"),
        (Channel.PHONE, "0045 05123478", "+45 •• •• •• 78"),
        (Channel.PHONE, "05123478", "+45 •• •• •• 78"),
        (Channel.PHONE, "+46 8 123 456 78", "+•• •• •• •• 78"),
        (Channel.PHONE, "+46 70 123 45 67", "+•• •• •• •• 67"),
        (Channel.EMERGENCY, "112", "•••••"),
        (Channel.EMAIL, "bo12345678@kystby.example", "•••••"),
        (Channel.VISIT, "Nørregade 12345678", "•••••"),
    ],
)
def test_a_hint_shows_the_last_two_digits_of_a_number_and_nothing_else(
    channel: Channel, value: str, shown: str
) -> None:
    assert hint(channel, value) == shown


def test_a_new_id_is_a_uuid_of_version_7() -> None:
    identifier = uuid.UUID(new_id())
    assert (identifier.version, identifier.variant) == (7, uuid.RFC_4122)


def test_no_two_new_ids_are_the_same() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


def test_a_new_id_begins_with_the_time_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= (uuid.UUID(new_id()).int >> 80) <= time.time_ns() // 1_000_000


@given(key=st.lists(st.text(), min_size=1, max_size=3), at_ms=st.integers(0, 2**48 - 1))
def test_the_same_key_always_gives_the_same_uuid(key: list[str], at_ms: int) -> None:
    identifier = uuid.UUID(id_of(*key, at_ms=at_ms))
    assert str(identifier) == id_of(*key, at_ms=at_ms)
    assert (identifier.version, identifier.variant, identifier.int >> 80) == (
        7,
        uuid.RFC_4122,
        at_ms,
    )


def test_no_random_id_looks_like_a_cpr_number() -> None:
    ids = {random_id("imp") for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(is_id(identifier) and not any(map(str.isdigit, identifier)) for identifier in ids)
    assert holds_number("imp-66615a9102287831")  # one in a thousand hexadecimal ids did
    assert not holds_number(f"imp-{letters_of('66615a9102287831')}")


def test_keys_that_are_split_differently_give_different_ids() -> None:
    assert len({id_of("ab", "c"), id_of("a", "bc"), id_of("abc")}) == 3
