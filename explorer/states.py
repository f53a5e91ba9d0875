"""What a screen says when there is no answer: one text and one shape for each case, drawn here.

A screen asks and lets a `Problem` fly: the frame draws it. What stands on screen already, `kept`
keeps there while the API is away, and says so.
"""

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import streamlit as st

from api.client import (
    ApiClient,
    Failed,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    TooExpensive,
    TooMany,
    Unavailable,
)
from api.schemas.sign_in import Me
from explorer.page import sign_in_address
from explorer.words import clock, say

T = TypeVar("T")
KEPT: Final = "kept"
"""Where a session keeps what stands on screen."""
_MOST_KEPT: Final = 40  # more than any screen asks
_AGAIN_S: Final = 10
_WATCH_S: Final = 60
WARNED_S: Final = 150
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer on screen: what was asked, what came, and when."""

    asked: object
    told: Any
    at: datetime


@dataclass(slots=True)
class _Screen:
    """What the last drawing of a screen was told, and what this one has been told so far."""

    before: list[_Answer] = field(default_factory=list[_Answer])
    now: list[_Answer] = field(default_factory=list[_Answer])
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
    anew = [one.asked for one in last.now]
    older = [] if last.is_done else [one for one in last.before if one.asked not in anew]
    st.session_state[KEPT] = _Screen(before=[*last.now, *older][:_MOST_KEPT])


def done() -> None:
    """A screen has been drawn to its end."""
    _screen().is_done = True


def forget() -> None:
    """Nothing that stands on screen is kept: what was written may have changed it."""
    screen = _screen()
    screen.before, screen.now = [], []


def _screen() -> _Screen:
    screen: _Screen = st.session_state.setdefault(KEPT, _Screen())
    return screen


@contextmanager
def caught() -> Generator[None]:
    """Draws whatever problem flies inside, and ends the run there."""
    try:
        yield
    except Problem as problem:
        draw(problem)
        st.stop()


def kept(
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
    screen, now = _screen(), datetime.now(UTC)
    told = next((one for one in screen.now if one.asked == asked), None)
    if told is not None:
        return told.told
    before = next((one for one in screen.before if one.asked == asked), None)
    if before is not None and (now - before.at).total_seconds() < fresh_s:
        answer = before
    else:
        try:
            answer = _Answer(asked, ask(), now)
        except Unavailable as away:
            if before is None or away.slug == "audit-unavailable":
                raise
            answer, screen.is_away = before, True
    if answer is before and screen.is_away and not quietly:
        _gone(client, screen, answer.at)
    screen.now.append(answer)
    return answer.told


def _gone(client: ApiClient, screen: _Screen, at: datetime) -> None:
    """Says so once a drawing, above the first answer that is kept."""
    if screen.is_told:
        return
    screen.is_told = True
    st.warning(
        say(
            "The connection is gone. The answer is from {at} and may be out of date.",
            at=clock(at),
        )
    )
    retry(client, _AGAIN_S)


def watch(client: ApiClient, revision: int) -> None:
    """Says when the register has changed since an answer; never swaps it by itself."""
    at = datetime.now(UTC)
    is_drawn = False

    @st.fragment(run_every=_WATCH_S)
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
            st.info(say("The register has changed since you got the answer at {at}.", at=clock(at)))
            if st.button(say("Show the new answer"), key="watch-again", on_click=forget):
                st.rerun(scope="app")

    watching()


def ending(me: Me) -> None:
    """Says two minutes before that the session will end; staying is one press.

    Looking is no sign of activity: only whoever presses stays.
    """
    if me.ends_at is None or me.idle_min is None:
        return
    last = min(me.ends_at, datetime.now(UTC) + timedelta(minutes=me.idle_min))

    @st.fragment(run_every=_WATCH_S)
    def watching() -> None:
        left_s = (last - datetime.now(UTC)).total_seconds()
        if 0 < left_s <= WARNED_S:
            st.warning(
                say("You will be signed out in {minutes} minutes.", minutes=_minutes(left_s))
            )
            if last != me.ends_at and st.button(say("Stay signed in"), key="stay"):
                st.rerun(scope="app")

    watching()


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))


def retry(client: ApiClient, seconds: float) -> None:
    """Asks the API now and then whether it is back, and asks again when it is; once a drawing."""
    screen, is_drawn = _screen(), False
    if screen.is_waiting:
        return
    screen.is_waiting = True

    @st.fragment(run_every=max(seconds, 1))
    def waiting() -> None:
        nonlocal is_drawn
        if not st.button(say("Try now"), key="try-now") and not is_drawn:
            is_drawn = True  # the API has just been asked
            return
        try:
            client.ready()
        except Problem:
            return
        st.rerun(scope="app")

    waiting()


def draw(problem: Problem, client: ApiClient | None = None) -> None:
    """A problem in words: what happened, what still holds, what to do now."""
    if isinstance(problem, NotSignedIn):
        signed_out()
    elif isinstance(problem, NotFound):
        hidden()
    elif isinstance(problem, NotAllowed):
        st.warning(problem.detail if problem.slug == "step-up" else _no_role())
    elif isinstance(problem, TooMany | TooExpensive):
        st.warning(problem.detail)
    elif isinstance(problem, Invalid):
        _invalid(problem)
    elif isinstance(problem, Unavailable):
        _away(problem, client)
    else:
        bug(problem.request_id)


def _away(problem: Unavailable, client: ApiClient | None) -> None:
    if problem.slug == "audit-unavailable":
        st.error(say("The look-up cannot be logged right now, therefore nothing is shown."))
        return
    wait_s = max(problem.retry_after_s or 0, _AGAIN_S)
    st.error(
        say(
            "Kontaktvej cannot reach the register right now. Your choice stands in the address. "
            "We try again in {seconds} seconds.",
            seconds=round(wait_s),
        )
    )
    if client is not None:
        retry(client, wait_s)


def _invalid(problem: Invalid) -> None:
    if problem.slug == "refused-content":
        st.error(
            say(
                "The field looks like a CPR number. Search for a post, a place or a subject, "
                "never for citizens."
            )
        )
        return
    for text in [one.detail for one in problem.errors if one.detail] or [problem.detail]:
        st.error(text)


def hidden() -> None:
    """Absent or hidden: one text for both."""
    st.warning(say("Does not exist, or you have no access."))


def not_for_role() -> None:
    """A screen the role has no use for; nothing was asked of the API."""
    st.warning(_no_role())


def _no_role() -> str:
    return say("Your role gives no access here. Ask your register steward.")


def signed_out() -> None:
    """The session has ended; signing in leads back here."""
    st.warning(say("You are signed out. Sign in again, and you return here."))
    told = urlsplit(st.context.url or "")
    anchor(say("Sign in"), sign_in_address(told.path or "/", told.query))


def bug(request_id: str | None) -> None:
    """Something broke on our side; the number finds it in the log."""
    st.error(say("Something went wrong on our side. Number: {number}.", number=request_id or "–"))


def anchor(label: str, href: str) -> None:
    """A link that stays in this tab."""
    st.link_button(label, href)


def failed(error: Exception) -> bool:
    """What Streamlit tells of an error no screen caught: ours to draw, never its text."""
    if isinstance(error, Problem) and not isinstance(error, Failed):
        draw(error)
        return True
    number = f"{id(error) & 0xFFFF:04X}"
    _LOG.exception("a screen failed, number %s", number, exc_info=error)
    bug(number)
    return True
