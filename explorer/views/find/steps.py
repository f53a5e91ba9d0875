"""The steps of a path: cards, a table, and the reasons for each hop."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from typing import Final, get_args

import streamlit as st

from api.client import ApiClient, AskedContacts, AskedWhyNot, Need
from api.schemas.paths import Hop, Path, Stop
from api.schemas.words import Obstacle, Trigger
from explorer import address, files, problem_states, session
from explorer.components.path import box_id, called, card
from explorer.frame import ScreenContext
from explorer.i18n import _, paragraphs, plain
from explorer.labels import Labels
from explorer.views.find.details import DetailOwner, Details, numbers_at_once, owner_of, reach
from explorer.views.find.need import BEST, MOST_VIA, add, node_field
from explorer.views.register.card import otherwise

Legs = tuple[tuple[str | None, Path], ...]
"""The legs of a path, each with a title; a path without stops is one leg without a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """A stop to contact and the hop to it; `box` is the id of its box in the drawing."""

    number: int
    box: str
    stop: Stop
    hop: Hop


def steps(legs: Legs) -> tuple[tuple[PathStep, ...], ...]:
    """The steps of each leg, numbered consecutively over all legs."""
    numbers = count(1)
    return tuple(
        tuple(
            PathStep(
                number=next(numbers),
                stop=stop,
                hop=hop,
                box=box_id(stop.node.id, None if title is None else leg),
            )
            for stop, hop in zip(path.stops[1:], path.hops, strict=True)
        )
        for leg, (title, path) in enumerate(legs, start=1)
    )


def owners(listed: Iterable[PathStep]) -> list[DetailOwner | None]:
    """The owners of the contact details at each step."""
    return [owner_of(step.stop.resolution, step.stop.node) for step in listed]


# ---- cards


def cards(
    context: ScreenContext,
    words: Labels,
    listed: Sequence[PathStep],
    known: Details,
    *,
    needed: Collection[str] = (),
) -> None:
    """Draw a card for each step, linked from its box; those in `needed` cannot be avoided.

    In small print: who else could answer, what the gate allows, and why the hop is possible.
    """
    numbers_at_once(context, owners(listed), known, key=f"way-{listed[0].box}")
    for step in listed:
        stop, facts = step.stop, step.hop.facts
        gate = f" :gray-badge[{words.word(facts.gate)}]" if facts.gate else ""
        allowed = None
        if facts.gate == "GENERAL":
            allowed = _("Nobody is named.")
        elif facts.gate == "CONTACT_ONLY":
            allowed = _("You may make contact. The step gives no right to share information.")
        others = None if stop.resolution is None else otherwise(stop.resolution)
        with st.container(border=True, key=card(step.box)):
            lines = (
                f"**{step.number}. {plain(called(stop, words))}**",
                plain(same_call(stop) or ""),
                f"{words.chip(facts.freshness, facts.verified_on)}{gate}",
                plain(stop.words.answers or ""),
            )
            st.markdown(paragraphs(lines))
            st.caption(paragraphs((others, allowed, plain(step.hop.words.why))))
            left, right = st.columns([3, 1])
            with left:
                reach(context, owner_of(stop.resolution, stop.node), known, key=step.box)
            if stop.node.id not in needed:
                right.button(
                    _("Avoid this contact"), key=f"without-{step.box}",
                    on_click=partial(_avoid, stop.node.id),
                )  # fmt: skip


def same_call(stop: Stop) -> str | None:
    """The other posts reached with the call, where one person answers at several."""
    others = [post.name for post in stop.covers if post != stop.node and post.name]
    return _("The same call: {names}", names="; ".join(others)) if others else None


def notes(legs: Legs) -> None:
    """Draw the notes of a path, such as undeputized acquaintances, end of name sharing, § 115."""
    if text := _notes(legs, is_old=False):
        st.caption(text)


def unchecked(legs: Legs) -> None:
    """Draw what a check of each outdated hop requires."""
    if text := _notes(legs, is_old=True):
        st.warning(text)


def _notes(legs: Legs, *, is_old: bool) -> str:
    """The notes of the legs, each once: those about outdated hops, or the others."""
    notes = (note for _title, leg in legs for note in leg.notes)
    texts = [note.words.text for note in notes if (note.kind == "OLD_KNOWLEDGE") == is_old]
    return paragraphs(map(plain, dict.fromkeys(texts)))


def _avoid(node_id: str) -> None:
    address.change(avoid=dict.fromkeys((*address.many("avoid"), node_id)), **BEST)


# ---- table


