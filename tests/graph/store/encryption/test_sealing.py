from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.store.encryption.keyring import OwnerKey
from graph.store.encryption.sealing import SealBroken, open_sealed, seal

KEY = OwnerKey(key_id="k1", secret=bytes(range(32)))
PLACE: dict[str, Any] = {"key": KEY, "node_id": "d1", "owner": "p1", "field": "MOBILE"}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_sealed_value_opens_at_its_own_place(clear: str) -> None:
    assert open_sealed(seal(clear, **PLACE), **PLACE) == clear


def test_the_same_text_never_seals_to_the_same_bytes() -> None:
    assert len({seal("+45 05 12 34 78", **PLACE) for _ in range(100)}) == 100


def test_a_sealed_value_does_not_hold_the_text() -> None:
    assert b"05 12" not in seal("+45 05 12 34 78", **PLACE)


@pytest.mark.parametrize(
    "moved",
    [
        {"node_id": "d2"},
        {"owner": "p2"},
        {"field": "PHONE"},
        {"key": OwnerKey(key_id="k2", secret=KEY.secret)},
        {"key": OwnerKey(key_id="k1", secret=bytes(32))},
    ],
)
def test_a_value_moved_to_another_place_or_key_does_not_open(moved: dict[str, Any]) -> None:
    with pytest.raises(SealBroken):
        open_sealed(seal("Mette", **PLACE), **{**PLACE, **moved})


SEALED = seal("Rugvang", **PLACE)


@pytest.mark.parametrize(
    "changed",
    [
        b"",
        SEALED[:20],
        SEALED[:-1],
        b"\x02" + SEALED[1:],
        SEALED[:-1] + bytes([SEALED[-1] ^ 1]),
        SEALED[:5] + bytes([SEALED[5] ^ 1]) + SEALED[6:],
    ],
    ids=["empty", "nonce", "short", "version", "tag", "text"],
)
def test_changed_bytes_do_not_open_and_the_error_names_place_but_no_text(changed: bytes) -> None:
    with pytest.raises(SealBroken) as broken:
        open_sealed(changed, **PLACE)
    assert "d1.MOBILE" in str(broken.value)
    assert "Rugvang" not in str(broken.value)


def test_an_id_that_contains_the_separator_raises_value_error() -> None:
    with pytest.raises(ValueError, match="the sign that parts them"):
        seal("x", key=KEY, node_id="d1|p1", owner="p1", field="MOBILE")


def test_an_owner_key_does_not_show_its_secret() -> None:
    assert "secret" not in repr(KEY)
