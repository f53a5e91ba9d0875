"""The answer to a need: its contacts on the left, the chosen path to one of them on the right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.client import Need
from api.schemas.paths import Contact, PassedClass, Path, Paths, Stop, WholePath
from explorer import address, revealed_details, session
from explorer.components.path import boxes, direct_boxes, path, stop_name, tiers
from explorer.frame import ScreenContext
from explorer.i18n import _, as_of, ngettext, paragraphs, plain
from explorer.labels import Labels, is_old, when_marked
from explorer.views.find.desk import desk
from explorer.views.find.details import ContactNumbers, DetailOwner, details, owner_of
from explorer.views.find.places import places
from explorer.views.find.steps import (
    Legs,
    PathStep,
    cards,
    draw_outdated_notes,
    later,
    notes,
    owners,
    restart_tries,
    steps,
    why,
    why_not,
)
from explorer.views.find.take_along import TakenPath, bar

_ANSWER: Final = "answer"
_CONTACT: Final = "contact"
_DIRECT: Final = 0
_PLACE: Final = "way"
_PEOPLE: Final = frozenset({"HOLDER", "ACTING", "DEPUTY"})


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


def chosen_among(
    ways: Mapping[int, Path | WholePath], *, key: str, direct: Contact | None = None
) -> int:
    """Draw the choice of a path, marked if a check is too old or missing; return the chosen number.

    `direct`: a contact whom a call reaches without a path, which is chosen first and has number 0.
    """
    options = [*([_DIRECT] if direct is not None else []), *ways]
    number = address.number(_ANSWER)
    if number is None or number not in ways:
        number = options[0]
    if len(options) > 1:
        names = {
            place: ("⚠ " if is_old(way.freshness) else "")
            + ngettext(
                "Way {way}: {count} step",
                "Way {way}: {count} steps",
                len(way.hops) if isinstance(way, Path) else way.hops,
                way=place,
            )
            for place, way in ways.items()
        }
        names[_DIRECT] = _("Call directly")

        def choose() -> None:
            choice: object = st.session_state[key]
            if choice == _DIRECT and direct is not None:
                choose_contact(direct.number)
            elif choice in ways:
                address.change(**{_ANSWER: int(str(choice)), _CONTACT: None})

        st.session_state[key] = number
        st.radio(
            _("Choose a path"), options, key=key, format_func=names.__getitem__, horizontal=True,
            label_visibility="collapsed", on_change=choose,
        )  # fmt: skip
    return number


def summary(way: Path | WholePath) -> None:
    """Draw a path in one line, marked if a check on it is too old or missing."""
    old = session.term("Freshness", way.freshness)
    mark = f":red-badge[⚠ {old}] " if is_old(way.freshness) else ""
    st.caption(mark + plain(way.words.summary))


# ---- contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """A contact on screen, and the container for its details."""

    contact: Contact
    rest: DeltaGenerator


def passed_classes(classes: Iterable[PassedClass]) -> None:
    """Draw the classes of contact that rank higher, and why none of them is shown."""
    lines = paragraphs(plain(group.words.text) for group in classes)
    if lines:
        st.info(lines)


def card(words: Labels, contact: Contact, *, is_selected: bool) -> ContactCard:
    """Draw a contact: its name and fit, who answers when, and how it is reached."""
    name = f"**{contact.number}. {plain(stop_name(contact.stop, words))}**"
    you = plain((contact.words.you or "").removesuffix("."))
    badge = f" :blue-badge[{you}]" if you else ""
    lines = [f"{name}{badge}", plain(contact.fit.words.text)]
    lines.append(when_marked(contact.stop.words.answers or ""))
    if contact.ways:
        facts = contact.ways[0].hops[-1].facts
        lines.append(words.chip(facts.freshness, facts.verified_on))
    if contact.direct is not None:
        lines.append(f":material/call: {plain(contact.direct.words.text)}")
    if contact.ways and not (contact.direct is not None and contact.direct.covers_need):
        lines.append(through_whom(words, contact.ways[0]))
    state = "chosen" if is_selected else "other"
    with st.container(key=f"contact-{contact.number}", gap="xsmall"):
        st.markdown("  \n".join(filter(None, lines)))
        below = st.container(horizontal=True, vertical_alignment="center", gap="small")
        st.html(f'<span class="kv-{state}"></span>')
        return ContactCard(contact=contact, rest=below)


def through_whom(words: Labels, way: Path) -> str:
    """The stops between start and contact as badges; people by first name if it is visible."""
    names: list[str] = []
    for stop in way.stops[1:-1]:
        who = stop.resolution
        name = None if who is None or who.who is None else who.who.name
        if name is not None and who is not None and who.rung in _PEOPLE:
            name = name.partition(" ")[0]
        names.append(f":gray-badge[{plain(name or stop_name(stop, words))}]")
    return _("through {names}", names=" → ".join(names)) if names else ""


def rest(contact_card: ContactCard, numbers: ContactNumbers, *, is_selected: bool) -> None:
    """Draw a contact's details if a call is allowed, and the button that chooses it."""
    contact = contact_card.contact
    with contact_card.rest:
        if not is_selected and contact.direct is not None:
            numbers.draw(
                owner_at(contact), key=f"contact-{contact.number}", place=_PLACE, to_call=True
            )
        if not is_selected:
            label = _("Show the way") if contact.ways else _("Choose")
            st.button(
                label, key=f"ways-to-{contact.number}", type="tertiary",
                on_click=partial(choose_contact, contact.number),
            )  # fmt: skip


