"""The answer to a need: its contacts, the local desk, and the card for acute danger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.client import Need
from api.schemas.paths import (
    AcuteCard,
    Contact,
    LocalDesk,
    LocalPost,
    PassedClass,
    Path,
    Paths,
    WholePath,
)
from explorer import address, html_table
from explorer.address import REGISTER
from explorer.components.path import boxes, called, path, tiers
from explorer.frame import ScreenContext
from explorer.i18n import _, day, moment, ngettext, paragraphs, plain
from explorer.labels import Labels, is_old
from explorer.views.find.details import DetailOwner, Details, at_once, details, owner_of, public
from explorer.views.find.steps import (
    Legs,
    PathDownload,
    cards,
    notes,
    owners,
    steps,
    table,
    take_along,
    unchecked,
    why,
    why_not,
)

_ANSWER: Final = "answer"
_CONTACT: Final = "contact"


def chosen_contact(contacts: Sequence[Contact]) -> Contact:
    """The contact in the address; else the best one other than the user."""
    others = (contact for contact in contacts if not contact.is_you)
    return next(filter(is_chosen, contacts), None) or next(others, contacts[0])


def is_chosen(contact: Contact) -> bool:
    """Whether the address names the contact, or a path to it."""
    number = address.number(_ANSWER)
    if number is not None:
        return any(way.number == number for way in contact.ways)
    return contact.number == address.number(_CONTACT)


def choose_contact(number: int) -> None:
    """Write another contact to the address."""
    address.change(**{_CONTACT: number, _ANSWER: None})


def chosen_among(ways: Mapping[int, Path | WholePath], *, key: str) -> int:
    """Draw a line for each path, marked if a hop must be checked; return the chosen number."""
    number = address.number(_ANSWER)
    if number is None or number not in ways:
        number = next(iter(ways))
    must_check = _("Must be checked")
    mark = f":red-badge[⚠ {must_check}] "
    lines = {
        place: (mark if is_old(way.freshness) else "") + plain(way.words.summary)
        for place, way in ways.items()
    }
    if len(ways) == 1:
        st.markdown(lines[number])
        return number
    st.session_state[key] = number
    st.radio(
        _("Choose a path"), list(ways), key=key,
        format_func=lambda place: f"{place}. {lines[place]}",
        captions=[plain(way.words.difference or "") for way in ways.values()],
        on_change=partial(address.choose, _ANSWER, key, ways, **{_CONTACT: None}),
    )  # fmt: skip
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """A contact on screen: the containers for its details and for its paths."""

    contact: Contact
    rest: DeltaGenerator
    ways: DeltaGenerator


def passed(classes: Iterable[PassedClass]) -> None:
    """Draw the classes of contact that rank higher, and why none of them is shown."""
    lines = paragraphs(plain(group.words.text) for group in classes)
    if lines:
        st.info(lines)


def card(words: Labels, contact: Contact) -> ContactCard:
    """Draw the words of a contact, without its contact details."""
    name = f"**{contact.number}. {plain(called(contact.stop, words))}**"
    you = plain((contact.words.you or "").removesuffix("."))
    badge = f" :blue-badge[{you}]" if you else ""
    lines = [
        f"{name}{badge} · {plain(contact.fit.words.text)}",
        plain(contact.stop.words.answers or ""),
    ]
    if contact.direct is not None:
        lines.append(f":material/call: {plain(contact.direct.words.text)}")
        if not contact.ways:
            lines.append(_("No way leads there through others: call directly."))
    if contact.none is not None:
        lines += map(plain, contact.none.words.sentences)
    with st.container(key=f"contact-{contact.number}"):
        st.markdown("  \n".join(filter(None, lines)))
        return ContactCard(contact=contact, rest=st.container(), ways=st.container())


def rest(
    context: ScreenContext, words: Labels, shown: ContactCard, known: Details, *, is_chosen: bool
) -> None:
    """Draw a contact's details, the rules of a direct call, and the button for its paths."""
    contact = shown.contact
    with shown.rest:
        owner = owner_at(contact)
        public(owner, known)
        with st.container(horizontal=True, vertical_alignment="center"):
            at_once(context, owner, known, key=f"contact-{contact.number}")
            if contact.ways and not is_chosen:
                st.button(
                    _("Show the way"), key=f"ways-to-{contact.number}",
                    on_click=partial(choose_contact, contact.number),
                )  # fmt: skip
                st.caption(plain(by_whom(words, contact.ways[0])))
        direct = contact.direct
        if direct is not None and direct.words.sentences:
            with st.expander(_("What to observe"), type="compact"):
                st.markdown(paragraphs(map(plain, direct.words.sentences)))


def owner_at(contact: Contact) -> DetailOwner | None:
    """The owner of a contact's details; a civilian themselves if they may be called directly."""
    node = contact.stop.node
    if contact.is_you:
        return None
    if contact.stop.label == "ResourceIndividual" and contact.direct is not None:
        return DetailOwner(node.id, node.name or node.id)
    return owner_of(contact.stop.resolution, node)


def by_whom(words: Labels, way: Path) -> str:
    """The intermediate stops of a path, by name where the name may be shown."""
    names: list[str] = []
    for stop in way.stops[1:-1]:
        who = stop.resolution.who if stop.resolution is not None else None
        names.append((who.name if who is not None else None) or called(stop, words))
    between = " → ".join(names)
    return _("or through {names}", names=between) if between else _("or by the registered way")


