"""Pending tasks of the user, shown on the screens where users begin."""

from api.client import Problem
from explorer import address, screen_state, session
from explorer.address import CURATION
from explorer.frame import ScreenContext
from explorer.i18n import ngettext
from explorer.problem_states import anchor

_FRESH_S = 60


def contact_requests(context: ScreenContext) -> None:
    """Draw the number of contact requests that the user's posts are to pass on, with a link."""
    client = context.client
    if context.me.person is None or not session.may(context.me, "ASK"):
        return
    try:
        count = screen_state.fetch(
            client, "contact-requests-waiting",
            lambda: client.contact_requests(count_only=True).waiting,
            fresh_s=_FRESH_S, quietly=True,
        )  # fmt: skip
    except Problem:
        return  # the screen is drawn without the reminder
    if count:
        text = ngettext(
            "{count} contact request waits for you", "{count} contact requests wait for you", count
        )
        anchor(text, address.link(CURATION, tab="contact"))
