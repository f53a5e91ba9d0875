"""Options of an import, and the differences it finds between source and register."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from graph.model import Change, ChangeKind, ContactDetail, Element
from graph.vocabulary import Channel, Term


class HolderChoice(Term):
    """What a new holder is to those who hold the post."""

    REPLACES = "REPLACES", "afløser", "replaces"
    BESIDE = "BESIDE", "ved siden af", "beside"
    SKIP = "SKIP", "springes over", "skip"


Contact = tuple[Channel, str]
KnownContacts = Callable[[Collection[Contact]], Mapping[Contact, Collection[str]]]
"""Returns the ids of the details with each number or address, without showing any."""


def no_contacts(_contacts: Collection[Contact]) -> Mapping[Contact, Collection[str]]:
    """Return nothing: contact details that cannot be compared count as different."""
    return {}


def contact_of(detail: ContactDetail) -> Contact | None:
    """Return what a contact detail is compared by; None of one without its value."""
    return None if detail.value is None else (detail.channel, detail.value.uncover())


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """Options of an import.

    `source` names the list and stays the same from batch to batch. `is_complete`: elements of the
    source that are not in the file have ended. `takes_source`: the source overrides fields changed
    in the register since. `merges`: by line, the existing person a row means; `holders`: by line,
    what a row's new holder is to those who hold the post, and for None, of all other rows;
    `withheld`: the persons whose data may not be processed. `made_by` and `made_at` as in a change
    set. `area`: new units cover that of the unit above, else this one, so that rights in it apply;
    None: none.
    """

    source: str
    batch: str
    on: date
    made_by: str
    made_at: datetime
    is_complete: bool = False
    takes_source: bool = False
    merges: dict[int, str] = field(default_factory=dict[int, str])
    holders: Mapping[int | None, HolderChoice] = field(
        default_factory=dict[int | None, HolderChoice]
    )
    withheld: frozenset[str] = frozenset()
    area: str | None = None

    def choice_parts(self) -> tuple[str, ...]:
        """Return the choices as texts, for the idempotency key of the import."""
        return (
            self.source, self.batch, str(self.is_complete), str(self.takes_source),
            str(sorted(self.merges.items())),
            str(sorted((line or 0, choice.value) for line, choice in self.holders.items())),
        )  # fmt: skip


class FieldVerdict(Enum):
    """What is done with a field in which source and register differ."""

    CHANGED = "CHANGED"  # the value of the source is used
    CONFLICT = "CONFLICT"  # changed in the register after the source, or kept by another source


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """A field's values at the source and in the register; for contact values, the hints."""

    id: str
    field: str
    source_says: Any
    we_say: Any
    verdict: FieldVerdict


class Likeness(Enum):
    """Why a new person may be in the register already."""

    NAME = "NAME"  # the same name at another authority
    SPELLING = "SPELLING"  # nearly the same name at the same authority
    CONTACT = "CONTACT"  # the same number or address


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDuplicate:
    """A known person who may be a row's new person: a proposal to merge, `score` of 100."""

    id: str
    likeness: Likeness
    score: int


def verdict_of(
    element: Element,
    name: str,
    options: ImportOptions,
    history: Callable[[str], Sequence[Change]],
) -> FieldVerdict:
    """Return CHANGED if the source wrote a field last or takes precedence, else CONFLICT."""
    if options.takes_source:
        return FieldVerdict.CHANGED
    is_created = element.source == options.source
    if not is_created and not (element.batch or "").startswith(f"{options.source}:"):
        return FieldVerdict.CONFLICT
    for change in sorted(history(element.id), key=lambda change: -change.revision):
        if change.kind is ChangeKind.CREATED:
            return FieldVerdict.CHANGED if is_created else FieldVerdict.CONFLICT
        if name in change.fields:
            is_imported = "batch" in change.fields
            return FieldVerdict.CHANGED if is_imported else FieldVerdict.CONFLICT
    return FieldVerdict.CHANGED
