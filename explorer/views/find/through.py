"""Paths through stops in order: leg by leg, or which leg has no path."""

from itertools import chain

import streamlit as st

from api.client import AskedStops
from api.schemas.paths import PathsThroughStops, WholePath
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


def through(context: ScreenContext, told: Labels, asked: NeedQuery) -> None:
    """Draw the whole paths, best first; the chosen one leg by leg."""
    question = AskedStops(**asked.need().model_dump(exclude_unset=True), stops=asked.stops)
    answer = screen_state.fetch(
        context.client,
        ("stops", question),
        lambda: context.client.paths_through_stops(question),
    )
    if answer.paths:
        paths = {one.number: one for one in answer.paths}
        count = ngettext("{count} contact path", "{count} contact paths", len(paths))
        as_of = _("as of {day}", day=day(answer.on))
        st.header(f"{count} · {as_of}", anchor=False)
        chosen = paths[chosen_among(paths, key="whole-paths")]
        legs = _told(chosen)
        unchecked(legs)
        listed = steps(_told(chosen))
        known = details(context, answer.revision, chain.from_iterable(map(owners, listed)))
        first = 1
        for place, (leg, on_leg) in enumerate(zip(chosen.legs, listed, strict=True), start=1):
            title = chosen.words.legs[place - 1]
            st.subheader(plain(title), anchor=False)
            you = _("You: {name}") if place == 1 else "{name}"
            drawn = boxes(leg, told, you=you, first=first, leg=place)
            path(title, drawn, tiers(drawn, told), key=f"leg-{chosen.number}-{place}")
            cards(context, told, on_leg, known, needed=asked.stops)
            first += len(on_leg)
        if answer.fewer is not None:
            st.caption(plain(answer.fewer.words.text))
        notes(legs)
        why(told, legs, chosen.words.difference, answer.words.origin)
        table(told, legs)
        taken = PathDownload(
            need=asked.need(), stops=asked.stops, number=chosen.number, heads=(chosen.words.summary,),
            legs=legs,
        )  # fmt: skip
        take_along(context, told, taken)
    else:
        _none(context, answer)
    screen_state.watch(context.client, answer.revision)


def _told(whole: WholePath) -> Legs:
    return tuple(zip(whole.words.legs, whole.legs, strict=True))


def _none(context: ScreenContext, answer: PathsThroughStops) -> None:
    """Draw each leg without a path, and the single changes that would give all of them one."""
    st.header(_("No contact path"), anchor=False)
    for one in answer.failed:
        told = list(map(plain, one.none.words.sentences))
        if one.leg is not None:  # the first sentence names the leg
            st.subheader(told.pop(0), anchor=False)
        for sentence in told:
            st.markdown(sentence)
    legs = [one.none for one in answer.failed]
    terms = [[one.term for one in leg.would_work] for leg in legs]
    no_path.drop(one for one in legs[0].would_work if all(one.term in of_leg for of_leg in terms))
    missing = {(one.type, one.source, one.target): one for leg in legs for one in leg.missing}
    no_path.make(context, list(missing.values()))
