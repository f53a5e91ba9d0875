"""May I have this number, or must somebody ask for me?"""

import hashlib
from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header

from api.audited import AuditedRoute
from api.errors import Refused
from api.identity.contact_requests import Asking, State
from api.identity.dependencies import may
from api.revealing import day_budget, require_proof
from api.schemas.reveal import (
    AskedContact,
    AskedReveal,
    AskedState,
    ContactRequest,
    ContactRequests,
    Revealed,
)
from api.visit import Visit
from graph.access import Task
from graph.errors import NotFound
from graph.offices import own_posts
from graph.purposes import NEEDS, Purpose
from graph.questions.reveal import door_openers, is_metered, may_ask, may_reveal
from graph.reached import reached_by
from graph.rights import owner_of
from graph.view import View
from graph.vocabulary import Channel, Label, LinkType

router = APIRouter(tags=["May I have this number?"], route_class=AuditedRoute)
Revealing = Annotated[
    Visit, Depends(may(Task.REVEAL, plain=("detail", "channel", "purpose", "lang")))
]
Requesting = Annotated[
    Visit, Depends(may(Task.ASK, plain=("individual", "purpose", "opener", "lang")))
]
Answering = Annotated[Visit, Depends(may(Task.ASK, plain=("request_id", "state", "lang")))]
Looking = Annotated[Visit, Depends(may(Task.OWN, plain=("lang",)))]
Key = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=8, max_length=120, examples=["3f1c0a52-asked-jens"]),
]
_MEDIATED: Final = (
    "Samtykket gælder kun gennem døråbneren. Bed om kontakt med POST /contact-requests.",
    "The consent holds through the door opener only. Ask by POST /contact-requests.",
)
_NO_DETAIL: Final = (
    "Du har ingen arbejdsoplysning at give videre. Tilføj en til din egen person først.",
    "You have no work detail to hand on. Add one to your own person first.",
)


@router.post("/reveal")
def reveal_detail(visit: Revealing, asked: AskedReveal) -> Revealed:
    """One contact detail in clear, for a purpose; it counts, and is written down.

    A civilian's is shown only where their consent names the channel; else the answer names the
    door opener to ask.
    """
    purpose, view = Purpose(asked.purpose), visit.view()
    is_given = asked.detail in _given(visit)
    detail = view.find(asked.detail)
    counts = not is_given and (detail is None or is_metered(view, detail))
    if counts or visit.who.scopes is not None:
        require_proof(visit, view, purpose)
    if not is_given and not may_reveal(view, asked.detail, purpose):
        raise _instead(view, asked.detail)
    owner, channel = _reached(visit, view, asked.detail)
    if channel is not Channel(asked.channel):
        raise NotFound(asked.detail)
    if counts:
        visit.purpose = purpose.value
        visit.budget = day_budget(visit.house.settings, purpose)
    visit.subjects.add(owner)
    return Revealed.model_validate(
        {"detail": asked.detail, "owner": owner, "channel": asked.channel,
         "value": visit.directory.reveal(asked.detail)}
    )  # fmt: skip


def _given(visit: Visit) -> frozenset[str]:
    """The details that were handed on to the caller's posts, with an asking that is still open."""
    received = visit.house.accounts.contact_requests.received_by(_posts(visit))
    return frozenset(one.detail for one in received if one.is_open)


def _reached(visit: Visit, view: View, detail_id: str) -> tuple[str, Channel]:
    """Whom a detail reaches, and how."""
    detail = view.find(detail_id)
    owner = None if detail is None else owner_of(view, detail)
    if detail is not None and owner is not None:
        return view.id(owner), view.value(detail, "channel")
    found = reached_by(
        visit.directory.snapshot(), detail_id, view.on,
        withheld=visit.house.accounts.withholdings.withheld(),
    )  # fmt: skip
    if found is None:
        raise NotFound(detail_id)
    return found


def _instead(view: View, detail_id: str) -> Exception:
    """What to say of a detail that may not be shown: of a civilian's that is seen, whom to ask."""
    detail = view.find(detail_id)
    owner = None
    if detail is not None and view.label(detail) is Label.CONTACT_DETAIL:
        owner = owner_of(view, detail)
    if owner is None or not may_ask(view, view.id(owner)):
        return NotFound(detail_id)
    openers = [{"id": view.id(post), "name": view.name(post)} for post in door_openers(view, owner)]
    return Refused("mediated-only", _MEDIATED, individual=view.id(owner), openers=openers)


# ---- through the door opener


@router.post("/contact-requests", status_code=201)
def ask_for_contact(visit: Requesting, asked: AskedContact, key: Key) -> ContactRequest:
    """Asks a civilian's door opener to pass on that I want to be called back.

    My own work detail goes to the door opener's post; the civilian's goes nowhere.
    """
    view = visit.view()
    if not may_ask(view, asked.individual) or Purpose(asked.purpose) not in NEEDS:
        raise NotFound(asked.individual)
    openers = [view.id(post) for post in door_openers(view, view.row(asked.individual))]
    opener = asked.opener or next(iter(openers), None)
    if opener is None or opener not in openers:
        raise NotFound(asked.individual)
    visit.purpose = asked.purpose
    visit.subjects.add(asked.individual)
    made = visit.house.accounts.contact_requests.ask(
        visit.who.account, individual=asked.individual, opener=opener, purpose=asked.purpose,
        detail=_own_work_detail(view), key=hashlib.sha256(key.encode()).hexdigest(),
    )  # fmt: skip
    return ContactRequest.model_validate(made)


def _own_work_detail(view: View) -> str:
    """The first of the caller's own work details, in the order they are to be tried."""
    person = view.find(view.caller.person or "")
    links = [] if person is None else list(view.out(person, LinkType.REACHED_BY))
    links.sort(key=lambda link: (view.link_value(link, "order"), view.id(view.target(link))))
    for link in links:
        if view.value(view.target(link), "is_work"):
            return view.id(view.target(link))
    raise Refused("invalid", _NO_DETAIL, errors=[
        {"pointer": "", "field": "detail", "rule": "OWN_WORK_DETAIL"}
    ])  # fmt: skip


@router.get("/contact-requests")
def read_contact_requests(visit: Looking) -> ContactRequests:
    """What I have asked for, and what my posts are to pass on; the last thirty days."""
    requests = visit.house.accounts.contact_requests
    view = visit.view()
    return ContactRequests(
        made=_told(view, requests.made_by(visit.who.account)),
        received=_told(view, requests.received_by(_posts(visit))),
    )


def _told(view: View, askings: Iterable[Asking]) -> tuple[ContactRequest, ...]:
    """Those whose civilian is still there for the caller."""
    return tuple(
        ContactRequest.model_validate(one)
        for one in askings
        if view.find(one.individual) is not None
    )


@router.post("/contact-requests/{request_id}/state")
def answer_contact_request(visit: Answering, request_id: str, asked: AskedState) -> ContactRequest:
    """Says what became of an asking to a post of mine: passed on, yes, no or later."""
    answered = visit.house.accounts.contact_requests.answer(
        request_id, _posts(visit), State(asked.state)
    )
    if answered is None:
        raise NotFound(request_id)
    visit.subjects.add(answered.individual)
    return ContactRequest.model_validate(answered)


def _posts(visit: Visit) -> frozenset[str]:
    directory = visit.directory
    return own_posts(directory.snapshot(), visit.who.caller.person, directory.today())
