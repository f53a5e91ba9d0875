"""Running a query: it can be stopped, and its answer is stored until the next one."""

from concurrent.futures import Future, wait
from threading import Thread
from typing import Final

import streamlit as st

from api.client import ApiClient, AskedQuery, Problem, Unavailable
from api.schemas.analysis import QueryAnswer
from explorer import problem_states, screen_state
from explorer.frame import ScreenContext
from explorer.i18n import _, plain

_ASKED: Final = "workbench-asked"
_GOING: Final = "workbench-going"
_HELD: Final = "workbench-held"
_STOPPED: Final = "workbench-stopped"
_AGAIN_S: Final = 2.0
_SOON_S: Final = 0.3
"""No spinner is shown for an answer that arrives within this time."""
_BEAT_S: Final = 0.1
"""The interval at which the run checks whether the user has pressed something."""


def begin(text: str) -> None:
    """Set the query to run."""
    st.session_state[_ASKED] = text
    st.session_state.pop(_STOPPED, None)


def forget() -> None:
    """Discard the query and its answer."""
    for key in (_ASKED, _GOING, _HELD, _STOPPED):
        st.session_state.pop(key, None)


def asked() -> str | None:
    """The query to run, if any."""
    return st.session_state.get(_ASKED)


def held() -> tuple[AskedQuery, QueryAnswer] | None:
    """The last answer with its query."""
    return st.session_state.get(_HELD)


def say_what_is_left(text: str) -> None:
    """Draw a hint while no query runs, given the text in the field."""
    if text and st.session_state.get(_STOPPED) == text:
        st.info(_("Stopped. The query still stands in the field."))
    else:
        st.info(_("Choose an example, or write Cypher."))


def ask(context: ScreenContext, query: AskedQuery) -> tuple[AskedQuery, QueryAnswer] | None:
    """Run a query and store its answer; return None if a reason is shown instead."""
    st.session_state.pop(_HELD, None)
    try:
        answer = _awaited(_going(context, query))
    except Unavailable as away:
        if away.slug not in ("replica-filling", "busy"):
            raise
        st.info(plain(away.detail))
        _stop("workbench-stop-again")
        screen_state.retry(context.client, away.retry_after_s or _AGAIN_S)
        return None
    except Problem as problem:
        if problem.slug == "query-refused":
            _refused(problem)
        else:
            problem_states.draw(problem)
        return None
    st.session_state[_HELD] = (query, answer)
    return query, answer


def _going(context: ScreenContext, query: AskedQuery) -> Future[QueryAnswer]:
    """The running request, in a thread of its own, so that the page still reacts to the user.

    A rerun of the page during the request waits for the same one instead of starting a second.
    """
    going: tuple[AskedQuery, Future[QueryAnswer]] | None = st.session_state.get(_GOING)
    if going is None or going[0] != query:
        going = query, _asked_by(context.client, query)
        st.session_state[_GOING] = going
    return going[1]


def _asked_by(client: ApiClient, query: AskedQuery) -> Future[QueryAnswer]:
    asking = Future[QueryAnswer]()

    def work() -> None:
        try:
            asking.set_result(client.query(query))
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            asking.set_exception(error)

    Thread(target=work, daemon=True).start()  # a daemon, so that it does not delay shutdown
    return asking


def _awaited(asking: Future[QueryAnswer]) -> QueryAnswer:
    """Wait for the answer; if stopped, Streamlit ends the run at the next beat and discards it."""
    if not wait([asking], _SOON_S).done:
        place, beat = st.empty(), st.empty()
        with place.container(), st.spinner(_("Asking …")):
            _stop("workbench-stop")
            while not wait([asking], _BEAT_S).done:
                beat.empty()
        place.empty()
    st.session_state.pop(_GOING, None)
    return asking.result()


def _stop(key: str) -> None:
    """Draw the stop button; the engine ends the query by its own time limit."""

    def stopped() -> None:
        text = asked()
        forget()
        st.session_state[_STOPPED] = text

    st.button(_("Stop asking"), key=key, on_click=stopped)


def _refused(problem: Problem) -> None:
    """Draw why a query was refused, and where in the text, which is preserved."""
    line, column = problem.members.get("line"), problem.members.get("column")
    told = problem.detail
    if line is not None:
        told += " " + _("Line {line}, character {column}.", line=line, column=column)
    named = problem.members.get("name")
    st.error(plain(f"{told} ({named})" if named else told))
