"""A choice in a control is written into the address; a value that is not offered is not."""

from typing import Final

import pytest
from streamlit.testing.v1 import AppTest

CASES: Final[tuple[tuple[str, object, list[str]], ...]] = (
    ("2", 1, ["1"]),
    ("2", None, []),
    ("2", "", []),
    ("2", "1. Over kredsens infohus", ["2"]),  # the value of a radio for an option that is gone
    ("2", [1, 2], ["1", "2"]),
    ("2", [], []),
    ("2", [1, "Politi"], ["2"]),
)


def _screen(value: object) -> None:
    import streamlit as st

    from explorer import address

    st.session_state["control"] = value
    address.choose("answer", "control", {1, 2, ""}, page=None)


@pytest.mark.parametrize(("before", "value", "after"), CASES)
def test_only_offered_values_are_written_to_the_address(
    before: str, value: object, after: list[str]
) -> None:
    app = AppTest.from_function(_screen, args=(value,))
    app.query_params["answer"], app.query_params["page"] = before, "4"
    app.run()
    assert not app.exception
    assert _codes(app, "answer") == after
    assert _codes(app, "page") == (["4"] if after == [before] else [])


def _codes(app: AppTest, name: str) -> list[str]:
    """Return the codes of a parameter as a list: a single one is stored as a text."""
    codes: str | list[str] = app.query_params.get(name, [])
    return [codes] if isinstance(codes, str) else codes
