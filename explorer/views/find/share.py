"""Taking an answer along: the link, which holds ids alone, and the page printed."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from explorer import address
from explorer.i18n import _


def share(start: str | None) -> None:
    """The address to copy: the need stands in it and nowhere else.

    It names the start, also where that is one's own post: whoever gets it sits elsewhere.
    """
    with st.expander(_("Share the link")):
        here = urlsplit(st.context.url or "")
        told = {"start": [start]} if start else {}
        query = urlencode({**told, **address.here()}, doseq=True)
        st.code(f"{here.scheme}://{here.netloc}{here.path or '/'}?{query}", language=None)
        st.markdown(_("Receivers see only what their own role allows."))
