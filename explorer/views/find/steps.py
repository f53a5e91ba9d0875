"""The steps of a path: cards, a table, and the reasons for each hop."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Final, get_args
from urllib.parse import urlencode, urlsplit

import streamlit as st

from api.client import ApiClient, AskedContacts, AskedWhyNot, Need
from api.schemas.exports import ContactFormat
from api.schemas.paths import Hop, Note, Path, Stop
from api.schemas.words import NoteKind, Obstacle, Trigger
from explorer import address, files, problem_states, session
from explorer.components.path import box_id, called, card
from explorer.frame import ScreenContext
from explorer.i18n import _, paragraphs, plain
from explorer.labels import Labels
from explorer.views.find.details import DetailOwner, Details, numbers_at_once, owner_of, reach
from explorer.views.find.need import BEST, MOST_VIA, add, node_field
from explorer.views.register.card import otherwise

_OLD: Final[NoteKind] = "OLD_KNOWLEDGE"
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
            PathStep(number=next(numbers), box=box_id(stop.node.id, leg), stop=stop, hop=hop)
            for stop, hop in zip(path.stops[1:], path.hops, strict=True)
        )
        for leg, path in _counted(legs)
    )


def _counted(legs: Legs) -> Iterator[tuple[int | None, Path]]:
    for leg, (title, path) in enumerate(legs, start=1):
        yield (None if title is None else leg), path


def owners(listed: Iterable[PathStep]) -> list[DetailOwner | None]:
    """The owners of the contact details at each step."""
    return [owner_of(one.stop.resolution, one.stop.node) for one in listed]


# ---- cards


def cards(
    context: ScreenContext,
    told: Labels,
    listed: Sequence[PathStep],
    known: Details,
    *,
    needed: Collection[str] = (),
) -> None:
    """Draw a card for each step, linked from its box; those in `needed` cannot be avoided."""
    numbers_at_once(context, owners(listed), known, key=f"way-{listed[0].box}")
    for one in listed:
        with st.container(border=True, key=card(one.box)):
            gate = f" :gray-badge[{told.word(one.hop.facts.gate)}]" if one.hop.facts.gate else ""
            lines = (
                f"**{one.number}. {plain(called(one.stop, told))}**",
                plain(same_call(one.stop) or ""),
                f"{told.chip(one.hop.facts.freshness, one.hop.facts.verified_on)}{gate}",
                plain(one.stop.words.answers or ""),
            )
            st.markdown(paragraphs(lines))
            who = one.stop.resolution
            others = None if who is None else otherwise(who)
            allowed = _what_it_allows(one.hop.facts.gate)
            st.caption(paragraphs((others, *allowed, plain(one.hop.words.why))))
            left, right = st.columns([3, 1])
            with left:
                reach(context, owner_of(one.stop.resolution, one.stop.node), known, key=one.box)
            if one.stop.node.id not in needed:
                right.button(
                    _("Avoid this contact"),
                    key=f"without-{one.box}",
                    on_click=partial(_avoid, one.stop.node.id),
                )


def same_call(stop: Stop) -> str | None:
    """The other posts reached with the call, where one person answers at several."""
    others = [one.name for one in stop.covers if one != stop.node and one.name]
    return _("The same call: {names}", names="; ".join(others)) if others else None


def _what_it_allows(gate: str | None) -> Iterator[str]:
    """What a legal gate allows, where that is little."""
    if gate == "GENERAL":
        yield _("Nobody is named.")
    elif gate == "CONTACT_ONLY":
        yield _("You may make contact. The step gives no right to share information.")


def notes(legs: Legs) -> None:
    """Draw the notes of a path, such as undeputized acquaintances, end of name sharing, § 115."""
    told = dict.fromkeys(note.words.text for note in _notes(legs) if note.kind != _OLD)
    if told:
        st.caption(paragraphs(map(plain, told)))


def unchecked(legs: Legs) -> None:
    """Draw what a check of each outdated hop requires."""
    told = dict.fromkeys(note.words.text for note in _notes(legs) if note.kind == _OLD)
    if told:
        st.warning(paragraphs(map(plain, told)))


def _notes(legs: Legs) -> Iterator[Note]:
    return (note for _, leg in legs for note in leg.notes)


def _avoid(node_id: str) -> None:
    kept = address.many("avoid")
    address.change(avoid=(*kept, node_id) if node_id not in kept else kept, **BEST)


# ---- table


def table(told: Labels, legs: Legs) -> None:
    """Draw the steps as one table, in the order of the drawings."""
    with st.expander(_("The path as a table")):
        st.table(
            [
                {head: plain(cell) for head, cell in _row(told, one).items()}
                for on_leg in steps(legs)
                for one in on_leg
            ],
            hide_index=True,
        )


def _row(told: Labels, one: PathStep) -> dict[str, str]:
    facts = one.hop.facts
    return {
        _("No."): str(one.number),
        _("Name"): called(one.stop, told),
        _("Tier"): told.word(one.stop.tier),
        _("Who answers"): one.stop.words.answers or "",
        _("Gate"): told.word(facts.gate) if facts.gate else "",
        _("Check"): told.check(facts.freshness, facts.verified_on),
    }


_ASKED = "why-not-asked"
_ALLOWED: Final[frozenset[Obstacle]] = frozenset({"DEARER", "OVERLAP"})
"""The reasons for not showing a path that the need allows."""


def why(told: Labels, legs: Legs, difference: str | None, origin: str) -> None:
    """Draw the account of each hop: reason, legal ground, freshness, share of the cost.

    `difference`: from the best path. `origin`: the register revision and the rules.
    """
    people = (one.name or told.unnamed("Person") for _, leg in legs for one in leg.shared_people)
    met = (_("Also met on path 1: {name}", name=plain(name)) for name in people)
    with st.expander(_("Why this path?")):
        for title, leg in legs:
            if title is not None:
                st.subheader(plain(title), anchor=False)
            st.markdown(
                paragraphs(
                    (
                        *map(
                            lambda hop: "\n".join(
                                (
                                    f"**{plain(hop.words.title)}**\n",
                                    *(f"- {plain(line)}" for line in hop.words.account),
                                )
                            ),
                            leg.hops,
                        ),
                        plain(leg.words.account),
                    )
                )
            )
        if difference is not None:
            st.markdown(plain(difference))
        st.caption(paragraphs((*met, plain(origin))))


def why_not(client: ApiClient, told: Labels, need: Need) -> None:
    """Draw why no path shown goes through a chosen node, and whom the rules exclude."""

    def picked(node_id: str | None) -> None:
        st.session_state[_ASKED] = node_id

    with st.expander(_("Why not …?"), expanded=st.session_state.get(_ASKED) is not None):
        node_field(client, told, _("Why not through"), "why-not", picked)
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
        for one in answer.excluded:
            st.caption(plain(one.words.text))


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
    told = address.one("trigger")
    purpose = st.selectbox(
        _("What for?"),
        _PURPOSES,
        key="take-purpose",
        index=_PURPOSES.index(told if told in _PURPOSES else "CONCERN"),
        format_func=words.__getitem__,
    )
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
