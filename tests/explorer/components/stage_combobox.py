"""Two fields on a stage: one that finds among a few names, one that shows what the first chose."""

import streamlit as st

from explorer.components.combobox import Found, Option, Value, combobox

NAMES = {
    "ssp-0787": ("SSP-koordinator, Thisted", "Funktioner", "Actor"),
    "ssp-0580": ("SSP-koordinator, Aabenraa", "Funktioner", "Actor"),
    "net-0787": ("SSP Thisted", "Netværk", "Network"),
    "mun-0787": ("Thisted", "Steder", "Area"),
}
CPR = "010190"


def search(query: str) -> Found:
    """Those whose name holds the text; with nothing typed the first two."""
    if CPR in query:
        return Found(refused="Feltet ligner et CPR-nummer.")
    hits = [id for id, (name, *_) in NAMES.items() if query.lower() in name.lower()]
    hits = hits if query else hits[:2]
    return Found(options=tuple(option(id) for id in hits), status=f"{len(hits)} fundet")


def option(id: str) -> Option:
    """One of the names."""
    name, group, label = NAMES[id]
    return Option(id=id, kind=label, name=name, detail="Thisted", group=group, label=label)


def value() -> Value | None:
    """What the address says is chosen."""
    id = st.query_params.get("target")
    return Value(id=id, name=NAMES[id][0]) if id else None


st.set_page_config(layout="wide")
st.title("Felter")
before = value()
picked = combobox(
    "og skal nå", search, key="target", value=before,
    placeholder="Hvem, hvad eller hvor?", clear="Ryd",
)  # fmt: skip
if picked != (before["id"] if before else None):
    if picked:
        st.query_params["target"] = picked
    else:
        del st.query_params["target"]
    st.rerun()
st.markdown(f"Valgt: {picked}")
st.button("Efter feltet")
