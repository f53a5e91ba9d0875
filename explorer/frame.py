"""The frame of every screen: navigation, current user, emergency line, common states.

`run` is what Streamlit runs. A screen is a module in `explorer/views` with a `show(context)`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from importlib import import_module
from urllib.parse import urlencode, urlsplit

import streamlit as st

from api.client import ApiClient, Failed, Problem
from api.schemas.accounts import Me
from explorer import address, problem_states, screen_state, session
from explorer.address import AUDIT, FIND, SCREENS, Screen
from explorer.i18n import LANGUAGE, _, day, language, ngettext, plain
from explorer.sign_in import SIGN_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenContext:
    """Arguments of a screen: the API client, the user, their seat and the date."""

    client: ApiClient
    me: Me
    seat: session.UserSeat | None
    on: date
    is_today: bool

    @property
    def as_of(self) -> date | None:
        """The date to ask the API about; None for today."""
        return None if self.is_today else self.on


def run() -> None:
    """Draw the screen that the address names."""
    st.set_page_config(page_title="Kontaktvej", page_icon=None, layout="wide")
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
        emergency()
        st.title("Kontaktvej", anchor=False)
        client = None
        if not isinstance(problem, Failed):
            with suppress(Problem):
                client = session.client()
        problem_states.draw(problem, client)
        return
    pages = [
        st.Page(
            partial(_screen, screen, me, client),
            title=_(screen.title),
            url_path=screen.path or None,
            default=screen is FIND,
            visibility="visible" if has_use(screen, me) else "hidden",
        )
        for screen in SCREENS
    ]
    chosen = st.navigation(pages, expanded=True)
    try:
        chosen.run()
    finally:  # a screen may stop half-way
        with st.sidebar:
            _seat(me)
            problem_states.ending(me)
            rest = {name: codes for name, codes in address.here().items() if name != LANGUAGE}
            links, sign_out = list[str](), escape(_("Sign out"))
            for lang, name in (("da", "Dansk"), ("en", "English")):
                query = urlencode({**rest, LANGUAGE: lang}, doseq=True)
                links.append(
                    f'<strong lang="{lang}">{name}</strong>'
                    if lang == language()
                    else f'<a href="?{query}" target="_self" lang="{lang}" hreflang="{lang}">'
                    f"{name}</a>"
                )
            st.html(
                f'<p class="kv-languages">{" · ".join(links)}</p>'
                f'<form method="post" action="{SIGN_OUT}" target="_self" class="kv-out">'
                f"<span>{escape(me.login)}</span> "
                f'<button type="submit">{sign_out}</button></form>'
            )
    screen_state.done()


def has_use(screen: Screen, me: Me) -> bool:
    """Whether a role of the user has a use for the screen."""
    return screen.roles is None or bool(screen.roles & session.roles(me))


def _screen(screen: Screen, me: Me, client: ApiClient) -> None:
    if not has_use(screen, me):
        emergency(is_demo=me.is_demo)
        _heading(_(screen.title))
        problem_states.not_for_role()
        lead = escape(_("You can use:"))
        links = " ".join(
            f'<a href="{address.link(screen)}" target="_self">{escape(_(screen.title))}</a>'
            for screen in SCREENS
            if has_use(screen, me)
        )
        st.html(f'<p class="kv-ways">{lead} {links}</p>')
        return
    show: Callable[[ScreenContext], None] = import_module(f"explorer.views.{screen.module}").show
    on = address.day() or me.today
    try:
        seat = session.seat(me)
    except Problem as problem:
        emergency(is_demo=me.is_demo)
        problem_states.draw(problem, client)
        return
    try:
        show(ScreenContext(client=client, me=me, seat=seat, on=on, is_today=on == me.today))
    except Problem as problem:
        problem_states.draw(problem, client)


def title(context: ScreenContext, text: str) -> None:
    """Draw what is above every screen, and its one heading; a screen calls it first."""
    emergency(is_demo=context.me.is_demo)
    if not context.is_today:
        info, back = st.columns([4, 1], vertical_alignment="center")
        info.info(_("You see the structure as of {day}.", day=day(context.on)))
        back.button(
            _("Back to today"), on_click=partial(address.change, on=None, at=None), key="to-today"
        )
    if context.me.waiting:  # administrators and data protection officers
        notice = ngettext(
            "{count} change of rights waits for your yes or no.",
            "{count} changes of rights wait for your yes or no.",
            context.me.waiting,
        )
        see, link = escape(_("See them")), address.link(AUDIT, tab="rights")
        st.html(
            f'<p class="kv-ways">{escape(notice)} <a href="{link}" target="_self">{see}</a></p>'
        )
    _heading(text)


def share(parameters: Mapping[str, list[str]]) -> None:
    """Draw the address of the screen with those parameters, to copy."""
    with st.expander(_("Share the link")):
        here = urlsplit(st.context.url or "")
        query = urlencode(parameters, doseq=True)
        st.code(f"{here.scheme}://{here.netloc}{here.path or '/'}?{query}", language=None)
        st.markdown(_("Receivers see only what their own role allows."))


def _heading(text: str) -> None:
    st.title(text, anchor=False)


def emergency(*, is_demo: bool = False) -> None:
    """Draw the emergency numbers, above everything else."""
    line, demo = _("Immediate danger: call **112** · police **114**"), _("Demo data")
    st.markdown(f"{line} :orange-badge[{demo}]" if is_demo else line)


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
