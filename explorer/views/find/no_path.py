"""The answer without a contact path: why, what is missing, and which single change gives one."""

from collections.abc import Iterable, Sequence
from functools import partial

import streamlit as st

from api.schemas.paths import MissingLink, NoPath, WouldWork
from explorer import address, session
from explorer.address import CURATION, REGISTER
from explorer.frame import ScreenContext
from explorer.i18n import _, plain
from explorer.problem_states import anchor
from explorer.views.find.need import (
    BEST,
    NeedQuery,
    need_parameters,
    reverse_parameters,
    term_at,
    without_obstacle,
)


def draw(context: ScreenContext, query: NeedQuery, none: NoPath) -> None:
    """Draw the answer without a path, in the same place and size as any other answer."""
    st.header(_("No contact path"), anchor=False)
    for sentence in none.words.sentences:
        st.markdown(plain(sentence))
    elsewhere(none, query)
    drop(none.would_work)
    one_tier_up(none)
    start, target = query.fields.get("start"), query.fields.get("target")
    if start and target:
        st.button(
            _("Reverse"), key="reverse-none",
            on_click=lambda: address.change(**reverse_parameters(start, target)),
        )  # fmt: skip
    make(context, none.missing)


def elsewhere(none: NoPath, query: NeedQuery) -> None:
    """Draw buttons to the nearest who meet the terms, or from whom to begin."""
    with st.container(horizontal=True):
        if none.nearest_able and not query.fields.get("network"):
            km = none.nearest_able[0].km
            st.button(
                _("Within {km} km", km=km), key="nearest-km",
                on_click=partial(address.change, within_km=max(km, 1), **BEST),
            )  # fmt: skip
        for able in none.nearest_able:
            label = _("{name} ({km} km)", name=plain(able.node.name or "–"), km=able.km)
            st.button(
                label, key=f"nearest-{able.area.id}",
                on_click=partial(address.change, area=able.area.id, within_km=None, **BEST),
            )  # fmt: skip
        for post in none.begin_at:
            st.button(
                _("Begin at {name}", name=plain(post.name or "–")), key=f"begin-{post.id}",
                on_click=partial(address.change, start=post.id, **BEST),
            )  # fmt: skip


def drop(terms: Iterable[WouldWork]) -> None:
    """Draw a button for each condition whose removal gives a path, as the sentences above say."""
    with st.container(horizontal=True):
        for term in terms:
            name = term_at(term.term)
            if name is not None:
                st.button(
                    _("Drop the condition: {term}", term=session.term("Relaxed", term.term)),
                    key=f"drop-{term.term}",
                    on_click=partial(address.change, **without_obstacle(name)),
                )  # fmt: skip


def one_tier_up(none: NoPath) -> None:
    """Draw a button to the post responsible at the next tier, if a path leads there."""
    if none.nearest is None:
        return
    node = none.nearest.node
    st.button(
        _("Try {name}", name=plain(node.name or "–")), key="try-nearest",
        on_click=partial(address.change, **{**need_parameters(node.id), "area": None}),
    )  # fmt: skip


def make(context: ScreenContext, missing: Sequence[MissingLink]) -> None:
    """Draw links to create the missing links, for editors; for others, whom to ask."""
    if session.may(context.me, "EDIT"):
        for link in missing:
            if link.source is not None:
                label = _(
                    "Make the link from {source} to {target}",
                    source=link.source.name or "–", target=link.target.name or "–",
                )  # fmt: skip
                form = address.link(
                    CURATION, tab="new", type=link.type, source=link.source.id,
                    target=link.target.id, gate=link.gate,
                )  # fmt: skip
                anchor(label, form)
        return
    places = {link.steward.name for link in missing if link.steward and link.steward.name}
    if places:
        st.markdown(
            _(
                "Write to the steward of {places}, who can put it into the register. Kontaktvej "
                "does not know the address.",
                places=plain(" / ".join(sorted(places))),
            )
        )
    makers = {maker.id: maker.name for link in missing for maker in link.makers if maker.name}
    for node_id, name in makers.items():
        anchor(_("Open {name} in the register", name=name), address.link(REGISTER, id=node_id))
