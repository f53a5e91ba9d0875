"""The network in words: a row a link, a hundred a page."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

import streamlit as st

from explorer.components.network import DrawnLink, DrawnNode, NetworkElements
from explorer.html_table import table, texts
from explorer.i18n import _
from explorer.labels import SIGNS

PAGE: Final = 100
_PLACE: Final = "network-page"


def twin(drawn: NetworkElements) -> None:
    """The drawing as a table: the same nodes and links in the same order."""
    with st.expander(_("The network as a table")):
        pages = max(1, -(-len(drawn["links"]) // PAGE))
        page = min(st.session_state.get(_PLACE, 1), pages)
        shown = drawn["links"][(page - 1) * PAGE : page * PAGE]
        st.html(between(shown, drawn["nodes"], label=_("The network as a table")))
        if pages > 1:
            _turn(page, pages)


def _turn(page: int, pages: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Page before"), key="network-before", disabled=page == 1,
            on_click=partial(_go, page - 1),
        )  # fmt: skip
        st.markdown(_("Page {page} of {pages}", page=page, pages=pages))
        st.button(
            _("Page after"), key="network-after", disabled=page == pages,
            on_click=partial(_go, page + 1),
        )  # fmt: skip


def _go(page: int) -> None:
    st.session_state[_PLACE] = page


def between(links: Iterable[DrawnLink], nodes: Sequence[DrawnNode], *, label: str) -> str:
    """Links as rows of HTML: who, how, to whom, on what ground, how fresh."""
    names = {node["id"]: node["name"] for node in nodes}
    heads = (_("From"), _("Link"), _("To"), _("Gate"), _("Freshness"))
    rows = (
        texts(names[one["source"]], one["type"], names[one["target"]], one["gate"],
              fresh(one["freshness"]))
        for one in links
    )  # fmt: skip
    return table(label, heads, rows, has_names=True)


def fresh(freshness: str | None) -> str:
    """The state of a check without its day: that stands in the register."""
    said = {
        "FRESH": _("checked"),
        "STALE": _("older check"),
        "EXPIRED": _("check run out"),
        "NEVER": _("never checked"),
    }
    return f"{SIGNS[freshness]} {said[freshness]}" if freshness in said else ""
