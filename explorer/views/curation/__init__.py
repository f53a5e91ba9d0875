"""The curation screen: checks, links, consents, handover, gaps, proposals, contact requests."""

from collections.abc import Callable, Mapping
from typing import Final

from explorer import address, frame, session
from explorer.i18n import _
from explorer.views.curation import (
    acquaintances,
    consents,
    contact_requests,
    due_links,
    editing,
    handover,
    new_link,
    proposals,
)

Tab = Callable[[frame.ScreenContext], None]
_TABS: Final[Mapping[str, tuple[Tab, str]]] = {
    "due": (due_links.show, "VERIFY"),
    "new": (new_link.show, "EDIT"),
    "consents": (consents.show, "CONSENTS"),
    "handover": (handover.show, "EDIT"),
    "gaps": (new_link.show_gaps, "QUESTION"),
    "ties": (acquaintances.show, "EDIT"),
    "proposals": (proposals.show, "EDIT"),
    "contact": (contact_requests.show, "ASK"),
}
"""Each tab, and the task that its user must be allowed."""
_KEY: Final = "curation-tab"


def show(context: frame.ScreenContext) -> None:
    """Draw the outcome of the last write, then one tab."""
    frame.title(context, _("Curation"))
    editing.outcome(context.client)
    names = {
        "due": _("To check"),
        "new": _("New link"),
        "consents": _("Consents"),
        "handover": _("Handover"),
        "gaps": _("Gaps"),
        "ties": _("People you know"),
        "proposals": _("Proposals"),
        "contact": _("Contact requests"),
    }
    offered = [tab for tab, (_draw, task) in _TABS.items() if session.may(context.me, task)]
    if "DPO" in session.roles(context.me):  # a role that no account has beside others
        offered = ["consents"]
    now = address.text("tab")
    current_tab = now if now in offered else offered[0]
    # The choices made on the previous tab are removed from the address.
    rest = [name for name in address.here() if name not in {"tab", "on"}]
    offers = {tab: names[tab] for tab in offered}
    frame.tabs(_("What is to be done"), offers, current_tab, key=_KEY, rest=rest)
    draw, _task = _TABS[current_tab]
    draw(context)
