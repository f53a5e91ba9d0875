"""Import of a list of people as CSV: previewed by row, then applied as a whole or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st

from api.client import Invalid, NewAccounts, Problem
from api.schemas.accounts import AddedAccount
from api.text.invitation import invitation_text
from explorer import address
from explorer.frame import ScreenContext
from explorer.html_table import text_table
from explorer.i18n import _, language, ngettext, number
from explorer.views.accounts import list_file, outcome, rights
from explorer.views.accounts.list_file import AccountFile, RowFault

_TURN: Final = "import-turn"
"""The number of lists imported; it is in the key of the upload field, which empties it."""
_CHECKED: Final = "import-checked"
_NEW_ACCOUNTS: Final = "import-made"
_EXAMPLE: Final = {
    "da": "login;rolle;område;niveau;fra;til\n"
    "ida.holm;Koordinator;Thisted;;;31.12.2027\n"
    "bo.lund;Opsøgende medarbejder;Thisted, Morsø;Outreach;01.01.2027;",
    "en": "login;role;area;level;from;to\n"
    "ida.holm;Coordinator;Thisted;;;31/12/2027\n"
    "bo.lund;Outreach worker;Thisted, Morsø;Outreach;01/01/2027;",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileCheck:
    """The API's check of a file, which is identified by its digest."""

    digest: str
    accounts: tuple[AddedAccount, ...] = ()
    faults: tuple[RowFault, ...] = ()


def show(context: ScreenContext) -> None:
    """Draw the upload, the preview of the file or its errors, and the button."""
    outcome.draw()
    _new_account_commands()
    st.markdown(
        _(
            "One line for each right; lines with the same login are one account. Without levels "
            "it is for all of them; the date under *to* is the last day. All accounts are made, or "
            "none."
        )
    )
    with st.expander(_("Example")):
        st.code(_EXAMPLE[language()], language=None, wrap_lines=True)
    turn: int = st.session_state.get(_TURN, 0)
    file = st.file_uploader(_("File (CSV)"), type=["csv", "txt"], key=f"import-file-{turn}")
    if file is None:
        return
    content = file.getvalue()
    if len(content) > list_file.MOST_BYTES:
        st.error(_("The file is too long: at most 300 accounts at a time."))
        return
    names = rights.area_names(context.client)
    account_file = list_file.parse(content, names)
    if account_file.faults:
        _faults(account_file.faults)
        return
    try:
        checked = _check(context, account_file, hashlib.sha256(content).hexdigest())
    except Problem as problem:
        outcome.draw_problem(problem)
        return
    if checked.faults:
        _faults(checked.faults)
        return
    waiting = {account.login: account.waiting for account in checked.accounts}
    st.html(
        text_table(
            _("What the list would do"),
            (_("Line"), _("Login"), _("Right"), _("Outcome")),
            (
                (number(line), account.login, rights.in_words(grant, names),
                 _("waits for a second approval") if waiting.get(account.login)
                 else _("given at once"))
                for account, lines in zip(account_file.accounts, account_file.lines, strict=True)
                for line, grant in zip(lines, account.grants, strict=True)
            ),
        )
    )  # fmt: skip
    label = ngettext(
        "Create {count} account", "Create {count} accounts", len(account_file.accounts)
    )
    st.button(
        label, key="import-apply", type="primary", on_click=partial(_apply, context, account_file)
    )


def _check(context: ScreenContext, account_file: AccountFile, digest: str) -> _FileCheck:
    """Return the API's check of the list, requested once for each file."""
    last_check: _FileCheck | None = st.session_state.get(_CHECKED)
    if last_check is not None and last_check.digest == digest:
        return last_check
    list_of = NewAccounts(accounts=tuple(account_file.accounts), is_check=True)
    try:
        checked = _FileCheck(digest=digest, accounts=context.client.create_accounts(list_of).found)
    except Invalid as problem:
        if not problem.errors:
            raise
        checked = _FileCheck(
            digest=digest, faults=tuple(map(account_file.row_fault, problem.errors))
        )
    st.session_state[_CHECKED] = checked
    return checked


def _apply(context: ScreenContext, account_file: AccountFile) -> None:
    st.session_state.pop(_CHECKED, None)

    def make() -> None:
        answer = context.client.create_accounts(NewAccounts(accounts=tuple(account_file.accounts)))
        st.session_state[_NEW_ACCOUNTS] = answer.found

    outcome.write(make, _("All accounts of the list are made."))
    if _NEW_ACCOUNTS in st.session_state:
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _new_account_commands() -> None:
    """Draw the commands that print the codes of the accounts just made, once."""
    accounts: tuple[AddedAccount, ...] | None = st.session_state.pop(_NEW_ACCOUNTS, None)
    if not accounts:
        return
    waiting = sum(account.waiting for account in accounts)
    if waiting:
        st.markdown(
            ngettext(
                "{count} right waits for a second approval. Print the codes afterwards.",
                "{count} rights wait for a second approval. Print the codes afterwards.",
                waiting,
            )
        )
    st.markdown(_("Whoever has access to the server prints a one-time code for each owner:"))
    st.code(
        "\n".join(f"kontaktvej user invite {account.login}" for account in accounts),
        language=None,
        wrap_lines=True,
    )
    st.markdown(invitation_text(address.explorer(), language()))


def _faults(faults: Sequence[RowFault]) -> None:
    st.error(
        ngettext(
            "{count} error: nothing is made. Correct it in the file, and choose the file again.",
            "{count} errors: nothing is made. Correct them in the file, and choose the file again.",
            len(faults),
        )
    )
    st.html(
        text_table(
            _("Errors"),
            (_("Line"), _("Column"), _("Rule")),
            ((number(fault.line), fault.column, fault.text) for fault in faults),
        )
    )
