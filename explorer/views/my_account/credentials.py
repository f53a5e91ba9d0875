"""Change of one's own password, and set-up of an authenticator."""

from html import escape
from typing import Final

import segno
import streamlit as st
from pydantic import SecretStr, ValidationError

from api.client import ApiClient, ChangedPassword, Code, Problem, Proof
from api.schemas.accounts import Enrolled, Me
from explorer import problem_states
from explorer.i18n import _
from explorer.page import sign_in_address
from explorer.views.accounts import outcome

_ENROLLED: Final = "my-enrolled"
_FIELDS: Final = ("my-password", "my-new-password", "my-new-password-again")


def password(client: ApiClient) -> None:
    """Draw the form that changes the password."""
    st.header(_("Password"), anchor=False)
    with st.form("my-password-form", border=False):
        old = st.text_input(_("Password now"), type="password", key=_FIELDS[0],
                            autocomplete="current-password")  # fmt: skip
        new = st.text_input(_("New password, at least 14 characters"), type="password",
                            key=_FIELDS[1], autocomplete="new-password")  # fmt: skip
        twice = st.text_input(_("New password once more"), type="password", key=_FIELDS[2],
                              autocomplete="new-password")  # fmt: skip
        st.caption(_("You are signed out everywhere, and your tokens end."))
        is_sent = st.form_submit_button(_("Change password"))
    if not is_sent:
        return
    if new != twice:
        st.error(_("The new password is not the same both times."))
        return
    try:
        client.change_password(
            ChangedPassword(password=SecretStr(old), new_password=SecretStr(new))
        )
    except ValidationError:
        st.error(_("Fill in both passwords."))
    except Problem as problem:
        outcome.draw_problem(problem)
    else:
        for key in _FIELDS:
            st.session_state.pop(key, None)
        st.success(_("Your password is changed, and you are signed out everywhere."))
        problem_states.anchor(_("Sign in"), sign_in_address("/min-konto", ""))
        st.stop()  # the session has ended, too


def authenticator(client: ApiClient, me: Me) -> None:
    """Draw the set-up of an app that makes codes, or its replacement."""
    st.header(_("Authenticator"), anchor=False)
    enrolled: Enrolled | None = st.session_state.get(_ENROLLED)
    if enrolled is not None:
        _confirm(client, enrolled)
        return
    if me.has_totp:
        st.markdown(_("You sign in with a code from your app. With a new phone, replace it here."))
    else:
        st.markdown(
            _(
                "An app on your phone that makes a new code every half minute. With it, nobody "
                "signs in as you by your password alone."
            )
        )
    with st.form("my-factor-form", border=False):
        proof = st.text_input(_("Password"), type="password", key="my-factor-password",
                              autocomplete="current-password")  # fmt: skip
        totp = ""
        if me.has_totp:
            totp = st.text_input(_("Code from the app you have now"), key="my-factor-totp",
                                 autocomplete="one-time-code", max_chars=10)  # fmt: skip
        label = _("Replace the app") if me.has_totp else _("Set up an app")
        is_sent = st.form_submit_button(label)
    if not is_sent:
        return
    try:
        begun = client.begin_second_factor(
            Proof(password=SecretStr(proof), totp=SecretStr(totp) if totp else None)
        )
    except ValidationError:
        st.error(_("Write your password."))
    except Problem as problem:
        outcome.draw_problem(problem)
    else:
        st.session_state.pop("my-factor-password", None)
        st.session_state[_ENROLLED] = begun
        st.rerun()


def _confirm(client: ApiClient, enrolled: Enrolled) -> None:
    """Draw the secret as a picture and as text, and the field for the app's first code."""
    st.markdown(_("Scan the picture with the app, or type the secret into it. It is shown once."))
    if enrolled.totp_uri is not None:
        picture = segno.make(enrolled.totp_uri, error="m").svg_data_uri(border=4, light="white")
        text = escape(_("QR code of the secret"))
        st.html(f'<img src="{picture}" alt="{text}" width="200" height="200">')
    st.code(enrolled.totp_secret or "", language=None, wrap_lines=True)
    with st.form("my-confirm-form", border=False):
        totp = st.text_input(_("Code from the new app"), key="my-confirm-totp",
                             autocomplete="one-time-code", max_chars=10)  # fmt: skip
        is_sent = st.form_submit_button(_("Use this app"), type="primary")
    st.button(
        _("Cancel"), key="my-factor-cancel", on_click=lambda: st.session_state.pop(_ENROLLED, None)
    )
    if not is_sent:
        return
    try:
        client.confirm_second_factor(Code(totp=SecretStr("".join(totp.split()))))
    except ValidationError:
        st.error(_("Write the six digits that the app shows."))
    except Problem as problem:
        outcome.draw_problem(problem)
    else:
        st.session_state.pop(_ENROLLED, None)
        outcome.say(_("From now on you sign in with a code from this app."))
        st.rerun()
