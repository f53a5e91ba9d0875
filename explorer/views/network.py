"""Who is around, who opens the door, and what hangs on whom: a network to walk through."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.client import NotFound, Problem
from api.schemas.neighborhood import Neighborhood
from explorer import frame, on_screen
from explorer.components.combobox import Value
from explorer.components.network import CAP, Elements, elements, types_of
from explorer.screens import NETWORK
from explorer.told import Told, told
from explorer.walking import around, controls, drawing, panel, table, take
from explorer.words import day, say


def show(seen: frame.Seen) -> None:
    """Around whom above, the drawing beside who is selected in it, the same as a table below.

    Who is selected is drawn first.
    """
    frame.title(say(NETWORK.title))
    words = told()
    what = around.asked(seen.on)
    if what is None:
        controls.center(seen, words, None)
        st.info(say("Choose a post, a network or an association to begin from."))
        return
    walk = around.walk(what)
    place, beside = st.columns([4, 5], vertical_alignment="bottom")
    found = _found(seen, words, (place, beside), what, walk)
    drawn = elements(*found, said=words, labels=what.labels, types=what.types)
    drawing.hear(walk, drawn)
    above = st.container()
    left, right = st.columns([7, 4])
    with right:
        panel.choose(walk, drawn)
        panel.panel(seen, words, walk, drawn, found)
    on_screen.lead()
    with beside:
        controls.terms(what)
    with above:
        _above(words, what, walk, drawn, found)
    with left:
        drawing.draw(words, what, walk, drawn, found[0])
    table.twin(drawn)
    take.take(seen, drawn)
    take.share(walk)
    on_screen.watch(seen.client, found[0].revision)


def _found(
    seen: frame.Seen, words: Told, places: tuple[DeltaGenerator, DeltaGenerator],
    what: around.Asked, walk: around.Walk,
) -> tuple[Neighborhood, ...]:  # fmt: skip
    """The answers; the field above says whom they are around, as far as that can be told."""
    place, beside = places
    center: Value | None = None
    try:
        found = around.answers(seen, what, walk.steps.now.expanded)
        name = found[0].center.name or words.unnamed(found[0].label)
        center = Value(id=what.center, name=name)
        return found
    except Problem as problem:
        if isinstance(problem, NotFound):
            center = Value(id=what.center, name=say("Does not exist, or you have no access."))
        with beside:
            controls.terms(what)
        raise
    finally:
        with place:
            controls.center(seen, words, center)


def _above(
    words: Told, what: around.Asked, walk: around.Walk, drawn: Elements,
    found: tuple[Neighborhood, ...],
) -> None:  # fmt: skip
    controls.kinds(words, what)
    left, right = st.columns([5, 4], vertical_alignment="bottom")
    with left:
        controls.types(words, what, types_of(*found))
    with right:
        controls.history(walk, len(drawn["nodes"]))
    if len(drawn["nodes"]) >= CAP:
        st.warning(drawing.full())
    elif any(one.is_cut for one in found):
        st.info(say("There are more. Choose a level or fewer hops."))
    if len(drawn["nodes"]) == 1:
        st.info(say("No links that you may see, as of {day}.", day=day(what.on)))
