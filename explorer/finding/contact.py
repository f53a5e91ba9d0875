"""Whom one contacts on a path, over all its legs, in order: a card for each, and one table."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count

import streamlit as st

from api.schemas.paths import Hop, HopFacts, Path, Stop
from explorer import address
from explorer.components.path import box_id, card
from explorer.finding.details import Details, reach
from explorer.frame import Seen
from explorer.lookup.answering import otherwise
from explorer.told import Told
from explorer.words import paragraphs, say

Legs = tuple[tuple[str | None, Path], ...]
"""The legs of a path, each under a title; a path that has none is a leg without a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A stop one contacts and the hop there; `box` is the id of its box in the drawing."""

    number: int
    box: str
    stop: Stop
    hop: Hop


def contacts(legs: Legs) -> tuple[tuple[Contact, ...], ...]:
    """Those of each leg, numbered on over all of them."""
    numbers = count(1)
    return tuple(
        tuple(
            Contact(number=next(numbers), box=box_id(stop.node.id, leg), stop=stop, hop=hop)
            for stop, hop in zip(path.stops[1:], path.hops, strict=True)
        )
        for leg, path in _counted(legs)
    )


def _counted(legs: Legs) -> Iterator[tuple[int | None, Path]]:
    for leg, (title, path) in enumerate(legs, start=1):
        yield (None if title is None else leg), path


# ---- as cards


def cards(
    seen: Seen,
    told: Told,
    listed: Iterable[Contact],
    known: Details,
    *,
    needed: Collection[str] = (),
) -> None:
    """A card for each, to which its box leads; no path goes without those that are `needed`."""
    for one in listed:
        with st.container(border=True, key=card(one.box)):
            _words(told, one)
            left, right = st.columns([3, 1])
            with left:
                reach(seen, one.stop, known, key=one.box)
            if one.stop.node.id not in needed:
                right.button(
                    say("Without this"),
                    key=f"without-{one.box}",
                    on_click=partial(_avoid, one.stop.node.id),
                    help=None,
                )


def _words(told: Told, one: Contact) -> None:
    """Its name, how fresh and on what ground, and who answers now.

    Smaller below it: all others who could, what the gate allows, and why one can go this way.
    """
    lines = (
        f"**{one.number}. {_name(told, one.stop)}**",
        _check_and_gate(told, one.hop.facts),
        one.stop.words.answers,
    )
    st.markdown(paragraphs(lines))
    who = one.stop.resolution
    others = None if who is None else otherwise(who)
    st.caption(paragraphs((others, *_what_it_allows(one.hop.facts.gate), one.hop.words.why)))


def _name(told: Told, stop: Stop) -> str:
    return stop.node.name or told.unnamed(stop.label)


def _check_and_gate(told: Told, facts: HopFacts) -> str:
    """As chips in Markdown: when the hop was checked, and its gate where it has one."""
    gate = f" :gray-badge[{told.word(facts.gate)}]" if facts.gate else ""
    return f"{told.chip(facts.freshness, facts.verified_on)}{gate}"


def _what_it_allows(gate: str | None) -> Iterator[str]:
    """What a gate allows, where it allows little."""
    if gate == "GENERAL":
        yield say("Nobody is named.")
    elif gate == "CONTACT_ONLY":
        yield say("You may make contact. The hop gives no right to share information.")


def notes(legs: Legs) -> None:
    """What to note of them all: an acquaintance no deputy inherits, where names stop, § 115."""
    told = dict.fromkeys(note.words.text for _, leg in legs for note in leg.notes)
    if told:
        st.caption(paragraphs(told))


def _avoid(node_id: str) -> None:
    kept = address.many("avoid")
    address.change(avoid=(*kept, node_id) if node_id not in kept else kept, answer=None)


# ---- as a table


def table(told: Told, legs: Legs) -> None:
    """The drawings as one table: the same stops in the same order."""
    with st.expander(say("The path as a table")):
        st.table(
            [_row(told, one) for on_leg in contacts(legs) for one in on_leg],
            hide_index=True,
        )


def _row(told: Told, one: Contact) -> dict[str, str]:
    facts = one.hop.facts
    return {
        say("No."): str(one.number),
        say("Name"): _name(told, one.stop),
        say("Tier"): told.word(one.stop.tier),
        say("Answers now"): one.stop.words.answers or "",
        say("Gate"): told.word(facts.gate) if facts.gate else "",
        say("Check"): told.check(facts.freshness, facts.verified_on),
    }
