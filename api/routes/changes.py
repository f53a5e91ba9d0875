"""Routes that write: change sets, and proposals of changes for those who may make them."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Response

from api.audited_route import AuditedRoute
from api.dependencies import may
from api.editing import proposals
from api.editing.apply import Place, WriteRequest, perform_dry_run, save
from api.editing.assignments import assign
from api.editing.idempotency import IdempotencyKey, Keyed
from api.editing.second_approval import approve
from api.imports import undo
from api.schemas.changes import (
    ChangedFields,
    ChangeSet,
    Create,
    Ending,
    NewEntity,
    NewLink,
    NewProposal,
    Proposal,
    ProposalAnswer,
    Proposals,
    Reason,
    Rehearsal,
    Update,
    Verify,
    WriteResult,
)
from api.schemas.entities import Assignee, NewAssignment
from api.state import RequestContext
from graph.access.policy import Task

router = APIRouter(tags=["Change it"], route_class=AuditedRoute)
_PLAIN: Final = (
    "node_id", "link_id", "change_set", "lang", "dry_run", "reason", "label", "type",
)  # fmt: skip
EditContext = Annotated[RequestContext, Depends(may(Task.EDIT, plain=_PLAIN))]
EndContext = Annotated[RequestContext, Depends(may(Task.EDIT, plain=(*_PLAIN, "on")))]
VerifyContext = Annotated[RequestContext, Depends(may(Task.VERIFY, plain=_PLAIN))]
AssignContext = Annotated[
    RequestContext, Depends(may(Task.VERIFY, plain=(*_PLAIN, "person", "seen")))
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200,
           description="the ETag of the node or link as you read it", examples=['"5f0c…"']),
]  # fmt: skip
DryRun = Annotated[
    bool, Query(description="report what would change and every fault, and write nothing")
]
EndOn = Annotated[
    date | None, Query(description="the first day on which it is no longer true; default: today")
]
_REHEARSED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A dry run", "model": Rehearsal}
}


def _write(
    context: RequestContext,
    response: Response,
    key: IdempotencyKey,
    changes: ChangeSet,
    *,
    place: Place | None = None,
    is_second_yes: bool = False,
    dry_run: bool,
) -> WriteResult | Rehearsal:
    """Write or dry-run; ETag and Location of a single element of `place` are sent as headers."""
    body = WriteRequest(changes=changes, place=place, key=key, is_second_yes=is_second_yes)
    if dry_run:
        response.status_code = 200
        return perform_dry_run(context, body)
    answer = save(context, body)
    if place is not None:
        (only,) = answer.things
        response.headers["ETag"] = only.etag
        if only.kind == "CREATED":
            response.headers["Location"] = f"/{place}/{only.id}"
    return answer


# ---- create


@router.post("/entities", status_code=201, responses=_REHEARSED)
def create_entity(
    context: EditContext, response: Response, key: Keyed, body: NewEntity, dry_run: DryRun = False
) -> WriteResult | Rehearsal:
    """Creates a node.

    A node that cannot stand alone, such as a post without an authority, is created with a change
    set.
    """
    create = Create(label=body.label, id=body.id, fields=body.fields, is_checked=body.is_checked)
    changes = ChangeSet(reason=body.reason, creates=(create,))
    return _write(context, response, key, changes, place="entities", dry_run=dry_run)


@router.post("/links", status_code=201, responses=_REHEARSED)
def create_link(
    context: EditContext, response: Response, key: Keyed, body: NewLink, dry_run: DryRun = False
) -> WriteResult | Rehearsal:
    """Creates a link between two nodes."""
    create = Create(type=body.type, fields=body.fields)
    changes = ChangeSet(reason=body.reason, creates=(create,))
    return _write(context, response, key, changes, place="links", dry_run=dry_run)


# ---- change


@router.patch("/entities/{node_id}")
def change_entity(
    context: EditContext, response: Response, key: Keyed, node_id: str, body: ChangedFields,
    if_match: IfMatch = None, dry_run: DryRun = False,
) -> WriteResult | Rehearsal:  # fmt: skip
    """Changes some fields of a node."""
    update = Update(id=node_id, if_match=if_match, fields=body.fields, is_checked=body.is_checked)
    changes = ChangeSet(reason=body.reason, updates=(update,))
    return _write(context, response, key, changes, place="entities", dry_run=dry_run)


@router.patch("/links/{link_id}")
def change_link(
    context: EditContext, response: Response, key: Keyed, link_id: str, body: ChangedFields,
    if_match: IfMatch = None, dry_run: DryRun = False,
) -> WriteResult | Rehearsal:  # fmt: skip
    """Changes some fields of a link; its two ends stay the same."""
    update = Update(id=link_id, if_match=if_match, fields=body.fields, is_checked=body.is_checked)
    changes = ChangeSet(reason=body.reason, updates=(update,))
    return _write(context, response, key, changes, place="links", dry_run=dry_run)


# ---- end


@router.delete("/entities/{node_id}")
def end_entity(
    context: EndContext, response: Response, key: Keyed, node_id: str, if_match: IfMatch = None,
    on: EndOn = None, reason: Reason = "CORRECTED", dry_run: DryRun = False,
) -> WriteResult | Rehearsal:  # fmt: skip
    """Ends a node and its links from a date on; nothing is deleted."""
    changes = ChangeSet(reason=reason, ends=(Ending(id=node_id, if_match=if_match, on=on),))
    return _write(context, response, key, changes, place="entities", dry_run=dry_run)


@router.delete("/links/{link_id}")
def end_link(
    context: EndContext, response: Response, key: Keyed, link_id: str, if_match: IfMatch = None,
    on: EndOn = None, reason: Reason = "CORRECTED", dry_run: DryRun = False,
) -> WriteResult | Rehearsal:  # fmt: skip
    """Ends a link from a date on; nothing is deleted.

    Ending the last verified contact of a network needs a successor in the same change set.
    """
    changes = ChangeSet(reason=reason, ends=(Ending(id=link_id, if_match=if_match, on=on),))
    return _write(context, response, key, changes, place="links", dry_run=dry_run)


# ---- verify


@router.post("/entities/{node_id}/verify")
def verify_entity(
    context: EditContext, response: Response, key: Keyed, node_id: str, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> WriteResult | Rehearsal:  # fmt: skip
    """Confirms that a contact detail is still correct, today and by your own post."""
    changes = ChangeSet(verifies=(Verify(id=node_id, if_match=if_match),))
    return _write(context, response, key, changes, place="entities", dry_run=dry_run)


@router.post("/links/{link_id}/verify")
def verify_link(
    context: VerifyContext, response: Response, key: Keyed, link_id: str, if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> WriteResult | Rehearsal:  # fmt: skip
    """Confirms that a link is still correct, today and by your own post."""
    changes = ChangeSet(verifies=(Verify(id=link_id, if_match=if_match),))
    return _write(context, response, key, changes, place="links", dry_run=dry_run)


# ---- who checks it


@router.put("/links/{link_id}/assignee", response_model_exclude_none=True)
def assign_link(context: AssignContext, link_id: str, body: NewAssignment) -> Assignee:
    """Assigns the check of a link to yourself or to a colleague.

    Both must be allowed to check it. Colleagues then see who is working on it; it gives no right,
    and lapses after thirty days.
    """
    return assign(context, link_id, person=body.person, expected_at=body.seen)


@router.delete("/links/{link_id}/assignee", status_code=204)
def give_back_link(context: AssignContext, link_id: str) -> None:
    """Gives back the check of a link that was assigned to you."""
    context.app_state.accounts.assignments.give_back(link_id, context.who.account)


# ---- several in one


@router.post("/change-sets")
def apply_change_set(
    context: EditContext, response: Response, key: Keyed, body: ChangeSet,
    dry_run: DryRun = False,
) -> WriteResult | Rehearsal:  # fmt: skip
    """Applies several changes as one: all of them or none.

    For example a person with contact details, a handover, or a reorganization.
    """
    return _write(context, response, key, body, dry_run=dry_run)


@router.post("/change-sets/{change_set}/confirm")
def confirm_change_set(
    context: EditContext, response: Response, key: Keyed, change_set: str, dry_run: DryRun = False
) -> WriteResult | Rehearsal:  # fmt: skip
    """Approves a change that ends more than 20 things, sent by someone else.

    It is written in your name and by your rights, and only if nothing in it has changed since. You
    cannot approve your own.
    """
    changes = approve(context, change_set)
    return _write(context, response, key, changes, is_second_yes=True, dry_run=dry_run)


@router.post("/change-sets/{change_set}/undo")
def undo_change_set(context: EditContext, change_set: str) -> WriteResult:
    """Undoes what you have written today, if nothing in it has changed since.

    Numbers and other old values are restored as they were. A consent is not undone, nor is a list
    that was imported, which has an undo of its own.
    """
    return undo.undo_change_set(context, change_set)


# ---- proposals

_PLAIN_PROPOSALS: Final = ("proposal_id", "answer", "lang", "dry_run")
OwnContext = Annotated[RequestContext, Depends(may(Task.OWN, plain=_PLAIN_PROPOSALS))]
ProposeContext = Annotated[
    RequestContext,
    Depends(may(Task.EDIT, plain=_PLAIN_PROPOSALS, sealed=("comment", "reason"))),
]


@router.get("/proposals")
def read_proposals(context: OwnContext) -> Proposals:
    """Lists your proposals of the last thirty days, and those that wait for your answer."""
    return Proposals(
        made=tuple(proposals.made_by(context)), waiting=tuple(proposals.waiting_for(context))
    )


@router.post("/proposals", status_code=201)
def make_proposal(context: ProposeContext, body: NewProposal) -> Proposal:
    """Proposes changes that you may not make yourself, to the stewards who may.

    A seat in your area for somebody from another area is proposed to the steward of that area.
    Nothing changes until a steward accepts it.
    """
    return proposals.propose(context, body)


@router.post("/proposals/{proposal_id}/answer", responses=_REHEARSED)
def answer_proposal(
    context: ProposeContext, proposal_id: str, body: ProposalAnswer, dry_run: DryRun = False
) -> Proposal | Rehearsal:
    """Accepts a proposal, which is then written, or refuses it with a reason.

    For a steward who may make all of its changes.
    """
    if body.answer == "REFUSED":
        return proposals.refuse(context, proposal_id, body.reason)
    if dry_run:
        return proposals.preview(context, proposal_id)
    return proposals.accept(context, proposal_id)


@router.delete("/proposals/{proposal_id}")
def withdraw_proposal(context: ProposeContext, proposal_id: str) -> Proposal:
    """Withdraws a proposal of yours that has not been answered."""
    return proposals.withdraw(context, proposal_id)
