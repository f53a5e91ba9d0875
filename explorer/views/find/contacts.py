"""The contacts of an answer, best first: who, why, when they answer, who may simply be called."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.schemas.paths import Contact, Direct, PassedClass, Path, Stop
from explorer.components.path import called
from explorer.frame import ScreenContext
from explorer.i18n import _, paragraphs, plain
from explorer.labels import Labels
from explorer.views.find.choosing import choose_contact
from explorer.views.find.details import DetailOwner, Details, at_once, owner_of, public


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """A contact on the screen: the places for what follows its words, and for its ways."""

    contact: Contact
    rest: DeltaGenerator
    ways: DeltaGenerator


def passed(classes: Iterable[PassedClass]) -> None:
    """Who would have come first, and why nobody there is shown."""
    lines = paragraphs(plain(one.words.text) for one in classes)
    if lines:
        st.info(lines)


def card(told: Labels, contact: Contact) -> ContactCard:
    """The words of a contact, without its numbers."""
    with st.container(key=f"contact-{contact.number}"):
        st.markdown("  \n".join(filter(None, _lines(told, contact))))
        return ContactCard(contact=contact, rest=st.container(), ways=st.container())


def _lines(told: Labels, contact: Contact) -> Iterator[str | None]:
    name = f"**{contact.number}. {plain(called(contact.stop, told))}**"
    you = plain((contact.words.you or "").removesuffix("."))
    badge = f" :blue-badge[{you}]" if you else ""
    yield f"{name}{badge} · {plain(contact.fit.words.text)}"
    yield plain(contact.stop.words.answers or "")
    if contact.direct is not None:
        yield f":material/call: {plain(contact.direct.words.text)}"
    if contact.direct is not None and not contact.ways:
        yield _("No way leads there through others: call directly.")
    if contact.none is not None:
        yield from map(plain, contact.none.words.sentences)


def rest(
    context: ScreenContext, told: Labels, shown: ContactCard, known: Details, *, is_chosen: bool
) -> None:
    """The numbers of a contact, the rules of a direct call, and the button that shows its ways."""
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
                st.caption(plain(by_whom(told, contact.ways[0])))
        _rules(contact.direct)


def _rules(direct: Direct | None) -> None:
    if direct is not None and direct.words.sentences:
        with st.expander(_("What to observe"), type="compact"):
            st.markdown(paragraphs(map(plain, direct.words.sentences)))


def owner_at(contact: Contact) -> DetailOwner | None:
    """Whose details a contact is called by; a civilian's own where they may be called directly."""
    node = contact.stop.node
    if contact.is_you:
        return None
    if contact.stop.label == "ResourceIndividual" and contact.direct is not None:
        return DetailOwner(node.id, node.name or node.id)
    return owner_of(contact.stop.resolution, node)


def by_whom(told: Labels, way: Path) -> str:
    """Through whom a way leads, by name where the name may be known."""
    between = " → ".join(_who(told, stop) for stop in way.stops[1:-1])
    return _("or through {names}", names=between) if between else _("or by the registered way")


def _who(told: Labels, stop: Stop) -> str:
    answers = None if stop.resolution is None else stop.resolution.who
    return (answers.name if answers is not None else None) or called(stop, told)
