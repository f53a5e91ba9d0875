"""One consent recorded anew: a receipt never changes, so this is the next one."""

from functools import partial

import streamlit as st
from pydantic import ValidationError

from api.client import AskedRenewal
from api.schemas.changes import Receipt
from explorer import address, screen_state
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.views.curation import agreed, saving


def show(context: ScreenContext, receipt: Receipt) -> None:
    """The form, filled in from the receipt before."""
    read = partial(context.client.entity, receipt.id)
    before = screen_state.fetch(context.client, ("receipt", receipt.id), read).thing.entity.fields
    known = agreed.offices(context.client, receipt.renewal_by, before.get("audience", ()))
    key = f"renew-form-{receipt.id}"
    with st.form(key, enter_to_submit=False):
        st.subheader(_("What was agreed to this time"), anchor=False)
        told = agreed.typed(before, known, context.on, key=key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Record the renewal"), type="primary")
            st.form_submit_button(
                _("Close without renewing"), on_click=partial(address.change, id=None)
            )
    if not is_saved:
        return
    try:
        asked = AskedRenewal.model_validate(told)
    except ValidationError:
        st.error(_("Fill in purposes, receivers, channels, dates and the version of the text."))
        return
    if saving.attempt(lambda: context.client.renew_consent(receipt.id, asked)) is not None:
        saving.note(_("The consent is renewed."))
        address.change(id=None)
        st.rerun()
    saving.outcome(context.client)
