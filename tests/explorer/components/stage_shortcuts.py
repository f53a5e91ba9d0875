"""Shortcuts on a stage: a star, a need, and the lists, for the account in the address."""

import streamlit as st

from explorer.components.shortcuts import keep_need, star, stored_entries

account = st.query_params.get("account", "one")
st.title("Genveje")
if (node := st.query_params.get("node")) is not None:
    star(account, node, "SSP-koordinator, Thisted")
if (need := st.query_params.get("need")) is not None:
    keep_need(account, need)
if "lists" in st.query_params:

    @st.fragment
    def draw_lists() -> None:
        for name in ("favorites", "needs"):
            st.markdown(f"{name}: {stored_entries(account, name, f'Ryd {name}')}")

    draw_lists()
