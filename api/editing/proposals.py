"""Proposals: changes that an account may not make itself, written once a steward accepts them.

A proposal grants nothing. It is planned twice with the rights of the day: when it is made, from the
data that the proposer sees, and when it is accepted. Most are written with the rights of the
steward who accepts them. A proposed seat of a person whose home is another area is written with the
rights of the proposer, who may fill the post, once the steward of that home agrees.

Where the proposer may not change the elements, rules that involve neighbors are checked for the
steward alone: a fault could disclose a person whom the proposer does not see.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pydantic import BaseModel, JsonValue

from api.editing.apply import (
    WriteRequest,
    change_of,
    change_set_of,
    perform_dry_run,
    plan_change_set,
    refusal_of,
    subjects_of,
    write,
)
from api.editing.change_plan import (
    ChangePlan,
    PlannedChange,
    element_in,
    plain,
    with_end_dates,
)
from api.editing.fields import FieldError, fields_refusal
from api.editing.second_approval import MOST_ENDS, elements_ended, refresh_etags
from api.errors import Refusal
from api.i18n import bilingual
from api.identity.proposals import ProposalState, StoredProposal
from api.schemas import changes as wire
from api.schemas.entities import NodeName
from api.state import RequestContext, record_intent
from graph.access.permissions import may_agree
from graph.access.policy import Role
from graph.errors import GraphError, Invalid, NotFound, RefusedContent
from graph.model import Element, Link, Node, Person, new_id
from graph.model.content_filter import holds_contact, normalize_text, refuse_content
from graph.vocabulary import Rule

MOST_PROPOSED: Final = 20
_NO_NEED: Final = bilingual(
    "You may change this yourself, so nobody need be asked: correct it on the card in Register, "
    "or save it as a change of your own."
)
_TWO_KINDS: Final = bilingual(
    "The person is at home in another area, so the steward there must agree. Propose the seat by "
    "itself."
)
_NO_CHECKS: Final = bilingual("A check is not proposed: whoever checks something says so.")
_NO_LONGER: Final = bilingual(
    "Whoever proposed it may no longer fill the post. Refuse it, and let somebody else propose it."
)
_MANY_ENDS: Final = bilingual(
    "It ends more than {most_ends} things. Make it a change of your own, which a second person "
    "confirms.",
    most_ends=MOST_ENDS,
)


class ProposalContent(BaseModel):
    """The content of a proposal; stored sealed.

    `before` are the values it would replace, by element. `would` are the changes as shown to the
    proposer. `agree` are the people of other areas who get a seat: their stewards answer it.
    """

    changes: wire.ChangeSet
    before: dict[str, dict[str, JsonValue]]
    would: tuple[wire.ProposedChange, ...]
    agree: tuple[str, ...]
    comment: str | None

    def names(self) -> Iterator[str]:
        """The ids of all elements named in the proposal."""
        for change in self.would:
            yield change.id
            yield from (end.id for end in (change.source, change.target) if end is not None)


def propose(context: RequestContext, proposal: wire.NewProposal) -> wire.Proposal:
    """Store changes for the steward who may make them; the graph is not changed.

    Raises: Refusal, NotFound: as for a change set; `invalid` if the caller may save them directly.
    """
    changes = proposal.changes
    if changes.verifies:
        raise Refusal("invalid", _NO_CHECKS, errors=[])
    if len((*changes.creates, *changes.updates, *changes.ends)) > MOST_PROPOSED:
        raise Refusal(
            "too-large",
            bilingual("{most_things} things in one proposal.", most_things=MOST_PROPOSED),
            limit=MOST_PROPOSED, unit="things",
        )  # fmt: skip
    comment = _check_text(context, "comment", proposal.comment)
    change_set = new_id()
    request = WriteRequest(changes=changes)
    plan = plan_change_set(context, request, change_set, is_proposal=True)
    if not plan.denied and not plan.elsewhere:
        raise Refusal("invalid", _NO_NEED, errors=[])
    if plan.elsewhere and len(plan.elsewhere) < len(plan.steps):
        raise Refusal(
            "invalid", _TWO_KINDS, errors=[{"pointer": seat.pointer} for seat in plan.elsewhere]
        )
    if plan.elsewhere:
        faults = perform_dry_run(context, request, is_proposal=True).errors
        if faults:
            raise Refusal("invalid", errors=[fault.model_dump() for fault in faults])
    context.subjects |= subjects_of(plan)
    before: dict[str, dict[str, JsonValue]] = {}
    for step in plan.steps:
        if step.before is not None:
            change = step.target.change
            names = change.fields if isinstance(change, wire.Update) else ("valid_to",)
            before[step.before.id] = {name: plain(getattr(step.before, name)) for name in names}
    content = ProposalContent(
        changes=with_end_dates(changes, plan.today),
        before=before,
        would=tuple(_proposed_change(plan, step) for step in plan.steps),
        agree=_people_of_other_areas(plan),
        comment=comment,
    )
    audit = context.app_state.audit
    without_etags = changes.model_dump(
        mode="json", exclude_unset=True,
        exclude={"updates": {"__all__": {"if_match"}}, "ends": {"__all__": {"if_match"}}},
    )  # fmt: skip
    stored_proposal = context.app_state.accounts.proposals.make(
        context.who.account,
        term=audit.term(json.dumps(without_etags, sort_keys=True)),
        content=audit.encrypt_text(content.model_dump_json(exclude_unset=True)),
        change_set=change_set,
    )
    return _for_proposer(context, stored_proposal, content)


def made_by(context: RequestContext) -> Iterator[wire.Proposal]:
    """The caller's own proposals, the newest first."""
    for proposal in context.app_state.accounts.proposals.made_by(context.who.account):
        content = _content_of(context, proposal)
        if content is not None:
            yield _for_proposer(context, proposal, content)


