"""What was found, to take along as a file."""

from typing import Final, get_args

import streamlit as st

from api.client import AskedQuery, AskedQueryExport
from api.schemas.analysis import QueryFormat
from explorer import export, session
from explorer.frame import Seen
from explorer.i18n import say

_FORMATS: Final[tuple[QueryFormat, ...]] = get_args(QueryFormat)
_PLACE: Final = "workbench-ticket"


def as_file(seen: Seen, asked: AskedQuery, *, has_network: bool) -> None:
    """The rows in a format that is chosen, and the network where there is one."""
    if not session.may(seen.me, "EXPORT"):
        return
    with st.expander(say("Take along as a file")):
        names = {"CSV": "CSV", "JSON": "JSON", "PARQUET": "Parquet", "GRAPHML": "GraphML"}
        offered = [one for one in _FORMATS if has_network or one != "GRAPHML"]
        chosen = st.selectbox(
            say("Format"), offered, key="workbench-format", format_func=names.__getitem__,
            filter_mode=None,
        )  # fmt: skip
        wanted = AskedQueryExport.model_validate({**asked.model_dump(), "format": chosen})
        if st.button(say("Make the file"), key="workbench-make"):
            export.make(_PLACE, wanted, lambda: seen.client.make_query_export(wanted))
        export.offer(_PLACE, wanted)
