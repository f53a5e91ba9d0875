"""The contact requests tab: requests to the user's posts, and requests by the user.

A door opener sees whom to call back and for which purpose, and records the outcome; the civilian's
details are not passed on.
"""

from typing import Final

import streamlit as st

from api.client import ApiClient, AskedState
from api.schemas.reveal import ContactRequest
from explorer import revealed_details, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, day, ngettext, plain
from explorer.labels import labels
from explorer.reveal import MaskedDetail
from explorer.views.curation import editing

_PLACE: Final = "contact-requests"
"""The key under which the reason is drawn if a number is not shown."""


def show(context: ScreenContext) -> None:
    """Draw the pending requests to the user, the answered ones, and the user's own."""
    revealed_details.begin(context)
    found = screen_state.fetch(context.client, "contact-requests", context.client.contact_requests)
    waiting = [one for one in found.received if one.is_open]
    count = len(waiting)
    if count:
        text = ngettext("{count} request to pass on", "{count} requests to pass on", count)
        st.header(text, anchor=False)
    else:
        st.header(_("To pass on"), anchor=False)
        st.info(_("No request waits for you."))
    for one in waiting:
        with st.container(border=True):
            _show_request(one)
            _caller(context, one)
            _answers(context.client, one)
    revealed_details.refusal(_PLACE)
    answered = [one for one in found.received if not one.is_open]
    if answered:
        st.header(_("Answered in the last thirty days"), anchor=False)
    for one in answered:
        with st.container(border=True):
            _show_request(one)
    st.header(_("Asked for by you"), anchor=False)
    if not found.made:
        st.info(_("You have asked for no contact in the last thirty days."))
    for one in found.made:
        with st.container(border=True):
            _show_request(one)
    revealed_details.watch()


def _show_request(one: ContactRequest) -> None:
    """Draw the civilian, the purpose, the door opener, the date and the state of a request."""
    individual = one.individual_name or labels().unnamed("ResourceIndividual")
    purpose = session.term("Trigger", one.purpose)
    st.markdown(f"**{plain(individual)}** · {plain(purpose)}")
    through = _("Through {post}", post=plain(one.opener_name or one.opener))
    st.caption(f"{through} · " + _("asked for {day}", day=day(one.made_at)))
    states = {
        "ASKED": ("gray", _("Not passed on yet")),
        "PASSED_ON": ("blue", _("Passed on")),
        "LATER": ("gray", _("Asked to wait")),
        "YES": ("green", "✓ " + _("Said yes")),
        "NO": ("red", "✕ " + _("Said no")),
    }
    color, text = states[one.state]
    told = f":{color}-badge[{text}]"
    if one.state != "ASKED":
        told += f" {day(one.changed_at)}"
    st.markdown(told)


def _caller(context: ScreenContext, one: ContactRequest) -> None:
    """Draw the person to be called back, with the contact detail in the request."""
    if one.channel is None or one.asked_by is None:
        st.markdown(_("The contact detail that was handed on no longer holds."))
        return
    name = one.asked_by.name or _("a colleague from elsewhere")
    st.markdown(_("To be called back: {name}", name=plain(name)))
    if revealed_details.may_reveal(context):
        detail = MaskedDetail(detail=one.detail, channel=one.channel, hint=None, owner=name)
        revealed_details.button(detail, one.purpose, key=f"request-{one.id}", place=_PLACE)


def _answers(client: ApiClient, one: ContactRequest) -> None:
    offered = {
        "PASSED_ON": _("I have passed it on"),
        "YES": _("The answer is yes"),
        "NO": _("The answer is no"),
        "LATER": _("Not now, ask later"),
    }
    with st.container(horizontal=True):
        for state, label in offered.items():
            if state != one.state:
                st.button(
                    label, key=f"{state}-{one.id}", on_click=_answer, args=(client, one, state)
                )


def _answer(client: ApiClient, one: ContactRequest, state: str) -> None:
    body = AskedState.model_validate({"state": state})
    if editing.attempt(lambda: client.answer_contact_request(one.id, body)) is not None:
        editing.note(_("Saved. Whoever asked can see it."))
