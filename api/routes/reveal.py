"""Routes of contact details in clear, and of contact requests through a door opener."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header

from api.audited_route import AuditedRoute
from api.dependencies import may
from api.errors import Refusal
from api.i18n import bilingual
from api.identity.contact_requests import ContactRequestState, StoredContactRequest
from api.identity.reveal_limits import (
    ShowableDetail,
    counts,
    day_budget,
    part_of,
    require_proof,
    showable_detail,
)
from api.schemas.entities import NodeName
from api.schemas.reveal import (
    AskedContact,
    AskedReveal,
    AskedState,
    ContactRequest,
    ContactRequests,
    RevealedDetail,
    RevealedDetails,
)
from api.state import RequestContext
from graph.access.consent_lookup import contact_detail_owner
from graph.access.permissions import owner_of
from graph.access.policy import Task
from graph.access.purposes import NEEDS, Purpose
from graph.access.view import View
from graph.errors import NotFound
from graph.questions.reveal import door_openers, may_ask
from graph.snapshot.structure import own_posts
from graph.vocabulary import Channel, LinkType

router = APIRouter(tags=["May I have this number?"], route_class=AuditedRoute)
RevealContext = Annotated[
    RequestContext,
    Depends(may(Task.REVEAL, plain=("detail", "channel", "details", "purpose", "beyond", "lang"))),
]
AskContext = Annotated[
    RequestContext, Depends(may(Task.ASK, plain=("individual", "purpose", "opener", "lang")))
]
AnswerContext = Annotated[
    RequestContext, Depends(may(Task.ASK, plain=("request_id", "state", "lang")))
]
OwnContext = Annotated[RequestContext, Depends(may(Task.OWN, plain=("count_only", "lang")))]
Key = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=8, max_length=120, examples=["3f1c0a52-asked-jens"]),
]
_NO_DETAIL: Final = bilingual(
    "You have no work contact detail to pass on. Add one to your own person first."
)


@router.post("/reveal")
def reveal_detail(context: RevealContext, body: AskedReveal) -> RevealedDetail | RevealedDetails:
    """Reveals one or several contact details, for a purpose.

    Each is logged, and counts once a day. Of several, all are shown or none: the problem says which
    one may not be. A detail of a civilian is shown only if the consent names the channel; otherwise
    the answer names the door opener to ask.
    """
    view, purpose = context.view(), Purpose(body.purpose)
    choices = body.requested_details
    # details passed on to the caller's posts by contact requests that are still open
    received = context.app_state.accounts.contact_requests.received_by(_posts(context))
    passed_on = {contact.detail for contact in received if contact.is_open}
    is_any_counted = any(
        choice.detail not in passed_on and counts(view, choice.detail) for choice in choices
    )
    if is_any_counted or context.who.scopes is not None:
        require_proof(context, view, purpose)
    places: list[int | None] = [None] if body.details is None else [*range(len(choices))]
    details: list[ShowableDetail] = []
    for place, choice in zip(places, choices, strict=True):
        with _add_pointer(place):
            if choice.detail in passed_on:
                detail = _handed_on(context, view, choice.detail)
            else:
                detail = showable_detail(view, choice.detail, purpose)
            if detail.channel is not Channel(choice.channel):
                raise NotFound(choice.detail)
            details.append(detail)
    revealed: list[RevealedDetail] = []
    for place, detail in zip(places, details, strict=True):
        with _add_pointer(place):
            value = context.directory.reveal(detail.detail)
            revealed.append(
                RevealedDetail.model_validate(
                    {"detail": detail.detail, "owner": detail.owner,
                     "channel": detail.channel.value, "value": value}
                )
            )  # fmt: skip
    context.parts = tuple(part_of(context.app_state.audit, detail, purpose) for detail in details)
    if is_any_counted:
        context.budget = day_budget(context.app_state.settings, purpose, is_beyond=body.beyond)
    return revealed[0] if body.details is None else RevealedDetails(revealed=tuple(revealed))


@contextmanager
def _add_pointer(place: int | None) -> Generator[None]:
    """Add the JSON pointer of the detail to a problem with one of several details."""
    try:
        yield
    except (NotFound, Refusal) as error:
        if place is None:
            raise
        refused = error if isinstance(error, Refusal) else Refusal("not-found")
        raise Refusal(
            refused.kind.slug, refused.detail, **refused.members, pointer=f"/details/{place}"
        ) from error


def _handed_on(context: RequestContext, view: View, detail_id: str) -> ShowableDetail:
    """A detail that its owner has passed on: it requires no right and does not count.

    Raises: NotFound: it has ended, or is withheld.
    """
    detail = view.find(detail_id)
    owner = None if detail is None else owner_of(view, detail)
    if detail is not None and owner is not None:
        reached = view.id(owner), view.value(detail, "channel")
    else:
        reached = contact_detail_owner(
            context.directory.snapshot(), detail_id, view.on,
            withheld=context.directory.withheld(),
        )  # fmt: skip
    if reached is None:
        raise NotFound(detail_id)
    return ShowableDetail(detail=detail_id, owner=reached[0], channel=reached[1], counts=False)


# ---- through the door opener


@router.post("/contact-requests", status_code=201)
def ask_for_contact(context: AskContext, body: AskedContact, key: Key) -> ContactRequest:
    """Asks a civilian's door opener to pass on that you want to be called back.

    Your own work detail goes to the door opener's post; the civilian's detail is not shared.
    Without `opener` it goes to a post where somebody is present. A request that another door opener
    has not passed on yet is replaced.
    """
    view = context.view()
    if not may_ask(view, body.individual) or Purpose(body.purpose) not in NEEDS:
        raise NotFound(body.individual)
    openers = [view.id(post) for post in door_openers(view, view.row(body.individual))]
    opener = body.opener or next(iter(openers), None)
    if opener is None or opener not in openers:
        raise NotFound(body.individual)
    context.purpose = body.purpose
    context.subjects.add(body.individual)
    # The first of the caller's own work details is shared, in the order they are to be tried.
    person = view.find(view.caller.person or "")
    links = [] if person is None else list(view.out(person, LinkType.REACHED_BY))
    links.sort(key=lambda link: (view.link_value(link, "order"), view.id(view.target(link))))
    own_details = map(view.target, links)
    detail = next((row for row in own_details if view.value(row, "is_work")), None)
    if detail is None:
        raise Refusal("invalid", _NO_DETAIL, errors=[
            {"pointer": "", "field": "detail", "rule": "OWN_WORK_DETAIL"}
        ])  # fmt: skip
    contact_request = context.app_state.accounts.contact_requests.ask(
        context.who.account, individual=body.individual, opener=opener, purpose=body.purpose,
        detail=view.id(detail), key=hashlib.sha256(key.encode()).hexdigest(),
    )  # fmt: skip
    return _wire(context, view, contact_request)


@router.get("/contact-requests")
def read_contact_requests(context: OwnContext, *, count_only: bool = False) -> ContactRequests:
    """Lists your contact requests of the last thirty days, and those to your posts.

    With `count_only` it returns only how many wait for an answer from you, without names.
    """
    requests = context.app_state.accounts.contact_requests
    view = context.view()
    received = [
        request for request in requests.received_by(_posts(context)) if _is_visible(view, request)
    ]
    waiting = sum(request.is_open for request in received)
    if count_only:
        return ContactRequests(made=(), received=(), waiting=waiting)
    own_requests = [
        request for request in requests.made_by(context.who.account) if _is_visible(view, request)
    ]
    return ContactRequests(
        made=tuple(_wire(context, view, request) for request in own_requests),
        received=tuple(_wire(context, view, request, is_received=True) for request in received),
        waiting=waiting,
    )


def _is_visible(view: View, request: StoredContactRequest) -> bool:
    """Whether the civilian of a contact request is still visible to the caller."""
    return view.find(request.individual) is not None


@router.post("/contact-requests/{request_id}/state")
def answer_contact_request(
    context: AnswerContext, request_id: str, body: AskedState
) -> ContactRequest:
    """Records the outcome of a contact request to one of your posts.

    The civilian has been asked, has agreed or declined, or is to be asked later.
    """
    answered = context.app_state.accounts.contact_requests.answer(
        request_id, _posts(context), ContactRequestState(body.state)
    )
    if answered is None:
        raise NotFound(request_id)
    context.subjects.add(answered.individual)
    return _wire(context, context.view(), answered, is_received=True)


def _wire(
    context: RequestContext,
    view: View,
    request: StoredContactRequest,
    *,
    is_received: bool = False,
) -> ContactRequest:
    """The wire form of a contact request; for its door opener, with whom to call back and how."""
    handed_on: ShowableDetail | None = None
    if is_received and request.is_open:
        with suppress(NotFound):
            handed_on = _handed_on(context, view, request.detail)
    names: dict[str, object] = {
        "individual_name": view.name_of(request.individual),
        "opener_name": view.name_of(request.opener),
    }
    if handed_on is not None:
        asked_by = NodeName(id=handed_on.owner, name=view.name_of(handed_on.owner))
        names |= {"channel": handed_on.channel.value, "asked_by": asked_by}
    return ContactRequest.model_validate(request).model_copy(update=names)


def _posts(context: RequestContext) -> frozenset[str]:
    directory = context.directory
    return own_posts(directory.snapshot(), context.who.caller.person, directory.today())
