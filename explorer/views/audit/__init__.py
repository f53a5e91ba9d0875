"""The audit log screen: look-ups by the user, and look-ups about the user.

For the data protection officer (DPO) also the whole log, a sample, and searches in it.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from explorer import address, frame, problem_states, screen_state, session
from explorer.i18n import _
from explorer.views.audit import alerts, tables, whole

_TAB: Final = "audit-tab"
Part = Callable[[frame.ScreenContext], None]


def show(context: frame.ScreenContext) -> None:
    """Draw the chosen tab of the log."""
    frame.title(context, _("Audit log"))
    is_dpo = session.may(context.me, "AUDIT")
    own: dict[str, tuple[str, Part]] = {
        "mine": (_("My look-ups"), _mine),
        "about-me": (_("Look-ups about me"), _about_me),
    }
    if not is_dpo:
        parts = own
    else:
        parts = {
            "all": (_("All look-ups"), whole.rows),
            "alerts": (_("Alerts"), alerts.alerts),
            "subject": (_("About a person"), whole.subject),
            "breach": (_("An account"), whole.breach),
            "sample": (_("Sample check"), whole.sample),
            "term": (_("A word"), whole.term),
            **own,
        }
    tab = address.text("tab")
    names = {code: name for code, (name, _draw) in parts.items()}
    tabs = partial(frame.tabs, _("Part of the log"), names, key=_TAB, rest=["page"])
    if tab is not None and tab not in parts:
        tabs(next(iter(parts)))
        problem_states.not_for_role()
        return
    tab = tab or next(iter(parts))
    if is_dpo:
        whole.chain(context.client)
    tabs(tab)
    parts[tab][1](context)


def _mine(context: frame.ScreenContext) -> None:
    before = address.text("page")
    answer = screen_state.fetch(
        context.client, ("mine", before),
        lambda: next(context.client.audit_mine(before=before, limit=50)),
    )  # fmt: skip
    if not answer.rows:
        st.info(_("You have not looked anything up yet."))
        return
    st.markdown(
        _("Kontaktvej logs what you do, so that people in it can be told how they were looked up.")
    )
    table, folded = tables.own_tables(_("My look-ups"), answer.rows)
    if table:
        st.html(table)
    else:
        st.info(_("Only technical rows here."))
    if folded:
        st.html(folded)
    whole.draw_page_buttons(answer.next)


def _about_me(context: frame.ScreenContext) -> None:
    if context.me.person is None:
        st.info(_("Your account is tied to no person in the register."))
        return
    answer = screen_state.fetch(context.client, "about-me", context.client.audit_about_me)
    if not answer.look_ups:
        st.info(_("Nobody has looked you up."))
        return
    st.html(tables.look_ups_table(_("Look-ups about me"), answer.look_ups))
    if answer.has_more:
        st.markdown(_("There are older ones. Ask the data protection officer."))
