"""Rights to write the elements of an import: for each the same as for a form, as of today."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import partial
from typing import Final

from api.editing.change_plan import element_in
from api.errors import Refusal
from api.state import RequestContext
from graph.access.permissions import (
    CreateRights,
    may_edit,
    may_end,
    may_see,
    may_use_field,
)
from graph.access.policy import Action
from graph.access.reference_dates import reference_date
from graph.access.view import View
from graph.exchange.imports import ImportRule
from graph.exchange.imports.planned_elements import PlannedChanges, own_kind_faults
from graph.model import Consent, Element, End, Knows, Link, Mark, Node, marked_fields
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Rule

_NOT_JUDGED: Final = frozenset({"revision", "batch", "hint"})
"""Fields that are derived from others, or that record the import."""
_OF_THE_IMPORT: Final = frozenset({"source", "external_id", "verified_by", "declared_by"})
_DATES: Final = frozenset({"valid_from", "valid_to"})
_WHO: Final = frozenset({"verified_by", "declared_by"})


@dataclass(frozen=True, slots=True)
class Judge:
    """The rights of a caller to write, from the Views of one Snapshot; `view` is today's.

    `is_undo`: an element that has ended is checked on its last valid day, since today's View does
    not show it.
    """

    context: RequestContext
    snapshot: Snapshot
    view: View
    is_undo: bool = False
    _past_view: dict[date, View] = field(default_factory=dict[date, View], init=False)
    """The View of the past day that was used last."""

    def day_of(self, *ids: str) -> date:
        """Return the day on which a write is checked; a past one only for an undo."""
        today = self.view.on
        days = (reference_date(self.snapshot, element_id, today) or today for element_id in ids)
        on = max(days, default=today)
        return on if self.is_undo else max(on, today)

    def view_of(self, *ids: str) -> View:
        """Return the View that a write is checked against: see `RequestContext.view_to_write`."""
        on = self.day_of(*ids)
        if on > self.view.on:
            return self.context.view_to_write(*ids)
        return self._view_then(on) if on < self.view.on else self.view

    def _view_then(self, on: date) -> View:
        """The View of a past day, limited by today's; the caller's posts are those of both days.

        Raises: Refusal: `busy`: the Snapshot has changed.
        """
        if on not in self._past_view:
            then = self.context.directory.view(self.context.who.caller, on)
            if then.nodes is not self.snapshot.nodes:
                raise Refusal("busy")
            view = then.within(self.view)
            # No caller widens the reach of a post that they hold now or held then.
            posts = then.caller.posts | self.view.caller.posts
            view.caller = replace(view.caller, posts=posts)
            self._past_view.clear()
            self._past_view[on] = view
        return self._past_view[on]


def denied_in(judge: Judge, plan: PlannedChanges) -> Mapping[str, ImportRule | Rule]:
    """Return by id the elements of a plan that the caller may not write, and why."""
    denied = dict(_denied_creates(judge, tuple(plan.creates.values())))
    reasons: dict[str, ImportRule | Rule] = {
        element_id: denied[element_id] for element_id in plan.creates if element_id in denied
    }
    own_kinds = judge.context.directory.own_kinds
    reasons |= own_kind_faults(plan, own_kinds, partial(element_in, judge.snapshot))
    for element in plan.updates.values():
        if not may_update(judge, element):
            reasons[element.id] = ImportRule.NOT_YOURS
    for end in plan.ends.values():
        if not may_write_end(judge, end):
            reasons[end.id] = ImportRule.NOT_YOURS
    return reasons


def _denied_creates(judge: Judge, elements: Sequence[Element]) -> Iterator[tuple[str, ImportRule]]:
    new = {element.id for element in elements}
    for group in _groups(elements):
        reference_ids = {
            reference
            for element in group
            for reference in references(element)
            if reference not in new
        }
        view = judge.view_of(*reference_ids)
        rights = CreateRights.of(view, group)
        for element in group:
            is_tie = isinstance(element, Knows)  # which only the two people declare
            if is_tie or not all(
                may_see(view, reference)
                for reference in references(element)
                if reference not in new
            ):
                yield element.id, ImportRule.NOT_YOURS
            elif not rights.may_create(element):
                is_seat = rights.may_propose(element)
                yield element.id, ImportRule.HOME_ELSEWHERE if is_seat else ImportRule.NOT_YOURS


def compares(view: View, element: Element, field: str) -> bool:
    """Return whether a file may be compared with a field: the caller sees it, or may edit it.

    Fields that record the import or an author are not compared. Nor is the value of a visible
    contact detail that the caller may not edit, since values could be found by trial.
    """
    if field in _OF_THE_IMPORT:
        return False
    if field == "value":
        return not may_see(view, element.id) or may_edit(view, element.id, field)
    return not may_see(view, element.id) or may_use_field(view, element.id, field, Action.SEE)


def may_update(judge: Judge, after: Element) -> bool:
    """Return whether the caller may give an element its new values."""
    before, view = element_in(judge.snapshot, after.id), judge.view_of(after.id)
    if before is None or isinstance(before, Knows) or not may_see(view, after.id):
        return False
    changed = [
        field.name
        for field in fields(after)
        if field.name not in _NOT_JUDGED
        and getattr(before, field.name) != getattr(after, field.name)
    ]
    if changed and _DATES.issuperset(changed) and after.is_taken_back():
        return may_end(view, after.id)
    # who has checked an element is written with the day of the check
    names = {"verified_on" if name == "verified_by" else name for name in changed}
    return all(may_edit(view, after.id, name) for name in names)


def may_write_end(judge: Judge, end: End) -> bool:
    """Return whether the caller may end an element on a day."""
    element, view = element_in(judge.snapshot, end.id), judge.view_of(end.id)
    if element is None or not may_see(view, end.id):
        return False
    is_longer = element.valid_to is not None and end.on > element.valid_to
    return may_end(view, end.id) and (not is_longer or may_edit(view, end.id, "valid_to"))


def ended_by(
    snapshot: Snapshot, view: View, updates: Iterable[Element], ends: Iterable[End]
) -> int:
    """Return the number of elements that end earlier than before, with links of ended nodes."""
    ending = {end.id: end.on for end in ends}
    ending |= {element.id: element.valid_to for element in updates if element.valid_to is not None}
    ended_ids: set[str] = set()
    for element_id, on in ending.items():
        before = element_in(snapshot, element_id)
        if before is None or (before.valid_to and before.valid_to <= on):
            continue
        ended_ids.add(element_id)
        row = view.find(element_id)
        if row is not None:
            ended_ids |= {view.links.ids[link] for link in (*view.out(row), *view.into(row))}
    return len(ended_ids)


def references(element: Element) -> Iterator[str]:
    """Yield the ids of the nodes that a new element refers to."""
    for name in marked_fields(type(element), Mark.REF):
        reference = getattr(element, name)
        if reference is not None and name not in _WHO:
            yield reference
    if isinstance(element, Consent):
        yield from element.audience


def _groups(elements: Sequence[Element]) -> Collection[Sequence[Element]]:
    """Return the new elements, grouped by the connected components that new links form.

    The right to create an element depends on its group alone, so the rows of a long list need not
    all be compared with each other.
    """
    group = {element.id: element.id for element in elements if isinstance(element, Node)}

    def top(node: str) -> str:
        while group[node] != node:
            group[node] = group[group[node]]
            node = group[node]
        return node

    for element in elements:
        if isinstance(element, Link) and element.source_id in group and element.target_id in group:
            group[top(element.source_id)] = top(element.target_id)
    members: defaultdict[str, list[Element]] = defaultdict(list)
    for element in elements:
        ends = (
            (element.source_id, element.target_id) if isinstance(element, Link) else (element.id,)
        )
        key = next((top(end) for end in ends if end in group), element.id)
        members[key].append(element)
    return members.values()
