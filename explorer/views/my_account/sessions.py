"""Where the user is signed in."""

from functools import partial

import streamlit as st

from api.client import ApiClient
from api.schemas.accounts import Me
from explorer.i18n import _, plain
from explorer.views.accounts import outcome
from explorer.views.accounts.access import proof
from explorer.views.audit.tables import when


def show(client: ApiClient, me: Me) -> None:
    """Draw each session, with a button that ends it, and one that ends all others."""
    st.header(_("Where I am signed in"), anchor=False)
    found = client.sessions().found
    for one in found:
        line = plain(
            _("Signed in {begun}, last used {seen}, {proof}", begun=when(one.made_at),
              seen=when(one.seen_at), proof=proof(one.assurance))
        )  # fmt: skip
        here = _("here")
        text, action = st.columns([4, 1], vertical_alignment="center")
        text.markdown(f"{line} :blue-badge[{here}]" if one.is_current else line)
        if not one.is_current and me.via.startswith("ses-"):
            action.button(
                _("End"), key=f"session-{one.id}",
                on_click=partial(outcome.write, partial(client.end_session_of_mine, one.id),
                                 _("The session has ended.")),
            )  # fmt: skip
    if any(not one.is_current for one in found):
        st.button(
            _("Sign out everywhere else"), key="sessions-others",
            on_click=partial(outcome.write, client.end_other_sessions,
                             _("You are signed out everywhere else.")),
        )  # fmt: skip
