"""What stands on a screen: how long it holds, and whether the API has something newer to say.

`kept` keeps there what is told while the API is away, and says so.
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
KEPT: Final = "kept"
"""Where a session keeps what stands on screen."""
_MOST_KEPT: Final = 40  # more than any screen asks
AGAIN_S: Final = 10
WATCH_S: Final = 60
LEAD_S: Final = 0.05  # Streamlit sends every 10 ms; the browser gathers for 10 ms, then draws


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer on screen: what was asked, what came or what was said against it, and when."""

    asked: object
    told: Any
    at: datetime
    problem: Problem | None = None


@dataclass(slots=True)
class _Screen:
    """What the last drawing of a screen was told, and what this one has been told so far."""

    before: list[_Answer] = field(default_factory=list[_Answer])
    now: list[_Answer] = field(default_factory=list[_Answer])
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When was it begun?"""
    is_ahead: bool = False
    """Is it asked for before anything of it is drawn?"""
    is_away: bool = False
    """Is the connection gone?"""
    is_told: bool = False
    """Has it been said so?"""
    is_waiting: bool = False
    """Is the API asked already whether it is back?"""
    is_done: bool = False
    """Was it drawn to its end?"""


def begin() -> None:
    """A screen is drawn anew: nothing can be kept but what stood on it the last time.

    Where that drawing was interrupted, by a press or by typing, the one before it counts too.
    """
    last = _screen()
    told = [one for one in last.now if one.problem is None]
    anew = [one.asked for one in told]
    older = [] if last.is_done else [one for one in last.before if one.asked not in anew]
    st.session_state[KEPT] = _Screen(before=[*told, *older][:_MOST_KEPT])


def done() -> None:
    """A screen has been drawn to its end."""
    _screen().is_done = True


def lead() -> None:
    """Lets the browser draw what was asked for before what hangs on it follows.

    It draws all that reaches it within 10 ms at once, and cannot begin anew until that is done.
    """
    time.sleep(LEAD_S)


@contextmanager
def prefetch() -> Generator[None]:
    """What is asked here with `kept` is asked before anything is drawn, and told again then.

    So all that is drawn reaches the browser at once: each message that comes before makes it draw
    the screen anew first. What the API says against it is raised where it is told.
    """
    screen = _screen()
    screen.is_ahead = True
    try:
        with suppress(Problem):
            yield
    finally:
        screen.is_ahead = False


def invalidate() -> None:
    """Nothing that stands on screen is kept: what was written may have changed it."""
    screen = _screen()
    screen.before, screen.now = [], []


def _screen() -> _Screen:
    screen: _Screen = st.session_state.setdefault(KEPT, _Screen())
    return screen


def fetch(
    client: ApiClient,
    asked: object,
    ask: Callable[[], T],
    *,
    fresh_s: float = 0,
    quietly: bool = False,
) -> T:
    """The answer to what is asked; the one on screen where the API has just gone away.

    Within one drawing the same is asked once. `fresh_s`: an answer on screen that is no older is
    not asked for again. `quietly`: somewhere else on the screen it is said that it is kept.

    Raises: Problem: whatever else it says; and that nothing can be logged, for then nothing shows.
    """
    screen = _screen()
    answer = next((one for one in screen.now if one.asked == asked), None)
    if answer is None:
        answer = _asked(screen, asked, ask, fresh_s)
        screen.now.append(answer)
    if answer.problem is not None:
        if not screen.is_ahead:  # it is told; whoever tries again asks again
            screen.now = [one for one in screen.now if one is not answer]
        raise answer.problem
    if screen.is_away and answer.at < screen.at and not (quietly or screen.is_ahead):
        _gone(client, screen, answer.at)
    return answer.told


def _asked(screen: _Screen, asked: object, ask: Callable[[], Any], fresh_s: float) -> _Answer:
    now = datetime.now(UTC)
    before = next((one for one in screen.before if one.asked == asked), None)
    if before is not None and (now - before.at).total_seconds() < fresh_s:
        return before
    try:
        return _Answer(asked, ask(), now)
    except Unavailable as away:
        if before is None or away.slug == "audit-unavailable":
            return _Answer(asked, None, now, away)
        screen.is_away = True
        return before
    except Problem as problem:
        return _Answer(asked, None, now, problem)


def with_revision(client: ApiClient, ask: Callable[[], T]) -> tuple[T, int]:
    """What is asked, beside a revision that the answer is no older than: one to `watch` from.

    Raises: Problem: as the API says.
    """
    revision = client.revision().revision
    return ask(), revision


def fetch_and_watch(client: ApiClient, asked: object, ask: Callable[[], T]) -> T:
    """What is `kept`, and from then on whether the register has changed since.

    Raises: Problem: as `kept` does.
    """
    answer, revision = fetch(client, asked, lambda: with_revision(client, ask))
    watch(client, revision)
    return answer


def _gone(client: ApiClient, screen: _Screen, at: datetime) -> None:
    """Says so once a drawing, above the first answer that is kept."""
    if screen.is_told:
        return
    screen.is_told = True
    st.warning(
        _(
            "The connection is gone. The answer is from {at} and may be out of date.",
            at=clock(at),
        )
    )
    retry(client, AGAIN_S)


def watch(client: ApiClient, revision: int) -> None:
    """Says when the register has changed since an answer; never swaps it by itself."""
    at = datetime.now(UTC)
    is_drawn = False

    @st.fragment(run_every=WATCH_S)
    def watching() -> None:
        nonlocal is_drawn
        if not is_drawn:
            is_drawn = True  # the answer has just come
            return
        try:
            is_stale = client.revision().revision != revision
        except Problem:
            return  # the next question tells
        if is_stale:
            st.info(_("The register has changed since you got the answer at {at}.", at=clock(at)))
            if st.button(_("Show the new answer"), key="watch-again", on_click=invalidate):
                st.rerun(scope="app")

    watching()


def retry(client: ApiClient, seconds: float) -> None:
    """Asks the API now and then whether it is back, and asks again when it is; once a drawing."""
    screen, is_drawn = _screen(), False
    if screen.is_waiting:
        return
    screen.is_waiting = True

    @st.fragment(run_every=max(seconds, 1))
    def waiting() -> None:
        nonlocal is_drawn
        if not st.button(_("Try now"), key="try-now") and not is_drawn:
            is_drawn = True  # the API has just been asked
            return
        try:
            client.ready()
        except Problem:
            return
        st.rerun(scope="app")

    waiting()
