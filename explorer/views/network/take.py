"""Sharing the network: its link, and a file of what is shown."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from explorer import address, frame
from explorer.components.network import NetworkElements
from explorer.files import as_file
from explorer.i18n import _
from explorer.views.network.around import NetworkWalk


def share(walk: NetworkWalk) -> None:
    """Draw the address to copy, with the ids of the expanded nodes."""
    with st.expander(_("Share the link")):
        told = {**address.here(), "expanded": list(walk.steps.now.expanded)}
        here = urlsplit(st.context.url or "")
        query = urlencode({name: codes for name, codes in told.items() if codes}, doseq=True)
        st.code(f"{here.scheme}://{here.netloc}{here.path}?{query}", language=None)
        st.markdown(_("Receivers see only what their own role allows."))


def take(context: frame.ScreenContext, drawn: NetworkElements) -> None:
    """Draw the export of the nodes shown; what the file lacks is listed first."""
    as_file(context, tuple(node["id"] for node in drawn["nodes"]), key="network")
