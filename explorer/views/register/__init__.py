"""The register screen: search for a node by name, and its card."""

from functools import partial
from typing import Final

import streamlit as st

from explorer import address, frame, problem_states, revealed_details, screen_state
from explorer.i18n import _, ngettext, plain
from explorer.labels import Labels, labels
from explorer.views.find.need import value_of, where_field
from explorer.views.register import drafts, new_node, search
from explorer.views.register.card import card, take_list
from explorer.views.register.search import RegisterQuery, RegisterRow

_TEXT: Final = "register-text"
_KIND: Final = "register-kind"
_STATE: Final = "register-state"
_REFUSED: Final = "register-refused"


def show(context: frame.ScreenContext) -> None:
    """Draw search and filters above, the list below, and the chosen card next to it."""
    frame.title(context, _("Register"))
    revealed_details.begin(context)
    words = labels()

    def drop_civil_number() -> None:
        if search.holds_civil_number(st.session_state[_TEXT]):
            st.session_state[_TEXT] = ""
            st.session_state[_REFUSED] = True

    new_node.choice(context)
    if new_node.form_of_address(context, words):
        return
    text = st.text_input(
        _("Search"), key=_TEXT, live="200ms", autocomplete="off", on_change=drop_civil_number,
        placeholder=_("A name, a post or a place; spelling mistakes do not matter"),
    )  # fmt: skip
    if st.session_state.pop(_REFUSED, False):
        st.error(problem_states.civil_number())
    st.session_state[_KIND] = address.text("kind")
    st.pills(
        _("Kind"), search.LABELS, key=_KIND, format_func=words.word,
        label_visibility="collapsed",
        on_change=partial(address.choose, "kind", _KIND, search.LABELS),
    )  # fmt: skip
    left, right = st.columns(2)
    with left:
        where_field(
            context.client, words, value_of(context.client, address.text("area")),
            label=_("Municipality or police district"),
        )  # fmt: skip
    names = search.state_words(context.me)
    state = address.text("state")
    st.session_state[_STATE] = state if state in names else None
    right.selectbox(
        _("State"), list(names), key=_STATE, format_func=names.__getitem__, index=None,
        placeholder=_("Any"), filter_mode=None,
        on_change=lambda: address.change(state=st.session_state[_STATE]),
    )  # fmt: skip
    what = search.register_query(text or "", context.on, is_today=context.is_today)
    change = st.container()
    revisions = [number for number in _answers(context, words, what) if number is not None]
    if revisions:
        with change:
            screen_state.watch(context.client, min(revisions))


def _answers(
    context: frame.ScreenContext, words: Labels, what: RegisterQuery
) -> tuple[int | None, ...]:
    """Draw the list, the card or both; return their revisions, None where there is none."""
    chosen_id = address.text("id")
    if chosen_id is None:
        return (_list(context, words, what, None),)
    if what.is_open:
        return (_card(context, words, chosen_id),)
    left, right = st.columns([5, 4], gap="large")
    with left, st.container(key="register-list"):
        listed = _list(context, words, what, chosen_id)
    with right:
        return listed, _card(context, words, chosen_id)


def _card(context: frame.ScreenContext, words: Labels, node_id: str) -> int | None:
    with st.container(key="register-card", border=True):
        st.button(
            _("Close"), key="register-close", on_click=partial(address.change, id=None, form=None)
        )
        drafts.outcome(context.client, node_id)
        return card(context, words, node_id)


def _list(
    context: frame.ScreenContext, words: Labels, what: RegisterQuery, chosen_id: str | None
) -> int | None:
    """Draw the list; return its revision, None where nothing is searched for or found."""
    if what.is_open:
        st.info(_("Write a name, a post or a place."))
        return None
    answer = search.register_result(context.client, what)
    if answer.remarks:
        st.info(plain(" ".join(answer.remarks)))
    if not answer.rows:
        on = [words.word(what.label)] if what.label else []
        if what.state:
            on.append(search.state_words(context.me).get(what.state, what.state))
        if what.area:
            value = value_of(context.client, what.area)
            on.append(value["name"] if value else what.area)
        if not on:
            st.info(_("None found. Try fewer letters, or a place in Denmark."))
        else:
            st.info(
                _(
                    "None found for your search. These filters are on: {filters}.",
                    filters=plain(", ".join(f"“{name}”" for name in on)),
                )
            )
            st.button(
                _("Remove filters"), key="register-unfiltered",
                on_click=partial(address.change, kind=None, area=None, state=None),
            )  # fmt: skip
        return None
    if answer.is_cut:
        st.markdown(_("There are more. Write more, or choose a municipality."))
    else:
        st.markdown(ngettext("{count} found", "{count} found", len(answer.rows)))
    with st.container(key="register-rows", gap=None):
        for row in answer.rows:
            st.button(
                label_of(words, row, is_chosen=row.id == chosen_id), key=f"row-{row.id}",
                width="stretch",
                on_click=partial(address.change, id=row.id, form=None),
            )  # fmt: skip
    take_list(context, answer)
    return answer.revision


def label_of(words: Labels, row: RegisterRow, *, is_chosen: bool = False) -> str:
    """A row in words: name, kind, place and check; the one whose card is open is marked."""
    name = f"{'▸ ' if is_chosen else ''}**{plain(row.name)}**"
    parts = [name, plain(words.kind(row.kind, row.own_kind, row.label)), *map(plain, row.place)]
    chip = "" if row.check is None else " " + words.chip(row.check.freshness, row.check.on)
    return " · ".join(parts) + chip
