"""Tables of sessions and tokens."""

from collections.abc import Mapping, Sequence

import streamlit as st

from api.schemas.accounts import OpenSession, Token
from explorer.html_table import text_table
from explorer.i18n import _, day
from explorer.views.audit.tables import moment_text


def sessions_table(sessions: Sequence[OpenSession]) -> None:
    """Draw sessions: sign-in, last use, end, and strength of the sign-in."""
    if not sessions:
        st.markdown(_("Nobody is signed in."))
        return
    heads = (_("Signed in"), _("Last used"), _("Ends"), _("Proof"))
    st.html(
        text_table(
            _("Sessions"),
            heads,
            (
                (
                    moment_text(session.made_at),
                    moment_text(session.seen_at),
                    moment_text(session.ends_at),
                    proof(session.assurance),
                )
                for session in sessions
            ),
        )
    )


def proof(assurance: str) -> str:
    """The strength of the sign-in of a session, in words."""
    return _("with a code") if assurance == "STRONG" else _("password only")


def tokens_table(tokens: Sequence[Token], tasks: Mapping[str, str]) -> None:
    """Draw tokens: their tasks, end, and last use."""
    if not tokens:
        st.markdown(_("There are no tokens."))
        return
    heads = (_("Token"), _("For"), _("Ends"), _("Last used"))
    rows: list[tuple[str, ...]] = []
    for token in tokens:
        scopes = ", ".join(tasks.get(scope, scope) for scope in token.scopes)
        last_used = day(token.seen_at) if token.seen_at else _("never used")
        rows.append((token.label, scopes, day(token.ends_at), last_used))
    st.html(text_table(_("Tokens"), heads, rows))
