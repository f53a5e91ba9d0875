"""Handover between two areas when a citizen moves: posts per sector, and what is missing."""

from html import escape

import streamlit as st

from api.client import AskedHandover
from api.schemas.paths import SectorHandover, Side
from explorer import address, html_table, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, day, plain
from explorer.labels import Labels
from explorer.views.find.need import value_of, where_field


def move(context: ScreenContext, words: Labels) -> None:
    """Draw the two areas, and the table once both are chosen. Who moves is never asked."""
    client = context.client
    from_area, to_area = address.one("from_area"), address.one("area")
    left, right = st.columns(2)
    with left:
        where_field(client, words, value_of(client, from_area), name="from_area",
                    label=_("From municipality"))  # fmt: skip
    with right:
        where_field(client, words, value_of(client, to_area), label=_("To municipality"))
    if from_area is None or to_area is None:
        st.info(_("Where from and where to? Choose two municipalities."))
        return
    request = AskedHandover(from_area=from_area, to_area=to_area, on=context.as_of)
    answer = screen_state.fetch(client, ("handover", request), lambda: client.handover(request))
    st.header(
        _(
            "Handover from {source} to {target} · as of {day}",
            source=plain(answer.from_area.name or "–"),
            target=plain(answer.to_area.name or "–"),
            day=day(answer.on),
        ),
        anchor=False,
    )
    st.html(table(words, answer.sectors, _("From"), _("To")))
    screen_state.watch(client, answer.revision)


def table(words: Labels, sectors: tuple[SectorHandover, ...], giving: str, taking: str) -> str:
    """A table of the sectors: giving post, receiving post, legal gates, gaps."""
    heads = (_("Sector"), giving, taking, _("Gate"), _("Missing"))
    rows = (
        (
            escape(session.term("Sector", sector.sector)),
            _side(sector.giving),
            _side(sector.taking),
            escape(", ".join(words.word(gate) for gate in sector.gates)),
            escape(", ".join(sector.words.gaps) or (_("The same post") if sector.is_same else "")),
        )
        for sector in sectors
    )
    return html_table.table(_("Handover"), heads, rows, has_names=True)


def _side(side: Side) -> str:
    lines = [
        escape(post.post.name or _("a post"))
        + (f" ({escape(post.who.name)})" if post.who is not None and post.who.name else "")
        for post in side.posts
    ]
    return "<br>".join(lines) or "–"
