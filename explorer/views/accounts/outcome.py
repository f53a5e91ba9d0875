"""The outcome of the last action on the screen, stored until it is drawn at the top."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from api.client import Conflict, Invalid, NotAllowed, Problem
from api.schemas.accounts import AccountChange
from explorer import problem_states, screen_state
from explorer.i18n import _, plain

_MESSAGE: Final = "accounts-done"
_REFUSED: Final = "accounts-refused"


def write(ask: Callable[[], AccountChange | None], message: str) -> None:
    """Make a change, and store its outcome."""
    try:
        change = ask()
    except Problem as problem:
        st.session_state[_REFUSED] = problem
        return
    finally:
        screen_state.invalidate()
    if change is not None and change.state == "WAITING":
        message = _(
            "It is done once another administrator or a data protection officer has said yes."
        )
    say(message)


def say(text: str) -> None:
    """Store a text for the next run."""
    st.session_state[_MESSAGE] = text


def draw() -> None:
    """Draw the outcome of the last action, once."""
    message: str | None = st.session_state.pop(_MESSAGE, None)
    if message is not None:
        st.success(plain(message))
    refused: Problem | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        draw_problem(refused)


def draw_problem(problem: Problem) -> None:
    """Draw a problem, with the API's own text where it says what to do."""
    faults: list[str] = []
    if isinstance(problem, Invalid):
        faults = [fault.detail for fault in problem.errors if fault.detail]
    if faults:
        for text in faults:
            st.error(plain(text))
    elif isinstance(problem, NotAllowed | Conflict | Invalid) and problem.detail:
        st.warning(plain(problem.detail))
    else:
        problem_states.draw(problem)
