"""Proposals to seat a person whose home is another area, accepted by the steward there.

A proposal grants nothing. It is checked twice, by the rights of that day: when it is made, and when
it is accepted, since the proposer must still be allowed to fill the seat.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from api.editing.apply import WriteRequest, change_set_of, perform_dry_run, refused
from api.editing.change_plan import plain, plan_changes
from api.errors import Refused
from api.i18n import bilingual
from api.identity.seat_proposals import Proposal, ProposalState
from api.schemas import changes as wire
from api.schemas.changes import NewProposal
from api.state import RequestContext, record_intent
from graph.access.permissions import may_agree
from graph.errors import Invalid, NotFound
from graph.model import DeputizesFor, Holds, new_id

_NO_NEED = bilingual(
    "The person belongs to your area, so nobody needs to be asked: save it with POST /links."
)
_NO_LONGER = bilingual(
    "Whoever proposed it may no longer fill the post. Say no, and let somebody else propose it."
)


def propose(context: RequestContext, proposal: NewProposal) -> Proposal:
    """Store a proposed seat for the steward of the person's home area; the graph is not changed.

    Raises: Refused, NotFound: as for a link; `invalid` if no approval is needed.
    """
    change_set = new_id()
    request = _asked(proposal.type, dict(proposal.fields))
    plan = plan_changes(
        context, request.changes, change_set=change_set, prefix="", is_proposal=True
    )
    if not plan.elsewhere:
        raise Refused("invalid", _NO_NEED, errors=[])
    (step,) = plan.steps
    link = step.after
    if not isinstance(link, Holds | DeputizesFor):
        raise TypeError("only a seat is proposed")
    faults = perform_dry_run(context, request, is_proposal=True).errors
    if faults:
        raise Refused("invalid", errors=[fault.model_dump() for fault in faults])
    values = {name: plain(getattr(link, name)) for name in proposal.fields}
    ends = values.pop("source_id"), values.pop("target_id")
    context.subjects.add(ends[0])
    return context.app_state.accounts.proposals.make(
        context.who.account, type=proposal.type, person=ends[0], post=ends[1], fields=values,
        change_set=change_set,
    )  # fmt: skip


def waiting_for(context: RequestContext) -> Iterator[Proposal]:
    """The open proposals about people for whom the caller is the steward."""
    view = context.view()
    for proposal in context.app_state.accounts.proposals.waiting():
        if may_agree(view, proposal.person):
            yield proposal


def accept(context: RequestContext, proposal_id: str) -> Proposal:
    """Accept a proposal and fill the seat.

    Raises:
        NotFound: no open proposal that the caller may answer.
        Refused: the proposer no longer has the right, or the graph has changed and it does not fit.
        GraphError: as `Directory.apply`.
    """
    proposal = _to_answer(context, proposal_id)
    context.change_set = proposal.change_set
    record_intent(context)
    if context.directory.written(proposal.change_set) is None:
        _fill(context, proposal)
    return _closed(context, proposal, ProposalState.ACCEPTED)


def refuse(context: RequestContext, proposal_id: str) -> Proposal:
    """Refuse a proposal. Raises: NotFound: as `accept`."""
    return _closed(context, _to_answer(context, proposal_id), ProposalState.REFUSED)


def withdraw(context: RequestContext, proposal_id: str) -> Proposal:
    """Withdraw an own proposal. Raises: NotFound: there is no open one of the caller."""
    proposal = context.app_state.accounts.proposals.find(proposal_id)
    if proposal is None or proposal.account != context.who.account:
        raise NotFound(proposal_id)
    return _closed(context, proposal, ProposalState.WITHDRAWN)


def _to_answer(context: RequestContext, proposal_id: str) -> Proposal:
    proposal = context.app_state.accounts.proposals.find(proposal_id)
    if proposal is None or not may_agree(context.view(), proposal.person):
        raise NotFound(proposal_id)
    return proposal


def _fill(context: RequestContext, proposal: Proposal) -> None:
    """Write the seat by the rights that the proposer has today."""
    who = context.app_state.accounts.standing(proposal.account)
    if who is None:
        raise Refused("forbidden", _NO_LONGER)
    theirs = replace(context, who=who, views={}, views_to_write={}, subjects=set())
    ends = {"source_id": proposal.person, "target_id": proposal.post}
    request = _asked(proposal.type, {**proposal.fields, **ends})
    try:
        plan = plan_changes(theirs, request.changes, change_set=proposal.change_set, prefix="",
                        is_proposal=True)  # fmt: skip
    except (NotFound, Refused) as error:
        raise Refused("forbidden", _NO_LONGER) from error
    try:
        context.directory.apply(change_set_of(context, request, plan.steps, proposal.change_set))
    except Invalid as error:
        raise refused(context, plan, error) from error


def _closed(context: RequestContext, proposal: Proposal, state: ProposalState) -> Proposal:
    context.subjects.add(proposal.person)
    context.extra_parameters["proposal"] = proposal.id
    closed = context.app_state.accounts.proposals.close(proposal.id, state, by=context.who.account)
    if closed is None:
        raise NotFound(proposal.id)
    return closed


def _asked(link_type: str, fields: dict[str, Any]) -> WriteRequest:
    create = wire.Create(type=link_type, fields=fields)
    return WriteRequest(
        changes=wire.ChangeSet(reason="HANDED_OVER", creates=(create,)), place="links"
    )
