"""The user's own API tokens."""

from collections.abc import Mapping
from functools import partial
from typing import Final, get_args

import streamlit as st
from pydantic import ValidationError

from api.client import ApiClient, NewToken, Problem
from api.schemas.accounts import Me, Token, TokenScope
from explorer import session
from explorer.i18n import _
from explorer.views.accounts import access, outcome

_MADE: Final = "my-token-made"
_SCOPES: Final[tuple[TokenScope, ...]] = get_args(TokenScope)


def show(client: ApiClient, me: Me) -> None:
    """Draw the tokens, the one just made with its text, and the form that makes one."""
    st.header(_("Tokens for programs"), anchor=False)
    made: Token | None = st.session_state.pop(_MADE, None)
    if made is not None:
        st.success(_("The token {label} is made. Copy it now: it is shown once.", label=made.label))
        st.code(made.text or "", language=None, wrap_lines=True)
    found = client.tokens().found
    # the vocabulary is not read by somebody without a right
    tasks = {task.task: task.label for task in me.tasks}
    access.tokens_table(found, tasks)
    with st.container(horizontal=True):
        for one in found:
            with st.popover(_("Revoke {token}", token=one.label), key=f"token-{one.id}-asks"):
                st.markdown(_("The program that uses it is refused at its next call."))
                st.button(
                    _("Revoke {token}", token=one.label), key=f"token-{one.id}",
                    on_click=partial(outcome.write, partial(client.revoke_token, one.id),
                                     _("The token is revoked.")),
                )  # fmt: skip
    with st.expander(_("New token"), key="my-token-new"):
        _form(client, me, tasks)


def _form(client: ApiClient, me: Me, tasks: Mapping[str, str]) -> None:
    scopes: list[TokenScope] = [scope for scope in _SCOPES if session.may(me, scope)]
    with st.form("my-token-form", border=False):
        label = st.text_input(
            _("What it is called"), key="my-token-label", max_chars=40, autocomplete="off",
            placeholder=_("for example notebook"),
        )  # fmt: skip
        chosen = st.multiselect(
            _("What it may do"), scopes, format_func=tasks.__getitem__, key="my-token-scopes",
            placeholder=_("Choose one or more"),
        )  # fmt: skip
        days = st.number_input(_("Days it lasts, at most 90"), 1, 90, 30, key="my-token-days")
        is_sent = st.form_submit_button(_("Make token"))
    if not is_sent:
        return
    try:
        st.session_state[_MADE] = client.make_token(
            NewToken(
                label=label.strip(),
                scopes=frozenset[TokenScope](scope for scope in scopes if scope in chosen),
                days=days,
            )
        )
    except ValidationError as error:
        is_label = error.errors()[0]["loc"][0] == "label"
        st.error(
            _("Name it in small letters, digits and hyphens, as notebook-2.")
            if is_label
            else _("Choose what it may do.")
        )
    except Problem as problem:
        outcome.draw_problem(problem)
    else:
        st.rerun()
