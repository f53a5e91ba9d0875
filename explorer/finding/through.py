"""Whole paths through stops in order: leg by leg, or which leg has none."""

import streamlit as st

from api.client import AskedStops
from api.schemas.stops import PathsThroughStops, WholePath
from explorer import address, states
from explorer.components.path import boxes, path, tiers
from explorer.finding.need import Asked
from explorer.frame import Seen
from explorer.told import Told
from explorer.words import day, say, say_count


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
    st.header(
        say_count(
            "{count} contact path · as of {day}",
            "{count} contact paths · as of {day}",
            len(answer.paths),
            day=day(answer.on),
        ),
        anchor=False,
    )
    paths = {one.number: one for one in answer.paths}
    told_number = address.number("answer")
    number = told_number if told_number in paths else answer.paths[0].number
    st.session_state["whole-paths"] = number
    st.radio(
        say("Choose a path"), list(paths), key="whole-paths",
        format_func=lambda one: f"{one}. {paths[one].words.summary}",
        captions=[one.words.difference or "" for one in answer.paths],
        on_change=lambda: address.change(answer=st.session_state["whole-paths"]),
    )  # fmt: skip
    _legs(told, paths[number])
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
            st.markdown(f"**{number}. {name}** {told.chip(facts.freshness, facts.verified_on)}")
            if stop.words.answers:
                st.markdown(stop.words.answers)


def _none(answer: PathsThroughStops) -> None:
    st.header(say("No contact path"), anchor=False)
    for one in answer.failed:
        if one.leg is not None:
            st.subheader(say("Leg {number}", number=one.leg), anchor=False)
        for sentence in one.none.words.sentences:
            st.markdown(sentence)