def owner_at(contact: Contact) -> DetailOwner | None:
    """The owner of a contact's details; a civilian themselves if they may be called directly."""
    node = contact.stop.node
    if contact.is_you:
        return None
    if contact.stop.label == "ResourceIndividual" and contact.direct is not None:
        return DetailOwner(node.id, node.name or node.id, is_civilian=True)
    return owner_of(contact.stop.resolution, node)


# ---- the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAnswer:
    """The parts of an answer that are drawn first: its contacts and the chosen path.

    `way` is None for a direct call. The containers: `below_contacts`, `exports`, and
    `below` for the steps below the drawing.
    """

    cards: tuple[ContactCard, ...]
    contact: Contact
    way: Path | None
    below_contacts: DeltaGenerator
    exports: DeltaGenerator
    below: DeltaGenerator


def title(answer: Paths) -> str:
    """The number of contacts, and the date or minute of the answer."""
    count = ngettext("{count} contact", "{count} contacts", len(answer.contacts))
    return f"{count} · {as_of(answer.at, answer.on)}"


def lead(
    context: ScreenContext, words: Labels, answer: Paths, changed: Mapping[str, str]
) -> ChosenAnswer:
    """Draw the contacts, best first, and beside them the path to the chosen one."""
    passed_classes(answer.passed)
    contact = chosen_contact(answer.contacts)
    with st.container(key="find-answer"):
        left, right = st.columns([9, 16], gap="small")
    with left:
        contact_cards = tuple(
            card(words, each, is_selected=each is contact) for each in answer.contacts
        )
        below_contacts = st.container()
    with right:
        ways = {way.number: way for way in contact.ways}
        name = plain(stop_name(contact.stop, words))
        calls = contact.direct is not None and (contact.direct.covers_need or not ways)
        way, head, choice = (
            None,
            st.container(),
            st.container(horizontal=True, vertical_alignment="center", gap="small", key="ways"),
        )
        with choice:
            left_of, exports = (
                st.container(),
                st.container(
                    horizontal=True,
                    vertical_alignment="center",
                    gap="small",
                    width="content",
                    key="taken",
                ),
            )
        if ways or calls:
            with left_of:
                number = chosen_among(ways, key="alternatives", direct=contact if calls else None)
            way = ways.get(number)
            with head:
                text = _("Call {name} directly") if way is None else _("The way to {name}")
                st.subheader(text.format(name=name), anchor=False)
            if way is not None:
                summary(way)
                draw_outdated_notes(((None, way),))
            elif contact.direct is not None and contact.direct.words.sentences:  # rules of the call
                st.caption(paragraphs(map(plain, contact.direct.words.sentences)))
            if contact.is_cut_off:
                st.info(_("The search was cut short; there may be more."))
            _picture(context, words, answer, contact, way, changed)
        below = st.container()
    return ChosenAnswer(
        cards=contact_cards,
        contact=contact,
        way=way,
        below_contacts=below_contacts,
        exports=exports,
        below=below,
    )