def table(words: Labels, legs: Legs) -> None:
    """Draw the steps as one table, in the order of the drawings."""
    with st.expander(_("The path as a table")):
        rows: list[dict[str, str]] = []
        for step in chain.from_iterable(steps(legs)):
            facts = step.hop.facts
            cells = {
                _("No."): str(step.number),
                _("Name"): called(step.stop, words),
                _("Tier"): words.word(step.stop.tier),
                _("Who answers"): step.stop.words.answers or "",
                _("Gate"): words.word(facts.gate) if facts.gate else "",
                _("Check"): words.check(facts.freshness, facts.verified_on),
            }
            rows.append({head: plain(cell) for head, cell in cells.items()})
        st.table(rows, hide_index=True)


_ASKED = "why-not-asked"
_ALLOWED: Final[frozenset[Obstacle]] = frozenset({"DEARER", "OVERLAP"})
"""The reasons for not showing a path that the need allows."""


def why(words: Labels, legs: Legs, difference: str | None, origin: str) -> None:
    """Draw the account of each hop: reason, legal ground, freshness, share of the cost.

    `difference`: from the best path. `origin`: the register revision and the rules.
    """
    people = (
        person.name or words.unnamed("Person") for _, leg in legs for person in leg.shared_people
    )
    met = (_("Also met on path 1: {name}", name=plain(name)) for name in people)
    with st.expander(_("Why this path?")):
        for title, leg in legs:
            if title is not None:
                st.subheader(plain(title), anchor=False)
            accounts = [
                "\n".join(
                    (f"**{plain(hop.words.title)}**\n",
                     *(f"- {plain(line)}" for line in hop.words.account))
                )
                for hop in leg.hops
            ]  # fmt: skip
            st.markdown(paragraphs((*accounts, plain(leg.words.account))))
        if difference is not None:
            st.markdown(plain(difference))
        st.caption(paragraphs((*met, plain(origin))))


def why_not(client: ApiClient, words: Labels, need: Need) -> None:
    """Draw why no path shown goes through a chosen node, and whom the rules exclude."""

    def picked(node_id: str | None) -> None:
        st.session_state[_ASKED] = node_id

    with st.expander(_("Why not …?"), expanded=st.session_state.get(_ASKED) is not None):
        node_field(client, words, _("Why not through"), "why-not", picked)
        node_id: str | None = st.session_state.get(_ASKED)
        if node_id is None:
            return
        with problem_states.show_problems():
            answer = client.why_not(
                AskedWhyNot(**need.model_dump(exclude_unset=True), node=node_id)
            )
        st.markdown(plain(answer.why_not.words.text))
        if answer.why_not.obstacle in _ALLOWED:

            def lead() -> None:
                st.session_state[_ASKED] = None
                add("via", MOST_VIA, answer.why_not.node.id)

            name = plain(answer.why_not.node.name or "–")
            st.button(
                _("Show the path through {name}", name=name), key="why-not-via", on_click=lead
            )
        for reason in answer.excluded:
            st.caption(plain(reason.words.text))


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


def take_along(context: ScreenContext, words: Labels, taken: PathDownload) -> None:
    """Draw the files with contact details, for a purpose, and the path as text without them."""
    if context.is_today and session.may(context.me, "EXPORT_DETAILS"):
        with st.expander(_("Action card (PDF) and contacts (vCard)")):
            st.markdown(_("The file holds contact details: each counts as one that is shown."))
            names, trigger = session.terms("Trigger"), address.one("trigger")
            purpose = st.selectbox(
                _("What for?"), _PURPOSES, key="take-purpose", format_func=names.__getitem__,
                index=_PURPOSES.index(trigger if trigger in _PURPOSES else "CONCERN"),
            )  # fmt: skip
            wanted = (taken.need, taken.stops, taken.number, purpose)
            with st.container(horizontal=True):
                card = st.button(_("Make the action card"), key="make-card")
                contacts = st.button(_("Make the vCard"), key="make-vcard")
            if card or contacts:
                request = AskedContacts(
                    format="ACTION_CARD" if card else "VCARD", purpose=purpose, need=taken.need,
                    stops=taken.stops, answer=taken.number,
                )  # fmt: skip
                files.make(_TICKET, wanted, lambda: context.client.reveal_contacts(request))
            files.offer(_TICKET, wanted)
    with st.expander(_("Copy as text")):
        st.code(text(words, taken), language=None, wrap_lines=True)


def text(words: Labels, taken: PathDownload) -> str:
    """The path as lines: the same stops, in the same order, as the drawing and the list."""
    lines = [*taken.heads]
    for (title, _path), listed in zip(taken.legs, steps(taken.legs), strict=True):
        lines += ["", title] if title else [""]
        for one in listed:
            stop, facts = one.stop, one.hop.facts
            gate = f" · {words.word(facts.gate)}" if facts.gate else ""
            lines.append(f"{one.number}. {called(stop, words)}")
            lines.append(f"   {words.check(facts.freshness, facts.verified_on)}{gate}")
            more = filter(None, (stop.words.answers, same_call(stop)))
            lines += [f"   {line}" for line in more]
    return "\n".join(lines)
