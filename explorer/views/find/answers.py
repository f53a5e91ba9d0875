"""The answer to a need: whom to call first, the other contacts beside it, the ways below it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.client import Need
from api.schemas.paths import Contact, PassedClass, Path, Paths, Stop, WholePath
from explorer import address, revealed_details, session
from explorer.components.path import boxes, path, stop_name, tiers
from explorer.frame import ScreenContext
from explorer.i18n import _, as_of, ngettext, paragraphs, plain
from explorer.labels import Labels, is_old, when_marked
from explorer.views.find.after_call import (
    after_call,
    cover_owner,
    draw_outcome,
    owner_at,
    rest_of_line,
    restart,
)
from explorer.views.find.desk import desk
from explorer.views.find.details import ContactNumbers, DetailOwner, details, owner_of
from explorer.views.find.places import places
from explorer.views.find.shortcuts import favorite_star
from explorer.views.find.steps import (
    Legs,
    PathStep,
    cards,
    draw_outdated_notes,
    later,
    notes,
    owners,
    steps,
    why,
    why_not,
)
from explorer.views.find.take_along import TakenPath, bar

_ANSWER: Final = "answer"
_CONTACT: Final = "contact"
_PLACE: Final = "way"
_WAYS: Final = "or-through"


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
    """Draw the choice of a path, marked if a check is too old or missing; return its number."""
    options = list(ways)
    number = address.number(_ANSWER)
    if number is None or number not in ways:
        number = options[0]
    if len(options) > 1:
        names = {
            place: ("⚠ " if is_old(way.freshness) else "")
            + ngettext(
                "Path {way}: {count} step",
                "Path {way}: {count} steps",
                len(way.hops) if isinstance(way, Path) else way.hops,
                way=place,
            )
            for place, way in ways.items()
        }

        def choose() -> None:
            choice: object = st.session_state[key]
            if choice in ways:
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
    """A contact on screen, and the containers for what is drawn once its details are known.

    `call`: the numbers. `after`: what to do after a call. `exports`: purpose and files; the last
    two on the chosen contact alone.
    """

    contact: Contact
    call: DeltaGenerator
    after: DeltaGenerator | None = None
    exports: DeltaGenerator | None = None


def passed_classes(classes: Iterable[PassedClass]) -> None:
    """Draw the classes of contact that rank higher, and why none of them is shown."""
    lines = paragraphs(plain(group.words.text) for group in classes)
    if lines:
        st.info(lines)


def card(
    context: ScreenContext, words: Labels, contact: Contact, *, is_selected: bool
) -> ContactCard:
    """Draw a contact: its name, who answers when, the room for its number, and why it fits.

    The chosen one has whom to call first, also where that is the first stop of a path.
    """
    name = f"**{contact.number}. {plain(stop_name(contact.stop, words))}**"
    you = plain((contact.words.you or "").removesuffix("."))
    badge = f" :blue-badge[{you}]" if you else ""
    with st.container(key=f"contact-{contact.number}", gap="xsmall"):
        first = contact.first_stop
        answers = when_marked(first.words.answers or "")
        if first is not contact.stop:
            to = _("First call {name}.", name=f"**{plain(stop_name(first, words))}**")
            answers = f"{to} {answers}" if is_selected else to
        with st.container(horizontal=True, gap="small", key=f"name-{contact.number}"):
            st.markdown("  \n".join(filter(None, (f"{name}{badge}", answers))), width="stretch")
            if is_selected:
                favorite_star(
                    context,
                    contact.stop.node.id,
                    contact.stop.label,
                    stop_name(contact.stop, words),
                )
        call = st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"call-{contact.number}"
        )
        after = st.container() if is_selected else None
        st.markdown("  \n".join(_grounds(words, contact, is_selected=is_selected)))
        exports = st.container() if is_selected else None
        st.html(f'<span class="kv-{"chosen" if is_selected else "other"}"></span>')
    return ContactCard(contact=contact, call=call, after=after, exports=exports)


def _grounds(words: Labels, contact: Contact, *, is_selected: bool) -> Iterable[str]:
    """Why a contact fits, whether it may be called, and when the link to it was checked."""
    fit, checked = plain(contact.fit.words.text), ""
    if contact.ways:
        facts = contact.ways[0].hops[-1].facts
        checked = words.chip(facts.freshness, facts.verified_on)
    yield " ".join(filter(None, (fit, checked)))
    if contact.direct is not None:
        yield f":material/call: {plain(contact.direct.words.text)}"
        if is_selected:
            yield from map(plain, contact.direct.words.sentences)


def rest(contact_card: ContactCard, numbers: ContactNumbers, *, otherwise_to: int | None) -> None:
    """Draw the number to call, and for the chosen contact what to do after the call."""
    contact = contact_card.contact
    if contact_card.after is None:
        with contact_card.call:
            if contact.direct is not None:
                numbers.draw(
                    owner_of_contact(contact), key=f"contact-{contact.number}", place=_PLACE,
                    to_call=True,
                )  # fmt: skip
            label = _("Choose") if contact.direct is not None else _("Show the path")
            st.button(
                label, key=f"ways-to-{contact.number}", type="tertiary",
                on_click=partial(choose_contact, contact.number),
            )  # fmt: skip
        return
    first, key = contact.first_stop, f"call-{contact.number}"
    if contact.call is None:
        return
    if contact.stop.label == "ResourceIndividual" and first is contact.stop:
        with contact_card.call:
            numbers.draw(owner_of_contact(contact), key="civilian", place=_PLACE)
        return
    after, covering = rest_of_line(first), cover_owner(first.resolution)
    with contact_card.call:
        if after:
            name = f"**{plain(after[0].name)}**"
            st.markdown(_("Next in line: {name}", name=name), width="content")
        elif covering is not None:
            with st.container(key="covering", width="content"):
                st.markdown(f"**{plain(covering.name)}:**", width="content")
        numbers.draw(owner_at(first), key=key, place=_PLACE, is_main=True)
    with contact_card.after:
        opening = None if covering is None or after else owner_of(first.resolution, first.node)
        if opening is not None:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"{plain(opening.name)}:", width="content")
                numbers.draw(opening, key=f"opens-{key}", place=_PLACE, to_call=True)
        revealed_details.refusal(_PLACE)
        draw_outcome()
        after_call(first, numbers, key=key, otherwise_to=otherwise_to)


def owner_of_contact(contact: Contact) -> DetailOwner | None:
    """The owner of a contact's details; a civilian themselves if they may be called directly."""
    node = contact.stop.node
    if contact.is_you:
        return None
    if contact.stop.label == "ResourceIndividual" and contact.direct is not None:
        return DetailOwner(node.id, node.name or node.id, is_civilian=True)
    return owner_at(contact.stop)


