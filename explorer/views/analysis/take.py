"""What was found, to take along as a file."""

from typing import Final, get_args

import streamlit as st

from api.client import AskedQuery, AskedQueryExport
from api.schemas.analysis import QueryFormat
from explorer import export, session
from explorer.frame import ScreenContext
from explorer.i18n import _

_FORMATS: Final[tuple[QueryFormat, ...]] = get_args(QueryFormat)
_PLACE: Final = "workbench-ticket"


def as_file(context: ScreenContext, asked: AskedQuery, *, has_network: bool) -> None:
    """The rows in a format that is chosen, and the network where there is one."""
    if not session.may(context.me, "EXPORT"):
        return
    with st.expander(_("Take along as a file")):
        names = {"CSV": "CSV", "JSON": "JSON", "PARQUET": "Parquet", "GRAPHML": "GraphML"}
        offered = [one for one in _FORMATS if has_network or one != "GRAPHML"]
        chosen = st.selectbox(
            _("Format"), offered, key="workbench-format", format_func=names.__getitem__,
            filter_mode=None,
        )  # fmt: skip
        wanted = AskedQueryExport.model_validate({**asked.model_dump(), "format": chosen})
        if st.button(_("Make the file"), key="workbench-make"):
            export.make(_PLACE, wanted, lambda: context.client.make_query_export(wanted))
        export.offer(_PLACE, wanted)
