"""The members of a network as a table: post, who answers there, when, and how they are reached."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from api.client import NotFound
from api.schemas.entities import LinkCard, Rights, WholeEntity
from explorer import address, reveal, revealed_details, screen_state, session
from explorer.address import CURATION, REGISTER
from explorer.frame import ScreenContext
from explorer.html_table import table
from explorer.i18n import _
from explorer.labels import Labels, name_not_shown
from explorer.views.opening_hours import hours_text

_TYPES: Final = ("COORDINATES", "MEMBER_OF")
_MOST: Final = 30
_FRESH_S: Final = 60
_PLACE: Final = "members"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A node that coordinates a network or is a member, and the node reached there."""

    link: LinkCard
    whole: WholeEntity
    reached: WholeEntity
    """The node whose contact details are used: the post, or the person who answers there."""


def show(context: ScreenContext, words: Labels, network: str, rights: Rights) -> None:
    """Draw the members of a network, a button for their numbers, and links to add one."""
    members = list(_members(context, network))
    if members:
        heads = (
            _("Post"), _("Takes part"), _("Who answers"), _("Opening hours"), _("Last checked"),
        )  # fmt: skip
        rows = [_row(words, member, context.as_of) for member in members]
        st.html(table(_("Members"), heads, rows, has_names=True, kind="kv-members"))
        details = [
            reveal.MaskedDetail(
                detail=detail.id, channel=detail.channel or "", hint=detail.hint,
                owner=f"{member.whole.entity.name}: {member.reached.entity.name}"
                if member.reached is not member.whole else member.whole.entity.name or "",
            )
            for member in members
            for detail in member.reached.details
            if detail.number is None and member.whole.entity.label != "ResourceIndividual"
        ]  # fmt: skip
        _numbers(context, details)
    links = [
        f'<a href="{escape(address.link(CURATION, tab="new", type=link_type, target=network))}" '
        f'target="_self">{escape(text)}</a>'
        for link_type, text in (
            ("MEMBER_OF", _("Add a member")), ("COORDINATES", _("Add a coordinator")),
        )
        if link_type in rights.links
    ]  # fmt: skip
    if links:
        st.html(f'<p class="kv-ways">{" ".join(links)}</p>')


def _numbers(context: ScreenContext, details: Sequence[reveal.MaskedDetail]) -> None:
    """Draw the button for the numbers of all members, and below it those that are shown."""
    if details and revealed_details.may_reveal(context):
        with st.container(horizontal=True, vertical_alignment="center"):
            purpose = revealed_details.purpose(context, place=_PLACE)
            revealed_details.button_for_all(context, details, purpose, key=_PLACE)
    revealed_details.refusal(_PLACE)
    for detail in details:
        if (value := revealed_details.value_of(detail)) is not None:
            st.html(
                f"<p>{escape(detail.owner)}</p>"
                + reveal.value_html(detail.channel, value, size="1rem")
            )
    revealed_details.watch()


def _members(context: ScreenContext, network: str) -> Iterator[_Member]:
    client, on = context.client, context.as_of
    links: list[LinkCard] = screen_state.fetch(
        client, ("members", network, on),
        lambda: [
            link for type_ in _TYPES for link in next(client.links(target=network, type=type_,
                                                                   on=on, limit=_MOST)).found
        ],
        fresh_s=_FRESH_S,
    )  # fmt: skip
    seen_ids = set[str]()
    for link in links[:_MOST]:
        if link.source.id in seen_ids:
            continue
        seen_ids.add(link.source.id)
        with suppress(NotFound):
            whole = _whole(context, link.source.id)
            who = whole.answering.who if whole.answering is not None else None
            reached = whole
            if not whole.details and who is not None and who.name:
                with suppress(NotFound):
                    reached = _whole(context, who.id)
            yield _Member(link=link, whole=whole, reached=reached)


def _whole(context: ScreenContext, node: str) -> WholeEntity:
    on = context.as_of
    return screen_state.fetch(
        context.client, ("member", node, on),
        lambda: context.client.entity(node, on=on).value, fresh_s=_FRESH_S,
    )  # fmt: skip


def _row(words: Labels, member: _Member, on: date | None) -> tuple[str, ...]:
    entity, link, who = member.whole.entity, member.link, member.whole.answering
    name = escape(entity.name or words.generic_name(entity.label))
    part = link.fields.get("function") or link.fields.get("attendance")
    enumeration = "CoordinationFunction" if link.type == "COORDINATES" else "Attendance"
    if who is None:
        answers = ""
    elif who.now is not None:
        answers = who.now
    elif who.rung == "CLOSED":
        answers = _("Nobody")
    else:
        person = who.who.name if who.who and who.who.name else None
        if person is None and (who.is_hidden or who.who):
            person = name_not_shown()
        rung = session.term("Rung", who.rung)
        says_role = person is None or who.rung != "HOLDER"
        answers = ", ".join(filter(None, (person, rung if says_role else None)))
    hours, check = entity.fields.get("hours"), link.check
    card = escape(address.link(REGISTER, id=entity.id, on=on))
    return (
        f'<a href="{card}" target="_self">{name}</a>',
        escape(session.term(enumeration, str(part)) if part else ""),
        escape(answers),
        escape(hours_text(str(hours)) if hours else ""),
        escape(words.check(check.freshness, check.on) if check is not None else ""),
    )