# ---- the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAnswer:
    """The parts of an answer that are drawn first: its contacts, and the way if it is unfolded.

    `way` is None for a direct call. `below_way`: the room for the steps below the drawing;
    `below`: that below all contacts.
    """

    cards: tuple[ContactCard, ...]
    contact: Contact
    way: Path | None
    below_way: DeltaGenerator
    below: DeltaGenerator


def title(answer: Paths) -> str:
    """The number of contacts, and the date or minute of the answer."""
    count = ngettext("{count} contact", "{count} contacts", len(answer.contacts))
    return f"{count} · {as_of(answer.at, answer.on)}"


def lead(
    context: ScreenContext, words: Labels, answer: Paths, changed: Mapping[str, str]
) -> ChosenAnswer:
    """Draw the chosen contact with its ways folded below it, and beside it the other contacts."""
    passed_classes(answer.passed)
    contact = chosen_contact(answer.contacts)
    with st.container(key="find-answer"):
        left, right = st.columns([16, 9], gap="small")
        below = st.container()
    with left:
        contact_cards = [card(context, words, contact, is_selected=True)]
        folded = st.container() if contact.direct is None else _fold(words, contact)
        way = None
        if folded is not None:
            with folded:
                way = _way(context, words, answer, contact, changed)
        with folded or st.container():
            below_way = st.container()
    with right:
        contact_cards += (
            card(context, words, each, is_selected=False)
            for each in answer.contacts
            if each is not contact
        )
    return ChosenAnswer(
        cards=tuple(contact_cards), contact=contact, way=way, below_way=below_way, below=below
    )


