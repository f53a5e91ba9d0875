"""Changes of rights: those waiting for a second approval, and those decided."""

from collections.abc import Callable, Iterable
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
    refused: Problem | None = st.session_state.pop(_REFUSED, None)
    if isinstance(refused, NotAllowed) and refused.detail:
        st.warning(refused.detail)
    elif refused is not None:
        problem_states.draw(refused, context.client)
    told = context.client.account_changes()
    if not told.waiting:
        st.info(_("Nothing waits for a second yes."))
    for one in told.waiting:
        _waiting(context, one)
    if told.decided:
        st.header(_("Decided"), anchor=False)
        heads = (_("When"), _("Account"), _("Change"), _("Asked by"), _("Outcome"))
        st.html(text_table(_("Decided"), heads, map(_decided, told.decided)))


def _waiting(context: ScreenContext, one: AccountChange) -> None:
    heads = (_("Account"), _("Change"), _("Asked by"), _("When"))
    with st.container(border=True):
        cells = (_account(one), _told(one), _asked_by(one), tables.when(one.asked_at))
        st.html(text_table(one.login, heads, [cells]))
        with st.container(horizontal=True):
            client = context.client
            st.button(
                _("Say yes"), key=f"yes-{one.id}", disabled=one.asked_by == context.me.account,
                on_click=partial(_decide, partial(client.confirm_account_change, one.id)),
            )  # fmt: skip
            st.button(
                _("Say no"), key=f"no-{one.id}",
                on_click=partial(_decide, partial(client.refuse_account_change, one.id)),
            )  # fmt: skip


def _decide(decided: Callable[[], AccountChange]) -> None:
    try:
        decided()
    except Problem as problem:
        st.session_state[_REFUSED] = problem


def _decided(one: AccountChange) -> Iterable[object]:
    at = one.decided_at or one.asked_at
    outcome = _("done") if one.state == "DONE" else _("refused")
    return tables.when(at), _account(one), _told(one), _asked_by(one), outcome


def _asked_by(one: AccountChange) -> str:
    return one.asked_by_login or one.asked_by


def _account(one: AccountChange) -> str:
    """The account's login, person and external identity, as far as they are known."""
    subject = one.subject and f"{one.subject.subject} · {one.subject.issuer}"
    return " · ".join(filter(None, (one.login, one.person, subject)))


def _told(one: AccountChange) -> str:
    deed = {
        "GRANT": _("give a right"),
        "END_GRANT": _("end a right"),
        "DISABLE": _("disable an account"),
        "ENABLE": _("enable an account"),
        "FORGET_FACTOR": _("forget an account's second factor"),
    }[one.kind]
    return f"{deed}: {_right(one)}" if one.grant else deed


def _right(one: AccountChange) -> str:
    if one.grant is None:
        return ""
    grant = one.grant
    days = [short_day(day) if day else "" for day in (grant.valid_from, grant.valid_to)]
    between = " – ".join(days).strip() if any(days) else ""
    role = session.term("Role", grant.role)
    return " · ".join(filter(None, (role, ", ".join(grant.areas), between)))
