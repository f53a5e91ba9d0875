"""One write, from what was sent to what stands: whole or not at all, and never twice.

Its change set is named by an id of its own, which stands on the change set in the graph and in the
audit log; an Idempotency-Key stands for that id (`keys.py`).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from api.editing.draft import Draft
from api.editing.drafting import Stale, drafted
from api.editing.faults import Found, field_pointer, refusal
from api.editing.keys import Turn, WriteKeys, body_digest, key_digest
from api.editing.steps import (
    Step,
    cut,
    is_seen,
    kind_of,
    named_in,
    persons_at,
    sent_fields,
    thing_in,
)
from api.errors import Refused
from api.etags import etag_of, tag
from api.identity.dependencies import Visit, intend
from api.schemas import changes as wire
from graph.errors import Conflict, Fault, GraphError, Invalid, NotFound, StoreUnavailable
from graph.model import ChangeKind, ChangeSet, End, Link, Node, Reason, Thing
from graph.vocabulary import Label, LinkType, Rule

Place = Literal["entities", "links"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a route was asked to write.

    `on` is the date the things were read on, `place` where the only thing of the request is found;
    `key` is the caller's Idempotency-Key, `body` all that the key must stand for again.
    """

    changes: wire.ChangeSet
    on: date | None = None
    place: Place | None = None
    key: str | None = None
    body: tuple[bytes, ...] = ()

    @property
    def prefix(self) -> str | None:
        """Where in the body the only thing stands; None where there may be several."""
        return None if self.place is None else ""

    @property
    def reason(self) -> Reason:
        """Why it is written."""
        changes = self.changes
        is_other = changes.creates or changes.updates or changes.ends
        return Reason(changes.reason) if is_other else Reason.VERIFIED


def save(visit: Visit, asked: Asked) -> wire.Written:
    """Writes it, or tells what an earlier try with the same key has written.

    Raises:
        Refused: it may not be written, and says why; `in-progress`, `key-reused`, `conflict`.
        OutcomeUnknown: no word of it in time; the same key settles it.
        GraphError: as `Directory.apply`.
    """
    if asked.key is None:
        return _written(visit, asked, _name(visit))
    keys = WriteKeys(visit.house.accounts.engine)
    turn = keys.begin(
        key_digest(visit.who.account, visit.action, asked.key),
        body_digest(visit.house.web_key, *asked.body),
        _name(visit),
    )
    try:
        written = _once(visit, asked, turn)
    except StoreUnavailable:
        keys.leave(turn)
        raise
    except BaseException:
        keys.release(turn)
        raise
    keys.settle(turn)
    return written


def _name(visit: Visit) -> str:
    if visit.change_set is None:
        raise TypeError("a route that writes has a task that writes")
    return visit.change_set


def _once(visit: Visit, asked: Asked, turn: Turn) -> wire.Written:
    """What the key stands for, whether it is written now or was before."""
    if not turn.is_repeat:
        return _written(visit, asked, turn.change_set)
    visit.change_set = turn.change_set
    intend(visit)
    before = _written_before(visit, asked, turn)
    if before is not None:
        return before
    try:
        return _written(visit, asked, turn.change_set)
    except (Refused, Conflict, Invalid):  # the first try may have come through meanwhile
        before = _written_before(visit, asked, turn)
        if before is None:
            raise
        return before


def _written_before(visit: Visit, asked: Asked, turn: Turn) -> wire.Written | None:
    revision = visit.directory.written(turn.change_set)
    if revision is None:
        return None
    return _told(visit, asked, turn.change_set, revision)


def _written(visit: Visit, asked: Asked, change_set: str) -> wire.Written:
    draft = judged(visit, asked, change_set)
    try:
        revision = visit.directory.apply(change_set_of(visit, asked, draft.steps, change_set))
    except Conflict as conflict:
        raise conflict_of(visit, [_step_of(draft, conflict.thing_id)]) from conflict
    except Invalid as error:
        raise refused(visit, draft, error) from error
    note_persons(visit, draft.steps)
    return _told(visit, asked, change_set, revision)


def judged(visit: Visit, asked: Asked, change_set: str, *, is_dry_run: bool = False) -> Draft:
    """The draft of what was asked for. Raises: as `drafted`, a stale thing as `conflict`."""
    try:
        draft = drafted(visit, asked.changes, change_set=change_set, on=asked.on,
                        prefix=asked.prefix, is_dry_run=is_dry_run)  # fmt: skip
    except Stale as stale:
        raise conflict_of(visit, stale.steps) from stale
    _require_place(draft, asked)
    return draft


def _require_place(draft: Draft, asked: Asked) -> None:
    """A link is no node, also where its address says so."""
    sort = Node if asked.place == "entities" else Link
    for step in draft.steps if asked.place else ():
        if step.before is not None and not isinstance(step.before, sort):
            raise NotFound(step.named.id)


