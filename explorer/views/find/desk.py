"""The standing posts of a place, and the card for acute danger there."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from api.schemas.paths import AcuteCard, LocalDesk, LocalPost, Paths
from explorer import address, revealed_details
from explorer.address import REGISTER
from explorer.frame import ScreenContext
from explorer.i18n import _, as_of, plain
from explorer.labels import Labels
from explorer.views.find.details import ContactNumbers, DetailOwner, details, owner_of

_DESK = "desk"


def desk(context: ScreenContext, words: Labels, local: LocalDesk, revision: int) -> None:
    """Draw the posts with who answers at the hour of the need and their numbers, once opened."""
    expander = st.expander(plain(local.words.title), key=_DESK, on_change="rerun")
    if not expander.open:
        return
    owners = [_owner(post) for post in local.posts if not post.is_you]
    details_by_owner = details(context, revision, owners)
    with expander:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            purpose = None
            if revealed_details.may_reveal(context):
                purpose = revealed_details.purpose(context, place=_DESK)
            numbers = ContactNumbers(context=context, details=details_by_owner, purpose=purpose)
            revealed_details.button_for_all(context, numbers.to_call(owners), purpose, key=_DESK)
        revealed_details.refusal(_DESK)
        for post in local.posts:
            _line(words, post, numbers)


def _line(words: Labels, post: LocalPost, numbers: ContactNumbers) -> None:
    """Draw a post, who answers there, whether it may be called directly, and its details."""
    to = address.link(REGISTER, id=post.post.id, on=numbers.context.as_of)
    if post.is_you:
        call = _("that is you")
    elif post.direct is None:
        call = _("not directly")
    elif post.direct.ground == "NAMED":
        call = _("call directly, also about a named person")
    else:
        call = _("call directly, name nobody")
    answers = post.resolution.availability.words.text
    with st.container(key=f"desk-{post.post.id}", gap="xsmall"):
        st.html(
            f'<p class="kv-line"><a href="{escape(to)}" target="_self">'
            f"{escape(_name(words, post))}</a> · {escape(call)}<br>{escape(answers)}</p>"
        )
        if not post.is_you:
            numbers.draw(_owner(post), key=f"desk-{post.post.id}", place=_DESK)


def acute(context: ScreenContext, words: Labels, answer: Paths, card: AcuteCard) -> None:
    """Draw the emergency lines, the local duty line, and collapsed below them whom to inform."""
    duty = [card.duty_line] if card.duty_line is not None else []
    posts = (*card.lines, *duty, *card.inform)
    details_by_owner = details(context, answer.revision, map(_owner, posts))
    purpose = "ACUTE" if revealed_details.may_reveal(context) else None
    numbers = ContactNumbers(context=context, details=details_by_owner, purpose=purpose)
    with st.container(border=True, key="acute"):
        st.header(plain(card.words.title), anchor=False)
        st.caption(as_of(answer.at, answer.on))
        with st.container(horizontal=True):
            for line in card.lines:
                with st.container(width="content", key=f"line-{line.post.id}"):
                    st.markdown(f"**{plain(_name(words, line))}**")
                    numbers.public(_owner(line))
        _posts(words, duty, numbers, may_call=False)
        if not duty:
            st.markdown(plain(card.words.duty_line))
        revealed_details.refusal("acute")
        if card.inform:
            with st.expander(plain(card.words.inform.removesuffix(":"))):
                _posts(words, card.inform, numbers, may_call=True)
    revealed_details.watch()


def _posts(
    words: Labels, posts: Iterable[LocalPost], numbers: ContactNumbers, *, may_call: bool
) -> None:
    """Draw who answers at each post and when, and its details; `may_call`: whether you may call."""
    for post in posts:
        answers = post.resolution.availability.words.text
        lines = [f"**{plain(_name(words, post))}**", plain(answers)]
        if may_call and post.direct is not None:
            lines.append(plain(post.direct.words.text))
        st.markdown("  \n".join(lines))
        numbers.draw(_owner(post), key=f"acute-{post.post.id}", place="acute")


def _owner(post: LocalPost) -> DetailOwner | None:
    return owner_of(post.resolution, post.post)


def _name(words: Labels, post: LocalPost) -> str:
    return post.post.name or words.generic_name("Actor")
