"""Nodes and links that are there: changed, ended, verified, each by whoever may."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from api.editing.draft import ChangePlan
from api.editing.faults import field_errors_in, field_pointer
from api.editing.fields import read_fields, updated
from api.editing.steps import PlannedChange, Target, carries_a_date, is_seen, thing_in
from api.schemas import changes as wire
from graph.access.permissions import may_edit, may_end, may_verify
from graph.access.view import View
from graph.errors import Invalid, NotFound
from graph.model import ContactDetail, Element, Knows, Mark, marked
from graph.vocabulary import Rule


def touch(plan: ChangePlan, one: Target) -> None:
    """Adds the step of a thing that is there.

    Raises: NotFound: absent or hidden, or refers to such a thing.
    """
    thing, view = _found(plan, one)
    match one.asked:
        case wire.Update():
            after = _updated(plan, one, thing, view, one.asked)
        case wire.Ending():
            after = _ended(plan, one, thing, view, one.asked)
        case _:
            after = _verified(plan, one, thing, view)
    plan.steps.append(PlannedChange(named=one, before=thing, after=after))


def _found(plan: ChangePlan, one: Target) -> tuple[Element, View]:
    """A thing the caller sees today, or that is to begin."""
    view, thing = plan.view_of(one.id), thing_in(plan.snapshot, one.id)
    if thing is None or not is_seen(view, one.id):
        raise NotFound(one.id)
    return thing, view


def _updated(
    plan: ChangePlan, one: Target, thing: Element, view: View, asked: wire.Update
) -> Element:
    sent = plan.resolved(asked.fields)
    reading = read_fields(type(thing), sent, pointer=one.pointer, thing_id=one.id)
    plan.require_ids(type(thing), reading.values)
    denied = [name for name in reading.values if not may_edit(view, one.id, name)]
    plan.denied += [field_pointer(one.pointer, name) for name in denied]
    allowed = {name: value for name, value in reading.values.items() if name not in denied}
    after, faults = updated(thing, allowed, pointer=one.pointer)
    plan.faults += [*reading.faults, *faults]
    _require_the_other(plan, one, thing, after)
    _require_referred(plan, after, allowed)
    return after


def _require_the_other(plan: ChangePlan, one: Target, before: Element, after: Element) -> None:
    """A tie is confirmed by the one who did not declare it."""
    if isinstance(before, Knows) and isinstance(after, Knows):
        is_own = before.declared_by == plan.context.who.caller.person
        if is_own and after.is_confirmed and not before.is_confirmed:
            plan.blame(one, "fields/is_confirmed", Rule.OTHER_CONFIRMS)


def _require_referred(plan: ChangePlan, thing: Element, values: Mapping[str, Any]) -> None:
    for name in marked(type(thing), Mark.REF):
        if values.get(name) is not None:
            plan.require_seen(getattr(thing, name))


def _ended(
    plan: ChangePlan, one: Target, thing: Element, view: View, asked: wire.Ending
) -> Element:
    on = asked.on or plan.today
    is_longer = thing.valid_to is not None and on > thing.valid_to
    if not may_end(view, one.id) or (is_longer and not may_edit(view, one.id, "valid_to")):
        plan.denied.append(one.pointer)
    return _or_fault(plan, one, thing, lambda: replace(thing, valid_to=on))


def _verified(plan: ChangePlan, one: Target, thing: Element, view: View) -> Element:
    if not carries_a_date(thing):
        plan.blame(one, "verified_on", Rule.UNKNOWN_FIELD)
        return thing
    is_detail = isinstance(thing, ContactDetail)
    is_allowed = may_edit(view, one.id, "verified_on") if is_detail else may_verify(view, one.id)
    if not is_allowed:
        plan.denied.append(one.pointer)
    stamped: dict[str, Any] = {"verified_on": plan.today, "verified_by": _verifier(plan, view)}
    return _or_fault(plan, one, thing, lambda: replace(thing, **stamped))


def _verifier(plan: ChangePlan, view: View) -> str:
    """An own post, which outlives its holder; else the own person; else the account."""
    who = plan.context.who
    return min(view.caller.posts, default=who.caller.person or who.account)


def _or_fault(
    plan: ChangePlan, one: Target, thing: Element, build: Callable[[], Element]
) -> Element:
    try:
        return build()
    except Invalid as error:
        found = field_errors_in(error, one.pointer, one.id)
        plan.faults += [replace(fault, pointer=one.pointer) for fault in found]
        return thing
