"""All accounts as a table: searched by login, with state, rights and last use."""

from collections.abc import Iterable, Mapping
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from api.schemas.accounts import Account
from explorer import address, screen_state
from explorer.address import ACCOUNTS
from explorer.frame import ScreenContext
from explorer.html_table import table
from explorer.i18n import _, short_day
from explorer.views.accounts import new_account, outcome, rights

_SOUGHT: Final = "accounts-sought"
_COUNT: Final = "accounts-count"
_PAGE: Final = 50


def show(context: ScreenContext) -> None:
    """Draw the form for a new account, the search and the table."""
    outcome.draw()
    names = rights.area_names(context.client)
    if address.one("new") is not None:
        new_account.show(context, names)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    sought = left.text_input(
        _("Search by login"), key=_SOUGHT, max_chars=64, autocomplete="off",
        on_change=lambda: st.session_state.pop(_COUNT, None),
    )  # fmt: skip
    if address.one("new") is None:
        right.button(
            _("New account"), key="account-new", type="primary",
            on_click=partial(address.change, new="1"),
        )  # fmt: skip
    accounts, has_more = _read(context, sought.strip())
    if not accounts:
        st.info(_("No account has that in its login."))
        return
    st.html(
        table(
            _("Accounts"),
            (_("Login"), _("State"), _("Rights"), _("Last used")),
            (
                (
                    f'<a href="{escape(address.link(ACCOUNTS, account=account.id))}" '
                    f'target="_self">{escape(account.login)}</a>',
                    escape(state(account)),
                    "<br>".join(map(escape, rights_of(account, names))) or "–",
                    escape(short_day(account.last_used_on)) if account.last_used_on else "–",
                )
                for account in accounts
            ),
            has_names=True,
        )
    )
    if has_more:

        def more() -> None:
            st.session_state[_COUNT] = st.session_state.get(_COUNT, 1) + 1

        st.button(_("More accounts"), key="accounts-more", on_click=more)


def _read(context: ScreenContext, sought: str) -> tuple[list[Account], bool]:
    """The accounts on screen, page by page, and whether there are more."""
    pages: int = st.session_state.get(_COUNT, 1)
    client = context.client

    def read() -> tuple[list[Account], bool]:
        accounts: list[Account] = []
        place: str | None = None
        for place_in_order, page in enumerate(client.accounts(text=sought or None, limit=_PAGE), 1):
            accounts += page.found
            place = page.next
            if place_in_order == pages:
                break
        return accounts, place is not None

    return screen_state.fetch(client, ("accounts", sought, pages), read)


def rights_of(account: Account, names: Mapping[str, str]) -> Iterable[str]:
    """The rights of an account in words, and which of them wait."""
    for grant in account.grants:
        text = rights.in_words(grant, names)
        waits = _("waits for a second yes")
        yield f"{text} · {waits}" if grant.is_waiting else text


def state(account: Account) -> str:
    """How an account can be signed in to, in words."""
    if account.is_disabled:
        return _("disabled")
    if account.is_service:
        return _("program")
    if account.subject is not None:
        return _("signs in elsewhere")
    if account.has_password:
        return _("password and app") if account.has_totp else _("password")
    if account.has_token:
        return _("token, no password")
    if account.is_invited:
        return _("invited")
    if account.last_used_on is not None:
        return _("used before, no password")
    return _("not invited yet")
