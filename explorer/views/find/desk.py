"""The standing posts of a place, and the card for acute danger there."""

from functools import partial
from html import escape

import streamlit as st

from api.schemas.paths import AcuteCard, LocalDesk, LocalPost, Paths
from explorer import address, reveal, revealed_details
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
    """Draw a row: a post, who answers there, whether it may be called directly, its numbers."""
    to = address.link(REGISTER, id=post.post.id, on=numbers.context.as_of)
    if post.is_you:
        call = _("that is you")
    elif post.direct is None:
        call = _("not directly")
    elif post.direct.ground == "NAMED":
        call = _("call directly, also about a named person")
    else:
        call = _("call directly, do not say who it is about")
    answers = post.resolution.availability.words.text
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"desk-{post.post.id}"
    ):
        st.html(
            f'<div class="kv-line"><a href="{escape(to)}" target="_self">'
            f"{escape(_name(words, post))}</a><span>{escape(answers)}</span>"
            f"<span>{escape(call)}</span></div>"
        )
        if not post.is_you:
            numbers.draw(_owner(post), key=f"desk-{post.post.id}", place=_DESK)


def acute(words: Labels, answer: Paths, card: AcuteCard) -> None:
    """Draw the numbers to call, each a large button, and collapsed below them whom to inform.

    The numbers are in the answer, at any time asked about; nothing is revealed here, so nothing can
    be refused.
    """
    with st.container(key="acute"):
        st.header(plain(card.words.title), anchor=False)
        said, buttons = set[str](), list[str]()
        for line in (*card.lines, *((card.duty_line,) if card.duty_line is not None else ())):
            says = line.resolution.availability.words.text if line is card.duty_line else ""
            for number in (entry.number for entry in card.numbers if entry.post == line.post.id):
                name = _name(words, line).replace(number, "").strip(" ,")
                buttons.append(_call_button(number, name, says))
                said.add(line.post.id)
        st.html(f'<div class="kv-calls">{"".join(buttons)}</div>')
        if card.duty_line is None or card.duty_line.post.id not in said:
            st.markdown(plain(card.words.duty_line))
        place = "" if card.area is None else f"{plain(card.area.name or card.area.id)} · "
        st.caption(place + as_of(answer.at, answer.on))
        if card.inform:
            _inform(words, card)


def _call_button(number: str, name: str, says: str = "") -> str:
    """A link that calls a number: whose it is, the number, and who answers."""
    more = f"<small>{escape(says)}</small>" if says else ""
    return (
        f'<a class="kv-call" href="{reveal.call_address(number)}">'
        f"<span>{escape(name)}</span> <strong>{escape(number)}</strong>{more}</a>"
    )


def _inform(words: Labels, card: AcuteCard) -> None:
    """Draw whom to inform afterwards, and the way to their numbers: the need as a concern."""
    with st.expander(plain(card.words.inform.removesuffix(":"))):
        for post in card.inform:
            lines = [
                f"**{plain(_name(words, post))}**",
                plain(post.resolution.availability.words.text),
                *((plain(post.direct.words.text),) if post.direct is not None else ()),
            ]
            st.markdown("  \n".join(lines))
        st.button(
            _("Show their numbers"), key="acute-inform",
            on_click=partial(address.change, trigger="CONCERN"),
        )  # fmt: skip


def _owner(post: LocalPost) -> DetailOwner | None:
    return owner_of(post.resolution, post.post)


def _name(words: Labels, post: LocalPost) -> str:
    return post.post.name or words.generic_name("Actor")
