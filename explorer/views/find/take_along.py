"""Sharing a path: its link, action card, vCard, or plain text."""

from dataclasses import dataclass
from typing import Final, get_args
from urllib.parse import urlencode, urlsplit

import streamlit as st

from api.client import AskedContacts, Need
from api.schemas.exports import ContactFormat
from api.schemas.words import Trigger
from explorer import address, files, session
from explorer.components.path import called
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.labels import Labels
from explorer.views.find.steps import Legs, same_call, steps

_PURPOSES: Final[tuple[Trigger, ...]] = get_args(Trigger)
_TICKET: Final = "path-ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathDownload:
    """A path of an answer to a need by its number, and its text.

    A path through `stops` has several legs, each with a title.
    """

    need: Need
    stops: tuple[str, ...] = ()
    number: int
    heads: tuple[str, ...]
    legs: Legs


def take_along(context: ScreenContext, told: Labels, taken: PathDownload) -> None:
    """Draw the files with contact details, for a purpose, and the path as text without them."""
    if context.is_today and session.may(context.me, "EXPORT_DETAILS"):
        with st.expander(_("Action card (PDF) and contacts (vCard)")):
            _contacts(context, taken)
    with st.expander(_("Copy as text")):
        st.code(text(told, taken), language=None, wrap_lines=True)


def _contacts(context: ScreenContext, taken: PathDownload) -> None:
    st.markdown(_("The file holds contact details: each counts as one that is shown."))
    words = session.terms("Trigger")
    purpose = st.selectbox(
        _("What for?"), _PURPOSES, key="take-purpose",
        index=_PURPOSES.index(_own_purpose()), format_func=words.__getitem__,
    )  # fmt: skip
    wanted = (taken.need, taken.stops, taken.number, purpose)
    with st.container(horizontal=True):
        card = st.button(_("Make the action card"), key="make-card")
        contacts = st.button(_("Make the vCard"), key="make-vcard")
    made: ContactFormat | None = "ACTION_CARD" if card else "VCARD" if contacts else None
    if made is not None:
        asked = AskedContacts(
            format=made, purpose=purpose, need=taken.need, stops=taken.stops, answer=taken.number
        )
        files.make(_TICKET, wanted, lambda: context.client.reveal_contacts(asked))
    files.offer(_TICKET, wanted)


def _own_purpose() -> Trigger:
    """The trigger of the need, where it has one."""
    told = address.one("trigger")
    return told if told in _PURPOSES else "CONCERN"


def text(told: Labels, taken: PathDownload) -> str:
    """The path as lines: the same stops, in the same order, as the drawing and the list."""
    lines = [*taken.heads]
    for (title, _path), listed in zip(taken.legs, steps(taken.legs), strict=True):
        lines += ["", title] if title else [""]
        for one in listed:
            stop, facts = one.stop, one.hop.facts
            gate = f" · {told.word(facts.gate)}" if facts.gate else ""
            lines.append(f"{one.number}. {called(stop, told)}")
            lines.append(f"   {told.check(facts.freshness, facts.verified_on)}{gate}")
            more = filter(None, (stop.words.answers, same_call(stop)))
            lines += [f"   {line}" for line in more]
    return "\n".join(lines)


def share(start: str | None) -> None:
    """Draw the address to copy, the only place where the need is stored.

    It includes the start, also if that is the user's own post: the recipient has another one.
    """
    with st.expander(_("Share the link")):
        here = urlsplit(st.context.url or "")
        told = {"start": [start]} if start else {}
        query = urlencode({**told, **address.here()}, doseq=True)
        st.code(f"{here.scheme}://{here.netloc}{here.path or '/'}?{query}", language=None)
        st.markdown(_("Receivers see only what their own role allows."))
