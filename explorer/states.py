"""What a screen says when there is no answer: one text and one shape for each case, drawn here.

A screen asks and lets a `Problem` fly: the frame draws it. Where an answer stands on screen
already, `kept` keeps it while the API is away, and says so.
"""

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
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
_KEPT: Final = "kept"
_AGAIN_S: Final = 10
_WATCH_S: Final = 60
WARNED_S: Final = 150
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer on screen: what was asked, what came, and when."""

    asked: object
    answer: Any
    at: datetime


@contextmanager
def caught() -> Generator[None]:
    """Draws whatever problem flies inside, and ends the run there."""
    try:
        yield
    except Problem as problem:
        draw(problem)
        st.stop()


def kept(client: ApiClient, asked: object, ask: Callable[[], T]) -> T:
    """The answer to what is asked; the one on screen where the API has just gone away.

    Raises: Problem: whatever else it says.
    """
    held: Kept | None = st.session_state.get(_KEPT)
    try:
        answer = ask()
    except Unavailable:
        if held is None or held.asked != asked:
            raise
        st.warning(
            say(
                "The connection is gone. The answer is from {at} and may be out of date.",
                at=clock(held.at),
            )
        )
        retry(client, _AGAIN_S)
        return held.answer
    st.session_state[_KEPT] = Kept(asked, answer, datetime.now(UTC))
    return answer


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
            if st.button(say("Show the new answer"), key="watch-again"):
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
    """Asks the API now and then whether it is back, and asks again when it is."""
    is_drawn = False

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
