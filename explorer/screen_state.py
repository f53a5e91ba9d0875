"""Cached answers of the screen: their age, fallback without the API, and change notices.

`fetch` returns the answer on screen while the API is unavailable, and shows that it may be out of
date.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import streamlit as st

from api.client import ApiClient, Problem, Unavailable
from explorer.i18n import _, clock

T = TypeVar("T")
ANSWERS: Final = "kept"
"""The session state entry that holds the answers on screen."""
DETAILS: Final = "revealed"
"""The session state entry that holds contact details in clear, for ten minutes."""
_MOST_ANSWERS: Final = 40  # more than any screen fetches
AGAIN_S: Final = 10
WATCH_S: Final = 60
LEAD_S: Final = 0.05  # Streamlit sends every 10 ms; the browser collects for 10 ms, then draws


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer on screen: the request, the result or the problem, and the time."""

    request: object
    result: Any
    at: datetime
    problem: Problem | None = None


@dataclass(slots=True)
class _Screen:
    """The answers of the previous run of a screen, and those of the current run so far."""

    before: list[_Answer] = field(default_factory=list[_Answer])
    now: list[_Answer] = field(default_factory=list[_Answer])
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """The start of the run."""
    is_ahead: bool = False
    """Whether a prefetch is in progress: nothing is drawn yet."""
    is_away: bool = False
    """Whether the API is unavailable."""
    is_reported: bool = False
    """Whether the warning about that has been shown."""
    is_waiting: bool = False
    """Whether the API is already being polled for its return."""
    is_done: bool = False
    """Whether the screen was drawn to its end."""


def begin() -> None:
    """Start a run: only the answers of the previous run can be reused.

    If that run was interrupted, by a button or by typing, the answers of the one before it count
    too.
    """
    last = _screen()
    newer = [answer for answer in last.now if answer.problem is None]
    keys = [answer.request for answer in newer]
    older = [] if last.is_done else [answer for answer in last.before if answer.request not in keys]
    st.session_state[ANSWERS] = _Screen(before=[*newer, *older][:_MOST_ANSWERS])


def finish() -> None:
    """Mark the screen as drawn to its end."""
    _screen().is_done = True


def lead() -> None:
    """Wait until the browser has drawn what was sent so far, before slower elements follow.

    The browser draws all that reaches it within 10 ms at once, and cannot start again until that is
    done.
    """
    time.sleep(LEAD_S)


@contextmanager
def prefetch() -> Generator[None]:
    """Context for fetches made before anything is drawn; `fetch` reuses their results when drawing.

    All elements then reach the browser at once: each earlier message would make it draw the screen
    first. A problem that the API reports is raised where the result is used.
    """
    screen = _screen()
    screen.is_ahead = True
    try:
        with suppress(Problem):
            yield
    finally:
        screen.is_ahead = False


def is_away() -> bool:
    """Whether the API has become unavailable in this run."""
    return _screen().is_away


def invalidate() -> None:
    """Discard all answers on screen: a write may have changed them."""
    screen = _screen()
    screen.before, screen.now = [], []


def _screen() -> _Screen:
    screen: _Screen = st.session_state.setdefault(ANSWERS, _Screen())
    return screen


def fetch(
    client: ApiClient,
    request: object,
    ask: Callable[[], T],
    *,
    fresh_s: float = 0,
    quietly: bool = False,
) -> T:
    """Return the answer to a request; the one on screen if the API has just become unavailable.

    The same request is made once per run. `fresh_s`: an answer on screen of at most that age is
    reused without a request. `quietly`: no warning that the answer may be out of date, since
    another element of the screen shows it.

    Raises: Problem: any other problem; also that the look-up cannot be logged, for then nothing is
    shown.
    """
    screen = _screen()
    answer = next((entry for entry in screen.now if entry.request == request), None)
    if answer is None:
        now = datetime.now(UTC)
        before = next((entry for entry in screen.before if entry.request == request), None)
        if before is not None and (now - before.at).total_seconds() < fresh_s:
            answer = before
        else:
            try:
                answer = _Answer(request, ask(), now)
            except Unavailable as away:
                if before is None or away.slug == "audit-unavailable":
                    answer = _Answer(request, None, now, away)
                else:
                    answer, screen.is_away = before, True
            except Problem as problem:
                answer = _Answer(request, None, now, problem)
        screen.now.append(answer)
    if answer.problem is not None:
        if not screen.is_ahead:  # reported once; a new attempt makes a new request
            screen.now = [entry for entry in screen.now if entry is not answer]
        raise answer.problem
    is_old = screen.is_away and answer.at < screen.at
    if is_old and not (quietly or screen.is_ahead or screen.is_reported):
        screen.is_reported = True
        st.warning(
            _(
                "The connection is gone. The answer is from {at} and may be out of date.",
                at=clock(answer.at),
            )
        )
        retry(client, AGAIN_S)
    return answer.result


def with_revision(client: ApiClient, ask: Callable[[], T]) -> tuple[T, int]:
    """Return a result and a revision that is not newer than it, for `watch`.

    Raises: Problem: as the API reports.
    """
    revision = client.revision().revision
    return ask(), revision


def fetch_and_watch(client: ApiClient, request: object, ask: Callable[[], T]) -> T:
    """Return the answer of `fetch`, and show when the register has changed since.

    Raises: Problem: as `fetch` does.
    """
    answer, revision = fetch(client, request, lambda: with_revision(client, ask))
    watch(client, revision)
    return answer


def watch(client: ApiClient, revision: int) -> None:
    """Show when the register has changed since an answer; the answer itself is never replaced."""
    at = datetime.now(UTC)
    is_drawn = False

    @st.fragment(run_every=WATCH_S)
    def poll_revision() -> None:
        nonlocal is_drawn
        if not is_drawn:
            is_drawn = True  # the answer has just arrived
            return
        try:
            is_stale = client.revision().revision != revision
        except Problem:
            return  # the next request reports it
        if is_stale:
            st.info(_("The register has changed since you got the answer at {at}.", at=clock(at)))
            if st.button(_("Show the new answer"), key="watch-again", on_click=invalidate):
                st.rerun(scope="app")

    poll_revision()


def retry(client: ApiClient, seconds: float) -> None:
    """Poll the API until it is available again, then rerun the screen; one poller per run."""
    screen, is_drawn = _screen(), False
    if screen.is_waiting:
        return
    screen.is_waiting = True

    @st.fragment(run_every=max(seconds, 1))
    def poll_api() -> None:
        nonlocal is_drawn
        if not st.button(_("Try now"), key="try-now") and not is_drawn:
            is_drawn = True  # the API has just been called
            return
        try:
            client.ready()
        except Problem:
            return
        st.rerun(scope="app")

    poll_api()
