"""The network in words: a row a link, a hundred a page."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

import streamlit as st

from explorer.components.network import Elements, Link, Node
from explorer.html_table import table, texts
from explorer.i18n import say
from explorer.labels import SIGNS

PAGE: Final = 100
_PLACE: Final = "network-page"


def twin(drawn: Elements) -> None:
    """The drawing as a table: the same nodes and links in the same order."""
    with st.expander(say("The network as a table")):
        pages = max(1, -(-len(drawn["links"]) // PAGE))
        page = min(st.session_state.get(_PLACE, 1), pages)
        shown = drawn["links"][(page - 1) * PAGE : page * PAGE]
        st.html(between(shown, drawn["nodes"], label=say("The network as a table")))
        if pages > 1:
            _turn(page, pages)


def _turn(page: int, pages: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("Page before"), key="network-before", disabled=page == 1,
            on_click=partial(_go, page - 1),
        )  # fmt: skip
        st.markdown(say("Page {page} of {pages}", page=page, pages=pages))
        st.button(
            say("Page after"), key="network-after", disabled=page == pages,
            on_click=partial(_go, page + 1),
        )  # fmt: skip


def _go(page: int) -> None:
    st.session_state[_PLACE] = page


def between(links: Iterable[Link], nodes: Sequence[Node], *, label: str) -> str:
    """Links as rows of HTML: who, how, to whom, on what ground, how fresh."""
    names = {node["id"]: node["name"] for node in nodes}
    heads = (say("From"), say("Link"), say("To"), say("Gate"), say("Freshness"))
    rows = (
        texts(names[one["source"]], one["type"], names[one["target"]], one["gate"],
              fresh(one["freshness"]))
        for one in links
    )  # fmt: skip
    return table(label, heads, rows, has_names=True)


def fresh(freshness: str | None) -> str:
    """The state of a check without its day: that stands in the register."""
    said = {
        "FRESH": say("checked"),
        "STALE": say("older check"),
        "EXPIRED": say("check run out"),
        "NEVER": say("never checked"),
    }
    return f"{SIGNS[freshness]} {said[freshness]}" if freshness in said else ""
