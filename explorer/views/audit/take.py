"""What of the log can be taken along: the rows that were chosen, as a spreadsheet."""

from typing import Final

import streamlit as st

from api.client import AskedAuditExport
from explorer import files
from explorer.frame import ScreenContext
from explorer.i18n import _

_TICKET: Final = "audit-ticket"


def take_rows(context: ScreenContext, asked: AskedAuditExport) -> None:
    """The rows as a file, without what was typed and without whom an answer named."""
    with st.expander(_("Take the report along (CSV)")):
        st.markdown(
            _("The rows chosen here, newest first, at most 10,000. That you take them is logged.")
        )
        if st.button(_("Make the report"), key="audit-make-report"):
            files.make(_TICKET, asked, lambda: context.client.make_audit_export(asked))
        files.offer(_TICKET, asked)
