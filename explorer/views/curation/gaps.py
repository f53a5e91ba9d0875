"""Posts of the user's areas that are vacant, doubled, without deputy or with an absent holder."""

from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from api.schemas.coverage import Coverage, PostRow
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import table, texts
from explorer.i18n import _, ngettext
from explorer.screens import CURATION
from explorer.views.curation.new_link import link_to

_STATES: Final = ("VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY")
_FILLED_BY: Final = {"VACANT": "HOLDS", "WITHOUT_DEPUTY": "DEPUTIZES_FOR", "AWAY": "DEPUTIZES_FOR"}
_MOST: Final = 200


def show(context: ScreenContext) -> None:
    """Draw a table by area and post; each row has a link to create what is missing."""
    answers = _answers(context)
    if answers:
        screen_state.watch(context.client, min(one.revision for one in answers))
    found = list(_rows(answers))
    if not found:
        st.success(_("No post of your areas is vacant or without a deputy."))
        return
    st.header(
        ngettext("{count} post with a gap", "{count} posts with a gap", len(found)), anchor=False
    )
    if len(found) > _MOST:
        st.info(_("The first {count} are shown.", count=_MOST))
    st.html(_table(found[:_MOST], may_edit=session.may(context.me, "EDIT")))


def _answers(context: ScreenContext) -> list[Coverage]:
    """The coverage of every area of the user's grants."""
    areas = sorted({area for grant in context.me.grants for area in grant.areas})
    return [
        screen_state.fetch(
            context.client, ("gaps", area, context.on),
            partial(context.client.coverage, area=area, state=_STATES, on=context.on),
        )
        for area in areas
    ]  # fmt: skip


def _rows(answers: Iterable[Coverage]) -> Iterator[PostRow]:
    """The posts of all answers, each once per area."""
    known: set[tuple[str, str]] = set()
    for answer in answers:
        for row in answer.rows:
            if (row.area.id, row.post.id) not in known:
                known.add((row.area.id, row.post.id))
                yield row


def _table(rows: list[PostRow], *, may_edit: bool) -> str:
    heads = (_("Area"), _("Post"), _("What is missing"), _("Fill it"))
    return table(_("Gaps"), heads, (_row(one, may_edit=may_edit) for one in rows))


def _row(one: PostRow, *, may_edit: bool) -> tuple[str, ...]:
    missing = [state for state in one.states if state in _STATES]
    gaps = ", ".join(session.term("PostState", state) for state in missing)
    links = _links(one.post.id, missing) if may_edit else ""
    area, post = one.area.name or one.area.id, one.post.name or one.post.id
    return (*texts(area, post, gaps), links)


def _links(post: str, missing: list[str]) -> str:
    wanted = dict.fromkeys(_FILLED_BY[state] for state in missing if state in _FILLED_BY)
    labels = {"HOLDS": _("Name a holder"), "DEPUTIZES_FOR": _("Name a deputy")}
    return " · ".join(
        f'<a href="{escape(address.link(CURATION, **link_to(one, target=post)))}" '
        f'target="_self">{escape(labels[one])}</a>'
        for one in wanted
    )
