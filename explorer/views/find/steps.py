"""The steps of a path: whom to call in which order, and the reasons for each hop."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

import streamlit as st

from api.client import ApiClient, AskedWhyNot, Need
from api.schemas.paths import Hop, Path, Stop
from api.schemas.words import Obstacle
from explorer import address, problem_states
from explorer.address import REGISTER
from explorer.components.path import box_id, card, stop_name
from explorer.i18n import _, paragraphs, plain
from explorer.labels import Labels, when_marked
from explorer.views.find.after_call import (
    after_call,
    cover_owner,
    draw_outcome,
    owner_at,
    rest_of_line,
)
from explorer.views.find.details import ContactNumbers, DetailOwner, owner_of
from explorer.views.find.need import BEST, MOST_VIA, add, node_field
from explorer.views.register.card import otherwise

Legs = tuple[tuple[str | None, Path], ...]
"""The legs of a path, each with a title; a path without stops is one leg without a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """A stop to contact and the hop to it; `box` is the id of its box in the drawing.

    A direct call has no hop.
    """

    number: int
    box: str
    stop: Stop
    hop: Hop | None = None


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
    return [owner_at(step.stop) for step in listed]


def later(listed: Iterable[PathStep]) -> list[DetailOwner | None]:
    """The owners of the details of posts that open later, while somebody else covers them."""
    return [
        owner_of(step.stop.resolution, step.stop.node)
        for step in listed
        if cover_owner(step.stop.resolution)
    ]


# ---- whom to call, in order


def cards(
    words: Labels,
    listed: Sequence[PathStep],
    numbers: ContactNumbers,
    *,
    place: str,
    needed: Collection[str] = (),
    otherwise_to: int | None = None,
) -> None:
    """Draw each step, linked from its box; those in `needed` cannot be avoided.

    `place`: as in `revealed_details.button`. `otherwise_to`: the contact to try where nobody is
    next in line.
    """
    draw_outcome()
    for step in listed:
        stop, hop = step.stop, step.hop
        facts = None if hop is None else hop.facts
        gate = f" :gray-badge[{words.word(facts.gate)}]" if facts and facts.gate else ""
        chip = f" {words.chip(facts.freshness, facts.verified_on)}" if facts else ""
        with st.container(key=card(step.box), gap="xsmall"):
            lines = (
                f"**{step.number}. {plain(stop_name(stop, words))}**{chip}{gate}",
                plain(same_call(stop) or ""),
            )
            st.markdown("  \n".join(filter(None, lines)))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                after = rest_of_line(stop)
                st.markdown(
                    _("Next in line: {name}", name=f"**{plain(after[0].name)}**")
                    if after
                    else when_marked(stop.words.answers or "")
                )
                if (covering := cover_owner(stop.resolution)) is not None and not after:
                    st.caption(f"{plain(covering.name)}:", width="content")
                numbers.draw(owner_at(stop), key=step.box, place=place, to_call=True)
                more = st.popover(
                    _("More"), key=f"more-{step.box}", on_change="rerun", type="tertiary"
                )
            if more.open:
                with more:
                    another = otherwise_to if step is listed[-1] else None
                    _more(step, numbers, place=place, needed=needed, otherwise_to=another)


def _more(
    step: PathStep,
    numbers: ContactNumbers,
    *,
    place: str,
    needed: Collection[str],
    otherwise_to: int | None,
) -> None:
    """Draw all contact details, what to do after a call, and why the step is possible."""
    stop, hop = step.stop, step.hop
    covering = cover_owner(stop.resolution)
    if covering is not None:
        st.caption(f"{plain(covering.name)}:")
    numbers.draw(owner_at(stop), key=f"more-{step.box}", place=place)
    if covering is not None:
        owner = owner_of(stop.resolution, stop.node)
        if owner is not None:
            st.caption(f"{plain(owner.name)}:")
            numbers.draw(owner, key=f"opens-{step.box}", place=place)
    allowed = None
    if hop is not None and hop.facts.gate == "GENERAL":
        allowed = _("Nobody is named.")
    elif hop is not None and hop.facts.gate == "CONTACT_ONLY":
        allowed = _("You may make contact. The step gives no right to share information.")
    others = None if stop.resolution is None else otherwise(stop.resolution)
    why = None if hop is None else plain(hop.words.why)
    if text := paragraphs((others, allowed, why)):
        st.caption(text)
    after_call(stop, numbers, key=step.box, otherwise_to=otherwise_to)
    problem_states.anchor(
        _("Wrong person or moved: open in the register"), address.link(REGISTER, id=stop.node.id)
    )
    if hop is not None and stop.node.id not in needed:
        st.button(
            _("Avoid this contact"), key=f"without-{step.box}",
            on_click=lambda: address.change(
                avoid=dict.fromkeys((*address.many("avoid"), stop.node.id)), **BEST
            ),
        )  # fmt: skip


def same_call(stop: Stop) -> str | None:
    """The other posts reached with the call, where one person answers at several."""
    others = [post.name for post in stop.covers if post != stop.node and post.name]
    return _("The same call: {names}", names="; ".join(others)) if others else None


def notes(legs: Legs) -> None:
    """Draw the notes of a path, such as undeputized acquaintances, end of name sharing, § 115."""
    if text := _notes(legs, is_old=False):
        st.caption(text)


def draw_outdated_notes(legs: Legs) -> None:
    """Draw what a check of each outdated hop requires."""
    if text := _notes(legs, is_old=True):
        st.warning(text)


def _notes(legs: Legs, *, is_old: bool) -> str:
    """The notes of the legs, each once: those about outdated hops, or the others."""
    notes = (note for _title, leg in legs for note in leg.notes)
    texts = [note.words.text for note in notes if (note.kind == "OLD_KNOWLEDGE") == is_old]
    return paragraphs(map(plain, dict.fromkeys(texts)))


# ---- reasons


_WHY_NOT_NODE = "why-not-asked"
_ALLOWED: Final[frozenset[Obstacle]] = frozenset({"DEARER", "OVERLAP"})
"""The reasons for not showing a path that the need allows."""


def why(words: Labels, legs: Legs, difference: str | None, origin: str) -> None:
    """Draw the account of each hop: reason, legal ground, freshness, share of the cost.

    `difference`: from the best path. `origin`: the register revision and the rules.
    """
    people = (
        person.name or words.generic_name("Person")
        for _, leg in legs
        for person in leg.shared_people
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

    def choose(node_id: str | None) -> None:
        st.session_state[_WHY_NOT_NODE] = node_id

    with st.expander(_("Why not …?"), expanded=st.session_state.get(_WHY_NOT_NODE) is not None):
        node_field(client, words, _("Why not through"), "why-not", choose)
        node_id: str | None = st.session_state.get(_WHY_NOT_NODE)
        if node_id is None:
            return
        with problem_states.show_problems():
            answer = client.why_not(
                AskedWhyNot(**need.model_dump(exclude_unset=True), node=node_id)
            )
        st.markdown(plain(answer.why_not.words.text))
        if answer.why_not.obstacle in _ALLOWED:

            def lead() -> None:
                st.session_state[_WHY_NOT_NODE] = None
                add("via", MOST_VIA, answer.why_not.node.id)

            name = plain(answer.why_not.node.name or "–")
            st.button(
                _("Show the path through {name}", name=name), key="why-not-via", on_click=lead
            )
        for reason in answer.excluded:
            st.caption(plain(reason.words.text))
