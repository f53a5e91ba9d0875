"""The frame of every screen: navigation, header line, landing page, common states.

`run` is what Streamlit runs. A screen is a module in `explorer/views` with a `show(context)`.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from importlib import import_module
from typing import Final
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from api.client import ApiClient, InternalError, Problem
from api.schemas.accounts import Me, Role
from explorer import account_menu, address, problem_states, screen_state, session
from explorer.address import (
    ACCOUNTS,
    ANALYSIS,
    AUDIT,
    CURATION,
    FIND,
    MAP,
    MY_ACCOUNT,
    NETWORK,
    SCREENS,
    Screen,
)
from explorer.i18n import _, day, ngettext, plain

SIDEBAR_PX: Final = 240
_LANDING: Final[Mapping[Role, Screen]] = {
    "COORDINATOR": FIND,
    "OUTREACH": NETWORK,
    "ANALYST": ANALYSIS,
    "STEWARD": CURATION,
    "DPO": AUDIT,
    "ADMIN": ACCOUNTS,
}
"""The first screen of each role; of several roles the first here decides."""
_WITH_DATE: Final = frozenset({FIND, MAP, NETWORK})
"""The screens whose one answer is of the date in the address."""
_LANDED: Final = "landed"
_SCREEN: Final = "screen"
_COUNTRY: Final = "dk"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenContext:
    """Arguments of a screen: the API client, the user, their seat and the date."""

    client: ApiClient
    me: Me
    seat: session.UserSeat | None
    on: date
    is_today: bool

    @property
    def is_past(self) -> bool:
        """Whether the date is past: its people may have left, so no detail is revealed."""
        return self.on < self.me.today

    @property
    def as_of(self) -> date | None:
        """The date to ask the API about; None for today."""
        return None if self.is_today else self.on


def run() -> None:
    """Draw the screen that the address names."""
    st.set_page_config(
        page_title="Kontaktvej", page_icon=None, layout="wide", initial_sidebar_state=SIDEBAR_PX
    )
    screen_state.begin()
    try:
        client, me = session.client(), session.me()
    except Problem as problem:
        # All screens keep their addresses, so that the user returns to the same one afterwards.
        nothing = [
            st.Page(
                lambda: None,
                title="Kontaktvej",
                url_path=screen.path or None,
                default=screen is FIND,
            )
            for screen in SCREENS
        ]
        st.navigation(nothing, position="hidden")
        st.html(account_menu.header(None, FIND))
        st.title("Kontaktvej", anchor=False)
        client = None
        if not isinstance(problem, InternalError):
            with suppress(Problem):
                client = session.client()
        problem_states.draw(problem, client)
        return
    pages = {
        screen: st.Page(
            partial(_screen, screen, me, client),
            title=_(screen.title),
            url_path=screen.path or None,
            default=screen is FIND,
            visibility="visible" if _is_listed(screen, me) else "hidden",
        )
        for screen in SCREENS
    }
    current_page = st.navigation(list(pages.values()), expanded=True)
    screen = next(screen for screen, page in pages.items() if page is current_page)
    _land(screen, me, pages)
    # The line above every screen: emergency numbers, account menu, and a date other than today.
    on = address.answer_day(me.today)
    st.html(account_menu.header(me, screen))
    if on != me.today:
        with st.container(key="as-of", horizontal=True, vertical_alignment="center"):
            text = _("You see the contacts as they are on {day}.", day=day(on))
            st.markdown(text, width="content")
            st.button(
                _("Back to today"), on_click=partial(address.change, on=None, at=None),
                key="to-today", type="tertiary",
            )  # fmt: skip
    try:
        current_page.run()
    finally:  # a screen may stop half-way
        with st.sidebar:
            _seat(me)
            problem_states.warn_of_session_end(me)
    screen_state.finish()


def has_use(screen: Screen, me: Me) -> bool:
    """Whether a role of the user has a use for the screen."""
    return screen.roles is None or bool(screen.roles & session.roles(me))


def landing_screen(me: Me) -> Screen:
    """The first screen of a user: the one their role works on, never one they have no use for."""
    roles = session.roles(me)
    of_roles = (screen for role, screen in _LANDING.items() if role in roles)
    return next(screen for screen in (*of_roles, *SCREENS) if has_use(screen, me))


def _is_listed(screen: Screen, me: Me) -> bool:
    """Whether the navigation lists a screen; the account menu leads to one's own account."""
    return has_use(screen, me) and screen is not MY_ACCOUNT


