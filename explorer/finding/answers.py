"""The paths of an answer: alternatives to choose from, one drawn, listed and explained."""

from collections.abc import Iterator, Mapping
from functools import partial

import streamlit as st

from api.client import Need
from api.schemas.found import Paths
from api.schemas.paths import Hop, Path, Stop
from explorer import address
from explorer.components.path import boxes, card, path, tiers
from explorer.finding.choosing import chosen_among
from explorer.finding.contact import contact
from explorer.finding.details import Details, details, reach
from explorer.finding.take_along import Taken, take_along
from explorer.finding.why import why, why_not
from explorer.frame import Seen
from explorer.told import Told
from explorer.words import paragraphs, say


def lead(told: Told, answer: Paths, changed: Mapping[str, str]) -> Path:
    """The paths, best first, and the drawing of the chosen one; that one."""
    chosen = _alternatives(answer)
    _drawing(told, answer, chosen, changed)
    return chosen


def tell(seen: Seen, told: Told, need: Need, answer: Paths, chosen: Path) -> None:
    """The chosen path in words, and what can be done with it."""
    _list(seen, told, chosen, details(seen, answer.revision, chosen.stops[1:]))
    _notes(chosen)
    why(told, chosen, answer.words.origin)
    why_not(seen.client, told, need)
    _table(told, chosen)
    heads = (answer.words.headline, chosen.words.summary)
    legs = ((None, chosen),)
    take_along(seen, told, Taken(need=need, number=chosen.number, heads=heads, legs=legs))


def _alternatives(answer: Paths) -> Path:
    paths = {one.number: one for one in answer.paths}
    words = {number: one.words for number, one in paths.items()}
    number = chosen_among(answer.on, words, key="alternatives")
    if answer.is_cut_off:
        st.info(say("The search was cut short; there may be more."))
    elif answer.fewer is not None:
        st.caption(answer.fewer.words.text)
    return paths[number]


def _drawing(told: Told, answer: Paths, chosen: Path, changed: Mapping[str, str]) -> None:
    """In one place for all of them, so that another one is drawn where the last one was."""
    drawn = boxes(chosen, told, you=say("You: {name}"), changed=changed)
    path(answer.words.headline, drawn, tiers(drawn, told), key="path")


def _list(seen: Seen, told: Told, chosen: Path, known: Details) -> None:
    st.subheader(say("Contact in this order"), anchor=False)
    for number, (stop, hop) in enumerate(zip(chosen.stops[1:], chosen.hops, strict=True), start=1):
        with st.container(border=True, key=card(stop.node.id)):
            _contact(seen, told, number, stop, hop, known)


def _contact(seen: Seen, told: Told, number: int, stop: Stop, hop: Hop, known: Details) -> None:
    notes = (*_what_it_allows(hop.facts.gate), hop.words.why)
    contact(told, number, stop, hop.facts, notes=notes)
    left, right = st.columns([3, 1])
    with left:
        reach(seen, stop, known, key=stop.node.id)
    right.button(
        say("Without this"),
        key=f"without-{stop.node.id}",
        on_click=partial(_avoid, stop.node.id),
        help=None,
    )


def _what_it_allows(gate: str | None) -> Iterator[str]:
    """What a gate allows, where it allows little."""
    if gate == "GENERAL":
        yield say("Nobody is named.")
    elif gate == "CONTACT_ONLY":
        yield say("You may make contact. The hop gives no right to share information.")


def _avoid(node_id: str) -> None:
    kept = address.many("avoid")
    address.change(avoid=(*kept, node_id) if node_id not in kept else kept, answer=None)


def _notes(chosen: Path) -> None:
    if chosen.notes:
        st.caption(paragraphs(note.words.text for note in chosen.notes))


def _table(told: Told, chosen: Path) -> None:
    """The drawing as a table: the same stops in the same order."""
    with st.expander(say("The path as a table")):
        st.table(
            [
                {
                    say("No."): str(number),
                    say("Name"): stop.node.name or told.unnamed(stop.label),
                    say("Tier"): told.word(stop.tier),
                    say("Answers now"): stop.words.answers or "",
                    say("Gate"): told.word(hop.facts.gate) if hop.facts.gate else "",
                    say("Check"): told.check(hop.facts.freshness, hop.facts.verified_on),
                }
                for number, (stop, hop) in enumerate(
                    zip(chosen.stops[1:], chosen.hops, strict=True), start=1
                )
            ],
            hide_index=True,
        )
