"""Carries out a write request: all or nothing, and at most once; or checks it in a dry run.

Each change set has an id, which is stored with it in the graph and in the audit log; an
Idempotency-Key maps to that id (`idempotency.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from api.editing.change_plan import (
    ChangePlan,
    PlannedChange,
    Stale,
    Target,
    element_in,
    kind_of,
    persons_at,
    plan_changes,
    sent_fields,
    target_in,
    visible_changes,
    visible_fields,
)
from api.editing.fields import FieldError, field_pointer, fields_refusal
from api.editing.idempotency import NO_KEY, IdempotencyKey, IdempotencyRecord, idempotency_record
from api.editing.second_approval import require_second_approval
from api.errors import Refusal
from api.etags import etag_of
from api.schemas import changes as wire
from api.state import RequestContext
from graph.access.permissions import may_see
from graph.errors import Conflict, Fault, Invalid, NotFound
from graph.model import (
    ChangeKind,
    ChangeReason,
    ChangeSet,
    Element,
    End,
    Link,
    Node,
    Person,
    ResourceIndividual,
)
from graph.vocabulary import Rule


def written_element(
    context: RequestContext, target: Target, element: Element, revision: int
) -> wire.WrittenElement:
    """A written element with its new ETag."""
    etag = etag_of(context, replace(element, revision=revision))
    return wire.WrittenElement(
        id=target.id, kind=kind_of(target.kind), called=target.local_name, etag=etag
    )


def conflict_of(context: RequestContext, steps: Sequence[PlannedChange]) -> Exception:
    """The problem for a stale change, with the sent and the current fields that the caller sees."""
    snapshot = context.directory.snapshot()
    conflicts: list[dict[str, Any]] = []
    for step in steps:
        view, element = context.view_to_write(step.target.id), element_in(snapshot, step.target.id)
        if element is None or not may_see(view, element.id):
            return NotFound(step.target.id)  # hidden or ended meanwhile
        versions = {
            "sent": dict(sent_fields(step.target)),
            "current": visible_fields(view, element),
        }
        conflicts.append(
            {
                "id": element.id, "pointer": step.target.pointer, "based_on": step.target.etag,
                "current": etag_of(context, element), "versions": versions,
            }
        )  # fmt: skip
    first = conflicts[0]
    text = Conflict(str(first["id"]), based_on=1, current=None)
    return Refusal("conflict", (text.text("da"), text.text("en")),
                   **{name: first[name] for name in ("id", "based_on", "current", "versions")},
                   conflicts=conflicts)  # fmt: skip


def step_of(plan: ChangePlan, element_id: str) -> PlannedChange:
    """The planned change of an element."""
    return next(step for step in plan.steps if step.target.id == element_id)


def refusal_of(context: RequestContext, plan: ChangePlan, error: Invalid) -> Refusal:
    """The problem for a refusal by the store: an id that is taken, or a rule across elements."""
    new = {step.target.id for step in plan.steps if step.before is None}
    for fault in error.faults:
        if (fault.field, fault.rule) == ("id", Rule.DUPLICATE) and fault.where in new:
            text = f"{fault.where} findes allerede.", f"{fault.where} exists already."
            return Refusal("duplicate", text, id=fault.where)
    return fields_refusal([field_error_of(plan, fault) for fault in error.faults], context.lang)


def field_error_of(plan: ChangePlan, fault: Fault) -> FieldError:
    """A fault of the store, located in the body; a neighbor hidden from the caller is not named."""
    step = next((step for step in plan.steps if step.target.id == fault.where), None)
    if step is None:
        is_visible = fault.where and may_see(plan.view_of(fault.where), fault.where)
        visible_id = fault.where if is_visible else None
        return FieldError(pointer="", id=visible_id, field=fault.field, rule=fault.rule)
    target = step.target
    has_fields = isinstance(target.change, wire.Create | wire.Update)
    is_plain = has_fields and hasattr(step.after, fault.field)
    pointer = field_pointer(target.pointer, fault.field) if is_plain else target.pointer
    target_id = target.local_name if isinstance(target.change, wire.Create) else target.id
    return FieldError(pointer=pointer, id=target_id, field=fault.field, rule=fault.rule)


Place = Literal["entities", "links"]
_PERSONAL: Final = (Person, ResourceIndividual)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRequest:
    """A change set with the context in which a route received it.

    `place` is the collection of the route if the request is about a single element.
    `is_second_yes`: the change set was sent by another account and has now received its second
    approval.
    """

    changes: wire.ChangeSet
    place: Place | None = None
    key: IdempotencyKey = NO_KEY
    is_second_yes: bool = False

    @property
    def prefix(self) -> str | None:
        """The JSON pointer of the single element; None if there may be several."""
        return None if self.place is None else ""

    @property
    def reason(self) -> ChangeReason:
        """The reason of the change set."""
        changes = self.changes
        is_other = changes.creates or changes.updates or changes.ends
        return ChangeReason(changes.reason) if is_other else ChangeReason.VERIFIED


def save(context: RequestContext, request: WriteRequest) -> wire.WriteResult:
    """Write the change set, or return what an earlier attempt with the same key has written.

    Raises:
        Refusal: it may not be written, for the reason given; `in-progress`, `key-reused`,
            `conflict`.
        OutcomeUnknown: no result in time; sending the same key again settles it.
        GraphError: as `Directory.apply`.
    """
    with idempotency_record(context, request.key) as record:
        if record.is_repeat and (before := _written_before(context, request, record)) is not None:
            return before
        try:
            return write(context, request, record.change_set)
        except (Refusal, Conflict, Invalid):  # the first attempt may have been committed meanwhile
            before = _written_before(context, request, record) if record.is_repeat else None
            if before is None:
                raise
            return before


def _written_before(
    context: RequestContext, request: WriteRequest, record: IdempotencyRecord
) -> wire.WriteResult | None:
    """The response of an earlier attempt, with the current ETags; None if nothing was written."""
    revision = context.directory.revision_by_key(record.change_set)
    if revision is None:
        return None
    snapshot = context.directory.snapshot()
    targets = target_in(request.changes, record.change_set, request.prefix)
    elements = ((target, element_in(snapshot, target.id)) for target in targets)
    responses = (
        written_element(context, target, element, revision)
        for target, element in elements
        if element is not None
    )
    return wire.WriteResult(
        change_set=record.change_set, revision=revision, things=tuple(responses)
    )


def write(context: RequestContext, request: WriteRequest, change_set: str) -> wire.WriteResult:
    """Write the change set under this idempotency key. Raises: as `save`."""
    plan = plan_change_set(context, request, change_set)
    if not request.is_second_yes:
        require_second_approval(context, request.changes, plan, change_set)
    try:
        revision = context.directory.apply(change_set_of(context, request, plan.steps, change_set))
    except Conflict as conflict:
        raise conflict_of(context, [step_of(plan, conflict.element_id)]) from conflict
    except Invalid as error:
        raise refusal_of(context, plan, error) from error
    # Committed: the response needs no access to the store, which may be unavailable by now.
    context.subjects |= subjects_of(plan)
    context.count = len(plan.steps)
    responses = (written_element(context, step.target, step.after, revision) for step in plan.steps)
    return wire.WriteResult(change_set=change_set, revision=revision, things=tuple(responses))


def subjects_of(plan: ChangePlan) -> set[str]:
    """The persons of a plan, also if only a link of theirs is changed: its audit subjects."""
    new = {step.after.id for step in plan.steps if isinstance(step.after, _PERSONAL)}
    ids = {node_id for step in plan.steps for node_id in persons_at(step.after)}
    return new | {
        node_id for node_id in ids if isinstance(element_in(plan.snapshot, node_id), _PERSONAL)
    }


def plan_change_set(
    context: RequestContext,
    request: WriteRequest,
    change_set: str,
    *,
    is_dry_run: bool = False,
    is_proposal: bool = False,
) -> ChangePlan:
    """The plan of a change set. Raises: as `plan_changes`; a stale element as `conflict`."""
    try:
        plan = plan_changes(
            context, request.changes, change_set=change_set, prefix=request.prefix,
            is_dry_run=is_dry_run, is_proposal=is_proposal,
        )  # fmt: skip
    except Stale as stale:
        raise conflict_of(context, stale.steps) from stale
    if request.place is not None:
        collection = Node if request.place == "entities" else Link
        for step in plan.steps:
            if step.before is not None and not isinstance(step.before, collection):
                raise NotFound(step.target.id)
    return plan


def change_set_of(
    context: RequestContext,
    request: WriteRequest,
    steps: list[PlannedChange],
    change_set: str | None,
) -> ChangeSet:
    """The change set as the store takes it."""
    by_kind: dict[ChangeKind, list[PlannedChange]] = {kind: [] for kind in ChangeKind}
    for step in steps:
        by_kind[step.target.kind].append(step)
    ends: list[End] = []
    for step in by_kind[ChangeKind.ENDED]:
        on = step.after.valid_to
        if on is None or step.before is None:
            raise TypeError("only what is there ends, and on a day")
        ends.append(End(id=step.after.id, on=on, based_on=step.before.revision))
    return ChangeSet(
        made_by=context.who.account,
        made_at=datetime.now(UTC),
        reason=request.reason,
        creates=_elements(by_kind[ChangeKind.CREATED]),
        updates=_elements(by_kind[ChangeKind.UPDATED]),
        ends=tuple(ends),
        idempotency=change_set,
    )


def _elements(steps: list[PlannedChange]) -> tuple[Node | Link, ...]:
    return tuple(step.after for step in steps if isinstance(step.after, Node | Link))


# ---- dry run


def perform_dry_run(
    context: RequestContext, request: WriteRequest, *, is_proposal: bool = False
) -> wire.Rehearsal:
    """The changes as the caller would see them, and all faults; the transaction is rolled back.

    A proposal may contain changes that another account has to approve.

    Raises: as `save` for what is hidden, denied, or changed by another account.
    """
    plan = plan_change_set(
        context, request, context.change_set or "", is_dry_run=True, is_proposal=is_proposal
    )
    faults = list(plan.faults)
    changes = [
        change_of(
            plan, step.target.kind, step.before, step.after, local_name=step.target.local_name
        )
        for step in plan.steps
    ]
    if not faults:
        try:
            applied = context.directory.dry_run(change_set_of(context, request, plan.steps, None))
        except Conflict as conflict:
            stale = [step for step in plan.steps if step.target.id == conflict.element_id]
            raise conflict_of(context, stale) from conflict
        except Invalid as error:
            faults = [field_error_of(plan, fault) for fault in error.faults]
        else:  # visible links that end with a node, and details narrowed with their owner
            own = {step.target.id for step in plan.steps}
            changes += [
                change_of(plan, change.kind, change.before, change.after)
                for change in applied
                if change.after.id not in own
                and may_see(plan.view_of(change.after.id), change.after.id)
            ]
    return wire.Rehearsal(
        is_allowed=not faults, would=tuple(changes),
        errors=tuple(wire.RehearsedFault(**fault.as_error(context.lang)) for fault in faults),
    )  # fmt: skip


def change_of(
    plan: ChangePlan,
    kind: ChangeKind,
    before: Element | None,
    after: Element,
    *,
    local_name: str | None = None,
) -> wire.Change:
    """A change as the caller sees it."""
    was, will_be = visible_changes(plan.view_of(after.id), before, after)
    return wire.Change(
        id=after.id, kind=kind_of(kind), called=local_name, before=was, after=will_be,
    )  # fmt: skip
