"""Plan of a change set: targets, rights, rules and faults, before anything is written.

The checks run in this order, each for the whole change set: a missing If-Match (428), what the
caller does not see (404), what the caller may not do (403), violated rules of a single element
(422), what another account has changed meanwhile (412). Rules that involve neighbors are checked by
the store in the transaction of the write.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final, cast

from api.editing.fields import (
    FieldError,
    build,
    field_errors_in,
    field_pointer,
    read_fields,
    refused_fields,
    updated,
)
from api.errors import Refused
from api.etags import etag_of
from api.i18n import bilingual
from api.schemas import changes as wire
from api.state import RequestContext
from graph.access.permissions import (
    may_create,
    may_edit,
    may_end,
    may_propose,
    may_see,
    may_use_field,
    may_verify,
)
from graph.access.policy import Action
from graph.access.view import View
from graph.errors import Invalid, NotFound
from graph.model import (
    LINK_CLASSES,
    NODE_CLASSES,
    Actor,
    ChangeKind,
    Consent,
    ContactDetail,
    Element,
    HopLink,
    Knows,
    Link,
    Mark,
    id_of,
    marked,
)
from graph.model.base import is_id
from graph.model.content_filter import holds_number
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType, Rule

_NEVER_OUT: Final = frozenset({"id", "revision", "value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An element named by a change set: its place in the body, the kind of change, and its id.

    `called` is the name that the change set gives to an element it creates, `etag` the version on
    which the change is based.
    """

    pointer: str
    kind: ChangeKind
    id: str
    asked: wire.Create | wire.Update | wire.Ending | wire.Verify
    called: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """An element before and after the change."""

    named: Target
    before: Element | None
    after: Element


def target_in(asked: wire.ChangeSet, change_set: str, prefix: str | None = None) -> list[Target]:
    """All targets of a change set in its order; created elements get deterministic ids.

    `prefix` is the JSON pointer of the element if the body has only one.
    """
    found: list[Target] = []
    for place, create in enumerate(asked.creates):
        found.append(Target(pointer=_at(prefix, "creates", place), kind=ChangeKind.CREATED,
                           id=create.id or created_id(change_set, str(place)), asked=create,
                           called=create.called))  # fmt: skip
    for member, kind in (("updates", ChangeKind.UPDATED), ("ends", ChangeKind.ENDED),
                         ("verifies", ChangeKind.UPDATED)):  # fmt: skip
        for place, one in enumerate(getattr(asked, member)):
            found.append(Target(pointer=_at(prefix, member, place), kind=kind, id=one.id, asked=one,
                               etag=one.if_match))  # fmt: skip
    return found


def _at(prefix: str | None, field: str, place: int) -> str:
    return f"/{field}/{place}" if prefix is None else prefix


def created_id(change_set: str, place: str) -> str:
    """A deterministic UUIDv7 with the timestamp of the change set, the same at every attempt."""
    at_ms = int(change_set.replace("-", "")[:12], 16)
    return id_of("created by", change_set, place, at_ms=at_ms)


def kind_of(kind: ChangeKind) -> wire.Kind:
    """The kind of a change in its wire form."""
    match kind:
        case ChangeKind.CREATED:
            return "CREATED"
        case ChangeKind.UPDATED:
            return "UPDATED"
        case ChangeKind.ENDED:
            return "ENDED"


def thing_in(snapshot: Snapshot, thing_id: str) -> Element | None:
    """The node or link with all fields, also those hidden from the caller; used for writing."""
    if thing_id in snapshot.row_of:
        return snapshot.node(snapshot.row_of[thing_id])
    if thing_id in snapshot.link_row_of:
        return snapshot.link(snapshot.link_row_of[thing_id])
    return None


def carries_a_date(thing: Element) -> bool:
    """Whether an element has a date of verification."""
    return isinstance(thing, HopLink) or hasattr(thing, "verified_on")


def persons_at(thing: Element) -> Iterator[str]:
    """The ids an element is about: its own, and the ends of a link."""
    yield thing.id
    if isinstance(thing, Link):
        yield from (thing.source_id, thing.target_id)


