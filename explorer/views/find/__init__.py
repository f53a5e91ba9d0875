"""The contact path screen: the need, its contacts, and the paths to them."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from api.client import ApiClient, Need, Problem
from api.schemas.paths import Path, Paths, Stop
from explorer import address, frame, screen_state
from explorer.components.combobox import ComboboxValue
from explorer.i18n import _, plain
from explorer.labels import Labels, labels
from explorer.views.find import answers, no_path
from explorer.views.find.answers import acute, chosen_contact
from explorer.views.find.move import move
from explorer.views.find.need import (
    NeedQuery,
    asked_at,
    hour_field,
    start_field,
    terms,
    turned,
    value_of,
    what_field,
    where_field,
    word_value,
    written,
)
from explorer.views.find.steps import share
from explorer.views.find.through import through


def show(context: frame.ScreenContext) -> None:
    """Draw the need above and its answer below; contacts and chosen path are drawn first."""
    asked = asked_at(
        context.on, is_today=context.is_today, seat=context.seat.id if context.seat else None
    )
    with screen_state.prefetch():
        if _has_paths(asked):
            _answer(context, asked)
    frame.title(context, _("The way back") if asked.is_back else _("Find contact path"))
    words = labels()
    controls, below = st.container(), st.container()
    answer, lead, problem = None, None, None
    with below:
        try:
            answer = _answer(context, asked) if _has_paths(asked) else None
            lead = None if answer is None else _lead(context, words, asked, answer)
        except Problem as refused:
            problem = refused
    with controls:
        client, start = context.client, asked.fields.get("start")
        with st.container(key="find-fields"):
            left, middle, right, last = st.columns([2.6, 2.6, 2, 1.4], vertical_alignment="bottom")
        with left:
            start_field(client, words, _start(context, start, answer))
        with middle:
            what_field(client, words, _what(client, answer))
        if asked.is_move:
            pass
        else:
            with right:
                known = answer.area.name if answer and answer.area else None
                where_field(client, words, value_of(client, address.one("area"), known))
            with last:
                hour_field(context)
            target = (
                None
                if answer is None or not answer.contacts
                else chosen_contact(answer.contacts).stop.node.id
            ) or asked.fields.get("target")
            with st.container(horizontal=True):
                st.button(
                    _("Reverse"),
                    key="reverse",
                    disabled=not (start and target),
                    on_click=partial(_turn, start, target),
                )
                terms(context, words)
    with below:
        if problem is not None:
            raise problem
        _below(context, words, asked, answer, lead)


def _has_paths(asked: NeedQuery) -> bool:
    return not asked.is_move and asked.missing is None and not asked.stops


def _below(
    context: frame.ScreenContext,
    words: Labels,
    asked: NeedQuery,
    answer: Paths | None,
    lead: answers.ChosenAnswer | None,
) -> None:
    if asked.is_move:
        move(context, words)
        share(None)
    elif asked.missing is not None:
        if asked.missing == "START":
            st.info(_("Choose your post or your authority."))
        elif asked.missing == "WHERE":
            st.info(_("Choose a municipality."))
        else:
            st.info(_("Choose whom or what you need to reach. The answer appears at once."))
            _examples(context)
    elif answer is None:
        through(context, words, asked)
        share(asked.fields.get("start"))
    else:
        if answer.acute is not None:
            acute(context, words, answer, answer.acute)
        elif lead is not None:
            answers.tell(context, words, asked.need(), answer, lead)
        elif answer.none is not None:
            no_path.draw(context, asked, answer.none)
        screen_state.watch(context.client, answer.revision)
        share(asked.fields.get("start"))


def _answer(context: frame.ScreenContext, asked: NeedQuery) -> Paths:
    """Return the answer to a need.

    Raises: Problem: as the API reports.
    """
    need = asked.need()
    return screen_state.fetch(context.client, ("paths", need), lambda: context.client.paths(need))


def _turn(start: str | None, target: str | None) -> None:
    if start and target:
        address.change(**turned(start, target))


def _start(
    context: frame.ScreenContext, start: str | None, answer: Paths | None
) -> ComboboxValue | None:
    if start is None:
        return None
    if context.seat is not None and start == context.seat.id:
        return ComboboxValue(id=start, name=context.seat.name)
    known = answer.start.name if answer and answer.start and answer.start.id == start else None
    return value_of(context.client, start, known)


def _what(client: ApiClient, answer: Paths | None) -> ComboboxValue | None:
    target = address.one("target")
    if target is None:
        return word_value()
    known = answer.target.name if answer and answer.target else None
    return value_of(client, target, known)


def _examples(context: frame.ScreenContext) -> None:
    """Draw four example needs in the area of the user's post."""
    if context.seat is None:
        return
    seat = partial(context.client.entity, context.seat.id)
    places = screen_state.fetch(context.client, ("seat", context.seat.id), seat).thing.entity.areas
    if not places:
        return
    place, name = places[0], plain(places[0].name or "")
    needs = {
        _("Concern in {place}", place=name): "trigger:CONCERN",
        _("Release to {place}", place=name): "trigger:RELEASE",
        _("Info house of {place}", place=name): "network:INFOHOUSE_MUNICIPALITY",
        _("Move from {place}", place=name): "trigger:MOVE",
    }
    with st.container(horizontal=True):
        for label, what in needs.items():
            where = "from_area" if what == "trigger:MOVE" else "area"
            st.button(
                label, key=f"example-{what}",
                on_click=partial(address.change, **written(what), **{where: place.id}),
            )  # fmt: skip


def _lead(
    context: frame.ScreenContext, words: Labels, asked: NeedQuery, answer: Paths
) -> answers.ChosenAnswer | None:
    """Draw the contacts and the chosen path before everything else; None without contacts."""
    if not answer.contacts:
        return None
    lead = answers.lead(context, words, answer, _changes(context, asked, answer))
    screen_state.lead()
    return lead


def _changes(context: frame.ScreenContext, asked: NeedQuery, answer: Paths) -> Mapping[str, str]:
    """On another date: the differences from today, if requested."""
    if context.is_today:
        return {}
    st.toggle(
        _("Show the difference from today"), key="compare", value=address.one("compare") == "1",
        on_change=lambda: address.change(compare="1" if st.session_state["compare"] else None),
    )  # fmt: skip
    if address.one("compare") != "1":
        return {}
    today = {name: told for name, told in asked.fields.items() if name not in ("on", "at")}
    need = Need.model_validate(today)
    now = screen_state.fetch(context.client, ("today", need), lambda: context.client.paths(need))
    if not now.paths:
        st.info(_("Today there is no path on these terms."))
        return {}
    return differences(now.paths, answer.paths)


def differences(before: tuple[Path, ...], after: tuple[Path, ...]) -> dict[str, str]:
    """What is new in the later paths, by the id of a link or of a post."""
    links = {hop.facts.link for path in before for hop in path.hops}
    held = {stop.node.id: _holder(stop) for path in before for stop in path.stops}
    changed: dict[str, str] = {}
    for path in after:
        for hop in path.hops:
            if hop.facts.link not in links:
                changed[hop.facts.link] = _("new step")
        for stop in path.stops:
            if stop.node.id in held and held[stop.node.id] != _holder(stop):
                changed[stop.node.id] = _("somebody else answers")
    return changed


def _holder(stop: Stop) -> str | None:
    resolution = stop.resolution
    return resolution.who.id if resolution is not None and resolution.who is not None else None
