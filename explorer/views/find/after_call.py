"""What a call has shown: a number that reached somebody is checked today."""

from typing import Final

import streamlit as st

from api.client import Problem
from explorer import problem_states, screen_state
from explorer.i18n import _
from explorer.views.find.details import ContactNumbers, DetailOwner

_OUTCOME: Final = "after-call"


def reached(numbers: ContactNumbers, owner: DetailOwner | None, *, key: str) -> None:
    """Draw the button for a call that reached somebody.

    It is for the numbers that stand in clear, and whose check the user may record.
    """
    called, client = numbers.called(owner), numbers.context.client

    def verify() -> None:
        try:
            for detail in called:
                client.verify_entity(detail.id, client.entity(detail.id).etag)
        except Problem as problem:
            st.session_state[_OUTCOME] = problem
        else:
            st.session_state[_OUTCOME] = _("Noted: the number is checked today.")
        screen_state.invalidate()

    if called:
        st.button(_("Reached"), key=f"reached-{key}", on_click=verify)


def outcome() -> None:
    """Draw what came of the last check, once."""
    last: Problem | str | None = st.session_state.pop(_OUTCOME, None)
    if isinstance(last, Problem):
        problem_states.draw(last)
    elif last is not None:
        st.success(last)
