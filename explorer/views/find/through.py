"""Paths through stops in order: leg by leg, or which leg has no path."""

from functools import partial
from itertools import chain
from typing import Final

import streamlit as st

from api.client import AskedStops
from api.schemas.paths import PathsThroughStops
from explorer import revealed_details, screen_state
from explorer.components.path import boxes, path, tiers
from explorer.frame import ScreenContext
from explorer.i18n import _, as_of, ngettext, plain
from explorer.labels import Labels
from explorer.views.find import no_path
from explorer.views.find.after_call import restart
from explorer.views.find.answers import chosen_among, from_whom, summary
from explorer.views.find.details import ContactNumbers, details
from explorer.views.find.need import NeedQuery
from explorer.views.find.places import places
from explorer.views.find.steps import (
    Legs,
    cards,
    draw_outdated_notes,
    notes,
    owners,
    steps,
    why,
)
from explorer.views.find.take_along import TakenPath, bar
from explorer.views.find.when import answer_or_now, passed_minute

_PLACE: Final = "legs"


def through(context: ScreenContext, words: Labels, query: NeedQuery) -> None:
    """Draw the whole paths, best first; the chosen one leg by leg, or which leg has no path."""
    answer, query = answer_or_now(context, query, partial(_answer, context))
    restart(_question(query))
    passed_minute(context, query)
    if not answer.paths:
        _none(context, answer)
        screen_state.watch(context.client, answer.revision)
        return
    paths = {whole.number: whole for whole in answer.paths}
    count = ngettext("{count} contact path", "{count} contact paths", len(paths))
    st.header(f"{count} · {as_of(None, answer.on)}", anchor=False)
    way = paths[chosen_among(paths, key="whole-paths")]
    summary(way)
    legs: Legs = tuple(zip(way.words.legs, way.legs, strict=True))
    draw_outdated_notes(legs)
    listed = steps(legs)
    everyone = owners(chain.from_iterable(listed))
    details_by_owner = details(context, answer.revision, everyone)
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="path-bar")
    with row:
        may = revealed_details.may_reveal(context)
        purpose = revealed_details.purpose(context, place=_PLACE) if may else None
    numbers = ContactNumbers(context=context, details=details_by_owner, purpose=purpose)
    taken_path = TakenPath(
        need=query.need(), stops=query.stops, number=way.number, heads=(way.words.summary,),
        legs=tuple(zip(way.words.legs, listed, strict=True)),
    )  # fmt: skip
    with row:
        revealed_details.button_for_all(context, numbers.to_call(everyone), purpose, key=_PLACE)
        bar(context, words, taken_path, numbers)
    revealed_details.refusal(_PLACE)
    for place, ((title, leg), on_leg) in enumerate(zip(legs, listed, strict=True), start=1):
        st.subheader(plain(title or ""), anchor=False)
        leg_boxes = boxes(
            leg, words, first=on_leg[0].number, leg=place, places=places(context, leg.stops),
            you=from_whom(context, leg.stops[0]) if place == 1 else "{name}",
        )  # fmt: skip
        path(title or "", leg_boxes, tiers(leg_boxes, words), key=f"leg-{way.number}-{place}")
        with st.container(key=f"steps-{place}", gap="xsmall"):
            cards(words, on_leg, numbers, place=_PLACE, needed=query.stops)
    if answer.fewer is not None:
        st.caption(plain(answer.fewer.words.text))
    notes(legs)
    why(words, legs, way.words.difference, answer.words.origin)
    revealed_details.watch()
    screen_state.watch(context.client, answer.revision)


def _question(query: NeedQuery) -> AskedStops:
    return AskedStops(**query.need().model_dump(exclude_unset=True), stops=query.stops)


def _answer(context: ScreenContext, query: NeedQuery) -> PathsThroughStops:
    """Return the answer of the API.

    Raises: Problem: as the API reports.
    """
    question = _question(query)
    return screen_state.fetch(
        context.client,
        ("stops", question),
        lambda: context.client.paths_through_stops(question),
    )


def _none(context: ScreenContext, answer: PathsThroughStops) -> None:
    """Draw each leg without a path, and the single changes that would give all of them one."""
    st.header(_("No contact path"), anchor=False)
    for leg in answer.failed:
        sentences = list(map(plain, leg.none.words.sentences))
        if leg.leg is not None:  # the first sentence names the leg
            st.subheader(sentences.pop(0), anchor=False)
        for sentence in sentences:
            st.markdown(sentence)
    legs = [leg.none for leg in answer.failed]
    terms = [[term.term for term in leg.would_work] for leg in legs]
    no_path.drop(
        term for term in legs[0].would_work if all(term.term in of_leg for of_leg in terms)
    )
    missing = {(link.type, link.source, link.target): link for leg in legs for link in leg.missing}
    no_path.make(context, list(missing.values()))
