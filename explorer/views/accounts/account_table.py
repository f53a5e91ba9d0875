"""All accounts as a table, searched by login, and the form for a new account."""

from collections.abc import Iterable, Mapping
from functools import partial
from html import escape
from typing import Final

import streamlit as st
from pydantic import ValidationError

from api.client import ApiClient, ListedAccount, NewAccounts, NewGrant, Problem, Subject
from api.schemas.accounts import Account
from explorer import address, screen_state
from explorer.address import ACCOUNTS
from explorer.frame import ScreenContext
from explorer.html_table import table
from explorer.i18n import _, short_day
from explorer.views.accounts import outcome, rights

_SOUGHT: Final = "accounts-sought"
_COUNT: Final = "accounts-count"
_PAGE: Final = 50


def show(context: ScreenContext) -> None:
    """Draw the form for a new account, the search and the table."""
    outcome.draw()
    names = rights.area_names(context.client)
    if address.text("new") is not None:
        _new_account(context, names)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    sought = left.text_input(
        _("Search by login"), key=_SOUGHT, max_chars=64, autocomplete="off",
        on_change=lambda: st.session_state.pop(_COUNT, None),
    )  # fmt: skip
    if address.text("new") is None:
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
    """The rights of an account in words, with a note on those that await approval."""
    for grant in account.grants:
        text = rights.in_words(grant, names)
        waits = _("waits for a second approval")
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


# ---- a new account and its first right

_LOGIN: Final = "new-login"
_PERSON: Final = "new-person"
_ISSUER: Final = "new-issuer"
_SUBJECT: Final = "new-subject"


def _new_account(context: ScreenContext, names: Mapping[str, str]) -> None:
    """Draw the form: login, person or program, and a right."""
    with st.container(border=True, key="new-account"):
        st.header(_("New account"), anchor=False)
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        login = left.text_input(
            _("Login"), key=_LOGIN, max_chars=64, autocomplete="off",
            placeholder=_("for example line.bak"),
        )  # fmt: skip
        is_service = right.checkbox(_("It is a program"), key="new-service")
        right_given = rights.choose(
            names, rights.PROGRAMS if is_service else rights.PEOPLE,
            key="new-program" if is_service else "new-person-right",
        )  # fmt: skip
        if not is_service:
            with st.expander(_("Person in the register, sign-in elsewhere")):
                st.text_input(
                    _("Id of the person in the register"), key=_PERSON, autocomplete="off",
                    placeholder=_("for example per-00421"),
                )  # fmt: skip
                first, second = st.columns(2)
                first.text_input(_("Address of the sign-in service"), key=_ISSUER,
                                 autocomplete="off", placeholder="https://")  # fmt: skip
                second.text_input(_("Who it is there"), key=_SUBJECT, autocomplete="off")
        with st.container(horizontal=True):
            is_sent = st.button(_("Create account"), key="new-create", type="primary")
            st.button(_("Cancel"), key="new-cancel", on_click=partial(address.change, new=None))
        if is_sent:
            _create(context.client, login.strip(), right_given, is_service=is_service)


def _create(client: ApiClient, login: str, right: NewGrant | None, *, is_service: bool) -> None:
    if not login:
        st.error(_("Write a login."))
        return
    if right is None:
        st.error(_("Choose a role."))
        return
    if not right.areas and right.role != "ADMIN":
        st.error(_("Choose at least one area."))
        return
    issuer, subject = _text_of(_ISSUER), _text_of(_SUBJECT)
    is_elsewhere = not is_service and (issuer is not None or subject is not None)
    try:
        new = ListedAccount(
            login=login, is_service=is_service, grants=(right,),
            person=None if is_service else _text_of(_PERSON),
            subject=Subject(issuer=issuer or "", subject=subject or "") if is_elsewhere else None,
        )  # fmt: skip
    except ValidationError as error:
        texts = {
            "login": _("A login has 2 to 64 letters, digits and . _ @ + -"),
            "person": _("The id of the person is not one: write for example per-00421."),
        }
        both = _("Give both the address of the sign-in service and who it is there.")
        st.error(texts.get(str(error.errors()[0]["loc"][0]), both))
        return
    try:
        (added_account,) = client.create_accounts(NewAccounts(accounts=(new,))).found
    except Problem as problem:
        outcome.draw_problem(problem)
        return
    screen_state.invalidate()
    if added_account.waiting:
        outcome.say(_("The account {login} is made. Its right waits for a second approval.",
                      login=added_account.login))  # fmt: skip
    else:
        outcome.say(_("The account {login} is made, and has its right.", login=added_account.login))
    for key in (_LOGIN, _PERSON, _ISSUER, _SUBJECT):
        st.session_state.pop(key, None)
    address.change(new=None, account=added_account.account)
    st.rerun()


def _text_of(key: str) -> str | None:
    return str(st.session_state.get(key) or "").strip() or None