def told(
    view: View, before: Element | None, after: Element
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, before and after, as far as the caller sees them.

    For a new element all fields with a value, since the caller supplied them.
    """
    if before is None:
        names = [name for name in _names(after) if getattr(after, name) not in (None, frozenset())]
        return {}, {name: plain(getattr(after, name)) for name in names}
    changed = [name for name in _names(after) if getattr(before, name) != getattr(after, name)]
    seen = [name for name in changed if may_use_field(view, after.id, name, Action.SEE)]
    return (
        {name: plain(getattr(before, name)) for name in seen},
        {name: plain(getattr(after, name)) for name in seen},
    )


def cut(view: View, thing: Element) -> dict[str, Any]:
    """All fields of a visible element that the caller sees."""
    return {
        name: plain(getattr(thing, name))
        for name in _names(thing)
        if may_use_field(view, thing.id, name, Action.SEE)
    }


def _names(thing: Element) -> list[str]:
    return [field.name for field in fields(thing) if field.name not in _NEVER_OUT]


def plain(value: object) -> Any:
    """The JSON form of a field value."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(str(one) for one in cast("frozenset[str]", value))
    return str(value) if isinstance(value, str) else value


def sent_fields(named: Target) -> Mapping[str, Any]:
    """The sent fields of an update, without a contact value."""
    sent = named.asked.fields if isinstance(named.asked, wire.Update) else {}
    return {name: value for name, value in sent.items() if name != "value"}


@dataclass(slots=True, kw_only=True)
class ChangePlan:
    """The planned steps of a change set with its faults and missing rights.

    `ids` are the ids of created elements by the name the change set gives them. `denied` are the
    pointers of what the caller may see but not change, `elsewhere` the seats of people whose home
    is another area. `doubtful` are new elements with reported faults: elements that refer to them
    are not checked for rights.
    """

    context: RequestContext
    snapshot: Snapshot
    today: date
    ids: Mapping[str, str]
    steps: list[PlannedChange] = field(default_factory=list[PlannedChange])
    faults: list[FieldError] = field(default_factory=list[FieldError])
    denied: list[str] = field(default_factory=list[str])
    elsewhere: list[Target] = field(default_factory=list[Target])
    doubtful: set[str] = field(default_factory=set[str])

    def view_of(self, *ids: str) -> View:
        """The View that decides about writes to elements: see `RequestContext.view_to_write`."""
        return self.context.view_to_write(*ids)

    def resolved(self, sent: Mapping[str, Any]) -> Mapping[str, Any]:
        """The sent fields, with ids in place of the names of created elements."""
        return {name: self._id(value) for name, value in sent.items()}

    def _id(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._id(one) for one in cast("list[object]", value)]
        return self.ids.get(value, value) if isinstance(value, str) else value

    def require_seen(self, thing_id: str) -> None:
        """Require that a referenced element is visible to the caller or created by the change set.

        Raises: NotFound: absent or hidden.
        """
        if thing_id not in self.ids.values() and not may_see(self.view_of(thing_id), thing_id):
            raise NotFound(thing_id)

    def require_ids(self, cls: type[Element], values: Mapping[str, Any]) -> None:
        """Refuse references that are no ids; one that holds a number is reported as a fault.

        Raises: NotFound: the same response as for a hidden element.
        """
        for name in marked(cls, Mark.REF):
            one = values.get(name)
            if isinstance(one, str) and not is_id(one) and not holds_number(one):
                raise NotFound(one)

    def blame(self, one: Target, name: str, rule: Rule) -> None:
        """Add a fault that does not concern one of the model fields."""
        is_made = isinstance(one.asked, wire.Create)
        self.faults.append(
            FieldError(
                pointer=f"{one.pointer}/{name}",
                id=one.called if is_made else one.id,
                field=name,
                rule=rule,
            )
        )


_CODES: Final[Mapping[Label, tuple[str, ...]]] = {
    Label.AREA: ("mun-", "pol-", "reg-", "com-"),
    Label.AUTHORITY: ("aut-",),
    Label.NETWORK: ("net-",),
    Label.ACTOR: ("act-",),
    Label.ORGANIZATION: ("org-",),
    Label.PLAN: ("plan-",),
}
"""Prefixes of the public codes of each label. Nothing that can be hidden has such a code, so

the fault "exists already" reveals no one.
"""
_TOLD: Final = "•••••"  # the hint of a contact detail until its value is read


def create(plan: ChangePlan, named: Sequence[Target]) -> None:
    """Add the steps of all created elements; a consent and its individual are judged together."""
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
    """A new element, or None if it has faults, which are added to the plan."""
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
    """Fields set by the system: a tie is declared by the caller."""
    who = plan.context.who
    if cls is Knows:
        return {"declared_by": who.caller.person or who.account}
    return {"hint": _TOLD} if cls is ContactDetail else {}


def _class_of(asked: wire.Create) -> type[Element] | None:
    """The class of a label or a link type; None for both, neither or an unknown one."""
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
    """The ids of the nodes that a new element refers to."""
    for name in marked(type(thing), Mark.REF):
        one = getattr(thing, name)
        if one is not None and name not in ("verified_by", "declared_by"):
            yield one
    yield from getattr(thing, "audience", ())


def _require_posts(
    plan: ChangePlan, one: Target, thing: Element, beside: Sequence[Element]
) -> None:
    """The duties of a consent receipt belong to a post, since they outlive its holder."""
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


def touch(plan: ChangePlan, one: Target) -> None:
    """Add the step of an existing element.

    Raises: NotFound: it or an element it refers to is absent or hidden.
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
    """An element that the caller sees today, or that begins later, with the View that decides."""
    view, thing = plan.view_of(one.id), thing_in(plan.snapshot, one.id)
    if thing is None or not may_see(view, one.id):
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
    """Report a tie that is confirmed by the person who declared it."""
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
    """The verifier: an own post, which outlives its holder; else the person or the account."""
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


MOST_THINGS: Final = 1_000
_HOME: Final = bilingual(
    "The person is at home in another area, so the steward there must agree "
    "first. Nothing was saved; propose it instead."
)


class Stale(Exception):
    """Elements that another account has changed since they were read."""

    def __init__(self, steps: Sequence[PlannedChange]) -> None:
        super().__init__(len(steps))
        self.steps = tuple(steps)


def plan_changes(
    context: RequestContext,
    asked: wire.ChangeSet,
    *,
    change_set: str,
    prefix: str | None = None,
    is_dry_run: bool = False,
    is_proposal: bool = False,
) -> ChangePlan:
    """Plan a change set, each step based on what the caller has seen; rights are those of today.

    A dry run leaves the faults in the plan, otherwise they are raised. A proposal may seat a person
    whose home is another area.

    Raises:
        NotFound: something is absent or hidden.
        Stale: an element was changed meanwhile.
        Refused: for the other checks listed in the module docstring.
    """
    named = target_in(asked, change_set, prefix)
    _require_size(named, context)
    _require_etags(named)
    plan = _judged(context, named)
    _require_rights(plan, asked)
    if not is_proposal:
        _require_home(plan)
    if plan.faults and not is_dry_run:
        raise refused_fields(plan.faults, context.lang)
    _require_current(context, plan)
    return plan


def _judged(context: RequestContext, named: Sequence[Target]) -> ChangePlan:
    snapshot = context.directory.snapshot()
    plan = ChangePlan(
        context=context, snapshot=snapshot, today=context.directory.today(),
        ids={one.called or one.id: one.id for one in named if isinstance(one.asked, wire.Create)},
    )  # fmt: skip
    single = _each_once(plan, named)
    for one in single:
        if not isinstance(one.asked, wire.Create):
            touch(plan, one)
    create(plan, [one for one in single if isinstance(one.asked, wire.Create)])
    place = {one.id: number for number, one in enumerate(single)}
    plan.steps.sort(key=lambda step: place[step.named.id])
    return plan


def _each_once(plan: ChangePlan, named: Sequence[Target]) -> list[Target]:
    """The first target of each element; naming it a second time is a fault."""
    single: dict[str, Target] = {}
    for one in named:
        if one.id in single:
            plan.blame(one, "id", Rule.DUPLICATE)
        else:
            single[one.id] = one
    return list(single.values())


def _require_size(named: Sequence[Target], context: RequestContext) -> None:
    if not named:
        raise refused_fields(
            [FieldError(pointer="", id=None, field="", rule=Rule.NOT_EMPTY)], context.lang
        )
    if len(named) > MOST_THINGS:
        raise Refused(
            "too-large",
            bilingual("{most_things} things in one change set.", most_things=MOST_THINGS),
            limit=MOST_THINGS, unit="things",
        )  # fmt: skip


def _require_etags(named: Sequence[Target]) -> None:
    without = [one for one in named if one.kind is not ChangeKind.CREATED and not one.etag]
    if without:
        raise Refused(
            "precondition-required",
            bilingual("Send the ETag you read it with, so that nobody is overwritten unseen."),
            errors=[{"pointer": one.pointer, "id": one.id} for one in without],
        )  # fmt: skip


def _require_rights(plan: ChangePlan, asked: wire.ChangeSet) -> None:
    if plan.denied:
        is_verifying = not (asked.creates or asked.updates or asked.ends)
        raise Refused(
            "forbidden",
            bilingual("You may see this, but not change it."),
            needed="VERIFY" if is_verifying else "EDIT",
            errors=[{"pointer": pointer} for pointer in plan.denied],
        )


def _require_home(plan: ChangePlan) -> None:
    if plan.elsewhere:
        raise Refused(
            "home-elsewhere", _HOME,
            errors=[{"pointer": one.pointer} for one in plan.elsewhere],
        )  # fmt: skip


def _require_current(context: RequestContext, plan: ChangePlan) -> None:
    stale = [
        step
        for step in plan.steps
        if step.before is not None and not _is_current(context, step.before, step.named.etag or "")
    ]
    if stale:
        raise Stale(stale)


def _is_current(context: RequestContext, thing: Element, sent: str) -> bool:
    return etag_of(context, thing) in [one.strip() for one in sent.split(",")]
