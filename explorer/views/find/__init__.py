"""The contact path screen: the need, its contacts, and the paths to them."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from api.client import Need, Problem
from api.schemas.paths import Path, Paths, Stop
from explorer import address, frame, revealed_details, screen_state
from explorer.i18n import _
from explorer.labels import Labels, labels
from explorer.views.find import answers, landing, no_path, shortcuts
from explorer.views.find.answers import chosen_contact
from explorer.views.find.desk import acute
from explorer.views.find.move import move
from explorer.views.find.need import (
    NeedQuery,
    need_query,
    reverse_parameters,
    start_field,
    terms,
    value_of,
    what_field,
    where_field,
    word_value,
)
from explorer.views.find.through import through
from explorer.views.find.when import (
    answer_or_now,
    has_own_time,
    own_time_fields,
    passed_minute,
    when_field,
)


def show(context: frame.ScreenContext) -> None:
    """Draw the need above and its answer below; contacts and chosen path are drawn first."""
    query = need_query(
        context.on, is_today=context.is_today, seat=context.seat.id if context.seat else None
    )
    has_paths = not query.is_move and query.missing is None and not query.stops
    with screen_state.prefetch():
        if has_paths:
            _answer(context, query)
    frame.title(context, _("The way back") if query.is_back else _("Find contact path"))
    revealed_details.begin(context)
    words = labels()
    # In acute danger the numbers stand above the fields.
    above, controls, below = st.container(), st.container(), st.container()
    answer, lead, problem = None, None, None
    with below:
        try:
            if has_paths:
                answer, query = answer_or_now(context, query, partial(_answer, context))
                passed_minute(context, query)
            if answer is not None and answer.contacts:
                changes = _changes(context, query, answer)
                lead = answers.lead(context, words, answer, changes)
                screen_state.lead()
        except Problem as refused:
            problem = refused
    if answer is not None and answer.acute is not None:
        with above:
            acute(words, answer, answer.acute)
    with controls:
        _controls(context, words, query, answer)
    with below:
        if problem is not None:
            raise problem
        if query.is_move:
            move(context, words, query)
            shortcuts.keep(context, query, None)
            return
        if query.missing == "WHERE":
            st.info(_("Choose a municipality."))
            return
        if query.missing is not None:
            landing.draw(context, words, query)
            return
        if answer is None:
            through(context, words, query)
        elif lead is not None:
            answers.tell(context, words, query.need(), answer, lead)
            if not context.is_today:
                st.toggle(
                    _("Show the difference from today"), key="compare",
                    value=address.text("compare") == "1",
                    on_change=lambda: address.change(
                        compare="1" if st.session_state["compare"] else None
                    ),
                )  # fmt: skip
        elif answer.none is not None:
            no_path.draw(context, query, answer.none)
        if answer is not None:
            shortcuts.keep(context, query, answer)
            screen_state.watch(context.client, answer.revision)


def _controls(
    context: frame.ScreenContext, words: Labels, query: NeedQuery, answer: Paths | None
) -> None:
    client, start, target = context.client, query.fields.get("start"), address.text("target")
    with st.container(key="find-fields"):
        # A message below a field does not move the other fields; a button has no label above it.
        alignment = "bottom" if query.is_move else "top"
        widths = [2.1, 2.1, 1.6, 1.4, *([1.7, 1.5] if has_own_time(context) else [])]
        left, middle, right, last, *own_time = st.columns(
            widths, vertical_alignment=alignment, gap="small"
        )
    with left:
        if context.seat is not None and start == context.seat.id:
            name = context.seat.name
        else:
            post = answer.start if answer else None
            name = post.name if post and post.id == start else None
        start_field(client, words, value_of(client, start, name))
    with middle:
        name = answer.target.name if answer and answer.target else None
        what = word_value() if target is None else value_of(client, target, name)
        what_field(client, words, what)
    with last:
        when_field(context)
    if own_time:
        own_time_fields(context, *own_time)
    if query.is_move:
        with right.container(), st.popover(_("Share the link"), key="share"):
            frame.shared_link(address.here())
        return
    with right:
        name = answer.area.name if answer and answer.area else None
        where_field(client, words, value_of(client, address.text("area"), name))
    end = query.fields.get("target")
    if answer is not None and answer.contacts:
        end = chosen_contact(answer.contacts).stop.node.id or end
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="find-terms"):
        if answer is not None and answer.contacts:
            st.header(answers.title(answer), anchor=False)
        if start and end:
            st.button(
                _("Reverse"), key="reverse",
                on_click=partial(address.change, **reverse_parameters(str(start), str(end))),
            )  # fmt: skip
        if answer is None or answer.acute is None:
            terms(context, words)
        if query.missing is None:
            with st.popover(_("Share the link"), key="share"):
                # With the start, also if that is the user's own post: the recipient has another.
                frame.shared_link({**({"start": [start]} if start else {}), **address.here()})


def _answer(context: frame.ScreenContext, query: NeedQuery) -> Paths:
    """Return the answer to a need.

    Raises: Problem: as the API reports.
    """
    need = query.need()
    return screen_state.fetch(context.client, ("paths", need), lambda: context.client.paths(need))


def _changes(context: frame.ScreenContext, query: NeedQuery, answer: Paths) -> Mapping[str, str]:
    """On another date: the differences from today, if requested."""
    if context.is_today or address.text("compare") != "1":
        return {}
    today = {name: value for name, value in query.fields.items() if name not in ("on", "at")}
    need = Need.model_validate(today)
    now = screen_state.fetch(context.client, ("today", need), lambda: context.client.paths(need))
    if not now.paths:
        st.info(_("Today there is no path on these terms."))
        return {}
    return differences(now.paths, answer.paths)


def differences(before: tuple[Path, ...], after: tuple[Path, ...]) -> dict[str, str]:
    """What is new in the later paths, by the id of a link or of a post."""
    links = {hop.facts.link for path in before for hop in path.hops}
    holders = {stop.node.id: _holder(stop) for path in before for stop in path.stops}
    changed: dict[str, str] = {}
    for path in after:
        for hop in path.hops:
            if hop.facts.link not in links:
                changed[hop.facts.link] = _("new step")
        for stop in path.stops:
            if stop.node.id in holders and holders[stop.node.id] != _holder(stop):
                changed[stop.node.id] = _("somebody else answers")
    return changed


def _holder(stop: Stop) -> str | None:
    resolution = stop.resolution
    return resolution.who.id if resolution is not None and resolution.who is not None else None
