"""Changes of rights: those waiting for a second approval, and those decided."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from api.client import NotAllowed, Problem
from api.schemas.accounts import AccountChange
from explorer import problem_states, session
from explorer.frame import ScreenContext
from explorer.html_table import text_table
from explorer.i18n import _, short_day
from explorer.views.audit import tables

_REFUSED: Final = "rights-refused"


def changes(context: ScreenContext) -> None:
    """Draw each waiting change with its two buttons, then the decided ones."""
    client = context.client
    refused: Problem | None = st.session_state.pop(_REFUSED, None)
    if isinstance(refused, NotAllowed) and refused.detail:
        st.warning(refused.detail)
    elif refused is not None:
        problem_states.draw(refused, client)
    answer = client.account_changes()
    if not answer.waiting:
        st.info(_("Nothing waits for a second yes."))
    heads = (_("Account"), _("Change"), _("Asked by"), _("When"))
    for one in answer.waiting:
        with st.container(border=True):
            st.html(text_table(one.login, heads, [(*_cells(one), tables.when(one.asked_at))]))
            with st.container(horizontal=True):
                st.button(
                    _("Say yes"), key=f"yes-{one.id}", disabled=one.asked_by == context.me.account,
                    on_click=partial(_decide, partial(client.confirm_account_change, one.id)),
                )  # fmt: skip
                st.button(
                    _("Say no"), key=f"no-{one.id}",
                    on_click=partial(_decide, partial(client.refuse_account_change, one.id)),
                )  # fmt: skip
    if answer.decided:
        st.header(_("Decided"), anchor=False)
        rows = (
            (tables.when(change.decided_at or change.asked_at), *_cells(change),
             _("done") if change.state == "DONE" else _("refused"))
            for change in answer.decided
        )  # fmt: skip
        heads = (_("When"), _("Account"), _("Change"), _("Asked by"), _("Outcome"))
        st.html(text_table(_("Decided"), heads, rows))


def _decide(decided: Callable[[], AccountChange]) -> None:
    try:
        decided()
    except Problem as problem:
        st.session_state[_REFUSED] = problem


def _cells(one: AccountChange) -> tuple[str, str, str]:
    """The account with its person and external identity as far as known; the change; who asked."""
    subject = one.subject and f"{one.subject.subject} · {one.subject.issuer}"
    change = {
        "GRANT": _("give a right"),
        "END_GRANT": _("end a right"),
        "DISABLE": _("disable an account"),
        "ENABLE": _("enable an account"),
        "FORGET_FACTOR": _("remove an account's second factor"),
    }[one.kind]
    if (grant := one.grant) is not None:
        days = [short_day(day) if day else "" for day in (grant.valid_from, grant.valid_to)]
        between = " – ".join(days).strip() if any(days) else ""
        role = session.term("Role", grant.role)
        right = " · ".join(filter(None, (role, ", ".join(grant.areas), between)))
        change = f"{change}: {right}"
    account = " · ".join(filter(None, (one.login, one.person, subject)))
    return account, change, one.asked_by_login or one.asked_by
