"""A screen of the framework with only a button on it: the yardstick for the explorer."""

import streamlit as st

st.title("Bare")
if st.button("Press"):
    st.session_state["pressed"] = st.session_state.get("pressed", 0) + 1
st.markdown(f"pressed {st.session_state.get('pressed', 0)}")
