"""What of the log can be taken along: the rows that were chosen, as a spreadsheet."""

from typing import Final

import streamlit as st

from api.client import AskedAuditExport
from api.schemas.exchange import Ticket
from explorer import export, states
from explorer.frame import Seen
from explorer.words import say

_TICKET: Final = "audit-ticket"


def take_rows(seen: Seen, asked: AskedAuditExport) -> None:
    """The rows as a file, without what was typed and without whom an answer named."""
    with st.expander(say("Take the report along (CSV)")):
        st.markdown(
            say("The rows chosen here, newest first, at most 10,000. That you take them is logged.")
        )
        if st.button(say("Make the report"), key="audit-make-report"):
            with states.caught():
                st.session_state[_TICKET] = (asked, seen.client.make_audit_export(asked))
        held: tuple[AskedAuditExport, Ticket] | None = st.session_state.get(_TICKET)
        if held is not None and held[0] == asked:
            export.offer(held[1])
