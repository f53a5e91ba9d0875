"""Exports of the register: the list, and a post's contact details."""

from datetime import date
from typing import Final, get_args

import streamlit as st

from api.client import AskedContacts, AskedExport
from api.schemas.entities import Entity
from api.schemas.words import Trigger
from explorer import files, session
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.views.register.search import RegisterResult

_PURPOSES: Final[tuple[Trigger, ...]] = get_args(Trigger)
_LIST: Final = "register-list-ticket"
_CONTACTS: Final = "register-vcard-ticket"


def take_list(context: ScreenContext, answer: RegisterResult) -> None:
    """Draw the CSV export of the list, without contact details and without civilians."""
    if not session.may(context.me, "EXPORT"):
        return
    nodes = tuple(row.id for row in answer.rows if row.label != "ResourceIndividual")
    if not nodes:
        return
    on: date | None = None if context.is_today else context.on
    with st.expander(_("Take the list along (CSV)")):
        if st.button(_("Make the file"), key="register-make-list"):
            asked = AskedExport(format="NODES_CSV", nodes=nodes, on=on)
            files.make(_LIST, (nodes, on), lambda: context.client.make_export(asked))
        files.offer(_LIST, (nodes, on))


def take_contacts(context: ScreenContext, one: Entity) -> None:
    """Draw the vCard export of a post, for a purpose; each detail counts as a reveal."""
    if one.label != "Actor" or not (context.is_today and session.may(context.me, "EXPORT_DETAILS")):
        return
    with st.expander(_("Contact for an address book (vCard)")):
        st.markdown(_("The file holds contact details: each counts as one that is shown."))
        names = session.terms("Trigger")
        purpose: Trigger | None = st.selectbox(
            _("What for?"), _PURPOSES, index=None, key="register-vcard-purpose",
            format_func=names.__getitem__, placeholder=_("Choose a purpose"),
            filter_mode=None,
        )  # fmt: skip
        if st.button(_("Make the vCard"), key="register-make-vcard"):
            if purpose is None:
                st.warning(_("Choose what you need it for."))
                return
            asked = AskedContacts(format="VCARD", purpose=purpose, post=one.id)
            files.make(_CONTACTS, one.id, lambda: context.client.reveal_contacts(asked))
        files.offer(_CONTACTS, one.id)
