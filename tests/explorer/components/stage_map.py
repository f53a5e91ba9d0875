"""The map on a stage: two areas with figures, one with a pattern, the others unknown."""

import streamlit as st

from explorer.components.map import DrawnArea, area_map

AREAS = (
    DrawnArea(id="thisted", name="Thisted", codes=["0787"], said="Thisted: 2 af 6",
              detail="7 funktioner · 2 ubesat", fill="4"),
    DrawnArea(id="morsoe", name="<b>Morsø</b>", codes=["0773"], said="<b>Morsø</b>: Ingen",
              detail="", fill="missing"),
    DrawnArea(id="fyn", name="Fyn", codes=["0461", "0430"], said="Fyn: 0 af 80", detail="",
              fill="0"),
)  # fmt: skip


def _pick(area: str) -> None:
    st.session_state["area"] = area


st.set_page_config(layout="wide")
st.title("Kontaktvej")
area_map(
    "Kort: hele landet", AREAS, key="country", selected=st.session_state.get("area"),
    unknown="Findes ikke", on_pick=_pick,
)  # fmt: skip
st.markdown(f"Valgt: {st.session_state.get('area')}")
