"""The accounts screen: accounts, their rights, and changes that await a second approval.

Administrators manage accounts, never their own; a data protection officer decides pending changes.
"""

from collections.abc import Callable
from typing import Final

from explorer import address, frame, problem_states, session
from explorer.i18n import _, number
from explorer.views.accounts import account_page, account_table, changes, import_list

_TAB: Final = "accounts-tab"
Part = Callable[[frame.ScreenContext], None]


def show(context: frame.ScreenContext) -> None:
    """Draw the chosen tab, or the account in the address."""
    frame.title(context, _("Accounts"))
    is_admin = session.may(context.me, "ACCOUNTS")
    if not is_admin and not session.may(context.me, "APPROVE"):
        context.client.account_changes()  # raises the reason: a password alone is not enough
    account = address.text("account")
    if is_admin and account is not None:
        account_page.show(context, account)
        return
    waiting = context.me.waiting
    decisions = _("Changes of rights")
    if waiting:
        decisions = _("Changes of rights ({count})", count=number(waiting))
    parts: dict[str, tuple[str, Part]] = {"changes": (decisions, changes.show)}
    if is_admin:
        parts = {
            "all": (_("All accounts"), account_table.show),
            **parts,
            "import": (_("Import a list"), import_list.show),
        }
    tab = address.text("tab") or next(iter(parts))
    if tab not in parts:
        problem_states.not_for_role()
        return
    if len(parts) > 1:
        names = {code: name for code, (name, _draw) in parts.items()}
        frame.tabs(_("Part of the accounts"), names, tab, key=_TAB, rest=["new"])
    parts[tab][1](context)
