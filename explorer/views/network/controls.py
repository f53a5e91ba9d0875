"""The controls of the network screen: center, distance, filters, layout; stored in the address."""

from collections.abc import Collection
from functools import partial

import streamlit as st

from explorer import address, frame, session
from explorer.components.combobox import ComboboxValue
from explorer.components.network import CAP
from explorer.i18n import _, danish_key, ngettext
from explorer.labels import Labels
from explorer.views.find.need import node_field
from explorer.views.network.around import LABELS, LEVELS, NetworkQuery, NetworkWalk


def center(context: frame.ScreenContext, words: Labels, value: ComboboxValue | None) -> None:
    """Draw the choice of center."""
    node_field(
        context.client, words, _("Center on"), "network-center",
        lambda node_id: address.change(id=node_id, expanded=None), value=value,
    )  # fmt: skip


def terms(what: NetworkQuery) -> None:
    """Draw the choices of distance, prevention level and layout."""
    hops, level, layout = st.columns([2, 3, 3])
    with hops:
        _radio("hops", _("Hops"), {"1": "1", "2": "2"}, str(what.hops))
    with level:
        names = session.terms("PreventionLevel")
        st.session_state["network-level"] = what.level
        st.selectbox(
            _("Prevention level"), [one for one in names if one in LEVELS], key="network-level",
            format_func=names.__getitem__, index=None, placeholder=_("Any"), filter_mode=None,
            on_change=partial(address.choose, "level", "network-level", names),
        )  # fmt: skip
    with layout:
        order = {"tiers": _("Tiers"), "free": _("Free")}
        _radio("layout", _("Arrangement"), order, what.layout)


def kinds(words: Labels, what: NetworkQuery) -> None:
    """Draw the filter by label; the center is always included."""
    st.session_state["network-kind"] = list(what.labels)
    st.pills(
        _("Show only"), LABELS, key="network-kind", format_func=words.word,
        selection_mode="multi",
        on_change=partial(address.choose, "kind", "network-kind", LABELS),
    )  # fmt: skip


def types(words: Labels, what: NetworkQuery, known: Collection[str]) -> None:
    """Draw the filter by link type; nodes at none of these links are left out."""
    codes = sorted({*known, *what.types}, key=lambda code: danish_key(words.word(code)))
    st.session_state["network-type"] = list(what.types)
    st.multiselect(
        _("Only links of type"), codes, key="network-type", format_func=words.word,
        placeholder=_("Any"), filter_mode="contains",
        on_change=partial(address.choose, "type", "network-type", codes),
    )  # fmt: skip


def _radio(name: str, label: str, options: dict[str, str], chosen: str) -> None:
    key = f"network-{name}"
    st.session_state[key] = chosen
    st.radio(
        label, list(options), key=key, format_func=options.__getitem__, horizontal=True,
        on_change=partial(address.choose, name, key, options),
    )  # fmt: skip


def history(walk: NetworkWalk, count: int) -> None:
    """Draw undo and redo, and the number of nodes."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("↶ Undo"), key="network-undo", disabled=not walk.steps.before,
            on_click=partial(_step, walk, is_back=True),
        )  # fmt: skip
        st.button(
            _("↷ Redo"), key="network-redo", disabled=not walk.steps.after,
            on_click=partial(_step, walk, is_back=False),
        )  # fmt: skip
        st.markdown(
            ngettext(
                "{count} of at most {cap} nodes", "{count} of at most {cap} nodes", count, cap=CAP
            )
        )


def _step(walk: NetworkWalk, *, is_back: bool) -> None:
    walk.steps = walk.steps.undo() if is_back else walk.steps.redo()
