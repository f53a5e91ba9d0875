"""Whole paths through stops in order: leg by leg, or which leg has none."""

import streamlit as st

from api.client import AskedStops
from api.schemas.stops import PathsThroughStops, WholePath
from explorer import on_screen
from explorer.components.path import boxes, path, tiers
from explorer.finding.choosing import chosen_among
from explorer.finding.contact import contact
from explorer.finding.details import details, reach
from explorer.finding.need import Asked
from explorer.finding.take_along import Taken, take_along
from explorer.frame import Seen
from explorer.told import Told
from explorer.words import say


def through(seen: Seen, told: Told, asked: Asked) -> None:
    """The whole paths, best first; the chosen one drawn leg by leg."""
    question = AskedStops(**asked.need().model_dump(exclude_unset=True), stops=asked.stops)
    answer = on_screen.kept(
        seen.client,
        ("stops", question),
        lambda: seen.client.paths_through_stops(question),
    )
    if answer.paths:
        _found(seen, told, asked, answer)
    else:
        _none(answer)
    on_screen.watch(seen.client, answer.revision)


def _found(seen: Seen, told: Told, asked: Asked, answer: PathsThroughStops) -> None:
    paths = {one.number: one for one in answer.paths}
    words = {number: one.words for number, one in paths.items()}
    chosen = paths[chosen_among(answer.on, words, key="whole-paths")]
    _legs(seen, told, answer, chosen)
    if answer.fewer is not None:
        st.caption(answer.fewer.words.text)
    taken = Taken(
        need=asked.need(), stops=asked.stops, number=chosen.number, heads=(chosen.words.summary,),
        legs=tuple(zip(chosen.words.legs, chosen.legs, strict=True)),
    )  # fmt: skip
    take_along(seen, told, taken)


def _legs(seen: Seen, told: Told, answer: PathsThroughStops, chosen: WholePath) -> None:
    stops = [stop for leg in chosen.legs for stop in leg.stops[1:]]
    known = details(seen, answer.revision, stops)
    number = 0
    for place, leg in enumerate(chosen.legs):
        st.subheader(chosen.words.legs[place], anchor=False)
        drawn = boxes(leg, told, you="{name}" if place else say("You: {name}"))
        path(
            chosen.words.legs[place], drawn, tiers(drawn, told), key=f"leg-{chosen.number}-{place}"
        )
        for stop, hop in zip(leg.stops[1:], leg.hops, strict=True):
            number += 1
            contact(told, number, stop, hop.facts)
            reach(seen, stop, known, key=f"{number}-{stop.node.id}")


def _none(answer: PathsThroughStops) -> None:
    st.header(say("No contact path"), anchor=False)
    for one in answer.failed:
        if one.leg is not None:
            st.subheader(say("Leg {number}", number=one.leg), anchor=False)
        for sentence in one.none.words.sentences:
            st.markdown(sentence)
