"""What does a change set do to each thing, and may it?"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

from graph.errors import Conflict, Fault, Invalid, NotFound
from graph.model import (
    ChangeKind,
    ChangeSet,
    Consent,
    ContactDetail,
    Element,
    Link,
    Node,
    SucceededBy,
)
from graph.model.rule_context import ends
from graph.store.read_set import ReadSet
from graph.vocabulary import Rule

_NOT_COMPARED: Final = frozenset({"id", "revision", "value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedChange:
    """What happens to one thing; `sealed` is its ciphertext as it lies in the database."""

    kind: ChangeKind
    before: Element | None
    after: Element
    sealed: Mapping[str, object]

    def changed(self) -> tuple[str, ...]:
        """The names of the fields that change; none where the thing is new.

        A value of a contact detail that is sent counts as changed.
        """
        if self.before is None:
            return ()
        names = [
            field.name
            for field in fields(self.after)
            if field.name not in _NOT_COMPARED
            and getattr(self.before, field.name) != getattr(self.after, field.name)
        ]
        has_value = isinstance(self.after, ContactDetail) and self.after.value is not None
        return (*names, "value") if has_value else tuple(names)


def draft(changes: ChangeSet, found: ReadSet) -> tuple[AppliedChange, ...]:
    """What happens to each thing, in the order of the change set.

    Raises:
        NotFound: something to change or end does not exist.
        Conflict: it was changed since.
        Invalid: an id exists already, or something is changed that never changes.
    """
    named = (*_created(changes), *_updated(changes, found), *_ended(changes, found))
    touched = (*named, *_ended_along(changes, found, {one.after.id for one in named}))
    faults = tuple(_faults(touched, found))
    if faults:
        raise Invalid(faults)
    return touched


def _created(changes: ChangeSet) -> Iterator[AppliedChange]:
    for thing in changes.creates:
        yield AppliedChange(kind=ChangeKind.CREATED, before=None, after=thing, sealed={})


def _updated(changes: ChangeSet, found: ReadSet) -> Iterator[AppliedChange]:
    for thing in changes.updates:
        before = _based_on(found, thing.id, thing.revision)
        sealed = found.sealed.get(thing.id, {})
        yield AppliedChange(kind=ChangeKind.UPDATED, before=before, after=thing, sealed=sealed)


def _ended(changes: ChangeSet, found: ReadSet) -> Iterator[AppliedChange]:
    for end in changes.ends:
        before = _based_on(found, end.id, end.based_on)
        after = replace(before, valid_to=end.on)
        sealed = found.sealed.get(end.id, {})
        yield AppliedChange(kind=ChangeKind.ENDED, before=before, after=after, sealed=sealed)


def _ended_along(
    changes: ChangeSet, found: ReadSet, named: Collection[str]
) -> Iterator[AppliedChange]:
    """What hangs on an ended node ends with it, also where it was to last longer.

    A link is true only while both its ends are, so one without a date of its own is left as it is.
    """
    ended = {end.id: end for end in changes.ends if isinstance(found.things.get(end.id), Node)}
    for thing in found.things.values() if ended else ():
        if isinstance(thing, Link) and not isinstance(thing, SucceededBy) and thing.id not in named:
            on = min((ended[one].on for one in ends(thing) if one in ended), default=None)
            if on and _lasts_beyond(thing, on):
                after = replace(thing, valid_to=on)
                yield AppliedChange(kind=ChangeKind.ENDED, before=thing, after=after, sealed={})


def _lasts_beyond(link: Link, on: date) -> bool:
    """Has it a later end of its own? One that is to begin later cannot be mended by a date."""
    has_begun = link.valid_from is None or link.valid_from < on
    return has_begun and link.valid_to is not None and on < link.valid_to


def _based_on(found: ReadSet, thing_id: str, revision: int) -> Element:
    thing = found.things.get(thing_id)
    if thing is None:
        raise NotFound(thing_id)
    if thing.revision != revision:
        raise Conflict(thing_id, based_on=revision, current=thing.revision)
    return thing


def _faults(touched: Iterable[AppliedChange], found: ReadSet) -> Iterator[Fault]:
    seen: set[str] = set()
    for one in touched:
        thing = one.after
        if thing.id in seen or (one.before is None and thing.id in found.taken):
            yield Fault(thing.id, "id", Rule.DUPLICATE)
        seen.add(thing.id)
        if one.before is not None:
            yield from _fixed(one, one.before)
        if isinstance(thing, ContactDetail) and thing.value is None:
            yield from _needs_value(one)


def _fixed(one: AppliedChange, before: Element) -> Iterator[Fault]:
    """What never changes: what a thing is, what a link joins, what somebody agreed to."""
    after = one.after
    if type(before) is not type(after):
        yield Fault(after.id, "id", Rule.DUPLICATE)
    elif isinstance(before, Link) and isinstance(after, Link) and ends(before) != ends(after):
        yield Fault(after.id, "source_id", Rule.WRONG_ENDS)
    elif isinstance(before, Consent):
        for name in one.changed():
            if name != "withdrawn_on" or before.withdrawn_on is not None:
                yield Fault(after.id, name, Rule.CONSENT_FIXED)


def _needs_value(one: AppliedChange) -> Iterator[Fault]:
    """A new detail has one; on another channel the old one would not open, nor make sense."""
    if one.before is None or "channel" in one.changed():
        yield Fault(one.after.id, "value", Rule.REQUIRED)
