"""The standing posts of a place: who answers, when, and who may simply be called."""

from html import escape

import streamlit as st

from api.schemas.paths import LocalDesk, LocalPost
from explorer import address, html_table
from explorer.frame import ScreenContext
from explorer.i18n import _, plain
from explorer.labels import Labels
from explorer.screens import REGISTER


def desk(context: ScreenContext, told: Labels, local: LocalDesk) -> None:
    """A compact table; each post opens in the register."""
    st.subheader(plain(local.words.title), anchor=False)
    heads = (_("Post"), _("Who answers"), _("May you call directly?"))
    rows = (_row(context, told, one) for one in local.posts)
    st.html(html_table.table(local.words.title, heads, rows, has_names=True, kind="kv-desk"))


def _row(context: ScreenContext, told: Labels, one: LocalPost) -> tuple[str, str, str]:
    to = address.link(REGISTER, id=one.post.id, on=None if context.is_today else context.on)
    name = escape(one.post.name or told.unnamed("Actor"))
    link = f'<a href="{escape(to)}" target="_self">{name}</a>'
    return link, escape(one.resolution.availability.words.text), escape(_may_call(one))


def _may_call(one: LocalPost) -> str:
    direct = one.direct
    if one.is_you:
        return _("that is you")
    if direct is None:
        return _("no")
    named = direct.ground == "NAMED"
    return _("yes, also about a named person") if named else _("yes, name nobody")