def desk(context: ScreenContext, words: Labels, local: LocalDesk) -> None:
    """Draw a compact table of the local posts; each opens in the register."""
    st.subheader(plain(local.words.title), anchor=False)
    heads = (_("Post"), _("Who answers"), _("May you call directly?"))
    rows: list[tuple[str, ...]] = []
    for post in local.posts:
        to = address.link(REGISTER, id=post.post.id, on=context.as_of)
        link = f'<a href="{escape(to)}" target="_self">{escape(_name(words, post))}</a>'
        if post.is_you:
            call = _("that is you")
        elif post.direct is None:
            call = _("no")
        elif post.direct.ground == "NAMED":
            call = _("yes, also about a named person")
        else:
            call = _("yes, name nobody")
        rows.append((link, *html_table.texts(post.resolution.availability.words.text, call)))
    st.html(html_table.table(local.words.title, heads, rows, has_names=True, kind="kv-desk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAnswer:
    """What is drawn of an answer first: its contacts, and the chosen path.

    `way` is None where the chosen contact has none. `place`: the container of its steps, None while
    collapsed.
    """

    cards: tuple[ContactCard, ...]
    chosen: Contact
    way: Path | None
    place: DeltaGenerator | None


def lead(
    context: ScreenContext, words: Labels, answer: Paths, changed: Mapping[str, str]
) -> ChosenAnswer:
    """Draw the contacts, best first, and the paths of the chosen one; one of them is drawn.

    The paths are below the contacts; collapsed in the card if a call suffices.
    """
    count = ngettext("{count} contact", "{count} contacts", len(answer.contacts))
    st.header(f"{count} · {as_of(answer)}", anchor=False)
    passed(answer.passed)
    drawn = tuple(card(words, contact) for contact in answer.contacts)
    chosen = chosen_contact(answer.contacts)
    if not chosen.ways:
        return ChosenAnswer(cards=drawn, chosen=chosen, way=None, place=None)
    if chosen.direct is None or not chosen.direct.covers_need:
        name = plain(called(chosen.stop, words))
        st.subheader(_("The way to {name}", name=name), anchor=False)
        place = st.container()
    else:
        (below,) = (shape.ways for shape in drawn if shape.contact is chosen)
        place = below.expander(
            plain(by_whom(words, chosen.ways[0])), expanded=is_chosen(chosen),
            key=f"ways-{chosen.number}", on_change="rerun",
        )  # fmt: skip
        if not place.open:
            return ChosenAnswer(cards=drawn, chosen=chosen, way=chosen.ways[0], place=None)
    with place:
        ways = {way.number: way for way in chosen.ways}
        way = ways[chosen_among(ways, key="alternatives")]
        unchecked(((None, way),))
        if chosen.is_cut_off:
            st.info(_("The search was cut short; there may be more."))
        elif chosen.fewer is not None:
            st.caption(plain(chosen.fewer.words.text))
        # The same key for all paths, so that another one replaces it in place.
        is_own = way.stops[0].node.id in context.me.posts
        you = _("You: {name}") if is_own else _("From: {name}")
        stops = boxes(way, words, you=you, changed=changed)
        path(answer.words.headline, stops, tiers(stops, words), key="path")
    return ChosenAnswer(cards=drawn, chosen=chosen, way=way, place=place)


def as_of(answer: Paths) -> str:
    """The minute or the date of an answer."""
    if answer.at is not None:
        return _("as of {moment}", moment=moment(answer.at))
    return _("as of {day}", day=day(answer.on))


def tell(
    context: ScreenContext, words: Labels, need: Need, answer: Paths, lead: ChosenAnswer
) -> None:
    """Draw the contact details, the chosen path in words, and what can be done with it."""
    way, place = lead.way, lead.place
    legs: Legs = () if way is None else ((None, way),)
    listed = () if place is None else steps(legs)[0]
    who = (*map(owner_at, answer.contacts), *owners(listed))
    known = details(context, answer.revision, who)
    for one in lead.cards:
        rest(context, words, one, known, is_chosen=one.contact is lead.chosen)
    if way is not None and place is not None:
        with place:
            st.subheader(_("Contact in this order"), anchor=False)
            cards(context, words, listed, known)
            notes(legs)
            why(words, legs, way.words.difference, answer.words.origin)
            table(words, legs)
    if answer.local is not None:
        desk(context, words, answer.local)
    why_not(context.client, words, need)
    if way is not None:
        heads = (answer.words.headline, way.words.summary)
        take_along(
            context, words, PathDownload(need=need, number=way.number, heads=heads, legs=legs)
        )


def acute(context: ScreenContext, words: Labels, answer: Paths, card: AcuteCard) -> None:
    """Draw the emergency lines, the local duty line, and collapsed below them whom to inform."""
    duty = [card.duty_line] if card.duty_line is not None else []
    posts = (*card.lines, *duty, *card.inform)
    known = details(context, answer.revision, map(_owner, posts))
    st.header(plain(card.words.title), anchor=False)
    st.caption(as_of(answer))
    with st.container(border=True, key="acute"):
        for one in card.lines:
            st.markdown(f"**{plain(_name(words, one))}**")
            public(_owner(one), known)
        for one in duty:
            _post(context, words, one, known)
        if not duty:
            st.markdown(plain(card.words.duty_line))
    if card.inform:
        with st.expander(plain(card.words.inform.removesuffix(":"))):
            for one in card.inform:
                _post(context, words, one, known)
                if one.direct is not None:
                    st.markdown(plain(one.direct.words.text))


def _post(context: ScreenContext, words: Labels, post: LocalPost, known: Details) -> None:
    """Draw who answers at a post, when, and their contact details."""
    answers = post.resolution.availability.words.text
    st.markdown(f"**{plain(_name(words, post))}**  \n{plain(answers)}")
    public(_owner(post), known)
    at_once(context, _owner(post), known, key=f"acute-{post.post.id}")


def _owner(post: LocalPost) -> DetailOwner | None:
    return owner_of(post.resolution, post.post)


def _name(words: Labels, post: LocalPost) -> str:
    return post.post.name or words.unnamed("Actor")
