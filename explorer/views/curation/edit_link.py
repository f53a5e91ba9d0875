"""The form that corrects, confirms or ends one link, based on the version that was opened."""

from functools import partial
from typing import Any

import streamlit as st

from api.client import ApiClient, ChangedFields, Conflict, NotFound, Problem
from api.schemas.changes import Written
from api.schemas.entities import LinkCard
from explorer import address
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.labels import labels
from explorer.views.curation import editing, fields, saving
from explorer.views.curation.saving import Fields

_Open = editing.OpenedEdit[LinkCard]


def show(context: ScreenContext, link_id: str) -> None:
    """Draw the form.

    Raises: NotFound: the link is absent or hidden.
    """
    held = editing.opened(f"link-{link_id}", partial(context.client.link, link_id))
    link, ways = held.thing, _ways(context.client, link_id)
    st.header(_("Correct the link"), anchor=False)
    chip = labels().chip(link.check.freshness, link.check.on) if link.check else ""
    st.markdown(f"{saving.sentence(link)} {chip}")
    with st.container(horizontal=True):
        if link.check is not None:
            st.button(
                _("Still true as it stands"), key="open-true",
                on_click=_verify, args=(context.client, held),
            )  # fmt: skip
        st.button(_("Close without saving"), on_click=_close, key="open-close")
    editing.side_by_side(held, (one.name for one in fields.fields_of(link.type)), ways)
    _form(context.client, held, ways)
    _ending(context, held)


def _ways(client: ApiClient, link_id: str) -> editing.EditActions:
    def change(changed: Fields, etag: str | None) -> Written:
        return client.change_link(link_id, ChangedFields(fields=dict(changed)), etag)

    return editing.EditActions(
        change=change, changes=partial(client.link_changes, link_id), close=_close
    )


def _close() -> None:
    editing.leave()
    address.change(id=None)


def _verify(client: ApiClient, held: _Open) -> None:
    do = partial(client.verify_link, held.thing.id, held.etag)
    if saving.write(do, partial(_outdated, held)) is not None:
        _close()


def _outdated(held: _Open, problem: Problem) -> None:
    """Handle a refused write: after a conflict the link is reread and the change is shown."""
    saving.refuse(problem, saw=[held.thing])
    if isinstance(problem, NotFound):
        _close()
    elif isinstance(problem, Conflict):
        editing.leave()


# ---- correction


def _form(client: ApiClient, held: _Open, ways: editing.EditActions) -> None:
    link = held.thing
    with st.form(held.key, enter_to_submit=False):
        typed = fields.drawn(link.type, link.fields, key=held.key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save the correction"), type="primary")
            is_asked = st.form_submit_button(_("Show what would change"))
    changed = fields.changed(link.type, link.fields, typed)
    if (is_saved or is_asked) and not changed:
        st.info(_("Nothing is changed. Press “Still true as it stands” to confirm it."))
    elif is_saved:
        editing.save(held, changed, ways)
        st.rerun()
    elif is_asked:
        _ask(client, held, changed, ways)
        st.rerun()
    saving.show_dry_run(held.key)


def _ask(
    client: ApiClient, held: _Open, changed: dict[str, Any], ways: editing.EditActions
) -> None:
    link = held.thing
    do = partial(client.dry_run.change_link, link.id, ChangedFields(fields=changed), held.etag)
    names = {link.id: saving.told(link)}
    saving.dry_run(held.key, do, names, partial(editing.refused, changed, ways))


# ---- end of the link


def _ending(context: ScreenContext, held: _Open) -> None:
    link, client = held.thing, context.client
    refused = partial(_outdated, held)
    st.subheader(_("No longer true"), anchor=False)
    key = f"end-{link.id}"
    with st.form(key, enter_to_submit=False):
        on = fields.day(_("First day it is no longer true"), context.on, key=f"{key}-on")
        reason = fields.reason(key)
        with st.container(horizontal=True):
            is_ended = st.form_submit_button(_("End the link"))
            is_asked = st.form_submit_button(_("Show what would end"))
    if is_asked:
        do = partial(client.dry_run.end_link, link.id, held.etag, on=on, reason=reason)
        saving.dry_run(key, do, {link.id: saving.told(link)}, refused)
        st.rerun()
    if is_ended:
        do = partial(client.end_link, link.id, held.etag, on=on, reason=reason)
        if saving.write(do, refused) is not None:
            _close()
        st.rerun()
    saving.show_dry_run(key)
