"""The parameters of a question: controls that read the address and write the choice to it."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st

from explorer import address, session
from explorer.frame import ScreenContext
from explorer.i18n import _, plain, typed_date
from explorer.labels import labels
from explorer.views.find.need import node_field, value_of, where_field


def day(label: str, name: str, usual: date) -> date:
    """Draw a date field; the default where the address has no date."""
    key = f"analysis-{name}"
    st.session_state[key] = address.day(name) or usual
    st.date_input(
        label, format=typed_date(), key=key,
        on_change=lambda: address.change(**{name: st.session_state[key]}),
    )  # fmt: skip
    return address.day(name) or usual


def area(context: ScreenContext, label: str) -> str | None:
    """Draw the choice of an area."""
    chosen = address.one("area")
    where_field(context.client, labels(), value_of(context.client, chosen), label=label)
    return chosen


def place_and_kind(
    context: ScreenContext, label: str, enumeration: str
) -> tuple[str | None, str | None]:
    """Draw the choices of an area and of a word of an enumeration side by side; both optional."""
    left, right = st.columns(2)
    with left:
        place = area(context, _("Municipality, district or region"))
    with right:
        return place, word(label, "kind", session.terms(enumeration))


def start(context: ScreenContext, label: str) -> str | None:
    """Draw the choice of a start: any node."""
    chosen = address.one("start")
    node_field(
        context.client, labels(), label, "analysis-start",
        lambda picked: address.change(start=picked),
    )  # fmt: skip
    value = value_of(context.client, chosen)
    if value is not None:
        st.markdown(f"{label}: **{plain(value['name'])}**")
    return chosen


def word(label: str, name: str, words: Mapping[str, str], usual: str | None = None) -> str | None:
    """Draw the choice of one word of a list, or none; the default where the address has none."""
    key, chosen = f"analysis-{name}", address.one(name) or usual
    st.session_state[key] = chosen if chosen in words else None
    st.selectbox(
        label, list(words), index=None, key=key, format_func=words.__getitem__,
        placeholder=_("Any"), on_change=partial(address.choose, name, key, words),
    )  # fmt: skip
    return chosen if chosen in words else None


def several(label: str, name: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """Draw the choice of several words of a list."""
    key = f"analysis-{name}"
    chosen = tuple(one for one in address.many(name) if one in words)
    st.session_state[key] = list(chosen)
    st.multiselect(
        label, list(words), key=key, format_func=words.__getitem__,
        placeholder=_("Choose one or more"),
        on_change=partial(address.choose, name, key, words),
    )  # fmt: skip
    return chosen


def yes(label: str, name: str) -> bool:
    """Draw a checkbox."""
    key = f"analysis-{name}"
    st.session_state[key] = address.one(name) == "1"
    st.checkbox(
        label, key=key,
        on_change=lambda: address.change(**{name: "1" if st.session_state[key] else None}),
    )  # fmt: skip
    return address.one(name) == "1"
