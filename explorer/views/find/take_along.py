"""Exports of a path: files with contact details, and text to copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, get_args

import streamlit as st

from api.client import AskedContacts, Need
from api.schemas.reveal import PurposeWord
from api.schemas.words import Trigger
from explorer import files, session
from explorer.components.path import stop_name
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.labels import Labels
from explorer.views.find.after_call import owner_at, rest_of_line
from explorer.views.find.details import ContactNumbers
from explorer.views.find.steps import PathStep, same_call

_PURPOSES: Final[frozenset[str]] = frozenset(get_args(Trigger))
_TICKET: Final = "path-ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPath:
    """A path to export: its number in the answer to a need, its steps, and the lines above them.

    A direct call has no `number`; `contact` is the number of the contact. A path through `stops`
    has several legs, each with a title.
    """

    need: Need
    stops: tuple[str, ...] = ()
    number: int | None = None
    contact: int | None = None
    heads: tuple[str, ...]
    legs: Sequence[tuple[str | None, Sequence[PathStep]]]


def bar(
    context: ScreenContext,
    words: Labels,
    path: TakenPath,
    numbers: ContactNumbers,
) -> None:
    """Draw the exports: action card, vCard, text."""
    if numbers.purpose in _PURPOSES:
        _files(context, path, numbers.purpose)
    st.html(copy_button(text(words, path, numbers)), width="content")


def _files(context: ScreenContext, path: TakenPath, purpose: PurposeWord) -> None:
    if not session.may(context.me, "EXPORT_DETAILS"):
        return
    selection = (path.need, path.stops, path.number, path.contact, purpose)
    hint = _("The file holds contact details: each counts as one that is shown.")
    card = st.button(_("Action card (PDF)"), key="make-card", help=hint)
    contacts = st.button("vCard", key="make-vcard", help=hint)
    if card or contacts:
        request = AskedContacts.model_validate(
            {
                "format": "ACTION_CARD" if card else "VCARD",
                "purpose": purpose,
                "need": path.need,
                "stops": path.stops,
                **({"contact": path.contact} if path.number is None else {"answer": path.number}),
            }
        )
        files.make_contacts(context, _TICKET, selection, request)
    files.offer(_TICKET, selection)


def copy_button(content: str) -> str:
    """A button that copies a text; `static/copy.js` listens to it."""
    copy, copied = escape(_("Copy")), escape(_("Copied"))
    return (
        f'<button type="button" class="kv-copy" data-copy="{escape(content)}" '
        f'data-copied="{copied}">{copy}</button>'
    )


def text(words: Labels, path: TakenPath, numbers: ContactNumbers) -> str:
    """The path as lines: the same stops, in the same order, as the drawing and the list.

    Contact details are in it while they are shown.
    """
    lines = [*path.heads]
    for title, listed in path.legs:
        lines += ["", title] if title else [""]
        for step in listed:
            lines.append(f"{step.number}. {stop_name(step.stop, words)}")
            if step.hop is not None:
                facts = step.hop.facts
                gate = f" · {words.word(facts.gate)}" if facts.gate else ""
                lines.append(f"   {words.check(facts.freshness, facts.verified_on)}{gate}")
            after = rest_of_line(step.stop)
            who = _("Next in line: {name}", name=after[0].name) if after else None
            more = filter(None, (who or step.stop.words.answers, same_call(step.stop)))
            lines += [f"   {line}" for line in more]
            lines += [f"   {value}" for _channel, value in numbers.in_clear(owner_at(step.stop))]
    return "\n".join(lines)
