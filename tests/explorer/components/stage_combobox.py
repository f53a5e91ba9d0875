"""A combobox on a stage: it searches a few names and writes the chosen one into the address."""

import time

import streamlit as st

from api.client import Invalid
from explorer.components import component_value
from explorer.components.combobox import ComboboxOption, ComboboxOptions, ComboboxValue, combobox

NAMES = {
    "ssp-0787": ("SSP-koordinator, Thisted", "Funktioner", "Actor"),
    "ssp-0580": ("SSP-koordinator, Aabenraa", "Funktioner", "Actor"),
    "net-0787": ("SSP Thisted", "Netværk", "Network"),
    "mun-0787": ("Thisted", "Steder", "Area"),
}
CPR = "010190"


def search(query: str) -> ComboboxOptions:
    """Return the names that hold the text, after a delay; the first two for an empty text."""
    time.sleep(float(st.query_params.get("seconds", 0)))
    st.session_state["found"] = st.session_state.get("found", 0) + 1
    if CPR in query:
        raise Invalid(422, {"type": "/problems/refused-content"})
    hits = [id for id, (name, *_) in NAMES.items() if query.lower() in name.lower()]
    hits = hits if query else hits[:2]
    return ComboboxOptions(options=tuple(option(id) for id in hits), status=f"{len(hits)} fundet")


def option(id: str) -> ComboboxOption:
    name, group, label = NAMES[id]
    return ComboboxOption(id=id, kind=label, name=name, detail="Thisted", group=group, label=label)


def value() -> ComboboxValue | None:
    id = st.query_params.get("target")
    return ComboboxValue(id=id, name=NAMES[id][0]) if id else None


def keep() -> None:
    picked = component_value("target", "value")
    if picked:
        st.query_params["target"] = picked
    else:
        del st.query_params["target"]


st.set_page_config(layout="wide")
st.title("Felter")
combobox(
    "og skal nå", search, key="target", value=value(), on_pick=keep,
    placeholder="Hvem, hvad eller hvor?", clear="Ryd",
)  # fmt: skip
st.markdown(f"Valgt: {st.query_params.get('target')}")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.markdown(f"Fundet {st.session_state['found']} gange, tegnet {st.session_state['runs']} gange")
st.button("Efter feltet")
