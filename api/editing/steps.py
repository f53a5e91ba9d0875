"""What a change set asks for, thing by thing, and what the caller sees of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, cast

from api.schemas import changes as wire
from graph.access.permissions import may_use_field
from graph.access.policy import Action
from graph.access.view import View
from graph.model import ChangeKind, Element, Hop, Link, id_of
from graph.snapshot.snapshot import Snapshot

_NEVER_OUT: Final = frozenset({"id", "revision", "value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A thing a change set names: where in the body, what happens to it, and its id.

    `called` is what the change set itself calls a thing it creates, `etag` what it was read with.
    """

    pointer: str
    kind: ChangeKind
    id: str
    asked: wire.Create | wire.Update | wire.Ending | wire.Verify
    called: str | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """One thing as it is and as it will be."""

    named: Target
    before: Element | None
    after: Element


def target_in(asked: wire.ChangeSet, change_set: str, prefix: str | None = None) -> list[Target]:
    """All things a change set names, in its order; the same one always gives the same new ids.

    `prefix` is where the only thing of the body stands, if there is one.
    """
    found: list[Target] = []
    for place, create in enumerate(asked.creates):
        found.append(Target(pointer=_at(prefix, "creates", place), kind=ChangeKind.CREATED,
                           id=create.id or created_id(change_set, str(place)), asked=create,
                           called=create.called))  # fmt: skip
    for field, kind in (("updates", ChangeKind.UPDATED), ("ends", ChangeKind.ENDED),
                        ("verifies", ChangeKind.UPDATED)):  # fmt: skip
        for place, one in enumerate(getattr(asked, field)):
            found.append(Target(pointer=_at(prefix, field, place), kind=kind, id=one.id, asked=one,
                               etag=one.if_match))  # fmt: skip
    return found


def _at(prefix: str | None, field: str, place: int) -> str:
    return f"/{field}/{place}" if prefix is None else prefix


def created_id(change_set: str, place: str) -> str:
    """A UUIDv7 of the moment a change set began, whose own name is one; the same at every try."""
    at_ms = int(change_set.replace("-", "")[:12], 16)
    return id_of("created by", change_set, place, at_ms=at_ms)


def kind_of(kind: ChangeKind) -> wire.Kind:
    """What happens to a thing, on the wire."""
    match kind:
        case ChangeKind.CREATED:
            return "CREATED"
        case ChangeKind.UPDATED:
            return "UPDATED"
        case ChangeKind.ENDED:
            return "ENDED"


def thing_in(snapshot: Snapshot, thing_id: str) -> Element | None:
    """A node or link as it is, hidden fields and all; for whoever then writes it."""
    if thing_id in snapshot.row_of:
        return snapshot.node(snapshot.row_of[thing_id])
    if thing_id in snapshot.link_row_of:
        return snapshot.link(snapshot.link_row_of[thing_id])
    return None


def is_seen(view: View, thing_id: str) -> bool:
    """Is a node or link in the View?"""
    return view.find(thing_id) is not None or view.find_link(thing_id) is not None


def carries_a_date(thing: Element) -> bool:
    """Can it be verified?"""
    return isinstance(thing, Hop) or hasattr(thing, "verified_on")


def persons_at(thing: Element) -> Iterator[str]:
    """The ids a thing is about: its own, and the ends of a link."""
    yield thing.id
    if isinstance(thing, Link):
        yield from (thing.source_id, thing.target_id)


def told(
    view: View, before: Element | None, after: Element
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, before and after, as far as the caller sees them.

    Of a new thing all that has a value: whoever makes it knows it.
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
    """All fields of a visible thing that the caller sees."""
    return {
        name: plain(getattr(thing, name))
        for name in _names(thing)
        if may_use_field(view, thing.id, name, Action.SEE)
    }


def _names(thing: Element) -> list[str]:
    return [field.name for field in fields(thing) if field.name not in _NEVER_OUT]


def plain(value: object) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(str(one) for one in cast("frozenset[str]", value))
    return str(value) if isinstance(value, str) else value


def sent_fields(named: Target) -> Mapping[str, Any]:
    """What was sent of a thing to change, without a contact value."""
    sent = named.asked.fields if isinstance(named.asked, wire.Update) else {}
    return {name: value for name, value in sent.items() if name != "value"}
