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
    fields_refusal,
    read_fields,
    update_fields,
)
from api.errors import NO_ETAG, Refusal
from api.etags import etag_of
from api.i18n import bilingual
from api.schemas import changes as wire
from api.state import RequestContext
from graph.access.permissions import (
    CreateRights,
    may_edit,
    may_end,
    may_see,
    may_use_field,
    may_verify,
    owner_of,
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
    Node,
    ResourceIndividual,
    id_of,
    marked_fields,
)
from graph.model.base import is_id
from graph.model.content_filter import holds_number
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType, Rule

_NEVER_OUT: Final = frozenset({"id", "revision", "value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An element named by a change set: its place in the body, the kind of change, and its id.

    `local_name` is the name that the change set gives to an element it creates, `etag` the version
    on which the change is based.
    """

    pointer: str
    kind: ChangeKind
    id: str
    change: wire.Create | wire.Update | wire.Ending | wire.Verify
    local_name: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """An element before and after the change."""

    target: Target
    before: Element | None
    after: Element


def target_in(changes: wire.ChangeSet, change_set: str, prefix: str | None = None) -> list[Target]:
    """All targets of a change set in its order; created elements get deterministic ids.

    `prefix` is the JSON pointer of the element if the body has only one.
    """
    targets: list[Target] = []
    for place, create in enumerate(changes.creates):
        targets.append(Target(pointer=_at(prefix, "creates", place), kind=ChangeKind.CREATED,
                           id=create.id or created_id(change_set, str(place)), change=create,
                           local_name=create.called))  # fmt: skip
    for member, kind in (("updates", ChangeKind.UPDATED), ("ends", ChangeKind.ENDED),
                         ("verifies", ChangeKind.UPDATED)):  # fmt: skip
        for place, change in enumerate(getattr(changes, member)):
            targets.append(
                Target(
                    pointer=_at(prefix, member, place), kind=kind, id=change.id, change=change,
                    etag=change.if_match,
                )
            )  # fmt: skip
    return targets


def with_end_dates(changes: wire.ChangeSet, on: date) -> wire.ChangeSet:
    """The changes with a date for each end without one, for a change that is written later."""
    ends = tuple(
        end if end.on is not None else end.model_copy(update={"on": on}) for end in changes.ends
    )
    return changes.model_copy(update={"ends": ends})


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


def element_in(snapshot: Snapshot, element_id: str) -> Element | None:
    """The node or link with all fields, also those hidden from the caller; used for writing."""
    if element_id in snapshot.row_of:
        return snapshot.node(snapshot.row_of[element_id])
    if element_id in snapshot.link_row_of:
        return snapshot.link(snapshot.link_row_of[element_id])
    return None


def carries_a_date(element: Element) -> bool:
    """Whether an element has a date of verification."""
    return isinstance(element, HopLink) or hasattr(element, "verified_on")


def persons_at(element: Element) -> Iterator[str]:
    """The ids an element is about: its own, and the ends of a link."""
    yield element.id
    if isinstance(element, Link):
        yield from (element.source_id, element.target_id)


def visible_changes(
    view: View, before: Element | None, after: Element
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, before and after, as far as the caller sees them.

    For a new element all fields with a value, since the caller supplied them.
    """
    if before is None:
        names = [name for name in _names(after) if getattr(after, name) not in (None, frozenset())]
        return {}, {name: plain(getattr(after, name)) for name in names}
    changed = [name for name in _names(after) if getattr(before, name) != getattr(after, name)]
    visible = [name for name in changed if may_use_field(view, after.id, name, Action.SEE)]
    return (
        {name: plain(getattr(before, name)) for name in visible},
        {name: plain(getattr(after, name)) for name in visible},
    )


def visible_fields(view: View, element: Element) -> dict[str, Any]:
    """All fields of a visible element that the caller sees."""
    return {
        name: plain(getattr(element, name))
        for name in _names(element)
        if may_use_field(view, element.id, name, Action.SEE)
    }


def _names(element: Element) -> list[str]:
    return [field.name for field in fields(element) if field.name not in _NEVER_OUT]


def plain(value: object) -> Any:
    """The JSON form of a field value."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(str(element) for element in cast("frozenset[str]", value))
    return str(value) if isinstance(value, str) else value


def sent_fields(target: Target) -> Mapping[str, Any]:
    """The sent fields of an update, without a contact value."""
    update = target.change.fields if isinstance(target.change, wire.Update) else {}
    return {name: value for name, value in update.items() if name != "value"}


@dataclass(slots=True, kw_only=True)
class ChangePlan:
    """The planned steps of a change set with its faults and missing rights.

    `ids` are the ids of created elements by the name the change set gives them. `denied` are the
    pointers of the changes that the caller may not make, `elsewhere` the seats of people whose home
    is another area. `doubtful` are new elements with reported faults: elements that refer to them
    are not checked for rights. `is_proposal`: denied changes are planned too, for an account that
    may make them.
    """

    context: RequestContext
    snapshot: Snapshot
    today: date
    ids: Mapping[str, str]
    is_proposal: bool = False
    steps: list[PlannedChange] = field(default_factory=list[PlannedChange])
    faults: list[FieldError] = field(default_factory=list[FieldError])
    denied: list[str] = field(default_factory=list[str])
    elsewhere: list[Target] = field(default_factory=list[Target])
    doubtful: set[str] = field(default_factory=set[str])

    def view_of(self, *ids: str) -> View:
        """The View that writes to elements are checked against: `RequestContext.view_to_write`."""
        return self.context.view_to_write(*ids)

    def resolve_ids(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The sent fields, with ids in place of the names of created elements."""
        return {name: self._id(value) for name, value in values.items()}

    def _id(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._id(element) for element in cast("list[object]", value)]
        return self.ids.get(value, value) if isinstance(value, str) else value

    def require_seen(self, element_id: str) -> None:
        """Require that a referenced element is visible to the caller or created by the change set.

        Raises: NotFound: absent or hidden.
        """
        if element_id not in self.ids.values() and not may_see(
            self.view_of(element_id), element_id
        ):
            raise NotFound(element_id)

    def require_ids(self, cls: type[Element], values: Mapping[str, Any]) -> None:
        """Refuse references that are not ids; one that contains a number is reported as a fault.

        Raises: NotFound: the same response as for a hidden element.
        """
        for name in marked_fields(cls, Mark.REF):
            reference = values.get(name)
            if isinstance(reference, str) and not is_id(reference) and not holds_number(reference):
                raise NotFound(reference)

    def blame(self, target: Target, name: str, rule: Rule) -> None:
        """Add a fault that does not concern one of the model fields."""
        is_new = isinstance(target.change, wire.Create)
        self.faults.append(
            FieldError(
                pointer=f"{target.pointer}/{name}",
                id=target.local_name if is_new else target.id,
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
"""Prefixes of the public codes of each label.

No element that can be hidden has such a code, so the fault "exists already" discloses nobody.
"""
_HINT: Final = "•••••"  # the hint of a contact detail until its value is read


def create(plan: ChangePlan, targets: Sequence[Target]) -> None:
    """Add the steps of all created elements; a consent and its individual are checked together."""
    new = [
        (target, element)
        for target in targets
        if (element := _new_element(plan, target)) is not None
    ]
    elements = [element for _, element in new]
    view = plan.view_of(*(reference for element in elements for reference in _references(element)))
    rights = CreateRights.of(view, elements)
    for target, element in new:
        referred = set(_references(element))
        for reference in sorted(referred):
            plan.require_seen(reference)
        _require_proposable(plan, element)
        _require_posts(plan, target, element, elements)
        if referred.isdisjoint(plan.doubtful) and not rights.may_create(element):
            if rights.may_propose(element):
                plan.elsewhere.append(target)
            else:
                plan.denied.append(target.pointer)
        plan.steps.append(PlannedChange(target=target, before=None, after=element))


def _new_element(plan: ChangePlan, target: Target) -> Element | None:
    """A new element, or None if it has faults, which are added to the plan."""
    creation = cast("wire.Create", target.change)
    cls: type[Element] | None = None
    if creation.type is None and creation.label in set(Label):
        cls = NODE_CLASSES[Label(creation.label)]
    elif creation.label is None and creation.type in set(LinkType):
        cls = LINK_CLASSES[LinkType(creation.type)]
    if cls is None:  # both a label and a link type, neither, or an unknown one
        plan.blame(target, "label" if creation.type is None else "type", Rule.UNKNOWN_WORD)
        plan.doubtful.add(target.id)
        return None
    label = getattr(cls, "label", None)
    has_code = creation.id is None or (
        is_id(creation.id)
        and not holds_number(creation.id)
        and creation.id.startswith(_CODES.get(label, ()) if label else ())
    )
    if not has_code:
        plan.blame(target, "id", Rule.PUBLIC_CODE)
    reading = read_fields(
        cls, plan.resolve_ids(creation.fields), pointer=target.pointer, element_id=target.local_name
    )
    plan.require_ids(cls, reading.values)
    values: dict[str, Any] = {**reading.values, "source": "form"}
    values["id"] = target.id if has_code else "refused"
    who = plan.context.who
    if cls is Knows:
        values["declared_by"] = who.caller.person or who.account
    elif cls is ContactDetail:
        values["hint"] = _HINT
    _require_detail(plan, target, cls)
    faulty = frozenset(fault.field for fault in reading.faults)
    element, faults = build(cls, values, pointer=target.pointer, faulty=faulty)
    all_faults = [*reading.faults, *faults]
    plan.faults += [replace(fault, id=target.local_name) for fault in all_faults]
    if all_faults or element is None or not has_code:
        plan.doubtful.add(target.id)
        return None
    if isinstance(element, ContactDetail):
        return _with_check(plan, target, element, plan.context.view())
    return element


def _require_detail(plan: ChangePlan, target: Target, cls: type[Element]) -> None:
    """Report a check of anything but a contact detail: a link is checked by `verifies`."""
    change = target.change
    is_checked = isinstance(change, wire.Create | wire.Update) and change.is_checked
    if is_checked and cls is not ContactDetail:
        plan.blame(target, "is_checked", Rule.UNKNOWN_FIELD)


def _with_check(
    plan: ChangePlan, target: Target, detail: ContactDetail, view: View
) -> ContactDetail:
    """A contact detail with a new value: checked today if its author says so, otherwise never."""
    change = target.change
    if isinstance(change, wire.Create | wire.Update) and change.is_checked:
        return replace(detail, **_stamp(plan, view))
    return replace(detail, verified_on=None, verified_by=None)


def _references(element: Element) -> Iterable[str]:
    """The ids of the nodes that a new element refers to."""
    for name in marked_fields(type(element), Mark.REF):
        reference = getattr(element, name)
        if reference is not None and name not in ("verified_by", "declared_by"):
            yield reference
    yield from getattr(element, "audience", ())


def _require_posts(
    plan: ChangePlan, target: Target, element: Element, elements: Sequence[Element]
) -> None:
    """Report each duty of a consent receipt not assigned to a post: duties outlive a holder."""
    if not isinstance(element, Consent):
        return
    new = {other.id for other in elements if isinstance(other, Actor)}
    for name in ("recorded_by", "renewal_by"):
        duty = getattr(element, name)
        view = plan.view_of(duty)
        row = view.find(duty)
        if duty not in new and (row is None or view.label(row) is not Label.ACTOR):
            plan.faults.append(
                FieldError(
                    pointer=field_pointer(target.pointer, name), id=target.local_name, field=name,
                    rule=Rule.WRONG_ENDS,
                )
            )  # fmt: skip


def touch(plan: ChangePlan, target: Target) -> None:
    """Add the step of an existing element.

    Raises: NotFound: it or an element it refers to is absent or hidden.
    """
    view, element = plan.view_of(target.id), element_in(plan.snapshot, target.id)
    if element is None or not may_see(view, target.id):  # neither today nor on the day it begins
        raise NotFound(target.id)
    if not _is_wrong_number(view, target, element):
        _require_proposable(plan, element)
    match target.change:
        case wire.Update() as update:
            after = _plan_update(plan, target, element, view, update)
        case wire.Ending() as ending:
            on = ending.on or plan.today
            is_longer = element.valid_to is not None and on > element.valid_to
            is_allowed = not is_longer or may_edit(view, target.id, "valid_to")
            if not may_end(view, target.id) or not is_allowed:
                plan.denied.append(target.pointer)
            after = _or_fault(plan, target, element, lambda: replace(element, valid_to=on))
        case _:
            after = _plan_verification(plan, target, element, view)
    plan.steps.append(PlannedChange(target=target, before=element, after=after))


_NOT_PROPOSED: Final = (ResourceIndividual, Consent, ContactDetail, Knows)
_UNSEEN: Final = bilingual("You may only propose changes to what you may see.")
_PRIVATE: Final = bilingual(
    "Resource individuals, their consents, contact details and acquaintances are not proposed, "
    "except that a number is wrong. "
    "Talk to the door opener or to the steward."
)


def _is_wrong_number(view: View, target: Target, element: Element) -> bool:
    """Return whether a contact detail of a professional or a post is to be ended.

    Whoever called it may propose that; it carries no value.
    """
    if not isinstance(element, ContactDetail) or not isinstance(target.change, wire.Ending):
        return False
    owner = owner_of(view, view.row(target.id))
    return owner is not None and view.label(owner) in (Label.PERSON, Label.ACTOR)


def _require_proposable(plan: ChangePlan, element: Element) -> None:
    """Refuse a proposal about a civilian, a consent, a contact detail or an acquaintance."""
    if not plan.is_proposal:
        return
    ends = (element_in(plan.snapshot, node_id) for node_id in persons_at(element))
    if any(isinstance(part, _NOT_PROPOSED) for part in (element, *ends)):
        raise Refusal("forbidden", _PRIVATE)


def _plan_update(
    plan: ChangePlan, target: Target, element: Element, view: View, change: wire.Update
) -> Element:
    reading = read_fields(
        type(element), plan.resolve_ids(change.fields), pointer=target.pointer, element_id=target.id
    )
    plan.require_ids(type(element), reading.values)
    if plan.is_proposal and not all(
        may_use_field(view, target.id, name, Action.SEE) for name in reading.values
    ):
        raise Refusal("forbidden", _UNSEEN)
    denied = [name for name in reading.values if not may_edit(view, target.id, name)]
    plan.denied += [field_pointer(target.pointer, name) for name in denied]
    values = dict(reading.values)
    if not plan.is_proposal:
        values = {name: value for name, value in values.items() if name not in denied}
    after, faults = update_fields(element, values, pointer=target.pointer)
    plan.faults += [*reading.faults, *faults]
    _require_detail(plan, target, type(element))
    if isinstance(after, ContactDetail) and not faults and ("value" in values or change.is_checked):
        after = _with_check(plan, target, after, view)
    # Report a tie that is confirmed by the person who declared it.
    if isinstance(element, Knows) and isinstance(after, Knows):
        is_own = element.declared_by == plan.context.who.caller.person
        if is_own and after.is_confirmed and not element.is_confirmed:
            plan.blame(target, "fields/is_confirmed", Rule.OTHER_CONFIRMS)
    for name in marked_fields(type(after), Mark.REF):
        if values.get(name) is not None:
            plan.require_seen(getattr(after, name))
    return after


def _plan_verification(plan: ChangePlan, target: Target, element: Element, view: View) -> Element:
    if not carries_a_date(element):
        plan.blame(target, "verified_on", Rule.UNKNOWN_FIELD)
        return element
    is_detail = isinstance(element, ContactDetail)
    is_allowed = (
        may_edit(view, target.id, "verified_on") if is_detail else may_verify(view, target.id)
    )
    if not is_allowed:
        plan.denied.append(target.pointer)
    return _or_fault(plan, target, element, lambda: replace(element, **_stamp(plan, view)))


def _stamp(plan: ChangePlan, view: View) -> dict[str, Any]:
    """The fields that record that the caller has checked an element today."""
    who = plan.context.who
    # A post of the caller comes first, since it outlives its holder.
    verifier = min(view.caller.posts, default=who.caller.person or who.account)
    return {"verified_on": plan.today, "verified_by": verifier}


def _or_fault(
    plan: ChangePlan, target: Target, element: Element, build: Callable[[], Element]
) -> Element:
    try:
        return build()
    except Invalid as error:
        faults = field_errors_in(error, target.pointer, target.id)
        plan.faults += [replace(fault, pointer=target.pointer) for fault in faults]
        return element


MOST_THINGS: Final = 1_000
_HOME: Final = bilingual(
    "The person belongs to another area, so the steward there must agree first. Nothing was "
    "saved; propose it instead."
)


class Stale(Exception):
    """Elements that another account has changed since they were read."""

    def __init__(self, steps: Sequence[PlannedChange]) -> None:
        super().__init__(len(steps))
        self.steps = tuple(steps)


def plan_changes(
    context: RequestContext,
    changes: wire.ChangeSet,
    *,
    change_set: str,
    prefix: str | None = None,
    is_dry_run: bool = False,
    is_proposal: bool = False,
) -> ChangePlan:
    """Plan a change set, each step based on what the caller has seen; rights are those of today.

    A dry run leaves the faults in the plan, otherwise they are raised. A proposal also leaves the
    denied changes and the seats of people whose home is another area: they determine who may answer
    it.

    Raises:
        NotFound: an element is absent or hidden.
        Stale: an element was changed meanwhile.
        Refusal: for the other checks listed in the module docstring.
    """
    targets = target_in(changes, change_set, prefix)
    _require_size_and_etags(targets, context)
    plan = _checked_plan(context, targets, is_proposal=is_proposal)
    if plan.denied and not is_proposal:
        is_verifying = not (changes.creates or changes.updates or changes.ends)
        raise Refusal(
            "forbidden",
            bilingual("You may see this, but not change it."),
            needed="VERIFY" if is_verifying else "EDIT",
            errors=[{"pointer": pointer} for pointer in plan.denied],
        )
    if plan.elsewhere and not is_proposal:
        raise Refusal(
            "home-elsewhere", _HOME,
            errors=[{"pointer": target.pointer} for target in plan.elsewhere],
        )  # fmt: skip
    if plan.faults and not is_dry_run:
        raise fields_refusal(plan.faults, context.lang)
    # Raise Stale for the elements of which none of the sent ETags is the current one.
    stale: list[PlannedChange] = []
    for step in plan.steps:
        etags = [etag.strip() for etag in (step.target.etag or "").split(",")]
        if step.before is not None and etag_of(context, step.before) not in etags:
            stale.append(step)
    if stale:
        raise Stale(stale)
    return plan


def _checked_plan(
    context: RequestContext, targets: Sequence[Target], *, is_proposal: bool
) -> ChangePlan:
    snapshot = context.directory.snapshot()
    plan = ChangePlan(
        context=context, snapshot=snapshot, today=context.directory.today(),
        is_proposal=is_proposal,
        ids={
            target.local_name or target.id: target.id
            for target in targets
            if isinstance(target.change, wire.Create)
        },
    )  # fmt: skip
    single: dict[str, Target] = {}
    for target in targets:
        if single.setdefault(target.id, target) is not target:
            plan.blame(target, "id", Rule.DUPLICATE)
    for target in single.values():
        if not isinstance(target.change, wire.Create):
            touch(plan, target)
    create(plan, [new for new in single.values() if isinstance(new.change, wire.Create)])
    for step in plan.steps:
        plan.faults += _own_kind_faults(context, step)
    place = {element_id: number for number, element_id in enumerate(single)}
    plan.steps.sort(key=lambda step: place[step.target.id])
    return plan


def _own_kind_faults(context: RequestContext, step: PlannedChange) -> Iterator[FieldError]:
    """The faults that a change causes in the own kinds of a node."""
    before, after = step.before, step.after
    if not isinstance(after, Node):
        return
    previous = before if isinstance(before, Node) else None
    for fault in context.directory.own_kinds.faults_of_change(previous, after):
        yield FieldError(
            pointer=field_pointer(step.target.pointer, fault.field),
            id=step.target.local_name if before is None else after.id,
            field=fault.field,
            rule=fault.rule,
        )


def _require_size_and_etags(targets: Sequence[Target], context: RequestContext) -> None:
    if not targets:
        raise fields_refusal(
            [FieldError(pointer="", id=None, field="", rule=Rule.NOT_EMPTY)], context.lang
        )
    if len(targets) > MOST_THINGS:
        raise Refusal(
            "too-large",
            bilingual("{most_things} things in one change set.", most_things=MOST_THINGS),
            limit=MOST_THINGS, unit="things",
        )  # fmt: skip
    without = [
        target for target in targets if target.kind is not ChangeKind.CREATED and not target.etag
    ]
    if without:
        raise Refusal(
            "precondition-required",
            NO_ETAG,
            errors=[{"pointer": target.pointer, "id": target.id} for target in without],
        )  # fmt: skip
