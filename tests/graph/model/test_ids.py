import time
import uuid

from hypothesis import given
from hypothesis import strategies as st

from graph.model import id_of, new_id


def test_a_new_id_is_a_uuid_of_version_7() -> None:
    one = uuid.UUID(new_id())
    assert (one.version, one.variant) == (7, uuid.RFC_4122)


def test_no_two_new_ids_are_the_same() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


def test_a_new_id_begins_with_the_time_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= (uuid.UUID(new_id()).int >> 80) <= time.time_ns() // 1_000_000


@given(key=st.lists(st.text(), min_size=1, max_size=3), at_ms=st.integers(0, 2**48 - 1))
def test_the_same_key_always_gives_the_same_uuid(key: list[str], at_ms: int) -> None:
    one = uuid.UUID(id_of(*key, at_ms=at_ms))
    assert str(one) == id_of(*key, at_ms=at_ms)
    assert (one.version, one.variant, one.int >> 80) == (7, uuid.RFC_4122, at_ms)


def test_parts_of_a_key_do_not_run_together() -> None:
    assert len({id_of("ab", "c"), id_of("a", "bc"), id_of("abc")}) == 3
