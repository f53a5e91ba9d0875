"""New links, and the gaps in the register."""

from functools import partial
from html import escape
from itertools import chain
from typing import Final

import streamlit as st

from api.client import ChangeSet, Create, NewLink
from api.schemas.coverage import PostRow
from explorer import address, screen_state, session
from explorer.address import REGISTER
from explorer.frame import ScreenContext
from explorer.html_table import table, texts
from explorer.i18n import _, danish_key, ngettext
from explorer.labels import labels
from explorer.views.curation import editing, fields, proposals
from explorer.views.curation.fields import pick


def show(context: ScreenContext) -> None:
    """Draw the form; type and ends are in the address, so that a prefilled form can be shared."""
    st.header(_("New link"), anchor=False)
    key, terms, options = "new-type", session.terms("LinkType"), list(fields.ENDS)
    now = address.text("type")
    st.session_state[key] = now if now in options else options[0]
    # Other types have other ends, so that ends and gate are removed with the type.
    link_type = st.selectbox(
        _("What ties them together"), options, key=key, format_func=terms.__getitem__,
        on_change=lambda: address.change(
            type=st.session_state["new-type"], source=None, target=None, gate=None
        ),
    )  # fmt: skip
    words = labels()
    of_source, of_target = fields.ENDS[link_type]
    source = pick(context.client, words, _("From"), "source", of_source)
    target = pick(context.client, words, _("To"), "target", of_target)
    key = f"new-{link_type}-{source}-{target}"
    with st.form(key, enter_to_submit=False):
        start = fields.initial_values(link_type)
        start["valid_from"] = context.on.isoformat()
        start["levels"] = list(session.terms("PreventionLevel"))
        if gate := address.text("gate"):
            start["gate"] = gate
        values = fields.draw_fields(link_type, start, key=key)
        reason = fields.reason(key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save the new link"), type="primary")
            is_asked = st.form_submit_button(_("Show what would change"))
    if not (is_saved or is_asked):
        return
    if source is None or target is None:
        st.error(_("Choose both ends."))
        return
    if link_type == "KNOWS":  # it has no direction, so the smaller id comes first
        source, target = sorted((source, target))
    ends = {"source_id": source, "target_id": target}
    ask = NewLink(type=link_type, fields={**fields.without_empty(values), **ends}, reason=reason)
    seat = Create(type=ask.type, fields=ask.fields)
    on_refused = partial(proposals.handle_refusal, ChangeSet(reason=ask.reason, creates=(seat,)))
    if is_saved:
        if editing.write(lambda: context.client.create_link(ask), on_refused) is not None:
            address.change(source=None, target=None, type=None, gate=None)
            st.rerun()
    else:
        editing.dry_run(key, lambda: context.client.dry_run.create_link(ask), {}, on_refused)
    editing.outcome(context.client)
    proposals.offer(context.client)
    editing.show_dry_run(key)


_STATES: Final = ("VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY")
_FILLED_BY: Final = {"VACANT": "HOLDS", "WITHOUT_DEPUTY": "DEPUTIZES_FOR", "AWAY": "DEPUTIZES_FOR"}
_MOST: Final = 200


def show_gaps(context: ScreenContext) -> None:
    """Draw a table by area and post; each row leads to the form on its card that fills it."""
    # The coverage of every area of the user's grants.
    areas = sorted({area for grant in context.me.grants for area in grant.areas})
    answers = [
        screen_state.fetch(
            context.client, ("gaps", area, context.on),
            partial(context.client.coverage, area=area, state=_STATES, on=context.on),
        )
        for area in areas
    ]  # fmt: skip
    if answers:
        screen_state.watch(context.client, min(answer.revision for answer in answers))
    by_place: dict[tuple[str, str], PostRow] = {}
    for row in chain.from_iterable(answer.rows for answer in answers):
        by_place.setdefault((row.area.id, row.post.id), row)
    posts = sorted(
        by_place.values(), key=lambda row: danish_key(f"{row.area.name} {row.post.name}")
    )
    if not posts:
        st.success(_("No post of your areas is vacant or without a deputy."))
        return
    st.header(
        ngettext("{count} post with a gap", "{count} posts with a gap", len(posts)), anchor=False
    )
    if len(posts) > _MOST:
        st.info(_("The first {count} are shown.", count=_MOST))
    may_edit = session.may(context.me, "EDIT")
    fills = {"HOLDS": _("Name a holder"), "DEPUTIZES_FOR": _("Name a deputy")}
    rows: list[tuple[str, ...]] = []
    for row in posts[:_MOST]:
        missing = [state for state in row.states if state in _STATES]
        gaps = ", ".join(session.term("PostState", state) for state in missing)
        types = dict.fromkeys(_FILLED_BY[state] for state in missing if state in _FILLED_BY)
        links = " · ".join(
            f'<a href="{escape(address.link(REGISTER, id=row.post.id, form=code))}" '
            f'target="_self">{escape(fills[code])}</a>'
            for code in types
        )
        area, post = row.area.name or row.area.id, row.post.name or row.post.id
        rows.append((*texts(area, post, gaps), links if may_edit else ""))
    heads = (_("Area"), _("Post"), _("What is missing"), _("Fill it"))
    st.html(table(_("Gaps"), heads, rows, kind="kv-members"))
