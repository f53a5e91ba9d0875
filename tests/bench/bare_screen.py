"""A screen of the framework with nothing on it but a button: what the explorer is measured by."""

import streamlit as st

st.title("Bare")
if st.button("Press"):
    st.session_state["pressed"] = st.session_state.get("pressed", 0) + 1
st.markdown(f"pressed {st.session_state.get('pressed', 0)}")