def _fold(words: Labels, contact: Contact) -> DeltaGenerator | None:
    """Draw the line `or through: …` that unfolds the ways to a contact; None while it is folded."""
    if not contact.ways:
        return None
    names = [plain(stop_name(stop, words)) for stop in contact.ways[0].stops[1:-1]]
    label = _("or through: {names}", names=" → ".join(names)) if names else _("or by another path")
    key = f"{_WAYS}-{contact.number}"
    if address.number(_ANSWER) is not None:
        st.session_state.setdefault(key, True)
    expander = st.expander(label, key=key, on_change="rerun")
    return expander if expander.open else None


def _way(
    context: ScreenContext,
    words: Labels,
    answer: Paths,
    contact: Contact,
    changed: Mapping[str, str],
) -> Path | None:
    """Draw the choice among the ways to a contact, and the chosen one."""
    ways = {way.number: way for way in contact.ways}
    if not ways:
        return None
    with st.container(key="ways"):
        way = ways[chosen_among(ways, key="alternatives")]
    summary(way)
    draw_outdated_notes(((None, way),))
    if contact.is_cut_off:
        st.info(_("The search was cut short; there may be more."))
    path_boxes = boxes(
        way, words, you=from_whom(context, way.stops[0]), changed=changed,
        places=places(context, way.stops),
    )  # fmt: skip
    # The same key for all paths, so that another one replaces it in place.
    path(answer.words.headline, path_boxes, tiers(path_boxes, words), key="path")
    return way


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
    restart(need)
    legs: Legs = () if way is None else ((None, way),)
    if way is not None:
        listed: Sequence[PathStep] = steps(legs)[0]
    elif contact.call is None:
        listed = ()
    else:
        listed = (PathStep(number=1, box=contact.stop.node.id, stop=contact.first_stop),)
    to_contacts = [owner_of_contact(each) for each in answer.contacts if each.direct is not None]
    called = (owner_at(contact.first_stop),) if contact.call is not None else ()
    details_by_owner = details(
        context, answer.revision, (*called, *to_contacts, *owners(listed), *later(listed))
    )
    others = (other for other in answer.contacts if other.number > contact.number)
    after = next((other.number for other in others if not other.is_you), None)
    main, *_others = parts.cards
    purpose, row = None, None
    if listed and main.exports is not None:
        with main.exports:
            row = st.container(
                horizontal=True, vertical_alignment="center", gap="small", key="path-bar"
            )
        if revealed_details.may_reveal(context):
            with row:
                purpose = revealed_details.purpose(context, place=_PLACE)
    numbers = ContactNumbers(context=context, details=details_by_owner, purpose=purpose)
    for contact_card in parts.cards:
        rest(contact_card, numbers, otherwise_to=after)
    if row is not None:
        to_call = numbers.to_call(owners(listed) if way is not None else (*called, *to_contacts))
        taken_path = TakenPath(
            need=need, number=None if way is None else way.number, contact=contact.number,
            legs=((None, listed),),
            heads=(answer.words.headline, *(() if way is None else (way.words.summary,))),
        )  # fmt: skip
        with row:
            revealed_details.button_for_all(context, to_call, purpose, key=_PLACE, is_main=False)
            with st.container(horizontal=True, gap="small", width="content", key="taken"):
                bar(context, words, taken_path, numbers)
    with parts.below_way:
        if way is not None:
            with st.container(key="steps", gap="xsmall"):
                cards(words, listed, numbers, place=_PLACE, otherwise_to=after)
            notes(legs)
            if contact.fewer is not None:
                st.caption(plain(contact.fewer.words.text))
            why(words, legs, way.words.difference, answer.words.origin)
        _no_way(contact)
    with parts.below:
        if answer.local is not None:
            desk(context, words, answer.local, answer.revision)
        why_not(context.client, words, need)
    revealed_details.watch()


def _no_way(contact: Contact) -> None:
    """Draw why no path leads to a contact; collapsed if a direct call is possible."""
    if contact.none is None:
        return
    text = paragraphs(map(plain, contact.none.words.sentences))
    if contact.direct is None:
        st.markdown(text)
    else:
        with st.expander(_("Why does no path lead there?")):
            st.markdown(text)
