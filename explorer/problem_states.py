"""What a screen shows when the API reports a problem: one text and one shape for each case.

A screen lets a `Problem` propagate; the frame draws it.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

import streamlit as st

from api.client import (
    ApiClient,
    InternalError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    TooExpensive,
    TooMany,
    Unavailable,
)
from api.schemas.accounts import Me
from explorer import address, screen_state
from explorer.i18n import _, ngettext, plain
from explorer.page import sign_in_address

WARNED_S: Final = 150
_LOG: Final = logging.getLogger(__name__)


@contextmanager
def show_problems() -> Generator[None]:
    """Draw any problem raised inside, and end the run there."""
    try:
        yield
    except Problem as problem:
        draw(problem)
        st.stop()


def warn_of_session_end(me: Me) -> None:
    """Warn 150 seconds before the session ends, with a button that extends it.

    The timer does not count as activity of the session; only the button does.
    """
    if me.ends_at is None or me.idle_min is None:
        return
    last = min(me.ends_at, datetime.now(UTC) + timedelta(minutes=me.idle_min))

    @st.fragment(run_every=screen_state.WATCH_S)
    def draw_warning() -> None:
        left_s = (last - datetime.now(UTC)).total_seconds()
        if 0 < left_s <= WARNED_S:
            st.warning(
                ngettext(
                    "You will be signed out in {count} minute.",
                    "You will be signed out in {count} minutes.",
                    max(1, round(left_s / 60)),
                )
            )
            if last != me.ends_at and st.button(_("Stay signed in"), key="stay"):
                st.rerun(scope="app")

    draw_warning()


def draw(problem: Problem, client: ApiClient | None = None, *, has_date: bool = False) -> None:
    """Draw a problem in words: what happened, what still holds, what to do now.

    `has_date`: the problem takes the place of the whole answer of a screen, and it has a date.
    """
    if isinstance(problem, NotSignedIn):
        signed_out()
    elif isinstance(problem, NotFound):
        not_found(has_date=has_date)
    elif isinstance(problem, NotAllowed):
        st.warning(plain(problem.detail) if problem.slug == "step-up" else _no_role())
    elif isinstance(problem, TooMany | TooExpensive):
        st.warning(plain(problem.detail))
    elif isinstance(problem, Invalid) and problem.slug == "refused-content":
        st.error(civil_number())
    elif isinstance(problem, Invalid):
        for text in [fault.detail for fault in problem.errors if fault.detail] or [problem.detail]:
            st.error(plain(text))
    elif isinstance(problem, Unavailable) and problem.slug == "audit-unavailable":
        st.error(_("The look-up cannot be logged right now, therefore nothing is shown."))
    elif isinstance(problem, Unavailable):
        wait_s = max(problem.retry_after_s or 0, screen_state.AGAIN_S)
        st.error(
            _(
                "Kontaktvej cannot reach the register right now. Your choice stands in the "
                "address. We try again in {seconds} seconds.",
                seconds=round(wait_s),
            )
        )
        if client is not None:
            screen_state.retry(client, wait_s)
    else:
        bug(problem.request_id)


def civil_number() -> str:
    """The text for a search that was refused since it looks like a civil registration number."""
    return _(
        "The field looks like a CPR number. Search for a post, a place or a subject, "
        "never for citizens."
    )


def not_found(*, has_date: bool = False) -> None:
    """Draw that a node is absent or hidden: one text for both; with a date also what to try."""
    text = _("Does not exist, or you have no access.")
    if has_date:
        text += " " + _("Try another date, or search by name in Register.")
    st.warning(text)


def not_for_role() -> None:
    """Draw that the user's roles have no use for the screen; no API request is made."""
    st.warning(_no_role())


def _no_role() -> str:
    return _("Your role gives no access here. Ask your register steward.")


def signed_out() -> None:
    """Draw that the session has ended, with a link that returns here after sign-in."""
    st.warning(_("You are signed out. Sign in again, and you return here."))
    path = urlsplit(st.context.url or "").path or "/"  # Streamlit removes the query from it
    anchor(_("Sign in"), sign_in_address(path, urlencode(address.here(), doseq=True)))


def bug(request_id: str | None) -> None:
    """Draw an internal error with the number that identifies it in the log."""
    st.error(_("Something went wrong on our side. Number: {number}.", number=request_id or "–"))


def anchor(label: str, href: str) -> None:
    """Draw a link that opens in the same tab."""
    st.link_button(plain(label), href)


def handle_error(error: Exception) -> bool:
    """Handle an error that no screen caught: draw it without its text."""
    if isinstance(error, Problem) and not isinstance(error, InternalError):
        draw(error)
    else:
        number = f"{id(error) & 0xFFFF:04X}"
        _LOG.exception("a screen failed, number %s", number, exc_info=error)
        bug(number)
    return True