def waiting_for(context: RequestContext) -> Iterator[wire.Proposal]:
    """The open proposals that the caller may answer, as they would see the changes today."""
    for proposal in context.app_state.accounts.proposals.open_proposals():
        pair = _answerable(context, proposal)
        if pair is not None:
            content, plan = pair
            yield _for_steward(context, proposal, content, plan)


def preview(context: RequestContext, proposal_id: str) -> wire.Rehearsal:
    """The changes that accepting a proposal would make, and its faults. Raises: as `accept`."""
    _proposal, content, plan = _to_answer(context, proposal_id)
    context.subjects |= subjects_of(plan)
    request = WriteRequest(changes=_current_changes(context, content))
    return perform_dry_run(context, request, is_proposal=bool(content.agree))


def accept(context: RequestContext, proposal_id: str) -> wire.Proposal:
    """Accept a proposal and write it.

    Raises:
        NotFound: no open proposal that the caller may answer.
        Refusal: the proposer may no longer fill a seat; it ends more elements than one account may;
            `conflict`: an element was changed since; a rule is violated.
        GraphError: as `Directory.apply`.
    """
    proposal, content, plan = _to_answer(context, proposal_id)
    context.change_set = proposal.change_set
    record_intent(context)
    if context.directory.revision_by_key(proposal.change_set) is None:
        if content.agree:
            _fill(context, proposal, content)
        elif len(elements_ended(plan)) > MOST_ENDS:
            raise Refusal("invalid", _MANY_ENDS, errors=[])
        else:
            changes = _current_changes(context, content)
            write(context, WriteRequest(changes=changes, is_second_yes=True), proposal.change_set)
    context.subjects |= subjects_of(plan)
    return _for_steward(context, _close(context, proposal, ProposalState.ACCEPTED), content, plan)


def refuse(context: RequestContext, proposal_id: str, reason: str | None) -> wire.Proposal:
    """Refuse a proposal.

    Raises: NotFound: as `accept`; Refusal: there is no reason, or it may not be stored.
    """
    proposal, content, plan = _to_answer(context, proposal_id)
    context.subjects |= subjects_of(plan)
    reason = _check_text(context, "reason", reason)
    if reason is None:
        fault = FieldError(pointer="/reason", id=None, field="reason", rule=Rule.REQUIRED)
        raise fields_refusal([fault], context.lang)
    closed_proposal = _close(context, proposal, ProposalState.REFUSED, reason)
    return _for_steward(context, closed_proposal, content, plan)


