"""The controls of the network screen: center, distance, filters, layout; stored in the address."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

import streamlit as st

from explorer import address, frame, session
from explorer.components.combobox import ComboboxValue
from explorer.components.network import CAP, Layout
from explorer.i18n import _, danish_key, ngettext
from explorer.labels import Labels
from explorer.views.find.need import node_field
from explorer.views.network.around import LABELS, LAYOUTS, LEVELS, NetworkQuery, NetworkWalk

_LAYOUT: Final = "network-layout"

NEW: Final[Mapping[str, None]] = dict.fromkeys(("expanded", "pin", "start", "target"))
"""Removes the address parameters that belong to the previous center."""


def center(context: frame.ScreenContext, words: Labels, value: ComboboxValue | None) -> None:
    """Draw the choice of center; another center also removes the path from the address."""
    node_field(
        context.client, words, _("Center on"), "network-center",
        lambda node_id: address.change(id=node_id, **NEW), value=value,
    )  # fmt: skip


def layouts(walk: NetworkWalk, what: NetworkQuery) -> None:
    """Draw the choice of layout; another layout removes the pins, whose places belong to one."""
    names: dict[Layout, str] = {
        "tiers": _("By tier"), "authorities": _("By authority"), "networks": _("By network"),
        "map": _("On the map"), "free": _("Free"),
    }  # fmt: skip

    def choose_layout() -> None:
        walk.steps = walk.steps.pin({})
        address.choose("layout", _LAYOUT, names, pin=None)

    st.session_state[_LAYOUT] = what.layout
    st.selectbox(
        _("Arrangement"), LAYOUTS, key=_LAYOUT, format_func=names.__getitem__, filter_mode=None,
        on_change=choose_layout,
    )  # fmt: skip


def filters(words: Labels, what: NetworkQuery, known_types: Collection[str]) -> None:
    """Draw the filters in a popover, with the number of those set."""
    count = bool(what.level) + bool(what.labels) + bool(what.types) + (what.hops != 1)
    with st.popover(_("Filters ({count})", count=count) if count else _("Filters")):
        key, options = "network-hops", {"1": "1", "2": "2"}
        st.session_state[key] = str(what.hops)
        st.radio(
            _("Number of steps"), list(options), key=key, format_func=options.__getitem__,
            horizontal=True, on_change=partial(address.choose, "hops", key, options),
        )  # fmt: skip
        level(what)
        kinds(words, what)
        types(words, what, known_types)


def level(what: NetworkQuery) -> None:
    """Draw the choice of prevention level."""
    names = session.terms("PreventionLevel")
    st.session_state["network-level"] = what.level
    st.selectbox(
        _("Prevention level"), [code for code in names if code in LEVELS], key="network-level",
        format_func=names.__getitem__, index=None, placeholder=_("Any"), filter_mode=None,
        on_change=partial(address.choose, "level", "network-level", names),
    )  # fmt: skip


def kinds(words: Labels, what: NetworkQuery) -> None:
    """Draw the filter by label; the center is always included."""
    st.session_state["network-kind"] = list(what.labels)
    st.pills(
        _("Show only"), LABELS, key="network-kind", format_func=words.word,
        selection_mode="multi",
        on_change=partial(address.choose, "kind", "network-kind", LABELS),
    )  # fmt: skip


def types(words: Labels, what: NetworkQuery, known_types: Collection[str]) -> None:
    """Draw the filter by link type; nodes at none of these links are left out."""
    codes = sorted({*known_types, *what.types}, key=lambda code: danish_key(words.word(code)))
    st.session_state["network-type"] = list(what.types)
    st.multiselect(
        _("Only links of type"), codes, key="network-type", format_func=words.word,
        placeholder=_("Any"), filter_mode="contains",
        on_change=partial(address.choose, "type", "network-type", codes),
    )  # fmt: skip


def history(walk: NetworkWalk, count: int) -> None:
    """Draw undo and redo, and the number of nodes."""
    st.button(
        _("↶ Undo"), key="network-undo", disabled=not walk.steps.before,
        on_click=partial(_step, walk, is_back=True),
    )  # fmt: skip
    st.button(
        _("↷ Redo"), key="network-redo", disabled=not walk.steps.after,
        on_click=partial(_step, walk, is_back=False),
    )  # fmt: skip
    st.markdown(
        ngettext("{count} of at most {cap} nodes", "{count} of at most {cap} nodes", count, cap=CAP)
    )


def _step(walk: NetworkWalk, *, is_back: bool) -> None:
    walk.steps = walk.steps.undo() if is_back else walk.steps.redo()
