"""New nodes and links: built, numbered, and allowed only as a whole with what is made beside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from api.editing.draft import ChangePlan
from api.editing.faults import FieldError, field_pointer
from api.editing.fields import build, read_fields
from api.editing.steps import PlannedChange, Target
from api.schemas import changes as wire
from graph.access.permissions import may_create, may_propose
from graph.access.view import View
from graph.model import (
    LINK_CLASSES,
    NODE_CLASSES,
    Actor,
    Consent,
    ContactDetail,
    Element,
    Knows,
    Mark,
    marked,
)
from graph.model.base import is_id
from graph.model.content_filter import holds_number
from graph.vocabulary import Label, LinkType, Rule

_CODES: Final[Mapping[Label, tuple[str, ...]]] = {
    Label.AREA: ("mun-", "pol-", "reg-", "com-"),
    Label.AUTHORITY: ("aut-",),
    Label.NETWORK: ("net-",),
    Label.ACTOR: ("act-",),
    Label.ORGANIZATION: ("org-",),
    Label.PLAN: ("plan-",),
}
"""How the public codes of a label begin. Nothing that can be hidden has one, so that "exists
already" betrays nobody."""
_TOLD: Final = "•••••"  # what a detail shows until its value is read


def create(plan: ChangePlan, named: Sequence[Target]) -> None:
    """Adds the steps of all that is new; a consent and its individual are judged together."""
    new = [(one, thing) for one in named if (thing := _built(plan, one)) is not None]
    beside = [thing for _, thing in new]
    view = plan.view_of(*(other for thing in beside for other in _referred(thing)))
    for one, thing in new:
        referred = set(_referred(thing))
        for other in sorted(referred):
            plan.require_seen(other)
        _require_posts(plan, one, thing, beside)
        if referred.isdisjoint(plan.doubtful):
            _judge(plan, view, one, beside, thing)
        plan.steps.append(PlannedChange(named=one, before=None, after=thing))


def _judge(
    plan: ChangePlan, view: View, one: Target, beside: Sequence[Element], thing: Element
) -> None:
    if may_create(view, thing, beside):
        return
    if may_propose(view, thing, beside):
        plan.elsewhere.append(one)
    else:
        plan.denied.append(one.pointer)


def _built(plan: ChangePlan, one: Target) -> Element | None:
    """A new thing, or None with its faults."""
    asked = one.asked
    cls = _class_of(asked) if isinstance(asked, wire.Create) else None
    if cls is None or not isinstance(asked, wire.Create):
        plan.blame(one, _sort_field(asked), Rule.UNKNOWN_WORD)
        plan.doubtful.add(one.id)
        return None
    has_code = asked.id is None or _is_public_code(cls, asked.id)
    if not has_code:
        plan.blame(one, "id", Rule.PUBLIC_CODE)
    sent = plan.resolved(asked.fields)
    reading = read_fields(cls, sent, pointer=one.pointer, thing_id=one.called)
    plan.require_ids(cls, reading.values)
    values = {**_ours(plan, cls), **reading.values, "source": "form"}
    values["id"] = one.id if has_code else "refused"
    known = frozenset(fault.field for fault in reading.faults)
    thing, faults = build(cls, values, pointer=one.pointer, known=known)
    found = [*reading.faults, *faults]
    plan.faults += [replace(fault, id=one.called) for fault in found]
    if found or thing is None or not has_code:
        plan.doubtful.add(one.id)
        return None
    return thing


def _ours(plan: ChangePlan, cls: type[Element]) -> Mapping[str, Any]:
    """What nobody types: who declares a tie is whoever is signed in."""
    who = plan.context.who
    if cls is Knows:
        return {"declared_by": who.caller.person or who.account}
    return {"hint": _TOLD} if cls is ContactDetail else {}


def _class_of(asked: wire.Create) -> type[Element] | None:
    """The class that a label or a type names; None for both, none or an unknown one."""
    if asked.type is None and asked.label in set(Label):
        return NODE_CLASSES[Label(asked.label)]
    if asked.label is None and asked.type in set(LinkType):
        return LINK_CLASSES[LinkType(asked.type)]
    return None


def _sort_field(asked: object) -> str:
    return "type" if isinstance(asked, wire.Create) and asked.type is not None else "label"


def _is_public_code(cls: type[Element], code: str) -> bool:
    label = getattr(cls, "label", None)
    return (
        is_id(code)
        and not holds_number(code)
        and code.startswith(_CODES.get(label, ()) if label else ())
    )


def _referred(thing: Element) -> Iterable[str]:
    """The ids of the nodes that a new thing refers to."""
    for name in marked(type(thing), Mark.REF):
        one = getattr(thing, name)
        if one is not None and name not in ("verified_by", "declared_by"):
            yield one
    yield from getattr(thing, "audience", ())


def _require_posts(
    plan: ChangePlan, one: Target, thing: Element, beside: Sequence[Element]
) -> None:
    """The duties of a receipt are a post's, since they outlive whoever holds it."""
    if not isinstance(thing, Consent):
        return
    new = {other.id for other in beside if isinstance(other, Actor)}
    for name in ("recorded_by", "renewal_by"):
        duty = getattr(thing, name)
        view = plan.view_of(duty)
        row = view.find(duty)
        if duty not in new and (row is None or view.label(row) is not Label.ACTOR):
            plan.faults.append(
                FieldError(pointer=field_pointer(one.pointer, name), id=one.called, field=name,
                      rule=Rule.WRONG_ENDS)
            )  # fmt: skip
