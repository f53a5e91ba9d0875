"""Taking the network along: the link to it, and a file with what is shown."""

from typing import Final, get_args
from urllib.parse import urlencode, urlsplit

import streamlit as st

from api.client import AskedExport
from api.schemas.exchange import StructureFormat, Ticket
from explorer import address, export, frame, session, states
from explorer.components.network import Elements
from explorer.walking.around import Walk
from explorer.words import say

_FORMATS: Final[tuple[StructureFormat, ...]] = get_args(StructureFormat)
_TICKET: Final = "network-ticket"


def share(walk: Walk) -> None:
    """The address to copy, with the ids of those around whom was expanded."""
    with st.expander(say("Share the link")):
        told = {**address.here(), "expanded": list(walk.steps.now.expanded)}
        here = urlsplit(st.context.url or "")
        query = urlencode({name: codes for name, codes in told.items() if codes}, doseq=True)
        st.code(f"{here.scheme}://{here.netloc}{here.path}?{query}", language=None)
        st.markdown(say("Receivers see only what their own role allows."))


def take(seen: frame.Seen, drawn: Elements) -> None:
    """A file of what is shown, without contact details; what it does not hold is said first."""
    if not session.may(seen.me, "EXPORT"):
        return
    with st.expander(say("Take along as a file")):
        names = {
            "NODES_CSV": say("Nodes (CSV)"),
            "LINKS_CSV": say("Links (CSV)"),
            "GRAPHML": "GraphML",
            "GEXF": "GEXF",
        }
        chosen = st.selectbox(
            say("Format"), _FORMATS, key="network-format", format_func=names.__getitem__,
            filter_mode=None,
        )  # fmt: skip
        ids = tuple(node["id"] for node in drawn["nodes"])
        wanted = (chosen, ids, seen.on)
        if st.button(say("Make the file"), key="network-make"):
            with states.caught():
                asked = AskedExport(format=chosen, nodes=ids, on=seen.on)
                st.session_state[_TICKET] = (wanted, seen.client.make_export(asked))
        held: tuple[object, Ticket] | None = st.session_state.get(_TICKET)
        if held is not None and held[0] == wanted:
            export.offer(held[1])
