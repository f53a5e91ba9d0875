"""Loads the structure and the demo into a store, writing only what differs.

The seed number and the date of the first run are stored before anything else, so that a later run
generates the same people and changes nothing, even after a crash in between.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from graph.errors import StoreUnavailable
from graph.model import (
    Change,
    ChangeKind,
    ChangeReason,
    ChangeSet,
    Consent,
    End,
    Link,
    Node,
)
from graph.snapshot.snapshot import Snapshot
from graph.store.store import Store
from seed.people import DEFAULT_SEED, people
from seed.people.builder import DEMO
from seed.structure import Structure, structure

ACCOUNT: Final = "seed"
SEED_MARK, TODAY_MARK = "demo_seed", "demo_today"
_COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
_APART: Final = frozenset({"revision", "value"})  # set by the store; sealed, so never compared
_CURATED: Final = frozenset({"verified_on", "verified_by", "adopted_on", "due_on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """How many elements a run created, updated, ended and left; `seed` and `today` of the demo.

    `changed_by_others` counts those that differ, and were left because somebody changed them.
    """

    created: int
    updated: int
    ended: int
    unchanged: int
    changed_by_others: int = 0
    seed: int | None = None
    today: date | None = None


def load(
    store: Store, *, now: datetime, seed: int | None = None, today: date | None = None
) -> LoadReport:
    """Load the structure with the demo's people, in one change set.

    `seed` and `today` default to those of the first run; on the first run to DEFAULT_SEED and the
    Danish date of `now` (UTC).

    Raises:
        StoreUnavailable: the store holds more than structure and demo, or does not answer.
        Invalid, Conflict: as `Store.apply`.
    """
    real, snapshot = structure(), store.load()
    refuse_real_data(snapshot, real)
    seed = int(store.mark(SEED_MARK) or DEFAULT_SEED) if seed is None else seed
    if today is None:
        first = store.mark(TODAY_MARK)
        today = date.fromisoformat(first) if first else now.astimezone(_COPENHAGEN).date()
    elements = (*real.nodes, *real.links, *people(real, seed=seed, today=today))
    desired_state = {element.id: element for element in elements}
    changes = difference(desired_state, snapshot, on=today, now=now)
    store.set_mark(SEED_MARK, str(seed))  # first: a rerun after a crash generates the same people
    store.set_mark(TODAY_MARK, today.isoformat())
    return replace(_apply(store, changes, len(desired_state)), seed=seed, today=today)


def load_structure(store: Store, *, now: datetime) -> LoadReport:
    """Load the structure alone; checks, plan dates and all other data in the store are unchanged.

    An element that stewards or imports have changed since it was loaded is left as it is.

    Raises: StoreUnavailable, Invalid, Conflict: as `load`.
    """
    real = structure()
    desired_state: dict[str, Node | Link] = {
        element.id: element for element in (*real.nodes, *real.links)
    }
    snapshot, on = store.load(), now.astimezone(_COPENHAGEN).date()
    full = difference(desired_state, snapshot, on=on, now=now, is_alone=True)
    changes = without_changed_by_others(full, partial(store.changes_of, until=snapshot.revision))
    report = _apply(store, changes, len(desired_state))
    return replace(
        report,
        unchanged=report.unchanged - (len(full.updates) - len(changes.updates)),
        changed_by_others=len(full) - len(changes),
    )


def difference(
    desired_state: Mapping[str, Node | Link],
    snapshot: Snapshot,
    *,
    on: date,
    now: datetime,
    is_alone: bool = False,
) -> ChangeSet:
    """The changes from the stored nodes and links to the wanted ones; surplus ones end on a date.

    Only elements with a source and a class of wanted ones may be ended. `is_alone`: the structure
    without the demo, so that checks and plan dates in the store are not overwritten. A consent is
    never changed nor ended: it is a receipt.
    """
    present = {element.id: element for element in snapshot.elements()}
    skipped = _APART | _CURATED if is_alone else _APART
    updates: list[Node | Link] = []
    for element in desired_state.values():
        old = present.get(element.id)
        if old is None or isinstance(old, Consent):
            continue
        names = frozenset(field.name for field in fields(old))
        is_same = type(element) is type(old) and all(
            getattr(element, name) == getattr(old, name) for name in names - skipped
        )
        if not is_same:
            curated = {name: getattr(old, name) for name in names & skipped - _APART}
            updates.append(replace(element, revision=old.revision, **curated))
    sources = {element.source for element in desired_state.values()}
    sorts = {type(element) for element in desired_state.values()}
    ends: list[End] = []
    for element in present.values():
        if (
            element.id in desired_state
            or element.source not in sources
            or type(element) not in sorts
        ):
            continue
        day = on if element.valid_from is None else max(on, element.valid_from + timedelta(days=1))
        if not isinstance(element, Consent) and (
            element.valid_to is None or day < element.valid_to
        ):
            ends.append(End(id=element.id, on=day, based_on=element.revision))
    return ChangeSet(
        made_by=ACCOUNT,
        made_at=now,
        reason=ChangeReason.SEEDED,
        creates=tuple(element for element in desired_state.values() if element.id not in present),
        updates=tuple(updates),
        ends=tuple(ends),
    )


def without_changed_by_others(
    changes: ChangeSet, history: Callable[[str], Sequence[Change]]
) -> ChangeSet:
    """The changes without those to elements that others wrote after the last load.

    Checks and plan dates do not count. `history` returns the changes of an element, the oldest
    first.
    """

    def is_changed_by_others(element_id: str) -> bool:
        later = takewhile(lambda change: change.made_by != ACCOUNT, reversed(history(element_id)))
        return any(
            change.kind is ChangeKind.CREATED or frozenset(change.fields) - _CURATED
            for change in later
        )

    return replace(
        changes,
        updates=tuple(new for new in changes.updates if not is_changed_by_others(new.id)),
        ends=tuple(end for end in changes.ends if not is_changed_by_others(end.id)),
    )


def refuse_real_data(snapshot: Snapshot, real: Structure) -> None:
    """Prevent invented people from being mixed with real ones.

    Raises: StoreUnavailable: an element is neither of the structure nor of the demo.
    """
    sources = {element.source for element in (*real.nodes, *real.links)} | {DEMO}
    others = sum(element.source not in sources for element in snapshot.elements())
    if others:
        raise StoreUnavailable(
            f"this store holds real data ({others} nodes and links of other sources): the demo's "
            "fictional people are not put among them; choose an empty store"
        )


def _apply(store: Store, changes: ChangeSet, count: int) -> LoadReport:
    store.apply(changes)
    touched = len(changes.creates) + len(changes.updates)
    return LoadReport(
        created=len(changes.creates),
        updated=len(changes.updates),
        ended=len(changes.ends),
        unchanged=count - touched,
    )
