"""May they sit here, too? Asked of the steward where somebody is at home, and answered there."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends

from api.audited_route import AuditedRoute
from api.dependencies import may
from api.editing import seat_proposals
from api.identity.seat_proposals import Proposal as Known
from api.schemas.proposals import NewProposal, Proposal, ProposalAnswer, Proposals
from api.state import RequestContext
from graph.access.policy import Task

router = APIRouter(tags=["Change it"], route_class=AuditedRoute)
_PLAIN = ("proposal_id", "type", "answer", "lang")
Looking = Annotated[RequestContext, Depends(may(Task.OWN, plain=_PLAIN))]
Editing = Annotated[RequestContext, Depends(may(Task.EDIT, plain=_PLAIN))]


@router.get("/proposals")
def read_proposals(context: Looking) -> Proposals:
    """The seats I have proposed, and those that wait for my answer; the last thirty days."""
    made = context.app_state.accounts.proposals.made_by(context.who.account)
    view = context.view()
    return Proposals(
        made=_told(context, (one for one in made if view.find(one.person) is not None)),
        waiting=_told(context, seat_proposals.waiting_for(context)),
    )


@router.post("/proposals", status_code=201)
def make_proposal(context: Editing, sent: NewProposal) -> Proposal:
    """Asks the steward where somebody is at home whether they may sit in a post of my area.

    It gives nothing until they agree; then the seat is written.
    """
    return _wire(context, seat_proposals.propose(context, sent))


@router.post("/proposals/{proposal_id}/answer")
def answer_proposal(context: Editing, proposal_id: str, sent: ProposalAnswer) -> Proposal:
    """Says yes or no as the steward where the person is at home; a yes fills the seat."""
    answer = seat_proposals.accept if sent.answer == "ACCEPTED" else seat_proposals.refuse
    return _wire(context, answer(context, proposal_id))


@router.delete("/proposals/{proposal_id}")
def withdraw_proposal(context: Editing, proposal_id: str) -> Proposal:
    """Takes back what I proposed, while nobody has answered."""
    return _wire(context, seat_proposals.withdraw(context, proposal_id))


def _told(context: RequestContext, proposals: Iterable[Known]) -> tuple[Proposal, ...]:
    return tuple(_wire(context, one) for one in proposals)


def _wire(context: RequestContext, one: Known) -> Proposal:
    return Proposal.model_validate(
        {
            "id": one.id, "type": one.type, "person": one.person, "post": one.post,
            "fields": dict(one.fields), "state": one.state.value,
            "is_mine": one.account == context.who.account, "made_at": one.made_at,
            "changed_at": one.changed_at,
        }
    )  # fmt: skip
