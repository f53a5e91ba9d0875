"""What a path and its legs say alike of each contact: how fresh, on what ground, who answers."""

from collections.abc import Iterable

import streamlit as st

from api.schemas.paths import HopFacts, Stop
from explorer.lookup.answering import otherwise
from explorer.told import Told
from explorer.words import paragraphs


def contact(
    told: Told, number: int, stop: Stop, facts: HopFacts, *, notes: Iterable[str] = ()
) -> None:
    """A contact in words: its name, how fresh and on what ground, and who answers now.

    Smaller below it: all others who could, and the `notes`.
    """
    name = stop.node.name or told.unnamed(stop.label)
    lines = (f"**{number}. {name}**", _check_and_gate(told, facts), stop.words.answers)
    st.markdown(paragraphs(lines))
    others = None if stop.resolution is None else otherwise(stop.resolution)
    if small := paragraphs((others, *notes)):
        st.caption(small)


def _check_and_gate(told: Told, facts: HopFacts) -> str:
    """As chips in Markdown: when the hop was checked, and its gate where it has one."""
    gate = f" :gray-badge[{told.word(facts.gate)}]" if facts.gate else ""
    return f"{told.chip(facts.freshness, facts.verified_on)}{gate}"
