"""What the screen offers before anything is chosen: needs that one press asks for."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from api.schemas.entities import NodeName
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, danish_key, plain
from explorer.views.find.need import written

_CONCERN: Final = "trigger:CONCERN"
_RELEASE: Final = "trigger:RELEASE"
_MOVE: Final = "trigger:MOVE"
_INFO_HOUSE: Final = "network:INFOHOUSE_MUNICIPALITY"
_RELEASING: Final = frozenset({"PROBATION_CONTACT", "KSP_COORDINATOR_POLICE", "RELEASE_CONTACT"})
"""The kinds of post whose usual need is a release; that of all others is a concern."""


def examples(context: ScreenContext) -> None:
    """Draw the usual need of the user's post in each municipality of its area, and other needs."""
    if context.seat is None:
        return
    client, seat = context.client, context.seat.id
    entity = screen_state.fetch(
        client, ("seat", seat), lambda: client.entity(seat).thing.entity, fresh_s=600
    )
    if not entity.areas:
        return
    place = entity.areas[0]
    usual = _RELEASE if entity.kind in _RELEASING else _CONCERN
    within = screen_state.fetch(
        client, ("within", place.id), lambda: _municipalities(context, place.id), fresh_s=600
    )
    name = plain(place.name or "")
    with st.container(horizontal=True, gap="small"):
        for one in within:
            _example(_usual(usual, plain(one.name or one.id)), usual, one.id)
        if within:
            _example(session.term("Trigger", "MOVE"), _MOVE, None)
            return
        _example(_usual(_CONCERN, name), _CONCERN, place.id)
        _example(_usual(_RELEASE, name), _RELEASE, place.id)
        _example(_("Info house of {place}", place=name), _INFO_HOUSE, place.id)
        _example(_("Move from {place}", place=name), _MOVE, place.id)


def _usual(need: str, place: str) -> str:
    if need == _RELEASE:
        return _("Release to {place}", place=place)
    return _("Concern in {place}", place=place)


def _example(label: str, what: str, place: str | None) -> None:
    where = "from_area" if what == _MOVE else "area"
    st.button(
        label, key=f"example-{what}-{place}",
        on_click=partial(address.change, **written(what), **{where: place}),
    )  # fmt: skip


def _municipalities(context: ScreenContext, area: str) -> Sequence[NodeName]:
    """The municipalities in a police district; none of any other area."""
    for page in context.client.areas(kind="POLICE_DISTRICT"):
        for card in page.found:
            if card.entity.id == area:
                return sorted(card.holds, key=lambda one: danish_key(one.name or ""))
    return ()
