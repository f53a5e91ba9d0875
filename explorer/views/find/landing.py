"""Find before anything is asked: usual and last needs, favorites, and who answers at home."""

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from api.client import Need, Problem
from api.schemas.entities import NodeName
from api.schemas.paths import LocalDesk, LocalPost, Paths
from explorer import address, reminders, screen_state, session
from explorer.address import REGISTER
from explorer.frame import ScreenContext
from explorer.i18n import _, as_of, danish_key, plain
from explorer.labels import Labels
from explorer.views.find import shortcuts
from explorer.views.find.need import NeedQuery, need_parameters

_CONCERN: Final = "trigger:CONCERN"
_RELEASE: Final = "trigger:RELEASE"
_MOVE: Final = "trigger:MOVE"
_INFO_HOUSE: Final = "network:INFOHOUSE_MUNICIPALITY"
_RELEASING: Final = frozenset({"PROBATION_CONTACT", "KSP_COORDINATOR_POLICE", "RELEASE_CONTACT"})
"""The kinds of post whose usual need is a release; that of all others is a concern."""
_FRESH_S: Final = 600
_DESK_FRESH_S: Final = 60


def draw(context: ScreenContext, words: Labels, query: NeedQuery) -> None:
    """Draw what to choose, usual and last needs, favorites, and the local desk of the user's post.

    A user without a post, or whose post has no area, has no usual needs and no local desk.
    """
    if query.missing == "START":
        st.info(_("Choose your post or your authority."))
    else:
        st.markdown(_("Choose whom or what you need to reach. The answer appears at once."))
    place, kind = _place(context)
    with st.container(key="find-landing"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            if place is not None:
                st.header(_("Usual needs"), anchor=False)
                with st.container(key="find-usual", horizontal=True, gap="small"):
                    _usual_needs(context, place, kind)
            shortcuts.draw(context, words)
            reminders.contact_requests(context)
        with right:
            if place is not None:
                _local_desk(context, words, query, place)


def _place(context: ScreenContext) -> tuple[NodeName | None, str | None]:
    """The first area of the user's post, and the kind of the post; None: it has none."""
    if context.seat is None:
        return None, None
    client, seat = context.client, context.seat.id
    entity = screen_state.fetch(
        client, ("seat", seat), lambda: client.entity(seat).value.entity, fresh_s=_FRESH_S
    )
    return (entity.areas[0] if entity.areas else None), entity.kind


def _usual_needs(context: ScreenContext, place: NodeName, kind: str | None) -> None:
    """Draw the usual need of the user's post in each municipality of its area, and other needs."""
    client = context.client
    usual = _RELEASE if kind in _RELEASING else _CONCERN

    def municipalities() -> Sequence[NodeName]:
        """The municipalities in a police district; none of any other area."""
        for page in client.areas(kind="POLICE_DISTRICT"):
            for card in page.found:
                if card.entity.id == place.id:
                    return sorted(
                        card.holds, key=lambda municipality: danish_key(municipality.name or "")
                    )
        return ()

    within = screen_state.fetch(client, ("within", place.id), municipalities, fresh_s=_FRESH_S)
    name = plain(place.name or "")
    for municipality in within:
        _example(_usual(usual, plain(municipality.name or municipality.id)), usual, municipality.id)
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
        on_click=partial(address.change, **need_parameters(what), **{where: place}),
    )  # fmt: skip


def _local_desk(context: ScreenContext, words: Labels, query: NeedQuery, place: NodeName) -> None:
    """Draw who answers at the posts of the user's own place; nothing where there are none.

    The request is a concern there, so that its answer is ready when it is chosen.
    """
    time: Mapping[str, object] = {
        name: query.fields[name] for name in ("at", "on") if name in query.fields
    }
    need = Need.model_validate(
        {"start": query.fields["start"], "trigger": "CONCERN", "area": place.id, **time}
    )
    try:
        answer: Paths = screen_state.fetch(
            context.client, ("paths", need), lambda: context.client.paths(need),
            fresh_s=_DESK_FRESH_S, quietly=True,
        )  # fmt: skip
    except Problem:
        return  # the needs can be chosen without it
    if answer.local is None:
        return
    st.header(plain(answer.local.words.title), anchor=False)
    st.markdown(as_of(answer.at, answer.on))
    st.html(_desk_list(context, words, answer.local))


def _desk_list(context: ScreenContext, words: Labels, local: LocalDesk) -> str:
    """A list of the posts: a link to each card, and who answers there."""

    def item(post: LocalPost) -> str:
        to = address.link(REGISTER, id=post.post.id, on=context.as_of)
        name = post.post.name or words.generic_name("Actor")
        you = " · " + escape(_("that is you")) if post.is_you else ""
        return (
            f'<li><a href="{escape(to)}" target="_self">{escape(name)}</a>{you}'
            f"<span>{escape(post.resolution.availability.words.text)}</span></li>"
        )

    return f'<ul class="kv-home">{"".join(map(item, local.posts))}</ul>'
