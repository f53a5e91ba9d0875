"""What is shown, to take along as a file: a table or a network, without contact details."""

from datetime import date
from typing import Final, get_args

import streamlit as st

from api.client import AskedExport
from api.schemas.exports import StructureFormat
from explorer import export, session
from explorer.frame import ScreenContext
from explorer.i18n import _

MOST_NODES: Final = 5_000
"""As many as the API takes at once."""
_FORMATS: Final[tuple[StructureFormat, ...]] = get_args(StructureFormat)


def as_file(
    context: ScreenContext, nodes: tuple[str, ...], *, key: str, on: date | None = None
) -> None:
    """Those nodes in a format that is chosen, for whoever may; people stand in it by id.

    `on`: the date on which they all are there, where that is another than the one looked at.
    """
    if not nodes or not session.may(context.me, "EXPORT"):
        return
    on = on or (None if context.is_today else context.on)
    with st.expander(_("Take along as a file")):
        names = {
            "NODES_CSV": _("Nodes (CSV)"),
            "LINKS_CSV": _("Links (CSV)"),
            "GRAPHML": "GraphML",
            "GEXF": "GEXF",
        }
        chosen = st.radio(
            _("Format"), _FORMATS, key=f"{key}-format", format_func=names.__getitem__,
            horizontal=True,
        )  # fmt: skip
        wanted, place = (chosen, nodes, on), f"{key}-ticket"
        if st.button(_("Make the file"), key=f"{key}-make"):
            asked = AskedExport(format=chosen, nodes=nodes, on=on)
            export.make(place, wanted, lambda: context.client.make_export(asked))
        export.offer(place, wanted)
