"""Acute danger: whom to call at once, and who is told afterwards. There is nothing to choose."""

import streamlit as st

from api.schemas.paths import AcuteCard, LocalPost, Paths
from explorer.frame import ScreenContext
from explorer.i18n import plain
from explorer.labels import Labels
from explorer.views.find.answers import as_of
from explorer.views.find.details import DetailOwner, Details, at_once, details, owner_of, public


def acute(context: ScreenContext, told: Labels, answer: Paths, card: AcuteCard) -> None:
    """The emergency lines, the duty line of the place, and folded below whoever is informed."""
    duty = [card.duty_line] if card.duty_line is not None else []
    posts = (*card.lines, *duty, *card.inform)
    known = details(context, answer.revision, [_owner(one) for one in posts])
    st.header(plain(card.words.title), anchor=False)
    st.caption(as_of(answer))
    with st.container(border=True, key="acute"):
        for one in card.lines:
            st.markdown(f"**{plain(_name(told, one))}**")
            public(_owner(one), known)
        for one in duty:
            _post(context, told, one, known)
        if not duty:
            st.markdown(plain(card.words.duty_line))
    if card.inform:
        with st.expander(plain(card.words.inform.removesuffix(":"))):
            for one in card.inform:
                _post(context, told, one, known)
                if one.direct is not None:
                    st.markdown(plain(one.direct.words.text))


def _post(context: ScreenContext, told: Labels, one: LocalPost, known: Details) -> None:
    """Who answers at a post, when, and their numbers."""
    answers = one.resolution.availability.words.text
    st.markdown(f"**{plain(_name(told, one))}**  \n{plain(answers)}")
    public(_owner(one), known)
    at_once(context, _owner(one), known, key=f"acute-{one.post.id}")


def _owner(one: LocalPost) -> DetailOwner | None:
    return owner_of(one.resolution, one.post)


def _name(told: Labels, one: LocalPost) -> str:
    return one.post.name or told.unnamed("Actor")
