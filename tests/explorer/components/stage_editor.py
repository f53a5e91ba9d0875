"""An editor on a stage, which shows the submitted query and the reported state below it."""

import streamlit as st

from explorer.components.editor import Schema, editor, query_text, run_query_text

TEXTS = {"first": "MATCH (p:Actor)\nRETURN p.name", "second": "RETURN 1"}
SCHEMA = Schema(
    labels=("Actor", "Network"), links=("MEMBER_OF", "COVERS"), fields=("name", "kind"),
    parameters=("kind",),
)  # fmt: skip


def ask() -> None:
    st.session_state["asked"] = run_query_text("query")


def hear() -> None:
    st.session_state["heard"] = query_text("query")


st.set_page_config(layout="wide")
st.title("Forespørgsel")
which = st.query_params.get("text", "first")
editor(
    "Cypher", TEXTS[which], key="query", run="Kør", hint="Ctrl+Enter kører", schema=SCHEMA,
    placeholder="MATCH …", on_text=hear, on_run=ask,
)  # fmt: skip
st.markdown(f"Spurgt: `{st.session_state.get('asked')!r}`")
st.markdown(f"Hørt: `{st.session_state.get('heard')!r}`")
st.button("Efter feltet")


def other() -> None:
    st.query_params["text"] = "second"


st.button("Et andet", on_click=other)
