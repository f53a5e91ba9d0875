"""What a path and its legs say alike of each contact: how fresh, on what ground, who answers."""

import streamlit as st

from api.schemas.paths import HopFacts, Stop
from explorer.lookup.answering import otherwise
from explorer.told import Told


def check_and_gate(told: Told, facts: HopFacts) -> str:
    """As chips in Markdown: when the hop was checked, and its gate where it has one."""
    gate = f" :gray-badge[{told.word(facts.gate)}]" if facts.gate else ""
    return f"{told.chip(facts.freshness, facts.verified_on)}{gate}"


def who_answers(stop: Stop) -> None:
    """Whoever answers now, and all others who could."""
    if stop.words.answers:
        st.markdown(stop.words.answers)
    if stop.resolution is not None and (others := otherwise(stop.resolution)):
        st.caption(others)
