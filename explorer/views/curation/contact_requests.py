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
    requests = screen_state.fetch(
        context.client, "contact-requests", context.client.contact_requests
    )
    waiting = [request for request in requests.received if request.is_open]
    count = len(waiting)
    if count:
        text = ngettext("{count} request to pass on", "{count} requests to pass on", count)
        st.header(text, anchor=False)
    else:
        st.header(_("To pass on"), anchor=False)
        st.info(_("No request waits for you."))
    for request in waiting:
        with st.container(border=True):
            _show_request(request)
            # The person to be called back, with the contact detail in the request.
            if request.channel is None or request.asked_by is None:
                st.markdown(_("The contact detail that was handed on no longer holds."))
            else:
                name = request.asked_by.name or _("a colleague from elsewhere")
                st.markdown(_("To be called back: {name}", name=plain(name)))
                if revealed_details.may_reveal(context):
                    detail = MaskedDetail(
                        detail=request.detail, channel=request.channel, hint=None, owner=name
                    )
                    revealed_details.button(
                        detail, request.purpose, key=f"request-{request.id}", place=_PLACE
                    )
            _answers(context.client, request)
    revealed_details.refusal(_PLACE)
    answered = [request for request in requests.received if not request.is_open]
    if answered:
        st.header(_("Answered in the last thirty days"), anchor=False)
    for request in answered:
        with st.container(border=True):
            _show_request(request)
    st.header(_("Asked for by you"), anchor=False)
    if not requests.made:
        st.info(_("You have asked for no contact in the last thirty days."))
    for request in requests.made:
        with st.container(border=True):
            _show_request(request)
    revealed_details.watch()


def _show_request(request: ContactRequest) -> None:
    """Draw the civilian, the purpose, the door opener, the date and the state of a request."""
    individual = request.individual_name or labels().generic_name("ResourceIndividual")
    purpose = session.term("Trigger", request.purpose)
    st.markdown(f"**{plain(individual)}** · {plain(purpose)}")
    through = _("Through {post}", post=plain(request.opener_name or request.opener))
    st.caption(f"{through} · " + _("asked for {day}", day=day(request.made_at)))
    states = {
        "ASKED": ("gray", _("Not passed on yet")),
        "PASSED_ON": ("blue", _("Passed on")),
        "LATER": ("gray", _("Asked to wait")),
        "YES": ("green", "✓ " + _("Said yes")),
        "NO": ("red", "✕ " + _("Said no")),
    }
    color, text = states[request.state]
    badge = f":{color}-badge[{text}]"
    if request.state != "ASKED":
        badge += f" {day(request.changed_at)}"
    st.markdown(badge)


def _answers(client: ApiClient, request: ContactRequest) -> None:
    offered = {
        "PASSED_ON": _("I have passed it on"),
        "YES": _("The answer is yes"),
        "NO": _("The answer is no"),
        "LATER": _("Not now, ask later"),
    }
    with st.container(horizontal=True):
        for state, label in offered.items():
            if state != request.state:
                st.button(
                    label,
                    key=f"{state}-{request.id}",
                    on_click=_answer,
                    args=(client, request, state),
                )


def _answer(client: ApiClient, request: ContactRequest, state: str) -> None:
    body = AskedState.model_validate({"state": state})
    if editing.attempt(lambda: client.answer_contact_request(request.id, body)) is not None:
        editing.note(_("Saved. Whoever asked can see it."))
