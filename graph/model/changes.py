"""Change sets, and the change records that they leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from graph.model.base import Link, Node
from graph.model.links import (
    BelongsTo,
    Coordinates,
    Covers,
    DeputizesFor,
    DoorOpenerFor,
    EntryPointFor,
    EscalatesTo,
    GaveConsent,
    GovernedBy,
    Holds,
    Knows,
    LiesIn,
    MemberOf,
    PartOf,
    ReachedBy,
    RefersTo,
    Represents,
    SucceededBy,
    Supports,
)
from graph.model.nodes import (
    Actor,
    Area,
    Authority,
    Consent,
    ContactDetail,
    Network,
    Organization,
    Person,
    Plan,
    ResourceIndividual,
)
from graph.vocabulary import Label, LinkType, Term

NODE_CLASSES: Mapping[Label, type[Node]] = {
    cls.label: cls
    for cls in (
        Area, Authority, Network, Actor, Person,
        ResourceIndividual, Organization, ContactDetail, Consent, Plan,
    )
}  # fmt: skip
LINK_CLASSES: Mapping[LinkType, type[Link]] = {
    cls.type: cls
    for cls in (
        Holds, DeputizesFor, BelongsTo, PartOf, Covers, LiesIn, EntryPointFor, MemberOf,
        Coordinates, Supports, RefersTo, EscalatesTo, Knows, DoorOpenerFor, Represents,
        SucceededBy, GovernedBy, ReachedBy, GaveConsent,
    )
}  # fmt: skip


class ChangeKind(Term):
    """What happened to a node or link."""

    CREATED = "CREATED", "Oprettet", "Created"
    UPDATED = "UPDATED", "Ændret", "Updated"
    ENDED = "ENDED", "Afsluttet", "Ended"


class ChangeReason(Term):
    """The reason of a write, from a fixed list; there is no free text."""

    SEEDED = "SEEDED", "Indlæst struktur", "Seeded"
    CORRECTED = "CORRECTED", "Rettelse", "Correction"
    VERIFIED = "VERIFIED", "Kontrol", "Verification"
    HANDED_OVER = "HANDED_OVER", "Overdragelse", "Handover"
    REORGANIZED = "REORGANIZED", "Omorganisering", "Reorganization"
    WITHDRAWN = "WITHDRAWN", "Tilbagetrækning", "Withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The end of a node or link: it is invalid from `on`; nothing is deleted."""

    id: str
    on: date
    based_on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """One write, applied atomically.

    The `revision` of an element in `updates` is the one it was based on. `made_by` is the id of an
    account or post, `made_at` UTC. `idempotency` is the hash of a key: the same key writes once.
    `batch` is the id of the import that makes it, and is put on every element it touches.
    `planned_on` is the revision of the graph on which it was planned: at a later one it is refused,
    since it may create what exists by then.
    """

    made_by: str
    made_at: datetime
    reason: ChangeReason
    creates: tuple[Node | Link, ...] = ()
    updates: tuple[Node | Link, ...] = ()
    ends: tuple[End, ...] = ()
    idempotency: str | None = None
    batch: str | None = None
    planned_on: int | None = None

    def __len__(self) -> int:
        """Return the number of elements touched."""
        return len(self.creates) + len(self.updates) + len(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The record of what one write did to one node or link.

    `fields` are the names that changed, `before` their old values as stored: a personal value is
    still encrypted, and None if its key is gone.
    """

    revision: int
    touched: str
    kind: ChangeKind
    what: Label | LinkType
    fields: tuple[str, ...]
    before: Mapping[str, object] = field(default_factory=dict[str, object])
    made_by: str
    made_at: datetime
    reason: ChangeReason


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenChanges:
    """What an import or a change set wrote, and what was written to the same elements since.

    Both are in the order of revisions, with old values in clear. `same_values` are the ids of
    contact details whose value was changed since, and is again what was written.
    """

    changes: tuple[Change, ...]
    later: tuple[Change, ...] = ()
    same_values: frozenset[str] = frozenset()