def _land(screen: Screen, me: Me, pages: Mapping[Screen, StreamlitPage]) -> None:
    """Redirect a session that begins at the bare address to the landing screen of the role.

    Only once: Back and the navigation reach *Find* afterwards.
    """
    is_first = _LANDED not in st.session_state
    st.session_state[_LANDED] = True
    target = landing_screen(me)
    if not is_first or screen is not FIND or target is FIND or address.here():
        return
    center: dict[str, str] | None = None
    if target is NETWORK:
        # The center of an outreach worker's network: the one area of their grants, else their post.
        center = {}
        areas = {area for grant in me.grants if grant.role == "OUTREACH" for area in grant.areas}
        if len(areas) == 1 and areas != {_COUNTRY}:
            center = {"id": areas.pop()}
        else:
            with suppress(Problem):
                if (own := session.seat(me)) is not None:
                    center = {"id": own.id}
    st.switch_page(pages[target], query_params=center)


def _screen(screen: Screen, me: Me, client: ApiClient) -> None:
    if not has_use(screen, me):
        _heading(_(screen.title))
        problem_states.not_for_role()
        lead = escape(_("You can use:"))
        links = " ".join(
            f'<a href="{address.link(target)}" target="_self">{escape(_(target.title))}</a>'
            for target in SCREENS
            if _is_listed(target, me)
        )
        st.html(f'<p class="kv-ways">{lead} {links}</p>')
        return
    if st.session_state.get(_SCREEN) != screen.path:  # contact details stay in clear on one screen
        st.session_state.pop(screen_state.DETAILS, None)
        st.session_state[_SCREEN] = screen.path
    show: Callable[[ScreenContext], None] = import_module(f"explorer.views.{screen.module}").show
    on = address.answer_day(me.today)
    try:
        seat = session.seat(me)
    except Problem as problem:
        problem_states.draw(problem, client)
        return
    try:
        show(ScreenContext(client=client, me=me, seat=seat, on=on, is_today=on == me.today))
    except Problem as problem:
        problem_states.draw(problem, client, has_date=screen in _WITH_DATE)


def title(context: ScreenContext, text: str) -> None:
    """Draw the one heading of a screen; a screen calls it first."""
    _heading(text)
    if context.me.waiting:  # administrators and data protection officers
        notice = ngettext(
            "{count} change of rights waits for your yes or no.",
            "{count} changes of rights wait for your yes or no.",
            context.me.waiting,
        )
        see, link = escape(_("See them")), address.link(ACCOUNTS, tab="changes")
        st.html(
            f'<p class="kv-ways">{escape(notice)} <a href="{link}" target="_self">{see}</a></p>'
        )


def tabs(
    label: str, names: Mapping[str, str], tab: str, *, key: str, rest: Iterable[str] = ()
) -> None:
    """Draw the tabs of a screen by their codes in the address, the chosen one marked.

    `rest`: parameters of the address that another tab removes.
    """
    st.session_state[key] = tab
    st.segmented_control(
        label, list(names), key=key, required=True, format_func=names.__getitem__,
        label_visibility="collapsed",
        on_change=partial(address.choose, "tab", key, names, **dict.fromkeys(rest)),
    )  # fmt: skip


def share(parameters: Mapping[str, list[str]]) -> None:
    """Draw the address of the screen with those parameters, to copy."""
    with st.expander(_("Share the link")):
        shared_link(parameters)


def shared_link(parameters: Mapping[str, list[str]]) -> None:
    """Draw the address of the screen with those parameters, to copy, and a note on access."""
    path, query = urlsplit(st.context.url or "").path, urlencode(parameters, doseq=True)
    st.code(f"{address.explorer()}{path or '/'}?{query}", language=None)
    st.markdown(_("Receivers see only what their own role allows."))


def _heading(text: str) -> None:
    st.title(text, anchor=False)


def _seat(me: Me) -> None:
    names = {seat.id: seat.name for seat in session.seats(me)}
    now = session.seat(me)
    if now is not None and len(names) == 1:
        st.markdown(_("Your post: {post}", post=f"**{plain(now.name)}**"))
    elif now is not None:
        st.selectbox(
            _("Your post"), list(names), format_func=names.__getitem__, key="seat",
            index=list(names).index(now.id),
        )  # fmt: skip