def change_set_of(
    visit: Visit, asked: Asked, steps: list[Step], change_set: str | None
) -> ChangeSet:
    """What the store is given."""
    by_kind: dict[ChangeKind, list[Step]] = {kind: [] for kind in ChangeKind}
    for step in steps:
        by_kind[step.named.kind].append(step)
    return ChangeSet(
        made_by=visit.who.account,
        made_at=datetime.now(UTC),
        reason=asked.reason,
        creates=_things(by_kind[ChangeKind.CREATED]),
        updates=_things(by_kind[ChangeKind.UPDATED]),
        ends=tuple(_end(step) for step in by_kind[ChangeKind.ENDED]),
        idempotency=change_set,
    )


def _things(steps: list[Step]) -> tuple[Node | Link, ...]:
    return tuple(step.after for step in steps if isinstance(step.after, Node | Link))


def _end(step: Step) -> End:
    on = step.after.valid_to
    if on is None or step.before is None:
        raise TypeError("only what is there ends, and on a day")
    return End(id=step.after.id, on=on, based_on=step.before.revision)


def note_persons(visit: Visit, steps: list[Step]) -> None:
    """The audit counts them as touched, also where only a link of theirs was."""
    touched = {one for step in steps for one in persons_at(step.after)}
    visit.subjects |= touched & visit.directory.persons()
    visit.count = len(steps)


# ---- what is told


def _told(visit: Visit, asked: Asked, change_set: str, revision: int) -> wire.Written:
    snapshot = visit.directory.snapshot()
    things: list[wire.Touched] = []
    for one in named_in(asked.changes, change_set, asked.prefix):
        thing = thing_in(snapshot, one.id)
        if thing is not None:
            etag = tag(visit, _sort(thing), one.id, revision)
            things.append(
                wire.Touched(id=one.id, kind=kind_of(one.kind), called=one.called, etag=etag)
            )
    return wire.Written(change_set=change_set, revision=revision, things=tuple(things))


def _sort(thing: Thing) -> Label | LinkType:
    return thing.type if isinstance(thing, Link) else _label(thing)


def _label(thing: Thing) -> Label:
    if not isinstance(thing, Node):
        raise TypeError("a thing is a node or a link")
    return thing.label


def conflict_of(visit: Visit, steps: list[Step] | tuple[Step, ...]) -> Exception:
    """The problem of a stale change: what was sent, and what stands now, as the caller sees it."""
    snapshot, view = visit.directory.snapshot(), visit.view()
    told: list[dict[str, Any]] = []
    for step in steps:
        thing = thing_in(snapshot, step.named.id)
        if thing is None or not is_seen(view, thing.id):
            return NotFound(step.named.id)  # hidden or ended meanwhile
        versions = {"sent": dict(sent_fields(step.named)), "current": cut(view, thing)}
        told.append({"id": thing.id, "pointer": step.named.pointer, "based_on": step.named.etag,
                     "current": etag_of(visit, thing), "versions": versions})  # fmt: skip
    first = told[0]
    text = Conflict(str(first["id"]), based_on=1, current=None)
    return Refused("conflict", (text.text("da"), text.text("en")),
                   **{name: first[name] for name in ("id", "based_on", "current", "versions")},
                   conflicts=told)  # fmt: skip


def _step_of(draft: Draft, thing_id: str) -> Step:
    return next(step for step in draft.steps if step.named.id == thing_id)


def refused(visit: Visit, draft: Draft, error: Invalid) -> GraphError | Refused:
    """The problem of what the store refuses: an id that is taken, or rules of several things."""
    taken = next((fault for fault in error.faults if _is_taken(draft, fault)), None)
    if taken is not None:
        return Refused(
            "duplicate",
            (f"{taken.where} findes allerede.", f"{taken.where} exists already."), id=taken.where,
        )  # fmt: skip
    return refusal([placed(draft, fault) for fault in error.faults], visit.lang)


def _is_taken(draft: Draft, fault: Fault) -> bool:
    if (fault.field, fault.rule) != ("id", Rule.DUPLICATE):
        return False
    return any(step.before is None and step.named.id == fault.where for step in draft.steps)


def placed(draft: Draft, fault: Fault) -> Found:
    """A fault of the store at its place in the body; a hidden neighbor is not named."""
    step = next((one for one in draft.steps if one.named.id == fault.where), None)
    if step is None:
        seen = fault.where if fault.where and is_seen(draft.view, fault.where) else None
        return Found(pointer="", id=seen, field=fault.field, rule=fault.rule)
    one = step.named
    is_plain = isinstance(one.asked, wire.Create | wire.Update) and hasattr(step.after, fault.field)
    pointer = field_pointer(one.pointer, fault.field) if is_plain else one.pointer
    known = one.called if isinstance(one.asked, wire.Create) else one.id
    return Found(pointer=pointer, id=known, field=fault.field, rule=fault.rule)
