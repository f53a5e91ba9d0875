"""The form for a new link between two existing nodes: its type, ends, fields and reason."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ApiClient, NewLink
from explorer import address, session
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.labels import labels
from explorer.views.curation import fields, proposals, saving
from explorer.views.curation.fields import pick

_FROM_ADDRESS: Final = ("gate",)
_ENDS: Final = ("source", "target")


def show(context: ScreenContext) -> None:
    """Draw the form; type and ends are in the address, so that a prefilled form can be shared."""
    st.header(_("New link"), anchor=False)
    link_type = _type()
    words = labels()
    of_source, of_target = fields.ENDS[link_type]
    source = pick(context.client, words, _("From"), "source", of_source)
    target = pick(context.client, words, _("To"), "target", of_target)
    key = f"new-{link_type}-{source}-{target}"
    with st.form(key, enter_to_submit=False):
        typed = fields.drawn(link_type, _begun(context, link_type), key=key)
        reason = fields.reason(key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save the new link"), type="primary")
            is_asked = st.form_submit_button(_("Show what would change"))
    if not (is_saved or is_asked):
        return
    if source is None or target is None:
        st.error(_("Choose both ends."))
        return
    ends = _ends(link_type, source, target)
    ask = NewLink(type=link_type, fields={**fields.filled(typed), **ends}, reason=reason)
    _send(context.client, key, ask, is_saved=is_saved)


def _send(client: ApiClient, key: str, ask: NewLink, *, is_saved: bool) -> None:
    if is_saved:
        refused = partial(proposals.refused, ask)
        if saving.write(lambda: client.create_link(ask), refused) is not None:
            address.change(source=None, target=None, type=None, gate=None)
            st.rerun()
    else:
        refused = partial(proposals.refused, ask)
        saving.dry_run(key, lambda: client.dry_run.create_link(ask), {}, refused)
    saving.outcome(client)
    proposals.offer(client)
    saving.show_dry_run(key)


def _type() -> str:
    terms = session.terms("LinkType")
    options = list(fields.ENDS)
    now = address.one("type")
    key = "new-type"
    st.session_state[key] = now if now in options else options[0]
    return st.selectbox(
        _("What ties them together"), options, key=key, format_func=terms.__getitem__,
        on_change=_typed,
    )  # fmt: skip


def _typed() -> None:
    """Write the chosen type; ends and gate are removed, since other types have other ends."""
    address.change(type=st.session_state["new-type"], source=None, target=None, gate=None)


def _begun(context: ScreenContext, link_type: str) -> Mapping[str, Any]:
    told_here = {name: address.one(name) for name in _FROM_ADDRESS}
    return {
        **fields.begun(link_type),
        "valid_from": context.on.isoformat(),
        "levels": list(session.terms("PreventionLevel")),
        **{name: one for name, one in told_here.items() if one},
    }


def _ends(link_type: str, source: str, target: str) -> dict[str, str]:
    """The ids of both ends; `KNOWS` has no direction, so the smaller id comes first."""
    if link_type == "KNOWS":
        source, target = sorted((source, target))
    return dict(zip((f"{one}_id" for one in _ENDS), (source, target), strict=True))


def link_to(link_type: str, *, target: str) -> dict[str, address.Value]:
    """The address parameters of a new link to a node."""
    return {"tab": "new", "type": link_type, "target": target}
