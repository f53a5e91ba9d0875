"""Whole paths through stops in order: leg by leg, or which leg has none."""

import streamlit as st

from api.client import AskedStops
from api.schemas.stops import PathsThroughStops, WholePath
from explorer import states
from explorer.components.path import boxes, path, tiers
from explorer.finding.choosing import chosen_among
from explorer.finding.need import Asked
from explorer.frame import Seen
from explorer.lookup.answering import otherwise
from explorer.told import Told
from explorer.words import say


def through(seen: Seen, told: Told, asked: Asked) -> None:
    """The whole paths, best first; the chosen one drawn leg by leg."""
    question = AskedStops(**asked.need().model_dump(exclude_unset=True), stops=asked.stops)
    answer = states.kept(
        seen.client,
        ("stops", question),
        lambda: seen.client.paths_through_stops(question),
    )
    if answer.paths:
        _found(told, answer)
    else:
        _none(answer)
    states.watch(seen.client, answer.revision)


def _found(told: Told, answer: PathsThroughStops) -> None:
    paths = {one.number: one for one in answer.paths}
    words = {number: one.words for number, one in paths.items()}
    _legs(told, paths[chosen_among(answer.on, words, key="whole-paths")])
    if answer.fewer is not None:
        st.caption(answer.fewer.words.text)


def _legs(told: Told, chosen: WholePath) -> None:
    number = 0
    for place, leg in enumerate(chosen.legs):
        st.subheader(chosen.words.legs[place], anchor=False)
        drawn = boxes(leg, told, you="{name}" if place else say("You: {name}"))
        path(
            chosen.words.legs[place], drawn, tiers(drawn, told), key=f"leg-{chosen.number}-{place}"
        )
        for stop, hop in zip(leg.stops[1:], leg.hops, strict=True):
            number += 1
            facts = hop.facts
            name = stop.node.name or told.unnamed(stop.label)
            gate = f" :gray-badge[{told.word(facts.gate)}]" if facts.gate else ""
            chip = told.chip(facts.freshness, facts.verified_on)
            st.markdown(f"**{number}. {name}** {chip}{gate}")
            if stop.words.answers:
                st.markdown(stop.words.answers)
            if stop.resolution is not None and (others := otherwise(stop.resolution)):
                st.caption(others)


def _none(answer: PathsThroughStops) -> None:
    st.header(say("No contact path"), anchor=False)
    for one in answer.failed:
        if one.leg is not None:
            st.subheader(say("Leg {number}", number=one.leg), anchor=False)
        for sentence in one.none.words.sentences:
            st.markdown(sentence)