def withdraw(context: RequestContext, proposal_id: str) -> wire.Proposal:
    """Withdraw an own proposal. Raises: NotFound: the caller has no such open proposal."""
    proposal = context.app_state.accounts.proposals.find(proposal_id)
    content = None if proposal is None else _content_of(context, proposal)
    if proposal is None or content is None or proposal.account != context.who.account:
        raise NotFound(proposal_id)
    return _for_proposer(context, _close(context, proposal, ProposalState.WITHDRAWN), content)


# ---- who may answer


def _to_answer(
    context: RequestContext, proposal_id: str
) -> tuple[StoredProposal, ProposalContent, ChangePlan]:
    proposal = context.app_state.accounts.proposals.find(proposal_id)
    pair = None if proposal is None else _answerable(context, proposal)
    if proposal is None or pair is None:
        raise NotFound(proposal_id)
    return proposal, *pair


def _answerable(
    context: RequestContext, proposal: StoredProposal
) -> tuple[ProposalContent, ChangePlan] | None:
    """A proposal with its plan under the caller's rights; None if they may not answer it.

    Nobody may answer their own proposal.
    """
    today = context.directory.today()
    roles = {grant.role for grant in context.who.caller.grants if grant.is_valid(today)}
    if Role.STEWARD not in roles or context.app_state.accounts.is_same_person(
        proposal.account, context.who.account
    ):
        return None
    content = _content_of(context, proposal)
    if content is None:
        return None
    view = context.view()
    if not all(may_agree(view, person) for person in content.agree):
        return None
    request = WriteRequest(changes=_current_changes(context, content, is_strict=False))
    try:
        plan = plan_change_set(
            context, request, proposal.change_set, is_dry_run=True, is_proposal=True
        )
    except (Refusal, GraphError):  # an element is hidden or no longer exists
        return None
    return None if plan.denied and not content.agree else (content, plan)


def _fill(context: RequestContext, proposal: StoredProposal, content: ProposalContent) -> None:
    """Write the seats with the rights that the proposer has today."""
    who = context.app_state.accounts.principal_of(proposal.account)
    if who is None:
        raise Refusal("forbidden", _NO_LONGER)
    theirs = replace(context, who=who, views={}, views_to_write={}, subjects=set())
    request = WriteRequest(changes=_current_changes(theirs, content))
    try:
        plan = plan_change_set(theirs, request, proposal.change_set, is_proposal=True)
    except (NotFound, Refusal) as error:
        raise Refusal("forbidden", _NO_LONGER) from error
    if plan.denied or not set(_people_of_other_areas(plan)) <= set(content.agree):
        raise Refusal("forbidden", _NO_LONGER)
    try:
        context.directory.apply(change_set_of(context, request, plan.steps, proposal.change_set))
    except Invalid as error:
        raise refusal_of(context, plan, error) from error


def _close(
    context: RequestContext,
    proposal: StoredProposal,
    state: ProposalState,
    reason: str | None = None,
) -> StoredProposal:
    context.extra_parameters["proposal"] = proposal.id
    sealed = None if reason is None else context.app_state.audit.encrypt_text(reason)
    closed_proposal = context.app_state.accounts.proposals.close(
        proposal.id, state, by=context.who.account, reason=sealed
    )
    if closed_proposal is None:
        raise NotFound(proposal.id)
    return closed_proposal


# ---- content


def _check_text(context: RequestContext, field: str, text: str | None) -> str | None:
    """A text in one line. Raises: Refusal: it holds a contact detail or forbidden content."""
    if text is None or not (text := normalize_text(text)):
        return None
    try:
        refuse_content(field, text, about_person=True)
    except RefusedContent as error:
        fault = FieldError(
            pointer=f"/{field}", id=None, field=field, rule=error.rule, position=error.position,
            is_content=True,
        )  # fmt: skip
        raise fields_refusal([fault], context.lang) from None
    if holds_contact(text):
        fault = FieldError(pointer=f"/{field}", id=None, field=field, rule=Rule.CONTACT_DETAIL)
        raise fields_refusal([fault], context.lang)
    return text


