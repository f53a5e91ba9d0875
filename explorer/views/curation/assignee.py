"""Who checks a due link: taken on, handed over to a colleague, or given back."""

from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, Assigned
from api.schemas.entities import DueLink
from api.schemas.words import Label
from explorer import address
from explorer.i18n import _, day, plain
from explorer.labels import labels
from explorer.views.curation import editing, fields

_HANDED: Final = "hand"
_TO: Final = "to"
_PERSON: Final[frozenset[Label]] = frozenset(("Person",))


def line(due: DueLink) -> str:
    """Who has taken it on; nothing where nobody has."""
    assignee = due.assignee
    if assignee is None:
        return ""
    since = day(assignee.since)
    if assignee.is_me:
        return _("Taken on by you, {day}", day=since)
    if assignee.person is not None and assignee.person.name:
        return _("Taken on by {name}, {day}", name=plain(assignee.person.name), day=since)
    return _("Taken on by a colleague, {day}", day=since)


def buttons(client: ApiClient, due: DueLink) -> None:
    """Draw the buttons that take it on, hand it over and give it back."""
    link_id = due.link.id
    if due.assignee is not None and due.assignee.is_me:
        st.button(
            _("Give back"), key=f"back-{link_id}", type="tertiary",
            on_click=_give_back, args=(client, due),
        )  # fmt: skip
    else:
        st.button(
            _("Take on"), key=f"take-{link_id}", type="tertiary", on_click=_assign,
            args=(client, due, None),
        )  # fmt: skip
    st.button(
        _("Hand over …"), key=f"hand-{link_id}", type="tertiary",
        on_click=partial(address.change, **{_HANDED: link_id, _TO: None}),
    )  # fmt: skip


def hand_over(client: ApiClient, due: DueLink) -> None:
    """Draw the choice of a colleague, where it was asked for."""
    if address.one(_HANDED) != due.link.id:
        return
    person = fields.pick(client, labels(), _("Who is to check it?"), _TO, _PERSON)
    with st.container(horizontal=True):
        st.button(
            _("Hand over"), key="hand-over", type="primary", disabled=person is None,
            on_click=_assign, args=(client, due, person),
        )  # fmt: skip
        st.button(_("Cancel"), key="hand-cancel", on_click=_close)


def _assign(client: ApiClient, due: DueLink, person: str | None) -> None:
    seen = None if due.assignee is None else due.assignee.since
    assigned = Assigned(person=person, seen=seen)
    done = editing.attempt(lambda: client.assign_link(due.link.id, assigned))
    if done is not None:
        editing.note(_("Handed over.") if person is not None else _("Taken on."))
        _close()


def _give_back(client: ApiClient, due: DueLink) -> None:
    def give_back() -> bool:
        client.give_back_link(due.link.id)
        return True

    if editing.attempt(give_back):
        editing.note(_("Given back."))


def _close() -> None:
    address.change(**dict.fromkeys((_HANDED, _TO)))
