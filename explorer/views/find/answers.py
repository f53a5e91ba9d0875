"""The answer to a need: its contacts, the chosen one's ways drawn and listed, the local desk."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.client import Need
from api.schemas.paths import Contact, Path, Paths
from explorer.components.path import boxes, called, path, tiers
from explorer.frame import ScreenContext
from explorer.i18n import _, day, moment, ngettext, plain
from explorer.labels import Labels
from explorer.views.find.choosing import chosen_among, chosen_contact, is_chosen
from explorer.views.find.contacts import ContactCard, by_whom, card, owner_at, passed, rest
from explorer.views.find.desk import desk
from explorer.views.find.details import details
from explorer.views.find.steps import Legs, cards, notes, owners, steps, table, unchecked
from explorer.views.find.take_along import PathDownload, take_along
from explorer.views.find.why import why, why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAnswer:
    """What is drawn of an answer before all else: its contacts, and the way that is chosen.

    `way` is None where the chosen contact has none. `place`: where its steps go; None: folded.
    """

    cards: tuple[ContactCard, ...]
    chosen: Contact
    way: Path | None
    place: DeltaGenerator | None


def lead(
    context: ScreenContext, told: Labels, answer: Paths, changed: Mapping[str, str]
) -> ChosenAnswer:
    """The contacts, best first, and the ways of the chosen one with the drawing of one of them."""
    count = ngettext("{count} contact", "{count} contacts", len(answer.contacts))
    st.header(f"{count} · {as_of(answer)}", anchor=False)
    passed(answer.passed)
    shown = tuple(card(told, one) for one in answer.contacts)
    chosen = chosen_contact(answer.contacts)
    if not chosen.ways:
        return ChosenAnswer(cards=shown, chosen=chosen, way=None, place=None)
    (folded,) = (one.ways for one in shown if one.contact is chosen)
    place = _place(told, chosen, folded)
    if place is None:
        return ChosenAnswer(cards=shown, chosen=chosen, way=chosen.ways[0], place=None)
    with place:
        way = _alternatives(chosen)
        _drawing(context, told, answer, way, changed)
    return ChosenAnswer(cards=shown, chosen=chosen, way=way, place=place)


def as_of(answer: Paths) -> str:
    """The minute or the date that an answer is about."""
    if answer.at is not None:
        return _("as of {moment}", moment=moment(answer.at))
    return _("as of {day}", day=day(answer.on))


def tell(
    context: ScreenContext, told: Labels, need: Need, answer: Paths, lead: ChosenAnswer
) -> None:
    """The numbers of the contacts, the chosen way in words, and what can be done with it."""
    way, place = lead.way, lead.place
    legs: Legs = () if way is None else ((None, way),)
    listed = () if place is None else steps(legs)[0]
    asked = (*map(owner_at, answer.contacts), *owners(listed))
    known = details(context, answer.revision, asked)
    for one in lead.cards:
        rest(context, told, one, known, is_chosen=one.contact is lead.chosen)
    if way is not None and place is not None:
        with place:
            st.subheader(_("Contact in this order"), anchor=False)
            cards(context, told, listed, known)
            notes(legs)
            why(told, legs, way.words.difference, answer.words.origin)
            table(told, legs)
    if answer.local is not None:
        desk(context, told, answer.local)
    why_not(context.client, told, need)
    if way is not None:
        heads = (answer.words.headline, way.words.summary)
        take_along(
            context, told, PathDownload(need=need, number=way.number, heads=heads, legs=legs)
        )


def _place(told: Labels, contact: Contact, card: DeltaGenerator) -> DeltaGenerator | None:
    """Where the ways go: below the contacts; where a direct call is enough, folded in the card."""
    if contact.direct is None or not contact.direct.covers_need:
        name = plain(called(contact.stop, told))
        st.subheader(_("The way to {name}", name=name), anchor=False)
        return st.container()
    folded = card.expander(
        plain(by_whom(told, contact.ways[0])), expanded=is_chosen(contact),
        key=f"ways-{contact.number}", on_change="rerun",
    )  # fmt: skip
    return folded if folded.open else None


def _alternatives(contact: Contact) -> Path:
    ways = {one.number: one for one in contact.ways}
    way = ways[chosen_among(ways, key="alternatives")]
    unchecked(((None, way),))
    if contact.is_cut_off:
        st.info(_("The search was cut short; there may be more."))
    elif contact.fewer is not None:
        st.caption(plain(contact.fewer.words.text))
    return way


def _drawing(
    context: ScreenContext, told: Labels, answer: Paths, way: Path, changed: Mapping[str, str]
) -> None:
    """In one place for all of them, so that another one is drawn where the last one was."""
    is_own = way.stops[0].node.id in context.me.posts
    you = _("You: {name}") if is_own else _("From: {name}")
    drawn = boxes(way, told, you=you, changed=changed)
    path(answer.words.headline, drawn, tiers(drawn, told), key="path")
