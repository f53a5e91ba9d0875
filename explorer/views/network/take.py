"""Taking the network along: the link to it, and a file with what is shown."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from explorer import address, frame
from explorer.components.network import NetworkElements
from explorer.files import as_file
from explorer.i18n import _
from explorer.views.network.around import NetworkWalk


def share(walk: NetworkWalk) -> None:
    """The address to copy, with the ids of those around whom was expanded."""
    with st.expander(_("Share the link")):
        told = {**address.here(), "expanded": list(walk.steps.now.expanded)}
        here = urlsplit(st.context.url or "")
        query = urlencode({name: codes for name, codes in told.items() if codes}, doseq=True)
        st.code(f"{here.scheme}://{here.netloc}{here.path}?{query}", language=None)
        st.markdown(_("Receivers see only what their own role allows."))


def take(context: frame.ScreenContext, drawn: NetworkElements) -> None:
    """A file of what is shown; what it does not hold is said first."""
    as_file(context, tuple(node["id"] for node in drawn["nodes"]), key="network")