def _people_of_other_areas(plan: ChangePlan) -> tuple[str, ...]:
    """The people of other areas to whom a plan gives a seat."""
    ids = {target.id for target in plan.elsewhere}
    links = (step.after for step in plan.steps if step.after.id in ids)
    return tuple(sorted({link.source_id for link in links if isinstance(link, Link)}))


def _content_of(context: RequestContext, proposal: StoredProposal) -> ProposalContent | None:
    """The content of a proposal; None if its key no longer exists."""
    text = context.app_state.audit.decrypt_parameters({"content": proposal.content})["content"]
    return None if text == proposal.content else ProposalContent.model_validate_json(text)


def _current_changes(
    context: RequestContext, content: ProposalContent, *, is_strict: bool = True
) -> wire.ChangeSet:
    """The changes with current ETags; `is_strict`: except where a value was changed since."""
    return refresh_etags(
        context,
        content.changes,
        lambda _change, element: not (is_strict and _is_changed(content, element)),
    )


def _is_changed(content: ProposalContent, element: Element | None) -> bool:
    """Whether a value that a proposal would replace has changed since it was made."""
    return element is not None and any(
        plain(getattr(element, name)) != value for name, value in content.before[element.id].items()
    )


# ---- answers


def _for_steward(
    context: RequestContext, proposal: StoredProposal, content: ProposalContent, plan: ChangePlan
) -> wire.Proposal:
    """A proposal as shown to the steward who may answer it."""
    changes = (*content.changes.updates, *content.changes.ends)
    is_open, snapshot = proposal.state is ProposalState.WAITING, context.directory.snapshot()
    return _wire(context, proposal, content).model_copy(
        update={
            "would": tuple(_proposed_change(plan, step) for step in plan.steps),
            "by": context.person_of(proposal.account),
            "is_outdated": is_open
            and any(_is_changed(content, element_in(snapshot, change.id)) for change in changes),
        }
    )


def _for_proposer(
    context: RequestContext, stored_proposal: StoredProposal, content: ProposalContent
) -> wire.Proposal:
    """A proposal as shown to the proposer; empty if a person in it is hidden by now."""
    view, snapshot = context.view(), context.directory.snapshot()
    is_seen = all(
        view.find(node_id) is not None
        for node_id in content.names()
        if isinstance(element_in(snapshot, node_id), Person)
    )
    proposal = _wire(context, stored_proposal, content)
    return proposal if is_seen else proposal.model_copy(update={"would": (), "comment": None})


def _wire(
    context: RequestContext, proposal: StoredProposal, content: ProposalContent
) -> wire.Proposal:
    reason = context.app_state.audit.decrypt_parameters({"reason": proposal.reason})["reason"]
    return wire.Proposal(
        id=proposal.id, would=content.would, comment=content.comment, state=proposal.state.value,
        reason=reason, is_mine=proposal.account == context.who.account, made_at=proposal.made_at,
        changed_at=proposal.changed_at,
    )  # fmt: skip


def _proposed_change(plan: ChangePlan, step: PlannedChange) -> wire.ProposedChange:
    """A planned change with the names that the caller may know."""
    after, view = step.after, plan.view_of(step.after.id)
    target = step.target
    change = change_of(plan, target.kind, step.before, after, local_name=target.local_name)
    about: dict[str, object] = {}
    new = {step.after.id: step.after for step in plan.steps if step.before is None}

    def node_name(node_id: str) -> NodeName:
        row, element = view.find(node_id), new.get(node_id)
        name = getattr(element, "name", None) if row is None else view.name(row)
        return NodeName(id=node_id, name=name)

    if isinstance(after, Link):
        about = {"type": after.type, "source": node_name(after.source_id),
                 "target": node_name(after.target_id)}  # fmt: skip
    elif isinstance(after, Node):
        about = {"label": after.label, "name": node_name(after.id).name}
    return wire.ProposedChange.model_validate({**change.model_dump(), **about})
