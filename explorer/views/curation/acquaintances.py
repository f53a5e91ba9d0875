"""The user's acquaintances: a tie is confirmed by the other person; either may end it."""

from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, ChangedFields, VersionedValue
from api.schemas.entities import LinkCard, NodeName
from explorer import address, frame, screen_state
from explorer.i18n import _, day, ngettext, plain
from explorer.views.curation import editing

_MOST: Final = 50
_Tie = VersionedValue[LinkCard]


def show(context: frame.ScreenContext) -> None:
    """Draw the user's ties, each with the possible actions."""
    me = context.me.person
    if me is None:
        st.info(_("Your account is tied to no person, so nobody can say that they know you."))
        return
    client, knows = context.client, partial(context.client.links, type="KNOWS", limit=_MOST)
    ties = screen_state.fetch_and_watch(
        client, ("ties", me),
        lambda: [
            client.link(link.id)
            for page in (next(knows(source=me)), next(knows(target=me)))
            for link in page.found
        ],
    )  # fmt: skip
    if ties:
        st.header(
            ngettext("You know {count} person", "You know {count} people", len(ties)),
            anchor=False,
        )
    else:
        st.info(_("Nobody is said to know you."))
    for tie in ties:
        link = tie.value
        other = link.target if link.source.id == me else link.source
        is_confirmed = bool(link.fields.get("is_confirmed"))
        is_theirs = link.fields.get("declared_by") not in (me, None)
        with st.container(border=True):
            st.markdown(f"**{plain(editing.name(other))}**")
            by_whom = _("said by the other alone") if is_theirs else _("said by you alone")
            if is_confirmed:
                by_whom = _("confirmed by both")
            last = editing.day_in(link.fields.get("last_contact_on"))
            contact = _("last in touch {day}", day=day(last)) if last else _("last contact unknown")
            st.markdown(f"{by_whom} · {contact}")
            with st.container(horizontal=True):
                if is_theirs and not is_confirmed:
                    _button(client, tie, "confirm", _("Yes, we know each other"), is_confirmed=True)
                today = context.on.isoformat()
                _button(client, tie, "met", _("In touch today"), last_contact_on=today)
                st.button(
                    _("I don't know this person"), key=f"unknown-{link.id}",
                    on_click=_take_away, args=(client, tie, other),
                )  # fmt: skip
    st.button(
        _("Add somebody you know"),
        key="tie-new",
        on_click=partial(address.change, tab="new", type="KNOWS", source=me, target=None),
    )


def _button(client: ApiClient, tie: _Tie, name: str, label: str, **values: bool | str) -> None:
    def change() -> None:
        fields = ChangedFields(fields={**values})
        refused = partial(editing.refuse, saw=[tie.value])
        editing.write(lambda: client.change_link(tie.value.id, fields, tie.etag), refused)

    st.button(label, key=f"{name}-{tie.value.id}", on_click=change)


def _take_away(client: ApiClient, tie: _Tie, other: NodeName) -> None:
    refused = partial(editing.refuse, saw=[tie.value])
    if editing.write(lambda: client.end_link(tie.value.id, tie.etag), refused) is not None:
        editing.note(_("The tie to {name} is taken away.", name=editing.name(other)))
