"""How an import is carried out, and what it finds where source and register differ."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

from graph.model import (
    Change,
    ChangeKind,
    Element,
)
from graph.vocabulary import (
    Channel,
)


class KnownContacts(Protocol):
    """Finds contact details by value, without showing any: the store's blind index."""

    def details_with(self, channel: Channel, value: str) -> Collection[str]:
        """Return the ids of the details with this number or address."""
        ...


class NoKnownContacts:
    """For a register whose contact details cannot be compared: each counts as different."""

    def details_with(self, channel: Channel, value: str) -> Collection[str]:  # noqa: ARG002
        """Return nothing."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How an import is carried out.

    `source` names the list and stays the same from batch to batch. `is_complete`: whatever of the
    source is not in the file has ended. `takes_source`: where we changed the same field since, the
    source wins. `merges` are the persons that rows mean, by line; `withheld` are those whose data
    may not be processed. `made_by` and `made_at` as in a change set. `area`: new units cover
    that of the unit above, else this one, so that rights in the area reach them; None: none.
    """

    source: str
    batch: str
    on: date
    made_by: str
    made_at: datetime
    is_complete: bool = False
    takes_source: bool = False
    merges: dict[int, str] = field(default_factory=dict[int, str])
    withheld: frozenset[str] = frozenset()
    area: str | None = None


class FieldVerdict(Enum):
    """What is done with a field in which source and register differ."""

    CHANGED = "CHANGED"  # the source is followed
    CONFLICT = "CONFLICT"  # we changed it after the source, or somebody else keeps it


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """What the source says of a field, and what we say; of contact values the hints."""

    id: str
    field: str
    source_says: Any
    we_say: Any
    verdict: FieldVerdict


class Likeness(Enum):
    """Why a new person may be one who is known already."""

    NAME = "NAME"  # the same name at another authority
    SPELLING = "SPELLING"  # nearly the same name at the same authority
    CONTACT = "CONTACT"  # the same number or address


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDuplicate:
    """A known person who may be the new one of a row: a proposal to merge, `score` of 100."""

    id: str
    likeness: Likeness
    score: int


def verdict_of(
    thing: Element,
    name: str,
    options: ImportOptions,
    history: Callable[[str], Sequence[Change]],
) -> FieldVerdict:
    """Return whether the source was the last that wrote a field, so that it may write it again."""
    if options.takes_source:
        return FieldVerdict.CHANGED
    is_created = thing.source == options.source
    if not is_created and not (thing.batch or "").startswith(f"{options.source}:"):
        return FieldVerdict.CONFLICT
    for change in sorted(history(thing.id), key=lambda change: -change.revision):
        if change.kind is ChangeKind.CREATED:
            return FieldVerdict.CHANGED if is_created else FieldVerdict.CONFLICT
        if name in change.fields:
            is_imported = "batch" in change.fields
            return FieldVerdict.CHANGED if is_imported else FieldVerdict.CONFLICT
    return FieldVerdict.CHANGED
