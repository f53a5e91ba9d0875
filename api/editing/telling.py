"""What a write is told as: what it touched, who was faster, and what speaks against it."""

from collections.abc import Sequence
from typing import Any

from api.editing.draft import ChangePlan
from api.editing.faults import FieldError, field_pointer, refused_fields
from api.editing.steps import PlannedChange, Target, cut, is_seen, kind_of, sent_fields, thing_in
from api.errors import Refused
from api.etags import etag_of, tag
from api.schemas import changes as wire
from api.state import RequestContext
from graph.errors import Conflict, Fault, Invalid, NotFound
from graph.model import Element, Link, Node
from graph.vocabulary import Label, LinkType, Rule


def touched(context: RequestContext, one: Target, thing: Element, revision: int) -> wire.Touched:
    """A thing that was written, with the ETag that this made."""
    etag = tag(context, _sort(thing), one.id, revision)
    return wire.Touched(id=one.id, kind=kind_of(one.kind), called=one.called, etag=etag)


def _sort(thing: Element) -> Label | LinkType:
    return thing.type if isinstance(thing, Link) else _label(thing)


def _label(thing: Element) -> Label:
    if not isinstance(thing, Node):
        raise TypeError("a thing is a node or a link")
    return thing.label


def conflict_of(context: RequestContext, steps: Sequence[PlannedChange]) -> Exception:
    """The problem of a stale change: what was sent, and what stands now, as the caller sees it."""
    snapshot = context.directory.snapshot()
    told: list[dict[str, Any]] = []
    for step in steps:
        view, thing = context.view_to_write(step.named.id), thing_in(snapshot, step.named.id)
        if thing is None or not is_seen(view, thing.id):
            return NotFound(step.named.id)  # hidden or ended meanwhile
        versions = {"sent": dict(sent_fields(step.named)), "current": cut(view, thing)}
        told.append({"id": thing.id, "pointer": step.named.pointer, "based_on": step.named.etag,
                     "current": etag_of(context, thing), "versions": versions})  # fmt: skip
    first = told[0]
    text = Conflict(str(first["id"]), based_on=1, current=None)
    return Refused("conflict", (text.text("da"), text.text("en")),
                   **{name: first[name] for name in ("id", "based_on", "current", "versions")},
                   conflicts=told)  # fmt: skip


def step_of(plan: ChangePlan, thing_id: str) -> PlannedChange:
    """What was to happen to a thing."""
    return next(step for step in plan.steps if step.named.id == thing_id)


def refused(context: RequestContext, plan: ChangePlan, error: Invalid) -> Refused:
    """The problem of what the store refuses: an id that is taken, or rules of several things."""
    taken = next((fault for fault in error.faults if _is_taken(plan, fault)), None)
    if taken is not None:
        return Refused(
            "duplicate",
            (f"{taken.where} findes allerede.", f"{taken.where} exists already."), id=taken.where,
        )  # fmt: skip
    return refused_fields([placed(plan, fault) for fault in error.faults], context.lang)


def _is_taken(plan: ChangePlan, fault: Fault) -> bool:
    if (fault.field, fault.rule) != ("id", Rule.DUPLICATE):
        return False
    return any(step.before is None and step.named.id == fault.where for step in plan.steps)


def placed(plan: ChangePlan, fault: Fault) -> FieldError:
    """A fault of the store at its place in the body; a hidden neighbor is not named."""
    step = next((one for one in plan.steps if one.named.id == fault.where), None)
    if step is None:
        is_told = fault.where and is_seen(plan.view_of(fault.where), fault.where)
        seen = fault.where if is_told else None
        return FieldError(pointer="", id=seen, field=fault.field, rule=fault.rule)
    one = step.named
    is_plain = isinstance(one.asked, wire.Create | wire.Update) and hasattr(step.after, fault.field)
    pointer = field_pointer(one.pointer, fault.field) if is_plain else one.pointer
    known = one.called if isinstance(one.asked, wire.Create) else one.id
    return FieldError(pointer=pointer, id=known, field=fault.field, rule=fault.rule)
