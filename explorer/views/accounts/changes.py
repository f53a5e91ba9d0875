"""Changes of rights: those that await a second approval, and those decided."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from api.schemas.accounts import AccountChange
from explorer.frame import ScreenContext
from explorer.html_table import text_table
from explorer.i18n import _
from explorer.views.accounts import outcome, rights
from explorer.views.audit.tables import moment_text

_HOST: Final = "host"
"""The requester of a change that was made on the command line of the host."""


def show(context: ScreenContext) -> None:
    """Draw each waiting change with its two buttons, then the decided ones."""
    client = context.client
    outcome.draw()
    answer = client.account_changes()
    names = rights.area_names(client)
    if not answer.waiting:
        st.info(_("Nothing waits for a second approval."))
    heads = (_("Account"), _("Change"), _("Asked by"), _("When"))
    for change in answer.waiting:
        with st.container(border=True, key=f"change-{change.id}"):
            cells = (*_cells(change, names), moment_text(change.asked_at))
            st.html(text_table(f"{change.login}: {cells[1]}, {cells[-1]}", heads, [cells]))
            is_mine = change.asked_by == context.me.account
            if is_mine:
                st.caption(_("You asked for it: somebody else says yes, and you can take it back."))
            with st.container(horizontal=True):
                st.button(
                    _("Approve"), key=f"yes-{change.id}", disabled=is_mine,
                    on_click=partial(
                        outcome.write, partial(client.confirm_account_change, change.id),
                        _("Approved. The right is in force now."),
                    ),
                )  # fmt: skip
                st.button(
                    _("Refuse"), key=f"no-{change.id}",
                    on_click=partial(
                        outcome.write, partial(client.refuse_account_change, change.id),
                        _("Declined. Nothing was changed."),
                    ),
                )  # fmt: skip
    if answer.decided:
        st.header(_("Decided"), anchor=False)
        rows = (
            (moment_text(change.decided_at or change.asked_at), *_cells(change, names),
             _("done") if change.state == "DONE" else _("refused"))
            for change in answer.decided
        )  # fmt: skip
        heads = (_("When"), _("Account"), _("Change"), _("Asked by"), _("Outcome"))
        st.html(text_table(_("Decided"), heads, rows))


def _cells(request: AccountChange, names: Mapping[str, str]) -> tuple[str, str, str]:
    """The account with its person and external identity as far as known; the change; who asked."""
    subject = request.subject and f"{request.subject.subject} · {request.subject.issuer}"
    change = {
        "GRANT": _("give a right"),
        "END_GRANT": _("end a right"),
        "DISABLE": _("disable an account"),
        "ENABLE": _("enable an account"),
        "FORGET_FACTOR": _("remove an account's authenticator"),
    }[request.kind]
    if request.grant is not None:
        change = f"{change}: {rights.in_words(request.grant, names)}"
    account = " · ".join(
        filter(None, (request.login, request.person_name or request.person, subject))
    )
    asked_by = request.asked_by_login or request.asked_by
    return account, change, _("whoever has access to the server") if asked_by == _HOST else asked_by
