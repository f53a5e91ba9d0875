"""Paths through stops in order: leg by leg, or which leg has no path."""

from itertools import chain

import streamlit as st

from api.client import AskedStops
from api.schemas.paths import PathsThroughStops
from explorer import screen_state
from explorer.components.path import boxes, path, tiers
from explorer.frame import ScreenContext
from explorer.i18n import _, day, ngettext, plain
from explorer.labels import Labels
from explorer.views.find import no_path
from explorer.views.find.answers import chosen_among
from explorer.views.find.details import details
from explorer.views.find.need import NeedQuery
from explorer.views.find.steps import (
    Legs,
    PathDownload,
    cards,
    notes,
    owners,
    steps,
    table,
    take_along,
    unchecked,
    why,
)


def through(context: ScreenContext, words: Labels, query: NeedQuery) -> None:
    """Draw the whole paths, best first; the chosen one leg by leg, or which leg has no path."""
    question = AskedStops(**query.need().model_dump(exclude_unset=True), stops=query.stops)
    answer = screen_state.fetch(
        context.client,
        ("stops", question),
        lambda: context.client.paths_through_stops(question),
    )
    if not answer.paths:
        _none(context, answer)
        screen_state.watch(context.client, answer.revision)
        return
    paths = {whole.number: whole for whole in answer.paths}
    count = ngettext("{count} contact path", "{count} contact paths", len(paths))
    as_of = _("as of {day}", day=day(answer.on))
    st.header(f"{count} · {as_of}", anchor=False)
    chosen = paths[chosen_among(paths, key="whole-paths")]
    legs: Legs = tuple(zip(chosen.words.legs, chosen.legs, strict=True))
    unchecked(legs)
    listed = steps(legs)
    known = details(context, answer.revision, chain.from_iterable(map(owners, listed)))
    for place, ((title, leg), on_leg) in enumerate(zip(legs, listed, strict=True), start=1):
        st.subheader(plain(title or ""), anchor=False)
        you = _("You: {name}") if place == 1 else "{name}"
        drawn = boxes(leg, words, you=you, first=on_leg[0].number, leg=place)
        path(title or "", drawn, tiers(drawn, words), key=f"leg-{chosen.number}-{place}")
        cards(context, words, on_leg, known, needed=query.stops)
    if answer.fewer is not None:
        st.caption(plain(answer.fewer.words.text))
    notes(legs)
    why(words, legs, chosen.words.difference, answer.words.origin)
    table(words, legs)
    heads = (chosen.words.summary,)
    taken = PathDownload(
        need=query.need(), stops=query.stops, number=chosen.number, heads=heads, legs=legs
    )
    take_along(context, words, taken)
    screen_state.watch(context.client, answer.revision)


def _none(context: ScreenContext, answer: PathsThroughStops) -> None:
    """Draw each leg without a path, and the single changes that would give all of them one."""
    st.header(_("No contact path"), anchor=False)
    for one in answer.failed:
        sentences = list(map(plain, one.none.words.sentences))
        if one.leg is not None:  # the first sentence names the leg
            st.subheader(sentences.pop(0), anchor=False)
        for sentence in sentences:
            st.markdown(sentence)
    legs = [leg.none for leg in answer.failed]
    terms = [[term.term for term in leg.would_work] for leg in legs]
    no_path.drop(
        term for term in legs[0].would_work if all(term.term in of_leg for of_leg in terms)
    )
    missing = {(one.type, one.source, one.target): one for leg in legs for one in leg.missing}
    no_path.make(context, list(missing.values()))
