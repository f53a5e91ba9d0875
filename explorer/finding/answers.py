"""The paths of an answer: alternatives to choose from, one drawn, listed and explained."""

from collections.abc import Mapping

import streamlit as st

from api.client import Need
from api.schemas.found import Paths
from api.schemas.paths import Path
from explorer.components.path import boxes, path, tiers
from explorer.finding.choosing import chosen_among
from explorer.finding.contact import Legs, cards, contacts, notes, table
from explorer.finding.details import details
from explorer.finding.take_along import Taken, take_along
from explorer.finding.why import why, why_not
from explorer.frame import Seen
from explorer.told import Told
from explorer.words import say


def lead(told: Told, answer: Paths, changed: Mapping[str, str]) -> Path:
    """The paths, best first, and the drawing of the chosen one; that one."""
    chosen = _alternatives(answer)
    _drawing(told, answer, chosen, changed)
    return chosen


def tell(seen: Seen, told: Told, need: Need, answer: Paths, chosen: Path) -> None:
    """The chosen path in words, and what can be done with it."""
    legs: Legs = ((None, chosen),)
    _list(seen, told, answer, legs)
    notes(legs)
    why(told, legs, chosen.words.difference, answer.words.origin)
    why_not(seen.client, told, need)
    table(told, legs)
    heads = (answer.words.headline, chosen.words.summary)
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


def _list(seen: Seen, told: Told, answer: Paths, legs: Legs) -> None:
    st.subheader(say("Contact in this order"), anchor=False)
    (listed,) = contacts(legs)
    known = details(seen, answer.revision, (one.stop for one in listed))
    cards(seen, told, listed, known)