def _no_way(contact: Contact) -> None:
    """Draw why no path leads to a contact; collapsed if a direct call is possible."""
    if contact.none is None:
        return
    text = paragraphs(map(plain, contact.none.words.sentences))
    if contact.direct is None:
        st.markdown(text)
    else:
        with st.expander(_("Why does no way lead there?")):
            st.markdown(text)


def _picture(
    context: ScreenContext,
    words: Labels,
    answer: Paths,
    contact: Contact,
    way: Path | None,
    changed: Mapping[str, str],
) -> None:
    """Draw the path, or the direct call from the start, if the start is known."""
    start = contact.ways[0].stops[0] if contact.ways else None
    stops: Sequence[Stop] = (contact.stop,) if way is None else way.stops
    where = places(context, (*([start] if start else []), *stops))
    you = from_whom(context, start)
    if way is not None:
        path_boxes = boxes(way, words, you=you, changed=changed, places=where)
    else:
        path_boxes = direct_boxes(
            start, contact.stop, words, you=you, chip=_("Call directly"), places=where
        )
    # The same key for all paths, so that another one replaces it in place.
    path(answer.words.headline, path_boxes, tiers(path_boxes, words), key="path")


def from_whom(context: ScreenContext, start: Stop | None) -> str:
    """The format of the start: `Dig: {name}` only if the user has that post."""
    is_own = start is not None and start.node.id in context.me.posts
    return _("You: {name}") if is_own else _("From: {name}")


def tell(
    context: ScreenContext,
    words: Labels,
    need: Need,
    answer: Paths,
    parts: ChosenAnswer,
) -> None:
    """Draw the contact details, the chosen path in words, and the actions on it."""
    way, contact = parts.way, parts.contact
    restart_tries(need)
    legs: Legs = () if way is None else ((None, way),)
    if way is not None:
        listed: Sequence[PathStep] = steps(legs)[0]
    elif contact.is_you or contact.direct is None:
        listed = ()
    else:
        listed = (PathStep(number=1, box=contact.stop.node.id, stop=contact.stop),)
    to_contacts = {
        other.number: owner_at(other) for other in answer.contacts
        if other.direct is not None
    }  # fmt: skip
    civil = to_contacts.get(contact.number)
    who = (*to_contacts.values(), *owners(listed), *later(listed))
    details_by_owner = details(context, answer.revision, who)
    purpose = None
    with parts.below:
        row = st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="path-bar"
        )
        if listed and revealed_details.may_reveal(context):
            with row:
                purpose = revealed_details.purpose(context, place=_PLACE)
    numbers = ContactNumbers(context=context, details=details_by_owner, purpose=purpose)
    for contact_card in parts.cards:
        rest(contact_card, numbers, is_selected=contact_card.contact is contact)
    with parts.below:
        if listed:
            to_call = numbers.to_call(owners(listed) if way is not None else to_contacts.values())
            taken_path = TakenPath(
                need=need, number=None if way is None else way.number, contact=contact.number,
                legs=((None, listed),),
                heads=(answer.words.headline, *(() if way is None else (way.words.summary,))),
            )  # fmt: skip
            with row:
                revealed_details.button_for_all(context, to_call, purpose, key=_PLACE)
            with parts.exports:
                bar(context, words, taken_path, numbers)
            revealed_details.refusal(_PLACE)
            if way is None and civil is not None and civil.is_civilian:
                numbers.draw(civil, key="civilian", place=_PLACE)
            others = (other for other in answer.contacts if other.number > contact.number)
            after = next((other.number for other in others if not other.is_you), None)
            with st.container(key="steps", gap="xsmall"):
                cards(words, listed, numbers, place=_PLACE, otherwise_to=after)
        notes(legs)
        if way is not None and contact.fewer is not None:
            st.caption(plain(contact.fewer.words.text))
        if way is not None:
            why(words, legs, way.words.difference, answer.words.origin)
        _no_way(contact)
        why_not(context.client, words, need)
    with parts.below_contacts:
        if answer.local is not None:
            desk(context, words, answer.local, answer.revision)
    revealed_details.watch()
