"""A civilian who has just agreed: they and their consent come into the register as one change."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from api.client import ChangeSet, Create
from explorer import session
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.session import UserSeat
from explorer.views.curation import agreed, fields, saving
from explorer.views.curation.wording import field_name

_VISIBLE: Final = {"AREA", "NAMED"}


def show(context: ScreenContext, seat: UserSeat) -> None:
    """The form. Whoever looks opens the door, and their post renews the consent."""
    with st.expander(_("Record somebody who has agreed")):
        known = agreed.offices(context.client, seat.id, ())
        key = f"record-{seat.id}"
        with st.form(key, enter_to_submit=False):
            st.markdown(
                _("Only what the person has agreed to be shown as. Nothing about citizens.")
            )
            person = {
                "display_name": st.text_input(
                    field_name("display_name"), max_chars=120, key=f"{key}-name"
                ),
                "kind": fields.word(_("Kind of person"), "ResourceKind", None, key=f"{key}-kind"),
                "visibility": _visibility(key),
            }
            told = agreed.typed({}, known, context.on, key=key)
            is_saved = st.form_submit_button(_("Record both"), type="primary")
        if is_saved:
            changes = _as_one(fields.filled(person), fields.filled(told), seat.id)
            if saving.write(lambda: context.client.apply_change_set(changes)) is not None:
                st.rerun()
            saving.outcome(context.client)


def _visibility(key: str) -> str | None:
    terms = {word: label for word, label in session.terms("Visibility").items() if word in _VISIBLE}
    return st.selectbox(
        field_name("visibility"), list(terms), format_func=terms.__getitem__, key=f"{key}-seen"
    )


def _as_one(person: Mapping[str, Any], told: Mapping[str, Any], post: str) -> ChangeSet:
    """Neither is there without the other, nor without somebody who opens the door."""
    duties = {"recorded_by": post, "renewal_by": post}
    gave: dict[str, Any] = {"source_id": "@person", "target_id": "@consent"}
    door: dict[str, Any] = {
        "source_id": post, "target_id": "@person", "consent_id": "@consent",
        "levels": ["OUTREACH"],
    }  # fmt: skip
    return ChangeSet(
        creates=(
            Create(label="ResourceIndividual", called="@person", fields=dict(person)),
            Create(label="Consent", called="@consent", fields={**told, **duties}),
            Create(type="GAVE_CONSENT", fields=gave),
            Create(type="DOOR_OPENER_FOR", fields=door),
        )
    )
