"""The form for a new account and its first right."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st
from pydantic import ValidationError

from api.client import ApiClient, ListedAccount, NewAccounts, NewGrant, Problem, Subject
from explorer import address, screen_state
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.views.accounts import outcome, rights

_LOGIN: Final = "new-login"
_PERSON: Final = "new-person"
_ISSUER: Final = "new-issuer"
_SUBJECT: Final = "new-subject"


def show(context: ScreenContext, names: Mapping[str, str]) -> None:
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
    issuer, subject = _typed(_ISSUER), _typed(_SUBJECT)
    is_elsewhere = not is_service and (issuer is not None or subject is not None)
    try:
        new = ListedAccount(
            login=login, is_service=is_service, grants=(right,),
            person=None if is_service else _typed(_PERSON),
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
        (added,) = client.create_accounts(NewAccounts(accounts=(new,))).found
    except Problem as problem:
        outcome.draw_problem(problem)
        return
    screen_state.invalidate()
    if added.waiting:
        outcome.say(_("The account {login} is made. Its right waits for a second yes.",
                      login=added.login))  # fmt: skip
    else:
        outcome.say(_("The account {login} is made, and has its right.", login=added.login))
    for key in (_LOGIN, _PERSON, _ISSUER, _SUBJECT):
        st.session_state.pop(key, None)
    address.change(new=None, account=added.account)
    st.rerun()


def _typed(key: str) -> str | None:
    return str(st.session_state.get(key) or "").strip() or None
