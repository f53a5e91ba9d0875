"""A request in a thread of its own, so that the user can stop waiting for it."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from itertools import count
from threading import Thread
from typing import Any, Final, TypeVar

import streamlit as st

from explorer.i18n import _

T = TypeVar("T")
_RUNNING: Final = "running-request"
_SOON_S: Final = 0.3
"""No spinner is shown for an answer that arrives within this time."""
_BEAT_S: Final = 0.1
"""The interval at which the run checks whether the user has pressed something."""
_PROGRESS_BEATS: Final = 20
"""How many beats pass between two requests for the progress."""
Progress = tuple[str, float]
"""How far a request is: a stage in words, and the part that is done, from 0 to 1."""


def result(
    request: object,
    ask: Callable[[], T],
    *,
    key: str,
    on_stop: Callable[[], None],
    label: str | None = None,
    progress: Callable[[], Progress | None] | None = None,
) -> T:
    """Return the result of `ask`; where it takes a while, draw a spinner and a button to stop.

    `label` is that of the button; `progress` is requested every two seconds, and drawn as a bar.

    A rerun of the page during the request waits for the same request instead of starting a second.
    The spinner always takes one element of the page, so that expanders below keep their state. If
    the button with that key is pressed, Streamlit ends the run within `_BEAT_S`, and `on_stop` is
    called before the next run.
    """
    running: tuple[object, Future[Any]] | None = st.session_state.get(_RUNNING)
    if running is None or running[0] != request:
        future = Future[T]()

        def work() -> None:
            try:
                future.set_result(ask())
            except Exception as error:  # noqa: BLE001 - raised again by `job.result()`
                future.set_exception(error)

        Thread(target=work, daemon=True).start()  # a daemon, so that it does not delay shutdown
        st.session_state[_RUNNING] = running = (request, future)
    job: Future[T] = running[1]
    place = st.empty()  # also for a quick answer: the elements below must not move
    if not wait([job], _SOON_S).done:
        with place.container(), st.spinner(_("Running …")):
            button(key, on_stop, label)
            bar, beat = st.empty(), st.empty()
            for beats in count(1):
                if wait([job], _BEAT_S).done:
                    break
                beat.empty()
                state = progress() if progress and beats % _PROGRESS_BEATS == 0 else None
                if state is not None:
                    bar.progress(state[1], state[0])
        place.empty()
    drop()
    return job.result()


def button(key: str, on_stop: Callable[[], None], label: str | None = None) -> None:
    """Draw the stop button; the API ends the request by its own time limit."""

    def stop() -> None:
        drop()
        on_stop()

    st.button(label or _("Stop asking"), key=key, on_click=stop)


def drop() -> None:
    """Forget the request that runs; its result is discarded."""
    st.session_state.pop(_RUNNING, None)
