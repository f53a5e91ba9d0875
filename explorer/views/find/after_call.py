"""What a call has shown: a number that reached somebody is checked today."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.client import ApiClient, Problem
from api.schemas.entities import Detail
from explorer import problem_states, screen_state
from explorer.i18n import _
from explorer.views.find.details import ContactNumbers, DetailOwner

_OUTCOME: Final = "after-call"


def reached(numbers: ContactNumbers, owner: DetailOwner | None, *, key: str) -> None:
    """Draw the button for a call that reached somebody.

    It is for the numbers that stand in clear, and whose check the user may record.
    """
    called = numbers.called(owner)
    if called:
        st.button(
            _("Reached"), key=f"reached-{key}", on_click=_verify,
            args=(numbers.context.client, called),
        )  # fmt: skip


def outcome() -> None:
    """Draw what came of the last check, once."""
    last: Problem | str | None = st.session_state.pop(_OUTCOME, None)
    if isinstance(last, Problem):
        problem_states.draw(last)
    elif last is not None:
        st.success(last)


def _verify(client: ApiClient, called: Sequence[Detail]) -> None:
    try:
        for detail in called:
            client.verify_entity(detail.id, client.entity(detail.id).etag)
    except Problem as problem:
        st.session_state[_OUTCOME] = problem
    else:
        st.session_state[_OUTCOME] = _("Noted: the number is checked today.")
    screen_state.invalidate()
