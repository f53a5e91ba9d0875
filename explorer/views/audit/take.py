"""CSV export of the chosen rows of the audit log."""

from typing import Final

import streamlit as st

from api.client import AskedAuditExport
from explorer import files
from explorer.frame import ScreenContext
from explorer.i18n import _

_TICKET: Final = "audit-ticket"


def take_rows(context: ScreenContext, asked: AskedAuditExport) -> None:
    """Draw the export of the rows, without typed texts and without the persons in an answer."""
    with st.expander(_("Take the report along (CSV)")):
        st.markdown(
            _("The rows chosen here, newest first, at most 10,000. That you take them is logged.")
        )
        if st.button(_("Make the report"), key="audit-make-report"):
            files.make(_TICKET, asked, lambda: context.client.make_audit_export(asked))
        files.offer(_TICKET, asked)
