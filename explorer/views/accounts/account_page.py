"""One account: its rights, how its owner signs in, its sessions and tokens."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from api.danish_time import danish_minute
from api.schemas.accounts import Account, AccountChange
from api.text.invitation import invitation_text
from explorer import address, screen_state, session
from explorer.address import MY_ACCOUNT
from explorer.frame import ScreenContext
from explorer.i18n import _, day, language, moment, plain
from explorer.views.accounts import access, outcome, rights
from explorer.views.accounts.account_table import state


def show(context: ScreenContext, account_id: str) -> None:
    """Draw the account, with everything that an administrator may change."""
    client = context.client
    st.button(
        _("All accounts"), key="accounts-back", icon=":material/arrow_back:",
        on_click=partial(address.change, account=None),
    )  # fmt: skip
    outcome.draw()
    account = screen_state.fetch(
        client, ("account", account_id), lambda: client.account(account_id)
    )
    names = rights.area_names(client)
    st.header(plain(account.login), anchor=False)
    st.markdown(plain(" · ".join(_facts(account))))
    is_own = account.id == context.me.account
    if is_own:
        link = address.link(MY_ACCOUNT)
        own = _("This is your own account: another administrator changes its rights.")
        mine = _("Password, authenticator and sessions are on My account.")
        st.info(f"{own} [{mine}]({link})")
    _rights(context, account, names, is_own=is_own)
    if not is_own:
        _way_in(account)
    st.subheader(_("Sessions"), anchor=False)
    sessions = client.sessions_of(account.id).found
    access.sessions_table(sessions)
    if sessions and not is_own:
        _draw_confirm_button(
            _("Sign out everywhere"), "sessions-end",
            _("All its sessions end at their next call. It may sign in again."),
            partial(client.end_sessions_of, account.id), _("The sessions have ended."),
        )  # fmt: skip
    st.subheader(_("Tokens"), anchor=False)
    tokens = client.tokens_of(account.id).found
    access.tokens_table(tokens, session.terms("Task"))
    for token in () if is_own else tokens:
        _draw_confirm_button(
            _("Revoke {token}", token=token.label), f"token-{token.id}",
            _("The program that uses it is refused at its next call."),
            partial(client.revoke_token_of, account.id, token.id), _("The token is revoked."),
        )  # fmt: skip
    if not is_own:
        _open_or_shut(context, account)


def _facts(account: Account) -> list[str]:
    facts = [_("Program") if account.is_service else _("Person"), state(account)]
    if account.person is not None:
        facts.append(_("in the register: {person}", person=account.person))
    if (subject := account.subject) is not None:
        facts.append(f"{subject.subject} · {subject.issuer}")
    facts.append(_("made {day}", day=day(account.made_at)))
    if account.last_used_on is None:
        facts.append(_("never used"))
    else:
        facts.append(_("last used {day}", day=day(account.last_used_on)))
    return facts


def _rights(
    context: ScreenContext, account: Account, names: Mapping[str, str], *, is_own: bool
) -> None:
    st.subheader(_("Rights"), anchor=False)
    if not account.grants:
        st.markdown(_("The account has no right yet."))
    for grant in account.grants:
        text = rights.in_words(grant, names)
        left, right = st.columns([4, 1], vertical_alignment="center")
        waits = _("waits for a second approval")
        left.markdown(f"{plain(text)} :orange-badge[{waits}]" if grant.is_waiting else plain(text))
        if not is_own:
            with right:
                _draw_confirm_button(
                    _("End the right"), f"grant-{grant.id}",
                    _("It ends at the account's next call: {right}", right=text),
                    partial(context.client.end_grant, grant.id), _("The right has ended."),
                )  # fmt: skip
    if is_own:
        return
    with st.expander(_("Give a right"), expanded=not account.grants, key="grant-new"):
        choice = rights.choose(
            names, rights.PROGRAMS if account.is_service else rights.PEOPLE,
            key=f"grant-{account.id}",
        )  # fmt: skip
        if st.button(_("Give the right"), key="grant-give"):
            if choice is None:
                st.error(_("Choose a role."))
            else:
                give = partial(context.client.give_grant, account.id, choice)
                outcome.write(give, _("The right is given."))
                st.rerun()


def _way_in(account: Account) -> None:
    """Draw the command that prints a code or token; the code itself is never shown here.

    Whoever has the code can take over the account, so that an administrator never receives it.
    """
    if account.is_disabled:
        return
    st.subheader(_("How its owner gets in"), anchor=False)
    if account.is_service:
        st.markdown(
            _(
                "Whoever has access to the server makes a token, and gives it to whoever runs the "
                "program. It is shown there once, and never here."
            )
        )
        st.code(
            f"kontaktvej user token {account.login} --label natlig --scope question --days 90",
            language=None,
            wrap_lines=True,
        )
        return
    if account.subject is not None:
        st.markdown(_("The owner signs in elsewhere, and needs no code."))
        return
    if any(grant.is_waiting for grant in account.grants):
        st.markdown(_("Wait for the second approval: it makes a code printed before it void."))
    st.markdown(
        _(
            "Whoever has access to the server prints a one-time code with this command. It is "
            "never shown here, so that nobody can sign in as another."
        )
    )
    st.code(f"kontaktvej user invite {account.login}", language=None, wrap_lines=True)
    if account.invited_until is not None:
        until = moment(danish_minute(account.invited_until))
        st.markdown(_("A code has been printed: it is valid until {moment}.", moment=until))
    st.markdown(invitation_text(address.explorer(), language()))


def _open_or_shut(context: ScreenContext, account: Account) -> None:
    client = context.client
    st.subheader(_("Lost or left"), anchor=False)
    with st.container(horizontal=True):
        if account.has_totp:
            _draw_confirm_button(
                _("Remove the authenticator"), "factor-forget",
                _(
                    "For somebody who has lost their app: the password alone signs in until they "
                    "have set up a new one. Sessions and tokens end."
                ),
                partial(client.forget_second_factor, account.id),
                _("The authenticator is removed."),
            )  # fmt: skip
        if account.is_disabled:
            _draw_confirm_button(
                _("Enable the account"), "account-enable",
                _("The account can sign in again, with the rights it has."),
                partial(client.enable_account, account.id), _("The account is enabled."),
            )  # fmt: skip
        else:
            _draw_confirm_button(
                _("Disable the account"), "account-disable",
                _("It can no longer sign in; its sessions and tokens end for good."),
                partial(client.disable_account, account.id), _("The account is disabled."),
            )  # fmt: skip


def _draw_confirm_button(
    label: str, key: str, meaning: str, ask: Callable[[], AccountChange | None], message: str
) -> None:
    """Draw a button that explains its effect and asks for confirmation."""
    with st.popover(label, key=f"{key}-asks"):
        st.markdown(plain(meaning))
        st.button(label, key=key, on_click=partial(outcome.write, ask, message))
