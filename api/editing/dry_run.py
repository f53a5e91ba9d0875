"""Dry run of a write: all checks in a transaction that is rolled back."""

from api.editing.apply import WriteRequest, change_set_of, conflict_of, judged, placed
from api.editing.change_plan import ChangePlan, Target, kind_of, told
from api.editing.fields import FieldError
from api.schemas import changes as wire
from api.state import RequestContext
from graph.access.permissions import may_see
from graph.errors import Conflict, Invalid
from graph.model import ChangeKind, Element


def perform_dry_run(
    context: RequestContext, asked: WriteRequest, *, is_proposal: bool = False
) -> wire.Rehearsal:
    """The changes as the caller would see them, and all faults.

    A proposal may seat a person whose home is another area.

    Raises: as `save` for what is hidden, denied, or changed by another account.
    """
    plan = judged(
        context, asked, context.change_set or "", is_dry_run=True, is_proposal=is_proposal
    )
    faults = list(plan.faults)
    along: list[tuple[Element | None, Element]] = []
    if not faults:
        try:
            touched = context.directory.dry_run(change_set_of(context, asked, plan.steps, None))
            named = {step.named.id for step in plan.steps}
            along = [(one.before, one.after) for one in touched if one.after.id not in named]
        except Conflict as conflict:
            stale = [step for step in plan.steps if step.named.id == conflict.thing_id]
            raise conflict_of(context, stale) from conflict
        except Invalid as error:
            faults = [placed(plan, fault) for fault in error.faults]
    return wire.Rehearsal(
        is_allowed=not faults, would=_changes(plan, along),
        errors=tuple(_fault(context, fault) for fault in faults),
    )  # fmt: skip


def _changes(
    plan: ChangePlan, along: list[tuple[Element | None, Element]]
) -> tuple[wire.Change, ...]:
    """The changes of the body in their order, then visible links that end with a node."""
    own = [_change(plan, step.named, step.before, step.after) for step in plan.steps]
    seen = [pair for pair in along if may_see(plan.view_of(pair[1].id), pair[1].id)]
    return (*own, *(_change(plan, None, before, after) for before, after in seen))


def _change(
    plan: ChangePlan, named: Target | None, before: Element | None, after: Element
) -> wire.Change:
    was, will_be = told(plan.view_of(after.id), before, after)
    kind = kind_of(named.kind if named else ChangeKind.ENDED)
    return wire.Change(
        id=after.id,
        kind=kind,
        called=named.called if named else None,
        before=was,
        after=will_be,
    )


def _fault(context: RequestContext, fault: FieldError) -> wire.Fault:
    return wire.Fault(**fault.told(context.lang))
