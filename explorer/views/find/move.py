"""Handover between two areas when a citizen moves: posts per sector, and what is missing."""

from html import escape
from typing import Final

import streamlit as st

from api.client import AskedHandover
from api.schemas.paths import Handover, Resolution, SectorHandover, Side
from explorer import address, html_table, reveal, revealed_details, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, day, plain
from explorer.labels import Labels
from explorer.views.find.after_call import cover_owner
from explorer.views.find.details import ContactNumbers, DetailOwner, details, owner_of
from explorer.views.find.need import NeedQuery, value_of, where_field
from explorer.views.find.when import answer_or_now, passed_minute

_PLACE: Final = "move"


def move(context: ScreenContext, words: Labels, query: NeedQuery) -> None:
    """Draw the two areas, and the table once both are chosen; the citizen is never named."""
    client = context.client
    from_area, to_area = address.text("from_area"), address.text("area")
    left, right = st.columns(2)
    with left:
        where_field(client, words, value_of(client, from_area), name="from_area",
                    label=_("From municipality"))  # fmt: skip
    with right:
        where_field(client, words, value_of(client, to_area), label=_("To municipality"))
    if from_area is None or to_area is None or from_area == to_area:
        st.info(_("Where from and where to? Choose two municipalities."))
        return

    def ask(asked: NeedQuery) -> Handover:
        at = asked.fields.get("at")
        request = AskedHandover(
            from_area=from_area, to_area=to_area, at=at, on=context.as_of if at is None else None
        )
        return screen_state.fetch(client, ("handover", request), lambda: client.handover(request))

    answer, query = answer_or_now(context, query, ask)
    passed_minute(context, query)
    st.header(
        _(
            "Handover from {source} to {target} · as of {day}",
            source=plain(answer.from_area.name or "–"),
            target=plain(answer.to_area.name or "–"),
            day=day(answer.on),
        ),
        anchor=False,
    )
    sides = [side for sector in answer.sectors for side in (sector.giving, sector.taking)]
    owners = [owner for side in sides for post in side.posts for owner in _owners(post)]
    details_by_owner = details(context, answer.revision, owners)
    purpose = None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if owners and revealed_details.may_reveal(context):
            purpose = revealed_details.purpose(context, place=_PLACE)
        numbers = ContactNumbers(context=context, details=details_by_owner, purpose=purpose)
        revealed_details.button_for_all(context, numbers.to_call(owners), purpose, key=_PLACE)
    revealed_details.refusal(_PLACE)
    st.html(table(words, answer.sectors, _("From"), _("To"), numbers))
    revealed_details.watch()
    screen_state.watch(client, answer.revision)


def table(
    words: Labels,
    sectors: tuple[SectorHandover, ...],
    giving: str,
    taking: str,
    numbers: ContactNumbers,
) -> str:
    """A table of the sectors: giving post, receiving post, legal grounds, gaps.

    The numbers of the posts, and of who covers them, are in it while they are shown.
    """
    heads = (_("Sector"), giving, taking, _("Legal ground"), _("Missing"))
    rows = (
        (
            escape(session.term("Sector", sector.sector)),
            _cell_with_head(giving, _side(sector.giving, numbers)),
            _cell_with_head(taking, _side(sector.taking, numbers)),
            escape(", ".join(words.word(gate) for gate in sector.gates)),
            escape(", ".join(sector.words.gaps) or (_("The same post") if sector.is_same else "")),
        )
        for sector in sectors
    )
    return html_table.table(_("Handover"), heads, rows, has_names=True, kind="kv-members")


def _cell_with_head(head: str, cell: str) -> str:
    """A cell with the head of its column, which is visible on narrow screens only."""
    return f'<span class="kv-cell-head">{escape(head)}:</span> {cell}'


def _side(side: Side, numbers: ContactNumbers) -> str:
    lines: list[str] = []
    for post in side.posts:
        name = escape(post.post.name or _("a post"))
        answers = escape(post.availability.words.text)
        owners, values_html = _owners(post), ""
        for owner in owners:
            values = [reveal.value_html(*value, size="1rem") for value in numbers.in_clear(owner)]
            if values and len(owners) > 1:
                values_html += f"<div><small>{escape(owner.name)}:</small></div>"
            values_html += "".join(values)
        lines.append(f"<div>{name}<br><small>{answers}</small>{values_html}</div>")
    return "".join(lines) or "–"


def _owners(post: Resolution) -> list[DetailOwner]:
    """Whose details reach a post: whoever covers it while it is closed, then who answers there."""
    owners = cover_owner(post), owner_of(post, post.post)
    return [owner for owner in owners if owner is not None]
