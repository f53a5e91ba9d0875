"""The user's own account: rights, sign-in, sessions, tokens, budgets, language, appearance."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from html import escape
from typing import Final, get_args

import segno
import streamlit as st
from pydantic import SecretStr, ValidationError

from api.client import (
    ApiClient,
    ChangedPassword,
    Code,
    NewToken,
    NotAllowed,
    NotFound,
    Problem,
    Proof,
)
from api.schemas.accounts import Enrollment, Me, Token, TokenScope
from explorer import account_menu, address, frame, problem_states, screen_state, session
from explorer.address import REGISTER
from explorer.html_table import text_table
from explorer.i18n import _, danish_key, number, plain
from explorer.page import sign_in_address
from explorer.views.accounts import outcome, rights
from explorer.views.accounts.access import proof, tokens_table
from explorer.views.audit.tables import moment_text
from explorer.views.curation import editing
from explorer.views.curation.handover import absence_form

_ENROLLED: Final = "my-enrolled"
_FIELDS: Final = ("my-password", "my-new-password", "my-new-password-again")
_NEW_CREDENTIAL: Final = "my-token-made"
_SCOPES: Final[tuple[TokenScope, ...]] = get_args(TokenScope)


def show(context: frame.ScreenContext) -> None:
    """Draw what the account may do, how it signs in, and where it is signed in."""
    frame.title(context, _("My account"))
    outcome.draw()
    editing.outcome(context.client)
    client, me = context.client, context.me
    _rights(client, me)
    if me.person is not None and session.may(me, "EDIT"):
        _absence(client, me, me.person)
    left, right = st.columns(2, gap="large")
    with left:
        _password(client)
    with right:
        _authenticator(client, me)
    _sessions(client, me)
    _tokens(client, me)
    _budgets(client)
    st.header(_("Language"), anchor=False)
    st.html(f'<p class="kv-languages">{account_menu.languages()}</p>')
    st.header(_("Appearance"), anchor=False)
    st.html(f'<p class="kv-themes">{account_menu.themes()}</p>')


def _rights(client: ApiClient, me: Me) -> None:
    st.header(_("What I may do"), anchor=False)
    facts = [_("Login: {login}", login=me.login)]
    posts = [seat.name for seat in session.seats(me)]
    if posts:
        facts.append(_("Posts: {posts}", posts=", ".join(posts)))
    text = plain(" · ".join(facts))
    if me.person is not None and session.may(me, "QUESTION"):
        card = _("My card in the register")
        text += f" · [{card}]({address.link(REGISTER, id=me.person)})"
    st.markdown(text)
    if not me.grants:
        st.info(_("You have no right yet. Ask an administrator in your organization."))
        return
    try:
        if session.may(me, "APPROVE"):
            names = rights.area_names(client)
        else:
            areas = sorted({area for grant in me.grants for area in grant.areas}, key=danish_key)
            names = {area: area for area in areas}  # the id, if the name may not be read
            for area in areas:
                with suppress(NotFound, NotAllowed):
                    names[area] = session.name_of(area, client) or area
        lines = [rights.in_words(grant, names) for grant in me.grants]
    except NotAllowed as refused:  # no right is in force, or none with a password alone
        st.warning(plain(refused.detail))
        return
    for grant, line in zip(me.grants, lines, strict=True):
        text = plain(line)
        waits = _("waits for a second approval")
        st.markdown(f"- {text} :orange-badge[{waits}]" if grant.is_waiting else f"- {text}")
    with st.expander(_("Task by task")):
        st.html(
            text_table(
                _("What I may do"),
                (_("Task"), _("May I?"), _("Why not")),
                (
                    (task.label, _("yes") if task.may else _("no"), task.why_not)
                    for task in me.tasks
                ),
            )
        )


def _absence(client: ApiClient, me: Me, person: str) -> None:
    """Draw the dates on which the user is away, and where their deputies are chosen."""
    st.header(_("When I am away"), anchor=False)
    absence_form(client, person)
    posts = [
        f"[{plain(seat.name)}]({address.link(REGISTER, id=seat.id)})" for seat in session.seats(me)
    ]
    if posts:
        st.markdown(_("You choose who stands in on the card of your post: {posts}",
                      posts=", ".join(posts)))  # fmt: skip


def _password(client: ApiClient) -> None:
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


def _authenticator(client: ApiClient, me: Me) -> None:
    """Draw the set-up of an app that makes codes, or its replacement."""
    st.header(_("Authenticator"), anchor=False)
    enrolled: Enrollment | None = st.session_state.get(_ENROLLED)
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
        enrollment = client.begin_second_factor(
            Proof(password=SecretStr(proof), totp=SecretStr(totp) if totp else None)
        )
    except ValidationError:
        st.error(_("Write your password."))
    except Problem as problem:
        outcome.draw_problem(problem)
    else:
        st.session_state.pop("my-factor-password", None)
        st.session_state[_ENROLLED] = enrollment
        st.rerun()


def _confirm(client: ApiClient, enrolled: Enrollment) -> None:
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


def _sessions(client: ApiClient, me: Me) -> None:
    """Draw each session, with a button that ends it, and one that ends all others."""
    st.header(_("Where I am signed in"), anchor=False)
    sessions = client.sessions().found
    for own_session in sessions:
        line = plain(
            _("Signed in {begun}, last used {seen}, {proof}",
              begun=moment_text(own_session.made_at), seen=moment_text(own_session.seen_at),
              proof=proof(own_session.assurance))
        )  # fmt: skip
        here = _("here")
        text, action = st.columns([4, 1], vertical_alignment="center")
        text.markdown(f"{line} :blue-badge[{here}]" if own_session.is_current else line)
        if not own_session.is_current and me.via.startswith("ses-"):
            action.button(
                _("End"), key=f"session-{own_session.id}",
                on_click=partial(outcome.write, partial(client.end_session_of_mine, own_session.id),
                                 _("The session has ended.")),
            )  # fmt: skip
    if any(not own_session.is_current for own_session in sessions):
        st.button(
            _("Sign out everywhere else"), key="sessions-others",
            on_click=partial(outcome.write, client.end_other_sessions,
                             _("You are signed out everywhere else.")),
        )  # fmt: skip


def _tokens(client: ApiClient, me: Me) -> None:
    """Draw the tokens, the one just made with its text, and the form that makes one."""
    st.header(_("Tokens for programs"), anchor=False)
    new_token: Token | None = st.session_state.pop(_NEW_CREDENTIAL, None)
    if new_token is not None:
        st.success(
            _("The token {label} is made. Copy it now: it is shown once.", label=new_token.label)
        )
        st.code(new_token.text or "", language=None, wrap_lines=True)
    tokens = client.tokens().found
    # a user without a right may not read the vocabulary
    tasks = {task.task: task.label for task in me.tasks}
    tokens_table(tokens, tasks)
    with st.container(horizontal=True):
        for token in tokens:
            with st.popover(_("Revoke {token}", token=token.label), key=f"token-{token.id}-asks"):
                st.markdown(_("The program that uses it is refused at its next call."))
                st.button(
                    _("Revoke {token}", token=token.label), key=f"token-{token.id}",
                    on_click=partial(outcome.write, partial(client.revoke_token, token.id),
                                     _("The token is revoked.")),
                )  # fmt: skip
    with st.expander(_("New token"), key="my-token-new"):
        _token_form(client, me, tasks)


def _token_form(client: ApiClient, me: Me, tasks: Mapping[str, str]) -> None:
    scopes: list[TokenScope] = [scope for scope in _SCOPES if session.may(me, scope)]
    with st.form("my-token-form", border=False):
        label = st.text_input(
            _("What it is called"), key="my-token-label", max_chars=40, autocomplete="off",
            placeholder=_("for example notebook"),
        )  # fmt: skip
        chosen_scopes = st.multiselect(
            _("What it may do"), scopes, format_func=tasks.__getitem__, key="my-token-scopes",
            placeholder=_("Choose one or more"),
        )  # fmt: skip
        days = st.number_input(_("Days it lasts, at most 90"), 1, 90, 30, key="my-token-days")
        is_sent = st.form_submit_button(_("Make token"))
    if not is_sent:
        return
    try:
        st.session_state[_NEW_CREDENTIAL] = client.make_token(
            NewToken(
                label=label.strip(),
                scopes=frozenset[TokenScope](scope for scope in scopes if scope in chosen_scopes),
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


def _budgets(client: ApiClient) -> None:
    """Draw how many contact details may still be shown today, by purpose."""
    budgets = screen_state.fetch(client, "budgets", client.budgets).found
    if not budgets:
        return
    st.header(_("Contact details today"), anchor=False)
    st.html(
        text_table(
            _("Contact details today"),
            (_("Purpose"), _("Shown today"), _("Left today")),
            (
                (
                    session.term("Purpose", budget.purpose), number(budget.used),
                    number(max(0, budget.most - budget.used)),
                )
                for budget in budgets
            ),
        )
    )  # fmt: skip
